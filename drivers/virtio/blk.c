/*
 * The block device: see blk.h. As an engine it writes memory by reading a sector, and reads memory by writing one,
 * which is then read back into a buffer of the driver's own to learn what the device had seen.
 *
 * Source: VIRTIO 1.4, section 5.2.
 */
#include "drivers/virtio/blk.h"

#include <linux/virtio_blk.h>
#include <linux/virtio_ids.h>

#include "boot/string.h"
#include "drivers/virtio/fields.h"

#define QUEUE_REQUESTS	0

/* The area: request header, status byte, data. */
#define AREA_HEADER	0
#define AREA_STATUS	64
#define AREA_DATA	4096
#define DATA_SECTORS	8

#define STATUS_NONE	0xee			/* no status the specification knows */
/* Where the engine's own transfers go: reads from the host's sectors, writes to ours. */
#define ENGINE_READ_SECTOR	1
#define ENGINE_WRITE_SECTOR	SCRATCH_FIRST_WRITABLE

static bool destructive;

/* What is known of a disk, in virtio_engine.private_words. */
struct blk_state {
	bool looked;			/* for the signature */
	bool scratch;
};

static struct blk_state *blk_state(const struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	_Static_assert(sizeof(struct blk_state) <= sizeof(virtio->private_words), "private words");
	return (struct blk_state *)virtio->private_words;
}

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

/* One request: header, data (size 0: none) at a number of anybody's, status. */
static bool submit(struct engine *engine, uint32_t type, uint64_t sector, uint64_t data, uint32_t size, bool device_writes)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_blk_outhdr *header = virtio_engine_pointer(virtio, AREA_HEADER);
	uint8_t *status = virtio_engine_pointer(virtio, AREA_STATUS);
	struct virtqueue_buffer chain[3] = {
		{ virtio_engine_number(virtio, AREA_HEADER), sizeof(*header), false },
		{ data, size, device_writes },
	};
	unsigned count = size ? 2 : 1;

	*header = (struct virtio_blk_outhdr) {
		.type = cpu_to_virtio32(virtio->device, type), .sector = cpu_to_virtio64(virtio->device, sector),
	};
	*status = STATUS_NONE;
	chain[count++] = (struct virtqueue_buffer) { virtio_engine_number(virtio, AREA_STATUS), 1, true };
	return virtio_engine_submit(engine, QUEUE_REQUESTS, chain, count);
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

enum engine_result blk_read(struct engine *engine, uint64_t sector, unsigned count, void *bytes)
{
	struct virtio_engine *virtio = engine->state;
	uint32_t size = count * SECTOR_SIZE;
	enum engine_result result;

	if (count > DATA_SECTORS ||
	    !submit(engine, VIRTIO_BLK_T_IN, sector, virtio_engine_number(virtio, AREA_DATA), size, true))
		return ENGINE_FAILED;
	result = wait(engine, ENGINE_LIMIT);
	if (result == ENGINE_DONE)
		memcpy(bytes, virtio_engine_pointer(virtio, AREA_DATA), size);
	return result;
}

enum engine_result blk_write(struct engine *engine, uint64_t sector, unsigned count, const void *bytes)
{
	struct virtio_engine *virtio = engine->state;
	uint32_t size = count * SECTOR_SIZE;

	if (blk_not_writable(engine) || count > DATA_SECTORS)
		return ENGINE_FAILED;
	memcpy(virtio_engine_pointer(virtio, AREA_DATA), bytes, size);
	if (!submit(engine, VIRTIO_BLK_T_OUT, sector, virtio_engine_number(virtio, AREA_DATA), size, false))
		return ENGINE_FAILED;
	return wait(engine, ENGINE_LIMIT);
}

enum engine_result blk_write_from(struct engine *engine, uint64_t sector, uint64_t number)
{
	if (blk_not_writable(engine) || !submit(engine, VIRTIO_BLK_T_OUT, sector, number, SECTOR_SIZE, false))
		return ENGINE_FAILED;
	return wait(engine, ENGINE_LIMIT);
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

bool blk_is_scratch(struct engine *engine)
{
	struct blk_state *state = blk_state(engine);
	char sector[SECTOR_SIZE];

	if (!state->looked) {
		struct virtio_engine *virtio = engine->state;

		state->looked = true;
		state->scratch = blk_capacity(virtio->device) >= SCRATCH_SECTORS &&
				 blk_read(engine, 0, 1, sector) == ENGINE_DONE &&
				 memcmp(sector, SCRATCH_SIGNATURE, strlen(SCRATCH_SIGNATURE)) == 0;
	}
	return state->scratch;
}

const char *blk_not_writable(const struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;

	if (virtio->device->offered & VIRTIO_BIT(VIRTIO_BLK_F_RO))
		return "the disk is read-only";
	if (blk_capacity(virtio->device) < SCRATCH_SECTORS)
		return "the disk is too small";
	if (destructive || blk_state(engine)->scratch)
		return NULL;
	return "the disk has no scratch signature, and allow=destructive is not given";
}

static bool start(struct engine *engine)
{
	return virtio_engine_queue(engine, QUEUE_REQUESTS, 16);
}

static bool ready(struct engine *engine)
{
	blk_is_scratch(engine);
	engine->no_reads = blk_not_writable(engine);
	return true;
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	const struct virtio_engine *virtio = engine->state;

	if (blk_capacity(virtio->device) < ENGINE_READ_SECTOR + size / SECTOR_SIZE) {
		format(engine->fault, sizeof(engine->fault), "the disk is too small");
		return false;
	}
	if (direction == DMA_DEVICE_WRITES)
		return submit(engine, VIRTIO_BLK_T_IN, ENGINE_READ_SECTOR, address, size, true);
	if (blk_not_writable(engine)) {
		format(engine->fault, sizeof(engine->fault), "%s", blk_not_writable(engine));
		return false;
	}
	return submit(engine, VIRTIO_BLK_T_OUT, ENGINE_WRITE_SECTOR, address, size, false);
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	enum engine_result result = wait(engine, limit);

	if (result != ENGINE_DONE || virtio->direction != DMA_DEVICE_READS || !seen)
		return result;
	return blk_read(engine, ENGINE_WRITE_SECTOR, virtio->size / SECTOR_SIZE, seen);
}

static const struct virtio_driver blk = {
	.type = VIRTIO_ID_BLOCK,
	.features = VIRTIO_BIT(VIRTIO_BLK_F_FLUSH) | VIRTIO_BIT(VIRTIO_BLK_F_RO),
	.multiqueue = VIRTIO_BIT(VIRTIO_BLK_F_MQ),
	.directions = DMA_DEVICE_BOTH,
	.largest = DATA_SECTORS * SECTOR_SIZE,
	.granule = SECTOR_SIZE,
	.request_queue = QUEUE_REQUESTS,
	.chain = 3,
	.area_frames = 1,
	.start = start,
	.ready = ready,
	.begin = begin,
	.finish = finish,
};
VIRTIO_DRIVER(blk);
