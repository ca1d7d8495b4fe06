/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which physical memory there is, and which of it busproof may use: what the device tree names, without what it
 * reserves, the tree itself and the image.
 */
#include "arch/aarch64/aarch64.h"

#define RANGES		8
#define HOLES		16

struct extent {
	uint64_t start, end;
};

static struct memory_range ram[RANGES];
static unsigned ram_count;
static struct extent holes[HOLES];
static unsigned hole_count;

static void add_hole(struct memory_range range)
{
	if (hole_count == HOLES || range.size == 0)
		return;
	holes[hole_count++] = (struct extent) {
		range.start.value & -CPU_PAGE_SIZE,
		(range.start.value + range.size + CPU_PAGE_SIZE - 1) & -CPU_PAGE_SIZE,
	};
}

void memory_init(void)
{
	struct memory_range range;

	add_hole((struct memory_range) { { (uint64_t)image_start }, (uint64_t)(image_end - image_start) });
	add_hole(tree_extent());
	for (unsigned i = 0; tree_reserved(i, &range); i++)
		add_hole(range);
	for (unsigned i = 0; ram_count < RANGES && tree_memory(i, &range); i++)
		ram[ram_count++] = range;
	mmu_map_memory(ram, ram_count);
}

uint64_t memory_size(void)
{
	uint64_t size = 0;

	for (unsigned i = 0; i < ram_count; i++)
		size += ram[i].size;
	return size;
}

/* The hole that begins first among those that overlap. */
static const struct extent *first_overlap(struct extent free)
{
	const struct extent *first = NULL;

	for (unsigned i = 0; i < hole_count; i++)
		if (holes[i].end > free.start && holes[i].start < free.end &&
		    (!first || holes[i].start < first->start))
			first = &holes[i];
	return first;
}

static size_t add_free(struct extent free, struct memory_range *ranges, size_t count, size_t max)
{
	while (free.start < free.end && count < max) {
		const struct extent *hole = first_overlap(free);
		uint64_t end = hole ? hole->start : free.end;

		if (end > free.start)
			ranges[count++] = (struct memory_range) { { free.start }, end - free.start };
		free.start = hole ? hole->end : free.end;
	}
	return count;
}

size_t arch_memory(struct memory_range *ranges, size_t max)
{
	size_t count = 0;

	for (unsigned i = 0; i < ram_count; i++)
		count = add_free((struct extent) {
			(ram[i].start.value + CPU_PAGE_SIZE - 1) & -CPU_PAGE_SIZE,
			(ram[i].start.value + ram[i].size) & -CPU_PAGE_SIZE,
		}, ranges, count, max);
	return count;
}
