/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time from the CPU's counter. Which counter that is, its rate and its width are the port's to say (arch.h).
 */
#include "boot/clock.h"

#include "arch/arch.h"

#define NANOSECONDS_A_SECOND	1000000000ull

/* Before clock_init() time passes at some rate, so that no wait is endless. */
static uint64_t rate = NANOSECONDS_A_SECOND;
static unsigned width = 64;
static uint64_t counts;		/* since clock_init(), over the counter's wraps */
static uint64_t start;		/* the counter at clock_init() */
static unsigned limits_reached;
static bool patient;

/* The first value from before on whose low bits are those of raw. */
uint64_t clock_extend(uint64_t before, uint64_t raw, unsigned bits)
{
	uint64_t mask = bits < 64 ? (1ull << bits) - 1 : UINT64_MAX;

	return before + ((raw - before) & mask);
}

/* Seconds and the rest apart: the product overflows neither for 584 years nor for any rate below 18 GHz. */
uint64_t clock_nanoseconds(uint64_t count, uint64_t hz)
{
	uint64_t seconds = count / hz;

	return seconds * NANOSECONDS_A_SECOND + (count - seconds * hz) * NANOSECONDS_A_SECOND / hz;
}

void clock_init(uint64_t hz, unsigned bits)
{
	rate = hz;
	width = bits;
	start = arch_clock();
	counts = 0;
}

uint64_t clock_now(void)
{
	counts = clock_extend(counts, arch_clock() - start, width);
	return clock_nanoseconds(counts, rate);
}

void clock_wait(uint64_t nanoseconds)
{
	uint64_t end = clock_now() + nanoseconds;

	while (clock_now() < end)
		cpu_relax();
}

unsigned clock_limits_reached(void)
{
	return limits_reached;
}

void clock_limit_reached(void)
{
	limits_reached++;
}

void clock_be_patient(bool be_patient)
{
	patient = be_patient;
}

uint64_t clock_patience(uint64_t nanoseconds)
{
	return patient && nanoseconds < CLOCK_PATIENCE ? CLOCK_PATIENCE : nanoseconds;
}

uint64_t clock_silence(uint64_t nanoseconds)
{
	clock_limit_reached();
	return patient && nanoseconds < CLOCK_SILENCE ? CLOCK_SILENCE : nanoseconds;
}

struct clock_limit clock_limit_from_now(uint64_t nanoseconds)
{
	return (struct clock_limit) { .limit = nanoseconds, .end = clock_now() + nanoseconds };
}

bool clock_limit_allows(struct clock_limit *limit)
{
	if (limit->over) {
		if (limit->limit >= CLOCK_LIMIT)
			clock_limit_reached();
		return false;
	}
	limit->looks++;
	limit->over = clock_now() >= limit->end && limit->looks >= limit->limit >> CLOCK_LOOK_SHIFT;
	return true;
}
