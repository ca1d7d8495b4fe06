/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of suite virtio.blk on a disk of software, which does all as it must, or one thing as it must not: so that each
 * of these tests is seen to fail. The disk carries the scratch signature and the host's pattern.
 */
#ifndef BLK_CASE_H
#define BLK_CASE_H

#include <linux/virtio_blk.h>

#include "drivers/virtio/device/blk.h"
#include "tests/conformance/framework/test.h"
#include "tests/unit/engine_case.h"

#define CASE_SECTORS	6144u
#define CASE_SERIAL	"disk-of-software"

/* What the disk does wrongly; all zero: nothing. Sizes are bytes of data. */
struct case_faults {
	uint32_t off_from;			/* requests of so many bytes or more are one sector off */
	uint32_t cut_from;			/* the last byte of these is not moved */
	bool forgets_high_half;			/* of sectors */
	bool writes_behind_data, writes_behind_status, writes_header, writes_data;
	bool ends_well;				/* whatever it is, and does nothing about what it refuses */
	bool says_too_much;			/* used length, one more */
	bool unknown_writes;			/* requests of types that there are not, with data */
	uint32_t number_bytes;			/* of a number, in place of 20 */
	bool number_not_padded;
	int range_more;				/* sectors that a discard, zeroes or an erasure is longer */
	bool zeroes_are_none;			/* what is zeroed is something else */
	bool takes_flags;			/* undefined ones of a range */
	bool first_range_only;
	bool mixes_queues;			/* a queue has the answer to another's request */
	bool loses_writes_through;		/* what is written while writeback is 0 */
	bool caches_without_flush;
	bool writes_read_only;			/* which it says it does not */
	uint16_t lifetime;			/* in each field */
	bool odd_blocks;			/* of 700 bytes */
};
extern struct case_faults case_faults;

/* Makes the disk, with these features, and its engine in mode "accepted". */
void blk_case_make(uint64_t offered);
/* Runs a test on it, by its name, without "virtio.blk." where it is of that suite; the reason is left in
 * blk_case_reason. */
enum verdict blk_case_run(const char *name);
extern char blk_case_reason[200];
/* The same for a row of a table: it passes, or it fails for a reason with these words in it, where they are not NULL.
 * All is taken back, and the next disk can be made. */
void blk_case_row(void **state, unsigned row, const char *name, const char *reason);

#endif
