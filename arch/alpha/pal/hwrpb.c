/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What our own PALcode tells a kernel of the machine: the hardware restart parameter block, its tables, and the page
 * tables that show it at its address.
 *
 * It is QEMU's clipper, with as much memory and as many CPUs as QEMU says. The serial number says who is telling this;
 * of a console and its routines there is nothing. Other CPUs than the first are there, but nobody can have them, as
 * they are parked for good (reset.S).
 *
 * Source: Alpha Architecture Reference Manual, the HWRPB.
 */
#include "arch/alpha/pal/board.h"

#define HWRPB_REVISION		14
#define SERIAL_NUMBER		"busproof PALcode"	/* fills its 16 bytes; arch/alpha/platform.c knows us by it */
#define PHYSICAL_BITS		44
#define ASN_MAX			255
#define SYSTEM_TSUNAMI		34
#define VARIATION_CLIPPER	(5ul << 10)
#define CLOCK_RATE		(1024ul * 4096)		/* in Hz, of which 12 bits are a fraction */
#define CYCLES			250000000ul		/* what rpcc counts in QEMU, whatever the host */

#define SLOT_PALCODE_PRESENT	0x1c8ul		/* processor present; PALcode valid, its memory valid, loaded */
#define SLOT_AVAILABLE		0x004ul
#define CPU_EV6			8
#define CPU_EV67		11
#define   AMASK_CIX		0x4		/* the counting instructions, which EV6 has not */
#define PALCODE_REVISION	(SWPPAL_OSF << 16 | 1 << 8)

#define TERMINAL_SERIAL		2

#define PTE_VALID		0x0001ul
#define PTE_ALL_PROCESSES	0x0010ul
#define PTE_KERNEL		0x1100ul	/* reads and writes */
#define PAGE_SHIFT		13
#define L2_OF(address)		((address) >> 23 & 0x3ff)
#define HWRPB_AT		0x10000000ul

struct control_block {
	uint64_t ksp, usp, ptbr;
	uint32_t pcc, asn;
	uint64_t unique, flags, reserved[10];
};

struct slot {
	struct control_block control_block;
	uint64_t flags;				/* 0x80 */
	uint64_t palcode_memory[4];
	uint64_t palcode_revision;		/* 0xa8 */
	uint64_t cpu_type;
	uint64_t cpu_variation, cpu_revision, serial_number[2];
	uint64_t logout, logout_size;		/* 0xd8 */
	uint64_t halt[7];
	uint64_t reserved[22];
	uint64_t palcodes[16];			/* 0x1d0: the revision of each variant */
	uint64_t padding[6];
};

struct terminal {
	uint64_t type, unit, reserved, size, level_in, level_out, unused, terminal_type, more[26];
};

/* The quadwords of a cluster in the table of memory; between them a map of bad pages, which there is not. */
enum { WORD_FIRST_PAGE, WORD_PAGES, WORD_TESTED, WORD_USAGE = 6, WORDS };

struct block {
	uint64_t physical, id, revision, size, primary_cpu, page_size, physical_bits, asn_max;
	char serial_number[16];
	uint64_t system_type, system_variation, system_revision, clock_rate, cycles, vptb, reserved_architecture;
	uint64_t translation_hints, slot_count, slot_size, slots, terminal_count, terminal_size, terminals;
	uint64_t routines, memory, configuration, field_replaceable, callbacks[4], restart[2], reserved, hardware;
	uint64_t checksum;			/* 0x120 */
	uint64_t receivable, transmittable, recognition;
	uint64_t padding[8];
	struct slot slot[CPUS_MAX];		/* a control block must begin at a multiple of 128 */
	struct terminal terminal;
	struct { uint64_t checksum, information, count, cluster[2][WORDS]; } memory_table;
};

_Static_assert(sizeof(struct control_block) == PCB_SIZE, "the control block has 128 bytes");
_Static_assert(sizeof(struct slot) == 0x280 && offsetof(struct slot, logout) == 0xd8, "the slot of a CPU");
_Static_assert(offsetof(struct slot, palcode_revision) == 0xa8 && offsetof(struct slot, palcodes) == 0x1d0,
	       "its parts");
_Static_assert(offsetof(struct block, checksum) == 0x120 && offsetof(struct block, slot) == 0x180, "the block");
_Static_assert(sizeof(struct block) <= CPU_PAGE_SIZE, "the block has one page");

static struct block hwrpb __attribute__((aligned(CPU_PAGE_SIZE)));
static uint64_t tables[3][CPU_PAGE_SIZE / 8] __attribute__((aligned(CPU_PAGE_SIZE)));

static uint64_t physical(const void *object)
{
	return (uint64_t)object & KSEG_ADDRESS;
}

static uint64_t entry(const void *page)
{
	return physical(page) >> PAGE_SHIFT << 32 | PTE_KERNEL | PTE_ALL_PROCESSES | PTE_VALID;
}

static uint64_t sum(const void *from, size_t bytes)
{
	const uint64_t *word = from;
	uint64_t total = 0;

	for (size_t i = 0; i < bytes / 8; i++)
		total += word[i];
	return total;
}

/* Level 1 shows itself in its second entry, so that all tables lie behind the VPTB. */
static void build_tables(void)
{
	tables[0][0] = entry(tables[1]);
	tables[0][1] = entry(tables[0]);
	tables[1][L2_OF(HWRPB_AT)] = entry(tables[2]);
	tables[2][0] = entry(&hwrpb);
}

static void fill_slot(struct slot *slot, unsigned cpu, uint64_t stack)
{
	slot->control_block.ksp = cpu ? 0 : stack;
	slot->control_block.ptbr = physical(tables[0]) >> PAGE_SHIFT;
	slot->flags = SLOT_PALCODE_PRESENT | (cpu ? 0 : SLOT_AVAILABLE);
	slot->palcode_revision = PALCODE_REVISION;
	slot->cpu_type = __builtin_alpha_amask(AMASK_CIX) ? CPU_EV6 : CPU_EV67;
	slot->logout = physical(pal_logout) + cpu * LOGOUT_STRIDE;
	slot->logout_size = LOGOUT_SIZE;
	slot->palcodes[SWPPAL_OSF] = PALCODE_REVISION;
}

static void fill_memory(struct block *block, uint64_t memory_size)
{
	uint64_t own = PAL_MEMORY_SIZE >> PAGE_SHIFT;
	uint64_t *reserved = block->memory_table.cluster[0];
	uint64_t *free = block->memory_table.cluster[1];

	reserved[WORD_PAGES] = reserved[WORD_TESTED] = own;
	reserved[WORD_USAGE] = USAGE_CONSOLE;
	free[WORD_FIRST_PAGE] = own;
	free[WORD_PAGES] = free[WORD_TESTED] = (memory_size >> PAGE_SHIFT) - own;
	block->memory_table.count = 2;
	block->memory_table.checksum = sum(&block->memory_table.information,
					   sizeof block->memory_table - sizeof block->memory_table.checksum);
}

uint64_t pal_build_hwrpb(uint64_t memory_size, unsigned cpus, uint64_t stack)
{
	struct block *block = &hwrpb;

	build_tables();
	block->physical = physical(block);
	block->id = HWRPB_ID_VALUE;
	block->revision = HWRPB_REVISION;
	block->size = sizeof *block;
	block->page_size = CPU_PAGE_SIZE;
	block->physical_bits = PHYSICAL_BITS;
	block->asn_max = ASN_MAX;
	for (unsigned i = 0; i < sizeof block->serial_number; i++)
		block->serial_number[i] = SERIAL_NUMBER[i];
	block->system_type = SYSTEM_TSUNAMI;
	block->system_variation = VARIATION_CLIPPER;
	block->clock_rate = CLOCK_RATE;
	block->cycles = CYCLES;
	block->vptb = VPTB;
	block->slot_count = cpus;
	block->slot_size = sizeof(struct slot);
	block->slots = offsetof(struct block, slot);
	block->terminal_count = 1;
	block->terminal_size = sizeof(struct terminal);
	block->terminals = offsetof(struct block, terminal);
	block->terminal.type = block->terminal.terminal_type = TERMINAL_SERIAL;
	block->memory = offsetof(struct block, memory_table);
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		fill_slot(&block->slot[cpu], cpu, stack);
	fill_memory(block, memory_size);
	block->checksum = sum(block, offsetof(struct block, checksum));
	return physical(&block->slot[0].control_block);
}
