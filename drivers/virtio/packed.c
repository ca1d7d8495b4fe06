/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packed ring: one ring of descriptors that both sides write, and an event suppression structure for each side. See
 * virtqueue.h.
 *
 * A descriptor is available when its AVAIL bit equals the driver's wrap counter and its USED bit does not; it is used
 * when both equal the device's. The counters begin with 1 and flip when their side passes the last slot. The flags of
 * the first descriptor that was added are withheld until all else stands in memory: the device cannot go past it.
 *
 * Source: VIRTIO 1.4, section 2.8.
 */
#include "drivers/virtio/virtqueue_ops.h"

#define FLAG_AVAILABLE	(1u << VRING_PACKED_DESC_F_AVAIL)
#define FLAG_USED	(1u << VRING_PACKED_DESC_F_USED)
#define WRAP		(1u << VRING_PACKED_EVENT_F_WRAP_CTR)
#define EVENT_FLAGS	3u

struct vring_packed_desc *virtqueue_ring(const struct virtqueue *queue)
{
	return virtqueue_pointer(queue, PART_RING);
}

struct vring_packed_desc_event *virtqueue_driver_events(const struct virtqueue *queue)
{
	return virtqueue_pointer(queue, PART_DRIVER_EVENTS);
}

struct vring_packed_desc_event *virtqueue_device_events(const struct virtqueue *queue)
{
	return virtqueue_pointer(queue, PART_DEVICE_EVENTS);
}

static uint32_t packed_part_size(enum virtqueue_part part, uint16_t size)
{
	return part == PART_RING ? sizeof(struct vring_packed_desc) * size : sizeof(struct vring_packed_desc_event);
}

/* Goes on by some slots, over the end of the ring. */
static void advance(const struct virtqueue *queue, uint16_t *slot, bool *wrap, uint16_t count)
{
	unsigned next = *slot + count;

	if (next >= queue->size) {
		next -= queue->size;
		*wrap = !*wrap;
	}
	*slot = next;
}

static void write_descriptor(const struct virtqueue *queue, struct vring_packed_desc *descriptor,
			     const struct virtqueue_buffer *buffer, uint16_t id)
{
	descriptor->addr = cpu_to_virtio64(queue->device, buffer->number);
	descriptor->len = cpu_to_virtio32(queue->device, buffer->size);
	descriptor->id = cpu_to_virtio16(queue->device, id);
}

/* The device gives back the id of the last descriptor; all of a chain carry the same. */
static uint16_t packed_write(struct virtqueue *queue, const struct virtqueue_chain *chain)
{
	uint16_t id = queue->free_head;

	queue->free_head = queue->next[id];
	for (unsigned i = 0; i < virtqueue_entries(chain); i++) {
		struct vring_packed_desc *descriptor = &virtqueue_ring(queue)[queue->available];
		uint16_t flags = virtqueue_entry_flags(chain, i) | (queue->available_wrap ? FLAG_AVAILABLE : FLAG_USED);

		write_descriptor(queue, descriptor, virtqueue_entry(chain, i), id);
		if (queue->added++ == 0) {
			queue->withheld_slot = queue->available;
			queue->withheld_flags = flags;
		} else {
			virtqueue_store16(queue, &descriptor->flags, flags);
		}
		advance(queue, &queue->available, &queue->available_wrap, 1);
	}
	return id;
}

/* In a table only the WRITE flag counts, and elements follow one another (DEF-18, DEF-20). */
static void packed_write_table(const struct virtqueue *queue, void *table, const struct virtqueue_buffer *pieces,
			       unsigned count)
{
	struct vring_packed_desc *descriptors = table;

	for (unsigned i = 0; i < count; i++) {
		write_descriptor(queue, &descriptors[i], &pieces[i], 0);
		descriptors[i].flags = cpu_to_virtio16(queue->device, pieces[i].device_writes ? VRING_DESC_F_WRITE : 0);
	}
}

static void packed_show(struct virtqueue *queue)
{
	if (queue->added)
		virtqueue_store16(queue, &virtqueue_ring(queue)[queue->withheld_slot].flags, queue->withheld_flags);
}

static bool next_is_used(const struct virtqueue *queue)
{
	uint16_t flags = virtqueue_load16(queue, &virtqueue_ring(queue)[queue->used].flags);

	return !(flags & FLAG_AVAILABLE) == !queue->used_wrap && !(flags & FLAG_USED) == !queue->used_wrap;
}

static uint16_t packed_used_index(const struct virtqueue *queue)
{
	return queue->used + next_is_used(queue);
}

static enum virtqueue_answer packed_look(const struct virtqueue *queue, struct virtqueue_look *look)
{
	const struct vring_packed_desc *descriptor = &virtqueue_ring(queue)[queue->used];

	if (!next_is_used(queue))
		return QUEUE_EMPTY;
	/* The rest of the descriptor may not be read before the flags that showed it. */
	barrier_read();
	*look = (struct virtqueue_look) {
		virtqueue_load16(queue, &descriptor->id), virtqueue_load32(queue, &descriptor->len), queue->size,
	};
	return QUEUE_USED;
}

/* A used chain takes as many slots as it had descriptors (DEF-14). */
static void packed_step(struct virtqueue *queue, uint16_t head)
{
	advance(queue, &queue->used, &queue->used_wrap, queue->length[head]);
}

/* An id; the slots need no record, for they are used in the order of the ring. There are as many ids as slots. */
static void packed_release(struct virtqueue *queue, uint16_t head)
{
	queue->next[head] = queue->free_head;
	queue->free_head = head;
}

/* Is this position among the last `count` before the next one to be made available? */
static bool published_at(const struct virtqueue *queue, uint16_t off_wrap)
{
	uint16_t event = off_wrap & (WRAP - 1);

	/* A position of the round before lies the ring's size further back. */
	if (!(off_wrap & WRAP) == queue->available_wrap)
		event -= queue->size;
	return vring_need_event(event, queue->available, queue->available - queue->published);
}

static bool packed_wants_notification(const struct virtqueue *queue)
{
	const struct vring_packed_desc_event *event = virtqueue_device_events(queue);
	uint16_t flags = virtqueue_load16(queue, &event->flags) & EVENT_FLAGS;

	if (flags == VRING_PACKED_EVENT_FLAG_DESC && virtqueue_accepted(queue, VIRTIO_EVENT_IDX)) {
		/* The place was written before the flag that makes it count. */
		barrier_read();
		return published_at(queue, virtqueue_load16(queue, &event->off_wrap));
	}
	return flags != VRING_PACKED_EVENT_FLAG_DISABLE;
}

static void packed_ask_interrupts(const struct virtqueue *queue)
{
	struct vring_packed_desc_event *event = virtqueue_driver_events(queue);
	uint16_t flags = VRING_PACKED_EVENT_FLAG_DISABLE;

	if (queue->interrupts)
		flags = virtqueue_accepted(queue, VIRTIO_EVENT_IDX) ? VRING_PACKED_EVENT_FLAG_DESC :
								      VRING_PACKED_EVENT_FLAG_ENABLE;
	virtqueue_store16(queue, &event->off_wrap, queue->used | (queue->used_wrap ? WRAP : 0));
	barrier_write();
	virtqueue_store16(queue, &event->flags, flags);
}

static uint16_t packed_position(const struct virtqueue *queue)
{
	return queue->available | (queue->available_wrap ? WRAP : 0);
}

const struct virtqueue_ops virtqueue_packed_ops = {
	.part_size = packed_part_size, .write = packed_write, .show = packed_show,
	.look = packed_look, .step = packed_step, .release = packed_release,
	.used_index = packed_used_index, .wants_notification = packed_wants_notification,
	.ask_interrupts = packed_ask_interrupts,
	.position = packed_position, .write_table = packed_write_table,
};
