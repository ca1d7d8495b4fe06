/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time: the CPU's counter, extended to 64 bits over its wrap, in nanoseconds since boot.
 *
 * The extension holds as long as somebody asks at least once a wrap (17 s on QEMU's Alpha, 4 s on a 1 GHz EV68);
 * every wait in busproof asks all the time.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define MICROSECONDS(n)	((uint64_t)(n) * 1000)
#define MILLISECONDS(n)	((uint64_t)(n) * 1000000)
#define SECONDS(n)	((uint64_t)(n) * 1000000000)

/* The counter counts at hz modulo 2^bits. hz must not be 0. */
void clock_init(uint64_t hz, unsigned bits);
uint64_t clock_now(void);		/* nanoseconds since clock_init() */
void clock_wait(uint64_t nanoseconds);

/* The parts, for the unit tests: no state of their own. */
uint64_t clock_extend(uint64_t before, uint64_t raw, unsigned bits);
uint64_t clock_nanoseconds(uint64_t counts, uint64_t hz);

/* A wait of this much or more is for what must happen: its limit only bounds a device that is dead. Shorter ones are
 * for what need not happen, or must not. */
#define CLOCK_LIMIT	MILLISECONDS(500)

/* How many waits for what must happen have ended by their limit; and one of which only the caller knows. */
unsigned clock_limits_reached(void);
void clock_limit_reached(void);

/* A short limit for what must happen, where known defects would wait in vain for all of a long one: whoever finds that
 * it decided tries again with patience, and then it is CLOCK_PATIENCE. */
#define CLOCK_PATIENCE	SECONDS(2)
void clock_be_patient(bool patient);
uint64_t clock_patience(uint64_t nanoseconds);

/*
 * How long what is late may still show before what follows is judged. It need not show at all, so that the wait is
 * short, and counts as a limit that decided: who fails after it tries again with patience, and then it is
 * CLOCK_SILENCE.
 */
#define CLOCK_SILENCE	MILLISECONDS(300)
uint64_t clock_silence(uint64_t nanoseconds);

/*
 * The limit of a wait. It ends when the time is over and the condition was looked at as often as a slow CPU would have
 * in that time: a clock that runs ahead (QEMU's -icount), or a CPU that was taken away for long, does not end it.
 */
#define CLOCK_LOOK_SHIFT	13	/* one look in 8 us */

struct clock_limit {
	uint64_t limit, end, looks;
	bool over;
};
struct clock_limit clock_limit_from_now(uint64_t nanoseconds);
/* Is there time for one more look? */
bool clock_limit_allows(struct clock_limit *limit);

/* Waits until the condition holds, but no longer than limit nanoseconds; says whether it held. Evaluates the condition
 * at least twice, the last time after the limit. */
#define poll_until(condition, limit) ({ \
	struct clock_limit poll_limit_ = clock_limit_from_now(limit); \
	bool poll_held_; \
	while (!(poll_held_ = (condition)) && clock_limit_allows(&poll_limit_)) \
		cpu_relax(); \
	poll_held_; \
})

/* The same for a short limit of what must happen. */
#define poll_soon(condition, limit) ({ \
	bool soon_held_ = poll_until(condition, clock_patience(limit)); \
	if (!soon_held_) \
		clock_limit_reached(); \
	soon_held_; \
})

#endif
