/*
 * Suites virtio.split, virtio.packed and virtio.legacy: when a used buffer raises an interrupt, and when it must not.
 * The ISR register tells, which is read before and after a request.
 *
 * Source: VIRTIO 1.4, sections 2.7.7, 2.7.10, 2.8.14 and 6.3.
 */
#include "boot/clock.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/virtio_trial.h"

VIRTIO_MODE_SCOPE(split_events, false, VIRTIO_EVENT_IDX);
VIRTIO_MODE_SCOPE(packed, false, VIRTIO_RING_PACKED);
VIRTIO_MODE_SCOPE(packed_events, false, VIRTIO_RING_PACKED | VIRTIO_EVENT_IDX);
VIRTIO_MODE_SCOPE(legacy, true, 0);

/* What the driver asks for, in the words of its format: split: flags and used_event, packed: flags and off_wrap. */
struct wish {
	uint16_t flags, event;
};

static void write_wish(struct virtqueue *queue, void *context)
{
	const struct wish *wish = context;
	const struct virtio_device *device = queue->device;

	if (virtqueue_packed(queue)) {
		virtqueue_driver_events(queue)->off_wrap = cpu_to_virtio16(device, wish->event);
		virtqueue_driver_events(queue)->flags = cpu_to_virtio16(device, wish->flags);
	} else {
		virtqueue_available(queue)->flags = cpu_to_virtio16(device, wish->flags);
		virtqueue_available(queue)->ring[queue->size] = cpu_to_virtio16(device, wish->event);
	}
}

/* May one that was raised before still come again? */
static bool echo_possible;

/* Starts the engine with no queue but that of the requests asking for interrupts, and no wish renewed by the driver. */
static bool start_quiet(struct trial *trial, struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, oracle))
		return false;
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		if (virtio->queues_started >> i & 1)
			virtqueue_interrupts(&virtio->queues[i], false);
	echo_possible = true;
	return true;
}

/* One request with this wish on its queue; says whether a used buffer raised an interrupt. */
static bool interrupted(struct trial *trial, const struct oracle *oracle, struct wish wish, bool wanted)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	uint8_t isr = 0;

	if (!wanted && echo_possible)
		settle_interrupts(engine);
	write_wish(request_queue(engine), &wish);
	barrier_full();
	virtio_isr(device);
	oracle_renew(oracle);
	if (!good_transfer(trial, oracle))
		return false;
	poll_until((isr |= virtio_isr(device)) & 1, wanted ? INTERRUPT_LATE : engine_grace(engine));
	echo_possible = isr & 1;
	return isr & 1;
}

static void expect_interrupt(struct trial *trial, const struct oracle *oracle, struct wish wish, bool wanted)
{
	if (trial_good(trial))
		expect(trial, interrupted(trial, oracle, wish, wanted) == wanted,
		       "%s interrupt for a used buffer, with flags %u and event %#x", wanted ? "no" : "an", wish.flags,
		       wish.event);
}

static void finish(struct trial *trial, struct oracle *oracle)
{
	engine_stop(trial->subject->engine);
	oracle_release(oracle);
}

/* Without EVENT_IDX the word behind the available ring means nothing, whatever it holds. */
static void garbage_used_event(struct trial *trial)
{
	static const uint16_t values[] = { 0, 1, 2, 0x7fff, 0x8000, 0xffff };
	struct oracle oracle;

	if (!start_quiet(trial, &oracle))
		return;
	for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		expect_interrupt(trial, &oracle, (struct wish) { 0, values[i] }, true);
	finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.split.garbage-used-event", garbage_used_event, .scope = &scope_split_engine,
		 .skip = needs_writes, .clauses = "SPLIT-8 SPLIT-10", .judged_by = EVIDENCE);

static void no_interrupt(struct trial *trial)
{
	struct oracle oracle;

	if (!start_quiet(trial, &oracle))
		return;
	expect_interrupt(trial, &oracle, (struct wish) { VRING_AVAIL_F_NO_INTERRUPT, 0 }, false);
	expect_interrupt(trial, &oracle, (struct wish) { 0, 0 }, true);
	finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.split.no-interrupt", no_interrupt, .scope = &scope_split_engine, .skip = needs_writes,
		 .clauses = "SPLIT-9 SPLIT-10", .judged_by = EVIDENCE);

static const char *needs_split_events(const struct subject *subject)
{
	return subject->engine ? needs_writes(subject) : "no device here offers EVENT_IDX";
}

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

	if (!start_quiet(trial, &oracle))
		return;
	for (unsigned i = 0; i < sizeof(wishes) / sizeof(wishes[0]) && trial_good(trial); i++) {
		struct wish wish = { wishes[i].flags, queue->used + wishes[i].ahead };
		uint16_t before = queue->used;
		bool came = interrupted(trial, &oracle, wish, wishes[i].wanted);
		/* Some devices use more than one buffer for a request. */
		bool wanted = vring_need_event(wish.event, queue->used, before);

		expect(trial, came == wanted,
		       "%s interrupt for used indices %u up to %u, with used_event %u and flags %u",
		       wanted ? "no" : "an", before, queue->used, wish.event, wish.flags);
	}
	finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.split.used-event", used_event, .scope = &scope_split_events, .skip = needs_split_events,
		 .clauses = "SPLIT-11 SPLIT-12 SPLIT-13", .judged_by = EVIDENCE);

/* The device's own wishes: with EVENT_IDX its flags say nothing, and an index may. */
static void available_event(struct trial *trial)
{
	struct virtqueue *queue = request_queue(trial->subject->engine);
	const volatile __virtio16 *event;
	struct vring_used *ring;
	struct oracle oracle;

	if (!start_quiet(trial, &oracle))
		return;
	good_transfer(trial, &oracle);
	ring = virtqueue_used_ring(queue);
	expect_equal(trial, "flags of the used ring", virtio16_to_cpu(queue->device, ring->flags), 0);
	event = (const void *)&ring->ring[queue->size];
	trial_record(trial, "avail_event is %u, with the available index at %u", virtio16_to_cpu(queue->device, *event),
		     queue->available);
	finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.split.available-event", available_event, .scope = &scope_split_events,
		 .skip = needs_split_events, .clauses = "SPLIT-19 SPLIT-20", .judged_by = EVIDENCE);

static const char *needs_packed(const struct subject *subject)
{
	return subject->engine ? needs_writes(subject) : "no device here offers RING_PACKED";
}

static const char *needs_packed_events(const struct subject *subject)
{
	return subject->engine ? needs_writes(subject) : "no device here offers RING_PACKED and EVENT_IDX";
}

/* ENABLE and DISABLE, whatever the place says that only DESC looks at. */
static void event_flags(struct trial *trial)
{
	static const struct wish wishes[] = {
		{ VRING_PACKED_EVENT_FLAG_DISABLE, 0x8000 }, { VRING_PACKED_EVENT_FLAG_ENABLE, 0x7fff },
		{ VRING_PACKED_EVENT_FLAG_DISABLE, 2 }, { VRING_PACKED_EVENT_FLAG_ENABLE, 0 },
	};
	struct oracle oracle;

	if (!start_quiet(trial, &oracle))
		return;
	for (unsigned i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++)
		expect_interrupt(trial, &oracle, wishes[i], wishes[i].flags == VRING_PACKED_EVENT_FLAG_ENABLE);
	finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.packed.event-flags", event_flags, .scope = &scope_packed, .skip = needs_packed,
		 .clauses = "DEF-22", .judged_by = EVIDENCE);

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

static struct wish place(const struct virtqueue *queue, uint16_t ahead, bool other_round)
{
	return (struct wish) { VRING_PACKED_EVENT_FLAG_DESC, off_wrap(queue, ahead, other_round) };
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

	virtio->queue_size = ROUND_SIZE;
	if (!start_quiet(trial, &oracle))
		return;
	for (unsigned i = 0; i < requests && trial_good(trial); i++) {
		uint16_t before = off_wrap(queue, 0, false);
		struct wish wish = place(queue, wishes[i % 3].ahead, wishes[i % 3].other_round);
		bool came = interrupted(trial, &oracle, wish, i % 3 == 0);
		bool wanted = reached(queue, wish.event, before);
		bool ended = (off_wrap(queue, 0, false) ^ before) & PACKED_USED;

		expect(trial, came == wanted || (ended && came),
		       "%s interrupt for slots %#x up to %#x, with %#x asked for", wanted ? "no" : "an", before,
		       off_wrap(queue, 0, false), wish.event);
	}
	finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.packed.event-place", event_place, .scope = &scope_packed_events, .skip = needs_packed_events,
		 .clauses = "DEF-23", .judged_by = EVIDENCE);

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

	virtio->queue_size = ROUND_SIZE;
	if (!start_quiet(trial, &oracle))
		return;
	for (unsigned i = 0; i < ROUND_SIZE && !ended && trial_good(trial); i++) {
		ended = ends_round(virtio, queue);
		expect_interrupt(trial, &oracle, place(queue, ended ? ROUND_SIZE - 2 : 0, false), !ended);
	}
	finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.packed.event-behind-end", event_behind_end, .scope = &scope_packed_events,
		 .skip = needs_packed_events, .clauses = "DEF-23", .judged_by = EVIDENCE);

/* The first used buffer after a reset, when a later one is asked for. */
#define LATER	3

static void first_event(struct trial *trial)
{
	const struct virtqueue *queue = request_queue(trial->subject->engine);
	struct oracle oracle;

	if (!start_quiet(trial, &oracle))
		return;
	if (queue->used != 0) {
		trial_skip(trial, "its driver makes requests before it is ready");
		return;
	}
	expect_interrupt(trial, &oracle, virtqueue_packed(queue) ? place(queue, LATER, false) :
			 (struct wish) { 0, queue->used + LATER }, false);
	finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.split.first-event", first_event, .scope = &scope_split_events, .skip = needs_split_events,
		 .clauses = "SPLIT-13", .judged_by = EVIDENCE);

static void packed_first_event(struct trial *trial)
{
	first_event(trial);
}
CONFORMANCE_TEST("virtio.packed.first-event", packed_first_event, .scope = &scope_packed_events,
		 .skip = needs_packed_events, .clauses = "DEF-23", .judged_by = EVIDENCE);

/* Bit 24, of the legacy interface only. */
#define NOTIFY_ON_EMPTY	VIRTIO_BIT(VIRTIO_F_NOTIFY_ON_EMPTY)

static const struct virtio_mode notify_on_empty = {
	"legacy/notify-on-empty", "notify-on-empty", .legacy = true, .features = NOTIFY_ON_EMPTY,
};

static const char *needs_legacy(const struct subject *subject)
{
	return subject->engine ? needs_writes(subject) : "no device here has a legacy interface";
}

/* Interrupts are suppressed, and the request is the only one: when it has been used there is nothing left. */
static void queue_runs_dry(struct trial *trial)
{
	struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);
	const struct virtqueue *queue = request_queue(trial->subject->engine);
	struct oracle oracle;
	bool came;

	if (!(virtio->device->offered & NOTIFY_ON_EMPTY)) {
		trial_record(trial, "NOTIFY_ON_EMPTY is not offered");
		return;
	}
	virtio->instead = &notify_on_empty;
	if (!start_quiet(trial, &oracle))
		return;
	came = interrupted(trial, &oracle, (struct wish) { VRING_AVAIL_F_NO_INTERRUPT, 0 }, true);
	if (queue->free_count != queue->size)
		trial_skip(trial, "its queue never runs dry");
	expect(trial, came, "no interrupt when the queue ran dry, though NOTIFY_ON_EMPTY was accepted");
	trial_record(trial, "NOTIFY_ON_EMPTY is offered");
	finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.legacy.notify-on-empty", queue_runs_dry, .scope = &scope_legacy, .skip = needs_legacy,
		 .clauses = "LEGRSVD-1 LEGRSVD-2", .judged_by = EVIDENCE);
