/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RAM: which ranges there are, and the pointers to them.
 *
 * Every bank of the firmware's /memory is ours, as the firmware is never called again; but where it shall be alive in
 * the end, only what it calls "available" is.
 * Without a firmware there is one bank, which QEMU tells (prom.c).
 *
 * Virtual and physical addresses are the same, but for the image, which is at IMAGE_PAGE in whatever memory the
 * firmware had. Left out are the memory with that number, the image's own, what is at the same numbers as locked
 * translations of the firmware, and everything below: the first 4 MiB are never mapped, so that a null pointer traps.
 */
#include "arch/sparc64/memory.h"

#include "arch/arch.h"
#include "arch/sparc64/cpu.h"
#include "arch/sparc64/firmware.h"

#define PHYSICAL_BITS	41

extern char image_end[];

uint64_t memory_end;
uint64_t image_page = IMAGE_PAGE;

static struct memory_range ranges[FIRMWARE_BANKS];
static size_t range_count;
static uint64_t total;

/* Numbers at which no memory of ours may be. */
#define HOLES		16

static struct memory_range holes[HOLES];
static size_t hole_count;

static uint64_t end_of(const struct memory_range *range)
{
	return range->start.value + range->size;
}

/* Translations are of 4 MiB, and two must not overlap. Where there is no more room, the last hole grows. */
void memory_leave_out(uint64_t start, uint64_t size)
{
	uint64_t first = start & -IMAGE_PAGE_SIZE;
	uint64_t end = (start + size + IMAGE_PAGE_SIZE - 1) & -IMAGE_PAGE_SIZE;
	struct memory_range *last = &holes[HOLES - 1];

	if (hole_count < HOLES) {
		holes[hole_count++] = (struct memory_range){ { first }, end - first };
		return;
	}
	if (end < end_of(last))
		end = end_of(last);
	if (first < last->start.value)
		last->start.value = first;
	last->size = end - last->start.value;
}

/* The usable frames of a bank; none if its numbers cannot be true or it ends below the image. */
static struct memory_range usable(const struct firmware_bank *bank)
{
	uint64_t lowest = image_page == IMAGE_PAGE ? (uintptr_t)image_end : IMAGE_PAGE + IMAGE_PAGE_SIZE;
	uint64_t limit = 1ull << PHYSICAL_BITS;
	uint64_t start = bank->start;
	uint64_t end;

	if (start >= limit || bank->size > limit - start)
		return (struct memory_range){ { 0 }, 0 };
	end = (start + bank->size) & ~(CPU_PAGE_SIZE - 1);
	if (start < lowest)
		start = lowest;
	start = (start + CPU_PAGE_SIZE - 1) & ~(CPU_PAGE_SIZE - 1);
	return (struct memory_range){ { start }, start < end ? end - start : 0 };
}

/* Keeps the ranges ascending. A bank that overlaps another is a mistake of the firmware: it is refused. */
static bool insert(struct memory_range range)
{
	size_t at = range_count;

	if (range_count == FIRMWARE_BANKS)
		return false;
	for (size_t i = 0; i < range_count; i++)
		if (range.start.value < end_of(&ranges[i]) && ranges[i].start.value < end_of(&range))
			return false;
	while (at > 0 && ranges[at - 1].start.value > range.start.value) {
		ranges[at] = ranges[at - 1];
		at--;
	}
	ranges[at] = range;
	range_count++;
	return true;
}

/* What of range number i is in the hole goes; what is behind the hole becomes a range of its own. */
static void cut(size_t i, const struct memory_range *hole)
{
	struct memory_range behind = { { end_of(hole) }, 0 };

	if (hole->start.value >= end_of(&ranges[i]) || ranges[i].start.value >= end_of(hole))
		return;
	if (end_of(hole) < end_of(&ranges[i]))
		behind.size = end_of(&ranges[i]) - end_of(hole);
	ranges[i].size = hole->start.value > ranges[i].start.value ? hole->start.value - ranges[i].start.value : 0;
	if (behind.size)
		insert(behind);
}

static void cut_holes(void)
{
	const struct memory_range image = { { image_page }, IMAGE_PAGE_SIZE };
	size_t count = 0;

	for (size_t i = 0; i < range_count; i++) {
		for (size_t hole = 0; hole < hole_count; hole++)
			cut(i, &holes[hole]);
		if (image_page != IMAGE_PAGE)
			cut(i, &image);
	}
	for (size_t i = 0; i < range_count; i++)
		if (ranges[i].size)
			ranges[count++] = ranges[i];
	range_count = count;
	memory_end = count ? end_of(&ranges[count - 1]) : 0;
}

void memory_init(void)
{
	for (size_t i = 0; i < firmware.bank_count; i++) {
		struct memory_range range = usable(&firmware.banks[i]);

		if (range.size && insert(range))
			total += firmware.banks[i].size;
	}
	cut_holes();
}

bool memory_spare_firmware(void)
{
	range_count = 0;
	for (size_t i = 0; i < firmware.available_count; i++) {
		struct memory_range range = usable(&firmware.available[i]);

		if (range.size)
			insert(range);
	}
	cut_holes();
	return range_count > 0;
}

uint64_t memory_size(void)
{
	return total;
}

size_t arch_memory(struct memory_range *found, size_t max)
{
	size_t count = range_count < max ? range_count : max;

	for (size_t i = 0; i < count; i++)
		found[i] = ranges[i];
	return count;
}

void *arch_pointer(phys_addr address)
{
	if (address.value - image_page < IMAGE_PAGE_SIZE)
		return (void *)(address.value - image_page + IMAGE_PAGE);
	return (void *)address.value;
}

phys_addr arch_physical(const void *pointer)
{
	uint64_t offset = (uintptr_t)pointer - IMAGE_PAGE;

	return (phys_addr){ offset < IMAGE_PAGE_SIZE ? image_page + offset : (uintptr_t)pointer };
}
