/* sources: tests/conformance/runner.c tests/conformance/diagnosis.c tests/conformance/verdict.c
 * tests/conformance/follow.c tests/conformance/refuse.c tests/deviations/deviations.c
 * boot/glob.c boot/command_line.c boot/clock.c boot/frames.c boot/sweep.c boot/fatal.c boot/tap.c
 * boot/format.c boot/print.c boot/trap.c */
/*
 * The runner: what becomes of each end that a test can have, that nothing a test leaves behind reaches the next one,
 * and that no failure is lost on the way to the number that a run ends with. The tests that it runs, what they are run
 * on and the deviations are this file's; bridges and engines only note what is asked of them.
 */
#include <stdio.h>
#include <string.h>

#include "boot/command_line.h"
#include "boot/frames.h"
#include "boot/trap.h"
#include "drivers/bridge/interrupt.h"
#include "drivers/dma/dma.h"
#include "drivers/engine/engine.h"
#include "tests/conformance/framework.h"
#include "tests/deviations/deviations.h"
#include "tests/unit/host/host.h"

#define MEMORY_SIZE	(1ul << 20)
#define STRIDE_BYTES	SWEEP_SAMPLE_STRIDE	/* whatever word of it a sample looks at */

static const struct trap_frame bad_address = { .kind = TRAP_BAD_ADDRESS, .name = "entMM", .pc = 0x1234 };
static struct command_line line;
static unsigned ran;			/* tests that were called */

/* What the runner asks of engines and bridges, and what they answer. */
static unsigned engines_stopped, interrupts_closed, windows_restored, maps_taken_away, faults_read;
static unsigned live_maps;
static bool engine_traps, restore_fails, bridge_faulted;
static bool some_engine_works;

bool engine_any_completed(void)
{
	return some_engine_works;
}

void engine_stop_all(void)
{
	engines_stopped++;
	if (engine_traps)
		trap(&bad_address);
}

void interrupts_close(void)
{
	interrupts_closed++;
}

static bool fault(struct host_bridge *bridge, struct bridge_fault *fault)
{
	(void)bridge;
	faults_read++;
	format(fault->text, sizeof(fault->text), "master abort");
	return bridge_faulted;
}

static const struct host_bridge_ops bridge_ops = { .fault = fault };
static const struct host_bridge_driver bridge_driver = { .compatible = "model", .ops = &bridge_ops };
static struct host_bridge bridges[2] = { { .driver = &bridge_driver }, { .driver = &bridge_driver } };

struct host_bridge *bridge_get(unsigned number)
{
	return number < 2 ? &bridges[number] : NULL;
}

bool dma_restore(struct host_bridge *bridge)
{
	(void)bridge;
	windows_restored++;
	return !restore_fails;
}

unsigned dma_live(const struct host_bridge *bridge)
{
	return bridge == &bridges[1] ? live_maps : 0;
}

void dma_unmap_all(struct host_bridge *bridge)
{
	assert_ptr_equal(bridge, &bridges[1]);
	maps_taken_away += live_maps;
	live_maps = 0;
}

/* ---- The tests that are run ---- */

static void passes(struct trial *trial)
{
	(void)trial;
	ran++;
}
CONFORMANCE_TEST("run.passes", passes, .judged_by = EVIDENCE);

static void fails(struct trial *trial)
{
	ran++;
	trial_fail(trial, "it is %s", "wrong");
	trial_note(trial, "seen", "this");
}
CONFORMANCE_TEST("run.fails", fails, .judged_by = EVIDENCE, .clauses = "A-1 A-2");

static void errs(struct trial *trial)
{
	ran++;
	trial_error(trial, "no memory");
}
CONFORMANCE_TEST("run.errs", errs, .judged_by = FUNCTIONAL);

static void skips(struct trial *trial)
{
	ran++;
	trial_skip(trial, "nothing here");
}
CONFORMANCE_TEST("run.skips", skips);

static const char *never(const struct subject *subject)
{
	(void)subject;
	return "it does not apply";
}

static void must_not_run(struct trial *trial)
{
	trial_fail(trial, "it was run");
}
CONFORMANCE_TEST("run.does-not-apply", must_not_run, .skip = never);

static void traps(struct trial *trial)
{
	(void)trial;
	ran++;
	trap(&bad_address);
}
CONFORMANCE_TEST("run.traps", traps);

static void records(struct trial *trial)
{
	trial_record(trial, "it does this");
}
CONFORMANCE_TEST("run.records", records, .judged_by = RECORD);

/* As a device would that writes past its buffer, or after its test is over. */
static void write_astray(void)
{
	uint64_t start, end;

	assert_true(frames_next_free(0, &start, &end));
	memset(arch_pointer((phys_addr) { start + FRAME_SIZE }), 0, STRIDE_BYTES);
}

static void strays(struct trial *trial)
{
	(void)trial;
	write_astray();
}
CONFORMANCE_TEST("run.strays", strays);

static void strays_and_skips(struct trial *trial)
{
	write_astray();
	trial_skip(trial, "nothing here");
}
CONFORMANCE_TEST("run.strays-and-skips", strays_and_skips);

static void leaves_frames_and_maps(struct trial *trial)
{
	phys_addr frame;

	assert_true(frames_take(2, FRAME_SIZE, &frame));
	memset(arch_pointer(frame), 0, 2 * FRAME_SIZE);
	live_maps = 3;
	if (trial->subject->number == 1)
		trap(&bad_address);
}

static unsigned two(void)
{
	return 2;
}

static void name_number(unsigned number, struct subject *subject)
{
	subject->number = number;
	format(subject->name, SUBJECT_NAME, "number-%u", number);
}

static const struct conformance_scope numbers = { two, name_number };
const struct conformance_scope scope_bus_engine = { two, name_number };
CONFORMANCE_TEST("run.leaves", leaves_frames_and_maps, .scope = &numbers);

static void is_slow(struct trial *trial)
{
	(void)trial;
	host_clock += 11000000000ull;
}
CONFORMANCE_TEST("run.slow", is_slow);

/* A limit decides that it fails: always, or the first time only. */
static void fails_by_a_limit(struct trial *trial)
{
	ran++;
	clock_limit_reached();
	trial_fail(trial, "nothing came");
}
CONFORMANCE_TEST("limit.fails", fails_by_a_limit);

static void fails_once_by_a_limit(struct trial *trial)
{
	if (++ran > 1)
		return;
	clock_limit_reached();
	trial_fail(trial, "nothing came yet");
}
CONFORMANCE_TEST("limit.fails-once", fails_once_by_a_limit);

static uint64_t drawn[8];
static unsigned draws;

static void draws_a_number(struct trial *trial)
{
	drawn[draws++] = trial_random(trial);
}
CONFORMANCE_TEST("random.draws", draws_a_number, .scope = &numbers);

/* So many tries fail, because a limit has ended a wait; what each of them drew, and with what patience. */
static unsigned late_tries, tries;
static struct { uint64_t random, patience; } seen_in_try[2];

static void meets_a_limit(struct trial *trial)
{
	seen_in_try[tries % 2].random = trial_random(trial);
	seen_in_try[tries % 2].patience = clock_patience(1);
	if (tries++ >= late_tries)
		return;
	clock_limit_reached();
	trial_fail(trial, "nothing came");
}
CONFORMANCE_TEST("limit.decides", meets_a_limit, .judged_by = EVIDENCE);

static bool about_the_second(const struct subject *subject)
{
	return subject->number == 1;
}

static void is_about_something(struct trial *trial)
{
	passes(trial);
}
CONFORMANCE_TEST("choice.about", is_about_something, .scope = &numbers, .about = about_the_second);

static void is_asked_for(struct trial *trial)
{
	passes(trial);
}
CONFORMANCE_TEST("choice.by-name", is_asked_for, .only_by_name = true);

/* ---- The deviations ---- */

static const struct deviation own[] = {
	{ "late", "limit.known", "host", PROFILE_QEMU, SOMETIMES, "It never comes.", "A book", NULL, NULL },
	{ "always", "known.fails,known.passes,known.errs,known.skips", "host", PROFILE_QEMU, ALWAYS, "It is so.",
	  "A book", NULL, NULL },
	{ "sometimes", "known.sometimes", "*", PROFILE_QEMU, SOMETIMES, "It may be so.", "A book", NULL, NULL },
	{ "elsewhere", "elsewhere.*", "clipper", PROFILE_QEMU, ALWAYS, "There it is so.", "A book", NULL, NULL },
	{ "on-a-board", "elsewhere.*", "*", PROFILE_HARDWARE, ALWAYS, "There it is so.", "A book", NULL, NULL },
};
DEVIATIONS(own);

#define SAME_AS(name, function, does) \
	static void function(struct trial *trial) \
	{ \
		does(trial); \
	} \
	CONFORMANCE_TEST(name, function, .judged_by = EVIDENCE)

SAME_AS("known.fails", fails_as_known, fails);
SAME_AS("limit.known", is_late_as_known, meets_a_limit);
SAME_AS("known.passes", passes_although_known, passes);
SAME_AS("known.errs", errs_although_known, errs);
SAME_AS("known.skips", skips_although_known, skips);
SAME_AS("known.sometimes", passes_as_it_may, passes);
SAME_AS("elsewhere.fails", fails_here, fails);

/* ---- How it is judged ---- */

static int start(void **state)
{
	static const struct memory_range memory = { { FRAMES_BY_ADDRESS_END }, MEMORY_SIZE };

	host_setup(state);
	host_add_memory(memory.start.value, memory.size);
	frames_init(&memory, 1);
	frames_fill_free();
	clock_init(host_platform.clock_hz, host_platform.clock_bits);
	engines_stopped = interrupts_closed = windows_restored = maps_taken_away = faults_read = live_maps = 0;
	ran = draws = 0;
	engine_traps = restore_fails = bridge_faulted = false;
	some_engine_works = true;
	late_tries = tries = 0;
	return 0;
}

/* The number that the run ends with; what it printed is in host_output. */
static unsigned run(const char *words)
{
	host_output_length = 0;
	host_output[0] = 0;
	command_line_parse(&line, words, false);
	return conformance_run(&line);
}

static void expect_said(const char *text)
{
	if (!strstr(host_output, text))
		fail_msg("not said: %s\nbut: %s", text, host_output);
}

static void expect_not_said(const char *text)
{
	if (strstr(host_output, text))
		fail_msg("said: %s\nin: %s", text, host_output);
}

static void a_pass_is_ok(void **state)
{
	(void)state;
	assert_int_equal(run("tests=run.passes"), 0);
	expect_said("TAP version 14\n1..1\n");
	expect_said("\nok 1 - run.passes\n");
	expect_not_said("not ok");
	assert_int_equal(ran, 1);
}

static void a_failure_counts(void **state)
{
	(void)state;
	assert_int_equal(run("tests=run.fails,run.passes"), 1);
	expect_said("\nnot ok 2 - run.fails\n  ---\n  verdict: fail\n  reason: \"it is wrong\"\n  judged-by: evidence\n"
		    "  clauses: [\"A-1\", \"A-2\"]\n  source: tests/unit/test_runner.c:");
	expect_said("\n  seen: \"this\"\n  ...\n");
	assert_int_equal(ran, 2);
}

/* With the same random numbers and with patience; that it was so is said. */
static void a_limit_is_tried_again(void **state)
{
	(void)state;
	late_tries = 1;
	assert_int_equal(run("tests=limit.decides"), 0);
	assert_int_equal(tries, 2);
	assert_int_equal(seen_in_try[0].random, seen_in_try[1].random);
	assert_int_equal(seen_in_try[0].patience, 1);
	assert_int_equal(seen_in_try[1].patience, CLOCK_PATIENCE);
	expect_said("\nok 1 - limit.decides\n");
	expect_said("# unsteady: limit.decides: ");
}

static void a_defect_fails_in_the_second_try_as_well(void **state)
{
	(void)state;
	late_tries = 2;
	assert_int_equal(run("tests=limit.decides"), 1);
	assert_int_equal(tries, 2);
	expect_said("\nnot ok 1 - limit.decides\n");
	expect_said("  second-try: \"a limit decided the first one: nothing came\"\n");
	expect_not_said("unsteady");
}

/* Not what no limit decided, though one was reached before; not what is known; and not where nothing works at all. */
static void other_failures_are_tried_once(void **state)
{
	(void)state;
	clock_limit_reached();
	assert_int_equal(run("tests=run.fails"), 1);
	assert_int_equal(ran, 1);
	late_tries = 2;
	assert_int_equal(run("tests=limit.known"), 0);
	assert_int_equal(tries, 1);
	tries = 0;
	some_engine_works = false;
	assert_int_equal(run("tests=limit.decides"), 1);
	assert_int_equal(tries, 1);
}

static void an_error_counts(void **state)
{
	(void)state;
	assert_int_equal(run("tests=run.errs"), 1);
	expect_said("\nnot ok 1 - run.errs\n  ---\n  verdict: error\n  reason: \"no memory\"\n");
}

static void a_skip_is_no_failure(void **state)
{
	(void)state;
	assert_int_equal(run("tests=run.skips,run.does-not-apply"), 0);
	expect_said("\nok 1 - run.skips # SKIP nothing here\n");
	expect_said("\nok 2 - run.does-not-apply # SKIP it does not apply\n");
}

/* And the run goes on behind it. */
static void a_trap_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(run("tests=run.traps,run.records"), 1);
	expect_said("\nnot ok 1 - run.traps\n  ---\n  verdict: error\n  reason: \"a bad address (entMM) in the test, "
		    "at pc 0x1234\"\n");
	expect_said("  registers: |\n");
	expect_said("\nok 2 - run.records\n");
	assert_int_equal(engines_stopped, 2);
}

static void a_trap_in_stopping_is_an_error(void **state)
{
	(void)state;
	engine_traps = true;
	assert_int_equal(run("tests=run.passes"), 1);
	expect_said("verdict: error\n  reason: \"a bad address (entMM) while its engine was stopped");
	assert_int_equal(interrupts_closed, 1);
}

/* What moved is put right, so that the next test is not blamed. */
static void memory_that_moved_fails_its_test(void **state)
{
	(void)state;
	assert_int_equal(run("tests=run.strays"), 1);
	expect_said("\nnot ok 1 - run.strays\n  ---\n  verdict: fail\n  reason: \"free memory has changed: 64 of the "
		    "words");
	expect_said("  stray: \"at 0x");
	assert_int_equal(run("tests=run.passes"), 0);
}

static void a_skip_hides_no_failure(void **state)
{
	(void)state;
	assert_int_equal(run("tests=run.strays-and-skips"), 1);
	expect_said("\nnot ok 1 - run.strays-and-skips\n  ---\n  verdict: fail\n");
	engine_traps = true;
	assert_int_equal(run("tests=run.skips"), 1);
	expect_said("\nnot ok 1 - run.skips\n  ---\n  verdict: error\n");
}

static void everything_is_taken_back(void **state)
{
	struct frames_stray stray;
	size_t before = frames_taken();

	(void)state;
	assert_int_equal(run("tests=run.leaves"), 1);
	expect_said("\nok 1 - run.leaves/number-0\n");
	expect_said("\nnot ok 2 - run.leaves/number-1\n");
	assert_int_equal(frames_taken(), before);
	assert_true(frames_sweep(SWEEP_ALL, &stray));
	assert_int_equal(maps_taken_away, 6);
	assert_int_equal(engines_stopped, 2);
	assert_int_equal(interrupts_closed, 2);
	assert_int_equal(windows_restored, 4);
	assert_int_equal(faults_read, 4);
}

static void a_bridge_that_stays_closed_is_an_error(void **state)
{
	(void)state;
	restore_fails = true;
	assert_int_equal(run("tests=run.passes"), 1);
	expect_said("verdict: error\n  reason: \"the bridge's windows cannot be opened again\"");
}

static void what_a_bridge_recorded_is_evidence(void **state)
{
	(void)state;
	bridge_faulted = true;
	assert_int_equal(run("tests=run.fails"), 1);
	expect_said("  bridge: \"master abort\"\n");
}

static void a_known_deviation_is_no_failure(void **state)
{
	(void)state;
	assert_int_equal(run("tests=known.fails"), 0);
	expect_said("\nnot ok 1 - known.fails # TODO always\n  ---\n  verdict: fail\n");
	expect_said("  deviation: \"It is so.\"\n  reference: \"A book\"\n");
}

static void a_deviation_that_is_gone_fails(void **state)
{
	(void)state;
	assert_int_equal(run("tests=known.passes"), 1);
	expect_said("\nnot ok 1 - known.passes\n  ---\n  verdict: fail\n  reason: \"deviation always no longer shows: "
		    "remove it\"\n");
	assert_int_equal(run("tests=known.sometimes,known.skips"), 0);
	expect_said("\nok 1 - known.skips # SKIP nothing here\n");
	expect_said("\nok 2 - known.sometimes\n");
}

static void a_deviation_excuses_no_error(void **state)
{
	(void)state;
	assert_int_equal(run("tests=known.errs"), 1);
	expect_said("\nnot ok 1 - known.errs\n");
}

static void deviations_of_others_do_not_count(void **state)
{
	(void)state;
	assert_int_equal(run("tests=elsewhere.fails"), 1);
	expect_said("\nnot ok 1 - elsewhere.fails\n");
	assert_int_equal(run("tests=known.fails,known.passes deviations=off"), 1);
	expect_said("\nnot ok 1 - known.fails\n");
	expect_said("\nok 2 - known.passes\n");
}

static void the_choice_is_kept(void **state)
{
	(void)state;
	assert_int_equal(run("tests=choice.*,choice.by-name"), 0);
	expect_said("TAP version 14\n1..2\n");
	expect_said("\nok 1 - choice.about/number-1\n");
	expect_said("\nok 2 - choice.by-name\n");
	assert_int_equal(run("tests=choice.*"), 0);
	expect_not_said("choice.by-name");
	assert_int_equal(run("tests=*/number-1 skip=random.*"), 1);
	expect_said("TAP version 14\n1..2\n");
	expect_not_said("random");
	assert_int_equal(run("tests=*passes skip=known.*"), 0);
	assert_int_equal(run("tests=* skip=run.*,known.*,elsewhere.*,limit.*"), 0);
	expect_not_said("choice.by-name");
	expect_said("choice.about/number-1");
}

/* The plan is as long as the list of points, whatever comes of them. */
static void all_that_is_planned_is_run(void **state)
{
	unsigned points = 0;
	unsigned planned = 0;

	(void)state;
	assert_true(run("skip=run.slow") > 0);
	assert_int_equal(sscanf(host_output, "TAP version 14\n1..%u\n", &planned), 1);
	for (const char *at = host_output; (at = strstr(at, "ok ")); at += 3)
		points += at == host_output || at[-1] == '\n' || at[-1] == ' ';
	assert_int_equal(points, planned);
	assert_true(points > 15);
}

static void nothing_to_run_is_a_failure(void **state)
{
	(void)state;
	assert_int_equal(run("tests=no.such"), 1);
	expect_said("1..1\nnot ok 1 - command-line\n");
	expect_said("no point matches");
}

static void words_not_understood_are_a_failure(void **state)
{
	(void)state;
	assert_int_equal(run("tests=run.passes frobnicate"), 1);
	expect_said("1..1\nnot ok 1 - command-line\n  ---\n  errors: |\n    unknown word \"frobnicate\"");
	expect_said("\n# nothing was run: unknown word \"frobnicate\"");
	expect_not_said("run.passes");
	assert_int_equal(run("list frobnicate"), 1);
	expect_said("1..1\n");
}

static void a_list_runs_nothing(void **state)
{
	(void)state;
	assert_int_equal(run("list tests=run.fails"), 0);
	expect_said("1..0 # SKIP list only\n");
	expect_said("# run.fails  A-1 A-2\n");
	assert_int_equal(ran, 0);
}

/* What comes too late is an error and no skip: it was not judged. */
static void the_time_limit_is_kept(void **state)
{
	(void)state;
	assert_int_equal(run("tests=run.passes,run.slow,random.draws timeout=10"), 2);
	expect_said("\nok 2 - run.slow\n");
	expect_said("\nnot ok 3 - random.draws/number-0\n  ---\n  verdict: error\n  reason: \"not run: the time limit "
		    "of the run");
	assert_int_equal(draws, 0);
	assert_int_equal(run("tests=run.slow,random.draws timeout=0"), 0);
	assert_int_equal(draws, 2);
}

/* Where a clock decided, and nowhere else, a point is tried again: once, and what it then says counts. */
static void a_second_try_hides_no_failure(void **state)
{
	(void)state;
	assert_int_equal(run("tests=limit.fails"), 1);
	assert_int_equal(ran, 2);
	expect_said("\nnot ok 1 - limit.fails\n  ---\n  verdict: fail\n  reason: \"nothing came\"\n");
	ran = 0;
	assert_int_equal(run("tests=limit.fails-once"), 0);
	expect_said("\nok 1 - limit.fails-once\n");
	expect_said("# unsteady: limit.fails-once: ");
	ran = 0;
	assert_int_equal(run("tests=run.fails,run.errs"), 2);
	assert_int_equal(ran, 2);
	expect_not_said("unsteady");
}

static void each_point_has_its_own_random_numbers(void **state)
{
	(void)state;
	assert_int_equal(run("tests=random.draws"), 0);
	assert_int_equal(run("tests=random.draws"), 0);
	assert_int_equal(run("tests=random.draws seed=2"), 0);
	assert_true(drawn[0] != drawn[1]);
	assert_true(drawn[2] == drawn[0] && drawn[3] == drawn[1]);
	assert_true(drawn[4] != drawn[0] && drawn[5] != drawn[1] && drawn[4] != drawn[5]);
}

static void what_was_recorded_is_said(void **state)
{
	(void)state;
	assert_int_equal(run("tests=run.records"), 0);
	expect_said("\nok 1 - run.records\n# recorded: run.records: it does this\n");
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pass_is_ok),
		TEST(a_failure_counts),
		TEST(a_limit_is_tried_again),
		TEST(a_defect_fails_in_the_second_try_as_well),
		TEST(other_failures_are_tried_once),
		TEST(an_error_counts),
		TEST(a_skip_is_no_failure),
		TEST(a_trap_is_an_error),
		TEST(a_trap_in_stopping_is_an_error),
		TEST(memory_that_moved_fails_its_test),
		TEST(a_skip_hides_no_failure),
		TEST(everything_is_taken_back),
		TEST(a_bridge_that_stays_closed_is_an_error),
		TEST(what_a_bridge_recorded_is_evidence),
		TEST(a_known_deviation_is_no_failure),
		TEST(a_deviation_that_is_gone_fails),
		TEST(a_deviation_excuses_no_error),
		TEST(deviations_of_others_do_not_count),
		TEST(the_choice_is_kept),
		TEST(all_that_is_planned_is_run),
		TEST(nothing_to_run_is_a_failure),
		TEST(words_not_understood_are_a_failure),
		TEST(a_list_runs_nothing),
		TEST(the_time_limit_is_kept),
		TEST(a_second_try_hides_no_failure),
		TEST(each_point_has_its_own_random_numbers),
		TEST(what_was_recorded_is_said),
	};

	return cmocka_run_group_tests_name("runner", tests, NULL, NULL);
}
