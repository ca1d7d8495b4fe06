/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RAM: which ranges there are, and the pointers to them.
 *
 * Every bank of the firmware's /memory is ours, as the firmware is never called again; but where it shall be alive in
 * the end, only what it calls "available" is.
 * Without a firmware there is one bank, which QEMU tells (prom.c).
 * Left out is everything below the end of the image: the first 4 MiB are never mapped, so that a null pointer traps.
 * Virtual and physical addresses are the same.
 */
#include "arch/sparc64/memory.h"

#include "arch/arch.h"
#include "arch/sparc64/cpu.h"
#include "arch/sparc64/firmware.h"

#define PHYSICAL_BITS	41

extern char image_end[];

uint64_t memory_end;

static struct memory_range ranges[FIRMWARE_BANKS];
static size_t range_count;
static uint64_t total;

/* The usable frames of a bank; none if its numbers cannot be true or it ends below the image. */
static struct memory_range usable(const struct firmware_bank *bank)
{
	uint64_t limit = 1ull << PHYSICAL_BITS;
	uint64_t start = bank->start;
	uint64_t end;

	if (start >= limit || bank->size > limit - start)
		return (struct memory_range){ { 0 }, 0 };
	end = (start + bank->size) & ~(CPU_PAGE_SIZE - 1);
	if (start < (uintptr_t)image_end)
		start = (uintptr_t)image_end;
	start = (start + CPU_PAGE_SIZE - 1) & ~(CPU_PAGE_SIZE - 1);
	return (struct memory_range){ { start }, start < end ? end - start : 0 };
}

/* Keeps the ranges ascending. A bank that overlaps another is a mistake of the firmware: it is refused. */
static bool insert(struct memory_range range)
{
	uint64_t end = range.start.value + range.size;
	size_t at = range_count;

	for (size_t i = 0; i < range_count; i++)
		if (range.start.value < ranges[i].start.value + ranges[i].size && ranges[i].start.value < end)
			return false;
	while (at > 0 && ranges[at - 1].start.value > range.start.value) {
		ranges[at] = ranges[at - 1];
		at--;
	}
	ranges[at] = range;
	range_count++;
	if (end > memory_end)
		memory_end = end;
	return true;
}

void memory_init(void)
{
	for (size_t i = 0; i < firmware.bank_count; i++) {
		struct memory_range range = usable(&firmware.banks[i]);

		if (range.size && insert(range))
			total += firmware.banks[i].size;
	}
}

bool memory_spare_firmware(void)
{
	range_count = 0;
	for (size_t i = 0; i < firmware.available_count; i++) {
		struct memory_range range = usable(&firmware.available[i]);

		if (range.size)
			insert(range);
	}
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
	return (void *)address.value;
}

phys_addr arch_physical(const void *pointer)
{
	return (phys_addr){ (uintptr_t)pointer };
}
