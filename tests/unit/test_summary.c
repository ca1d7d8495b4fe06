/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/conformance/framework/summary.c boot/tap.c boot/format.c boot/print.c */
/*
 * A run in few lines: what it counts, which failures it names, and that it keeps its size whatever happens: absurd
 * numbers of suites and failures, names and reasons without an end.
 */
#include <stdio.h>
#include <string.h>

#include "boot/tap.h"
#include "tests/conformance/framework/summary.h"
#include "tests/unit/host/host.h"

#define LINES_MOST	30		/* of 40; the rest is what the machine is */
#define BYTES_MOST	SUMMARY_BYTES

static void note(const char *name, const char *point, enum verdict verdict, const char *reason, bool failed)
{
	const struct conformance_test test = { .name = name };
	struct trial trial = { .test = &test, .verdict = verdict };

	strncpy(trial.reason, reason, sizeof(trial.reason) - 1);
	summary_note(&trial, point, failed);
}

static void print_all(void)
{
	host_output_length = 0;
	host_output[0] = 0;
	summary_print();
}

static int start(void **state)
{
	host_setup(state);
	tap_plan(1, NULL);		/* comments wait for one */
	summary_clear();
	return 0;
}

static void expect_size(void)
{
	unsigned lines = 0;
	size_t bytes = 0;

	/* A newline is CR LF on the wire. */
	for (const char *at = host_output; *at; at++) {
		lines += *at == '\n';
		bytes += *at == '\n' ? 2 : 1;
	}
	if (lines > LINES_MOST || bytes > BYTES_MOST)
		fail_msg("%u lines, %zu bytes", lines, bytes);
}

static void suites_are_counted(void **state)
{
	(void)state;
	note("cpu.a", "cpu.a", VERDICT_PASS, "", false);
	note("cpu.b", "cpu.b", VERDICT_SKIP, "no", false);
	note("cpu.c", "cpu.c", VERDICT_FAIL, "a listed one", false);
	note("dma.a", "dma.a/x", VERDICT_FAIL, "moved", true);
	note("dma.a", "dma.a/y", VERDICT_ERROR, "no memory", true);
	print_all();
	assert_string_equal(host_output, "ok 1 - cpu: 3 points: 1 pass, 1 skip, 1 known, 0 fail\n"
					 "not ok 2 - dma: 2 points: 0 pass, 0 skip, 0 known, 2 fail\n"
					 "# failed: dma.a/x: moved\n# failed: dma.a/y: no memory\n");
}

/* A suite is there before one of its points has come to its end: the plan is kept. */
static void the_plan_is_that_of_all_suites(void **state)
{
	static const struct conformance_test tests[] = { { .name = "cpu.a" }, { .name = "cpu.b" }, { .name = "dma" } };

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		summary_expect(&tests[i]);
	summary_plan();
	assert_non_null(strstr(host_output, "TAP version 14\n1..2\n"));
	note("dma", "dma", VERDICT_PASS, "", false);
	print_all();
	assert_string_equal(host_output, "ok 1 - cpu: 0 points: 0 pass, 0 skip, 0 known, 0 fail\n"
					 "ok 2 - dma: 1 points: 1 pass, 0 skip, 0 known, 0 fail\n");
}

static void the_first_failures_are_named_and_the_rest_counted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SUMMARY_FAILURES + 3; i++)
		note("a.b", (const char[]) { 'p', (char)('a' + i), 0 }, VERDICT_FAIL, "why", true);
	print_all();
	assert_non_null(strstr(host_output, "# failed: pa: why\n"));
	assert_non_null(strstr(host_output, "# failed: ph: why\n"));
	assert_null(strstr(host_output, "# failed: pi: why\n"));
	assert_non_null(strstr(host_output, "# and 3 more\n"));
	summary_clear();
	print_all();
	assert_string_equal(host_output, "");
}

/* More suites than have a line are one together, and none of their points is lost. */
static void suites_without_a_line_are_one(void **state)
{
	char name[16];

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "s%u.a", i);
		note(name, name, VERDICT_PASS, "", false);
	}
	print_all();
	assert_non_null(strstr(host_output, "ok 15 - s14: 1 points"));
	assert_non_null(strstr(host_output, "ok 16 - others: 25 points: 25 pass"));
	assert_null(strstr(host_output, "ok 17"));
}

/* Long names, and numbers of four digits in each place. */
static void it_keeps_its_size_whatever_happens(void **state)
{
	static const enum verdict verdicts[] = { VERDICT_PASS, VERDICT_SKIP, VERDICT_FAIL, VERDICT_FAIL };
	static char longest[400], name[400], point[1000];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	for (unsigned i = 0; i < 80000; i++) {
		unsigned kind = i / 20 % 4;

		snprintf(name, sizeof(name), "suite-%u-%.200s.test", i % 20, longest);
		snprintf(point, sizeof(point), "%s/%u/%s", name, i, longest);
		note(name, point, verdicts[kind], longest, kind == 3);
	}
	print_all();
	expect_size();
	assert_non_null(strstr(host_output, "# failed: suite-0-"));
	assert_non_null(strstr(host_output, " more\n"));
}

/* All that is named and all that is counted is all that has failed, also where names take the room of others. */
static void nothing_that_failed_is_left_out(void **state)
{
	static char longest[400];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	for (unsigned length = 0; length < 300; length += 7) {
		unsigned named = 0, more = 0;
		const char *at;

		summary_clear();
		for (unsigned i = 0; i < 50; i++) {
			char name[32];

			snprintf(name, sizeof(name), "suite%u-longer.test", i);
			note(name, longest + (sizeof(longest) - 1 - length), VERDICT_FAIL,
			     longest + (sizeof(longest) - 1 - length), true);
		}
		print_all();
		expect_size();
		for (at = host_output; (at = strstr(at, "# failed: ")) != NULL; at++)
			named++;
		at = strstr(host_output, "# and ");
		assert_non_null(at);
		assert_int_equal(sscanf(at, "# and %u more", &more), 1);
		assert_int_equal(named + more, 50);
	}
}

static void a_reason_of_many_lines_is_one(void **state)
{
	(void)state;
	note("a.b", "point\nnot ok 9 - another", VERDICT_FAIL, "first\nok 7 - second\nthird", true);
	print_all();
	assert_string_equal(host_output, "not ok 1 - a: 1 points: 0 pass, 0 skip, 0 known, 1 fail\n"
					 "# failed: point: first\n");
}

#define TEST(name)	cmocka_unit_test_setup(name, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(suites_are_counted),
		TEST(the_plan_is_that_of_all_suites),
		TEST(the_first_failures_are_named_and_the_rest_counted),
		TEST(suites_without_a_line_are_one),
		TEST(it_keeps_its_size_whatever_happens),
		TEST(nothing_that_failed_is_left_out),
		TEST(a_reason_of_many_lines_is_one),
	};

	return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
