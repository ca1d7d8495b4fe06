/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.split: when a used buffer raises an interrupt, and when it must not. How that is told: virtio/ring.
 *
 * Source: VIRTIO 1.4, sections 2.7.7 and 2.7.10.
 */
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/virtio/ring/interrupts.h"

VIRTIO_MODE_SCOPE(split_events, false, VIRTIO_EVENT_IDX);

/* Without EVENT_IDX the word behind the available ring means nothing, whatever it holds. */
static void garbage_used_event(struct trial *trial)
{
	static const uint16_t values[] = { 0, 1, 2, 0x7fff, 0x8000, 0xffff };
	struct oracle oracle;

	if (!ring_start_quiet(trial, &oracle))
		return;
	for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		ring_expect_interrupt(trial, &oracle, (struct ring_wish) { 0, values[i] }, true);
	ring_finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.split.garbage-used-event", garbage_used_event,
		 "Without EVENT_IDX the word behind the available ring means nothing.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "SPLIT-8 SPLIT-10",
		 .judged_by = EVIDENCE);

static void no_interrupt(struct trial *trial)
{
	struct oracle oracle;

	if (!ring_start_quiet(trial, &oracle))
		return;
	ring_expect_interrupt(trial, &oracle, (struct ring_wish) { VRING_AVAIL_F_NO_INTERRUPT, 0 }, false);
	ring_expect_interrupt(trial, &oracle, (struct ring_wish) { 0, 0 }, true);
	ring_finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.split.no-interrupt", no_interrupt,
		 "With NO_INTERRUPT a used buffer does not interrupt, and without it it does.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "SPLIT-9 SPLIT-10",
		 .judged_by = EVIDENCE);

VIRTIO_MODE_NEEDS(needs_split_events, "EVENT_IDX", needs_writes);

/* The first entry after a reset is asked for, so that the device has begun to count. Then the wish is the next one, or
 * one ahead, behind or far off, with bit 0 of flags set or not, which means nothing here. */
static void used_event(struct trial *trial)
{
	static const struct { uint16_t ahead, flags; bool wanted; } wishes[] = {
		{ 0, 0, true }, { 0, 1, true }, { 1, 0, false }, { 0, 0, true }, { 0xffff, 0, false },
		{ 0x8000, 0, false }, { 0, 1, true },
	};
	const struct virtqueue *queue = request_queue(trial->subject->engine);
	struct oracle oracle;

	if (!ring_start_quiet(trial, &oracle))
		return;
	for (unsigned i = 0; i < sizeof(wishes) / sizeof(wishes[0]) && trial_good(trial); i++) {
		struct ring_wish wish = { wishes[i].flags, queue->used + wishes[i].ahead };
		uint16_t before = queue->used;
		bool came = ring_interrupted(trial, &oracle, wish, wishes[i].wanted);
		/* Some devices use more than one buffer for a request. */
		bool wanted = vring_need_event(wish.event, queue->used, before);

		expect(trial, came == wanted,
		       "%s interrupt for used indices %u up to %u, with used_event %u and flags %u",
		       wanted ? "no" : "an", before, queue->used, wish.event, wish.flags);
	}
	ring_finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.split.used-event", used_event,
		 "With EVENT_IDX a split ring interrupts at the entry that was asked for, whatever its flags say.",
		 .scope = &scope_split_events, .skip = needs_split_events, .clauses = "SPLIT-11 SPLIT-12 SPLIT-13",
		 .judged_by = EVIDENCE);

/* The device's own wishes: with EVENT_IDX its flags say nothing, and an index may. */
static void available_event(struct trial *trial)
{
	struct virtqueue *queue = request_queue(trial->subject->engine);
	const volatile __virtio16 *event;
	struct vring_used *ring;
	struct oracle oracle;

	if (!ring_start_quiet(trial, &oracle))
		return;
	good_transfer(trial, &oracle);
	ring = virtqueue_used_ring(queue);
	expect_equal(trial, "flags of the used ring", virtio16_to_cpu(queue->device, ring->flags), 0);
	event = (const void *)&ring->ring[queue->size];
	trial_record(trial, "avail_event is %u, with the available index at %u", virtio16_to_cpu(queue->device, *event),
		     queue->available);
	ring_finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.split.available-event", available_event,
		 "With EVENT_IDX the flags of the used ring are 0, and doorbells are asked for by an index.",
		 .scope = &scope_split_events, .skip = needs_split_events, .clauses = "SPLIT-19 SPLIT-20",
		 .judged_by = EVIDENCE);

static struct ring_wish later(const struct virtqueue *queue)
{
	return (struct ring_wish) { 0, queue->used + RING_LATER };
}

static void first_event(struct trial *trial)
{
	ring_first_event(trial, later);
}
CONFORMANCE_TEST("virtio.split.first-event", first_event,
		 "The first used buffer of a split ring interrupts only when it was asked for.",
		 .scope = &scope_split_events, .skip = needs_split_events, .clauses = "SPLIT-13",
		 .judged_by = EVIDENCE);
