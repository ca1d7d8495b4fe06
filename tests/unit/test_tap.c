/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: boot/tap.c boot/format.c boot/print.c */
/*
 * The report, character by character: what it looks like, and that no text in it can pass for another line.
 */
#include <string.h>

#include "boot/tap.h"
#include "tests/unit/host/host.h"

/* The first test, because a plan cannot be taken back. */
static void comments_wait_for_the_plan(void **state)
{
	(void)state;
	tap_comment("early %d", 1);
	tap_comment("early %d\nand more", 2);
	assert_string_equal(host_output, "");
	tap_plan(3, NULL);
	assert_string_equal(host_output, "TAP version 14\n1..3\n# early 1\n# early 2\n# and more\n");
}

static void plan(void **state)
{
	(void)state;
	tap_plan(12, NULL);
	assert_string_equal(host_output, "TAP version 14\n1..12\n");
}

static void empty_plan(void **state)
{
	(void)state;
	tap_plan(0, "nothing matches tests=x#");
	assert_string_equal(host_output, "TAP version 14\n1..0 # SKIP nothing matches tests=x\\#\n");
}

static void points(void **state)
{
	(void)state;
	tap_point(1, true, "pci.bars", "", NULL);
	tap_point(2, false, "pci.bars", "", "");
	tap_point(3, true, "x", "SKIP no such device", NULL);
	tap_point(4, false, "y", "TODO qemu-7.2", NULL);
	assert_string_equal(host_output,
			    "ok 1 - pci.bars\n"
			    "not ok 2 - pci.bars\n"
			    "ok 3 - x # SKIP no such device\n"
			    "not ok 4 - y # TODO qemu-7.2\n");
}

/* A # would begin a directive, a \ hide one; a newline would begin a point. */
static void texts_are_escaped(void **state)
{
	(void)state;
	tap_point(1, false, "a # TODO b\\\nok 2 - c\r\x80\x1b[m", "SKIP d # e\\\nf", NULL);
	assert_string_equal(host_output,
			    "not ok 1 - a \\# TODO b\\\\?ok 2 - c???[m # SKIP d \\# e\\\\?f\n");
}

/* Longer than any buffer on the way; each character but the first is one that takes two. */
static void long_texts_are_whole(void **state)
{
	char name[1002];

	(void)state;
	memset(name, '#', 1001);
	name[0] = 'x';
	name[1001] = 0;
	tap_point(1, true, name, "", NULL);
	assert_int_equal(host_output_length, strlen("ok 1 - x") + 2000 + 1);
	for (unsigned i = 0; i < 2000; i += 2)
		assert_memory_equal(host_output + 8 + i, "\\#", 2);
}

static void yaml(void **state)
{
	(void)state;
	tap_point(1, false, "a", "", "found: 0x1\nwhere:\n  - # 2\\\n\nlast: \x01");
	assert_string_equal(host_output,
			    "not ok 1 - a\n"
			    "  ---\n"
			    "  found: 0x1\n"
			    "  where:\n"
			    "    - # 2\\\n"
			    "  \n"
			    "  last: ?\n"
			    "  ...\n");
}

static void comments(void **state)
{
	(void)state;
	tap_comment("one %d", 1);
	tap_comment("two\nok 1 - three\n");
	tap_comment("%s", "");
	assert_string_equal(host_output, "# one 1\n# two\n# ok 1 - three\n# \n");
}

static void cut_comment_says_so(void **state)
{
	(void)state;
	tap_comment("%*d", 1023, 1);
	assert_int_equal(host_output_length, 2 + 1023 + 1);
	host_reset();
	tap_comment("%*d", 1024, 1);
	assert_string_equal(host_output + 2 + 1023, "\n# (cut: 1024 characters)\n");
}

static void bail_out(void **state)
{
	(void)state;
	tap_bail_out("no\nmemory");
	assert_string_equal(host_output, "Bail out! no?memory\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(comments_wait_for_the_plan, host_setup),
		cmocka_unit_test_setup(plan, host_setup),
		cmocka_unit_test_setup(empty_plan, host_setup),
		cmocka_unit_test_setup(points, host_setup),
		cmocka_unit_test_setup(texts_are_escaped, host_setup),
		cmocka_unit_test_setup(long_texts_are_whole, host_setup),
		cmocka_unit_test_setup(yaml, host_setup),
		cmocka_unit_test_setup(comments, host_setup),
		cmocka_unit_test_setup(cut_comment_says_so, host_setup),
		cmocka_unit_test_setup(bail_out, host_setup),
	};

	return cmocka_run_group_tests_name("tap", tests, NULL, NULL);
}
