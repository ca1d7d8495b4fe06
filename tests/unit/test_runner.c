/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/runner_case.list */
/*
 * The runner: what becomes of each end that a test can have, that nothing a test leaves behind reaches the next one,
 * and that no failure is lost on the way to the number that a run ends with. Which points are run, and how often, is in
 * test_runner_points.c.
 */
#include "boot/frames.h"
#include "tests/unit/runner_case.h"

static void a_pass_is_ok(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=run.passes"), 0);
	expect_said("TAP version 14\n1..1\n");
	expect_said("\nok 1 - run.passes\n");
	expect_not_said("not ok");
	assert_int_equal(runner.ran, 1);
}

static void a_failure_counts(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=run.fails,run.passes"), 1);
	expect_said("\nnot ok 2 - run.fails\n  ---\n  verdict: fail\n  reason: \"it is wrong\"\n  judged-by: evidence\n"
		    "  clauses: [\"A-1\", \"A-2\"]\n  source: tests/unit/runner_case.c:");
	expect_said("\n  seen: \"this\"\n  ...\n");
	assert_int_equal(runner.ran, 2);
}

static void an_error_counts(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=run.errs"), 1);
	expect_said("\nnot ok 1 - run.errs\n  ---\n  verdict: error\n  reason: \"no memory\"\n");
}

static void a_skip_is_no_failure(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=run.skips,run.does-not-apply"), 0);
	expect_said("\nok 1 - run.skips # SKIP nothing here\n");
	expect_said("\nok 2 - run.does-not-apply # SKIP it does not apply\n");
}

/* Whatever the test asks for itself; under any name. */
static void what_the_firmware_keeps_is_skipped(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=kept.*"), 0);
	expect_said("\nok 1 - kept.function/console # SKIP the firmware keeps it: its console\n");
	expect_said("\nok 2 - kept.partner/console # SKIP the firmware keeps it: its console\n");
}

/* And the run goes on behind it. */
static void a_trap_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=run.traps,run.records"), 1);
	expect_said("\nnot ok 1 - run.traps\n  ---\n  verdict: error\n  reason: \"a bad address (entMM) in the test, "
		    "at pc 0x1234\"\n");
	expect_said("  registers: |\n");
	expect_said("\nok 2 - run.records\n");
	assert_int_equal(runner.engines_stopped, 2);
}

static void a_trap_in_stopping_is_an_error(void **state)
{
	(void)state;
	runner.engine_traps = true;
	assert_int_equal(runner_case_run("tests=run.passes"), 1);
	expect_said("verdict: error\n  reason: \"a bad address (entMM) while its engine was stopped");
	assert_int_equal(runner.interrupts_closed, 1);
}

/* What moved is put right, so that the next test is not blamed. */
static void memory_that_moved_fails_its_test(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=run.strays"), 1);
	expect_said("\nnot ok 1 - run.strays\n  ---\n  verdict: fail\n  reason: \"free memory has changed: 64 of the "
		    "words");
	expect_said("  stray: \"at 0x");
	assert_int_equal(runner_case_run("tests=run.passes"), 0);
}

static void a_skip_hides_no_failure(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=run.strays-and-skips"), 1);
	expect_said("\nnot ok 1 - run.strays-and-skips\n  ---\n  verdict: fail\n");
	runner.engine_traps = true;
	assert_int_equal(runner_case_run("tests=run.skips"), 1);
	expect_said("\nnot ok 1 - run.skips\n  ---\n  verdict: error\n");
}

static void everything_is_taken_back(void **state)
{
	struct frames_stray stray;
	size_t before = frames_taken();

	(void)state;
	assert_int_equal(runner_case_run("tests=run.leaves"), 1);
	expect_said("\nok 1 - run.leaves/number-0\n");
	expect_said("\nnot ok 2 - run.leaves/number-1\n");
	assert_int_equal(frames_taken(), before);
	assert_true(frames_sweep(SWEEP_ALL, &stray));
	assert_int_equal(runner.maps_taken_away, 6);
	assert_int_equal(runner.engines_stopped, 2);
	assert_int_equal(runner.interrupts_closed, 2);
	assert_int_equal(runner.windows_restored, 4);
	assert_int_equal(runner.faults_read, 4);
}

static void a_bridge_that_stays_closed_is_an_error(void **state)
{
	(void)state;
	runner.restore_fails = true;
	assert_int_equal(runner_case_run("tests=run.passes"), 1);
	expect_said("verdict: error\n  reason: \"the bridge's windows cannot be opened again\"");
}

static void what_a_bridge_recorded_is_evidence(void **state)
{
	(void)state;
	runner.bridge_faulted = true;
	assert_int_equal(runner_case_run("tests=run.fails"), 1);
	expect_said("  bridge: \"master abort\"\n");
}

static void a_known_deviation_is_no_failure(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=known.fails"), 0);
	expect_said("\nnot ok 1 - known.fails # TODO always\n  ---\n  verdict: fail\n");
	expect_said("  deviation: \"It is so.\"\n  reference: \"A book\"\n");
}

static void a_deviation_that_is_gone_fails(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=known.passes"), 1);
	expect_said("\nnot ok 1 - known.passes\n  ---\n  verdict: fail\n  reason: \"deviation always no longer shows: "
		    "remove it\"\n");
	assert_int_equal(runner_case_run("tests=known.sometimes,known.skips"), 0);
	expect_said("\nok 1 - known.skips # SKIP nothing here\n");
	expect_said("\nok 2 - known.sometimes\n");
}

static void a_deviation_excuses_no_error(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=known.errs"), 1);
	expect_said("\nnot ok 1 - known.errs\n");
}

/* The other fault is no excuse, and is said as what it is. */
static void a_deviation_excuses_no_other_fault(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=known.otherwise"), 1);
	expect_said("\nnot ok 1 - known.otherwise\n  ---\n  verdict: fail\n");
}

static void a_deviation_of_other_versions(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=known.of-old,known.no-more"), 0);
	expect_said("\nnot ok 1 - known.of-old # TODO of-old\n");
	expect_said("\nok 2 - known.no-more\n");
	assert_int_equal(runner_case_run("tests=known.of-old,known.no-more qemu=10.2.1"), 1);
	expect_said("\nnot ok 1 - known.of-old # TODO of-old\n");
	expect_said("\nnot ok 2 - known.no-more\n");
	assert_int_equal(runner_case_run("tests=known.of-old,known.no-more qemu=11.0.0"), 1);
	expect_said("\nnot ok 1 - known.of-old\n");
	expect_said("\nok 2 - known.no-more\n");
}

/* must_not_run() fails. */
static void what_would_end_qemu_is_not_tried(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=known.ends-it,known.may-end-it"), 0);
	expect_said("\nok 1 - known.ends-it # SKIP ends-it: some QEMUs end or hang here; deviations=off tries it\n");
	expect_said("\nok 2 - known.may-end-it # SKIP may-end-it: some QEMUs end or hang here; "
		    "deviations=off tries it\n");
	assert_int_equal(runner_case_run("tests=known.ends-it qemu=11.1.3"), 1);
	assert_int_equal(runner_case_run("tests=known.ends-it,known.may-end-it deviations=off"), 1);
	expect_said("\nok 2 - known.may-end-it\n");
}

static void deviations_of_others_do_not_count(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=elsewhere.fails"), 1);
	expect_said("\nnot ok 1 - elsewhere.fails\n");
	assert_int_equal(runner_case_run("tests=known.fails,known.passes deviations=off"), 1);
	expect_said("\nnot ok 1 - known.fails\n");
	expect_said("\nok 2 - known.passes\n");
}

static void what_was_recorded_is_said(void **state)
{
	(void)state;
	assert_int_equal(runner_case_run("tests=run.records"), 0);
	expect_said("\nok 1 - run.records\n# recorded: run.records: it does this\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(a_pass_is_ok),
		RUNNER_TEST(a_failure_counts),
		RUNNER_TEST(an_error_counts),
		RUNNER_TEST(a_skip_is_no_failure),
		RUNNER_TEST(what_the_firmware_keeps_is_skipped),
		RUNNER_TEST(a_trap_is_an_error),
		RUNNER_TEST(a_trap_in_stopping_is_an_error),
		RUNNER_TEST(memory_that_moved_fails_its_test),
		RUNNER_TEST(a_skip_hides_no_failure),
		RUNNER_TEST(everything_is_taken_back),
		RUNNER_TEST(a_bridge_that_stays_closed_is_an_error),
		RUNNER_TEST(what_a_bridge_recorded_is_evidence),
		RUNNER_TEST(a_known_deviation_is_no_failure),
		RUNNER_TEST(a_deviation_that_is_gone_fails),
		RUNNER_TEST(a_deviation_excuses_no_error),
		RUNNER_TEST(a_deviation_excuses_no_other_fault),
		RUNNER_TEST(a_deviation_of_other_versions),
		RUNNER_TEST(what_would_end_qemu_is_not_tried),
		RUNNER_TEST(deviations_of_others_do_not_count),
		RUNNER_TEST(what_was_recorded_is_said),
	};

	return cmocka_run_group_tests_name("runner", tests, NULL, NULL);
}
