/* SPDX-License-Identifier: BSD-2-Clause */
/* The run of all tests that were asked for. */
#ifndef RUNNER_H
#define RUNNER_H

struct command_line;

/* Runs everything that the command line asks for; returns the number of points that make the run fail. */
unsigned conformance_run(const struct command_line *line);

#endif
