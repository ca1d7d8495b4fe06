/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.balloon: what the host has from a balloon: how many pages are in it, and statistics of the guest. Only
 * the host can say, so it is asked (tests/conformance/probe/host_event.h).
 *
 * Source: VIRTIO 1.4, sections 5.5.6.1 to 5.5.6.3.
 */
#include "boot/frames.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/virtio/balloon/balloon.h"

VIRTIO_TYPE_SCOPE(balloon, VIRTIO_ID_BALLOON);

#define PLACE		16u

/* The plainest engine of each interface of a device: what the host has does not depend on the ring. */
static bool once_each_interface(const struct subject *subject)
{
	return virtio_engine_of(subject->engine)->mode->features == 0;
}

static bool is_legacy(const struct subject *subject)
{
	return once_each_interface(subject) && virtio_engine_of(subject->engine)->mode->legacy;
}

static const char *place_of(const struct trial *trial, char *place)
{
	return pci_name(trial->subject->engine->function, place);
}

/* ---- The number of pages ------------------------------------------------------------------------------------- */

/* The memory that the guest has by what the host knows: all of it, but for the pages in the balloon. */
static bool host_memory(struct trial *trial, uint64_t *bytes)
{
	char place[PLACE];

	return host_event(trial, bytes, "balloon-actual %s", place_of(trial, place));
}

static bool expect_host_has(struct trial *trial, uint64_t all, uint32_t pages)
{
	uint64_t bytes;

	return host_memory(trial, &bytes) &&
	       expect(trial, bytes == all - (uint64_t)pages * BALLOON_PAGE,
		      "with %#x pages in the balloon the host has %#llx bytes less, not %#llx", pages,
		      (unsigned long long)(all - bytes), (unsigned long long)pages * BALLOON_PAGE);
}

/* Numbers whose bytes differ, of fewer pages than the machine has. */
static void actual(struct trial *trial)
{
	static const uint32_t pages[] = { 1, 0x0203, 0x1002, 0x00fe };
	struct engine *engine = trial->subject->engine;
	uint64_t all;

	if (!trial_start(trial, engine))
		return;
	if (expect(trial, balloon_set_actual(engine, 0), "actual cannot be written") && host_memory(trial, &all)) {
		for (unsigned i = 0; i < sizeof(pages) / sizeof(pages[0]) && trial_good(trial); i++) {
			balloon_set_actual(engine, pages[i]);
			expect_host_has(trial, all, pages[i]);
		}
		balloon_set_actual(engine, 0);
		expect_host_has(trial, all, 0);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.balloon.actual", actual,
		 "The host has the number of pages that the driver has written, whose bytes are little-endian always.",
		 .scope = &scope_balloon, .about = once_each_interface, .skip = needs_host, .clauses = "BALLOON-4",
		 .judged_by = EVIDENCE);

/* Byte by byte, as old drivers write it: until the last one the number is no number. */
static void actual_by_bytes(struct trial *trial)
{
	const uint8_t bytes[] = { 0x03, 0x10, 0, 0 };
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	uint64_t all;

	if (!trial_start(trial, engine))
		return;
	balloon_set_actual(engine, 0);
	if (host_memory(trial, &all)) {
		for (unsigned i = 0; i < sizeof(bytes) && trial_good(trial); i++) {
			virtio_config_write(device, offsetof(struct virtio_balloon_config, actual) + i, 1, bytes[i]);
			expect_host_has(trial, all, i + 1 < sizeof(bytes) ? 0 : bytes[1] << 8 | bytes[0]);
		}
	}
	balloon_set_actual(engine, 0);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.balloon.actual-by-bytes", actual_by_bytes,
		 "A number of pages that is written byte by byte counts when its last byte is there.",
		 .scope = &scope_balloon, .about = is_legacy, .skip = needs_host, .clauses = "BALLOON-7",
		 .judged_by = EVIDENCE);

/* ---- Statistics ---------------------------------------------------------------------------------------------- */

/* In no order, with tags between them that there are not: a device knows by the tag what a number is. The bytes of a
 * number differ, and it is below 2^53, which any host can print. */
#define UNKNOWN_TAG	0x7a01u
#define NUMBER(i)	(0x0000010203000000ull * ((i) + 1) + 0x5a0100u + (i))

static const struct { uint16_t tag; const char *name; } tags[] = {
	{ VIRTIO_BALLOON_S_MEMTOT, "stat-total-memory" },
	{ UNKNOWN_TAG, NULL },
	{ VIRTIO_BALLOON_S_SWAP_IN, "stat-swap-in" },
	{ VIRTIO_BALLOON_S_MEMFREE, "stat-free-memory" },
	{ UNKNOWN_TAG + 1, NULL },
	{ VIRTIO_BALLOON_S_MINFLT, "stat-minor-faults" },
};
#define TAGS		(sizeof(tags) / sizeof(tags[0]))

/* The host asks once a second, where it does; a busy one later. */
#define INTERVAL	1u
#define ASKED_LIMIT	SECONDS(20)

/* What is in a buffer: the round makes its numbers others than those of another one. */
static bool post_statistics(struct engine *engine, unsigned round)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtio_balloon_stat *statistics = virtio_engine_pointer(virtio, BALLOON_AREA_STATISTICS);
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, BALLOON_AREA_STATISTICS),
					   TAGS * sizeof(*statistics), false };

	for (unsigned i = 0; i < TAGS; i++)
		statistics[i] = (struct virtio_balloon_stat) {
			.tag = cpu_to_virtio16(virtio->device, tags[i].tag),
			.val = cpu_to_virtio64(virtio->device, NUMBER(i + round)),
		};
	return virtio_engine_submit(engine, BALLOON_STATS, &buffer, 1);
}

/* Rounds: those of the first buffer in either test, and that of a second one. */
enum { ROUND_FIRST, ROUND_SECOND, ROUND_FIRST_LEGACY = 7 };

static unsigned first_round;

static bool first_ready(struct engine *engine)
{
	return post_statistics(engine, first_round);
}

static bool no_transfer(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	(void)engine, (void)direction, (void)address, (void)size;
	return false;
}

static const struct virtio_driver with_statistics = {
	.type = VIRTIO_ID_BALLOON,
	.features = VIRTIO_BIT(VIRTIO_BALLOON_F_MUST_TELL_HOST) | VIRTIO_BIT(VIRTIO_BALLOON_F_STATS_VQ),
	.request_queue = BALLOON_INFLATE, .chain = 1, .area_frames = 1,
	.start = balloon_start_all, .ready = first_ready, .begin = no_transfer,
};

static const char *needs_statistics(const struct subject *subject)
{
	if (!(virtio_engine_of(subject->engine)->device->offered & VIRTIO_BIT(VIRTIO_BALLOON_F_STATS_VQ)))
		return "STATS_VQ is not offered";
	return needs_host(subject);
}

static bool ask(struct trial *trial, const char *name, uint64_t *number)
{
	char place[PLACE];

	return host_event(trial, number, "stat %s %s", place_of(trial, place), name);
}

static void expect_statistics(struct trial *trial, unsigned round)
{
	uint64_t number;

	for (unsigned i = 0; i < TAGS && trial_good(trial); i++)
		if (tags[i].name && ask(trial, tags[i].name, &number))
			expect(trial, number == NUMBER(i + round), "the host has %s as %#llx, and was told %#llx",
			       tags[i].name, (unsigned long long)number, (unsigned long long)NUMBER(i + round));
}

/* The device has one buffer, which it gives back when the host asks; with the next one come the new numbers. */
static void statistics(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtqueue_used used;
	char place[PLACE];

	first_round = ROUND_FIRST;
	if (balloon_begin_as(trial, &with_statistics) &&
	    host_event(trial, NULL, "stats-interval %s %u", place_of(trial, place), INTERVAL)) {
		if (expect(trial, virtio_engine_wait(engine, BALLOON_STATS, ASKED_LIMIT, &used) == ENGINE_DONE,
			   "the host asks for statistics, and their buffer does not come back: %s", engine->fault) &&
		    post_statistics(engine, ROUND_SECOND))
			expect_statistics(trial, ROUND_SECOND);
		host_event(trial, NULL, "stats-interval %s 0", place);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.balloon.statistics", statistics,
		 "The host asks for statistics, and has each number by its tag, in any order and beside unknown ones.",
		 .scope = &scope_balloon, .about = once_each_interface, .skip = needs_statistics,
		 .clauses = "BALLOON-8 BALLOON-9 BALLOON-10", .judged_by = EVIDENCE);

/* Old drivers hand over a first buffer before they know what is to be in it. */
static void first_statistics(struct trial *trial)
{
	uint64_t number;

	first_round = ROUND_FIRST_LEGACY;
	if (balloon_begin_as(trial, &with_statistics) && ask(trial, tags[0].name, &number))
		expect(trial, number != NUMBER(ROUND_FIRST_LEGACY), "the host has %s as the first buffer says",
		       tags[0].name);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.balloon.first-statistics", first_statistics,
		 "What the first buffer of statistics says through the legacy interface is not believed.",
		 .scope = &scope_balloon, .about = is_legacy, .skip = needs_statistics, .clauses = "BALLOON-11",
		 .judged_by = EVIDENCE);
