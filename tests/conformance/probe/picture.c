/* SPDX-License-Identifier: BSD-2-Clause */
/* A picture of a GPU's: see picture.h. */
#include "tests/conformance/probe/picture.h"

#include "boot/byteorder.h"

#define RESOURCE	1u		/* its number */

/* A command without data in its answer; the type of the answer is returned, 0 when there is none. */
static uint32_t command(struct engine *engine, void *request, uint32_t size, uint32_t type)
{
	struct virtio_gpu_ctrl_hdr *header = request;
	uint32_t answer = 0;

	*header = (struct virtio_gpu_ctrl_hdr) { .type = cpu_to_le32(type) };
	return gpu_run(engine, request, size, NULL, 0, &answer) == ENGINE_DONE ? answer : 0;
}

uint32_t picture_create(struct engine *engine)
{
	struct virtio_gpu_resource_create_2d create = {
		.resource_id = cpu_to_le32(RESOURCE), .format = cpu_to_le32(VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM),
		.width = cpu_to_le32(PICTURE_WIDE), .height = cpu_to_le32(PICTURE_HIGH),
	};

	return command(engine, &create, sizeof(create), VIRTIO_GPU_CMD_RESOURCE_CREATE_2D);
}

bool picture_made(struct trial *trial)
{
	uint32_t answer = picture_create(trial->subject->engine);

	if (answer == VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY) {
		trial_skip(trial,
			   "the device has no memory for a picture of %u bytes: leave out max_hostmem=", PICTURE_BYTES);
		return false;
	}
	return expect_equal(trial, "answer to RESOURCE_CREATE_2D", answer, VIRTIO_GPU_RESP_OK_NODATA);
}

uint32_t picture_attach(struct engine *engine, uint64_t number)
{
	struct {
		struct virtio_gpu_resource_attach_backing attach;
		struct virtio_gpu_mem_entry entry;
	} request = {
		.attach = { .resource_id = cpu_to_le32(RESOURCE), .nr_entries = cpu_to_le32(1) },
		.entry = { .addr = cpu_to_le64(number), .length = cpu_to_le32(PICTURE_BYTES) },
	};

	return command(engine, &request, sizeof(request), VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING);
}

uint32_t picture_show(struct engine *engine)
{
	const struct virtio_gpu_rect all = { 0, 0, cpu_to_le32(PICTURE_WIDE), cpu_to_le32(PICTURE_HIGH) };
	struct virtio_gpu_set_scanout scanout = { .r = all, .resource_id = cpu_to_le32(RESOURCE) };
	struct virtio_gpu_transfer_to_host_2d transfer = { .r = all, .resource_id = cpu_to_le32(RESOURCE) };
	struct virtio_gpu_resource_flush flush = { .r = all, .resource_id = cpu_to_le32(RESOURCE) };
	uint32_t answer = command(engine, &scanout, sizeof(scanout), VIRTIO_GPU_CMD_SET_SCANOUT);

	if (answer == VIRTIO_GPU_RESP_OK_NODATA)
		answer = command(engine, &transfer, sizeof(transfer), VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D);
	if (answer == VIRTIO_GPU_RESP_OK_NODATA)
		answer = command(engine, &flush, sizeof(flush), VIRTIO_GPU_CMD_RESOURCE_FLUSH);
	return answer;
}

uint32_t picture_detach(struct engine *engine)
{
	struct virtio_gpu_resource_detach_backing detach = { .resource_id = cpu_to_le32(RESOURCE) };

	return command(engine, &detach, sizeof(detach), VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING);
}

uint32_t picture_destroy(struct engine *engine)
{
	struct virtio_gpu_resource_unref unref = { .resource_id = cpu_to_le32(RESOURCE) };

	return command(engine, &unref, sizeof(unref), VIRTIO_GPU_CMD_RESOURCE_UNREF);
}
