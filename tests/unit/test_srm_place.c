/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: arch/alpha/srm/place.c arch/alpha/clusters.c arch/alpha/extents.c arch/alpha/tables.c */
/*
 * Which memory is a console's, on machines of a few numbers: an HWRPB with clusters, and page tables that are seen
 * through one of their own entries. What the first stage for SRM makes of it, where the firmware may go.
 */
#include "arch/alpha/srm/srm.h"

#include <string.h>

#include "tests/unit/host/host.h"

#define VPTB		0x200000000ul
#define TABLES		4
#define TABLES_AT	0x7ff0000ul	/* physical */
#define ENTRY(at)	((at) / ALPHA_PAGE << 32 | 0x1101)
#define MIB		0x100000ul
#define OFFSET_MEMORY	0x400ul
#define OFFSET_CRB	0x300ul
#define OFFSET_SLOT	0x180ul
#define HOME		0x100a000ul
#define IMAGE_PAGES	40

/* The first three levels, and one table of level 3 for each region. */
static uint64_t tables[TABLES][1024];
static uint64_t hwrpb[1024];
static unsigned reads;

static uint64_t *table_at(uint64_t physical)
{
	assert_in_range(physical, TABLES_AT, TABLES_AT + TABLES * ALPHA_PAGE - 1);
	return tables[(physical - TABLES_AT) / ALPHA_PAGE];
}

/* As the CPU finds it: by the tables themselves, from the top. */
static bool read(uint64_t address, uint64_t *value)
{
	uint64_t at = TABLES_AT;

	reads++;
	if (address >= HWRPB && address < HWRPB + sizeof(hwrpb)) {
		*value = hwrpb[(address - HWRPB) / 8];
		return true;
	}
	for (unsigned shift = 33; shift >= 13; shift -= 10) {
		uint64_t entry = table_at(at)[address >> shift & 1023];

		if (!(entry & 1))
			return false;
		at = (entry >> 32) * ALPHA_PAGE;
	}
	*value = table_at(at)[address % ALPHA_PAGE / 8];
	return true;
}

static void set(uint64_t offset, uint64_t value)
{
	hwrpb[offset / 8] = value;
}

static void cluster(unsigned number, uint64_t start, uint64_t end, uint64_t usage)
{
	uint64_t at = OFFSET_MEMORY + TABLE_FIRST_CLUSTER + number * CLUSTER_SIZE;

	set(at + CLUSTER_FIRST_PAGE, start / ALPHA_PAGE);
	set(at + CLUSTER_PAGES, (end - start) / ALPHA_PAGE);
	set(at + CLUSTER_USAGE, usage);
	set(OFFSET_MEMORY + TABLE_CLUSTERS, number + 1);
}

static void map(uint64_t address, uint64_t physical)
{
	tables[address >= IMAGE ? 3 : 2][address >> 13 & 1023] = ENTRY(physical);
}

/* 128 MiB, the lowest two of which the console keeps. The image lies upside down below 16 MiB. */
static int machine(void **state)
{
	(void)state;
	memset(hwrpb, 0, sizeof(hwrpb));
	memset(tables, 0, sizeof(tables));
	reads = 0;
	set(HWRPB_VPTB, VPTB);
	set(HWRPB_SLOT_COUNT, 1);
	set(HWRPB_SLOT_SIZE, 0x280);
	set(HWRPB_SLOTS, OFFSET_SLOT);
	set(HWRPB_CRB, OFFSET_CRB);
	set(HWRPB_MEMORY_TABLE, OFFSET_MEMORY);
	cluster(0, 0, 2 * MIB, USAGE_CONSOLE);
	cluster(1, 2 * MIB, 128 * MIB, 0);
	tables[0][0] = ENTRY(TABLES_AT + ALPHA_PAGE);
	tables[0][1] = ENTRY(TABLES_AT);
	tables[1][HWRPB >> 23] = ENTRY(TABLES_AT + 2 * ALPHA_PAGE);
	tables[1][IMAGE >> 23] = ENTRY(TABLES_AT + 3 * ALPHA_PAGE);
	map(HWRPB, 0x2000);
	for (unsigned i = 0; i < IMAGE_PAGES; i++)
		map(IMAGE + i * ALPHA_PAGE, 16 * MIB - i * 2 * ALPHA_PAGE);
	return 0;
}

static struct srm_wish wish(void)
{
	return (struct srm_wish) {
		.image = { IMAGE, IMAGE + IMAGE_PAGES * ALPHA_PAGE },
		.home = { HOME, HOME + 4 * MIB },
		.detour = MIB,
	};
}

static const char *place(uint64_t *detour)
{
	struct srm_wish what = wish();

	return srm_place(read, &what, detour);
}

static void a_free_machine(void **state)
{
	uint64_t detour = 0;

	(void)state;
	assert_null(place(&detour));
	assert_int_equal(detour, 2 * MIB);
}

/* Each page of the image may be anywhere, also at home, as it is only our own. */
static void the_image_at_home(void **state)
{
	uint64_t detour;

	(void)state;
	for (unsigned i = 0; i < IMAGE_PAGES; i++)
		map(IMAGE + i * ALPHA_PAGE, HOME + i * 4 * ALPHA_PAGE);
	assert_null(place(&detour));
}

/* No page of the detour is the image's, the tables', or what they map. */
static void the_detour_is_nobodys(void **state)
{
	uint64_t detour;

	(void)state;
	for (uint64_t at = 2 * MIB; at < 10 * MIB; at += MIB / 2)
		map(HWRPB + at / (MIB / 2) * ALPHA_PAGE, at);
	assert_null(place(&detour));
	assert_true(detour > 10 * MIB - MIB / 2);
	assert_true(detour + MIB <= 16 * MIB - IMAGE_PAGES * 2 * ALPHA_PAGE || detour >= HOME + 4 * MIB);
}

static void a_stranger_at_home(void **state)
{
	uint64_t detour;

	(void)state;
	map(HWRPB + 8 * ALPHA_PAGE, HOME + 4 * MIB - ALPHA_PAGE);
	assert_string_equal(place(&detour), "the console uses memory that busproof is made for");
	map(HWRPB + 8 * ALPHA_PAGE, HOME + 4 * MIB);
	assert_null(place(&detour));
}

/* Of the routines and of what a machine check leaves only the HWRPB tells. */
static void routines_at_home(void **state)
{
	uint64_t detour;

	(void)state;
	set(OFFSET_CRB + CRB_MAPS, 1);
	set(OFFSET_CRB + CRB_FIRST_MAP + CRB_MAP_PHYSICAL, HOME - ALPHA_PAGE);
	set(OFFSET_CRB + CRB_FIRST_MAP + CRB_MAP_PAGES, 1);
	assert_null(place(&detour));
	set(OFFSET_CRB + CRB_FIRST_MAP + CRB_MAP_PAGES, 2);
	assert_string_equal(place(&detour), "the console uses memory that busproof is made for");
	set(OFFSET_CRB + CRB_MAPS, 0);
	set(OFFSET_SLOT + SLOT_LOGOUT, HOME + 0x123);
	set(OFFSET_SLOT + SLOT_LOGOUT_LENGTH, 8);
	assert_string_equal(place(&detour), "the console uses memory that busproof is made for");
}

static void clusters_at_home(void **state)
{
	const uint64_t usages[] = { USAGE_CONSOLE, USAGE_NONVOLATILE, USAGE_CONSOLE | USAGE_NONVOLATILE };
	uint64_t detour;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		cluster(2, HOME + MIB, HOME + MIB + ALPHA_PAGE, usages[i]);
		assert_string_equal(place(&detour), "the memory that busproof is made for is not there, or the console "
				    "keeps it");
	}
	cluster(1, 2 * MIB, HOME + 4 * MIB - ALPHA_PAGE, 0);
	assert_non_null(place(&detour));
	cluster(2, HOME + 4 * MIB - ALPHA_PAGE, 128 * MIB, 0);
	assert_null(place(&detour));
}

static void no_room(void **state)
{
	uint64_t detour;

	(void)state;
	cluster(1, HOME, HOME + 4 * MIB, 0);
	assert_string_equal(place(&detour), "there is not enough memory that nobody uses");
}

/* Tables without end, and none at all. */
static void tables_that_are_none(void **state)
{
	uint64_t detour;

	(void)state;
	for (unsigned i = 0; i < 1024; i++)
		tables[0][i] = tables[1][i] = ENTRY(TABLES_AT + (i == 1 ? 0 : ALPHA_PAGE));
	assert_string_equal(place(&detour), "the page tables of the console are not understood");
	assert_true(reads < 20000000);
	machine(NULL);
	set(HWRPB_VPTB, 0);
	assert_string_equal(place(&detour), "the page tables of the console are not understood");
}

static void translations(void **state)
{
	uint64_t physical;

	(void)state;
	assert_true(console_translate(read, IMAGE + 3 * ALPHA_PAGE + 5, &physical));
	assert_int_equal(physical, 16 * MIB - 6 * ALPHA_PAGE + 5);
	assert_false(console_translate(read, IMAGE + IMAGE_PAGES * ALPHA_PAGE, &physical));
	assert_false(console_translate(read, 0x40000000, &physical));
}

static void collect(void *context, uint64_t address, const struct extent *extent)
{
	(void)address;
	extents_add(context, extent->start, extent->end);
}

/* The tables themselves are shown too, each once. */
static void what_is_shown(void **state)
{
	struct extents found = { 0 };
	struct extent tables_are = { TABLES_AT, TABLES_AT + TABLES * ALPHA_PAGE };

	(void)state;
	assert_true(console_walk(read, collect, &found));
	assert_int_equal(found.count, 3);
	assert_memory_equal(&found.list[2], &tables_are, sizeof(tables_are));
	assert_int_equal(found.list[0].start, 0x2000);
	assert_int_equal(found.list[1].end, 16 * MIB + ALPHA_PAGE);
	assert_int_equal(found.list[1].start, 16 * MIB - (IMAGE_PAGES - 1) * 2 * ALPHA_PAGE);
}

/* However many pieces there are, none is forgotten. */
static void sets_of_pieces(void **state)
{
	struct extents set = { 0 };

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t at = (uint64_t)(i * 7919 % 1000) * MIB;

		extents_add(&set, at, at + ALPHA_PAGE);
		assert_true(set.count <= EXTENTS_MAX);
		for (unsigned j = 1; j < set.count; j++)
			assert_true(set.list[j - 1].end < set.list[j].start);
		for (unsigned j = 0; j <= i; j++) {
			struct extent piece = { (uint64_t)(j * 7919 % 1000) * MIB, 0 };

			piece.end = piece.start + ALPHA_PAGE;
			assert_non_null(extents_overlap(&set, &piece));
		}
	}
	set.count = 0;
	extents_add(&set, 0x10000, 0x20000);
	assert_null(extents_overlap(&set, &(struct extent){ 0x20000, 0x30000 }));
	assert_null(extents_overlap(&set, &(struct extent){ 0, 0x10000 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_free_machine, machine),
		cmocka_unit_test_setup(the_image_at_home, machine),
		cmocka_unit_test_setup(the_detour_is_nobodys, machine),
		cmocka_unit_test_setup(a_stranger_at_home, machine),
		cmocka_unit_test_setup(routines_at_home, machine),
		cmocka_unit_test_setup(clusters_at_home, machine),
		cmocka_unit_test_setup(no_room, machine),
		cmocka_unit_test_setup(tables_that_are_none, machine),
		cmocka_unit_test_setup(translations, machine),
		cmocka_unit_test_setup(what_is_shown, machine),
		cmocka_unit_test(sets_of_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
