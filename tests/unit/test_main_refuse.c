/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/main_case.list */
/*
 * Runs that cannot be: nothing is done to any device, and the verdict says why.
 */
#include <string.h>

#include "boot/frames.h"
#include "tests/unit/main_case.h"

/* Nothing is done to any device, whatever else the words ask for. */
static void a_bad_word_ends_the_run(void **state)
{
	(void)state;
	assert_int_equal(main_run("frobnicate"), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "\n# nothing was run: unknown word \"frobnicate\""));
	main_expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(main_case.exits_with_failure, 1);
	assert_int_equal(main_case.runs + main_case.engines_tried, 0);
}

static void too_little_memory_ends_the_run(void **state)
{
	host_teardown(state);
	host_setup(state);
	host_add_memory(FRAMES_BY_ADDRESS_END, main_memory_least - FRAME_SIZE);
	assert_int_equal(main_run(""), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "\nnot ok 1 - memory\n"));
	assert_non_null(strstr(host_output, "\n# nothing was run: too little memory: 33 MiB, 33 MiB of it free, and 34 "
					    "MiB"));
	main_expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(main_case.exits_with_failure, 1);
	assert_int_equal(main_case.runs + main_case.engines_tried, 0);
}

static void a_page_that_nothing_has_ends_the_run(void **state)
{
	(void)state;
	assert_int_equal(main_run("iommu-page=16K"), HOST_POWERED_OFF);
	assert_int_equal(main_case.runs, 1);
	assert_int_equal(main_run("iommu-page=64K"), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "\nnot ok 1 - iommu-page\n"));
	assert_non_null(strstr(host_output, "told to have pages of 64 KiB\n"));
	main_expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(main_case.runs, 1);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, main_start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_bad_word_ends_the_run),
		TEST(too_little_memory_ends_the_run),
		TEST(a_page_that_nothing_has_ends_the_run),
	};

	return cmocka_run_group_tests_name("main refuse", tests, NULL, NULL);
}
