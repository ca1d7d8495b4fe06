/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: drivers/dma/intervals.c */
/*
 * The record of numbers in use, against a plain array of flags, at both ends of the numbers that there are.
 */
#include <string.h>

#include "drivers/dma/intervals.h"
#include "tests/unit/host/host.h"

#define SMALL	12		/* numbers in the comparison with the definition */

static struct intervals taken;

static struct bus_range range(uint64_t first, uint64_t last)
{
	return (struct bus_range) { first, last };
}

static int start(void **state)
{
	(void)state;
	memset(&taken, 0xff, sizeof taken);
	intervals_clear(&taken);
	return 0;
}

/* Ascending, apart, and no more of them than were taken. */
static void expect_sound(void)
{
	assert_true(taken.count <= taken.taken);
	for (unsigned i = 0; i < taken.count; i++) {
		assert_true(taken.ranges[i].first <= taken.ranges[i].last);
		assert_true(i == 0 || taken.ranges[i].first > taken.ranges[i - 1].last + 1);
	}
}

static void expect_ranges(const struct bus_range *expected, unsigned count)
{
	expect_sound();
	assert_int_equal(taken.count, count);
	assert_memory_equal(taken.ranges, expected, count * sizeof *expected);
}
#define RANGES(...) do { \
	static const struct bus_range expected_[] = { __VA_ARGS__ }; \
	expect_ranges(expected_, sizeof expected_ / sizeof expected_[0]); \
} while (0)

static void what_is_taken_is_not_free(void **state)
{
	(void)state;
	assert_true(intervals_take(&taken, range(100, 199)));
	RANGES({ 100, 199 });
	assert_false(intervals_free(&taken, range(0, 100)));
	assert_false(intervals_free(&taken, range(199, 199)));
	assert_false(intervals_free(&taken, range(0, UINT64_MAX)));
	assert_true(intervals_free(&taken, range(0, 99)));
	assert_true(intervals_free(&taken, range(200, UINT64_MAX)));
	assert_false(intervals_free(&taken, range(5, 4)));
	assert_false(intervals_take(&taken, range(150, 250)));
	assert_false(intervals_take(&taken, range(50, 250)));
	assert_false(intervals_take(&taken, range(9, 8)));
	RANGES({ 100, 199 });
	assert_int_equal(taken.taken, 1);
}

static void neighbours_count_as_one(void **state)
{
	(void)state;
	assert_true(intervals_take(&taken, range(10, 19)));
	assert_true(intervals_take(&taken, range(30, 39)));
	RANGES({ 10, 19 }, { 30, 39 });
	assert_true(intervals_take(&taken, range(9, 9)));
	assert_true(intervals_take(&taken, range(40, 40)));
	RANGES({ 9, 19 }, { 30, 40 });
	assert_true(intervals_take(&taken, range(20, 29)));
	RANGES({ 9, 40 });
	assert_int_equal(taken.taken, 5);
	assert_true(intervals_give(&taken, range(20, 29)));
	RANGES({ 9, 19 }, { 30, 40 });
	assert_true(intervals_give(&taken, range(9, 9)));
	assert_true(intervals_give(&taken, range(40, 40)));
	RANGES({ 10, 19 }, { 30, 39 });
	assert_true(intervals_give(&taken, range(10, 19)));
	assert_true(intervals_give(&taken, range(30, 39)));
	assert_int_equal(taken.count + taken.taken, 0);
}

static void what_is_not_taken_is_not_given_back(void **state)
{
	(void)state;
	assert_false(intervals_give(&taken, range(0, UINT64_MAX)));
	assert_true(intervals_take(&taken, range(10, 19)));
	assert_true(intervals_take(&taken, range(21, 29)));
	assert_false(intervals_give(&taken, range(10, 20)));
	assert_false(intervals_give(&taken, range(9, 19)));
	assert_false(intervals_give(&taken, range(10, 29)));
	assert_false(intervals_give(&taken, range(30, 30)));
	assert_false(intervals_give(&taken, range(12, 11)));
	RANGES({ 10, 19 }, { 21, 29 });
	assert_int_equal(taken.taken, 2);
}

/* The last number of all has no successor, and the first no predecessor. */
static void both_ends_of_the_numbers(void **state)
{
	uint64_t first;

	(void)state;
	assert_true(intervals_take(&taken, range(0, UINT64_MAX)));
	RANGES({ 0, UINT64_MAX });
	assert_false(intervals_find(&taken, range(0, UINT64_MAX), 1, 1, &first));
	assert_true(intervals_give(&taken, range(0, UINT64_MAX)));
	assert_true(intervals_take(&taken, range(UINT64_MAX, UINT64_MAX)));
	assert_true(intervals_take(&taken, range(0, 0)));
	RANGES({ 0, 0 }, { UINT64_MAX, UINT64_MAX });
	assert_true(intervals_find(&taken, range(0, UINT64_MAX), 1, 1, &first));
	assert_int_equal(first, 1);
	assert_true(intervals_find(&taken, range(0, UINT64_MAX), UINT64_MAX - 1, 1, &first));
	assert_false(intervals_find(&taken, range(0, UINT64_MAX), UINT64_MAX, 1, &first));
	assert_false(intervals_find(&taken, range(0, UINT64_MAX), 1ull << 63, 1ull << 63, &first));
	assert_false(intervals_find(&taken, range(UINT64_MAX - 5, UINT64_MAX), 1, 16, &first));
	assert_true(intervals_find(&taken, range(UINT64_MAX - 5, UINT64_MAX), 5, 1, &first));
	assert_int_equal(first, UINT64_MAX - 5);
	assert_false(intervals_find(&taken, range(UINT64_MAX - 5, UINT64_MAX), 6, 1, &first));
	assert_true(intervals_take(&taken, range(1, UINT64_MAX - 1)));
	RANGES({ 0, UINT64_MAX });
	assert_true(intervals_give(&taken, range(0, 0)));
	assert_true(intervals_give(&taken, range(UINT64_MAX, UINT64_MAX)));
	RANGES({ 1, UINT64_MAX - 1 });
}

static const struct find_row {
	uint64_t first, last, size, alignment;
	uint64_t found;			/* 0: none */
} find_rows[] = {
	{ 0x1000, 0xffff, 1, 1, 0x1000 },
	{ 0x1000, 0xffff, 0x1000, 0x1000, 0x1000 },
	{ 0x1000, 0xffff, 0x1001, 1, 0x5000 },		/* passes over what is too small */
	{ 0x2000, 0xffff, 1, 1, 0x3000 },		/* begins in the middle of what is taken */
	{ 0x3001, 0xffff, 0x1000, 1, 0x5000 },
	{ 0x3001, 0xffff, 0xfff, 1, 0x3001 },
	{ 0x3001, 0xffff, 1, 0x1000, 0x5000 },
	{ 0x3000, 0xffff, 1, 0x4000, 0xc000 },		/* what the alignment leads to is taken */
	{ 0x5000, 0x7fff, 0x3000, 1, 0x5000 },
	{ 0x5000, 0x7fff, 0x3001, 1, 0 },
	{ 0x5000, 0xffff, 0x4000, 1, 0xb000 },
	{ 0xb000, 0xffff, 0x5000, 1, 0xb000 },
	{ 0xb000, 0xffff, 0x5001, 1, 0 },
	{ 0x8000, 0xafff, 1, 1, 0 },
	{ 0x5000, 0x4fff, 1, 1, 0 },
	{ 0x1000, 0xffff, 0, 1, 0 },
	{ 0x1000, UINT64_MAX, UINT64_MAX, 1, 0 },
};

static void the_lowest_room_is_found(void **state)
{
	(void)state;
	assert_true(intervals_take(&taken, range(0x2000, 0x2fff)));
	assert_true(intervals_take(&taken, range(0x4000, 0x4fff)));
	assert_true(intervals_take(&taken, range(0x8000, 0xafff)));
	for (unsigned i = 0; i < sizeof find_rows / sizeof find_rows[0]; i++) {
		const struct find_row *row = &find_rows[i];
		uint64_t found = 0;

		if (intervals_find(&taken, range(row->first, row->last), row->size, row->alignment, &found) !=
		    (row->found != 0) || found != row->found)
			fail_msg("row %u: %#llx", i, (unsigned long long)found);
	}
	assert_int_equal(taken.taken, 3);
}

/* Full with a hole between each two; then there is still room for the pieces of what is given back. */
static void a_full_record_says_so(void **state)
{
	(void)state;
	for (unsigned i = 0; i < INTERVALS; i++)
		assert_true(intervals_take(&taken, range(i * 10, i * 10 + 4)));
	assert_int_equal(taken.count, INTERVALS);
	assert_true(intervals_free(&taken, range(5, 9)));
	assert_false(intervals_take(&taken, range(5, 9)));
	assert_true(intervals_give(&taken, range(10, 14)));
	assert_true(intervals_take(&taken, range(5, 9)));
	expect_sound();
	for (unsigned i = 0; i < INTERVALS; i++)
		assert_int_equal(intervals_give(&taken, range(i * 10, i * 10 + 4)), i != 1);
	RANGES({ 5, 9 });
}

/* Taken side by side they are one range; every other one given back, there are as many as there can be. */
static void fragments_have_room(void **state)
{
	(void)state;
	for (unsigned i = 0; i < INTERVALS; i++)
		assert_true(intervals_take(&taken, range(i * 8, i * 8 + 7)));
	RANGES({ 0, INTERVALS * 8 - 1 });
	for (unsigned i = 1; i < INTERVALS; i += 2)
		assert_true(intervals_give(&taken, range(i * 8, i * 8 + 7)));
	expect_sound();
	assert_int_equal(taken.count, INTERVALS / 2);
	for (unsigned i = INTERVALS / 2; i-- > 0; )
		assert_true(intervals_give(&taken, range(i * 16, i * 16 + 7)));
	assert_int_equal(taken.count + taken.taken, 0);
}

/* Each way to take, find and give in a few numbers, beside flags that are looked at one by one. */
static bool flags[SMALL];

static bool all(unsigned first, unsigned last, bool what)
{
	for (unsigned i = first; i <= last; i++)
		if (flags[i] != what)
			return false;
	return true;
}

static unsigned lowest(unsigned first, unsigned size)
{
	for (; first + size <= SMALL; first++)
		if (all(first, first + size - 1, false))
			return first;
	return SMALL;
}

static void compare_find(uint64_t origin)
{
	for (unsigned first = 0; first < SMALL; first++)
		for (unsigned size = 1; size <= SMALL; size++) {
			uint64_t found = origin + SMALL;

			intervals_find(&taken, range(origin + first, origin + SMALL - 1), size, 1, &found);
			if (found - origin != lowest(first, size))
				fail_msg("%u from %u: %u", size, first, (unsigned)(found - origin));
		}
}

static void compare_with_flags(uint64_t origin)
{
	uint32_t random = 1;

	for (unsigned step = 0; step < 20000; step++) {
		unsigned first, last;

		random = random * 1664525 + 1013904223;
		first = (random >> 8) % SMALL;
		last = first + (random >> 16) % (SMALL - first);
		if (random >> 31) {
			assert_int_equal(intervals_take(&taken, range(origin + first, origin + last)),
					 all(first, last, false));
			if (all(first, last, false))
				memset(&flags[first], true, last - first + 1);
		} else if (first == last && flags[first]) {
			/* Pieces of what was taken; as if each number had been taken by itself. */
			taken.taken = SMALL + 1;
			assert_true(intervals_give(&taken, range(origin + first, origin + last)));
			flags[first] = false;
		}
		taken.taken = SMALL;
		expect_sound();
		if (step % 50 == 0)
			compare_find(origin);
	}
}

static void like_flags(void **state)
{
	static const uint64_t origins[] = { 0, 0x100000000 - SMALL / 2, UINT64_MAX - SMALL + 1 };

	for (unsigned i = 0; i < 3; i++) {
		start(state);
		memset(flags, 0, sizeof flags);
		compare_with_flags(origins[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_taken_is_not_free, start),
		cmocka_unit_test_setup(neighbours_count_as_one, start),
		cmocka_unit_test_setup(what_is_not_taken_is_not_given_back, start),
		cmocka_unit_test_setup(both_ends_of_the_numbers, start),
		cmocka_unit_test_setup(the_lowest_room_is_found, start),
		cmocka_unit_test_setup(a_full_record_says_so, start),
		cmocka_unit_test_setup(fragments_have_room, start),
		cmocka_unit_test(like_flags),
	};

	return cmocka_run_group_tests_name("intervals", tests, NULL, NULL);
}
