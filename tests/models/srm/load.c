/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What SRM does at "boot": the boot block of a disk or a CD is read exactly, and a network image has none. The words
 * are those of real consoles.
 *
 * What a medium is and how it is read is medium.c's.
 */
#include "tests/models/srm/model.h"

#define BLOCK			512ul
#define TFTP_BLOCKS		65535

static bool refuse(const char *why)
{
	say("%s\nfailed to boot from %s\n", why, medium_name());
	return false;
}

static bool read_boot_block(uint64_t *first)
{
	volatile uint64_t *block = medium_at(0);
	uint64_t sum = 0;

	for (unsigned i = 0; i < 63; i++)
		sum += block[i];
	if (sum != block[63] || block[62] || !block[60] || block[60] > medium_bytes() / BLOCK)
		return refuse("block 0 is not a valid boot block");
	if (block[61] * BLOCK % medium_block())
		return refuse("the first block of the image is within a block of the CD");
	if (block[61] > medium_bytes() / BLOCK - block[60])
		return refuse("the image does not end on the medium");
	say("block 0 of %s is a valid boot block\n", medium_name());
	say("reading %lu blocks from %s\n", block[60], medium_name());
	*first = block[61] * BLOCK;
	model.image_bytes = block[60] * BLOCK;
	return true;
}

/* The image ends where its server's file does, which here is known by its last byte that is not 0. */
static bool receive(void)
{
	uint64_t end = medium_bytes() / 8;

	while (end && !medium_at(0)[end - 1])
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

	say("(boot %s -flags \"%s\")\n", medium_name(), model.flags);
	if (medium_block() ? !read_boot_block(&first) : !receive())
		return false;
	model.image_pages = (model.image_bytes + PAGE - 1) / PAGE;
	if (model.image_pages < IMAGE_LEAST / PAGE)
		model.image_pages = IMAGE_LEAST / PAGE;
	for (uint64_t at = 0; at < model.image_pages * PAGE; at += 8)
		*(volatile uint64_t *)image_byte(at) = at < model.image_bytes ? *medium_at(first + at) : POISON;
	say("bootstrap code read in\n");
	say("base = %lx, image_start = 0, image_bytes = %lx\n", image_page(0), model.image_bytes);
	return true;
}
