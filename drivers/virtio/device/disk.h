/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What busproof learns of a disk before it is driven, whichever kind of device it is behind: its blocks, and what may
 * be done with it. Which requests tell that is the business of blk.c and scsi.c; which disks are written at all,
 * drivers/engine/scratch.h's.
 */
#ifndef VIRTIO_DISK_H
#define VIRTIO_DISK_H

#include "drivers/engine/scratch.h"
#include "drivers/virtio/engine.h"

/* Bytes of one request at the most, and so of a block. */
#define DISK_LARGEST		4096u
/* And of one that the device writes to memory of anybody's. */
#define DISK_LARGEST_WRITE	(1u << 20)

/* Known since the first start in any mode: it is kept in virtio_device.learnt. */
struct disk {
	uint64_t sectors;		/* of SECTOR_SIZE bytes, as many as make whole blocks */
	const char *no_reads;		/* why it cannot be written, and how it could be */
	uint32_t block;			/* bytes, not 0: requests begin and end at multiples of it */
	uint16_t unit;			/* of a SCSI host: the one that is driven, at this target */
	uint8_t target, kind;		/* peripheral device type */
	bool known;
	bool present;			/* SCSI: a unit is there */
	bool answers;			/* no data can be had from it: its device can only answer */
	bool scratch;
	bool timed, slow;		/* a test has looked whether it takes its time, and it does */
};

/* The disk behind an engine; not known before the engine was started. */
struct disk *disk_of(const struct engine *engine);

/* Why it must not be written, or NULL. */
const char *disk_not_writable(const struct disk *disk);
/* What only answers: for this reason. */
void disk_only_answers(struct disk *disk, const char *reason);
/* Why nothing can be moved from or to a disk with such blocks, so many sectors of them; or NULL. */
const char *disk_unusable(const struct disk *disk);
bool disk_has_signature(const void *sector);
/* Notes whether a disk that can be read may be written, and if not, why. */
void disk_settle(struct disk *disk, bool read_only, bool signature, bool destructive);
/* Tells the engine what its transfers are: blocks, or answers of this size. */
void disk_settle_engine(struct engine *engine, uint32_t answer);

/* The whole blocks that cover these sectors. False: they are more than one request moves. */
struct disk_span {
	uint64_t first;			/* sector */
	uint32_t size, skip;		/* bytes of all, and of those before the first one asked for */
};
bool disk_span(const struct disk *disk, uint64_t sector, unsigned count, struct disk_span *span);
/* Where the engine's own transfers begin: those that read the disk behind the first block, if it has so many. */
uint64_t disk_engine_sector(const struct disk *disk, enum dma_direction direction, uint32_t size);

#endif
