/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: boot/glob.c */
/*
 * Globs of the command line: which names match, and that no glob takes longer than its length times the name's.
 */
#include <string.h>

#include "boot/command_line.h"
#include "tests/unit/host/host.h"

static const struct row {
	const char *globs;
	const char *name;
	bool matches;
} rows[] = {
	{ "", "", false },
	{ "", "a", false },
	{ "a", "a", true },
	{ "a", "b", false },
	{ "a", "aa", false },
	{ "aa", "a", false },
	{ "a", "", false },
	{ "*", "", true },
	{ "*", "pci.bars", true },
	{ "**", "", true },
	{ "?", "", false },
	{ "?", "x", true },
	{ "??", "x", false },
	{ "?*", "x", true },
	{ "*?", "", false },
	{ "pci.*", "pci.bars", true },
	{ "pci.*", "pci.", true },
	{ "pci.*", "pci", false },
	{ "*.bars", "pci.bars", true },
	{ "*.bars", "pci.bars.size", false },
	{ "*.bars", "x.bars.bars", true },
	{ "p*s", "pci.bars", true },
	{ "p*c*s", "pci.bars", true },
	{ "p*z*s", "pci.bars", false },
	{ "*aab", "aaaab", true },
	{ "a*b?d", "abbbcd", true },
	{ "a*b?d", "abbbc", false },
	{ "A", "a", false },
	{ "[a]", "a", false },
	{ "[a]", "[a]", true },
	{ "a,b", "a", true },
	{ "a,b", "b", true },
	{ "a,b", "c", false },
	{ "a,b", "a,b", false },
	{ "a,b", "", false },
	{ "a*,b", "b", true },
	{ "a*,b", "ab", true },
	{ "*a,*b,*c", "xxc", true },
	{ "*a,*b,*c", "xxd", false },
	{ "a?,b", "a", false },
	{ "a*", "a,b", true },
};

static void table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (glob_match_any(rows[i].globs, rows[i].name) != rows[i].matches)
			fail_msg("\"%s\" and \"%s\": should%s match", rows[i].globs, rows[i].name,
				 rows[i].matches ? "" : " not");
	}
}

/* The plain definition, for names and globs short enough that its cost does not matter. */
static bool matches(const char *glob, const char *name)
{
	if (*glob == 0)
		return *name == 0;
	if (*glob == '*')
		return matches(glob + 1, name) || (*name && matches(glob, name + 1));
	return *name && (*glob == '?' || *glob == *name) && matches(glob + 1, name + 1);
}

/* All globs of up to five characters of "ab*?" against all names of up to five of "ab". */
static void like_the_definition(void **state)
{
	(void)state;
	for (unsigned g = 1; g < 1 << 12; g++) {
		char glob[8] = "";
		unsigned length = 0;

		for (unsigned bits = g; bits > 0 && length < 5; bits >>= 2)
			glob[length++] = "ab*?"[bits & 3];
		for (unsigned n = 1; n < 1 << 6; n++) {
			char name[8] = "";

			for (unsigned bits = n, i = 0; bits > 1; bits >>= 1)
				name[i++] = "ab"[bits & 1];
			if (glob_match_any(glob, name) != matches(glob, name))
				fail_msg("\"%s\" and \"%s\"", glob, name);
		}
	}
}

/* One star after the other over a long name: exponential if the match went back further than the last star. */
static void many_stars_end(void **state)
{
	char glob[201], name[1001];

	(void)state;
	for (unsigned i = 0; i < 200; i += 2)
		memcpy(glob + i, "*a", 2);
	glob[199] = 'b';
	glob[200] = 0;
	memset(name, 'a', 1000);
	name[1000] = 0;
	assert_false(glob_match_any(glob, name));
}

/* What is chosen by its name alone: no star or question mark stands for a letter of it. */
static void names(void **state)
{
	static const struct row whole[] = {
		{ "a.b", "a.b", true },
		{ "a.b/*", "a.b", true },
		{ "x,a.b/c", "a.b", true },
		{ "a.b,x", "a.b", true },
		{ "", "a.b", false },
		{ "*", "a.b", false },
		{ "a.*", "a.b", false },
		{ "a.?", "a.b", false },
		{ "a", "a.b", false },
		{ "a.bc", "a.b", false },
		{ "a.b*", "a.b", false },
		{ "a.b.c", "a.b", false },
		{ "xa.b", "a.b", false },
		{ "a,.b", "a.b", false },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (glob_names_any(whole[i].globs, whole[i].name) != whole[i].matches)
			fail_msg("row %u: \"%s\" and \"%s\"", i, whole[i].globs, whole[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(like_the_definition),
		cmocka_unit_test(many_stars_end),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("glob", tests, NULL, NULL);
}
