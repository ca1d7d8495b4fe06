/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.gpu: fences of many commands at once, and of commands that fail.
 *
 * Source: VIRTIO 1.4, section 5.7.6.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/virtio/gpu/gpu.h"

VIRTIO_TYPE_SCOPE(gpu, VIRTIO_ID_GPU);

#define HEADER		((uint32_t)sizeof(struct virtio_gpu_ctrl_hdr))
#define SCREENS		((uint32_t)sizeof(struct virtio_gpu_resp_display_info))
#define COMMANDS	12u
#define STEP		512u		/* bytes from one command's answer to the next one's */
#define AREA_ANSWERS	1024u

/* Every third command fails, and every fourth has no fence. */
static bool fails(unsigned number)
{
	return number % 3 == 2;
}

static bool fenced(unsigned number)
{
	return number % 4 != 3;
}

struct batch {
	struct dma_area area;
	uint64_t fences[COMMANDS];
};

static bool submit(struct trial *trial, struct batch *batch)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	uint8_t *memory = arch_pointer(batch->area.memory);

	for (unsigned i = 0; i < COMMANDS; i++) {
		const struct virtqueue_buffer chain[] = {
			{ virtio_address(device, &batch->area.map, i * 64), sizeof(struct virtio_gpu_resource_unref),
			  false },
			{ virtio_address(device, &batch->area.map, AREA_ANSWERS + i * STEP), SCREENS, true },
		};

		batch->fences[i] = trial_random(trial);
		*(struct virtio_gpu_resource_unref *)(memory + i * 64) = (struct virtio_gpu_resource_unref) {
			.hdr = {
				.type = cpu_to_le32(fails(i) ? VIRTIO_GPU_CMD_RESOURCE_UNREF :
						    VIRTIO_GPU_CMD_GET_DISPLAY_INFO),
				.flags = cpu_to_le32(fenced(i) ? VIRTIO_GPU_FLAG_FENCE : 0),
				.fence_id = cpu_to_le64(batch->fences[i]),
			},
			.resource_id = cpu_to_le32(0x77777777),
		};
		if (!virtio_engine_submit(engine, GPU_CONTROL, chain, 2)) {
			trial_error(trial, "command %u cannot be given: %s", i, engine->fault);
			return false;
		}
	}
	return true;
}

static void expect_answer(struct trial *trial, const struct batch *batch, unsigned number)
{
	const struct virtio_gpu_ctrl_hdr *answer =
		(const void *)((const uint8_t *)arch_pointer(batch->area.memory) + AREA_ANSWERS + number * STEP);
	uint32_t type = le32_to_cpu(answer->type);
	bool fence = le32_to_cpu(answer->flags) & VIRTIO_GPU_FLAG_FENCE;

	expect(trial, fails(number) ? type == VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID :
	       type == VIRTIO_GPU_RESP_OK_DISPLAY_INFO, "the answer to command %u is %#x", number, type);
	if (!expect(trial, fence == fenced(number), "the answer to command %u has %s fence, and the command %s",
		    number, fence ? "a" : "no", fenced(number) ? "has one" : "has none"))
		return;
	expect(trial, !fence || le64_to_cpu(answer->fence_id) == batch->fences[number],
	       "the answer to command %u has the fence %#llx, not %#llx", number,
	       (unsigned long long)le64_to_cpu(answer->fence_id), (unsigned long long)batch->fences[number]);
}

static void fences(struct trial *trial)
{
	static struct batch batch;
	struct engine *engine = trial->subject->engine;
	struct virtqueue_used used;

	if (!trial_start(trial, engine))
		return;
	if (!virtio_area_make(virtio_engine_of(engine)->device, &batch.area, 1)) {
		trial_error(trial, "no memory for commands");
		return;
	}
	memset(arch_pointer(batch.area.memory), 0, FRAME_SIZE);
	if (submit(trial, &batch))
		for (unsigned i = 0; i < COMMANDS && trial_good(trial); i++)
			expect(trial, virtio_engine_wait(engine, GPU_CONTROL, ENGINE_LIMIT, &used) == ENGINE_DONE,
			       "of %u commands %u are answered: %s", COMMANDS, i, engine->fault);
	for (unsigned i = 0; i < COMMANDS && trial_good(trial); i++)
		expect_answer(trial, &batch, i);
	engine_stop(engine);
	dma_area_release(&batch.area);
}
CONFORMANCE_TEST("virtio.gpu.fences", fences,
		 "Of many commands at once each answer has its own command's fence, or none, failed ones too.",
		 .scope = &scope_gpu, .about = on_each_layout, .clauses = "GPU-4 GPU-5 GPU-6 GPU-7",
		 .judged_by = EVIDENCE);

/* Whether a command without a fence is answered only when its work is done is the device's choice; nothing shows it. */
static void early_answers(struct trial *trial)
{
	const struct virtio_gpu_ctrl_hdr command = GPU_HEADER(GET_DISPLAY_INFO);
	struct gpu_question question = { .command = &command, .size = sizeof(command), .room = SCREENS };

	if (!trial_start(trial, trial->subject->engine) || !gpu_asked(trial, "GET_DISPLAY_INFO", &question))
		return;
	trial_record(trial, "a command without a fence is answered, by %u bytes", question.length);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.gpu.early-answers", early_answers,
		 "A command without a fence is answered, be its work done by then or not.",
		 .scope = &scope_gpu, .about = gpu_once, .clauses = "GPU-3", .judged_by = RECORD);
