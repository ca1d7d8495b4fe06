/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: monitor/line.c monitor/words.c boot/format.c boot/print.c */
/*
 * The monitor's line editor and its words. What a terminal would show is worked out from what the editor sends, and
 * must be the line that it has, with the cursor where it is: after every key, and after any keys at all.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/line.h"
#include "monitor/words.h"
#include "tests/unit/host/host.h"

#define UP	"\033[A"
#define DOWN	"\033[B"
#define RIGHT	"\033[C"
#define LEFT	"\033[D"

/* ---- A terminal: the line that the cursor is in ---- */

static char screen[1024];
static size_t column, bells;

static void put(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\b') {
			assert_true(column > 0);
			column--;
		} else if (text[i] == '\a') {
			bells++;
		} else if (text[i] == '\n') {
			memset(screen, 0, sizeof(screen));
			column = 0;
		} else {
			assert_in_range(text[i], ' ', '~');
			assert_true(column < sizeof(screen) - 1);
			screen[column++] = text[i];
		}
	}
}

static const char *const known[] = { "map", "maps", "matrix", "mem", "run", "rerun" };

static const char *candidate(const struct line_editor *editor, size_t start, unsigned n)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(known[i], editor->text + start, editor->cursor - start) == 0 && n-- == 0)
			return known[i];
	return NULL;
}

static const struct line_user user = { put, candidate, "> " };
static struct line_editor editor;
static size_t prompt;		/* columns before the line */

static int start(void **state)
{
	(void)state;
	memset(screen, 0, sizeof(screen));
	column = bells = prompt = 0;
	line_open(&editor, &user);
	line_start(&editor);
	return 0;
}

/* Blanks at the end are as good as nothing. */
static void look(void)
{
	size_t length = strlen(screen);

	while (length > prompt + editor.length && screen[length - 1] == ' ')
		length--;
	assert_int_equal(strlen(editor.text), editor.length);
	assert_int_equal(length, prompt + editor.length);
	assert_memory_equal(screen + prompt, editor.text, editor.length);
	assert_int_equal(column, prompt + editor.cursor);
}

static enum line_event type(const char *keys)
{
	enum line_event event = LINE_GOES_ON;

	for (; *keys; keys++) {
		event = line_feed(&editor, *keys);
		if (event != LINE_GOES_ON) {
			column = prompt = 0;
			memset(screen, 0, sizeof(screen));
		}
	}
	return event;
}

static void new_line(void)
{
	line_start(&editor);
	memset(screen, 0, sizeof(screen));
	column = prompt = 0;
}

static void keys_edit_the_line(void **state)
{
	static const struct {
		const char *keys, *line;
		size_t cursor;
	} rows[] = {
		{ "abc", "abc", 3 },
		{ "abc" LEFT "x", "abxc", 3 },
		{ "abc" LEFT LEFT LEFT LEFT "x", "xabc", 1 },
		{ "abc" LEFT RIGHT RIGHT "x", "abcx", 4 },
		{ "abc\b", "ab", 2 },
		{ "abc\x7f\x7f\x7f\x7f", "", 0 },
		{ "abc" LEFT "\b", "ac", 1 },
		{ "abc\001x", "xabc", 1 },
		{ "abc\001\005x", "abcx", 4 },
		{ "abc\033[Hx\033[Fy", "xabcy", 5 },
		{ "abc\033OHx", "xabc", 1 },
		{ "abc\033[1~x\033[4~y", "xabcy", 5 },
		{ "abc\001\033[3~", "bc", 0 },
		{ "abc\001\004", "bc", 0 },
		{ "abc\004", "abc", 3 },
		{ "one two\025x", "x", 1 },
		{ "one two" LEFT LEFT "\025", "wo", 0 },
		{ "one two\027x", "one x", 5 },
		{ "one two  \027x", "one x", 5 },
		{ "one two" LEFT "\027", "one o", 4 },
		{ "one two" LEFT LEFT "\013", "one t", 5 },
		{ "abc\001\013", "", 0 },
		{ "abc\002\002\006x", "abxc", 3 },
		{ "a\001\002\002b", "ba", 1 },
		{ "abc\033[5~", "abc", 3 },		/* Page Up is no key here */
		{ "ab\033xc", "abc", 3 },		/* nor Alt with a letter */
		{ "ab\033[1;5Dc", "acb", 2 },		/* left, with Control */
		{ "a\x01\x02\x0e\x10" "b", "ba", 1 },
		{ "a\0201\x19\x1e" "b", "a1b", 3 },
		{ "a\xff\x80" "b", "ab", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start(NULL);
		assert_int_equal(type(rows[i].keys), LINE_GOES_ON);
		assert_string_equal(editor.text, rows[i].line);
		assert_int_equal(editor.cursor, rows[i].cursor);
		look();
	}
}

/* CR, LF and CR LF each end a line once. */
static void a_line_ends_once(void **state)
{
	(void)state;
	assert_int_equal(type("a\r"), LINE_COMPLETE);
	new_line();
	assert_int_equal(type("\n"), LINE_GOES_ON);
	assert_int_equal(type("b\n"), LINE_COMPLETE);
	assert_string_equal(editor.text, "b");
	new_line();
	assert_int_equal(type("\n"), LINE_COMPLETE);
	new_line();
	assert_int_equal(type("\r"), LINE_COMPLETE);
	new_line();
	assert_int_equal(type("\r"), LINE_COMPLETE);
	new_line();
	assert_int_equal(type("a\003"), LINE_DROPPED);
	new_line();
	assert_string_equal(editor.text, "");
}

static void lines_of_before(void **state)
{
	(void)state;
	type("one\r");
	new_line();
	type("two\r");
	new_line();
	type("two\r");		/* the same again is kept once */
	new_line();
	type("\r");
	new_line();
	type("thr" UP);
	assert_string_equal(editor.text, "two");
	look();
	type(UP);
	assert_string_equal(editor.text, "one");
	bells = 0;
	type(UP);
	assert_int_equal(bells, 1);
	type(DOWN DOWN);
	assert_string_equal(editor.text, "thr");
	type(DOWN);
	assert_int_equal(bells, 2);
	type("\020x\r");
	assert_string_equal(editor.text, "twox");
	for (unsigned i = 0; i < 2 * LINE_HISTORY; i++) {
		char text[8] = { (char)('a' + i % 26), (char)('a' + i / 26), '\r', 0 };

		new_line();
		type(text);
	}
	assert_int_equal(editor.history_count, LINE_HISTORY);
}

static void tab_completes(void **state)
{
	(void)state;
	type("me\t");
	assert_string_equal(editor.text, "mem ");
	look();
	type("\025ma\t");		/* map, maps and matrix: nothing in common, so they are shown */
	prompt = strlen(user.prompt);
	assert_string_equal(editor.text, "ma");
	look();
	type("p\t");
	assert_string_equal(editor.text, "map");
	look();
	bells = 0;
	type("\025x\t");
	assert_int_equal(bells, 1);
	assert_string_equal(editor.text, "x");
}

static void a_full_line_rings(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LINE_SIZE - 1; i++)
		type("x");
	assert_int_equal(bells, 0);
	look();
	type("y");
	assert_int_equal(bells, 1);
	assert_int_equal(editor.length, LINE_SIZE - 1);
	look();
	type(LEFT LEFT "y\b");
	look();
	assert_int_equal(type("\r"), LINE_COMPLETE);
}

/* Whatever is typed, the terminal shows the line that there is; the sanitizers watch. */
static void any_keys(void **state)
{
	static const char some[] = "abc d\b\x7f\x01\x05\x02\x06\x10\x0e\x17\x0b\x04\033[ABCDHF3~";
	uint32_t random = 1;

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		char key;

		random = random * 1664525u + 1013904223u;
		key = (char)(random >> 24);
		if (random >> 20 & 1)
			key = some[(random >> 24) % (sizeof(some) - 1)];
		if (key == '\t' || key == '\014')
			continue;
		if (line_feed(&editor, key) != LINE_GOES_ON)
			new_line();
		look();
	}
}

/* ---- Words ---- */

static void words_are_split(void **state)
{
	char line[] = "  mem\tphys:10.4   20 ", many[] = "1 2 3 4 5 6 7 8 9 a b c d", none[] = " \t ";
	struct words words;

	(void)state;
	words_split(&words, line);
	assert_int_equal(words.count, 3);
	assert_string_equal(words.word[0], "mem");
	assert_string_equal(words.word[1], "phys:10.4");
	assert_string_equal(words.word[2], "20");
	assert_false(words.too_many);
	words_split(&words, many);
	assert_int_equal(words.count, WORDS_MOST);
	assert_true(words.too_many);
	words_split(&words, none);
	assert_int_equal(words.count, 0);
}

static void numbers_are_read(void **state)
{
	static const struct {
		const char *text;
		uint64_t number;
	} good[] = {
		{ "0", 0 }, { "10", 0x10 }, { "0x10", 0x10 }, { "0X1f", 0x1f }, { "0t10", 10 },
		{ "FFFFFFFFFFFFFFFF", UINT64_MAX },
		{ "1k", 1024 }, { "0t64k", 65536 }, { "2M", 2 << 20 }, { "1g", 1 << 30 }, { "deadBEEF", 0xdeadbeef },
		{ "0t18446744073709551615", UINT64_MAX }, { "b", 0xb }, { "0b", 0xb },
		{ "3ffffffffg", 0xffffffffc0000000 },
	};
	static const char *const bad[] = {
		"", "x", "0x", "0t", "k", "0xk", "12q", "-1", "1.0", "0t1f", "10000000000000000",
		"0t18446744073709551616",
		"400000000g", "1kk", "+1", " 1", "0x0x1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		uint64_t number = 77;

		assert_true(words_number(good[i].text, &number));
		assert_true(number == good[i].number);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint64_t number = 77;

		assert_false(words_number(bad[i], &number));
		assert_int_equal(number, 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(keys_edit_the_line, start),
		cmocka_unit_test_setup(a_line_ends_once, start),
		cmocka_unit_test_setup(lines_of_before, start),
		cmocka_unit_test_setup(tab_completes, start),
		cmocka_unit_test_setup(a_full_line_rings, start),
		cmocka_unit_test_setup(any_keys, start),
		cmocka_unit_test(words_are_split),
		cmocka_unit_test(numbers_are_read),
	};

	return cmocka_run_group_tests_name("monitor_line", tests, NULL, NULL);
}
