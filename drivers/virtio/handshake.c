/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is the same through either interface: the status handshake, feature negotiation, access to the configuration,
 * and the one rule that says which addresses a device is given. See virtio.h.
 */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "drivers/virtio/virtio.h"

bool virtio_uses_bus_addresses(const struct virtio_device *device)
{
	return device->accepted & VIRTIO_ACCESS_PLATFORM;
}

uint64_t virtio_address(const struct virtio_device *device, const struct dma_map *map, uint64_t offset)
{
	return (virtio_uses_bus_addresses(device) ? map->address.value : map->memory.value) + offset;
}

uint8_t virtio_status(const struct virtio_device *device)
{
	return device->transport->status(device);
}

void virtio_set_status(const struct virtio_device *device, uint8_t status)
{
	device->transport->set_status(device, status);
}

bool virtio_reset(const struct virtio_device *device)
{
	virtio_set_status(device, 0);
	return poll_until(virtio_status(device) == 0, VIRTIO_RESET_LIMIT);
}

uint64_t virtio_offered(const struct virtio_device *device)
{
	return device->transport->offered(device);
}

uint8_t virtio_isr(const struct virtio_device *device)
{
	return device->transport->isr(device);
}

bool virtio_interrupt_pending(const struct virtio_device *device)
{
	if (device->transport->pending)
		return device->transport->pending(device);
	return pci_read16(device->function, PCI_STATUS) & PCI_STATUS_INTERRUPT;
}

static bool in_config(const struct virtio_device *device, uint32_t offset, uint32_t width)
{
	uint32_t vectors = device->messages ? device->transport->vector_bytes : 0;
	uint32_t length = device->config.length > vectors ? device->config.length - vectors : 0;

	return device->config.present && width <= length && offset <= length - width;
}

bool virtio_config_read(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t *value)
{
	return in_config(device, offset, width) && device->transport->read_config(device, offset, width, value);
}

bool virtio_config_write(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t value)
{
	if (!in_config(device, offset, width))
		return false;
	device->transport->write_config(device, offset, width, value);
	return true;
}

bool virtio_negotiate(struct virtio_device *device, uint64_t features)
{
	uint8_t status = VIRTIO_CONFIG_S_ACKNOWLEDGE;

	if (!virtio_reset(device))
		return false;
	virtio_set_status(device, status);
	status |= VIRTIO_CONFIG_S_DRIVER;
	virtio_set_status(device, status);
	device->accepted = device->transport->accept(device, features);
	if (!device->transport->features_ok)
		return true;
	virtio_set_status(device, status | VIRTIO_CONFIG_S_FEATURES_OK);
	if (virtio_status(device) & VIRTIO_CONFIG_S_FEATURES_OK)
		return true;
	virtio_give_up(device);
	return false;
}

/* Bits are only ever added (DRV-STATUS-2). */
void virtio_driver_ok(const struct virtio_device *device)
{
	virtio_set_status(device, virtio_status(device) | VIRTIO_CONFIG_S_DRIVER_OK);
}

void virtio_give_up(const struct virtio_device *device)
{
	virtio_set_status(device, virtio_status(device) | VIRTIO_CONFIG_S_FAILED);
}
