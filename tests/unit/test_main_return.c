/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/main_case.list */
/*
 * With halt=return the firmware gets the machine back, in the right order, whatever the verdict is; or hears why not.
 */
#include <string.h>

#include "tests/unit/main_case.h"

#define ALL_GIVEN_BACK	"keep engines interrupts domains pci "

/* With a failure as well: whatever the verdict is, it is the firmware's turn, and nothing else ends the machine. */
static void the_machine_is_given_back(void **state)
{
	(void)state;
	assert_int_equal(main_run("halt=return"), HOST_GAVE_BACK);
	main_expect_last_line("\n# busproof: PASS\n");
	assert_string_equal(main_case.given_back, ALL_GIVEN_BACK);
	main_case.failures = 2;
	main_case.given_back[0] = 0;
	main_case.enumerated = 0;
	assert_int_equal(main_run("halt=return"), HOST_GAVE_BACK);
	main_expect_last_line("\n# busproof: FAIL 2\n");
	assert_string_equal(main_case.given_back, ALL_GIVEN_BACK);
	assert_int_equal(main_case.exits_with_failure, 0);
}

static void only_who_says_so_returns(void **state)
{
	(void)state;
	assert_int_equal(main_run(""), HOST_POWERED_OFF);
	assert_string_equal(main_case.given_back, "");
}

/* The devices are not touched then, and the verdict says why. */
static void a_return_that_is_impossible_ends_the_run(void **state)
{
	(void)state;
	host_no_return = "there is no console";
	assert_int_equal(main_run("halt=return"), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "\nnot ok 1 - halt\n"));
	assert_non_null(strstr(host_output, "\n# nothing was run: halt=return is impossible: there is no console\n"));
	main_expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(main_case.exits_with_failure, 1);
	assert_int_equal(main_case.runs + main_case.engines_tried, 0);
}

/* A firmware of which nobody knows what it would find gets nothing. */
static void a_return_that_traps_ends_the_machine(void **state)
{
	(void)state;
	main_case.traps_in_return = true;
	assert_int_equal(main_run("halt=return"), HOST_POWERED_OFF);
	main_expect_last_line("\n# busproof: FAIL 1\n");
	assert_string_equal(main_case.given_back, "keep engines interrupts ");
	assert_int_equal(main_case.exits_with_failure, 1);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, main_start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_machine_is_given_back),
		TEST(only_who_says_so_returns),
		TEST(a_return_that_is_impossible_ends_the_run),
		TEST(a_return_that_traps_ends_the_machine),
	};

	return cmocka_run_group_tests_name("main return", tests, NULL, NULL);
}
