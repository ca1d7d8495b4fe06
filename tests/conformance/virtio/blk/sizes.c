/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.blk: requests from one sector up to 1 MiB. What is read is text of the host's that names its sector, up
 * to the last byte of the disk; what is written is text that the host finds in the image after the run, also behind
 * its first MiB (tests/conformance/probe/scratch.h).
 *
 * Source: VIRTIO 1.4, section 5.2.6.
 */
#include "tests/conformance/probe/scratch.h"
#include "tests/conformance/virtio/blk/blk.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);

/* Bytes, and where they are written; how many bytes of the data may stand in one descriptor is the device's choice. */
static const struct transfer { uint32_t size, sector; } transfers[] = {
	{ SECTOR_SIZE, BLK_SIZES }, { 8 * SECTOR_SIZE, BLK_SIZES + 8 }, { 128 * SECTOR_SIZE, BLK_SIZES + 16 },
	{ 2048 * SECTOR_SIZE, BLK_LARGE },
};
#define TRANSFERS	(sizeof(transfers) / sizeof(transfers[0]))
/* A large one is no other in each mode, but for the format of its ring. */
#define LARGE_TRANSFER	(transfers[TRANSFERS - 1].size)

static bool is_possible(struct trial *trial, const struct transfer *transfer)
{
	const struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);
	const struct disk *disk = disk_of(trial->subject->engine);
	uint64_t most;

	if (transfer->size % disk->block || transfer->size / SECTOR_SIZE > disk->sectors)
		return false;
	if (virtio->device->offered & VIRTIO_BIT(VIRTIO_BLK_F_SIZE_MAX) &&
	    virtio_config_read(virtio->device, offsetof(struct virtio_blk_config, size_max), sizeof(__u32), &most) &&
	    most < transfer->size)
		return false;
	if (transfer->size == LARGE_TRANSFER)
		return on_plain_ring(trial->subject) && !blk_is_slow(trial);
	return transfer->size <= DISK_LARGEST || !blk_is_slow(trial);
}

/* What a sector must hold: the host's text where nothing is ever written, or what a request for it alone brings. */
static bool expected_sector(struct trial *trial, const char *name, uint64_t first, uint64_t at, uint8_t *bytes)
{
	struct engine *engine = trial->subject->engine;
	static uint8_t block[DISK_LARGEST];
	uint32_t each = DISK_LARGEST / SECTOR_SIZE;
	uint64_t begin = first + (at - first) / each * each;
	uint32_t count = disk_of(engine)->sectors - begin < each ? disk_of(engine)->sectors - begin : each;

	if (name[0] && at >= BLK_UNTOUCHED) {
		host_sector((char *)bytes, SECTOR_SIZE, at, name);
		return true;
	}
	if (at == begin && !expect(trial, blk_read(engine, at, count, block) == ENGINE_DONE, "a read fails: %s",
				   engine->fault))
		return false;
	memcpy(bytes, block + (at - begin) * SECTOR_SIZE, SECTOR_SIZE);
	return true;
}

static void expect_sectors(struct trial *trial, const char *name, uint64_t first, const struct blk_piece *piece)
{
	uint8_t expected[SECTOR_SIZE];

	for (uint32_t i = 0; i < piece->buffer.size / SECTOR_SIZE && trial_good(trial); i++) {
		const uint8_t *found = piece->bytes + i * SECTOR_SIZE;
		unsigned at = 0;

		if (!expected_sector(trial, name, first, first + i, expected))
			return;
		if (memcmp(found, expected, SECTOR_SIZE) == 0)
			continue;
		while (found[at] == expected[at])
			at++;
		trial_fail(trial, "a read of %u bytes: sector %llu is wrong from byte %u on, begins '%.32s'",
			   piece->buffer.size, (unsigned long long)(first + i), at, found);
	}
}

/* The last sectors of the disk. */
static void read_size(struct trial *trial, const char *name, uint32_t size)
{
	uint64_t first = disk_of(trial->subject->engine)->sectors - size / SECTOR_SIZE;
	struct blk_request request = { .type = VIRTIO_BLK_T_IN, .sector = first, .count = 1, .harmless = true };
	char what[32];
	struct blk_piece piece;

	if (!blk_piece_make(trial, &piece, size, true))
		return;
	format(what, sizeof(what), "a read of %u bytes", size);
	request.data = &piece.buffer;
	expect_blk(trial, &request, what, VIRTIO_BLK_S_OK, size + 1);
	if (trial_good(trial))
		expect_sectors(trial, name, first, &piece);
	blk_piece_release(trial, &piece);
}

static void read_sizes(struct trial *trial)
{
	char name[BLK_SERIAL];

	if (!trial_start(trial, trial->subject->engine) || !blk_pattern(trial, name))
		return;
	for (unsigned i = 0; i < TRANSFERS && trial_good(trial); i++)
		if (is_possible(trial, &transfers[i]))
			read_size(trial, name, transfers[i].size);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.blk.read-sizes", read_sizes,
		 "Reads of 512 bytes to 1 MiB bring each sector up to the last one of the disk, and nothing beside.",
		 .scope = &scope_blk, .about = on_each_layout, .skip = blk_needs_medium, .clauses = "BLKLEG-4",
		 .judged_by = EVIDENCE);

/* What stands in the first and the last sector of what was written, and beside it. */
static void expect_written(struct trial *trial, const struct transfer *transfer, const struct blk_piece *piece,
			   const uint8_t *before, const uint8_t *behind)
{
	struct engine *engine = trial->subject->engine;
	uint32_t count = transfer->size / SECTOR_SIZE;
	const struct { uint64_t sector; const uint8_t *bytes; const char *name; } rows[] = {
		{ transfer->sector - 1, before, "the sector before" }, { transfer->sector, piece->bytes, "the first" },
		{ transfer->sector + count - 1, piece->bytes + (count - 1) * SECTOR_SIZE, "the last" },
		{ transfer->sector + count, behind, "the sector behind" },
	};
	uint8_t found[SECTOR_SIZE];

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && trial_good(trial); i++) {
		if (!expect(trial, blk_read(engine, rows[i].sector, 1, found) == ENGINE_DONE, "a read fails: %s",
			    engine->fault))
			return;
		expect(trial, memcmp(found, rows[i].bytes, SECTOR_SIZE) == 0,
		       "a write of %u bytes: %s, %llu, is something else: it begins '%.32s'", transfer->size,
		       rows[i].name, (unsigned long long)rows[i].sector, found);
	}
}

static void write_size(struct trial *trial, const char *name, const struct transfer *transfer)
{
	struct blk_request request = { .type = VIRTIO_BLK_T_OUT, .sector = transfer->sector, .count = 1 };
	uint32_t count = transfer->size / SECTOR_SIZE;
	uint8_t before[SECTOR_SIZE], behind[SECTOR_SIZE];
	struct engine *engine = trial->subject->engine;
	uint64_t seed = trial_random(trial);
	char what[32];
	struct blk_piece piece;

	if (!expect(trial, blk_read(engine, transfer->sector - 1, 1, before) == ENGINE_DONE &&
		    blk_read(engine, transfer->sector + count, 1, behind) == ENGINE_DONE, "a read fails: %s",
		    engine->fault) ||
	    !blk_piece_make(trial, &piece, transfer->size, false))
		return;
	for (uint32_t i = 0; i < count; i++)
		guest_sector((char *)piece.bytes + i * SECTOR_SIZE, SECTOR_SIZE, transfer->sector + i, name, seed);
	blk_piece_seal(&piece);
	format(what, sizeof(what), "a write of %u bytes", transfer->size);
	request.data = &piece.buffer;
	promise_text(name, transfer->sector, count, seed);
	expect_blk(trial, &request, what, VIRTIO_BLK_S_OK, 1);
	blk_piece_untouched(trial, &piece, transfer->size);
	if (trial_good(trial))
		expect_written(trial, transfer, &piece, before, behind);
	blk_piece_release(trial, &piece);
}

static void write_sizes(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	char name[BLK_SERIAL];

	if (!trial_start(trial, engine) || !blk_pattern(trial, name))
		return;
	for (unsigned i = 0; i < TRANSFERS && trial_good(trial); i++)
		if (is_possible(trial, &transfers[i]) &&
		    transfers[i].sector + transfers[i].size / SECTOR_SIZE < disk_of(engine)->sectors)
			write_size(trial, name, &transfers[i]);
	if (trial_good(trial))
		expect(trial, blk_flush(engine) == ENGINE_DONE, "a flush fails: %s", engine->fault);
	engine_stop(engine);
}

static const char *needs_room(const struct subject *subject)
{
	if (blk_needs_scratch(subject))
		return blk_needs_scratch(subject);
	return disk_of(subject->engine)->sectors > BLK_SIZES + 16 ? NULL :
	       "the disk is too small: give it an image of 1 MiB or more";
}
CONFORMANCE_TEST("virtio.blk.write-sizes", write_sizes,
		 "Writes of 512 bytes to 1 MiB are on the disk from the first to the last byte, and nothing beside.",
		 .scope = &scope_blk, .about = on_each_layout, .skip = needs_room, .clauses = "BLKLEG-4",
		 .judged_by = EVIDENCE);
