/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console's routines for devices: OPEN, CLOSE, READ. There is one device, and one channel to it. What the manual
 * leaves open is refused, and what a careless caller takes for granted does not hold: a channel's number is not 0, no
 * byte behind those that were read is changed, and with "short-read" fewer come than were asked for.
 *
 * Nothing is ever written, and an adapter for the network is not read by its packets.
 *
 * Source: Alpha Architecture Reference Manual, console interface, generic I/O device routines.
 */
#include "tests/models/srm/model.h"

#define FAILURE			(1ul << 63)
#define   NOT_AVAILABLE		(1ul << 62)	/* OPEN: the device is there */
#define AT_THE_END		(1ul << 62)	/* READ: of the medium */
#define ILLEGAL_LENGTH		(1ul << 61)
#define DEVICE_ERROR		(0x123ul << 48)	/* <59:48>: each device's own */
#define CHANNEL			5
#define LBN			512
#define BAD_BLOCK		8		/* with "bad-block" */
#define LONGEST_BUFFER		0x80000000ul

static bool is_open;

static bool is_path(const char *text, uint64_t length)
{
	const char *path = medium_path();

	while (length && *path && *text == *path)
		length--, text++, path++;
	return !length && !*path;
}

uint64_t channel_open(uint64_t address, uint64_t length)
{
	if (length > 255 || !is_path(buffer(address, length, "OPEN"), length))
		return FAILURE;
	if (is_open || !medium_block())
		return FAILURE | NOT_AVAILABLE;
	is_open = true;
	return CHANNEL;
}

uint64_t channel_close(uint64_t channel)
{
	if (!is_open || channel != CHANNEL)
		return FAILURE;
	is_open = false;
	return 0;
}

/* Blocks up to the first that cannot be read. */
static uint64_t readable(uint64_t from, uint64_t bytes, uint64_t *status)
{
	uint64_t bad = BAD_BLOCK * LBN;

	*status = 0;
	if (same(model.fault, "bad-block") && from <= bad && bad < from + bytes) {
		*status = FAILURE | DEVICE_ERROR;
		bytes = (bad - from) / medium_block() * medium_block();
	}
	if (from >= medium_bytes() || bytes > medium_bytes() - from) {
		*status = AT_THE_END | (from >= medium_bytes() ? FAILURE : 0);
		bytes = from >= medium_bytes() ? 0 : medium_bytes() - from;
	}
	if (same(model.fault, "short-read") && bytes > medium_block())
		bytes = medium_block();
	return bytes;
}

uint64_t channel_read(uint64_t channel, uint64_t bytes, uint64_t address, uint64_t block)
{
	uint64_t from = block * LBN;
	uint64_t status;
	uint64_t *to;

	if (!is_open || channel != CHANNEL)
		return FAILURE;
	if (!bytes || bytes > LONGEST_BUFFER || bytes % medium_block() || from % medium_block())
		return FAILURE | ILLEGAL_LENGTH;
	if (block > LONGEST_BUFFER / LBN)
		return FAILURE | AT_THE_END;
	if (address % 8)
		die("READ: the buffer at %lx is not at a multiple of 8", address);
	to = (uint64_t *)buffer(address, bytes, "READ");
	bytes = readable(from, bytes, &status);
	for (uint64_t i = 0; i < bytes / 8; i++)
		to[i] = medium_at(from)[i];
	return status | bytes;
}

void check_channels(void)
{
	if (is_open)
		wrong("the channel to %s is still open", medium_path());
}
