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

/* Waits until the condition holds, but no longer than limit nanoseconds; says whether it held. Evaluates the condition
 * at least twice, the last time after the limit, so that a CPU taken away for long does not make a wait fail. */
#define poll_until(condition, limit) ({ \
	uint64_t poll_end_ = clock_now() + (limit); \
	bool poll_held_; \
	bool poll_late_ = false; \
	for (;;) { \
		poll_held_ = (condition); \
		if (poll_held_ || poll_late_) \
			break; \
		poll_late_ = clock_now() >= poll_end_; \
		cpu_relax(); \
	} \
	poll_held_; \
})

#endif
