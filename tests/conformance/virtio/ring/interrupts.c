/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts for used buffers, in rings of both formats: see interrupts.h. */
#include "tests/conformance/virtio/ring/interrupts.h"

#include "boot/clock.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/virtio_trial.h"

static void write_wish(struct virtqueue *queue, void *context)
{
	const struct ring_wish *wish = context;
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

bool ring_start_quiet(struct trial *trial, struct oracle *oracle)
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

bool ring_interrupted(struct trial *trial, const struct oracle *oracle, struct ring_wish wish, bool wanted)
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
	poll_until((isr |= virtio_isr(device)) & 1, wanted ? INTERRUPT_LATE : patience_grace(&engine->patience));
	echo_possible = isr & 1;
	return isr & 1;
}

void ring_expect_interrupt(struct trial *trial, const struct oracle *oracle, struct ring_wish wish, bool wanted)
{
	if (trial_good(trial))
		expect(trial, ring_interrupted(trial, oracle, wish, wanted) == wanted,
		       "%s interrupt for a used buffer, with flags %u and event %#x", wanted ? "no" : "an", wish.flags,
		       wish.event);
}

void ring_finish(struct trial *trial, struct oracle *oracle)
{
	engine_stop(trial->subject->engine);
	oracle_release(oracle);
}

void ring_first_event(struct trial *trial, struct ring_wish (*later)(const struct virtqueue *queue))
{
	const struct virtqueue *queue = request_queue(trial->subject->engine);
	struct oracle oracle;

	if (!ring_start_quiet(trial, &oracle))
		return;
	if (queue->used != 0) {
		trial_skip(trial, "its driver makes requests before it is ready");
		return;
	}
	ring_expect_interrupt(trial, &oracle, later(queue), false);
	ring_finish(trial, &oracle);
}
