/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/runner_case.list */
/*
 * The runner: which points are run, that the plan and the list are as long, what each of them draws, when there is no
 * time left, and when a point is tried again. What becomes of each is in test_runner.c.
 */
#include <stdio.h>
#include <string.h>

#include "boot/clock.h"
#include "tests/unit/runner_case.h"

/* With the same random numbers and with patience; that it was so is said. */
static void a_limit_is_tried_again(void **state)
{
	(void)state;
	runner.late_tries = 1;
	assert_int_equal(runner_case_run("tests=limit.decides"), 0);
	assert_int_equal(runner.tries, 2);
	assert_int_equal(runner.seen_in_try[0].random, runner.seen_in_try[1].random);
	assert_int_equal(runner.seen_in_try[0].patience, 1);
	assert_int_equal(runner.seen_in_try[1].patience, CLOCK_PATIENCE);
	expect_said("\nok 1 - limit.decides\n");
	expect_said("# unsteady: limit.decides: ");
}

static void a_defect_fails_in_the_second_try_as_well(void **state)
{
	(void)state;
	runner.late_tries = 2;
	assert_int_equal(runner_case_run("tests=limit.decides"), 1);
	assert_int_equal(runner.tries, 2);
	expect_said("\nnot ok 1 - limit.decides\n");
	expect_said("  second-try: \"a limit decided the first one: nothing came\"\n");
	expect_not_said("unsteady");
}

/* Not what no limit decided, though one was reached before; not what is known; and not where nothing works at all. */
static void other_failures_are_tried_once(void **state)
{
	(void)state;
	clock_limit_reached();
	assert_int_equal(runner_case_run("tests=run.fails"), 1);
	assert_int_equal(runner.ran, 1);
	runner.late_tries = 2;
	assert_int_equal(runner_case_run("tests=limit.known"), 0);
	assert_int_equal(runner.tries, 1);
	runner.tries = 0;
	runner.some_engine_works = false;
	assert_int_equal(runner_case_run("tests=limit.decides"), 1);
	assert_int_equal(runner.tries, 1);
}

/* A deviation that must show is waited for with patience, and so is what is recorded. */
static void what_comes_late_is_waited_for(void **state)
{
	(void)state;
	runner.late_tries = 1;
	assert_int_equal(runner_case_run("tests=limit.late"), 0);
	assert_int_equal(runner.tries, 2);
	expect_said("\nnot ok 1 - limit.late # TODO always\n");
	expect_said("# unsteady: limit.late: a limit decided, and the second try went otherwise: it passed");
	runner.tries = 0;
	runner.late_tries = 2;
	assert_int_equal(runner_case_run("tests=limit.late"), 1);
	assert_int_equal(runner.tries, 2);
	expect_said("deviation always no longer shows: remove it");
	runner.tries = 0;
	runner.late_tries = 1;
	assert_int_equal(runner_case_run("tests=limit.recorded log=points"), 0);
	expect_said("# recorded: limit.recorded: it came");
	expect_said("# unsteady: limit.recorded: a limit decided, and the second try went otherwise: nothing came");
	runner.tries = 0;
	runner.late_tries = 0;
	assert_int_equal(runner_case_run("tests=limit.recorded"), 0);
	assert_int_equal(runner.tries, 1);
	expect_not_said("unsteady");
}

static void the_choice_is_kept(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=choice.*,choice.by-name"), 0);
	expect_said("TAP version 14\n1..2\n");
	expect_said("\nok 1 - choice.about/number-1\n");
	expect_said("\nok 2 - choice.by-name\n");
	assert_int_equal(runner_case_run("tests=choice.*"), 0);
	expect_not_said("choice.by-name");
	assert_int_equal(runner_case_run("tests=*/number-1 skip=random.*"), 1);
	expect_said("TAP version 14\n1..2\n");
	expect_not_said("random");
	assert_int_equal(runner_case_run("tests=*passes skip=known.*"), 0);
	assert_int_equal(runner_case_run("tests=* skip=run.*,known.*,elsewhere.*,limit.*"), 0);
	expect_not_said("choice.by-name");
	expect_said("choice.about/number-1");
}

/* The plan is as long as the list of points, whatever comes of them. */
static void all_that_is_planned_is_run(void **state)
{
	unsigned points = 0;
	unsigned planned = 0;

	(void)state;
	assert_true(runner_case_run("skip=run.slow") > 0);
	assert_int_equal(sscanf(host_output, "TAP version 14\n1..%u\n", &planned), 1);
	for (const char *at = host_output; (at = strstr(at, "ok ")); at += 3)
		points += at == host_output || at[-1] == '\n' || at[-1] == ' ';
	assert_int_equal(points, planned);
	assert_true(points > 15);
}

static void nothing_to_run_is_a_failure(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=no.such"), 1);
	expect_said("1..1\nnot ok 1 - command-line\n");
	expect_said("no point matches");
}

static void words_not_understood_are_a_failure(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=run.passes frobnicate"), 1);
	expect_said("1..1\nnot ok 1 - command-line\n  ---\n  errors: |\n    unknown word \"frobnicate\"");
	expect_said("\n# nothing was run: unknown word \"frobnicate\"");
	expect_not_said("run.passes");
	assert_int_equal(runner_case_run("list frobnicate"), 1);
	expect_said("1..1\n");
}

static void a_list_runs_nothing(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("list tests=run.fails"), 0);
	expect_said("1..0 # SKIP list only\n");
	expect_said("# run.fails  A-1 A-2\n");
	assert_int_equal(runner.ran, 0);
}

/* The tables as they are in the image, with what must be escaped, and nothing is run. */
static void the_tables_are_json(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("list=json"), 0);
	expect_said("1..0 # SKIP list only\n");
	expect_said("# json: {\"format\":\"busproof-tables\",\"format_version\":1,\"version\":\"0.1\",\n"
		    "# json: \"tests\":[\n# json: {\"name\":\"run.passes\",\"proves\":\"A sentence on what is true.\","
		    "\"scope\":\"the machine, once\",\"clauses\":[],\"judged_by\":\"evidence\",");
	expect_said("{\"name\":\"run.fails\",\"proves\":\"A sentence on what is true.\","
		    "\"scope\":\"the machine, once\",\"clauses\":[\"A-1\",\"A-2\"],\"judged_by\":\"evidence\","
		    "\"file\":\"tests/unit/runner_case.c\",\"line\":");
	expect_said(",\"only_by_name\":true},\n# json: ");
	expect_said("# json: {\"name\":\"of-old\",\"points\":[\"known.of-old\",\"known.no-more\"],\"machine\":\"host\","
		    "\"profile\":\"qemu\",\"firmware\":null,"
		    "\"shows\":\"always\",\"skip\":\"none\",\"because\":[\"a \\\"\\\\\",\"*\"],"
		    "\"since\":null,\"until\":\"11.0.0\",\"needs\":null,\"reason\":\"It is so.\","
		    "\"reference\":\"A book\"},\n");
	expect_said("\"reason\":\"There it is so.\",\"reference\":\"A book\"}]}\n");
	assert_int_equal(runner.ran, 0);
}

/* What comes too late is an error and no skip: it was not judged. */
static void the_time_limit_is_kept(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=run.passes,run.slow,random.draws timeout=10"), 2);
	expect_said("\nok 2 - run.slow\n");
	expect_said("\nnot ok 3 - random.draws/number-0\n  ---\n  verdict: error\n  reason: \"not run: the time limit "
		    "of the run");
	assert_int_equal(runner.draws, 0);
	assert_int_equal(runner_case_run("tests=run.slow,random.draws timeout=0"), 0);
	assert_int_equal(runner.draws, 2);
}

/* Where a clock decided, and nowhere else, a point is tried again: once, and what it then says counts. */
static void a_second_try_hides_no_failure(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=limit.fails"), 1);
	assert_int_equal(runner.ran, 2);
	expect_said("\nnot ok 1 - limit.fails\n  ---\n  verdict: fail\n  reason: \"nothing came\"\n");
	runner.ran = 0;
	assert_int_equal(runner_case_run("tests=limit.fails-once"), 0);
	expect_said("\nok 1 - limit.fails-once\n");
	expect_said("# unsteady: limit.fails-once: ");
	runner.ran = 0;
	assert_int_equal(runner_case_run("tests=run.fails,run.errs"), 2);
	assert_int_equal(runner.ran, 2);
	expect_not_said("unsteady");
}

static void each_point_has_its_own_random_numbers(void **state)
{
	const uint64_t *drawn = runner.drawn;

	(void)state;
	assert_int_equal(runner_case_run("tests=random.draws"), 0);
	assert_int_equal(runner_case_run("tests=random.draws"), 0);
	assert_int_equal(runner_case_run("tests=random.draws seed=2"), 0);
	assert_true(drawn[0] != drawn[1]);
	assert_true(drawn[2] == drawn[0] && drawn[3] == drawn[1]);
	assert_true(drawn[4] != drawn[0] && drawn[5] != drawn[1] && drawn[4] != drawn[5]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(a_limit_is_tried_again),
		RUNNER_TEST(a_defect_fails_in_the_second_try_as_well),
		RUNNER_TEST(other_failures_are_tried_once),
		RUNNER_TEST(what_comes_late_is_waited_for),
		RUNNER_TEST(the_choice_is_kept),
		RUNNER_TEST(all_that_is_planned_is_run),
		RUNNER_TEST(nothing_to_run_is_a_failure),
		RUNNER_TEST(words_not_understood_are_a_failure),
		RUNNER_TEST(a_list_runs_nothing),
		RUNNER_TEST(the_tables_are_json),
		RUNNER_TEST(the_time_limit_is_kept),
		RUNNER_TEST(a_second_try_hides_no_failure),
		RUNNER_TEST(each_point_has_its_own_random_numbers),
	};

	return cmocka_run_group_tests_name("runner_points", tests, NULL, NULL);
}
