/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory that the console needs to go on: its page tables, all that they map, its routines, and where PALcode
 * writes what a machine check was.
 *
 * One entry of the first table leads to itself, so that all entries of all tables are one array from the VPTB on: the
 * entry of an address is found, and the entry of that entry's page, without a physical address. SRM has its tables at
 * the top of memory, on some machines in a cluster that it calls free.
 */
#include "arch/alpha/hwrpb.h"

#define LEVELS			3
#define ENTRIES			1024u
#define ENTRY_VALID		1ul
#define TABLES_MAX		4096	/* more than any console has: then the tables make no sense */

/* A list in the HWRPB that is longer is none. */
#define MAPS_MAX		64
#define MAP_PAGES_MAX		4096
#define LOGOUT_MAX		0x10000ul
#define SLOTS_MAX		64

struct walk {
	alpha_read *read;
	console_visit *visit;
	void *context;
	uint64_t vptb;
	unsigned tables;
};

static uint64_t entry_of(uint64_t vptb, uint64_t address)
{
	return vptb + (address >> 13 & 0x3fffffff) * 8;
}

/* Where the entry of an address is in the table of a level. */
static uint64_t entry_at(uint64_t vptb, uint64_t address, unsigned level)
{
	for (; level <= LEVELS; level++)
		address = entry_of(vptb, address);
	return address;
}

static bool read_entry(alpha_read *read, uint64_t vptb, uint64_t address, unsigned level, uint64_t *physical)
{
	uint64_t entry;

	if (!read(entry_at(vptb, address, level), &entry) || !(entry & ENTRY_VALID))
		return false;
	*physical = (entry >> 32) * ALPHA_PAGE;
	return true;
}

bool console_translate(alpha_read *read, uint64_t address, uint64_t *physical)
{
	uint64_t vptb = hwrpb_field(read, HWRPB_VPTB);

	for (unsigned level = 1; level <= LEVELS; level++)
		if (!read_entry(read, vptb, address, level, physical))
			return false;
	*physical += address % ALPHA_PAGE;
	return true;
}

/* In whole pages. */
static void show(const struct walk *walk, uint64_t address, uint64_t physical, uint64_t size)
{
	const struct extent extent = {
		physical & ~(ALPHA_PAGE - 1), (physical + size + ALPHA_PAGE - 1) & ~(ALPHA_PAGE - 1),
	};

	walk->visit(walk->context, address, &extent);
}

/* The table of a level that has the entries of address and of what follows it. */
static bool walk_table(struct walk *walk, unsigned level, uint64_t address)
{
	unsigned shift = 13 + 10 * (LEVELS - level);
	uint64_t physical;

	if (++walk->tables > TABLES_MAX)
		return false;
	for (uint64_t i = 0; i < ENTRIES; i++) {
		uint64_t here = address + (i << shift);

		if (!read_entry(walk->read, walk->vptb, here, level, &physical))
			continue;
		/* The tables see themselves: each is shown as what its entry leads to. */
		if (level == 1 && i == (walk->vptb >> shift) % ENTRIES) {
			show(walk, entry_at(walk->vptb, 0, 1), physical, ALPHA_PAGE);
			continue;
		}
		show(walk, level == LEVELS ? here : entry_at(walk->vptb, here, level + 1), physical, ALPHA_PAGE);
		if (level < LEVELS && !walk_table(walk, level + 1, here))
			return false;
	}
	return true;
}

static void show_routines(const struct walk *walk)
{
	uint64_t crb = hwrpb_field(walk->read, HWRPB_CRB);
	uint64_t count = crb ? hwrpb_field(walk->read, crb + CRB_MAPS) : 0;

	for (uint64_t i = 0; i < count && i < MAPS_MAX; i++) {
		uint64_t map = crb + CRB_FIRST_MAP + i * CRB_MAP_SIZE;
		uint64_t pages = hwrpb_field(walk->read, map + CRB_MAP_PAGES);

		if (pages && pages <= MAP_PAGES_MAX)
			show(walk, CONSOLE_NOWHERE, hwrpb_field(walk->read, map + CRB_MAP_PHYSICAL),
			     pages * ALPHA_PAGE);
	}
}

static void show_logouts(const struct walk *walk)
{
	uint64_t slots = hwrpb_field(walk->read, HWRPB_SLOTS);
	uint64_t size = hwrpb_field(walk->read, HWRPB_SLOT_SIZE);
	uint64_t count = hwrpb_field(walk->read, HWRPB_SLOT_COUNT);

	for (uint64_t i = 0; slots && i < count && i < SLOTS_MAX; i++) {
		uint64_t length = hwrpb_field(walk->read, slots + i * size + SLOT_LOGOUT_LENGTH);

		if (length && length <= LOGOUT_MAX)
			show(walk, CONSOLE_NOWHERE, hwrpb_field(walk->read, slots + i * size + SLOT_LOGOUT), length);
	}
}

bool console_walk(alpha_read *read, console_visit *visit, void *context)
{
	struct walk walk = { read, visit, context, hwrpb_field(read, HWRPB_VPTB), 0 };
	bool sensible = walk.vptb && walk_table(&walk, 1, 0);

	show_routines(&walk);
	show_logouts(&walk);
	return sensible;
}
