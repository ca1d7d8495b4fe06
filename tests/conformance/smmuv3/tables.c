/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables of a test's own, of each size of pages: see rig.h. All memory around a number leads to itself, by blocks
 * where there are such, but for the page of the number.
 *
 * Source: Arm Architecture Reference Manual (DDI 0487), D8.2 and D8.3.
 */
#include "boot/byteorder.h"
#include "tests/conformance/smmuv3/rig.h"

#define LAST_LEVEL	3u

const struct smmuv3_granule smmuv3_granules[SMMUV3_GRANULES] = {
	{ "4KiB", IDR5_GRAN4K, 12, 1 },
	{ "16KiB", IDR5_GRAN16K, 14, 2 },
	{ "64KiB", IDR5_GRAN64K, 16, 2 },
};

/* Bits of an address below the index of a level. */
static unsigned below(unsigned shift, unsigned level)
{
	return shift + (LAST_LEVEL - level) * (shift - 3);
}

static unsigned level_first(unsigned shift)
{
	unsigned level = LAST_LEVEL;

	while (below(shift, level) + shift - 3 < TABLES_BITS)
		level--;
	return level;
}

static uint64_t index_of(unsigned shift, unsigned level, uint64_t number)
{
	return (number >> below(shift, level)) & ((1ull << (shift - 3)) - 1);
}

/* The table of a level that the number is in: each entry leads to itself. */
static void fill_level(unsigned row, unsigned level, uint64_t *table, uint64_t number)
{
	unsigned shift = smmuv3_granules[row].shift, size = below(shift, level);
	uint64_t start = number >> size >> (shift - 3) << (shift - 3) << size;
	uint64_t kind = level == LAST_LEVEL ? LEAF_PAGE : LEAF_BLOCK;

	for (uint64_t i = 0; level >= smmuv3_granules[row].first_block && i < 1ull << (shift - 3); i++)
		table[i] = cpu_to_le64(smmuv3_page((phys_addr) { start + (i << size) }, DMA_DEVICE_BOTH) - LEAF_PAGE +
				       kind);
}

uint64_t *smmuv3_make_tables(struct trial *trial, unsigned row, uint64_t number, phys_addr *root)
{
	unsigned shift = smmuv3_granules[row].shift;
	uint64_t *entry = NULL;
	phys_addr table;

	for (unsigned level = level_first(shift); level <= LAST_LEVEL; level++) {
		if (!trial_take_table(trial, 1ull << shift, 1ull << shift, &table))
			return NULL;
		fill_level(row, level, arch_pointer(table), number);
		if (entry)
			*entry = cpu_to_le64(table.value | NEXT_TABLE);
		else
			*root = table;
		entry = (uint64_t *)arch_pointer(table) + index_of(shift, level, number);
	}
	return entry;
}

bool smmuv3_take_page(struct trial *trial, phys_addr *page)
{
	if (frames_take(SMMUV3_PAGE_MOST / FRAME_SIZE, SMMUV3_PAGE_MOST, page))
		return true;
	trial_error(trial, "no memory for a page of %u bytes", SMMUV3_PAGE_MOST);
	return false;
}
