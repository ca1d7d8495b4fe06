/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/main_case.list */
/*
 * The way a run ends: the last line and the exit status are what the tests came to, and a trap that nobody catches is a
 * failure. And what only those get who have asked for it. Runs that are refused are test_main_refuse.c's, going back to
 * the firmware test_main_return.c's, the monitor test_main_monitor.c's.
 */
#include <string.h>

#include "tests/unit/main_case.h"

static void a_good_run_passes(void **state)
{
	(void)state;
	assert_int_equal(main_run(""), HOST_POWERED_OFF);
	main_expect_last_line("\n# busproof: PASS\n");
	assert_int_equal(main_case.exits_with_failure, 0);
	assert_int_equal(main_case.runs, 1);
	assert_int_equal(main_case.engines_tried, 2);
	assert_false(main_case.destructive_allowed);
	assert_false(main_case.host_listens);
}

static void a_failure_fails_the_run(void **state)
{
	(void)state;
	main_case.failures = 3;
	assert_int_equal(main_run(""), HOST_POWERED_OFF);
	main_expect_last_line("\n# busproof: FAIL 3\n");
	assert_int_equal(main_case.exits_with_failure, 1);
	assert_int_equal(main_run("halt=reboot"), HOST_REBOOTED);
	main_expect_last_line("\n# busproof: FAIL 3\n");
	assert_int_equal(main_case.exits_with_failure, 2);
}

static void a_trap_fails_the_run(void **state)
{
	(void)state;
	main_case.traps_in_run = true;
	assert_int_equal(main_run(""), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "Bail out! a bad address (entMM, code 0, pc 0x1234), outside of a test\n"));
	main_expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(main_case.exits_with_failure, 1);
}

static void a_reset_fails_the_run(void **state)
{
	(void)state;
	host_platform.reset = &main_bad_address;
	assert_int_equal(main_run(""), HOST_POWERED_OFF);
	main_expect_last_line("\n# busproof: FAIL 1\n");
	assert_int_equal(main_case.runs, 0);
}

static void only_who_says_so_destroys(void **state)
{
	(void)state;
	main_run("allow=destructive");
	assert_true(main_case.destructive_allowed);
}

static void only_who_says_so_is_asked(void **state)
{
	(void)state;
	main_run("host=on");
	assert_true(main_case.host_listens);
}

/* Once, and without a verdict of its own. */
static void what_was_typed_and_lost_is_reported(void **state)
{
	(void)state;
	main_run("");
	assert_null(strstr(host_output, "of what was typed"));
	main_case.typed_and_missed = 7;
	main_case.enumerated = 0;
	main_run("");
	assert_non_null(strstr(host_output, "\n# the console has lost 7 characters or more of what was typed: "));
	main_expect_last_line("\n# busproof: PASS\n");
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, main_start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_run_passes),
		TEST(a_failure_fails_the_run),
		TEST(a_trap_fails_the_run),
		TEST(a_reset_fails_the_run),
		TEST(only_who_says_so_destroys),
		TEST(only_who_says_so_is_asked),
		TEST(what_was_typed_and_lost_is_reported),
	};

	return cmocka_run_group_tests_name("main", tests, NULL, NULL);
}
