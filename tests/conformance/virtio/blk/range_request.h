/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of a block device that are about ranges of sectors: discards, zeroes and secure erasures, which differ in
 * their number, and in where the configuration says how much of it one may ask for.
 *
 * Source: VIRTIO 1.4, section 5.2.6.
 */
#ifndef VIRTIO_BLK_RANGE_REQUEST_H
#define VIRTIO_BLK_RANGE_REQUEST_H

#include "tests/conformance/virtio/blk/blk.h"

struct blk_range_kind {
	const char *name;
	uint32_t type, feature;
	uint32_t most, segments;	/* offsets in the configuration: sectors of one range at the most, and ranges */
	const char *not_offered;	/* the reason to skip */
};
extern const struct blk_range_kind blk_discard, blk_zeroes, blk_erase;

struct blk_range {
	uint64_t sector;
	uint32_t count;
};

/* A bit that no kind of request has a flag for. */
#define BLK_FLAG_RESERVED	0x80000000u

/* Reason to skip: the device has no such request, or must not be written. */
const char *blk_needs_ranges(const struct subject *subject, const struct blk_range_kind *kind);

/* The status of such a request, with these flags in each range; or BLK_NO_STATUS and the trial has failed. */
uint8_t blk_ask_ranges(struct trial *trial, const struct blk_range_kind *kind, const struct blk_range *ranges,
		       unsigned count, uint32_t flags);

#endif
