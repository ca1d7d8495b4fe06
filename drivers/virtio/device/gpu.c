/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GPU device: see gpu.h. It has no command that gives pixels back, but the number of a fence comes back in the
 * header of the answer (GPU-6). So as an engine it reads memory as the fence numbers of as many commands as it takes,
 * 8 bytes each, a descriptor of their own. The command is SET_SCANOUT without a resource, which switches a screen off
 * that was never on. And it writes memory by telling of its screens: the header of that answer goes elsewhere, and so
 * does what is behind the bytes asked for.
 *
 * Source: VIRTIO 1.4, section 5.7.
 */
#include "drivers/virtio/device/gpu.h"

#include <linux/virtio_ids.h>

#include "boot/byteorder.h"
#include "boot/string.h"

#define QUEUE_CONTROL	GPU_CONTROL
#define QUEUE_CURSOR	GPU_CURSOR

/* The area: command, answers of the fences, an answer of any kind. */
#define AREA_COMMAND	0
#define AREA_FENCES	2048
#define AREA_ANSWER	4096
#define COMMAND_SIZE	2048u
#define ANSWER_SIZE	2048u
#define GUARD		64u		/* bytes before and behind an answer that no one has asked for */

#define FENCE		sizeof(uint64_t)
#define FENCE_AT	offsetof(struct virtio_gpu_ctrl_hdr, fence_id)
#define FENCES		8u		/* commands of a transfer, 4 descriptors each */
#define SCREENS_SIZE	((uint32_t)sizeof(struct virtio_gpu_resp_display_info))

static void fill_fenced_command(struct engine *engine)
{
	struct virtio_gpu_set_scanout *command = virtio_engine_pointer(engine->state, AREA_COMMAND);

	*command = (struct virtio_gpu_set_scanout) {
		.hdr = {
			.type = cpu_to_le32(VIRTIO_GPU_CMD_SET_SCANOUT),
			.flags = cpu_to_le32(VIRTIO_GPU_FLAG_FENCE),
		},
	};
}

static bool submit_screens_to(struct engine *engine, uint64_t address, uint32_t size)
{
	const struct virtio_engine *virtio = engine->state;
	struct virtio_gpu_ctrl_hdr *command = virtio_engine_pointer(virtio, AREA_COMMAND);
	const uint32_t header = sizeof(*command);
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_COMMAND), header, false },
		{ virtio_engine_number(virtio, AREA_ANSWER), header, true },
		{ address, size, true },
		{ virtio_engine_number(virtio, AREA_ANSWER + header), SCREENS_SIZE - header - size, true },
	};

	*command = (struct virtio_gpu_ctrl_hdr) { .type = cpu_to_le32(VIRTIO_GPU_CMD_GET_DISPLAY_INFO) };
	return virtio_engine_submit(engine, QUEUE_CONTROL, chain, 4);
}

static bool submit_fence(struct engine *engine, uint64_t address, unsigned number)
{
	const struct virtio_engine *virtio = engine->state;
	const uint32_t rest = FENCE_AT + FENCE;
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_COMMAND), FENCE_AT, false },
		{ address, FENCE, false },
		{ virtio_engine_number(virtio, AREA_COMMAND + rest),
		  sizeof(struct virtio_gpu_set_scanout) - rest, false },
		{ virtio_engine_number(virtio, AREA_FENCES + number * sizeof(struct virtio_gpu_ctrl_hdr)),
		  sizeof(struct virtio_gpu_ctrl_hdr), true },
	};

	return virtio_engine_submit(engine, QUEUE_CONTROL, chain, 4);
}

static bool gpu_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	if (direction == DMA_DEVICE_WRITES)
		return submit_screens_to(engine, address, size);
	fill_fenced_command(engine);
	memset(virtio_engine_pointer(engine->state, AREA_FENCES), 0, FENCES * sizeof(struct virtio_gpu_ctrl_hdr));
	for (unsigned i = 0; i < size / FENCE; i++)
		if (!submit_fence(engine, address + i * FENCE, i))
			return false;
	return true;
}

/* The numbers of the fences, as they came back. */
static bool collect_fences(struct engine *engine, uint32_t size, uint8_t *seen)
{
	const struct virtio_gpu_ctrl_hdr *answers = virtio_engine_pointer(engine->state, AREA_FENCES);

	for (unsigned i = 0; i < size / FENCE; i++) {
		if (!(le32_to_cpu(answers[i].flags) & VIRTIO_GPU_FLAG_FENCE)) {
			format(engine->fault, sizeof(engine->fault),
			       "answer %#x has no fence", le32_to_cpu(answers[i].type));
			return false;
		}
		memcpy(seen + i * FENCE, &answers[i].fence_id, FENCE);
	}
	return true;
}

static enum engine_result gpu_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	bool fences = virtio->direction == DMA_DEVICE_READS;
	unsigned count = fences ? virtio->size / FENCE : 1;
	uint32_t expected = fences ? sizeof(struct virtio_gpu_ctrl_hdr) : SCREENS_SIZE;
	struct virtqueue_used used;

	for (unsigned i = 0; i < count; i++) {
		enum engine_result result = virtio_engine_wait(engine, QUEUE_CONTROL, limit, &used);

		if (result != ENGINE_DONE)
			return result;
		if (used.length != expected) {
			format(engine->fault, sizeof(engine->fault),
			       "it says that its answer has %u bytes, not %u", used.length, expected);
			return ENGINE_FAILED;
		}
	}
	if (fences && seen && !collect_fences(engine, virtio->size, seen))
		return ENGINE_FAILED;
	return ENGINE_DONE;
}

enum engine_result gpu_run(struct engine *engine, const void *request, uint32_t size, void *answer,
			   uint32_t answer_size, uint32_t *answer_type)
{
	struct virtio_engine *virtio = engine->state;
	const struct virtio_gpu_ctrl_hdr *header = virtio_engine_pointer(virtio, AREA_ANSWER);
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_COMMAND), size, false },
		{ virtio_engine_number(virtio, AREA_ANSWER), answer ? answer_size : sizeof(*header), true },
	};
	struct virtqueue_used used;
	enum engine_result result;

	if (size > COMMAND_SIZE || answer_size > ANSWER_SIZE)
		return ENGINE_FAILED;
	memcpy(virtio_engine_pointer(virtio, AREA_COMMAND), request, size);
	memset(virtio_engine_pointer(virtio, AREA_ANSWER), 0, ANSWER_SIZE);
	if (!virtio_engine_submit(engine, QUEUE_CONTROL, chain, 2))
		return ENGINE_FAILED;
	result = virtio_engine_wait(engine, QUEUE_CONTROL, ENGINE_LIMIT, &used);
	*answer_type = le32_to_cpu(header->type);
	if (answer)
		memcpy(answer, header, answer_size);
	return result;
}

static bool all_unwritten(const uint8_t *bytes, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		if (bytes[i] != GPU_UNWRITTEN)
			return false;
	return true;
}

enum engine_result gpu_ask(struct engine *engine, struct gpu_question *question)
{
	struct virtio_engine *virtio = engine->state;
	uint8_t *before = virtio_engine_pointer(virtio, AREA_ANSWER), *room = before + GUARD;
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_COMMAND), question->size, false },
		{ virtio_engine_number(virtio, AREA_ANSWER + GUARD), question->room, true },
	};
	struct virtqueue_used used = { 0 };
	enum engine_result result;

	if (question->size > COMMAND_SIZE || question->room > GPU_ANSWER)
		return ENGINE_FAILED;
	memcpy(virtio_engine_pointer(virtio, AREA_COMMAND), question->command, question->size);
	memset(before, GPU_UNWRITTEN, ANSWER_SIZE);
	if (!virtio_engine_submit(engine, question->queue, chain, question->room ? 2 : 1))
		return ENGINE_FAILED;
	result = virtio_engine_wait(engine, question->queue, ENGINE_LIMIT, &used);
	question->length = used.length;
	memcpy(question->answer, room, question->room);
	question->strayed = !all_unwritten(before, GUARD) ||
			    !all_unwritten(room + question->room, ANSWER_SIZE - GUARD - question->room);
	return result;
}

static bool gpu_start(struct engine *engine)
{
	return virtio_engine_queue(engine, QUEUE_CONTROL, 64) && virtio_engine_queue(engine, QUEUE_CURSOR, 16);
}

static const struct virtio_driver gpu = {
	.type = VIRTIO_ID_GPU,
	.features = VIRTIO_BIT(VIRTIO_GPU_F_EDID),
	.directions = DMA_DEVICE_BOTH,
	.largest = FENCES * FENCE,
	.granule = FENCE,
	.request_queue = QUEUE_CONTROL,
	.chain = 4,
	.area_frames = 1,
	.start = gpu_start,
	.begin = gpu_begin,
	.finish = gpu_finish,
};
VIRTIO_DRIVER(gpu);
