/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The block device: see blk.h. As an engine it writes memory by reading a block, and reads memory by writing one,
 * which is then read back into a buffer of the driver's own to learn what the device had seen. A disk that has nothing
 * to read still answers: then the status byte of a request that it must refuse is what it writes.
 *
 * Source: VIRTIO 1.4, section 5.2.
 */
#include "drivers/virtio/device/blk.h"

#include <linux/virtio_blk.h>
#include <linux/virtio_ids.h>

#include "boot/string.h"
#include "drivers/virtio/fields.h"

#define QUEUE_REQUESTS	0

/* The area: request header, status byte, data. */
#define AREA_HEADER	0
#define AREA_STATUS	64
#define AREA_DATA	4096

#define STATUS_NONE	BLK_NO_STATUS		/* none that the specification knows */
#define STATUS_GUARD	40u			/* bytes on both sides of it that must not move */

/*
 * The answer of a disk that has nothing to read: a request type that nobody has, refused with a status of 2 in the last
 * byte of what the device may write. It falls into the low-order byte of a word in either byte order, because there it
 * always changes memory's pattern, whose words end in 101 (boot/sweep.c).
 */
#define TYPE_UNKNOWN	0x7ffeu
#define ANSWER		8u
#define ANSWER_WRITTEN	(BYTEORDER_LITTLE ? 1u : ANSWER)

static bool destructive;

void blk_allow_destructive(bool allow)
{
	destructive = allow;
}

uint64_t blk_capacity(const struct virtio_device *device)
{
	uint64_t capacity;

	if (!virtio_config_read(device, offsetof(struct virtio_blk_config, capacity), sizeof(__u64), &capacity))
		return 0;
	return capacity;
}

static void make_header(struct engine *engine, uint32_t type, uint64_t sector)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_blk_outhdr *header = virtio_engine_pointer(virtio, AREA_HEADER);

	*header = (struct virtio_blk_outhdr) {
		.type = cpu_to_virtio32(virtio->device, type), .sector = cpu_to_virtio64(virtio->device, sector),
	};
}

/* One request: header, data, status. */
static bool submit_pieces(struct engine *engine, uint32_t type, uint64_t sector, const struct virtqueue_buffer *data,
			  unsigned count)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_buffer chain[BLK_PIECES + 2] = {
		{ virtio_engine_number(virtio, AREA_HEADER), sizeof(struct virtio_blk_outhdr), false },
	};

	make_header(engine, type, sector);
	memset((uint8_t *)virtio_engine_pointer(virtio, AREA_STATUS) - STATUS_GUARD, STATUS_NONE, 2 * STATUS_GUARD + 1);
	for (unsigned i = 0; i < count; i++)
		chain[i + 1] = data[i];
	chain[count + 1] = (struct virtqueue_buffer) { virtio_engine_number(virtio, AREA_STATUS), 1, true };
	return virtio_engine_submit(engine, QUEUE_REQUESTS, chain, count + 2);
}

/* The same with one piece of data (size 0: none) at a number of anybody's. */
static bool submit(struct engine *engine, uint32_t type, uint64_t sector, uint64_t data, uint32_t size,
		   bool device_writes)
{
	struct virtqueue_buffer piece = { data, size, device_writes };

	return submit_pieces(engine, type, sector, &piece, size ? 1 : 0);
}

static bool submit_unknown(struct engine *engine, uint64_t answer)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_buffer chain[2] = {
		{ virtio_engine_number(virtio, AREA_HEADER), sizeof(struct virtio_blk_outhdr), false },
		{ answer, ANSWER_WRITTEN, true },
	};

	make_header(engine, TYPE_UNKNOWN, 0);
	return virtio_engine_submit(engine, QUEUE_REQUESTS, chain, 2);
}

static enum engine_result wait(struct engine *engine, uint64_t limit)
{
	struct virtio_engine *virtio = engine->state;
	const volatile uint8_t *status = virtio_engine_pointer(virtio, AREA_STATUS);
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait(engine, QUEUE_REQUESTS, limit, &used);

	if (result != ENGINE_DONE || *status == VIRTIO_BLK_S_OK)
		return result;
	format(engine->fault, sizeof(engine->fault), "the request's status byte is %#x", *status);
	return ENGINE_FAILED;
}

/* The header is the device's to read. */
static bool header_moved(const struct virtio_engine *virtio, const struct blk_request *request)
{
	const struct virtio_blk_outhdr *header = virtio_engine_pointer(virtio, AREA_HEADER);

	return header->type != cpu_to_virtio32(virtio->device, request->type) || header->ioprio != 0 ||
	       header->sector != cpu_to_virtio64(virtio->device, request->sector);
}

static bool guards_moved(const struct virtio_engine *virtio)
{
	const volatile uint8_t *status = virtio_engine_pointer(virtio, AREA_STATUS);

	for (int i = 1; i <= (int)STATUS_GUARD; i++)
		if (status[-i] != STATUS_NONE || status[i] != STATUS_NONE)
			return true;
	return false;
}

enum engine_result blk_ask(struct engine *engine, struct blk_request *request)
{
	struct virtio_engine *virtio = engine->state;
	uint64_t limit = ENGINE_LIMIT;
	struct virtqueue_used used;
	enum engine_result result;

	if (request->count > BLK_PIECES || (!request->harmless && disk_not_writable(disk_of(engine))) ||
	    !submit_pieces(engine, request->type, request->sector, request->data, request->count))
		return ENGINE_FAILED;
	for (unsigned i = 0; i < request->count; i++)
		limit += request->data[i].size / DISK_LARGEST * ENGINE_LIMIT;
	result = virtio_engine_wait(engine, QUEUE_REQUESTS, limit, &used);
	request->status = *(const volatile uint8_t *)virtio_engine_pointer(virtio, AREA_STATUS);
	request->length = result == ENGINE_DONE ? used.length : 0;
	request->strayed = guards_moved(virtio) || header_moved(virtio, request);
	return result;
}

enum engine_result blk_read(struct engine *engine, uint64_t sector, unsigned count, void *bytes)
{
	struct virtio_engine *virtio = engine->state;
	uint64_t data = virtio_engine_number(virtio, AREA_DATA);
	enum engine_result result;
	struct disk_span span;

	if (!disk_span(disk_of(engine), sector, count, &span) ||
	    !submit(engine, VIRTIO_BLK_T_IN, span.first, data, span.size, true))
		return ENGINE_FAILED;
	result = wait(engine, ENGINE_LIMIT);
	if (result == ENGINE_DONE)
		memcpy(bytes, virtio_engine_pointer(virtio, AREA_DATA + span.skip), count * SECTOR_SIZE);
	return result;
}

/* Writes whole blocks, if the disk may be written. */
static enum engine_result write(struct engine *engine, uint64_t sector, uint64_t data, uint32_t size)
{
	const struct disk *disk = disk_of(engine);

	if (disk_not_writable(disk) || size % disk->block || sector % (disk->block / SECTOR_SIZE) ||
	    !submit(engine, VIRTIO_BLK_T_OUT, sector, data, size, false))
		return ENGINE_FAILED;
	return wait(engine, ENGINE_LIMIT);
}

enum engine_result blk_write(struct engine *engine, uint64_t sector, unsigned count, const void *bytes)
{
	struct virtio_engine *virtio = engine->state;
	uint32_t size = count * SECTOR_SIZE;

	if (count > DISK_LARGEST / SECTOR_SIZE)
		return ENGINE_FAILED;
	memcpy(virtio_engine_pointer(virtio, AREA_DATA), bytes, size);
	return write(engine, sector, virtio_engine_number(virtio, AREA_DATA), size);
}

enum engine_result blk_write_from(struct engine *engine, uint64_t sector, uint64_t number)
{
	return write(engine, sector, number, disk_of(engine)->block);
}

enum engine_result blk_flush(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	if (!(virtio->device->accepted & VIRTIO_BIT(VIRTIO_BLK_F_FLUSH)))
		return ENGINE_DONE;
	if (!submit(engine, VIRTIO_BLK_T_FLUSH, 0, 0, 0, false))
		return ENGINE_FAILED;
	return wait(engine, ENGINE_LIMIT);
}

enum engine_result blk_serial(struct engine *engine, char *serial)
{
	struct virtio_engine *virtio = engine->state;
	uint64_t data = virtio_engine_number(virtio, AREA_DATA);
	enum engine_result result;

	if (!submit(engine, VIRTIO_BLK_T_GET_ID, 0, data, VIRTIO_BLK_ID_BYTES, true))
		return ENGINE_FAILED;
	result = wait(engine, ENGINE_LIMIT);
	if (result == ENGINE_DONE)
		memcpy(serial, virtio_engine_pointer(virtio, AREA_DATA), VIRTIO_BLK_ID_BYTES);
	serial[result == ENGINE_DONE ? VIRTIO_BLK_ID_BYTES : 0] = 0;
	return result;
}

static uint32_t block_size(const struct virtio_device *device)
{
	uint64_t size;

	if (!(device->offered & VIRTIO_BIT(VIRTIO_BLK_F_BLK_SIZE)) ||
	    !virtio_config_read(device, offsetof(struct virtio_blk_config, blk_size), sizeof(__u32), &size))
		return SECTOR_SIZE;
	return size < SECTOR_SIZE ? SECTOR_SIZE : size;
}

/* A device must take sectors, whatever block size it says is best. QEMU's does not, and takes nothing but blocks. */
static void look_at_blocks(struct engine *engine, struct disk *disk)
{
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	uint64_t capacity = blk_capacity(device);
	uint32_t sectors;

	disk->block = SECTOR_SIZE;
	if (block_size(device) > SECTOR_SIZE &&
	    (capacity == 0 ||
	     !submit(engine, VIRTIO_BLK_T_IN, 0, virtio_engine_number(engine->state, AREA_DATA), SECTOR_SIZE, true) ||
	     wait(engine, ENGINE_LIMIT) == ENGINE_FAILED))
		disk->block = block_size(device);
	sectors = disk->block / SECTOR_SIZE;
	disk->sectors = capacity / sectors * sectors;
}

/*
 * Reading may bring nothing, and be done: what holds no data leaves the buffer as it is (QEMU's null-co). It is that,
 * and no fault of the device's, if another request's data arrive in the very same buffer.
 */
static bool brings_nothing(struct engine *engine)
{
	uint8_t *data = virtio_engine_pointer(engine->state, AREA_DATA);
	const struct disk *disk = disk_of(engine);
	char serial[BLK_SERIAL];
	uint64_t number = virtio_engine_number(engine->state, AREA_DATA);

	for (unsigned fill = 0x55; fill <= 0xaa; fill += 0x55) {
		memset(data, fill, disk->block);
		if (!submit(engine, VIRTIO_BLK_T_IN, 0, number, disk->block, true) ||
		    wait(engine, ENGINE_LIMIT) != ENGINE_DONE)
			return false;
		for (uint32_t i = 0; i < disk->block; i++)
			if (data[i] != fill)
				return false;
	}
	return blk_serial(engine, serial) == ENGINE_DONE && data[0] != 0xaa;
}

/* What cannot be read for another reason is not known, and its tests say what is wrong. */
static void look(struct engine *engine, struct disk *disk)
{
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	char sector[SECTOR_SIZE];

	look_at_blocks(engine, disk);
	if (disk_unusable(disk)) {
		disk_only_answers(disk, disk_unusable(disk));
	} else if (brings_nothing(engine)) {
		disk_only_answers(disk, "reading it brings nothing, so that it can only be made to answer: "
				  "give it an image, or null-co read-zeroes=on");
	} else {
		if (blk_read(engine, 0, 1, sector) != ENGINE_DONE)
			return;
		disk_settle(disk, device->offered & VIRTIO_BIT(VIRTIO_BLK_F_RO), disk_has_signature(sector),
			    destructive);
	}
	disk->known = true;
}

static bool blk_start(struct engine *engine)
{
	return virtio_engine_queue(engine, QUEUE_REQUESTS, 16);
}

static bool blk_ready(struct engine *engine)
{
	struct disk *disk = disk_of(engine);

	if (!disk->known)
		look(engine, disk);
	disk_settle_engine(engine, ANSWER);
	return true;
}

static bool refuse(struct engine *engine, const char *fault)
{
	format(engine->fault, sizeof(engine->fault), "%s", fault);
	return false;
}

/* The disk may have become smaller. */
static bool blk_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	const struct virtio_engine *virtio = engine->state;
	const struct disk *disk = disk_of(engine);
	uint64_t sector = disk_engine_sector(disk, direction, size);

	if (direction == DMA_DEVICE_READS && disk_not_writable(disk))
		return refuse(engine, disk_not_writable(disk));
	if (disk->answers)
		return submit_unknown(engine, address);
	if (blk_capacity(virtio->device) < sector + size / SECTOR_SIZE)
		return refuse(engine, "the disk is too small");
	return submit(engine, direction == DMA_DEVICE_WRITES ? VIRTIO_BLK_T_IN : VIRTIO_BLK_T_OUT, sector, address,
		      size, direction == DMA_DEVICE_WRITES);
}

static enum engine_result blk_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_used used;
	enum engine_result result = disk_of(engine)->answers ?
				    virtio_engine_wait(engine, QUEUE_REQUESTS, limit, &used) : wait(engine, limit);

	if (result != ENGINE_DONE || virtio->direction != DMA_DEVICE_READS || !seen)
		return result;
	return blk_read(engine, SCRATCH_FIRST_WRITABLE, virtio->size / SECTOR_SIZE, seen);
}

static const struct virtio_driver blk = {
	.type = VIRTIO_ID_BLOCK,
	.features = VIRTIO_BIT(VIRTIO_BLK_F_FLUSH) | VIRTIO_BIT(VIRTIO_BLK_F_RO) | VIRTIO_BIT(VIRTIO_BLK_F_BLK_SIZE) |
		    VIRTIO_BIT(VIRTIO_BLK_F_DISCARD) | VIRTIO_BIT(VIRTIO_BLK_F_WRITE_ZEROES),
	.multiqueue = VIRTIO_BIT(VIRTIO_BLK_F_MQ),
	.directions = DMA_DEVICE_BOTH,
	.largest = DISK_LARGEST,
	.granule = SECTOR_SIZE,
	.request_queue = QUEUE_REQUESTS,
	.chain = 3,
	.area_frames = 1,
	.start = blk_start,
	.ready = blk_ready,
	.begin = blk_begin,
	.finish = blk_finish,
};
VIRTIO_DRIVER(blk);
