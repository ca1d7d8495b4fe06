/* SPDX-License-Identifier: BSD-2-Clause */
/* A run in few lines: see summary.h. A suite is the first word of its tests' names. */
#include "tests/conformance/framework/summary.h"

#include "boot/print.h"
#include "boot/string.h"
#include "boot/tap.h"

#define SUITE_NAME	16
#define FAILURE_NAME	64
#define FAILURE_REASON	64
#define SUITE_LINE	80
#define BESIDE		16u		/* bytes of a line beside its text: "not ok 16 - " or "# ", and its end */
#define AND_MORE	32u		/* of the line that counts the others */

static struct suite {
	char name[SUITE_NAME];
	unsigned points, passed, skipped, failed;	/* the others are listed deviations */
} suites[SUMMARY_SUITES];
static unsigned suite_count;
static struct failure {
	char point[FAILURE_NAME], reason[FAILURE_REASON];
} failures[SUMMARY_FAILURES];
static unsigned failure_count;

void summary_clear(void)
{
	suite_count = failure_count = 0;
}

static struct suite *suite_named(const char *name)
{
	for (unsigned i = 0; i < suite_count; i++)
		if (strcmp(suites[i].name, name) == 0)
			return &suites[i];
	if (suite_count == SUMMARY_SUITES)
		return &suites[SUMMARY_SUITES - 1];
	suites[suite_count] = (struct suite) { .points = 0 };
	format(suites[suite_count].name, SUITE_NAME, "%s", suite_count == SUMMARY_SUITES - 1 ? "others" : name);
	return &suites[suite_count++];
}

static struct suite *suite_of(const struct conformance_test *test)
{
	char name[SUITE_NAME];
	size_t length = 0;

	while (length < SUITE_NAME - 1 && test->name[length] && test->name[length] != '.')
		length++;
	memcpy(name, test->name, length);
	name[length] = 0;
	return suite_named(name);
}

void summary_expect(const struct conformance_test *test)
{
	suite_of(test);
}

void summary_plan(void)
{
	tap_plan(suite_count, NULL);
}

/* Up to the end of its line. */
static void keep(char *kept, size_t size, const char *text)
{
	size_t length = 0;

	while (text[length] && text[length] != '\n')
		length++;
	format(kept, size, "%.*s", (int)length, text);
}

void summary_note(const struct trial *trial, const char *point, bool failed)
{
	struct suite *suite = suite_of(trial->test);

	suite->points++;
	suite->passed += trial->verdict == VERDICT_PASS;
	suite->skipped += trial->verdict == VERDICT_SKIP;
	if (!failed)
		return;
	suite->failed++;
	if (failure_count < SUMMARY_FAILURES) {
		keep(failures[failure_count].point, FAILURE_NAME, point);
		keep(failures[failure_count].reason, FAILURE_REASON, trial->reason);
	}
	failure_count++;
}

/* Returns how many bytes it took, or more. */
static size_t print_suite(unsigned number)
{
	const struct suite *suite = &suites[number];
	char text[SUITE_LINE];

	format(text, sizeof(text), "%s: %u points: %u pass, %u skip, %u known, %u fail", suite->name, suite->points,
	       suite->passed, suite->skipped, suite->points - suite->passed - suite->skipped - suite->failed,
	       suite->failed);
	tap_point(number + 1, suite->failed == 0, text, "", NULL);
	return strlen(text) + BESIDE;
}

/* As many failures as a slow line carries; the others are counted. */
void summary_print(void)
{
	size_t taken = AND_MORE;
	unsigned shown = 0;

	for (unsigned i = 0; i < suite_count; i++)
		taken += print_suite(i);
	for (; shown < failure_count && shown < SUMMARY_FAILURES; shown++) {
		const struct failure *failure = &failures[shown];

		taken += sizeof("failed: : ") + strlen(failure->point) + strlen(failure->reason) + BESIDE;
		if (taken > SUMMARY_BYTES)
			break;
		tap_comment("failed: %s: %s", failure->point, failure->reason);
	}
	if (shown < failure_count)
		tap_comment("and %u more", failure_count - shown);
}
