/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SCSI host: see scsi.h. As an engine it writes memory by READ(10) and reads memory by WRITE(10), which is then
 * read back into a buffer of the driver's own to learn what the device had seen. Where nothing is there to be read, it
 * still answers, and what it writes is the response to a command. Which unit is used is scsi_units.c's.
 *
 * Source: VIRTIO 1.4, section 5.6; SCSI Primary Commands (INQUIRY, TEST UNIT READY) and SCSI Block Commands (READ(10),
 * WRITE(10)).
 */
#include "drivers/virtio/device/scsi.h"

#include <linux/virtio_ids.h>

#include "boot/string.h"
#include "drivers/virtio/device/blk.h"
#include "drivers/virtio/device/scsi_units.h"
#include "drivers/virtio/fields.h"

#define QUEUE_CONTROL	0
#define QUEUE_EVENT	1
#define QUEUE_REQUESTS	2

#define TEST_UNIT_READY	0x00
#define INQUIRY		0x12
#define READ_10		0x28
#define WRITE_10	0x2a
#define   INQUIRY_PAGE		0x01	/* byte 1: a vital product data page is asked for */
#define   PAGE_SERIAL		0x80

/* The area: request, response, data. */
#define AREA_REQUEST	0
#define AREA_RESPONSE	64
#define AREA_DATA	4096

#define SENSE_KEY	2			/* its byte in sense data of the fixed format */
#define RESPONSE_NONE	0xee			/* no response the specification knows */
/*
 * What is written where nothing can be read: the first word of the response, whose rest says into our own memory how
 * the command went. A legacy driver must not cut the response (DRV-SCSILEG-3): there it is all of it, in whole words.
 */
#define ANSWER			8u
#define ANSWER_WHOLE		112u

/* In virtio_engine.private_words. */
struct scsi_state {
	struct scsi_command command;	/* under way, of the engine's */
};

static struct scsi_state *scsi_state(const struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	_Static_assert(sizeof(struct scsi_state) <= sizeof(virtio->private_words), "private words");
	return (struct scsi_state *)virtio->private_words;
}

/* The fixed form: 1, target, unit of the flat kind; and that of the one well-known unit that is given by it. */
static void put_unit(uint8_t *lun, const struct scsi_command *command)
{
	memset(lun, 0, 8);
	if (command->unit == SCSI_REPORT_LUNS) {
		lun[0] = SCSI_REPORT_LUNS >> 8;
		lun[1] = SCSI_REPORT_LUNS & 0xff;
		return;
	}
	lun[0] = 1;
	lun[1] = command->target;
	lun[2] = 0x40 | command->unit >> 8;
	lun[3] = command->unit;
}

static struct virtqueue_buffer make_request(struct engine *engine, const struct scsi_command *command)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_scsi_cmd_req *request = virtio_engine_pointer(virtio, AREA_REQUEST);

	memset(request, 0, sizeof(*request));
	put_unit(request->lun, command);
	memcpy(request->cdb, command->cdb, sizeof(request->cdb));
	return (struct virtqueue_buffer) { virtio_engine_number(virtio, AREA_REQUEST), sizeof(*request), false };
}

static bool submit(struct engine *engine, const struct scsi_command *command)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_scsi_cmd_resp *response = virtio_engine_pointer(virtio, AREA_RESPONSE);
	struct virtqueue_buffer chain[3] = { make_request(engine, command) };
	unsigned count = 1;

	memset(response, 0, sizeof(*response));
	response->response = RESPONSE_NONE;
	if (command->size && !command->device_writes)
		chain[count++] = (struct virtqueue_buffer) { command->data, command->size, false };
	chain[count++] = (struct virtqueue_buffer) {
		virtio_engine_number(virtio, AREA_RESPONSE), sizeof(*response), true,
	};
	if (command->size && command->device_writes)
		chain[count++] = (struct virtqueue_buffer) { command->data, command->size, true };
	return virtio_engine_submit(engine, QUEUE_REQUESTS, chain, count);
}

static uint32_t answer_size(const struct engine *engine)
{
	return virtio_is_legacy(virtio_engine_of(engine)->device) ? ANSWER_WHOLE : ANSWER;
}

/* The response begins at a number of anybody's. */
static bool submit_answer(struct engine *engine, const struct scsi_command *command, uint64_t answer)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_scsi_cmd_resp *response = virtio_engine_pointer(virtio, AREA_RESPONSE);
	uint32_t size = answer_size(engine);
	struct virtqueue_buffer chain[3] = {
		make_request(engine, command), { answer, size, true },
		{ virtio_engine_number(virtio, AREA_RESPONSE + ANSWER), sizeof(*response) - ANSWER, true },
	};

	_Static_assert(ANSWER_WHOLE >= sizeof(*response) && ANSWER <= offsetof(struct virtio_scsi_cmd_resp, status),
		       "a response");
	response->response = RESPONSE_NONE;
	return virtio_engine_submit(engine, QUEUE_REQUESTS, chain, size == ANSWER ? 3 : 2);
}

static enum engine_result wait(struct engine *engine, uint64_t limit, struct scsi_command *command)
{
	struct virtio_engine *virtio = engine->state;
	const volatile struct virtio_scsi_cmd_resp *response = virtio_engine_pointer(virtio, AREA_RESPONSE);
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait(engine, QUEUE_REQUESTS, limit, &used);

	if (result != ENGINE_DONE)
		return result;
	command->response = response->response;
	command->status = response->status;
	command->sense_key = response->sense[SENSE_KEY] & 0xf;
	command->residual = virtio32_to_cpu(virtio->device, response->resid);
	if (command->response != RESPONSE_NONE)
		return ENGINE_DONE;
	format(engine->fault, sizeof(engine->fault), "the request was used, and its response was not written");
	return ENGINE_FAILED;
}

/* The same for a command that must succeed. */
static enum engine_result wait_good(struct engine *engine, uint64_t limit, struct scsi_command *command)
{
	enum engine_result result = wait(engine, limit, command);

	if (result != ENGINE_DONE || (command->response == VIRTIO_SCSI_S_OK && command->status == SCSI_GOOD))
		return result;
	format(engine->fault, sizeof(engine->fault), "command %#x: response %u, status %#x", command->cdb[0],
	       command->response, command->status);
	return ENGINE_FAILED;
}

enum engine_result scsi_run(struct engine *engine, struct scsi_command *command)
{
	return submit(engine, command) ? wait(engine, ENGINE_LIMIT, command) : ENGINE_FAILED;
}

enum engine_result scsi_ask(struct engine *engine, struct scsi_command *command, void *data, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	enum engine_result result;

	if (size > SCSI_DATA)
		return ENGINE_FAILED;
	memset(virtio_engine_pointer(virtio, AREA_DATA), 0, size);
	command->data = virtio_engine_number(virtio, AREA_DATA);
	command->size = size;
	command->device_writes = true;
	result = scsi_run(engine, command);
	if (result == ENGINE_DONE)
		memcpy(data, virtio_engine_pointer(virtio, AREA_DATA), size);
	return result;
}

struct scsi_command scsi_to_unit(const struct engine *engine, const struct scsi_command *command)
{
	const struct disk *disk = disk_of(engine);
	struct scsi_command addressed = *command;

	addressed.target = disk->target;
	addressed.unit = disk->unit;
	return addressed;
}

/* READ(10) and WRITE(10) of whole blocks: number of the first and count are big-endian. */
static struct scsi_command transfer(const struct engine *engine, bool device_writes, uint64_t sector, uint32_t size,
				    uint64_t number)
{
	const struct disk *disk = disk_of(engine);
	uint32_t first = sector / (disk->block / SECTOR_SIZE), count = size / disk->block;

	return scsi_to_unit(engine, &(struct scsi_command) {
		.cdb = { device_writes ? READ_10 : WRITE_10, 0, first >> 24, first >> 16, first >> 8, first,
			 0, count >> 8, count },
		.data = number, .size = size, .device_writes = device_writes,
	});
}

enum engine_result scsi_write_from(struct engine *engine, uint64_t sector, uint64_t number)
{
	const struct disk *disk = disk_of(engine);
	struct scsi_command command = transfer(engine, false, sector, disk->block, number);

	if (disk_not_writable(disk) || sector % (disk->block / SECTOR_SIZE) || !submit(engine, &command))
		return ENGINE_FAILED;
	return wait_good(engine, ENGINE_LIMIT, &command);
}

enum engine_result scsi_read(struct engine *engine, uint64_t sector, unsigned count, void *bytes)
{
	struct virtio_engine *virtio = engine->state;
	struct scsi_command command;
	enum engine_result result;
	struct disk_span span;

	if (!disk_span(disk_of(engine), sector, count, &span))
		return ENGINE_FAILED;
	command = transfer(engine, true, span.first, span.size, virtio_engine_number(virtio, AREA_DATA));
	if (!submit(engine, &command))
		return ENGINE_FAILED;
	result = wait_good(engine, ENGINE_LIMIT, &command);
	if (result == ENGINE_DONE)
		memcpy(bytes, virtio_engine_pointer(virtio, AREA_DATA + span.skip), count * SECTOR_SIZE);
	return result;
}

bool scsi_serial(struct engine *engine, char *serial)
{
	uint8_t page[64];
	struct scsi_command command = scsi_to_unit(engine, &(struct scsi_command) {
		.cdb = { INQUIRY, INQUIRY_PAGE, PAGE_SERIAL, 0, sizeof(page) },
	});
	unsigned length;

	serial[0] = 0;
	if (scsi_ask(engine, &command, page, sizeof(page)) != ENGINE_DONE || command.status != SCSI_GOOD ||
	    page[1] != PAGE_SERIAL)
		return false;
	length = page[3] < BLK_SERIAL - 1 ? page[3] : BLK_SERIAL - 1;
	memcpy(serial, page + 4, length);
	serial[length] = 0;
	return length > 0;
}

static bool scsi_start(struct engine *engine)
{
	return virtio_engine_queue(engine, QUEUE_CONTROL, 16) && virtio_engine_queue(engine, QUEUE_EVENT, 16) &&
	       virtio_engine_queue(engine, QUEUE_REQUESTS, 16);
}

static bool scsi_ready(struct engine *engine)
{
	struct disk *disk = disk_of(engine);

	if (!disk->known && !scsi_find_unit(engine, disk))
		return false;
	if (!disk->answers && !scsi_unit_ready(engine)) {
		format(engine->fault, sizeof(engine->fault), "target %u, unit %u does not become ready any more",
		       disk->target, disk->unit);
		return false;
	}
	disk_settle_engine(engine, answer_size(engine));
	return true;
}

static bool scsi_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	static const struct scsi_command is_ready = { .cdb = { TEST_UNIT_READY } };
	struct scsi_state *state = scsi_state(engine);
	const struct disk *disk = disk_of(engine);

	if (direction == DMA_DEVICE_READS && disk_not_writable(disk)) {
		format(engine->fault, sizeof(engine->fault), "%s", disk_not_writable(disk));
		return false;
	}
	if (disk->answers) {
		state->command = scsi_to_unit(engine, &is_ready);
		return submit_answer(engine, &state->command, address);
	}
	state->command = transfer(engine, direction == DMA_DEVICE_WRITES, disk_engine_sector(disk, direction, size),
				  size, address);
	return submit(engine, &state->command);
}

static enum engine_result finish_answer(struct engine *engine, uint64_t limit)
{
	uint8_t expected = disk_of(engine)->present ? VIRTIO_SCSI_S_OK : VIRTIO_SCSI_S_BAD_TARGET;
	struct scsi_command *command = &scsi_state(engine)->command;
	struct virtqueue_used used;
	enum engine_result result;

	if (answer_size(engine) == ANSWER_WHOLE)
		return virtio_engine_wait(engine, QUEUE_REQUESTS, limit, &used);
	result = wait(engine, limit, command);
	if (result != ENGINE_DONE || command->response == expected)
		return result;
	format(engine->fault, sizeof(engine->fault), "command %#x: response %u, not %u", command->cdb[0],
	       command->response, expected);
	return ENGINE_FAILED;
}

static enum engine_result scsi_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	enum engine_result result;

	if (disk_of(engine)->answers)
		return finish_answer(engine, limit);
	result = wait_good(engine, limit, &scsi_state(engine)->command);
	if (result != ENGINE_DONE || virtio->direction != DMA_DEVICE_READS || !seen)
		return result;
	return scsi_read(engine, SCRATCH_FIRST_WRITABLE, virtio->size / SECTOR_SIZE, seen);
}

static const struct virtio_driver scsi = {
	.type = VIRTIO_ID_SCSI,
	.directions = DMA_DEVICE_BOTH,
	.largest = DISK_LARGEST,
	.granule = SECTOR_SIZE,
	.request_queue = QUEUE_REQUESTS,
	.chain = 3,
	.area_frames = 1,
	.start = scsi_start,
	.ready = scsi_ready,
	.begin = scsi_begin,
	.finish = scsi_finish,
};
VIRTIO_DRIVER(scsi);
