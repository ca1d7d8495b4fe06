/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.error, lists of packed rings: elements that are not available, longer than the ring, in the wrong order,
 * with flags that mean nothing. See error.h.
 */
#include "boot/frames.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/virtio/error/error.h"

VIRTIO_MODE_SCOPE(packed, false, VIRTIO_RING_PACKED);

/* One more element at the end of a list, of which the driver knows as well. */
static void append_element(struct virtqueue *queue, struct chain *chain, const struct virtqueue_buffer *piece)
{
	uint16_t at = queue->available;
	unsigned last = chain->count - 1;

	virtqueue_ring(queue)[at].id = cpu_to_virtio16(queue->device, chain->id);
	virtqueue_ring(queue)[at].flags = cpu_to_virtio16(queue->device,
							  queue->available_wrap ? PACKED_AVAILABLE : PACKED_USED);
	chain_write(queue, at, piece, -1);
	chain->at[chain->count] = at;
	chain->pieces[chain->count++] = *piece;
	chain_rewrite(chain, last);
	queue->length[chain->id]++;
	queue->free_count--;
	queue->available = (at + 1) % queue->size;
	if (queue->available == 0)
		queue->available_wrap = !queue->available_wrap;
}

/* All slots, and the last of them goes on. The ring is small, with room for a request of any type. */
#define SMALL_SIZE	9

static bool over_long(struct virtqueue *queue, struct chain *chain)
{
	struct virtqueue_buffer again = { spoiled_number(), 8, true };

	while (queue->free_count > 0 && chain->count < CHAIN_LARGEST)
		append_element(queue, chain, &again);
	chain_write(queue, chain->at[chain->count - 1], &again, 0);
	return queue->free_count == 0;
}

static bool wrong_order(struct virtqueue *queue, struct chain *chain)
{
	struct virtqueue_buffer readable = chain->pieces[0];

	readable.device_writes = false;
	for (unsigned i = 0; i < chain->count; i++) {
		chain->pieces[i].device_writes = true;
		chain_rewrite(chain, i);
	}
	if (queue->free_count == 0)
		return false;
	append_element(queue, chain, &readable);
	return true;
}

/* Every flag that has no meaning here: bits 3 to 6 and 8 to 14. */
#define RESERVED_FLAGS	0x7f78

static bool reserved_flags(struct virtqueue *queue, struct chain *chain)
{
	for (unsigned i = 0; i < chain->count; i++)
		chain_set_flags(queue, chain->at[i], chain_flags(queue, chain->at[i]) | RESERVED_FLAGS);
	return true;
}

/* INDIRECT and NEXT in one element, which may not be together. */
static bool indirect_and_next(struct virtqueue *queue, struct chain *chain)
{
	struct virtqueue_buffer again = { spoiled_number(), 8, true };

	if (queue->free_count == 0)
		return false;
	append_element(queue, chain, &again);
	for (unsigned i = 0; i < chain->count; i++)
		if (chain->pieces[i].number == spoiled_number())
			chain_set_flags(queue, chain->at[i],
					chain_flags(queue, chain->at[i]) | VRING_DESC_F_INDIRECT | VRING_DESC_F_NEXT);
	return true;
}

static void packed_over_long(struct trial *trial)
{
	virtio_engine_of(trial->subject->engine)->plan = (struct virtio_plan) { .queue_size = SMALL_SIZE };
	broken_request(trial, over_long, false);
}
CONFORMANCE_TEST("virtio.error.packed-over-long", packed_over_long,
		 "A list that is longer than the packed ring touches no memory that was not given, and a reset mends "
		 "it.",
		 .scope = &scope_packed, .skip = needs_packed_errors, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void packed_wrong_order(struct trial *trial)
{
	broken_request(trial, wrong_order, false);
}
CONFORMANCE_TEST("virtio.error.packed-wrong-order", packed_wrong_order,
		 "A readable buffer behind a writable one in a packed ring touches no memory that was not given.",
		 .scope = &scope_packed, .skip = needs_packed_late_errors, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void packed_reserved_flags(struct trial *trial)
{
	broken_request(trial, reserved_flags, false);
}
CONFORMANCE_TEST("virtio.error.packed-reserved-flags", packed_reserved_flags,
		 "Reserved flags in a packed ring lead to no memory that was not given.",
		 .scope = &scope_packed, .skip = needs_packed_errors, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void packed_indirect_and_next(struct trial *trial)
{
	broken_request(trial, indirect_and_next, false);
}
CONFORMANCE_TEST("virtio.error.packed-indirect-and-next", packed_indirect_and_next,
		 "INDIRECT and NEXT together in a packed ring lead to no memory that was not given.",
		 .scope = &scope_packed, .skip = needs_packed_errors, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

/* Memory that is not given to the device: what leads to it is not available. */
static uint64_t trap_number;

/* The list goes on, into a slot that was left from the round before. */
static bool next_unavailable(struct virtqueue *queue, struct chain *chain)
{
	struct virtqueue_buffer trap = { trap_number, 64, true };
	unsigned last = chain->count - 1;

	if (queue->free_count == 0)
		return false;
	virtqueue_ring(queue)[queue->available].id = cpu_to_virtio16(queue->device, chain->id);
	chain_set_flags(queue, queue->available, queue->available_wrap ? PACKED_USED : PACKED_AVAILABLE);
	chain_write(queue, queue->available, &trap, -1);
	chain_write(queue, chain->at[last], &chain->pieces[last], 0);
	return true;
}

static void packed_next_unavailable(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct frames_stray stray;
	struct oracle oracle;
	struct dma_area trap;

	if (!dma_area_make(&trap, engine->function, 1)) {
		trial_error(trial, "no room for a trap");
		return;
	}
	frames_fill(trap.memory, FRAME_SIZE);
	trap_number = engine->view == VIEW_BUS ? trap.map.address.value : trap.memory.value;
	if (!broken_request_make(trial, next_unavailable, &oracle))
		return;
	if (expect(trial, frames_intact(trap.memory, FRAME_SIZE, &stray),
		   "the device wrote the buffer of an element that is not available"))
		broken_request_judge(trial, false, &oracle);
	else
		expect_recovers(trial, engine);
	dma_area_release(&trap);
}
CONFORMANCE_TEST("virtio.error.packed-next-unavailable", packed_next_unavailable,
		 "NEXT to a slot that is not available leads to nothing: what stands in it is left alone.",
		 .scope = &scope_packed, .skip = needs_packed_errors, .clauses = "PACKED-6 STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);
