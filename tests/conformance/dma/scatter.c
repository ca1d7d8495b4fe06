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
#define FRAMES		(PAGES * 3)
#define TRANSFERS	12u

struct scatter {
	bus_addr first;				/* of the list */
	phys_addr frames;			/* FRAMES of them, of which the list uses PAGES */
	unsigned pieces;
	struct dma_map maps[PAGES];
	unsigned first_page[PAGES];		/* of the list, for each piece */
	uint8_t frame[PAGES];			/* where each page leads: index in frames */
};

static unsigned below(struct trial *trial, unsigned limit)
{
	return (unsigned)(trial_random(trial) >> 32) % limit;
}

/* A row of frames, none of them used, nor the frames beside it. */
static bool row_free(uint64_t used, unsigned frame, unsigned length)
{
	uint64_t row = ((1ull << (length + 2)) - 1) << (frame - 1);

	return frame >= 1 && frame + length < FRAMES && !(used & row);
}

/* Where a piece goes; shorter if there is no room for all of it. */
static unsigned choose_frame(struct trial *trial, uint64_t used, unsigned *length)
{
	for (; *length > 0; --*length)
		for (unsigned i = 0, frame = 1 + below(trial, FRAMES - 1); i < FRAMES; i++, frame = frame % FRAMES + 1)
			if (row_free(used, frame, *length))
				return frame;
	return 0;
}

static bool map_piece(struct trial *trial, struct scatter *scatter, unsigned page, unsigned frame, unsigned length)
{
	bus_addr address = { scatter->first.value + page * FRAME_SIZE };
	phys_addr memory = { scatter->frames.value + frame * FRAME_SIZE };
	struct dma_map *map = &scatter->maps[scatter->pieces];

	*map = dma_map_at(trial->subject->engine->function, address, memory, length * FRAME_SIZE, DMA_DEVICE_BOTH);
	if (map->status != DMA_MAPPED) {
		trial_error(trial, "%u pages at %#llx cannot be mapped (status %u)", length,
			    (unsigned long long)address.value, map->status);
		return false;
	}
	for (unsigned i = 0; i < length; i++)
		scatter->frame[page + i] = (uint8_t)(frame + i);
	scatter->first_page[scatter->pieces++] = page;
	return true;
}

static bool make_list(struct trial *trial, struct scatter *scatter)
{
	uint64_t used = 0;

	for (unsigned page = 0; page < PAGES;) {
		unsigned length = 1 + below(trial, PIECE_LARGEST);
		unsigned frame;

		if (length > PAGES - page)
			length = PAGES - page;
		frame = choose_frame(trial, used, &length);
		if (length == 0) {
			trial_error(trial, "no room for a piece of the list");
			return false;
		}
		if (!map_piece(trial, scatter, page, frame, length))
			return false;
		used |= ((1ull << length) - 1) << frame;
		page += length;
	}
	return true;
}

/* A part of a transfer, on one page. It must have arrived if it holds a whole piece of it (see transfer_piece). */
static void expect_part(struct trial *trial, const struct scatter *scatter, uint64_t at, uint32_t size, bool whole)
{
	phys_addr frame = { scatter->frames.value + scatter->frame[at / FRAME_SIZE] * FRAME_SIZE };
	bool arrived = landed(trial, frame, at % FRAME_SIZE, size);

	expect(trial, !whole || arrived, "%u bytes at offset %#llx of the list did not arrive at %#llx", size,
	       (unsigned long long)at, (unsigned long long)(frame.value + at % FRAME_SIZE));
}

/* One transfer at an offset of the list. */
static void transfer(struct trial *trial, struct scatter *scatter, uint64_t offset, uint32_t size)
{
	struct engine *engine = trial->subject->engine;
	uint32_t piece = transfer_piece(engine);
	uint64_t border = (offset / FRAME_SIZE + 1) * FRAME_SIZE;
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
	expect(trial, frames_intact(scatter->frames, FRAMES * FRAME_SIZE, &stray),
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
	uint64_t offset = below(trial, FRAME_SIZE / piece) * piece;

	if (crosses)
		offset = FRAME_SIZE - (1 + below(trial, size / piece - 1)) * piece;
	transfer(trial, scatter, page * FRAME_SIZE + offset, size);
}

/* One piece taken out of the list: what goes there arrives nowhere, and the pieces beside it are as before. */
static void expect_hole(struct trial *trial, struct scatter *scatter)
{
	struct engine *engine = trial->subject->engine;
	unsigned hole = below(trial, scatter->pieces);
	uint64_t offset = scatter->first_page[hole] * FRAME_SIZE;
	struct frames_stray stray;

	dma_unmap(&scatter->maps[hole]);
	engine_transfer(engine, DMA_DEVICE_WRITES, scatter->first.value + offset, transfer_size(engine),
			ENGINE_PATIENCE, NULL);
	engine_stop(engine);
	expect(trial, frames_intact(scatter->frames, FRAMES * FRAME_SIZE, &stray),
	       "a piece of the list was unmapped, and a write to it arrived at %#llx",
	       (unsigned long long)stray.first.value);
	if (!trial_start(trial, engine))
		return;
	if (hole > 0)
		transfer(trial, scatter, offset - transfer_size(engine), transfer_size(engine));
	if (hole + 1 < scatter->pieces)
		transfer(trial, scatter, scatter->first_page[hole + 1] * FRAME_SIZE, transfer_size(engine));
}

static void scatter_list(struct trial *trial)
{
	static struct scatter scatter;
	struct engine *engine = trial->subject->engine;

	scatter = (struct scatter) { .pieces = 0 };
	trial_note(trial, "random-state", "%#llx", (unsigned long long)trial->random);
	if (!trial_start(trial, engine) || !trial_free_pages(trial, PAGES + 2, &scatter.first))
		return;
	scatter.first.value += FRAME_SIZE;
	if (!frames_take(FRAMES, FRAME_SIZE, &scatter.frames)) {
		trial_error(trial, "%u frames are not free", FRAMES);
		return;
	}
	if (!make_list(trial, &scatter))
		return;
	trial_note(trial, "list", "%u pages in %u pieces at %#llx, frames from %#llx", PAGES, scatter.pieces,
		   (unsigned long long)scatter.first.value, (unsigned long long)scatter.frames.value);
	for (unsigned i = 0; i < TRANSFERS && trial_good(trial); i++)
		random_transfer(trial, &scatter, i % 2);
	if (trial_good(trial))
		expect_hole(trial, &scatter);
	engine_stop(engine);
	for (unsigned i = 0; i < scatter.pieces; i++)
		dma_unmap(&scatter.maps[i]);
	frames_give(scatter.frames, FRAMES);
}
CONFORMANCE_TEST("dma.scatter", scatter_list,
		 "Random transfers in a list of scattered pages arrive in the right piece, and the hole in it stays "
		 "a hole.",
		 .scope = &scope_bus_engine, .skip = needs_engine, .judged_by = EVIDENCE);
