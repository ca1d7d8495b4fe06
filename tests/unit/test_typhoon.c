/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/bridges.list tests/unit/bridge_case.c */
/*
 * The Typhoon Pchip as a sequence of register accesses: see bridge_case.h.
 */
#include <string.h>

#include "drivers/iommu/table.h"
#include "drivers/iommu/typhoon.h"
#include "tests/unit/bridge_case.h"

static void typhoon_entries(void **state)
{
	static const struct { uint64_t address; uint8_t bytes[8]; } rows[] = {
		{ 0x0, { 0x01 } },
		{ 0x2000, { 0x03 } },				/* <13> in <1> */
		{ 0x1000000, { 0x01, 0x10 } },			/* address >> 12 | 1 */
		{ 0x400000000, { 0x01, 0x00, 0x40 } },		/* <34> in <22> */
		{ 0x7ffffe000, { 0xff, 0xff, 0x7f } },
	};
	struct dma_window window = case_paged(0x40000000, 512 * MIB);

	(void)state;
	assert_true(domain_open_window(case_domain, 0, &window));
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		case_expect_mapped(7, 1, rows[i].address, DMA_DEVICE_BOTH, &rows[i].bytes);
}

static void typhoon_entries_in_a_row(void **state)
{
	static const uint8_t bytes[3][8] = { { 0xfd, 0x10 }, { 0xff, 0x10 }, { 0x01, 0x11 } };
	struct dma_window window = case_paged(0x40000000, 512 * MIB);

	(void)state;
	assert_true(domain_open_window(case_domain, 0, &window));
	case_expect_mapped(1, 3, 0x10fc000, DMA_DEVICE_READS, bytes);
	assert_false(table_absent(&window, 0, 2));
	assert_false(table_absent(&window, 3, 1));
	assert_true(table_absent(&window, 4, 10));
	assert_true(table_absent(&window, 0, 1));
	assert_true(table_absent(&window, 2, 0));
	table_clear(&window, 2, 1);
	case_expect_entry(1, bytes[0]);
	case_expect_entry(2, case_absent);
	case_expect_entry(3, bytes[2]);
}

static void typhoon_opens_closed_first_enabled_last(void **state)
{
	struct dma_window isa = case_paged(0x00800000, 8 * MIB);
	struct dma_window large = case_direct(0x80000000, 2 * GIB, 0);
	struct dma_window moved = case_direct(0x20000000, MIB, 0x7fff00000);
	struct dma_window last = case_paged(0xfff00000, MIB);

	(void)state;
	assert_true(domain_open_window(case_domain, 0, &isa));
	case_expect_read_back();
	CASE_WRITES({ true, 0x000, 0 }, { true, 0x100, 0x00700000 }, { true, 0x200, CASE_MEMORY },
		      { true, 0x000, 0x00800003 }, { true, 0x4c0, 0 });
	assert_true(domain_open_window(case_domain, 2, &large));
	case_expect_read_back();
	CASE_WRITES({ true, 0x080, 0 }, { true, 0x180, 0x7ff00000 }, { true, 0x280, 0 },
		      { true, 0x080, 0x80000001 }, { true, 0x4c0, 0 });
	assert_true(domain_open_window(case_domain, 1, &moved));
	CASE_WRITES({ true, 0x040, 0 }, { true, 0x140, 0 }, { true, 0x240, 0x7fff00000 },
		      { true, 0x040, 0x20000001 }, { true, 0x4c0, 0 });
	assert_true(domain_open_window(case_domain, 3, &last));
	CASE_WRITES({ true, 0x0c0, 0 }, { true, 0x1c0, 0 }, { true, 0x2c0, CASE_MEMORY }, { true, 0x0c0, 0xfff00003 },
		      { true, 0x4c0, 0 });
	assert_memory_equal(&case_domain->windows[2], &large, sizeof(large));
	assert_memory_equal(&case_domain->windows[3], &last, sizeof(last));
}

static void typhoon_closes(void **state)
{
	struct dma_window window = case_paged(0x40000000, 512 * MIB);

	(void)state;
	assert_true(domain_open_window(case_domain, 1, &window));
	case_event_count = 0;
	domain_close_window(case_domain, 1);
	case_expect_read_back();
	CASE_WRITES({ true, 0x040, 0 }, { true, 0x4c0, 0 });
	assert_int_equal(case_domain->windows[1].kind, WINDOW_CLOSED);
}

static void typhoon_refuses(void **state)
{
	struct dma_window misplaced = case_paged(0x40000000, 8 * MIB);
	struct dma_window monster = { WINDOW_MONSTER, { 1ull << 40 }, 1ull << 35, { 0 }, { 0 } };

	(void)state;
	case_expect_refused(0, case_paged(0x40000000, MIB / 2));
	case_expect_refused(0, case_paged(0, 4 * GIB));
	case_expect_refused(0, case_paged(0x40000000, 3 * MIB));
	case_expect_refused(0, case_paged(0x40100000, 2 * MIB));
	case_expect_refused(0, case_paged(0x40000000, 0));
	case_expect_refused(0, case_paged(1ull << 32, MIB));
	case_expect_refused(0, case_direct(1ull << 40, MIB, 0));
	case_expect_refused(0, case_direct(0x40000000, 2 * MIB, MIB));
	case_expect_refused(0, (struct dma_window) { .kind = WINDOW_CLOSED });
	case_expect_refused(3, case_direct(0x40000000, MIB, 0));			/* WSBA3<SG> is fixed at one */
	case_expect_refused(4, case_direct(0x40000000, MIB, 0));
	case_expect_refused(4, case_paged(0x40000000, MIB));
	case_expect_refused(5, case_direct(0x40000000, MIB, 0));
	case_expect_refused(~0u, case_direct(0x40000000, MIB, 0));
	misplaced.table.value += 4096;					/* 8 KiB of table */
	case_expect_refused(0, misplaced);
	case_expect_refused(0, monster);
	monster.target.value = 1ull << 35;
	case_expect_refused(4, monster);
	monster = (struct dma_window) { WINDOW_MONSTER, { 1ull << 41 }, 1ull << 35, { 0 }, { 0 } };
	case_expect_refused(4, monster);
	monster = (struct dma_window) { WINDOW_MONSTER, { 1ull << 40 }, 1ull << 34, { 0 }, { 0 } };
	case_expect_refused(4, monster);
}

/* What TBA cannot hold would lead somewhere else. */
static void typhoon_refuses_targets_past_32_gib(void **state)
{
	(void)state;
	case_expect_refused(0, case_direct(0x40000000, MIB, 1ull << 35));
	case_expect_refused(0, case_direct(0x40000000, MIB, UINT64_MAX - MIB + 1));
}

/* Base, mask and target of the monster window are fixed; the rest of PCTL is the board's. */
static void typhoon_monster_window(void **state)
{
	struct dma_window monster = { WINDOW_MONSTER, { 1ull << 40 }, 1ull << 35, { 0 }, { 0 } };
	uint64_t board = 0x5a5a5a5a5a5a5a3aull;

	(void)state;
	case_registers[0x300 / 8] = board;
	assert_true(domain_open_window(case_domain, 4, &monster));
	case_expect_last_read(0x300);
	case_expect_writes(&(struct case_event) { true, 0x300, board | 0x40 }, 1);
	domain_close_window(case_domain, 4);
	case_expect_last_read(0x300);
	case_expect_writes(&(struct case_event) { true, 0x300, board }, 1);
}

static void typhoon_quiet(void **state)
{
	(void)state;
	case_registers[0x300 / 8] = 0x00c0ffee00000760ull;
	case_registers[0x3c0 / 8] = 0x0000000000000011ull;
	for (unsigned n = 0; n < 4; n++)
		case_registers[n * 8] = 0x40000003;
	case_ops()->quiet(case_domain);
	for (unsigned n = 0; n < 4; n++)
		assert_int_equal(case_register(n * 0x40), 0);
	assert_int_equal(case_register(0x300), 0x00c0ffee00000760ull & ~0x60ull);	/* <44> stays */
	assert_int_equal(case_register(0x3c0), 0);
	assert_int_equal(case_register(0x400), 0xcff);
	for (unsigned i = 0; i < case_event_count; i++)
		if (case_events[i].write && case_events[i].reg == 0x400)
			assert_int_equal(case_events[i - 1].reg, 0x3c0);
}

static void typhoon_quiet_has_entries_verified(void **state)
{
	(void)state;
	case_ops()->quiet(case_domain);
	assert_int_equal(case_register(0x300), 0x100000000000ull);
}

/* As the console firmware left them: closed while they change, each window enabled last, cached entries forgotten. */
static void typhoon_puts_registers_back(void **state)
{
	struct typhoon_registers kept;

	(void)state;
	for (unsigned n = 0; n < 4; n++) {
		case_registers[n * 8] = 0x40000003 + (n << 20);
		case_registers[0x100 / 8 + n * 8] = 0x00100000ull << n;
		case_registers[0x200 / 8 + n * 8] = 0x00200000ull << n;
	}
	case_registers[0x300 / 8] = 0x60;
	typhoon_save(case_domain, &kept);
	case_expect_writes(NULL, 0);
	case_ops()->quiet(case_domain);
	case_event_count = 0;
	typhoon_load(case_domain, &kept);
	case_expect_read_back();
	CASE_WRITES({ true, 0x000, 0 }, { true, 0x040, 0 }, { true, 0x080, 0 }, { true, 0x0c0, 0 },
		      { true, 0x300, 0x60 },
		      { true, 0x100, 0x100000 }, { true, 0x200, 0x200000 }, { true, 0x000, 0x40000003 },
		      { true, 0x140, 0x200000 }, { true, 0x240, 0x400000 }, { true, 0x040, 0x40100003 },
		      { true, 0x180, 0x400000 }, { true, 0x280, 0x800000 }, { true, 0x080, 0x40200003 },
		      { true, 0x1c0, 0x800000 }, { true, 0x2c0, 0x1000000 }, { true, 0x0c0, 0x40300003 },
		      { true, 0x4c0, 0 });
}

/* Whatever busproof has done in between; and what it never quieted it does not touch. */
static void typhoon_is_the_consoles_again(void **state)
{
	static uint64_t before[0x500 / 8];

	(void)state;
	case_registers[0x300 / 8] = 0x60;
	case_registers[0x400 / 8] = 0x123;
	case_registers[0x000 / 8] = 0x40000003;
	case_registers[0x100 / 8] = 0x00700000;
	case_registers[0x200 / 8] = 0x00800000;
	memcpy(before, case_registers, sizeof(before));
	case_ops()->quiet(case_domain);
	assert_memory_not_equal(before, case_registers, sizeof(before));
	for (unsigned n = 0; n < 4; n++)
		case_registers[n * 8] = 3;
	domain_restore();
	assert_memory_equal(before, case_registers, sizeof(before));
}

/*
 * PERRMASK decides what the Pchip checks at all, parity too, and so each bit is the console's again, also those that
 * have no name: of each hose, which has its own. An error that is still there would interrupt the console as soon as
 * its mask lets it, and so PERROR is cleared before.
 */
static void typhoon_puts_its_mask_of_errors_back(void **state)
{
	static const uint64_t masks[] = { 0x000, 0xfff, 0xdeadbeef00000a5a };	/* of hoses 1 to 3 */
	unsigned cleared, restored;

	(void)state;
	for (unsigned i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		case_typhoon(NULL);
		host_platform.nodes[0].number = 1 + i;
		case_registers[0x400 / 8] = masks[i];
		case_ops()->quiet(case_domain);
		assert_int_equal(case_register(0x400), 0xcff);
		case_registers[0x400 / 8] = 0;
		case_registers[0x3c0 / 8] = 0x410;
		case_event_count = 0;
		domain_restore();
		assert_int_equal(case_register(0x400), masks[i]);
		assert_int_equal(case_register(0x3c0), 0);
		cleared = restored = ~0u;
		for (unsigned n = 0; n < case_event_count; n++) {
			if (case_events[n].write && case_events[n].reg == 0x3c0)
				cleared = n;
			if (case_events[n].write && case_events[n].reg == 0x400)
				restored = n;
		}
		assert_true(cleared < restored && restored < case_event_count);
	}
}

/* Only the first time are they the console's. */
static void typhoon_keeps_what_the_console_left(void **state)
{
	const struct typhoon_registers *console;
	struct typhoon_registers first;

	(void)state;
	case_ops()->quiet(case_domain);
	console = typhoon_console(case_domain);
	assert_non_null(console);
	first = *console;
	case_registers[0] = first.wsba[0] ^ 0x123;
	case_ops()->quiet(case_domain);
	assert_ptr_equal(typhoon_console(case_domain), console);
	assert_memory_equal(console, &first, sizeof(first));
}

static const struct invalidate_row {
	uint64_t start, size;
	unsigned reg;
	uint64_t value;
} typhoon_rows[] = {
	{ 0x40000000, 1, 0x480, 0x40000 },
	{ 0x4000ffff, 1, 0x480, 0x40000 },
	{ 0x40000000, 0x10000, 0x480, 0x40000 },
	{ 0x40010000, 0x2000, 0x480, 0x40010 },
	{ 0x0080e000, 0x2000, 0x480, 0x00800 },
	{ 0xffff0000, 0x10000, 0x480, 0xffff0 },
	{ 0x40000000, 0x10001, 0x4c0, 0 },
	{ 0x4000ffff, 2, 0x4c0, 0 },
	{ 0x40002000, 0x10000, 0x4c0, 0 },
	{ 0x40000000, 512 * MIB, 0x4c0, 0 },
	{ 0x40000000, (1ull << 32) + 1, 0x4c0, 0 },	/* the low halves of first and last are of one block */
};

static void typhoon_invalidates(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(typhoon_rows) / sizeof(typhoon_rows[0]); i++) {
		const struct invalidate_row *row = &typhoon_rows[i];

		case_ops()->invalidate(case_domain, (bus_addr) { row->start }, row->size);
		case_expect_read_back();
		case_expect_writes(&(struct case_event) { true, row->reg, row->value }, 1);
	}
}

static const struct fault_row {
	uint64_t value;
	const char *text;
	uint64_t cleared;
} typhoon_faults[] = {
	/* invalid entry at 0x40002000 (<47:18> = address <31:2>), command 6 */
	{ 0x0060400020000010ull, "PERROR 0060400020000010: SGE at 40002000, command 6", 0x010 },
	/* the same through the monster window, which is 2 or 3 in <17:16> */
	{ 0x0060400020020010ull, "SGE at 40002000, command 6", 0x010 },
	{ 0x00fffffffffc0041ull & ~(1ull << 51), "LOST TA at fffffffc, command f", 0x041 },
	{ 0x0008000000000c00ull, "PERROR 0008000000000c00: UECC CRE", 0xc00 },
	{ 0x0008000000000fffull, "LOST SERR PERR DCRTO SGE APE TA RDPE NDS bit 9 UECC CRE", 0xfff },
};

static void typhoon_faults_are_told_and_cleared(void **state)
{
	struct domain_fault fault;

	(void)state;
	case_registers[0x3c0 / 8] = 0xfffffffffffff000ull;		/* no error bit: the rest means nothing */
	assert_false(case_ops()->fault(case_domain, &fault));
	case_expect_writes(NULL, 0);
	for (unsigned i = 0; i < sizeof(typhoon_faults) / sizeof(typhoon_faults[0]); i++) {
		const struct fault_row *row = &typhoon_faults[i];

		case_registers[0x3c0 / 8] = row->value;
		case_event_count = 0;
		assert_true(case_ops()->fault(case_domain, &fault));
		if (!strstr(fault.text, row->text))
			fail_msg("\"%s\" does not say \"%s\"", fault.text, row->text);
		assert_int_equal(strstr(fault.text, " at ") != NULL, strstr(row->text, " at ") != NULL);
		case_expect_writes(&(struct case_event) { true, 0x3c0, row->cleared }, 1);
		assert_false(case_ops()->fault(case_domain, &fault));
	}
}

static void typhoon_table_sizes(void **state)
{
	(void)state;
	assert_int_equal(case_ops()->table_size(MIB), 1024);
	assert_int_equal(case_ops()->table_size(8 * MIB), 8192);
	assert_int_equal(case_ops()->table_size(2 * GIB), 2 * MIB);
}

/* Cchip DRIR bits 8 to 11 are slot 1's INTA to INTD. */
static void typhoon_interrupt_lines(void **state)
{
	const struct host_bridge *host = host_get(0);

	(void)state;
	assert_int_equal(host->driver->intx_line(host, 1, 1), 8);
	assert_int_equal(host->driver->intx_line(host, 1, 4), 11);
	assert_int_equal(host->driver->intx_line(host, 6, 1), 28);
	assert_int_equal(host->driver->intx_line(host, 11, 4), 51);
	assert_int_equal(host->driver->intx_line(host, 13, 1), 56);	/* 55 and up are no PCI lines */
	assert_int_equal(host->driver->intx_line(host, 31, 4), 131);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* Before any other has quieted it: what it finds the first time is the console's. */
		cmocka_unit_test_setup(typhoon_is_the_consoles_again, case_typhoon),
		cmocka_unit_test_setup(typhoon_entries, case_typhoon),
		cmocka_unit_test_setup(typhoon_entries_in_a_row, case_typhoon),
		cmocka_unit_test_setup(typhoon_opens_closed_first_enabled_last, case_typhoon),
		cmocka_unit_test_setup(typhoon_closes, case_typhoon),
		cmocka_unit_test_setup(typhoon_refuses, case_typhoon),
		cmocka_unit_test_setup(typhoon_refuses_targets_past_32_gib, case_typhoon),
		cmocka_unit_test_setup(typhoon_monster_window, case_typhoon),
		cmocka_unit_test_setup(typhoon_quiet, case_typhoon),
		cmocka_unit_test_setup(typhoon_quiet_has_entries_verified, case_typhoon),
		cmocka_unit_test_setup(typhoon_puts_registers_back, case_typhoon),
		cmocka_unit_test_setup(typhoon_puts_its_mask_of_errors_back, case_typhoon),
		cmocka_unit_test_setup(typhoon_keeps_what_the_console_left, case_typhoon),
		cmocka_unit_test_setup(typhoon_invalidates, case_typhoon),
		cmocka_unit_test_setup(typhoon_faults_are_told_and_cleared, case_typhoon),
		cmocka_unit_test_setup(typhoon_table_sizes, case_typhoon),
		cmocka_unit_test_setup(typhoon_interrupt_lines, case_typhoon),
	};

	return cmocka_run_group_tests_name("typhoon", tests, NULL, NULL);
}
