/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of suite bench have in common: short stretches of time from the bare counter, because clock_now()
 * divides, which on a CPU without a division costs more than what is measured.
 */
#ifndef COUNT_H
#define COUNT_H

#include "arch/arch.h"
#include "boot/clock.h"

/* Counts since this value of arch_clock(); less than one wrap. */
static inline uint64_t bench_counts(uint64_t start)
{
	unsigned bits = arch_platform()->clock_bits;

	return clock_extend(0, arch_clock() - start, bits);
}

/* "# bench: <name> <number> <unit>": that many counts, in nanoseconds, for each of several. */
void bench_print(const char *name, uint64_t counts, uint64_t several, const char *unit);

#endif
