/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/bridges.list tests/unit/bridge_case.c */
/*
 * Sabre's IOMMU as a sequence of register accesses: see bridge_case.h.
 */
#include <string.h>

#include "tests/unit/bridge_case.h"

static void sabre_entries(void **state)
{
	static const struct { uint64_t address; enum dma_direction permission; uint8_t bytes[8]; } rows[] = {
		{ 0x0, DMA_DEVICE_READS, { 0x80, 0, 0, 0, 0, 0, 0, 0x10 } },		/* V <63>, C <4> */
		{ 0x0, DMA_DEVICE_WRITES, { 0x80, 0, 0, 0, 0, 0, 0, 0x12 } },		/* W <1> */
		{ 0x0, DMA_DEVICE_BOTH, { 0x80, 0, 0, 0, 0, 0, 0, 0x12 } },
		{ 0x2000, DMA_DEVICE_READS, { 0x80, 0, 0, 0, 0, 0, 0x20, 0x10 } },
		{ 0x123456000, DMA_DEVICE_BOTH, { 0x80, 0, 0, 0x01, 0x23, 0x45, 0x60, 0x12 } },
		{ 0x1ffffffe000, DMA_DEVICE_BOTH, { 0x80, 0, 0x01, 0xff, 0xff, 0xff, 0xe0, 0x12 } },
	};
	struct dma_window window = case_paged(0, 512 * MIB);

	(void)state;
	assert_true(domain_open_window(case_domain, 0, &window));
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		case_expect_mapped(7, 1, rows[i].address, rows[i].permission, &rows[i].bytes);
}

static void sabre_entries_in_a_row(void **state)
{
	static const uint8_t bytes[3][8] = {
		{ 0x80, 0, 0, 0, 0x01, 0x0f, 0xc0, 0x10 }, { 0x80, 0, 0, 0, 0x01, 0x0f, 0xe0, 0x10 },
		{ 0x80, 0, 0, 0, 0x01, 0x10, 0x00, 0x10 },
	};
	struct dma_window window = case_paged(0, 512 * MIB);

	(void)state;
	assert_true(domain_open_window(case_domain, 0, &window));
	case_expect_mapped(1, 3, 0x10fc000, DMA_DEVICE_READS, bytes);
}

/* Position of the nth write (0 is the first) to a register among the events, or -1. */
static int write_of(unsigned offset, unsigned nth)
{
	for (unsigned i = 0; i < case_event_count; i++)
		if (case_events[i].write && case_events[i].reg == offset && nth-- == 0)
			return (int)i;
	return -1;
}

static void expect_all_tags_cleared(void)
{
	for (unsigned n = 0; n < 16; n++) {
		assert_true(write_of(0xa580 + 8 * n, 0) >= 0);
		assert_true(write_of(0xa600 + 8 * n, 0) >= 0);
		assert_int_equal(case_register(0xa580 + 8 * n), 0);
		assert_int_equal(case_register(0xa600 + 8 * n), 0);
	}
}

/* Nothing is sent to the IOMMU and nothing translated while table and size change; translation is on before the target
 * address space is. The diagnostics registers work with IOMMU_CTL<1> only, and that is off in the end. */
static void sabre_opens_closed_first_enabled_last(void **state)
{
	struct dma_window window = case_paged(0xc0000000, 512 * MIB);
	uint64_t spaces = 0, control;

	(void)state;
	/* On, 64 KiB, n = 7, LCKEN: somebody else's. */
	case_registers[0x200 / 8] = control = 0x0000000000870005ull;
	case_registers[0x2028 / 8] = spaces = 0x40;
	assert_true(domain_open_window(case_domain, 0, &window));
	case_expect_read_back();
	for (unsigned i = 0; i < case_event_count; i++) {
		const struct case_event *event = &case_events[i];

		if (!event->write)
			continue;
		if (event->reg == 0x208 || event->reg >= 0xa580) {
			assert_int_equal(spaces, 0);
			assert_int_equal(control & 1, 0);
		}
		if (event->reg >= 0xa580)
			assert_int_equal(control & 2, 2);
		if (event->reg == 0x200 && (event->value ^ control) & 0x70004)
			assert_int_equal(spaces, 0);
		if (event->reg == 0x2028 && event->value) {
			assert_int_equal(event->value, 0x40);
			assert_int_equal(control, 0x60001);
		}
		if (event->reg == 0x200)
			control = event->value;
		if (event->reg == 0x2028)
			spaces = event->value;
	}
	expect_all_tags_cleared();
	assert_int_equal(case_register(0x200), 0x60001);
	assert_int_equal(case_register(0x208), CASE_MEMORY);
	assert_int_equal(case_register(0x2028), 0x40);
	assert_memory_equal(&case_domain->windows[0], &window, sizeof(window));
}

/* 1024 << n entries of 8 KiB; a bit of PCI_TAS for every 512 MiB that is touched. */
static void sabre_sizes(void **state)
{
	static const struct { uint64_t base, size; unsigned n; uint64_t spaces; } rows[] = {
		{ 0x00000000, 8 * MIB, 0, 0x01 },
		{ 0x20000000, 16 * MIB, 1, 0x02 },
		{ 0x5e000000, 32 * MIB, 2, 0x04 },
		{ 0x60000000, 64 * MIB, 3, 0x08 },
		{ 0x80000000, 128 * MIB, 4, 0x10 },
		{ 0xb0000000, 256 * MIB, 5, 0x20 },
		{ 0xe0000000, 512 * MIB, 6, 0x80 },
		{ 0x40000000, 1 * GIB, 7, 0x0c },
		{ 0xc0000000, 1 * GIB, 7, 0xc0 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dma_window window = case_paged(rows[i].base, rows[i].size);

		assert_true(domain_open_window(case_domain, 0, &window));
		assert_int_equal(case_register(0x200), rows[i].n << 16 | 1);
		assert_int_equal(case_register(0x2028), rows[i].spaces);
		assert_int_equal(case_ops()->table_size(rows[i].size), 8192ull << rows[i].n);
		case_event_count = 0;
	}
}

static void sabre_refuses(void **state)
{
	struct dma_window misplaced = case_paged(0xc0000000, 8 * MIB), second = case_paged(0, 8 * MIB);

	(void)state;
	case_expect_refused(0, case_paged(0, 4 * MIB));
	case_expect_refused(0, case_paged(0, 2 * GIB));
	case_expect_refused(0, case_paged(0, 24 * MIB));
	case_expect_refused(0, case_paged(0x00800000, 16 * MIB));
	case_expect_refused(0, case_paged(1ull << 32, 8 * MIB));
	case_expect_refused(0, case_direct(0, 8 * MIB, 0));
	case_expect_refused(0, (struct dma_window) { WINDOW_MONSTER, { 0 }, 8 * MIB, { 0 }, { CASE_MEMORY } });
	assert_false(case_ops()->open_window(case_domain, 1, &second));
	assert_int_equal(case_event_count, 0);
	misplaced.table.value += 4096;
	case_expect_refused(0, misplaced);
}

static void sabre_closes(void **state)
{
	struct dma_window window = case_paged(0xc0000000, 512 * MIB);

	(void)state;
	assert_true(domain_open_window(case_domain, 0, &window));
	case_event_count = 0;
	domain_close_window(case_domain, 0);
	case_expect_read_back();
	assert_int_equal(case_register(0x2028), 0);
	assert_int_equal(case_register(0x200) & 1, 0);
	assert_true(write_of(0x2028, 0) < write_of(0x200, 0));
	assert_int_equal(case_domain->windows[0].kind, WINDOW_CLOSED);
}

/* As the console firmware left it: closed while it changes, and no cached entry of ours stays. */
static void sabre_is_the_consoles_again(void **state)
{
	struct dma_window window = case_paged(0x40000000, 512 * MIB);

	(void)state;
	case_registers[0x200 / 8] = 0x0000000001030001ull;
	case_registers[0x208 / 8] = 0x7fe000;
	case_registers[0x2028 / 8] = 0x40;
	case_ops()->quiet(case_domain);
	assert_true(domain_open_window(case_domain, 0, &window));
	case_event_count = 0;
	memset(&case_registers[0xa580 / 8], 0xff, 16 * 8);
	domain_restore();
	assert_int_equal(case_register(0x200), 0x0000000000030001ull);	/* without XLT_ERR, which a one would clear */
	assert_int_equal(case_register(0x208), 0x7fe000);
	assert_int_equal(case_register(0x2028), 0x40);
	assert_true(write_of(0x2028, 0) < write_of(0x208, 0));
	expect_all_tags_cleared();
	case_expect_read_back();
}

static void sabre_quiet(void **state)
{
	(void)state;
	case_registers[0x200 / 8] = 0x0000000003870005ull;
	case_registers[0x2028 / 8] = 0x40;
	case_registers[0x30 / 8] = 0x0100000000ff0000ull;
	memset(&case_registers[0xa580 / 8], 0xff, 32 * 8);
	case_ops()->quiet(case_domain);
	assert_int_equal(case_register(0x2028), 0);
	assert_int_equal(case_register(0x200) & 0x1870007ull, 0);		/* off, and XLT_ERR cleared */
	assert_int_equal(case_register(0x30), 0x0000000000ff0000ull);
	expect_all_tags_cleared();
}

static void expect_flushes(uint64_t start, uint64_t size, uint64_t first, unsigned count)
{
	unsigned flushes = 0;

	case_event_count = 0;
	case_ops()->invalidate(case_domain, (bus_addr) { start }, size);
	case_expect_last_read(0x1c20);
	for (unsigned i = 0; i < case_event_count; i++)
		if (case_events[i].write) {
			assert_int_equal(case_events[i].reg, 0x210);
			assert_int_equal(case_events[i].value, first + flushes * 8192ull);
			flushes++;
		}
	assert_int_equal(flushes, count);
}

/* Page by page for a few, all at once for many; and writes taken with the old translation are waited for. */
static void sabre_invalidates(void **state)
{
	(void)state;
	expect_flushes(0xc0000000, 1, 0xc0000000, 1);
	expect_flushes(0xc0001fff, 1, 0xc0000000, 1);
	expect_flushes(0xc0001fff, 2, 0xc0000000, 2);
	expect_flushes(0xc0002000, 8192, 0xc0002000, 1);
	expect_flushes(0xc0002000, 8193, 0xc0002000, 2);
	expect_flushes(0xc0000000, 16 * 8192, 0xc0000000, 16);
	expect_flushes(0xffffe000, 8192, 0xffffe000, 1);
	case_event_count = 0;
	case_registers[0x200 / 8] = 0x60001;
	memset(&case_registers[0xa580 / 8], 0xff, 32 * 8);
	case_ops()->invalidate(case_domain, (bus_addr) { 0xc0000000 }, 512 * MIB);
	expect_all_tags_cleared();
	case_expect_last_read(0x1c20);
	assert_int_equal(case_register(0x200), 0x60001);
}

static void sabre_faults_are_told_and_cleared(void **state)
{
	static const struct { uint64_t control, afsr; const char *text; } rows[] = {
		{ 0x0000000001060001ull, 0, "0000000001060001: protection;" },
		{ 0x0000000003060001ull, 0x0100000000000000ull, ": invalid entry; DMA_UE_AFSR 0100ffff00000000" },
		{ 0x0000000005060001ull, 0, ": time-out;" },
		{ 0x0000000007060001ull, 0, ": ECC;" },
		{ 0x0000000006060001ull, 0x4000000000000000ull,
		  ": no translation error; DMA_UE_AFSR 4000ffff00000000" },
	};
	struct domain_fault fault;

	(void)state;
	case_registers[0x200 / 8] = 0x0000000006060001ull;		/* ERRSTS means nothing without XLT_ERR */
	case_registers[0x30 / 8] = 0x0000ffff80800000ull;		/* nor the rest of AFSR */
	assert_false(case_ops()->fault(case_domain, &fault));
	case_expect_writes(NULL, 0);
	case_registers[0x38 / 8] = 0x1234000;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		case_registers[0x200 / 8] = rows[i].control;
		case_registers[0x30 / 8] = rows[i].afsr | 0x0000ffff00000000ull;
		assert_true(case_ops()->fault(case_domain, &fault));
		assert_non_null(strstr(fault.text, "AFAR 0000000001234000"));
		if (!strstr(fault.text, rows[i].text))
			fail_msg("\"%s\" does not say \"%s\"", fault.text, rows[i].text);
		assert_int_equal(case_register(0x200), rows[i].control & ~0x1000000ull);
		assert_int_equal(case_register(0x30), 0x0000ffff00000000ull);
		assert_false(case_ops()->fault(case_domain, &fault));
		case_event_count = 0;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* Before any other has quieted it: what it finds the first time is the console's. */
		cmocka_unit_test_setup(sabre_is_the_consoles_again, case_sabre),
		cmocka_unit_test_setup(sabre_entries, case_sabre),
		cmocka_unit_test_setup(sabre_entries_in_a_row, case_sabre),
		cmocka_unit_test_setup(sabre_opens_closed_first_enabled_last, case_sabre),
		cmocka_unit_test_setup(sabre_sizes, case_sabre),
		cmocka_unit_test_setup(sabre_refuses, case_sabre),
		cmocka_unit_test_setup(sabre_closes, case_sabre),
		cmocka_unit_test_setup(sabre_quiet, case_sabre),
		cmocka_unit_test_setup(sabre_invalidates, case_sabre),
		cmocka_unit_test_setup(sabre_faults_are_told_and_cleared, case_sabre),
	};

	return cmocka_run_group_tests_name("sabre", tests, NULL, NULL);
}
