/* sources: drivers/bridge/bridge.c drivers/bridge/typhoon.c drivers/bridge/typhoon_interrupt.c drivers/bridge/sabre.c drivers/bridge/sabre_interrupt.c drivers/dma/window.c boot/clock.c boot/print.c */
/*
 * The host bridges as sequences of register accesses, against registers that record them. What a register or an entry
 * must hold is written here as the manuals' numbers, not as the drivers' names.
 */
#include <string.h>

#include "drivers/bridge/typhoon.h"
#include "tests/unit/host/host.h"

#define MIB		(1ull << 20)
#define GIB		(1ull << 30)
#define REGISTERS	0x80000000000ull	/* of the bridge under test */
#define CONFIG		0x90000000000ull
#define MEMORY		(16 * MIB)		/* where the tables are */
#define MEMORY_SIZE	(2 * MIB)

#define REGISTER_BYTES	0x10000
#define EVENTS		256

struct event {
	bool write;
	unsigned reg;
	uint64_t value;
};

static uint64_t registers[REGISTER_BYTES / 8];
static enum host_order order;		/* the one that the bridge has */
static unsigned clears;			/* the register where a one that is written clears */
static struct event events[EVENTS];
static unsigned event_count;
static struct host_bridge *bridge;

static void record(bool write, const struct host_access *access, uint64_t value)
{
	if (access->width != 8 || access->order != order || access->offset % 8 != 0)
		fail_msg("register %#llx: %u bytes, order %u", (unsigned long long)access->offset, access->width,
			 access->order);
	assert_true(event_count < EVENTS);
	events[event_count++] = (struct event) { write, (unsigned)access->offset, value };
}

static uint64_t read_register(void *context, const struct host_access *access)
{
	(void)context;
	record(false, access, 0);
	return registers[access->offset / 8];
}

static void write_register(void *context, const struct host_access *access, uint64_t value)
{
	uint64_t *reg = &registers[access->offset / 8];

	(void)context;
	record(true, access, value);
	*reg = access->offset == clears ? *reg & ~value : value;
}

static void start_bridge(const char *compatible, enum host_order its_order, unsigned its_clears)
{
	static const struct host_device device = { REGISTERS, REGISTER_BYTES, read_register, write_register, NULL };

	host_reset();
	host_add_device(&device);
	host_add_memory(MEMORY, MEMORY_SIZE);
	memset(arch_pointer((phys_addr) { MEMORY }), 0, MEMORY_SIZE);
	memset(registers, 0, sizeof(registers));
	order = its_order;
	clears = its_clears;
	event_count = 0;
	host_platform.bridge_count = 1;
	host_platform.bridges[0] = (struct platform_bridge) {
		.compatible = compatible, .registers = { REGISTERS }, .config = { CONFIG },
	};
	assert_int_equal(bridge_attach(&host_platform, NULL), 1);
	bridge = bridge_get(0);
}

static int typhoon(void **state)
{
	(void)state;
	start_bridge("typhoon", HOST_LITTLE, 0x3c0);
	return 0;
}

static int sabre(void **state)
{
	(void)state;
	start_bridge("sabre", HOST_BIG, 0x30);
	return 0;
}

static const struct host_bridge_ops *ops(void)
{
	return bridge->driver->ops;
}

/* The writes since the last look, in order and no others. */
static void expect_writes(const struct event *expected, unsigned count)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < event_count; i++) {
		if (!events[i].write)
			continue;
		if (seen == count || events[i].reg != expected[seen].reg || events[i].value != expected[seen].value)
			fail_msg("write %u: %#llx to register %#x", seen, (unsigned long long)events[i].value,
				 events[i].reg);
		seen++;
	}
	assert_int_equal(seen, count);
	event_count = 0;
}

#define EXPECT_WRITES(...) do { \
	static const struct event expected_[] = { __VA_ARGS__ }; \
	expect_writes(expected_, sizeof(expected_) / sizeof(expected_[0])); \
} while (0)

/* What is written has arrived at the bridge once a register of it has been read. */
static void expect_read_back(void)
{
	assert_true(event_count > 0);
	assert_false(events[event_count - 1].write);
}

static void expect_last_read(unsigned reg)
{
	expect_read_back();
	assert_int_equal(events[event_count - 1].reg, reg);
}

static uint64_t reg(unsigned offset)
{
	return registers[offset / 8];
}

static struct dma_window paged(uint64_t base, uint64_t size)
{
	return (struct dma_window) { WINDOW_PAGED, { base }, size, { 0 }, { MEMORY } };
}

static struct dma_window direct(uint64_t base, uint64_t size, uint64_t target)
{
	return (struct dma_window) { WINDOW_DIRECT, { base }, size, { target }, { 0 } };
}

static void expect_refused(unsigned number, struct dma_window window)
{
	if (bridge_open_window(bridge, number, &window))
		fail_msg("window %u: kind %u base %#llx size %#llx is not refused", number, window.kind,
			 (unsigned long long)window.base.value, (unsigned long long)window.size);
	assert_int_equal(event_count, 0);
	if (number < BRIDGE_WINDOWS)
		assert_int_equal(bridge->windows[number].kind, WINDOW_CLOSED);
}

static void expect_bytes(uint64_t index, const uint8_t *expected)
{
	const uint8_t *entry = (const uint8_t *)arch_pointer((phys_addr) { MEMORY }) + 8 * index;

	for (unsigned i = 0; i < 8; i++)
		if (entry[i] != expected[i])
			fail_msg("entry %u, byte %u: %#x", (unsigned)index, i, entry[i]);
}

static const uint8_t absent[8];

static void typhoon_entries(void **state)
{
	static const struct { uint64_t address; uint8_t bytes[8]; } rows[] = {
		{ 0x0, { 0x01 } },
		{ 0x2000, { 0x03 } },				/* <13> in <1> */
		{ 0x1000000, { 0x01, 0x10 } },			/* address >> 12 | 1 */
		{ 0x400000000, { 0x01, 0x00, 0x40 } },		/* <34> in <22> */
		{ 0x7ffffe000, { 0xff, 0xff, 0x7f } },
	};
	struct dma_window window = paged(0x40000000, 512 * MIB);

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ops()->set_entries(&window, 7, 1, (phys_addr) { rows[i].address }, DMA_DEVICE_BOTH);
		expect_bytes(7, rows[i].bytes);
	}
	expect_bytes(6, absent);
	expect_bytes(8, absent);
}

static void typhoon_entries_in_a_row(void **state)
{
	static const uint8_t bytes[3][8] = { { 0xfd, 0x10 }, { 0xff, 0x10 }, { 0x01, 0x11 } };
	struct dma_window window = paged(0x40000000, 512 * MIB);

	(void)state;
	ops()->set_entries(&window, 1, 3, (phys_addr) { 0x10fc000 }, DMA_DEVICE_READS);
	expect_bytes(0, absent);
	for (unsigned i = 0; i < 3; i++)
		expect_bytes(1 + i, bytes[i]);
	expect_bytes(4, absent);
	assert_false(bridge_entries_absent(&window, 0, 2));
	assert_false(bridge_entries_absent(&window, 3, 1));
	assert_true(bridge_entries_absent(&window, 4, 10));
	assert_true(bridge_entries_absent(&window, 0, 1));
	assert_true(bridge_entries_absent(&window, 2, 0));
	bridge_clear_entries(&window, 2, 1);
	expect_bytes(1, bytes[0]);
	expect_bytes(2, absent);
	expect_bytes(3, bytes[2]);
}

static void typhoon_opens_closed_first_enabled_last(void **state)
{
	struct dma_window isa = paged(0x00800000, 8 * MIB);
	struct dma_window large = direct(0x80000000, 2 * GIB, 0);
	struct dma_window moved = direct(0x20000000, MIB, 0x7fff00000);
	struct dma_window last = paged(0xfff00000, MIB);

	(void)state;
	assert_true(bridge_open_window(bridge, 0, &isa));
	expect_read_back();
	EXPECT_WRITES({ true, 0x000, 0 }, { true, 0x100, 0x00700000 }, { true, 0x200, MEMORY },
		      { true, 0x000, 0x00800003 }, { true, 0x4c0, 0 });
	assert_true(bridge_open_window(bridge, 2, &large));
	expect_read_back();
	EXPECT_WRITES({ true, 0x080, 0 }, { true, 0x180, 0x7ff00000 }, { true, 0x280, 0 },
		      { true, 0x080, 0x80000001 }, { true, 0x4c0, 0 });
	assert_true(bridge_open_window(bridge, 1, &moved));
	EXPECT_WRITES({ true, 0x040, 0 }, { true, 0x140, 0 }, { true, 0x240, 0x7fff00000 },
		      { true, 0x040, 0x20000001 }, { true, 0x4c0, 0 });
	assert_true(bridge_open_window(bridge, 3, &last));
	EXPECT_WRITES({ true, 0x0c0, 0 }, { true, 0x1c0, 0 }, { true, 0x2c0, MEMORY }, { true, 0x0c0, 0xfff00003 },
		      { true, 0x4c0, 0 });
	assert_memory_equal(&bridge->windows[2], &large, sizeof(large));
	assert_memory_equal(&bridge->windows[3], &last, sizeof(last));
}

static void typhoon_closes(void **state)
{
	struct dma_window window = paged(0x40000000, 512 * MIB);

	(void)state;
	assert_true(bridge_open_window(bridge, 1, &window));
	event_count = 0;
	bridge_close_window(bridge, 1);
	expect_read_back();
	EXPECT_WRITES({ true, 0x040, 0 }, { true, 0x4c0, 0 });
	assert_int_equal(bridge->windows[1].kind, WINDOW_CLOSED);
}

static void typhoon_refuses(void **state)
{
	struct dma_window misplaced = paged(0x40000000, 8 * MIB);
	struct dma_window monster = { WINDOW_MONSTER, { 1ull << 40 }, 1ull << 35, { 0 }, { 0 } };

	(void)state;
	expect_refused(0, paged(0x40000000, MIB / 2));
	expect_refused(0, paged(0, 4 * GIB));
	expect_refused(0, paged(0x40000000, 3 * MIB));
	expect_refused(0, paged(0x40100000, 2 * MIB));
	expect_refused(0, paged(0x40000000, 0));
	expect_refused(0, paged(1ull << 32, MIB));
	expect_refused(0, direct(1ull << 40, MIB, 0));
	expect_refused(0, direct(0x40000000, 2 * MIB, MIB));
	expect_refused(0, (struct dma_window) { .kind = WINDOW_CLOSED });
	expect_refused(3, direct(0x40000000, MIB, 0));			/* WSBA3<SG> is fixed at one */
	expect_refused(4, direct(0x40000000, MIB, 0));
	expect_refused(4, paged(0x40000000, MIB));
	expect_refused(5, direct(0x40000000, MIB, 0));
	expect_refused(~0u, direct(0x40000000, MIB, 0));
	misplaced.table.value += 4096;					/* 8 KiB of table */
	expect_refused(0, misplaced);
	expect_refused(0, monster);
	monster.target.value = 1ull << 35;
	expect_refused(4, monster);
	monster = (struct dma_window) { WINDOW_MONSTER, { 1ull << 41 }, 1ull << 35, { 0 }, { 0 } };
	expect_refused(4, monster);
	monster = (struct dma_window) { WINDOW_MONSTER, { 1ull << 40 }, 1ull << 34, { 0 }, { 0 } };
	expect_refused(4, monster);
}

/* What TBA cannot hold would lead somewhere else. */
static void typhoon_refuses_targets_past_32_gib(void **state)
{
	(void)state;
	expect_refused(0, direct(0x40000000, MIB, 1ull << 35));
	expect_refused(0, direct(0x40000000, MIB, UINT64_MAX - MIB + 1));
}

/* A sum of base and size comes out as 0 here. */
static void a_window_at_the_end_of_numbers_is_refused(void **state)
{
	(void)state;
	expect_refused(0, paged(UINT64_MAX - 8 * MIB + 1, 8 * MIB));
}

/* Base, mask and target of the monster window are fixed; the rest of PCTL is the board's. */
static void typhoon_monster_window(void **state)
{
	struct dma_window monster = { WINDOW_MONSTER, { 1ull << 40 }, 1ull << 35, { 0 }, { 0 } };
	uint64_t board = 0x5a5a5a5a5a5a5a3aull;

	(void)state;
	registers[0x300 / 8] = board;
	assert_true(bridge_open_window(bridge, 4, &monster));
	expect_last_read(0x300);
	expect_writes(&(struct event) { true, 0x300, board | 0x40 }, 1);
	bridge_close_window(bridge, 4);
	expect_last_read(0x300);
	expect_writes(&(struct event) { true, 0x300, board }, 1);
}

static void typhoon_quiet(void **state)
{
	(void)state;
	registers[0x300 / 8] = 0x00c0ffee00000760ull;
	registers[0x3c0 / 8] = 0x0000000000000011ull;
	for (unsigned n = 0; n < 4; n++)
		registers[n * 8] = 0x40000003;
	ops()->quiet(bridge);
	for (unsigned n = 0; n < 4; n++)
		assert_int_equal(reg(n * 0x40), 0);
	assert_int_equal(reg(0x300), 0x00c0ffee00000760ull & ~0x60ull);	/* without HOLE and MWIN, with <44> */
	assert_int_equal(reg(0x3c0), 0);
	assert_int_equal(reg(0x400), 0xcff);
	for (unsigned i = 0; i < event_count; i++)
		if (events[i].write && events[i].reg == 0x400)
			assert_int_equal(events[i - 1].reg, 0x3c0);
}

static void typhoon_quiet_has_entries_verified(void **state)
{
	(void)state;
	ops()->quiet(bridge);
	assert_int_equal(reg(0x300), 0x100000000000ull);
}

/* As the console firmware left them: closed while they change, each window enabled last, cached entries forgotten. */
static void typhoon_puts_registers_back(void **state)
{
	struct typhoon_registers kept;

	(void)state;
	for (unsigned n = 0; n < 4; n++) {
		registers[n * 8] = 0x40000003 + (n << 20);
		registers[0x100 / 8 + n * 8] = 0x00100000ull << n;
		registers[0x200 / 8 + n * 8] = 0x00200000ull << n;
	}
	registers[0x300 / 8] = 0x60;
	typhoon_save(bridge, &kept);
	expect_writes(NULL, 0);
	ops()->quiet(bridge);
	event_count = 0;
	typhoon_load(bridge, &kept);
	expect_read_back();
	EXPECT_WRITES({ true, 0x000, 0 }, { true, 0x040, 0 }, { true, 0x080, 0 }, { true, 0x0c0, 0 },
		      { true, 0x300, 0x60 },
		      { true, 0x100, 0x100000 }, { true, 0x200, 0x200000 }, { true, 0x000, 0x40000003 },
		      { true, 0x140, 0x200000 }, { true, 0x240, 0x400000 }, { true, 0x040, 0x40100003 },
		      { true, 0x180, 0x400000 }, { true, 0x280, 0x800000 }, { true, 0x080, 0x40200003 },
		      { true, 0x1c0, 0x800000 }, { true, 0x2c0, 0x1000000 }, { true, 0x0c0, 0x40300003 },
		      { true, 0x4c0, 0 });
}

/* Only the first time are they the console's. */
static void typhoon_keeps_what_the_console_left(void **state)
{
	const struct typhoon_registers *console;
	struct typhoon_registers first;

	(void)state;
	ops()->quiet(bridge);
	console = typhoon_console(bridge);
	assert_non_null(console);
	first = *console;
	registers[0] = first.wsba[0] ^ 0x123;
	ops()->quiet(bridge);
	assert_ptr_equal(typhoon_console(bridge), console);
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

		ops()->invalidate(bridge, (bus_addr) { row->start }, row->size);
		expect_read_back();
		expect_writes(&(struct event) { true, row->reg, row->value }, 1);
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
	struct bridge_fault fault;

	(void)state;
	registers[0x3c0 / 8] = 0xfffffffffffff000ull;		/* no error bit: the rest means nothing */
	assert_false(ops()->fault(bridge, &fault));
	expect_writes(NULL, 0);
	for (unsigned i = 0; i < sizeof(typhoon_faults) / sizeof(typhoon_faults[0]); i++) {
		const struct fault_row *row = &typhoon_faults[i];

		registers[0x3c0 / 8] = row->value;
		event_count = 0;
		assert_true(ops()->fault(bridge, &fault));
		if (!strstr(fault.text, row->text))
			fail_msg("\"%s\" does not say \"%s\"", fault.text, row->text);
		assert_int_equal(strstr(fault.text, " at ") != NULL, strstr(row->text, " at ") != NULL);
		expect_writes(&(struct event) { true, 0x3c0, row->cleared }, 1);
		assert_false(ops()->fault(bridge, &fault));
	}
}

static void typhoon_table_sizes(void **state)
{
	(void)state;
	assert_int_equal(ops()->table_size(MIB), 1024);
	assert_int_equal(ops()->table_size(8 * MIB), 8192);
	assert_int_equal(ops()->table_size(2 * GIB), 2 * MIB);
}

/* Cchip DRIR bits 8 to 11 are slot 1's INTA to INTD. */
static void typhoon_interrupt_lines(void **state)
{
	(void)state;
	assert_int_equal(ops()->intx_line(bridge, 0, 1, 1), 8);
	assert_int_equal(ops()->intx_line(bridge, 0, 1, 4), 11);
	assert_int_equal(ops()->intx_line(bridge, 0, 6, 1), 28);
	assert_int_equal(ops()->intx_line(bridge, 0, 11, 4), 51);
	assert_int_equal(ops()->intx_line(bridge, 0, 13, 1), -1);	/* 56 and up are no PCI lines */
	assert_int_equal(ops()->intx_line(bridge, 0, 31, 4), -1);
	assert_int_equal(ops()->intx_line(bridge, 8, 1, 1), -1);
}

/* Whoever describes a bridge changes nothing: it runs before anything else. */
static void describe_only_reads(void **state)
{
	char buffer[512] = "";
	struct text text = { buffer, sizeof(buffer), 0, false };

	(void)state;
	for (unsigned i = 0; i < REGISTER_BYTES / 8; i++)
		registers[i] = 0x1000000 + i * 8;
	ops()->describe(bridge, &text);
	assert_true(event_count > 0);
	for (unsigned i = 0; i < event_count; i++) {
		char value[24];

		format(value, sizeof(value), "%llx", (unsigned long long)reg(events[i].reg));
		assert_false(events[i].write);
		assert_non_null(strstr(buffer, value));
	}
	assert_false(text.cut);
}

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
	struct dma_window window = paged(0, 512 * MIB);

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ops()->set_entries(&window, 7, 1, (phys_addr) { rows[i].address }, rows[i].permission);
		expect_bytes(7, rows[i].bytes);
	}
	expect_bytes(6, absent);
	expect_bytes(8, absent);
}

static void sabre_entries_in_a_row(void **state)
{
	static const uint8_t bytes[3][8] = {
		{ 0x80, 0, 0, 0, 0x01, 0x0f, 0xc0, 0x10 }, { 0x80, 0, 0, 0, 0x01, 0x0f, 0xe0, 0x10 },
		{ 0x80, 0, 0, 0, 0x01, 0x10, 0x00, 0x10 },
	};
	struct dma_window window = paged(0, 512 * MIB);

	(void)state;
	ops()->set_entries(&window, 1, 3, (phys_addr) { 0x10fc000 }, DMA_DEVICE_READS);
	expect_bytes(0, absent);
	for (unsigned i = 0; i < 3; i++)
		expect_bytes(1 + i, bytes[i]);
	expect_bytes(4, absent);
}

/* Position of the nth write (0 is the first) to a register among the events, or -1. */
static int write_of(unsigned offset, unsigned nth)
{
	for (unsigned i = 0; i < event_count; i++)
		if (events[i].write && events[i].reg == offset && nth-- == 0)
			return (int)i;
	return -1;
}

static void expect_all_tags_cleared(void)
{
	for (unsigned n = 0; n < 16; n++) {
		assert_true(write_of(0xa580 + 8 * n, 0) >= 0);
		assert_true(write_of(0xa600 + 8 * n, 0) >= 0);
		assert_int_equal(reg(0xa580 + 8 * n), 0);
		assert_int_equal(reg(0xa600 + 8 * n), 0);
	}
}

/* Nothing is sent to the IOMMU and nothing translated while table and size change; translation is on before the target
 * address space is. The diagnostics registers work with IOMMU_CTL<1> only, and that is off in the end. */
static void sabre_opens_closed_first_enabled_last(void **state)
{
	struct dma_window window = paged(0xc0000000, 512 * MIB);
	uint64_t spaces = 0, control;

	(void)state;
	registers[0x200 / 8] = control = 0x0000000000870005ull;		/* on, 64 KiB, n = 7, LCKEN: somebody else's */
	registers[0x2028 / 8] = spaces = 0x40;
	assert_true(bridge_open_window(bridge, 0, &window));
	expect_read_back();
	for (unsigned i = 0; i < event_count; i++) {
		const struct event *event = &events[i];

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
	assert_int_equal(reg(0x200), 0x60001);
	assert_int_equal(reg(0x208), MEMORY);
	assert_int_equal(reg(0x2028), 0x40);
	assert_memory_equal(&bridge->windows[0], &window, sizeof(window));
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
		struct dma_window window = paged(rows[i].base, rows[i].size);

		assert_true(bridge_open_window(bridge, 0, &window));
		assert_int_equal(reg(0x200), rows[i].n << 16 | 1);
		assert_int_equal(reg(0x2028), rows[i].spaces);
		assert_int_equal(ops()->table_size(rows[i].size), 8192ull << rows[i].n);
		event_count = 0;
	}
}

static void sabre_refuses(void **state)
{
	struct dma_window misplaced = paged(0xc0000000, 8 * MIB), second = paged(0, 8 * MIB);

	(void)state;
	expect_refused(0, paged(0, 4 * MIB));
	expect_refused(0, paged(0, 2 * GIB));
	expect_refused(0, paged(0, 24 * MIB));
	expect_refused(0, paged(0x00800000, 16 * MIB));
	expect_refused(0, paged(1ull << 32, 8 * MIB));
	expect_refused(0, direct(0, 8 * MIB, 0));
	expect_refused(0, (struct dma_window) { WINDOW_MONSTER, { 0 }, 8 * MIB, { 0 }, { MEMORY } });
	assert_false(ops()->open_window(bridge, 1, &second));
	assert_int_equal(event_count, 0);
	misplaced.table.value += 4096;
	expect_refused(0, misplaced);
}

static void sabre_closes(void **state)
{
	struct dma_window window = paged(0xc0000000, 512 * MIB);

	(void)state;
	assert_true(bridge_open_window(bridge, 0, &window));
	event_count = 0;
	bridge_close_window(bridge, 0);
	expect_read_back();
	assert_int_equal(reg(0x2028), 0);
	assert_int_equal(reg(0x200) & 1, 0);
	assert_true(write_of(0x2028, 0) < write_of(0x200, 0));
	assert_int_equal(bridge->windows[0].kind, WINDOW_CLOSED);
}

static void sabre_quiet(void **state)
{
	(void)state;
	registers[0x200 / 8] = 0x0000000003870005ull;
	registers[0x2028 / 8] = 0x40;
	registers[0x30 / 8] = 0x0100000000ff0000ull;
	memset(&registers[0xa580 / 8], 0xff, 32 * 8);
	ops()->quiet(bridge);
	assert_int_equal(reg(0x2028), 0);
	assert_int_equal(reg(0x200) & 0x1870007ull, 0);		/* off, and XLT_ERR cleared */
	assert_int_equal(reg(0x30), 0x0000000000ff0000ull);
	expect_all_tags_cleared();
}

static void expect_flushes(uint64_t start, uint64_t size, uint64_t first, unsigned count)
{
	unsigned flushes = 0;

	event_count = 0;
	ops()->invalidate(bridge, (bus_addr) { start }, size);
	expect_last_read(0x1c20);
	for (unsigned i = 0; i < event_count; i++)
		if (events[i].write) {
			assert_int_equal(events[i].reg, 0x210);
			assert_int_equal(events[i].value, first + flushes * 8192ull);
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
	event_count = 0;
	registers[0x200 / 8] = 0x60001;
	memset(&registers[0xa580 / 8], 0xff, 32 * 8);
	ops()->invalidate(bridge, (bus_addr) { 0xc0000000 }, 512 * MIB);
	expect_all_tags_cleared();
	expect_last_read(0x1c20);
	assert_int_equal(reg(0x200), 0x60001);
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
	struct bridge_fault fault;

	(void)state;
	registers[0x200 / 8] = 0x0000000006060001ull;		/* ERRSTS means nothing without XLT_ERR */
	registers[0x30 / 8] = 0x0000ffff80800000ull;		/* nor the rest of AFSR */
	assert_false(ops()->fault(bridge, &fault));
	expect_writes(NULL, 0);
	registers[0x38 / 8] = 0x1234000;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		registers[0x200 / 8] = rows[i].control;
		registers[0x30 / 8] = rows[i].afsr | 0x0000ffff00000000ull;
		assert_true(ops()->fault(bridge, &fault));
		assert_non_null(strstr(fault.text, "AFAR 0000000001234000"));
		if (!strstr(fault.text, rows[i].text))
			fail_msg("\"%s\" does not say \"%s\"", fault.text, rows[i].text);
		assert_int_equal(reg(0x200), rows[i].control & ~0x1000000ull);
		assert_int_equal(reg(0x30), 0x0000ffff00000000ull);
		assert_false(ops()->fault(bridge, &fault));
		event_count = 0;
	}
}

/* Interrupt number offsets: bus B is 0x10 and up, four a slot. Simba B is function 0 of device 1, Simba A function 1.
 * On bus A slots 1 and 3 are on board, with one line each. */
static void sabre_interrupt_lines(void **state)
{
	(void)state;
	assert_int_equal(ops()->intx_line(bridge, 8, 2, 1), 0x18);
	assert_int_equal(ops()->intx_line(bridge, 8, 1, 4), 0x17);
	assert_int_equal(ops()->intx_line(bridge, 9, 2, 1), 0x08);
	assert_int_equal(ops()->intx_line(bridge, 9, 2, 4), 0x0b);
	assert_int_equal(ops()->intx_line(bridge, 9, 0, 1), 0x00);
	assert_int_equal(ops()->intx_line(bridge, 9, 1, 1), 0x21);
	assert_int_equal(ops()->intx_line(bridge, 9, 1, 3), 0x21);
	assert_int_equal(ops()->intx_line(bridge, 9, 3, 1), 0x20);
	assert_int_equal(ops()->intx_line(bridge, 8, 3, 1), 0x1c);
	assert_int_equal(ops()->intx_line(bridge, 8, 4, 1), -1);
	assert_int_equal(ops()->intx_line(bridge, 0, 1, 1), -1);
}

/* The windows that dma_start() will open are ones that the chip accepts, apart from each other and from all BARs. */
static void standard_windows_are_good(void **state)
{
	const struct host_bridge_driver *driver = bridge->driver;

	(void)state;
	for (unsigned n = 0; n < driver->window_count; n++) {
		struct dma_window window = driver->windows[n];

		if (window.kind == WINDOW_CLOSED)
			continue;
		if (window.kind == WINDOW_PAGED)
			window.table.value = MEMORY;
		assert_true(ops()->open_window(bridge, n, &window));
		assert_true(driver->mem.first >= window.base.value + window.size ||
			    driver->mem.last < window.base.value);
		for (unsigned other = n + 1; other < driver->window_count; other++) {
			const struct dma_window *b = &driver->windows[other];

			assert_true(b->kind == WINDOW_CLOSED || window.base.value + window.size <= b->base.value ||
				    b->base.value + b->size <= window.base.value);
		}
	}
	assert_int_equal(driver->windows[driver->decoy_window].kind, WINDOW_PAGED);
	assert_int_equal(driver->windows[driver->paged_window].kind, WINDOW_PAGED);
}

static uint64_t config_seen;

static uint64_t read_config(void *context, const struct host_access *access)
{
	(void)context;
	config_seen = access->offset << 8 | access->width << 4 | access->order;
	return 0xffffffff12345678ull >> (64 - 8 * access->width) % 64;
}

static void write_config(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	config_seen = access->offset << 8 | access->width << 4 | access->order;
	assert_int_equal(value, access->width == 4 ? 0xcafebabe : access->width == 2 ? 0xbabe : 0xbe);
}

static void configuration_space_is_flat(void **state)
{
	static const struct { unsigned bdf, reg, size; uint64_t seen; } rows[] = {
		{ 0x0000, 0x00, 4, 0x00000040 | HOST_LITTLE },
		{ 0x0008, 0x3d, 1, 0x00083d10 | HOST_BYTE },
		{ 0x021f, 0x04, 2, 0x021f0420 | HOST_LITTLE },
		{ 0xffff, 0xfc, 4, 0xfffffc40ull | HOST_LITTLE },
	};
	static const struct host_device device = { CONFIG, 1 << 24, read_config, write_config, NULL };

	(void)state;
	host_add_device(&device);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bridge_config_read(bridge, rows[i].bdf, rows[i].reg, rows[i].size);
		assert_int_equal(config_seen, rows[i].seen);
		config_seen = 0;
		bridge_config_write(bridge, rows[i].bdf, rows[i].reg, rows[i].size, 0xcafebabe);
		assert_int_equal(config_seen, rows[i].seen);
	}
}

static void bridges_without_a_driver_are_named(void **state)
{
	const char *unknown = NULL;

	typhoon(state);
	host_platform.bridge_count = 3;
	host_platform.bridges[0].compatible = "nobody";
	host_platform.bridges[1] = (struct platform_bridge) { .compatible = "sabre", .hose = 1 };
	host_platform.bridges[2] = (struct platform_bridge) { .compatible = "typhoon", .hose = 2 };
	assert_int_equal(bridge_attach(&host_platform, &unknown), 2);
	assert_string_equal(unknown, "nobody");
	assert_string_equal(bridge_get(0)->driver->compatible, "sabre");
	assert_int_equal(bridge_get(1)->at->hose, 2);
	assert_null(bridge_get(2));
	host_platform.bridge_count = 0;
	assert_int_equal(bridge_attach(&host_platform, &unknown), 0);
	assert_null(unknown);
	assert_null(bridge_get(0));
}

#define ON_BOTH(test) \
	{ "typhoon: " #test, test, typhoon, NULL, NULL }, \
	{ "sabre: " #test, test, sabre, NULL, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(typhoon_entries, typhoon),
		cmocka_unit_test_setup(typhoon_entries_in_a_row, typhoon),
		cmocka_unit_test_setup(typhoon_opens_closed_first_enabled_last, typhoon),
		cmocka_unit_test_setup(typhoon_closes, typhoon),
		cmocka_unit_test_setup(typhoon_refuses, typhoon),
		cmocka_unit_test_setup(typhoon_refuses_targets_past_32_gib, typhoon),
		cmocka_unit_test_setup(typhoon_monster_window, typhoon),
		cmocka_unit_test_setup(typhoon_quiet, typhoon),
		cmocka_unit_test_setup(typhoon_quiet_has_entries_verified, typhoon),
		cmocka_unit_test_setup(typhoon_puts_registers_back, typhoon),
		cmocka_unit_test_setup(typhoon_keeps_what_the_console_left, typhoon),
		cmocka_unit_test_setup(typhoon_invalidates, typhoon),
		cmocka_unit_test_setup(typhoon_faults_are_told_and_cleared, typhoon),
		cmocka_unit_test_setup(typhoon_table_sizes, typhoon),
		cmocka_unit_test_setup(typhoon_interrupt_lines, typhoon),
		cmocka_unit_test_setup(sabre_entries, sabre),
		cmocka_unit_test_setup(sabre_entries_in_a_row, sabre),
		cmocka_unit_test_setup(sabre_opens_closed_first_enabled_last, sabre),
		cmocka_unit_test_setup(sabre_sizes, sabre),
		cmocka_unit_test_setup(sabre_refuses, sabre),
		cmocka_unit_test_setup(sabre_closes, sabre),
		cmocka_unit_test_setup(sabre_quiet, sabre),
		cmocka_unit_test_setup(sabre_invalidates, sabre),
		cmocka_unit_test_setup(sabre_faults_are_told_and_cleared, sabre),
		cmocka_unit_test_setup(sabre_interrupt_lines, sabre),
		ON_BOTH(describe_only_reads),
		ON_BOTH(standard_windows_are_good),
		ON_BOTH(a_window_at_the_end_of_numbers_is_refused),
		cmocka_unit_test_setup(configuration_space_is_flat, typhoon),
		cmocka_unit_test(bridges_without_a_driver_are_named),
	};

	return cmocka_run_group_tests_name("bridges", tests, NULL, NULL);
}
