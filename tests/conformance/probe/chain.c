/* SPDX-License-Identifier: BSD-2-Clause */
/* Chains of the engines' rings, for tests: see chain.h. */
#include "tests/conformance/probe/chain.h"

#include "boot/frames.h"
#include "drivers/virtio/fields.h"

uint16_t chain_flags(const struct virtqueue *queue, uint16_t at)
{
	if (!virtqueue_packed(queue))
		return virtio16_to_cpu(queue->device, virtqueue_descriptors(queue)[at].flags);
	if (queue->added && at == queue->withheld_slot)
		return queue->withheld_flags;
	return virtio16_to_cpu(queue->device, virtqueue_ring(queue)[at].flags);
}

void chain_set_flags(struct virtqueue *queue, uint16_t at, uint16_t flags)
{
	if (!virtqueue_packed(queue))
		virtqueue_descriptors(queue)[at].flags = cpu_to_virtio16(queue->device, flags);
	else if (queue->added && at == queue->withheld_slot)
		queue->withheld_flags = flags;
	else
		virtqueue_ring(queue)[at].flags = cpu_to_virtio16(queue->device, flags);
}

/* Descriptors of both formats begin with address and length. */
static struct virtqueue_buffer read_piece(const struct virtqueue *queue, uint16_t at)
{
	const struct vring_desc *descriptor = &virtqueue_descriptors(queue)[at];

	return (struct virtqueue_buffer) {
		virtio64_to_cpu(queue->device, descriptor->addr), virtio32_to_cpu(queue->device, descriptor->len),
		chain_flags(queue, at) & VRING_DESC_F_WRITE,
	};
}

static void begin_split(struct chain *chain)
{
	const struct virtqueue *queue = chain->queue;

	chain->slot = (uint16_t)(queue->available - 1) % queue->size;
	chain->id = virtio16_to_cpu(queue->device, virtqueue_available(queue)->ring[chain->slot]);
	chain->at[0] = chain->id;
}

/* All slots of a list carry its id, and the driver's record knows how many there are. */
static void begin_packed(struct chain *chain)
{
	const struct virtqueue *queue = chain->queue;
	uint16_t last = (queue->available + queue->size - 1) % queue->size;

	chain->id = virtio16_to_cpu(queue->device, virtqueue_ring(queue)[last].id);
	chain->slot = (last + 1 + queue->size - queue->length[chain->id]) % queue->size;
	chain->at[0] = chain->slot;
}

static uint16_t next_of(const struct virtqueue *queue, uint16_t at)
{
	if (virtqueue_packed(queue))
		return (at + 1) % queue->size;
	return virtio16_to_cpu(queue->device, virtqueue_descriptors(queue)[at].next);
}

void chain_read(struct virtqueue *queue, struct chain *chain)
{
	chain->queue = queue;
	if (virtqueue_packed(queue))
		begin_packed(chain);
	else
		begin_split(chain);
	for (chain->count = 0; chain->count < CHAIN_LARGEST;) {
		uint16_t at = chain->at[chain->count];

		chain->pieces[chain->count++] = read_piece(queue, at);
		if (!(chain_flags(queue, at) & VRING_DESC_F_NEXT) || chain->count == CHAIN_LARGEST)
			return;
		chain->at[chain->count] = next_of(queue, at);
	}
}

bool chain_names(const struct chain *chain, uint64_t number)
{
	const struct vring_desc *table;
	unsigned entries;

	for (unsigned i = 0; i < chain->count; i++)
		if (chain->pieces[i].number == number)
			return true;
	table = chain_table(chain, &entries);
	for (unsigned i = 0; table && i < entries; i++)
		if (virtio64_to_cpu(chain->queue->device, table[i].addr) == number)
			return true;
	return false;
}

void chain_write(struct virtqueue *queue, uint16_t at, const struct virtqueue_buffer *piece, int next)
{
	const struct virtio_device *device = queue->device;
	struct vring_desc *descriptor = &virtqueue_descriptors(queue)[at];
	uint16_t flags = (piece->device_writes ? VRING_DESC_F_WRITE : 0) | (next >= 0 ? VRING_DESC_F_NEXT : 0);

	descriptor->addr = cpu_to_virtio64(device, piece->number);
	descriptor->len = cpu_to_virtio32(device, piece->size);
	if (virtqueue_packed(queue))
		flags |= chain_flags(queue, at) & (PACKED_AVAILABLE | PACKED_USED);
	else
		descriptor->next = cpu_to_virtio16(device, next >= 0 ? next : 0);
	chain_set_flags(queue, at, flags);
}

void chain_rewrite(const struct chain *chain, unsigned piece)
{
	chain_write(chain->queue, chain->at[piece], &chain->pieces[piece],
		    piece + 1 < chain->count ? chain->at[piece + 1] : -1);
}

/* Takes more descriptors for a chain of a split ring, from those that are free. */
static void extend_split(struct chain *chain, unsigned count)
{
	struct virtqueue *queue = chain->queue;

	for (; chain->count < count; chain->count++) {
		uint16_t at = queue->free_head;

		queue->free_head = queue->next[at];
		queue->next[chain->at[chain->count - 1]] = at;
		chain->at[chain->count] = at;
	}
}

/* The same in a packed ring, where they are the next slots, on the other round behind the ring's end. */
static void extend_packed(struct chain *chain, unsigned count)
{
	struct virtqueue *queue = chain->queue;

	for (; chain->count < count; chain->count++) {
		uint16_t at = queue->available;

		virtqueue_ring(queue)[at].id = cpu_to_virtio16(queue->device, chain->id);
		chain_set_flags(queue, at, queue->available_wrap ? PACKED_AVAILABLE : PACKED_USED);
		chain->at[chain->count] = at;
		queue->available = (at + 1) % queue->size;
		queue->available_wrap ^= queue->available == 0;
		queue->added++;
	}
}

bool chain_lengthen(struct chain *chain, const struct virtqueue_buffer *pieces, unsigned count)
{
	struct virtqueue *queue = chain->queue;
	unsigned more = count - chain->count;

	if (count < chain->count || count > CHAIN_LARGEST || more > queue->free_count)
		return false;
	(virtqueue_packed(queue) ? extend_packed : extend_split)(chain, count);
	queue->length[chain->id] = count;
	queue->free_count -= more;
	for (unsigned i = 0; i < count; i++) {
		chain->pieces[i] = pieces[i];
		chain_rewrite(chain, i);
	}
	return true;
}

/* From the middle of the table down, round its beginning: what is made of them goes through descriptor 0. */
void chain_turn_free(struct virtqueue *queue)
{
	uint16_t first = queue->free_count / 2, at = first;

	if (virtqueue_packed(queue) || queue->free_count < queue->size)
		return;
	queue->free_head = first;
	for (uint16_t i = 0; i < queue->size; i++) {
		uint16_t next = at == 0 ? queue->size - 1 : at - 1;

		queue->next[at] = next;
		at = next;
	}
}

void *chain_table(const struct chain *chain, unsigned *entries)
{
	const struct virtqueue_place *tables = &chain->queue->places[PART_INDIRECT];
	uint64_t offset = chain->pieces[0].number - tables->number;

	*entries = chain->pieces[0].size / sizeof(struct vring_desc);
	if (chain->count != 1 || !(chain_flags(chain->queue, chain->at[0]) & VRING_DESC_F_INDIRECT) ||
	    offset >= FRAME_SIZE)
		return NULL;
	return (char *)arch_pointer(tables->memory) + offset;
}

unsigned chain_spares(const struct virtqueue *queue, uint16_t *at, unsigned count)
{
	uint16_t spare = queue->free_head;
	unsigned first = queue->free_count / 2;
	unsigned found = 0;

	for (unsigned i = 0; i < queue->free_count && found < count; i++, spare = queue->next[spare])
		if (i >= first)
			at[found++] = spare;
	return found;
}

void watch_queues(struct engine *engine, void (*function)(struct virtqueue *queue, void *context), void *context)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);

	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		if (virtio->queues_started >> i & 1) {
			virtio->queues[i].before_publish = function;
			virtio->queues[i].context = context;
		}
}
