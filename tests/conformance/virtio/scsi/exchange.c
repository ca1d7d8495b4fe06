/* SPDX-License-Identifier: BSD-2-Clause */
/* Exchanges with a SCSI host: see scsi.h. */
#include "tests/conformance/virtio/scsi/scsi.h"

#include "boot/byteorder.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"

/* Bytes behind the last part that are looked at. */
#define MARGIN		256u

_Static_assert(EXCHANGE_DATA + EXCHANGE_DATA_MOST + MARGIN <= FRAME_SIZE, "an exchange");

/* What an exchange's frame held when the device got it. */
static uint8_t before[EXCHANGES][EXCHANGE_DATA + EXCHANGE_DATA_MOST + MARGIN];

static const struct virtio_device *device_of(const struct exchanges *all)
{
	return virtio_engine_of(all->engine)->device;
}

bool exchanges_start(struct trial *trial, struct exchanges *all, unsigned count)
{
	struct engine *engine = trial->subject->engine;

	if (!trial_start(trial, engine))
		return false;
	*all = (struct exchanges) { .engine = engine, .count = count };
	if (virtio_area_make(device_of(all), &all->area, count))
		return true;
	trial_error(trial, "no memory for %u exchanges", count);
	return false;
}

void exchanges_end(struct exchanges *all)
{
	engine_stop(all->engine);
	dma_area_release(&all->area);
}

static struct exchange *begin(struct exchanges *all, unsigned number, uint16_t queue, uint32_t request,
			      uint32_t response)
{
	struct exchange *exchange = &all->each[number];

	*exchange = (struct exchange) {
		.queue = queue, .request = request, .response = response,
		.frame = (uint8_t *)arch_pointer(all->area.memory) + number * FRAME_SIZE,
		.number = virtio_address(device_of(all), &all->area.map, number * FRAME_SIZE),
	};
	memset(exchange->frame, SCSI_PATTERN, FRAME_SIZE);
	memset(exchange->frame + EXCHANGE_REQUEST, 0, request);
	return exchange;
}

/* A target, and a unit of the flat kind. */
static void put_unit(uint8_t *lun, const struct scsi_command *command)
{
	lun[0] = 1;
	lun[1] = command->target;
	lun[2] = 0x40 | command->unit >> 8;
	lun[3] = command->unit;
}

void exchange_address(struct exchange *exchange, const uint8_t lun[8])
{
	struct virtio_scsi_cmd_req *request = (void *)(exchange->frame + EXCHANGE_REQUEST);

	memcpy(request->lun, lun, sizeof(request->lun));
}

void exchange_command(struct exchanges *all, unsigned number, const struct scsi_command *command)
{
	struct exchange *exchange = begin(all, number, QUEUE_REQUESTS, sizeof(struct virtio_scsi_cmd_req),
					  sizeof(struct virtio_scsi_cmd_resp));
	struct virtio_scsi_cmd_req *request = (void *)(exchange->frame + EXCHANGE_REQUEST);

	put_unit(request->lun, command);
	memcpy(request->cdb, command->cdb, sizeof(request->cdb));
	exchange->in = command->device_writes ? command->size : 0;
	exchange->out = command->device_writes ? 0 : command->size;
}

void exchange_tag(const struct exchanges *all, struct exchange *exchange, uint64_t tag)
{
	struct virtio_scsi_cmd_req *request = (void *)(exchange->frame + EXCHANGE_REQUEST);

	request->tag = cpu_to_virtio64(device_of(all), tag);
}

void exchange_function(struct exchanges *all, unsigned number, uint32_t subtype, const struct scsi_command *unit,
		       uint64_t tag)
{
	struct exchange *exchange = begin(all, number, QUEUE_CONTROL, sizeof(struct virtio_scsi_ctrl_tmf_req),
					  sizeof(struct virtio_scsi_ctrl_tmf_resp));
	struct virtio_scsi_ctrl_tmf_req *request = (void *)(exchange->frame + EXCHANGE_REQUEST);

	request->type = cpu_to_virtio32(device_of(all), VIRTIO_SCSI_T_TMF);
	request->subtype = cpu_to_virtio32(device_of(all), subtype);
	request->tag = cpu_to_virtio64(device_of(all), tag);
	put_unit(request->lun, unit);
}

bool exchange_add(struct trial *trial, struct exchanges *all, unsigned number)
{
	uint64_t frame = all->each[number].number;

	return exchange_add_at(trial, all, number, frame + EXCHANGE_REQUEST, frame + EXCHANGE_RESPONSE);
}

/* The readable parts first; what has no bytes has no descriptor. */
bool exchange_add_at(struct trial *trial, struct exchanges *all, unsigned number, uint64_t request, uint64_t response)
{
	struct exchange *exchange = &all->each[number];
	const struct virtqueue_buffer parts[] = {
		{ request, exchange->request, false },
		{ exchange->number + EXCHANGE_DATA, exchange->out, false },
		{ response, exchange->response, true },
		{ exchange->number + EXCHANGE_DATA + (exchange->out ? EXCHANGE_DATA_MOST / 2 : 0), exchange->in, true },
	};
	struct virtqueue_buffer chain[4];
	unsigned count = 0;
	int head;

	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].size)
			chain[count++] = parts[i];
	memcpy(before[number], exchange->frame, sizeof(before[number]));
	head = virtqueue_add(&virtio_engine_of(all->engine)->queues[exchange->queue], chain, count);
	if (head < 0) {
		trial_error(trial, "no room in queue %u", exchange->queue);
		return false;
	}
	exchange->head = head;
	exchange->pending = true;
	return true;
}

void exchanges_show(struct exchanges *all, uint16_t index)
{
	struct virtio_engine *virtio = virtio_engine_of(all->engine);
	struct virtqueue *queue = &virtio->queues[index];

	virtqueue_publish(queue);
	if (!(virtio_engine_mode(virtio)->features & VIRTIO_EVENT_IDX) || virtqueue_wants_notification(queue))
		virtqueue_notify(queue);
}

/* Is this byte of the frame one that the device was given to write? */
static bool given(const struct exchange *exchange, uint32_t at)
{
	uint32_t data = EXCHANGE_DATA + (exchange->out ? EXCHANGE_DATA_MOST / 2 : 0);

	return (at >= EXCHANGE_RESPONSE && at < EXCHANGE_RESPONSE + exchange->response) ||
	       (at >= data && at < data + exchange->in);
}

static bool expect_nothing_beside(struct trial *trial, const struct exchanges *all, unsigned number)
{
	const struct exchange *exchange = &all->each[number];
	uint32_t end = EXCHANGE_DATA + exchange->in + exchange->out + MARGIN;

	if (end > sizeof(before[number]))
		end = sizeof(before[number]);
	for (uint32_t at = 0; at < end; at++)
		if (exchange->frame[at] != before[number][at] && !given(exchange, at))
			return expect(trial, false, "a byte beside what the device may write has moved: %d from the "
				      "response, %d from the data",
				      (int)(at - EXCHANGE_RESPONSE), (int)(at - EXCHANGE_DATA));
	return true;
}

static bool note_back(struct trial *trial, struct exchanges *all, uint16_t queue, const struct virtqueue_used *used)
{
	for (unsigned i = 0; i < all->count; i++) {
		struct exchange *exchange = &all->each[i];

		if (!exchange->pending || exchange->queue != queue || exchange->head != used->head)
			continue;
		exchange->pending = false;
		exchange->used = true;
		exchange->length = used->length;
		return expect_nothing_beside(trial, all, i);
	}
	return expect(trial, false, "queue %u: a buffer came back that is no exchange's", queue);
}

bool exchange_wait(struct trial *trial, struct exchanges *all, unsigned number)
{
	const struct exchange *exchange = &all->each[number];

	while (!exchange->used) {
		struct virtqueue_used used;
		enum engine_result result = virtio_engine_wait(all->engine, exchange->queue, ENGINE_LIMIT, &used);

		if (!expect(trial, result == ENGINE_DONE, "a request in queue %u does not come back: %s",
			    exchange->queue, all->engine->fault) ||
		    !note_back(trial, all, exchange->queue, &used)) {
			engine_stop(all->engine);
			return false;
		}
	}
	return true;
}

bool exchange_is_back(struct trial *trial, struct exchanges *all, unsigned number)
{
	const struct exchange *exchange = &all->each[number];
	struct virtqueue_used used;

	while (!exchange->used && virtqueue_take(&virtio_engine_of(all->engine)->queues[exchange->queue], &used) ==
	       QUEUE_USED)
		if (!note_back(trial, all, exchange->queue, &used))
			return false;
	return exchange->used;
}

bool exchange_run(struct trial *trial, struct exchanges *all, unsigned number)
{
	if (!exchange_add(trial, all, number))
		return false;
	exchanges_show(all, all->each[number].queue);
	return exchange_wait(trial, all, number);
}

struct scsi_answer exchange_answer(const struct exchanges *all, const struct exchange *exchange)
{
	const struct virtio_scsi_cmd_resp *response = (const void *)(exchange->frame + EXCHANGE_RESPONSE);

	return (struct scsi_answer) {
		.response = response->response, .status = response->status,
		.residual = virtio32_to_cpu(device_of(all), response->resid),
		.sense_length = virtio32_to_cpu(device_of(all), response->sense_len),
		.sense = response->sense,
	};
}

uint8_t exchange_control_answer(const struct exchange *exchange)
{
	return exchange->frame[EXCHANGE_RESPONSE + exchange->response - 1];
}

/* Response codes 0x70 and 0x71 are of the fixed format, 0x72 and 0x73 of the one with descriptors. */
static bool descriptors(const struct scsi_answer *answer)
{
	return (answer->sense[0] & 0x7e) == 0x72;
}

uint8_t sense_key(const struct scsi_answer *answer)
{
	return answer->sense_length < 4 ? 0 : answer->sense[descriptors(answer) ? 1 : 2] & 0xf;
}

uint16_t sense_code(const struct scsi_answer *answer)
{
	const uint8_t *code = answer->sense + (descriptors(answer) ? 2 : 12);

	return answer->sense_length < (descriptors(answer) ? 4 : 14) ? 0 : code[0] << 8 | code[1];
}

bool expect_answer(struct trial *trial, const struct exchanges *all, unsigned number, const char *what,
		   uint8_t response, uint8_t status)
{
	struct scsi_answer answer = exchange_answer(all, &all->each[number]);

	return expect(trial, answer.response == response, "%s: response %u, not %u", what, answer.response, response) &&
	       expect(trial, response != VIRTIO_SCSI_S_OK || answer.status == status,
		      "%s: status %#x, not %#x (sense key %u, code %#x)", what, answer.status, status,
		      sense_key(&answer), sense_code(&answer));
}

bool exchange_ends(struct trial *trial, struct exchanges *all, unsigned number, const char *what, uint8_t response,
		   uint8_t status)
{
	return exchange_run(trial, all, number) && expect_answer(trial, all, number, what, response, status);
}

bool settle_unit(struct trial *trial, struct exchanges *all, const struct scsi_command *unit)
{
	struct scsi_command ready = { .target = unit->target, .unit = unit->unit, .cdb = { TEST_UNIT_READY } };

	for (unsigned i = 0; i < ATTENTIONS; i++) {
		struct scsi_answer answer;

		exchange_command(all, 0, &ready);
		if (!exchange_run(trial, all, 0))
			return false;
		answer = exchange_answer(all, &all->each[0]);
		if (answer.response == VIRTIO_SCSI_S_OK && answer.status == SCSI_GOOD)
			return true;
	}
	return expect(trial, false, "unit %u at target %u does not become ready", unit->unit, unit->target);
}

uint64_t scsi_number(const uint8_t *bytes, unsigned size)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < size; i++)
		value = value << 8 | bytes[i];
	return value;
}

struct scsi_command scsi_inquiry(const struct engine *engine, uint8_t length, uint32_t room)
{
	return scsi_to_unit(engine, &(struct scsi_command) {
		.cdb = { [0] = INQUIRY, [4] = length }, .size = room, .device_writes = true,
	});
}

struct scsi_command scsi_transfer(const struct engine *engine, uint8_t code, uint64_t block, uint32_t count)
{
	struct scsi_command command = scsi_to_unit(engine, &(struct scsi_command) {
		.cdb = { code }, .size = count * disk_of(engine)->block,
		.device_writes = code == READ_10 || code == READ_16,
	});
	bool is_long = code == READ_16 || code == WRITE_16;

	for (unsigned i = 0; i < (is_long ? 8 : 4); i++)
		command.cdb[(is_long ? 9 : 5) - i] = block >> 8 * i;
	for (unsigned i = 0; i < (is_long ? 4 : 2); i++)
		command.cdb[(is_long ? 13 : 8) - i] = count >> 8 * i;
	return command;
}

bool once_an_interface(const struct subject *subject)
{
	return virtio_engine_of(subject->engine)->mode->features == 0;
}

const char *scsi_needs_unit(const struct subject *subject)
{
	const struct disk *disk = disk_of(subject->engine);

	return disk->known && !disk->present ? disk->no_reads : NULL;
}

const char *scsi_needs_medium(const struct subject *subject)
{
	const struct disk *disk = disk_of(subject->engine);

	return disk->answers ? disk->no_reads : NULL;
}

const char *scsi_needs_scratch(const struct subject *subject)
{
	return subject->engine->no_reads;
}
