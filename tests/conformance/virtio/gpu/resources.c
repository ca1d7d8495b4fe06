/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.gpu: pictures: in every format, from backing that is scattered over many pages, in parts, on every
 * screen; and each command with what it cannot be about. What is on the screen only the host can see.
 *
 * Source: VIRTIO 1.4, section 5.7.6.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/virtio/gpu/gpu.h"

VIRTIO_TYPE_SCOPE(gpu, VIRTIO_ID_GPU);

#define PICTURE		7u		/* numbers of resources */
#define NOTHING		0x12345678u
#define WIDE		32u		/* pixels */
#define HIGH		24u
#define BYTES		(WIDE * HIGH * 4)
#define FORMAT		VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM

/*
 * The picture's bytes, in pieces of an odd number of pixels, each in a frame of its own and the last ones first. The
 * frames' other bytes carry a pattern.
 */
#define PIECES		12u
#define PATTERN		0x5a
#define MARGIN		36u		/* where a piece begins in its frame */

struct backing {
	struct dma_area area;
	struct {
		struct virtio_gpu_resource_attach_backing attach;
		struct virtio_gpu_mem_entry entries[PIECES];
	} command;
};

static uint32_t piece_size(unsigned piece)
{
	const uint32_t each = BYTES / PIECES / 8 * 8 - 4;

	return piece == PIECES - 1 ? BYTES - (PIECES - 1) * each : each;
}

static uint64_t piece_at(unsigned piece)
{
	return (PIECES - 1 - piece) * (uint64_t)FRAME_SIZE + MARGIN;
}

static uint8_t pixel(uint32_t at)
{
	return at * 31 + at / 251;
}

static bool backing_make(struct trial *trial, struct backing *backing)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	uint8_t *memory;
	uint32_t at = 0;

	if (!virtio_area_make(device, &backing->area, PIECES)) {
		trial_error(trial, "no memory for a picture");
		return false;
	}
	memory = arch_pointer(backing->area.memory);
	memset(memory, PATTERN, PIECES * FRAME_SIZE);
	backing->command.attach = (struct virtio_gpu_resource_attach_backing) {
		.hdr = GPU_HEADER(RESOURCE_ATTACH_BACKING), .resource_id = cpu_to_le32(PICTURE),
		.nr_entries = cpu_to_le32(PIECES),
	};
	for (unsigned i = 0; i < PIECES; i++) {
		backing->command.entries[i] = (struct virtio_gpu_mem_entry) {
			.addr = cpu_to_le64(virtio_address(device, &backing->area.map, piece_at(i))),
			.length = cpu_to_le32(piece_size(i)),
		};
		for (uint32_t j = 0; j < piece_size(i); j++)
			memory[piece_at(i) + j] = pixel(at++);
	}
	return true;
}

/* A GPU reads it, and writes none of it. */
static void backing_release(struct trial *trial, struct backing *backing)
{
	const uint8_t *memory = arch_pointer(backing->area.memory);
	uint32_t at = 0;

	for (unsigned i = 0; i < PIECES; i++) {
		const uint8_t *frame = memory + piece_at(i) - MARGIN;

		for (uint32_t j = 0; j < FRAME_SIZE && trial_good(trial); j++) {
			bool of_piece = j >= MARGIN && j < MARGIN + piece_size(i);
			uint8_t expected = of_piece ? pixel(at + j - MARGIN) : PATTERN;

			expect(trial, frame[j] == expected,
			       "byte %u of the frame of piece %u is %#x, not %#x: a GPU has written it", j, i,
			       frame[j], expected);
		}
		at += piece_size(i);
	}
	dma_area_release(&backing->area);
}

static bool attach(struct trial *trial, struct backing *backing)
{
	return expect_gpu_done(trial, "RESOURCE_ATTACH_BACKING", &backing->command, sizeof(backing->command));
}

static bool detach(struct trial *trial)
{
	const struct virtio_gpu_resource_detach_backing command = {
		.hdr = GPU_HEADER(RESOURCE_DETACH_BACKING), .resource_id = cpu_to_le32(PICTURE),
	};

	return expect_gpu_done(trial, "RESOURCE_DETACH_BACKING", &command, sizeof(command));
}

static struct virtio_gpu_transfer_to_host_2d transfer_of(struct virtio_gpu_rect part)
{
	uint64_t first = le32_to_cpu(part.y) * WIDE + le32_to_cpu(part.x);

	return (struct virtio_gpu_transfer_to_host_2d) {
		.hdr = GPU_HEADER(TRANSFER_TO_HOST_2D), .r = part, .resource_id = cpu_to_le32(PICTURE),
		.offset = cpu_to_le64(first * 4),
	};
}

/* From the backing to the screen. */
static bool show(struct trial *trial, struct virtio_gpu_rect part)
{
	const struct virtio_gpu_transfer_to_host_2d transfer = transfer_of(part);
	const struct virtio_gpu_resource_flush flush = {
		.hdr = GPU_HEADER(RESOURCE_FLUSH), .r = part, .resource_id = cpu_to_le32(PICTURE),
	};

	return expect_gpu_done(trial, "TRANSFER_TO_HOST_2D", &transfer, sizeof(transfer)) &&
	       expect_gpu_done(trial, "RESOURCE_FLUSH", &flush, sizeof(flush));
}

/* A resource on a screen; 0: the screen off. */
static bool scan_out(struct trial *trial, uint32_t output, uint32_t resource, struct virtio_gpu_rect part)
{
	const struct virtio_gpu_set_scanout command = {
		.hdr = GPU_HEADER(SET_SCANOUT), .r = part, .scanout_id = cpu_to_le32(output),
		.resource_id = cpu_to_le32(resource),
	};

	return expect_gpu_done(trial, resource ? "SET_SCANOUT" : "SET_SCANOUT without a resource", &command,
			       sizeof(command));
}


static struct virtio_gpu_rect all_of_it(void)
{
	const struct virtio_gpu_rect all = GPU_RECTANGLE(0, 0, WIDE, HIGH);

	return all;
}

static void formats(struct trial *trial)
{
	static const uint32_t all[] = {
		VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM, VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM,
		VIRTIO_GPU_FORMAT_A8R8G8B8_UNORM, VIRTIO_GPU_FORMAT_X8R8G8B8_UNORM,
		VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM, VIRTIO_GPU_FORMAT_X8B8G8R8_UNORM,
		VIRTIO_GPU_FORMAT_A8B8G8R8_UNORM, VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM,
	};
	static struct backing backing;

	if (!trial_start(trial, trial->subject->engine) || !backing_make(trial, &backing))
		return;
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]) && trial_good(trial); i++) {
		if (!gpu_make(trial, PICTURE, all[i], WIDE, HIGH) || !attach(trial, &backing) ||
		    !scan_out(trial, 0, PICTURE, all_of_it()) || !show(trial, all_of_it()))
			break;
		gpu_unmake(trial, PICTURE);
	}
	engine_stop(trial->subject->engine);
	backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.formats", formats,
		 "Pictures of every format of the specification are made, shown and taken away.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = FUNCTIONAL);

/* Parts at the edges, of one pixel, of none of the columns that are beside them. */
static void rectangles(struct trial *trial)
{
	const struct virtio_gpu_rect parts[] = {
		GPU_RECTANGLE(0, 0, WIDE, HIGH), GPU_RECTANGLE(0, 0, 1, 1), GPU_RECTANGLE(WIDE - 1, HIGH - 1, 1, 1),
		GPU_RECTANGLE(5, 3, 11, 7), GPU_RECTANGLE(0, HIGH / 2, WIDE, HIGH / 2),
		GPU_RECTANGLE(WIDE - 3, 0, 3, HIGH),
	};
	static struct backing backing;

	if (!trial_start(trial, trial->subject->engine) || !gpu_make(trial, PICTURE, FORMAT, WIDE, HIGH) ||
	    !backing_make(trial, &backing))
		return;
	if (attach(trial, &backing) && scan_out(trial, 0, PICTURE, all_of_it()))
		for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]) && show(trial, parts[i]); i++)
			;
	if (trial_good(trial) && detach(trial))
		gpu_unmake(trial, PICTURE);
	engine_stop(trial->subject->engine);
	backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.rectangles", rectangles,
		 "Parts of a picture go from backing in many pages to the screen, and the backing stays as it is.",
		 .scope = &scope_gpu, .about = on_each_layout, .judged_by = EVIDENCE);

static void outputs(struct trial *trial)
{
	const struct virtio_gpu_rect none = GPU_RECTANGLE(0, 0, 0, 0), part = GPU_RECTANGLE(16, 8, 16, 16);
	struct virtio_gpu_set_scanout beyond = {
		.hdr = GPU_HEADER(SET_SCANOUT), .r = all_of_it(), .resource_id = cpu_to_le32(PICTURE),
	};
	static struct backing backing;
	uint32_t count;

	if (!trial_start(trial, trial->subject->engine) || !gpu_make(trial, PICTURE, FORMAT, WIDE, HIGH) ||
	    !backing_make(trial, &backing))
		return;
	count = gpu_outputs(trial);
	beyond.scanout_id = cpu_to_le32(count);
	if (trial_good(trial) && attach(trial, &backing))
		for (unsigned i = 0; i < count && scan_out(trial, i, PICTURE, i % 2 ? part : all_of_it()); i++)
			;
	if (trial_good(trial) && show(trial, all_of_it()))
		for (unsigned i = 0; i < count && scan_out(trial, i, 0, none); i++)
			;
	expect_gpu_error(trial, "SET_SCANOUT of a screen that there is not", &beyond, sizeof(beyond),
			 VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID);
	trial_record(trial, "%u outputs", count);
	engine_stop(trial->subject->engine);
	backing_release(trial, &backing);
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
		.hdr = GPU_HEADER(RESOURCE_CREATE_2D), .resource_id = cpu_to_le32(PICTURE),
		.format = cpu_to_le32(FORMAT), .width = cpu_to_le32(8), .height = cpu_to_le32(8),
	}, create_format = {
		.hdr = GPU_HEADER(RESOURCE_CREATE_2D), .resource_id = cpu_to_le32(NOTHING),
		.format = cpu_to_le32(0x5a5a), .width = cpu_to_le32(8), .height = cpu_to_le32(8),
	};
	const struct virtio_gpu_resource_unref unref = {
		.hdr = GPU_HEADER(RESOURCE_UNREF), .resource_id = cpu_to_le32(NOTHING),
	};
	const struct virtio_gpu_set_scanout scanout = {
		.hdr = GPU_HEADER(SET_SCANOUT), .r = all_of_it(), .resource_id = cpu_to_le32(NOTHING),
	};
	const struct virtio_gpu_transfer_to_host_2d transfer = {
		.hdr = GPU_HEADER(TRANSFER_TO_HOST_2D), .r = all_of_it(), .resource_id = cpu_to_le32(NOTHING),
	};
	const struct virtio_gpu_resource_flush flush = {
		.hdr = GPU_HEADER(RESOURCE_FLUSH), .r = all_of_it(), .resource_id = cpu_to_le32(NOTHING),
	};
	const struct virtio_gpu_resource_attach_backing attach_nothing = {
		.hdr = GPU_HEADER(RESOURCE_ATTACH_BACKING), .resource_id = cpu_to_le32(NOTHING),
	};
	const struct virtio_gpu_resource_detach_backing detach_nothing = {
		.hdr = GPU_HEADER(RESOURCE_DETACH_BACKING), .resource_id = cpu_to_le32(NOTHING),
	};
	static struct backing backing;
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

	if (!trial_start(trial, trial->subject->engine) || !gpu_make(trial, PICTURE, FORMAT, WIDE, HIGH) ||
	    !backing_make(trial, &backing))
		return;
	attach(trial, &backing);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_gpu_error(trial, rows[i].what, rows[i].command, rows[i].size, rows[i].error);
	/* None of them has changed anything. */
	if (trial_good(trial) && show(trial, all_of_it()) && detach(trial))
		gpu_unmake(trial, PICTURE);
	engine_stop(trial->subject->engine);
	backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.resource-errors", resource_errors,
		 "Commands about pictures that there are not get the error that says so, and do nothing else.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = FUNCTIONAL);

/* Rectangles that are partly or wholly outside, by a little and by so much that a sum of 32 bits comes round. */
static void rectangle_errors(struct trial *trial)
{
	const struct virtio_gpu_rect parts[] = {
		GPU_RECTANGLE(0, 0, WIDE + 1, HIGH), GPU_RECTANGLE(0, 0, WIDE, HIGH + 1),
		GPU_RECTANGLE(1, 0, WIDE, 1),
		GPU_RECTANGLE(0, 1, 1, HIGH), GPU_RECTANGLE(WIDE + 1, 0, 1, 1), GPU_RECTANGLE(0, HIGH + 1, 1, 1),
		GPU_RECTANGLE(0xffffffff, 0, 2, 1), GPU_RECTANGLE(0, 0xffffffff, 1, 2),
		GPU_RECTANGLE(1, 1, 0xffffffff, 1), GPU_RECTANGLE(1, 1, 1, 0xffffffff),
	};
	static struct backing backing;

	if (!trial_start(trial, trial->subject->engine) || !gpu_make(trial, PICTURE, FORMAT, WIDE, HIGH) ||
	    !backing_make(trial, &backing))
		return;
	attach(trial, &backing);
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]) && trial_good(trial); i++) {
		struct virtio_gpu_transfer_to_host_2d transfer = transfer_of(all_of_it());
		const struct virtio_gpu_resource_flush flush = {
			.hdr = GPU_HEADER(RESOURCE_FLUSH), .r = parts[i], .resource_id = cpu_to_le32(PICTURE),
		};
		const struct virtio_gpu_set_scanout scanout = {
			.hdr = GPU_HEADER(SET_SCANOUT), .r = parts[i], .resource_id = cpu_to_le32(PICTURE),
		};

		transfer.r = parts[i];
		trial_note(trial, "rectangle", "%u: %ux%u at %u, %u of %ux%u", i, le32_to_cpu(parts[i].width),
			   le32_to_cpu(parts[i].height), le32_to_cpu(parts[i].x), le32_to_cpu(parts[i].y), WIDE, HIGH);
		expect_gpu_error(trial, "TRANSFER_TO_HOST_2D of what is outside", &transfer, sizeof(transfer),
				 VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER);
		expect_gpu_error(trial, "RESOURCE_FLUSH of what is outside", &flush, sizeof(flush),
				 VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER);
		expect_gpu_error(trial, "SET_SCANOUT of what is outside", &scanout, sizeof(scanout),
				 VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER);
	}
	engine_stop(trial->subject->engine);
	backing_release(trial, &backing);
}
CONFORMANCE_TEST("virtio.gpu.rectangle-errors", rectangle_errors,
		 "Rectangles that are not within their picture are refused as parameters.",
		 .scope = &scope_gpu, .about = gpu_once, .judged_by = FUNCTIONAL);
