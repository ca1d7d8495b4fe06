/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.view: in which view does a virtio device understand each number it is given? For every device, in every
 * mode it has, the same rule: with ACCESS_PLATFORM accepted the host bridge translates; without it the number is
 * physical, although a hostile mapping is live at the same number.
 *
 * Buffers here; the parts of a ring, each by itself, in rings.c.
 */
#include "boot/frames.h"
#include "tests/conformance/probe/engine_trial.h"
#include "tests/conformance/probe/judge.h"

static void buffer_write(struct trial *trial)
{
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	judge_view(trial, STRUCTURE_BUFFER_WRITE,
	      oracle_device_writes(trial, trial->subject->engine, &oracle, ENGINE_LIMIT));
	engine_stop(trial->subject->engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.view.buffer-write", buffer_write,
		 "What the device writes to a buffer arrives in the view that was negotiated, and in no other.",
		 .scope = &scope_virtio_queue, .about = does_dma, .skip = needs_writes, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);

static void buffer_read(struct trial *trial)
{
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	judge_view(trial, STRUCTURE_BUFFER_READ,
	      oracle_device_reads(trial, trial->subject->engine, &oracle, ENGINE_LIMIT));
	engine_stop(trial->subject->engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.view.buffer-read", buffer_read,
		 "The device reads a buffer in the view that was negotiated, and in no other.",
		 .scope = &scope_virtio_engine, .about = does_dma, .skip = needs_reads,
		 .clauses = "DEF-1 DEF-3 SPLIT-3", .judged_by = EVIDENCE);

/*
 * The mixed machine: two devices in opposite views are given numbers in the same page at the same time. The one's data
 * must be in the bus frame, the other's in the physical frame, and nothing anywhere else.
 */
static void mixed(struct trial *trial)
{
	struct engine *bus = trial->subject->engine;
	struct engine *physical = trial->subject->partner;
	struct oracle first, second;
	enum engine_result results[2];
	phys_addr both[2];
	struct frames_stray stray;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &first) || !trial_start(trial, physical))
		return;
	second = first;
	second.offset = FRAME_SIZE / 2;
	second.size = transfer_size(physical);
	oracle_note(trial, &first);
	if (!bus->ops->begin(bus, DMA_DEVICE_WRITES, oracle_number(&first), first.size) ||
	    !physical->ops->begin(physical, DMA_DEVICE_WRITES, oracle_number(&second), second.size)) {
		trial_error(trial, "a request cannot be made: %s%s", bus->fault, physical->fault);
		return;
	}
	results[0] = bus->ops->finish(bus, ENGINE_LIMIT, NULL);
	results[1] = physical->ops->finish(physical, ENGINE_LIMIT, NULL);
	expect(trial, results[0] == ENGINE_DONE && results[1] == ENGINE_DONE,
	       "the requests were not completed (%s, %s)",
	       engine_result_name(results[0]), engine_result_name(results[1]));
	engine_stop(bus);
	engine_stop(physical);

	/* Each frame may have moved in one place only; what is left must be the pattern, so put that place right and
	 * look. */
	both[0].value = first.decoy.bus_frame.value + first.offset;
	both[1].value = second.decoy.physical_frame.value + second.offset;
	expect(trial, !frames_intact(both[0], first.size, &stray),
	       "the device in the bus view did not write the bus frame");
	expect(trial, !frames_intact(both[1], second.size, &stray),
	       "the device in the physical view did not write the physical frame");
	frames_fill(both[0], first.size);
	frames_fill(both[1], second.size);
	expect(trial, oracle_look(trial, &first) == VIEW_NONE && oracle_look(trial, &second) == VIEW_NONE,
	       "a device wrote in the other one's view");
	oracle_release(&first);
}
CONFORMANCE_TEST("virtio.view.mixed", mixed,
		 "Two devices in opposite views, given numbers in the same page at once, each use their own frame.",
		 .scope = &scope_opposite_engines, .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);
