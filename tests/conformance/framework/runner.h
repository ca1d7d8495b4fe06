/* SPDX-License-Identifier: BSD-2-Clause */
/* The run of all tests that were asked for. */
#ifndef RUNNER_H
#define RUNNER_H

#include <stdbool.h>

struct command_line;
struct trial;

/* Runs everything that the command line asks for; returns the number of points that make the run fail. */
unsigned conformance_run(const struct command_line *line);

/*
 * For whoever wants to be told of each point when it has come to its end, such as the monitor, which keeps what the
 * report leaves out. NULL: nobody. failed: the point makes the run fail; yaml: its diagnosis, "" where there is none.
 */
struct conformance_seen {
	const struct trial *trial;
	const char *point;
	bool ok, failed;
	const char *directive, *yaml;
};
extern void (*conformance_watch)(const struct conformance_seen *seen);

#endif
