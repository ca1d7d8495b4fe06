/* SPDX-License-Identifier: BSD-2-Clause */
/* Data of a request between two margins that must not move: see blk.h. */
#include "boot/bytes.h"
#include "boot/frames.h"
#include "tests/conformance/virtio/blk/blk.h"

#include "boot/string.h"

/* Both margins are at least a sector, and the data begin where no word does not. */
#define MARGIN		SECTOR_SIZE

bool blk_piece_make(struct trial *trial, struct blk_piece *piece, uint32_t size, bool device_writes)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	size_t frames = (size + 2 * MARGIN + FRAME_SIZE - 1) / FRAME_SIZE;

	if (!virtio_area_make(device, &piece->area, frames)) {
		dma_area_release(&piece->area);
		/* A machine with little memory, or with small windows, is none that does something wrong. */
		if (frames > 1)
			trial_skip(trial, "there is no room for %u bytes of data at once", size);
		else
			trial_error(trial, "no memory for a piece of data");
		return false;
	}
	piece->sealed = false;
	piece->room = frames * FRAME_SIZE;
	piece->bytes = (uint8_t *)arch_pointer(piece->area.memory) + MARGIN;
	memset(piece->bytes - MARGIN, BLK_PATTERN, piece->room);
	piece->buffer = (struct virtqueue_buffer) { virtio_address(device, &piece->area.map, MARGIN), size,
						    device_writes };
	return true;
}

void blk_piece_seal(struct blk_piece *piece)
{
	piece->sum = bytes_sum(piece->bytes, piece->buffer.size);
	piece->sealed = true;
}

/* The first byte from `from` on, up to `to`, that is not the pattern. */
static int64_t find_moved(const struct blk_piece *piece, int64_t from, int64_t to)
{
	return from < to ? from + (int64_t)bytes_alike(piece->bytes + from, BLK_PATTERN, (size_t)(to - from)) : from;
}

void blk_piece_untouched(struct trial *trial, const struct blk_piece *piece, uint32_t from)
{
	int64_t end = (int64_t)(piece->room - MARGIN), before = find_moved(piece, -(int64_t)MARGIN, 0);
	int64_t behind = find_moved(piece, from, end);

	expect(trial, before == 0, "byte %d beside the data of a request was written", (int)before);
	expect(trial, behind == end, "byte %d of the memory behind the %u bytes of a request's data was written",
	       (int)behind, from);
	if (piece->sealed)
		expect(trial, bytes_sum(piece->bytes, piece->buffer.size) == piece->sum,
		       "data that the device was to read have changed in memory");
}

void blk_piece_release(struct trial *trial, struct blk_piece *piece)
{
	bool filled = piece->buffer.device_writes || piece->sealed;

	blk_piece_untouched(trial, piece, filled ? piece->buffer.size : 0);
	dma_area_release(&piece->area);
}

uint8_t blk_piece_ask(struct trial *trial, struct blk_request *request, struct blk_piece *piece)
{
	request->data = &piece->buffer;
	request->count = 1;
	if (!blk_asked(trial, request))
		request->status = BLK_NO_STATUS;
	blk_piece_release(trial, piece);
	return request->status;
}
