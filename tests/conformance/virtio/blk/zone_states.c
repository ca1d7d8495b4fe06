/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.blk: what requests do to the zones of a disk. A zone that must be written in order is led through its
 * states by a table of requests, each with the status that it must have and the state in which a report must then find
 * the zone. Only zones are used that nothing else writes to (zones.h).
 *
 * Source: VIRTIO 1.4, section 5.2.6.
 */
#include "tests/conformance/virtio/blk/range_request.h"
#include "tests/conformance/virtio/blk/zones.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);

#define LARGEST		(1u << 20)	/* bytes of a request that are tried */
#define OLD		0xd1		/* what is written before a reset */
#define NEW		0xc6

/* Where a request is, in units of the smallest write from the zone's start on, or from its end. */
enum place { FROM_START, BEFORE_END };

struct step {
	const char *name;
	uint32_t type;
	enum place from;
	uint32_t at, units;
	uint8_t status;
	enum zone_state state;		/* after it */
	int pointer;			/* units; -1: undefined */
};

static uint64_t place(const struct zone *zone, const struct step *step, uint32_t unit)
{
	uint64_t at = step->at * (uint64_t)unit;

	return step->from == FROM_START ? zone->start + at : zone->start + zone->capacity - at;
}

static void expect_state(struct trial *trial, const struct zone *zone, const char *name, enum zone_state state,
			 int pointer, uint32_t unit)
{
	struct zone found;

	if (!trial_good(trial) || !zone_look(trial, zone->start, &found))
		return;
	expect(trial, found.state == state, "%s leaves the zone in state %u, not %u", name, found.state, state);
	expect(trial, pointer < 0 || found.pointer == zone->start + pointer * (uint64_t)unit,
	       "%s leaves the write pointer at %llu of the zone, not %llu", name,
	       (unsigned long long)(found.pointer - zone->start), (unsigned long long)pointer * unit);
}

static void take_steps(struct trial *trial, const struct zone *zone, const struct step *steps, unsigned count)
{
	uint32_t unit = zones_unit(trial);

	for (unsigned i = 0; i < count && trial_good(trial); i++) {
		const struct step *step = &steps[i];
		uint64_t sector = place(zone, step, unit), at;
		uint8_t status = zone_ask(trial, step->type, sector, step->units * unit * SECTOR_SIZE, OLD, &at);

		expect(trial, status == step->status, "%s: the status is %#x, not %#x", step->name, status,
		       step->status);
		if (trial_good(trial) && step->type == ZONE_APPEND && status == VIRTIO_BLK_S_OK)
			expect(trial, at == zone->start + (step->pointer - step->units) * (uint64_t)unit,
			       "%s is said to be at sector %llu of the zone", step->name,
			       (unsigned long long)(at - zone->start));
		expect_state(trial, zone, step->name, step->state, step->pointer, unit);
	}
}
#define TAKE_STEPS(trial, zone, steps)	take_steps(trial, zone, steps, sizeof(steps) / sizeof((steps)[0]))

/* One zone that must be written in order; false where there is none, or the trial is over. */
static bool find_zone(struct trial *trial, struct zone *zone)
{
	if (!zones_start(trial))
		return false;
	if (zones_find(trial, TYPE_SWR, 0, zone, 1) == 0 && trial_good(trial))
		trial_skip(trial, "the disk has no zone behind its first 2 MiB that must be written in order");
	if (trial_good(trial) && zone->capacity < 8 * zones_unit(trial))
		trial_skip(trial, "a zone has fewer than eight of the smallest writes");
	return trial_good(trial);
}

/* The status of a request about a zone as a whole, which has no data. */
static uint8_t manage(struct trial *trial, const struct zone *zone, uint32_t type)
{
	return zone_ask(trial, type, zone->start, 0, 0, NULL);
}

/* Where the smallest write is more than a block, a block is too little. */
static void expect_granularity(struct trial *trial, const struct zone *zone)
{
	uint32_t block = disk_of(trial->subject->engine)->block, unit = zones_unit(trial);

	if (!trial_good(trial) || unit * SECTOR_SIZE == block)
		return;
	expect_equal(trial, "status of a write that is less than write_granularity",
		     zone_ask(trial, VIRTIO_BLK_T_OUT, zone->start, block, OLD, NULL), S_UNALIGNED_WP);
	expect_state(trial, zone, "such a write", STATE_EMPTY, 0, unit);
}

static void states(struct trial *trial)
{
	static const struct step steps[] = {
		{ "a reset", ZONE_RESET, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_EMPTY, 0 },
		{ "a reset of an empty zone", ZONE_RESET, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_EMPTY, 0 },
		{ "a close of an empty zone", ZONE_CLOSE, 0, 0, 0, S_INVALID_CMD, STATE_EMPTY, 0 },
		{ "a write off the pointer", VIRTIO_BLK_T_OUT, 0, 1, 1, S_UNALIGNED_WP, STATE_EMPTY, 0 },
		{ "an open", ZONE_OPEN, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_EOPEN, 0 },
		{ "an open of an open zone", ZONE_OPEN, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_EOPEN, 0 },
		{ "a close of one without data", ZONE_CLOSE, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_EMPTY, 0 },
		{ "a write", VIRTIO_BLK_T_OUT, 0, 0, 1, VIRTIO_BLK_S_OK, STATE_IOPEN, 1 },
		{ "a write behind the pointer", VIRTIO_BLK_T_OUT, 0, 0, 1, S_UNALIGNED_WP, STATE_IOPEN, 1 },
		{ "a close", ZONE_CLOSE, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_CLOSED, 1 },
		{ "a close of a closed zone", ZONE_CLOSE, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_CLOSED, 1 },
		{ "an open of a closed zone", ZONE_OPEN, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_EOPEN, 1 },
		{ "a write in an open zone", VIRTIO_BLK_T_OUT, 0, 1, 3, VIRTIO_BLK_S_OK, STATE_EOPEN, 4 },
		{ "a read over the end", VIRTIO_BLK_T_IN, BEFORE_END, 1, 2, S_INVALID_CMD, STATE_EOPEN, 4 },
		{ "a finish", ZONE_FINISH, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_FULL, -1 },
		{ "a finish of a full zone", ZONE_FINISH, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_FULL, -1 },
		{ "an open of a full zone", ZONE_OPEN, 0, 0, 0, S_INVALID_CMD, STATE_FULL, -1 },
		{ "a close of a full zone", ZONE_CLOSE, 0, 0, 0, S_INVALID_CMD, STATE_FULL, -1 },
		{ "a reset of a full zone", ZONE_RESET, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_EMPTY, 0 },
	};
	struct zone zone;

	if (!find_zone(trial, &zone))
		return;
	TAKE_STEPS(trial, &zone, steps);
	expect_granularity(trial, &zone);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.blk.zone-states", states,
		 "A zone goes from state to state as requests ask for it, and refuses those that lead nowhere.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_zones,
		 .clauses = "BLK-20 BLK-42 BLK-44 BLK-53 BLK-54", .judged_by = EVIDENCE);

/* The largest append works, and one that is larger does not. */
static void largest_append(struct trial *trial, const struct zone *zone)
{
	uint32_t unit = zones_unit(trial);
	uint64_t most = zones_field(trial, ZONE_MAX_APPEND, 4) / unit * unit, at;

	if ((most + unit) * SECTOR_SIZE > LARGEST || most + unit > zone->capacity || !trial_good(trial))
		return;
	if (most)
		expect_equal(trial, "status of the largest append",
			     zone_ask(trial, ZONE_APPEND, zone->start, most * SECTOR_SIZE, OLD, &at), VIRTIO_BLK_S_OK);
	if (most && trial_good(trial))
		expect_equal(trial, "status of a reset", manage(trial, zone, ZONE_RESET), VIRTIO_BLK_S_OK);
	if (trial_good(trial))
		expect_equal(trial, "status of an append that is too large",
			     zone_ask(trial, ZONE_APPEND, zone->start, (most + unit) * SECTOR_SIZE, OLD, &at),
			     most ? S_INVALID_CMD : VIRTIO_BLK_S_UNSUPP);
	expect_state(trial, zone, "an append that is too large", STATE_EMPTY, 0, unit);
}

static void appends(struct trial *trial)
{
	static const struct step steps[] = {
		{ "an append", ZONE_APPEND, 0, 0, 1, VIRTIO_BLK_S_OK, STATE_IOPEN, 1 },
		{ "another append", ZONE_APPEND, 0, 0, 1, VIRTIO_BLK_S_OK, STATE_IOPEN, 2 },
		{ "an append elsewhere", ZONE_APPEND, 0, 2, 1, S_INVALID_CMD, STATE_IOPEN, 2 },
		{ "a finish", ZONE_FINISH, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_FULL, -1 },
		{ "an append to a full zone", ZONE_APPEND, 0, 0, 1, S_INVALID_CMD, STATE_FULL, -1 },
		{ "a reset", ZONE_RESET, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_EMPTY, 0 },
	};
	struct zone zone;

	if (!find_zone(trial, &zone))
		return;
	expect_equal(trial, "status of a reset", manage(trial, &zone, ZONE_RESET), VIRTIO_BLK_S_OK);
	largest_append(trial, &zone);
	if (trial_good(trial) && zones_field(trial, ZONE_MAX_APPEND, 4) >= zones_unit(trial))
		TAKE_STEPS(trial, &zone, steps);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.blk.zone-append", appends,
		 "What is appended to a zone lies where the device says, and appends that cannot be are refused.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_zones,
		 .clauses = "BLK-17 BLK-48 BLK-49 BLK-50 BLK-51 BLK-52", .judged_by = EVIDENCE);

/* Requests to zones that are not for them. */
static void expect_none(struct trial *trial, enum zone_type type, enum zone_state state, const uint32_t *types,
			unsigned count)
{
	uint32_t unit = zones_unit(trial);
	struct zone zone;

	if (!trial_good(trial) || zones_find(trial, type, state, &zone, 1) == 0)
		return;
	for (unsigned i = 0; i < count && trial_good(trial); i++) {
		bool has_data = types[i] <= VIRTIO_BLK_T_OUT || types[i] == ZONE_APPEND;
		uint8_t status = zone_ask(trial, types[i], zone.start, has_data ? unit * SECTOR_SIZE : 0, OLD, NULL);

		expect(trial, status == S_INVALID_CMD,
		       "request %u to a zone of type %u in state %u: the status is %#x, not %#x", types[i], type, state,
		       status, S_INVALID_CMD);
		expect_state(trial, &zone, "such a request", state, -1, unit);
	}
}

static void other_zones(struct trial *trial)
{
	static const uint32_t conventional[] = { ZONE_APPEND, ZONE_OPEN, ZONE_CLOSE, ZONE_FINISH, ZONE_RESET };
	static const uint32_t written[] = {
		VIRTIO_BLK_T_OUT, ZONE_APPEND, ZONE_OPEN, ZONE_CLOSE, ZONE_FINISH, ZONE_RESET,
	};
	static const uint32_t any[] = { VIRTIO_BLK_T_IN, VIRTIO_BLK_T_OUT, ZONE_APPEND, ZONE_OPEN, ZONE_RESET };

	if (!zones_start(trial))
		return;
	expect_none(trial, TYPE_CONV, STATE_NOT_WP, conventional, sizeof(conventional) / sizeof(conventional[0]));
	expect_none(trial, TYPE_SWR, STATE_RDONLY, written, sizeof(written) / sizeof(written[0]));
	expect_none(trial, TYPE_SWR, STATE_OFFLINE, any, sizeof(any) / sizeof(any[0]));
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.blk.zone-kinds", other_zones,
		 "Conventional, read-only and offline zones refuse the requests that are not for them.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_zones,
		 .clauses = "BLK-40 BLK-41 BLK-45 BLK-46 BLK-56 BLK-57", .judged_by = EVIDENCE);

/* As many zones as may be open are opened, and one more is not, whichever way. */
#define MOST_OPEN	16u
static void limits(struct trial *trial)
{
	struct zone zones[MOST_OPEN + 1];
	uint64_t most, active;
	uint32_t unit;
	unsigned found;

	if (!zones_start(trial))
		return;
	most = zones_field(trial, ZONE_MAX_OPEN, 4);
	active = zones_field(trial, ZONE_MAX_ACTIVE, 4);
	most = active && (!most || active < most) ? active : most;
	found = most && most <= MOST_OPEN ? zones_find(trial, TYPE_SWR, 0, zones, most + 1) : 0;
	if (trial_good(trial) && found <= most)
		trial_skip(trial, "no more zones than the disk has can be open at once");
	unit = zones_unit(trial);
	for (unsigned i = 0; i <= most && trial_good(trial); i++)
		manage(trial, &zones[i], ZONE_RESET);
	for (unsigned i = 0; i < most && trial_good(trial); i++)
		expect(trial, manage(trial, &zones[i], ZONE_OPEN) == VIRTIO_BLK_S_OK,
		       "zone %u cannot be opened, and %llu may be open", i, (unsigned long long)most);
	for (unsigned writes = 0; writes < 2 && trial_good(trial); writes++) {
		uint8_t status = zone_ask(trial, writes ? VIRTIO_BLK_T_OUT : ZONE_OPEN, zones[most].start,
					  writes ? unit * SECTOR_SIZE : 0, OLD, NULL);

		expect(trial, status == S_OPEN_RESOURCE || status == S_ACTIVE_RESOURCE,
		       "%s one zone more than may be open: the status is %#x", writes ? "writing" : "opening", status);
		expect_state(trial, &zones[most], "a zone too many", STATE_EMPTY, 0, unit);
	}
	for (unsigned i = 0; i <= most && trial_good(trial); i++)
		manage(trial, &zones[i], ZONE_RESET);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.blk.zone-limits", limits,
		 "As many zones can be open as the disk says, and no more.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_zones,
		 .clauses = "BLK-15 BLK-16 BLK-43 BLK-47", .judged_by = EVIDENCE);

/* Sectors that held something before a reset, and were not written since, do not hold it. */
static void expect_unwritten(struct trial *trial, const struct zone *zone, const char *when)
{
	uint32_t unit = zones_unit(trial);
	uint64_t found = NEW;
	uint8_t status;

	if (!trial_good(trial))
		return;
	status = zone_ask(trial, VIRTIO_BLK_T_IN, zone->start + unit, unit * SECTOR_SIZE, 0, &found);
	expect(trial, status != VIRTIO_BLK_S_OK || found != OLD,
	       "%s, and sectors that were not written since bring what was there before", when);
}

/* A zone with something in it. */
static const struct step fill[] = {
	{ "a reset", ZONE_RESET, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_EMPTY, 0 },
	{ "a write", VIRTIO_BLK_T_OUT, 0, 0, 3, VIRTIO_BLK_S_OK, STATE_IOPEN, 3 },
};

static void unwritten(struct trial *trial)
{
	static const struct step again[] = {
		{ "a reset", ZONE_RESET, 0, 0, 0, VIRTIO_BLK_S_OK, STATE_EMPTY, 0 },
		{ "a write", VIRTIO_BLK_T_OUT, 0, 0, 1, VIRTIO_BLK_S_OK, STATE_IOPEN, 1 },
	};
	struct zone zone;

	if (!find_zone(trial, &zone))
		return;
	TAKE_STEPS(trial, &zone, fill);
	TAKE_STEPS(trial, &zone, again);
	expect_unwritten(trial, &zone, "a zone was reset");
	if (trial_good(trial))
		manage(trial, &zone, ZONE_FINISH);
	expect_unwritten(trial, &zone, "a zone was reset and finished");
	if (trial_good(trial))
		manage(trial, &zone, ZONE_RESET);
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.blk.zone-unwritten", unwritten,
		 "Sectors behind the write pointer bring nothing of what they held before their zone was reset.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_zones, .clauses = "BLK-58 BLK-59",
		 .judged_by = EVIDENCE);

static const char *needs_erase(const struct subject *subject)
{
	if (needs_zones(subject))
		return needs_zones(subject);
	return virtio_engine_of(subject->engine)->device->offered & VIRTIO_BIT(blk_erase.feature) ? NULL :
	       blk_erase.not_offered;
}

/* A whole zone. */
static uint8_t erase(struct trial *trial, const struct zone *zone)
{
	const struct blk_range whole = { zone->start, zones_field(trial, ZONE_SECTORS, 4) };

	return blk_ask_ranges(trial, &blk_erase, &whole, 1, 0);
}

static void erased(struct trial *trial)
{
	struct zone zone;

	if (!find_zone(trial, &zone))
		return;
	TAKE_STEPS(trial, &zone, fill);
	if (trial_good(trial))
		expect_equal(trial, "status of an erasure", erase(trial, &zone), VIRTIO_BLK_S_OK);
	expect_state(trial, &zone, "an erasure", STATE_EMPTY, 0, zones_unit(trial));
	engine_stop(trial->subject->engine);
}
CONFORMANCE_TEST("virtio.blk.zone-erase", erased,
		 "A zone that was securely erased is as one that was reset.",
		 .scope = &scope_blk, .about = blk_on_plainest, .skip = needs_erase, .clauses = "BLK-61",
		 .judged_by = EVIDENCE);
