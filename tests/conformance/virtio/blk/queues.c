/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.blk: all queues of a disk at once. Each has a request under way of which no other knows, with a header,
 * data and a status byte of its own; the sectors tell which request was answered where. That each queue works by
 * itself is virtio.mode.queues's.
 *
 * Source: VIRTIO 1.4, section 5.2.2.
 */
#include <linux/virtio_pci.h>

#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/scratch.h"
#include "tests/conformance/virtio/blk/blk.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);

/* A queue's requests: header, status byte and one block in a frame of their own, all else a pattern. */
#define AT_HEADER	64u
#define AT_STATUS	128u
#define AT_DATA		SECTOR_SIZE
#define STATUS_NONE	0xee

struct lane {
	struct dma_area area;
	uint8_t *memory;
	uint8_t written[DISK_LARGEST];		/* the block that this queue has written */
};
static struct lane lanes[VIRTIO_ENGINE_QUEUES];

static uint64_t sector_of(unsigned lane)
{
	return BLK_QUEUES + lane * (DISK_LARGEST / SECTOR_SIZE);
}

/*
 * Starts as many queues as the driver has numbers for: number 0 is the last one of them, so that it is no queue that is
 * driven everywhere else. Returns how many.
 */
static unsigned start_queues(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	unsigned count = virtio_common_read16(virtio->device, VIRTIO_PCI_COMMON_NUMQ);

	if (count > VIRTIO_ENGINE_QUEUES)
		count = VIRTIO_ENGINE_QUEUES;
	virtio->plan = (struct virtio_plan) { .further = count - 1, .omit = OMIT_DRIVER_OK };
	if (!trial_start(trial, engine))
		return 0;
	virtio->plan.omit = 0;
	for (unsigned number = 1; number < count; number++)
		if (!virtio_engine_queue_at(engine, number, number - 1, 16)) {
			trial_fail(trial, "queue %u of %u cannot be set up: %s", number - 1, count, engine->fault);
			return 0;
		}
	virtio_driver_ok(virtio->device);
	return count;
}

static bool make_lanes(struct trial *trial, unsigned count)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;

	for (unsigned i = 0; i < count; i++) {
		size_t frames = (AT_DATA + DISK_LARGEST + FRAME_SIZE - 1) / FRAME_SIZE;

		if (!virtio_area_make(device, &lanes[i].area, frames)) {
			trial_error(trial, "no memory for the requests of %u queues", count);
			return false;
		}
		lanes[i].memory = arch_pointer(lanes[i].area.memory);
	}
	return true;
}

/* Gives a queue its request, whose data stand in its lane already, or are to come there. */
static bool submit(struct trial *trial, unsigned lane, uint32_t type, uint32_t size)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	const struct dma_map *map = &lanes[lane].area.map;
	const struct virtqueue_buffer chain[] = {
		{ virtio_address(device, map, AT_HEADER), sizeof(struct virtio_blk_outhdr), false },
		{ virtio_address(device, map, AT_DATA), size, type == VIRTIO_BLK_T_IN },
		{ virtio_address(device, map, AT_STATUS), 1, true },
	};
	struct virtio_blk_outhdr *header = (void *)(lanes[lane].memory + AT_HEADER);

	*header = (struct virtio_blk_outhdr) {
		.type = cpu_to_virtio32(device, type), .sector = cpu_to_virtio64(device, sector_of(lane)),
	};
	lanes[lane].memory[AT_STATUS] = STATUS_NONE;
	return expect(trial, virtio_engine_submit(engine, lane, chain, 3), "queue %u: %s", lane, engine->fault);
}

/* Each queue has one request, given to all before one is waited for, and each has its own answer. */
static void ask_all(struct trial *trial, unsigned count, uint32_t type, uint32_t size)
{
	struct engine *engine = trial->subject->engine;
	struct virtqueue_used used;

	for (unsigned i = 0; i < count && trial_good(trial); i++)
		submit(trial, i, type, size);
	for (unsigned i = count; i-- > 0 && trial_good(trial);) {
		const volatile uint8_t *status = lanes[i].memory + AT_STATUS;

		if (!expect(trial, virtio_engine_wait(engine, i, ENGINE_LIMIT, &used) == ENGINE_DONE,
			    "request %u of %u, each in a queue of its own, is not answered: %s", i, count,
			    engine->fault))
			return;
		expect(trial, *status == VIRTIO_BLK_S_OK, "the status of request %u of %u is %#x", i, count, *status);
		expect_equal(trial, "bytes that are said to be written", used.length,
			     type == VIRTIO_BLK_T_IN ? size + 1 : 1);
	}
}

static void write_all(struct trial *trial, unsigned count, uint32_t size, const char *name)
{
	for (unsigned i = 0; i < count; i++) {
		uint64_t seed = trial_random(trial);

		for (uint32_t at = 0; at < size; at += SECTOR_SIZE)
			guest_sector((char *)lanes[i].written + at, SECTOR_SIZE, sector_of(i) + at / SECTOR_SIZE, name,
				     seed);
		memcpy(lanes[i].memory + AT_DATA, lanes[i].written, size);
		promise_text(name, sector_of(i), size / SECTOR_SIZE, seed);
	}
	ask_all(trial, count, VIRTIO_BLK_T_OUT, size);
}

static void read_all(struct trial *trial, unsigned count, uint32_t size)
{
	for (unsigned i = 0; i < count; i++)
		memset(lanes[i].memory + AT_DATA, BLK_PATTERN, DISK_LARGEST);
	ask_all(trial, count, VIRTIO_BLK_T_IN, size);
	for (unsigned i = 0; i < count && trial_good(trial); i++)
		expect(trial, memcmp(lanes[i].memory + AT_DATA, lanes[i].written, size) == 0,
		       "queue %u of %u brings other data than it has written: they begin '%.32s'", i, count,
		       lanes[i].memory + AT_DATA);
}

static void all_queues(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint32_t size = disk_of(engine)->block;
	char name[BLK_SERIAL];
	unsigned count;

	if (!trial_start(trial, engine) || !blk_pattern(trial, name))
		return;
	engine_stop(engine);
	count = start_queues(trial);
	if (count == 0 || !make_lanes(trial, count))
		return;
	write_all(trial, count, size, name);
	if (trial_good(trial))
		read_all(trial, count, size);
	engine_stop(engine);
	for (unsigned i = 0; i < count; i++)
		dma_area_release(&lanes[i].area);
	trial_record(trial, "%u queues at once", count);
}

static bool has_plain_queues(const struct subject *subject)
{
	return on_plain_ring(subject) && !virtio_engine_of(subject->engine)->mode->legacy;
}

static const char *needs_queues(const struct subject *subject)
{
	if (!(virtio_engine_of(subject->engine)->device->offered & VIRTIO_BIT(VIRTIO_BLK_F_MQ)))
		return "the disk has one queue: give it num-queues=4";
	if (blk_needs_scratch(subject))
		return blk_needs_scratch(subject);
	return disk_of(subject->engine)->sectors >= BLK_LARGE ? NULL :
	       "the disk is too small: give it an image of 1 MiB or more";
}
CONFORMANCE_TEST("virtio.blk.all-queues", all_queues,
		 "All queues of a disk carry requests at the same time, and each has the answers to its own.",
		 .scope = &scope_blk, .about = has_plain_queues, .skip = needs_queues, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);
