/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of the OBP model: what is the firmware's and holds a pattern, what the client may have, and what is mapped.
 *
 * A client finds the 10 MiB in which it is loaded at virtual 0, but for page 0, in memory that begins elsewhere. The
 * rest it has to claim, or may take from what is "available".
 */
#include "tests/models/obp/model.h"

#include "arch/sparc64/cpu.h"

#define PAGE			8192ull
#define MiB			(1ull << 20)

#define CLIENT_AREA		(10 * MiB)
#define CLIENT_MEMORY		(20 * MiB)	/* where that is */

struct translation translations[TRANSLATIONS];
volatile uint64_t ticks;

struct area {
	uint64_t start, size;
};

/* The firmware's, in a machine of 128 MiB. The model itself is behind them. */
static const struct area own[] = {
	{ 0, 8 * MiB },
	{ 30 * MiB, 2 * MiB },
	{ 112 * MiB, 4 * MiB },
};

static struct area available[] = {
	{ 8 * MiB, 12 * MiB },
	{ 32 * MiB, 80 * MiB },
};
#define AREAS			(sizeof available / sizeof available[0])

uint64_t read_memory(uint64_t physical)
{
	uint64_t value;

	__asm__ volatile ("ldxa [%1] 0x14, %0" : "=r" (value) : "r" (physical) : "memory");
	return value;
}

void write_memory(uint64_t physical, uint64_t value)
{
	__asm__ volatile ("stxa %0, [%1] 0x14" : : "r" (value), "r" (physical) : "memory");
}

/* Of each word another one. */
static uint64_t pattern(uint64_t physical)
{
	return physical * 0x9e3779b97f4a7c15 ^ 0x0b90b90b90b90b90;
}

void memory_start(void)
{
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		for (uint64_t at = own[i].start; at < own[i].start + own[i].size; at += 8)
			write_memory(at, pattern(at));
	map(CLIENT_MEMORY + PAGE, PAGE, CLIENT_AREA - PAGE);
}

void memory_check(void)
{
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		for (uint64_t at = own[i].start; at < own[i].start + own[i].size; at += 8)
			if (read_memory(at) != pattern(at))
				broken("memory that is not available was written, at physical", at);
}

static size_t used(void)
{
	size_t count = 0;

	while (translations[count].size)
		count++;
	return count;
}

static bool add(uint64_t virtual, uint64_t size, uint64_t tte)
{
	size_t count = used();

	if (!size)
		return true;
	if (count == TRANSLATIONS - 1)
		return false;
	translations[count] = (struct translation){ virtual, size, tte };
	return true;
}

void unmap(uint64_t virtual, uint64_t size)
{
	uint64_t end = virtual + size;

	for (size_t i = 0; i < used(); i++) {
		struct translation old = translations[i];
		uint64_t old_end = old.virtual + old.size;

		if (old.virtual >= end || virtual >= old_end)
			continue;
		translations[i] = translations[used() - 1];
		translations[used() - 1] = (struct translation){ 0 };
		if (old.virtual < virtual)
			add(old.virtual, virtual - old.virtual, old.tte);
		if (end < old_end)
			add(end, old_end - end, old.tte + (end - old.virtual));
		i = (size_t)-1;
	}
	drop_translations();
}

bool map(uint64_t physical, uint64_t virtual, uint64_t size)
{
	if ((physical | virtual | size) & (PAGE - 1))
		return false;
	unmap(virtual, size);
	return add(virtual, size, 1ull << 63 | physical | TTE_MEMORY);
}

bool translate(uint64_t virtual, uint64_t *physical)
{
	for (size_t i = 0; translations[i].size; i++) {
		if (virtual - translations[i].virtual >= translations[i].size)
			continue;
		*physical = (translations[i].tte & 0x1fffffff000) + (virtual - translations[i].virtual);
		return true;
	}
	*physical = virtual - MODEL_VIRTUAL + MODEL_PHYSICAL;
	return virtual >= (uintptr_t)model_start && virtual < (uintptr_t)model_end;
}

void *client_pointer(uint64_t virtual, uint64_t size)
{
	uint64_t physical;

	for (uint64_t at = virtual & -PAGE; at < virtual + size; at += PAGE)
		if (!translate(at, &physical))
			broken("the client interface was given an address that the firmware does not map:", virtual);
	return (void *)virtual;
}

uint64_t memory_claim(uint64_t size, uint64_t align)
{
	for (size_t i = AREAS; i-- > 0; ) {
		uint64_t start = (available[i].start + available[i].size - size) & -align;

		if (available[i].size < size || start < available[i].start)
			continue;
		available[i].size = start - available[i].start;
		return start;
	}
	return 0;
}

size_t memory_available(uint32_t *cells)
{
	for (size_t i = 0; i < AREAS; i++) {
		cells[4 * i] = (uint32_t)(available[i].start >> 32);
		cells[4 * i + 1] = (uint32_t)available[i].start;
		cells[4 * i + 2] = (uint32_t)(available[i].size >> 32);
		cells[4 * i + 3] = (uint32_t)available[i].size;
	}
	return 16 * AREAS;
}
