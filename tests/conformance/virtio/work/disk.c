/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work: the block device and the SCSI host, whose disks are checked from the host's side too: lines
 * "# host-check:" promise what a sector holds after the run.
 */
#include "boot/byteorder.h"
#include "boot/string.h"
#include "boot/tap.h"
#include "drivers/virtio/device/blk.h"
#include "drivers/virtio/device/scsi.h"
#include "tests/conformance/probe/scratch.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);
VIRTIO_TYPE_SCOPE(scsi, VIRTIO_ID_SCSI);

/* Each engine of a disk has its own blocks from here on, so that the host sees what each of them has written. */
#define GUEST_FIRST	16u
#define GUEST_EACH	(DISK_LARGEST / SECTOR_SIZE)
#define GUEST_ENGINES	48u

#define INQUIRY		0x12
#define REPORT_LUNS	0xa0

/* What can be read: no more than answers come from the others. */
static const char *needs_medium(const struct subject *subject)
{
	const struct disk *disk = disk_of(subject->engine);

	return disk->answers ? disk->no_reads : NULL;
}

/* A kind of disk. What is written are whole blocks, one from a number of anybody's. */
struct disk_kind {
	enum engine_result (*read)(struct engine *engine, uint64_t sector, unsigned count, void *bytes);
	enum engine_result (*write_from)(struct engine *engine, uint64_t sector, uint64_t number);
	enum engine_result (*flush)(struct engine *engine);		/* NULL: it need not be told to */
	/* An empty one, where it has none. */
	bool (*serial)(struct engine *engine, char *serial);
};

static bool blk_has_serial(struct engine *engine, char *serial)
{
	return blk_serial(engine, serial) == ENGINE_DONE;
}

static bool scsi_has_serial(struct engine *engine, char *serial)
{
	scsi_serial(engine, serial);
	return true;
}

static const struct disk_kind blk_kind = { blk_read, blk_write_from, blk_flush, blk_has_serial };
static const struct disk_kind scsi_kind = { scsi_read, scsi_write_from, NULL, scsi_has_serial };

/*
 * The name that a disk's host pattern gives it: the text of another sector than those that are judged. A user's disk
 * has none. Returns why there is none, or why it is not the disk's, or NULL; fails the trial when the disk
 * cannot be read.
 */
static const char *find_pattern(struct trial *trial, const struct disk_kind *kind, char *name)
{
	struct engine *engine = trial->subject->engine;
	char serial[BLK_SERIAL];
	char sector[SECTOR_SIZE] = { 0 };

	if (!expect(trial, kind->serial(engine, serial), "its serial number cannot be read: %s", engine->fault) ||
	    (disk_of(engine)->sectors > NAME_SECTOR &&
	     !expect(trial, kind->read(engine, NAME_SECTOR, 1, sector) == ENGINE_DONE, "a read fails: %s",
		     engine->fault)))
		return NULL;
	if (!pattern_name(sector, name, BLK_SERIAL))
		return "the disk carries no host pattern: tests/gate/boot makes disks that do";
	return !serial[0] || strcmp(serial, name) == 0 ? NULL :
	       "the host pattern of the disk has another name than its serial number: give it the same, or none";
}

/* The host has written into every sector of a scratch disk what it is: text that the firmware can tell beforehand. */
static void host_to_guest(struct trial *trial, const struct disk_kind *kind)
{
	struct engine *engine = trial->subject->engine;
	char name[BLK_SERIAL], found[SECTOR_SIZE], expected[SECTOR_SIZE];
	const char *lacking;

	if (!trial_start(trial, engine))
		return;
	lacking = find_pattern(trial, kind, name);
	if (lacking)
		trial_skip(trial, "%s", lacking);
	if (!trial_good(trial))
		return;
	if (kind->read(engine, HOST_SECTOR, 1, found) != ENGINE_DONE) {
		trial_fail(trial, "a read fails: %s", engine->fault);
		return;
	}
	host_sector(expected, sizeof(expected), HOST_SECTOR, name);
	expect(trial, memcmp(found, expected, SECTOR_SIZE) == 0,
	       "sector %u is not what the host wrote: it begins '%.32s'", HOST_SECTOR, found);
	engine_stop(engine);
}

/* Its place among the engines of its function; all have the first one on a disk that is small, or if they are many. */
static unsigned sector_of(const struct engine *engine)
{
	unsigned sector, place = 0;

	for (unsigned i = 0; i < engine_count() && engine_get(i) != engine; i++)
		place += engine_get(i)->function == engine->function;
	sector = GUEST_FIRST + place * GUEST_EACH;
	return place < GUEST_ENGINES && sector + GUEST_EACH <= disk_of(engine)->sectors ? sector : GUEST_FIRST;
}

/* Fills the decoy with the block that begins with the sector; what follows it in the block stays what it was. */
static bool promise_block(struct trial *trial, const struct disk_kind *kind, const struct oracle *oracle,
			  unsigned place, const char *name, uint64_t seed)
{
	struct engine *engine = trial->subject->engine;
	static char block[DISK_LARGEST];
	uint32_t size = disk_of(engine)->block;

	if (kind->read(engine, place, size / SECTOR_SIZE, block) != ENGINE_DONE)
		return false;
	memcpy((char *)arch_pointer(oracle->decoy.bus_frame) + oracle->offset, block, size);
	memcpy((char *)arch_pointer(oracle->decoy.physical_frame) + oracle->offset, block, size);
	promise_sector(trial, oracle, place, name, seed);
	return true;
}

/*
 * Writes a sector from a decoy: the text in the frame of the right view is the one that is promised, the one in the
 * other frame carries another seed. So the host sees by itself which frame the device has read. To a disk that the host
 * knows nothing of nothing is promised.
 */
static void guest_to_host(struct trial *trial, const struct disk_kind *kind)
{
	struct engine *engine = trial->subject->engine;
	char name[BLK_SERIAL] = "a user's disk", found[SECTOR_SIZE], expected[SECTOR_SIZE];
	uint64_t seed = trial_random(trial);
	struct oracle oracle;
	unsigned sector;
	bool promised;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	promised = !find_pattern(trial, kind, name);
	if (!trial_good(trial))
		return;
	sector = sector_of(engine);
	if (!promise_block(trial, kind, &oracle, sector, name, seed) ||
	    kind->write_from(engine, sector, oracle_number(&oracle)) != ENGINE_DONE ||
	    (kind->flush && kind->flush(engine) != ENGINE_DONE) ||
	    kind->read(engine, sector, 1, found) != ENGINE_DONE) {
		trial_fail(trial, "a request fails: %s", engine->fault);
		return;
	}
	guest_sector(expected, sizeof(expected), sector, name, seed);
	expect(trial, memcmp(found, expected, SECTOR_SIZE) == 0, "sector %u reads back as something else",
	       sector);
	if (promised)
		tap_comment("host-check: %s sector %u seed %016llx", name, sector, (unsigned long long)seed);
	engine_stop(engine);
	oracle_release(&oracle);
}

static void blk_host_to_guest(struct trial *trial)
{
	host_to_guest(trial, &blk_kind);
}
CONFORMANCE_TEST("virtio.work.blk-host-to-guest", blk_host_to_guest,
		 "A disk reads as what the host has written to its image, from the first to the last sector looked at.",
		 .scope = &scope_blk, .skip = needs_medium, .judged_by = EVIDENCE);

static void blk_guest_to_host(struct trial *trial)
{
	guest_to_host(trial, &blk_kind);
}
CONFORMANCE_TEST("virtio.work.blk-guest-to-host", blk_guest_to_host,
		 "What is written to a disk reads back, and is what the host finds in its image.",
		 .scope = &scope_blk, .skip = needs_scratch, .clauses = "DEF-1 DEF-3 SPLIT-3", .judged_by = EVIDENCE);

static void scsi_host_to_guest(struct trial *trial)
{
	host_to_guest(trial, &scsi_kind);
}
CONFORMANCE_TEST("virtio.work.scsi-host-to-guest", scsi_host_to_guest,
		 "A SCSI disk reads as what the host has written to its image.",
		 .scope = &scope_scsi, .skip = needs_medium, .clauses = "SCSI-13 SCSI-14", .judged_by = EVIDENCE);

static void scsi_guest_to_host(struct trial *trial)
{
	guest_to_host(trial, &scsi_kind);
}
CONFORMANCE_TEST("virtio.work.scsi-guest-to-host", scsi_guest_to_host,
		 "What is written to a SCSI disk reads back, and is what the host finds in its image.",
		 .scope = &scope_scsi, .skip = needs_scratch, .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);

#define INQUIRY		0x12
#define REPORT_LUNS	0xa0
#define READ_10		0x28

static const char *needs_unit(const struct subject *subject)
{
	const struct disk *disk = disk_of(subject->engine);

	return disk->known && !disk->present ? disk->no_reads : NULL;
}

/* Who is there: the unit says again what it is, and the target's list of units, which unit 0 has, is not empty. */
static void scsi_units(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct scsi_command inquiry, luns;
	uint8_t who[36], list[64];

	if (!trial_start(trial, engine))
		return;
	inquiry = scsi_to_unit(engine, &(struct scsi_command) { .cdb = { [0] = INQUIRY, [4] = sizeof(who) } });
	luns = scsi_to_unit(engine, &(struct scsi_command) { .cdb = { [0] = REPORT_LUNS, [9] = sizeof(list) } });
	luns.unit = 0;
	if (scsi_ask(engine, &inquiry, who, sizeof(who)) != ENGINE_DONE ||
	    scsi_ask(engine, &luns, list, sizeof(list)) != ENGINE_DONE) {
		trial_fail(trial, "a command is not answered: %s", engine->fault);
		return;
	}
	expect_equal(trial, "response to INQUIRY", inquiry.response, VIRTIO_SCSI_S_OK);
	expect_equal(trial, "status of INQUIRY", inquiry.status, SCSI_GOOD);
	expect_equal(trial, "peripheral device type (a disk is 0, a CD 5)", who[0], disk_of(engine)->kind);
	trial_note(trial, "unit", "%.8s %.16s", (const char *)who + 8, (const char *)who + 16);
	expect_equal(trial, "status of REPORT LUNS", luns.status, SCSI_GOOD);
	expect(trial, list[2] || list[3] >= 8, "the list of units is empty");
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.scsi-units", scsi_units,
		 "A SCSI unit says what it is, and its target has a list of units that is not empty.",
		 .scope = &scope_scsi, .skip = needs_unit, .clauses = "SCSI-13 SCSI-14", .judged_by = EVIDENCE);

/* The well-known unit of that name SHOULD answer. What it does is recorded. */
static void scsi_well_known(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct scsi_command command = { .unit = SCSI_REPORT_LUNS, .cdb = { [0] = REPORT_LUNS, [9] = 64 } };
	uint8_t list[64];

	if (!trial_start(trial, engine))
		return;
	if (scsi_ask(engine, &command, list, sizeof(list)) != ENGINE_DONE) {
		trial_fail(trial, "the command is not answered: %s", engine->fault);
		return;
	}
	trial_record(trial, "the well-known unit REPORT LUNS gives response %u, status %#x", command.response,
		     command.status);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.scsi-well-known-unit", scsi_well_known,
		 "Records whether the well-known unit REPORT LUNS answers.",
		 .scope = &scope_scsi, .clauses = "SCSI-9", .judged_by = RECORD);

/* The highest target that is not there is the first that does not complete the command. */
static void scsi_no_target(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct scsi_command command;
	uint8_t bytes[36];
	unsigned target = 256;

	if (!trial_start(trial, engine))
		return;
	do {
		command = (struct scsi_command) { .target = --target, .cdb = { [0] = INQUIRY, [4] = sizeof(bytes) } };
		if (scsi_ask(engine, &command, bytes, sizeof(bytes)) != ENGINE_DONE) {
			trial_fail(trial, "the command is not answered: %s", engine->fault);
			return;
		}
	} while (command.response == VIRTIO_SCSI_S_OK && target > 0);
	if (command.response == VIRTIO_SCSI_S_OK)
		trial_skip(trial, "there are units at all 256 targets: leave one out");
	else
		expect_equal(trial, "response of a target that does not exist", command.response,
			     VIRTIO_SCSI_S_BAD_TARGET);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.scsi-no-target", scsi_no_target,
		 "A command to a target that is not there ends with a response that says so.",
		 .scope = &scope_scsi, .clauses = "SCSI-17", .judged_by = EVIDENCE);

/* A command that needs more data than there is room for. */
static void scsi_overrun(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct scsi_command command;
	static uint8_t bytes[DISK_LARGEST / 2];
	uint32_t room;

	if (!trial_start(trial, engine))
		return;
	room = disk_of(engine)->block / 2;
	command = scsi_to_unit(engine, &(struct scsi_command) { .cdb = { [0] = READ_10, [8] = 1 } });
	if (scsi_ask(engine, &command, bytes, room) != ENGINE_DONE)
		trial_fail(trial, "the command is not answered: %s", engine->fault);
	expect(trial, command.response == VIRTIO_SCSI_S_OVERRUN,
	       "response to a READ(10) of %u bytes into %u: %u, not %u", 2 * room, room, command.response,
	       VIRTIO_SCSI_S_OVERRUN);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.scsi-overrun", scsi_overrun,
		 "A command that needs more room for data than there is ends with OVERRUN.",
		 .scope = &scope_scsi, .skip = needs_medium, .clauses = "SCSI-15", .judged_by = EVIDENCE);
