/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.blk: the switch of the cache's mode, and what a disk says of itself: its capacity, blocks and queues,
 * which the host compares with the image and with QEMU's options.
 *
 * Source: VIRTIO 1.4, sections 5.2.4 and 5.2.5.
 */
#include "boot/tap.h"
#include "tests/conformance/probe/scratch.h"
#include "tests/conformance/virtio/blk/blk.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);

#define OFFERS(device, name)	((device)->offered & VIRTIO_BIT(VIRTIO_BLK_F_##name))
#define FIELD(name)		offsetof(struct virtio_blk_config, name), sizeof(((struct virtio_blk_config *)0)->name)

static uint64_t read_field(struct trial *trial, uint32_t offset, uint32_t width)
{
	uint64_t value = 0;

	expect(trial, virtio_config_read(virtio_engine_of(trial->subject->engine)->device, offset, width, &value),
	       "the field at offset %u of the configuration cannot be read", offset);
	return value;
}

static const char *needs_switch(const struct subject *subject)
{
	if (!OFFERS(virtio_engine_of(subject->engine)->device, CONFIG_WCE))
		return "CONFIG_WCE is not offered: give it config-wce=on";
	return blk_needs_scratch(subject);
}

/* A sector of text, written in this mode, with a flush only where there is something to be flushed. */
static void write_in_mode(struct trial *trial, const char *name, unsigned writeback)
{
	uint64_t seed = trial_random(trial), sector = BLK_CACHE + writeback * (DISK_LARGEST / SECTOR_SIZE);
	static uint8_t written[DISK_LARGEST], found[DISK_LARGEST];
	struct engine *engine = trial->subject->engine;
	uint32_t count = disk_of(engine)->block / SECTOR_SIZE;

	for (uint32_t i = 0; i < count; i++)
		guest_sector((char *)written + i * SECTOR_SIZE, SECTOR_SIZE, sector + i, name, seed);
	promise_text(name, sector, count, seed);
	expect(trial, blk_write(engine, sector, count, written) == ENGINE_DONE &&
	       (!writeback || blk_flush(engine) == ENGINE_DONE) &&
	       blk_read(engine, sector, count, found) == ENGINE_DONE,
	       "with writeback %u a request fails: %s", writeback, engine->fault);
	if (trial_good(trial))
		expect(trial, memcmp(found, written, count * SECTOR_SIZE) == 0,
		       "with writeback %u sector %llu reads back as something else", writeback,
		       (unsigned long long)sector);
}

/* Both ways, and the one that it began with at the end. */
static void cache_mode(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	char name[BLK_SERIAL];
	uint64_t began;

	virtio_engine_of(engine)->plan = (struct virtio_plan) { .also = VIRTIO_BIT(VIRTIO_BLK_F_CONFIG_WCE) };
	if (!trial_start(trial, engine) || !blk_pattern(trial, name))
		return;
	if (disk_of(engine)->sectors < BLK_LARGE) {
		trial_skip(trial, "the disk is too small: give it an image of 1 MiB or more");
		return;
	}
	began = read_field(trial, FIELD(wce));
	expect(trial, began <= 1, "writeback is %llu, neither 0 nor 1", (unsigned long long)began);
	for (unsigned i = 1; i <= 2 && trial_good(trial); i++) {
		unsigned writeback = (began + i) & 1;

		virtio_config_write(device, FIELD(wce), writeback);
		expect_equal(trial, "writeback, after it was written", read_field(trial, FIELD(wce)), writeback);
		if (trial_good(trial))
			write_in_mode(trial, name, writeback);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.blk.cache-mode", cache_mode,
		 "The cache's mode is what was written to it, and what is written in each mode is on the disk.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_switch, .judged_by = EVIDENCE);

static const char *needs_choice(const struct subject *subject)
{
	const struct virtio_device *device = virtio_engine_of(subject->engine)->device;

	if (!OFFERS(device, CONFIG_WCE))
		return "CONFIG_WCE is not offered: give it config-wce=on";
	return virtio_engine_of(subject->engine)->mode->legacy ? "the legacy interface has no such rule" : NULL;
}

/* Whoever cannot flush must not be told of a cache. */
static void without_flush(struct trial *trial)
{
	struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);
	struct virtio_device *device = virtio->device;
	uint64_t features = (VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM | VIRTIO_BIT(VIRTIO_BLK_F_CONFIG_WCE)) &
			    device->offered;

	if (!virtio_negotiate(device, features))
		trial_skip(trial, "the device does not let itself be driven without FLUSH");
	else
		expect_equal(trial, "writeback, with CONFIG_WCE accepted and without FLUSH",
			     read_field(trial, FIELD(wce)), 0);
	virtio_reset(device);
}
CONFORMANCE_TEST("virtio.blk.cache-mode-without-flush", without_flush,
		 "Where FLUSH was not accepted and CONFIG_WCE was, the cache begins as one that writes through.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_choice, .clauses = "BLK-4",
		 .judged_by = FUNCTIONAL);

/* To the host: what the device says, by the name of QEMU's option. */
static void tell(const char *disk, const char *option, uint64_t value)
{
	if (disk[0])
		tap_comment("host-check: %s says %s %llu", disk, option, (unsigned long long)value);
}

static void tell_topology(struct trial *trial, const char *disk, uint64_t block)
{
	uint64_t exponent = read_field(trial, FIELD(physical_block_exp));

	tell(disk, "physical_block_size", block << (exponent & 31));
	tell(disk, "min_io_size", read_field(trial, FIELD(min_io_size)) * block);
	tell(disk, "opt_io_size", read_field(trial, FIELD(opt_io_size)) * block);
	expect(trial, exponent < 32, "a physical block has 2^%llu logical ones", (unsigned long long)exponent);
}

static void tell_queues(struct trial *trial, const char *disk)
{
	uint64_t queues = read_field(trial, FIELD(num_queues));

	tell(disk, "num-queues", queues);
	expect(trial, queues > 0, "MQ is offered, and num_queues is 0");
}

static void geometry(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	uint64_t block = SECTOR_SIZE;
	char name[BLK_SERIAL];

	virtio_engine_of(engine)->plan = (struct virtio_plan) {
		.also = VIRTIO_BIT(VIRTIO_BLK_F_TOPOLOGY) | VIRTIO_BIT(VIRTIO_BLK_F_MQ),
	};
	if (!trial_start(trial, engine) || !blk_pattern(trial, name))
		return;
	tell(name, "capacity", blk_capacity(device));
	if (OFFERS(device, BLK_SIZE)) {
		block = read_field(trial, FIELD(blk_size));
		tell(name, "logical_block_size", block);
		expect(trial, block && block % SECTOR_SIZE == 0, "a block has %llu bytes, no sectors",
		       (unsigned long long)block);
	}
	if (OFFERS(device, TOPOLOGY))
		tell_topology(trial, name, block);
	if (OFFERS(device, MQ))
		tell_queues(trial, name);
	if (!name[0])
		trial_record(trial, "%llu sectors in blocks of %llu bytes, which no host confirms",
			     (unsigned long long)blk_capacity(device), (unsigned long long)block);
	engine_stop(engine);
}
/* In each byte order. */
static bool in_each_order(const struct subject *subject)
{
	return does_dma(subject) && !virtio_engine_of(subject->engine)->mode->features;
}
CONFORMANCE_TEST("virtio.blk.geometry", geometry,
		 "Capacity, blocks, the sizes that suit the disk and its queues are what the host has made it with.",
		 .scope = &scope_blk, .about = in_each_order, .skip = blk_needs_medium, .clauses = "BLK-1",
		 .judged_by = EVIDENCE);
