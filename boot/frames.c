/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frames of physical memory: which there are and who owns them. What free frames hold is boot/sweep.c's.
 *
 * Ownership is a short list of taken runs, sorted by address; all else in the ranges is free. So nothing is kept for
 * each frame, and whoever walks free memory walks the gaps.
 */
#include "boot/frames.h"

#include "boot/fatal.h"
#include "boot/string.h"

struct range {
	uint64_t start;
	uint64_t end;
};

struct run {
	uint64_t start;
	uint64_t end;
	uint64_t serial;	/* counts up: who was taken later */
};

static struct range ranges[FRAMES_RANGES];
static size_t range_count;
static struct run runs[FRAMES_TAKEN];
static size_t run_count;
static uint64_t next_serial;
static struct memory_range by_address;

static uint64_t round_up(uint64_t address, uint64_t alignment)
{
	return (address + alignment - 1) & -alignment;
}

/* Only whole frames count, and what a table of the firmware names twice counts once. */
void frames_init(const struct memory_range *memory, size_t count)
{
	uint64_t before = 0;

	range_count = 0;
	run_count = 0;
	by_address = (struct memory_range){ { FRAMES_BY_ADDRESS }, FRAMES_BY_ADDRESS_END - FRAMES_BY_ADDRESS };
	for (size_t i = 0; i < count && range_count < FRAMES_RANGES; i++) {
		uint64_t start = round_up(memory[i].start.value, FRAME_SIZE);
		uint64_t end = (memory[i].start.value + memory[i].size) & -FRAME_SIZE;

		if (start < before)
			start = before;
		if (start >= end)
			continue;
		if (range_count > 0 && start == ranges[range_count - 1].end)
			ranges[range_count - 1].end = end;
		else
			ranges[range_count++] = (struct range){ start, end };
		before = end;
	}
}

/* Index of the first run that ends after address; run_count if there is none. */
static size_t run_after(uint64_t address)
{
	size_t low = 0;
	size_t high = run_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (runs[middle].end > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static void insert_run(size_t index, uint64_t start, uint64_t end)
{
	memmove(&runs[index + 1], &runs[index], (run_count - index) * sizeof runs[0]);
	runs[index] = (struct run){ start, end, next_serial++ };
	run_count++;
}

/* The lowest aligned place for size bytes within a range and lowest..beyond; *index is where its run belongs. */
static bool find_room(const struct range *range, uint64_t lowest, uint64_t beyond, uint64_t size, uint64_t alignment,
		      uint64_t *start, size_t *index)
{
	uint64_t end = range->end < beyond ? range->end : beyond;
	uint64_t at = range->start > lowest ? range->start : lowest;

	for (*index = run_after(at); ; ++*index) {
		uint64_t aligned = round_up(at, alignment);

		if (aligned < at || aligned >= end || size > end - aligned)
			return false;
		if (*index == run_count || runs[*index].start >= aligned + size) {
			*start = aligned;
			return true;
		}
		if (runs[*index].end > at)
			at = runs[*index].end;
	}
}

bool frames_take_between(uint64_t lowest, uint64_t beyond, size_t count, uint64_t alignment, phys_addr *address)
{
	size_t index;

	if (alignment < FRAME_SIZE || (alignment & (alignment - 1)) != 0)
		fatal("frames asked for with an alignment of %#llx", (unsigned long long)alignment);
	if (run_count == FRAMES_TAKEN || count == 0 || count > UINT64_MAX / FRAME_SIZE)
		return false;
	for (size_t i = 0; i < range_count; i++) {
		uint64_t size = count * FRAME_SIZE;

		if (!find_room(&ranges[i], lowest, beyond, size, alignment, &address->value, &index))
			continue;
		insert_run(index, address->value, address->value + size);
		if (address->value + size > frames_dense_end())
			frames_fill(*address, size);
		return true;
	}
	return false;
}

bool frames_take(size_t count, uint64_t alignment, phys_addr *address)
{
	return frames_take_between(by_address.start.value + by_address.size, UINT64_MAX, count, alignment, address);
}

uint64_t frames_dense_end(void)
{
	return (range_count > 0 ? ranges[0].start & -FRAMES_DENSE : 0) + FRAMES_DENSE;
}

struct memory_range frames_by_address(void)
{
	return by_address;
}

void frames_keep_by_address(struct memory_range numbers)
{
	by_address = numbers;
}

static void give(size_t index)
{
	struct run run = runs[index];

	run_count--;
	memmove(&runs[index], &runs[index + 1], (run_count - index) * sizeof runs[0]);
	frames_fill((phys_addr){ run.start }, run.end - run.start);
}

void frames_give(phys_addr address, size_t count)
{
	size_t index = run_after(address.value);

	if (index == run_count || runs[index].start != address.value ||
	    (runs[index].end - runs[index].start) / FRAME_SIZE != count)
		fatal("frames given back that were not taken: %zu at %#llx", count,
		      (unsigned long long)address.value);
	give(index);
}

void frames_outlive(phys_addr address)
{
	size_t index = run_after(address.value);

	if (index < run_count && runs[index].start == address.value)
		runs[index].serial = 0;
}

size_t frames_taken(void)
{
	return run_count;
}

void frames_give_back_to(size_t taken)
{
	while (run_count > taken) {
		size_t latest = 0;

		for (size_t i = 1; i < run_count; i++) {
			if (runs[i].serial > runs[latest].serial)
				latest = i;
		}
		give(latest);
	}
}

bool frames_next_free(uint64_t from, uint64_t *start, uint64_t *end)
{
	for (size_t i = 0; i < range_count; i++) {
		uint64_t at = ranges[i].start > from ? ranges[i].start : from;

		for (size_t next = run_after(at); at < ranges[i].end; next++) {
			*start = at;
			*end = ranges[i].end;
			if (next < run_count && runs[next].start < *end)
				*end = runs[next].start;
			if (*start < *end)
				return true;
			at = runs[next].end;
		}
	}
	return false;
}

uint64_t frames_total(void)
{
	uint64_t total = 0;

	for (size_t i = 0; i < range_count; i++)
		total += ranges[i].end - ranges[i].start;
	return total;
}

uint64_t frames_highest(void)
{
	return range_count > 0 ? ranges[range_count - 1].end : 0;
}

bool frames_contain(phys_addr address, uint64_t size)
{
	for (size_t i = 0; i < range_count; i++) {
		if (address.value >= ranges[i].start && address.value < ranges[i].end)
			return size <= ranges[i].end - address.value;
	}
	return false;
}
