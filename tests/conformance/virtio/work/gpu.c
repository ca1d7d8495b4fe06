/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work, the GPU: screens, fences, a picture.
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "tests/conformance/probe/picture.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(gpu, VIRTIO_ID_GPU);

/* The screens that the device tells of: the first is on, as big as a screen can be. */
static void gpu_screens(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_gpu_ctrl_hdr request = { .type = cpu_to_le32(VIRTIO_GPU_CMD_GET_DISPLAY_INFO) };
	static struct virtio_gpu_resp_display_info answer;
	uint32_t type, width, height;

	if (!trial_start(trial, engine))
		return;
	if (gpu_run(engine, &request, sizeof(request), &answer, sizeof(answer), &type) != ENGINE_DONE) {
		trial_fail(trial, "the command is not answered: %s", engine->fault);
		return;
	}
	width = le32_to_cpu(answer.pmodes[0].r.width);
	height = le32_to_cpu(answer.pmodes[0].r.height);
	expect_equal(trial, "type of the answer to GET_DISPLAY_INFO", type, VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
	expect(trial, le32_to_cpu(answer.pmodes[0].enabled) == 1 && width - 1 < 65535 && height - 1 < 65535,
	       "the first screen is off, or has an impossible size: %ux%u", width, height);
	trial_note(trial, "screen", "%ux%u", width, height);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.gpu-screens", gpu_screens,
		 "The first screen that a GPU tells of is on, and of a size that a screen can have.",
		 .scope = &scope_gpu, .judged_by = EVIDENCE);

static void gpu_fence(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint64_t fence = trial_random(trial);
	struct virtio_gpu_ctrl_hdr answer, request = {
		.type = cpu_to_le32(VIRTIO_GPU_CMD_GET_DISPLAY_INFO), .flags = cpu_to_le32(VIRTIO_GPU_FLAG_FENCE),
		.fence_id = cpu_to_le64(fence),
	};
	static struct virtio_gpu_resp_display_info whole;
	uint32_t type;

	if (!trial_start(trial, engine))
		return;
	if (gpu_run(engine, &request, sizeof(request), &whole, sizeof(whole), &type) != ENGINE_DONE) {
		trial_fail(trial, "the command is not answered: %s", engine->fault);
		return;
	}
	answer = whole.hdr;
	expect_equal(trial, "fence flag of the answer", le32_to_cpu(answer.flags) & VIRTIO_GPU_FLAG_FENCE,
		     VIRTIO_GPU_FLAG_FENCE);
	expect_equal(trial, "fence number of the answer", le64_to_cpu(answer.fence_id), fence);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.gpu-fence", gpu_fence,
		 "An answer has the fence flag and the fence number of its command.",
		 .scope = &scope_gpu, .clauses = "GPU-4 GPU-5 GPU-6 GPU-7", .judged_by = EVIDENCE);

/* A picture from memory to the screen. What is on the screen only the host can see. */
static void gpu_picture(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct dma_area area;

	if (!trial_start(trial, engine) || !picture_made(trial) ||
	    !dma_area_make(&area, engine->function, PICTURE_BYTES / FRAME_SIZE))
		return;
	expect_equal(trial, "answer to the same number again", picture_create(engine),
		     VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID);
	expect_equal(trial, "answer to RESOURCE_ATTACH_BACKING",
		     picture_attach(engine, virtio_address(virtio_engine_of(engine)->device, &area.map, 0)),
		     VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to SET_SCANOUT, TRANSFER_TO_HOST_2D, RESOURCE_FLUSH", picture_show(engine),
		     VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to RESOURCE_DETACH_BACKING", picture_detach(engine), VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to RESOURCE_UNREF", picture_destroy(engine), VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to RESOURCE_UNREF, again", picture_destroy(engine),
		     VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID);
	engine_stop(engine);
	dma_area_release(&area);
}
CONFORMANCE_TEST("virtio.work.gpu-picture", gpu_picture,
		 "A picture goes from memory to the screen by commands that are each answered as they must be.",
		 .scope = &scope_gpu, .judged_by = FUNCTIONAL);
