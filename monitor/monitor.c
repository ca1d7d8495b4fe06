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

/* The n-th command whose name begins with what was typed. */
static const char *candidate_command(const char *typed, size_t length, unsigned n)
{
	TABLE_EACH(monitor_groups, const struct monitor_group, group)
		for (unsigned i = 0; i < (*group)->count; i++)
			if (begins((*group)->commands[i].name, typed, length) && n-- == 0)
				return (*group)->commands[i].name;
	return NULL;
}

static const char *candidate(const struct line_editor *editor, size_t start, unsigned n)
{
	static char name[LINE_SIZE];
	const struct monitor_command *command;
	const char *typed = editor->text + start, *word;
	size_t length = editor->cursor - start, end = 0;

	if (start == 0)
		return candidate_command(typed, length, n);
	while (editor->text[end] && editor->text[end] != ' ')
		end++;
	memcpy(name, editor->text, end);
	name[end] = 0;
	if (strcmp(name, "help") == 0)
		return candidate_command(typed, length, n);
	command = shell_find(name);
	for (unsigned i = 0; command && command->follows && (word = command->follows(i)) != NULL; i++)
		if (begins(word, typed, length) && n-- == 0)
			return word;
	return NULL;
}

static const struct line_user user = { put, candidate, PROMPT };

/* Keeps the clock running over its wraps. A ^C that came while its line was echoed is one as well. */
static char wait_for_key(void)
{
	int c;

	while ((c = console_poll()) < 0) {
		if (console_interrupted())
			return INTERRUPT;
		clock_now();
		cpu_relax();
	}
	return (char)c;
}

static void read_line(struct line_editor *editor)
{
	enum line_event event = LINE_DROPPED;

	while (event != LINE_COMPLETE) {
		if (event == LINE_DROPPED) {
			line_start(editor);
			put(PROMPT, strlen(PROMPT));
		}
		event = line_feed(editor, wait_for_key());
	}
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
	print("# the monitor: \"help\" names the commands, ^C stops what prints, \"quit\" leaves\n");
	while (leaving == MONITOR_STAYS) {
		read_line(&editor);
		shell_do(editor.text);
	}
	maps_give_back();
	owned_give_back();
	lines_give_back();
	return leaving;
}
