/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite dma: a mapping that is revoked, or leads elsewhere, while a transfer to it is under way. A device may have been
 * handed to its old frame until it says that it is done; after that the old frame is out of reach.
 *
 * Only a device that takes its time has something under way: a test looks how long a transfer takes. In the gate that
 * is a disk with QEMU's throttling, tests/gate/<machine>-slow.cfg.
 */
#include "boot/clock.h"
#include "boot/frames.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/probe/refusals.h"
#include "tests/conformance/probe/witness.h"

#define SLOW		MILLISECONDS(100)
#define LIMIT		SECONDS(3)
#define TRIES		4u		/* a throttled disk serves the first requests at once */
#define IN_A_ROW	3u		/* a host that stands still makes one transfer slow, not all of them */

static void skip_quick(struct trial *trial)
{
	trial_skip(trial, "a transfer is over too soon for anything to be under way: a disk with throttling would take "
			  "its time");
}

/* How long a good transfer takes, which nothing else is wrong with. */
static uint64_t good_time(struct trial *trial, const struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	uint64_t started = clock_now();

	if (oracle_device_writes(trial, engine, oracle, LIMIT).view != VIEW_BUS)
		trial_error(trial, "the transfer before does not work: %s", engine->fault);
	oracle_renew(oracle);
	return clock_now() - started;
}

/* Does a transfer take long enough, again and again? */
static bool is_slow(struct trial *trial, const struct oracle *oracle)
{
	unsigned slow = 0;

	for (unsigned i = 0; i < TRIES + slow && slow < IN_A_ROW && trial_good(trial); i++)
		slow = good_time(trial, oracle) < SLOW ? 0 : slow + 1;
	if (slow < IN_A_ROW)
		skip_quick(trial);
	return trial_good(trial);
}

/* The largest transfers are the slowest. */
static bool start_slow(struct trial *trial, struct oracle *oracle)
{
	const struct engine *engine = trial->subject->engine;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, oracle))
		return false;
	if (engine->largest <= FRAME_SIZE - oracle->offset)
		oracle->size = engine->largest;
	return is_slow(trial, oracle);
}

static bool begin(struct trial *trial, const struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;

	oracle_note(trial, oracle);
	if (engine->ops->begin(engine, DMA_DEVICE_WRITES, oracle_number(oracle), oracle->size))
		return true;
	trial_error(trial, "the transfer cannot be begun: %s", engine->fault);
	return false;
}

/* Waits for its end. If that comes soon, nothing was under way when the mapping went. */
static enum engine_result finish(struct trial *trial, uint64_t started)
{
	struct engine *engine = trial->subject->engine;
	enum engine_result result = engine->ops->finish(engine, LIMIT, NULL);

	expect(trial, result != ENGINE_SILENT, "the request never ended: %s", engine->fault);
	if (clock_now() - started < SLOW)
		skip_quick(trial);
	return result;
}

static const char *place_name(bool old, bool new)
{
	if (old)
		return new ? "in part in the old frame, in part in the new one" : "in the old frame";
	return new ? "in the new frame" : "nowhere";
}

/* The frame that a mapping led to is out of reach now: a while later it still holds its pattern. */
static void expect_out_of_reach(struct trial *trial, const struct oracle *oracle)
{
	oracle_renew(oracle);
	give_time(trial->subject->engine);
	expect(trial, oracle_look(trial, oracle) == VIEW_NONE,
	       "the mapping was revoked and the request is completed, and yet memory moved");
}

static void revoked_in_flight(struct trial *trial)
{
	enum engine_result result;
	uint64_t started;
	struct oracle oracle;
	enum view view;

	if (!start_slow(trial, &oracle))
		return;
	started = clock_now();
	if (!begin(trial, &oracle))
		return;
	dma_unmap(&oracle.decoy.map);
	result = finish(trial, started);
	view = oracle_look(trial, &oracle);
	expect(trial, !(view & VIEW_PHYSICAL), "the physical frame of that number moved");
	expect_out_of_reach(trial, &oracle);
	trial_record(trial, "the device said %s; what was under way arrived %s", engine_result_name(result),
		     place_name(view & VIEW_BUS, false));
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("dma.revoked-in-flight", revoked_in_flight,
		 "A mapping revoked under a transfer leads nowhere any more, and the engine recovers.",
		 .scope = &scope_bus_engine, .skip = needs_engine, .judged_by = EVIDENCE);

static void moved_in_flight(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	enum engine_result result;
	uint64_t started;
	size_t frames = dma_whole_frames(engine->function, 1);
	phys_addr elsewhere;
	struct oracle oracle;
	bool new_moved;
	enum view view;

	if (!start_slow(trial, &oracle))
		return;
	if (!frames_take(frames, dma_alignment(engine->function), &elsewhere)) {
		trial_error(trial, "no frame to map to");
		return;
	}
	started = clock_now();
	if (!begin(trial, &oracle))
		return;
	dma_remap(&oracle.decoy.map, elsewhere, DMA_DEVICE_BOTH);
	result = finish(trial, started);
	view = oracle_look(trial, &oracle);
	new_moved = landed(trial, elsewhere, oracle.offset, oracle.size);
	expect(trial, !(view & VIEW_PHYSICAL), "the physical frame of that number moved");
	expect_out_of_reach(trial, &oracle);
	expect_landing(trial, engine, oracle_number(&oracle), elsewhere, true);
	expect(trial, oracle_look(trial, &oracle) == VIEW_NONE, "a later transfer arrived in the old frame");
	trial_record(trial, "the device said %s; what was under way arrived %s", engine_result_name(result),
		     place_name(view & VIEW_BUS, new_moved));
	engine_stop(engine);
	oracle_release(&oracle);
	frames_give(elsewhere, frames);
}
CONFORMANCE_TEST("dma.moved-in-flight", moved_in_flight,
		 "A mapping moved under a transfer sends each byte to the old or the new frame, and to no third.",
		 .scope = &scope_bus_engine, .skip = needs_engine, .judged_by = EVIDENCE);
