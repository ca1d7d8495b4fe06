/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.packed: when a used buffer raises an interrupt, and when it must not. How that is told: virtio/ring.
 *
 * Source: VIRTIO 1.4, section 2.8.14.
 */
#include "tests/conformance/probe/chain.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/virtio/ring/interrupts.h"

VIRTIO_MODE_SCOPE(packed, false, VIRTIO_RING_PACKED);
VIRTIO_MODE_SCOPE(packed_events, false, VIRTIO_RING_PACKED | VIRTIO_EVENT_IDX);

VIRTIO_MODE_NEEDS(needs_packed, "RING_PACKED", needs_writes);
VIRTIO_MODE_NEEDS(needs_packed_events, "RING_PACKED and EVENT_IDX", needs_writes);

/* ENABLE and DISABLE, whatever the place says that only DESC looks at. */
static void event_flags(struct trial *trial)
{
	static const struct ring_wish wishes[] = {
		{ VRING_PACKED_EVENT_FLAG_DISABLE, 0x8000 }, { VRING_PACKED_EVENT_FLAG_ENABLE, 0x7fff },
		{ VRING_PACKED_EVENT_FLAG_DISABLE, 2 }, { VRING_PACKED_EVENT_FLAG_ENABLE, 0 },
	};
	struct oracle oracle;

	if (!ring_start_quiet(trial, &oracle))
		return;
	for (unsigned i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++)
		ring_expect_interrupt(trial, &oracle, wishes[i], wishes[i].flags == VRING_PACKED_EVENT_FLAG_ENABLE);
	ring_finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.packed.event-flags", event_flags,
		 "A packed ring interrupts with ENABLE and not with DISABLE, whatever the place beside them says.",
		 .scope = &scope_packed, .skip = needs_packed, .clauses = "DEF-22", .judged_by = EVIDENCE);

/* The slot of the next used descriptor so many slots on, with its wrap counter or the other. */
static uint16_t off_wrap(const struct virtqueue *queue, uint16_t ahead, bool other_round)
{
	unsigned slot = queue->used + ahead;
	bool wrap = queue->used_wrap;

	if (slot >= queue->size) {
		slot -= queue->size;
		wrap = !wrap;
	}
	return slot | (wrap != other_round) << VRING_PACKED_EVENT_F_WRAP_CTR;
}

/* Slots of a small ring, which is gone round, so that both rounds are met. */
#define ROUND_SIZE	7

static struct ring_wish place(const struct virtqueue *queue, uint16_t ahead, bool other_round)
{
	return (struct ring_wish) { VRING_PACKED_EVENT_FLAG_DESC, off_wrap(queue, ahead, other_round) };
}

/* A position so many slots behind the beginning of the round that a used position is in. */
static unsigned slots_from(uint16_t position, uint16_t begin)
{
	unsigned slot = position & (PACKED_USED - 1);

	return (position ^ begin) & PACKED_USED ? slot + ROUND_SIZE : slot;
}

/* Is the wished-for place among those used from `before` up to now? */
static bool reached(const struct virtqueue *queue, uint16_t wished, uint16_t before)
{
	unsigned at = slots_from(wished, before);

	return at >= slots_from(before, before) && at < slots_from(off_wrap(queue, 0, false), before);
}

/* The next place, one that is further on, and the next one of the other round, at all slots. What is asked for at the
 * end of a round is the subject of the next test. */
static void event_place(struct trial *trial)
{
	static const struct { uint16_t ahead; bool other_round; } wishes[] = {
		{ 0, false }, { 5, false }, { 0, true },
	};
	struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);
	const struct virtqueue *queue = virtio_engine_requests(virtio);
	/* Requests of more than one descriptor go round twice the sooner. */
	unsigned requests = virtio->driver->chain > 1 ? ROUND_SIZE : 2 * ROUND_SIZE;
	struct oracle oracle;

	virtio->plan = (struct virtio_plan) { .queue_size = ROUND_SIZE };
	if (!ring_start_quiet(trial, &oracle))
		return;
	for (unsigned i = 0; i < requests && trial_good(trial); i++) {
		uint16_t before = off_wrap(queue, 0, false);
		struct ring_wish wish = place(queue, wishes[i % 3].ahead, wishes[i % 3].other_round);
		bool came = ring_interrupted(trial, &oracle, wish, i % 3 == 0);
		bool wanted = reached(queue, wish.event, before);
		bool ended = (off_wrap(queue, 0, false) ^ before) & PACKED_USED;

		expect(trial, came == wanted || (ended && came),
		       "%s interrupt for slots %#x up to %#x, with %#x asked for", wanted ? "no" : "an", before,
		       off_wrap(queue, 0, false), wish.event);
	}
	ring_finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.packed.event-place", event_place,
		 "With EVENT_IDX a packed ring interrupts at the place that was asked for, and at no other.",
		 .scope = &scope_packed_events, .skip = needs_packed_events, .clauses = "DEF-23",
		 .judged_by = EVIDENCE);

/* Does the next request use the last slot of the ring? */
static bool ends_round(const struct virtio_engine *virtio, const struct virtqueue *queue)
{
	return queue->used + virtio->driver->chain >= queue->size;
}

/* An interrupt is asked for some slots behind the end of the ring: none comes at the end. */
static void event_behind_end(struct trial *trial)
{
	struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);
	const struct virtqueue *queue = virtio_engine_requests(virtio);
	bool ended = false;
	struct oracle oracle;

	virtio->plan = (struct virtio_plan) { .queue_size = ROUND_SIZE };
	if (!ring_start_quiet(trial, &oracle))
		return;
	for (unsigned i = 0; i < ROUND_SIZE && !ended && trial_good(trial); i++) {
		ended = ends_round(virtio, queue);
		ring_expect_interrupt(trial, &oracle, place(queue, ended ? ROUND_SIZE - 2 : 0, false), !ended);
	}
	ring_finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.packed.event-behind-end", event_behind_end,
		 "A packed ring that is asked for an interrupt behind its end gives none at its end.",
		 .scope = &scope_packed_events, .skip = needs_packed_events, .clauses = "DEF-23",
		 .judged_by = EVIDENCE);

static struct ring_wish later(const struct virtqueue *queue)
{
	return place(queue, RING_LATER, false);
}

static void first_event(struct trial *trial)
{
	ring_first_event(trial, later);
}
CONFORMANCE_TEST("virtio.packed.first-event", first_event,
		 "The first used buffer of a packed ring interrupts only when it was asked for.",
		 .scope = &scope_packed_events, .skip = needs_packed_events, .clauses = "DEF-23",
		 .judged_by = EVIDENCE);
