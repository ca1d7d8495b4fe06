/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sound device: see sound.h. As an engine it writes memory by telling of stream 0; what it reads is heard by the
 * host alone, so that nobody here can tell.
 *
 * Source: VIRTIO 1.4, section 5.14.
 */
#include "drivers/virtio/device/sound.h"

#include <linux/virtio_ids.h>

#include "boot/byteorder.h"
#include "boot/string.h"

#define QUEUE_CONTROL	0
#define QUEUE_EVENT	1
#define QUEUE_TRANSMIT	2
#define QUEUES		4

/* The area: request, answer, transfer header, transfer status, events, samples. */
#define AREA_REQUEST	0
#define AREA_ANSWER	1024
#define AREA_TRANSFER	3072
#define AREA_STATUS	3136
#define AREA_EVENTS	3200
#define AREA_SAMPLES	4096

#define GUARD		64u		/* bytes before and behind an answer that no one has asked for */

/* Buffers in the event queue, whose events nobody here looks at. */
#define EVENTS		4u

/* An answer about one stream: the status, which goes to our area, and 32 bytes, the transfer. */
#define INFO_SIZE	sizeof(struct virtio_snd_pcm_info)

static struct virtio_snd_query_info query(uint32_t stream)
{
	return (struct virtio_snd_query_info) {
		.hdr.code = cpu_to_le32(VIRTIO_SND_R_PCM_INFO), .start_id = cpu_to_le32(stream),
		.count = cpu_to_le32(1),
		.size = cpu_to_le32(sizeof(struct virtio_snd_pcm_info)),
	};
}

enum engine_result sound_control(struct engine *engine, const void *request, uint32_t size, void *answer,
				 uint32_t answer_size, uint32_t *status)
{
	struct virtio_engine *virtio = engine->state;
	const struct virtio_snd_hdr *header = virtio_engine_pointer(virtio, AREA_ANSWER);
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_REQUEST), size, false },
		{ virtio_engine_number(virtio, AREA_ANSWER), sizeof(*header) + answer_size, true },
	};
	struct virtqueue_used used;
	enum engine_result result;

	if (size > AREA_ANSWER - AREA_REQUEST || answer_size > SOUND_ANSWER)
		return ENGINE_FAILED;
	memcpy(virtio_engine_pointer(virtio, AREA_REQUEST), request, size);
	memset(virtio_engine_pointer(virtio, AREA_ANSWER), 0, sizeof(*header) + answer_size);
	if (!virtio_engine_submit(engine, QUEUE_CONTROL, chain, 2))
		return ENGINE_FAILED;
	result = virtio_engine_wait(engine, QUEUE_CONTROL, ENGINE_LIMIT, &used);
	*status = le32_to_cpu(header->code);
	if (answer_size)
		memcpy(answer, header + 1, answer_size);
	return result;
}

static bool all_unwritten(const uint8_t *bytes, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		if (bytes[i] != SOUND_UNWRITTEN)
			return false;
	return true;
}

enum engine_result sound_ask(struct engine *engine, struct sound_question *question)
{
	struct virtio_engine *virtio = engine->state;
	uint8_t *before = virtio_engine_pointer(virtio, AREA_ANSWER), *room = before + GUARD;
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_REQUEST), question->size, false },
		{ virtio_engine_number(virtio, AREA_ANSWER + GUARD), question->room, true },
	};
	struct virtqueue_used used = { 0 };
	enum engine_result result;

	if (question->size > AREA_ANSWER - AREA_REQUEST || question->room > SOUND_ANSWER)
		return ENGINE_FAILED;
	memcpy(virtio_engine_pointer(virtio, AREA_REQUEST), question->request, question->size);
	memset(before, SOUND_UNWRITTEN, question->room + 2 * GUARD);
	if (!virtio_engine_submit(engine, QUEUE_CONTROL, chain, 2))
		return ENGINE_FAILED;
	result = virtio_engine_wait(engine, QUEUE_CONTROL, ENGINE_LIMIT, &used);
	question->length = used.length;
	question->status = le32_to_cpu(((const struct virtio_snd_hdr *)room)->code);
	memcpy(question->answer, room, question->room);
	question->strayed = !all_unwritten(before, GUARD) || !all_unwritten(room + question->room, GUARD);
	return result;
}

/* Nothing is asked about streams that there are not (DRV-SND-4). */
static bool has_stream(const struct engine *engine, uint32_t stream)
{
	const struct virtio_engine *virtio = engine->state;
	uint64_t streams;

	return virtio_config_read(virtio->device, offsetof(struct virtio_snd_config, streams), sizeof(__u32),
				  &streams) && stream < streams;
}

bool sound_stream(struct engine *engine, uint32_t stream, struct virtio_snd_pcm_info *info)
{
	struct virtio_snd_query_info request = query(stream);
	uint32_t status;

	return has_stream(engine, stream) &&
	       sound_control(engine, &request, sizeof(request), info, sizeof(*info), &status) == ENGINE_DONE &&
	       status == VIRTIO_SND_S_OK;
}

bool sound_play(struct engine *engine, uint32_t stream, const void *samples, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_snd_pcm_xfer *transfer = virtio_engine_pointer(virtio, AREA_TRANSFER);
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_TRANSFER), sizeof(*transfer), false },
		{ virtio_engine_number(virtio, AREA_SAMPLES), size, false },
		{ virtio_engine_number(virtio, AREA_STATUS), sizeof(struct virtio_snd_pcm_status), true },
	};

	if (size > SOUND_LARGEST)
		return false;
	transfer->stream_id = cpu_to_le32(stream);
	memcpy(virtio_engine_pointer(virtio, AREA_SAMPLES), samples, size);
	memset(virtio_engine_pointer(virtio, AREA_STATUS), 0, sizeof(struct virtio_snd_pcm_status));
	return virtio_engine_submit(engine, QUEUE_TRANSMIT, chain, 3);
}

bool sound_played(struct engine *engine, uint32_t *status)
{
	struct virtio_engine *virtio = engine->state;
	const struct virtio_snd_pcm_status *answer = virtio_engine_pointer(virtio, AREA_STATUS);
	struct virtqueue_used used;

	if (virtio_engine_wait(engine, QUEUE_TRANSMIT, ENGINE_LIMIT, &used) != ENGINE_DONE)
		return false;
	*status = le32_to_cpu(answer->status);
	return true;
}

static bool sound_start(struct engine *engine)
{
	engine->no_writes = has_stream(engine, 0) ? NULL : "the device has no stream: give it streams=1, or more";
	for (uint16_t queue = 0; queue < QUEUES; queue++)
		if (!virtio_engine_queue(engine, queue, 16))
			return false;
	return true;
}

/* The event queue may not be empty (DRV-SND-2). */
static bool sound_ready(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;

	for (unsigned i = 0; i < EVENTS && i < virtio->queues[QUEUE_EVENT].size; i++) {
		struct virtqueue_buffer buffer = {
			virtio_engine_number(virtio, AREA_EVENTS + i * sizeof(struct virtio_snd_event)),
			sizeof(struct virtio_snd_event), true,
		};

		if (!virtio_engine_submit(engine, QUEUE_EVENT, &buffer, 1))
			return false;
	}
	return true;
}

static bool sound_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_snd_query_info *request = virtio_engine_pointer(virtio, AREA_REQUEST);
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_REQUEST), sizeof(*request), false },
		{ virtio_engine_number(virtio, AREA_ANSWER), sizeof(struct virtio_snd_hdr), true },
		{ address, size, true },
	};

	if (direction != DMA_DEVICE_WRITES || !has_stream(engine, 0)) {
		format(engine->fault, sizeof(engine->fault), "there is no stream to ask about");
		return false;
	}
	*request = query(0);
	return virtio_engine_submit(engine, QUEUE_CONTROL, chain, 3);
}

static enum engine_result sound_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait(engine, QUEUE_CONTROL, limit, &used);

	(void)seen;
	if (result != ENGINE_DONE || used.length == sizeof(struct virtio_snd_hdr) + INFO_SIZE)
		return result;
	format(engine->fault, sizeof(engine->fault), "it says that its answer has %u bytes", used.length);
	return ENGINE_FAILED;
}

static const struct virtio_driver sound = {
	.type = VIRTIO_ID_SOUND,
	.directions = DMA_DEVICE_WRITES,
	.largest = INFO_SIZE,
	.granule = INFO_SIZE,
	.request_queue = QUEUE_CONTROL,
	.chain = 3,
	.area_frames = 1,
	.start = sound_start,
	.ready = sound_ready,
	.begin = sound_begin,
	.finish = sound_finish,
};
VIRTIO_DRIVER(sound);
