/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole buffers, page by page: see whole.h. */
#include "tests/conformance/probe/whole.h"

#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/probe/scatter.h"

#define SMALLEST	16u			/* bytes that can lie across a border, 8 on each side */
#define BEFORE_BORDER	2048u			/* at the most so many bytes of the buffer are in its first page */
#define QUICK		MILLISECONDS(20)	/* of a transfer of the usual size: much larger ones will do */

/* The buffer: size bytes from start on in pages whose first one, and the one behind the buffer, are its neighbours. */
static struct whole {
	struct engine *engine;
	struct scatter pages;
	uint64_t start;
	uint32_t size;
} whole;

/* The part of the buffer that is in a page. */
struct part {
	uint64_t offset;			/* in the page */
	uint32_t size;				/* bytes, 0: it is a neighbour */
	uint64_t first;				/* byte of the buffer */
};

static struct part part_of(unsigned page)
{
	uint64_t begin = page * whole.pages.page, end = begin + whole.pages.page;
	uint64_t first = whole.start > begin ? whole.start : begin;
	uint64_t last = whole.start + whole.size < end ? whole.start + whole.size : end;

	if (first >= last)
		return (struct part) { 0 };
	return (struct part) { first - begin, last - first, first - whole.start };
}

static phys_addr frame_of(enum view view, unsigned page)
{
	return scatter_frame(&whole.pages, view, page);
}

static enum view right_view(void)
{
	return scatter_view(&whole.pages);
}

/* False where the trial has nothing to look at, which it says. */
static bool prepare(struct trial *trial, struct engine *engine, uint32_t size)
{
	uint64_t page = scatter_page(engine), before = size / 2 & ~7ull;

	whole.engine = engine;
	whole.size = size;
	if (size < SMALLEST) {
		trial_skip(trial, "its transfers are of %u bytes at the most, too small to lie across two pages", size);
		return false;
	}
	whole.start = 2 * page - (before < BEFORE_BORDER ? before : BEFORE_BORDER);
	if (!scatter_make(trial, &whole.pages, engine, (whole.start + size + page - 1) / page + 1))
		return false;
	trial_note(trial, "buffer", "number %#llx, %u bytes in %u pages",
		   (unsigned long long)(whole.pages.decoy.number + whole.start), size, whole.pages.count - 2);
	return true;
}

/* How long the last transfer took. */
static uint64_t took;

static bool transfer(struct trial *trial, enum dma_direction direction, void *seen)
{
	struct engine *engine = whole.engine;
	enum engine_result result;
	uint64_t started = clock_now();

	barrier_full();
	result = engine_transfer(engine, direction, whole.pages.decoy.number + whole.start, whole.size, ENGINE_LIMIT,
				 seen);
	took = clock_now() - started;
	barrier_full();
	return expect(trial, result == ENGINE_DONE, "the request was not completed (%s%s%s)",
		      engine_result_name(result), engine->fault[0] ? ": " : "", engine->fault);
}

static void judge_page(struct trial *trial, unsigned page)
{
	struct part part = part_of(page);
	struct landing look = landing_look(frame_of(right_view(), page), whole.pages.page, part.offset, part.size);

	expect(trial, !look.beside, "memory beside the buffer moved, at %#llx (page %u of %u)",
	       (unsigned long long)look.at_beside.first.value, page, whole.pages.count);
	/* An entropy device may give less than it was asked for (RNG-2). */
	if (part.size && (!whole.engine->unpredictable || part.first == 0))
		expect(trial, look.moved,
		       "bytes %llu to %llu, in page %u of %u, were not written where that page leads",
		       (unsigned long long)part.first, (unsigned long long)part.first + part.size - 1, page,
		       whole.pages.count);
	if (!whole.pages.decoy.identity)
		scatter_expect_still(trial, &whole.pages, view_opposite(right_view()), page,
				     "memory in the other view");
}

static uint8_t *bytes_at(unsigned page, const struct part *part)
{
	return (uint8_t *)arch_pointer(frame_of(right_view(), page)) + part->offset;
}

/* Keeps what was written, and puts the opposite of the pattern in its place. */
static void keep(uint8_t *kept)
{
	for (unsigned i = 0; i < whole.pages.count; i++) {
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
			    (unsigned long long)part.first + i, whole.size, page, whole.pages.count))
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
	if (transfer(trial, DMA_DEVICE_WRITES, NULL))
		for (unsigned i = 0; i < whole.pages.count && trial_good(trial); i++)
			judge_bytes(trial, arch_pointer(kept), i);
	frames_give(kept, frames);
}

static void written(struct trial *trial, struct engine *engine, uint32_t size)
{
	if (!prepare(trial, engine, size < WHOLE_WRITE ? size : WHOLE_WRITE))
		return;
	if (transfer(trial, DMA_DEVICE_WRITES, NULL)) {
		for (unsigned i = 0; i < whole.pages.count && trial_good(trial); i++)
			judge_page(trial, i);
		if (trial_good(trial) && !engine->unpredictable)
			judge_twice(trial);
	}
	scatter_release(&whole.pages);
}

/* A disk that is held back, by a throttle, would take longer for its largest buffer than anybody waits. */
void whole_written(struct trial *trial, struct engine *engine)
{
	written(trial, engine, engine->largest);
	if (trial_good(trial) && engine->largest_write > engine->largest && took <= QUICK)
		written(trial, engine, engine->largest_write);
	engine_stop(engine);
}

/* Seeds of what a page holds for the device to read, in either view. */
static uint16_t seed(enum view view, unsigned page)
{
	return (view == right_view() ? 0x1000 : 0x2000) + page;
}

/* What the device must see of a view: bytes of the buffer, whole words of it in each page. */
static void make_payload(uint8_t *bytes, enum view view)
{
	for (unsigned i = 0; i < whole.pages.count; i++) {
		struct part part = part_of(i);

		if (part.size)
			engine_payload(bytes + part.first, part.size, seed(view, i));
	}
}

static void *part_in(enum view view, unsigned page, const struct part *part)
{
	return (uint8_t *)arch_pointer(frame_of(view, page)) + part->offset;
}

/* The payload of a view goes to where its pages lead. */
static void lay_payload(const uint8_t *bytes, enum view view)
{
	for (unsigned i = 0; i < whole.pages.count; i++) {
		struct part part = part_of(i);

		memcpy(part_in(view, i, &part), bytes + part.first, part.size);
	}
}

/* What was read is as it was, and so is all beside it. */
static void expect_payload(struct trial *trial, const uint8_t *bytes, enum view view)
{
	for (unsigned i = 0; i < whole.pages.count && trial_good(trial); i++) {
		struct part part = part_of(i);

		expect(trial, memcmp(part_in(view, i, &part), bytes + part.first, part.size) == 0,
		       "a read moved the buffer in page %u of %u, view %s", i, whole.pages.count, view_name(view));
		frames_fill((phys_addr) { frame_of(view, i).value + part.offset }, part.size);
		scatter_expect_still(trial, &whole.pages, view, i, "memory beside what was read");
	}
}

static void expect_seen(struct trial *trial, const uint8_t *seen, const uint8_t *right)
{
	for (unsigned i = 0; i < whole.pages.count; i++) {
		struct part part = part_of(i);
		uint32_t at = part.first;

		while (at < part.first + part.size && seen[at] == right[at])
			at++;
		if (!expect(trial, part.size == 0 || at == part.first + part.size,
			    "byte %u of %u, in page %u of %u, was not read where that page leads", at, whole.size, i,
			    whole.pages.count))
			return;
	}
}

static void judge_read(struct trial *trial, uint8_t *bytes)
{
	uint8_t *seen = bytes, *right = bytes + whole.size, *wrong = bytes + 2 * whole.size;
	enum view opposite = view_opposite(right_view());

	make_payload(right, right_view());
	make_payload(wrong, opposite);
	if (!whole.pages.decoy.identity)
		lay_payload(wrong, opposite);
	lay_payload(right, right_view());
	memset(seen, 0, whole.size);
	if (transfer(trial, DMA_DEVICE_READS, seen))
		expect_seen(trial, seen, right);
	expect_payload(trial, right, right_view());
	if (!whole.pages.decoy.identity)
		expect_payload(trial, wrong, opposite);
}

void whole_read(struct trial *trial, struct engine *engine)
{
	size_t frames = (3 * engine->largest + FRAME_SIZE - 1) / FRAME_SIZE;
	phys_addr bytes;

	if (!prepare(trial, engine, engine->largest / 8 * 8))
		return;
	if (!frames_take(frames, FRAME_SIZE, &bytes)) {
		trial_error(trial, "no memory for what a device reads");
		return;
	}
	judge_read(trial, arch_pointer(bytes));
	engine_stop(engine);
	scatter_release(&whole.pages);
	frames_give(bytes, frames);
}
