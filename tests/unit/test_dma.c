/* sources: drivers/dma/map.c drivers/dma/window.c drivers/bridge/bridge.c drivers/bridge/typhoon.c drivers/bridge/typhoon_interrupt.c drivers/bridge/sabre.c drivers/bridge/sabre_interrupt.c boot/frames.c boot/sweep.c boot/fatal.c boot/tap.c boot/clock.c boot/print.c */
/*
 * DMA maps over a bridge of software whose page tables have a cache that is never coherent: it sees an entry only when
 * the range is invalidated. So a test that compares cache and table after each step sees an invalidation that is
 * missing, that comes too early, or that is too small. The last test maps through the real bridges' entries.
 */
#include <string.h>

#include "boot/frames.h"
#include "drivers/dma/dma.h"
#include "drivers/dma/window.h"
#include "tests/unit/host/host.h"

#define MIB		(1ull << 20)
#define GIB		(1ull << 30)
#define BASE		0x40000000ull		/* of the paged window */
#define PAGES		64
#define ISA_BASE	0x00800000ull		/* of another one, below FRAMES_BY_ADDRESS_END */
#define ISA_PAGES	1024
#define LARGEST		4096			/* pages of any window here */
#define MONSTER		(1ull << 40)
#define MEMORY		FRAMES_BY_ADDRESS_END
#define DMA_WINDOWS	5

static uint64_t cache[DMA_WINDOWS][LARGEST];
static unsigned opens, closes, quiets, invalidations, settings;
static unsigned refuse_window;			/* open_window() of this number fails */
static struct host_bridge *bridge;
static struct pci_function device;

static void quiet(struct host_bridge *host)
{
	(void)host;
	quiets++;
	assert_int_equal(opens, 0);
}

static bool open_window(struct host_bridge *host, unsigned number, const struct dma_window *window)
{
	(void)host;
	opens++;
	memset(cache[number], 0, sizeof(cache[number]));
	if (window->kind == WINDOW_PAGED)
		memcpy(cache[number], arch_pointer(window->table), window->size / FRAME_SIZE * 8);
	return number != refuse_window;
}

static void close_window(struct host_bridge *host, unsigned number)
{
	(void)host;
	(void)number;
	closes++;
}

/* An entry is its address, with the permission in the bits below a page. */
static void set_entries(const struct dma_window *window, uint64_t index, uint64_t count, phys_addr address,
			enum dma_direction permission)
{
	uint64_t *table = arch_pointer(window->table);

	settings++;
	assert_true(index + count <= window->size / FRAME_SIZE);
	for (uint64_t i = 0; i < count; i++)
		table[index + i] = (address.value + i * FRAME_SIZE) | permission;
}

static void invalidate(struct host_bridge *host, bus_addr start, uint64_t size)
{
	invalidations++;
	for (unsigned n = 0; n < DMA_WINDOWS; n++) {
		const struct dma_window *window = &host->windows[n];
		const uint64_t *table;

		if (window->kind != WINDOW_PAGED || !window_contains(window, start, size))
			continue;
		table = arch_pointer(window->table);
		for (uint64_t i = 0; i < window_pages_touched(start.value, size); i++)
			cache[n][window_page(window, start) + i] = table[window_page(window, start) + i];
	}
}

static uint64_t table_size(uint64_t size)
{
	return size / FRAME_SIZE * 8;
}

static const struct host_bridge_ops ops = {
	.quiet = quiet, .open_window = open_window, .close_window = close_window, .set_entries = set_entries,
	.invalidate = invalidate, .table_size = table_size,
};

static const struct dma_window windows[DMA_WINDOWS] = {
	{ WINDOW_PAGED, { ISA_BASE }, ISA_PAGES * FRAME_SIZE, { 0 }, { 0 } },
	{ WINDOW_PAGED, { BASE }, PAGES * FRAME_SIZE, { 0 }, { 0 } },
	{ WINDOW_DIRECT, { 0x80000000 }, GIB, { 0 }, { 0 } },
	{ WINDOW_CLOSED, { 0 }, 0, { 0 }, { 0 } },
	{ WINDOW_MONSTER, { MONSTER }, 1ull << 35, { 0 }, { 0 } },
};

static const struct host_bridge_driver recording = {
	.compatible = "recording", .ops = &ops, .window_count = DMA_WINDOWS, .windows = windows, .paged_window = 1,
};
BRIDGE_DRIVER(recording);

static void attach(const char *compatible)
{
	host_platform.bridge_count = 1;
	host_platform.bridges[0] = (struct platform_bridge) { .compatible = compatible, .registers = { GIB << 12 } };
	assert_int_equal(bridge_attach(&host_platform, NULL), 1);
	bridge = bridge_get(0);
	device = (struct pci_function) { .host = bridge };
}

static void add_memory(uint64_t size)
{
	struct memory_range range = { { MEMORY }, size };

	host_add_memory(MEMORY, size);
	frames_init(&range, 1);
}

static int setup(void **state)
{
	host_setup(state);
	add_memory(2 * MIB);
	opens = closes = quiets = invalidations = settings = 0;
	refuse_window = ~0u;
	memset(cache, 0xff, sizeof(cache));
	attach("recording");
	return 0;
}

/* What lies behind a table looks like room. */
static int start(void **state)
{
	setup(state);
	assert_true(dma_start(bridge));
	memset((uint64_t *)arch_pointer(bridge->windows[1].table) + PAGES, 0, FRAME_SIZE - PAGES * 8);
	opens = 0;
	return 0;
}

static const uint64_t *table_of(unsigned number)
{
	return arch_pointer(bridge->windows[number].table);
}

/* The bridge knows what is in the tables. */
static void expect_coherent(void)
{
	for (unsigned n = 0; n < DMA_WINDOWS; n++)
		if (bridge->windows[n].kind == WINDOW_PAGED)
			assert_memory_equal(cache[n], table_of(n), bridge->windows[n].size / FRAME_SIZE * 8);
}

static unsigned entries_present(void)
{
	unsigned present = 0;

	for (unsigned i = 0; i < PAGES; i++)
		present += table_of(1)[i] != 0;
	return present;
}

static struct dma_map map(uint64_t memory, uint64_t size)
{
	struct dma_map made = dma_map(&device, (phys_addr) { memory }, size, DMA_DEVICE_BOTH);

	expect_coherent();
	return made;
}

static struct dma_map map_at(uint64_t address, uint64_t memory, uint64_t size)
{
	struct dma_map made = dma_map_at(&device, (bus_addr) { address }, (phys_addr) { memory }, size,
					 DMA_DEVICE_BOTH);

	expect_coherent();
	return made;
}

static void unmap(struct dma_map *made)
{
	dma_unmap(made);
	expect_coherent();
}

static void start_opens_the_standard_windows(void **state)
{
	(void)state;
	assert_true(dma_start(bridge));
	assert_int_equal(quiets, 1);
	assert_int_equal(opens, 4);
	expect_coherent();
	for (unsigned n = 0; n < DMA_WINDOWS; n++) {
		const struct dma_window *window = &bridge->windows[n];

		assert_int_equal(window->kind, windows[n].kind);
		assert_int_equal(window->base.value, windows[n].base.value);
		assert_int_equal(window->size, windows[n].size);
		if (window->kind != WINDOW_PAGED)
			continue;
		assert_true(frames_contain(window->table, table_size(window->size)));
		assert_int_equal(window->table.value % table_size(window->size), 0);
		assert_true(bridge_entries_absent(window, 0, window->size / FRAME_SIZE));
	}
	assert_true(bridge->windows[0].table.value != bridge->windows[1].table.value);
	assert_int_equal(dma_live(bridge), 0);
}

static void windows_that_the_bridge_does_not_have(void **state)
{
	struct dma_window window = windows[1];

	(void)state;
	assert_false(bridge_open_window(bridge, DMA_WINDOWS, &window));
	assert_false(bridge_open_window(bridge, ~0u, &window));
	assert_int_equal(opens, 0);
}

static void start_fails_without_memory(void **state)
{
	phys_addr most;

	(void)state;
	assert_true(frames_take(2 * MIB / FRAME_SIZE - 1, FRAME_SIZE, &most));
	assert_false(dma_start(bridge));		/* a table takes a frame, and there are two */
}

static void start_fails_when_the_bridge_refuses(void **state)
{
	(void)state;
	refuse_window = 2;
	assert_false(dma_start(bridge));
	assert_int_equal(bridge->windows[2].kind, WINDOW_CLOSED);
}

static const struct range_row {
	uint64_t memory, size;
	enum dma_status status;
	uint64_t pages;
} range_rows[] = {
	{ MEMORY, 0, DMA_BAD_RANGE, 0 },
	{ 0, 0, DMA_BAD_RANGE, 0 },
	{ MEMORY, UINT64_MAX, DMA_BAD_RANGE, 0 },
	{ UINT64_MAX, 2, DMA_BAD_RANGE, 0 },
	{ UINT64_MAX - FRAME_SIZE + 1, FRAME_SIZE + 1, DMA_BAD_RANGE, 0 },
	{ UINT64_MAX - FRAME_SIZE + 1, FRAME_SIZE, DMA_MAPPED, 1 },	/* ends at 2^64 */
	{ MEMORY, 1, DMA_MAPPED, 1 },
	{ MEMORY + 4095, 1, DMA_MAPPED, 1 },
	{ MEMORY, FRAME_SIZE, DMA_MAPPED, 1 },
	{ MEMORY + 1, FRAME_SIZE, DMA_MAPPED, 2 },
	{ MEMORY + FRAME_SIZE - 1, 2, DMA_MAPPED, 2 },
	{ MEMORY + FRAME_SIZE - 1, FRAME_SIZE + 2, DMA_MAPPED, 3 },
	{ MEMORY, PAGES * FRAME_SIZE, DMA_MAPPED, PAGES },
	{ MEMORY, PAGES * FRAME_SIZE + 1, DMA_NO_SPACE, 0 },
	{ MEMORY + 1, PAGES * FRAME_SIZE, DMA_NO_SPACE, 0 },
	{ 0, UINT64_MAX, DMA_NO_SPACE, 0 },
};

/* Every page that is touched is reachable, at the offset that it has, and no other page is. */
static void maps_what_is_asked_for(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(range_rows) / sizeof(range_rows[0]); i++) {
		const struct range_row *row = &range_rows[i];
		struct dma_map made = map(row->memory, row->size);
		uint64_t page;

		if (made.status != row->status || entries_present() != row->pages)
			fail_msg("row %u: status %u, %u pages", i, made.status, entries_present());
		assert_int_equal(dma_live(bridge), made.status == DMA_MAPPED);
		if (made.status != DMA_MAPPED)
			continue;
		assert_int_equal(made.address.value % FRAME_SIZE, row->memory % FRAME_SIZE);
		assert_true(window_contains(&bridge->windows[made.window], made.address, made.size));
		page = window_page(&bridge->windows[1], made.address);
		for (uint64_t p = 0; p < row->pages; p++)
			assert_int_equal(table_of(1)[page + p],
					 ((row->memory & -FRAME_SIZE) + p * FRAME_SIZE) | DMA_DEVICE_BOTH);
		unmap(&made);
		assert_int_equal(entries_present(), 0);
	}
}

static void permission_is_the_direction(void **state)
{
	static const enum dma_direction directions[] = { DMA_DEVICE_READS, DMA_DEVICE_WRITES, DMA_DEVICE_BOTH };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct dma_map made = dma_map(&device, (phys_addr) { MEMORY }, 1, directions[i]);

		assert_int_equal(table_of(1)[window_page(&bridge->windows[1], made.address)], MEMORY | directions[i]);
	}
}

static void unmap_is_done_once(void **state)
{
	struct dma_map first = map(MEMORY, 1), second = map(MEMORY, 3 * FRAME_SIZE);

	(void)state;
	assert_int_equal(dma_live(bridge), 2);
	unmap(&second);
	assert_int_equal(second.status, DMA_UNMAPPED);
	assert_int_equal(entries_present(), 1);
	assert_int_equal(dma_live(bridge), 1);
	invalidations = 0;
	unmap(&second);
	assert_int_equal(invalidations, 0);
	assert_int_equal(dma_live(bridge), 1);
	unmap(&first);
	assert_int_equal(entries_present(), 0);
	assert_int_equal(dma_live(bridge), 0);
}

static void unmap_leaves_failures_alone(void **state)
{
	struct dma_map bad = map(MEMORY, 0), large = map(MEMORY, (PAGES + 1) * FRAME_SIZE);

	(void)state;
	invalidations = 0;
	unmap(&bad);
	unmap(&large);
	assert_int_equal(bad.status, DMA_BAD_RANGE);
	assert_int_equal(large.status, DMA_NO_SPACE);
	assert_int_equal(invalidations, 0);
	assert_int_equal(dma_live(bridge), 0);
}

/* An address that was given back is the last one that is given out again. */
static void addresses_rest_for_a_whole_round(void **state)
{
	struct dma_map stays = map(MEMORY, 1);

	(void)state;
	assert_int_equal(stays.address.value, BASE);
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 1; i < PAGES; i++) {
			struct dma_map made = map(MEMORY, 1);

			assert_int_equal(made.status, DMA_MAPPED);
			assert_int_equal(made.address.value, BASE + i * FRAME_SIZE);
			unmap(&made);
		}
	}
}

static void a_run_does_not_wrap(void **state)
{
	struct dma_map most = map(MEMORY, (PAGES - 2) * FRAME_SIZE), three;

	(void)state;
	unmap(&most);
	three = map(MEMORY, 3 * FRAME_SIZE);
	assert_int_equal(three.status, DMA_MAPPED);
	assert_int_equal(three.address.value, BASE);
}

/* The only room there is lies across the cursor. */
static void room_before_the_cursor_counts(void **state)
{
	struct dma_map head = map(MEMORY, 10 * FRAME_SIZE), low = map(MEMORY, 10 * FRAME_SIZE);
	struct dma_map rest = map(MEMORY, (PAGES - 20) * FRAME_SIZE), small, run;

	(void)state;
	assert_int_equal(rest.status, DMA_MAPPED);
	unmap(&low);
	small = map(MEMORY, 5 * FRAME_SIZE);
	assert_int_equal(small.address.value, BASE + 10 * FRAME_SIZE);
	unmap(&small);
	run = map(MEMORY, 10 * FRAME_SIZE);
	assert_int_equal(run.status, DMA_MAPPED);
	assert_int_equal(run.address.value, BASE + 10 * FRAME_SIZE);
	assert_int_equal(head.status, DMA_MAPPED);
}

/* Those are for whoever asks for them, in a window that was opened over them later too. */
static void low_numbers_are_left_alone(void **state)
{
	struct dma_window low = { WINDOW_PAGED, { 0 }, LARGEST * FRAME_SIZE, { 0 }, { 0 } };
	struct dma_map made;

	(void)state;
	assert_true(frames_take(LARGEST * 8 / FRAME_SIZE, FRAME_SIZE, &low.table));
	memset(arch_pointer(low.table), 0, LARGEST * 8);
	assert_true(bridge_open_window(bridge, 1, &low));
	made = map(MEMORY, 1);
	assert_int_equal(made.address.value, FRAMES_BY_ADDRESS_END);
	made = map(MEMORY, LARGEST * FRAME_SIZE - FRAMES_BY_ADDRESS_END - FRAME_SIZE);
	assert_int_equal(made.status, DMA_MAPPED);
	assert_int_equal(map(MEMORY, 1).status, DMA_NO_SPACE);
	assert_int_equal(map_at(FRAMES_BY_ADDRESS_END - FRAME_SIZE, MEMORY, 1).status, DMA_MAPPED);
}

static void a_full_window_says_so(void **state)
{
	struct dma_map all[PAGES], none;

	(void)state;
	for (unsigned i = 0; i < PAGES; i++)
		all[i] = map(MEMORY + i * 128, 128);
	assert_int_equal(entries_present(), PAGES);
	invalidations = settings = 0;
	none = map(MEMORY, 1);
	assert_int_equal(none.status, DMA_NO_SPACE);
	assert_int_equal(invalidations + settings, 0);
	assert_int_equal(dma_live(bridge), PAGES);
	unmap(&all[17]);
	unmap(&all[19]);
	none = map(MEMORY, 2 * FRAME_SIZE);		/* two pages, but not side by side */
	assert_int_equal(none.status, DMA_NO_SPACE);
	none = map(MEMORY, 1);
	assert_int_equal(none.status, DMA_MAPPED);
	assert_int_equal(none.address.value, BASE + 17 * FRAME_SIZE);
}

static const struct at_row {
	uint64_t address, memory, size;
	enum dma_status status;
	unsigned window;
} at_rows[] = {
	{ BASE + 4096, MEMORY, 1, DMA_NO_WINDOW, 0 },			/* another offset in the page */
	{ BASE + 1, MEMORY, 1, DMA_NO_WINDOW, 0 },
	{ BASE - FRAME_SIZE, MEMORY, FRAME_SIZE, DMA_NO_WINDOW, 0 },
	{ BASE - FRAME_SIZE, MEMORY, 2 * FRAME_SIZE, DMA_NO_WINDOW, 0 },
	{ BASE + PAGES * FRAME_SIZE, MEMORY, 1, DMA_NO_WINDOW, 0 },
	{ BASE + (PAGES - 1) * FRAME_SIZE, MEMORY, FRAME_SIZE + 1, DMA_NO_WINDOW, 0 },
	{ 0x80000000, MEMORY, 1, DMA_NO_WINDOW, 0 },			/* the direct window */
	{ UINT64_MAX - FRAME_SIZE + 1, MEMORY, FRAME_SIZE, DMA_NO_WINDOW, 0 },
	{ BASE, MEMORY, 0, DMA_BAD_RANGE, 0 },
	{ BASE, UINT64_MAX - FRAME_SIZE + 1, FRAME_SIZE + 1, DMA_BAD_RANGE, 0 },
	{ BASE, MEMORY, 1, DMA_MAPPED, 1 },
	{ BASE + (PAGES - 1) * FRAME_SIZE + 8, MEMORY + 8, FRAME_SIZE - 8, DMA_MAPPED, 1 },
	{ ISA_BASE + 4 * FRAME_SIZE, MEMORY, 1, DMA_MAPPED, 0 },
	{ BASE, MEMORY, PAGES * FRAME_SIZE, DMA_MAPPED, 1 },
};

static void maps_at_an_address(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(at_rows) / sizeof(at_rows[0]); i++) {
		const struct at_row *row = &at_rows[i];
		struct dma_map made = map_at(row->address, row->memory, row->size);

		if (made.status != row->status)
			fail_msg("row %u: status %u", i, made.status);
		if (made.status != DMA_MAPPED)
			continue;
		assert_int_equal(made.address.value, row->address);
		assert_int_equal(made.window, row->window);
		unmap(&made);
		assert_int_equal(entries_present(), 0);
	}
	assert_int_equal(dma_live(bridge), 0);
}

static void maps_at_an_address_do_not_collide(void **state)
{
	static const struct { unsigned page, count; bool free; } rows[] = {
		{ 10, 1, false }, { 11, 1, false }, { 12, 1, false }, { 9, 2, false }, { 12, 2, false },
		{ 8, 8, false }, { 9, 1, true }, { 13, 1, true },
	};
	struct dma_map there = map_at(BASE + 10 * FRAME_SIZE, MEMORY, 3 * FRAME_SIZE);
	uint64_t before[PAGES];

	(void)state;
	assert_int_equal(there.status, DMA_MAPPED);
	memcpy(before, table_of(1), sizeof(before));
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dma_map made = map_at(BASE + rows[i].page * FRAME_SIZE, MEMORY + MIB,
					     rows[i].count * FRAME_SIZE);

		if (made.status != (rows[i].free ? DMA_MAPPED : DMA_NO_SPACE))
			fail_msg("row %u: status %u", i, made.status);
		unmap(&made);
		assert_memory_equal(before, table_of(1), sizeof(before));
	}
	assert_int_equal(dma_live(bridge), 1);
}

static void maps_anywhere_pass_over_maps_at(void **state)
{
	struct dma_map there = map_at(BASE + FRAME_SIZE, MEMORY, 1), made;

	(void)state;
	assert_int_equal(there.status, DMA_MAPPED);
	made = map(MEMORY, 2 * FRAME_SIZE);
	assert_int_equal(made.address.value, BASE + 2 * FRAME_SIZE);
}

/* Direct and monster windows have no entries: nothing is written, whatever is mapped or unmapped. */
static void straight_windows_need_no_entries(void **state)
{
	static const struct {
		enum dma_placement placement;
		uint64_t memory, size, address;
		unsigned window;
	} rows[] = {
		{ DMA_DIRECT, 0, GIB, 0x80000000, 2 },
		{ DMA_DIRECT, MEMORY + 5, 3, 0x80000000 + MEMORY + 5, 2 },
		{ DMA_DIRECT, GIB - 1, 1, 0xbfffffff, 2 },
		{ DMA_DIRECT, GIB - 1, 2, 0, 0 },
		{ DMA_DIRECT, GIB, 1, 0, 0 },
		{ DMA_MONSTER, GIB, GIB, MONSTER + GIB, 4 },
		{ DMA_MONSTER, (1ull << 35) - 1, 1, MONSTER + (1ull << 35) - 1, 4 },
		{ DMA_MONSTER, (1ull << 35) - 1, 2, 0, 0 },
		{ DMA_AT, MEMORY, 1, 0, 0 },
	};

	(void)state;
	invalidations = settings = 0;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dma_map made = dma_map_through(&device, (phys_addr) { rows[i].memory }, rows[i].size,
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
	assert_int_equal(invalidations + settings, 0);
	assert_int_equal(dma_live(bridge), 0);
}

static void closed_windows_reach_nothing(void **state)
{
	static const enum dma_placement placements[] = { DMA_ANYWHERE, DMA_DIRECT, DMA_MONSTER };

	(void)state;
	for (unsigned n = 0; n < DMA_WINDOWS; n++)
		bridge_close_window(bridge, n);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(dma_map_through(&device, (phys_addr) { MEMORY }, 1, DMA_DEVICE_BOTH,
						 placements[i]).status, DMA_NO_WINDOW);
	assert_int_equal(map_at(BASE, MEMORY, 1).status, DMA_NO_WINDOW);
}

static void remap_leads_elsewhere(void **state)
{
	struct dma_map made = map(MEMORY + 100, FRAME_SIZE);
	uint64_t address = made.address.value;

	(void)state;
	dma_remap(&made, (phys_addr) { MEMORY + MIB + 100 }, DMA_DEVICE_READS);
	expect_coherent();
	assert_int_equal(made.status, DMA_MAPPED);
	assert_int_equal(made.address.value, address);
	assert_int_equal(made.memory.value, MEMORY + MIB + 100);
	assert_int_equal(table_of(1)[0], (MEMORY + MIB) | DMA_DEVICE_READS);
	assert_int_equal(table_of(1)[1], (MEMORY + MIB + FRAME_SIZE) | DMA_DEVICE_READS);
	assert_int_equal(entries_present(), 2);
	assert_int_equal(dma_live(bridge), 1);
	dma_remap(&made, (phys_addr) { MEMORY }, DMA_DEVICE_READS);	/* another offset: no such map */
	expect_coherent();
	assert_int_equal(made.status, DMA_NO_WINDOW);
	assert_int_equal(entries_present(), 0);
	assert_int_equal(dma_live(bridge), 0);
}

static void unmap_all_takes_everything_away(void **state)
{
	struct dma_map first = map(MEMORY, 5 * FRAME_SIZE), second = map_at(ISA_BASE, MEMORY, 1);

	(void)state;
	assert_int_equal(first.status + second.status, 2 * DMA_MAPPED);
	assert_int_equal(dma_live(bridge), 2);
	dma_unmap_all(bridge);
	expect_coherent();
	assert_int_equal(entries_present(), 0);
	assert_true(bridge_entries_absent(&bridge->windows[0], 0, ISA_PAGES));
	assert_int_equal(dma_live(bridge), 0);
	assert_int_equal(map_at(ISA_BASE, MEMORY, 1).status, DMA_MAPPED);
}

static void restore_leaves_good_windows_alone(void **state)
{
	(void)state;
	dma_restore(bridge);
	assert_int_equal(opens + closes + invalidations, 0);
}

static void restore_undoes_each_change(void **state)
{
	struct dma_window standard[DMA_WINDOWS], moved;
	phys_addr table;

	(void)state;
	memcpy(standard, bridge->windows, sizeof(standard));
	assert_true(frames_take(1, FRAME_SIZE, &table));
	moved = standard[1];
	moved.table = table;
	assert_true(bridge_open_window(bridge, 1, &moved));
	moved = standard[2];
	moved.base.value = 0xc0000000;
	assert_true(bridge_open_window(bridge, 2, &moved));
	assert_true(bridge_open_window(bridge, 3, &moved));
	bridge_close_window(bridge, 4);
	opens = closes = 0;
	dma_restore(bridge);
	assert_memory_equal(standard, bridge->windows, sizeof(standard));
	assert_int_equal(opens, 3);
	assert_int_equal(closes, 1);
	expect_coherent();
	dma_restore(bridge);
	assert_int_equal(opens + closes, 4);
}

/* What is not the table of the map's own window must stay as it is, and the page must not stay mapped for ever. */
static void unmap_under_a_closed_window(void **state)
{
	static const uint64_t zero[PAGES];
	struct dma_map made = map(MEMORY, 1);
	const uint8_t *bytes;

	(void)state;
	host_add_memory(0, 2 * MIB);
	bytes = arch_pointer((phys_addr) { 0 });
	bridge_close_window(bridge, 1);
	dma_unmap(&made);
	for (unsigned i = 0; i < 2 * MIB; i++)
		if (bytes[i] != 0xa5)
			fail_msg("physical %#x was written to", i);
	dma_restore(bridge);
	if (dma_live(bridge) > 0)
		dma_unmap_all(bridge);
	assert_memory_equal(table_of(1), zero, sizeof(zero));
}

static uint64_t storage[0x10000 / 8];

static uint64_t read_storage(void *context, const struct host_access *access)
{
	(void)context;
	return storage[access->offset / 8];
}

static void write_storage(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	storage[access->offset / 8] = value;
}

/* What a page's entry must be, by the chip's manual, in the CPU's byte order of the host. */
static uint64_t typhoon_entry(uint64_t page)
{
	return page >> 12 | 1;
}

static uint64_t sabre_entry(uint64_t page)
{
	return __builtin_bswap64(1ull << 63 | page | 0x12);
}

static void through_a_real_bridge(const char *compatible, uint64_t (*entry)(uint64_t page))
{
	static const struct host_device registers = { GIB << 12, sizeof(storage), read_storage, write_storage, NULL };
	const struct dma_window *window;
	struct dma_map made, at;
	const uint64_t *table;
	uint64_t page;

	host_reset();
	host_add_device(&registers);
	add_memory(4 * MIB);
	attach(compatible);
	assert_true(dma_start(bridge));
	made = dma_map(&device, (phys_addr) { MEMORY + 8000 }, 2 * FRAME_SIZE, DMA_DEVICE_BOTH);
	assert_int_equal(made.status, DMA_MAPPED);
	assert_true(made.address.value >= FRAMES_BY_ADDRESS_END);	/* what is below is the decoys' */
	window = &bridge->windows[made.window];
	table = arch_pointer(window->table);
	page = window_page(window, made.address);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(table[page + i], entry(MEMORY + i * FRAME_SIZE));
	assert_int_equal(table[page + 3], 0);
	at = dma_map_at(&device, (bus_addr) { 0xc00000 }, (phys_addr) { MEMORY }, FRAME_SIZE, DMA_DEVICE_BOTH);
	assert_int_equal(at.status, DMA_MAPPED);
	assert_int_equal(at.window, bridge->driver->decoy_window);
	assert_int_equal(dma_map_at(&device, at.address, at.memory, 1, DMA_DEVICE_READS).status, DMA_NO_SPACE);
	dma_unmap(&made);
	assert_true(bridge_entries_absent(window, page, 3));
	dma_unmap(&at);
	window = &bridge->windows[at.window];
	assert_true(bridge_entries_absent(window, 0, window->size / FRAME_SIZE));
}

static void through_the_real_bridges(void **state)
{
	(void)state;
	through_a_real_bridge("typhoon", typhoon_entry);
	through_a_real_bridge("sabre", sabre_entry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(start_opens_the_standard_windows, setup),
		cmocka_unit_test_setup(windows_that_the_bridge_does_not_have, start),
		cmocka_unit_test_setup(start_fails_without_memory, setup),
		cmocka_unit_test_setup(start_fails_when_the_bridge_refuses, setup),
		cmocka_unit_test_setup(maps_what_is_asked_for, start),
		cmocka_unit_test_setup(permission_is_the_direction, start),
		cmocka_unit_test_setup(unmap_is_done_once, start),
		cmocka_unit_test_setup(unmap_leaves_failures_alone, start),
		cmocka_unit_test_setup(addresses_rest_for_a_whole_round, start),
		cmocka_unit_test_setup(a_run_does_not_wrap, start),
		cmocka_unit_test_setup(room_before_the_cursor_counts, start),
		cmocka_unit_test_setup(low_numbers_are_left_alone, start),
		cmocka_unit_test_setup(a_full_window_says_so, start),
		cmocka_unit_test_setup(maps_at_an_address, start),
		cmocka_unit_test_setup(maps_at_an_address_do_not_collide, start),
		cmocka_unit_test_setup(maps_anywhere_pass_over_maps_at, start),
		cmocka_unit_test_setup(straight_windows_need_no_entries, start),
		cmocka_unit_test_setup(closed_windows_reach_nothing, start),
		cmocka_unit_test_setup(remap_leads_elsewhere, start),
		cmocka_unit_test_setup(unmap_all_takes_everything_away, start),
		cmocka_unit_test_setup(restore_leaves_good_windows_alone, start),
		cmocka_unit_test_setup(restore_undoes_each_change, start),
		cmocka_unit_test_setup(unmap_under_a_closed_window, start),
		cmocka_unit_test(through_the_real_bridges),
	};

	return cmocka_run_group_tests_name("dma", tests, NULL, host_teardown);
}
