/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/blk_case.list */
/*
 * Tests of a disk's zones on a disk of software that has them: they pass on one that does all as it must, and fail,
 * with a reason that names what is wrong, on one that does one thing otherwise. QEMU has zones only where its host has
 * a disk with them.
 */
#include <string.h>

#include "tests/conformance/virtio/blk/zones.h"
#include "tests/unit/blk_case.h"

/* The first zones are conventional, up to what tests of other things write to; the last two are out of order. */
#define ZONES		24u
#define EACH		(CASE_SECTORS / ZONES)
#define CAPACITY	(EACH - 12u)
#define CONVENTIONAL	16u
#define APPEND_MOST	64u
#define OPEN_MOST	1u
#define GRANULARITY	1024u
#define FILLED_WITH	0x77

/* What the disk does wrongly. */
static enum fault {
	RIGHT, MODEL_UNKNOWN, PADDED, APPEND_BEYOND, ERASE_UNALIGNED, ODD_START, HAS_POINTER, HM_WITHOUT, HA_REFUSES,
	SAYS_ZONES, OPENS_FULL, CLOSES_FULL, CLOSES_EMPTY, WRITES_ANYWHERE, READS_OVER_END, OPEN_STAYS, ANY_SIZE,
	APPEND_AT, APPEND_ANYWHERE, APPEND_TOO_LARGE, APPENDS_FULL, CONVENTIONAL_OPENS, WRITES_RDONLY, MANAGES_RDONLY,
	MOVES_RDONLY, READS_OFFLINE, NO_LIMIT, LOW_LIMIT, KEEPS_DATA, ERASE_KEEPS, RESET_KEEPS_POINTER,
} fault;
static uint8_t model;

static struct zone zones[ZONES];
static uint8_t data[ZONES][EACH];		/* one byte stands for a sector */
static uint32_t (*answer_of_disk)(unsigned queue, const struct model_chain *chain);

static void make_zones(void)
{
	for (unsigned i = 0; i < ZONES; i++)
		zones[i] = (struct zone) {
			EACH, i * EACH, i * EACH, i < CONVENTIONAL ? TYPE_CONV : TYPE_SWR,
			i < CONVENTIONAL ? STATE_NOT_WP : STATE_EMPTY,
		};
	for (unsigned i = CONVENTIONAL; i < ZONES; i++)
		zones[i].capacity = CAPACITY;
	zones[ZONES - 1].state = STATE_OFFLINE;
	zones[ZONES - 2].state = STATE_RDONLY;
	if (fault == ODD_START)
		zones[3].start++;
	if (fault == HAS_POINTER)
		zones[4].state = STATE_EMPTY;
	memset(data, FILLED_WITH, sizeof(data));
}

static void put32(uint32_t offset, uint32_t value)
{
	memcpy(case_model->config + offset, &value, sizeof(value));
}

/* As the driver has accepted ZONED, or not. */
static void set_config(struct virtio_model *device)
{
	bool accepted = device->accepted & ZONED;

	memset(device->config + ZONE_SECTORS, 0, ZONE_CONFIG_END - ZONE_SECTORS);
	if (!accepted && fault != SAYS_ZONES)
		return;
	put32(ZONE_SECTORS, EACH);
	put32(ZONE_MAX_OPEN, fault == LOW_LIMIT ? OPEN_MOST + 1 : OPEN_MOST);
	put32(ZONE_MAX_APPEND, fault == APPEND_BEYOND ? 1 << 20 : APPEND_MOST);
	put32(ZONE_GRANULARITY, GRANULARITY);
	device->config[ZONE_MODEL] = fault == MODEL_UNKNOWN ? 9 : model;
	device->config[ZONE_UNUSED2 + 1] = fault == PADDED;
}

static bool is_open(const struct zone *zone)
{
	return zone->state == STATE_IOPEN || zone->state == STATE_EOPEN;
}

static bool may_open(const struct zone *zone)
{
	unsigned count = 0;

	for (unsigned i = 0; i < ZONES; i++)
		count += is_open(&zones[i]);
	return is_open(zone) || count < OPEN_MOST || fault == NO_LIMIT;
}

static void empty(struct zone *zone)
{
	zone->state = STATE_EMPTY;
	if (fault != RESET_KEEPS_POINTER)
		zone->pointer = zone->start;
	if (fault != KEEPS_DATA)
		memset(data[zone - zones], FILLED_WITH, EACH);
}

/* A write of sectors at the pointer. */
static uint8_t put(struct zone *zone, uint64_t sector, uint32_t count, uint8_t byte)
{
	if (zone->state == STATE_RDONLY && fault != WRITES_RDONLY)
		return S_INVALID_CMD;
	if (zone->state == STATE_RDONLY)
		return VIRTIO_BLK_S_OK;
	if (zone->state == STATE_FULL)
		return fault == APPENDS_FULL ? VIRTIO_BLK_S_OK : S_INVALID_CMD;
	if (fault != WRITES_ANYWHERE && sector != zone->pointer)
		return S_UNALIGNED_WP;
	if (fault != ANY_SIZE && count * SECTOR_SIZE % GRANULARITY)
		return S_UNALIGNED_WP;
	if (!may_open(zone))
		return S_OPEN_RESOURCE;
	if (!is_open(zone))
		zone->state = STATE_IOPEN;
	memset(data[zone - zones] + (sector - zone->start), byte, count);
	zone->pointer = sector + count;
	return VIRTIO_BLK_S_OK;
}

static uint8_t append_to(struct zone *zone, uint64_t sector, uint32_t count, uint8_t byte, uint64_t *at)
{
	if (zone->type != TYPE_SWR)
		return S_INVALID_CMD;
	if ((sector != zone->start && fault != APPEND_ANYWHERE) || (count > APPEND_MOST && fault != APPEND_TOO_LARGE))
		return S_INVALID_CMD;
	*at = zone->pointer + (fault == APPEND_AT);
	return put(zone, zone->pointer, count, byte);
}

static uint8_t open_zone(struct zone *zone)
{
	if (zone->state == STATE_FULL && fault != OPENS_FULL)
		return S_INVALID_CMD;
	if (!may_open(zone))
		return S_OPEN_RESOURCE;
	zone->state = fault == OPEN_STAYS ? zone->state : STATE_EOPEN;
	return VIRTIO_BLK_S_OK;
}

static uint8_t close_zone(struct zone *zone)
{
	if (zone->state == STATE_FULL)
		return fault == CLOSES_FULL ? VIRTIO_BLK_S_OK : S_INVALID_CMD;
	if (zone->state == STATE_EMPTY)
		return fault == CLOSES_EMPTY ? VIRTIO_BLK_S_OK : S_INVALID_CMD;
	zone->state = zone->pointer == zone->start ? STATE_EMPTY : STATE_CLOSED;
	return VIRTIO_BLK_S_OK;
}

static uint8_t manage(struct zone *zone, uint32_t type)
{
	if (zone->type == TYPE_CONV)
		return fault == CONVENTIONAL_OPENS && type == ZONE_OPEN ? VIRTIO_BLK_S_OK : S_INVALID_CMD;
	if (zone->state == STATE_RDONLY && fault == MOVES_RDONLY)
		zone->state = STATE_EMPTY;
	else if (zone->state == STATE_RDONLY)
		return fault == MANAGES_RDONLY && type == ZONE_FINISH ? VIRTIO_BLK_S_OK : S_INVALID_CMD;
	switch (type) {
	case ZONE_OPEN:
		return open_zone(zone);
	case ZONE_CLOSE:
		return close_zone(zone);
	case ZONE_FINISH:
		zone->state = STATE_FULL;
		return VIRTIO_BLK_S_OK;
	default:
		empty(zone);
		return VIRTIO_BLK_S_OK;
	}
}

static void report(const struct zone *zone, struct zone_report *into)
{
	into->count = 1;
	into->zones[0] = (struct zone_descriptor) {
		.capacity = zone->capacity, .start = zone->start, .pointer = zone->pointer, .type = zone->type,
		.state = zone->state,
	};
}

static uint8_t get(const struct zone *zone, uint64_t sector, uint32_t count, uint8_t *bytes)
{
	uint64_t at = sector - (zone - zones) * (uint64_t)EACH;

	if (at + count > CAPACITY && fault != READS_OVER_END)
		return S_INVALID_CMD;
	for (uint32_t i = 0; i < count && at + i < EACH; i++)
		memset(bytes + i * SECTOR_SIZE, data[zone - zones][at + i], SECTOR_SIZE);
	return VIRTIO_BLK_S_OK;
}

/* Requests about zones and their sectors; BLK_NO_STATUS for all others, which the disk answers. */
static uint8_t zone_status(const struct model_chain *chain)
{
	const struct virtio_blk_outhdr *header = case_piece(chain, 0);
	const struct virtio_blk_discard_write_zeroes *range = case_piece(chain, 1);
	bool erases = header->type == VIRTIO_BLK_T_SECURE_ERASE;
	uint64_t sector = erases ? range->sector : header->sector, at = 0;
	struct zone *zone = &zones[sector / EACH % ZONES];
	uint32_t count = chain->pieces[1].size / SECTOR_SIZE;
	uint8_t *bytes = case_piece(chain, 1), status;

	if (header->type == ZONE_REPORT) {
		report(zone, case_piece(chain, 1));
		return VIRTIO_BLK_S_OK;
	}
	if (zone->type == TYPE_CONV && header->type < ZONE_APPEND)
		return BLK_NO_STATUS;
	if (zone->state == STATE_OFFLINE)
		return fault == READS_OFFLINE ? VIRTIO_BLK_S_OK : S_INVALID_CMD;
	switch (header->type) {
	case VIRTIO_BLK_T_IN:
		return get(zone, sector, count, bytes);
	case VIRTIO_BLK_T_OUT:
		return put(zone, sector, count, bytes[0]);
	case VIRTIO_BLK_T_SECURE_ERASE:
		if (fault != ERASE_KEEPS)
			empty(zone);
		return VIRTIO_BLK_S_OK;
	case ZONE_APPEND:
		status = append_to(zone, sector, count, bytes[0], &at);
		memcpy(case_piece(chain, 2), &at, sizeof(at));
		return status;
	default:
		return manage(zone, header->type);
	}
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	uint8_t status = chain->count > 1 ? zone_status(chain) : BLK_NO_STATUS;

	if (status == BLK_NO_STATUS)
		return answer_of_disk(queue, chain);
	case_chain_count = 0;
	*(uint8_t *)case_piece(chain, chain->count - 1) = status;
	return 1;
}

/* FEATURES_OK, and configuration that depends on it. The first start, which looks at the disk, is let pass. */
static unsigned negotiations;

static bool agrees(struct virtio_model *device)
{
	bool refuses = model == MODEL_HM ? fault != HM_WITHOUT : fault == HA_REFUSES && negotiations > 0;

	negotiations++;
	set_config(device);
	return device->accepted & ZONED || !refuses;
}

struct row {
	const char *test;
	uint8_t model;
	enum fault fault;
	const char *reason;		/* part of it; NULL: it passes */
};

static void run_rows(void **state, const struct row *rows, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		fault = rows[i].fault;
		model = rows[i].model;
		negotiations = 0;
		make_zones();
		blk_case_make(ZONED | VIRTIO_BIT(VIRTIO_BLK_F_SECURE_ERASE) | VIRTIO_BIT(VIRTIO_BLK_F_SEG_MAX) |
			      VIRTIO_BIT(VIRTIO_BLK_F_SIZE_MAX));
		answer_of_disk = case_answer;
		case_answer = answer;
		case_model->agrees = agrees;
		put32(offsetof(struct virtio_blk_config, secure_erase_sector_alignment),
		      fault == ERASE_UNALIGNED ? EACH / 2 : EACH);
		put32(offsetof(struct virtio_blk_config, seg_max), 64);
		put32(offsetof(struct virtio_blk_config, size_max), 65536);
		blk_case_row(state, i, rows[i].test, rows[i].reason);
	}
}
#define RUN(rows)	run_rows(state, rows, sizeof(rows) / sizeof((rows)[0]))

static void right_zones_pass(void **state)
{
	static const struct row rows[] = {
		{ "zones", MODEL_HA, RIGHT, NULL }, { "zones-declined", MODEL_HA, RIGHT, NULL },
		{ "zone-states", MODEL_HA, RIGHT, NULL }, { "zone-append", MODEL_HA, RIGHT, NULL },
		{ "zone-kinds", MODEL_HA, RIGHT, NULL }, { "zone-limits", MODEL_HA, RIGHT, NULL },
		{ "zone-unwritten", MODEL_HA, RIGHT, NULL }, { "zone-erase", MODEL_HA, RIGHT, NULL },
	};

	RUN(rows);
}

static void configurations_that_are_wrong(void **state)
{
	static const struct row rows[] = {
		{ "zones", MODEL_HA, MODEL_UNKNOWN, "the model is 9" },
		{ "zones", MODEL_HA, PADDED, "padding at offset 94" },
		{ "zones", MODEL_HA, APPEND_BEYOND, "max_append_sectors is 1048576" },
		{ "zones", MODEL_HA, ERASE_UNALIGNED, "secure_erase_sector_alignment is no multiple" },
		{ "zones", MODEL_HA, ODD_START, "the zone at sector 768 begins at 769" },
		{ "zones", MODEL_HA, HAS_POINTER, "the zone at sector 1024 is of type 1 in state 1" },
		{ "zones-declined", MODEL_HM, HM_WITHOUT, "a host-managed disk lets itself be driven" },
		{ "zones-declined", MODEL_HA, HA_REFUSES, "whose model is 2 refuses" },
		{ "zones-declined", MODEL_HA, SAYS_ZONES, "byte 73 of the configuration is not 0" },
	};

	RUN(rows);
}

static void zones_that_are_wrong(void **state)
{
	static const struct row rows[] = {
		{ "zone-states", MODEL_HA, OPENS_FULL, "an open of a full zone: the status is 0" },
		{ "zone-states", MODEL_HA, CLOSES_FULL, "a close of a full zone: the status is 0" },
		{ "zone-states", MODEL_HA, CLOSES_EMPTY, "a close of an empty zone: the status is 0" },
		{ "zone-states", MODEL_HA, WRITES_ANYWHERE, "a write off the pointer: the status is 0" },
		{ "zone-states", MODEL_HA, READS_OVER_END, "a read over the end: the status is 0" },
		{ "zone-states", MODEL_HA, OPEN_STAYS, "an open leaves the zone in state 1, not 3" },
		{ "zone-states", MODEL_HA, ANY_SIZE, "less than write_granularity: expected 0x4, found 0" },
		{ "zone-states", MODEL_HA, RESET_KEEPS_POINTER, "a reset of a full zone leaves the write pointer" },
		{ "zone-append", MODEL_HA, APPEND_AT, "an append is said to be at sector 1" },
		{ "zone-append", MODEL_HA, APPEND_ANYWHERE, "an append elsewhere: the status is 0" },
		{ "zone-append", MODEL_HA, APPEND_TOO_LARGE, "that is too large: expected 0x3, found 0" },
		{ "zone-append", MODEL_HA, APPENDS_FULL, "an append to a full zone: the status is 0" },
		{ "zone-kinds", MODEL_HA, CONVENTIONAL_OPENS, "request 18 to a zone of type 1 in state 0" },
		{ "zone-kinds", MODEL_HA, WRITES_RDONLY, "request 1 to a zone of type 2 in state 13" },
		{ "zone-kinds", MODEL_HA, MANAGES_RDONLY, "request 22 to a zone of type 2 in state 13" },
		{ "zone-kinds", MODEL_HA, MOVES_RDONLY, "request 18 to a zone of type 2 in state 13" },
		{ "zone-kinds", MODEL_HA, READS_OFFLINE, "request 0 to a zone of type 2 in state 15" },
		{ "zone-limits", MODEL_HA, NO_LIMIT, "opening one zone more than may be open: the status is 0" },
		{ "zone-limits", MODEL_HA, LOW_LIMIT, "zone 1 cannot be opened, and 2 may be open" },
		{ "zone-unwritten", MODEL_HA, KEEPS_DATA, "a zone was reset, and sectors" },
		{ "zone-erase", MODEL_HA, ERASE_KEEPS, "an erasure leaves the zone in state 2, not 1" },
	};

	RUN(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(right_zones_pass),
		ENGINE_TEST(configurations_that_are_wrong),
		ENGINE_TEST(zones_that_are_wrong),
	};

	return cmocka_run_group_tests_name("blk-zones", tests, NULL, NULL);
}
