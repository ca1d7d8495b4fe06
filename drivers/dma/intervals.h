/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which numbers of a range are taken: the record of the bus addresses of a domain that are in use.
 *
 * A sorted array of what is taken, where neighbours count as one. Who took what is not kept; whoever gives back knows.
 * All numbers up to 2^64 - 1 can be taken: every range has its last number instead of an end.
 */
#ifndef INTERVALS_H
#define INTERVALS_H

#include "drivers/host/host.h"

/* Ranges that can be taken at the same time. Whatever is given back out of the middle of others then has room. */
#define INTERVALS	1536

struct intervals {
	unsigned count;
	unsigned taken;			/* intervals_take() without its intervals_give(): never less than count */
	struct bus_range ranges[INTERVALS];	/* ascending, with free numbers between each two */
};

void intervals_clear(struct intervals *intervals);
/* Is nothing of the range taken? False as well where last is below first. */
bool intervals_free(const struct intervals *intervals, struct bus_range range);
/* False, and nothing taken: it is not free, or INTERVALS ranges are taken already. */
bool intervals_take(struct intervals *intervals, struct bus_range range);
/* A range as it was taken. False, and nothing given back: not all of it is taken. */
bool intervals_give(struct intervals *intervals, struct bus_range range);
/*
 * The lowest multiple of alignment (a power of two) in the room from which size numbers are free, all of them in the
 * room. False when there is none, or size is 0. Takes nothing.
 */
bool intervals_find(const struct intervals *intervals, struct bus_range room, uint64_t size, uint64_t alignment,
		    uint64_t *first);

#endif
