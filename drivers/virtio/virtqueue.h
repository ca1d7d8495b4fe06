/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtqueues: a ring, split or packed as negotiated, its indirect tables, and the doorbell.
 *
 * virtqueue.c does what is the same for both formats; virtqueue_split.c and packed.c know how theirs lies in memory.
 * The driver keeps its own record of what is outstanding and believes nothing that stands in memory a device can write.
 * Layout and constants are those of <linux/virtio_ring.h>.
 *
 * Source: VIRTIO 1.4, sections 2.7 and 2.8.
 */
#ifndef VIRTQUEUE_H
#define VIRTQUEUE_H

#include <linux/virtio_ring.h>

#include "drivers/virtio/virtio.h"

/* Entries of the largest queue busproof sets up; a device that has a larger one is told to use this many. */
#define VIRTQUEUE_LARGEST	1024
/* Entries of the largest of which each part fits a frame: those that tests put at decoys are no larger. */
#define VIRTQUEUE_IN_FRAMES	256

/* Pieces that an indirect table has room for. */
#define VIRTQUEUE_TABLE_ENTRIES	16

/* The ring features; those without a name in the kernel's headers by their number. */
#define VIRTIO_INDIRECT_DESC	VIRTIO_BIT(VIRTIO_RING_F_INDIRECT_DESC)
#define VIRTIO_EVENT_IDX	VIRTIO_BIT(VIRTIO_RING_F_EVENT_IDX)
#define VIRTIO_RING_PACKED	VIRTIO_BIT(VIRTIO_F_RING_PACKED)
#define VIRTIO_IN_ORDER		VIRTIO_BIT(VIRTIO_F_IN_ORDER)
#define VIRTIO_NOTIFICATION_DATA VIRTIO_BIT(38)

/*
 * The places of a queue in memory. The device is told the first three in registers, which serve both formats; where an
 * indirect table is, a descriptor tells.
 */
enum virtqueue_part {
	PART_DESCRIPTORS, PART_AVAILABLE, PART_USED, VIRTQUEUE_PARTS,
	PART_RING = PART_DESCRIPTORS,		/* packed */
	PART_DRIVER_EVENTS = PART_AVAILABLE,
	PART_DEVICE_EVENTS = PART_USED,
	PART_INDIRECT = VIRTQUEUE_PARTS, VIRTQUEUE_PLACES,
};

/* Where the CPU finds a part, and the number that the device is told for it. */
struct virtqueue_place {
	phys_addr memory;
	uint64_t number;
};

/* How chains are laid out where INDIRECT_DESC is accepted. */
enum virtqueue_layout {
	LAYOUT_DIRECT,
	LAYOUT_INDIRECT,			/* all pieces in an indirect table */
	LAYOUT_TAIL,				/* split only: the first piece direct, others in a table (SPLIT-7) */
};

struct virtqueue_ops;

struct virtqueue {
	struct virtio_device *device;
	const struct virtqueue_ops *ops;	/* of the format */
	uint16_t index;				/* of the queue in the device */
	uint16_t size;				/* entries; a power of two where the ring is split */
	enum virtqueue_layout layout;
	struct dma_area area;			/* a frame or more for each part */
	struct virtqueue_place places[VIRTQUEUE_PLACES];
	phys_addr doorbell;

	uint16_t available;			/* split: next available index, free-running; packed: next slot */
	uint16_t used;				/* split: the used index up to which we have seen; packed: the slot */
	bool available_wrap, used_wrap;		/* packed: wrap counters of both */
	uint16_t added, published;		/* entries not yet shown; shown since a doorbell was thought of */
	uint16_t withheld_slot, withheld_flags;	/* packed, where added: what will show it all to the device */
	bool interrupts;			/* wanted */

	/* Our record, in a frame that no device is told of; all by descriptor (split) or by buffer id (packed). */
	phys_addr record;
	uint16_t free_count;			/* entries of the ring */
	uint16_t free_head;
	uint16_t *next;				/* chains of free and of outstanding descriptors; packed: of free ids */
	uint16_t *length;			/* entries of the chain with this head; 0: not outstanding */
	uint32_t *writable;			/* bytes that the device may write */
	uint8_t *table;				/* the chain's indirect table + 1; 0: none */
	uint32_t tables;			/* bits of those in use */
	uint16_t *order;			/* IN_ORDER: heads in the order they were made available */
	uint16_t order_first, order_count;
	uint16_t batch;				/* IN_ORDER: chains that the last used entry still stands for */
	uint32_t batch_length;

	/* Where not NULL: called when the rings are complete, before the device can know. For tests that forge a
	 * copy. */
	void (*before_publish)(struct virtqueue *queue, void *context);
	void *context;
};

/* One piece of a request. */
struct virtqueue_buffer {
	uint64_t number;			/* the address to tell the device */
	uint32_t size;
	bool device_writes;
};

/*
 * Sets up queue index with at most size entries (up to VIRTQUEUE_LARGEST, a power of two where the ring is split) and
 * enables it, in the format that was negotiated; places (NULL, or VIRTQUEUE_PLACES of them, frames of the caller's) put
 * parts elsewhere: one that is all zero leaves its part in our own area. Without INDIRECT_DESC the last of them is not
 * looked at; a ring that lies in one area (virtio_transport.one_area) is put where the first says, and its size is the
 * device's choice.
 * False: the device has no such queue, or there is no memory. The device must be between FEATURES_OK and DRIVER_OK, or
 * the queue have been reset.
 */
bool virtqueue_start(struct virtqueue *queue, struct virtio_device *device, uint16_t index, uint16_t size,
		     const struct virtqueue_place *places);
/* Gives the memory back. The device, or the queue, must have been reset before. */
void virtqueue_stop(struct virtqueue *queue);

/* RING_RESET: takes the queue away from the device, by itself; true when that is done, within VIRTIO_RESET_LIMIT. The
 * common configuration must reach as far as VIRTIO_COMMON_Q_RESET, for which the kernel's header has no name yet. */
#define VIRTIO_COMMON_Q_RESET	58
bool virtqueue_reset(const struct virtqueue *queue);

/* Puts a chain of buffers into the ring. Returns its head, or -1 when there is no room, or when it is no chain that a
 * driver may make: readable ones come first, and all have 2^32 bytes at the most. */
int virtqueue_add(struct virtqueue *queue, const struct virtqueue_buffer *buffers, unsigned count);
/* Makes what was added visible to the device, without the doorbell; and the doorbell, which rings even where the device
 * has asked for none (DRV-SPLIT-21 says SHOULD NOT), because a test wants it rung. */
void virtqueue_publish(struct virtqueue *queue);
void virtqueue_notify(struct virtqueue *queue);
/* Has the device asked for a doorbell for what was published since the last one, or since it was asked last? */
bool virtqueue_wants_notification(struct virtqueue *queue);
/* Asks the device for an interrupt at the next used buffer, and at each later one that is published or waited for; or
 * asks it for none. A queue begins with the former. */
void virtqueue_interrupts(struct virtqueue *queue, bool wanted);

/* What the device has used. */
struct virtqueue_used {
	uint16_t head;
	uint32_t length;			/* bytes written, as the device says */
};
enum virtqueue_answer {
	QUEUE_EMPTY,				/* nothing new */
	QUEUE_USED,
	QUEUE_BROKEN,				/* an id that is not outstanding, or an index that ran ahead */
};
enum virtqueue_answer virtqueue_take(struct virtqueue *queue, struct virtqueue_used *used);

static inline bool virtqueue_packed(const struct virtqueue *queue)
{
	return queue->device->accepted & VIRTIO_RING_PACKED;
}

/* The used index as it stands in memory now; packed: our own, and one more where the device has used the next slot. */
uint16_t virtqueue_used_index(const struct virtqueue *queue);
/* Pointers into the parts, for tests. */
struct vring_desc *virtqueue_descriptors(const struct virtqueue *queue);
struct vring_avail *virtqueue_available(const struct virtqueue *queue);
struct vring_used *virtqueue_used_ring(const struct virtqueue *queue);
struct vring_packed_desc *virtqueue_ring(const struct virtqueue *queue);
struct vring_packed_desc_event *virtqueue_driver_events(const struct virtqueue *queue);
struct vring_packed_desc_event *virtqueue_device_events(const struct virtqueue *queue);

#endif
