/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests on rings of both formats: see requests.h. */
#include "tests/conformance/virtio/ring/requests.h"

#include <linux/virtio_pci.h>

#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/probe/chain.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/witness.h"

/* The chain that was shown last, and what the device may only read of it, in the driver's own memory. */
#define READABLE_LARGEST	2048

static struct watch {
	const struct virtio_engine *virtio;
	struct chain chain;
	uint8_t readable[READABLE_LARGEST];
	uint32_t size;
} watch;

/* Where a piece is in the driver's own memory, or NULL if it is elsewhere. */
static const uint8_t *own_memory(const struct virtqueue_buffer *piece)
{
	uint64_t offset = piece->number - virtio_engine_number(watch.virtio, 0);
	uint64_t size = watch.virtio->area.frames * FRAME_SIZE;

	return offset < size && piece->size <= size - offset ? virtio_engine_pointer(watch.virtio, offset) : NULL;
}

static uint32_t gather_readable(uint8_t *bytes)
{
	uint32_t size = 0;

	for (unsigned i = 0; i < watch.chain.count; i++) {
		const struct virtqueue_buffer *piece = &watch.chain.pieces[i];
		const uint8_t *at = piece->device_writes ? NULL : own_memory(piece);

		if (!at || piece->size > READABLE_LARGEST - size)
			continue;
		memcpy(bytes + size, at, piece->size);
		size += piece->size;
	}
	return size;
}

static void look(struct virtqueue *queue, void *context)
{
	(void)context;
	chain_read(queue, &watch.chain);
	watch.size = gather_readable(watch.readable);
}

void ring_readable_unchanged(struct trial *trial)
{
	static uint8_t after[READABLE_LARGEST];
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	watch.virtio = virtio_engine_of(engine);
	watch.chain.count = 0;
	watch_queues(engine, look, NULL);
	sighting = oracle_device_reads(trial, engine, &oracle, ENGINE_LIMIT);
	expect(trial, sighting.result == ENGINE_DONE && sighting.view == engine->view,
	       "the buffer was not read (%s, view %s)", engine_result_name(sighting.result), view_name(sighting.view));
	expect(trial, gather_readable(after) == watch.size && memcmp(watch.readable, after, watch.size) == 0,
	       "a header that the device may only read has changed");
	engine_stop(engine);
	oracle_release(&oracle);
}

/* The doorbell of the request queue goes to a register where the queue's index does no harm: queue_select. */
void ring_without_kick(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtqueue *queue = request_queue(engine);
	struct oracle oracle;
	bool left_alone;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle) || !good_transfer(trial, &oracle))
		return;
	/* A device may look at its rings by itself once it is started (QEMU does), so that is let pass. */
	give_time(engine);
	queue->doorbell.value = queue->device->common.at.value + queue->device->transport->queue_select;
	left_alone = lets_buffer_lie(trial, &oracle);
	/* Not in the record: on some starts a device looks by itself, and on others not. */
	trial_note(trial, "request", "%s", left_alone ? "left alone" : "executed");
	trial_record(trial, "a request without a doorbell may be executed or left alone");
	engine_stop(engine);
	oracle_release(&oracle);
}

void ring_transfers_with(struct trial *trial, void (*change)(struct virtqueue *queue, void *context))
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	unsigned changed = 0;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	watch_queues(engine, change, &changed);
	good_transfer(trial, &oracle);
	expect(trial, changed > 0, "no request had what is to be changed: more than one element, or an indirect table");
	oracle_renew(&oracle);
	if (trial_good(trial) && (engine->directions & DMA_DEVICE_READS) && !engine->no_reads) {
		struct sighting sighting = oracle_device_reads(trial, engine, &oracle, ENGINE_LIMIT);

		expect(trial, sighting.result == ENGINE_DONE && sighting.view == engine->view,
		       "a buffer that the device reads was seen in view %s (%s)", view_name(sighting.view),
		       engine_result_name(sighting.result));
	}
	engine_stop(engine);
	oracle_release(&oracle);
	if (!trial_good(trial))
		expect_recovers(trial, engine);
}

/* WRITE on the descriptor that leads to the table: whether memory is written is said in the table. */
static void set_write(struct virtqueue *queue, void *context)
{
	unsigned *changed = context;
	struct chain chain;
	unsigned entries;

	chain_read(queue, &chain);
	if (!chain_table(&chain, &entries))
		return;
	chain_set_flags(queue, chain.at[0], chain_flags(queue, chain.at[0]) | VRING_DESC_F_WRITE);
	++*changed;
}

void ring_indirect_write_flag(struct trial *trial)
{
	ring_transfers_with(trial, set_write);
}

void ring_notification_data(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	uint16_t size = 2 * (virtio->driver->chain ? virtio->driver->chain : 4);
	struct oracle oracle;

	virtio->plan = (struct virtio_plan) { .queue_size = size };
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	for (unsigned i = 0; i < 2u * size && trial_good(trial); i++) {
		oracle_renew(&oracle);
		good_transfer(trial, &oracle);
	}
	engine_stop(engine);
	oracle_release(&oracle);
}
