/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor: a prompt at which a person looks at the machine, changes it, and runs tests, on QEMU as on a real board.
 * docs/monitor.md says how it is used. It stands above everything but boot/main.c, which calls it, and nothing of it
 * runs unless somebody has asked for it.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include "monitor/command.h"

/* How long a key is waited for at the start, where the firmware is a real console. */
#define MONITOR_KEY	SECONDS(5)

/* Has the key been pressed in this time? Says that it is waited for. */
bool monitor_key(uint64_t nanoseconds);

/*
 * Reads commands until one leaves. It waits for a person, and so without a limit. The devices have been found, and no
 * test is running. *failed is the number of points that have failed, of the last run; it is changed by each run.
 */
enum monitor_end monitor_run(struct command_line *line, unsigned *failed);
/* Was it left by "go"? */
bool monitor_goes_on(void);
/* Has any test been run, so that there is a verdict? */
bool monitor_has_run(void);

#endif
