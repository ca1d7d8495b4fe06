/*
 * Suite dma: page tables of every size that a bridge knows. For each, a window of that size is opened with a table of
 * its own. Its first pages are used by the engine's own ring; its last page must lead where it should, and nowhere once
 * it is unmapped.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/engine_trial.h"

#define TARGET_OFFSET	4096
#define SIZE_SMALLEST	(1ull << 20)
#define SIZES		12		/* 1 MiB to 2 GiB */

/* Where a window of this size goes: at 3 GiB, and what does not fit there at 2 GiB. */
static struct dma_window window_of(unsigned log_mib)
{
	struct dma_window window = { .kind = WINDOW_PAGED, .size = SIZE_SMALLEST << log_mib };

	window.base.value = window.size <= 1ull << 30 ? 3ull << 30 : 2ull << 30;
	return window;
}

static unsigned count_bridges(void)
{
	unsigned count = 0;

	while (bridge_get(count))
		count++;
	return count;
}

static unsigned count_sizes(void)
{
	return count_bridges() * SIZES;
}

static void get_size(unsigned number, struct subject *subject)
{
	unsigned log_mib = number % SIZES;
	struct subject bridge = { .number = 0 };

	scope_bridge_engine.get(number / SIZES, &bridge);
	*subject = bridge;
	subject->number = log_mib;
	format(subject->name, SUBJECT_NAME, "%s/%uMiB", bridge.name, 1u << log_mib);
}

static const struct conformance_scope scope_table_size = { count_sizes, get_size };

static bool open_test_window(struct trial *trial, struct dma_window *window)
{
	struct host_bridge *bridge = trial->subject->bridge;
	uint64_t bytes = bridge->driver->ops->table_size(window->size);
	uint64_t align = bytes < FRAME_SIZE ? FRAME_SIZE : bytes;

	if (!frames_take(align / FRAME_SIZE, align, &window->table)) {
		trial_error(trial, "no memory for a table of %llu bytes", (unsigned long long)bytes);
		return false;
	}
	memset(arch_pointer(window->table), 0, bytes);
	/* Windows may not overlap on every chip, so the others go; the engine's ring then is in this one as well. */
	for (unsigned n = 0; n < bridge->driver->window_count; n++)
		if (bridge->windows[n].kind != WINDOW_CLOSED)
			bridge_close_window(bridge, n);
	if (bridge_open_window(bridge, bridge->driver->paged_window, window))
		return true;
	trial_skip(trial, "the chip has no table of this size");
	return false;
}

static void expect_page(struct trial *trial, bus_addr page, bool mapped)
{
	struct engine *engine = trial->subject->engine;
	uint32_t size = transfer_size(engine);
	struct frames_stray stray;
	struct dma_map map;
	phys_addr frame, target;
	bool arrived;

	if (!frames_take(1, FRAME_SIZE, &frame)) {
		trial_error(trial, "no frame is free");
		return;
	}
	target.value = frame.value + TARGET_OFFSET;
	map = dma_map_at(engine->function, page, frame, FRAME_SIZE, DMA_DEVICE_BOTH);
	if (map.status != DMA_MAPPED)
		trial_error(trial, "the page at %#llx cannot be mapped", (unsigned long long)page.value);
	if (!mapped)
		dma_unmap(&map);
	engine_transfer(engine, DMA_DEVICE_WRITES, page.value + TARGET_OFFSET, size,
			mapped ? ENGINE_LIMIT : ENGINE_PATIENCE, NULL);
	arrived = !frames_intact(target, size, &stray);
	expect(trial, arrived == mapped, "the page at %#llx is %smapped, and a write there %s",
	       (unsigned long long)page.value, mapped ? "" : "not ", arrived ? "arrived" : "did not arrive");
	dma_unmap(&map);
	frames_give(frame, 1);
}

static void table_size(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct dma_window window = window_of(trial->subject->number);
	bus_addr last = { window.base.value + window.size - FRAME_SIZE };

	if (!open_test_window(trial, &window) || !trial_start(trial, engine))
		return;
	trial_note(trial, "window", "%#llx, %llu MiB, table at %#llx", (unsigned long long)window.base.value,
		   (unsigned long long)window.size >> 20, (unsigned long long)window.table.value);
	expect_page(trial, last, true);
	expect_page(trial, last, false);
	engine_stop(engine);
	dma_restore(trial->subject->bridge);
}
CONFORMANCE_TEST("dma.table-size", table_size, .scope = &scope_table_size, .skip = needs_engine, .judged_by = EVIDENCE);
