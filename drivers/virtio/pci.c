/*
 * virtio's PCI transport: identification, the vendor capabilities, and the registers they lead to. See virtio.h.
 *
 * A capability is believed only as far as it can be checked: its BAR must exist and contain it.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "drivers/virtio/virtio.h"

#define PCI_VENDOR_VIRTIO	0x1af4
#define PRODUCT_TRANSITIONAL	0x1000	/* to 0x103f; the type is in the subsystem id */
#define PRODUCT_MODERN		0x1040	/* to 0x107f; product - this is the type */
#define PRODUCT_END		0x1080

static struct virtio_device devices[VIRTIO_DEVICES];
static unsigned device_count;

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

/* Reads a struct virtio_pci_cap at this offset of configuration space into the structure it describes. */
static void read_capability(struct virtio_device *device, uint8_t offset)
{
	const struct pci_function *function = device->function;
	struct virtio_structure *structure;
	struct virtio_structure found = {
		.present = true,
		.capability = offset,
		.bar = pci_read8(function, offset + VIRTIO_PCI_CAP_BAR),
		.offset = pci_read32(function, offset + VIRTIO_PCI_CAP_OFFSET),
		.length = pci_read32(function, offset + VIRTIO_PCI_CAP_LENGTH),
	};

	switch (pci_read8(function, offset + VIRTIO_PCI_CAP_CFG_TYPE)) {
	case VIRTIO_PCI_CAP_COMMON_CFG:
		structure = &device->common;
		break;
	case VIRTIO_PCI_CAP_NOTIFY_CFG:
		structure = &device->notify;
		break;
	case VIRTIO_PCI_CAP_ISR_CFG:
		structure = &device->isr;
		break;
	case VIRTIO_PCI_CAP_DEVICE_CFG:
		structure = &device->config;
		break;
	default:
		return;
	}
	/* The device lists the one it prefers first (DRV-PCICAP-5); one that we cannot reach does not count. */
	if (structure->present || found.bar >= PCI_BARS)
		return;
	if (!function->bars[found.bar].placed || found.length > function->bars[found.bar].size ||
	    found.offset > function->bars[found.bar].size - found.length)
		return;
	found.at = pci_bar_address(function, found.bar, found.offset);
	*structure = found;
	if (structure == &device->notify)
		device->notify_multiplier = pci_read32(function, offset + VIRTIO_PCI_NOTIFY_CAP_MULT);
}

/* The part of the common configuration that every device since VIRTIO 1.0 has. */
#define COMMON_LENGTH	(VIRTIO_PCI_COMMON_Q_USEDHI + 4)

static void check_structures(struct virtio_device *device)
{
	const char *fault = "";

	if (device->function->list_fault != PCI_LIST_GOOD)
		fault = "its capability list is broken";
	else if (!device->common.present || device->common.length < COMMON_LENGTH)
		fault = "no common configuration structure within a BAR: not a modern device";
	else if (!device->notify.present || device->notify.length < 2)
		fault = "no notification structure within a BAR";
	else if (!device->isr.present || device->isr.length < 1)
		fault = "no ISR structure within a BAR";
	format(device->fault, sizeof(device->fault), "%s", fault);
}

static void attach(struct pci_function *function, uint16_t type, bool transitional)
{
	struct virtio_device *device = &devices[device_count++];
	const struct pci_capability *capability;
	unsigned index = 0;

	*device = (struct virtio_device) {
		.function = function, .type = type, .kind = kind_name(type), .transitional = transitional,
	};
	while ((capability = pci_capability(function, PCI_CAP_ID_VNDR, &index)))
		read_capability(device, capability->offset);
	check_structures(device);
	if (device->fault[0])
		return;
	virtio_reset(device);
	device->offered = virtio_offered(device);
}

unsigned virtio_attach(void)
{
	device_count = 0;
	for (unsigned i = 0; i < pci_count() && device_count < VIRTIO_DEVICES; i++) {
		struct pci_function *function = pci_get(i);

		if (function->vendor != PCI_VENDOR_VIRTIO || function->product < PRODUCT_TRANSITIONAL ||
		    function->product >= PRODUCT_END)
			continue;
		if (function->product >= PRODUCT_MODERN)
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

uint8_t virtio_status(const struct virtio_device *device)
{
	return virtio_common_read8(device, VIRTIO_PCI_COMMON_STATUS);
}

void virtio_set_status(const struct virtio_device *device, uint8_t status)
{
	mmio_write8(common(device, VIRTIO_PCI_COMMON_STATUS), status);
}

bool virtio_reset(const struct virtio_device *device)
{
	virtio_set_status(device, 0);
	return poll_until(virtio_status(device) == 0, VIRTIO_RESET_LIMIT);
}

uint64_t virtio_offered(const struct virtio_device *device)
{
	uint64_t low, high;

	virtio_common_write32(device, VIRTIO_PCI_COMMON_DFSELECT, 0);
	low = virtio_common_read32(device, VIRTIO_PCI_COMMON_DF);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_DFSELECT, 1);
	high = virtio_common_read32(device, VIRTIO_PCI_COMMON_DF);
	return high << 32 | low;
}

uint8_t virtio_isr(const struct virtio_device *device)
{
	return mmio_read8(device->isr.at);
}

uint8_t virtio_config_generation(const struct virtio_device *device)
{
	return virtio_common_read8(device, VIRTIO_PCI_COMMON_CFGGENERATION);
}

static uint64_t read_field(const struct virtio_device *device, uint32_t offset, uint32_t width)
{
	phys_addr at = { device->config.at.value + offset };
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
		at.value += 4;
		return (uint64_t)mmio_read32_le(at) << 32 | low;
	}
}

#define GENERATION_TRIES	100

bool virtio_config_read(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t *value)
{
	if (!device->config.present || width > device->config.length || offset > device->config.length - width)
		return false;
	for (unsigned tries = 0; tries < GENERATION_TRIES; tries++) {
		uint8_t before = virtio_config_generation(device);

		*value = read_field(device, offset, width);
		if (virtio_config_generation(device) == before)
			return true;
	}
	return false;
}
