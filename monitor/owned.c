/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames that the monitor has taken for whoever types, and commands on them. Memory that is nobody's carries a pattern
 * and memory of drivers is in use, so that these commands work on frames of the monitor's alone.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/iommu/domain.h"
#include "monitor/command.h"

#define RUNS		16u
#define FRAMES_MOST	512u

static struct run {
	phys_addr start;
	size_t frames;
} runs[RUNS];
static unsigned run_count;

bool owned(phys_addr address, uint64_t size)
{
	for (unsigned i = 0; i < run_count; i++) {
		uint64_t offset = address.value - runs[i].start.value, bytes = runs[i].frames * FRAME_SIZE;

		if (address.value >= runs[i].start.value && offset < bytes && size <= bytes - offset)
			return true;
	}
	return false;
}

static void give(unsigned number)
{
	frames_give(runs[number].start, runs[number].frames);
	runs[number] = runs[--run_count];
}

void owned_give_back(void)
{
	while (run_count)
		give(run_count - 1);
}

/* Below what devices with 32 bits reach, and at numbers that windows have, where there is such memory. */
static bool take(size_t frames, uint64_t alignment, phys_addr *address)
{
	struct memory_range range = frames_by_address();

	return frames_take_between(range.start.value, range.start.value + range.size, frames, alignment, address) ||
	       frames_take(frames, alignment, address);
}

/* A domain's pages may be larger than frames. */
static uint64_t alignment_of_all(void)
{
	uint64_t alignment = FRAME_SIZE;

	for (unsigned i = 0; domain_get(i); i++)
		if (domain_page_size(domain_get(i)) > alignment)
			alignment = domain_page_size(domain_get(i));
	return alignment;
}

static bool take_command(const struct words *words)
{
	uint64_t count = 1;

	if (words->count > 2 && !read_number(words->word[2], &count))
		return false;
	if (count == 0 || count > FRAMES_MOST)
		return wrong("\"%s\": 1 to %x frames of %lu KiB", words->word[2], FRAMES_MOST, FRAME_SIZE / 1024);
	if (run_count == RUNS)
		return wrong("%u runs of frames are taken already; \"frames give\" gives one back", RUNS);
	if (!take(count, alignment_of_all(), &runs[run_count].start))
		return wrong("there are not %llx frames in a row", (unsigned long long)count);
	runs[run_count].frames = count;
	say("phys:%llx: %llx bytes\n", (unsigned long long)runs[run_count].start.value,
	    (unsigned long long)count * FRAME_SIZE);
	run_count++;
	return true;
}

static bool give_command(const struct words *words)
{
	uint64_t address;

	if (words->count < 3)
		return wrong("a word is missing: which one is to be given back");
	if (!read_number(words->word[2], &address))
		return false;
	if (maps_live())
		return wrong("maps of the monitor are live; \"unmap all\" comes first");
	for (unsigned i = 0; i < run_count; i++) {
		if (runs[i].start.value == address) {
			give(i);
			return true;
		}
	}
	return wrong_word(words->word[2], "none of the monitor's frames begin there; \"frames\" names them");
}

static bool frames(const struct words *words)
{
	static const char *const choices[] = { "take", "give", NULL };
	unsigned chosen;

	if (words->count > 1)
		return read_choice(words->word[1], choices, &chosen) &&
		       (chosen ? give_command(words) : take_command(words));
	for (unsigned i = 0; i < run_count; i++)
		say("phys:%llx: %llx bytes\n", (unsigned long long)runs[i].start.value,
		    (unsigned long long)runs[i].frames * FRAME_SIZE);
	say("%u runs of the monitor; %llu MiB are busproof's\n", run_count,
	    (unsigned long long)frames_total() >> 20);
	return true;
}

/* ---- On these frames ---- */

struct piece {
	uint8_t *bytes;
	uint64_t address, size;
};

static bool read_piece(const char *address, const char *size, struct piece *piece)
{
	if (!read_number(address, &piece->address) || !read_number(size, &piece->size))
		return false;
	if (piece->size == 0 || !owned((phys_addr) { piece->address }, piece->size))
		return wrong("\"%s\": %llx bytes from there are not frames of \"frames take\"", address,
			     (unsigned long long)piece->size);
	piece->bytes = arch_pointer((phys_addr) { piece->address });
	return true;
}

static bool fill(const struct words *words)
{
	struct piece piece;
	uint64_t byte;

	if (!read_piece(words->word[1], words->word[2], &piece) || !read_number(words->word[3], &byte))
		return false;
	if (byte > 0xff)
		return wrong_word(words->word[3], "is no byte");
	say("phys:%llx: %02x.. -> %02x..\n", (unsigned long long)piece.address, piece.bytes[0], (unsigned)byte);
	memset(piece.bytes, (int)byte, piece.size);
	barrier_full();
	return true;
}

static bool copy(const struct words *words)
{
	struct piece from, to;

	if (!read_piece(words->word[1], words->word[3], &from) || !read_piece(words->word[2], words->word[3], &to))
		return false;
	say("phys:%llx: %02x.. -> %02x..\n", (unsigned long long)to.address, to.bytes[0], from.bytes[0]);
	memmove(to.bytes, from.bytes, from.size);
	barrier_full();
	return true;
}

static bool compare(const struct words *words)
{
	struct piece a, b;
	uint64_t differ = 0;

	if (!read_piece(words->word[1], words->word[3], &a) || !read_piece(words->word[2], words->word[3], &b))
		return false;
	for (uint64_t i = 0; i < a.size; i++) {
		if (a.bytes[i] != b.bytes[i] && differ++ < 8)
			say("%llx: %02x, %llx: %02x\n", (unsigned long long)(a.address + i), a.bytes[i],
			    (unsigned long long)(b.address + i), b.bytes[i]);
	}
	say("%llx of %llx bytes differ\n", (unsigned long long)differ, (unsigned long long)a.size);
	return true;
}

static bool find(const struct words *words)
{
	struct piece piece;
	uint64_t byte, found = 0;

	if (!read_piece(words->word[1], words->word[2], &piece) || !read_number(words->word[3], &byte))
		return false;
	if (byte > 0xff)
		return wrong_word(words->word[3], "is no byte");
	for (uint64_t i = 0; i < piece.size; i++)
		if (piece.bytes[i] == byte && found++ < 8)
			say("%llx\n", (unsigned long long)(piece.address + i));
	say("%llx found\n", (unsigned long long)found);
	return true;
}

/* CRC-32 of IEEE 802.3, as of cksum's younger relatives: what a host can compare with. */
static bool crc(const struct words *words)
{
	struct piece piece;
	uint32_t value = 0xffffffff;

	if (!read_piece(words->word[1], words->word[2], &piece))
		return false;
	for (uint64_t i = 0; i < piece.size; i++) {
		value ^= piece.bytes[i];
		for (unsigned bit = 0; bit < 8; bit++)
			value = value >> 1 ^ (value & 1 ? 0xedb88320 : 0);
	}
	say("crc32 %08x\n", ~value);
	return true;
}

FOLLOWS(frames_follows, "take", "give")

static const struct monitor_command frame_commands[] = {
	{ "frames", "[take [COUNT] | give ADDRESS]", "memory to work with: take some, give it back", NULL, frames,
	  .follows = { frames_follows }, .most = 2 },
	{ "fill", "ADDRESS SIZE BYTE", "fill frames of the monitor", NULL, fill, .least = 3, .most = 3 },
	{ "copy", "FROM TO SIZE", "copy between frames of the monitor", NULL, copy, .least = 3, .most = 3 },
	{ "cmp", "A B SIZE", "compare frames of the monitor", NULL, compare, .least = 3, .most = 3 },
	{ "find", "ADDRESS SIZE BYTE", "where a byte is in frames of the monitor", NULL, find, .least = 3, .most = 3 },
	{ "crc", "ADDRESS SIZE", "CRC-32 of frames of the monitor", NULL, crc, .least = 2, .most = 2 },
};
MONITOR_GROUP(frame_commands, "frames");
