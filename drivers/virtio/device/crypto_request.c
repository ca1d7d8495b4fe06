/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of a crypto device one by one: see crypto_request.h. */
#include "drivers/virtio/device/crypto_request.h"

#include "boot/byteorder.h"
#include "boot/clock.h"
#include "boot/string.h"

#define QUEUE_DATA	0
#define QUEUE_CONTROL	1		/* crypto.c does not start a device with more than one data queue */

/* The area: message, input; then, all of it a pattern, output, answer and status. */
#define AREA_MESSAGE	0
#define AREA_INPUT	256
#define AREA_PATTERN	2048
#define   AREA_OUTPUT	(AREA_PATTERN + 128)
#define   AREA_ANSWER	(AREA_PATTERN + 1536)
#define AREA_END	4096
#define PATTERN		0x5a

_Static_assert(AREA_INPUT + CRYPTO_INPUT_MOST <= AREA_PATTERN, "room for the input");
_Static_assert(AREA_OUTPUT + CRYPTO_OUTPUT_MOST < AREA_ANSWER, "room for the output, and a pattern behind it");

/* What an indirect table, and the control queue, have room for; the half of it for what the device reads. */
#define CHAIN_MOST	VIRTQUEUE_TABLE_ENTRIES
#define READ_MOST	(CHAIN_MOST / 2)

struct pieces {
	struct virtqueue_buffer buffers[CHAIN_MOST];
	unsigned count;
};

/* Bytes from a number on, in pieces of cut bytes, and one with the rest when the chain would become too long. */
static void add(struct pieces *pieces, uint64_t number, uint32_t size, uint32_t cut, bool device_writes)
{
	unsigned most = device_writes ? CHAIN_MOST - 1 : READ_MOST;

	while (size) {
		uint32_t part = cut && cut < size && pieces->count + 1 < most ? cut : size;

		pieces->buffers[pieces->count++] = (struct virtqueue_buffer) { number, part, device_writes };
		number += part;
		size -= part;
	}
}

static void begin(struct virtio_engine *virtio, struct pieces *pieces, const void *message, uint32_t size)
{
	pieces->count = 0;
	memcpy(virtio_engine_pointer(virtio, AREA_MESSAGE), message, size);
	memset(virtio_engine_pointer(virtio, AREA_PATTERN), PATTERN, AREA_END - AREA_PATTERN);
	add(pieces, virtio_engine_number(virtio, AREA_MESSAGE), size, 0, false);
}

static enum engine_result ask(struct engine *engine, uint16_t queue, const struct pieces *pieces, uint32_t *length)
{
	struct virtio_engine *virtio = engine->state;
	uint16_t before = virtqueue_used_index(&virtio->queues[queue]);
	struct virtqueue_used used = { 0 };
	enum engine_result result;

	if (!virtio_engine_submit(engine, queue, pieces->buffers, pieces->count))
		return ENGINE_FAILED;
	/* A device that asks for a reset answers nothing any more. */
	poll_until(virtqueue_used_index(&virtio->queues[queue]) != before ||
		   virtio_status(virtio->device) & VIRTIO_CONFIG_S_NEEDS_RESET, ENGINE_LIMIT);
	if (virtqueue_used_index(&virtio->queues[queue]) == before &&
	    virtio_status(virtio->device) & VIRTIO_CONFIG_S_NEEDS_RESET) {
		format(engine->fault, sizeof(engine->fault), "the device asks for a reset");
		return ENGINE_FAILED;
	}
	result = virtio_engine_wait(engine, queue, ENGINE_LIMIT, &used);
	*length = used.length;
	return result;
}

/* Is all of the pattern there still, but for bytes of two places? */
static bool beside_all_is_well(const struct virtio_engine *virtio, uint32_t output_size, uint32_t answer_size)
{
	const uint8_t *area = virtio_engine_pointer(virtio, 0);

	for (uint32_t i = AREA_PATTERN; i < AREA_END; i++) {
		bool given = (i >= AREA_OUTPUT && i < AREA_OUTPUT + output_size) ||
			     (i >= AREA_ANSWER && i < AREA_ANSWER + answer_size);

		if (!given && area[i] != PATTERN)
			return false;
	}
	return true;
}

static enum engine_result ask_control(struct engine *engine, struct crypto_control *request, uint32_t answer_size)
{
	struct virtio_engine *virtio = engine->state;
	enum engine_result result;
	struct pieces pieces;

	if (request->size > CRYPTO_INPUT_MOST)
		return ENGINE_FAILED;
	begin(virtio, &pieces, &request->message, sizeof(request->message));
	if (request->size)
		memcpy(virtio_engine_pointer(virtio, AREA_INPUT), request->key, request->size);
	add(&pieces, request->key_at ? request->key_at : virtio_engine_number(virtio, AREA_INPUT), request->size,
	    request->cut, false);
	memset(virtio_engine_pointer(virtio, AREA_ANSWER), CRYPTO_NO_STATUS, answer_size);
	add(&pieces, request->answer_at ? request->answer_at : virtio_engine_number(virtio, AREA_ANSWER), answer_size,
	    request->cut, true);
	result = ask(engine, QUEUE_CONTROL, &pieces, &request->length);
	request->strayed = !beside_all_is_well(virtio, 0, answer_size);
	return result;
}

enum engine_result crypto_ask_session(struct engine *engine, struct crypto_control *request)
{
	const struct virtio_crypto_session_input *answer = virtio_engine_pointer(engine->state, AREA_ANSWER);
	enum engine_result result = ask_control(engine, request, sizeof(*answer));

	request->session = le64_to_cpu(answer->session_id);
	request->status = le32_to_cpu(answer->status);
	return result;
}

enum engine_result crypto_ask_end(struct engine *engine, uint32_t opcode, struct crypto_control *request)
{
	const uint8_t *status = virtio_engine_pointer(engine->state, AREA_ANSWER);
	enum engine_result result;

	memset(&request->message, 0, sizeof(request->message));
	request->message.header.opcode = cpu_to_le32(opcode);
	request->message.u.destroy_session.session_id = cpu_to_le64(request->session);
	request->size = 0;
	result = ask_control(engine, request, sizeof(struct virtio_crypto_inhdr));
	request->status = *status;
	return result;
}

static uint32_t put_input(const struct virtio_engine *virtio, const struct crypto_data *request)
{
	uint32_t size = 0;

	for (unsigned i = 0; i < 3; i++) {
		if (!request->input_size[i] || size + request->input_size[i] > CRYPTO_INPUT_MOST)
			continue;
		memcpy(virtio_engine_pointer(virtio, AREA_INPUT + size), request->input[i], request->input_size[i]);
		size += request->input_size[i];
	}
	return size;
}

enum engine_result crypto_ask_data(struct engine *engine, struct crypto_data *request)
{
	struct virtio_engine *virtio = engine->state;
	uint8_t *output = virtio_engine_pointer(virtio, AREA_OUTPUT);
	uint8_t *status = virtio_engine_pointer(virtio, AREA_ANSWER);
	enum engine_result result;
	struct pieces pieces;

	if (request->output_size > CRYPTO_OUTPUT_MOST)
		return ENGINE_FAILED;
	begin(virtio, &pieces, &request->message, sizeof(request->message));
	add(&pieces, virtio_engine_number(virtio, AREA_INPUT), put_input(virtio, request), request->cut, false);
	add(&pieces, virtio_engine_number(virtio, AREA_OUTPUT), request->output_size, request->cut, true);
	*status = CRYPTO_NO_STATUS;
	add(&pieces, virtio_engine_number(virtio, AREA_ANSWER), sizeof(struct virtio_crypto_inhdr), 0, true);
	result = ask(engine, QUEUE_DATA, &pieces, &request->length);
	request->status = *status;
	request->strayed = !beside_all_is_well(virtio, request->output_size, sizeof(struct virtio_crypto_inhdr));
	request->untouched = true;
	for (uint32_t i = 0; i < request->output_size; i++)
		request->untouched = request->untouched && output[i] == PATTERN;
	if (request->output)
		memcpy(request->output, output, request->output_size);
	return result;
}
