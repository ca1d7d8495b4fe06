/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: drivers/iommu/window.c */
/*
 * The arithmetic of windows: what is inside, what overlaps, what is legal, where addresses lead. Small windows are
 * compared with the plain definition, byte by byte, at both ends of the address space; tables have the large ones.
 */
#include "boot/frames.h"
#include "drivers/iommu/window.h"
#include "tests/unit/host/host.h"

#define MIB		(1ull << 20)
#define GIB		(1ull << 30)
#define TOP		(1ull << 63)
#define SHIFT		13	/* pages are of FRAME_SIZE bytes */
#define SMALL		12	/* bytes of address space in the comparisons with the definition */

static struct dma_window window_at(enum window_kind kind, uint64_t base, uint64_t size)
{
	return (struct dma_window) { .kind = kind, .base = { base }, .size = size };
}

/* Is a number in a window of size bytes from base? No numbers here come near to overflowing. */
static bool has(unsigned base, unsigned size, unsigned number)
{
	return number >= base && number < base + size;
}

/* The space begins at origin; what is past its end is not there, which at the top are the numbers past 2^64. */
static void compare_contains(uint64_t origin, unsigned base, unsigned size)
{
	struct dma_window window = window_at(WINDOW_PAGED, origin + base, size);

	for (unsigned address = 0; address < SMALL; address++) {
		for (unsigned length = 0; length <= SMALL + 1; length++) {
			bool inside = length > 0;

			for (unsigned i = 0; i < length; i++)
				inside = inside && has(base, size, address + i);
			if (window_contains(&window, (bus_addr) { origin + address }, length) != inside)
				fail_msg("window %u+%u from %#llx: %u+%u", base, size, (unsigned long long)origin,
					 address, length);
		}
	}
}

static void contains_like_the_definition(void **state)
{
	(void)state;
	for (unsigned base = 0; base < SMALL; base++) {
		for (unsigned size = 0; base + size <= SMALL; size++) {
			compare_contains(0, base, size);
			compare_contains(UINT64_MAX - SMALL + 1, base, size);
			compare_contains(0x100000000 - SMALL / 2, base, size);
		}
	}
}

static const struct contains_row {
	uint64_t base, size, address, length;
	bool inside;
} contains_rows[] = {
	{ 0x40000000, GIB, 0x40000000, 1, true },
	{ 0x40000000, GIB, 0x3fffffff, 1, false },
	{ 0x40000000, GIB, 0x3fffffff, 2, false },
	{ 0x40000000, GIB, 0x7fffffff, 1, true },
	{ 0x40000000, GIB, 0x7fffffff, 2, false },
	{ 0x40000000, GIB, 0x80000000, 1, false },
	{ 0x40000000, GIB, 0x40000000, GIB, true },
	{ 0x40000000, GIB, 0x40000000, GIB + 1, false },
	{ 0x40000000, GIB, 0x40000001, GIB, false },
	{ 0x40000000, GIB, 0x140000000, 1, false },		/* the same low half */
	{ 0x40000000, GIB, 0x40000001, UINT64_MAX, false },	/* ends at its own start */
	{ 0x40000000, GIB, 0x50000000, -0x10000000ull, false },	/* wraps to the base */
	{ TOP, TOP, TOP, TOP, true },				/* ends at 2^64 */
	{ TOP, TOP, UINT64_MAX, 1, true },
	{ TOP, TOP, UINT64_MAX, 2, false },
	{ TOP, TOP, TOP - 1, 1, false },
	{ TOP, TOP, 0, 1, false },
	{ 0, TOP, 0, TOP, true },
	{ 0, TOP, TOP, 1, false },
};

static void contains_rows_hold(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(contains_rows) / sizeof(contains_rows[0]); i++) {
		const struct contains_row *row = &contains_rows[i];
		struct dma_window window = window_at(WINDOW_DIRECT, row->base, row->size);

		if (window_contains(&window, (bus_addr) { row->address }, row->length) != row->inside)
			fail_msg("row %u: %#llx, %#llx bytes", i, (unsigned long long)row->address,
				 (unsigned long long)row->length);
	}
}

static void a_closed_window_has_nothing(void **state)
{
	struct dma_window closed = window_at(WINDOW_CLOSED, 0, 16 * MIB);
	struct dma_window open = window_at(WINDOW_PAGED, 0, 16 * MIB);

	(void)state;
	assert_false(window_contains(&closed, (bus_addr) { 0 }, 1));
	assert_false(window_overlaps(&closed, &open));
	assert_false(window_overlaps(&open, &closed));
	assert_false(window_overlaps(&closed, &closed));
	assert_false(window_legal(&closed, FRAME_SIZE));
}

static void compare_overlaps(uint64_t origin, const unsigned *a, const unsigned *b)
{
	struct dma_window first = window_at(WINDOW_PAGED, origin + a[0], a[1]);
	struct dma_window second = window_at(WINDOW_DIRECT, origin + b[0], b[1]);
	bool overlaps = false;

	for (unsigned number = 0; number < SMALL; number++)
		overlaps = overlaps || (has(a[0], a[1], number) && has(b[0], b[1], number));
	if (window_overlaps(&first, &second) != overlaps || window_overlaps(&second, &first) != overlaps)
		fail_msg("%u+%u and %u+%u from %#llx: %s", a[0], a[1], b[0], b[1], (unsigned long long)origin,
			 overlaps ? "overlap" : "do not overlap");
}

/* Apart, side by side, one end over the other, one inside the other, the same: all of them, either way round. */
static void overlaps_like_the_definition(void **state)
{
	unsigned a[2], b[2];

	(void)state;
	for (a[0] = 0; a[0] < SMALL; a[0]++)
		for (a[1] = 1; a[0] + a[1] <= SMALL; a[1]++)
			for (b[0] = 0; b[0] < SMALL; b[0]++)
				for (b[1] = 1; b[0] + b[1] <= SMALL; b[1]++) {
					compare_overlaps(0, a, b);
					compare_overlaps(UINT64_MAX - SMALL + 1, a, b);
				}
}

static const struct legal_row {
	enum window_kind kind;
	uint64_t base, size, target;
	bool legal;
} legal_rows[] = {
	{ WINDOW_PAGED, 0, FRAME_SIZE, 0, true },
	{ WINDOW_PAGED, 0, FRAME_SIZE / 2, 0, false },
	{ WINDOW_PAGED, 0, 0, 0, false },
	{ WINDOW_PAGED, 0x40000000, GIB, 0, true },
	{ WINDOW_PAGED, 0x20000000, GIB, 0, false },		/* base not a multiple of the size */
	{ WINDOW_PAGED, 0x40000000, GIB - FRAME_SIZE, 0, false },
	{ WINDOW_PAGED, 0x40000000, GIB + 1, 0, false },
	{ WINDOW_PAGED, 0x40000001, GIB, 0, false },
	{ WINDOW_PAGED, 0x40000000, 3 * MIB, 0, false },
	{ WINDOW_PAGED, 0, 3 * MIB, 0, false },
	{ WINDOW_PAGED, 0, GIB, 1, true },			/* a paged window has no target */
	{ WINDOW_PAGED, TOP, TOP, 0, true },
	{ WINDOW_PAGED, 0, TOP, 0, true },
	{ WINDOW_PAGED, TOP / 2, TOP, 0, false },
	{ WINDOW_PAGED, UINT64_MAX - FRAME_SIZE + 1, FRAME_SIZE, 0, true },
	{ WINDOW_DIRECT, 0x80000000, 2 * GIB, 0, true },
	{ WINDOW_DIRECT, 0x80000000, 2 * GIB, 2 * GIB, true },
	{ WINDOW_DIRECT, 0x80000000, 2 * GIB, GIB, false },	/* target not a multiple of the size */
	{ WINDOW_DIRECT, 0x80000000, 2 * GIB, 1, false },
	{ WINDOW_DIRECT, 0x40000000, 2 * GIB, 0, false },
	{ WINDOW_MONSTER, 1ull << 40, 1ull << 35, 0, true },
	{ WINDOW_MONSTER, 1ull << 40, 1ull << 35, MIB, false },
	{ WINDOW_MONSTER, (1ull << 40) + MIB, 1ull << 35, 0, false },
};

static void legality(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(legal_rows) / sizeof(legal_rows[0]); i++) {
		const struct legal_row *row = &legal_rows[i];
		struct dma_window window = window_at(row->kind, row->base, row->size);

		window.target.value = row->target;
		if (window_legal(&window, FRAME_SIZE) != row->legal)
			fail_msg("row %u: base %#llx size %#llx target %#llx", i, (unsigned long long)row->base,
				 (unsigned long long)row->size, (unsigned long long)row->target);
	}
}

static const struct dma_window straight[] = {
	{ WINDOW_DIRECT, { 0x80000000 }, 2 * GIB, { 0 }, { 0 } },
	{ WINDOW_DIRECT, { 0x80000000 }, MIB, { 0x1ff00000 }, { 0 } },
	{ WINDOW_DIRECT, { 0 }, GIB, { 3 * GIB }, { 0 } },
	{ WINDOW_DIRECT, { 0 }, MIB, { UINT64_MAX - MIB + 1 }, { 0 } },
	{ WINDOW_DIRECT, { UINT64_MAX - MIB + 1 }, MIB, { MIB }, { 0 } },
	{ WINDOW_MONSTER, { 1ull << 40 }, 1ull << 35, { 0 }, { 0 } },
};

static void expect_round_trip(const struct dma_window *window, uint64_t offset, uint64_t size, bool reached)
{
	phys_addr memory = { window->target.value + offset };
	bus_addr address = { 0x5a5a };

	if (window_bus_address(window, memory, size, &address) != reached)
		fail_msg("target %#llx: %#llx, %#llx bytes: should%s be reached",
			 (unsigned long long)window->target.value, (unsigned long long)memory.value,
			 (unsigned long long)size, reached ? "" : " not");
	if (!reached) {
		assert_int_equal(address.value, 0x5a5a);
		return;
	}
	assert_int_equal(address.value, window->base.value + offset);
	assert_true(window_contains(window, address, size));
	assert_int_equal(window_target(window, address).value, memory.value);
}

static void straight_windows_lead_there_and_back(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(straight) / sizeof(straight[0]); i++) {
		const struct dma_window *window = &straight[i];

		expect_round_trip(window, 0, 1, true);
		expect_round_trip(window, 0, window->size, true);
		expect_round_trip(window, 0, window->size + 1, false);
		expect_round_trip(window, 0, 0, false);
		expect_round_trip(window, 0, UINT64_MAX, false);
		expect_round_trip(window, 12345, 678, true);
		expect_round_trip(window, 1, window->size, false);
		expect_round_trip(window, 1, UINT64_MAX, false);
		expect_round_trip(window, window->size - 1, 1, true);
		expect_round_trip(window, window->size - 1, 2, false);
		expect_round_trip(window, window->size, 1, false);
		expect_round_trip(window, -1ull, 1, false);
		expect_round_trip(window, -1ull, 2, false);
	}
}

static void other_windows_reach_no_memory_by_themselves(void **state)
{
	static const enum window_kind kinds[] = { WINDOW_CLOSED, WINDOW_PAGED };
	bus_addr address;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct dma_window window = window_at(kinds[i], 0, GIB);

		assert_false(window_bus_address(&window, (phys_addr) { 0 }, 1, &address));
	}
}

static const struct pages_row {
	uint64_t address, size, pages;
} pages_rows[] = {
	{ 0, 0, 0 },
	{ 123, 0, 0 },
	{ 0, 1, 1 },
	{ 0, FRAME_SIZE, 1 },
	{ 0, FRAME_SIZE + 1, 2 },
	{ 1, FRAME_SIZE, 2 },
	{ FRAME_SIZE - 1, 1, 1 },
	{ FRAME_SIZE - 1, 2, 2 },
	{ FRAME_SIZE - 1, FRAME_SIZE + 1, 2 },
	{ FRAME_SIZE - 1, FRAME_SIZE + 2, 3 },
	{ FRAME_SIZE, FRAME_SIZE, 1 },
	{ 5 * FRAME_SIZE + 4096, 16 * FRAME_SIZE, 17 },
	{ UINT64_MAX, 1, 1 },
	{ UINT64_MAX - FRAME_SIZE, FRAME_SIZE + 1, 2 },
	{ 0, UINT64_MAX, 1ull << 51 },
	{ 1, UINT64_MAX, 1ull << 51 },
};

static void page_counts(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(pages_rows) / sizeof(pages_rows[0]); i++) {
		const struct pages_row *row = &pages_rows[i];

		if (window_pages_touched(row->address, row->size, SHIFT) != row->pages)
			fail_msg("row %u: %#llx, %#llx bytes", i, (unsigned long long)row->address,
				 (unsigned long long)row->size);
	}
}

static void page_numbers(void **state)
{
	struct dma_window window = window_at(WINDOW_PAGED, 0x40000000, 512 * MIB);

	(void)state;
	assert_int_equal(window_page(&window, (bus_addr) { 0x40000000 }, SHIFT), 0);
	assert_int_equal(window_page(&window, (bus_addr) { 0x40001fff }, SHIFT), 0);
	assert_int_equal(window_page(&window, (bus_addr) { 0x40002000 }, SHIFT), 1);
	assert_int_equal(window_page(&window, (bus_addr) { 0x5fffffff }, SHIFT), 65535);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contains_like_the_definition),
		cmocka_unit_test(contains_rows_hold),
		cmocka_unit_test(a_closed_window_has_nothing),
		cmocka_unit_test(overlaps_like_the_definition),
		cmocka_unit_test(legality),
		cmocka_unit_test(straight_windows_lead_there_and_back),
		cmocka_unit_test(other_windows_reach_no_memory_by_themselves),
		cmocka_unit_test(page_counts),
		cmocka_unit_test(page_numbers),
	};

	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
