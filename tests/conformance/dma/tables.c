/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite dma: page tables of every size that a bridge knows. For each, a window of that size is opened with a table of
 * its own. Its first pages are used by the engine's own ring; its last page must lead where it should, and nowhere once
 * it is unmapped.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/dma/trial.h"
#include "tests/conformance/probe/landing.h"

#define TARGET_OFFSET	4096
#define SIZES		12		/* 1 MiB to 2 GiB */

/* The row is the size: 1 MiB << row. */
static void name_size(struct subject *subject)
{
	struct text name = { subject->name, SUBJECT_NAME, strlen(subject->name), false };

	append(&name, "/%uMiB", 1u << subject->number);
}

static const struct conformance_scope scope_table_size = {
	.of = &scope_bridge_engine, .rows = SIZES, .complete = name_size,
	.words = "each host bridge and table size, by one engine",
};

static void expect_page(struct trial *trial, bus_addr page, bool mapped)
{
	struct engine *engine = trial->subject->engine;
	uint64_t bytes = domain_page_size(trial->subject->domain);
	uint32_t size = transfer_size(engine);
	struct dma_map map;
	phys_addr memory;
	bool arrived;

	if (!frames_take(bytes / FRAME_SIZE, bytes, &memory)) {
		trial_error(trial, "no memory for a page is free");
		return;
	}
	map = dma_map_at(engine->function, page, memory, bytes, DMA_DEVICE_BOTH);
	if (map.status != DMA_MAPPED)
		trial_error(trial, "the page at %#llx cannot be mapped", (unsigned long long)page.value);
	if (!mapped)
		dma_unmap(&map);
	engine_transfer(engine, DMA_DEVICE_WRITES, page.value + TARGET_OFFSET, size,
			mapped ? ENGINE_LIMIT : ENGINE_PATIENCE, NULL);
	arrived = landed_page(trial, memory, bytes, TARGET_OFFSET, size);
	expect(trial, arrived == mapped, "the page at %#llx is %smapped, and a write there %s",
	       (unsigned long long)page.value, mapped ? "" : "not ", arrived ? "arrived" : "did not arrive");
	dma_unmap(&map);
	frames_give(memory, bytes / FRAME_SIZE);
}

static void table_size(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct dma_window window = trial_window(trial->subject->number);
	bus_addr last;

	if (!trial_open_window(trial, &window) || !trial_start(trial, engine))
		return;
	last.value = window.base.value + window.size - domain_page_size(trial->subject->domain);
	trial_note(trial, "window", "%#llx, %llu MiB, table at %#llx", (unsigned long long)window.base.value,
		   (unsigned long long)window.size >> 20, (unsigned long long)window.table.value);
	expect_page(trial, last, true);
	expect_page(trial, last, false);
	engine_stop(engine);
	dma_restore(trial->subject->domain);
}
CONFORMANCE_TEST("dma.table-size", table_size,
		 "With a table of each size that the bridge knows, the last page of the window is reached.",
		 .scope = &scope_table_size, .skip = needs_engine, .judged_by = EVIDENCE);
