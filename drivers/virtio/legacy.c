/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The legacy interface: a block of registers in the I/O space of BAR 0, behind it the device's configuration. See
 * virtio.h. The registers are little-endian on every machine; configuration and rings have the byte order of the guest
 * (fields.h). There are 32 feature bits, so bit 33 cannot be accepted and all addresses are physical.
 *
 * A queue's size is the device's own choice, and the device is told one number of 32 bits for all of its ring: its
 * address in units of 4096 bytes, whatever a page is.
 *
 * Source: VIRTIO 1.4, the legacy interface parts of sections 2.7 and 4.1.
 */
#include <linux/virtio_pci.h>

#include "drivers/virtio/fields.h"
#include "drivers/virtio/transports.h"

/* <linux/virtio_pci.h> names the registers:
 *	VIRTIO_PCI_HOST_FEATURES	0x00, 32 bits
 *	VIRTIO_PCI_GUEST_FEATURES	0x04, 32 bits
 *	VIRTIO_PCI_QUEUE_PFN		0x08, 32 bits
 *	VIRTIO_PCI_QUEUE_NUM		0x0c, 16 bits
 *	VIRTIO_PCI_QUEUE_SEL		0x0e, 16 bits
 *	VIRTIO_PCI_QUEUE_NOTIFY		0x10, 16 bits
 *	VIRTIO_PCI_STATUS		0x12, 8 bits
 *	VIRTIO_PCI_ISR			0x13, 8 bits
 * While MSI-X is on two more follow, before the configuration:
 *	VIRTIO_MSI_CONFIG_VECTOR	0x14, 16 bits
 *	VIRTIO_MSI_QUEUE_VECTOR		0x16, 16 bits
 */
#define LEGACY_CONFIG	VIRTIO_PCI_CONFIG_OFF(false)	/* 0x14 */
#define LEGACY_VECTORS	(VIRTIO_PCI_CONFIG_OFF(true) - LEGACY_CONFIG)	/* bytes of these two */
#define LEGACY_BAR	0

static phys_addr reg(const struct virtio_device *device, unsigned offset)
{
	return (phys_addr) { device->common.at.value + offset };
}

static uint8_t legacy_status(const struct virtio_device *device)
{
	return mmio_read8(reg(device, VIRTIO_PCI_STATUS));
}

static void legacy_set_status(const struct virtio_device *device, uint8_t status)
{
	mmio_write8(reg(device, VIRTIO_PCI_STATUS), status);
}

static uint64_t legacy_offered(const struct virtio_device *device)
{
	return mmio_read32_le(reg(device, VIRTIO_PCI_HOST_FEATURES));
}

/* Where ANY_LAYOUT is offered a driver must accept it (DRV-LEGRSVD-1). */
static uint64_t legacy_accept(const struct virtio_device *device, uint64_t features)
{
	uint32_t accepted = (uint32_t)features | (device->offered & VIRTIO_BIT(VIRTIO_F_ANY_LAYOUT));

	mmio_write32_le(reg(device, VIRTIO_PCI_GUEST_FEATURES), accepted);
	return accepted;
}

static uint8_t legacy_isr(const struct virtio_device *device)
{
	return mmio_read8(reg(device, VIRTIO_PCI_ISR));
}

static phys_addr config(const struct virtio_device *device, uint32_t offset)
{
	return (phys_addr) { device->config.at.value + (device->messages ? LEGACY_VECTORS : 0) + offset };
}

/* The accessors are those of a little-endian bus: turned back into bytes as they lie, a field has the guest's order. */
static uint64_t read_word(const struct virtio_device *device, uint32_t offset, uint32_t width)
{
	switch (width) {
	case 1:
		return mmio_read8(config(device, offset));
	case 2:
		return virtio16_to_cpu(device, cpu_to_le16(mmio_read16_le(config(device, offset))));
	default:
		return virtio32_to_cpu(device, cpu_to_le32(mmio_read32_le(config(device, offset))));
	}
}

static uint64_t read_field(const struct virtio_device *device, uint32_t offset, uint32_t width)
{
	uint64_t first, second;

	if (width < sizeof(uint64_t))
		return read_word(device, offset, width);
	first = read_word(device, offset, sizeof(uint32_t));
	second = read_word(device, offset + sizeof(uint32_t), sizeof(uint32_t));
	return virtio_high_half_first(device) ? first << 32 | second : second << 32 | first;
}

#define READS_MOST	100

/* There is no generation: a field counts when it reads the same twice (DRV-LEG-4). */
bool virtio_legacy_read_config(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t *value)
{
	uint64_t before = read_field(device, offset, width);

	for (unsigned reads = 1; reads < READS_MOST; reads++) {
		*value = read_field(device, offset, width);
		if (*value == before)
			return true;
		before = *value;
	}
	return false;
}

void virtio_legacy_write_config(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t value)
{
	bool high_first = virtio_high_half_first(device);

	switch (width) {
	case 1:
		mmio_write8(config(device, offset), (uint8_t)value);
		break;
	case 2:
		mmio_write16_le(config(device, offset), le16_to_cpu(cpu_to_virtio16(device, (uint16_t)value)));
		break;
	case 4:
		mmio_write32_le(config(device, offset), le32_to_cpu(cpu_to_virtio32(device, (uint32_t)value)));
		break;
	default:
		virtio_legacy_write_config(device, offset, sizeof(uint32_t),
					   (uint32_t)(high_first ? value >> 32 : value));
		virtio_legacy_write_config(device, offset + sizeof(uint32_t), sizeof(uint32_t),
				    (uint32_t)(high_first ? value : value >> 32));
		break;
	}
}

static void select(const struct virtio_device *device, uint16_t index)
{
	mmio_write16_le(reg(device, VIRTIO_PCI_QUEUE_SEL), index);
}

static uint16_t legacy_queue_size(const struct virtio_device *device, uint16_t index)
{
	select(device, index);
	return mmio_read16_le(reg(device, VIRTIO_PCI_QUEUE_NUM));
}

/* Descriptors, available ring, padding, used ring (DRV-LEGRING-2, DRV-LEGRING-3); the rings end with an event index. */
uint64_t virtio_legacy_layout(uint16_t size, uint64_t *offsets)
{
	uint64_t available = sizeof(struct vring_desc) * size;
	uint64_t used = available + sizeof(struct vring_avail) + sizeof(__virtio16) * (size + 1u);

	used = (used + VIRTIO_LEGACY_ALIGN - 1) / VIRTIO_LEGACY_ALIGN * VIRTIO_LEGACY_ALIGN;
	offsets[PART_DESCRIPTORS] = 0;
	offsets[PART_AVAILABLE] = available;
	offsets[PART_USED] = used;
	return used + sizeof(struct vring_used) + sizeof(struct vring_used_elem) * size + sizeof(__virtio16);
}

bool virtio_legacy_fits(uint16_t size, const struct virtqueue_place *places)
{
	uint64_t base = places[PART_DESCRIPTORS].number;
	uint64_t offsets[VIRTQUEUE_PARTS];

	if (base % VIRTIO_LEGACY_ALIGN || base / VIRTIO_LEGACY_ALIGN > UINT32_MAX)
		return false;
	virtio_legacy_layout(size, offsets);
	for (unsigned part = 0; part < VIRTQUEUE_PARTS; part++)
		if (places[part].number != base + offsets[part])
			return false;
	return true;
}

static bool legacy_set_queue(const struct virtio_device *device, uint16_t index, uint16_t size,
			     const struct virtqueue_place *places)
{
	uint64_t base = places[PART_DESCRIPTORS].number;

	if (size != legacy_queue_size(device, index) || !virtio_legacy_fits(size, places))
		return false;
	mmio_write32_le(reg(device, VIRTIO_PCI_QUEUE_PFN), (uint32_t)(base / VIRTIO_LEGACY_ALIGN));
	return true;
}

static uint16_t legacy_config_vector(const struct virtio_device *device, uint16_t vector)
{
	mmio_write16_le(reg(device, VIRTIO_MSI_CONFIG_VECTOR), vector);
	return mmio_read16_le(reg(device, VIRTIO_MSI_CONFIG_VECTOR));
}

static uint16_t legacy_queue_vector(const struct virtio_device *device, uint16_t index, uint16_t vector)
{
	select(device, index);
	mmio_write16_le(reg(device, VIRTIO_MSI_QUEUE_VECTOR), vector);
	return mmio_read16_le(reg(device, VIRTIO_MSI_QUEUE_VECTOR));
}

static bool legacy_doorbell(const struct virtio_device *device, uint16_t index, phys_addr *at)
{
	(void)index;
	*at = reg(device, VIRTIO_PCI_QUEUE_NOTIFY);
	return true;
}

const struct virtio_transport virtio_legacy = {
	.name = "legacy", .one_area = true, .queue_select = VIRTIO_PCI_QUEUE_SEL,
	.status = legacy_status, .set_status = legacy_set_status, .offered = legacy_offered,
	.accept = legacy_accept, .isr = legacy_isr,
	.read_config = virtio_legacy_read_config, .write_config = virtio_legacy_write_config,
	.queue_size = legacy_queue_size, .set_queue = legacy_set_queue, .doorbell = legacy_doorbell,
	.vector_bytes = LEGACY_VECTORS, .config_vector = legacy_config_vector, .queue_vector = legacy_queue_vector,
};

static const char *find_fault(const struct pci_bar *bar)
{
	if (bar->kind != PCI_BAR_IO)
		return "BAR 0 is not in I/O space: no legacy interface";
	if (bar->size < LEGACY_CONFIG)
		return "BAR 0 is too short for the legacy registers";
	if (!bar->placed)
		return "BAR 0, with the legacy registers, has no address";
	return "";
}

static struct virtio_structure structure(const struct pci_function *function, uint32_t offset, uint32_t length)
{
	if (length == 0)
		return (struct virtio_structure) { .present = false };
	return (struct virtio_structure) {
		.present = true, .bar = LEGACY_BAR, .offset = offset, .length = length,
		.at = pci_bar_address(function, LEGACY_BAR, offset),
	};
}

void virtio_legacy_attach(struct virtio_device *legacy, const struct virtio_device *device)
{
	const struct pci_bar *bar = &device->function->bars[LEGACY_BAR];

	*legacy = (struct virtio_device) {
		.function = device->function, .transport = &virtio_legacy, .type = device->type, .kind = device->kind,
		.transitional = true, .modern = device,
	};
	format(legacy->fault, sizeof(legacy->fault), "%s", find_fault(bar));
	if (legacy->fault[0])
		return;
	legacy->common = structure(device->function, 0, LEGACY_CONFIG);
	legacy->config = structure(device->function, LEGACY_CONFIG, (uint32_t)(bar->size - LEGACY_CONFIG));
	virtio_reset(legacy);
	legacy->offered = virtio_offered(legacy);
}
