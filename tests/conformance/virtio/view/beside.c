/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.view: what stands beside the things that a request gives to the device. Behind and before each header,
 * status byte and buffer in the driver's own memory there is a pattern while the request is under way, and behind the
 * parts of the rings until the end; what the device may only read stays too. What is beside a buffer of a test's own is
 * looked at by all others.
 */
#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/chain.h"
#include "tests/conformance/probe/virtio_trial.h"

#define GUARD		64u			/* bytes on both sides of a piece */
#define AREA_SIZE	FRAME_SIZE	/* of the driver's own memory that is looked at */
#define CHAINS		16u
#define ROUNDS		3
#define TARGET		2048u			/* where in its frame the request's buffer is */

/* What a byte of the driver's memory is while the request is under way. */
enum { FREE, GUARDED, READABLE, WRITABLE };

static struct beside {
	struct virtio_engine *virtio;
	uint64_t size;				/* bytes of the area */
	uint8_t kind[AREA_SIZE], before[AREA_SIZE];
	struct chain chains[CHAINS];		/* of the request */
	uint16_t used[CHAINS];			/* the used index before */
	unsigned count, wanted;			/* chains shown; those of a request, 0 until one was counted */
	bool placed, disturbed;			/* guards stand; the driver went on when they did */
	struct dma_area area;			/* for the request's buffer */
} beside;

static uint8_t *area_byte(uint64_t at)
{
	return virtio_engine_pointer(beside.virtio, at);
}

static uint8_t guard(uint64_t at)
{
	return 0x5b + 7 * at;
}

/* Marks bytes of the area around a place, as far as they have no stronger kind yet. */
static void mark(uint64_t first, uint64_t end, uint8_t kind)
{
	for (uint64_t at = first; at < end && at < beside.size; at++)
		if (beside.kind[at] < kind)
			beside.kind[at] = kind;
}

static void mark_piece(const struct virtqueue_buffer *piece, bool guarded)
{
	uint64_t at = piece->number - virtio_engine_number(beside.virtio, 0);

	if (at >= beside.size || piece->size > beside.size - at)
		return;
	mark(at, at + piece->size, piece->device_writes ? WRITABLE : READABLE);
	if (guarded)
		mark(at < GUARD ? 0 : at - GUARD, at + piece->size + GUARD, GUARDED);
}

/* All that descriptors of a queue lead to may still be the device's, whoever has them now. */
static void mark_queue(const struct virtqueue *queue)
{
	for (uint16_t i = 0; i < queue->size; i++) {
		const struct vring_desc *descriptor = &virtqueue_descriptors(queue)[i];

		mark_piece(&(struct virtqueue_buffer) {
			virtio64_to_cpu(queue->device, descriptor->addr),
			virtio32_to_cpu(queue->device, descriptor->len),
			chain_flags(queue, i) & VRING_DESC_F_WRITE,
		}, false);
	}
}

static void place_guards(void)
{
	const struct virtio_engine *virtio = beside.virtio;

	memset(beside.kind, FREE, beside.size);
	for (unsigned i = 0; i < beside.count; i++)
		for (unsigned j = 0; j < beside.chains[i].count; j++)
			mark_piece(&beside.chains[i].pieces[j], true);
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		if (virtio->queues_started >> i & 1)
			mark_queue(&virtio->queues[i]);
	memcpy(beside.before, area_byte(0), beside.size);
	for (uint64_t at = 0; at < beside.size; at++)
		if (beside.kind[at] == GUARDED)
			*area_byte(at) = guard(at);
	beside.placed = true;
}

/* What somebody has written in the place of a guard stays. */
static void take_guards(void)
{
	for (uint64_t at = 0; beside.placed && at < beside.size; at++)
		if (beside.kind[at] == GUARDED && *area_byte(at) == guard(at))
			*area_byte(at) = beside.before[at];
	beside.placed = false;
}

/* Guards stand from the last chain of a request on. A driver that shows more goes on with its memory, so they go. */
static void look(struct virtqueue *queue, void *context)
{
	(void)context;
	if (beside.placed) {
		take_guards();
		beside.disturbed = true;
	}
	if (beside.count == CHAINS)
		return;
	chain_read(queue, &beside.chains[beside.count]);
	beside.used[beside.count] = virtqueue_used_index(queue);
	if (++beside.count == beside.wanted && !beside.disturbed)
		place_guards();
}

/* The piece of the request that a byte of the area is behind, or before, and how far. */
static void complain(struct trial *trial, uint64_t at)
{
	uint64_t number = virtio_engine_number(beside.virtio, at), nearest = UINT64_MAX;
	const struct virtqueue_buffer *found = NULL;
	const struct chain *of = NULL;

	for (unsigned i = 0; i < beside.count; i++)
		for (unsigned j = 0; j < beside.chains[i].count; j++) {
			const struct virtqueue_buffer *piece = &beside.chains[i].pieces[j];
			uint64_t apart = number < piece->number ? piece->number - number : number - piece->number;

			if (apart < nearest) {
				nearest = apart;
				found = piece;
				of = &beside.chains[i];
			}
		}
	if (found && beside.kind[at] == GUARDED)
		trial_fail(trial, "memory beside %u bytes of a request on queue %u moved, %llu bytes %s their first",
			   found->size, of->queue->index, (unsigned long long)nearest,
			   number < found->number ? "before" : "behind");
	else
		trial_fail(trial, "byte %llu of what the device may only read has changed", (unsigned long long)at);
}

static void judge_guards(struct trial *trial)
{
	for (uint64_t at = 0; at < beside.size; at++) {
		uint8_t byte = *area_byte(at);

		if ((beside.kind[at] == GUARDED && byte != guard(at)) ||
		    (beside.kind[at] == READABLE && byte != beside.before[at])) {
			complain(trial, at);
			return;
		}
	}
}

/* A packed ring's used index says of the first chain only that it is used, until the driver takes that. */
static bool tells(unsigned number)
{
	const struct virtqueue *queue = beside.chains[number].queue;

	for (unsigned i = 0; virtqueue_packed(queue) && i < number; i++)
		if (beside.chains[i].queue == queue)
			return false;
	return true;
}

/* Have those come back that came back when the request was made for the first time? */
static bool all_back(unsigned back)
{
	for (unsigned i = 0; i < beside.count; i++)
		if (back >> i & 1 && tells(i) && virtqueue_used_index(beside.chains[i].queue) == beside.used[i])
			return false;
	return true;
}

static unsigned chains_back(void)
{
	unsigned back = 0;

	for (unsigned i = 0; i < beside.count; i++)
		back |= (unsigned)(virtqueue_used_index(beside.chains[i].queue) != beside.used[i]) << i;
	return back;
}

static phys_addr target(void)
{
	return (phys_addr) { beside.area.memory.value + TARGET };
}

static bool begin_request(struct trial *trial, enum dma_direction direction, const uint8_t *payload)
{
	struct engine *engine = trial->subject->engine;
	uint32_t size = transfer_size(engine);
	uint64_t number;

	frames_fill(beside.area.memory, FRAME_SIZE);
	if (direction == DMA_DEVICE_READS)
		memcpy(arch_pointer(target()), payload, size);
	beside.count = 0;
	beside.disturbed = false;
	barrier_full();
	number = virtio_address(beside.virtio->device, &beside.area.map, TARGET);
	if (engine->ops->begin(engine, direction, number, size))
		return true;
	trial_error(trial, "the request cannot be made: %s", engine->fault);
	return false;
}

static void finish_request(struct trial *trial, enum dma_direction direction, const uint8_t *payload)
{
	static uint8_t seen[FRAME_SIZE];
	struct engine *engine = trial->subject->engine;
	bool reads = direction == DMA_DEVICE_READS;
	enum engine_result result = engine->ops->finish(engine, ENGINE_LIMIT, reads ? seen : NULL);
	struct frames_stray stray;

	expect(trial, result == ENGINE_DONE, "the request was not completed (%s%s%s)", engine_result_name(result),
	       engine->fault[0] ? ": " : "", engine->fault);
	if (reads)
		expect(trial, memcmp(seen, payload, transfer_size(engine)) == 0, "the device read something else");
	else
		expect(trial, !frames_intact(target(), (transfer_size(engine) + 7) / 8 * 8, &stray),
		       "the buffer was not written");
}

/* Once to learn of what chains a request consists; then with guards, until the driver leaves them in peace. */
static void transfer(struct trial *trial, enum dma_direction direction)
{
	static _Alignas(uint64_t) uint8_t payload[FRAME_SIZE];
	struct engine *engine = trial->subject->engine;
	unsigned back = 0, judged = 0;

	engine_payload(payload, transfer_size(engine), 0x4100);
	beside.wanted = 0;
	for (unsigned round = 0; round < ROUNDS && judged == 0 && trial_good(trial); round++) {
		if (!begin_request(trial, direction, payload))
			return;
		poll_until(all_back(back), patience_limit(&engine->patience, ENGINE_LIMIT));
		if (beside.placed && !beside.disturbed) {
			judge_guards(trial);
			judged++;
		}
		take_guards();
		beside.wanted = beside.count;
		finish_request(trial, direction, payload);
		back = chains_back() & ((1u << beside.wanted) - 1);
	}
	trial_note(trial, direction == DMA_DEVICE_READS ? "read" : "write", "%u chains, %s", beside.wanted,
		   judged ? "with guards" : "the driver goes on at once, and nothing was looked at");
}

/* Bytes of a part of a ring. */
static uint64_t part_size(const struct virtqueue *queue, unsigned part)
{
	static const uint8_t split[][2] = { { 16, 0 }, { 2, 6 }, { 8, 6 } };	/* an entry, and what all have */

	if (virtqueue_packed(queue))
		return part == PART_RING ? queue->size * sizeof(struct vring_packed_desc) :
					   sizeof(struct vring_packed_desc_event);
	return split[part][0] * queue->size + split[part][1];
}

/* What is behind a part: up to the next one, or to the end of the frame. Returns how many bytes. */
static uint64_t behind_part(const struct virtqueue *queue, unsigned part, uint8_t **bytes)
{
	uint64_t end = queue->places[part].memory.value + part_size(queue, part);
	uint64_t limit = (end + FRAME_SIZE - 1) / FRAME_SIZE * FRAME_SIZE;

	for (unsigned i = 0; i < VIRTQUEUE_PARTS; i++)
		if (queue->places[i].memory.value >= end && queue->places[i].memory.value < limit)
			limit = queue->places[i].memory.value;
	*bytes = arch_pointer((phys_addr) { end });
	return limit - end < GUARD ? limit - end : GUARD;
}

/* The guard behind each part of each queue: puts it there, or looks whether it has moved. */
enum behind { GUARD_PUT, GUARD_JUDGE };

static void judge_behind(struct trial *trial, const struct virtqueue *queue, unsigned part)
{
	uint8_t *bytes;
	uint64_t size = behind_part(queue, part, &bytes);

	for (uint64_t i = 0; i < size; i++)
		if (!expect(trial, bytes[i] == guard(i), "byte %llu behind part %u of queue %u moved",
			    (unsigned long long)i, part, queue->index))
			return;
}

static void fill_behind(const struct virtqueue *queue, unsigned part)
{
	uint8_t *bytes;
	uint64_t size = behind_part(queue, part, &bytes);

	for (uint64_t i = 0; i < size; i++)
		bytes[i] = guard(i);
}

static void each_part(struct trial *trial, enum behind what)
{
	const struct virtio_engine *virtio = beside.virtio;

	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES * VIRTQUEUE_PARTS; i++) {
		const struct virtqueue *queue = &virtio->queues[i / VIRTQUEUE_PARTS];

		if (!(virtio->queues_started >> i / VIRTQUEUE_PARTS & 1))
			continue;
		if (what == GUARD_PUT)
			fill_behind(queue, i % VIRTQUEUE_PARTS);
		else
			judge_behind(trial, queue, i % VIRTQUEUE_PARTS);
	}
}

/* What the driver tells the device about interrupts stays: it asks for them at the start, and then no more. */
static uint32_t wishes(const struct virtqueue *queue)
{
	if (virtqueue_packed(queue))
		return *(const volatile uint32_t *)virtqueue_driver_events(queue);
	return virtqueue_available(queue)->flags | (uint32_t)virtqueue_available(queue)->ring[queue->size] << 16;
}

static void nothing_beside(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	uint32_t asked[VIRTIO_ENGINE_QUEUES];

	if (!trial_start(trial, engine))
		return;
	if (!virtio_area_make(virtio->device, &beside.area, 1)) {
		trial_error(trial, "no room for a buffer");
		return;
	}
	beside.virtio = virtio;
	beside.size = AREA_SIZE;
	beside.placed = false;
	each_part(trial, GUARD_PUT);
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		asked[i] = virtio->queues_started >> i & 1 ? wishes(&virtio->queues[i]) : 0;
	watch_queues(engine, look, NULL);
	transfer(trial, DMA_DEVICE_WRITES);
	if (trial_good(trial) && (engine->directions & DMA_DEVICE_READS) && !engine->no_reads)
		transfer(trial, DMA_DEVICE_READS);
	watch_queues(engine, NULL, NULL);
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		expect(trial, !(virtio->queues_started >> i & 1) || wishes(&virtio->queues[i]) == asked[i],
		       "what asks for interrupts of queue %u has changed", i);
	each_part(trial, GUARD_JUDGE);
	engine_stop(engine);
	dma_area_release(&beside.area);
}
CONFORMANCE_TEST("virtio.view.beside", nothing_beside,
		 "Nothing moves beside headers, status bytes and buffers in the driver's memory, nor behind a ring's "
		 "parts.",
		 .scope = &scope_virtio_engine, .about = on_plain_ring, .skip = needs_writes,
		 .clauses = "SPLIT-3 PACKED-4", .judged_by = EVIDENCE);
