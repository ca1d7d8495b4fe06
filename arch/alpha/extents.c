/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A set of pieces of memory that never forgets one: where its room ends, it takes in what lies between two of them.
 */
#include "arch/alpha/hwrpb.h"

/* Piece at and the one behind it become one. */
static void join(struct extents *set, unsigned at)
{
	if (set->list[at].end < set->list[at + 1].end)
		set->list[at].end = set->list[at + 1].end;
	set->count--;
	for (unsigned i = at + 1; i < set->count; i++)
		set->list[i] = set->list[i + 1];
}

static bool near(const struct extents *set, unsigned at)
{
	return set->list[at + 1].start <= set->list[at].end ||
	       set->list[at + 1].start - set->list[at].end <= EXTENTS_NEAR;
}

/* The piece behind which the gap is smallest. */
static unsigned nearest(const struct extents *set)
{
	unsigned best = 0;

	for (unsigned i = 1; i + 1 < set->count; i++)
		if (set->list[i + 1].start - set->list[i].end < set->list[best + 1].start - set->list[best].end)
			best = i;
	return best;
}

void extents_add(struct extents *set, uint64_t start, uint64_t end)
{
	unsigned at = set->count++;

	for (; at > 0 && set->list[at - 1].start > start; at--)
		set->list[at] = set->list[at - 1];
	set->list[at] = (struct extent){ start, end };
	if (at > 0 && near(set, at - 1))
		join(set, --at);
	while (at + 1 < set->count && near(set, at))
		join(set, at);
	if (set->count > EXTENTS_MAX)
		join(set, nearest(set));
}

const struct extent *extents_overlap(const struct extents *set, const struct extent *range)
{
	for (unsigned i = 0; i < set->count; i++)
		if (set->list[i].start < range->end && range->start < set->list[i].end)
			return &set->list[i];
	return NULL;
}
