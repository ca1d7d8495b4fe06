/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.blk: what a block device answers to requests other than those that move data: its features, its number,
 * flushes, types that there are not, sectors that there are not, and a disk that is read-only. What moves data is in
 * data.c.
 *
 * Source: VIRTIO 1.4, section 5.2.
 */
#include "tests/conformance/probe/scratch.h"
#include "tests/conformance/virtio/blk/blk.h"

#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);

/* Those without a name in the kernel's headers. */
#define FEATURE_ZONED		VIRTIO_BIT(17)
#define TYPE_FLUSH_OUT		5u
#define TYPE_UNKNOWN		0x7ffcu

#define OFFERS(device, name)	((device)->offered & VIRTIO_BIT(VIRTIO_BLK_F_##name))

const char *blk_needs_scratch(const struct subject *subject)
{
	return subject->engine->no_reads;
}

const char *blk_needs_medium(const struct subject *subject)
{
	const struct disk *disk = disk_of(subject->engine);

	return disk->answers ? disk->no_reads : NULL;
}

bool blk_on_plainest(const struct subject *subject)
{
	const struct virtio_engine *virtio = virtio_engine_of(subject->engine);

	if (virtio->mode->legacy)
		return !virtio->mode->features && virtio->device->modern->fault[0];
	return virtio_engine_plain(virtio);
}

/* So many reads of 4096 bytes; the first ones may be let pass. */
#define SLOW		MILLISECONDS(20)
#define LOOKS		4u
#define SLOW_LOOKS	3u

bool blk_is_slow(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct disk *disk = disk_of(engine);
	static uint8_t bytes[DISK_LARGEST];
	unsigned slow = 0;

	for (unsigned i = 0; i < LOOKS && !disk->timed && disk->sectors >= DISK_LARGEST / SECTOR_SIZE; i++) {
		uint64_t started = clock_now();

		blk_read(engine, 0, DISK_LARGEST / SECTOR_SIZE, bytes);
		slow += clock_now() - started > SLOW;
	}
	if (!disk->timed)
		disk->slow = slow >= SLOW_LOOKS;
	disk->timed = true;
	return disk->slow;
}

bool blk_pattern(struct trial *trial, char *name)
{
	struct engine *engine = trial->subject->engine;
	char sector[SECTOR_SIZE] = { 0 };

	name[0] = 0;
	if (disk_of(engine)->sectors > NAME_SECTOR &&
	    !expect(trial, blk_read(engine, NAME_SECTOR, 1, sector) == ENGINE_DONE, "a read fails: %s", engine->fault))
		return false;
	if (!pattern_name(sector, name, BLK_SERIAL))
		name[0] = 0;
	return true;
}

bool blk_asked(struct trial *trial, struct blk_request *request)
{
	struct engine *engine = trial->subject->engine;

	if (!expect(trial, blk_ask(engine, request) == ENGINE_DONE, "a request of type %u is not answered: %s",
		    request->type, engine->fault)) {
		/* Its data are given back next: nothing may be under way any more. */
		engine_stop(engine);
		return false;
	}
	return expect(trial, !request->strayed, "a request of type %u: its header, or bytes beside its status byte, "
		      "were written", request->type);
}

void expect_blk(struct trial *trial, struct blk_request *request, const char *what, uint8_t status, uint32_t length)
{
	if (!blk_asked(trial, request))
		return;
	expect(trial, request->status == status, "%s: the status is %#x, not %#x", what, request->status, status);
	/* The used length is no use with the legacy interface (DRV-BLKLEG-2). */
	if (!virtio_engine_of(trial->subject->engine)->mode->legacy)
		expect(trial, request->length == length, "%s: the used length is %u, not %u", what, request->length,
		       length);
}

static bool is_blk(const struct subject *subject)
{
	return subject->device->type == VIRTIO_ID_BLOCK;
}

static const char *needs_modern(const struct subject *subject)
{
	return subject->device->fault[0] ? "the device has no modern interface" : NULL;
}

static void features(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;

	expect(trial, !OFFERS(device, CONFIG_WCE) || OFFERS(device, FLUSH), "CONFIG_WCE is offered without FLUSH");
	expect(trial, !device->legacy || !(device->legacy->offered & FEATURE_ZONED),
	       "ZONED is offered by the legacy interface");
	trial_record(trial, "FLUSH is %soffered, ZONED is %soffered", OFFERS(device, FLUSH) ? "" : "not ",
		     device->offered & FEATURE_ZONED ? "" : "not ");
}
CONFORMANCE_TEST("virtio.blk.features", features,
		 "Feature bits of a disk go together as they must: no CONFIG_WCE without FLUSH, no zones on a legacy "
		 "one.",
		 .scope = &scope_virtio_device, .about = is_blk, .skip = needs_modern,
		 .clauses = "BLK-2 BLK-3 BLK-6 BLK-7", .judged_by = FUNCTIONAL);

static void expect_padding(struct trial *trial, uint32_t offset)
{
	uint64_t value;

	if (virtio_config_read(trial->subject->device, offset, 1, &value))
		expect(trial, value == 0, "padding at offset %u of the configuration reads %#llx", offset,
		       (unsigned long long)value);
}

static const char *needs_zeroes(const struct subject *subject)
{
	return needs_modern(subject) || OFFERS(subject->device, WRITE_ZEROES) ? needs_modern(subject) :
	       "WRITE_ZEROES, whose fields end in padding, is not offered";
}

/* The byte behind the cache mode, and those behind the fields of WRITE_ZEROES, which are there with them. */
static void padding(struct trial *trial)
{
	expect_padding(trial, offsetof(struct virtio_blk_config, unused));
	for (unsigned i = 0; i < sizeof(((struct virtio_blk_config *)0)->unused1); i++)
		expect_padding(trial, offsetof(struct virtio_blk_config, unused1) + i);
}
CONFORMANCE_TEST("virtio.blk.padding", padding,
		 "Unused bytes of a disk's configuration read 0.",
		 .scope = &scope_virtio_device, .about = is_blk, .skip = needs_zeroes, .clauses = "BLK-5",
		 .judged_by = FUNCTIONAL);

/* A number shorter than its place is filled up with NULs. */
static void expect_padded(struct trial *trial, const char *number)
{
	unsigned length = 0;

	while (length < VIRTIO_BLK_ID_BYTES && number[length])
		length++;
	for (unsigned i = length; i < VIRTIO_BLK_ID_BYTES; i++)
		if (!expect(trial, !number[i], "byte %u of the number, which has %u, is %#x and no padding", i, length,
			    (uint8_t)number[i]))
			return;
}

/* The whole number, with as many bytes as it always has; what is behind it stays. */
static void number(struct trial *trial)
{
	struct blk_request request = { .type = VIRTIO_BLK_T_GET_ID, .count = 1, .harmless = true };
	struct engine *engine = trial->subject->engine;
	struct blk_piece piece;

	if (!trial_start(trial, engine) || !blk_piece_make(trial, &piece, VIRTIO_BLK_ID_BYTES, true))
		return;
	request.data = &piece.buffer;
	expect_blk(trial, &request, "GET_ID", VIRTIO_BLK_S_OK, VIRTIO_BLK_ID_BYTES + 1);
	expect_padded(trial, (const char *)piece.bytes);
	blk_piece_release(trial, &piece);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.number", number,
		 "A disk's number is written with all of its 20 bytes, padded with zeroes, and nothing behind them.",
		 .scope = &scope_blk, .about = on_plain_ring, .judged_by = EVIDENCE);

static const char *needs_flush(const struct subject *subject)
{
	return OFFERS(virtio_engine_of(subject->engine)->device, FLUSH) ? NULL : "FLUSH is not offered";
}

/* The legacy interface has two types for it. */
static void flush(struct trial *trial)
{
	struct blk_request request = { .type = VIRTIO_BLK_T_FLUSH, .harmless = true };
	struct engine *engine = trial->subject->engine;

	if (!trial_start(trial, engine))
		return;
	expect_blk(trial, &request, "FLUSH", VIRTIO_BLK_S_OK, 1);
	request.type = TYPE_FLUSH_OUT;
	if (virtio_engine_of(engine)->mode->legacy)
		expect_blk(trial, &request, "FLUSH_OUT", VIRTIO_BLK_S_OK, 1);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.flush", flush,
		 "A flush ends well, by each type that there is for it.",
		 .scope = &scope_blk, .about = on_plain_ring, .skip = needs_flush, .clauses = "BLKLEG-5",
		 .judged_by = FUNCTIONAL);

/*
 * Types that there are not, and those of zones, which a device must not know where ZONED was not accepted: our driver
 * never does. Each has data as its type asks for: the low bit says that the device reads them. Neither they nor the
 * block that they name change.
 */
static void unsupported(struct trial *trial)
{
	static const struct { uint32_t type; const char *name; } rows[] = {
		{ TYPE_UNKNOWN, "a type that there is not" }, { TYPE_UNKNOWN + 1, "another" },
		{ 15, "ZONE_APPEND" }, { 16, "ZONE_REPORT" }, { 18, "ZONE_OPEN" }, { 20, "ZONE_CLOSE" },
		{ 22, "ZONE_FINISH" }, { 24, "ZONE_RESET" }, { 26, "ZONE_RESET_ALL" },
	};
	struct engine *engine = trial->subject->engine;
	uint8_t before[SECTOR_SIZE], after[SECTOR_SIZE];

	if (!trial_start(trial, engine) ||
	    !expect(trial, blk_read(engine, PLAYGROUND, 1, before) == ENGINE_DONE, "a read fails: %s", engine->fault))
		return;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && trial_good(trial); i++) {
		struct blk_request request = { .type = rows[i].type, .sector = PLAYGROUND, .count = 1 };
		struct blk_piece piece;

		if (!blk_piece_make(trial, &piece, SECTOR_SIZE, !(rows[i].type & 1)))
			return;
		request.data = &piece.buffer;
		if (blk_asked(trial, &request))
			expect(trial, request.status == VIRTIO_BLK_S_UNSUPP, "%s: the status is %#x, not %#x (UNSUPP)",
			       rows[i].name, request.status, VIRTIO_BLK_S_UNSUPP);
		blk_piece_untouched(trial, &piece, 0);
		blk_piece_release(trial, &piece);
	}
	if (trial_good(trial))
		expect(trial, blk_read(engine, PLAYGROUND, 1, after) == ENGINE_DONE &&
		       memcmp(before, after, SECTOR_SIZE) == 0,
		       "a request of an unsupported type has changed the disk");
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.unsupported", unsupported,
		 "Requests of types that there are not, or that were not negotiated, end with UNSUPP.",
		 .scope = &scope_blk, .about = on_plain_ring, .skip = blk_needs_scratch, .clauses = "BLK-39",
		 .judged_by = EVIDENCE);

/* Sectors behind the last one, from the last one on, and where only a number that wraps leads back to the disk. */
static void beyond_the_end(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct disk *disk = disk_of(engine);

	if (!trial_start(trial, engine))
		return;
	for (unsigned i = 0; i < 4 && trial_good(trial); i++) {
		uint64_t sectors[] = { disk->sectors, disk->sectors - disk->block / SECTOR_SIZE,
				       UINT64_MAX - (disk->block / SECTOR_SIZE - 1), 1ull << (64 - 9) };
		struct blk_request request = { .type = VIRTIO_BLK_T_IN, .sector = sectors[i], .count = 1,
					       .harmless = true };
		struct blk_piece piece;

		if (!blk_piece_make(trial, &piece, i == 1 ? 2 * disk->block : disk->block, true))
			return;
		request.data = &piece.buffer;
		if (blk_asked(trial, &request))
			expect(trial, request.status == VIRTIO_BLK_S_IOERR,
			       "%u bytes from sector %#llx of %#llx on: the status is %#x, not %#x (IOERR)",
			       piece.buffer.size, (unsigned long long)sectors[i], (unsigned long long)disk->sectors,
			       request.status, VIRTIO_BLK_S_IOERR);
		blk_piece_release(trial, &piece);
	}
	engine_stop(engine);
}

/* Two blocks must fit into a frame, with room on both sides. */
static const char *needs_small_blocks(const struct subject *subject)
{
	if (blk_needs_medium(subject))
		return blk_needs_medium(subject);
	return disk_of(subject->engine)->block < DISK_LARGEST ? NULL :
	       "the disk has blocks of 4096 bytes: give it logical_block_size=2048 or less";
}
CONFORMANCE_TEST("virtio.blk.beyond-the-end", beyond_the_end,
		 "Requests for sectors behind the last one fail, also where the number would wrap back to the disk.",
		 .scope = &scope_blk, .about = on_plain_ring, .skip = needs_small_blocks, .judged_by = FUNCTIONAL);

/* A read-only disk of which nobody minds if it is not. */
static const char *needs_read_only(const struct subject *subject)
{
	if (!OFFERS(virtio_engine_of(subject->engine)->device, RO))
		return "the disk is not read-only: give it readonly=on";
	return blk_needs_medium(subject);
}

static void read_only(struct trial *trial)
{
	struct blk_request request = { .type = VIRTIO_BLK_T_OUT, .sector = PLAYGROUND, .count = 1, .harmless = true };
	uint8_t first[SECTOR_SIZE], before[SECTOR_SIZE], after[SECTOR_SIZE];
	struct engine *engine = trial->subject->engine;
	struct blk_piece piece;

	if (!trial_start(trial, engine))
		return;
	if (blk_read(engine, 0, 1, first) != ENGINE_DONE || !disk_has_signature(first) ||
	    disk_of(engine)->block != SECTOR_SIZE)
		trial_skip(trial, "the disk has no scratch signature, or larger blocks than 512 bytes");
	else
		expect(trial, blk_read(engine, PLAYGROUND, 1, before) == ENGINE_DONE, "a read fails: %s",
		       engine->fault);
	if (!trial_good(trial) || !blk_piece_make(trial, &piece, SECTOR_SIZE, false))
		return;
	request.data = &piece.buffer;
	expect_blk(trial, &request, "a write to a read-only disk", VIRTIO_BLK_S_IOERR, 1);
	blk_piece_release(trial, &piece);
	expect(trial, blk_read(engine, PLAYGROUND, 1, after) == ENGINE_DONE, "a read fails: %s", engine->fault);
	expect(trial, memcmp(before, after, SECTOR_SIZE) == 0, "a read-only disk was written");
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.read-only", read_only,
		 "A write to a read-only disk fails and changes nothing.",
		 .scope = &scope_blk, .about = on_plain_ring, .skip = needs_read_only, .clauses = "BLK-24 BLK-25",
		 .judged_by = EVIDENCE);
