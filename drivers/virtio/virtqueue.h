/*
 * A split virtqueue: descriptor table, available ring, used ring, and the doorbell.
 *
 * The driver keeps its own record of what is outstanding and believes nothing that stands in memory a device can
 * write. Layout and constants are those of <linux/virtio_ring.h>.
 *
 * Source: VIRTIO 1.4, section 2.7.
 */
#ifndef VIRTQUEUE_H
#define VIRTQUEUE_H

#include <linux/virtio_ring.h>

#include "drivers/virtio/virtio.h"

/* Entries of the largest queue busproof sets up; each part of the ring then fits a frame. */
#define VIRTQUEUE_LARGEST	256

/* The three places of a queue in memory. */
enum virtqueue_part { PART_DESCRIPTORS, PART_AVAILABLE, PART_USED, VIRTQUEUE_PARTS };

/* Where the CPU finds a part, and the number that the device is told for it. */
struct virtqueue_place {
	phys_addr memory;
	uint64_t number;
};

struct virtqueue {
	struct virtio_device *device;
	uint16_t index;				/* of the queue in the device */
	uint16_t size;				/* entries, a power of two */
	struct dma_area area;			/* a frame for each part */
	struct virtqueue_place places[VIRTQUEUE_PARTS];
	phys_addr doorbell;
	uint16_t available;			/* our next available index, free-running */
	uint16_t used;				/* the used index up to which we have seen */
	uint16_t free_count;
	uint16_t free_head;
	uint16_t next[VIRTQUEUE_LARGEST];	/* chains of free and of outstanding descriptors */
	uint16_t length[VIRTQUEUE_LARGEST];	/* descriptors of the chain with this head; 0: not outstanding */
	/* Where not NULL: called when the rings are complete, before the device can know. For tests that forge a copy. */
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
 * Sets up queue index with at most size entries (a power of two up to VIRTQUEUE_LARGEST) and enables it; places (NULL,
 * or VIRTQUEUE_PARTS of them, frames of the caller's) put parts elsewhere: one with number ~0 stays in our own area.
 * False: the device has no such queue, or there is no memory. The device must be between FEATURES_OK and DRIVER_OK.
 */
bool virtqueue_start(struct virtqueue *queue, struct virtio_device *device, uint16_t index, uint16_t size,
		     const struct virtqueue_place *places);
/* Gives the memory back. The device must have been reset before. */
void virtqueue_stop(struct virtqueue *queue);

/* Puts a chain of buffers, readable ones first, into the ring. Returns its head, or -1 when there is no room. */
int virtqueue_add(struct virtqueue *queue, const struct virtqueue_buffer *buffers, unsigned count);
/* Makes what was added visible to the device, without the doorbell; and the doorbell, which rings even where the device
 * has asked for none (DRV-SPLIT-21 says SHOULD NOT), because a test wants it rung. */
void virtqueue_publish(struct virtqueue *queue);
void virtqueue_notify(struct virtqueue *queue);

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

/* The used index as it stands in memory now. */
uint16_t virtqueue_used_index(const struct virtqueue *queue);
/* Pointers into the parts, for tests. */
struct vring_desc *virtqueue_descriptors(const struct virtqueue *queue);
struct vring_avail *virtqueue_available(const struct virtqueue *queue);
struct vring_used *virtqueue_used_ring(const struct virtqueue *queue);

#endif
