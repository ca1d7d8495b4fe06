/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/frames_case.list */
/*
 * Frames: who gets which. The same for long against a plain model is test_frames_model.c's; what stands in them is
 * test_sweep.c's.
 */
#include <string.h>

#include "tests/unit/frames_case.h"

static void tells_what_there_is(void **state)
{
	(void)state;
	assert_int_equal(frames_total(), 512 * KIB + 1 * MIB);
	assert_int_equal(frames_highest(), CASE_HIGH + 1 * MIB);
	assert_true(frames_contain((phys_addr){ CASE_LOW }, 512 * KIB));
	assert_true(frames_contain((phys_addr){ CASE_LOW + 100 }, 512 * KIB - 100));
	assert_false(frames_contain((phys_addr){ CASE_LOW + 100 }, 512 * KIB - 99));
	assert_false(frames_contain((phys_addr){ CASE_LOW - 1 }, 1));
	assert_false(frames_contain((phys_addr){ CASE_LOW + 512 * KIB }, 1));
	assert_false(frames_contain((phys_addr){ CASE_HIGH }, UINT64_MAX));
	assert_true(frames_contain((phys_addr){ CASE_HIGH + 1 * MIB - 1 }, 1));
}

/* Parts of frames do not count, adjoining ranges are one, overlapping ones count once, empty ones not at all. */
static void odd_ranges(void **state)
{
	static const struct memory_range ranges[] = {
		{ { 0x10001 }, 0x6000 },		/* one whole frame, 0x12000 */
		{ { 0x20001 }, 0x3000 },		/* none: 0x22000 to 0x22000 */
		{ { 0x30000 }, 0 },
		{ { 0x40000 }, 0x4000 },
		{ { 0x44000 }, 0x4000 },
		{ { 0x46000 }, 0x4000 },
	};
	uint64_t begin, end;

	host_setup(state);
	frames_init(ranges, sizeof ranges / sizeof ranges[0]);
	assert_int_equal(frames_total(), 0x4000 + 0xa000);
	assert_true(frames_next_free(0, &begin, &end));
	assert_int_equal(begin, 0x12000);
	assert_int_equal(end, 0x16000);
	assert_true(frames_next_free(end, &begin, &end));
	assert_int_equal(begin, 0x40000);
	assert_int_equal(end, 0x4a000);
	assert_false(frames_next_free(end, &begin, &end));
	assert_true(frames_contain((phys_addr){ 0x43000 }, 0x2000));
}

static void more_ranges_than_room(void **state)
{
	struct memory_range ranges[FRAMES_RANGES + 2];

	host_setup(state);
	for (unsigned i = 0; i < FRAMES_RANGES + 2; i++)
		ranges[i] = (struct memory_range){ { 0x100000ul * i }, FRAME_SIZE };
	frames_init(ranges, FRAMES_RANGES + 2);
	assert_int_equal(frames_total(), FRAMES_RANGES * FRAME_SIZE);
}

static void no_memory_at_all(void **state)
{
	struct frames_stray stray;
	phys_addr address;

	host_setup(state);
	frames_init(NULL, 0);
	frames_fill_free();
	assert_int_equal(frames_total(), 0);
	assert_int_equal(frames_highest(), 0);
	assert_false(frames_take(1, FRAME_SIZE, &address));
	assert_true(frames_sweep(SWEEP_SAMPLE, &stray));
	assert_true(frames_sweep(SWEEP_ALL, &stray));
}

static void lowest_fit_first(void **state)
{
	(void)state;
	assert_int_equal(case_take(1, FRAME_SIZE), CASE_HIGH);
	assert_int_equal(case_take(2, FRAME_SIZE), CASE_HIGH + 1 * FRAME_SIZE);
	assert_int_equal(case_take(1, FRAME_SIZE), CASE_HIGH + 3 * FRAME_SIZE);
	case_give(CASE_HIGH + 1 * FRAME_SIZE, 2);
	assert_int_equal(case_take(3, FRAME_SIZE), CASE_HIGH + 4 * FRAME_SIZE);
	assert_int_equal(case_take(2, FRAME_SIZE), CASE_HIGH + 1 * FRAME_SIZE);
	assert_int_equal(case_take(1, 64 * KIB), CASE_HIGH + 64 * KIB);
	assert_int_equal(case_take(1, FRAME_SIZE), CASE_HIGH + 7 * FRAME_SIZE);
}

static void bounds(void **state)
{
	phys_addr address;

	(void)state;
	/* The last frame below the bound, and not one more. */
	assert_true(frames_take_between(CASE_LOW, CASE_LOW + 2 * FRAME_SIZE, 2, FRAME_SIZE, &address));
	assert_int_equal(address.value, CASE_LOW);
	case_give(CASE_LOW, 2);
	assert_false(frames_take_between(CASE_LOW, CASE_LOW + 2 * FRAME_SIZE, 3, FRAME_SIZE, &address));
	assert_false(frames_take_between(CASE_LOW, CASE_LOW + 2 * FRAME_SIZE - 1, 2, FRAME_SIZE, &address));
	assert_true(frames_take_between(CASE_LOW + 1, UINT64_MAX, 1, FRAME_SIZE, &address));
	assert_int_equal(address.value, CASE_LOW + FRAME_SIZE);
	/* A run does not go from one range to the next. */
	assert_true(frames_take_between(0, UINT64_MAX, 63, FRAME_SIZE, &address));
	assert_int_equal(address.value, CASE_HIGH);
	assert_false(frames_take_between(0, UINT64_MAX, 129, FRAME_SIZE, &address));
	assert_false(frames_take_between(0, UINT64_MAX, 0, FRAME_SIZE, &address));
	assert_false(frames_take_between(CASE_HIGH, CASE_LOW, 1, FRAME_SIZE, &address));
	assert_false(frames_take_between(UINT64_MAX, UINT64_MAX, 1, FRAME_SIZE, &address));
	assert_false(frames_take_between(0, UINT64_MAX, SIZE_MAX, FRAME_SIZE, &address));
	assert_false(frames_take_between(0, UINT64_MAX, UINT64_MAX / FRAME_SIZE, FRAME_SIZE, &address));
	assert_false(frames_take_between(0, UINT64_MAX, UINT64_MAX / FRAME_SIZE + 2, FRAME_SIZE, &address));
	assert_false(frames_take_between(0, UINT64_MAX, 1, 1ull << 63, &address));
}

static void as_many_runs_as_there_may_be(void **state)
{
	static const struct memory_range large = { { CASE_HIGH }, (FRAMES_TAKEN + 1) * FRAME_SIZE };
	phys_addr address;

	host_setup(state);
	case_use(&large, 1);
	for (unsigned i = 0; i < FRAMES_TAKEN; i++)
		assert_int_equal(case_take(1, FRAME_SIZE), CASE_HIGH + i * FRAME_SIZE);
	assert_false(frames_take(1, FRAME_SIZE, &address));
	case_give(CASE_HIGH + 7 * FRAME_SIZE, 1);
	assert_int_equal(case_take(1, FRAME_SIZE), CASE_HIGH + 7 * FRAME_SIZE);
	frames_give_back_to(0);
	assert_int_equal(frames_taken(), 0);
	assert_int_equal(case_take(FRAMES_TAKEN + 1, FRAME_SIZE), CASE_HIGH);
}

/* Those taken last go, wherever they lie. */
static void give_back_to(void **state)
{
	uint64_t first = case_take(1, FRAME_SIZE);
	uint64_t second = case_take(4, FRAME_SIZE);
	uint64_t third;
	uint64_t begin, end;

	(void)state;
	case_give(first, 1);
	assert_int_equal(frames_taken(), 1);
	third = case_take(1, FRAME_SIZE);
	assert_int_equal(third, first);
	frames_give_back_to(2);
	assert_int_equal(frames_taken(), 2);
	frames_give_back_to(1);
	assert_int_equal(frames_taken(), 1);
	assert_true(frames_next_free(CASE_HIGH, &begin, &end));
	assert_int_equal(begin, third);
	assert_int_equal(end, second);
}

/* What was taken last stays, and what was taken before it goes. */
static void outlive(void **state)
{
	uint64_t first = case_take(1, FRAME_SIZE);
	uint64_t second = case_take(1, FRAME_SIZE);
	uint64_t begin, end;

	(void)state;
	frames_outlive((phys_addr) { second });
	frames_give_back_to(1);
	assert_true(frames_next_free(CASE_HIGH, &begin, &end));
	assert_int_equal(begin, first);
	assert_int_equal(end, second);
}

struct gift {
	uint64_t address;
	size_t count;
};

static void give_gift(void *argument)
{
	const struct gift *gift = argument;

	case_give(gift->address, gift->count);
}

static void giving_what_was_not_taken_is_fatal(void **state)
{
	static const struct gift gifts[] = {
		{ CASE_HIGH, 1 }, { CASE_HIGH, 3 }, { CASE_HIGH, 0 }, { CASE_HIGH + FRAME_SIZE, 1 },
		{ CASE_HIGH + 1, 2 }, { CASE_HIGH + 2 * FRAME_SIZE, 1 }, { CASE_LOW, 1 }, { 0, 1 }, { UINT64_MAX, 1 },
	};

	(void)state;
	case_take(2, FRAME_SIZE);
	for (unsigned i = 0; i < sizeof gifts / sizeof gifts[0]; i++) {
		if (host_run(give_gift, (void *)&gifts[i]) != HOST_POWERED_OFF)
			fail_msg("%zu frames at %#llx were taken back", gifts[i].count,
				 (unsigned long long)gifts[i].address);
		assert_non_null(strstr(host_output, "Bail out! frames given back"));
		assert_int_equal(frames_taken(), 1);
	}
	case_give(CASE_HIGH, 2);
	assert_int_equal(host_run(give_gift, &(struct gift){ CASE_HIGH, 2 }), HOST_POWERED_OFF);
}

static void take_misaligned(void *argument)
{
	phys_addr address;

	frames_take(1, *(const uint64_t *)argument, &address);
}

static void bad_alignment_is_fatal(void **state)
{
	static const uint64_t alignments[] = { 0, 1, 4096, FRAME_SIZE + 1, 3 * FRAME_SIZE };

	(void)state;
	for (unsigned i = 0; i < sizeof alignments / sizeof alignments[0]; i++)
		assert_int_equal(host_run(take_misaligned, (void *)&alignments[i]), HOST_POWERED_OFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tells_what_there_is, case_start, host_teardown),
		cmocka_unit_test_teardown(odd_ranges, host_teardown),
		cmocka_unit_test_teardown(more_ranges_than_room, host_teardown),
		cmocka_unit_test_teardown(no_memory_at_all, host_teardown),
		cmocka_unit_test_setup_teardown(lowest_fit_first, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(bounds, case_start, host_teardown),
		cmocka_unit_test_teardown(as_many_runs_as_there_may_be, host_teardown),
		cmocka_unit_test_setup_teardown(give_back_to, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(outlive, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(giving_what_was_not_taken_is_fatal, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(bad_alignment_is_fatal, case_start, host_teardown),
	};

	return cmocka_run_group_tests_name("frames", tests, NULL, NULL);
}
