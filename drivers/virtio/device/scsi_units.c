/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The units behind a SCSI host: see scsi_units.h. A user may have put them at any target and unit, of any kind and with
 * any block size, without a medium, or nothing at all: all of it is asked.
 *
 * Source: SCSI Primary Commands (REPORT LUNS, INQUIRY, TEST UNIT READY, MODE SENSE(6)) and SCSI Block Commands (READ
 * CAPACITY(10)).
 */
#include "drivers/virtio/device/scsi_units.h"

#include "boot/byteorder.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"

#define TEST_UNIT_READY		0x00
#define INQUIRY			0x12
#define   INQUIRY_LENGTH	36
#define   PERIPHERAL_QUALIFIER	5	/* its shift in byte 0; 0 where the unit is there, and the rest is its kind */
#define   KIND_DISK		0x00
#define   KIND_CD		0x05
#define MODE_SENSE_6		0x1a
#define   ALL_PAGES		0x3f
#define   MODE_LENGTH		192
#define   WRITE_PROTECTED	0x80	/* in byte 2 */
#define READ_CAPACITY_10	0x25
#define REPORT_LUNS		0xa0
#define   LUNS_HEADER		8
#define   LUN_SIZE		8

#define SENSE_NOT_READY	2

#define TARGET_LAST	255u		/* that the fixed form of a unit's number has room for */
#define ATTENTIONS	4u		/* how many a unit may have to tell of before it is ready */
#define UNITS_LOOKED_AT	256u		/* more are not asked what they are */

/* What a unit can be made to do, the least first. */
enum rank { RANK_NONE, RANK_ANSWERS, RANK_CD, RANK_DISK, RANK_SCRATCH };

/* Sends the command to the engine's unit. Did it do what it was told, data and all? */
static bool tell(struct engine *engine, struct scsi_command *command, void *data, uint32_t size)
{
	enum engine_result result;

	*command = scsi_to_unit(engine, command);
	result = size ? scsi_ask(engine, command, data, size) : scsi_run(engine, command);
	return result == ENGINE_DONE && command->response == VIRTIO_SCSI_S_OK && command->status == SCSI_GOOD;
}

static bool become_ready(struct engine *engine, struct scsi_command *command)
{
	for (unsigned i = 0; i < ATTENTIONS; i++)
		if (tell(engine, command, NULL, 0))
			return true;
	return false;
}

bool scsi_unit_ready(struct engine *engine)
{
	return become_ready(engine, &(struct scsi_command) { .cdb = { TEST_UNIT_READY } });
}

static uint32_t be32_at(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static bool read_capacity(struct engine *engine, struct disk *disk, struct scsi_command *command)
{
	uint8_t answer[8];

	*command = (struct scsi_command) { .cdb = { READ_CAPACITY_10 } };
	if (!tell(engine, command, answer, sizeof(answer)))
		return false;
	disk->block = be32_at(answer + 4) < SECTOR_SIZE ? SECTOR_SIZE : be32_at(answer + 4);
	disk->sectors = (be32_at(answer) + 1ull) * (disk->block / SECTOR_SIZE);
	return true;
}

static bool write_protected(struct engine *engine)
{
	struct scsi_command command = { .cdb = { MODE_SENSE_6, 0, ALL_PAGES, 0, MODE_LENGTH } };
	uint8_t answer[MODE_LENGTH];

	return tell(engine, &command, answer, sizeof(answer)) && answer[2] & WRITE_PROTECTED;
}

static bool inquire(struct engine *engine, uint8_t *answer, uint32_t size)
{
	return tell(engine, &(struct scsi_command) { .cdb = { INQUIRY, 0, 0, 0, INQUIRY_LENGTH } }, answer, size);
}

/*
 * Reading may bring nothing, and be done: what holds no data leaves the buffer as it is (QEMU's null-co). It is no
 * fault of the host's where what stays is another command's data, which have arrived in the very same buffer.
 */
static bool brings_nothing(struct engine *engine, const struct disk *disk)
{
	static uint8_t before[DISK_LARGEST], after[DISK_LARGEST];

	return inquire(engine, before, disk->block) &&
	       scsi_read(engine, 0, disk->block / SECTOR_SIZE, after) == ENGINE_DONE &&
	       memcmp(before, after, disk->block) == 0;
}

static enum rank only_answers(struct disk *disk, const char *reason)
{
	disk_only_answers(disk, reason);
	return RANK_ANSWERS;
}

/* A unit that is not ready, and says so, has no medium. Any other answer is wrong. */
static enum rank not_ready(struct engine *engine, struct disk *disk, const struct scsi_command *command)
{
	if (command->status == SCSI_CHECK_CONDITION && command->sense_key == SENSE_NOT_READY)
		return only_answers(disk,
				    "no unit behind the host has a medium, so that it can only be made to answer: "
				    "give one a drive with an image");
	format(engine->fault, sizeof(engine->fault),
	       "target %u, unit %u: command %#x does not succeed: response %u, status %#x, sense key %u", disk->target,
	       disk->unit, command->cdb[0], command->response, command->status, command->sense_key);
	return RANK_NONE;
}

/*
 * What can the engine's unit be made to do? RANK_NONE: it is none, or it does not do what it must, and fault says so.
 */
static enum rank look(struct engine *engine, struct disk *disk)
{
	struct scsi_command command = { .cdb = { TEST_UNIT_READY } };
	uint8_t sector[SECTOR_SIZE] = { 0 };

	if (disk->kind != KIND_DISK && disk->kind != KIND_CD)
		return only_answers(disk, "what is behind the host is no disk, so that it can only be made to answer: "
				    "add -device scsi-hd,drive=ID");
	if (!become_ready(engine, &command) || !read_capacity(engine, disk, &command))
		return not_ready(engine, disk, &command);
	if (disk_unusable(disk))
		return only_answers(disk, disk_unusable(disk));
	if (brings_nothing(engine, disk))
		return only_answers(disk, "reading the disk brings nothing, so that it can only be made to answer: "
				    "give it an image, or null-co read-zeroes=on");
	if (disk->kind == KIND_CD) {
		disk->no_reads =
			"what is behind the host is a CD, which cannot be written: add -device scsi-hd,drive=ID";
		return RANK_CD;
	}
	/* One that cannot be read is a disk nevertheless, and its tests say what is wrong. */
	scsi_read(engine, 0, 1, sector);
	disk_settle(disk, write_protected(engine), disk_has_signature(sector), false);
	return disk->scratch ? RANK_SCRATCH : RANK_DISK;
}

/* Makes this the engine's unit, and looks at it. */
static enum rank try_unit(struct engine *engine, struct disk *disk, uint8_t target, uint16_t unit)
{
	uint8_t who[INQUIRY_LENGTH];

	*disk = (struct disk) { .target = target, .unit = unit, .block = SECTOR_SIZE };
	if (!inquire(engine, who, sizeof(who))) {
		format(engine->fault, sizeof(engine->fault), "target %u, unit %u is listed, and INQUIRY fails", target,
		       unit);
		return RANK_NONE;
	}
	disk->kind = who[0];
	disk->present = who[0] >> PERIPHERAL_QUALIFIER == 0;
	return disk->present ? look(engine, disk) : RANK_NONE;
}

/* Of the numbers of units there are two forms that have no more than one level. */
static bool read_unit(const uint8_t *number, uint16_t *unit)
{
	*unit = (number[0] & 0x3f) << 8 | number[1];
	return number[0] == 0 || number[0] >> 6 == 1;
}

struct search {
	struct disk best;
	enum rank rank;
	unsigned looked_at;
};

static void try_units(struct engine *engine, uint8_t target, const uint8_t *list, struct search *search)
{
	uint32_t length = be32_at(list) < SCSI_DATA - LUNS_HEADER ? be32_at(list) : SCSI_DATA - LUNS_HEADER;
	struct disk *disk = disk_of(engine);
	uint16_t unit;

	for (uint32_t at = 0; at + LUN_SIZE <= length && search->rank < RANK_SCRATCH; at += LUN_SIZE) {
		enum rank rank;

		if (!read_unit(list + LUNS_HEADER + at, &unit) || search->looked_at++ >= UNITS_LOOKED_AT)
			continue;
		rank = try_unit(engine, disk, target, unit);
		if (rank > search->rank) {
			search->rank = rank;
			search->best = *disk;
		}
	}
}

/* False: the host has not answered. A target that is not there is an answer. */
static bool try_target(struct engine *engine, uint8_t target, struct search *search)
{
	static uint8_t list[SCSI_DATA];
	struct scsi_command command = {
		.target = target, .cdb = { [0] = REPORT_LUNS, [8] = SCSI_DATA >> 8, [9] = SCSI_DATA & 0xff },
	};

	if (scsi_ask(engine, &command, list, sizeof(list)) != ENGINE_DONE)
		return false;
	if (command.response == VIRTIO_SCSI_S_OK && command.status == SCSI_GOOD)
		try_units(engine, target, list, search);
	else if (command.response != VIRTIO_SCSI_S_BAD_TARGET)
		format(engine->fault, sizeof(engine->fault), "target %u: REPORT LUNS: response %u, status %#x", target,
		       command.response, command.status);
	return true;
}

bool scsi_find_unit(struct engine *engine, struct disk *disk)
{
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	struct search search = { .best = { .block = SECTOR_SIZE }, .rank = RANK_NONE };
	uint64_t last;

	if (!virtio_config_read(device, offsetof(struct virtio_scsi_config, max_target), sizeof(__u16), &last) ||
	    last > TARGET_LAST)
		last = TARGET_LAST;
	for (uint64_t target = 0; target <= last && search.rank < RANK_SCRATCH; target++)
		if (!try_target(engine, target, &search))
			return false;
	*disk = search.best;
	if (search.rank == RANK_NONE && engine->fault[0])
		return false;
	if (search.rank == RANK_NONE)
		disk_only_answers(disk, "nothing is behind the host, so that it can only be made to answer: "
				  "add -device scsi-hd,drive=ID");
	disk->known = true;
	return true;
}
