/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The split ring: descriptor table, available ring, used ring. See virtqueue.h.
 *
 * Source: VIRTIO 1.4, section 2.7.
 */
#include "drivers/virtio/virtqueue_ops.h"

struct vring_desc *virtqueue_descriptors(const struct virtqueue *queue)
{
	return virtqueue_pointer(queue, PART_DESCRIPTORS);
}

struct vring_avail *virtqueue_available(const struct virtqueue *queue)
{
	return virtqueue_pointer(queue, PART_AVAILABLE);
}

struct vring_used *virtqueue_used_ring(const struct virtqueue *queue)
{
	return virtqueue_pointer(queue, PART_USED);
}

/* Behind the entries of each ring stands the event index of the other side. */
static __virtio16 *used_event(const struct virtqueue *queue)
{
	return &virtqueue_available(queue)->ring[queue->size];
}

static const __virtio16 *available_event(const struct virtqueue *queue)
{
	return (const __virtio16 *)&virtqueue_used_ring(queue)->ring[queue->size];
}

static uint32_t split_part_size(enum virtqueue_part part, uint16_t size)
{
	switch (part) {
	case PART_DESCRIPTORS:
		return sizeof(struct vring_desc) * size;
	case PART_AVAILABLE:
		return sizeof(struct vring_avail) + sizeof(__virtio16) * (size + 1u);
	default:
		return sizeof(struct vring_used) + sizeof(struct vring_used_elem) * size + sizeof(__virtio16);
	}
}

static void write_descriptor(const struct virtqueue *queue, struct vring_desc *descriptor,
			     const struct virtqueue_buffer *buffer, uint16_t flags, uint16_t next)
{
	descriptor->addr = cpu_to_virtio64(queue->device, buffer->number);
	descriptor->len = cpu_to_virtio32(queue->device, buffer->size);
	descriptor->flags = cpu_to_virtio16(queue->device, flags);
	descriptor->next = cpu_to_virtio16(queue->device, flags & VRING_DESC_F_NEXT ? next : 0);
}

/* The size is a power of two, and not every CPU has a division. */
static uint16_t slot(const struct virtqueue *queue, uint16_t index)
{
	return index & (queue->size - 1);
}

static uint16_t split_write(struct virtqueue *queue, const struct virtqueue_chain *chain)
{
	unsigned count = virtqueue_entries(chain);
	uint16_t head = queue->free_head;
	uint16_t at = head;

	for (unsigned i = 0; i < count; i++) {
		write_descriptor(queue, &virtqueue_descriptors(queue)[at], virtqueue_entry(chain, i),
				 virtqueue_entry_flags(chain, i), queue->next[at]);
		if (i + 1 == count)
			queue->free_head = queue->next[at];
		at = queue->next[at];
	}
	virtqueue_available(queue)->ring[slot(queue, queue->available)] = cpu_to_virtio16(queue->device, head);
	queue->available++;
	queue->added++;
	return head;
}

static void split_write_table(const struct virtqueue *queue, void *table, const struct virtqueue_buffer *pieces,
			      unsigned count)
{
	struct vring_desc *descriptors = table;

	for (unsigned i = 0; i < count; i++)
		write_descriptor(queue, &descriptors[i], &pieces[i],
				 (pieces[i].device_writes ? VRING_DESC_F_WRITE : 0) |
					 (i + 1 < count ? VRING_DESC_F_NEXT : 0),
				 i + 1);
}

static void split_show(struct virtqueue *queue)
{
	virtqueue_store16(queue, &virtqueue_available(queue)->idx, queue->available);
}

static uint16_t split_used_index(const struct virtqueue *queue)
{
	return virtqueue_load16(queue, &virtqueue_used_ring(queue)->idx);
}

static enum virtqueue_answer split_look(const struct virtqueue *queue, struct virtqueue_look *look)
{
	const struct vring_used_elem *element = &virtqueue_used_ring(queue)->ring[slot(queue, queue->used)];
	uint16_t ready = split_used_index(queue) - queue->used;

	if (ready == 0)
		return QUEUE_EMPTY;
	if (ready > queue->size)
		return QUEUE_BROKEN;
	/* The entry may not be read before the index that showed it, nor the buffer before the entry. */
	barrier_read();
	*look = (struct virtqueue_look) {
		virtqueue_load32(queue, &element->id), virtqueue_load32(queue, &element->len), ready,
	};
	return QUEUE_USED;
}

static void split_step(struct virtqueue *queue, uint16_t head)
{
	(void)head;
	queue->used++;
}

/*
 * With IN_ORDER the table is used like a ring: chains come back in order, so that what is free is one run behind what
 * is outstanding, and each descriptor is followed by its neighbour always. Otherwise what came back last is used next.
 */
static void split_release(struct virtqueue *queue, uint16_t head)
{
	uint16_t last = head;

	if (virtqueue_accepted(queue, VIRTIO_IN_ORDER))
		return;
	for (uint16_t i = 1; i < queue->length[head]; i++)
		last = queue->next[last];
	queue->next[last] = queue->free_head;
	queue->free_head = head;
}

static bool split_wants_notification(const struct virtqueue *queue)
{
	uint16_t event = virtqueue_load16(queue, available_event(queue));

	if (virtqueue_accepted(queue, VIRTIO_EVENT_IDX))
		return vring_need_event(event, queue->available, queue->available - queue->published);
	return !(virtqueue_load16(queue, &virtqueue_used_ring(queue)->flags) & VRING_USED_F_NO_NOTIFY);
}

/* With an index there is no "never": the farthest one is the one just behind us. */
static void split_ask_interrupts(const struct virtqueue *queue)
{
	if (virtqueue_accepted(queue, VIRTIO_EVENT_IDX))
		virtqueue_store16(queue, used_event(queue), queue->interrupts ? queue->used : queue->used - 1);
	else
		virtqueue_store16(queue, &virtqueue_available(queue)->flags,
				  queue->interrupts ? 0 : VRING_AVAIL_F_NO_INTERRUPT);
}

static uint16_t split_position(const struct virtqueue *queue)
{
	return queue->available;
}

const struct virtqueue_ops virtqueue_split_ops = {
	.part_size = split_part_size, .write = split_write, .show = split_show,
	.look = split_look, .step = split_step, .release = split_release,
	.used_index = split_used_index, .wants_notification = split_wants_notification,
	.ask_interrupts = split_ask_interrupts,
	.position = split_position, .write_table = split_write_table,
};
