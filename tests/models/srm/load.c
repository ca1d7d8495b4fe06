/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What SRM does at "boot": the boot block of a disk or a CD is read exactly, and a network image has none. The words
 * are those of real consoles.
 *
 * What to boot is in a request that QEMU's loader has put into memory: its words are medium=, fault= and behind flags=
 * all the rest. How long a medium is nobody tells; one that is shorter than its boot block says has zeros behind it.
 */
#include "tests/models/srm/model.h"

#define BLOCK			512ul
#define TFTP_BLOCKS		65535
#define LARGEST_MEDIUM		(32 * MIB)

static const char *device(void)
{
	return same(model.medium, "net") ? "ewa0" : same(model.medium, "cd") ? "dka400" : "dka0";
}

static bool refuse(const char *why)
{
	say("%s\nfailed to boot from %s\n", why, device());
	return false;
}

static bool read_boot_block(uint64_t *first)
{
	volatile uint64_t *block = quad(AT_MEDIUM);
	uint64_t sum = 0;

	for (unsigned i = 0; i < 63; i++)
		sum += block[i];
	if (sum != block[63] || block[62] || !block[60] || block[60] > LARGEST_MEDIUM / BLOCK)
		return refuse("block 0 is not a valid boot block");
	/* The drive has blocks of 2048 bytes, and no others begin anywhere. */
	if (same(model.medium, "cd") && block[61] % 4)
		return refuse("the first block of the image is within a block of the CD");
	say("block 0 of %s is a valid boot block\n", device());
	say("reading %lu blocks from %s\n", block[60], device());
	*first = block[61] * BLOCK;
	model.image_bytes = block[60] * BLOCK;
	return true;
}

/* The image ends where its server's file does, which here is known by its last byte that is not 0. */
static bool receive(void)
{
	uint64_t end = LARGEST_MEDIUM / 8;

	while (end && !quad(AT_MEDIUM)[end - 1])
		end--;
	if (!end)
		return refuse("the file is empty");
	model.image_bytes = end * 8;
	say("loading, %lu bytes\n", model.image_bytes);
	return true;
}

bool load(void)
{
	uint64_t first = 0;

	say("(boot %s -flags \"%s\")\n", device(), model.flags);
	if (same(model.medium, "net") ? !receive() : !read_boot_block(&first))
		return false;
	model.image_pages = (model.image_bytes + PAGE - 1) / PAGE;
	if (model.image_pages < IMAGE_LEAST / PAGE)
		model.image_pages = IMAGE_LEAST / PAGE;
	for (uint64_t at = 0; at < model.image_pages * PAGE; at += 8)
		*(volatile uint64_t *)image_byte(at) = at < model.image_bytes ? *quad(AT_MEDIUM + first + at) : POISON;
	say("bootstrap code read in\n");
	say("base = %lx, image_start = 0, image_bytes = %lx\n", image_page(0), model.image_bytes);
	return true;
}
