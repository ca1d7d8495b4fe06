/* SPDX-License-Identifier: BSD-2-Clause */
/* A small picture of suite virtio.gpu: see backing.h. A GPU reads its backing, and writes none of it. */
#include "tests/conformance/virtio/gpu/backing.h"

#include "boot/frames.h"
#include "boot/string.h"

#define PATTERN		0x5a		/* what else is in the frames */
#define MARGIN		36u		/* where a piece begins in its frame */

static uint32_t piece_size(unsigned piece)
{
	const uint32_t each = GPU_BYTES / GPU_PIECES / 8 * 8 - 4;

	return piece == GPU_PIECES - 1 ? GPU_BYTES - (GPU_PIECES - 1) * each : each;
}

static uint64_t piece_at(unsigned piece)
{
	return (GPU_PIECES - 1 - piece) * (uint64_t)FRAME_SIZE + MARGIN;
}

void gpu_backing_fill(struct trial *trial, struct gpu_backing *backing)
{
	uint8_t *memory = arch_pointer(backing->area.memory);
	uint32_t at = 0;

	for (unsigned i = 0; i < GPU_PIECES; i++)
		for (uint32_t j = 0; j < piece_size(i); j++, at++)
			memory[piece_at(i) + j] = backing->bytes[at] = trial_random(trial);
}

bool gpu_backing_make(struct trial *trial, struct gpu_backing *backing)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;

	if (!virtio_area_make(device, &backing->area, GPU_PIECES)) {
		trial_error(trial, "no memory for a picture");
		return false;
	}
	memset(arch_pointer(backing->area.memory), PATTERN, GPU_PIECES * FRAME_SIZE);
	backing->command.attach = (struct virtio_gpu_resource_attach_backing) {
		.hdr = GPU_HEADER(RESOURCE_ATTACH_BACKING), .resource_id = cpu_to_le32(GPU_PICTURE),
		.nr_entries = cpu_to_le32(GPU_PIECES),
	};
	for (unsigned i = 0; i < GPU_PIECES; i++)
		backing->command.entries[i] = (struct virtio_gpu_mem_entry) {
			.addr = cpu_to_le64(virtio_address(device, &backing->area.map, piece_at(i))),
			.length = cpu_to_le32(piece_size(i)),
		};
	gpu_backing_fill(trial, backing);
	return true;
}

void gpu_backing_release(struct trial *trial, struct gpu_backing *backing)
{
	const uint8_t *memory = arch_pointer(backing->area.memory);
	uint32_t at = 0;

	for (unsigned i = 0; i < GPU_PIECES; i++) {
		const uint8_t *frame = memory + piece_at(i) - MARGIN;

		for (uint32_t j = 0; j < FRAME_SIZE && trial_good(trial); j++) {
			bool of_piece = j >= MARGIN && j < MARGIN + piece_size(i);
			uint8_t expected = of_piece ? backing->bytes[at + j - MARGIN] : PATTERN;

			expect(trial, frame[j] == expected,
			       "byte %u of the frame of piece %u is %#x, not %#x: a GPU has written it", j, i,
			       frame[j], expected);
		}
		at += piece_size(i);
	}
	dma_area_release(&backing->area);
}

bool gpu_attach(struct trial *trial, struct gpu_backing *backing)
{
	return expect_gpu_done(trial, "RESOURCE_ATTACH_BACKING", &backing->command, sizeof(backing->command));
}

bool gpu_detach(struct trial *trial)
{
	const struct virtio_gpu_resource_detach_backing command = {
		.hdr = GPU_HEADER(RESOURCE_DETACH_BACKING), .resource_id = cpu_to_le32(GPU_PICTURE),
	};

	return expect_gpu_done(trial, "RESOURCE_DETACH_BACKING", &command, sizeof(command));
}

struct virtio_gpu_transfer_to_host_2d gpu_transfer_of(struct virtio_gpu_rect part)
{
	uint64_t first = le32_to_cpu(part.y) * GPU_WIDE + le32_to_cpu(part.x);

	return (struct virtio_gpu_transfer_to_host_2d) {
		.hdr = GPU_HEADER(TRANSFER_TO_HOST_2D), .r = part, .resource_id = cpu_to_le32(GPU_PICTURE),
		.offset = cpu_to_le64(first * 4),
	};
}

bool gpu_show(struct trial *trial, struct virtio_gpu_rect part)
{
	const struct virtio_gpu_transfer_to_host_2d transfer = gpu_transfer_of(part);
	const struct virtio_gpu_resource_flush flush = {
		.hdr = GPU_HEADER(RESOURCE_FLUSH), .r = part, .resource_id = cpu_to_le32(GPU_PICTURE),
	};

	return expect_gpu_done(trial, "TRANSFER_TO_HOST_2D", &transfer, sizeof(transfer)) &&
	       expect_gpu_done(trial, "RESOURCE_FLUSH", &flush, sizeof(flush));
}

bool gpu_scan_out(struct trial *trial, uint32_t output, uint32_t resource, struct virtio_gpu_rect part)
{
	const struct virtio_gpu_set_scanout command = {
		.hdr = GPU_HEADER(SET_SCANOUT), .r = part, .scanout_id = cpu_to_le32(output),
		.resource_id = cpu_to_le32(resource),
	};

	return expect_gpu_done(trial, resource ? "SET_SCANOUT" : "SET_SCANOUT without a resource", &command,
			       sizeof(command));
}

struct virtio_gpu_rect gpu_whole(void)
{
	const struct virtio_gpu_rect all = GPU_RECTANGLE(0, 0, GPU_WIDE, GPU_HIGH);

	return all;
}
