/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/dma_case.list */
/*
 * DMA maps: which addresses they get, in which order, and that they lead where they should until they are taken away.
 * The windows they lie in are test_dma_windows.c's.
 */
#include <string.h>

#include "tests/unit/dma_case.h"

static const struct range_row {
	uint64_t memory, size;
	enum dma_status status;
	uint64_t pages;
} range_rows[] = {
	{ CASE_MEMORY, 0, DMA_BAD_RANGE, 0 },
	{ 0, 0, DMA_BAD_RANGE, 0 },
	{ CASE_MEMORY, UINT64_MAX, DMA_BAD_RANGE, 0 },
	{ UINT64_MAX, 2, DMA_BAD_RANGE, 0 },
	{ UINT64_MAX - FRAME_SIZE + 1, FRAME_SIZE + 1, DMA_BAD_RANGE, 0 },
	{ UINT64_MAX - FRAME_SIZE + 1, FRAME_SIZE, DMA_MAPPED, 1 },	/* ends at 2^64 */
	{ CASE_MEMORY, 1, DMA_MAPPED, 1 },
	{ CASE_MEMORY + 4095, 1, DMA_MAPPED, 1 },
	{ CASE_MEMORY, FRAME_SIZE, DMA_MAPPED, 1 },
	{ CASE_MEMORY + 1, FRAME_SIZE, DMA_MAPPED, 2 },
	{ CASE_MEMORY + FRAME_SIZE - 1, 2, DMA_MAPPED, 2 },
	{ CASE_MEMORY + FRAME_SIZE - 1, FRAME_SIZE + 2, DMA_MAPPED, 3 },
	{ CASE_MEMORY, CASE_PAGES * FRAME_SIZE, DMA_MAPPED, CASE_PAGES },
	{ CASE_MEMORY, CASE_PAGES * FRAME_SIZE + 1, DMA_NO_SPACE, 0 },
	{ CASE_MEMORY + 1, CASE_PAGES * FRAME_SIZE, DMA_NO_SPACE, 0 },
	{ 0, UINT64_MAX, DMA_NO_SPACE, 0 },
};

/* Every page that is touched is reachable, at the offset that it has, and no other page is. */
static void maps_what_is_asked_for(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(range_rows) / sizeof(range_rows[0]); i++) {
		const struct range_row *row = &range_rows[i];
		struct dma_map made = case_map(row->memory, row->size);
		uint64_t page;

		if (made.status != row->status || case_entries_present() != row->pages)
			fail_msg("row %u: status %u, %u pages", i, made.status, case_entries_present());
		assert_int_equal(dma_live(case_domain), made.status == DMA_MAPPED);
		if (made.status != DMA_MAPPED)
			continue;
		assert_int_equal(made.address.value % FRAME_SIZE, row->memory % FRAME_SIZE);
		assert_true(window_contains(&case_domain->windows[made.window], made.address, made.size));
		page = window_page(&case_domain->windows[1], made.address, CASE_SHIFT);
		for (uint64_t p = 0; p < row->pages; p++)
			assert_int_equal(case_table(1)[page + p],
					 ((row->memory & -FRAME_SIZE) + p * FRAME_SIZE) | DMA_DEVICE_BOTH);
		case_unmap(&made);
		assert_int_equal(case_entries_present(), 0);
	}
}

static void permission_is_the_direction(void **state)
{
	static const enum dma_direction directions[] = { DMA_DEVICE_READS, DMA_DEVICE_WRITES, DMA_DEVICE_BOTH };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct dma_map made = dma_map(&case_device, (phys_addr) { CASE_MEMORY }, 1, directions[i]);

		assert_int_equal(case_table(1)[window_page(&case_domain->windows[1], made.address, CASE_SHIFT)],
				 CASE_MEMORY | directions[i]);
	}
}

static void unmap_is_done_once(void **state)
{
	struct dma_map first = case_map(CASE_MEMORY, 1), second = case_map(CASE_MEMORY, 3 * FRAME_SIZE);

	(void)state;
	assert_int_equal(dma_live(case_domain), 2);
	case_unmap(&second);
	assert_int_equal(second.status, DMA_UNMAPPED);
	assert_int_equal(case_entries_present(), 1);
	assert_int_equal(dma_live(case_domain), 1);
	case_invalidations = 0;
	case_unmap(&second);
	assert_int_equal(case_invalidations, 0);
	assert_int_equal(dma_live(case_domain), 1);
	case_unmap(&first);
	assert_int_equal(case_entries_present(), 0);
	assert_int_equal(dma_live(case_domain), 0);
}

static void unmap_leaves_failures_alone(void **state)
{
	struct dma_map bad = case_map(CASE_MEMORY, 0), large = case_map(CASE_MEMORY, (CASE_PAGES + 1) * FRAME_SIZE);

	(void)state;
	case_invalidations = 0;
	case_unmap(&bad);
	case_unmap(&large);
	assert_int_equal(bad.status, DMA_BAD_RANGE);
	assert_int_equal(large.status, DMA_NO_SPACE);
	assert_int_equal(case_invalidations, 0);
	assert_int_equal(dma_live(case_domain), 0);
}

/* An address that was given back is the last one that is given out again. */
static void addresses_rest_for_a_whole_round(void **state)
{
	struct dma_map stays = case_map(CASE_MEMORY, 1);

	(void)state;
	assert_int_equal(stays.address.value, CASE_BASE);
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 1; i < CASE_PAGES; i++) {
			struct dma_map made = case_map(CASE_MEMORY, 1);

			assert_int_equal(made.status, DMA_MAPPED);
			assert_int_equal(made.address.value, CASE_BASE + i * FRAME_SIZE);
			case_unmap(&made);
		}
	}
}

static void a_run_does_not_wrap(void **state)
{
	struct dma_map most = case_map(CASE_MEMORY, (CASE_PAGES - 2) * FRAME_SIZE), three;

	(void)state;
	case_unmap(&most);
	three = case_map(CASE_MEMORY, 3 * FRAME_SIZE);
	assert_int_equal(three.status, DMA_MAPPED);
	assert_int_equal(three.address.value, CASE_BASE);
}

/* The only room there is lies across the cursor. */
static void room_before_the_cursor_counts(void **state)
{
	struct dma_map head = case_map(CASE_MEMORY, 10 * FRAME_SIZE), low = case_map(CASE_MEMORY, 10 * FRAME_SIZE);
	struct dma_map rest = case_map(CASE_MEMORY, (CASE_PAGES - 20) * FRAME_SIZE), small, run;

	(void)state;
	assert_int_equal(rest.status, DMA_MAPPED);
	case_unmap(&low);
	small = case_map(CASE_MEMORY, 5 * FRAME_SIZE);
	assert_int_equal(small.address.value, CASE_BASE + 10 * FRAME_SIZE);
	case_unmap(&small);
	run = case_map(CASE_MEMORY, 10 * FRAME_SIZE);
	assert_int_equal(run.status, DMA_MAPPED);
	assert_int_equal(run.address.value, CASE_BASE + 10 * FRAME_SIZE);
	assert_int_equal(head.status, DMA_MAPPED);
}

/* Those are for whoever asks for them, in a window that was opened over them later too. */
static void low_numbers_are_left_alone(void **state)
{
	struct dma_window low = { WINDOW_PAGED, { 0 }, CASE_LARGEST * FRAME_SIZE, { 0 }, { 0 } };
	struct dma_map made;

	(void)state;
	assert_true(frames_take(CASE_LARGEST * 8 / FRAME_SIZE, FRAME_SIZE, &low.table));
	memset(arch_pointer(low.table), 0, CASE_LARGEST * 8);
	assert_true(domain_open_window(case_domain, 1, &low));
	made = case_map(CASE_MEMORY, 1);
	assert_int_equal(made.address.value, FRAMES_BY_ADDRESS_END);
	made = case_map(CASE_MEMORY, CASE_LARGEST * FRAME_SIZE - FRAMES_BY_ADDRESS_END - FRAME_SIZE);
	assert_int_equal(made.status, DMA_MAPPED);
	assert_int_equal(case_map(CASE_MEMORY, 1).status, DMA_NO_SPACE);
	assert_int_equal(case_map_at(FRAMES_BY_ADDRESS_END - FRAME_SIZE, CASE_MEMORY, 1).status, DMA_MAPPED);
}

static void a_full_window_says_so(void **state)
{
	struct dma_map all[CASE_PAGES], none;

	(void)state;
	for (unsigned i = 0; i < CASE_PAGES; i++)
		all[i] = case_map(CASE_MEMORY + i * 128, 128);
	assert_int_equal(case_entries_present(), CASE_PAGES);
	case_invalidations = case_settings = 0;
	none = case_map(CASE_MEMORY, 1);
	assert_int_equal(none.status, DMA_NO_SPACE);
	assert_int_equal(case_invalidations + case_settings, 0);
	assert_int_equal(dma_live(case_domain), CASE_PAGES);
	case_unmap(&all[17]);
	case_unmap(&all[19]);
	none = case_map(CASE_MEMORY, 2 * FRAME_SIZE);		/* two pages, but not side by side */
	assert_int_equal(none.status, DMA_NO_SPACE);
	none = case_map(CASE_MEMORY, 1);
	assert_int_equal(none.status, DMA_MAPPED);
	assert_int_equal(none.address.value, CASE_BASE + 17 * FRAME_SIZE);
}

static const struct at_row {
	uint64_t address, memory, size;
	enum dma_status status;
	unsigned window;
} at_rows[] = {
	{ CASE_BASE + 4096, CASE_MEMORY, 1, DMA_NO_WINDOW, 0 },			/* another offset in the page */
	{ CASE_BASE + 1, CASE_MEMORY, 1, DMA_NO_WINDOW, 0 },
	{ CASE_BASE - FRAME_SIZE, CASE_MEMORY, FRAME_SIZE, DMA_NO_WINDOW, 0 },
	{ CASE_BASE - FRAME_SIZE, CASE_MEMORY, 2 * FRAME_SIZE, DMA_NO_WINDOW, 0 },
	{ CASE_BASE + CASE_PAGES * FRAME_SIZE, CASE_MEMORY, 1, DMA_NO_WINDOW, 0 },
	{ CASE_BASE + (CASE_PAGES - 1) * FRAME_SIZE, CASE_MEMORY, FRAME_SIZE + 1, DMA_NO_WINDOW, 0 },
	{ 0x80000000, CASE_MEMORY, 1, DMA_NO_WINDOW, 0 },			/* the direct window */
	{ UINT64_MAX - FRAME_SIZE + 1, CASE_MEMORY, FRAME_SIZE, DMA_NO_WINDOW, 0 },
	{ CASE_BASE, CASE_MEMORY, 0, DMA_BAD_RANGE, 0 },
	{ CASE_BASE, UINT64_MAX - FRAME_SIZE + 1, FRAME_SIZE + 1, DMA_BAD_RANGE, 0 },
	{ CASE_BASE, CASE_MEMORY, 1, DMA_MAPPED, 1 },
	{ CASE_BASE + (CASE_PAGES - 1) * FRAME_SIZE + 8, CASE_MEMORY + 8, FRAME_SIZE - 8, DMA_MAPPED, 1 },
	{ CASE_ISA_BASE + 4 * FRAME_SIZE, CASE_MEMORY, 1, DMA_MAPPED, 0 },
	{ CASE_BASE, CASE_MEMORY, CASE_PAGES * FRAME_SIZE, DMA_MAPPED, 1 },
};

static void maps_at_an_address(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(at_rows) / sizeof(at_rows[0]); i++) {
		const struct at_row *row = &at_rows[i];
		struct dma_map made = case_map_at(row->address, row->memory, row->size);

		if (made.status != row->status)
			fail_msg("row %u: status %u", i, made.status);
		if (made.status != DMA_MAPPED)
			continue;
		assert_int_equal(made.address.value, row->address);
		assert_int_equal(made.window, row->window);
		case_unmap(&made);
		assert_int_equal(case_entries_present(), 0);
	}
	assert_int_equal(dma_live(case_domain), 0);
}

static void maps_at_an_address_do_not_collide(void **state)
{
	static const struct { unsigned page, count; bool free; } rows[] = {
		{ 10, 1, false }, { 11, 1, false }, { 12, 1, false }, { 9, 2, false }, { 12, 2, false },
		{ 8, 8, false }, { 9, 1, true }, { 13, 1, true },
	};
	struct dma_map there = case_map_at(CASE_BASE + 10 * FRAME_SIZE, CASE_MEMORY, 3 * FRAME_SIZE);
	uint64_t before[CASE_PAGES];

	(void)state;
	assert_int_equal(there.status, DMA_MAPPED);
	memcpy(before, case_table(1), sizeof(before));
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dma_map made = case_map_at(CASE_BASE + rows[i].page * FRAME_SIZE, CASE_MEMORY + MIB,
					     rows[i].count * FRAME_SIZE);

		if (made.status != (rows[i].free ? DMA_MAPPED : DMA_NO_SPACE))
			fail_msg("row %u: status %u", i, made.status);
		case_unmap(&made);
		assert_memory_equal(before, case_table(1), sizeof(before));
	}
	assert_int_equal(dma_live(case_domain), 1);
}

static void maps_anywhere_pass_over_maps_at(void **state)
{
	struct dma_map there = case_map_at(CASE_BASE + FRAME_SIZE, CASE_MEMORY, 1), made;

	(void)state;
	assert_int_equal(there.status, DMA_MAPPED);
	made = case_map(CASE_MEMORY, 2 * FRAME_SIZE);
	assert_int_equal(made.address.value, CASE_BASE + 2 * FRAME_SIZE);
}

static void remap_leads_elsewhere(void **state)
{
	struct dma_map made = case_map(CASE_MEMORY + 100, FRAME_SIZE);
	uint64_t address = made.address.value;

	(void)state;
	dma_remap(&made, (phys_addr) { CASE_MEMORY + MIB + 100 }, DMA_DEVICE_READS);
	case_expect_coherent();
	assert_int_equal(made.status, DMA_MAPPED);
	assert_int_equal(made.address.value, address);
	assert_int_equal(made.memory.value, CASE_MEMORY + MIB + 100);
	assert_int_equal(case_table(1)[0], (CASE_MEMORY + MIB) | DMA_DEVICE_READS);
	assert_int_equal(case_table(1)[1], (CASE_MEMORY + MIB + FRAME_SIZE) | DMA_DEVICE_READS);
	assert_int_equal(case_entries_present(), 2);
	assert_int_equal(dma_live(case_domain), 1);
	dma_remap(&made, (phys_addr) { CASE_MEMORY }, DMA_DEVICE_READS);	/* another offset: no such map */
	case_expect_coherent();
	assert_int_equal(made.status, DMA_NO_WINDOW);
	assert_int_equal(case_entries_present(), 0);
	assert_int_equal(dma_live(case_domain), 0);
}

/* The IOMMU does not answer in the middle of a map: nothing of it stays, and its address is free again. */
static void a_map_that_is_refused(void **state)
{
	struct dma_map first = case_map(CASE_MEMORY, FRAME_SIZE), refused, next;

	(void)state;
	case_refuse_page = 2;
	refused = dma_map(&case_device, (phys_addr) { CASE_MEMORY }, 4 * FRAME_SIZE, DMA_DEVICE_BOTH);
	assert_int_equal(refused.status, DMA_REFUSED);
	assert_int_equal(refused.refusal, DOMAIN_SILENT);
	assert_int_equal(case_entries_present(), 1);
	case_expect_coherent();
	assert_int_equal(dma_live(case_domain), 1);
	next = case_map_at(refused.address.value, CASE_MEMORY, 4 * FRAME_SIZE);
	assert_int_equal(next.status, DMA_MAPPED);
	case_unmap(&refused);
	assert_int_equal(case_entries_present(), 5);
	case_unmap(&first);
}

/* Pages that cannot be taken away may be there yet, so that nobody else gets their addresses. */
static void an_unmap_that_is_refused(void **state)
{
	struct dma_map made = case_map(CASE_MEMORY, 2 * FRAME_SIZE);

	(void)state;
	case_refuse_unmap = true;
	dma_unmap(&made);
	assert_int_equal(made.status, DMA_REFUSED);
	assert_int_equal(made.refusal, DOMAIN_REFUSED);
	assert_int_equal(dma_live(case_domain), 1);
	assert_int_equal(case_map_at(made.address.value, CASE_MEMORY, 1).status, DMA_NO_SPACE);
	case_refuse_unmap = false;
	dma_unmap_all(case_domain);
	case_expect_coherent();
	assert_int_equal(case_entries_present(), 0);
	assert_int_equal(case_map_at(made.address.value, CASE_MEMORY, 1).status, DMA_MAPPED);
}

static void unmap_all_takes_everything_away(void **state)
{
	struct dma_map first = case_map(CASE_MEMORY, 5 * FRAME_SIZE);
	struct dma_map second = case_map_at(CASE_ISA_BASE, CASE_MEMORY, 1);

	(void)state;
	assert_int_equal(first.status + second.status, 2 * DMA_MAPPED);
	assert_int_equal(dma_live(case_domain), 2);
	dma_unmap_all(case_domain);
	case_expect_coherent();
	assert_int_equal(case_entries_present(), 0);
	assert_true(table_absent(&case_domain->windows[0], 0, CASE_ISA_PAGES));
	assert_int_equal(dma_live(case_domain), 0);
	assert_int_equal(case_map_at(CASE_ISA_BASE, CASE_MEMORY, 1).status, DMA_MAPPED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(maps_what_is_asked_for, case_start),
		cmocka_unit_test_setup(permission_is_the_direction, case_start),
		cmocka_unit_test_setup(unmap_is_done_once, case_start),
		cmocka_unit_test_setup(unmap_leaves_failures_alone, case_start),
		cmocka_unit_test_setup(addresses_rest_for_a_whole_round, case_start),
		cmocka_unit_test_setup(a_run_does_not_wrap, case_start),
		cmocka_unit_test_setup(room_before_the_cursor_counts, case_start),
		cmocka_unit_test_setup(low_numbers_are_left_alone, case_start),
		cmocka_unit_test_setup(a_full_window_says_so, case_start),
		cmocka_unit_test_setup(maps_at_an_address, case_start),
		cmocka_unit_test_setup(maps_at_an_address_do_not_collide, case_start),
		cmocka_unit_test_setup(maps_anywhere_pass_over_maps_at, case_start),
		cmocka_unit_test_setup(remap_leads_elsewhere, case_start),
		cmocka_unit_test_setup(a_map_that_is_refused, case_start),
		cmocka_unit_test_setup(an_unmap_that_is_refused, case_start),
		cmocka_unit_test_setup(unmap_all_takes_everything_away, case_start),
	};

	return cmocka_run_group_tests_name("dma-maps", tests, NULL, host_teardown);
}
