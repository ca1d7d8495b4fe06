/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether failures follow the bridge or the device: see follow.h. */
#include "tests/conformance/framework/follow.h"

#include "boot/tap.h"

#define TESTS		64
#define NAMES		512

/* A test with a failure, or the one whose points come now. */
struct followed {
	const struct conformance_test *test;
	unsigned judged;		/* points that passed or failed */
	unsigned failed;
	unsigned known;			/* of these, deviations */
	char names[NAMES];		/* of the subjects that failed */
	struct text text;		/* over names */
};

static struct followed tests[TESTS];
static unsigned count;

void follow_forget(void)
{
	count = 0;
}

/* All points of a test come in a row. A test without a failure needs no place once the next one begins. */
static struct followed *entry_for(const struct conformance_test *test)
{
	struct followed *last = count ? &tests[count - 1] : NULL;

	if (last && last->test == test)
		return last;
	if (!last || last->failed) {
		if (count == TESTS)
			return NULL;
		last = &tests[count++];
	}
	*last = (struct followed) { .test = test };
	last->text = (struct text) { last->names, sizeof(last->names), 0, false };
	return last;
}

void follow_note(const struct trial *trial, bool known)
{
	bool failed = trial->verdict == VERDICT_FAIL;
	struct followed *entry;

	if (trial->test->scope != &scope_bus_engine || (!failed && trial->verdict != VERDICT_PASS))
		return;
	entry = entry_for(trial->test);
	if (!entry)
		return;
	entry->judged++;
	if (!failed)
		return;
	append(&entry->text, "%s%s%s", entry->failed ? ", " : "", trial->subject->name, known ? " (TODO)" : "");
	entry->failed++;
	entry->known += known;
}

static void print_entry(const struct followed *entry)
{
	const char *name = entry->test->name;

	if (entry->failed == 0 || entry->judged < 2)
		return;
	if (entry->failed == entry->judged)
		tap_comment("follows: %s: fails on every engine (%u%s): the bridge", name, entry->judged,
			    entry->known == entry->failed ? ", TODO" : entry->known ? ", some TODO" : "");
	else
		tap_comment("follows: %s: fails on %s%s, not on %u others: the device", name, entry->names,
			    entry->text.cut ? "..." : "", entry->judged - entry->failed);
}

void follow_print(void)
{
	for (unsigned i = 0; i < count; i++)
		print_entry(&tests[i]);
}
