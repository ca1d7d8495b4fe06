/* SPDX-License-Identifier: BSD-2-Clause */
/* Modes of virtio engines and their requests, for tests: see virtio_trial.h. */
#include "tests/conformance/probe/virtio_trial.h"

#include "boot/clock.h"
#include "tests/conformance/probe/witness.h"

const char *needs_modern(const struct subject *subject)
{
	return subject->device->fault[0] ? subject->device->fault : NULL;
}

const char *needs_modern_pci(const struct subject *subject)
{
	const char *reason = needs_pci(subject);

	return reason ? reason : needs_modern(subject);
}

const char *needs_readable(const struct subject *subject)
{
	if (!virtio_on_pci(subject->device) && !subject->device->fault[0])
		return "in a slot of virtio-mmio, where this register can only be written";
	return needs_modern(subject);
}

bool in_virtio_mode(unsigned number, const struct conformance_scope *scope)
{
	const struct engine *engine = engine_get(number);
	const struct virtio_engine *virtio = virtio_engine_of(engine);

	return virtio && engine->directions &&
	       (virtio->mode->features | (virtio->mode->legacy ? VIRTIO_MODE_LEGACY : 0)) == scope->what;
}

const struct conformance_scope scope_split_engine = {
	.of = &scope_engine, .only = in_virtio_mode, .words = "each virtio device with a plain split ring",
};

bool start_declined(struct trial *trial, struct engine *engine)
{
	uint8_t status;

	if (engine_start(engine))
		return true;
	status = virtio_status(virtio_engine_of(engine)->device);
	expect(trial, !(status & VIRTIO_CONFIG_S_FEATURES_OK), "the device cannot be started: %s", engine->fault);
	trial_record(trial, "refused: FEATURES_OK stays clear (status %#x)", status);
	return false;
}

struct virtqueue *request_queue(const struct engine *engine)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);

	return &virtio->queues[virtio->driver->request_queue];
}

bool good_transfer(struct trial *trial, const struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = oracle_device_writes(trial, engine, oracle, ENGINE_LIMIT);

	expect(trial, sighting.result == ENGINE_DONE, "the request was not completed (%s)",
	       engine_result_name(sighting.result));
	return expect(trial, sighting.view == engine->view, "the write was seen in view %s", view_name(sighting.view));
}

/* So many buffers in a row, with some time before each, are hardly used by chance. */
#define BUFFERS_TRIED	16

bool lets_buffer_lie(struct trial *trial, const struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	const struct virtqueue *queue = request_queue(engine);

	for (unsigned i = 0; i < BUFFERS_TRIED; i++) {
		oracle_renew(oracle);
		virtio_isr(virtio_engine_of(engine)->device);
		if (!engine->ops->begin(engine, DMA_DEVICE_WRITES, oracle_number(oracle), oracle->size)) {
			trial_error(trial, "the request cannot be made: %s", engine->fault);
			return false;
		}
		if (!poll_witnessed(virtqueue_used_index(queue) != queue->used, engine))
			return true;
		engine->ops->finish(engine, ENGINE_LIMIT, NULL);
		give_time(engine);
	}
	return false;
}

/* Interrupts for one used buffer, at the most. */
#define ECHOES	4

static bool has_used(const struct virtio_engine *virtio)
{
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++) {
		const struct virtqueue *queue = &virtio->queues[i];

		if (virtio->queues_started >> i & 1 && (virtqueue_used_index(queue) != 0 || !queue->used_wrap))
			return true;
	}
	return false;
}

void settle_interrupts(const struct engine *engine)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine);
	uint64_t silence;

	virtio_isr(virtio->device);
	if (!has_used(virtio))
		return;
	silence = clock_silence(patience_grace(&engine->patience));
	/* What is seen may be the first of the two. One that never ends is the tests' to find. */
	for (unsigned i = 0; i < ECHOES && poll_until(virtio_isr(virtio->device) & 1, silence); i++)
		continue;
}
