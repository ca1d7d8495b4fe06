/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of the command line (QEMU -append, OBP boot arguments, SRM -flags) and what they set.
 *
 * A word that is not known, or a bad value, is kept as an error that names it: the run then reports it and fails.
 */
#ifndef COMMAND_LINE_H
#define COMMAND_LINE_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_SUMMARY, LOG_POINTS, LOG_DEBUG };
enum halt_action { HALT_POWEROFF, HALT_STAY, HALT_REBOOT, HALT_RETURN, HALT_MONITOR };
/* Before the tests: by a key where the firmware is a real console, at once, by a key anywhere, or never. */
enum monitor_entry { MONITOR_BY_FIRMWARE, MONITOR_AT_ONCE, MONITOR_BY_KEY, MONITOR_NEVER };
enum list_form { LIST_NONE, LIST_NAMES, LIST_JSON };

/* Of QEMU, the three numbers of its version; all 0 where it is not known: nothing tells it to a guest. */
struct release {
	uint8_t major, minor, micro;
};

#define COMMAND_LINE_SIZE	1024
#define COMMAND_LINE_ERRORS	4
#define COMMAND_LINE_ERROR	160		/* bytes of each, with the NUL */

struct command_line {
	const char *tests;		/* globs separated by commas; "*" by default */
	const char *skip;		/* the same; "" by default */
	enum list_form list;
	enum log_level log;
	bool log_given;			/* by a word */
	uint64_t timeout;		/* nanoseconds for the whole run; 0 for no limit; 300 s by default */
	enum halt_action halt;
	enum monitor_entry monitor;
	bool allow_destructive;
	bool deviations;		/* false: deviations=off, the bare truth */
	uint64_t seed;
	struct release qemu;		/* which version this runs on, as whoever started it says */
	unsigned iommu_page;		/* bytes of the pages that what translates is to have; 0: its own choice */
	bool host;			/* whoever started it listens, and does what tests ask of the host */

	unsigned error_count;		/* may exceed COMMAND_LINE_ERRORS; the rest were dropped */
	char errors[COMMAND_LINE_ERRORS][COMMAND_LINE_ERROR];
	char words[COMMAND_LINE_SIZE];	/* what tests and skip point into */
};

/* Reads text into *line, defaults first. cut: the firmware could not hand over all of it, an error by itself. */
void command_line_parse(struct command_line *line, const char *text, bool cut);

/* Does name match one of the globs (* and ?), separated by commas? An empty list matches nothing. */
bool glob_match_any(const char *globs, const char *name);
/* Is one of the globs the name itself, letter by letter, or goes on from it behind a "/"? */
bool glob_names_any(const char *globs, const char *name);

/* One line a word, for "list" and for error messages. */
extern const char *const command_line_help[];
extern const unsigned command_line_help_lines;

#endif
