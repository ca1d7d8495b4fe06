/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line editor: one character in, at most a few bytes out, a whole line at the end.
 *
 * It works on every terminal and on a slow line: it sends printing ASCII, backspace, blank and bell alone, and redraws
 * only what stands behind the cursor. Where characters come from and go to is the caller's.
 *
 * Keys: arrows, Home, End, Delete, ^A ^E ^B ^F to move, ^H DEL ^D ^U ^W ^K to delete, ^P ^N for lines of before, tab to
 * complete, ^L to show the line again, ^C to drop it. CR, LF and CR LF each end a line once.
 */
#ifndef MONITOR_LINE_H
#define MONITOR_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_SIZE	128		/* of a line, with the NUL */
#define LINE_HISTORY	16		/* lines that are kept */
#define LINE_CANDIDATES	48u		/* that are shown at a time: a slow line carries no more */

enum line_event {
	LINE_GOES_ON,
	LINE_COMPLETE,			/* editor->text has it, until line_start() */
	LINE_DROPPED,			/* by ^C: begin a new one */
};

struct line_editor;

struct line_user {
	void (*put)(const char *text, size_t length);
	/*
	 * The n-th text that may stand in place of the word that begins at start and ends at the cursor; NULL behind
	 * the last. It is good until the next call. The editor takes what they have in common, and shows them where
	 * that is no more than there is.
	 */
	const char *(*candidate)(const struct line_editor *editor, size_t start, unsigned n);
	const char *prompt;		/* for ^L, and behind a list of candidates */
};

struct line_editor {
	const struct line_user *user;
	char text[LINE_SIZE];
	size_t length, cursor;
	char history[LINE_HISTORY][LINE_SIZE];	/* the last one first */
	unsigned history_count, history_at;	/* at: 0 for the line that is being typed */
	char typed[LINE_SIZE];			/* that line, while one of before is shown */
	enum { KEYS_PLAIN, KEYS_ESCAPE, KEYS_SEQUENCE } keys;
	unsigned parameter;			/* of the sequence */
	bool after_return;			/* a LF that follows belongs to it */
};

void line_open(struct line_editor *editor, const struct line_user *user);
/* A new, empty line. The prompt is the caller's to print. */
void line_start(struct line_editor *editor);
enum line_event line_feed(struct line_editor *editor, char c);

#endif
