/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the transports of virtio share with each other, and with nobody else: operations of struct virtio_transport that
 * are the same over PCI and over MMIO, and the list of devices that both add to.
 */
#ifndef VIRTIO_TRANSPORTS_H
#define VIRTIO_TRANSPORTS_H

#include "drivers/virtio/virtqueue.h"

/* Through the transport's fields of the common configuration, and device->config (modern.c). */
uint8_t virtio_modern_status(const struct virtio_device *device);
void virtio_modern_set_status(const struct virtio_device *device, uint8_t status);
uint64_t virtio_modern_offered(const struct virtio_device *device);
uint64_t virtio_modern_accept(const struct virtio_device *device, uint64_t features);
bool virtio_modern_read_config(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t *value);
void virtio_modern_write_config(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t value);
uint16_t virtio_modern_queue_size(const struct virtio_device *device, uint16_t index);
bool virtio_modern_set_queue(const struct virtio_device *device, uint16_t index, uint16_t size,
			     const struct virtqueue_place *places);

/* In the guest's byte order, at device->config, and without a generation (legacy.c). */
bool virtio_legacy_read_config(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t *value);
void virtio_legacy_write_config(const struct virtio_device *device, uint32_t offset, uint32_t width, uint64_t value);
/* A ring as it is told a legacy device lies as virtio_legacy_layout() says, at a number that fits the register. */
bool virtio_legacy_fits(uint16_t size, const struct virtqueue_place *places);

/* Room for one more device, and for its legacy interface; NULL where there is none, and then one more is left out. */
struct virtio_device *virtio_add(struct virtio_device **legacy);
/* The name of a type: "rng", or "other". */
const char *virtio_kind(uint16_t type);

/* Adds the devices in slots of virtio-mmio (mmio.c). */
void virtio_mmio_attach(const struct platform *platform);

#endif
