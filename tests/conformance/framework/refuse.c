/* SPDX-License-Identifier: BSD-2-Clause */
/* A run that must not begin: see refuse.h. */
#include "tests/conformance/framework/refuse.h"

#include "boot/command_line.h"
#include "boot/print.h"
#include "boot/tap.h"

static void append_lines(struct text *yaml, const char *key, const char *const *lines, unsigned count)
{
	append(yaml, "%s: |\n", key);
	for (unsigned i = 0; i < count; i++)
		append(yaml, "  %s\n", lines[i]);
}

static unsigned refuse(const char *point, const char *const *reasons, unsigned count, bool help)
{
	static char yaml_text[2048];
	struct text yaml = { yaml_text, sizeof(yaml_text), 0, false };

	yaml_text[0] = 0;
	append_lines(&yaml, "errors", reasons, count);
	if (help)
		append_lines(&yaml, "help", command_line_help, command_line_help_lines);
	tap_plan(1, NULL);
	tap_point(1, false, point, "", yaml_text);
	for (unsigned i = 0; i < count; i++)
		tap_comment("nothing was run: %s", reasons[i]);
	return 1;
}

unsigned refuse_run(const char *point, const char *reason)
{
	return refuse(point, &reason, 1, false);
}

unsigned refuse_command_line(const struct command_line *line)
{
	const char *reasons[COMMAND_LINE_ERRORS];
	unsigned count = 0;

	while (count < line->error_count && count < COMMAND_LINE_ERRORS) {
		reasons[count] = line->errors[count];
		count++;
	}
	return refuse("command-line", reasons, count, true);
}
