/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.legacy: the one interrupt that only the legacy interface has, when a queue runs dry. How it is told:
 * virtio/ring.
 *
 * Source: VIRTIO 1.4, section 6.3.
 */
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/virtio/ring/interrupts.h"

VIRTIO_MODE_SCOPE(legacy, true, 0);

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
	virtio->plan = (struct virtio_plan) { .instead = &notify_on_empty };
	if (!ring_start_quiet(trial, &oracle))
		return;
	came = ring_interrupted(trial, &oracle, (struct ring_wish) { VRING_AVAIL_F_NO_INTERRUPT, 0 }, true);
	if (queue->free_count != queue->size)
		trial_skip(trial, "its queue never runs dry");
	expect(trial, came, "no interrupt when the queue ran dry, though NOTIFY_ON_EMPTY was accepted");
	trial_record(trial, "NOTIFY_ON_EMPTY is offered");
	ring_finish(trial, &oracle);
}
CONFORMANCE_TEST("virtio.legacy.notify-on-empty", queue_runs_dry,
		 "With NOTIFY_ON_EMPTY a queue that runs dry interrupts, although interrupts are suppressed.",
		 .scope = &scope_legacy, .skip = needs_legacy, .clauses = "LEGRSVD-1 LEGRSVD-2", .judged_by = EVIDENCE);
