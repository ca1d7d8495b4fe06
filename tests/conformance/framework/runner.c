/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runner: makes one TAP point of each test and subject, runs it under guard, cleans up after it, sweeps memory,
 * applies the deviations and prints. What a point means is in verdict.c and in the tests; how its evidence is written
 * is in diagnosis.c.
 */
#include "tests/conformance/framework/runner.h"

#include "boot/clock.h"
#include "boot/command_line.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "boot/tap.h"
#include "boot/trap.h"
#include "drivers/interrupt/interrupt.h"
#include "drivers/dma/dma.h"
#include "drivers/engine/engine.h"
#include "drivers/pci/pci.h"
#include "tests/conformance/framework/diagnosis.h"
#include "tests/conformance/framework/follow.h"
#include "tests/conformance/framework/known.h"
#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/framework/refuse.h"
#include "tests/conformance/framework/summary.h"
#include "tests/conformance/framework/tables.h"
#include "tests/conformance/framework/test.h"

TABLE_DECLARE(tests, const struct conformance_test);

#define POINT_NAME	96
#define EVIDENCE_SIZE	4096

/* The run as a whole. */
static const struct command_line *line;
static unsigned point_number;
static unsigned failed;
static uint64_t run_end;		/* 0: no limit */

/* The point that runs now, static because a trap may leave its function at any place. */
static struct subject subject;
static struct trial trial;
static char point_name[POINT_NAME];
static uint64_t testing, cleaning;	/* nanoseconds, of all points */
static uint64_t trying_again;		/* and of second tries that failed */
static bool skipped;			/* before it began: there is nothing to clean up */
static char evidence[EVIDENCE_SIZE];

void (*conformance_watch)(const struct conformance_seen *seen);

static void name_point(const struct conformance_test *test)
{
	format(point_name, sizeof(point_name), "%s%s%s", test->name, subject.name[0] ? "/" : "", subject.name);
}

/* A list matches the point's whole name or its test's name alone. */
static bool listed(const char *globs, const struct conformance_test *test)
{
	return glob_match_any(globs, point_name) || glob_match_any(globs, test->name);
}

/* The name is made only where it is looked at: most runs are of everything. */
static bool selected(const struct conformance_test *test)
{
	if (test->only_by_name && !glob_names_any(line->tests, test->name))
		return false;
	if (strcmp(line->tests, "*") == 0 && line->skip[0] == 0)
		return true;
	name_point(test);
	return listed(line->tests, test) && !listed(line->skip, test);
}

static unsigned count_subjects(const struct conformance_test *test)
{
	return test->scope ? scope_count(test->scope) : 1;
}

static void get_subject(const struct conformance_test *test, unsigned number)
{
	subject = (struct subject) { .number = number };
	if (test->scope)
		scope_get(test->scope, number, &subject);
}

/*
 * What an engine lacks for all that it could write is said once, by engine.driven, and not by each test that needs it.
 */
static bool said_once(const struct conformance_test *test)
{
	const char *lacking = subject.engine ? subject.engine->no_writes : NULL;

	return lacking && !test->says_lacking && test->skip && test->skip(&subject) == lacking;
}

/* Calls visit for every selected point, in the order of the table, with subject set. */
static void for_each_point(void (*visit)(const struct conformance_test *test))
{
	TABLE_EACH(tests, const struct conformance_test, entry) {
		unsigned count = count_subjects(*entry);

		for (unsigned i = 0; i < count; i++) {
			get_subject(*entry, i);
			if (((*entry)->about && !(*entry)->about(&subject)) || said_once(*entry))
				continue;
			if (selected(*entry))
				visit(*entry);
		}
	}
}

static unsigned points;

static void count_point(const struct conformance_test *test)
{
	points++;
	if (line->log == LOG_SUMMARY)
		summary_expect(test);
}

static void list_point(const struct conformance_test *test)
{
	name_point(test);
	tap_comment("%s%s%s", point_name, test->clauses ? "  " : "", test->clauses ? test->clauses : "");
}

/* FNV-1a of the point's name: each point has its own random numbers, whatever runs before it. */
static uint64_t hash(const char *text)
{
	uint64_t value = 0xcbf29ce484222325ull;

	while (*text)
		value = (value ^ (unsigned char)*text++) * 0x100000001b3ull;
	return value;
}

static void begin_trial(const struct conformance_test *test)
{
	evidence[0] = 0;
	trial = (struct trial) {
		.test = test, .subject = &subject, .verdict = VERDICT_PASS,
		.evidence = { evidence, sizeof(evidence), 0, false },
		.random = (hash(point_name) ^ line->seed) | 1,
	};
}

/* The deviation that lists this point. */
static const struct deviation *deviation(void)
{
	return known_deviation(point_name, trial.verdict == VERDICT_FAIL ? trial.reason : NULL);
}

/* Why there is nothing to judge. Whatever the test is, it keeps its hands off what the firmware uses. */
static const char *obstacle(void)
{
	if (subject.function && subject.function->reserved)
		return subject.function->reserved;
	if (subject.partner && subject.partner->function->reserved)
		return subject.partner->function->reserved;
	return trial.test->skip ? trial.test->skip(&subject) : NULL;
}

static void call_test(void *argument)
{
	const char *skip = obstacle();

	(void)argument;
	if (!skip)
		skip = known_to_be_skipped(deviation());
	skipped = skip;
	if (skip)
		trial_skip(&trial, "%s", skip);
	else
		trial.test->run(&trial);
}

static void stop_engines(void *argument)
{
	(void)argument;
	engine_stop_all();
}

/* A trap in a test is that test's error, with the registers. */
static void note_trap(const struct trap_record *record, const char *where)
{
	trial_error(&trial, "%s (%s) %s, at pc %#llx", trap_kind_name(record->kind), record->name, where,
		    (unsigned long long)record->pc);
	if (record->has_address)
		trial_note(&trial, "address", "%#llx", (unsigned long long)record->address);
	append(&trial.evidence, "registers: |\n");
	trap_describe(&trial.evidence, record, "  ");
	diagnosis_drop_half_line(&trial.evidence);
}

/* What the host bridges recorded is evidence, whoever looks at it; reading it clears it for the next point. */
static void note_bridge_faults(void)
{
	struct domain_fault fault;

	for (unsigned i = 0; domain_get(i); i++)
		if (domain_get(i)->driver->ops->fault(domain_get(i), &fault))
			trial_note(&trial, "bridge", "%s", fault.text);
}

static void sweep(void)
{
	struct frames_stray stray;

	if (frames_sweep(SWEEP_SAMPLE, &stray))
		return;
	trial_fail(&trial, "free memory has changed: %llu of the words looked at, the first at %#llx",
		   (unsigned long long)stray.words, (unsigned long long)stray.first.value);
	trial_note(&trial, "stray", "at %#llx found %016llx, expected %016llx", (unsigned long long)stray.first.value,
		   (unsigned long long)stray.found, (unsigned long long)stray.expected);
}

/* Takes back what the test left: engines first, so that no device reaches a frame that is given to somebody else. */
static void clean_up(size_t frames_before)
{
	static struct trap_record record;

	if (!trap_guard(stop_engines, NULL, &record))
		note_trap(&record, "while its engine was stopped");
	interrupts_close();
	for (unsigned i = 0; domain_get(i); i++) {
		if (!dma_restore(domain_get(i)))
			trial_error(&trial, "the bridge's windows cannot be opened again");
		if (dma_live(domain_get(i)) > 0)
			dma_unmap_all(domain_get(i));
	}
	frames_give_back_to(frames_before);
	note_bridge_faults();
	sweep();
}

static void run_trial(const struct conformance_test *test)
{
	static struct trap_record record;
	size_t frames_before = frames_taken();
	uint64_t started, ended;

	begin_trial(test);
	if (run_end && clock_now() > run_end) {
		trial_error(&trial, "not run: the time limit of the run is reached (timeout=%llu)",
			    (unsigned long long)(line->timeout / SECONDS(1)));
		return;
	}
	if (line->log == LOG_DEBUG)
		tap_comment("running %s", point_name);
	skipped = false;
	started = clock_now();
	if (!trap_guard(call_test, NULL, &record))
		note_trap(&record, "in the test");
	ended = clock_now();
	testing += ended - started;
	if (!skipped)
		clean_up(frames_before);
	cleaning += clock_now() - ended;
	if (line->log == LOG_DEBUG)
		tap_comment("%s took %llu us, and cleaning up %llu us", point_name,
			    (unsigned long long)(ended - started) / 1000,
			    (unsigned long long)(clock_now() - ended) / 1000);
}

/* A line for the point, or one of many behind a summary. */
static void show_point(bool ok, const char *directive, const char *yaml)
{
	bool fails = !ok && directive[0] == 0;

	if (line->log == LOG_SUMMARY)
		summary_note(&trial, point_name, fails);
	else
		tap_point(++point_number, ok, point_name, directive, yaml[0] ? yaml : NULL);
	if (conformance_watch)
		conformance_watch(&(struct conformance_seen) { &trial, point_name, ok, fails, directive, yaml });
}

/* Prints the verdict; counts it if it makes the run fail. */
static void report_trial(void)
{
	static char yaml_text[EVIDENCE_SIZE + 1024];
	struct text yaml = { yaml_text, sizeof(yaml_text), 0, false };
	const struct deviation *known = trial.verdict == VERDICT_SKIP ? NULL : deviation();
	char directive[256] = "";
	bool ok = trial.verdict == VERDICT_PASS || trial.verdict == VERDICT_SKIP;

	yaml_text[0] = 0;
	follow_note(&trial, known);
	if (trial.verdict == VERDICT_SKIP)
		format(directive, sizeof(directive), "SKIP %s", trial.reason);
	if (trial.verdict == VERDICT_FAIL && known)
		format(directive, sizeof(directive), "TODO %s", known->name);
	if (trial.verdict == VERDICT_PASS && known_must_show(known)) {
		ok = false;
		trial.verdict = VERDICT_FAIL;
		format(trial.reason, sizeof(trial.reason), "deviation %s no longer shows: remove it", known->name);
	}
	if ((!ok && (directive[0] == 0 || line->log != LOG_SUMMARY)) || (line->log == LOG_DEBUG && evidence[0]))
		diagnosis_append(&yaml, &trial, known);
	show_point(ok, directive, yaml_text);
	if (ok && trial.verdict == VERDICT_PASS && trial.reason[0] && line->log != LOG_SUMMARY)
		tap_comment("recorded: %s: %s", point_name, trial.reason);
	if (!ok && directive[0] == 0)
		failed++;
}

/* What second tries that changed nothing may cost in all, so that a machine full of faults comes to its end. */
#define SECOND_TRIES	SECONDS(4)

static bool is_bad(enum verdict verdict)
{
	return verdict == VERDICT_FAIL || verdict == VERDICT_ERROR;
}

/*
 * An outcome in which a limit ended a wait may be that of a host that has stood still, so the point is tried again,
 * once, with the same random numbers and with all the time there is: a failure that nobody expects, a listed deviation
 * that did not show, and what is only recorded. Not where nothing has worked yet.
 */
static bool tries_again(unsigned limits_before)
{
	const struct deviation *known = deviation();

	if (clock_limits_reached() == limits_before || trying_again >= SECOND_TRIES || !patience_any_answered())
		return false;
	if (trial.verdict == VERDICT_PASS)
		return known_must_show(known) || (trial.test->judged_by == RECORD && !trial.test->witnessed);
	return is_bad(trial.verdict) && !known;
}

static void try_again(const struct conformance_test *test)
{
	static char first[sizeof(trial.reason)];
	enum verdict first_verdict = trial.verdict;
	uint64_t started = clock_now();

	memcpy(first, trial.reason, sizeof(first));
	clock_be_patient(true);
	run_trial(test);
	clock_be_patient(false);
	if (trial.verdict == first_verdict || (is_bad(trial.verdict) && is_bad(first_verdict)))
		trying_again += clock_now() - started;
	if (is_bad(trial.verdict) && is_bad(first_verdict))
		trial_note(&trial, "second-try", "a limit decided the first one: %s", first);
	else if (line->log == LOG_SUMMARY)
		return;
	else if (is_bad(first_verdict))
		tap_comment("unsteady: %s: a limit decided, and the second try went well: %s", point_name, first);
	else if (trial.verdict != first_verdict || strcmp(trial.reason, first) != 0)
		tap_comment("unsteady: %s: a limit decided, and the second try went otherwise: %s", point_name,
			    first[0] ? first : "it passed");
}

static void run_point(const struct conformance_test *test)
{
	unsigned limits_before = clock_limits_reached();

	name_point(test);
	run_trial(test);
	if (tries_again(limits_before))
		try_again(test);
	report_trial();
}

unsigned conformance_run(const struct command_line *command_line)
{
	line = command_line;
	known_start(line);
	if (line->error_count)
		return refuse_command_line(line);
	point_number = failed = points = 0;
	run_end = line->timeout ? clock_now() + line->timeout : 0;
	if (line->list != LIST_NONE) {
		tap_plan(0, "list only");
		if (line->list == LIST_JSON)
			tables_print();
		else
			for_each_point(list_point);
		return 0;
	}
	summary_clear();
	for_each_point(count_point);
	if (points == 0)
		return refuse_run("command-line", "no point matches tests= and skip=");
	follow_forget();
	if (line->log == LOG_SUMMARY) {
		summary_plan();
		for_each_point(run_point);
		summary_print();
		return failed;
	}
	tap_plan(points, NULL);
	for_each_point(run_point);
	follow_print();
	tap_comment("time: tests %llu us", (unsigned long long)testing / 1000);
	tap_comment("time: cleaning-up %llu us", (unsigned long long)cleaning / 1000);
	return failed;
}
