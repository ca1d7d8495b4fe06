/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flow control of the console, for people at a slow terminal: ^S holds the output, ^Q lets it go on, ^C says that
 * whoever prints may stop. What is typed while something is printed is kept, so that nothing pasted is lost.
 *
 * It stands between the console and its device from console_flow() on; until then it does not exist for anybody.
 */
#ifndef FLOW_H
#define FLOW_H

#include <stdbool.h>

#include "boot/clock.h"

/* How long ^S holds the output: then somebody has gone away, or it was noise on the line. */
#define FLOW_PATIENCE	SECONDS(120)
/* Characters that are kept; those behind them are dropped, and counted. */
#define FLOW_KEPT	256

void console_flow(void);

/* Has ^C come while something was printed, or since nobody reads? Asked once, it is over. */
bool console_interrupted(void);
/* Characters that have found no room. */
unsigned console_overrun(void);

#endif
