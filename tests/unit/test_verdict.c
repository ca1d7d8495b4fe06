/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/conformance/framework/verdict.c tests/unit/deviations.list boot/glob.c boot/format.c boot/print.c */
/*
 * Verdicts and evidence of a trial, and the look-up of deviations. Evidence must be YAML whatever is noted: each line
 * whole, each key once, each value in quotes. Deviations are looked up in a list of the test's own, beside the image's.
 */
#include <string.h>

#include "tests/conformance/framework/test.h"
#include "tests/deviations/deviations.h"
#include "tests/unit/host/host.h"

static char evidence[4096];
static struct trial trial;

static int start(void **state)
{
	(void)state;
	evidence[0] = 0;
	trial = (struct trial) { .evidence = { evidence, sizeof(evidence), 0, false }, .random = 1 };
	return 0;
}

static void expect_verdict(enum verdict verdict, const char *reason)
{
	assert_int_equal(trial.verdict, verdict);
	assert_string_equal(trial.reason, reason);
	assert_int_equal(trial_good(&trial), verdict == VERDICT_PASS);
}

static void a_word_is_not_needed_to_pass(void **state)
{
	(void)state;
	expect_verdict(VERDICT_PASS, "");
	assert_string_equal(evidence, "");
}

static void each_verdict_has_its_word(void **state)
{
	trial_fail(&trial, "it is %d", 5);
	expect_verdict(VERDICT_FAIL, "it is 5");
	start(state);
	trial_error(&trial, "no %s", "memory");
	expect_verdict(VERDICT_ERROR, "no memory");
	start(state);
	trial_skip(&trial, "nothing to judge");
	expect_verdict(VERDICT_SKIP, "nothing to judge");
	assert_string_equal(evidence, "");
}

/* Whatever comes after it, and in whatever order. */
static void the_first_complaint_counts(void **state)
{
	void (*const words[])(struct trial *, const char *, ...) = { trial_fail, trial_error, trial_skip };
	static const enum verdict verdicts[] = { VERDICT_FAIL, VERDICT_ERROR, VERDICT_SKIP };

	for (unsigned first = 0; first < 2; first++) {
		start(state);
		words[first](&trial, "the first");
		for (unsigned later = 0; later < 3; later++)
			words[later](&trial, "number %u", later);
		expect_verdict(verdicts[first], "the first");
		assert_string_equal(evidence, "then: \"number 0\"\nthen-2: \"number 1\"\nthen-3: \"number 2\"\n");
	}
}

/* A skip hides no failure, and is none. */
static void a_skip_is_no_complaint(void **state)
{
	trial_skip(&trial, "nothing to judge");
	trial_skip(&trial, "nor here");
	expect_verdict(VERDICT_SKIP, "nothing to judge");
	assert_string_equal(evidence, "then: \"nor here\"\n");
	trial_fail(&trial, "memory has changed");
	expect_verdict(VERDICT_FAIL, "memory has changed");
	trial_skip(&trial, "nothing to judge");
	expect_verdict(VERDICT_FAIL, "memory has changed");
	start(state);
	trial_skip(&trial, "nothing to judge");
	trial_error(&trial, "a trap");
	expect_verdict(VERDICT_ERROR, "a trap");
}

static void a_record_is_no_complaint(void **state)
{
	trial_record(&trial, "it does %s", "this");
	expect_verdict(VERDICT_PASS, "it does this");
	trial_record(&trial, "it does that");
	expect_verdict(VERDICT_PASS, "it does that");
	trial_fail(&trial, "but not well");
	expect_verdict(VERDICT_FAIL, "but not well");
	trial_record(&trial, "it does neither");
	expect_verdict(VERDICT_FAIL, "but not well");
	start(state);
	trial_skip(&trial, "no");
	trial_record(&trial, "it does");
	expect_verdict(VERDICT_SKIP, "no");
}

static void expectations(void **state)
{
	assert_true(expect_equal(&trial, "status", 0xf, 0xf));
	assert_true(expect(&trial, true, "cannot be"));
	expect_verdict(VERDICT_PASS, "");
	assert_false(expect_equal(&trial, "status", 0x40, 0xf));
	expect_verdict(VERDICT_FAIL, "status: expected 0xf, found 0x40");
	start(state);
	assert_false(expect_equal(&trial, "word", 1ull << 63, 0));
	expect_verdict(VERDICT_FAIL, "word: expected 0, found 0x8000000000000000");
	start(state);
	assert_false(expect(&trial, false, "page %u is there", 3));
	expect_verdict(VERDICT_FAIL, "page 3 is there");
}

static void a_long_reason_is_cut(void **state)
{
	char longest[sizeof(trial.reason) + 100];

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = 0;
	trial_fail(&trial, "%s", longest);
	assert_int_equal(strlen(trial.reason), sizeof(trial.reason) - 1);
	trial_fail(&trial, "%s", longest);
	assert_int_equal(evidence[strlen(evidence) - 1], '\n');
	assert_int_equal(evidence[strlen(evidence) - 2], '"');
}

/* A key that is the start of another one is not that one. */
static void each_key_stands_once(void **state)
{
	(void)state;
	trial_note(&trial, "frames", "a");
	trial_note(&trial, "frame", "b");
	trial_note(&trial, "frame", "c");
	trial_note(&trial, "me", "frame: 1");
	trial_note(&trial, "frame", "d");
	trial_note(&trial, "frames", "e");
	assert_string_equal(evidence, "frames: \"a\"\nframe: \"b\"\nframe-2: \"c\"\nme: \"frame: 1\"\nframe-3: \"d\"\n"
				      "frames-2: \"e\"\n");
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
		start(state);
		trial_note(&trial, "k", "%s", quotes[i].value);
		assert_string_equal(evidence, quotes[i].quoted);
	}
}

/* A value cannot make a line of its own, nor a key that is there already. */
static void a_value_is_not_a_key(void **state)
{
	(void)state;
	trial_note(&trial, "first", "x\"\nsecond: \"y");
	trial_note(&trial, "second", "z");
	assert_string_equal(evidence, "first: \"x\\\"\\x0asecond: \\\"y\"\nsecond: \"z\"\n");
}

/* When there is no more room, what stands there is whole lines. */
static void full_evidence_is_still_lines(void **state)
{
	for (unsigned size = 1; size < 200; size++) {
		static const char whole[] = "key: \"a \\\"value\\\"\"\n";
		size_t length;

		start(state);
		trial.evidence.size = size;
		trial_note(&trial, "key", "a \"value\"");
		trial_note(&trial, "other", "%0*d", 60, 5);
		trial_note(&trial, "key", "another");
		length = strlen(evidence);
		assert_true(length < size);
		if (length > 0 && evidence[length - 1] != '\n')
			fail_msg("%u bytes: \"%s\"", size, evidence);
		assert_int_equal(trial.evidence.cut, size <= 106);
		if (size > sizeof(whole))
			assert_memory_equal(evidence, whole, sizeof(whole) - 1);
	}
}

/* The generator's first values from state 1: a seed means the same run on every machine. */
static void random_numbers(void **state)
{
	(void)state;
	assert_true(trial_random(&trial) == 0x47e4ce4b896cdd1dull);
	assert_true(trial_random(&trial) == 0xabcfa6a8e079651dull);
	assert_true(trial_random(&trial) == 0xb9d10d8feb731f57ull);
}

#define QEMU	.profile = PROFILE_QEMU, .reason = "a", .reference = "b"

static const struct deviation own[] = {
	{ .name = "on-both", .points = "one.*", .machine = "*", .because = "*", QEMU },
	{ .name = "on-clipper", .points = "three/?,one.two", .machine = "clipper", .because = "*", QEMU },
	{ .name = "on-sun4u", .points = "three/?", .machine = "sun4u", .shows = SOMETIMES, .because = "*", QEMU },
	{ .name = "on-hardware", .points = "one.*,four", .machine = "*", .because = "*", .profile = PROFILE_HARDWARE,
	  .reason = "a", .reference = "b" },
};
DEVIATIONS(own);

static const struct deviation another_files[] = {
	{ .name = "behind", .points = "five,one.*", .machine = "*", .because = "*", QEMU },
	{ .name = "for-a-reason", .points = "six", .machine = "*", .because = "*line 6?*", QEMU },
	{ .name = "for-another", .points = "seven,six", .machine = "*", .because = "no line,not? now", QEMU },
	{ .name = "for-a-while", .points = "eight", .machine = "*", .because = "*", QEMU,
	  .since = { 8, 2, 0 }, .until = { 11, 0, 0 } },
	{ .name = "from-then-on", .points = "nine", .machine = "*", .because = "*", QEMU, .since = { 11, 1, 0 } },
	{ .name = "may-end", .points = "ten", .machine = "*", .because = "*", QEMU, .skip = SKIP_ALL },
	{ .name = "of-another-firmware", .points = "twelve", .machine = "*", .because = "*", QEMU,
	  .firmware = "other*" },
	{ .name = "of-this-firmware", .points = "twelve", .machine = "*", .because = "*", QEMU,
	  .firmware = "of the *" },
	{ .name = "is-asked-for", .points = "eleven", .machine = "*", .because = "*", QEMU, .skip = SKIP_ASKED },
};
DEVIATIONS(another_files);

/* What is found on the machine, under a QEMU of which nothing is known. */
static const struct deviation *find(const char *point, const char *reason, const char *machine, bool emulated)
{
	const struct deviation_place place = { machine, emulated, { 0, 0, 0 }, "of the house" };

	return deviation_find(point, reason, &place);
}

static const struct find_row {
	const char *point, *machine;
	bool emulated;
	const char *found;		/* NULL: none */
} find_rows[] = {
	{ "one.two", "clipper", true, "on-both" },		/* the first that lists it */
	{ "one.two", "sun4u", true, "on-both" },
	{ "one.", "other", true, "on-both" },
	{ "one", "clipper", true, NULL },
	{ "no.one.two", "clipper", true, NULL },
	{ "three/x", "clipper", true, "on-clipper" },
	{ "three/x", "sun4u", true, "on-sun4u" },
	{ "three/x", "other", true, NULL },
	{ "three/x", "clipper", false, NULL },
	{ "three/xy", "clipper", true, NULL },
	{ "six", "clipper", true, "for-a-reason" },
	{ "one.two", "clipper", false, "on-hardware" },
	{ "four", "sun4u", false, "on-hardware" },
	{ "four", "sun4u", true, NULL },
	{ "five", "clipper", true, "behind" },			/* in the list of another file */
	{ "eight", "clipper", true, "for-a-while" },
	{ "ten", "clipper", true, "may-end" },
	{ "twelve", "clipper", true, "of-this-firmware" },
	{ "eleven", "clipper", true, NULL },			/* its test asks for it by name */
	{ "no.such.point", "clipper", true, NULL },
	{ "", "clipper", true, NULL },
};

static void deviations_by_point_machine_and_profile(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(find_rows) / sizeof(find_rows[0]); i++) {
		const struct find_row *row = &find_rows[i];
		const struct deviation *found = find(row->point, NULL, row->machine, row->emulated);

		if (!found != !row->found || (found && strcmp(found->name, row->found) != 0))
			fail_msg("row %u: \"%s\" is %s", i, row->point, found ? found->name : "not found");
	}
}

/* A deviation that says how its points fail lists no point that fails in another way. */
static void deviations_by_reason(void **state)
{
	(void)state;
	assert_ptr_equal(find("six", "leads, alas, to line 68", "sun4u", true), &another_files[1]);
	assert_ptr_equal(find("six", "no line", "sun4u", true), &another_files[2]);
	assert_ptr_equal(find("six", "not, now", "sun4u", true), &another_files[2]);
	assert_null(find("six", "line 5", "sun4u", true));
	assert_null(find("six", "", "sun4u", true));
	assert_ptr_equal(find("five", "whatever", "sun4u", true), &another_files[0]);
}

/* Versions from the one on and before the other; where the version is not known, it may show and need not. */
static void deviations_by_version(void **state)
{
	static const struct {
		const char *point;
		struct release qemu;
		bool may, must;
	} rows[] = {
		{ "eight", { 0, 0, 0 }, true, false },
		{ "eight", { 8, 1, 5 }, false, false },
		{ "eight", { 8, 2, 0 }, true, true },
		{ "eight", { 10, 0, 13 }, true, true },
		{ "eight", { 10, 2, 49 }, true, true },
		{ "eight", { 11, 0, 0 }, false, false },
		{ "eight", { 12, 0, 1 }, false, false },
		/* Builds on the way: what the release before has, or the one that comes. */
		{ "eight", { 8, 1, 50 }, true, false },
		{ "eight", { 8, 0, 90 }, false, false },
		{ "eight", { 10, 1, 92 }, true, true },
		{ "eight", { 10, 2, 50 }, true, false },
		{ "eight", { 11, 0, 50 }, false, false },
		{ "nine", { 0, 0, 0 }, true, false },
		{ "nine", { 11, 0, 2 }, false, false },
		{ "nine", { 11, 0, 50 }, true, false },
		{ "nine", { 11, 1, 3 }, true, true },
		{ "nine", { 255, 0, 0 }, true, true },
		{ "one.two", { 7, 2, 22 }, true, true },
		{ "one.two", { 0, 0, 0 }, true, true },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct deviation_place place = { "clipper", true, rows[i].qemu, "of the house" };
		const struct deviation *found = deviation_find(rows[i].point, NULL, &place);

		if (!found != !rows[i].may || (found && deviation_must_show(found, &place) != rows[i].must))
			fail_msg("row %u: %s", i, found ? found->name : "not found");
	}
}

/* The lists of all files, one after the other. */
static void deviations_are_numbered(void **state)
{
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; deviation_get(i); i++)
		count += (deviation_get(i) >= own && deviation_get(i) < own + 4) ||
			 (deviation_get(i) >= another_files && deviation_get(i) < another_files + 9);
	assert_int_equal(count, 13);
	assert_null(deviation_get(~0u));
}

/* The deviation's first glob with letters where it has stars. */
static void point_of(const struct deviation *deviation, char *point, size_t size)
{
	size_t length = strcspn(deviation->points, ",");

	assert_true(length < size);
	memcpy(point, deviation->points, length);
	point[length] = 0;
	for (char *star = point; (star = strpbrk(star, "*?")); )
		*star = 'x';
}

/* None is hidden behind an earlier one, and the runner can print each: it puts the texts into quotes as they are. */
static void each_deviation_can_show(void **state)
{
	(void)state;
	for (unsigned i = 0; deviation_get(i); i++) {
		const struct deviation *deviation = deviation_get(i);
		const char *machine = strcmp(deviation->machine, "*") == 0 ? "clipper" : deviation->machine;
		/* The first version that has it: two may share a point, one after the other. */
		const struct deviation_place place = { machine, deviation->profile == PROFILE_QEMU, deviation->since,
						       deviation->firmware };
		char point[256];

		point_of(deviation, point, sizeof(point));
		assert_ptr_equal(deviation_find(point, NULL, &place),
				 deviation->skip == SKIP_ASKED ? NULL : deviation);
		assert_true(deviation->because && deviation->because[0]);
		assert_null(strpbrk(deviation->reason, "\"\\\n"));
		assert_null(strpbrk(deviation->reference, "\"\\\n"));
		assert_null(strpbrk(deviation->name, " \t\n#\\"));
		assert_true(deviation->name[0] && deviation->reason[0] && deviation->reference[0]);
		assert_true(strcmp(machine, "clipper") == 0 || strcmp(machine, "sun4u") == 0 ||
			    strcmp(machine, "dummy-virt") == 0);
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(deviation->name, deviation_get(j)->name);
	}
}

#define TEST(name)	cmocka_unit_test_setup(name, start)

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
		TEST(each_key_stands_once),
		TEST(values_are_quoted),
		TEST(a_value_is_not_a_key),
		TEST(full_evidence_is_still_lines),
		TEST(random_numbers),
		TEST(deviations_by_point_machine_and_profile),
		TEST(deviations_by_reason),
		TEST(deviations_by_version),
		TEST(deviations_are_numbered),
		TEST(each_deviation_can_show),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
