/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A run in few lines, for a console of 9600 baud (log=summary): a point of TAP for each suite instead of each point,
 * and behind them the points that failed, the first SUMMARY_FAILURES of them with their reason. Under 40 lines and 3 KB
 * whatever happens; the rest is the monitor's to show.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "tests/conformance/framework/test.h"

#define SUMMARY_SUITES		16u	/* more are one, "others" */
#define SUMMARY_FAILURES	8u
#define SUMMARY_BYTES		2400u	/* of points and failures; what the machine is takes the rest of the 3 KB */

/* Before the run: forgets all, then is told of each point that will run. */
void summary_clear(void);
void summary_expect(const struct conformance_test *test);
/* The plan, and at the end the points. */
void summary_plan(void);
void summary_print(void);
/* A point has come to its end. failed: it makes the run fail. */
void summary_note(const struct trial *trial, const char *point, bool failed);

#endif
