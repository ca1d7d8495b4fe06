/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The modern interface of virtio over PCI: the registers that a device's capabilities have led to, as the transport
 * virtio_modern; and how a doorbell is rung. See virtio.h. Where the structures are is found by pci.c, the legacy
 * interface is legacy.c's. What is done with fields of the common configuration serves virtio-mmio as well (mmio.c).
 */
#include <linux/virtio_pci.h>

#include "drivers/virtio/transports.h"

static phys_addr common(const struct virtio_device *device, unsigned field)
{
	return (phys_addr) { device->common.at.value + field };
}

static uint32_t modern_read_common(const struct virtio_device *device, unsigned field, unsigned width)
{
	if (width == 1)
		return mmio_read8(common(device, field));
	return width == 2 ? mmio_read16_le(common(device, field)) : mmio_read32_le(common(device, field));
}

static void modern_write_common(const struct virtio_device *device, unsigned field, unsigned width, uint32_t value)
{
	if (width == 1)
		mmio_write8(common(device, field), (uint8_t)value);
	else if (width == 2)
		mmio_write16_le(common(device, field), (uint16_t)value);
	else
		mmio_write32_le(common(device, field), value);
}

uint8_t virtio_common_read8(const struct virtio_device *device, unsigned field)
{
	return (uint8_t)device->transport->read_common(device, field, 1);
}

uint16_t virtio_common_read16(const struct virtio_device *device, unsigned field)
{
	return (uint16_t)device->transport->read_common(device, field, 2);
}

uint32_t virtio_common_read32(const struct virtio_device *device, unsigned field)
{
	return device->transport->read_common(device, field, 4);
}

void virtio_common_write16(const struct virtio_device *device, unsigned field, uint16_t value)
{
	device->transport->write_common(device, field, 2, value);
}

void virtio_common_write32(const struct virtio_device *device, unsigned field, uint32_t value)
{
	device->transport->write_common(device, field, 4, value);
}

void virtio_common_write64(const struct virtio_device *device, unsigned field, uint64_t value)
{
	virtio_common_write32(device, field, (uint32_t)value);
	virtio_common_write32(device, field + 4, (uint32_t)(value >> 32));
}

uint8_t virtio_modern_status(const struct virtio_device *device)
{
	return virtio_common_read8(device, VIRTIO_PCI_COMMON_STATUS);
}

void virtio_modern_set_status(const struct virtio_device *device, uint8_t status)
{
	device->transport->write_common(device, VIRTIO_PCI_COMMON_STATUS, 1, status);
}

uint64_t virtio_modern_offered(const struct virtio_device *device)
{
	uint64_t low, high;

	virtio_common_write32(device, VIRTIO_PCI_COMMON_DFSELECT, 0);
	low = virtio_common_read32(device, VIRTIO_PCI_COMMON_DF);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_DFSELECT, 1);
	high = virtio_common_read32(device, VIRTIO_PCI_COMMON_DF);
	return high << 32 | low;
}

uint64_t virtio_modern_accept(const struct virtio_device *device, uint64_t features)
{
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, 0);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GF, (uint32_t)features);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, 1);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GF, (uint32_t)(features >> 32));
	return features;
}

static uint8_t modern_isr(const struct virtio_device *device)
{
	return mmio_read8(device->isr.at);
}

/* Of virtio-mmio it has 32 bits. */
uint32_t virtio_config_generation(const struct virtio_device *device)
{
	return device->transport->read_common(device, VIRTIO_PCI_COMMON_CFGGENERATION, 1);
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

bool virtio_modern_read_config(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t *value)
{
	for (unsigned tries = 0; tries < GENERATION_TRIES; tries++) {
		uint32_t before = virtio_config_generation(device);

		*value = read_field(device, offset, width);
		if (virtio_config_generation(device) == before)
			return true;
	}
	return false;
}

void virtio_modern_write_config(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t value)
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

uint16_t virtio_modern_queue_size(const struct virtio_device *device, uint16_t index)
{
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	return virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE);
}

bool virtio_modern_set_queue(const struct virtio_device *device, uint16_t index, uint16_t size,
			     const struct virtqueue_place *places)
{
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SIZE, size);
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_DESCLO, places[PART_DESCRIPTORS].number);
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_AVAILLO, places[PART_AVAILABLE].number);
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_USEDLO, places[PART_USED].number);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_ENABLE, 1);
	return true;
}

static uint16_t modern_config_vector(const struct virtio_device *device, uint16_t vector)
{
	virtio_common_write16(device, VIRTIO_PCI_COMMON_MSIX, vector);
	return virtio_common_read16(device, VIRTIO_PCI_COMMON_MSIX);
}

static uint16_t modern_queue_vector(const struct virtio_device *device, uint16_t index, uint16_t vector)
{
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_MSIX, vector);
	return virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_MSIX);
}

/* Offset and multiplier are the device's choice (DEF-27). */
static bool modern_doorbell(const struct virtio_device *device, uint16_t index, phys_addr *at)
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

/* The page is QEMU's for this CPU. Where other structures share it, QEMU looks closer. */
bool virtio_doorbell_ends_qemu(const struct virtio_device *device, phys_addr doorbell)
{
	uint64_t page = doorbell.value & ~(uint64_t)(CPU_PAGE_SIZE - 1);
	uint64_t start = device->notify.at.value;

	return arch_platform()->emulated && page >= start && page + CPU_PAGE_SIZE <= start + device->notify.length &&
	       (page - start) % CPU_PAGE_SIZE != 0;
}

void virtio_ring(const struct virtio_device *device, phys_addr doorbell, unsigned width, uint32_t value)
{
	unsigned data = 0;

	if (device->transport->wide_doorbell)
		width = 4;
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
	.name = "modern", .features_ok = true, .queue_select = VIRTIO_PCI_COMMON_Q_SELECT,
	.read_common = modern_read_common, .write_common = modern_write_common,
	.status = virtio_modern_status, .set_status = virtio_modern_set_status, .offered = virtio_modern_offered,
	.accept = virtio_modern_accept, .isr = modern_isr,
	.read_config = virtio_modern_read_config, .write_config = virtio_modern_write_config,
	.queue_size = virtio_modern_queue_size, .set_queue = virtio_modern_set_queue, .doorbell = modern_doorbell,
	.config_vector = modern_config_vector, .queue_vector = modern_queue_vector,
};
