/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/main_case.list */
/*
 * When the monitor comes: where somebody has asked for it or may want it, and on QEMU for nobody else; and how it is
 * left.
 */
#include <string.h>

#include "tests/unit/main_case.h"

/* On QEMU nobody meets it who has not asked: nothing waits, listens or keeps anything. */
static void no_monitor_on_qemu(void **state)
{
	(void)state;
	main_case.failures = 1;
	main_run("");
	main_run("log=summary");
	main_run("monitor=off");
	assert_int_equal(main_case.monitors + main_case.keys_asked, 0);
	assert_false(main_case.flows || main_case.watches);
}

static void the_monitor_comes_when_asked_for(void **state)
{
	static const struct {
		const char *words;
		bool real, key;
		enum monitor_end end;
		unsigned keys, monitors, runs_before, runs;
		enum host_end how;
		const char *last;
	} rows[] = {
		{ "monitor", false, false, MONITOR_GOES_ON, 0, 1, 0, 1, HOST_POWERED_OFF, "busproof: PASS\n" },
		{ "monitor", false, false, MONITOR_QUITS, 0, 1, 0, 0, HOST_GAVE_BACK, "nothing was judged\n" },
		{ "monitor", false, false, MONITOR_REBOOTS, 0, 1, 0, 0, HOST_REBOOTED, "nothing was judged\n" },
		{ "monitor", false, false, MONITOR_SWITCHES_OFF, 0, 1, 0, 0, HOST_POWERED_OFF, "was judged\n" },
		{ "halt=monitor", false, false, MONITOR_QUITS, 0, 1, 1, 1, HOST_GAVE_BACK, "busproof: PASS\n" },
		{ "halt=monitor", false, false, MONITOR_REBOOTS, 0, 1, 1, 1, HOST_REBOOTED, "busproof: PASS\n" },
		{ "monitor=key", false, false, MONITOR_QUITS, 1, 0, 0, 1, HOST_POWERED_OFF, "busproof: PASS\n" },
		{ "monitor=key", false, true, MONITOR_QUITS, 1, 1, 0, 0, HOST_GAVE_BACK, "nothing was judged\n" },
		{ "", true, false, MONITOR_QUITS, 1, 0, 0, 1, HOST_POWERED_OFF, "busproof: PASS\n" },
		{ "", true, true, MONITOR_GOES_ON, 1, 1, 0, 1, HOST_POWERED_OFF, "busproof: PASS\n" },
		{ "monitor=off", true, true, MONITOR_QUITS, 0, 0, 0, 1, HOST_POWERED_OFF, "busproof: PASS\n" },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		main_start_again();
		host_platform.emulated = !rows[i].real;
		main_case.key_pressed = rows[i].key;
		main_case.monitor_end = rows[i].end;
		assert_int_equal(main_run(rows[i].words), rows[i].how);
		main_expect_last_line(rows[i].last);
		assert_int_equal(main_case.keys_asked, rows[i].keys);
		assert_int_equal(main_case.monitors, rows[i].monitors);
		assert_int_equal(main_case.runs_at_monitor, rows[i].runs_before);
		assert_int_equal(main_case.runs, rows[i].runs);
	}
	(void)state;
}

/* After a failure a person at a real console is asked once more. */
static void a_failure_offers_it_again(void **state)
{
	(void)state;
	host_platform.emulated = false;
	main_case.failures = 2;
	main_run("");
	assert_int_equal(main_case.keys_asked, 2);
	assert_true(main_case.flows && main_case.watches);
	assert_int_equal(main_log(), LOG_SUMMARY);
	main_case.enumerated = 0;
	main_run("log=points");
	assert_int_equal(main_log(), LOG_POINTS);
}

/* The machine goes off then, and somebody is told why. */
static void quit_says_where_it_cannot_go(void **state)
{
	(void)state;
	host_no_return = "there is no console";
	main_case.monitor_end = MONITOR_QUITS;
	assert_int_equal(main_run("monitor"), HOST_POWERED_OFF);
	assert_non_null(strstr(host_output, "\n# quit: there is no going back to the firmware: there is no console; "));
	assert_string_equal(main_case.given_back, "keep ");
	host_no_return = NULL;
	main_start_again();
	assert_int_equal(main_run("monitor"), HOST_GAVE_BACK);
	assert_null(strstr(host_output, "# quit:"));
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, main_start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_monitor_on_qemu),
		TEST(the_monitor_comes_when_asked_for),
		TEST(a_failure_offers_it_again),
		TEST(quit_says_where_it_cannot_go),
	};

	return cmocka_run_group_tests_name("main monitor", tests, NULL, NULL);
}
