/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.scsi: what a host answers to commands that do not do what they are for: sense data, targets and units
 * that are not there, buffers that are too small, or of the wrong direction, or of both; and lengths, of which those
 * commands too leave something over. Nothing of the data may move then, in memory or on the disk.
 *
 * Source: VIRTIO 1.4, section 5.6.6.1; SCSI Primary Commands.
 */
#include "tests/conformance/virtio/scsi/scsi.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(scsi, VIRTIO_ID_SCSI);

#define PLAYGROUND		SCRATCH_FIRST_WRITABLE
#define INQUIRY_SIZE		36u
#define QUALIFIER_NO_UNIT	3u	/* in the three bits of INQUIRY's byte 0: no unit here, and none can be */
#define CODE_NO_SUCH_COMMAND	0x2000u
#define CODE_NO_SUCH_UNIT	0x2500u

static void expect_data_untouched(struct trial *trial, const struct exchange *exchange, const char *what)
{
	const uint8_t *data = exchange->frame + EXCHANGE_DATA + (exchange->out ? EXCHANGE_DATA_MOST / 2 : 0);

	for (uint32_t i = 0; i < exchange->in; i++)
		if (!expect(trial, data[i] == SCSI_PATTERN, "%s: byte %u of the data was written", what, i))
			return;
}

/* Sense data say why, and their length how many bytes of them were written: those behind stay what they were. */
static void sense(struct trial *trial)
{
	static struct exchanges all;
	struct scsi_command unknown;
	struct scsi_answer answer;

	if (!exchanges_start(trial, &all, 1))
		return;
	unknown = scsi_to_unit(all.engine, &(struct scsi_command) {
		.cdb = { 0xff }, .size = 512, .device_writes = true,
	});
	exchange_command(&all, 0, &unknown);
	if (!exchange_ends(trial, &all, 0, "an unknown command", VIRTIO_SCSI_S_OK, SCSI_CHECK_CONDITION))
		return;
	answer = exchange_answer(&all, &all.each[0]);
	expect(trial, answer.sense_length >= 8 && answer.sense_length <= VIRTIO_SCSI_SENSE_SIZE,
	       "the length of sense data is %u", answer.sense_length);
	for (uint32_t i = answer.sense_length; i < VIRTIO_SCSI_SENSE_SIZE && trial_good(trial); i++)
		expect(trial, answer.sense[i] == SCSI_PATTERN,
		       "sense data have %u bytes, and byte %u was written", answer.sense_length, i);
	expect(trial, sense_key(&answer) == SENSE_ILLEGAL_REQUEST && sense_code(&answer) == CODE_NO_SUCH_COMMAND,
	       "an unknown command: sense key %u, code %#x, not %u and %#x", sense_key(&answer), sense_code(&answer),
	       SENSE_ILLEGAL_REQUEST, CODE_NO_SUCH_COMMAND);
	expect_data_untouched(trial, &all.each[0], "an unknown command");
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.sense", sense,
		 "A command that a unit does not know is completed with a status and sense data that say so, and no "
		 "byte is written behind them.",
		 .scope = &scope_scsi, .about = on_plain_ring, .skip = scsi_needs_unit,
		 .clauses = "SCSI-13 SCSI-14 SCSI-26", .judged_by = EVIDENCE);

/* A unit that is not there, behind a target that is: INQUIRY says that there is none, others that it is not known. */
static void absent_unit(struct trial *trial)
{
	static struct exchanges all;
	struct scsi_command inquiry, ready;
	struct scsi_answer answer;

	if (!exchanges_start(trial, &all, 1))
		return;
	inquiry = scsi_inquiry(all.engine, INQUIRY_SIZE, INQUIRY_SIZE);
	ready = scsi_to_unit(all.engine, &(struct scsi_command) { .cdb = { TEST_UNIT_READY } });
	inquiry.unit = ready.unit = ABSENT_UNIT;
	exchange_command(&all, 0, &inquiry);
	if (exchange_ends(trial, &all, 0, "INQUIRY of a unit that is not there", VIRTIO_SCSI_S_OK, SCSI_GOOD))
		expect(trial, all.each[0].frame[EXCHANGE_DATA] >> 5 == QUALIFIER_NO_UNIT,
		       "INQUIRY of a unit that is not there brings %#x first", all.each[0].frame[EXCHANGE_DATA]);
	if (!trial_good(trial))
		return;
	/* A target may have other things to tell of first. */
	for (unsigned i = 0; i < ATTENTIONS; i++) {
		exchange_command(&all, 0, &ready);
		if (!exchange_ends(trial, &all, 0, "a unit that is not there", VIRTIO_SCSI_S_OK, SCSI_CHECK_CONDITION))
			return;
		answer = exchange_answer(&all, &all.each[0]);
		if (sense_key(&answer) != SENSE_UNIT_ATTENTION)
			break;
	}
	expect(trial, sense_key(&answer) == SENSE_ILLEGAL_REQUEST && sense_code(&answer) == CODE_NO_SUCH_UNIT,
	       "a unit that is not there: sense key %u, code %#x, not %u and %#x", sense_key(&answer),
	       sense_code(&answer), SENSE_ILLEGAL_REQUEST, CODE_NO_SUCH_UNIT);
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.absent-unit", absent_unit,
		 "A target that is there says of a unit that it does not have that it has none.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = scsi_needs_unit,
		 .clauses = "SCSI-13 SCSI-14", .judged_by = EVIDENCE);

/* Eight bytes that address nothing: forms of no target. Nothing may be done for them. */
static void addresses(struct trial *trial)
{
	static const struct { const char *what; uint8_t lun[8]; } rows[] = {
		{ "all zeroes", { 0 } }, { "a first byte of 2", { 2, 0, 0x40 } },
		{ "a first byte of 0x3f", { 0x3f, 0, 0x40 } },
		{ "all ones", { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
	};
	static struct exchanges all;
	struct scsi_command inquiry;

	if (!exchanges_start(trial, &all, 1))
		return;
	inquiry = scsi_inquiry(all.engine, INQUIRY_SIZE, INQUIRY_SIZE);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && trial_good(trial); i++) {
		exchange_command(&all, 0, &inquiry);
		exchange_address(&all.each[0], rows[i].lun);
		if (!exchange_run(trial, &all, 0))
			return;
		expect_answer(trial, &all, 0, rows[i].what, VIRTIO_SCSI_S_BAD_TARGET, 0);
		expect_data_untouched(trial, &all.each[0], rows[i].what);
	}
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.addresses", addresses,
		 "A command whose address has none of the forms that there are ends with BAD_TARGET and moves no data.",
		 .scope = &scope_scsi, .about = once_an_interface, .clauses = "SCSI-17", .judged_by = EVIDENCE);

/* What the blocks that anybody may write hold, before and after what must not change them. */
static bool read_playground(struct trial *trial, const struct exchanges *all, uint8_t *bytes)
{
	uint32_t block = disk_of(all->engine)->block;

	return expect(trial, scsi_read(all->engine, PLAYGROUND / (block / SECTOR_SIZE) * (block / SECTOR_SIZE),
				       block / SECTOR_SIZE, bytes) == ENGINE_DONE, "a read fails: %s",
		      all->engine->fault);
}

/* Buffers that do not fit a transfer of one block: what is there of either, in halves of a block. */
struct misfit {
	const char *what;
	uint8_t code, out, in, response;
};

static const struct misfit misfits[] = {
	{ "a read into half the room", READ_10, 0, 1, VIRTIO_SCSI_S_OVERRUN },
	{ "a read without a buffer", READ_10, 0, 0, VIRTIO_SCSI_S_OVERRUN },
	{ "a read from data to be read", READ_10, 2, 0, VIRTIO_SCSI_S_OVERRUN },
	{ "a write of half a block", WRITE_10, 1, 0, VIRTIO_SCSI_S_OVERRUN },
	{ "a write without data", WRITE_10, 0, 0, VIRTIO_SCSI_S_OVERRUN },
	{ "a write from room to be written", WRITE_10, 0, 2, VIRTIO_SCSI_S_OVERRUN },
};

/* Data in both directions, which needs a feature that we do not accept. */
static const struct misfit both_ways[] = {
	{ "a read with data of both directions", READ_10, 1, 2, VIRTIO_SCSI_S_FAILURE },
	{ "a write with data of both directions", WRITE_10, 2, 1, VIRTIO_SCSI_S_FAILURE },
};

static void expect_misfits(struct trial *trial, const struct misfit *rows, unsigned count)
{
	static uint8_t was[DISK_LARGEST], is[DISK_LARGEST];
	static struct exchanges all;
	uint32_t block;

	if (!exchanges_start(trial, &all, 1) || !read_playground(trial, &all, was))
		return;
	block = disk_of(all.engine)->block;
	for (unsigned i = 0; i < count && trial_good(trial); i++) {
		struct scsi_command command = scsi_transfer(all.engine, rows[i].code,
							    PLAYGROUND / (block / SECTOR_SIZE), 1);

		exchange_command(&all, 0, &command);
		all.each[0].out = rows[i].out * block / 2;
		all.each[0].in = rows[i].in * block / 2;
		/* Both have a half of the room for data. */
		if (rows[i].out && rows[i].in && block > EXCHANGE_DATA_MOST / 2)
			all.each[0].out = all.each[0].in = EXCHANGE_DATA_MOST / 2;
		if (!exchange_run(trial, &all, 0))
			return;
		expect_answer(trial, &all, 0, rows[i].what, rows[i].response, 0);
		expect_data_untouched(trial, &all.each[0], rows[i].what);
		expect(trial, read_playground(trial, &all, is) && memcmp(was, is, block) == 0,
		       "%s: the disk has changed", rows[i].what);
	}
	exchanges_end(&all);
}

static void overrun(struct trial *trial)
{
	expect_misfits(trial, misfits, sizeof(misfits) / sizeof(misfits[0]));
}
CONFORMANCE_TEST("virtio.scsi.overrun", overrun,
		 "Commands that need more data than their buffers have, or than those of their direction have, end "
		 "with OVERRUN and move nothing.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = scsi_needs_scratch, .clauses = "SCSI-15",
		 .judged_by = EVIDENCE);

static void both_directions(struct trial *trial)
{
	expect_misfits(trial, both_ways, sizeof(both_ways) / sizeof(both_ways[0]));
}
CONFORMANCE_TEST("virtio.scsi.both-directions", both_directions,
		 "A command with data of both directions, without the feature for it, ends with FAILURE and moves "
		 "nothing.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = scsi_needs_scratch, .clauses = "SCSI-23",
		 .judged_by = EVIDENCE);

/* INQUIRY into a larger buffer, of which it leaves some over. */
#define LEFT_OVER	100u

static bool inquire(struct trial *trial, struct exchanges *all, uint32_t room, struct scsi_answer *answer)
{
	const struct scsi_command inquiry = scsi_inquiry(all->engine, INQUIRY_SIZE, room);

	exchange_command(all, 0, &inquiry);
	if (!exchange_ends(trial, all, 0, "INQUIRY", VIRTIO_SCSI_S_OK, SCSI_GOOD))
		return false;
	*answer = exchange_answer(all, &all->each[0]);
	return true;
}

static void residual(struct trial *trial)
{
	static struct exchanges all;
	struct scsi_answer answer;

	if (!exchanges_start(trial, &all, 1))
		return;
	if (inquire(trial, &all, INQUIRY_SIZE, &answer))
		expect(trial, answer.residual == 0, "all of the buffer was used, and the residual is %u",
		       answer.residual);
	if (trial_good(trial) && inquire(trial, &all, INQUIRY_SIZE + LEFT_OVER, &answer))
		expect(trial, answer.residual == LEFT_OVER,
		       "of a buffer of %u bytes %u were written, and the residual is %u",
		       INQUIRY_SIZE + LEFT_OVER, INQUIRY_SIZE, answer.residual);
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.residual", residual,
		 "The residual is what a command has left over of its buffer: nothing, or some bytes.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = scsi_needs_unit, .judged_by = EVIDENCE);

/*
 * The used length is of the buffers that may be written, from their beginning: all of it must have been written. Data
 * that were read count for nothing.
 */
static void used_length(struct trial *trial)
{
	static struct exchanges all;
	struct scsi_answer answer;
	struct scsi_command write;

	if (!exchanges_start(trial, &all, 1))
		return;
	if (inquire(trial, &all, INQUIRY_SIZE, &answer))
		expect(trial, all.each[0].length <= all.each[0].response + INQUIRY_SIZE &&
		       all.each[0].length >= offsetof(struct virtio_scsi_cmd_resp, sense),
		       "INQUIRY: the used length is %u, and the response has %u bytes, the data %u",
		       all.each[0].length, all.each[0].response, INQUIRY_SIZE);
	if (!trial_good(trial))
		return;
	write = scsi_transfer(all.engine, WRITE_10, PLAYGROUND / (disk_of(all.engine)->block / SECTOR_SIZE), 1);
	exchange_command(&all, 0, &write);
	if (exchange_ends(trial, &all, 0, "a write", VIRTIO_SCSI_S_OK, SCSI_GOOD))
		expect(trial, all.each[0].length <= all.each[0].response &&
		       all.each[0].length >= offsetof(struct virtio_scsi_cmd_resp, sense),
		       "a write: the used length is %u, and the response has %u bytes", all.each[0].length,
		       all.each[0].response);
	exchanges_end(&all);
}

/* The used length is no use with the legacy interface (DRV-SCSILEG-2). */
static bool modern_plain(const struct subject *subject)
{
	return on_plain_ring(subject) && !virtio_engine_of(subject->engine)->mode->legacy;
}
CONFORMANCE_TEST("virtio.scsi.used-length", used_length,
		 "The used length of a command counts what the device may write, and not the data that it reads.",
		 .scope = &scope_scsi, .about = modern_plain, .skip = scsi_needs_scratch,
		 .clauses = "SPLIT-15 DEF-17", .judged_by = FUNCTIONAL);
