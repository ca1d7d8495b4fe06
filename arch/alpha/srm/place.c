/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the firmware may go. Its home is fixed, so that it is either free or the boot ends here; our own image may well
 * lie there, in pages that are scattered as the console likes. So all is moved twice: to a place that nobody uses, and
 * from there home.
 */
#include "arch/alpha/srm/srm.h"

struct search {
	const struct srm_wish *wish;
	struct extents taken;		/* by anybody */
	bool home_taken;		/* by the console */
};

static void look(void *context, uint64_t address, const struct extent *extent)
{
	struct search *search = context;
	const struct extent *home = &search->wish->home;

	extents_add(&search->taken, extent->start, extent->end);
	if (address >= search->wish->image.start && address < search->wish->image.end)
		return;
	if (extent->start < home->end && home->start < extent->end)
		search->home_taken = true;
}

/* Is every byte in a cluster that is free, and none in one that is not? */
static bool all_free(const struct clusters *clusters, const struct extent *range)
{
	uint64_t reached = range->start;

	for (unsigned i = 0; i < clusters->count; i++) {
		const struct extent *extent = &clusters->list[i].extent;

		if (extent->start >= range->end || extent->end <= range->start)
			continue;
		if (!cluster_is_free(&clusters->list[i]))
			return false;
		if (extent->start <= reached && extent->end > reached)
			reached = extent->end;
	}
	return reached >= range->end;
}

/* The lowest place in one cluster that nobody has; 0 where there is none. */
static uint64_t find(const struct clusters *clusters, const struct extents *taken, const struct extent *in,
		     uint64_t size)
{
	struct extent place = { in->start, in->start + size };

	while (place.end <= in->end) {
		const struct extent *obstacle = extents_overlap(taken, &place);

		if (!obstacle && all_free(clusters, &place))
			return place.start;
		place.start = obstacle ? (obstacle->end + ALPHA_PAGE - 1) / ALPHA_PAGE * ALPHA_PAGE :
			      place.start + ALPHA_PAGE;
		place.end = place.start + size;
	}
	return 0;
}

const char *srm_place(alpha_read *read, const struct srm_wish *wish, uint64_t *detour)
{
	struct search search = { .wish = wish };
	struct clusters clusters;

	clusters_read(&clusters, read);
	if (!all_free(&clusters, &wish->home))
		return "the memory that busproof is made for is not there, or the console keeps it";
	if (!console_walk(read, look, &search))
		return "the page tables of the console are not understood";
	if (search.home_taken)
		return "the console uses memory that busproof is made for";
	extents_add(&search.taken, wish->home.start, wish->home.end);
	for (unsigned i = 0; i < clusters.count; i++) {
		if (!cluster_is_free(&clusters.list[i]))
			continue;
		*detour = find(&clusters, &search.taken, &clusters.list[i].extent, wish->detour);
		if (*detour)
			return NULL;
	}
	return "there is not enough memory that nobody uses";
}
