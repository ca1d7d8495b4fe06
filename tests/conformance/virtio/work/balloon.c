/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work: the balloon, which takes the pages of a list that it reads.
 */
#include <linux/virtio_balloon.h>

#include "boot/frames.h"
#include "drivers/virtio/device/balloon.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(balloon, VIRTIO_ID_BALLOON);

/* Frames that are given to the balloon, each of several of its pages. */
#define BALLOON_FRAMES	16u
#define BALLOON_PAGES	(BALLOON_FRAMES * (uint32_t)(FRAME_SIZE / BALLOON_PAGE))

static void list_pages(struct trial *trial, phys_addr list, phys_addr frames)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	uint32_t *numbers = arch_pointer(list);

	for (uint32_t i = 0; i < BALLOON_PAGES; i++)
		numbers[i] = cpu_to_virtio32(device, (frames.value >> VIRTIO_BALLOON_PFN_SHIFT) + i);
}

static bool run_moved(phys_addr frames)
{
	struct frames_stray stray;

	return !frames_intact(frames, BALLOON_FRAMES * FRAME_SIZE, &stray);
}

/*
 * Two lists of pages at one number: in the frame of the right view one, in the other frame another. A device that
 * takes a page away loses what was in it, so that the pages whose contents are gone tell which list was read.
 */
static void balloon_inflate(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	phys_addr runs[2];
	bool moved[2];

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle) ||
	    !frames_take(BALLOON_FRAMES, FRAME_SIZE, &runs[0]) || !frames_take(BALLOON_FRAMES, FRAME_SIZE, &runs[1])) {
		trial_error(trial, "no memory for a balloon: %s", engine->fault);
		return;
	}
	/* The right one last: where nothing translates there is one frame, which it stays in. */
	list_pages(trial, engine->view == VIEW_BUS ? oracle.decoy.physical_frame : oracle.decoy.bus_frame, runs[1]);
	list_pages(trial, engine->view == VIEW_BUS ? oracle.decoy.bus_frame : oracle.decoy.physical_frame, runs[0]);
	dma_sync(&oracle.decoy.map, DMA_TO_DEVICE);
	for (unsigned i = 0; i < 2; i++)
		frames_fill(runs[i], BALLOON_FRAMES * FRAME_SIZE);
	if (balloon_hand(engine, BALLOON_INFLATE, oracle.decoy.number, BALLOON_PAGES) != ENGINE_DONE)
		trial_fail(trial, "the inflate queue is silent: %s", engine->fault);
	for (unsigned i = 0; i < 2; i++)
		moved[i] = run_moved(runs[i]);
	if (balloon_hand(engine, BALLOON_DEFLATE, oracle.decoy.number, BALLOON_PAGES) != ENGINE_DONE)
		trial_fail(trial, "the deflate queue is silent: %s", engine->fault);
	engine_stop(engine);
	for (unsigned i = 0; i < 2; i++)
		frames_give(runs[i], BALLOON_FRAMES);
	oracle_release(&oracle);
	if (moved[0] || moved[1])
		matrix_record(engine, STRUCTURE_BUFFER_READ, (moved[0] ? engine->view : VIEW_NONE) |
			      (moved[1] ? view_opposite(engine->view) : VIEW_NONE));
	expect(trial, !moved[1],
	       "the device has read its list of pages in the wrong view: it took pages of the other list");
	if (trial_good(trial) && !moved[0])
		trial_skip(trial, "the pages kept their contents, so that nothing tells which list was read");
}
CONFORMANCE_TEST("virtio.work.balloon-inflate", balloon_inflate,
		 "A balloon takes away the pages that the list in its view names, and no others.",
		 .scope = &scope_balloon, .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);
