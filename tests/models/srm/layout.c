/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory as a console leaves it, in its worst form: the pages of the image lie upside down with others between them,
 * the last of them just where the firmware wants to go, the first ones above it; the page tables are at the top of
 * memory, in a cluster that is called free; there is a cluster of the console's near it, and a piece that is no
 * ordinary memory.
 *
 * And the HWRPB, with offsets that are not QEMU's.
 */
#include "tests/models/srm/model.h"

#define OFFSET_CTB		0xb80ul		/* behind the slots of all CPUs */
#define OFFSET_CRB		0xd00ul
#define OFFSET_MEMORY		0xe00ul
#define CLUSTERS		5

/* The state of a CPU in its slot: available, present, PALcode valid and loaded. No other CPU is ever started. */
#define PARKED			0x1ccul
#define STARTED			0x021ul		/* the control block is valid, a bootstrap is in progress */
#define EV6			8
#define EV67			11
#define AMASK_CIX		0x4
#define VMS_REVISION		0x10001
#define OSF_REVISION		0x20002

#define VALID			0x1ul
#define USAGE_FREE		0ul
#define USAGE_CONSOLE		1ul
#define USAGE_NONVOLATILE	2ul
/* Readable and writable by both modes: the image runs in QEMU's user mode before the change of PALcode. */
#define PAGE_ENTRY(physical)	((physical) / PAGE << 32 | 0x3301 | 0x10)

/* The image may take more than one of the last. */
enum { TABLE_TOP, TABLE_LOW, TABLE_REGION0, TABLE_IMAGE };

uint64_t tables(void) { return model.memory - TOP_TABLES; }
uint64_t top_console(void) { return model.memory - TOP_FREE - TOP_HOLE - TOP_CONSOLE; }
static uint64_t table(unsigned number) { return tables() + number * PAGE; }

uint64_t slot_of(uint64_t cpu) { return AT_HWRPB + OFFSET_SLOT + cpu * SLOT_SIZE; }

uint64_t image_page(uint64_t number)
{
	return AT_FIRMWARE + (model.image_pages - 1 - number) * IMAGE_STRIDE;
}

/* In the free cluster at the top, away from the tables. */
uint64_t stack_page(void) { return model.memory - TOP_FREE + 16 * PAGE; }

void *image_byte(uint64_t offset)
{
	return kseg(image_page(offset / PAGE) + offset % PAGE);
}

static void map(unsigned in, uint64_t address, unsigned shift, uint64_t physical)
{
	quad(table(in))[address >> shift & 1023] = PAGE_ENTRY(physical);
}

static uint64_t region1(void)
{
	return model.image_pages * PAGE;
}

uint64_t table_bytes(void)
{
	return (TABLE_IMAGE + 1 + ((region1() + 3 * PAGE) >> 23)) * PAGE;
}

/* Nothing is mapped on either side of the stack. */
void lay_out(void)
{
	for (uint64_t i = 0; i < table_bytes() / 8; i++)
		quad(tables())[i] = 0;
	map(TABLE_TOP, VPTB, 33, table(TABLE_TOP));
	map(TABLE_TOP, 0, 33, table(TABLE_LOW));
	map(TABLE_LOW, VA_HWRPB, 23, table(TABLE_REGION0));
	map(TABLE_REGION0, VA_HWRPB, 13, AT_HWRPB);
	map(TABLE_REGION0, VA_HWRPB + PAGE, 13, AT_HWRPB + PAGE);
	map(TABLE_REGION0, VA_ROUTINES, 13, AT_ROUTINES);
	if (same(model.fault, "mapped"))
		map(TABLE_REGION0, VA_ROUTINES + PAGE, 13, AT_FIRMWARE + MIB + PAGE);
	for (uint64_t at = 0; at < region1() + 3 * PAGE; at += PAGE) {
		unsigned in = TABLE_IMAGE + (at >> 23);

		map(TABLE_LOW, VA_IMAGE + at, 23, table(in));
		if (at < region1())
			map(in, VA_IMAGE + at, 13, image_page(at / PAGE));
		else if (at == region1() + PAGE)
			map(in, VA_IMAGE + at, 13, stack_page());
	}
}

bool mapped(uint64_t address, uint64_t *physical)
{
	uint64_t at = table(TABLE_TOP);

	for (unsigned shift = 33; shift >= 13; shift -= 10) {
		uint64_t entry = quad(at)[address >> shift & 1023];

		if (address >> 43 || !(entry & VALID))
			return false;
		at = (entry >> 32) * PAGE;
	}
	*physical = at + address % PAGE;
	return true;
}

static void cluster(volatile uint64_t *at, uint64_t start, uint64_t end, uint64_t usage)
{
	at[0] = start / PAGE;
	at[1] = (end - start) / PAGE;
	at[2] = usage == USAGE_FREE ? at[1] : 0;
	at[6] = usage;
}

static void build_memory_table(volatile uint64_t *memory)
{
	uint64_t low = same(model.fault, "kept") ? AT_FIRMWARE + 2 * MIB : AT_CONSOLE_END;
	uint64_t sum = 0;

	memory[1] = 0;
	memory[2] = CLUSTERS;
	cluster(memory + 3, 0, low, USAGE_CONSOLE);
	cluster(memory + 10, low, top_console(), USAGE_FREE);
	cluster(memory + 17, top_console(), top_console() + TOP_CONSOLE, USAGE_CONSOLE);
	cluster(memory + 24, top_console() + TOP_CONSOLE, model.memory - TOP_FREE, USAGE_NONVOLATILE);
	cluster(memory + 31, model.memory - TOP_FREE, model.memory, USAGE_FREE);
	for (unsigned i = 1; i < 3 + 7 * CLUSTERS; i++)
		sum += memory[i];
	memory[0] = sum;
}

/* What a console says of a CPU: its state, the PALcode that runs, its type, its logout area, PALcodes that it has. */
static void build_slot(volatile uint64_t *slot, uint64_t cpu)
{
	slot[0x80 / 8] = PARKED | (cpu == model.primary ? STARTED : 0);
	slot[0xa8 / 8] = VMS_REVISION;
	slot[0xb0 / 8] = __builtin_alpha_amask(AMASK_CIX) ? EV6 : EV67;
	slot[0xd8 / 8] = AT_LOGOUT + cpu * LOGOUT_BYTES;
	slot[0xe0 / 8] = LOGOUT_BYTES;
	slot[0x1d8 / 8] = VMS_REVISION;
	slot[0x1e0 / 8] = same(model.fault, "no-osf") ? 0 : OSF_REVISION;
}

/*
 * The slot of the CPU that boots begins with the control block that the image is started with: floating point off. Of
 * the others' nothing but the above means anything.
 */
static void build_slots(void)
{
	for (uint64_t cpu = 0; cpu < model.cpus; cpu++) {
		for (unsigned i = 0; i < SLOT_SIZE / 8; i++)
			quad(slot_of(cpu))[i] = cpu == model.primary ? 0 : filling(slot_of(cpu) + 8 * i);
		build_slot(quad(slot_of(cpu)), cpu);
	}
	quad(slot_of(model.primary))[0x00 / 8] = VA_IMAGE + region1() + 2 * PAGE;
	quad(slot_of(model.primary))[0x10 / 8] = tables() / PAGE;
}

/* One entry leads to each of two maps; their pages are region 0's. */
static void build_routines(volatile uint64_t *crb)
{
	volatile uint32_t *code = kseg(AT_ROUTINES + 0x100);

	crb[0] = VA_ROUTINES;
	crb[1] = AT_ROUTINES;
	crb[2] = VA_ROUTINES;
	crb[3] = AT_ROUTINES;
	crb[4] = 2;
	crb[5] = 3;
	crb[6] = VA_HWRPB;
	crb[7] = AT_HWRPB;
	crb[8] = 2;
	crb[9] = VA_ROUTINES;
	crb[10] = AT_ROUTINES;
	crb[11] = 1;
	quad(AT_ROUTINES)[1] = VA_ROUTINES + 0x100;
	code[0] = 0x000000be;			/* call_pal 0xbe: the model's own */
	code[1] = 0x6bfa8001;			/* ret $31, ($26), 1 */
}

uint64_t sum_of_hwrpb(void)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < 0x120 / 8; i++)
		sum += quad(AT_HWRPB)[i];
	return sum;
}

void build_hwrpb(void)
{
	volatile uint64_t *hwrpb = quad(AT_HWRPB);

	for (unsigned i = 0; i < 3 * PAGE / 8; i++)
		hwrpb[i] = 0;
	hwrpb[0x00 / 8] = AT_HWRPB;
	hwrpb[1] = 0x4857525042000000ul;
	hwrpb[0x10 / 8] = 6;
	hwrpb[0x18 / 8] = HWRPB_BYTES;
	hwrpb[0x28 / 8] = PAGE;
	hwrpb[0x30 / 8] = 44;
	hwrpb[0x38 / 8] = 255;
	hwrpb[0x40 / 8] = 0x4c45444f4d;		/* "MODEL" */
	hwrpb[0x50 / 8] = same(model.fault, "titan") ? 38 : same(model.fault, "unheard-of") ? 4711 : 34;
	hwrpb[0x58 / 8] = 5 << 10;
	hwrpb[0x68 / 8] = 1024 << 12;
	hwrpb[0x70 / 8] = 250000000;
	hwrpb[0x78 / 8] = VPTB;
	hwrpb[0x20 / 8] = model.primary;
	hwrpb[0x90 / 8] = model.cpus;
	hwrpb[0x98 / 8] = SLOT_SIZE;
	hwrpb[0xa0 / 8] = OFFSET_SLOT;
	hwrpb[0xa8 / 8] = 1;
	hwrpb[0xb0 / 8] = 0x120;
	hwrpb[0xb8 / 8] = OFFSET_CTB;
	hwrpb[0xc0 / 8] = OFFSET_CRB;
	hwrpb[0xc8 / 8] = OFFSET_MEMORY;
	build_slots();
	hwrpb[OFFSET_CTB / 8] = 2;		/* a serial line */
	hwrpb[OFFSET_CTB / 8 + 7] = 2;
	build_routines(hwrpb + OFFSET_CRB / 8);
	build_memory_table(hwrpb + OFFSET_MEMORY / 8);
	hwrpb[0x120 / 8] = sum_of_hwrpb();
}
