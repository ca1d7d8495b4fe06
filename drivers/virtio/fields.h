/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The byte order of what a virtio device and its driver share in memory: rings, request headers, configuration. With
 * VERSION_1 it is little-endian on every machine; without it, it is the guest's own ("native"), which this file alone
 * knows. The legacy interface's own registers are little-endian either way (DEF-30), and are not this file's.
 */
#ifndef VIRTIO_FIELDS_H
#define VIRTIO_FIELDS_H

#include "boot/byteorder.h"
#include "drivers/virtio/virtio.h"

static inline bool virtio_native_order(const struct virtio_device *device)
{
	return !(device->accepted & VIRTIO_VERSION_1);
}

/* Of a field of 64 bits that is accessed as two of 32: which half has the lower address. */
static inline bool virtio_high_half_first(const struct virtio_device *device)
{
	return virtio_native_order(device) && !BYTEORDER_LITTLE;
}

#define VIRTIO_FIELD_FUNCTIONS(bits) \
	static inline uint##bits##_t cpu_to_virtio##bits(const struct virtio_device *device, uint##bits##_t value) \
		{ return virtio_native_order(device) ? value : cpu_to_le##bits(value); } \
	static inline uint##bits##_t virtio##bits##_to_cpu(const struct virtio_device *device, uint##bits##_t value) \
		{ return virtio_native_order(device) ? value : le##bits##_to_cpu(value); }

VIRTIO_FIELD_FUNCTIONS(16)
VIRTIO_FIELD_FUNCTIONS(32)
VIRTIO_FIELD_FUNCTIONS(64)

#endif
