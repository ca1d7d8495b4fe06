/* Modes of engines and chains of their rings, for tests: see virtio_trial.h. */
#include "tests/conformance/probe/virtio_trial.h"

#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/witness.h"

/* A mode is told by its features; the highest bit, which is none of them, says that it is a legacy one. */
#define LEGACY_MODE	(1ull << 63)

static bool in_mode(const struct engine *engine, uint64_t mode)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine);

	return virtio && engine->directions &&
	       (virtio->mode->features | (virtio->mode->legacy ? LEGACY_MODE : 0)) == mode;
}

unsigned mode_engines(bool legacy, uint64_t features)
{
	return scope_count_engines(in_mode, features | (legacy ? LEGACY_MODE : 0));
}

void mode_engine(unsigned number, struct subject *subject, bool legacy, uint64_t features)
{
	scope_get_engine(in_mode, features | (legacy ? LEGACY_MODE : 0), number, subject);
}

static unsigned count_split(void)
{
	return mode_engines(false, 0);
}

static void get_split(unsigned number, struct subject *subject)
{
	mode_engine(number, subject, false, 0);
}

const struct conformance_scope scope_split_engine = { count_split, get_split };

struct virtqueue *request_queue(const struct engine *engine)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);

	return &virtio->queues[virtio->driver->request_queue];
}

bool good_transfer(struct trial *trial, const struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = oracle_device_writes(trial, engine, oracle, ENGINE_LIMIT);

	expect(trial, sighting.result == ENGINE_DONE, "the request was not completed (%s)",
	       engine_result_name(sighting.result));
	return expect(trial, sighting.view == engine->view, "the write was seen in view %s", view_name(sighting.view));
}

/* So many buffers in a row, with some time before each, are hardly used by chance. */
#define BUFFERS_TRIED	16

bool lets_buffer_lie(struct trial *trial, const struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	const struct virtqueue *queue = request_queue(engine);

	for (unsigned i = 0; i < BUFFERS_TRIED; i++) {
		oracle_renew(oracle);
		virtio_isr(virtio_engine_of(engine)->device);
		if (!engine->ops->begin(engine, DMA_DEVICE_WRITES, oracle_number(oracle), oracle->size)) {
			trial_error(trial, "the request cannot be made: %s", engine->fault);
			return false;
		}
		if (!poll_witnessed(virtqueue_used_index(queue) != queue->used, engine))
			return true;
		engine->ops->finish(engine, ENGINE_LIMIT, NULL);
		give_time(engine);
	}
	return false;
}

/* Interrupts for one used buffer, at the most. */
#define ECHOES	4

static bool has_used(const struct virtio_engine *virtio)
{
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++) {
		const struct virtqueue *queue = &virtio->queues[i];

		if (virtio->queues_started >> i & 1 && (virtqueue_used_index(queue) != 0 || !queue->used_wrap))
			return true;
	}
	return false;
}

void settle_interrupts(const struct engine *engine)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine);
	uint64_t silence;

	virtio_isr(virtio->device);
	if (!has_used(virtio))
		return;
	silence = clock_silence(engine_grace(engine));
	/* What is seen may be the first of the two. One that never ends is the tests' to find. */
	for (unsigned i = 0; i < ECHOES && poll_until(virtio_isr(virtio->device) & 1, silence); i++)
		continue;
}

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
