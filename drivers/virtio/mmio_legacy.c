/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Version 1 of virtio over MMIO, the legacy interface: see mmio.h. Registers are those of version 2 where both have
 * them. A ring lies in one area, of which the device is told the page and the alignment of its used ring; features have
 * 32 bits, so that bit 33 cannot be accepted; configuration and rings are in the guest's byte order (legacy.c).
 *
 * Source: VIRTIO 1.4, section 4.2.4.
 */
#include <linux/virtio_mmio.h>

#include "drivers/virtio/mmio.h"
#include "drivers/virtio/transports.h"

static uint8_t mmio_legacy_status(const struct virtio_device *device)
{
	return (uint8_t)virtio_mmio_read(device, VIRTIO_MMIO_STATUS);
}

static void mmio_legacy_set_status(const struct virtio_device *device, uint8_t status)
{
	virtio_mmio_write(device, VIRTIO_MMIO_STATUS, status);
}

static uint64_t mmio_legacy_offered(const struct virtio_device *device)
{
	virtio_mmio_write(device, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
	return virtio_mmio_read(device, VIRTIO_MMIO_DEVICE_FEATURES);
}

/* Where ANY_LAYOUT is offered a driver must accept it (DRV-LEGRSVD-1). */
static uint64_t mmio_legacy_accept(const struct virtio_device *device, uint64_t features)
{
	uint32_t accepted = (uint32_t)features | (device->offered & VIRTIO_BIT(VIRTIO_F_ANY_LAYOUT));

	virtio_mmio_write(device, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
	virtio_mmio_write(device, VIRTIO_MMIO_DRIVER_FEATURES, accepted);
	return accepted;
}

static uint16_t mmio_legacy_queue_size(const struct virtio_device *device, uint16_t index)
{
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_SEL, index);
	return virtio_mmio_queue_most(device);
}

/* The size of a page is forgotten by a reset and needed before the first queue. Size and alignment come before the
 * page's number, which enables the queue. A driver may choose less entries; ours takes all there can be. */
static bool mmio_legacy_set_queue(const struct virtio_device *device, uint16_t index, uint16_t size,
				  const struct virtqueue_place *places)
{
	if (size != mmio_legacy_queue_size(device, index) || !virtio_legacy_fits(size, places))
		return false;
	virtio_mmio_write(device, VIRTIO_MMIO_GUEST_PAGE_SIZE, VIRTIO_LEGACY_ALIGN);
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_NUM, size);
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_ALIGN, VIRTIO_LEGACY_ALIGN);
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_PFN,
			  (uint32_t)(places[PART_DESCRIPTORS].number / VIRTIO_LEGACY_ALIGN));
	return true;
}

const struct virtio_transport virtio_mmio_legacy = {
	.name = "mmio-legacy", .one_area = true, .wide_doorbell = true, .queue_select = VIRTIO_MMIO_QUEUE_SEL,
	.status = mmio_legacy_status, .set_status = mmio_legacy_set_status, .offered = mmio_legacy_offered,
	.accept = mmio_legacy_accept, .isr = virtio_mmio_isr, .pending = virtio_mmio_pending,
	.read_config = virtio_legacy_read_config, .write_config = virtio_legacy_write_config,
	.queue_size = mmio_legacy_queue_size, .set_queue = mmio_legacy_set_queue, .doorbell = virtio_mmio_doorbell,
};
