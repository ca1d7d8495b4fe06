/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which physical memory there is, and which of it busproof may use.
 *
 * The memory descriptor table of the HWRPB lists clusters of pages. Those in use by the console firmware are left out,
 * and the image, the loader's parameter block below it and the lowest memory, where QEMU's PALcode lives. The table is
 * not trusted: clusters may come in any order, overlap, or claim memory that does not answer.
 *
 * Source: Alpha Architecture Reference Manual, the HWRPB.
 */
#include "arch/alpha/alpha.h"

#define HWRPB_MEMORY_TABLE	0xc8	/* offset of the table */
#define TABLE_CLUSTERS		0x10	/* how many there are */
#define TABLE_FIRST_CLUSTER	0x18
#define CLUSTER_SIZE		0x38
#define   CLUSTER_FIRST_PAGE	0x00
#define   CLUSTER_PAGES		0x08
#define   CLUSTER_USAGE		0x30
#define     USAGE_CONSOLE	0x1	/*   firmware keeps it */
#define     USAGE_NONVOLATILE	0x2	/*   not ordinary memory */

/* No page above this has a KSEG address for memory. */
#define PAGES_LIMIT		((KSEG_ADDRESS + 1) / CPU_PAGE_SIZE)

/* PALcode, its stacks and the HWRPB end below this under QEMU, whatever the table says. */
#define LOWEST_USABLE		0x20000ul

#define CLUSTERS_MAX		32

struct extent {
	uint64_t start;
	uint64_t end;
};

struct cluster {
	struct extent extent;
	uint64_t usage;
};

struct memory_map {
	unsigned count;
	struct cluster clusters[CLUSTERS_MAX];	/* ascending by start */
};

static bool read_cluster(uint64_t offset, struct cluster *cluster)
{
	uint64_t first, pages;

	if (!hwrpb_read(offset + CLUSTER_FIRST_PAGE, &first) || !hwrpb_read(offset + CLUSTER_PAGES, &pages) ||
	    !hwrpb_read(offset + CLUSTER_USAGE, &cluster->usage))
		return false;
	if (pages == 0 || first >= PAGES_LIMIT || pages > PAGES_LIMIT - first)
		return false;
	cluster->extent.start = first * CPU_PAGE_SIZE;
	cluster->extent.end = (first + pages) * CPU_PAGE_SIZE;
	return true;
}

/* Does memory answer where a cluster begins and where it ends? */
static bool answers(const struct extent *extent)
{
	uint64_t value;

	return alpha_peek(kseg(extent->start), &value) && alpha_peek(kseg(extent->end - 8), &value);
}

static void insert(struct memory_map *map, const struct cluster *cluster)
{
	unsigned at = map->count++;

	for (; at > 0 && map->clusters[at - 1].extent.start > cluster->extent.start; at--)
		map->clusters[at] = map->clusters[at - 1];
	map->clusters[at] = *cluster;
}

static void read_map(struct memory_map *map)
{
	uint64_t table, count;
	struct cluster cluster;

	map->count = 0;
	if (!hwrpb_read(HWRPB_MEMORY_TABLE, &table) || !hwrpb_read(table + TABLE_CLUSTERS, &count))
		return;
	for (uint64_t i = 0; i < count && i < CLUSTERS_MAX; i++) {
		if (read_cluster(table + TABLE_FIRST_CLUSTER + i * CLUSTER_SIZE, &cluster) && answers(&cluster.extent))
			insert(map, &cluster);
	}
}

/* What must not be touched, number by number: the image, low memory, then each cluster that is not free. */
static bool reserved(const struct memory_map *map, unsigned number, struct extent *hole)
{
	const struct cluster *cluster;

	if (number == 0) {
		hole->start = arch_physical(_start).value - PARAMETER_BLOCK_SIZE;
		hole->end = (arch_physical(_end).value + CPU_PAGE_SIZE - 1) & ~(CPU_PAGE_SIZE - 1);
		return true;
	}
	if (number == 1) {
		*hole = (struct extent){ 0, LOWEST_USABLE };
		return true;
	}
	cluster = &map->clusters[number - 2];
	*hole = cluster->extent;
	return cluster->usage & (USAGE_CONSOLE | USAGE_NONVOLATILE);
}

/* The reserved extent that begins first among those that overlap *free. */
static bool first_overlap(const struct memory_map *map, const struct extent *free, struct extent *first)
{
	struct extent hole;
	bool found = false;

	for (unsigned i = 0; i < map->count + 2; i++) {
		if (!reserved(map, i, &hole) || hole.end <= free->start || hole.start >= free->end)
			continue;
		if (!found || hole.start < first->start)
			*first = hole;
		found = true;
	}
	return found;
}

/* Adds what is free between start and end to the ranges; returns their new count. */
static size_t add_free(const struct memory_map *map, struct extent free, struct memory_range *ranges, size_t count,
		       size_t max)
{
	struct extent hole;

	while (free.start < free.end && count < max) {
		uint64_t end = free.end;

		if (!first_overlap(map, &free, &hole))
			hole.start = hole.end = end;
		if (hole.start > free.start) {
			ranges[count].start.value = free.start;
			ranges[count++].size = hole.start - free.start;
		}
		free.start = hole.end;
	}
	return count;
}

size_t arch_memory(struct memory_range *ranges, size_t max)
{
	struct memory_map map;
	struct extent free;
	uint64_t done = 0;
	size_t count = 0;

	read_map(&map);
	for (unsigned i = 0; i < map.count; i++) {
		if (map.clusters[i].usage & (USAGE_CONSOLE | USAGE_NONVOLATILE))
			continue;
		free = map.clusters[i].extent;
		if (free.start < done)
			free.start = done;
		if (free.end > done)
			done = free.end;
		count = add_free(&map, free, ranges, count, max);
	}
	return count;
}

uint64_t alpha_memory_end(void)
{
	struct memory_map map;
	uint64_t end = 0;

	read_map(&map);
	for (unsigned i = 0; i < map.count; i++) {
		if (map.clusters[i].extent.end > end)
			end = map.clusters[i].extent.end;
	}
	return end;
}

uint64_t alpha_memory_size(void)
{
	struct memory_map map;
	uint64_t size = 0;
	uint64_t done = 0;

	read_map(&map);
	for (unsigned i = 0; i < map.count; i++) {
		const struct extent *extent = &map.clusters[i].extent;

		if (extent->end <= done)
			continue;
		size += extent->end - (extent->start > done ? extent->start : done);
		done = extent->end;
	}
	return size;
}
