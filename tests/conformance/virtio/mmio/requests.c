/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.mmio: registers of a slot that a request changes: the events of InterruptStatus, which only
 * InterruptACK takes away, and a queue that is not ready any more.
 *
 * Source: VIRTIO 1.4, sections 4.2.2.1, 4.2.3.4 and, for version 1, 4.2.4; clause ids are those of tests/spec.
 */
#include <linux/virtio_mmio.h>

#include "boot/clock.h"
#include "tests/conformance/probe/refusals.h"
#include "tests/conformance/virtio/mmio/mmio.h"

static bool in_slot(const struct subject *subject)
{
	return !subject->function->host && virtio_engine_of(subject->engine)->mode->features == 0 && does_dma(subject);
}

static bool in_modern_slot(const struct subject *subject)
{
	return in_slot(subject) && !virtio_is_legacy(virtio_engine_of(subject->engine)->device);
}

static uint32_t events(const struct virtio_device *device)
{
	return virtio_mmio_read(device, VIRTIO_MMIO_INTERRUPT_STATUS);
}

/* The event of a used buffer has come, by what looking does not change. */
static bool has_event(struct trial *trial, struct oracle *oracle)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, oracle))
		return false;
	settle_interrupts(trial->subject->engine);
	expect_equal(trial, "InterruptStatus when nothing has happened", events(device), 0);
	return good_transfer(trial, oracle) &&
	       expect(trial, poll_until(events(device) & VIRTIO_MMIO_INT_VRING, INTERRUPT_LATE),
		      "InterruptStatus shows no used buffer (%#x)", events(device));
}

/* Acknowledged once, and no more. A device may tell of a buffer twice (settle_interrupts()): what is to come has come
 * before that, as the runner's second try waits longer. */
static void acknowledged(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	struct oracle oracle;

	if (!has_event(trial, &oracle))
		return;
	expect_equal(trial, "InterruptStatus, read again", events(device), VIRTIO_MMIO_INT_VRING);
	poll_until(false, clock_silence(patience_grace(&engine->patience)));
	virtio_mmio_write(device, VIRTIO_MMIO_INTERRUPT_ACK, VIRTIO_MMIO_INT_CONFIG);
	expect_equal(trial, "InterruptStatus after another event was acknowledged", events(device),
		     VIRTIO_MMIO_INT_VRING);
	virtio_mmio_write(device, VIRTIO_MMIO_INTERRUPT_ACK, VIRTIO_MMIO_INT_VRING);
	expect_equal(trial, "InterruptStatus after the event was acknowledged", events(device), 0);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.mmio.acknowledged", acknowledged,
		 "InterruptStatus shows a used buffer until just that event is acknowledged, and nothing else.",
		 .scope = &scope_virtio_engine, .about = in_slot, .skip = needs_writes, .clauses = "MMIO-3",
		 .judged_by = EVIDENCE);

static void reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	uint16_t queue = virtio_engine_requests(virtio_engine_of(engine))->index;
	struct oracle oracle;

	if (!has_event(trial, &oracle))
		return;
	expect(trial, virtio_reset(device), "the status still reads %#x after a reset", virtio_status(device));
	expect_equal(trial, "InterruptStatus after a reset", events(device), 0);
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_SEL, queue);
	expect_equal(trial, virtio_is_legacy(device) ? "QueuePFN after a reset" : "QueueReady after a reset",
		     virtio_mmio_read(device, virtio_is_legacy(device) ? VIRTIO_MMIO_QUEUE_PFN :
				      VIRTIO_MMIO_QUEUE_READY), 0);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.mmio.reset", reset,
		 "A reset with an interrupt pending clears InterruptStatus, and no queue is ready then.",
		 .scope = &scope_virtio_engine, .about = in_slot, .skip = needs_writes, .clauses = "MMIO-4",
		 .judged_by = EVIDENCE);

/* A driver that gives up a queue writes 0 and reads it back (4.2.2.2); from then on its rings are its own. */
static void not_ready(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_SEL, virtio_engine_requests(virtio_engine_of(engine))->index);
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_READY, 0);
	expect_equal(trial, "QueueReady when 0 was written", virtio_mmio_read(device, VIRTIO_MMIO_QUEUE_READY), 0);
	expect_silence(trial, engine, &oracle, "QueueReady is 0");
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("virtio.mmio.not-ready", not_ready,
		 "A queue whose QueueReady was cleared is not used any more.",
		 .scope = &scope_virtio_engine, .about = in_modern_slot, .skip = needs_writes, .clauses = "MMIO-6",
		 .judged_by = EVIDENCE);
