/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands about tests: list, run, explain, and what the last run has said. All that points say is kept while a run
 * goes on: the verdict of each, in a byte, and the diagnosis of those that failed. So a slow console need not carry it.
 */
#include "monitor/tests.h"

#include "boot/clock.h"
#include "boot/command_line.h"
#include "boot/frames.h"
#include "boot/print.h"
#include "boot/string.h"
#include "drivers/engine/engine.h"
#include "monitor/command.h"
#include "monitor/monitor.h"
#include "tests/conformance/engine/driven.h"
#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/framework/runner.h"
#include "tests/conformance/framework/test.h"
#include "tests/deviations/deviations.h"

TABLE_DECLARE(tests, const struct conformance_test);

#define KEPT_FRAMES	8u		/* with the diagnoses of points that failed; further ones are counted */
#define KEPT_TEXT	(KEPT_FRAMES * FRAME_SIZE)

static char *kept_text;			/* NULL: there was no memory for it */
static struct text kept;
static unsigned kept_failures, lost_failures;
static unsigned counts[4];
static unsigned *failed_points;
static bool has_run;
static char last_glob[128];

static void forget(void)
{
	kept = (struct text) { kept_text, kept_text ? KEPT_TEXT : 0, 0, false };
	if (kept_text)
		kept_text[0] = 0;
	kept_failures = lost_failures = 0;
	memset(counts, 0, sizeof(counts));
}

/* A diagnosis is kept whole or not at all. */
static void watch(const struct conformance_seen *seen)
{
	size_t before = kept.length;

	has_run = true;
	counts[seen->trial->verdict]++;
	if (!seen->failed)
		return;
	if (!kept_text) {
		lost_failures++;
		return;
	}
	append(&kept, "not ok - %s\n%s", seen->point, seen->yaml);
	if (!kept.cut) {
		kept_failures++;
		return;
	}
	kept.length = before;
	kept_text[before] = 0;
	kept.cut = false;
	lost_failures++;
}

void tests_watch(void)
{
	phys_addr memory;

	kept_text = frames_take(KEPT_FRAMES, FRAME_SIZE, &memory) ? arch_pointer(memory) : NULL;
	has_run = false;
	forget();
	conformance_watch = watch;
}

void tests_begin(unsigned *failed)
{
	failed_points = failed;
}

bool monitor_has_run(void)
{
	return has_run;
}

/* ---- Running ---- */

static bool with_globs(const char *globs, enum list_form list)
{
	static struct command_line line;
	unsigned failed;

	line = *monitor_line();
	line.tests = globs;
	line.skip = "";
	line.list = list;
	failed = conformance_run(&line);
	if (list != LIST_NONE)
		return true;
	*failed_points = failed;
	return failed ? wrong("%u points failed; \"last\" shows them", failed) : true;
}

/* Whether a glob has anything to run is known before the run, so that it is no failed run. */
static bool matches(const char *glob)
{
	TABLE_EACH(tests, const struct conformance_test, entry) {
		char name[96];
		size_t length = strlen(glob), slash = 0;

		while (slash < length && glob[slash] != '/')
			slash++;
		format(name, sizeof(name), "%.*s", (int)slash, glob);
		if (glob_match_any(name, (*entry)->name) || glob_match_any(glob, (*entry)->name))
			return true;
	}
	return false;
}

static bool run_glob(const char *glob)
{
	if (!matches(glob))
		return wrong_word(glob, "matches no test; \"tests\" names all of them");
	if (maps_live())
		say("the maps of the monitor go\n");
	maps_give_back();
	lines_give_back();
	engine_stop_all();
	forget();
	return with_globs(glob, LIST_NONE);
}

static bool run(const struct words *words)
{
	if (strlen(words->word[1]) >= sizeof(last_glob))
		return wrong_word(words->word[1], "is too long");
	format(last_glob, sizeof(last_glob), "%s", words->word[1]);
	return run_glob(last_glob);
}

static bool rerun(const struct words *words)
{
	(void)words;
	return last_glob[0] ? run_glob(last_glob) : run_glob(monitor_line()->tests);
}

static bool list(const struct words *words)
{
	const char *glob = words->count > 1 ? words->word[1] : "*";

	if (!matches(glob))
		return wrong_word(glob, "matches no test");
	TABLE_EACH(tests, const struct conformance_test, entry)
		if (glob_match_any(glob, (*entry)->name))
			say("%s\n", (*entry)->name);
	return true;
}

/* ---- Explaining ---- */

static void explain_test(const struct conformance_test *test)
{
	static const char *const judged[] = { "functional", "evidence", "record" };
	const struct deviation *deviation;

	say("%s\n  proves: %s\n  run on: %s\n  judged by: %s\n  clauses: %s\n  source: %s:%u\n", test->name,
	    test->proves, test->scope && test->scope->words ? test->scope->words : "the machine",
	    judged[test->judged_by], test->clauses ? test->clauses : "none", test->file, test->line);
	for (unsigned i = 0; (deviation = deviation_get(i)) != NULL; i++)
		if (glob_match_any(deviation->points, test->name))
			say("  deviation %s: %s\n", deviation->name, deviation->reason);
}

static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (; words && *words; words++) {
		if (strncmp(words, word, length) == 0 && (words[length] == ' ' || words[length] == 0))
			return true;
		while (*words && *words != ' ')
			words++;
		if (!*words)
			return false;
	}
	return false;
}

static bool explain(const struct words *words)
{
	bool found = false;

	TABLE_EACH(tests, const struct conformance_test, entry) {
		if (glob_match_any(words->word[1], (*entry)->name)) {
			found = true;
			explain_test(*entry);
		} else if (has_word((*entry)->clauses, words->word[1])) {
			found = true;
			say("%s is judged by %s: %s\n", words->word[1], (*entry)->name, (*entry)->proves);
		}
	}
	return found || wrong_word(words->word[1], "is no test, and no clause that a test judges");
}

/* ---- What was said ---- */

static bool last(const struct words *words)
{
	(void)words;
	if (!has_run) {
		say("nothing was run yet\n");
		return true;
	}
	say("%u passed, %u skipped, %u failed, %u could not be judged; %u failures are kept\n", counts[VERDICT_PASS],
	    counts[VERDICT_SKIP], counts[VERDICT_FAIL], counts[VERDICT_ERROR], kept_failures);
	for (const char *text = kept_text ? kept_text : ""; *text && !say_stopped();) {
		size_t length = 0;

		while (text[length] && text[length] != '\n')
			length++;
		say("%.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
	if (lost_failures)
		say("and %u for which %lu KiB had no room\n", lost_failures, KEPT_TEXT >> 10);
	return true;
}

static bool matrix(const struct words *words)
{
	(void)words;
	matrix_print();
	driven_print();
	return true;
}

static const char *name_test(unsigned n)
{
	TABLE_EACH(tests, const struct conformance_test, entry)
		if (n-- == 0)
			return (*entry)->name;
	return NULL;
}

static const struct monitor_command run_commands[] = {
	{ "tests", "[GLOB]", "name the tests", NULL, list, .follows = { name_test }, .most = 1 },
	{ "run", "GLOB[,GLOB]", "run points whose name matches; \"log\" says how much is printed",
	  "  maps and lines of the monitor are given back before\n", run,
	  .follows = { name_test }, .least = 1, .most = 1 },
	{ "rerun", "", "the same once more, or all that the command line asks for", NULL, rerun, .most = 0 },
	{ "explain", "TEST|CLAUSE", "what a test proves, and how; which tests judge a clause", NULL, explain,
	  .follows = { name_test }, .least = 1, .most = 1 },
	{ "last", "", "what failed in the last run, in full", NULL, last, .most = 0 },
	{ "matrix", "", "in which view each structure was accessed", NULL, matrix, .most = 0 },
};
MONITOR_GROUP(run_commands, "tests");
