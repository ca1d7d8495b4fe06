/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.view: a ring that is moved by remapping, while its queue is idle.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/probe/parts.h"
#include "tests/conformance/probe/witness.h"

/*
 * All parts of an idle ring are moved to other frames, the bus addresses staying: the next request is carried out in
 * the new frames, and the old ones stay as they are.
 */
static void moved(struct trial *trial)
{
	static struct parts parts;
	struct engine *engine = trial->subject->engine;
	struct virtqueue *queue = virtio_engine_requests(virtio_engine_of(engine));
	phys_addr fresh[VIRTQUEUE_PLACES];
	struct frames_stray stray;
	struct oracle oracle;

	if (!parts_begin(trial, &parts, &oracle))
		return;
	for (unsigned i = 0; i < parts.count; i++) {
		phys_addr old = parts.areas[i].memory;
		size_t frames = parts.areas[i].frames;

		if (!frames_take(frames, dma_alignment(engine->function), &fresh[i])) {
			trial_error(trial, "no frame to move to");
			return;
		}
		memcpy(arch_pointer(fresh[i]), arch_pointer(old), frames * FRAME_SIZE);
		dma_remap(&parts.areas[i].map, fresh[i], DMA_DEVICE_BOTH);
		queue->places[i].memory = fresh[i];
	}
	/* A device may look at an idle ring: a look that has begun in the old frames must find them as they were. */
	give_time(engine);
	for (unsigned i = 0; i < parts.count; i++)
		frames_fill(parts.areas[i].memory, parts.areas[i].frames * FRAME_SIZE);
	barrier_full();
	parts_work(trial, &oracle, "after the rings were moved");
	engine_stop(engine);
	for (unsigned i = 0; i < parts.count; i++) {
		expect(trial, frames_intact(parts.areas[i].memory, parts.areas[i].frames * FRAME_SIZE, &stray),
		       "part %u was written where it no longer is, at %#llx", i, (unsigned long long)stray.first.value);
		frames_give(fresh[i], parts.areas[i].frames);
	}
	parts_release(&parts);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.view.moved", moved,
		 "Rings whose frames are changed under the same bus addresses are used in the new frames.",
		 .scope = &scope_virtio_engine, .about = on_each_layout, .skip = needs_bus_view, .clauses = "DEF-3",
		 .judged_by = EVIDENCE);
