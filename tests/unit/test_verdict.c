/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/trial_case.c tests/conformance/framework/verdict.c boot/format.c boot/print.c */
/*
 * Verdicts of a trial: which word counts where several are said, and what an expectation says. Its evidence is
 * test_evidence.c's.
 */
#include <string.h>

#include "tests/unit/host/host.h"
#include "tests/unit/trial_case.h"

static void expect_verdict(enum verdict verdict, const char *reason)
{
	assert_int_equal(case_trial.verdict, verdict);
	assert_string_equal(case_trial.reason, reason);
	assert_int_equal(trial_good(&case_trial), verdict == VERDICT_PASS);
}

static void a_word_is_not_needed_to_pass(void **state)
{
	(void)state;
	expect_verdict(VERDICT_PASS, "");
	assert_string_equal(case_evidence, "");
}

static void each_verdict_has_its_word(void **state)
{
	trial_fail(&case_trial, "it is %d", 5);
	expect_verdict(VERDICT_FAIL, "it is 5");
	trial_case_start(state);
	trial_error(&case_trial, "no %s", "memory");
	expect_verdict(VERDICT_ERROR, "no memory");
	trial_case_start(state);
	trial_skip(&case_trial, "nothing to judge");
	expect_verdict(VERDICT_SKIP, "nothing to judge");
	assert_string_equal(case_evidence, "");
}

/* Whatever comes after it, and in whatever order. */
static void the_first_complaint_counts(void **state)
{
	void (*const words[])(struct trial *, const char *, ...) = { trial_fail, trial_error, trial_skip };
	static const enum verdict verdicts[] = { VERDICT_FAIL, VERDICT_ERROR, VERDICT_SKIP };

	for (unsigned first = 0; first < 2; first++) {
		trial_case_start(state);
		words[first](&case_trial, "the first");
		for (unsigned later = 0; later < 3; later++)
			words[later](&case_trial, "number %u", later);
		expect_verdict(verdicts[first], "the first");
		assert_string_equal(case_evidence, "then: \"number 0\"\nthen-2: \"number 1\"\nthen-3: \"number 2\"\n");
	}
}

/* A skip hides no failure, and is none. */
static void a_skip_is_no_complaint(void **state)
{
	trial_skip(&case_trial, "nothing to judge");
	trial_skip(&case_trial, "nor here");
	expect_verdict(VERDICT_SKIP, "nothing to judge");
	assert_string_equal(case_evidence, "then: \"nor here\"\n");
	trial_fail(&case_trial, "memory has changed");
	expect_verdict(VERDICT_FAIL, "memory has changed");
	trial_skip(&case_trial, "nothing to judge");
	expect_verdict(VERDICT_FAIL, "memory has changed");
	trial_case_start(state);
	trial_skip(&case_trial, "nothing to judge");
	trial_error(&case_trial, "a trap");
	expect_verdict(VERDICT_ERROR, "a trap");
}

static void a_record_is_no_complaint(void **state)
{
	trial_record(&case_trial, "it does %s", "this");
	expect_verdict(VERDICT_PASS, "it does this");
	trial_record(&case_trial, "it does that");
	expect_verdict(VERDICT_PASS, "it does that");
	trial_fail(&case_trial, "but not well");
	expect_verdict(VERDICT_FAIL, "but not well");
	trial_record(&case_trial, "it does neither");
	expect_verdict(VERDICT_FAIL, "but not well");
	trial_case_start(state);
	trial_skip(&case_trial, "no");
	trial_record(&case_trial, "it does");
	expect_verdict(VERDICT_SKIP, "no");
}

static void expectations(void **state)
{
	assert_true(expect_equal(&case_trial, "status", 0xf, 0xf));
	assert_true(expect(&case_trial, true, "cannot be"));
	expect_verdict(VERDICT_PASS, "");
	assert_false(expect_equal(&case_trial, "status", 0x40, 0xf));
	expect_verdict(VERDICT_FAIL, "status: expected 0xf, found 0x40");
	trial_case_start(state);
	assert_false(expect_equal(&case_trial, "word", 1ull << 63, 0));
	expect_verdict(VERDICT_FAIL, "word: expected 0, found 0x8000000000000000");
	trial_case_start(state);
	assert_false(expect(&case_trial, false, "page %u is there", 3));
	expect_verdict(VERDICT_FAIL, "page 3 is there");
}

static void a_long_reason_is_cut(void **state)
{
	char longest[sizeof(case_trial.reason) + 100];

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = 0;
	trial_fail(&case_trial, "%s", longest);
	assert_int_equal(strlen(case_trial.reason), sizeof(case_trial.reason) - 1);
	trial_fail(&case_trial, "%s", longest);
	assert_int_equal(case_evidence[strlen(case_evidence) - 1], '\n');
	assert_int_equal(case_evidence[strlen(case_evidence) - 2], '"');
}

/* The generator's first values from state 1: a seed means the same run on every machine. */
static void random_numbers(void **state)
{
	(void)state;
	assert_true(trial_random(&case_trial) == 0x47e4ce4b896cdd1dull);
	assert_true(trial_random(&case_trial) == 0xabcfa6a8e079651dull);
	assert_true(trial_random(&case_trial) == 0xb9d10d8feb731f57ull);
}

#define TEST(name)	cmocka_unit_test_setup(name, trial_case_start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_word_is_not_needed_to_pass),
		TEST(each_verdict_has_its_word),
		TEST(the_first_complaint_counts),
		TEST(a_skip_is_no_complaint),
		TEST(a_record_is_no_complaint),
		TEST(expectations),
		TEST(a_long_reason_is_cut),
		TEST(random_numbers),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
