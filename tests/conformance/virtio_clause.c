/* Chains of split rings, for tests: see virtio_clause.h. */
#include "tests/conformance/virtio_clause.h"

#include "boot/string.h"
#include "drivers/virtio/fields.h"

static bool is_split(const struct engine *engine)
{
	return virtio_engine_of(engine) && (strcmp(engine->mode, "accepted") == 0 || strcmp(engine->mode, "not-offered") == 0);
}

static unsigned count_split(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < engine_count(); i++)
		count += is_split(engine_get(i));
	return count;
}

static void get_split(unsigned number, struct subject *subject)
{
	for (unsigned i = 0; i < engine_count(); i++)
		if (is_split(engine_get(i)) && number-- == 0) {
			scope_engine.get(i, subject);
			return;
		}
}

const struct conformance_scope scope_split_engine = { count_split, get_split };

struct virtqueue *request_queue(const struct engine *engine)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);

	return &virtio->queues[virtio->driver->request_queue];
}

void chain_read(struct virtqueue *queue, struct chain *chain)
{
	const struct virtio_device *device = queue->device;
	const struct vring_desc *table = virtqueue_descriptors(queue);
	uint16_t flags = VRING_DESC_F_NEXT;
	uint16_t at;

	chain->queue = queue;
	chain->slot = (uint16_t)(queue->available - 1) % queue->size;
	at = virtio16_to_cpu(device, virtqueue_available(queue)->ring[chain->slot]);
	for (chain->count = 0; chain->count < CHAIN_LARGEST && (flags & VRING_DESC_F_NEXT); chain->count++) {
		flags = virtio16_to_cpu(device, table[at].flags);
		chain->at[chain->count] = at;
		chain->pieces[chain->count] = (struct virtqueue_buffer) {
			virtio64_to_cpu(device, table[at].addr), virtio32_to_cpu(device, table[at].len), flags & VRING_DESC_F_WRITE,
		};
		at = virtio16_to_cpu(device, table[at].next);
	}
}

void chain_write(struct virtqueue *queue, uint16_t at, const struct virtqueue_buffer *piece, int next)
{
	const struct virtio_device *device = queue->device;
	uint16_t flags = (piece->device_writes ? VRING_DESC_F_WRITE : 0) | (next >= 0 ? VRING_DESC_F_NEXT : 0);

	virtqueue_descriptors(queue)[at] = (struct vring_desc) {
		cpu_to_virtio64(device, piece->number), cpu_to_virtio32(device, piece->size),
		cpu_to_virtio16(device, flags), cpu_to_virtio16(device, next >= 0 ? next : 0),
	};
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
