/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.blk: what discards, zeroes and secure erasures leave in the disk's image, which the host looks at after
 * the run: text of the guest's in every sector but those of the range. And the same requests, and writes, for sectors
 * that there are not. What their flags do is data.c's.
 *
 * Source: VIRTIO 1.4, section 5.2.6.
 */
#include "tests/conformance/probe/scratch.h"
#include "tests/conformance/virtio/blk/range_request.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);

/* Sectors that are written with text first, and those of them that a request is about. */
#define WRITTEN		40u
#define WRITTEN_SIZE	(WRITTEN * SECTOR_SIZE)
#define FIRST		8u
#define COUNT		8u
/* The second range, where a request may have two. */
#define SECOND		24u
#define SECOND_COUNT	8u

/* What is written with text for a kind of request, and what the request leaves there. */
static const struct plot {
	const struct blk_range_kind *kind;
	unsigned place;				/* the first of the sectors that are written */
	bool zeroes;				/* are what it leaves */
} plots[] = {
	{ &blk_discard, BLK_RANGES, false },
	{ &blk_zeroes, BLK_RANGES + WRITTEN, true },
	{ &blk_erase, BLK_RANGES + 2 * WRITTEN, false },
};
#define PLOTS	(sizeof(plots) / sizeof(plots[0]))

static const char *needs_plot(const struct subject *subject, const struct blk_range_kind *kind)
{
	if (blk_needs_ranges(subject, kind))
		return blk_needs_ranges(subject, kind);
	return disk_of(subject->engine)->sectors >= BLK_SIZES ? NULL :
	       "the disk is too small: give it an image of 1 MiB or more";
}

static const char *needs_discard(const struct subject *subject)
{
	return needs_plot(subject, &blk_discard);
}

static const char *needs_zeroes(const struct subject *subject)
{
	return needs_plot(subject, &blk_zeroes);
}

static const char *needs_erase(const struct subject *subject)
{
	return needs_plot(subject, &blk_erase);
}

/* Writes text into all sectors of a plot, in one request. */
static bool write_text(struct trial *trial, const struct plot *plot, const char *name, uint64_t seed)
{
	struct blk_request request = { .type = VIRTIO_BLK_T_OUT, .sector = plot->place, .count = 1 };
	struct blk_piece piece;

	if (!blk_piece_make(trial, &piece, WRITTEN_SIZE, false))
		return false;
	for (unsigned i = 0; i < WRITTEN; i++)
		guest_sector((char *)piece.bytes + i * SECTOR_SIZE, SECTOR_SIZE, plot->place + i, name, seed);
	blk_piece_seal(&piece);
	request.data = &piece.buffer;
	promise_text(name, plot->place, WRITTEN, seed);
	expect_blk(trial, &request, "a write", VIRTIO_BLK_S_OK, 1);
	blk_piece_release(trial, &piece);
	return trial_good(trial);
}

static bool is_within(const struct blk_range *ranges, unsigned count, unsigned sector)
{
	for (unsigned i = 0; i < count; i++)
		if (sector >= ranges[i].sector && sector < ranges[i].sector + ranges[i].count)
			return true;
	return false;
}

static bool all_zero(const uint8_t *bytes)
{
	for (unsigned i = 0; i < SECTOR_SIZE; i++)
		if (bytes[i])
			return false;
	return true;
}

/* All sectors but those of the ranges must hold their text, and those zeroes where the request leaves them. */
static void expect_text(struct trial *trial, const struct plot *plot, const char *name, uint64_t seed,
			const struct blk_range *ranges, unsigned count)
{
	struct blk_request request = { .type = VIRTIO_BLK_T_IN, .sector = plot->place, .count = 1, .harmless = true };
	char expected[SECTOR_SIZE];
	unsigned zeroes = 0;
	struct blk_piece piece;

	if (!blk_piece_make(trial, &piece, WRITTEN_SIZE, true))
		return;
	request.data = &piece.buffer;
	expect_blk(trial, &request, "a read", VIRTIO_BLK_S_OK, WRITTEN_SIZE + 1);
	for (unsigned i = 0; i < WRITTEN && trial_good(trial); i++) {
		bool within = is_within(ranges, count, plot->place + i), zero = all_zero(piece.bytes + i * SECTOR_SIZE);

		zeroes += within && zero;
		guest_sector(expected, SECTOR_SIZE, plot->place + i, name, seed);
		if (within)
			expect(trial, zero || !plot->zeroes, "sector %u, within the range, does not hold zeroes",
			       plot->place + i);
		else
			expect(trial, memcmp(piece.bytes + i * SECTOR_SIZE, expected, SECTOR_SIZE) == 0,
			       "sector %u, beside the range, has changed", plot->place + i);
	}
	if (count > 0 && !plot->zeroes)
		trial_record(trial, "%u sectors of the range read as zeroes", zeroes);
	blk_piece_release(trial, &piece);
}

/* On an engine that is started: before, the byte order of the configuration is not settled. */
static uint64_t field(const struct engine *engine, uint32_t offset)
{
	uint64_t value;

	return virtio_config_read(virtio_engine_of(engine)->device, offset, sizeof(__u32), &value) ? value : 0;
}

/* How many of the test's ranges one request may have. */
static unsigned count_ranges(struct trial *trial, const struct plot *plot)
{
	const struct engine *engine = trial->subject->engine;

	if (field(engine, plot->kind->most) < COUNT)
		trial_skip(trial, "the device takes fewer sectors at once than the %u of the test", COUNT);
	return field(engine, plot->kind->segments) >= 2 ? 2 : 1;
}

/* Of the other kinds data.c says so. */
static void expect_flag_refused(struct trial *trial, const struct plot *plot, const char *name, uint64_t seed,
				const struct blk_range *range)
{
	expect_equal(trial, "status of a range with an unknown flag",
		     blk_ask_ranges(trial, plot->kind, range, 1, BLK_FLAG_RESERVED), VIRTIO_BLK_S_UNSUPP);
	if (trial_good(trial))
		expect_text(trial, plot, name, seed, range, 0);
}

static void range(struct trial *trial, const struct plot *plot)
{
	const struct blk_range ranges[] = {
		{ plot->place + FIRST, COUNT }, { plot->place + SECOND, SECOND_COUNT },
	};
	struct engine *engine = trial->subject->engine;
	uint64_t seed = trial_random(trial);
	char name[BLK_SERIAL], what[48];
	unsigned count;

	virtio_engine_of(engine)->plan = (struct virtio_plan) { .also = VIRTIO_BIT(plot->kind->feature) };
	if (!trial_start(trial, engine) || !blk_pattern(trial, name))
		return;
	count = count_ranges(trial, plot);
	if (!trial_good(trial) || !write_text(trial, plot, name, seed))
		return;
	if (plot->kind->feature == VIRTIO_BLK_F_SECURE_ERASE)
		expect_flag_refused(trial, plot, name, seed, &ranges[0]);
	for (unsigned i = 0; i < count && trial_good(trial); i++)
		promise_sectors(name, ranges[i].sector, ranges[i].count,
				plot->zeroes ? PROMISE_ZEROES : PROMISE_ANYTHING);
	format(what, sizeof(what), "status of %s of %u ranges", plot->kind->name, count);
	if (trial_good(trial))
		expect_equal(trial, what, blk_ask_ranges(trial, plot->kind, ranges, count, 0), VIRTIO_BLK_S_OK);
	if (trial_good(trial))
		expect_text(trial, plot, name, seed, ranges, count);
	if (trial_good(trial))
		expect(trial, blk_flush(engine) == ENGINE_DONE, "a flush fails: %s", engine->fault);
	engine_stop(engine);
}

static void discard_image(struct trial *trial)
{
	range(trial, &plots[0]);
}
CONFORMANCE_TEST("virtio.blk.discard-image", discard_image,
		 "After a discard the image holds what it did beside the range; what the range reads as is recorded.",
		 .scope = &scope_blk, .about = on_plain_ring, .skip = needs_discard, .clauses = "BLK-28",
		 .judged_by = EVIDENCE);

static void zeroes_image(struct trial *trial)
{
	range(trial, &plots[1]);
}
CONFORMANCE_TEST("virtio.blk.zeroes-image", zeroes_image,
		 "After a write of zeroes the image holds them in the range, and what it did beside it.",
		 .scope = &scope_blk, .about = on_plain_ring, .skip = needs_zeroes, .clauses = "BLK-30",
		 .judged_by = EVIDENCE);

static void erase_image(struct trial *trial)
{
	range(trial, &plots[2]);
}
CONFORMANCE_TEST("virtio.blk.erase-image", erase_image,
		 "A secure erasure ends well and leaves what stands beside its range, and undefined flags are refused.",
		 .scope = &scope_blk, .about = on_plain_ring, .skip = needs_erase, .clauses = "BLK-26",
		 .judged_by = EVIDENCE);

/* Sectors that there are not: where a number of 32 bits, or one of bytes, would lead back to the disk. */
#define SOMEWHERE	PLAYGROUND
static uint64_t nowhere(unsigned row, const struct disk *disk)
{
	const uint64_t rows[] = {
		disk->sectors, SOMEWHERE + (1ull << 32), SOMEWHERE + (1ull << (64 - 9)), SOMEWHERE + (1ull << 63),
		UINT64_MAX - (disk->block / SECTOR_SIZE - 1),
	};

	return row < sizeof(rows) / sizeof(rows[0]) ? rows[row] : 0;
}

static void expect_refused(struct trial *trial, const char *what, uint64_t sector, uint8_t status)
{
	if (trial_good(trial))
		expect(trial, status != VIRTIO_BLK_S_OK, "%s of sector %#llx, which there is not, ends well", what,
		       (unsigned long long)sector);
}

/* What the number of a sector that there is not may lead to stays. */
static void expect_somewhere(struct trial *trial, uint64_t sector, const uint8_t *somewhere)
{
	struct engine *engine = trial->subject->engine;
	uint8_t found[SECTOR_SIZE];

	if (!trial_good(trial))
		return;
	expect(trial, blk_read(engine, SOMEWHERE, 1, found) == ENGINE_DONE, "a read fails: %s", engine->fault);
	expect(trial, memcmp(found, somewhere, SECTOR_SIZE) == 0,
	       "a write, discard or zeroes of sector %#llx, which there is not, has changed sector %u",
	       (unsigned long long)sector, SOMEWHERE);
}

static uint8_t write_nowhere(struct trial *trial, uint64_t sector)
{
	struct blk_request request = { .type = VIRTIO_BLK_T_OUT, .sector = sector };
	struct blk_piece piece;

	if (!blk_piece_make(trial, &piece, disk_of(trial->subject->engine)->block, false))
		return BLK_NO_STATUS;
	return blk_piece_ask(trial, &request, &piece);
}

static bool accepts(const struct engine *engine, const struct blk_range_kind *kind)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine);

	return !virtio->mode->legacy && virtio->device->accepted & VIRTIO_BIT(kind->feature);
}

static void beyond(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct disk *disk = disk_of(engine);
	uint32_t count = disk->block / SECTOR_SIZE;
	uint8_t somewhere[SECTOR_SIZE];

	virtio_engine_of(engine)->plan = (struct virtio_plan) { .also = VIRTIO_BIT(VIRTIO_BLK_F_SECURE_ERASE) };
	if (!trial_start(trial, engine) ||
	    !expect(trial, blk_read(engine, SOMEWHERE, 1, somewhere) == ENGINE_DONE, "a read fails: %s",
		    engine->fault))
		return;
	for (unsigned i = 0; nowhere(i, disk) && trial_good(trial); i++) {
		struct blk_range range = { nowhere(i, disk), count };

		if (range.sector < disk->sectors)
			continue;
		expect_refused(trial, "a write", range.sector, write_nowhere(trial, range.sector));
		for (unsigned k = 0; k < PLOTS && trial_good(trial); k++)
			if (accepts(engine, plots[k].kind))
				expect_refused(trial, plots[k].kind->name, range.sector,
					       blk_ask_ranges(trial, plots[k].kind, &range, 1, 0));
		expect_somewhere(trial, range.sector, somewhere);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.write-beyond-the-end", beyond,
		 "Writes, discards and zeroes for sectors that there are not fail, and change nothing.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = blk_needs_scratch, .judged_by = EVIDENCE);
