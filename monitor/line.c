/* SPDX-License-Identifier: BSD-2-Clause */
/* The line editor: see line.h. */
#include "monitor/line.h"

#include "boot/print.h"
#include "boot/string.h"

#define CONTROL(letter)	((letter) & 0x1f)
#define ESCAPE		0x1b
#define DELETE		0x7f
#define BELL		"\a"

static void put(const struct line_editor *editor, const char *text, size_t length)
{
	if (length)
		editor->user->put(text, length);
}

static void bell(const struct line_editor *editor)
{
	put(editor, BELL, 1);
}

static void put_times(const struct line_editor *editor, char c, size_t times)
{
	while (times--)
		put(editor, &c, 1);
}

static void move_to(struct line_editor *editor, size_t cursor)
{
	if (cursor < editor->cursor)
		put_times(editor, '\b', editor->cursor - cursor);
	else
		put(editor, editor->text + editor->cursor, cursor - editor->cursor);
	editor->cursor = cursor;
}

/* Shows what stands behind the cursor, blanks over what stood there before, and goes back. */
static void redraw_tail(const struct line_editor *editor, size_t gone)
{
	size_t tail = editor->length - editor->cursor;

	put(editor, editor->text + editor->cursor, tail);
	put_times(editor, ' ', gone);
	put_times(editor, '\b', tail + gone);
}

/* Takes what stands from a place before the cursor up to it. */
static void delete_before(struct line_editor *editor, size_t from)
{
	size_t gone = editor->cursor - from, end = editor->cursor;

	move_to(editor, from);
	memmove(editor->text + from, editor->text + end, editor->length - end + 1);
	editor->length -= gone;
	redraw_tail(editor, gone);
}

static void delete_behind(struct line_editor *editor, size_t count)
{
	if (count == 0)
		return;
	memmove(editor->text + editor->cursor, editor->text + editor->cursor + count,
		editor->length - editor->cursor - count + 1);
	editor->length -= count;
	redraw_tail(editor, count);
}

static size_t word_start(const struct line_editor *editor)
{
	size_t at = editor->cursor;

	while (at > 0 && editor->text[at - 1] == ' ')
		at--;
	while (at > 0 && editor->text[at - 1] != ' ')
		at--;
	return at;
}

static void insert(struct line_editor *editor, const char *text, size_t count)
{
	if (count > LINE_SIZE - 1 - editor->length) {
		bell(editor);
		return;
	}
	memmove(editor->text + editor->cursor + count, editor->text + editor->cursor,
		editor->length - editor->cursor + 1);
	memcpy(editor->text + editor->cursor, text, count);
	editor->length += count;
	move_to(editor, editor->cursor + count);
	redraw_tail(editor, 0);
}

/* ---- Lines of before ---- */

static void show_instead(struct line_editor *editor, const char *text)
{
	move_to(editor, editor->length);
	delete_before(editor, 0);
	insert(editor, text, strlen(text));
}

static void go_in_history(struct line_editor *editor, unsigned at)
{
	if (at > editor->history_count) {
		bell(editor);
		return;
	}
	if (editor->history_at == 0)
		memcpy(editor->typed, editor->text, editor->length + 1);
	editor->history_at = at;
	show_instead(editor, at ? editor->history[at - 1] : editor->typed);
}

static void older(struct line_editor *editor)
{
	go_in_history(editor, editor->history_at + 1);
}

static void newer(struct line_editor *editor)
{
	if (editor->history_at == 0)
		bell(editor);
	else
		go_in_history(editor, editor->history_at - 1);
}

/* Neither an empty line, nor the same twice in a row. */
static void remember(struct line_editor *editor)
{
	if (editor->length == 0 || (editor->history_count && strcmp(editor->history[0], editor->text) == 0))
		return;
	if (editor->history_count < LINE_HISTORY)
		editor->history_count++;
	memmove(editor->history[1], editor->history[0], sizeof(editor->history[0]) * (LINE_HISTORY - 1));
	memcpy(editor->history[0], editor->text, editor->length + 1);
}

/* ---- Completion ---- */

static size_t common(const char *a, const char *b, size_t most)
{
	size_t same = 0;

	while (same < most && a[same] && a[same] == b[same])
		same++;
	return same;
}

static void show_line(const struct line_editor *editor)
{
	put(editor, editor->user->prompt, strlen(editor->user->prompt));
	put(editor, editor->text, editor->length);
	put_times(editor, '\b', editor->length - editor->cursor);
}

static void show_candidates(const struct line_editor *editor, size_t start)
{
	const char *text;

	put(editor, "\n", 1);
	for (unsigned n = 0; (text = editor->user->candidate(editor, start, n)) != NULL; n++) {
		if (n == LINE_CANDIDATES) {
			put(editor, "and more", 8);
			break;
		}
		put(editor, text, strlen(text));
		put(editor, "  ", 2);
	}
	put(editor, "\n", 1);
	show_line(editor);
}

static void complete(struct line_editor *editor)
{
	size_t start = editor->cursor, same = LINE_SIZE - 1, typed;
	char first[LINE_SIZE];
	const char *other;
	unsigned count = 0;

	while (start > 0 && editor->text[start - 1] != ' ')
		start--;
	typed = editor->cursor - start;
	for (; (other = editor->user->candidate(editor, start, count)) != NULL; count++) {
		if (count == 0)
			format(first, sizeof(first), "%s", other);
		same = common(first, other, same);
	}
	if (count == 0)
		bell(editor);
	else if (same > typed)
		insert(editor, first + typed, same - typed);
	else if (count > 1)
		show_candidates(editor, start);
	if (count == 1 && editor->cursor == editor->length)
		insert(editor, " ", 1);
}

/* ---- Keys ---- */

enum key { KEY_UP, KEY_DOWN, KEY_RIGHT, KEY_LEFT, KEY_HOME, KEY_END, KEY_DELETE, KEY_NONE };

static void press(struct line_editor *editor, enum key key)
{
	switch (key) {
	case KEY_UP:
		older(editor);
		return;
	case KEY_DOWN:
		newer(editor);
		return;
	case KEY_RIGHT:
		move_to(editor, editor->cursor + (editor->cursor < editor->length));
		return;
	case KEY_LEFT:
		move_to(editor, editor->cursor - (editor->cursor > 0));
		return;
	case KEY_HOME:
		move_to(editor, 0);
		return;
	case KEY_END:
		move_to(editor, editor->length);
		return;
	case KEY_DELETE:
		delete_behind(editor, editor->cursor < editor->length);
		return;
	default:
		bell(editor);
	}
}

/* The final byte of what follows ESC [ or ESC O: ECMA-48 and the keys of a VT220. */
static enum key key_of(char final, unsigned parameter)
{
	static const enum key numbered[] = {
		KEY_NONE, KEY_HOME, KEY_NONE, KEY_DELETE, KEY_END, KEY_NONE, KEY_NONE, KEY_HOME, KEY_END,
	};

	switch (final) {
	case 'A':
	case 'B':
	case 'C':
	case 'D':
		return (enum key)(KEY_UP + (final - 'A'));
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	case '~':
		return parameter < sizeof(numbered) / sizeof(numbered[0]) ? numbered[parameter] : KEY_NONE;
	default:
		return KEY_NONE;
	}
}

static void follow_sequence(struct line_editor *editor, char c)
{
	if (editor->keys == KEYS_ESCAPE) {
		editor->keys = c == '[' || c == 'O' ? KEYS_SEQUENCE : KEYS_PLAIN;
		editor->parameter = 0;
		return;
	}
	if (c >= '0' && c <= '9') {
		editor->parameter = (editor->parameter * 10 + (unsigned)(c - '0')) % 1000;
		return;
	}
	if (c >= ' ' && c <= '?')
		return;
	editor->keys = KEYS_PLAIN;
	press(editor, key_of(c, editor->parameter));
}

static void control(struct line_editor *editor, char c)
{
	static const struct { char c; enum key key; } same[] = {
		{ CONTROL('A'), KEY_HOME }, { CONTROL('E'), KEY_END }, { CONTROL('B'), KEY_LEFT },
		{ CONTROL('F'), KEY_RIGHT }, { CONTROL('P'), KEY_UP }, { CONTROL('N'), KEY_DOWN },
		{ CONTROL('D'), KEY_DELETE },
	};

	for (unsigned i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		if (same[i].c == c) {
			press(editor, same[i].key);
			return;
		}
	}
	switch (c) {
	case CONTROL('H'):
	case DELETE:
		delete_before(editor, editor->cursor - (editor->cursor > 0));
		return;
	case CONTROL('U'):
		delete_before(editor, 0);
		return;
	case CONTROL('W'):
		delete_before(editor, word_start(editor));
		return;
	case CONTROL('K'):
		delete_behind(editor, editor->length - editor->cursor);
		return;
	case CONTROL('L'):
		put(editor, "\n", 1);
		show_line(editor);
		return;
	case '\t':
		complete(editor);
		return;
	case ESCAPE:
		editor->keys = KEYS_ESCAPE;
		return;
	default:
		return;
	}
}

static enum line_event end_line(struct line_editor *editor)
{
	move_to(editor, editor->length);
	put(editor, "\n", 1);
	remember(editor);
	return LINE_COMPLETE;
}

enum line_event line_feed(struct line_editor *editor, char c)
{
	bool after_return = editor->after_return;

	editor->after_return = c == '\r';
	if (editor->keys != KEYS_PLAIN) {
		follow_sequence(editor, c);
		return LINE_GOES_ON;
	}
	if (c == '\n' && after_return)
		return LINE_GOES_ON;
	if (c == '\r' || c == '\n')
		return end_line(editor);
	if (c == CONTROL('C')) {
		put(editor, "^C\n", 3);
		return LINE_DROPPED;
	}
	if (c >= ' ' && c < DELETE)
		insert(editor, &c, 1);
	else
		control(editor, c);
	return LINE_GOES_ON;
}

void line_start(struct line_editor *editor)
{
	editor->text[0] = 0;
	editor->length = editor->cursor = 0;
	editor->history_at = 0;
	editor->keys = KEYS_PLAIN;
}

void line_open(struct line_editor *editor, const struct line_user *user)
{
	*editor = (struct line_editor) { .user = user };
}
