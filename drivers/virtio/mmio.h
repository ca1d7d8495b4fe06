/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio over MMIO: the slots, and their registers to themselves, for the transports (mmio.c, mmio_legacy.c) and for
 * those who judge them. Names of registers are those of <linux/virtio_mmio.h>; each has 32 bits, but for a device's
 * configuration behind them, where fields have their own width.
 *
 * Source: VIRTIO 1.4, section 4.2.
 */
#ifndef VIRTIO_MMIO_H
#define VIRTIO_MMIO_H

#include "drivers/virtio/virtio.h"

#define VIRTIO_MMIO_MAGIC	0x74726976u	/* "virt" */
#define VIRTIO_MMIO_LEGACY	1		/* versions */
#define VIRTIO_MMIO_MODERN	2
/* Newer than the kernel's header: 1 resets the selected queue, and is read until that is done (with RING_RESET). */
#define VIRTIO_MMIO_QUEUE_RESET	0x0c0

#define VIRTIO_MMIO_SLOTS	64		/* that are looked at */
#define VIRTIO_MMIO_QUEUES	1024		/* more are not counted */
#define VIRTIO_MMIO_ENTRIES	32768u		/* of a queue, at most */

/* A slot of the machine, empty or not; NULL behind the last. */
const struct platform_node *virtio_mmio_slot(const struct platform *platform, unsigned number);

/* A register of a device there, by its offset. */
uint32_t virtio_mmio_read(const struct virtio_device *device, unsigned offset);
void virtio_mmio_write(const struct virtio_device *device, unsigned offset, uint32_t value);

/* What both versions have. queue_most: entries that the selected queue can have, 0: it is not there. */
uint16_t virtio_mmio_queue_most(const struct virtio_device *device);
uint8_t virtio_mmio_isr(const struct virtio_device *device);
bool virtio_mmio_pending(const struct virtio_device *device);
bool virtio_mmio_doorbell(const struct virtio_device *device, uint16_t index, phys_addr *at);

#endif
