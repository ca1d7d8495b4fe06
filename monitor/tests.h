/* SPDX-License-Identifier: BSD-2-Clause */
/* What the monitor knows of runs of tests: see tests.c. */
#ifndef MONITOR_TESTS_H
#define MONITOR_TESTS_H

#include <stdbool.h>

/* From now on what points say is kept, in 64 KiB of memory that this takes. Nothing is taken or done before. */
void tests_watch(void);
/* Where the number of failed points is, which each run of the monitor changes. */
void tests_begin(unsigned *failed);

#endif
