/*
 * Suite virtio.work: the SCSI host and the 9P transport, whose disks and files are checked from the host's side too
 * (see virtio_work.c). The file that 9P shares is laid out like a disk.
 */
#include "boot/byteorder.h"
#include "boot/string.h"
#include "boot/tap.h"
#include "drivers/virtio/9p.h"
#include "drivers/virtio/blk.h"
#include "drivers/virtio/scsi.h"
#include "tests/conformance/virtio_type.h"

VIRTIO_TYPE_SCOPE(scsi, VIRTIO_ID_SCSI);
VIRTIO_TYPE_SCOPE(p9, VIRTIO_ID_9P);

#define HOST_SECTOR	3u
#define GUEST_SECTOR	16u

#define INQUIRY		0x12
#define REPORT_LUNS	0xa0
#define TAG_SIZE	32

static const char *needs_scratch(const struct subject *subject)
{
	return subject->engine->no_reads;
}

static void scsi_host_to_guest(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	char serial[BLK_SERIAL], found[SECTOR_SIZE], expected[SECTOR_SIZE];

	if (!trial_start(trial, engine))
		return;
	if (!scsi_serial(engine, serial) || scsi_read(engine, HOST_SECTOR, 1, found) != ENGINE_DONE) {
		trial_fail(trial, "a read fails: %s", engine->fault);
		return;
	}
	host_sector(expected, sizeof(expected), HOST_SECTOR, serial);
	expect(trial, memcmp(found, expected, SECTOR_SIZE) == 0,
	       "sector %u is not what the host wrote: it begins '%.32s'",
	       HOST_SECTOR, found);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.scsi-host-to-guest", scsi_host_to_guest, .scope = &scope_scsi, .skip = needs_scratch,
		 .clauses = "SCSI-13 SCSI-14", .judged_by = EVIDENCE);

static void scsi_guest_to_host(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	char serial[BLK_SERIAL], found[SECTOR_SIZE], expected[SECTOR_SIZE];
	uint64_t seed = trial_random(trial);

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	if (!scsi_serial(engine, serial)) {
		trial_fail(trial, "the disk has no serial number");
		return;
	}
	promise_sector(trial, &oracle, GUEST_SECTOR, serial, seed);
	if (scsi_write_from(engine, GUEST_SECTOR, oracle_number(&oracle)) != ENGINE_DONE ||
	    scsi_read(engine, GUEST_SECTOR, 1, found) != ENGINE_DONE) {
		trial_fail(trial, "a request fails: %s", engine->fault);
		return;
	}
	guest_sector(expected, sizeof(expected), GUEST_SECTOR, serial, seed);
	expect(trial, memcmp(found, expected, SECTOR_SIZE) == 0, "sector %u reads back as something else",
	       GUEST_SECTOR);
	tap_comment("host-check: %s sector %u seed %016llx", serial, GUEST_SECTOR, (unsigned long long)seed);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.work.scsi-guest-to-host", scsi_guest_to_host, .scope = &scope_scsi, .skip = needs_scratch,
		 .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);

/* Who is there: the disk says that it is one, and the list of units is not empty. */
static void scsi_units(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct scsi_command inquiry = { .cdb = { [0] = INQUIRY, [4] = 36 } };
	struct scsi_command luns = { .cdb = { [0] = REPORT_LUNS, [9] = 64 } };
	uint8_t who[36], list[64];

	if (!trial_start(trial, engine))
		return;
	if (scsi_ask(engine, &inquiry, who, sizeof(who)) != ENGINE_DONE ||
	    scsi_ask(engine, &luns, list, sizeof(list)) != ENGINE_DONE) {
		trial_fail(trial, "a command is not answered: %s", engine->fault);
		return;
	}
	expect_equal(trial, "response to INQUIRY", inquiry.response, VIRTIO_SCSI_S_OK);
	expect_equal(trial, "status of INQUIRY", inquiry.status, SCSI_GOOD);
	expect_equal(trial, "peripheral device type (a disk is 0)", who[0], 0);
	trial_note(trial, "disk", "%.8s %.16s", (const char *)who + 8, (const char *)who + 16);
	expect_equal(trial, "status of REPORT LUNS", luns.status, SCSI_GOOD);
	expect(trial, list[2] || list[3] >= 8, "the list of units is empty");
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.scsi-units", scsi_units, .scope = &scope_scsi, .clauses = "SCSI-13 SCSI-14",
		 .judged_by = EVIDENCE);

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
CONFORMANCE_TEST("virtio.work.scsi-well-known-unit", scsi_well_known, .scope = &scope_scsi, .clauses = "SCSI-9",
		 .judged_by = RECORD);

/* A target that is not there, and a command that needs more data than there is room for. */
static void scsi_responses(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct scsi_command nobody = { .target = 200, .cdb = { [0] = INQUIRY, [4] = 36 } };
	struct scsi_command overrun = { .cdb = { [0] = 0x28, [8] = 1 } };
	uint8_t bytes[256];

	if (!trial_start(trial, engine))
		return;
	if (scsi_ask(engine, &nobody, bytes, 36) != ENGINE_DONE ||
	    scsi_ask(engine, &overrun, bytes, sizeof(bytes)) != ENGINE_DONE) {
		trial_fail(trial, "a command is not answered: %s", engine->fault);
		return;
	}
	expect_equal(trial, "response of a target that does not exist", nobody.response, VIRTIO_SCSI_S_BAD_TARGET);
	expect_equal(trial, "response to a READ(10) of 512 bytes into 256", overrun.response, VIRTIO_SCSI_S_OVERRUN);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.scsi-responses", scsi_responses, .scope = &scope_scsi, .clauses = "SCSI-15 SCSI-17",
		 .judged_by = EVIDENCE);

static bool share_name(struct trial *trial, char *name)
{
	if (p9_mount_tag(virtio_engine_of(trial->subject->engine)->device, name, TAG_SIZE))
		return true;
	trial_fail(trial, "the device has no mount tag");
	return false;
}

static void p9_host_to_guest(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	char name[TAG_SIZE], found[SECTOR_SIZE], expected[SECTOR_SIZE];

	if (!trial_start(trial, engine) || !share_name(trial, name))
		return;
	if (p9_read(engine, HOST_SECTOR * SECTOR_SIZE, found, SECTOR_SIZE) != ENGINE_DONE) {
		trial_fail(trial, "a read fails: %s", engine->fault);
		return;
	}
	host_sector(expected, sizeof(expected), HOST_SECTOR, name);
	expect(trial, memcmp(found, expected, SECTOR_SIZE) == 0, "the file is not what the host wrote: '%.32s'", found);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.9p-host-to-guest", p9_host_to_guest, .scope = &scope_p9, .skip = needs_scratch,
		 .judged_by = EVIDENCE);

static void p9_guest_to_host(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	char name[TAG_SIZE], found[SECTOR_SIZE], expected[SECTOR_SIZE];
	uint64_t seed = trial_random(trial);

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle) || !share_name(trial, name))
		return;
	promise_sector(trial, &oracle, P9_TEXT / SECTOR_SIZE, name, seed);
	if (p9_write_from(engine, P9_TEXT, oracle_number(&oracle), SECTOR_SIZE) != ENGINE_DONE ||
	    p9_read(engine, P9_TEXT, found, SECTOR_SIZE) != ENGINE_DONE) {
		trial_fail(trial, "a request fails: %s", engine->fault);
		return;
	}
	guest_sector(expected, sizeof(expected), P9_TEXT / SECTOR_SIZE, name, seed);
	expect(trial, memcmp(found, expected, SECTOR_SIZE) == 0, "the file reads back as something else");
	tap_comment("host-check: %s sector %u seed %016llx", name, P9_TEXT / SECTOR_SIZE, (unsigned long long)seed);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.work.9p-guest-to-host", p9_guest_to_host, .scope = &scope_p9, .skip = needs_scratch,
		 .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);
