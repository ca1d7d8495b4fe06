/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio on PCI: which functions are virtio devices, and where the vendor capabilities say that their structures are.
 * See virtio.h; the registers in them, the modern interface, are modern.c's, the legacy interface is legacy.c's.
 *
 * A capability is believed only as far as it can be checked: its BAR must exist and contain it.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_pci.h>

#include "drivers/virtio/transports.h"

#define PCI_VENDOR_VIRTIO	0x1af4
#define PRODUCT_TRANSITIONAL	0x1000	/* to 0x103f; the type is in the subsystem id */
#define PRODUCT_MODERN		0x1040	/* to 0x107f; product - this is the type */
#define PRODUCT_END		0x1080

static struct virtio_device devices[VIRTIO_DEVICES], legacy_devices[VIRTIO_DEVICES];
static unsigned device_count, left_out;

const char *virtio_kind(uint16_t type)
{
	static const struct { uint16_t type; const char *name; } names[] = {
		{ VIRTIO_ID_NET, "net" }, { VIRTIO_ID_BLOCK, "blk" }, { VIRTIO_ID_CONSOLE, "serial" },
		{ VIRTIO_ID_RNG, "rng" }, { VIRTIO_ID_BALLOON, "balloon" }, { VIRTIO_ID_SCSI, "scsi" },
		{ VIRTIO_ID_9P, "9p" }, { VIRTIO_ID_GPU, "gpu" }, { VIRTIO_ID_INPUT, "input" },
		{ VIRTIO_ID_CRYPTO, "crypto" }, { VIRTIO_ID_IOMMU, "iommu" }, { VIRTIO_ID_SOUND, "sound" },
		{ VIRTIO_ID_VSOCK, "vsock" }, { VIRTIO_ID_FS, "fs" }, { VIRTIO_ID_PMEM, "pmem" },
		{ VIRTIO_ID_MEM, "mem" }, { VIRTIO_ID_CLOCK, "rtc" },
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return "other";
}

const char *virtio_name(const struct virtio_device *device, char *text)
{
	char where[PCI_NAME];

	format(text, VIRTIO_NAME, "%s@%s", device->kind, pci_name(device->function, where));
	return text;
}

/* The part of the common configuration that every device since VIRTIO 1.0 has. */
#define COMMON_LENGTH	(VIRTIO_PCI_COMMON_Q_USEDHI + 4)
#define CONFIG_SPACE	256u

/* The structures that are looked for: where they are kept, and what makes one usable. */
static const struct structure_rule {
	uint8_t type;
	uint8_t capability_size;	/* bytes of the capability itself */
	uint8_t alignment;		/* of its offset in the BAR: COMMON-1, NOTIFY-2, DEVCFG-2 */
	uint8_t least;			/* bytes of the structure */
	size_t member;
} structure_rules[] = {
	{ VIRTIO_PCI_CAP_COMMON_CFG, sizeof(struct virtio_pci_cap), 4, COMMON_LENGTH,
	  offsetof(struct virtio_device, common) },
	{ VIRTIO_PCI_CAP_NOTIFY_CFG, sizeof(struct virtio_pci_notify_cap), 2, 2,
	  offsetof(struct virtio_device, notify) },
	{ VIRTIO_PCI_CAP_ISR_CFG, sizeof(struct virtio_pci_cap), 1, 1, offsetof(struct virtio_device, isr) },
	{ VIRTIO_PCI_CAP_DEVICE_CFG, sizeof(struct virtio_pci_cap), 4, 1, offsetof(struct virtio_device, config) },
	/* No structure, but the window to all of them. */
	{ VIRTIO_PCI_CAP_PCI_CFG, sizeof(struct virtio_pci_cfg_cap), 1, 0, 0 },
};

static const struct structure_rule *find_rule(uint8_t type)
{
	for (unsigned i = 0; i < sizeof(structure_rules) / sizeof(structure_rules[0]); i++)
		if (structure_rules[i].type == type)
			return &structure_rules[i];
	return NULL;
}

/* Is the structure within its BAR, and can its fields be read where it lies? */
static bool usable(const struct pci_function *function, const struct virtio_structure *found,
		   const struct structure_rule *rule)
{
	const struct pci_bar *bar;

	if (found->bar >= PCI_BARS)
		return false;
	bar = &function->bars[found->bar];
	return bar->placed && found->length >= rule->least && found->offset % rule->alignment == 0 &&
	       found->length <= bar->size && found->offset <= bar->size - found->length;
}

/*
 * Reads a struct virtio_pci_cap at this offset of configuration space into the structure it describes. The device lists
 * the one it prefers first; the first that is usable counts (DRV-PCICAP-5).
 */
static void read_capability(struct virtio_device *device, unsigned offset)
{
	const struct pci_function *function = device->function;
	const struct structure_rule *rule = find_rule(pci_read8(function, offset + VIRTIO_PCI_CAP_CFG_TYPE));
	struct virtio_structure *structure;
	struct virtio_structure found;

	/* One that hangs over the end of configuration space has fields in somebody else's. */
	if (!rule || offset + rule->capability_size > CONFIG_SPACE)
		return;
	if (rule->type == VIRTIO_PCI_CAP_PCI_CFG) {
		if (!device->window)
			device->window = offset;
		return;
	}
	structure = (struct virtio_structure *)((char *)device + rule->member);
	found = (struct virtio_structure) {
		.present = true,
		.capability = offset,
		.bar = pci_read8(function, offset + VIRTIO_PCI_CAP_BAR),
		.offset = pci_read32(function, offset + VIRTIO_PCI_CAP_OFFSET),
		.length = pci_read32(function, offset + VIRTIO_PCI_CAP_LENGTH),
	};
	if (structure->present || !usable(function, &found, rule))
		return;
	found.at = pci_bar_address(function, found.bar, found.offset);
	*structure = found;
	if (structure == &device->notify)
		device->notify_multiplier = pci_read32(function, offset + VIRTIO_PCI_NOTIFY_CAP_MULT);
}

static void check_structures(struct virtio_device *device)
{
	const char *fault = "";

	if (device->function->list_fault != PCI_LIST_GOOD)
		fault = "its capability list is broken";
	else if (!device->common.present)
		fault = "no usable common configuration structure: not a modern device";
	else if (!device->notify.present)
		fault = "no usable notification structure";
	else if (device->notify_multiplier % 2 != 0)
		fault = "its notification multiplier is odd";
	else if (!device->isr.present)
		fault = "no usable ISR structure";
	format(device->fault, sizeof(device->fault), "%s", fault);
}

struct virtio_device *virtio_add(struct virtio_device **legacy)
{
	if (device_count == VIRTIO_DEVICES) {
		left_out++;
		return NULL;
	}
	*legacy = &legacy_devices[device_count];
	return &devices[device_count++];
}

static void attach(struct pci_function *function, uint16_t type, bool transitional)
{
	struct virtio_device *legacy, *device = virtio_add(&legacy);
	const struct pci_capability *capability;
	unsigned index = 0;

	if (!device)
		return;
	*device = (struct virtio_device) {
		.function = function, .transport = &virtio_modern, .type = type, .kind = virtio_kind(type),
		.transitional = transitional,
	};
	while ((capability = pci_capability(function, PCI_CAP_ID_VNDR, &index)))
		read_capability(device, capability->offset);
	check_structures(device);
	if (!device->fault[0]) {
		virtio_reset(device);
		device->offered = virtio_offered(device);
	}
	if (transitional) {
		device->legacy = legacy;
		virtio_legacy_attach(device->legacy, device);
	}
}

unsigned virtio_attach(void)
{
	device_count = left_out = 0;
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_function *function = pci_get(i);

		if (function->vendor != PCI_VENDOR_VIRTIO || function->product < PRODUCT_TRANSITIONAL ||
		    function->product >= PRODUCT_END)
			continue;
		if (function->product >= PRODUCT_MODERN)
			attach(function, function->product - PRODUCT_MODERN, false);
		else
			attach(function, function->subsystem, true);
	}
	virtio_mmio_attach(arch_platform());
	return device_count;
}

unsigned virtio_count(void)
{
	return device_count;
}

unsigned virtio_left_out(void)
{
	return left_out;
}

struct virtio_device *virtio_get(unsigned number)
{
	return number < device_count ? &devices[number] : NULL;
}
