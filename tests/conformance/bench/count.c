/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts of time, printed: see count.h. */
#include "tests/conformance/bench/count.h"

#include "boot/tap.h"

/* Hundredths of a nanosecond, printed with their two decimals. */
void bench_print(const char *name, uint64_t counts, uint64_t several, const char *unit)
{
	uint64_t cost = clock_nanoseconds(counts, arch_platform()->clock_hz) * 100 / several;

	tap_comment("bench: %s %llu.%02llu %s", name, (unsigned long long)cost / 100, (unsigned long long)cost % 100,
		    unit);
}
