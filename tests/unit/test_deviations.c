/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/deviations.list boot/glob.c boot/format.c boot/print.c */
/*
 * The look-up of deviations: by point, machine, reason, version and firmware, in a list of the test's own beside the
 * image's, of which each must be one that can show.
 */
#include <string.h>

#include "tests/deviations/deviations.h"
#include "tests/unit/host/host.h"

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

#define TEST(name)	cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(deviations_by_point_machine_and_profile),
		TEST(deviations_by_reason),
		TEST(deviations_by_version),
		TEST(deviations_are_numbered),
		TEST(each_deviation_can_show),
	};

	return cmocka_run_group_tests_name("deviations", tests, NULL, NULL);
}
