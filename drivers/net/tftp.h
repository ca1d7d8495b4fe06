/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file that a server has, by way of UDP: asked for by its name, taken block by block, each of which is acknowledged
 * before the next comes.
 *
 * Builds and recognises frames, and no more, as echo.h does.
 *
 * Source: RFC 1350, RFC 2347 (options are not asked for).
 */
#ifndef TFTP_H
#define TFTP_H

#include "drivers/net/ip.h"

#define TFTP_BLOCK	512u

struct tftp {
	struct ip_ends ends;		/* the server answers from a port of its choice */
	uint16_t block;			/* that came last */
	bool done, refused;
};

/* Asks for a file: returns the bytes of the frame. */
uint32_t tftp_ask(struct tftp *tftp, const struct ip_ends *ends, const char *name, uint8_t *frame);
/* Acknowledges the last block. */
uint32_t tftp_acknowledge(const struct tftp *tftp, uint8_t *frame);
/*
 * Takes a frame; false: it is none of this file's. *data and *count are the next block's bytes, none of one that came
 * before. done with the last; refused where there is no such file.
 */
bool tftp_take(struct tftp *tftp, const uint8_t *frame, uint32_t size, const uint8_t **data, uint32_t *count);

#endif
