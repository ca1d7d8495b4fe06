/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The verdict on a run that must not begin: its words are not understood, or the machine cannot carry it. One point
 * that fails stands for all of them, and the reason comes again in the last lines, where people look.
 */
#ifndef REFUSE_H
#define REFUSE_H

struct command_line;

/* Both print the plan and the point, and return how many points fail the run. */
unsigned refuse_run(const char *point, const char *reason);
unsigned refuse_command_line(const struct command_line *line);

#endif
