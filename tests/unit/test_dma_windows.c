/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/dma_case.list */
/*
 * Windows of a host bridge as DMA maps see them: opening them, those that need no entries, closing them under a map,
 * and putting them right when something else has changed them.
 */
#include <string.h>

#include "tests/unit/dma_case.h"

static void start_opens_the_standard_windows(void **state)
{
	(void)state;
	assert_true(dma_start(case_domain));
	assert_int_equal(case_quiets, 1);
	assert_int_equal(case_opens, 4);
	case_expect_coherent();
	for (unsigned n = 0; n < CASE_WINDOWS; n++) {
		const struct dma_window *window = &case_domain->windows[n];

		assert_int_equal(window->kind, case_windows[n].kind);
		assert_int_equal(window->base.value, case_windows[n].base.value);
		assert_int_equal(window->size, case_windows[n].size);
		if (window->kind != WINDOW_PAGED)
			continue;
		assert_true(frames_contain(window->table, case_table_size(window->size)));
		assert_int_equal(window->table.value % case_table_size(window->size), 0);
		assert_true(table_absent(window, 0, window->size / FRAME_SIZE));
	}
	assert_true(case_domain->windows[0].table.value != case_domain->windows[1].table.value);
	assert_int_equal(dma_live(case_domain), 0);
}

static void windows_that_the_bridge_does_not_have(void **state)
{
	struct dma_window window = case_windows[1];

	(void)state;
	assert_false(domain_open_window(case_domain, CASE_WINDOWS, &window));
	assert_false(domain_open_window(case_domain, ~0u, &window));
	assert_int_equal(case_opens, 0);
}

static void start_fails_without_memory(void **state)
{
	phys_addr most;

	(void)state;
	assert_true(frames_take(2 * MIB / FRAME_SIZE - 1, FRAME_SIZE, &most));
	assert_false(dma_start(case_domain));		/* a table takes a frame, and there are two */
}

static void start_fails_when_the_bridge_refuses(void **state)
{
	(void)state;
	case_refuse_window = 2;
	assert_false(dma_start(case_domain));
	assert_int_equal(case_domain->windows[2].kind, WINDOW_CLOSED);
}

/* Direct and monster case_windows have no entries: nothing is written, whatever is mapped or unmapped. */
static void straight_windows_need_no_entries(void **state)
{
	static const struct {
		enum dma_placement placement;
		uint64_t memory, size, address;
		unsigned window;
	} rows[] = {
		{ DMA_DIRECT, 0, GIB, 0x80000000, 2 },
		{ DMA_DIRECT, CASE_MEMORY + 5, 3, 0x80000000 + CASE_MEMORY + 5, 2 },
		{ DMA_DIRECT, GIB - 1, 1, 0xbfffffff, 2 },
		{ DMA_DIRECT, GIB - 1, 2, 0, 0 },
		{ DMA_DIRECT, GIB, 1, 0, 0 },
		{ DMA_MONSTER, GIB, GIB, CASE_MONSTER + GIB, 4 },
		{ DMA_MONSTER, (1ull << 35) - 1, 1, CASE_MONSTER + (1ull << 35) - 1, 4 },
		{ DMA_MONSTER, (1ull << 35) - 1, 2, 0, 0 },
		{ DMA_AT, CASE_MEMORY, 1, 0, 0 },
	};

	(void)state;
	case_invalidations = case_settings = 0;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dma_map made = dma_map_through(&case_device, (phys_addr) { rows[i].memory }, rows[i].size,
						      DMA_DEVICE_BOTH, rows[i].placement);

		if (made.status != (rows[i].address ? DMA_MAPPED : DMA_NO_WINDOW))
			fail_msg("row %u: status %u", i, made.status);
		if (made.status != DMA_MAPPED)
			continue;
		assert_int_equal(made.address.value, rows[i].address);
		assert_int_equal(made.window, rows[i].window);
		dma_unmap(&made);
		assert_int_equal(made.status, DMA_UNMAPPED);
	}
	assert_int_equal(case_invalidations + case_settings, 0);
	assert_int_equal(dma_live(case_domain), 0);
}

static void closed_windows_reach_nothing(void **state)
{
	static const enum dma_placement placements[] = { DMA_ANYWHERE, DMA_DIRECT, DMA_MONSTER };

	(void)state;
	for (unsigned n = 0; n < CASE_WINDOWS; n++)
		domain_close_window(case_domain, n);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(dma_map_through(&case_device, (phys_addr) { CASE_MEMORY }, 1, DMA_DEVICE_BOTH,
						 placements[i]).status, DMA_NO_WINDOW);
	assert_int_equal(case_map_at(CASE_BASE, CASE_MEMORY, 1).status, DMA_NO_WINDOW);
}

static void restore_leaves_good_windows_alone(void **state)
{
	(void)state;
	dma_restore(case_domain);
	assert_int_equal(case_opens + case_closes + case_invalidations, 0);
}

static void restore_undoes_each_change(void **state)
{
	struct dma_window standard[CASE_WINDOWS], moved;
	phys_addr table;

	(void)state;
	memcpy(standard, case_domain->windows, sizeof(standard));
	assert_true(frames_take(1, FRAME_SIZE, &table));
	moved = standard[1];
	moved.table = table;
	assert_true(domain_open_window(case_domain, 1, &moved));
	moved = standard[2];
	moved.base.value = 0xc0000000;
	assert_true(domain_open_window(case_domain, 2, &moved));
	assert_true(domain_open_window(case_domain, 3, &moved));
	domain_close_window(case_domain, 4);
	case_opens = case_closes = 0;
	dma_restore(case_domain);
	assert_memory_equal(standard, case_domain->windows, sizeof(standard));
	assert_int_equal(case_opens, 3);
	assert_int_equal(case_closes, 1);
	case_expect_coherent();
	dma_restore(case_domain);
	assert_int_equal(case_opens + case_closes, 4);
}

/*
 * A window that a test opens is filled from its beginning, wherever the standard one has come to, which goes on there.
 */
static void other_window_begins_anew(void **state)
{
	struct dma_map first = case_map(CASE_MEMORY, 10 * FRAME_SIZE), other, next;
	struct dma_window moved = case_domain->windows[1];

	(void)state;
	case_unmap(&first);
	assert_true(frames_take(1, FRAME_SIZE, &moved.table));
	memset(arch_pointer(moved.table), 0, FRAME_SIZE);
	assert_true(domain_open_window(case_domain, 1, &moved));
	other = case_map(CASE_MEMORY, 1);
	assert_int_equal(other.address.value, CASE_BASE);
	case_unmap(&other);
	dma_restore(case_domain);
	next = case_map(CASE_MEMORY, 1);
	assert_int_equal(next.address.value, first.address.value + 10 * FRAME_SIZE);
}

/* An address that a map has is not given to another, although the window with its page is closed. */
static void other_window_passes_over_live_maps(void **state)
{
	struct dma_map first = case_map(CASE_MEMORY, 3 * FRAME_SIZE), other;
	struct dma_window moved = case_domain->windows[1];

	(void)state;
	assert_true(frames_take(1, FRAME_SIZE, &moved.table));
	memset(arch_pointer(moved.table), 0, FRAME_SIZE);
	assert_true(domain_open_window(case_domain, 1, &moved));
	other = case_map(CASE_MEMORY, 1);
	assert_int_equal(other.address.value, first.address.value + 3 * FRAME_SIZE);
}

/* What is not the table of the map's own window must stay as it is, and the page must not stay mapped for ever. */
static void unmap_under_a_closed_window(void **state)
{
	static const uint64_t zero[CASE_PAGES];
	struct dma_map made = case_map(CASE_MEMORY, 1);
	const uint8_t *bytes;

	(void)state;
	host_add_memory(0, 2 * MIB);
	bytes = arch_pointer((phys_addr) { 0 });
	domain_close_window(case_domain, 1);
	dma_unmap(&made);
	for (unsigned i = 0; i < 2 * MIB; i++)
		if (bytes[i] != 0xa5)
			fail_msg("physical %#x was written to", i);
	dma_restore(case_domain);
	if (dma_live(case_domain) > 0)
		dma_unmap_all(case_domain);
	assert_memory_equal(case_table(1), zero, sizeof(zero));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(start_opens_the_standard_windows, case_setup),
		cmocka_unit_test_setup(windows_that_the_bridge_does_not_have, case_start),
		cmocka_unit_test_setup(start_fails_without_memory, case_setup),
		cmocka_unit_test_setup(start_fails_when_the_bridge_refuses, case_setup),
		cmocka_unit_test_setup(straight_windows_need_no_entries, case_start),
		cmocka_unit_test_setup(closed_windows_reach_nothing, case_start),
		cmocka_unit_test_setup(restore_leaves_good_windows_alone, case_start),
		cmocka_unit_test_setup(restore_undoes_each_change, case_start),
		cmocka_unit_test_setup(other_window_begins_anew, case_start),
		cmocka_unit_test_setup(other_window_passes_over_live_maps, case_start),
		cmocka_unit_test_setup(unmap_under_a_closed_window, case_start),
	};

	return cmocka_run_group_tests_name("dma-windows", tests, NULL, host_teardown);
}
