/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.config: how device-specific configuration reads at each width.
 *
 * Source: VIRTIO 1.4, sections 2.5 and 4.1.
 */
#include <linux/virtio_blk.h>

#include "drivers/virtio/device/blk.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/virtio_type.h"
#include "tests/conformance/probe/pci_window.h"

static const char *needs_config(const struct subject *subject)
{
	return subject->device->config.present ? needs_modern(subject) : "the device has no configuration of its own";
}

static uint32_t read_width(const struct virtio_device *device, uint32_t offset, uint32_t width)
{
	uint64_t value = 0;

	virtio_config_read(device, offset, width, &value);
	return value;
}

/*
 * The same bytes at 8, 16 and 32 bits: a wider access is the narrower ones, the lowest address being the lowest byte,
 * in whatever byte order the CPU works. Through the window of configuration space as well. Behind what every device of
 * the type has, a word of which the last byte reads as all ones, and all of it in one access, is where the fields end:
 * no driver may access what lies across that. A 9P tag of one letter makes the first word such a one.
 */
static void widths(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	uint32_t length = device->config.length < VIRTIO_TYPE_CONFIG ? device->config.length & ~3u : VIRTIO_TYPE_CONFIG;
	uint32_t known = virtio_type_config(device), certain = known ? known : 4;
	bool through_window = !needs_window(trial->subject);

	for (uint32_t at = 0; at + 4 <= length && trial_good(trial); at += 4) {
		uint32_t bytes = 0, words, whole = read_width(device, at, 4);

		for (unsigned i = 0; i < 4; i++)
			bytes |= read_width(device, at + i, 1) << 8 * i;
		words = read_width(device, at, 2) | read_width(device, at + 2, 2) << 16;
		if (at + 4 > certain && whole == 0xffffffff && bytes >> 24 == 0xff)
			break;
		expect(trial, bytes == whole && words == whole,
		       "configuration at %u: %#x in one access, %#x in two, %#x in four", at, whole, words, bytes);
		if (through_window)
			expect_equal(trial, "configuration, read through the window",
				     window_read(device, &device->config, at, 4), whole);
	}
}
CONFORMANCE_TEST("virtio.config.widths", widths,
		 "The device's configuration is the same bytes at 8, 16 and 32 bits, and through configuration space.",
		 .scope = &scope_virtio_device, .skip = needs_config, .clauses = "DEF-4 CFG-1 PCICFG-3",
		 .judged_by = FUNCTIONAL);

static const char *needs_disk(const struct subject *subject)
{
	return virtio_engine_of(subject->engine)->device->type == VIRTIO_ID_BLOCK ? NULL :
	       "the device has no 64-bit field";
}

/* The capacity, 64 bits: its halves read alike in either order and by themselves. And it is the disk's. */
static void capacity(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	uint32_t offset = offsetof(struct virtio_blk_config, capacity);
	uint32_t low, high;
	uint64_t sectors;

	if (!trial_start(trial, engine))
		return;
	high = read_width(device, offset + 4, 4);
	low = read_width(device, offset, 4);
	expect_equal(trial, "high half, read again", read_width(device, offset + 4, 4), high);
	expect_equal(trial, "low half, read again", read_width(device, offset, 4), low);
	sectors = (uint64_t)high << 32 | low;
	expect_equal(trial, "the whole, against its halves", blk_capacity(device), sectors);
	expect_end_of_disk(trial, engine);
	engine_stop(engine);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.config.capacity", capacity,
		 "The halves of a disk's capacity read the same in either order, and the disk ends where it says.",
		 .scope = &scope_split_engine, .skip = needs_disk, .clauses = "PCICAP-1 DEF-4", .judged_by = EVIDENCE);
