/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory management: every physical address that is used is mapped at itself, memory with caches and registers without,
 * in blocks of 2 MiB and 1 GiB. What is neither is not mapped, so that a stray access traps; address 0 never is.
 *
 * Source: Arm Architecture Reference Manual (DDI 0487), D8: translation with 4 KiB pages and 48 bits.
 */
#include "arch/aarch64/aarch64.h"
#include "arch/aarch64/cpu.h"

#define ENTRIES		512
#define MIB2		(2ull << 20)
#define GIB		(1ull << 30)

#define DESCRIPTOR_BLOCK	1ull
#define DESCRIPTOR_TABLE	3ull
#define   ATTRIBUTE(n)		((uint64_t)(n) << 2)	/* of MAIR_EL1 */
#define   SHAREABLE		(3ull << 8)		/* inner */
#define   ACCESSED		(1ull << 10)
#define   NO_EXECUTE		(1ull << 54 | 1ull << 53)
#define MEMORY	(DESCRIPTOR_BLOCK | ATTRIBUTE(1) | SHAREABLE | ACCESSED)
#define DEVICE	(DESCRIPTOR_BLOCK | ATTRIBUTE(0) | ACCESSED | NO_EXECUTE)

#define MAIR		0xff00ull	/* 0: device, no gathering, reordering or early answer; 1: memory, write back */
#define TCR_48_BITS	16ull		/* T0SZ */
#define TCR_WALKS	(1ull << 8 | 1ull << 10 | 3ull << 12)	/* through caches, inner shareable */
#define TCR_NO_TTBR1	(1ull << 23)
#define TCR_SIZE	32		/* of physical addresses, as ID_AA64MMFR0_EL1 says */

typedef uint64_t table[ENTRIES] __attribute__((aligned(4096)));

/* 512 GiB an entry, then 1 GiB; and 2 MiB, for those of a GiB that are not all alike. */
static table level0;
static table level1[MMU_REACH / (ENTRIES * GIB)];
static table level2[8];
static unsigned level2_used;

/* A table in the place of a block, with the same in it. NULL: there is none left. */
static uint64_t *split(uint64_t *entry)
{
	uint64_t *below;

	if ((*entry & DESCRIPTOR_TABLE) == DESCRIPTOR_TABLE)
		return (uint64_t *)(*entry & 0xfffffffff000ull);
	if (level2_used == sizeof(level2) / sizeof(level2[0]))
		return NULL;
	below = level2[level2_used++];
	for (unsigned i = 0; i < ENTRIES; i++)
		below[i] = *entry ? *entry + i * MIB2 : 0;
	*entry = (uint64_t)below | DESCRIPTOR_TABLE;
	return below;
}

/* Whole GiB where they fit, else 2 MiB; kind 0: nothing. What is already of this kind costs no table. */
static bool set(uint64_t start, uint64_t end, uint64_t kind)
{
	start &= -MIB2;
	end = (end + MIB2 - 1) & -MIB2;
	if (end > MMU_REACH)
		return false;
	while (start < end) {
		uint64_t *entry = &level1[start / (ENTRIES * GIB)][start / GIB % ENTRIES];
		uint64_t *below;

		if (start % GIB == 0 && end - start >= GIB) {
			*entry = kind ? start | kind : 0;
			start += GIB;
			continue;
		}
		if (*entry == (kind ? (start & -GIB) | kind : 0)) {
			start += MIB2;
			continue;
		}
		below = split(entry);
		if (!below)
			return false;
		below[start / MIB2 % ENTRIES] = kind ? start | kind : 0;
		start += MIB2;
	}
	return true;
}

static void forget(void)
{
	__asm__ volatile("dsb ishst\n\ttlbi vmalle1\n\tdsb ish\n\tisb" ::: "memory");
}

void mmu_start(void)
{
	uint64_t size = READ_SYSTEM("id_aa64mmfr0_el1") & 0xf;

	for (unsigned i = 0; i < sizeof(level1) / sizeof(level1[0]); i++)
		level0[i] = (uint64_t)level1[i] | DESCRIPTOR_TABLE;
	set(MIB2, GIB, DEVICE);
	set(GIB, 2 * GIB, MEMORY);
	WRITE_SYSTEM("mair_el1", MAIR);
	WRITE_SYSTEM("tcr_el1", TCR_48_BITS | TCR_WALKS | TCR_NO_TTBR1 | (size > 5 ? 5 : size) << TCR_SIZE);
	WRITE_SYSTEM("ttbr0_el1", (uint64_t)level0);
	forget();
	WRITE_SYSTEM("sctlr_el1", SCTLR_RESERVED | SCTLR_MMU | SCTLR_CACHE | SCTLR_INSTRUCTIONS);
}

static bool is_memory(const struct memory_range *ranges, size_t count, uint64_t start, uint64_t size)
{
	for (size_t i = 0; i < count; i++)
		if (start < ranges[i].start.value + ranges[i].size && ranges[i].start.value < start + size)
			return true;
	return false;
}

/* We run from the second GiB: what is memory of it stays mapped throughout. */
void mmu_map_memory(const struct memory_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		set(ranges[i].start.value, ranges[i].start.value + ranges[i].size, MEMORY);
	for (uint64_t at = GIB; at < 2 * GIB; at += MIB2)
		if (!is_memory(ranges, count, at, MIB2))
			set(at, at + MIB2, 0);
	forget();
}

bool mmu_map_registers(uint64_t start, uint64_t size)
{
	bool reached = start + size >= start && set(start < MIB2 ? MIB2 : start, start + size, DEVICE);

	forget();
	return reached;
}
