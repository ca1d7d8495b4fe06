/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests about ranges of sectors: see range_request.h. What they do to the disk is judged in data.c and ranges.c. */
#include "tests/conformance/virtio/blk/range_request.h"

#include "drivers/virtio/fields.h"

#define FIELD(name)	offsetof(struct virtio_blk_config, name)

const struct blk_range_kind blk_discard = {
	"DISCARD", VIRTIO_BLK_T_DISCARD, VIRTIO_BLK_F_DISCARD, FIELD(max_discard_sectors), FIELD(max_discard_seg),
	"DISCARD is not offered: give it discard=on",
};
const struct blk_range_kind blk_zeroes = {
	"WRITE_ZEROES", VIRTIO_BLK_T_WRITE_ZEROES, VIRTIO_BLK_F_WRITE_ZEROES, FIELD(max_write_zeroes_sectors),
	FIELD(max_write_zeroes_seg), "WRITE_ZEROES is not offered: give it write-zeroes=on",
};
const struct blk_range_kind blk_erase = {
	"SECURE_ERASE", VIRTIO_BLK_T_SECURE_ERASE, VIRTIO_BLK_F_SECURE_ERASE, FIELD(max_secure_erase_sectors),
	FIELD(max_secure_erase_seg), "SECURE_ERASE is not offered",
};

const char *blk_needs_ranges(const struct subject *subject, const struct blk_range_kind *kind)
{
	const struct virtio_engine *virtio = virtio_engine_of(subject->engine);

	if (!(virtio->device->offered & VIRTIO_BIT(kind->feature)))
		return kind->not_offered;
	if (virtio->mode->legacy)
		return "the legacy interface has no such request";
	return blk_needs_scratch(subject);
}

uint8_t blk_ask_ranges(struct trial *trial, const struct blk_range_kind *kind, const struct blk_range *ranges,
		       unsigned count, uint32_t flags)
{
	struct blk_request request = { .type = kind->type };
	struct virtio_blk_discard_write_zeroes *segments;
	struct blk_piece piece;

	if (!blk_piece_make(trial, &piece, count * sizeof(*segments), false))
		return BLK_NO_STATUS;
	segments = (void *)piece.bytes;
	for (unsigned i = 0; i < count; i++)
		segments[i] = (struct virtio_blk_discard_write_zeroes) {
			.sector = cpu_to_le64(ranges[i].sector), .num_sectors = cpu_to_le32(ranges[i].count),
			.flags = cpu_to_le32(flags),
		};
	blk_piece_seal(&piece);
	return blk_piece_ask(trial, &request, &piece);
}
