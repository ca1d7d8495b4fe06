/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.gpu: pictures: in every format, from backing that is scattered over many pages, in parts, on every
 * screen; and each command with what it cannot be about. What is on the screen only the host can see.
 *
 * Source: VIRTIO 1.4, section 5.7.6.
 */
#include "tests/conformance/virtio/gpu/backing.h"

VIRTIO_TYPE_SCOPE(gpu, VIRTIO_ID_GPU);

#define NOTHING		0x12345678u
#define FORMAT		VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM

static void formats(struct trial *trial)
{
	static const uint32_t all[] = {
		VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM, VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM,
		VIRTIO_GPU_FORMAT_A8R8G8B8_UNORM, VIRTIO_GPU_FORMAT_X8R8G8B8_UNORM,
		VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM, VIRTIO_GPU_FORMAT_X8B8G8R8_UNORM,
		VIRTIO_GPU_FORMAT_A8B8G8R8_UNORM, VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM,
	};
	static struct gpu_backing backing;

	if (!trial_start(trial, trial->subject->engine) || !gpu_backing_make(trial, &backing))
		return;
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]) && trial_good(trial); i++) {
		if (!gpu_make(trial, GPU_PICTURE, all[i], GPU_WIDE, GPU_HIGH) || !gpu_attach(trial, &backing) ||
		    !gpu_scan_out(trial, 0, GPU_PICTURE, gpu_whole()) || !gpu_show(trial, gpu_whole()))
			break;
		gpu_unmake(trial, GPU_PICTURE);
	}
	engine_stop(trial->subject->engine);
	gpu_backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.formats", formats,
		 "Pictures of every format of the specification are made, shown and taken away.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = FUNCTIONAL);

/* Parts at the edges, of one pixel, of none of the columns that are beside them. */
static void rectangles(struct trial *trial)
{
	const struct virtio_gpu_rect parts[] = {
		GPU_RECTANGLE(0, 0, GPU_WIDE, GPU_HIGH), GPU_RECTANGLE(0, 0, 1, 1),
		GPU_RECTANGLE(GPU_WIDE - 1, GPU_HIGH - 1, 1, 1),
		GPU_RECTANGLE(5, 3, 11, 7), GPU_RECTANGLE(0, GPU_HIGH / 2, GPU_WIDE, GPU_HIGH / 2),
		GPU_RECTANGLE(GPU_WIDE - 3, 0, 3, GPU_HIGH),
	};
	static struct gpu_backing backing;

	if (!trial_start(trial, trial->subject->engine) || !gpu_make(trial, GPU_PICTURE, FORMAT, GPU_WIDE, GPU_HIGH) ||
	    !gpu_backing_make(trial, &backing))
		return;
	if (gpu_attach(trial, &backing) && gpu_scan_out(trial, 0, GPU_PICTURE, gpu_whole()))
		for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]) && gpu_show(trial, parts[i]); i++)
			;
	if (trial_good(trial) && gpu_detach(trial))
		gpu_unmake(trial, GPU_PICTURE);
	engine_stop(trial->subject->engine);
	gpu_backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.rectangles", rectangles,
		 "Parts of a picture go from backing in many pages to the screen, and the backing stays as it is.",
		 .scope = &scope_gpu, .about = on_each_layout, .judged_by = EVIDENCE);

static void outputs(struct trial *trial)
{
	const struct virtio_gpu_rect none = GPU_RECTANGLE(0, 0, 0, 0), part = GPU_RECTANGLE(16, 8, 16, 16);
	struct virtio_gpu_set_scanout beyond = {
		.hdr = GPU_HEADER(SET_SCANOUT), .r = gpu_whole(), .resource_id = cpu_to_le32(GPU_PICTURE),
	};
	static struct gpu_backing backing;
	uint32_t count;

	if (!trial_start(trial, trial->subject->engine) || !gpu_make(trial, GPU_PICTURE, FORMAT, GPU_WIDE, GPU_HIGH) ||
	    !gpu_backing_make(trial, &backing))
		return;
	count = gpu_outputs(trial);
	beyond.scanout_id = cpu_to_le32(count);
	if (trial_good(trial) && gpu_attach(trial, &backing))
		for (unsigned i = 0; i < count && gpu_scan_out(trial, i, GPU_PICTURE, i % 2 ? part : gpu_whole()); i++)
			;
	if (trial_good(trial) && gpu_show(trial, gpu_whole()))
		for (unsigned i = 0; i < count && gpu_scan_out(trial, i, 0, none); i++)
			;
	expect_gpu_error(trial, "SET_SCANOUT of a screen that there is not", &beyond, sizeof(beyond),
			 VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID);
	trial_record(trial, "%u outputs", count);
	engine_stop(trial->subject->engine);
	gpu_backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.outputs", outputs,
		 "A picture is shown on each screen that there is, in whole or in part, and on none beyond.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = FUNCTIONAL);

/* What none of the commands may be about, while there is one picture with backing. */
static void resource_errors(struct trial *trial)
{
	const struct virtio_gpu_resource_create_2d create_zero = {
		.hdr = GPU_HEADER(RESOURCE_CREATE_2D), .format = cpu_to_le32(FORMAT), .width = cpu_to_le32(8),
		.height = cpu_to_le32(8),
	}, create_again = {
		.hdr = GPU_HEADER(RESOURCE_CREATE_2D), .resource_id = cpu_to_le32(GPU_PICTURE),
		.format = cpu_to_le32(FORMAT), .width = cpu_to_le32(8), .height = cpu_to_le32(8),
	}, create_format = {
		.hdr = GPU_HEADER(RESOURCE_CREATE_2D), .resource_id = cpu_to_le32(NOTHING),
		.format = cpu_to_le32(0x5a5a), .width = cpu_to_le32(8), .height = cpu_to_le32(8),
	};
	const struct virtio_gpu_resource_unref unref = {
		.hdr = GPU_HEADER(RESOURCE_UNREF), .resource_id = cpu_to_le32(NOTHING),
	};
	const struct virtio_gpu_set_scanout scanout = {
		.hdr = GPU_HEADER(SET_SCANOUT), .r = gpu_whole(), .resource_id = cpu_to_le32(NOTHING),
	};
	const struct virtio_gpu_transfer_to_host_2d transfer = {
		.hdr = GPU_HEADER(TRANSFER_TO_HOST_2D), .r = gpu_whole(), .resource_id = cpu_to_le32(NOTHING),
	};
	const struct virtio_gpu_resource_flush flush = {
		.hdr = GPU_HEADER(RESOURCE_FLUSH), .r = gpu_whole(), .resource_id = cpu_to_le32(NOTHING),
	};
	const struct virtio_gpu_resource_attach_backing attach_nothing = {
		.hdr = GPU_HEADER(RESOURCE_ATTACH_BACKING), .resource_id = cpu_to_le32(NOTHING),
	};
	const struct virtio_gpu_resource_detach_backing detach_nothing = {
		.hdr = GPU_HEADER(RESOURCE_DETACH_BACKING), .resource_id = cpu_to_le32(NOTHING),
	};
	static struct gpu_backing backing;
	const struct { const char *what; const void *command; uint32_t size, error; } rows[] = {
		{ "RESOURCE_CREATE_2D of number 0", &create_zero, sizeof(create_zero),
		  VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID },
		{ "RESOURCE_CREATE_2D of a number again", &create_again, sizeof(create_again),
		  VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID },
		{ "RESOURCE_CREATE_2D of an undefined format", &create_format, sizeof(create_format),
		  VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER },
		{ "RESOURCE_UNREF of nothing", &unref, sizeof(unref), VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID },
		{ "SET_SCANOUT of nothing", &scanout, sizeof(scanout), VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID },
		{ "TRANSFER_TO_HOST_2D of nothing", &transfer, sizeof(transfer),
		  VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID },
		{ "RESOURCE_FLUSH of nothing", &flush, sizeof(flush), VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID },
		{ "RESOURCE_ATTACH_BACKING of nothing", &attach_nothing, sizeof(attach_nothing),
		  VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID },
		{ "RESOURCE_DETACH_BACKING of nothing", &detach_nothing, sizeof(detach_nothing),
		  VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID },
		{ "RESOURCE_ATTACH_BACKING again", &backing.command, sizeof(backing.command), GPU_ANY_ERROR },
	};

	if (!trial_start(trial, trial->subject->engine) || !gpu_make(trial, GPU_PICTURE, FORMAT, GPU_WIDE, GPU_HIGH) ||
	    !gpu_backing_make(trial, &backing))
		return;
	gpu_attach(trial, &backing);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_gpu_error(trial, rows[i].what, rows[i].command, rows[i].size, rows[i].error);
	/* None of them has changed anything. */
	if (trial_good(trial) && gpu_show(trial, gpu_whole()) && gpu_detach(trial))
		gpu_unmake(trial, GPU_PICTURE);
	engine_stop(trial->subject->engine);
	gpu_backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.resource-errors", resource_errors,
		 "Commands about pictures that there are not get the error that says so, and do nothing else.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = FUNCTIONAL);

/* Rectangles that are partly or wholly outside, by a little and by so much that a sum of 32 bits comes round. */
static void rectangle_errors(struct trial *trial)
{
	const struct virtio_gpu_rect parts[] = {
		GPU_RECTANGLE(0, 0, GPU_WIDE + 1, GPU_HIGH), GPU_RECTANGLE(0, 0, GPU_WIDE, GPU_HIGH + 1),
		GPU_RECTANGLE(1, 0, GPU_WIDE, 1),
		GPU_RECTANGLE(0, 1, 1, GPU_HIGH), GPU_RECTANGLE(GPU_WIDE + 1, 0, 1, 1),
		GPU_RECTANGLE(0, GPU_HIGH + 1, 1, 1),
		GPU_RECTANGLE(0xffffffff, 0, 2, 1), GPU_RECTANGLE(0, 0xffffffff, 1, 2),
		GPU_RECTANGLE(1, 1, 0xffffffff, 1), GPU_RECTANGLE(1, 1, 1, 0xffffffff),
	};
	static struct gpu_backing backing;

	if (!trial_start(trial, trial->subject->engine) || !gpu_make(trial, GPU_PICTURE, FORMAT, GPU_WIDE, GPU_HIGH) ||
	    !gpu_backing_make(trial, &backing))
		return;
	gpu_attach(trial, &backing);
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]) && trial_good(trial); i++) {
		struct virtio_gpu_transfer_to_host_2d transfer = gpu_transfer_of(gpu_whole());
		const struct virtio_gpu_resource_flush flush = {
			.hdr = GPU_HEADER(RESOURCE_FLUSH), .r = parts[i], .resource_id = cpu_to_le32(GPU_PICTURE),
		};
		const struct virtio_gpu_set_scanout scanout = {
			.hdr = GPU_HEADER(SET_SCANOUT), .r = parts[i], .resource_id = cpu_to_le32(GPU_PICTURE),
		};

		transfer.r = parts[i];
		trial_note(trial, "rectangle", "%u: %ux%u at %u, %u of %ux%u", i, le32_to_cpu(parts[i].width),
			   le32_to_cpu(parts[i].height), le32_to_cpu(parts[i].x), le32_to_cpu(parts[i].y), GPU_WIDE,
			   GPU_HIGH);
		expect_gpu_error(trial, "TRANSFER_TO_HOST_2D of what is outside", &transfer, sizeof(transfer),
				 VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER);
		expect_gpu_error(trial, "RESOURCE_FLUSH of what is outside", &flush, sizeof(flush),
				 VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER);
		expect_gpu_error(trial, "SET_SCANOUT of what is outside", &scanout, sizeof(scanout),
				 VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER);
	}
	engine_stop(trial->subject->engine);
	gpu_backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.rectangle-errors", rectangle_errors,
		 "Rectangles that are not within their picture are refused as parameters.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = FUNCTIONAL);
