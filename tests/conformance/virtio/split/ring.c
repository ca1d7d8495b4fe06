/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.split: the rules of the split ring, on the engines' own requests. What the device leaves in the rings
 * and in the buffers is looked at beside what it says.
 *
 * Source: VIRTIO 1.4, sections 2.7.4 to 2.7.13.
 */
#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/chain.h"
#include "tests/conformance/probe/virtio_trial.h"

#define PARTS	3

/* What the requests of one transfer were cut into. */
struct cutter {
	const struct virtqueue *queue;
	unsigned cuts;
	bool taken[VIRTQUEUE_LARGEST];		/* spare descriptors that are part of a chain */
	bool collided;				/* the driver has used one of them */
};

/* The next spare descriptor that no earlier chain was given, or -1. */
static int take_spare(struct cutter *cutter)
{
	static uint16_t spares[VIRTQUEUE_LARGEST];
	unsigned count = chain_spares(cutter->queue, spares, VIRTQUEUE_LARGEST);

	for (unsigned i = 0; i < count; i++) {
		bool *taken = &cutter->taken[spares[i]];

		if (*taken)
			continue;
		*taken = true;
		return spares[i];
	}
	return -1;
}

/* Cuts a piece in up to three: one byte, two bytes, the rest. It keeps its first descriptor. */
static void cut_piece(struct cutter *cutter, struct virtqueue *queue, uint16_t at, struct virtqueue_buffer rest,
		      int after)
{
	for (uint32_t size = 1; size < PARTS && rest.size > size; size++) {
		struct virtqueue_buffer piece = { rest.number, size, rest.device_writes };
		int spare = take_spare(cutter);

		if (spare < 0)
			break;
		chain_write(queue, at, &piece, spare);
		at = spare;
		rest.number += piece.size;
		rest.size -= piece.size;
		cutter->cuts++;
	}
	chain_write(queue, at, &rest, after);
}

static void cut(struct virtqueue *queue, void *context)
{
	struct cutter *cutter = context;
	struct chain chain;

	if (queue != cutter->queue)
		return;
	chain_read(queue, &chain);
	for (unsigned i = 0; i < chain.count; i++)
		cutter->collided |= cutter->taken[chain.at[i]];
	for (unsigned i = 0; i < chain.count && !cutter->collided; i++)
		cut_piece(cutter, queue, chain.at[i], chain.pieces[i], i + 1 < chain.count ? chain.at[i + 1] : -1);
}

/* The same request in other pieces, none of them a boundary that the device type knows. */
static void framing(struct trial *trial)
{
	static struct cutter cutter;
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	memset(&cutter, 0, sizeof(cutter));
	cutter.queue = request_queue(engine);
	watch_queues(engine, cut, &cutter);
	good_transfer(trial, &oracle);
	expect(trial, cutter.cuts > 0, "nothing was cut");
	oracle_renew(&oracle);
	memset(cutter.taken, 0, sizeof(cutter.taken));
	if (trial_good(trial) && (engine->directions & DMA_DEVICE_READS) && !engine->no_reads) {
		struct sighting sighting = oracle_device_reads(trial, engine, &oracle, ENGINE_LIMIT);

		if (cutter.collided)
			trial_error(trial, "the queue has no room for requests in pieces");
		expect(trial, sighting.result == ENGINE_DONE && sighting.view == engine->view,
		       "cut in pieces, a buffer that the device reads was seen in view %s (%s)",
		       view_name(sighting.view), engine_result_name(sighting.result));
	}
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.split.framing", framing,
		 "A request works cut into descriptors at places that mean nothing to the device's type.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "SPLIT-1", .judged_by = EVIDENCE);

/* What stood in memory when the last chain was about to be shown. */
#define WATCHED_ENTRIES		(FRAME_SIZE / sizeof(struct vring_desc))

static struct watch {
	struct chain chain;
	uint8_t parts[2][FRAME_SIZE];		/* descriptor table, available ring */
	uint16_t entries;			/* of both */
	unsigned published;			/* on the queue of this chain */
} watch;

static void look(struct virtqueue *queue, void *context)
{
	(void)context;
	chain_read(queue, &watch.chain);
	watch.entries = queue->size < WATCHED_ENTRIES ? queue->size : WATCHED_ENTRIES;
	memcpy(watch.parts[0], virtqueue_descriptors(queue), watch.entries * sizeof(struct vring_desc));
	memcpy(watch.parts[1], virtqueue_available(queue)->ring, watch.entries * sizeof(uint16_t));
	watch.published++;
}

static bool start_watch(struct trial *trial, struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, oracle))
		return false;
	watch.published = 0;
	watch.chain.count = 0;
	watch_queues(engine, look, NULL);
	return true;
}

/* The device owns the used ring alone: descriptors and available entries stay as the driver wrote them. */
static void table_unchanged(struct trial *trial)
{
	struct virtqueue *queue;
	struct oracle oracle;

	if (!start_watch(trial, &oracle) || !good_transfer(trial, &oracle))
		return;
	queue = watch.chain.queue;
	expect(trial, memcmp(watch.parts[0], virtqueue_descriptors(queue),
			     watch.entries * sizeof(struct vring_desc)) == 0,
	       "the descriptor table of queue %u has changed", queue->index);
	expect(trial, memcmp(watch.parts[1], virtqueue_available(queue)->ring, watch.entries * sizeof(uint16_t)) == 0,
	       "the available ring of queue %u has changed", queue->index);
	engine_stop(trial->subject->engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.split.table-unchanged", table_unchanged,
		 "The device changes neither descriptors nor available entries.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "SPLIT-5", .judged_by = EVIDENCE);

/* The used entry of the request that was watched last: its index is the one before that in memory. */
static struct vring_used_elem last_used(const struct virtqueue *queue)
{
	uint16_t slot = (uint16_t)(virtqueue_used_index(queue) - 1) % queue->size;

	return virtqueue_used_ring(queue)->ring[slot];
}

/* The used index as bytes, so that no accessor of ours can be wrong in the same way as the device. */
static uint16_t index_bytes(const struct virtqueue *queue)
{
	const volatile uint8_t *bytes = (const volatile uint8_t *)&virtqueue_used_ring(queue)->idx;

	return bytes[0] | bytes[1] << 8;
}

#define ROUNDS	3

/* The index begins at 0 and grows by one a request; the entry names the chain's head; all of it little-endian. */
static void used_entry(struct trial *trial)
{
	struct virtqueue *queue = request_queue(trial->subject->engine);
	struct oracle oracle;

	if (!start_watch(trial, &oracle))
		return;
	for (unsigned round = 0; round < ROUNDS && trial_good(trial); round++) {
		uint16_t before = index_bytes(queue);
		unsigned published = watch.published;
		const uint8_t *id;
		uint16_t slot;

		oracle_renew(&oracle);
		if (!good_transfer(trial, &oracle))
			break;
		/* A network device may have used more than one buffer, for frames of others. */
		expect(trial, (uint16_t)(index_bytes(queue) - before) <= watch.published - published,
		       "the used index went from %u to %u for %u requests", before, index_bytes(queue),
		       watch.published - published);
		expect_equal(trial, "used index, against the available index", index_bytes(queue), queue->available);
		slot = (uint16_t)(index_bytes(queue) - 1) % queue->size;
		id = (const uint8_t *)&virtqueue_used_ring(queue)->ring[slot].id;
		if (watch.chain.queue == queue)
			expect_equal(trial, "id of the used entry, against the head",
				     id[0] | id[1] << 8 | id[2] << 16 | (uint32_t)id[3] << 24, watch.chain.at[0]);
	}
	engine_stop(trial->subject->engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.split.used-entry", used_entry,
		 "Each request adds one used entry, which names its chain, little-endian and in its place.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "DEF-7 DEF-8 DEF-9",
		 .judged_by = EVIDENCE);

/* Every word of the target up to the length that the device named has moved; and it named no more than it may write. */
static void used_length(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct frames_stray stray;
	uint64_t total = 0;
	uint32_t length;
	phys_addr right;

	if (!start_watch(trial, &oracle) || !good_transfer(trial, &oracle))
		return;
	if (watch.chain.queue != request_queue(engine)) {
		trial_skip(trial, "its last request was on another queue than that of the buffer");
		return;
	}
	length = virtio32_to_cpu(watch.chain.queue->device, last_used(watch.chain.queue).len);
	right = engine->view == VIEW_BUS ? oracle.decoy.bus_frame : oracle.decoy.physical_frame;
	for (unsigned i = 0; i < watch.chain.count; i++) {
		const struct virtqueue_buffer *piece = &watch.chain.pieces[i];

		if (!piece->device_writes)
			continue;
		for (uint64_t at = 0; piece->number == oracle_number(&oracle) && at + 8 <= piece->size &&
		     total + at + 8 <= length; at += 8)
			expect(trial, !frames_intact((phys_addr) { right.value + oracle.offset + at }, 8, &stray),
			       "the device says that it wrote %u bytes, and byte %llu was not written", length,
			       (unsigned long long)(total + at));
		total += piece->size;
	}
	expect(trial, length <= total, "the device says that it wrote %u bytes, and may write %llu", length,
	       (unsigned long long)total);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.split.used-length", used_length,
		 "All of a buffer that a split ring's used length names as written has been written, and no more is "
		 "named.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "SPLIT-15", .judged_by = EVIDENCE);

/* The same of the last request that a read begins with, in which there is little to write or nothing. */
static void read_length(struct trial *trial)
{
	static uint8_t seen[FRAME_SIZE];
	struct engine *engine = trial->subject->engine;
	const struct virtqueue *queue;
	struct oracle oracle;
	uint32_t may = 0;
	uint16_t before;

	if (!start_watch(trial, &oracle) || !trial_can_read(trial))
		return;
	engine_payload((char *)arch_pointer(oracle.decoy.bus_frame) + oracle.offset, oracle.size, 1);
	engine_payload((char *)arch_pointer(oracle.decoy.physical_frame) + oracle.offset, oracle.size, 1);
	if (!expect(trial, engine->ops->begin(engine, DMA_DEVICE_READS, oracle_number(&oracle), oracle.size),
		    "the request cannot be made: %s", engine->fault))
		return;
	watch_queues(engine, NULL, NULL);
	queue = watch.chain.queue;
	before = queue->used;
	for (unsigned i = 0; i < watch.chain.count; i++)
		may += watch.chain.pieces[i].device_writes ? watch.chain.pieces[i].size : 0;
	expect(trial, engine->ops->finish(engine, ENGINE_LIMIT, seen) == ENGINE_DONE, "the request was not completed");
	for (uint16_t at = before; at != virtqueue_used_index(queue); at++) {
		struct vring_used_elem used = virtqueue_used_ring(queue)->ring[at % queue->size];

		if (virtio32_to_cpu(queue->device, used.id) != watch.chain.id)
			continue;
		expect(trial, virtio32_to_cpu(queue->device, used.len) <= may,
		       "the device says that it wrote %u bytes, and may write %u",
		       virtio32_to_cpu(queue->device, used.len), may);
		break;
	}
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.split.read-length", read_length,
		 "Of a request that a split ring's device reads no more is said to be written than it may write.",
		 .scope = &scope_split_engine, .skip = needs_reads, .clauses = "SPLIT-15", .judged_by = EVIDENCE);

static void used_flags(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct oracle oracle;
	uint16_t seen = 0;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle) || !good_transfer(trial, &oracle))
		return;
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++) {
		uint16_t flags;

		if (!(virtio->queues_started >> i & 1))
			continue;
		flags = virtio16_to_cpu(virtio->device, virtqueue_used_ring(&virtio->queues[i])->flags);
		seen |= flags;
		expect(trial, flags <= 1, "flags of the used ring of queue %u is %#x, neither 0 nor 1", i, flags);
	}
	trial_record(trial, seen ? "the device asks for no doorbells" : "the device asks for doorbells");
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.split.used-flags", used_flags,
		 "The flags of the used ring are 0 or 1; which doorbells the device asks for is recorded.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "SPLIT-17 SPLIT-18 SPLIT-23",
		 .judged_by = EVIDENCE);

#define IDLE_KICKS	8

/* A doorbell without news uses no buffer, moves no memory, and does not disturb the next request. */
static void idle_kicks(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtqueue *queue = request_queue(engine);
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	for (unsigned round = 0; round < 2 && trial_good(trial); round++) {
		uint16_t used = virtqueue_used_index(queue);

		oracle_renew(&oracle);
		for (unsigned i = 0; i < IDLE_KICKS * VIRTIO_ENGINE_QUEUES; i++)
			if (virtio->queues_started >> i % VIRTIO_ENGINE_QUEUES & 1)
				virtqueue_notify(&virtio->queues[i % VIRTIO_ENGINE_QUEUES]);
		clock_wait(PATIENCE_GRACE_LEAST);
		expect_equal(trial, "used index after doorbells without news", virtqueue_used_index(queue), used);
		expect(trial, oracle_look(trial, &oracle) == VIEW_NONE, "a doorbell without news moved memory");
		good_transfer(trial, &oracle);
	}
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.split.idle-kicks", idle_kicks,
		 "A doorbell without news uses no buffer, moves no memory and does not disturb the next request.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "SPLIT-21", .judged_by = EVIDENCE);
