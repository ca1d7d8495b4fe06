/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first stage of OpenBoot media: finds memory for the image, has the firmware map it where it is linked, and brings
 * it there, from the device that was booted or from behind itself.
 *
 * A real firmware reads 7,680 bytes from a disk, so this is all that must fit there. It knows nothing of the machine:
 * all is asked for. The memory is whole 4 MiB in one piece, so that one translation is enough for it, and never assumed
 * to be at the number where it is mapped. What is wrong is said in a line, and leaves to the firmware's prompt.
 *
 * Source: IEEE 1275-1994 and its SPARC binding; OpenBoot, os/bootprom/clientif.fth and clntmem.fth, cpu/sparc/ultra's
 * MMU (claim, map, unmap, translate).
 */
#include "arch/sparc64/obp/first.h"

#include "arch/sparc64/client.h"
#include "arch/sparc64/cpu.h"

#define IMAGE_START	(IMAGE_PAGE + 0x4000ul)	/* linker/sparc64.ld */
#define IMAGE_MOST	(IMAGE_PAGE_SIZE - 0x4000)
#define MODE_DEFAULT	((uint64_t)-1)		/* of the firmware, for memory */
#define PATH_SIZE	256
#define PIECE		0x10000ul		/* bytes read at once */

extern const uint64_t first_record[FIRST_WORDS];
extern const char first_end[];

uint64_t first_stage(client_entry *entry);

static uint32_t output, memory, mmu;

static void say(const char *text)
{
	uint64_t arguments[] = { output, (uintptr_t)text, 0 };
	uint64_t written;

	while (text[arguments[2]])
		arguments[2]++;
	client_call("write", 3, arguments, 1, &written);
}

static uint64_t fail(const char *why)
{
	say("\r\nbusproof: the first stage cannot go on: ");
	say(why);
	say("\r\n");
	client_call("exit", 0, NULL, 0, NULL);
	return 0;
}

/* Numbers on the Forth stack are two cells, the lower one first, and arguments come in the reverse order. */
static bool claim_memory(uint64_t *physical)
{
	const uint64_t arguments[] = { IMAGE_PAGE_SIZE, IMAGE_PAGE_SIZE };
	uint64_t found[2];

	if (!client_method("claim", memory, 2, arguments, 2, found))
		return false;
	*physical = found[0] << 32 | (uint32_t)found[1];
	return (*physical & (IMAGE_PAGE_SIZE - 1)) == 0;
}

/*
 * OBP has memory of its own choice at the first 10 MiB for its clients, OpenBIOS at the first 8: there, what is mapped
 * is taken away first. The range may be the client's already, so that a claim may fail.
 */
static bool map_memory(uint64_t physical)
{
	const uint64_t range[] = { IMAGE_PAGE_SIZE, IMAGE_PAGE };
	const uint64_t claim[] = { 0, IMAGE_PAGE_SIZE, IMAGE_PAGE };
	const uint64_t map[] = {
		MODE_DEFAULT, IMAGE_PAGE_SIZE, IMAGE_PAGE, physical >> 32, (uint32_t)physical,
	};
	uint64_t found;

	if (client_translate(mmu, IMAGE_PAGE, &found))
		client_method("unmap", mmu, 2, range, 0, NULL);
	client_method("claim", mmu, 3, claim, 1, &found);
	if (!client_method("map", mmu, 5, map, 0, NULL))
		return false;
	return client_translate(mmu, IMAGE_START, &found) && found == physical + (IMAGE_START - IMAGE_PAGE);
}

static bool read_all(uint32_t device, uint64_t offset, uint64_t size)
{
	const uint64_t place[] = { device, offset >> 32, (uint32_t)offset };
	uint64_t got;

	if (!client_call("seek", 3, place, 1, &got) || (int32_t)got == -1)
		return false;
	for (uint64_t at = 0; at < size; at += got) {
		uint64_t piece[] = { device, IMAGE_START + at, size - at < PIECE ? size - at : PIECE };

		if (!client_call("read", 3, piece, 1, &got) || (int32_t)got <= 0 || (uint32_t)got > piece[2])
			return false;
		got = (uint32_t)got;
	}
	return true;
}

/* From the partition that the firmware has booted. */
static const char *read_medium(client_node chosen, uint64_t offset, uint64_t size)
{
	char path[PATH_SIZE];
	uint64_t device;
	bool done;

	if (!client_string(chosen, "bootpath", path, sizeof path) || !path[0])
		return "/chosen has no bootpath";
	device = client_find("open", (uintptr_t)path);
	if (device == CLIENT_NONE)
		return "the device that was booted cannot be opened";
	done = read_all((uint32_t)device, offset, size);
	client_call("close", 1, &device, 0, NULL);
	return done ? NULL : "the device that was booted cannot be read";
}

static void copy_words(uint64_t size)
{
	const uint32_t *from = (const uint32_t *)first_end;
	uint32_t *to = (uint32_t *)IMAGE_START;

	for (uint64_t i = 0; i < size / 4; i++)
		to[i] = from[i];
}

static uint64_t sum_of(uint64_t size)
{
	const uint32_t *words = (const uint32_t *)IMAGE_START;
	uint64_t sum = 0;

	for (uint64_t i = 0; i < size / 4; i++)
		sum += words[i];
	return sum;
}

/* Returns where to go on. */
uint64_t first_stage(client_entry *entry)
{
	uint64_t size = first_record[FIRST_SIZE];
	const char *wrong = NULL;
	client_node chosen;
	uint64_t physical;

	client_open(entry);
	chosen = client_find("finddevice", (uintptr_t) "/chosen");
	output = client_number(chosen, "stdout");
	memory = client_number(chosen, "memory");
	mmu = client_number(chosen, "mmu");
	say("busproof: first stage\r\n");
	if (size > IMAGE_MOST)
		return fail("the image is too large");
	if (!claim_memory(&physical))
		return fail("there is no memory of 4 MiB in one piece");
	if (!map_memory(physical))
		return fail("memory cannot be mapped at 0x400000");
	if (first_record[FIRST_MEDIUM])
		wrong = read_medium(chosen, first_record[FIRST_MEDIUM], size);
	else
		copy_words(size);
	if (wrong)
		return fail(wrong);
	if (sum_of(size) != first_record[FIRST_SUM])
		return fail("what was read is not the image: its sum is wrong");
	for (uint64_t at = IMAGE_START; at < IMAGE_START + size; at += 8)
		__asm__ volatile ("flush %0" : : "r" (at) : "memory");
	return IMAGE_START;
}
