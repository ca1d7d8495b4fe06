/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite dma: scatter lists of random shape. Pages in a row on the bus lead to frames in random order, in pieces of
 * random length, each piece with frames around it that no page leads to. Transfers of random size go to random places,
 * over the borders of pages and pieces; each part must arrive where its page leads, and nothing anywhere else.
 *
 * The shape follows from the run's seed and the point's name (trial_random); the evidence has the state it began with.
 */
#include "boot/frames.h"
#include "tests/conformance/dma/trial.h"
#include "tests/conformance/probe/landing.h"

#define PAGES		16u			/* of the list */
#define PIECE_LARGEST	4u			/* pages */
#define TARGETS		(PAGES * 3)		/* pages of memory */
#define TRANSFERS	12u

struct scatter {
	bus_addr first;				/* of the list */
	uint64_t page_size;			/* the domain's */
	phys_addr memory;			/* TARGETS pages, of which the list uses PAGES */
	unsigned pieces;
	struct dma_map maps[PAGES];
	unsigned first_page[PAGES];		/* of the list, for each piece */
	uint8_t target[PAGES];			/* where each page leads: index in memory */
};

static unsigned below(struct trial *trial, unsigned limit)
{
	return (unsigned)(trial_random(trial) >> 32) % limit;
}

/* A row of targets, none of them used, nor those beside it. */
static bool row_free(uint64_t used, unsigned target, unsigned length)
{
	uint64_t row = ((1ull << (length + 2)) - 1) << (target - 1);

	return target >= 1 && target + length < TARGETS && !(used & row);
}

/* Where a piece goes; shorter if there is no room for all of it. */
static unsigned choose_target(struct trial *trial, uint64_t used, unsigned *length)
{
	for (; *length > 0; --*length)
		for (unsigned i = 0, at = 1 + below(trial, TARGETS - 1); i < TARGETS; i++, at = at % TARGETS + 1)
			if (row_free(used, at, *length))
				return at;
	return 0;
}

static bool map_piece(struct trial *trial, struct scatter *scatter, unsigned page, unsigned target, unsigned length)
{
	bus_addr address = { scatter->first.value + page * scatter->page_size };
	phys_addr memory = { scatter->memory.value + target * scatter->page_size };
	struct dma_map *map = &scatter->maps[scatter->pieces];

	*map = dma_map_at(trial->subject->engine->function, address, memory, length * scatter->page_size,
			  DMA_DEVICE_BOTH);
	if (map->status != DMA_MAPPED) {
		trial_error(trial, "%u pages at %#llx cannot be mapped (status %u)", length,
			    (unsigned long long)address.value, map->status);
		return false;
	}
	for (unsigned i = 0; i < length; i++)
		scatter->target[page + i] = (uint8_t)(target + i);
	scatter->first_page[scatter->pieces++] = page;
	return true;
}

static bool make_list(struct trial *trial, struct scatter *scatter)
{
	uint64_t used = 0;

	for (unsigned page = 0; page < PAGES;) {
		unsigned length = 1 + below(trial, PIECE_LARGEST);
		unsigned target;

		if (length > PAGES - page)
			length = PAGES - page;
		target = choose_target(trial, used, &length);
		if (length == 0) {
			trial_error(trial, "no room for a piece of the list");
			return false;
		}
		if (!map_piece(trial, scatter, page, target, length))
			return false;
		used |= ((1ull << length) - 1) << target;
		page += length;
	}
	return true;
}

/* A part of a transfer, on one page. It must have arrived if it holds a whole piece of it (see transfer_piece). */
static void expect_part(struct trial *trial, const struct scatter *scatter, uint64_t at, uint32_t size, bool whole)
{
	uint64_t bytes = scatter->page_size, offset = at % bytes;
	phys_addr page = { scatter->memory.value + scatter->target[at / bytes] * bytes };
	bool arrived = landed_page(trial, page, bytes, offset, size);

	expect(trial, !whole || arrived, "%u bytes at offset %#llx of the list did not arrive at %#llx", size,
	       (unsigned long long)at, (unsigned long long)(page.value + offset));
}

/* One transfer at an offset of the list. */
static void transfer(struct trial *trial, struct scatter *scatter, uint64_t offset, uint32_t size)
{
	struct engine *engine = trial->subject->engine;
	uint32_t piece = transfer_piece(engine);
	uint64_t border = (offset / scatter->page_size + 1) * scatter->page_size;
	uint32_t before = border - offset < size ? (uint32_t)(border - offset) : size;
	uint32_t rest = (piece - before % piece) % piece;	/* what lies behind the border begins with it */
	struct frames_stray stray;
	enum engine_result result = engine_transfer(engine, DMA_DEVICE_WRITES, scatter->first.value + offset, size,
						    ENGINE_LIMIT, NULL);

	expect(trial, result == ENGINE_DONE, "a transfer of %u bytes at offset %#llx: %s %s", size,
	       (unsigned long long)offset, engine_result_name(result), engine->fault);
	expect_part(trial, scatter, offset, before, before >= piece);
	if (before < size)
		expect_part(trial, scatter, border, size - before, size - before >= piece + rest);
	expect(trial, frames_intact(scatter->memory, TARGETS * scatter->page_size, &stray),
	       "a transfer of %u bytes at offset %#llx moved memory at %#llx", size, (unsigned long long)offset,
	       (unsigned long long)stray.first.value);
}

static uint32_t random_size(struct trial *trial)
{
	const struct engine *engine = trial->subject->engine;
	uint32_t least = transfer_size(engine), step = engine->granule > 8 ? engine->granule : 8;
	uint32_t steps = (engine->largest - least) / step;

	return least + (steps ? below(trial, steps + 1) : 0) * step;
}

/* Every other transfer goes over the border of two pages. */
static void random_transfer(struct trial *trial, struct scatter *scatter, bool crosses)
{
	uint32_t piece = transfer_piece(trial->subject->engine);
	uint32_t size = random_size(trial);
	unsigned page = below(trial, PAGES - 1);
	uint64_t offset = below(trial, (unsigned)(scatter->page_size / piece)) * piece;

	if (crosses)
		offset = scatter->page_size - (1 + below(trial, size / piece - 1)) * piece;
	transfer(trial, scatter, page * scatter->page_size + offset, size);
}

/* One piece taken out of the list: what goes there arrives nowhere, and the pieces beside it are as before. */
static void expect_hole(struct trial *trial, struct scatter *scatter)
{
	struct engine *engine = trial->subject->engine;
	unsigned hole = below(trial, scatter->pieces);
	uint64_t offset = scatter->first_page[hole] * scatter->page_size;
	struct frames_stray stray;

	dma_unmap(&scatter->maps[hole]);
	engine_transfer(engine, DMA_DEVICE_WRITES, scatter->first.value + offset, transfer_size(engine),
			ENGINE_PATIENCE, NULL);
	engine_stop(engine);
	expect(trial, frames_intact(scatter->memory, TARGETS * scatter->page_size, &stray),
	       "a piece of the list was unmapped, and a write to it arrived at %#llx",
	       (unsigned long long)stray.first.value);
	if (!trial_start(trial, engine))
		return;
	if (hole > 0)
		transfer(trial, scatter, offset - transfer_size(engine), transfer_size(engine));
	if (hole + 1 < scatter->pieces)
		transfer(trial, scatter, scatter->first_page[hole + 1] * scatter->page_size, transfer_size(engine));
}

static void scatter_list(struct trial *trial)
{
	static struct scatter scatter;
	struct engine *engine = trial->subject->engine;
	size_t count;

	scatter = (struct scatter) { .page_size = domain_page_size(trial->subject->domain) };
	count = TARGETS * scatter.page_size / FRAME_SIZE;
	trial_note(trial, "random-state", "%#llx", (unsigned long long)trial->random);
	if (!trial_start(trial, engine) || !trial_free_pages(trial, PAGES + 2, &scatter.first))
		return;
	scatter.first.value += scatter.page_size;
	if (!frames_take(count, scatter.page_size, &scatter.memory)) {
		trial_error(trial, "%u frames are not free", (unsigned)count);
		return;
	}
	if (!make_list(trial, &scatter))
		return;
	trial_note(trial, "list", "%u pages in %u pieces at %#llx, memory from %#llx", PAGES, scatter.pieces,
		   (unsigned long long)scatter.first.value, (unsigned long long)scatter.memory.value);
	for (unsigned i = 0; i < TRANSFERS && trial_good(trial); i++)
		random_transfer(trial, &scatter, i % 2);
	if (trial_good(trial))
		expect_hole(trial, &scatter);
	engine_stop(engine);
	for (unsigned i = 0; i < scatter.pieces; i++)
		dma_unmap(&scatter.maps[i]);
	frames_give(scatter.memory, count);
}
CONFORMANCE_TEST("dma.scatter", scatter_list,
		 "Random transfers in a list of scattered pages arrive in the right piece, and the hole in it stays "
		 "a hole.",
		 .scope = &scope_bus_engine, .skip = needs_engine, .judged_by = EVIDENCE);
