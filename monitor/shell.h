/* SPDX-License-Identifier: BSD-2-Clause */
/* What the loop of the monitor needs of shell.c, beside what commands do. */
#ifndef MONITOR_SHELL_H
#define MONITOR_SHELL_H

#include "monitor/command.h"

/* Does what a line says, and prints "# ok" or "# error: ". An empty one goes on with the command before it, where that
 * can be gone on with, and else does nothing. The line is cut up. */
void shell_do(char *line);
/* NULL: there is none. */
const struct monitor_command *shell_find(const char *name);
/* Prints the last trap. */
void shell_show_trap(void);

#endif
