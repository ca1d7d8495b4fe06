/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What virtqueue.c and the two formats of rings share among themselves; nobody else includes this.
 */
#ifndef VIRTQUEUE_OPS_H
#define VIRTQUEUE_OPS_H

#include "drivers/virtio/fields.h"
#include "drivers/virtio/virtqueue.h"

/* What goes into the ring for a request: pieces of it, behind them its indirect table, or either alone. */
struct virtqueue_chain {
	const struct virtqueue_buffer *pieces;
	unsigned direct;			/* pieces */
	bool indirect;
	struct virtqueue_buffer table;
};

static inline unsigned virtqueue_entries(const struct virtqueue_chain *chain)
{
	return chain->direct + (chain->indirect ? 1 : 0);
}

static inline const struct virtqueue_buffer *virtqueue_entry(const struct virtqueue_chain *chain, unsigned i)
{
	return i < chain->direct ? &chain->pieces[i] : &chain->table;
}

static inline uint16_t virtqueue_entry_flags(const struct virtqueue_chain *chain, unsigned i)
{
	return (virtqueue_entry(chain, i)->device_writes ? VRING_DESC_F_WRITE : 0) |
	       (i + 1 < virtqueue_entries(chain) ? VRING_DESC_F_NEXT : 0) |
	       (i == chain->direct ? VRING_DESC_F_INDIRECT : 0);
}

/* What the next used entry of the ring says. */
struct virtqueue_look {
	uint32_t id, length;
	unsigned ready;				/* most chains that it can stand for, IN_ORDER */
};

struct virtqueue_ops {
	/* Bytes of a part. */
	uint32_t (*part_size)(enum virtqueue_part part, uint16_t size);
	/* Writes a chain, for which there is room; the device must not see it yet. Returns its head. */
	uint16_t (*write)(struct virtqueue *queue, const struct virtqueue_chain *chain);
	/* The store that shows what was written. */
	void (*show)(struct virtqueue *queue);
	enum virtqueue_answer (*look)(const struct virtqueue *queue, struct virtqueue_look *look);
	/* Steps over the used entry of this chain. */
	void (*step)(struct virtqueue *queue, uint16_t head);
	/* Gives the descriptors, or the id, of a chain back. */
	void (*release)(struct virtqueue *queue, uint16_t head);
	uint16_t (*used_index)(const struct virtqueue *queue);
	bool (*wants_notification)(const struct virtqueue *queue);
	void (*ask_interrupts)(const struct virtqueue *queue);
	/* The position that a doorbell tells with NOTIFICATION_DATA. */
	uint16_t (*position)(const struct virtqueue *queue);
	void (*write_table)(const struct virtqueue *queue, void *table, const struct virtqueue_buffer *pieces,
			    unsigned count);
};

extern const struct virtqueue_ops virtqueue_split_ops, virtqueue_packed_ops;

static inline bool virtqueue_accepted(const struct virtqueue *queue, uint64_t feature)
{
	return queue->device->accepted & feature;
}

static inline void *virtqueue_pointer(const struct virtqueue *queue, enum virtqueue_part part)
{
	return arch_pointer(queue->places[part].memory);
}

/* What stands in memory now: the device may change it at any time. */
static inline uint16_t virtqueue_load16(const struct virtqueue *queue, const __virtio16 *field)
{
	return virtio16_to_cpu(queue->device, *(const volatile __virtio16 *)field);
}

static inline uint32_t virtqueue_load32(const struct virtqueue *queue, const __virtio32 *field)
{
	return virtio32_to_cpu(queue->device, *(const volatile __virtio32 *)field);
}

static inline void virtqueue_store16(const struct virtqueue *queue, __virtio16 *field, uint16_t value)
{
	*(volatile __virtio16 *)field = cpu_to_virtio16(queue->device, value);
}

#endif
