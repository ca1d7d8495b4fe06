/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.blk: requests that no driver should make, and data that are not there. Whatever a device makes of them,
 * it keeps to the memory that it was given, says of no data that they arrived which did not, and works after a reset.
 * What breaks the rules of rings is suite virtio.error's.
 *
 * Source: VIRTIO 1.4, section 5.2.6.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/virtio/blk/blk.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);

/* A number has 20 bytes, whatever room there is. */
static void longer_number(struct trial *trial)
{
	static const uint32_t sizes[] = { VIRTIO_BLK_ID_BYTES + 44, VIRTIO_BLK_ID_BYTES - 12 };
	struct engine *engine = trial->subject->engine;
	char number[BLK_SERIAL];

	if (!trial_start(trial, engine) ||
	    !expect(trial, blk_serial(engine, number) == ENGINE_DONE, "GET_ID fails: %s", engine->fault))
		return;
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]) && trial_good(trial); i++) {
		struct blk_request request = { .type = VIRTIO_BLK_T_GET_ID, .count = 1, .harmless = true };
		uint32_t most = sizes[i] < VIRTIO_BLK_ID_BYTES ? sizes[i] : VIRTIO_BLK_ID_BYTES;
		struct blk_piece piece;

		if (!blk_piece_make(trial, &piece, sizes[i], true))
			return;
		request.data = &piece.buffer;
		if (blk_asked(trial, &request)) {
			bool good = request.status == VIRTIO_BLK_S_OK;

			expect(trial, !good || memcmp(piece.bytes, number, strlen(number) < most ? strlen(number) :
						      most) == 0,
			       "GET_ID into %u bytes ends well, and brings another number", sizes[i]);
			blk_piece_untouched(trial, &piece, most);
			trial_record(trial, "GET_ID into %u bytes: status %#x", sizes[i], request.status);
		}
		blk_piece_release(trial, &piece);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.number-room", longer_number,
		 "GET_ID with more or less room than 20 bytes writes no more than the number, and nothing beside.",
		 .scope = &scope_blk, .about = blk_on_plainest, .judged_by = EVIDENCE);

/* What is worn out, in values that mean something. */
#define LIFETIME		VIRTIO_BIT(15)
#define TYPE_GET_LIFETIME	10u

static const char *needs_lifetime(const struct subject *subject)
{
	const struct virtio_engine *virtio = virtio_engine_of(subject->engine);

	return virtio->device->offered & LIFETIME && !virtio->mode->legacy ? NULL : "LIFETIME is not offered";
}

static void lifetime(struct trial *trial)
{
	static const uint16_t most[] = { 3, 11, 11 };
	struct blk_request request = { .type = TYPE_GET_LIFETIME, .count = 1, .harmless = true };
	struct engine *engine = trial->subject->engine;
	struct blk_piece piece;

	virtio_engine_of(engine)->plan = (struct virtio_plan) { .also = LIFETIME };
	if (!trial_start(trial, engine) || !blk_piece_make(trial, &piece, sizeof(most), true))
		return;
	request.data = &piece.buffer;
	expect_blk(trial, &request, "GET_LIFETIME", VIRTIO_BLK_S_OK, sizeof(most) + 1);
	for (unsigned i = 0; i < sizeof(most) / sizeof(most[0]) && trial_good(trial); i++) {
		unsigned found = le16_to_cpu(((const uint16_t *)(const void *)piece.bytes)[i]);

		expect(trial, found <= most[i], "field %u of the lifetime is %u, a reserved value", i, found);
	}
	blk_piece_release(trial, &piece);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.lifetime", lifetime,
		 "What a disk says of its lifetime are values that mean something.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_lifetime, .clauses = "BLK-38",
		 .judged_by = EVIDENCE);

/* A request, in a piece of its own, from which the status byte is left out. */
static void ask_without_status(struct trial *trial, uint32_t type, uint32_t size)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtio_blk_outhdr *header;
	struct virtqueue_used used;
	enum engine_result result;
	struct blk_piece piece;

	if (!trial_start(trial, engine) || !blk_piece_make(trial, &piece, sizeof(*header) + size, false))
		return;
	header = (void *)piece.bytes;
	*header = (struct virtio_blk_outhdr) {
		.type = cpu_to_virtio32(virtio->device, type), .sector = cpu_to_virtio64(virtio->device, PLAYGROUND),
	};
	blk_piece_seal(&piece);
	if (!virtio_engine_submit(engine, virtio->driver->request_queue, &piece.buffer, 1)) {
		trial_error(trial, "%s", engine->fault);
		return;
	}
	result = virtio_engine_wait(engine, virtio->driver->request_queue, ENGINE_LIMIT, &used);
	if (result == ENGINE_DONE)
		expect(trial, used.length == 0, "type %u without a status byte: %u bytes are said to be written", type,
		       used.length);
	/* Whether it asks for a reset before the wait is over is the host's haste. */
	trial_record(trial, "a request without a status byte is %s", result == ENGINE_DONE ? "used" : "not used");
	engine_stop(engine);
	blk_piece_release(trial, &piece);
	if (trial_good(trial))
		expect_recovers(trial, engine);
}

static void no_status(struct trial *trial)
{
	ask_without_status(trial, VIRTIO_BLK_T_FLUSH, 0);
	if (trial_good(trial))
		ask_without_status(trial, VIRTIO_BLK_T_OUT, disk_of(trial->subject->engine)->block);
}
static const char *needs_answer(const struct subject *subject)
{
	return virtio_engine_of(subject->engine)->mode->legacy ?
	       "a device that is driven as a legacy device cannot ask for a reset" : blk_needs_scratch(subject);
}
CONFORMANCE_TEST("virtio.blk.no-status", no_status,
		 "A request without a status byte writes no memory, and after a reset the device works.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_answer, .judged_by = EVIDENCE);

/* Two blocks, the second of which is where nothing is mapped. */
static void ask_unreachable(struct trial *trial, bool reads)
{
	struct engine *engine = trial->subject->engine;
	uint32_t size = disk_of(engine)->block;
	struct virtqueue_buffer pieces[2];
	struct blk_request request = {
		.type = reads ? VIRTIO_BLK_T_IN : VIRTIO_BLK_T_OUT, .sector = PLAYGROUND, .count = 2,
	};
	struct blk_piece there, lost;
	enum engine_result result;

	if (!blk_piece_make(trial, &there, size, reads) || !blk_piece_make(trial, &lost, size, reads))
		return;
	pieces[0] = there.buffer;
	pieces[1] = lost.buffer;
	request.data = pieces;
	blk_piece_release(trial, &lost);
	result = blk_ask(engine, &request);
	expect(trial, !request.strayed, "bytes beside the status byte, or the header, were written");
	expect(trial, result != ENGINE_DONE || request.status != VIRTIO_BLK_S_OK,
	       "the device cannot reach half of the data of a %s, and ends it well", reads ? "read" : "write");
	engine_stop(engine);
	blk_piece_release(trial, &there);
}

/* Once each way, with a reset between. */
static void unreachable(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;

	for (unsigned reads = 0; reads < 2 && trial_good(trial); reads++) {
		if (!trial_start(trial, engine))
			return;
		ask_unreachable(trial, reads);
		if (trial_good(trial))
			expect_recovers(trial, engine);
	}
}

/* Two blocks on the sectors that may hold anything. */
static const char *needs_unmapped(const struct subject *subject)
{
	if (needs_bus_view(subject))
		return needs_bus_view(subject);
	if (disk_of(subject->engine)->block > 4 * SECTOR_SIZE)
		return "the disk has larger blocks than 2048 bytes";
	return blk_needs_scratch(subject);
}
CONFORMANCE_TEST("virtio.blk.unreachable-data", unreachable,
		 "A request does not end well of whose data the device can reach but a part.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_unmapped, .judged_by = EVIDENCE);
