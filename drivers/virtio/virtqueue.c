/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is the same for rings of both formats: see virtqueue.h. Where they lie, the record of what is outstanding,
 * indirect tables, the doorbell. Byte order is fields.h's, registers are the transport's.
 */
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/virtqueue_ops.h"

/* An indirect table has a fixed place in the part; together they fill a frame. */
#define TABLE_SIZE	(VIRTQUEUE_TABLE_ENTRIES * sizeof(struct vring_desc))
#define TABLES		32
_Static_assert(TABLES * TABLE_SIZE == FRAME_SIZE, "the tables fill a frame");

/* Bytes of our record for each entry, and its frames. */
#define RECORD_ENTRY	(3 * sizeof(uint16_t) + sizeof(uint32_t) + sizeof(uint8_t))

static size_t frames_of(uint64_t bytes)
{
	return (bytes + FRAME_SIZE - 1) / FRAME_SIZE;
}

static size_t record_frames(const struct virtqueue *queue)
{
	return frames_of(queue->size * RECORD_ENTRY);
}

static unsigned places_of(const struct virtqueue *queue)
{
	return virtqueue_accepted(queue, VIRTIO_INDIRECT_DESC) ? VIRTQUEUE_PLACES : VIRTQUEUE_PARTS;
}

/* Where each part begins in an area of the queue's own, which has the number of bytes returned. */
static uint64_t lay_out(const struct virtqueue *queue, uint64_t *offsets)
{
	uint64_t end = 0;
	unsigned part = 0;

	if (queue->device->transport->one_area) {
		end = frames_of(virtio_legacy_layout(queue->size, offsets)) * FRAME_SIZE;
		part = VIRTQUEUE_PARTS;
	}
	for (; part < places_of(queue); part++) {
		offsets[part] = end;
		end += part == PART_INDIRECT ? FRAME_SIZE :
		       frames_of(queue->ops->part_size(part, queue->size)) * FRAME_SIZE;
	}
	return end;
}

static bool chosen(const struct virtqueue_place *places, unsigned part)
{
	return places && places[part].memory.value != 0;
}

static void clear(const struct virtqueue *queue, unsigned part)
{
	uint64_t size = part == PART_INDIRECT ? FRAME_SIZE : queue->ops->part_size(part, queue->size);

	memset(virtqueue_pointer(queue, part), 0, size);
}

static bool place_parts(struct virtqueue *queue, const struct virtqueue_place *places)
{
	uint64_t offsets[VIRTQUEUE_PLACES];

	if (!virtio_area_make(queue->device, &queue->area, frames_of(lay_out(queue, offsets))))
		return false;
	for (unsigned part = 0; part < places_of(queue); part++) {
		bool with_first = queue->device->transport->one_area && part < VIRTQUEUE_PARTS && chosen(places, 0);

		if (with_first)
			queue->places[part] = (struct virtqueue_place) {
				{ places[0].memory.value + offsets[part] }, places[0].number + offsets[part],
			};
		else if (chosen(places, part))
			queue->places[part] = places[part];
		else
			queue->places[part] = (struct virtqueue_place) {
				{ queue->area.memory.value + offsets[part] },
				virtio_address(queue->device, &queue->area.map, offsets[part]),
			};
		clear(queue, part);
	}
	return true;
}

static bool make_record(struct virtqueue *queue)
{
	char *at;

	if (!frames_take(record_frames(queue), FRAME_SIZE, &queue->record))
		return false;
	at = arch_pointer(queue->record);
	memset(at, 0, record_frames(queue) * FRAME_SIZE);
	queue->writable = (uint32_t *)at;
	queue->next = (uint16_t *)(queue->writable + queue->size);
	queue->length = queue->next + queue->size;
	queue->order = queue->length + queue->size;
	queue->table = (uint8_t *)(queue->order + queue->size);
	queue->free_head = 0;
	queue->free_count = queue->size;
	for (uint16_t i = 0; i < queue->size; i++)
		queue->next[i] = i + 1 < queue->size ? i + 1 : 0;
	return true;
}

static bool power_of_two(uint16_t size)
{
	return (size & (size - 1)) == 0;
}

/* A device that has a larger queue than there is room for is told a smaller size, where it can be told. */
static uint16_t choose_size(const struct virtqueue *queue, uint16_t largest, uint16_t size)
{
	if (queue->device->transport->one_area)
		size = largest;
	else if (size > largest)
		size = largest;
	if (size > VIRTQUEUE_LARGEST || (!virtqueue_packed(queue) && !power_of_two(size)))
		return 0;
	return size;
}

bool virtqueue_start(struct virtqueue *queue, struct virtio_device *device, uint16_t index, uint16_t size,
		     const struct virtqueue_place *places)
{
	uint16_t largest;

	memset(queue, 0, sizeof(*queue));
	queue->device = device;
	queue->index = index;
	queue->ops = virtqueue_packed(queue) ? &virtqueue_packed_ops : &virtqueue_split_ops;
	queue->available_wrap = queue->used_wrap = true;
	largest = device->transport->queue_size(device, index);
	if (largest == 0 || size == 0 || !device->transport->doorbell(device, index, &queue->doorbell))
		return false;
	queue->size = choose_size(queue, largest, size);
	if (queue->size == 0 || !place_parts(queue, places) || !make_record(queue))
		return false;
	virtqueue_interrupts(queue, true);
	return device->transport->set_queue(device, index, queue->size, queue->places);
}

void virtqueue_stop(struct virtqueue *queue)
{
	dma_area_release(&queue->area);
	if (queue->next)
		frames_give(queue->record, record_frames(queue));
	queue->next = NULL;
}

bool virtqueue_reset(const struct virtqueue *queue)
{
	const struct virtio_device *device = queue->device;

	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, queue->index);
	virtio_common_write16(device, VIRTIO_COMMON_Q_RESET, 1);
	return poll_until(virtio_common_read16(device, VIRTIO_COMMON_Q_RESET) == 0, VIRTIO_RESET_LIMIT);
}

/* Pieces of a request that go into the ring itself: all of them where there are no tables (DRV-SPLIT-6, DRV-PACKED-12),
 * and none beside a table in a packed ring (DRV-PACKED-15). */
static unsigned count_direct(const struct virtqueue *queue, unsigned count)
{
	if (!virtqueue_accepted(queue, VIRTIO_INDIRECT_DESC))
		return count;
	switch (queue->layout) {
	case LAYOUT_INDIRECT:
		return 0;
	case LAYOUT_TAIL:
		return count > 1 && !virtqueue_packed(queue) ? 1 : 0;
	default:
		return count;
	}
}

/* An indirect table that is free, with these pieces. Returns its number + 1, or 0. */
static uint8_t take_table(struct virtqueue *queue, const struct virtqueue_buffer *pieces, unsigned count)
{
	for (unsigned i = 0; i < TABLES && count <= VIRTQUEUE_TABLE_ENTRIES; i++) {
		if (queue->tables >> i & 1)
			continue;
		queue->tables |= 1u << i;
		queue->ops->write_table(queue, (char *)virtqueue_pointer(queue, PART_INDIRECT) + i * TABLE_SIZE, pieces,
					count);
		return i + 1;
	}
	return 0;
}

static struct virtqueue_buffer table_buffer(const struct virtqueue *queue, uint8_t table, unsigned count)
{
	return (struct virtqueue_buffer) {
		queue->places[PART_INDIRECT].number + (table - 1) * TABLE_SIZE, count * sizeof(struct vring_desc),
		false,
	};
}

/* Readable pieces before writable ones, no more than 2^32 bytes in all (DRV-SPLIT-2, DRV-SPLIT-4, DRV-PACKED-8). */
static bool well_formed(const struct virtqueue_buffer *buffers, unsigned count)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < count; i++) {
		bytes += buffers[i].size;
		if (i > 0 && buffers[i - 1].device_writes && !buffers[i].device_writes)
			return false;
	}
	return count > 0 && bytes <= 1ull << 32;
}

static uint32_t count_writable(const struct virtqueue_buffer *buffers, unsigned count)
{
	uint32_t bytes = 0;

	for (unsigned i = 0; i < count; i++)
		if (buffers[i].device_writes)
			bytes += buffers[i].size;
	return bytes;
}

static void record_chain(struct virtqueue *queue, uint16_t head, unsigned entries, uint32_t writable, uint8_t table)
{
	queue->free_count -= entries;
	queue->length[head] = entries;
	queue->writable[head] = writable;
	queue->table[head] = table;
	if (virtqueue_accepted(queue, VIRTIO_IN_ORDER))
		queue->order[(queue->order_first + queue->order_count++) % queue->size] = head;
}

int virtqueue_add(struct virtqueue *queue, const struct virtqueue_buffer *buffers, unsigned count)
{
	struct virtqueue_chain chain = { .pieces = buffers, .direct = count_direct(queue, count) };
	uint8_t table = 0;
	uint16_t head;

	chain.indirect = chain.direct < count;
	/* A chain is no longer than the queue, wherever its descriptors are (DRV-SPLIT-8, DRV-PACKED-7). */
	if (count > queue->size || virtqueue_entries(&chain) > queue->free_count || !well_formed(buffers, count))
		return -1;
	if (chain.indirect) {
		table = take_table(queue, buffers + chain.direct, count - chain.direct);
		if (!table)
			return -1;
		chain.table = table_buffer(queue, table, count - chain.direct);
	}
	head = queue->ops->write(queue, &chain);
	record_chain(queue, head, virtqueue_entries(&chain), count_writable(buffers, count), table);
	return head;
}

/* An index asks for one interrupt only: the next one is asked for anew. */
static void renew_interrupts(const struct virtqueue *queue)
{
	if (queue->interrupts && virtqueue_accepted(queue, VIRTIO_EVENT_IDX))
		queue->ops->ask_interrupts(queue);
}

void virtqueue_publish(struct virtqueue *queue)
{
	renew_interrupts(queue);
	if (queue->before_publish)
		queue->before_publish(queue, queue->context);
	/* All else is in memory before the store that shows it. */
	barrier_write();
	queue->ops->show(queue);
	queue->published += queue->added;
	queue->added = 0;
}

void virtqueue_notify(struct virtqueue *queue)
{
	/* The store is in memory before the doorbell rings; the write to the device is ordered by itself (arch.h). */
	barrier_full();
	queue->published = 0;
	if (virtqueue_accepted(queue, VIRTIO_NOTIFICATION_DATA))
		virtio_ring(queue->device, queue->doorbell, 4,
			    queue->index | (uint32_t)queue->ops->position(queue) << 16);
	else
		virtio_ring(queue->device, queue->doorbell, 2, queue->index);
}

bool virtqueue_wants_notification(struct virtqueue *queue)
{
	bool wanted;

	/* What was published is in memory before we look whether that is to be told, as the device does it the other
	 * way. */
	barrier_full();
	wanted = queue->ops->wants_notification(queue);
	queue->published = 0;
	return wanted;
}

void virtqueue_interrupts(struct virtqueue *queue, bool wanted)
{
	queue->interrupts = wanted;
	queue->ops->ask_interrupts(queue);
	barrier_full();
}

uint16_t virtqueue_used_index(const struct virtqueue *queue)
{
	return queue->ops->used_index(queue);
}

/* Which of the outstanding chains, in the order they were made available, is this? */
static bool find_in_order(const struct virtqueue *queue, uint16_t head, unsigned ready, uint16_t *position)
{
	for (*position = 0; *position < queue->order_count && *position < ready; ++*position)
		if (queue->order[(queue->order_first + *position) % queue->size] == head)
			return true;
	return false;
}

static void give_back(struct virtqueue *queue, uint16_t head)
{
	queue->ops->step(queue, head);
	queue->ops->release(queue, head);
	queue->free_count += queue->length[head];
	queue->length[head] = 0;
	if (queue->table[head])
		queue->tables &= ~(1u << (queue->table[head] - 1));
	queue->table[head] = 0;
}

/*
 * IN_ORDER: one used entry may stand for a batch, all chains up to the one it names; the device skips as far in the
 * ring (DEF-11, DEF-21). Those it does not name have been written whole.
 */
static void take_of_batch(struct virtqueue *queue, struct virtqueue_used *used)
{
	uint16_t head = queue->order[queue->order_first];

	queue->batch--;
	queue->order_first = (queue->order_first + 1) % queue->size;
	queue->order_count--;
	*used = (struct virtqueue_used) { head, queue->batch == 0 ? queue->batch_length : queue->writable[head] };
	give_back(queue, head);
}

static enum virtqueue_answer next_used(struct virtqueue *queue, struct virtqueue_used *used)
{
	struct virtqueue_look look;
	enum virtqueue_answer answer = queue->ops->look(queue, &look);
	uint16_t position;

	if (answer != QUEUE_USED)
		return answer;
	if (look.id >= queue->size || queue->length[look.id] == 0)
		return QUEUE_BROKEN;
	if (!virtqueue_accepted(queue, VIRTIO_IN_ORDER)) {
		*used = (struct virtqueue_used) { look.id, look.length };
		give_back(queue, look.id);
		return QUEUE_USED;
	}
	if (!find_in_order(queue, look.id, look.ready, &position))
		return QUEUE_BROKEN;
	queue->batch = position + 1;
	queue->batch_length = look.length;
	take_of_batch(queue, used);
	return QUEUE_USED;
}

enum virtqueue_answer virtqueue_take(struct virtqueue *queue, struct virtqueue_used *used)
{
	enum virtqueue_answer answer = QUEUE_USED;

	if (queue->batch > 0)
		take_of_batch(queue, used);
	else
		answer = next_used(queue, used);
	/* Where nothing more is to come the wish stays: the device may still look at it for what was used last. */
	if (answer == QUEUE_USED && queue->free_count < queue->size)
		renew_interrupts(queue);
	return answer;
}
