/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.gpu have in common: see gpu.h. */
#include "tests/conformance/virtio/gpu/gpu.h"

#define HEADER	((uint32_t)sizeof(struct virtio_gpu_ctrl_hdr))

bool gpu_once(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine));
}

uint32_t gpu_outputs(struct trial *trial)
{
	struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	uint64_t outputs = 0;

	if (!expect(trial, virtio_config_read(device, offsetof(struct virtio_gpu_config, num_scanouts),
					      sizeof(__le32), &outputs), "num_scanouts cannot be read") ||
	    !expect(trial, outputs - 1 < VIRTIO_GPU_MAX_SCANOUTS, "num_scanouts is %llu, not 1 to %u",
		    (unsigned long long)outputs, VIRTIO_GPU_MAX_SCANOUTS))
		return 0;
	return outputs;
}

bool gpu_asked(struct trial *trial, const char *what, struct gpu_question *question)
{
	struct engine *engine = trial->subject->engine;

	return expect(trial, gpu_ask(engine, question) == ENGINE_DONE, "%s is not answered: %s", what,
		      engine->fault) &&
	       expect(trial, !question->strayed, "%s: bytes beside its answer were written", what) &&
	       expect(trial, question->length <= question->room,
		      "%s: it says that its answer has %u bytes, in room for %u", what, question->length,
		      question->room);
}

uint32_t gpu_command(struct trial *trial, const char *what, const void *command, uint32_t size)
{
	struct gpu_question question = {
		.queue = GPU_CONTROL, .command = command, .size = size, .room = 2 * HEADER,
	};

	if (!gpu_asked(trial, what, &question) ||
	    !expect(trial, question.length == HEADER, "%s: it says that its answer has %u bytes, not %u", what,
		    question.length, HEADER))
		return 0;
	return le32_to_cpu(gpu_header(&question)->type);
}

bool expect_gpu_done(struct trial *trial, const char *what, const void *command, uint32_t size)
{
	uint32_t type = gpu_command(trial, what, command, size);

	return trial_good(trial) &&
	       expect(trial, type == VIRTIO_GPU_RESP_OK_NODATA, "%s: the answer is %#x, not %#x", what, type,
		      VIRTIO_GPU_RESP_OK_NODATA);
}

bool gpu_is_error(uint32_t type)
{
	return type >= VIRTIO_GPU_RESP_ERR_UNSPEC && type <= VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
}

void expect_gpu_error(struct trial *trial, const char *what, const void *command, uint32_t size, uint32_t error)
{
	uint32_t type = trial_good(trial) ? gpu_command(trial, what, command, size) : 0;

	if (!trial_good(trial))
		return;
	if (error == GPU_ANY_ERROR)
		expect(trial, gpu_is_error(type), "%s: the answer is %#x, not an error", what, type);
	else
		expect(trial, type == error, "%s: the answer is %#x, not %#x", what, type, error);
}

bool gpu_make(struct trial *trial, uint32_t resource, uint32_t format, uint32_t wide, uint32_t high)
{
	const struct virtio_gpu_resource_create_2d create = {
		.hdr = GPU_HEADER(RESOURCE_CREATE_2D), .resource_id = cpu_to_le32(resource),
		.format = cpu_to_le32(format), .width = cpu_to_le32(wide), .height = cpu_to_le32(high),
	};
	uint32_t type = gpu_command(trial, "RESOURCE_CREATE_2D", &create, sizeof(create));

	if (type == VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY) {
		trial_skip(trial, "the device has no memory for a picture of %u bytes: leave out max_hostmem=",
			   wide * high * 4);
		return false;
	}
	return trial_good(trial) &&
	       expect(trial, type == VIRTIO_GPU_RESP_OK_NODATA,
		      "RESOURCE_CREATE_2D of format %u: the answer is %#x, not %#x", format, type,
		      VIRTIO_GPU_RESP_OK_NODATA);
}

bool gpu_unmake(struct trial *trial, uint32_t resource)
{
	const struct virtio_gpu_resource_unref unref = {
		.hdr = GPU_HEADER(RESOURCE_UNREF), .resource_id = cpu_to_le32(resource),
	};

	return expect_gpu_done(trial, "RESOURCE_UNREF", &unref, sizeof(unref));
}
