/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.scsi: the configuration. What it says after a reset; and the two fields that a driver may write, which
 * say where in a request the data begin, and how much of sense data has room in a response.
 *
 * Source: VIRTIO 1.4, section 5.6.4.
 */
#include "tests/conformance/virtio/scsi/scsi.h"

VIRTIO_TYPE_SCOPE(scsi, VIRTIO_ID_SCSI);

#define TARGET_HIGHEST	255u
#define UNIT_HIGHEST	16383u

#define FIELD(field)	offsetof(struct virtio_scsi_config, field), sizeof(((struct virtio_scsi_config *)0)->field)

/* Fields with what they are by default, or at most. */
static const struct { const char *name; uint32_t offset, width, least, most; } fields[] = {
	{ "sense_size", FIELD(sense_size), VIRTIO_SCSI_SENSE_SIZE, VIRTIO_SCSI_SENSE_SIZE },
	{ "cdb_size", FIELD(cdb_size), VIRTIO_SCSI_CDB_SIZE, VIRTIO_SCSI_CDB_SIZE },
	{ "max_channel", FIELD(max_channel), 0, 0 },
	{ "max_target", FIELD(max_target), 0, TARGET_HIGHEST },
	{ "max_lun", FIELD(max_lun), 0, UNIT_HIGHEST },
};

static void expect_defaults(struct trial *trial, const char *when)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;

	for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		uint64_t value;

		if (!expect(trial, virtio_config_read(device, fields[i].offset, fields[i].width, &value),
			    "%s cannot be read", fields[i].name))
			return;
		expect(trial, value >= fields[i].least && value <= fields[i].most, "%s%s is %llu, not %u to %u",
		       fields[i].name, when, (unsigned long long)value, fields[i].least, fields[i].most);
	}
}

static void defaults(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;

	if (!trial_start(trial, engine))
		return;
	expect_defaults(trial, "");
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.scsi.defaults", defaults,
		 "A SCSI host begins with the sizes of sense data and commands that it must have, and counts "
		 "what it has.",
		 .scope = &scope_scsi, .about = once_an_interface,
		 .clauses = "SCSI-2 SCSI-3 SCSI-4 SCSI-5 SCSI-6 SCSI-8", .judged_by = FUNCTIONAL);

/* Sizes that a driver may choose, less than the default ones and more. */
static const struct { uint32_t sense, cdb; } sizes[] = { { 18, 16 }, { 8, 64 }, { 252, 32 } };

static bool choose(struct trial *trial, uint32_t offset, uint32_t width, uint32_t value, const char *name)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	uint64_t found = 0;

	return expect(trial, virtio_config_write(device, offset, width, value) &&
		      virtio_config_read(device, offset, width, &found) && found == value,
		      "%s was set to %u and reads %llu", name, value, (unsigned long long)found);
}

/* The command with the sizes that were chosen: where the device looks for data, and puts them, shows what it takes. */
static void prepare(struct exchanges *all, const struct scsi_command *command, unsigned row)
{
	struct exchange *exchange = &all->each[0];

	exchange_command(all, 0, command);
	exchange->request += sizes[row].cdb - VIRTIO_SCSI_CDB_SIZE;
	exchange->response += sizes[row].sense - VIRTIO_SCSI_SENSE_SIZE;
	if (sizes[row].cdb > VIRTIO_SCSI_CDB_SIZE)
		for (uint32_t i = sizeof(struct virtio_scsi_cmd_req); i < exchange->request; i++)
			exchange->frame[EXCHANGE_REQUEST + i] = 0;
}

static void expect_sizes(struct trial *trial, struct exchanges *all, unsigned row)
{
	const struct scsi_command unknown = scsi_to_unit(all->engine, &(struct scsi_command) { .cdb = { 0xff } });
	const struct scsi_command inquiry = scsi_inquiry(all->engine, 36, 36);
	struct scsi_answer answer;

	prepare(all, &unknown, row);
	if (!exchange_ends(trial, all, 0, "an unknown command", VIRTIO_SCSI_S_OK, SCSI_CHECK_CONDITION))
		return;
	answer = exchange_answer(all, &all->each[0]);
	expect(trial, answer.sense_length > 0 && answer.sense_length <= sizes[row].sense,
	       "sense_size is %u, and %u bytes of sense data were written", sizes[row].sense, answer.sense_length);
	expect(trial, sense_key(&answer) == SENSE_ILLEGAL_REQUEST, "an unknown command: sense key %u, not %u",
	       sense_key(&answer), SENSE_ILLEGAL_REQUEST);
	prepare(all, &inquiry, row);
	if (exchange_ends(trial, all, 0, "INQUIRY", VIRTIO_SCSI_S_OK, SCSI_GOOD))
		expect(trial, all->each[0].frame[EXCHANGE_DATA] == disk_of(all->engine)->kind,
		       "sense_size is %u, cdb_size %u: INQUIRY brings %#x first, not %#x", sizes[row].sense,
		       sizes[row].cdb, all->each[0].frame[EXCHANGE_DATA], disk_of(all->engine)->kind);
}

static void chosen_sizes(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;

	for (unsigned row = 0; row < sizeof(sizes) / sizeof(sizes[0]) && trial_good(trial); row++) {
		static struct exchanges all;

		if (!exchanges_start(trial, &all, 1))
			return;
		expect_defaults(trial, " after a reset");
		if (choose(trial, FIELD(sense_size), sizes[row].sense, "sense_size") &&
		    choose(trial, FIELD(cdb_size), sizes[row].cdb, "cdb_size"))
			expect_sizes(trial, &all, row);
		exchanges_end(&all);
	}
	if (!trial_good(trial) || !trial_start(trial, engine))
		return;
	expect_defaults(trial, " after a reset");
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.scsi.sizes", chosen_sizes,
		 "Sense data and commands have the sizes that the driver writes, until a reset puts back "
		 "what they were.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = scsi_needs_unit,
		 .clauses = "SCSI-7 SCSI-8 SCSI-13 SCSI-26", .judged_by = EVIDENCE);
