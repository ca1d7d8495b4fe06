/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which physical memory there is, and which of it busproof may use.
 *
 * The memory descriptor table of the HWRPB lists clusters of pages (clusters.c). Those in use by the console firmware
 * are left out, and what its page tables show to be its own in others (tables.c); the image, the loader's parameter
 * block below it and the lowest memory, where QEMU's PALcode lives. The table is not trusted: clusters may claim
 * memory that does not answer.
 *
 * Source: Alpha Architecture Reference Manual, the HWRPB.
 */
#include "arch/alpha/alpha.h"

/* PALcode, its stacks and the HWRPB end below this under QEMU, whatever the table says. */
#define LOWEST_USABLE		0x20000ul

/* What is there, and what of it the console needs beyond the clusters that it says it keeps. */
struct memory_map {
	struct clusters clusters;
	struct extents console;
};

/* Does memory answer where a cluster begins and where it ends? */
static bool answers(const struct extent *extent)
{
	uint64_t value;

	return alpha_peek(kseg(extent->start), &value) && alpha_peek(kseg(extent->end - 8), &value);
}

static void read_clusters(struct clusters *clusters)
{
	unsigned kept = 0;

	clusters->count = 0;
	if (hwrpb_valid())
		clusters_read(clusters, alpha_peek);
	for (unsigned i = 0; i < clusters->count; i++)
		if (answers(&clusters->list[i].extent))
			clusters->list[kept++] = clusters->list[i];
	clusters->count = kept;
}

static void add_to_console(void *context, uint64_t address, const struct extent *extent)
{
	(void)address;
	extents_add(context, extent->start, extent->end);
}

static void read_map(struct memory_map *map)
{
	read_clusters(&map->clusters);
	map->console.count = 0;
	if (hwrpb_valid())
		console_walk(alpha_peek, add_to_console, &map->console);
}

/* What must not be touched, by number: the image, low memory, the console's, then each cluster that is not free. */
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
	number -= 2;
	if (number < map->console.count) {
		*hole = map->console.list[number];
		return true;
	}
	cluster = &map->clusters.list[number - map->console.count];
	*hole = cluster->extent;
	return !cluster_is_free(cluster);
}

/* The reserved extent that begins first among those that overlap *free; nothing behind it if none does. */
static void first_overlap(const struct memory_map *map, const struct extent *free, struct extent *first)
{
	struct extent hole;

	*first = (struct extent){ free->end, free->end };
	for (unsigned i = 0; i < map->clusters.count + map->console.count + 2; i++)
		if (reserved(map, i, &hole) && hole.end > free->start && hole.start < first->start)
			*first = hole;
}

/* Adds what is free between start and end to the ranges; returns their new count. */
static size_t add_free(const struct memory_map *map, struct extent free, struct memory_range *ranges, size_t count,
		       size_t max)
{
	struct extent hole;

	while (free.start < free.end && count < max) {
		first_overlap(map, &free, &hole);
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
	for (unsigned i = 0; i < map.clusters.count; i++) {
		if (!cluster_is_free(&map.clusters.list[i]))
			continue;
		free = map.clusters.list[i].extent;
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
	struct clusters clusters;
	uint64_t end = 0;

	read_clusters(&clusters);
	for (unsigned i = 0; i < clusters.count; i++) {
		if (clusters.list[i].extent.end > end)
			end = clusters.list[i].extent.end;
	}
	return end;
}

uint64_t alpha_memory_size(void)
{
	struct clusters clusters;
	uint64_t size = 0;
	uint64_t done = 0;

	read_clusters(&clusters);
	for (unsigned i = 0; i < clusters.count; i++) {
		const struct extent *extent = &clusters.list[i].extent;

		if (extent->end <= done)
			continue;
		size += extent->end - (extent->start > done ? extent->start : done);
		done = extent->end;
	}
	return size;
}
