/* SPDX-License-Identifier: BSD-2-Clause */
/* The order in which rings of both formats give requests back: see order.h. */
#include "tests/conformance/virtio/ring/order.h"

#include "boot/clock.h"
#include "boot/frames.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/chain.h"
#include "tests/conformance/probe/virtio_trial.h"

/* Requests that are made available before the first doorbell, each with a target of its own in one page. */
#define REQUESTS	4u

static struct batch {
	struct virtqueue *queue;
	struct dma_area targets;
	uint32_t size;				/* of each */
	unsigned made, shown;			/* requests; chains that were made available */
	uint16_t ids[REQUESTS], lengths[REQUESTS];
} batch;

/* Where in the area a request's target is: at a whole word, because memory is looked at in words. */
static uint64_t target_offset(unsigned number)
{
	return number * ((batch.size + sizeof(uint64_t) - 1) / sizeof(uint64_t) * sizeof(uint64_t));
}

static phys_addr target(unsigned number)
{
	return (phys_addr) { batch.targets.memory.value + target_offset(number) };
}

static void note_chain(struct virtqueue *queue, void *context)
{
	struct chain chain;

	(void)context;
	if (queue != batch.queue || batch.shown == REQUESTS)
		return;
	chain_read(queue, &chain);
	batch.ids[batch.shown] = chain.id;
	batch.lengths[batch.shown++] = queue->length[chain.id];
}

static bool make_batch(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct oracle oracle;

	/* One that works, because some drivers have something to do before their first. */
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle) || !good_transfer(trial, &oracle))
		return false;
	oracle_release(&oracle);
	batch = (struct batch) { .queue = virtio_engine_requests(virtio), .size = transfer_size(engine) };
	if (!dma_area_make(&batch.targets, engine->function, 1)) {
		trial_error(trial, "no room for targets");
		return false;
	}
	frames_fill(batch.targets.memory, FRAME_SIZE);
	watch_queues(engine, note_chain, NULL);
	virtio->plan.omit |= OMIT_DOORBELL;
	while (batch.made < REQUESTS &&
	       engine->ops->begin(engine, DMA_DEVICE_WRITES,
				  virtio_address(virtio->device, &batch.targets.map, target_offset(batch.made)),
				  batch.size))
		batch.made++;
	virtio->plan.omit &= ~OMIT_DOORBELL;
	watch_queues(engine, NULL, NULL);
	return expect(trial, batch.made >= 2 && batch.shown == batch.made, "only %u requests could be made at once: %s",
		      batch.made, engine->fault);
}

static void ring_all(const struct engine *engine)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);

	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		if (virtio->queues_started >> i & 1)
			virtqueue_notify(&virtio->queues[i]);
}

/* Where the device's next used entry stands; of a split ring the index is free-running. */
struct cursor {
	uint16_t at;
	bool wrap;
};

/* Is there a used entry? Then this is its id. */
static bool look_used(const struct cursor *cursor, uint32_t *id)
{
	const struct virtqueue *queue = batch.queue;
	const struct virtio_device *device = queue->device;
	uint16_t flags, both = PACKED_AVAILABLE | PACKED_USED;

	if (!virtqueue_packed(queue)) {
		*id = virtio32_to_cpu(device, virtqueue_used_ring(queue)->ring[cursor->at % queue->size].id);
		return virtqueue_used_index(queue) != cursor->at;
	}
	flags = virtio16_to_cpu(device, *(const volatile __virtio16 *)&virtqueue_ring(queue)[cursor->at].flags);
	*id = virtio16_to_cpu(device, virtqueue_ring(queue)[cursor->at].id);
	return (flags & both) == (cursor->wrap ? both : 0);
}

/* Goes on behind the entry of a chain, whether the device has written that or left it out of a batch. */
static void step_over(struct cursor *cursor, unsigned request)
{
	cursor->at += virtqueue_packed(batch.queue) ? batch.lengths[request] : 1;
	if (virtqueue_packed(batch.queue) && cursor->at >= batch.queue->size) {
		cursor->at -= batch.queue->size;
		cursor->wrap = !cursor->wrap;
	}
}

/* No id, in the entries of a split ring that the device is about to write. */
#define UNWRITTEN	0xffffffff

static void clear_entries(void)
{
	const struct virtqueue *queue = batch.queue;

	for (unsigned i = 0; i < batch.made && !virtqueue_packed(queue); i++)
		virtqueue_used_ring(queue)->ring[(queue->used + i) % queue->size].id =
			cpu_to_virtio32(queue->device, UNWRITTEN);
}

static bool was_written(const struct cursor *cursor)
{
	uint32_t id;

	return look_used(cursor, &id) && id != UNWRITTEN;
}

static void expect_filled(struct trial *trial, unsigned from, unsigned to)
{
	struct frames_stray stray;

	for (unsigned i = from; i <= to; i++)
		expect(trial, !frames_intact(target(i), batch.size, &stray),
		       "request %u of %u is used, and its buffer was not written", i, batch.made);
}

/*
 * Reads the used entries as they come. An entry stands for one chain, or for a batch that it is the last of: then the
 * device has left the entries of the others out. Returns how many entries there were for all requests.
 */
static unsigned follow_order(struct trial *trial, struct cursor cursor)
{
	struct cursor left_out[REQUESTS];
	unsigned done = 0, entries = 0, gaps = 0;

	while (done < batch.made && trial_good(trial)) {
		unsigned named = done;
		uint32_t id = 0;

		if (!expect(trial, patience_poll(&trial->subject->engine->patience, look_used(&cursor, &id)),
			    "request %u of %u is not used", done, batch.made))
			break;
		barrier_read();
		/* The id may have changed between its reading and that of what shows it. */
		look_used(&cursor, &id);
		while (named < batch.made && batch.ids[named] != id)
			named++;
		if (!expect(trial, named < batch.made,
			    "used entry %u has id %u, and request %u, with id %u, is the next one", entries, id, done,
			    batch.ids[done]))
			break;
		expect_filled(trial, done, named);
		entries++;
		step_over(&cursor, done++);
		while (done <= named) {
			left_out[gaps++] = cursor;
			step_over(&cursor, done++);
		}
	}
	for (unsigned i = 0; i < gaps; i++)
		expect(trial, !was_written(&left_out[i]), "an earlier request was used after a later one");
	return entries;
}

/* The driver, which knows by itself what is next, must find the same. */
static void take_all(struct trial *trial)
{
	for (unsigned i = 0; i < batch.made && trial_good(trial); i++) {
		struct virtqueue_used used;

		expect(trial, virtqueue_take(batch.queue, &used) == QUEUE_USED && used.head == batch.ids[i],
		       "the driver does not find request %u used", i);
	}
}

void ring_in_order(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct cursor cursor;
	unsigned entries;

	if (!make_batch(trial))
		return;
	cursor = (struct cursor) { batch.queue->used, batch.queue->used_wrap };
	clear_entries();
	ring_all(engine);
	entries = follow_order(trial, cursor);
	take_all(trial);
	trial_record(trial, "%u requests came back in %u used entries", batch.made, entries);
	engine_stop(engine);
	dma_area_release(&batch.targets);
}
