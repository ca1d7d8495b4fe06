/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.blk have in common. */
#ifndef VIRTIO_BLK_SUITE_H
#define VIRTIO_BLK_SUITE_H

#include <linux/virtio_blk.h>

#include "drivers/virtio/device/blk.h"
#include "tests/conformance/probe/virtio_type.h"

/* Where tests write: the sectors that engines write as well (disk.h). */
#define PLAYGROUND		SCRATCH_FIRST_WRITABLE

/*
 * What is written to disks of more than 1 MiB, besides: each is a multiple of 8, so that blocks of 4096 bytes begin
 * there. Sectors that are written in each mode of a device, 8 in each; ranges that are zeroed and discarded; writes of
 * several sizes, the largest of which crosses 1 MiB; those of several queues. From BLK_UNTOUCHED on nothing is written.
 */
#define BLK_RANGES		512u
#define BLK_SIZES		1024u
#define BLK_QUEUES		1200u
#define BLK_CACHE		1264u
#define BLK_LARGE		2040u
#define BLK_UNTOUCHED		4096u

/* Reasons to skip; NULL where the test applies. */
const char *blk_needs_scratch(const struct subject *subject);
const char *blk_needs_medium(const struct subject *subject);

/* Is this the one engine of its device for what need not be seen in every mode? */
bool blk_on_plainest(const struct subject *subject);

/* Does the disk take its time for small requests, because its host holds it back? Then it is spared large ones. */
bool blk_is_slow(struct trial *trial);
/* The name in the host's pattern, on an engine that is started: BLK_SERIAL bytes, "" for a disk that has none. False,
 * and the trial has failed, when it cannot be read. */
bool blk_pattern(struct trial *trial, char *name);

/* One piece of data between two margins, which are full of a pattern as the data are. */
#define BLK_PATTERN		0x5a
struct blk_piece {
	struct dma_area area;
	struct virtqueue_buffer buffer;		/* of the data */
	uint8_t *bytes;				/* the data; margins are in front of them and behind them */
	uint64_t room;				/* bytes of all */
	uint64_t sum;				/* of data that the device reads, once they are sealed */
	bool sealed;
};
/* False: the trial has an error, or is skipped where a large one has no room. */
bool blk_piece_make(struct trial *trial, struct blk_piece *piece, uint32_t size, bool device_writes);
/* Data for the device to read are complete: from now on they must not move. Those never sealed are the pattern. */
void blk_piece_seal(struct blk_piece *piece);
/* Beside the first so many bytes nothing may have moved, nor in what was sealed. */
void blk_piece_untouched(struct trial *trial, const struct blk_piece *piece, uint32_t from);
/* Beside the piece, and in what the device reads, nothing may have moved; its memory is given back. */
void blk_piece_release(struct trial *trial, struct blk_piece *piece);

/* Makes a request whose data are a piece, which is released; its status, or BLK_NO_STATUS and the trial has failed. */
uint8_t blk_piece_ask(struct trial *trial, struct blk_request *request, struct blk_piece *piece);

/* Makes a request. False, and the trial has failed, when it is not answered, or when its header or bytes beside its
 * status moved. */
bool blk_asked(struct trial *trial, struct blk_request *request);
/* The same, and the answer must be this status with so many bytes written, that of the status included. */
void expect_blk(struct trial *trial, struct blk_request *request, const char *what, uint8_t status, uint32_t length);

#endif
