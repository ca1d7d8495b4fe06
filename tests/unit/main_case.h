/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of boot/main.c have in common: a run from the first line to the last, in which everything that the
 * start brings up, and the tests and the monitor, are this case's and note that they were asked.
 */
#ifndef MAIN_CASE_H
#define MAIN_CASE_H

#include "boot/command_line.h"
#include "monitor/monitor.h"
#include "tests/unit/host/host.h"

/* What a run is to meet, and what was seen of it. */
extern struct main_case {
	unsigned failures;		/* that conformance_run() finds */
	bool traps_in_run, traps_in_return;
	bool key_pressed;		/* where the monitor's key is waited for */
	enum monitor_end monitor_end;	/* how the monitor is left */
	unsigned typed_and_missed;	/* characters, by the UART */

	unsigned runs, engines_tried, enumerated, exits_with_failure;
	bool destructive_allowed, host_listens;
	unsigned page_wanted;
	unsigned monitors, keys_asked, runs_at_monitor;	/* the last: before the monitor came */
	bool flows, watches;		/* what the monitor needs is in place */
	char given_back[64];		/* what has been put back, in its order */
} main_case;

/* Bytes of free memory without which there is no run: what the machine has, from FRAMES_BY_ADDRESS_END on. */
extern const uint64_t main_memory_least;
/* A trap that has no guard. */
extern const struct trap_frame main_bad_address;

/* A machine with just memory enough, on which all goes well. */
int main_start(void **state);
/* For another boot of it: nothing of the last one was seen. */
void main_start_again(void);
/* Boots it with these words. */
enum host_end main_run(const char *command_line);
/* The text ends what was printed. */
void main_expect_last_line(const char *text);
/* How much the last run was to print. */
enum log_level main_log(void);

#endif
