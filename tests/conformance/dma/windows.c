/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite dma: the windows and page tables that every later verdict stands on, driven by an engine whose addresses are
 * known to be bus addresses. Evidence is a frame that only the right translation can have reached; what else moves is
 * seen by the sweep.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/probe/engine_trial.h"
#include "tests/conformance/probe/landing.h"

#define TARGET_OFFSET	2048

/* One frame, through the kind of window asked for; then the same address with the mapping gone. */
static void through(struct trial *trial, enum dma_placement placement, phys_addr frame)
{
	struct engine *engine = trial->subject->engine;
	struct dma_map map = dma_map_through(engine->function, frame, FRAME_SIZE, DMA_DEVICE_BOTH, placement);

	if (map.status != DMA_MAPPED) {
		trial_error(trial, "the frame at %#llx cannot be mapped (status %u)", (unsigned long long)frame.value,
			    map.status);
		return;
	}
	trial_note(trial, "map", "bus address %#llx, window %u, frame %#llx", (unsigned long long)map.address.value,
		   map.window, (unsigned long long)frame.value);
	expect_landing(trial, engine, map.address.value + TARGET_OFFSET, frame, true);
	dma_unmap(&map);
}

static void through_any_frame(struct trial *trial, enum dma_placement placement)
{
	phys_addr frame;

	if (!trial_start(trial, trial->subject->engine))
		return;
	if (!trial_take_frame(trial, &frame))
		return;
	through(trial, placement, frame);
	engine_stop(trial->subject->engine);
	frames_give(frame, 1);
}

static const char *needs_direct_windows(const struct subject *subject)
{
	if (!domain_can(subject->domain, DOMAIN_DIRECT_WINDOWS))
		return "the host bridge has no direct windows";
	return needs_engine(subject);
}

static bool reaches_monster_window(const struct subject *subject)
{
	return domain_can(subject->domain, DOMAIN_MONSTER_WINDOW) && subject->engine->address_bits == 64;
}

static const char *needs_monster_window(const struct subject *subject)
{
	if (!domain_can(subject->domain, DOMAIN_MONSTER_WINDOW))
		return "the host bridge has no 64-bit window";
	return needs_64_bits(subject);
}

static void paged_window(struct trial *trial)
{
	through_any_frame(trial, DMA_ANYWHERE);
}
CONFORMANCE_TEST("dma.paged-window", paged_window,
		 "A page mapped through the paged window is reached at its bus address.",
		 .scope = &scope_bus_engine, .skip = needs_engine, .judged_by = EVIDENCE);

static void direct_window(struct trial *trial)
{
	through_any_frame(trial, DMA_DIRECT);
}
CONFORMANCE_TEST("dma.direct-window", direct_window,
		 "A frame is reached through the direct window, which adds a fixed distance to its address.",
		 .scope = &scope_bus_engine, .skip = needs_direct_windows, .judged_by = EVIDENCE);

static void monster_window(struct trial *trial)
{
	through_any_frame(trial, DMA_MONSTER);
}
CONFORMANCE_TEST("dma.monster-window", monster_window,
		 "A frame is reached through the monster window, by an address of more than 32 bits.",
		 .scope = &scope_bus_engine, .skip = needs_monster_window, .judged_by = EVIDENCE);

/* The negative of the two above: the same address with its window closed. The engine's ring is in another window. */
static void closed(struct trial *trial, enum dma_placement placement)
{
	struct engine *engine = trial->subject->engine;
	struct dma_domain *domain = trial->subject->domain;
	struct dma_map map;
	phys_addr frame;

	if (!trial_start(trial, engine) || !frames_take(1, FRAME_SIZE, &frame))
		return;
	map = dma_map_through(engine->function, frame, FRAME_SIZE, DMA_DEVICE_BOTH, placement);
	if (map.status != DMA_MAPPED) {
		trial_error(trial, "the frame cannot be mapped (status %u)", map.status);
		return;
	}
	domain_close_window(domain, map.window);
	expect_landing(trial, engine, map.address.value + TARGET_OFFSET, frame, false);
	engine_stop(engine);
	dma_restore(domain);
	frames_give(frame, 1);
}

static void direct_window_closed(struct trial *trial)
{
	closed(trial, DMA_DIRECT);
}
CONFORMANCE_TEST("dma.direct-window-closed", direct_window_closed,
		 "Nothing arrives through a direct window that is closed, and all does when it is open again.",
		 .scope = &scope_bus_engine, .skip = needs_direct_windows, .judged_by = EVIDENCE);

static void monster_window_closed(struct trial *trial)
{
	closed(trial, DMA_MONSTER);
}
CONFORMANCE_TEST("dma.monster-window-closed", monster_window_closed,
		 "Nothing arrives through a monster window that is closed, and all does when it is open again.",
		 .scope = &scope_bus_engine, .skip = needs_monster_window, .judged_by = EVIDENCE);

/* The last frame below an end of memory, through every kind of window that reaches it. */
static void last_frame_below(struct trial *trial, uint64_t end)
{
	struct engine *engine = trial->subject->engine;
	uint64_t last = (end - 1) & -FRAME_SIZE;
	phys_addr frame;

	if (!trial_start(trial, engine))
		return;
	if (!frames_take_between(last, end, 1, FRAME_SIZE, &frame)) {
		trial_error(trial, "the last frame is not free");
		return;
	}
	through(trial, DMA_ANYWHERE, frame);
	if (reaches_monster_window(trial->subject))
		through(trial, DMA_MONSTER, frame);
	engine_stop(engine);
	frames_give(frame, 1);
}

/* Memory above this needs the highest bits of an entry, which are a point of their own. */
#define HIGH_MEMORY	(16ull << 30)

static void highest_memory(struct trial *trial)
{
	last_frame_below(trial, frames_highest() < HIGH_MEMORY ? frames_highest() : HIGH_MEMORY);
}
CONFORMANCE_TEST("dma.highest-memory", highest_memory,
		 "The last frame of memory below 16 GiB can be mapped and is reached.",
		 .scope = &scope_bus_engine, .skip = needs_engine, .judged_by = EVIDENCE);

static const char *needs_high_memory(const struct subject *subject)
{
	return frames_highest() > HIGH_MEMORY ? needs_engine(subject) : "the machine has no memory above 16 GiB";
}

static void memory_above_16_gib(struct trial *trial)
{
	last_frame_below(trial, frames_highest());
}
CONFORMANCE_TEST("dma.memory-above-16-gib", memory_above_16_gib,
		 "The last frame of memory above 16 GiB can be mapped and is reached.",
		 .scope = &scope_bus_engine, .skip = needs_high_memory, .judged_by = EVIDENCE);

/* A transfer over the border of two pages that lead to frames far apart, in falling order. */
static void cross_border(struct trial *trial, bool second_mapped)
{
	struct engine *engine = trial->subject->engine;
	const struct dma_window *window =
		&trial->subject->domain->windows[trial->subject->domain->driver->paged_window];
	uint32_t half = transfer_size(engine) / 2;
	uint64_t page_size = domain_page_size(trial->subject->domain);
	size_t page_frames = page_size / FRAME_SIZE;
	bus_addr border = { window->base.value + window->size / 2 };
	struct landed_halves halves;
	struct frames_stray stray;
	struct dma_map maps[2];
	phys_addr frames;

	if (!trial_start(trial, engine) || !frames_take(3 * page_frames, page_size, &frames))
		return;
	for (unsigned i = 0; i < 2; i++) {
		bus_addr page = { border.value - page_size + i * page_size };
		phys_addr frame = { frames.value + (i ? 0 : 2 * page_size) };

		maps[i] = dma_map_at(engine->function, page, frame, page_size, DMA_DEVICE_BOTH);
	}
	if (maps[0].status != DMA_MAPPED || maps[1].status != DMA_MAPPED) {
		trial_error(trial, "the pages cannot be mapped (status %u, %u)", maps[0].status, maps[1].status);
		return;
	}
	if (!second_mapped)
		dma_unmap(&maps[1]);
	engine_transfer(engine, DMA_DEVICE_WRITES, border.value - half, 2 * half,
			second_mapped ? ENGINE_LIMIT : ENGINE_PATIENCE, NULL);
	engine_stop(engine);
	/* What lies before a hole may have arrived or not; what lies behind it may not. */
	halves = landed_across(trial, (phys_addr) { maps[0].memory.value + page_size - FRAME_SIZE }, maps[1].memory,
			       half);
	if (!halves.before && second_mapped)
		trial_fail(trial, "the part before the border did not arrive");
	if (halves.behind != second_mapped)
		trial_fail(trial, "the part behind the border %s", second_mapped ? "did not arrive" :
			   "arrived although its page is not mapped");
	expect(trial, frames_intact(frames, 3 * page_size, &stray), "memory moved beside them, at %#llx",
	       (unsigned long long)stray.first.value);
	dma_unmap(&maps[0]);
	dma_unmap(&maps[1]);
	frames_give(frames, 3 * page_frames);
}

static void page_crossing(struct trial *trial)
{
	cross_border(trial, true);
}
CONFORMANCE_TEST("dma.page-crossing", page_crossing,
		 "A transfer over a page's border arrives in two frames that do not lie side by side.",
		 .scope = &scope_bus_engine, .skip = needs_engine, .judged_by = EVIDENCE);

static void page_crossing_into_hole(struct trial *trial)
{
	cross_border(trial, false);
}
CONFORMANCE_TEST("dma.page-crossing-into-hole", page_crossing_into_hole,
		 "Of a transfer over a page's border into one that is not mapped nothing arrives behind the border.",
		 .scope = &scope_bus_engine, .skip = needs_engine, .judged_by = EVIDENCE);
