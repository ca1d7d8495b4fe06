/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite dma: mappings of 1 to 65,536 pages, in a window of 131,072. Each is made of runs that lead, one after the
 * other, to the same few frames, so that half a gigabyte can be mapped where there is less memory. The frames are a
 * prime number: a page that is looked up at a wrong place, off by one or by an address bit, leads to a wrong frame.
 */
#include "boot/frames.h"
#include "drivers/iommu/table.h"
#include "tests/conformance/dma/trial.h"
#include "tests/conformance/probe/landing.h"

#define FRAMES		127u
#define COUNT_LARGEST	65536u
#define STEP		4u			/* from one number of pages to the next */
#define RUNS		(COUNT_LARGEST / FRAMES + 1)
#define TARGET_OFFSET	4096
#define LOG_WINDOW	10			/* 1 GiB */

static struct dma_map runs[RUNS];

/* Where the mappings are. */
struct place {
	struct dma_window window;
	unsigned entries;			/* of its table, for each page of ours */
	uint64_t page_size;			/* bytes of a page of ours, the domain's */
	unsigned largest;			/* number of pages: as many as half of the window has */
	uint64_t page;				/* the first, in the window; the one before it is free */
	phys_addr frames;
};

static bus_addr first_address(const struct place *place)
{
	return (bus_addr) { place->window.base.value + place->page * place->page_size };
}

static unsigned entries_of_page(const struct dma_domain *domain, const struct dma_window *window)
{
	return (unsigned)(domain->driver->ops->table_size(window->size) / 8 /
			  (window->size / domain_page_size(domain)));
}

/* Of a domain that keeps its tables to itself nothing can be seen. */
static bool entries_absent(const struct place *place, uint64_t page, uint64_t count)
{
	return place->window.table.value == 0 ||
	       table_absent(&place->window, page * place->entries, count * place->entries);
}

/* The half of the window that the engine's own memory is not in: without a table to be seen, it is at the beginning. */
static uint64_t free_half(const struct place *place)
{
	return place->window.table.value && entries_absent(place, 0, place->largest + 2) ? 1 : place->largest - 1;
}

static void unmap_runs(unsigned count)
{
	while (count-- > 0)
		dma_unmap(&runs[count]);
}

/* Returns how many runs there are, 0 when the trial is over. */
static unsigned map_runs(struct trial *trial, const struct place *place, unsigned pages)
{
	unsigned count = 0;

	for (unsigned page = 0; page < pages; page += FRAMES, count++) {
		unsigned length = pages - page < FRAMES ? pages - page : FRAMES;
		bus_addr address = { first_address(place).value + page * place->page_size };

		runs[count] = dma_map_at(trial->subject->engine->function, address, place->frames,
					 length * place->page_size, DMA_DEVICE_BOTH);
		if (runs[count].status != DMA_MAPPED) {
			trial_error(trial, "%u pages at %#llx cannot be mapped (status %u)", length,
				    (unsigned long long)address.value, runs[count].status);
			return 0;
		}
	}
	return count;
}

/* Lets the engine write one page of the mapping: it must arrive in its frame, and nothing in any other. */
static void probe(struct trial *trial, const struct place *place, unsigned page)
{
	phys_addr frame = { place->frames.value + page % FRAMES * place->page_size };
	uint64_t number = first_address(place).value + page * place->page_size + TARGET_OFFSET;

	expect_landing(trial, trial->subject->engine, number, frame, true);
}

/* So many pages mapped, probed and unmapped. */
static void map_and_probe(struct trial *trial, const struct place *place, unsigned pages)
{
	unsigned random = (unsigned)(trial_random(trial) % pages);
	unsigned count = map_runs(trial, place, pages);
	struct frames_stray stray;

	if (count == 0)
		return;
	expect(trial, entries_absent(place, place->page - 1, 1) &&
	       entries_absent(place, place->page + pages, 1), "an entry beside it was written");
	probe(trial, place, 0);
	probe(trial, place, random);
	probe(trial, place, pages - 1);
	expect(trial, frames_intact(place->frames, FRAMES * place->page_size, &stray),
	       "a page led to a wrong frame as well, at %#llx", (unsigned long long)stray.first.value);
	if (!trial_good(trial))
		trial_note(trial, "mapping", "%u pages from %#llx, probed at the first, page %u and the last", pages,
			   (unsigned long long)first_address(place).value, random);
	unmap_runs(count);
	expect(trial, entries_absent(place, place->page, pages), "unmapping %u pages left one", pages);
}

/* A write beside the mapping, or to where it was, arrives in none of its frames. */
static void expect_nowhere(struct trial *trial, const struct place *place, int64_t page, const char *what)
{
	struct engine *engine = trial->subject->engine;
	uint64_t number = first_address(place).value + page * (int64_t)place->page_size + TARGET_OFFSET;
	struct frames_stray stray;

	if (!trial_good(trial))
		return;
	engine_transfer(engine, DMA_DEVICE_WRITES, number, transfer_size(engine), ENGINE_PATIENCE, NULL);
	engine_stop(engine);
	expect(trial, frames_intact(place->frames, FRAMES * place->page_size, &stray),
	       "a write to %s, at %#llx, arrived at %#llx", what, (unsigned long long)number,
	       (unsigned long long)stray.first.value);
	trial_start(trial, engine);
}

static void expect_guarded(struct trial *trial, const struct place *place)
{
	unsigned count = map_runs(trial, place, place->largest);

	expect_nowhere(trial, place, -1, "the page before the mapping");
	expect_nowhere(trial, place, place->largest, "the page behind the mapping");
	unmap_runs(count);
	expect_nowhere(trial, place, 0, "the first page of a mapping that is gone");
	expect_nowhere(trial, place, place->largest - 1, "the last page of a mapping that is gone");
}

static void map_sizes(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct place place = {
		.window = trial_window(LOG_WINDOW), .page_size = domain_page_size(trial->subject->domain),
	};
	size_t count = FRAMES * place.page_size / FRAME_SIZE;

	place.largest = (unsigned)(place.window.size / 2 / place.page_size);
	if (!trial_open_window(trial, &place.window))
		return;
	if (!frames_take(count, place.page_size, &place.frames)) {
		trial_error(trial, "%u frames are not free", (unsigned)count);
		return;
	}
	if (!trial_start(trial, engine))
		return;
	place.entries = entries_of_page(trial->subject->domain, &place.window);
	place.page = free_half(&place);
	for (unsigned pages = 1; pages <= place.largest && trial_good(trial); pages *= STEP)
		map_and_probe(trial, &place, pages);
	expect_guarded(trial, &place);
	engine_stop(engine);
}
/* One engine for each bridge: what it costs is the maps, which are the same for all. */
CONFORMANCE_TEST("dma.map-sizes", map_sizes,
		 "Maps of 1 to 65,536 pages lead to their first and last page, and not one page further.",
		 .scope = &scope_bridge_engine, .skip = needs_engine, .judged_by = EVIDENCE);
