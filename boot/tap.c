/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TAP version 14 (https://testanything.org/tap-version-14-specification.html), written to the console.
 *
 * Names and texts may come from a device or from the command line: whatever is not a printing ASCII character leaves
 * as "?", so that nothing can forge a line of the report.
 *
 * The plan comes first, but it is known only when the devices have been found, which is after the first comments: those
 * are kept until then.
 */
#include "boot/tap.h"

#include "boot/print.h"
#include "boot/string.h"

#define COMMENT_SIZE	1024
#define KEPT_SIZE	65536

static char kept_text[KEPT_SIZE];
static struct text kept = { kept_text, sizeof kept_text, 0, false };
static bool planned;	/* the plan is out */
static bool keeping;	/* what is put now is a comment that has to wait for it */

static void put(const char *text, size_t length)
{
	if (keeping)
		append(&kept, "%.*s", (int)length, text);
	else
		print("%.*s", (int)length, text);
}

static char clean(char c)
{
	return c >= ' ' && c <= '~' ? c : '?';
}

/* Prints a piece of one line. escape: # and \ would begin a directive or hide one. */
static void put_piece(const char *text, size_t length, bool escape)
{
	char piece[128];
	size_t filled = 0;

	for (size_t i = 0; i < length; i++) {
		char c = clean(text[i]);

		if (filled > sizeof piece - 2) {
			put(piece, filled);
			filled = 0;
		}
		if (escape && (c == '#' || c == '\\'))
			piece[filled++] = '\\';
		piece[filled++] = c;
	}
	put(piece, filled);
}

/* Prints each line of the text with the prefix before it. The last newline may be missing. */
static void put_lines(const char *text, const char *prefix)
{
	while (*text) {
		size_t length = 0;

		while (text[length] && text[length] != '\n')
			length++;
		put(prefix, strlen(prefix));
		put_piece(text, length, false);
		put("\n", 1);
		text += length;
		if (*text == '\n')
			text++;
	}
}

/* The comments that waited, of which each is whole lines. */
static void put_kept(void)
{
	planned = true;
	print("%s", kept_text);
	if (kept.cut)
		print("\n# (cut: there were more comments before the plan)\n");
	kept = (struct text){ kept_text, sizeof kept_text, 0, false };
	kept_text[0] = 0;
}

void tap_plan(unsigned points, const char *skip_reason)
{
	print("TAP version 14\n1..%u", points);
	if (points == 0) {
		print(" # SKIP ");
		put_piece(skip_reason, strlen(skip_reason), true);
	}
	print("\n");
	put_kept();
}

void tap_point(unsigned number, bool ok, const char *description, const char *directive, const char *yaml)
{
	print("%s %u - ", ok ? "ok" : "not ok", number);
	put_piece(description, strlen(description), true);
	if (*directive) {
		print(" # ");
		put_piece(directive, strlen(directive), true);
	}
	print("\n");
	if (yaml && *yaml) {
		print("  ---\n");
		put_lines(yaml, "  ");
		print("  ...\n");
	}
}

void tap_comment(const char *text, ...)
{
	char buffer[COMMENT_SIZE];
	va_list list;
	size_t length;

	va_start(list, text);
	length = format_list(buffer, sizeof buffer, text, list);
	va_end(list);
	keeping = !planned;
	put_lines(length > 0 ? buffer : "\n", "# ");
	keeping = false;
	if (length >= sizeof buffer)
		tap_comment("(cut: %zu characters)", length);
}

void tap_bail_out(const char *reason)
{
	if (!planned) {
		print("TAP version 14\n");
		put_kept();
	}
	print("Bail out! ");
	put_piece(reason, strlen(reason), false);
	print("\n");
}
