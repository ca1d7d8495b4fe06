/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: boot/command_line.c boot/format.c boot/print.c */
/*
 * The command line: what each word sets, what is said about each mistake, and that no text at all does harm.
 */
#include <stdio.h>
#include <string.h>

#include "boot/clock.h"
#include "boot/command_line.h"
#include "tests/unit/host/host.h"

static struct command_line line;

static void parse(const char *text)
{
	memset(&line, 0xa5, sizeof line);
	command_line_parse(&line, text, false);
}

static void defaults(void **state)
{
	static const char *const nothing[] = { "", " ", " \t\r\n  " };

	(void)state;
	for (unsigned i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
		parse(nothing[i]);
		assert_int_equal(line.error_count, 0);
		assert_string_equal(line.tests, "*");
		assert_string_equal(line.skip, "");
		assert_false(line.list);
		assert_int_equal(line.log, LOG_POINTS);
		assert_int_equal(line.timeout, SECONDS(300));
		assert_int_equal(line.halt, HALT_POWEROFF);
		assert_false(line.allow_destructive);
		assert_true(line.deviations);
		assert_int_equal(line.seed, 0);
		assert_false(line.host);
		assert_int_equal(line.iommu_page, 0);
	}
}

static void all_words_at_once(void **state)
{
	(void)state;
	parse("  tests=pci.*,dma.? skip=pci.bars\tlist log=debug timeout=7 halt=reboot allow=destructive "
	      "deviations=off seed=0xfedcba9876543210 qemu=7.2.22 "
	      "host=on iommu-page=16K");
	assert_int_equal(line.error_count, 0);
	assert_string_equal(line.tests, "pci.*,dma.?");
	assert_string_equal(line.skip, "pci.bars");
	assert_int_equal(line.list, LIST_NAMES);
	assert_int_equal(line.log, LOG_DEBUG);
	assert_int_equal(line.timeout, SECONDS(7));
	assert_int_equal(line.halt, HALT_REBOOT);
	assert_true(line.allow_destructive);
	assert_false(line.deviations);
	assert_int_equal(line.seed, 0xfedcba9876543210);
	assert_int_equal(line.qemu.major, 7);
	assert_int_equal(line.qemu.minor, 2);
	assert_int_equal(line.qemu.micro, 22);
	assert_true(line.host);
	assert_int_equal(line.iommu_page, 16384);
}

static void values(void **state)
{
	(void)state;
	parse("log=summary halt=stay timeout=0 seed=18446744073709551615");
	assert_int_equal(line.error_count, 0);
	assert_int_equal(line.log, LOG_SUMMARY);
	assert_int_equal(line.timeout, 0);
	assert_int_equal(line.seed, UINT64_MAX);
	assert_int_equal(line.halt, HALT_STAY);
	parse("halt=return iommu-page=64K");
	assert_int_equal(line.error_count, 0);
	assert_int_equal(line.halt, HALT_RETURN);
	assert_int_equal(line.iommu_page, 65536);
	assert_int_equal(line.list, LIST_NONE);
	assert_int_equal(line.monitor, MONITOR_BY_FIRMWARE);
	assert_false(line.log_given);
	parse("monitor halt=monitor log=summary");
	assert_int_equal(line.error_count, 0);
	assert_int_equal(line.monitor, MONITOR_AT_ONCE);
	assert_int_equal(line.halt, HALT_MONITOR);
	assert_true(line.log_given);
	parse("monitor=key");
	assert_int_equal(line.monitor, MONITOR_BY_KEY);
	parse("monitor=off");
	assert_int_equal(line.monitor, MONITOR_NEVER);
	parse("log=points halt=poweroff timeout=999999 seed=0XaBcDeF tests=a=b list=json");
	assert_int_equal(line.error_count, 0);
	assert_int_equal(line.log, LOG_POINTS);
	assert_int_equal(line.halt, HALT_POWEROFF);
	assert_int_equal(line.timeout, SECONDS(999999));
	assert_int_equal(line.seed, 0xabcdef);
	assert_string_equal(line.tests, "a=b");
	assert_int_equal(line.list, LIST_JSON);
}

/* Each names the word and says what would be right; the setting keeps its default. */
static void mistakes(void **state)
{
	static const struct {
		const char *text;
		const char *named;
		const char *right;
	} rows[] = {
		{ "foo", "\"foo\"", "tests= skip= list log= timeout= halt= allow= deviations= seed= qemu= host= "
		  "iommu-page= monitor" },
		{ "=", "\"=\"", "tests=" },
		{ "=5", "\"=5\"", "tests=" },
		{ "test=a", "\"test=a\"", "tests=" },
		{ "testss=a", "\"testss=a\"", "tests=" },
		{ "Tests=a", "\"Tests=a\"", "tests=" },
		{ "tests", "\"tests\"", "tests=GLOB[,GLOB]" },
		{ "tests=", "\"tests=\" has no value", "tests=GLOB[,GLOB]" },
		{ "tests=a,", "\"tests=a,\"", "tests=GLOB[,GLOB]" },
		{ "tests=,a", "\"tests=,a\"", "tests=GLOB[,GLOB]" },
		{ "tests=a,,b", "\"tests=a,,b\"", "tests=GLOB[,GLOB]" },
		{ "tests=,", "\"tests=,\"", "tests=GLOB[,GLOB]" },
		{ "skip=", "\"skip=\"", "skip=GLOB[,GLOB]" },
		{ "skip=a,,b", "\"skip=a,,b\"", "skip=GLOB[,GLOB]" },
		{ "list=", "\"list=\"", "list=json" },
		{ "list=yes", "\"list=yes\"", "list=json" },
		{ "log=", "\"log=\" has no value", "summary, points or debug" },
		{ "log=loud", "\"log=loud\"", "summary, points or debug" },
		{ "log=debugs", "\"log=debugs\"", "summary, points or debug" },
		{ "timeout", "\"timeout\"", "seconds" },
		{ "timeout=", "\"timeout=\"", "seconds" },
		{ "timeout=1s", "\"timeout=1s\"", "seconds" },
		{ "timeout=-1", "\"timeout=-1\"", "seconds" },
		{ "timeout=1.5", "\"timeout=1.5\"", "seconds" },
		{ "timeout=1000000", "\"timeout=1000000\"", "999999" },
		{ "timeout=18446744074", "\"timeout=18446744074\"", "999999" },
		{ "timeout=0x", "\"timeout=0x\"", "seconds" },
		{ "monitor=", "\"monitor=\" has no value", "monitor=key or off" },
		{ "monitor=yes", "\"monitor=yes\"", "monitor=key or off" },
		{ "halt=off", "\"halt=off\"", "poweroff, stay, reboot, return or monitor" },
		{ "allow=all", "\"allow=all\"", "allow=destructive" },
		{ "deviations=on", "\"deviations=on\"", "deviations=off" },
		{ "seed=0x", "\"seed=0x\"", "0x and hexadecimal" },
		{ "seed=12ab", "\"seed=12ab\"", "0x and hexadecimal" },
		{ "seed=0xg", "\"seed=0xg\"", "0x and hexadecimal" },
		{ "seed=18446744073709551616", "\"seed=1844674407370955161", "0x and hexadecimal" },
		{ "seed=0x10000000000000000", "\"seed=0x1000000000000000", "0x and hexadecimal" },
		{ "seed=99999999999999999999999", "\"seed=9999", "0x and hexadecimal" },
		{ "qemu", "\"qemu\"", "three numbers" },
		{ "qemu=", "\"qemu=\"", "three numbers" },
		{ "qemu=7.2", "\"qemu=7.2\"", "three numbers" },
		{ "qemu=7.2.", "\"qemu=7.2.\"", "three numbers" },
		{ "qemu=.2.2", "\"qemu=.2.2\"", "three numbers" },
		{ "qemu=7.2.22.1", "\"qemu=7.2.22.1\"", "three numbers" },
		{ "qemu=7.2.22-rc1", "\"qemu=7.2.22-rc1\"", "three numbers" },
		{ "host=", "\"host=\"", "on or off" },
		{ "host=yes", "\"host=yes\"", "on or off" },
		{ "iommu-page", "\"iommu-page\" has no value", "4K, 16K or 64K" },
		{ "iommu-page=8K", "\"iommu-page=8K\"", "4K, 16K or 64K" },
		{ "iommu-page=16384", "\"iommu-page=16384\"", "4K, 16K or 64K" },
		{ "qemu=7.256.0", "\"qemu=7.256.0\"", "three numbers" },
		{ "qemu=7.0002.0", "\"qemu=7.0002.0\"", "three numbers" },
		{ "list list", "\"list\"", "once" },
		{ "seed=0 seed=0", "\"seed=0\"", "once" },
		{ "tests=* tests=b", "\"tests=b\"", "once" },
		/* One mistake, not two: the first word counts as given. */
		{ "log=loud log=debug", "\"log=loud\"", "summary" },
	};
	static struct command_line untouched;

	(void)state;
	command_line_parse(&untouched, "", false);
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool twice = strchr(rows[i].text, ' ');

		parse(rows[i].text);
		if (line.error_count != (twice && strstr(rows[i].text, "loud") ? 2 : 1))
			fail_msg("\"%s\": %u errors", rows[i].text, line.error_count);
		if (!strstr(line.errors[0], rows[i].named) || !strstr(line.errors[0], rows[i].right))
			fail_msg("\"%s\": \"%s\", should have %s and %s", rows[i].text, line.errors[0], rows[i].named,
				 rows[i].right);
		if (strlen(line.errors[0]) >= COMMAND_LINE_ERROR - 1)
			fail_msg("\"%s\": cut: \"%s\"", rows[i].text, line.errors[0]);
		if (!twice && (strcmp(line.tests, "*") || strcmp(line.skip, "") || line.timeout != untouched.timeout ||
			       line.log != untouched.log || line.halt != untouched.halt || line.allow_destructive ||
			       !line.deviations || line.seed != 0))
			fail_msg("\"%s\" has changed a setting", rows[i].text);
	}
}

/* The longest quotation beside the longest explanation. */
static void long_words_leave_room(void **state)
{
	(void)state;
	parse("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
	assert_int_equal(line.error_count, 1);
	assert_non_null(strstr(line.errors[0], "\"abcdefghijklmnopqrstuvwx\""));
	assert_non_null(strstr(line.errors[0], "seed="));
	assert_true(strlen(line.errors[0]) < COMMAND_LINE_ERROR - 1);
}

static void more_errors_than_room(void **state)
{
	(void)state;
	parse("a b c d e f list");
	assert_int_equal(line.error_count, 6);
	for (unsigned i = 0; i < COMMAND_LINE_ERRORS; i++)
		assert_int_equal(line.errors[i][strlen("unknown word \"")], 'a' + i);
	assert_int_equal(line.list, LIST_NAMES);
}

static void cut_by_the_firmware(void **state)
{
	(void)state;
	command_line_parse(&line, "list", true);
	assert_int_equal(line.error_count, 1);
	assert_non_null(strstr(line.errors[0], "shorter"));
	assert_int_equal(line.list, LIST_NAMES);
}

/* What just fits is whole; one character more is an error. */
static void too_long(void **state)
{
	char text[COMMAND_LINE_SIZE + 1];

	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text, "tests=", 6);
	text[COMMAND_LINE_SIZE - 1] = 0;
	parse(text);
	assert_int_equal(line.error_count, 0);
	assert_int_equal(strlen(line.tests), COMMAND_LINE_SIZE - 1 - 6);
	text[COMMAND_LINE_SIZE - 1] = 'a';
	text[COMMAND_LINE_SIZE] = 0;
	parse(text);
	assert_int_equal(line.error_count, 1);
	assert_non_null(strstr(line.errors[0], "longer than 1023"));
}

/* Pieces of words and bytes of every kind, in any order; the sanitizers watch. */
static void any_text(void **state)
{
	static const char *const pieces[] = {
		"tests", "skip", "list", "log", "timeout", "halt", "allow", "deviations", "seed", "qemu", "monitor",
		"=", "=", "=", " ", " ", "\t", ",", "*", ".", "json", "0x", "f", "999999999999999999999", "destructive",
		"off", "debug", "\x01", "\xff", "%s%n",
	};
	uint32_t random = 1;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		char text[1400];
		size_t length = 0;
		unsigned count = i % 400;

		for (unsigned k = 0; k < count && length < sizeof text - 32; k++) {
			const char *piece;

			/* Numerical Recipes' linear congruential generator. */
			random = random * 1664525 + 1013904223;
			piece = pieces[(random >> 8) % (sizeof pieces / sizeof pieces[0])];
			memcpy(text + length, piece, strlen(piece));
			length += strlen(piece);
		}
		text[length] = 0;
		parse(text);
		assert_in_range(strlen(line.tests) + strlen(line.skip), 0, COMMAND_LINE_SIZE);
		for (unsigned k = 0; k < line.error_count && k < COMMAND_LINE_ERRORS; k++)
			assert_in_range(strlen(line.errors[k]), 1, COMMAND_LINE_ERROR - 1);
	}
}

/* Every word that the help names is one that is known, and there is no other. */
static void help_is_complete(void **state)
{
	(void)state;
	parse("unknown");
	for (unsigned i = 0; i < command_line_help_lines; i++) {
		char name[32];
		size_t length = strcspn(command_line_help[i], "= ");

		snprintf(name, sizeof name, " %.*s", (int)(length + (command_line_help[i][length] == '=')),
			 command_line_help[i]);
		assert_non_null(strstr(line.errors[0], name));
	}
	assert_int_equal(command_line_help_lines, 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(all_words_at_once),
		cmocka_unit_test(values),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(long_words_leave_room),
		cmocka_unit_test(more_errors_than_room),
		cmocka_unit_test(cut_by_the_firmware),
		cmocka_unit_test(too_long),
		cmocka_unit_test(any_text),
		cmocka_unit_test(help_is_complete),
	};

	return cmocka_run_group_tests_name("command_line", tests, NULL, NULL);
}
