/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory descriptor table of the HWRPB: clusters of pages, and whose each is. Clusters may come in any order,
 * overlap, or claim pages that no CPU could reach; whether memory answers there is for memory.c to find out.
 */
#include "arch/alpha/hwrpb.h"

/* No page above this has a KSEG address for memory. */
#define PAGES_LIMIT		(0x10000000000ul / ALPHA_PAGE)

uint64_t hwrpb_field(alpha_read *read, uint64_t offset)
{
	uint64_t value;

	return offset < HWRPB_REACH && offset % 8 == 0 && read(HWRPB + offset, &value) ? value : 0;
}

static bool read_cluster(alpha_read *read, uint64_t offset, struct cluster *cluster)
{
	uint64_t first = hwrpb_field(read, offset + CLUSTER_FIRST_PAGE);
	uint64_t pages = hwrpb_field(read, offset + CLUSTER_PAGES);

	if (pages == 0 || first >= PAGES_LIMIT || pages > PAGES_LIMIT - first)
		return false;
	if (offset >= HWRPB_REACH || !read(HWRPB + offset + CLUSTER_USAGE, &cluster->usage))
		return false;
	cluster->extent = (struct extent){ first * ALPHA_PAGE, (first + pages) * ALPHA_PAGE };
	return true;
}

static void insert(struct clusters *clusters, const struct cluster *cluster)
{
	unsigned at = clusters->count++;

	for (; at > 0 && clusters->list[at - 1].extent.start > cluster->extent.start; at--)
		clusters->list[at] = clusters->list[at - 1];
	clusters->list[at] = *cluster;
}

void clusters_read(struct clusters *clusters, alpha_read *read)
{
	uint64_t table = hwrpb_field(read, HWRPB_MEMORY_TABLE);
	uint64_t count = table ? hwrpb_field(read, table + TABLE_CLUSTERS) : 0;
	struct cluster cluster;

	clusters->count = 0;
	for (uint64_t i = 0; i < count && i < CLUSTERS_MAX; i++)
		if (read_cluster(read, table + TABLE_FIRST_CLUSTER + i * CLUSTER_SIZE, &cluster))
			insert(clusters, &cluster);
}
