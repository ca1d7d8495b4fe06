/* SPDX-License-Identifier: BSD-2-Clause */
/* Which numbers are taken: see intervals.h. No sum is computed that might pass 2^64. */
#include "drivers/dma/intervals.h"

#include "boot/string.h"

void intervals_clear(struct intervals *intervals)
{
	intervals->count = intervals->taken = 0;
}

/* Index of the first range that does not end before the number; count if there is none. */
static unsigned range_at(const struct intervals *intervals, uint64_t number)
{
	unsigned low = 0, high = intervals->count;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (intervals->ranges[middle].last >= number)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Nothing of the range is taken, and index is where it belongs. */
static bool fits_at(const struct intervals *intervals, unsigned index, struct bus_range range)
{
	return range.first <= range.last &&
	       (index == intervals->count || intervals->ranges[index].first > range.last);
}

bool intervals_free(const struct intervals *intervals, struct bus_range range)
{
	return fits_at(intervals, range_at(intervals, range.first), range);
}

static void insert(struct intervals *intervals, unsigned index, struct bus_range range)
{
	struct bus_range *at = &intervals->ranges[index];

	memmove(at + 1, at, (intervals->count - index) * sizeof *at);
	*at = range;
	intervals->count++;
}

static void take_out(struct intervals *intervals, unsigned index)
{
	struct bus_range *at = &intervals->ranges[index];

	intervals->count--;
	memmove(at, at + 1, (intervals->count - index) * sizeof *at);
}

bool intervals_take(struct intervals *intervals, struct bus_range range)
{
	unsigned index = range_at(intervals, range.first);
	struct bus_range *next = &intervals->ranges[index];
	bool joins_before, joins_next;

	if (intervals->taken == INTERVALS || !fits_at(intervals, index, range))
		return false;
	intervals->taken++;
	joins_before = index > 0 && next[-1].last + 1 == range.first;
	joins_next = index < intervals->count && range.last + 1 == next->first;
	if (joins_before)
		next[-1].last = range.last;
	else if (joins_next)
		next->first = range.first;
	else
		insert(intervals, index, range);
	if (joins_before && joins_next) {
		next[-1].last = next->last;
		take_out(intervals, index);
	}
	return true;
}

/* There is room for one more when a range is cut in two: each of them has in it what was taken at least once. */
bool intervals_give(struct intervals *intervals, struct bus_range range)
{
	unsigned index = range_at(intervals, range.first);
	struct bus_range *found = &intervals->ranges[index];
	struct bus_range behind;

	if (range.first > range.last || index == intervals->count || found->first > range.first ||
	    found->last < range.last)
		return false;
	intervals->taken--;
	behind = (struct bus_range) { range.last + 1, found->last };
	if (found->first == range.first && found->last == range.last) {
		take_out(intervals, index);
	} else if (found->first == range.first) {
		found->first = behind.first;
	} else {
		if (found->last != range.last)
			insert(intervals, index + 1, behind);
		found->last = range.first - 1;
	}
	return true;
}

/* Rounds up; false where that passes 2^64. */
static bool align_up(uint64_t *number, uint64_t alignment)
{
	uint64_t aligned = (*number + alignment - 1) & -alignment;

	if (aligned < *number)
		return false;
	*number = aligned;
	return true;
}

bool intervals_find(const struct intervals *intervals, struct bus_range room, uint64_t size, uint64_t alignment,
		    uint64_t *first)
{
	uint64_t at = room.first;

	if (size == 0)
		return false;
	for (unsigned index = range_at(intervals, at); ; index++) {
		if (!align_up(&at, alignment) || at > room.last || size - 1 > room.last - at)
			return false;
		if (fits_at(intervals, index, (struct bus_range) { at, at + (size - 1) })) {
			*first = at;
			return true;
		}
		if (intervals->ranges[index].last == UINT64_MAX)
			return false;
		if (intervals->ranges[index].last >= at)
			at = intervals->ranges[index].last + 1;
	}
}
