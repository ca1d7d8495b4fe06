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
