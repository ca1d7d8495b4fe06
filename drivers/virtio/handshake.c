/*
 * The status handshake, feature negotiation, and the one rule that says which addresses a device is given. See virtio.h.
 */
#include <linux/virtio_pci.h>

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

static void write_features(struct virtio_device *device, uint64_t features)
{
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, 0);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GF, (uint32_t)features);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, 1);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GF, (uint32_t)(features >> 32));
	device->accepted = features;
}

bool virtio_negotiate(struct virtio_device *device, uint64_t features)
{
	uint8_t status = VIRTIO_CONFIG_S_ACKNOWLEDGE;

	if (!virtio_reset(device))
		return false;
	virtio_set_status(device, status);
	status |= VIRTIO_CONFIG_S_DRIVER;
	virtio_set_status(device, status);
	write_features(device, features);
	virtio_set_status(device, status | VIRTIO_CONFIG_S_FEATURES_OK);
	if (virtio_status(device) & VIRTIO_CONFIG_S_FEATURES_OK)
		return true;
	/* We go no further (DRV-INIT-5). */
	virtio_set_status(device, status | VIRTIO_CONFIG_S_FAILED);
	return false;
}

/* Bits are only ever added (DRV-STATUS-2). */
void virtio_driver_ok(const struct virtio_device *device)
{
	virtio_set_status(device, virtio_status(device) | VIRTIO_CONFIG_S_DRIVER_OK);
}
