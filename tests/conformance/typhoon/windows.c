/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite typhoon: which bus addresses the four windows of a Pchip claim, and which of two answers. What a page table
 * entry does is in pages.c; 64-bit addresses are in wide.c.
 *
 * Source: 21272 Hardware Reference Manual, PCI-to-system address translation.
 */
#include "boot/frames.h"
#include "tests/conformance/probe/engine_trial.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/typhoon/rig.h"

#define TARGET_OFFSET	2048
#define SIZES		12		/* 1 MiB to 2 GiB */

/* A row of a test, where the bus address makes the difference. */
static const char *name_row(char (*text)[64], const char *what, uint64_t size)
{
	format(*text, sizeof(*text), "%s of %llu MiB", what, (unsigned long long)(size / MIB));
	return *text;
}

/* Each of the four windows: open it leads to the frame, with ENA alone off it does not. */
static void each_window(struct trial *trial, bool paged)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t number = TEST_BASE + TARGET_OFFSET;
	phys_addr frame, table;

	if (!trial_take_frame(trial, &frame) || !trial_take_table(trial, FRAME_SIZE, FRAME_SIZE, &table))
		return;
	pchip_map(table, 0, frame);
	if (!paged)
		number += frame.value % MIB;
	/* The manual fixes WSBA3<SG> at one: window 3 cannot be direct. */
	for (unsigned n = 0; n < (paged ? TYPHOON_WINDOWS : TYPHOON_WINDOWS - 1) && trial_good(trial); n++) {
		struct pchip_window window = paged ? pchip_paged(TEST_BASE, MIB, table.value) :
						     pchip_direct(TEST_BASE, MIB, frame.value & -MIB);
		char what[32];

		if (!pchip_clear(trial, (n + 1) % TYPHOON_WINDOWS))
			return;
		format(what, sizeof(what), "window %u", n);
		pchip_open(domain, n, window);
		pchip_expect(trial, what, number, &frame, 1, 0);
		window.wsba &= ~WSBA_ENA;
		format(what, sizeof(what), "window %u without ENA", n);
		pchip_open(domain, n, window);
		pchip_expect(trial, what, number, &frame, 1, NOWHERE);
	}
}

static void each_direct_window(struct trial *trial)
{
	each_window(trial, false);
}
PCHIP_TEST("typhoon.window-direct", each_direct_window,
	   "Each window that can be direct leads to its memory, and to nothing before or behind it.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

static void each_paged_window(struct trial *trial)
{
	each_window(trial, true);
}
PCHIP_TEST("typhoon.window-paged", each_paged_window,
	   "Each window leads through its table, and claims nothing before or behind it.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* Where a window of this size is tested: nothing is claimed just below it and, up to 512 MiB, just behind it. */
static uint64_t base_of(uint64_t size)
{
	if (size <= 512 * MIB)
		return TEST_BASE;
	return size == GIB ? 3 * GIB : 2 * GIB;
}

/* Just below the window, just behind it, and over its end: the part outside must not arrive anywhere. */
static void expect_edges(struct trial *trial, const char *what, uint64_t base, uint64_t size, const phys_addr *frames,
			 unsigned count)
{
	uint32_t bytes = transfer_size(trial->subject->engine);
	uint64_t end = base + size;

	pchip_expect(trial, what, base - bytes, frames, count, NOWHERE);
	if (end < 4 * GIB || trial->subject->engine->address_bits == 64)
		pchip_expect(trial, what, end, frames, count, NOWHERE);
	/* Only where it is known what is at the end, in the second frame: the part inside may arrive there. */
	if (end == 4 * GIB || count < 2)
		return;
	pchip_write(trial, end - bytes / 2, ENGINE_PATIENCE);
	for (unsigned i = 0; i < count; i++) {
		if (i == 1)
			landed(trial, frames[i], FRAME_SIZE - bytes / 2, bytes / 2);
		expect(trial, !landed(trial, frames[i], 0, bytes / 2),
		       "%s: the part of a write over the end arrived in the frame at %#llx", what,
		       (unsigned long long)frames[i].value);
	}
}

/* Frames of one row, given back after it. The engine takes frames too when it is started afresh, so they are named. */
#define FRAMES_OF_ROW	8

struct row_frames {
	phys_addr frames[FRAMES_OF_ROW];
	unsigned count;
};

static bool take_for_row(struct row_frames *row, uint64_t address)
{
	return row->count < FRAMES_OF_ROW && pchip_take_at(address, &row->frames[row->count]) && ++row->count;
}

static void give_row(struct row_frames *row)
{
	while (row->count > 0)
		frames_give(row->frames[--row->count], 1);
}

/* The first and the last frame of memory that is aligned to the size; the highest such memory. */
static bool take_ends(struct row_frames *row, uint64_t size, uint64_t *target)
{
	for (uint64_t end = frames_highest() / size * size; end >= size; end -= size) {
		*target = end - size;
		if (take_for_row(row, *target) && take_for_row(row, end - FRAME_SIZE))
			return true;
		give_row(row);
	}
	return false;
}

/*
 * A direct window of each size. Where memory of that size is not to be had, from its first to its last frame, some
 * frame inside must do.
 */
static void direct_size(struct trial *trial, uint64_t size, unsigned *whole)
{
	uint32_t bytes = transfer_size(trial->subject->engine);
	struct row_frames row = { .count = 0 };
	uint64_t base = base_of(size), target;
	char what[64];

	name_row(&what, "a direct window", size);
	if (take_ends(&row, size, &target)) {
		pchip_open(trial->subject->domain, 2, pchip_direct(base, size, target));
		pchip_expect(trial, what, base, row.frames, 2, 0);
		pchip_expect(trial, what, base + size - bytes, row.frames, 2, 1);
		*whole += 1;
	} else if (trial_take_frame(trial, &row.frames[row.count])) {
		target = row.frames[row.count++].value;
		pchip_open(trial->subject->domain, 2, pchip_direct(base, size, target & -size));
		pchip_expect(trial, what, base + target % size, row.frames, 1, 0);
	}
	expect_edges(trial, what, base, size, row.frames, row.count);
	give_row(&row);
}

static void direct_sizes(struct trial *trial)
{
	unsigned whole = 0;

	if (!pchip_clear(trial, 1))
		return;
	for (unsigned i = 0; i < SIZES && trial_good(trial); i++)
		direct_size(trial, MIB << i, &whole);
	trial_record(trial, "%u of %u sizes from the first to the last byte, as far as memory goes", whole, SIZES);
}
PCHIP_TEST("typhoon.size-direct", direct_sizes,
	   "A direct window of every size covers its first and its last byte, and nothing beside them.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* The pieces of a table that hold its first and last entries and what lies before and behind it. */
static bool take_table_ends(struct row_frames *row, uint64_t bytes, uint64_t *table)
{
	for (*table = (frames_highest() / 2 & -bytes & -FRAME_SIZE) + 2 * MIB; *table > 16 * MIB; *table -= bytes) {
		const uint64_t ends[] = { *table - 8, *table, *table + bytes - 8, *table + bytes };
		unsigned i;

		for (i = 0; i < 4; i++) {
			uint64_t piece = ends[i] & -FRAME_SIZE;

			if ((i == 0 || piece != (ends[i - 1] & -FRAME_SIZE)) && !take_for_row(row, piece))
				break;
		}
		if (i == 4)
			return true;
		give_row(row);
	}
	return false;
}

/* A paged window of each size. The entries just before and behind its table lead to a frame not to be reached. */
static void paged_size(struct trial *trial, uint64_t size, const phys_addr *frames)
{
	uint32_t bytes = transfer_size(trial->subject->engine);
	uint64_t base = base_of(size), pages = size / FRAME_SIZE;
	struct row_frames row = { .count = 0 };
	phys_addr table;
	char what[64];

	name_row(&what, "a paged window", size);
	if (!take_table_ends(&row, 8 * pages, &table.value)) {
		trial_error(trial, "%s: no memory for its table", what);
		return;
	}
	pchip_map(table, 0, frames[0]);
	pchip_map(table, pages - 1, frames[1]);
	pchip_map(table, -1ull, frames[2]);
	pchip_map(table, pages, frames[2]);
	pchip_open(trial->subject->domain, 2, pchip_paged(base, size, table.value));
	pchip_expect(trial, what, base, frames, 3, 0);
	pchip_expect(trial, what, base + size - bytes, frames, 3, 1);
	expect_edges(trial, what, base, size, frames, 3);
	pchip_close(trial->subject->domain, 2);
	give_row(&row);
}

static void paged_sizes(struct trial *trial)
{
	phys_addr frames[3];

	for (unsigned i = 0; i < 3; i++)
		if (!trial_take_frame(trial, &frames[i]))
			return;
	if (!pchip_clear(trial, 1))
		return;
	for (unsigned i = 0; i < SIZES && trial_good(trial); i++)
		paged_size(trial, MIB << i, frames);
}
PCHIP_TEST("typhoon.size-paged", paged_sizes,
	   "A paged window of every size uses its first and last entry, and covers nothing beside them.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* Bits of the base that the mask covers do not count: the window is where its size puts it. */
static void base_under_mask(struct trial *trial)
{
	struct pchip_window window;
	phys_addr frame;
	uint64_t inside;

	if (!trial_take_frame(trial, &frame) || !pchip_clear(trial, 1))
		return;
	inside = frame.value % (8 * MIB) + TARGET_OFFSET;
	window = pchip_direct(TEST_BASE | 5 * MIB, 8 * MIB, frame.value & -(8 * MIB));
	pchip_open(trial->subject->domain, 2, window);
	pchip_expect(trial, "behind the window", TEST_BASE + 8 * MIB + inside, &frame, 1, NOWHERE);
	pchip_expect(trial, "below the window", TEST_BASE - 8 * MIB + inside, &frame, 1, NOWHERE);
	pchip_expect(trial, "in the window, whose base has bits under the mask", TEST_BASE + inside, &frame, 1, 0);
}
PCHIP_TEST("typhoon.base-under-mask", base_under_mask,
	   "Bits of a window's base that its mask covers do not count.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* Nor do bits of the target: it is joined with the offset, not added to it. Nor those of a table, below its size. */
static void target_under_mask(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t low = 32 * MIB;
	phys_addr frames[2], table;

	/* Offset 1 MiB and target bits 3 MiB: joined after the mask 1 MiB, added 4 MiB, joined without it 3 MiB. */
	if (!pchip_take_at(low + MIB, &frames[0]) || !pchip_take_at(low + 4 * MIB, &frames[1]) ||
	    !trial_take_table(trial, FRAME_SIZE, 2 * FRAME_SIZE, &table)) {
		trial_error(trial, "the frames at 33 and 36 MiB are not free");
		return;
	}
	if (!pchip_clear(trial, 1))
		return;
	pchip_open(domain, 2, pchip_direct(TEST_BASE, 8 * MIB, low | 3 * MIB));
	pchip_expect(trial, "target bits under the mask", TEST_BASE + MIB + TARGET_OFFSET, frames, 2, 0);
	pchip_map(table, 0, frames[0]);
	pchip_map(table, FRAME_SIZE / 16, frames[1]);
	pchip_open(domain, 2, pchip_paged(TEST_BASE, 8 * MIB, table.value | FRAME_SIZE / 2));
	pchip_expect(trial, "table bits under its size", TEST_BASE + TARGET_OFFSET, frames, 2, 0);
}
PCHIP_TEST("typhoon.target-under-mask", target_under_mask,
	   "Bits of a window's target that its mask covers do not count, nor those of a table below its size.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* Of two windows that claim an address the one with the lower number answers; the other one where it is alone. */
static void priority_of(struct trial *trial, unsigned low, unsigned high, const phys_addr *frames,
			const phys_addr *tables)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t number = TEST_BASE + TARGET_OFFSET;
	unsigned rings = 0;
	char what[32];

	while (rings == low || rings == high)
		rings++;
	if (!pchip_clear(trial, rings))
		return;
	format(what, sizeof(what), "windows %u and %u", low, high);
	pchip_open(domain, low, pchip_paged(TEST_BASE, MIB, tables[0].value));
	pchip_open(domain, high, pchip_paged(TEST_BASE, 8 * MIB, tables[1].value));
	pchip_expect(trial, what, number, frames, 3, 0);
	pchip_expect(trial, what, number + MIB, frames, 3, 2);
	pchip_close(domain, low);
	pchip_expect(trial, what, number, frames, 3, 1);
	/* The other way round: the small one is behind the large one. */
	pchip_open(domain, low, pchip_paged(TEST_BASE, 8 * MIB, tables[1].value));
	pchip_open(domain, high, pchip_paged(TEST_BASE, MIB, tables[0].value));
	pchip_expect(trial, what, number, frames, 3, 1);
}

static void priority(struct trial *trial)
{
	phys_addr frames[3], tables[2];

	for (unsigned i = 0; i < 3; i++)
		if (!trial_take_frame(trial, &frames[i]))
			return;
	for (unsigned i = 0; i < 2; i++)
		if (!trial_take_table(trial, FRAME_SIZE, FRAME_SIZE, &tables[i]))
			return;
	pchip_map(tables[0], 0, frames[0]);
	pchip_map(tables[1], 0, frames[1]);
	pchip_map(tables[1], MIB / FRAME_SIZE, frames[2]);
	for (unsigned low = 0; low < TYPHOON_WINDOWS - 1; low++)
		for (unsigned high = low + 1; high < TYPHOON_WINDOWS; high++)
			priority_of(trial, low, high, frames, tables);
}
PCHIP_TEST("typhoon.priority", priority,
	   "Of two windows that claim the same address the lower one counts.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* PCTL<HOLE>: 512 KiB to 1 MiB is nobody's. Only its edges are tried, because a VGA card may be in the middle. */
#define HOLE_START	(MIB / 2)
#define HOLE_END	MIB

static void hole(struct trial *trial)
{
	static const struct { const char *what; uint64_t page; bool last; bool inside; } rows[] = {
		{ "below the hole", HOLE_START - FRAME_SIZE, true, false },
		{ "the first bytes of the hole", HOLE_START, false, true },
		{ "the last bytes of the hole", HOLE_END - FRAME_SIZE, true, true },
		{ "behind the hole", HOLE_END, false, false },
	};
	uint32_t bytes = transfer_size(trial->subject->engine);
	struct dma_domain *domain = trial->subject->domain;
	uint64_t control = typhoon_read(domain, PCHIP_PCTL) & ~PCTL_HOLE;
	phys_addr frames[4], table;

	if (!trial_take_table(trial, FRAME_SIZE, FRAME_SIZE, &table))
		return;
	for (unsigned i = 0; i < 4; i++) {
		if (!trial_take_frame(trial, &frames[i]))
			return;
		pchip_map(table, rows[i].page / FRAME_SIZE, frames[i]);
	}
	if (!pchip_clear(trial, 1))
		return;
	pchip_open(domain, 0, pchip_paged(0, 2 * MIB, table.value));
	for (unsigned closed = 0; closed < 2; closed++) {
		typhoon_write(domain, PCHIP_PCTL, closed ? control | PCTL_HOLE : control);
		typhoon_read(domain, PCHIP_PCTL);
		for (unsigned i = 0; i < 4; i++)
			pchip_expect(trial, rows[i].what, rows[i].page + (rows[i].last ? FRAME_SIZE - bytes : 0),
				     frames, 4, closed && rows[i].inside ? NOWHERE : (int)i);
	}
}
PCHIP_TEST("typhoon.hole", hole,
	   "The hole is kept out of the windows when it is switched on, from its first byte to its last.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);
