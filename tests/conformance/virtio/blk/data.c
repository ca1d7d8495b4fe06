/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.blk: what is on the disk after a request. Discarding and zeroes, with the sectors beside them; and data
 * in many pieces of odd sizes at odd places, each in a page of its own, with pages between them that must not move.
 *
 * Source: VIRTIO 1.4, section 5.2.6.
 */
#include "boot/bytes.h"
#include "boot/frames.h"
#include "tests/conformance/virtio/blk/range_request.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);

#define PATTERN			0xa5

#define PLAYGROUND_SECTORS	8u
#define PLAYGROUND_SIZE		(PLAYGROUND_SECTORS * SECTOR_SIZE)

/* What stands there, and in the sectors beside it. */
struct playground {
	uint8_t before[SECTOR_SIZE], written[PLAYGROUND_SIZE], behind[SECTOR_SIZE];
};

static bool playground_fill(struct trial *trial, struct playground *playground)
{
	struct engine *engine = trial->subject->engine;

	for (uint32_t i = 0; i < PLAYGROUND_SIZE; i++)
		playground->written[i] = trial_random(trial) | 1;
	return expect(trial, blk_read(engine, PLAYGROUND - 1, 1, playground->before) == ENGINE_DONE &&
		      blk_read(engine, PLAYGROUND + PLAYGROUND_SECTORS, 1, playground->behind) == ENGINE_DONE &&
		      blk_write(engine, PLAYGROUND, PLAYGROUND_SECTORS, playground->written) == ENGINE_DONE,
		      "a request fails: %s", engine->fault);
}

/* The first so many bytes must be zeroes or (zero false) anything, the others as they were. */
static void expect_playground(struct trial *trial, const struct playground *playground, uint32_t changed, bool zero)
{
	static uint8_t found[PLAYGROUND_SIZE];
	uint8_t before[SECTOR_SIZE], behind[SECTOR_SIZE];
	struct engine *engine = trial->subject->engine;
	uint32_t from = zero ? 0 : changed;

	if (!expect(trial, blk_read(engine, PLAYGROUND, PLAYGROUND_SECTORS, found) == ENGINE_DONE &&
		    blk_read(engine, PLAYGROUND - 1, 1, before) == ENGINE_DONE &&
		    blk_read(engine, PLAYGROUND + PLAYGROUND_SECTORS, 1, behind) == ENGINE_DONE,
		    "a request fails: %s", engine->fault))
		return;
	for (uint32_t i = from; i < PLAYGROUND_SIZE; i++) {
		uint8_t expected = i < changed ? 0 : playground->written[i];

		if (!expect(trial, found[i] == expected, "byte %u of sector %u is %#x, not %#x", i % SECTOR_SIZE,
			    PLAYGROUND + i / SECTOR_SIZE, found[i], expected))
			return;
	}
	expect(trial, memcmp(before, playground->before, SECTOR_SIZE) == 0, "the sector before has changed");
	expect(trial, memcmp(behind, playground->behind, SECTOR_SIZE) == 0, "the sector behind has changed");
}

/* Sectors that such a request may be about: whole blocks of the playground, or 0. */
static uint32_t range_sectors(const struct engine *engine, const struct blk_range_kind *kind)
{
	uint32_t block = disk_of(engine)->block / SECTOR_SIZE;
	uint64_t most;

	if (!virtio_config_read(virtio_engine_of(engine)->device, kind->most, sizeof(__u32), &most))
		return 0;
	return (most < PLAYGROUND_SECTORS / 2 ? most : block < PLAYGROUND_SECTORS ? PLAYGROUND_SECTORS / 2 : block) /
	       block * block;
}

static const char *needs_range(const struct subject *subject, const struct blk_range_kind *kind)
{
	if (blk_needs_ranges(subject, kind))
		return blk_needs_ranges(subject, kind);
	return range_sectors(subject->engine, kind) ? NULL : "the device takes fewer sectors than one block has";
}

static const char *needs_discard(const struct subject *subject)
{
	return needs_range(subject, &blk_discard);
}

static const char *needs_zeroes(const struct subject *subject)
{
	return needs_range(subject, &blk_zeroes);
}

/* Such a request about the beginning of the playground; its status, or BLK_NO_STATUS and the trial has failed. */
static uint8_t ask_range(struct trial *trial, const struct blk_range_kind *kind, uint32_t flags, uint32_t sectors)
{
	const struct blk_range range = { PLAYGROUND, sectors };

	return blk_ask_ranges(trial, kind, &range, 1, flags);
}

/* Flags that mean nothing for such a request: it is refused, and nothing on the disk changes. */
static void expect_flags_refused(struct trial *trial, const struct blk_range_kind *kind, uint32_t flags,
				 const struct playground *playground, uint32_t sectors)
{
	uint8_t status = trial_good(trial) ? ask_range(trial, kind, flags, sectors) : BLK_NO_STATUS;

	if (!trial_good(trial))
		return;
	expect(trial, status == VIRTIO_BLK_S_UNSUPP, "%s with flags %#x: the status is %#x, not %#x (UNSUPP)",
	       kind->name, flags, status, VIRTIO_BLK_S_UNSUPP);
	expect_playground(trial, playground, 0, true);
}

static void discard(struct trial *trial)
{
	static struct playground playground;
	struct engine *engine = trial->subject->engine;
	uint32_t sectors = range_sectors(engine, &blk_discard);

	if (!trial_start(trial, engine) || !playground_fill(trial, &playground))
		return;
	expect_flags_refused(trial, &blk_discard, VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP, &playground, sectors);
	expect_flags_refused(trial, &blk_discard, BLK_FLAG_RESERVED, &playground, sectors);
	if (!trial_good(trial))
		return;
	expect_equal(trial, "status of DISCARD", ask_range(trial, &blk_discard, 0, sectors), VIRTIO_BLK_S_OK);
	expect_playground(trial, &playground, sectors * SECTOR_SIZE, false);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.discard", discard,
		 "A discard ends well and leaves the sectors beside its range alone, and undefined flags are refused.",
		 .scope = &scope_blk, .about = on_plain_ring, .skip = needs_discard, .clauses = "BLK-26 BLK-27",
		 .judged_by = EVIDENCE);

static void write_zeroes(struct trial *trial)
{
	static struct playground playground;
	struct engine *engine = trial->subject->engine;
	uint32_t sectors = range_sectors(engine, &blk_zeroes);

	if (!trial_start(trial, engine) || !playground_fill(trial, &playground))
		return;
	expect_flags_refused(trial, &blk_zeroes, BLK_FLAG_RESERVED, &playground, sectors);
	for (uint32_t flags = 0; flags <= VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP && trial_good(trial); flags++) {
		if (!playground_fill(trial, &playground))
			return;
		expect_equal(trial, flags ? "status of WRITE_ZEROES with unmap" : "status of WRITE_ZEROES",
			     ask_range(trial, &blk_zeroes, flags, sectors), VIRTIO_BLK_S_OK);
		expect_playground(trial, &playground, sectors * SECTOR_SIZE, true);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.write-zeroes", write_zeroes,
		 "Zeroes are in every sector of the range, and in none beside it, with unmap and without.",
		 .scope = &scope_blk, .about = on_plain_ring, .skip = needs_zeroes, .clauses = "BLK-26 BLK-30",
		 .judged_by = EVIDENCE);

/*
 * Pieces of one request, each in a frame of its own and the last ones first: an even number of them, of half a frame
 * less or more a few bytes, so that two of them have a round size. The frames between them carry a pattern, and so does
 * what is beside a piece in its frame.
 */
#define PIECE		((uint32_t)FRAME_SIZE / 2)
#define ODD		7u
#define MARGIN		16u
#define PIECES		(BLK_PIECES / 2 * 2)

struct pieces {
	struct dma_area area;
	struct virtqueue_buffer buffers[PIECES];
	uint8_t *memory[PIECES];
	unsigned count;
};

/* How many pieces fit: into the queue, into what the device takes at once, and on the disk. */
static unsigned count_pieces(const struct engine *engine, uint64_t bytes)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);
	const struct virtqueue *queue = virtio_engine_requests(virtio);
	unsigned room = (queue->layout == LAYOUT_DIRECT ? queue->size : VIRTQUEUE_TABLE_ENTRIES) - 2, count = PIECES;
	uint64_t most;

	if (virtio->device->offered & VIRTIO_BIT(VIRTIO_BLK_F_SIZE_MAX))
		return 0;
	if (virtio->device->offered & VIRTIO_BIT(VIRTIO_BLK_F_SEG_MAX) &&
	    virtio_config_read(virtio->device, offsetof(struct virtio_blk_config, seg_max), sizeof(__u32), &most) &&
	    most < room)
		room = most;
	if (count > room)
		count = room;
	if (count > bytes / PIECE)
		count = bytes / PIECE;
	return count / 2 * 2;
}

static bool make_pieces(struct trial *trial, struct pieces *pieces, unsigned count, uint32_t size, bool device_writes)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	uint8_t *memory;

	if (!virtio_area_make(device, &pieces->area, 2 * count + 1)) {
		trial_error(trial, "no memory for %u pieces", count);
		return false;
	}
	memory = arch_pointer(pieces->area.memory);
	memset(memory, PATTERN, (2 * count + 1) * FRAME_SIZE);
	pieces->count = count;
	for (unsigned i = 0; i < count; i++) {
		uint64_t at = (2 * (count - 1 - i) + 1) * (uint64_t)FRAME_SIZE + MARGIN + i % ODD;

		pieces->memory[i] = memory + at;
		pieces->buffers[i] = (struct virtqueue_buffer) {
			virtio_address(device, &pieces->area.map, at), i % 2 ? size + ODD : size - ODD, device_writes,
		};
	}
	return true;
}

/* Gives all frames but the pieces a look: their pattern must be there. */
static void release_pieces(struct trial *trial, struct pieces *pieces)
{
	const uint8_t *memory = arch_pointer(pieces->area.memory);
	const uint8_t *end = memory + (2 * pieces->count + 1) * (size_t)FRAME_SIZE;
	size_t left, alike;

	for (unsigned i = pieces->count; i-- > 0 && trial_good(trial);) {
		left = (size_t)(pieces->memory[i] - memory);
		alike = bytes_alike(memory, PATTERN, left);
		expect(trial, alike == left, "a byte %u before piece %u was written", (unsigned)(left - alike), i);
		memory = pieces->memory[i] + pieces->buffers[i].size;
	}
	left = (size_t)(end - memory);
	alike = trial_good(trial) ? bytes_alike(memory, PATTERN, left) : left;
	expect(trial, alike == left, "a byte %u before the end of all frames was written", (unsigned)(left - alike));
	dma_area_release(&pieces->area);
}

/* What the disk holds from its beginning on, in small requests with one piece each, against what is in the pieces. */
static void expect_read(struct trial *trial, const struct pieces *pieces)
{
	static uint8_t expected[DISK_LARGEST];
	struct engine *engine = trial->subject->engine;
	uint64_t at = 0;

	for (unsigned i = 0; i < pieces->count; i++)
		for (uint32_t j = 0; j < pieces->buffers[i].size; j++, at++) {
			if (at % DISK_LARGEST == 0 &&
			    !expect(trial, blk_read(engine, at / SECTOR_SIZE, DISK_LARGEST / SECTOR_SIZE, expected) ==
				    ENGINE_DONE, "a read fails: %s", engine->fault))
				return;
			if (!expect(trial, pieces->memory[i][j] == expected[at % DISK_LARGEST],
				    "byte %u of piece %u of %u is %#x, not %#x", j, i, pieces->count,
				    pieces->memory[i][j], expected[at % DISK_LARGEST]))
				return;
		}
}

static void read_pieces(struct trial *trial, unsigned count)
{
	static struct pieces pieces;
	struct blk_request request = { .type = VIRTIO_BLK_T_IN, .data = pieces.buffers, .harmless = true };

	if (!make_pieces(trial, &pieces, count, PIECE, true))
		return;
	request.count = count;
	expect_blk(trial, &request, "a read in pieces", VIRTIO_BLK_S_OK, count * PIECE + 1);
	if (trial_good(trial))
		expect_read(trial, &pieces);
	release_pieces(trial, &pieces);
}

static void scattered_read(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	unsigned count;

	virtio_engine_of(engine)->plan = (struct virtio_plan) { .queue_size = 64 };
	if (!trial_start(trial, engine))
		return;
	count = count_pieces(engine, disk_of(engine)->sectors * SECTOR_SIZE / DISK_LARGEST * DISK_LARGEST);
	if (count == 0)
		trial_skip(trial, "two pieces of %u bytes are more than the queue, the device or the disk takes",
			   PIECE);
	if (trial_good(trial))
		read_pieces(trial, 2);
	if (trial_good(trial) && !blk_is_slow(trial))
		read_pieces(trial, count);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.scattered-read", scattered_read,
		 "A read into many odd pieces of memory brings the same bytes as one into a single piece.",
		 .scope = &scope_blk, .about = on_each_layout, .skip = blk_needs_medium, .judged_by = EVIDENCE);

/* The playground in eight pieces or fewer. */
static void scattered_write(struct trial *trial)
{
	static struct pieces pieces;
	static struct playground playground;
	struct blk_request request = { .type = VIRTIO_BLK_T_OUT, .sector = PLAYGROUND, .data = pieces.buffers };
	struct engine *engine = trial->subject->engine;
	unsigned count, at = 0;

	if (!trial_start(trial, engine) || !playground_fill(trial, &playground))
		return;
	count = count_pieces(engine, PLAYGROUND_SECTORS * (uint64_t)PIECE) >= 8 ? 8 : 2;
	if (!make_pieces(trial, &pieces, count, PLAYGROUND_SIZE / count, false))
		return;
	for (unsigned i = 0; i < count; i++)
		for (uint32_t j = 0; j < pieces.buffers[i].size; j++)
			pieces.memory[i][j] = playground.written[at++] ^= 0xff;
	request.count = count;
	expect_blk(trial, &request, "a write in pieces", VIRTIO_BLK_S_OK, 1);
	expect_playground(trial, &playground, 0, true);
	release_pieces(trial, &pieces);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.scattered-write", scattered_write,
		 "A write from several pieces of memory leaves on the disk what one piece would.",
		 .scope = &scope_blk, .about = on_each_layout, .skip = blk_needs_scratch, .judged_by = EVIDENCE);
