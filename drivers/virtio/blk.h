/*
 * The block device, as an engine and for the tests that are about disks. Nothing is written to a disk that does not
 * carry busproof's scratch signature in its first sector, unless the command line allows it.
 */
#ifndef VIRTIO_BLK_H
#define VIRTIO_BLK_H

#include "drivers/virtio/engine.h"

#define SECTOR_SIZE		512u
/* What the first sector of a scratch disk begins with. */
#define SCRATCH_SIGNATURE	"BUSPROOF SCRATCH DISK 1\n"
/* Sectors before this one are the host's: read, never written. From here 8 sectors are what engines write and read
 * back, whatever they hold; those behind are text that the host looks at after the run (tests/gate). */
#define SCRATCH_FIRST_WRITABLE	8u
#define SCRATCH_SECTORS		64u	/* that a scratch disk has at least */

/* allow=destructive: disks without the signature may be written. */
void blk_allow_destructive(bool allow);

/* Capacity in sectors, read from the configuration; 0 when it cannot be read. */
uint64_t blk_capacity(const struct virtio_device *device);
/* Whole requests with buffers of the driver's own, on an engine that is started: count sectors, at most 8. */
enum engine_result blk_read(struct engine *engine, uint64_t sector, unsigned count, void *bytes);
enum engine_result blk_write(struct engine *engine, uint64_t sector, unsigned count, const void *bytes);
/* Writes one sector from a number of anybody's. */
enum engine_result blk_write_from(struct engine *engine, uint64_t sector, uint64_t number);
enum engine_result blk_flush(struct engine *engine);
/* The disk's serial number, NUL-terminated; serial holds BLK_SERIAL bytes. */
#define BLK_SERIAL	21
enum engine_result blk_serial(struct engine *engine, char *serial);
/* Does the disk carry the signature? Reads it, on an engine that is started. */
bool blk_is_scratch(struct engine *engine);
/* May it be written? NULL, or why not. */
const char *blk_not_writable(const struct engine *engine);

#endif
