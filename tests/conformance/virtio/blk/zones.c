/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.blk: what a disk with zones says of them, and what it does for a driver that wants none. No machine of
 * the gate has such a disk: tests/unit/test_blk_zones.c judges one of software. What requests do to zones is
 * zone_states.c's.
 *
 * Source: VIRTIO 1.4, section 5.2.5.
 */
#include "tests/conformance/virtio/blk/zones.h"

#include "boot/string.h"
#include "drivers/virtio/fields.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);

const char *needs_zones(const struct subject *subject)
{
	const struct virtio_engine *virtio = virtio_engine_of(subject->engine);

	if (!(virtio->device->offered & ZONED) || virtio->mode->legacy)
		return "ZONED is not offered";
	return blk_needs_scratch(subject);
}

bool zones_start(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;

	virtio_engine_of(engine)->plan = (struct virtio_plan) {
		.also = ZONED | VIRTIO_BIT(VIRTIO_BLK_F_SECURE_ERASE) | VIRTIO_BIT(VIRTIO_BLK_F_SEG_MAX) |
			VIRTIO_BIT(VIRTIO_BLK_F_SIZE_MAX),
	};
	if (!trial_start(trial, engine))
		return false;
	if (zones_field(trial, ZONE_MODEL, 1) == MODEL_NONE)
		trial_skip(trial, "ZONED is offered, and the model says that the disk has no zones");
	return trial_good(trial);
}

uint64_t zones_field(struct trial *trial, uint32_t offset, uint32_t width)
{
	uint64_t value = 0;

	expect(trial, virtio_config_read(virtio_engine_of(trial->subject->engine)->device, offset, width, &value),
	       "the field at offset %u of the configuration cannot be read", offset);
	return value;
}

uint32_t zones_unit(struct trial *trial)
{
	uint32_t granularity = zones_field(trial, ZONE_GRANULARITY, 4);
	uint32_t block = disk_of(trial->subject->engine)->block;

	return (granularity > block ? granularity : block) / SECTOR_SIZE;
}

bool zone_look(struct trial *trial, uint64_t sector, struct zone *zone)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	struct blk_request request = { .type = ZONE_REPORT, .sector = sector, .count = 1, .harmless = true };
	const struct zone_report *report;
	const struct zone_descriptor *found;
	struct blk_piece piece;

	if (!blk_piece_make(trial, &piece, sizeof(*report) + sizeof(*found), true))
		return false;
	request.data = &piece.buffer;
	report = (const void *)piece.bytes;
	found = &report->zones[0];
	if (blk_asked(trial, &request))
		expect(trial, request.status == VIRTIO_BLK_S_OK && virtio64_to_cpu(device, report->count) == 1,
		       "a report of one zone from sector %llu on: the status is %#x, and it has %llu",
		       (unsigned long long)sector, request.status,
		       (unsigned long long)virtio64_to_cpu(device, report->count));
	*zone = (struct zone) {
		virtio64_to_cpu(device, found->capacity), virtio64_to_cpu(device, found->start),
		virtio64_to_cpu(device, found->pointer), found->type, found->state,
	};
	blk_piece_release(trial, &piece);
	return trial_good(trial);
}

unsigned zones_find(struct trial *trial, enum zone_type type, enum zone_state state, struct zone *zones, unsigned most)
{
	uint64_t each = zones_field(trial, ZONE_SECTORS, 4), sectors = disk_of(trial->subject->engine)->sectors;
	unsigned count = 0;

	for (uint64_t at = each ? (sectors + each - 1) / each * each : 0; at > 0 && count < most; at -= each) {
		struct zone *zone = &zones[count];

		if (!zone_look(trial, at - each, zone))
			return 0;
		if (zone->type != type || (type == TYPE_SWR && zone->start < BLK_UNTOUCHED))
			continue;
		count += state ? zone->state == state : zone->state != STATE_RDONLY && zone->state != STATE_OFFLINE;
	}
	return count;
}

uint8_t zone_ask(struct trial *trial, uint32_t type, uint64_t sector, uint32_t size, uint8_t fill, uint64_t *at)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	bool appends = type == ZONE_APPEND;
	struct blk_piece data, place;
	struct virtqueue_buffer pieces[2];
	struct blk_request request = { .type = type, .sector = sector, .count = (size > 0) + appends };
	uint64_t said;

	if (!blk_piece_make(trial, &data, size ? size : 8, type == VIRTIO_BLK_T_IN) ||
	    !blk_piece_make(trial, &place, sizeof(said), true))
		return BLK_NO_STATUS;
	if (size && type != VIRTIO_BLK_T_IN) {
		memset(data.bytes, fill, size);
		blk_piece_seal(&data);
	}
	pieces[0] = data.buffer;
	pieces[size > 0] = appends ? place.buffer : data.buffer;
	request.data = pieces;
	if (!blk_asked(trial, &request))
		request.status = BLK_NO_STATUS;
	memcpy(&said, place.bytes, sizeof(said));
	if (at)
		*at = appends ? virtio64_to_cpu(device, said) : data.bytes[0];
	blk_piece_release(trial, &place);
	blk_piece_release(trial, &data);
	return trial_good(trial) ? request.status : BLK_NO_STATUS;
}

/* Each zone begins at a multiple of the size, and its capacity is no more. */
static void expect_sizes(struct trial *trial, uint64_t each)
{
	uint64_t sectors = disk_of(trial->subject->engine)->sectors;
	struct zone zone;

	for (uint64_t at = 0; at < sectors && zone_look(trial, at, &zone); at += each) {
		bool last = at + each > sectors;

		expect(trial, zone.start == at && zone.capacity <= each,
		       "the zone at sector %llu begins at %llu with %llu sectors, and zone_sectors is %llu",
		       (unsigned long long)at, (unsigned long long)zone.start, (unsigned long long)zone.capacity,
		       (unsigned long long)each);
		expect(trial, (zone.type == TYPE_CONV) == (zone.state == STATE_NOT_WP),
		       "the zone at sector %llu is of type %u in state %u", (unsigned long long)at, zone.type,
		       zone.state);
		if (last)
			trial_record(trial, "the last zone is smaller than the others");
	}
}

static void expect_append_fits(struct trial *trial)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	uint64_t both = VIRTIO_BIT(VIRTIO_BLK_F_SEG_MAX) | VIRTIO_BIT(VIRTIO_BLK_F_SIZE_MAX);
	uint64_t most = zones_field(trial, ZONE_MAX_APPEND, 4), room = UINT64_MAX;

	if ((device->accepted & both) == both)
		room = zones_field(trial, offsetof(struct virtio_blk_config, seg_max), 4) *
		       zones_field(trial, offsetof(struct virtio_blk_config, size_max), 4);
	expect(trial, most * SECTOR_SIZE <= room, "max_append_sectors is %llu, and seg_max * size_max %llu bytes",
	       (unsigned long long)most, (unsigned long long)room);
	if (most == 0)
		trial_record(trial, "max_append_sectors is 0: nothing can be appended");
}

static void characteristics(struct trial *trial)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	uint64_t each, model;

	if (!zones_start(trial))
		return;
	each = zones_field(trial, ZONE_SECTORS, 4);
	model = zones_field(trial, ZONE_MODEL, 1);
	expect(trial, model <= MODEL_HA, "the model is %llu", (unsigned long long)model);
	expect(trial, each > 0, "zone_sectors is 0");
	for (uint32_t at = ZONE_UNUSED2; at < ZONE_CONFIG_END; at++)
		expect(trial, zones_field(trial, at, 1) == 0, "padding at offset %u of the configuration is not 0", at);
	expect_append_fits(trial);
	if (device->accepted & VIRTIO_BIT(VIRTIO_BLK_F_SECURE_ERASE) && trial_good(trial))
		expect(trial, zones_field(trial, offsetof(struct virtio_blk_config, secure_erase_sector_alignment), 4) %
		       each == 0, "secure_erase_sector_alignment is no multiple of zone_sectors");
	if (trial_good(trial))
		expect_sizes(trial, each);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.blk.zones", characteristics,
		 "What a disk says of its zones holds together, and each of them is as large as it says.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_zones,
		 .clauses = "BLK-10 BLK-11 BLK-12 BLK-13 BLK-14 BLK-18 BLK-19 BLK-21 BLK-60", .judged_by = FUNCTIONAL);

/* A driver that does not know of zones: what must be written in order shows itself so, or refuses. */
static void declined(struct trial *trial)
{
	struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	uint64_t others = device->offered & (VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM);
	uint64_t model = MODEL_NONE;

	if (virtio_negotiate(device, others | ZONED))
		model = zones_field(trial, ZONE_MODEL, 1);
	if (virtio_negotiate(device, others)) {
		expect(trial, model != MODEL_HM, "a host-managed disk lets itself be driven without ZONED");
		for (uint32_t at = ZONE_SECTORS; at < ZONE_CONFIG_END; at++)
			expect(trial, zones_field(trial, at, 1) == 0,
			       "ZONED was not accepted, and byte %u of the configuration is not 0", at);
	} else {
		expect(trial, model == MODEL_HM, "a disk whose model is %llu refuses to be driven without ZONED",
		       (unsigned long long)model);
	}
	virtio_reset(device);
}
CONFORMANCE_TEST("virtio.blk.zones-declined", declined,
		 "Without ZONED a host-managed disk refuses to be driven, and any other says nothing of zones.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_zones, .clauses = "BLK-8 BLK-9",
		 .judged_by = FUNCTIONAL);
