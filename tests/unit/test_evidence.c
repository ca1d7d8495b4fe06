/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/trial_case.c tests/conformance/framework/verdict.c boot/format.c boot/print.c */
/*
 * Evidence of a trial: it must be YAML whatever is noted: each line whole, each key once, each value in quotes.
 */
#include <string.h>

#include "tests/unit/host/host.h"
#include "tests/unit/trial_case.h"

/* A key that is the start of another one is not that one. */
static void each_key_stands_once(void **state)
{
	(void)state;
	trial_note(&case_trial, "frames", "a");
	trial_note(&case_trial, "frame", "b");
	trial_note(&case_trial, "frame", "c");
	trial_note(&case_trial, "me", "frame: 1");
	trial_note(&case_trial, "frame", "d");
	trial_note(&case_trial, "frames", "e");
	assert_string_equal(case_evidence, "frames: \"a\"\nframe: \"b\"\nframe-2: \"c\"\nme: \"frame: 1\"\n"
					   "frame-3: \"d\"\nframes-2: \"e\"\n");
}

static const struct { const char *value, *quoted; } quotes[] = {
	{ "", "k: \"\"\n" },
	{ "plain text: [1], {2}, #3 & 'four'", "k: \"plain text: [1], {2}, #3 & 'four'\"\n" },
	{ "say \"so\"", "k: \"say \\\"so\\\"\"\n" },
	{ "back\\slash\\", "k: \"back\\\\slash\\\\\"\n" },
	{ "two\nlines\r\tand a tab", "k: \"two\\x0alines\\x0d\\x09and a tab\"\n" },
	{ "\x01\x1f\x7f\x80\xff~ ", "k: \"\\x01\\x1f\\x7f\\x80\\xff~ \"\n" },
	{ "100%s %n %", "k: \"100%s %n %\"\n" },
};

static void values_are_quoted(void **state)
{
	for (unsigned i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		trial_case_start(state);
		trial_note(&case_trial, "k", "%s", quotes[i].value);
		assert_string_equal(case_evidence, quotes[i].quoted);
	}
}

/* A value cannot make a line of its own, nor a key that is there already. */
static void a_value_is_not_a_key(void **state)
{
	(void)state;
	trial_note(&case_trial, "first", "x\"\nsecond: \"y");
	trial_note(&case_trial, "second", "z");
	assert_string_equal(case_evidence, "first: \"x\\\"\\x0asecond: \\\"y\"\nsecond: \"z\"\n");
}

/* When there is no more room, what stands there is whole lines. */
static void full_evidence_is_still_lines(void **state)
{
	for (unsigned size = 1; size < 200; size++) {
		static const char whole[] = "key: \"a \\\"value\\\"\"\n";
		size_t length;

		trial_case_start(state);
		case_trial.evidence.size = size;
		trial_note(&case_trial, "key", "a \"value\"");
		trial_note(&case_trial, "other", "%0*d", 60, 5);
		trial_note(&case_trial, "key", "another");
		length = strlen(case_evidence);
		assert_true(length < size);
		if (length > 0 && case_evidence[length - 1] != '\n')
			fail_msg("%u bytes: \"%s\"", size, case_evidence);
		assert_int_equal(case_trial.evidence.cut, size <= 106);
		if (size > sizeof(whole))
			assert_memory_equal(case_evidence, whole, sizeof(whole) - 1);
	}
}

#define TEST(name)	cmocka_unit_test_setup(name, trial_case_start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_key_stands_once),
		TEST(values_are_quoted),
		TEST(a_value_is_not_a_key),
		TEST(full_evidence_is_still_lines),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
