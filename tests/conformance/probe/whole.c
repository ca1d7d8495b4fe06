/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole buffers, page by page: see whole.h. */
#include "tests/conformance/probe/whole.h"

#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/probe/landing.h"

#define SMALLEST	16u			/* bytes that can lie across a border, 8 on each side */
#define BEFORE_BORDER	2048u			/* at the most so many bytes of the buffer are in its first page */
#define QUICK		MILLISECONDS(20)	/* of a transfer of the usual size: much larger ones will do */
#define PAGES		(WHOLE_WRITE / FRAME_SIZE + 4)

/* The buffer: size bytes from start on in the decoy, whose first page and the one behind the buffer are
 * neighbours. */
static struct whole {
	struct engine *engine;
	struct decoy decoy;
	unsigned count;				/* pages of the domain's */
	uint64_t page;				/* bytes of one */
	uint64_t start;
	uint32_t size;
	unsigned turn;				/* page n is in bus frame turn - n: no two follow each other */
	struct dma_map maps[PAGES];
} whole;

/* The part of the buffer that is in a page. */
struct part {
	uint64_t offset;			/* in the page */
	uint32_t size;				/* bytes, 0: it is a neighbour */
	uint64_t first;				/* byte of the buffer */
};

static struct part part_of(unsigned page)
{
	uint64_t begin = page * whole.page, end = begin + whole.page;
	uint64_t first = whole.start > begin ? whole.start : begin;
	uint64_t last = whole.start + whole.size < end ? whole.start + whole.size : end;

	if (first >= last)
		return (struct part) { 0 };
	return (struct part) { first - begin, last - first, first - whole.start };
}

static phys_addr frame_of(enum view view, unsigned page)
{
	unsigned at = (whole.turn + whole.count - page) % whole.count;

	if (view == VIEW_BUS && !whole.decoy.identity)
		return (phys_addr) { whole.decoy.bus_frame.value + at * whole.page };
	return (phys_addr) { whole.decoy.physical_frame.value + page * whole.page };
}

/* In which of the two views of a decoy the engine must be seen; where nothing translates there is only one. */
static enum view right_view(void)
{
	return whole.engine->view == VIEW_BUS ? VIEW_BUS : VIEW_PHYSICAL;
}

static void unmap(void)
{
	for (unsigned i = 0; !whole.decoy.identity && i < whole.count; i++)
		dma_unmap(&whole.maps[i]);
}

/* Leads each page to a bus frame of its own. */
static bool scatter(struct trial *trial, unsigned turn)
{
	whole.turn = turn;
	for (unsigned i = 0; !whole.decoy.identity && i < whole.count; i++) {
		bus_addr number = { whole.decoy.number + i * whole.page };

		whole.maps[i] = dma_map_at(whole.engine->function, number, frame_of(VIEW_BUS, i), whole.page,
					   DMA_DEVICE_BOTH);
		if (whole.maps[i].status == DMA_MAPPED)
			continue;
		trial_error(trial, "page %u of the buffer cannot be mapped", i);
		return false;
	}
	return true;
}

/* False where the trial has nothing to look at, which it says. */
static bool prepare(struct trial *trial, struct engine *engine, uint32_t size)
{
	size_t frames = dma_whole_frames(engine->function, 1);
	uint64_t before = size / 2 & ~7ull;

	whole = (struct whole) { .engine = engine, .size = size, .page = frames * FRAME_SIZE };
	if (size < SMALLEST) {
		trial_skip(trial, "its transfers are of %u bytes at the most, too small to lie across two pages", size);
		return false;
	}
	whole.start = 2 * whole.page - (before < BEFORE_BORDER ? before : BEFORE_BORDER);
	whole.count = (whole.start + size + whole.page - 1) / whole.page + 1;
	if (!decoy_make(&whole.decoy, engine->function, whole.count * frames, DMA_DEVICE_BOTH)) {
		trial_error(trial, "no room for a decoy of %u pages", whole.count);
		return false;
	}
	/* Its one map leads to frames in the order of the numbers; where nothing translates, that is as it is. */
	if (!whole.decoy.identity)
		dma_unmap(&whole.decoy.map);
	trial_note(trial, "buffer", "number %#llx, %u bytes in %u pages",
		   (unsigned long long)(whole.decoy.number + whole.start), size, whole.count - 2);
	return scatter(trial, 0);
}

static void release(void)
{
	unmap();
	decoy_release(&whole.decoy);
}

/* How long the last transfer took. */
static uint64_t took;

static bool transfer(struct trial *trial)
{
	struct engine *engine = whole.engine;
	enum engine_result result;
	uint64_t started = clock_now();

	barrier_full();
	result = engine_transfer(engine, DMA_DEVICE_WRITES, whole.decoy.number + whole.start, whole.size, ENGINE_LIMIT,
				 NULL);
	took = clock_now() - started;
	barrier_full();
	return expect(trial, result == ENGINE_DONE, "the request was not completed (%s%s%s)",
		      engine_result_name(result), engine->fault[0] ? ": " : "", engine->fault);
}

/* Nothing may have moved here, whatever is meant to be in the page. */
static void expect_still(struct trial *trial, enum view view, unsigned page, const char *what)
{
	struct frames_stray stray;

	if (!frames_intact(frame_of(view, page), whole.page, &stray))
		trial_fail(trial, "%s moved, at %#llx (page %u of %u)", what,
			   (unsigned long long)stray.first.value, page, whole.count);
}

static void judge_page(struct trial *trial, unsigned page)
{
	struct part part = part_of(page);
	struct landing look = landing_look(frame_of(right_view(), page), whole.page, part.offset, part.size);

	expect(trial, !look.beside, "memory beside the buffer moved, at %#llx (page %u of %u)",
	       (unsigned long long)look.at_beside.first.value, page, whole.count);
	/* An entropy device may give less than it was asked for (RNG-2). */
	if (part.size && (!whole.engine->unpredictable || part.first == 0))
		expect(trial, look.moved,
		       "bytes %llu to %llu, in page %u of %u, were not written where that page leads",
		       (unsigned long long)part.first, (unsigned long long)part.first + part.size - 1, page,
		       whole.count);
	if (!whole.decoy.identity)
		expect_still(trial, view_opposite(right_view()), page, "memory in the other view");
}

static uint8_t *bytes_at(unsigned page, const struct part *part)
{
	return (uint8_t *)arch_pointer(frame_of(right_view(), page)) + part->offset;
}

/* Keeps what was written, and puts the opposite of the pattern in its place. */
static void keep(uint8_t *kept)
{
	for (unsigned i = 0; i < whole.count; i++) {
		struct part part = part_of(i);
		uint64_t *words = (uint64_t *)bytes_at(i, &part);

		memcpy(kept + part.first, words, part.size);
		frames_fill((phys_addr) { frame_of(right_view(), i).value + part.offset }, part.size);
		for (uint32_t j = 0; j < (part.size + 7) / 8; j++)
			words[j] = ~words[j];
	}
}

/* A byte that is the pattern's after one transfer, and not after another, when it was not there before, was written by
 * neither. */
static bool unwritten(uint8_t first, uint8_t second, uint64_t address)
{
	uint64_t pattern = frames_pattern(address & ~7ull);
	uint8_t byte = ((const uint8_t *)&pattern)[address & 7], opposite = ~byte;

	return first == byte && second == opposite;
}

static void judge_bytes(struct trial *trial, const uint8_t *kept, unsigned page)
{
	struct part part = part_of(page);
	const uint8_t *bytes = bytes_at(page, &part);
	uint64_t address = frame_of(right_view(), page).value + part.offset;

	if (memcmp(bytes, kept + part.first, part.size) == 0)
		return;
	for (uint32_t i = 0; i < part.size; i++)
		if (!expect(trial, !unwritten(kept[part.first + i], bytes[i], address + i),
			    "byte %llu of %u, in page %u of %u, was not written",
			    (unsigned long long)part.first + i, whole.size, page, whole.count))
			return;
}

/*
 * The same transfer twice. The frames are where they were, so that a byte that neither has written is known by what was
 * there before: the pattern, and the opposite of it.
 */
static void judge_twice(struct trial *trial)
{
	size_t frames = (whole.size + FRAME_SIZE - 1) / FRAME_SIZE;
	phys_addr kept;

	if (!frames_take(frames, FRAME_SIZE, &kept)) {
		trial_error(trial, "no memory to keep %u bytes", whole.size);
		return;
	}
	keep(arch_pointer(kept));
	if (transfer(trial))
		for (unsigned i = 0; i < whole.count && trial_good(trial); i++)
			judge_bytes(trial, arch_pointer(kept), i);
	frames_give(kept, frames);
}

static void written(struct trial *trial, struct engine *engine, uint32_t size)
{
	if (!prepare(trial, engine, size < WHOLE_WRITE ? size : WHOLE_WRITE))
		return;
	if (transfer(trial)) {
		for (unsigned i = 0; i < whole.count && trial_good(trial); i++)
			judge_page(trial, i);
		if (trial_good(trial) && !engine->unpredictable)
			judge_twice(trial);
	}
	release();
}

/* A disk that is held back, by a throttle, would take longer for its largest buffer than anybody waits. */
void whole_written(struct trial *trial, struct engine *engine)
{
	written(trial, engine, engine->largest);
	if (trial_good(trial) && engine->largest_write > engine->largest && took <= QUICK)
		written(trial, engine, engine->largest_write);
	engine_stop(engine);
}
