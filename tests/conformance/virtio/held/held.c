/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.held: a buffer that a device keeps, because it has nothing to write yet, and what the driver does
 * meanwhile to the mapping or to the queue. The device has seen the address, so one that translated or remembered it
 * too early shows here, and a queue reset that does not take the buffer away. Devices of other kinds: suite dma.
 *
 * Revoking a mapping of a buffer that the device still owns is a driver's mistake; what is judged is that the mapping,
 * and not the device, decides where the data goes (DEF-3).
 */
#include <linux/virtio_pci.h>

#include "boot/frames.h"
#include "tests/conformance/probe/engine_trial.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/probe/witness.h"

/* Devices of few types keep a buffer waiting. */
static bool keeps_buffers(const struct subject *subject)
{
	return on_plain_ring(subject) && virtio_engine_of(subject->engine)->driver->provoke;
}

/* Leaves a buffer with the device, and sees that it waits: nothing has moved, and it is not used. */
static bool hold(struct trial *trial, struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	const struct virtqueue *queue = virtio_engine_requests(virtio);
	uint16_t used;

	virtio->plan = (struct virtio_plan) { .hold = true };
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, oracle))
		return false;
	oracle_note(trial, oracle);
	dma_sync(&oracle->decoy.map, DMA_TO_DEVICE);
	if (!engine->ops->begin(engine, DMA_DEVICE_WRITES, oracle_number(oracle), oracle->size)) {
		trial_error(trial, "the buffer cannot be posted: %s", engine->fault);
		return false;
	}
	used = virtqueue_used_index(queue);
	expect(trial, !poll_until(virtqueue_used_index(queue) != used, patience_grace(&engine->patience)),
	       "the device used a buffer that it has nothing for");
	expect(trial, oracle_look(trial, oracle) == VIEW_NONE, "memory moved before the device had anything to write");
	return trial_good(trial);
}

/* Gives the device something to write; result and view of what it did with it. */
static struct sighting provoke(struct trial *trial, const struct oracle *oracle, uint64_t limit)
{
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { ENGINE_FAILED, VIEW_NONE, false };

	if (virtio_engine_provoke(engine))
		sighting.result = finish_within(engine, limit, NULL);
	sighting.view = oracle_look(trial, oracle);
	trial_note(trial, "engine", "%s%s%s; seen in: %s", engine_result_name(sighting.result),
		   engine->fault[0] ? ": " : "", engine->fault, view_name(sighting.view));
	return sighting;
}

static void filled_later(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;

	if (!hold(trial, &oracle))
		return;
	sighting = provoke(trial, &oracle, ENGINE_LIMIT);
	expect(trial, sighting.result == ENGINE_DONE, "the buffer was not completed (%s)",
	       engine_result_name(sighting.result));
	expect(trial, sighting.view == engine->view, "the data was seen in view %s", view_name(sighting.view));
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.held.filled", filled_later,
		 "A buffer that the device has kept for a while is filled in its view when there is something to "
		 "write.",
		 .scope = &scope_virtio_engine, .about = keeps_buffers, .skip = needs_writes, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);

static void revoked(struct trial *trial)
{
	struct oracle oracle;
	struct sighting sighting;

	if (!hold(trial, &oracle))
		return;
	dma_unmap(&oracle.decoy.map);
	sighting = provoke(trial, &oracle, WITNESSED);
	expect(trial, sighting.view == VIEW_NONE, "the mapping was revoked, and yet the data was seen in view %s",
	       view_name(sighting.view));
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("virtio.held.revoked", revoked,
		 "A buffer that the device keeps is out of its reach once the mapping is revoked.",
		 .scope = &scope_virtio_engine, .about = keeps_buffers, .skip = needs_bus_view, .clauses = "DEF-3",
		 .judged_by = EVIDENCE);

/* The same bus address leads to another frame by the time that the device has something to write. */
static void remapped(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;
	phys_addr elsewhere;

	if (!hold(trial, &oracle))
		return;
	if (!frames_take(oracle.decoy.frames, dma_alignment(engine->function), &elsewhere)) {
		trial_error(trial, "no frame to map to");
		return;
	}
	dma_unmap(&oracle.decoy.map);
	oracle.decoy.map = dma_map_at(engine->function, (bus_addr) { oracle.decoy.number }, elsewhere,
				      oracle.decoy.frames * FRAME_SIZE, DMA_DEVICE_BOTH);
	sighting = provoke(trial, &oracle, ENGINE_LIMIT);
	expect(trial, sighting.result == ENGINE_DONE, "the buffer was not completed (%s)",
	       engine_result_name(sighting.result));
	expect(trial, sighting.view == VIEW_NONE, "the data went where the mapping led before, view %s",
	       view_name(sighting.view));
	expect(trial, landed(trial, elsewhere, oracle.offset, oracle.size),
	       "the data did not arrive in the frame that is mapped now");
	engine_stop(engine);
	frames_give(elsewhere, oracle.decoy.frames);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.held.remapped", remapped,
		 "A buffer that the device keeps is written where its address leads by then, not where it once led.",
		 .scope = &scope_virtio_engine, .about = keeps_buffers, .skip = needs_bus_view, .clauses = "DEF-3",
		 .judged_by = EVIDENCE);

/* The device goes on working, and what it was given through that queue is no longer its own. */
static void queue_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtqueue *queue = virtio_engine_requests(virtio_engine_of(engine));
	struct oracle oracle;
	struct sighting sighting;
	uint16_t used;

	if (!hold(trial, &oracle))
		return;
	if (!virtqueue_reset(queue)) {
		trial_fail(trial, "queue_reset still reads 1 after %llu ms",
			   (unsigned long long)(VIRTIO_RESET_LIMIT / MILLISECONDS(1)));
		return;
	}
	used = virtqueue_used_index(queue);
	sighting = provoke(trial, &oracle, WITNESSED);
	expect(trial, sighting.view == VIEW_NONE, "the queue was reset, and yet the data was seen in view %s",
	       view_name(sighting.view));
	expect(trial, virtqueue_used_index(queue) == used, "the queue was reset, and yet the device has used a buffer");
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("virtio.held.queue-reset", queue_reset,
		 "A reset of its queue takes a buffer back from the device, which goes on working.",
		 .scope = &scope_virtio_engine, .about = keeps_buffers, .skip = needs_ring_reset, .clauses = "QRST-1",
		 .judged_by = EVIDENCE);

/*
 * The same of the whole device, which is set up anew: what it has to write then goes to a buffer of its new life. The
 * buffer of before is still where it was, mapped and full of its pattern.
 */
static void device_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle before, now;
	struct sighting sighting;

	if (!hold(trial, &before))
		return;
	if (!expect(trial, virtio_reset(virtio_engine_of(engine)->device),
		    "the device status does not read 0 after a reset"))
		return;
	engine_stop(engine);
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &now))
		return;
	sighting = oracle_device_writes(trial, engine, &now, ENGINE_LIMIT);
	expect(trial, sighting.result == ENGINE_DONE && sighting.view == engine->view,
	       "the device was set up anew, and a request does not work (%s, seen in view %s)",
	       engine_result_name(sighting.result), view_name(sighting.view));
	expect(trial, oracle_look(trial, &before) == VIEW_NONE,
	       "the device was reset, and yet it has written to a buffer of before");
	engine_stop(engine);
	oracle_release(&now);
	oracle_release(&before);
}
CONFORMANCE_TEST("virtio.held.device-reset", device_reset,
		 "A reset takes a buffer back from the device; set up anew, it writes to what it is given then.",
		 .scope = &scope_virtio_engine, .about = keeps_buffers, .skip = needs_writes,
		 .clauses = "RESET-1 RESET-2", .judged_by = EVIDENCE);
