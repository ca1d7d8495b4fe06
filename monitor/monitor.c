/* SPDX-License-Identifier: BSD-2-Clause */
/* The monitor's loop: see monitor.h. What a line means is shell.c's. */
#include "monitor/monitor.h"

#include "boot/clock.h"
#include "boot/console.h"
#include "boot/flow.h"
#include "boot/print.h"
#include "boot/string.h"
#include "monitor/line.h"
#include "monitor/shell.h"
#include "monitor/tests.h"

#define PROMPT		"busproof> "
#define INTERRUPT	'\003'		/* ^C */

static struct command_line *run_line;
static unsigned lost;			/* characters that were typed, of which somebody has been told */
static enum monitor_end leaving;

void monitor_leave(enum monitor_end end)
{
	leaving = end;
}

bool monitor_goes_on(void)
{
	return leaving == MONITOR_GOES_ON;
}

struct command_line *monitor_line(void)
{
	return run_line;
}

/* ---- What is typed and shown ---- */

static void put(const char *text, size_t length)
{
	console_write(text, length);
	console_flush();
}

static bool begins(const char *text, const char *with, size_t length)
{
	return text && strncmp(text, with, length) == 0;
}

/* What may stand in the place of the word that begins at start: the name of a command, or what one says of it. */
static const char *(*choices_at(const struct line_editor *editor, size_t start))(unsigned n)
{
	char words_text[LINE_SIZE];
	struct words words;
	const struct monitor_command *command;

	if (start == 0)
		return name_command;
	memcpy(words_text, editor->text, start);
	words_text[start] = 0;
	words_split(&words, words_text);
	command = words.count ? shell_find(words.word[0]) : NULL;
	return command && words.count <= WORDS_COMPLETED ? command->follows[words.count - 1] : NULL;
}

static const char *candidate(const struct line_editor *editor, size_t start, unsigned n)
{
	const char *(*choices)(unsigned n) = choices_at(editor, start);
	const char *word;

	for (unsigned i = 0; choices && (word = choices(i)) != NULL; i++)
		if (begins(word, editor->text + start, editor->cursor - start) && n-- == 0)
			return word;
	return NULL;
}

static const struct line_user user = { put, candidate, PROMPT };

/* Keeps the clock running over its wraps. A ^C that came while something was printed is one as well, and what is kept
 * was typed behind it. */
static char wait_for_key(void)
{
	int c = -1;

	while (c < 0) {
		if (console_interrupted())
			return INTERRUPT;
		clock_now();
		cpu_relax();
		c = console_poll();
	}
	return (char)c;
}

static unsigned lost_now(void)
{
	return console_missed() + console_overrun();
}

static void begin_line(struct line_editor *editor)
{
	line_start(editor);
	put(PROMPT, strlen(PROMPT));
}

/* Who drops a line does not mind what it lacked. */
static void read_line(struct line_editor *editor)
{
	enum line_event event = LINE_GOES_ON;

	begin_line(editor);
	while (event != LINE_COMPLETE) {
		event = line_feed(editor, wait_for_key());
		if (event != LINE_DROPPED)
			continue;
		lost = lost_now();
		begin_line(editor);
	}
}

/* A line of which something is missing may mean anything, and is not done. It is in the history, to be mended. */
static bool is_whole(void)
{
	unsigned more = lost_now() - lost;

	lost += more;
	if (more)
		print("# error: %u characters or more were lost, and this line is not done; type slower, or wait for "
		      "each prompt\n", more);
	return !more;
}

bool monitor_key(uint64_t nanoseconds)
{
	int c = -1;

	print("# press m for the monitor (%llu seconds)\n", (unsigned long long)(nanoseconds / SECONDS(1)));
	console_flush();
	return poll_until((c = console_poll()) >= 0, nanoseconds) && (c == 'm' || c == 'M');
}

enum monitor_end monitor_run(struct command_line *line, unsigned *failed)
{
	static struct line_editor editor;

	run_line = line;
	leaving = MONITOR_STAYS;
	tests_begin(failed);
	line_open(&editor, &user);
	lost = lost_now();
	print("# the monitor: \"help\" names the commands, ^C stops what prints, \"quit\" leaves\n");
	while (leaving == MONITOR_STAYS) {
		read_line(&editor);
		if (is_whole())
			shell_do(editor.text);
	}
	maps_give_back();
	owned_give_back();
	lines_give_back();
	return leaving;
}
