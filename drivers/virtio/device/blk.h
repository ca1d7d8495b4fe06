/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The block device, as an engine and for the tests that are about disks: scratch.h of drivers/engine
 * says which disks are written.
 */
#ifndef VIRTIO_BLK_H
#define VIRTIO_BLK_H

#include "drivers/virtio/device/disk.h"

/* allow=destructive: disks without the signature may be written. */
void blk_allow_destructive(bool allow);

/* Capacity in sectors, read from the configuration; 0 when it cannot be read. */
uint64_t blk_capacity(const struct virtio_device *device);
/* Whole requests with buffers of the driver's own, on an engine that is started: count sectors, at most 8. Those around
 * them that make whole blocks are read as well; what is written must be whole blocks. */
enum engine_result blk_read(struct engine *engine, uint64_t sector, unsigned count, void *bytes);
enum engine_result blk_write(struct engine *engine, uint64_t sector, unsigned count, const void *bytes);
/* Writes one block from a number of anybody's. */
enum engine_result blk_write_from(struct engine *engine, uint64_t sector, uint64_t number);
enum engine_result blk_flush(struct engine *engine);

/*
 * A request of any type, for tests that ask what comes of it, on an engine that is started: its data, of pieces at
 * numbers of anybody's, stand between a header and a status byte of the driver's own. The larger it is, the more time
 * it has. Nothing is written to a disk that may not be written: then the request is not made, and the result is
 * ENGINE_FAILED. After any other than ENGINE_DONE the device may still use the data until the engine is stopped.
 */
struct blk_request {
	uint32_t type;
	uint64_t sector;
	const struct virtqueue_buffer *data;
	unsigned count;			/* BLK_PIECES at the most */
	bool harmless;			/* changes no disk, whatever its type */
	uint8_t status;			/* that came of it, BLK_NO_STATUS where none did */
	uint32_t length;		/* that the device says to have written */
	bool strayed;			/* bytes beside the status byte were written, or the header was */
};
#define BLK_PIECES	40u
#define BLK_NO_STATUS	0xee
enum engine_result blk_ask(struct engine *engine, struct blk_request *request);

/* The disk's serial number, NUL-terminated, which may be empty; serial holds BLK_SERIAL bytes. */
#define BLK_SERIAL	21
enum engine_result blk_serial(struct engine *engine, char *serial);

#endif
