/*
 * virtio's PCI transport: identification, the vendor capabilities, and the modern interface, which is the registers
 * they lead to. See virtio.h; the legacy interface is legacy.c's.
 *
 * A capability is believed only as far as it can be checked: its BAR must exist and contain it.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "drivers/virtio/virtqueue.h"

#define PCI_VENDOR_VIRTIO	0x1af4
#define PRODUCT_TRANSITIONAL	0x1000	/* to 0x103f; the type is in the subsystem id */
#define PRODUCT_MODERN		0x1040	/* to 0x107f; product - this is the type */
#define PRODUCT_END		0x1080

static struct virtio_device devices[VIRTIO_DEVICES], legacy_devices[VIRTIO_DEVICES];
static unsigned device_count, left_out;

static const char *kind_name(uint16_t type)
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

static void attach(struct pci_function *function, uint16_t type, bool transitional)
{
	unsigned number = device_count++;
	struct virtio_device *device = &devices[number];
	const struct pci_capability *capability;
	unsigned index = 0;

	*device = (struct virtio_device) {
		.function = function, .transport = &virtio_modern, .type = type, .kind = kind_name(type),
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
		device->legacy = &legacy_devices[number];
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
		if (device_count == VIRTIO_DEVICES)
			left_out++;
		else if (function->product >= PRODUCT_MODERN)
			attach(function, function->product - PRODUCT_MODERN, false);
		else
			attach(function, function->subsystem, true);
	}
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

static phys_addr common(const struct virtio_device *device, unsigned field)
{
	return (phys_addr) { device->common.at.value + field };
}

uint8_t virtio_common_read8(const struct virtio_device *device, unsigned field)
{
	return mmio_read8(common(device, field));
}

uint16_t virtio_common_read16(const struct virtio_device *device, unsigned field)
{
	return mmio_read16_le(common(device, field));
}

uint32_t virtio_common_read32(const struct virtio_device *device, unsigned field)
{
	return mmio_read32_le(common(device, field));
}

void virtio_common_write16(const struct virtio_device *device, unsigned field, uint16_t value)
{
	mmio_write16_le(common(device, field), value);
}

void virtio_common_write32(const struct virtio_device *device, unsigned field, uint32_t value)
{
	mmio_write32_le(common(device, field), value);
}

void virtio_common_write64(const struct virtio_device *device, unsigned field, uint64_t value)
{
	virtio_common_write32(device, field, (uint32_t)value);
	virtio_common_write32(device, field + 4, (uint32_t)(value >> 32));
}

static uint8_t status(const struct virtio_device *device)
{
	return virtio_common_read8(device, VIRTIO_PCI_COMMON_STATUS);
}

static void set_status(const struct virtio_device *device, uint8_t status)
{
	mmio_write8(common(device, VIRTIO_PCI_COMMON_STATUS), status);
}

static uint64_t offered(const struct virtio_device *device)
{
	uint64_t low, high;

	virtio_common_write32(device, VIRTIO_PCI_COMMON_DFSELECT, 0);
	low = virtio_common_read32(device, VIRTIO_PCI_COMMON_DF);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_DFSELECT, 1);
	high = virtio_common_read32(device, VIRTIO_PCI_COMMON_DF);
	return high << 32 | low;
}

static uint64_t accept(const struct virtio_device *device, uint64_t features)
{
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, 0);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GF, (uint32_t)features);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, 1);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GF, (uint32_t)(features >> 32));
	return features;
}

static uint8_t isr(const struct virtio_device *device)
{
	return mmio_read8(device->isr.at);
}

uint8_t virtio_config_generation(const struct virtio_device *device)
{
	return virtio_common_read8(device, VIRTIO_PCI_COMMON_CFGGENERATION);
}

static phys_addr config(const struct virtio_device *device, uint32_t offset)
{
	return (phys_addr) { device->config.at.value + offset };
}

static uint64_t read_field(const struct virtio_device *device, uint32_t offset, uint32_t width)
{
	phys_addr at = config(device, offset);
	uint64_t low;

	switch (width) {
	case 1:
		return mmio_read8(at);
	case 2:
		return mmio_read16_le(at);
	case 4:
		return mmio_read32_le(at);
	default:
		low = mmio_read32_le(at);
		return (uint64_t)mmio_read32_le(config(device, offset + 4)) << 32 | low;
	}
}

#define GENERATION_TRIES	100

static bool read_config(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t *value)
{
	for (unsigned tries = 0; tries < GENERATION_TRIES; tries++) {
		uint8_t before = virtio_config_generation(device);

		*value = read_field(device, offset, width);
		if (virtio_config_generation(device) == before)
			return true;
	}
	return false;
}

static void write_config(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t value)
{
	switch (width) {
	case 1:
		mmio_write8(config(device, offset), (uint8_t)value);
		break;
	case 2:
		mmio_write16_le(config(device, offset), (uint16_t)value);
		break;
	case 4:
		mmio_write32_le(config(device, offset), (uint32_t)value);
		break;
	default:
		mmio_write32_le(config(device, offset), (uint32_t)value);
		mmio_write32_le(config(device, offset + 4), (uint32_t)(value >> 32));
		break;
	}
}

static uint16_t queue_size(const struct virtio_device *device, uint16_t index)
{
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	return virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE);
}

static bool set_queue(const struct virtio_device *device, uint16_t index, uint16_t size,
		      const struct virtqueue_place *places)
{
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SIZE, size);
	/* Without MSI-X there is no vector to choose: INTx and the ISR serve. */
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_DESCLO, places[PART_DESCRIPTORS].number);
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_AVAILLO, places[PART_AVAILABLE].number);
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_USEDLO, places[PART_USED].number);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_ENABLE, 1);
	return true;
}

/* Offset and multiplier are the device's choice (DEF-27). */
static bool doorbell(const struct virtio_device *device, uint16_t index, phys_addr *at)
{
	uint64_t offset;

	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	offset = (uint64_t)virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_NOFF) * device->notify_multiplier;
	at->value = device->notify.at.value + offset;
	return offset % sizeof(uint16_t) == 0 && offset + sizeof(uint16_t) <= device->notify.length;
}

unsigned virtio_window(const struct virtio_device *device, const struct virtio_structure *structure, uint32_t offset,
		       unsigned width)
{
	unsigned at = device->window;

	if (!at)
		return 0;
	pci_write8(device->function, at + VIRTIO_PCI_CAP_BAR, structure->bar);
	pci_write32(device->function, at + VIRTIO_PCI_CAP_OFFSET, structure->offset + offset);
	pci_write32(device->function, at + VIRTIO_PCI_CAP_LENGTH, width);
	return at + sizeof(struct virtio_pci_cap);
}

/* The page is QEMU's for this CPU, which is a frame's. Where other structures share it, QEMU looks closer. */
bool virtio_doorbell_ends_qemu(const struct virtio_device *device, phys_addr doorbell)
{
	uint64_t page = doorbell.value & ~(uint64_t)(FRAME_SIZE - 1);
	uint64_t start = device->notify.at.value;

	return arch_platform()->emulated && page >= start && page + FRAME_SIZE <= start + device->notify.length &&
	       (page - start) % FRAME_SIZE != 0;
}

void virtio_ring(const struct virtio_device *device, phys_addr doorbell, unsigned width, uint32_t value)
{
	unsigned data = 0;

	if (virtio_doorbell_ends_qemu(device, doorbell))
		data = virtio_window(device, &device->notify, doorbell.value - device->notify.at.value, width);
	if (data && width == 2)
		pci_write16(device->function, data, (uint16_t)value);
	else if (data)
		pci_write32(device->function, data, value);
	else if (width == 2)
		mmio_write16_le(doorbell, (uint16_t)value);
	else
		mmio_write32_le(doorbell, value);
}

const struct virtio_transport virtio_modern = {
	.name = "modern", .features_ok = true,
	.status = status, .set_status = set_status, .offered = offered, .accept = accept, .isr = isr,
	.read_config = read_config, .write_config = write_config,
	.queue_size = queue_size, .set_queue = set_queue, .doorbell = doorbell,
};
