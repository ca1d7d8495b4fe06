/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.scsi: what a host may do or leave, which is recorded: well-known units, task attributes. And the one
 * well-known unit that it should have.
 *
 * Source: VIRTIO 1.4, section 5.6.6.1; SCSI Architecture Model, well-known logical units.
 */
#include "tests/conformance/virtio/scsi/scsi.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(scsi, VIRTIO_ID_SCSI);

#define LIST		64u
#define LIST_HEADER	8u

static void list_of_units(struct trial *trial)
{
	static const uint8_t address[8] = { SCSI_REPORT_LUNS >> 8, SCSI_REPORT_LUNS & 0xff };
	static struct exchanges all;
	const uint8_t *data;

	if (!exchanges_start(trial, &all, 1))
		return;
	exchange_command(&all, 0, &(struct scsi_command) {
		.cdb = { [0] = REPORT_LUNS, [9] = LIST }, .size = LIST, .device_writes = true,
	});
	exchange_address(&all.each[0], address);
	if (!exchange_ends(trial, &all, 0, "the well-known unit REPORT LUNS", VIRTIO_SCSI_S_OK, SCSI_GOOD))
		return;
	data = all.each[0].frame + EXCHANGE_DATA;
	expect(trial, !data[0] && !data[1] && (data[3] & (LIST_HEADER - 1)) == 0,
	       "the length of its list is %#x%02x%02x%02x", data[0], data[1], data[2], data[3]);
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.report-luns", list_of_units,
		 "The well-known unit REPORT LUNS answers its command with a list.",
		 .scope = &scope_scsi, .about = once_an_interface, .clauses = "SCSI-9", .judged_by = EVIDENCE);

/* Behind a target, in the third and fourth byte of the address. */
static void other_well_known(struct trial *trial)
{
	static const struct { const char *name; uint8_t number; } units[] = {
		{ "REPORT LUNS", 1 }, { "ACCESS CONTROLS", 2 }, { "TARGET LOG PAGES", 3 }, { "SECURITY PROTOCOL", 4 },
	};
	static struct exchanges all;
	struct text said;
	static char words[160];

	if (!exchanges_start(trial, &all, 1))
		return;
	said = (struct text) { .buffer = words, .size = sizeof(words) };
	words[0] = 0;
	for (unsigned i = 0; i < sizeof(units) / sizeof(units[0]) && trial_good(trial); i++) {
		const uint8_t address[8] = { 1, disk_of(all.engine)->target, 0xc1, units[i].number };
		struct scsi_answer answer;

		exchange_command(&all, 0, &(struct scsi_command) { .cdb = { TEST_UNIT_READY } });
		exchange_address(&all.each[0], address);
		if (!exchange_run(trial, &all, 0))
			return;
		answer = exchange_answer(&all, &all.each[0]);
		expect(trial, answer.response <= VIRTIO_SCSI_S_FAILURE, "unit %s: response %u is none that there is",
		       units[i].name, answer.response);
		append(&said, "%s%s %u", i ? ", " : "", units[i].name, answer.response);
	}
	if (trial_good(trial))
		trial_record(trial, "responses of well-known units behind a target: %s", words);
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.well-known-units", other_well_known,
		 "Records which well-known units a target has, and that each is answered.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = scsi_needs_unit, .clauses = "SCSI-10",
		 .judged_by = RECORD);

/* SIMPLE, ORDERED, HEAD OF QUEUE, ACA. */
static void attributes(struct trial *trial)
{
	static struct exchanges all;
	uint8_t responses[VIRTIO_SCSI_S_ACA + 1];

	if (!exchanges_start(trial, &all, 1))
		return;
	for (uint8_t i = VIRTIO_SCSI_S_SIMPLE; i <= VIRTIO_SCSI_S_ACA && trial_good(trial); i++) {
		struct virtio_scsi_cmd_req *request;
		const struct scsi_command ready = scsi_to_unit(all.engine, &(struct scsi_command) {
			.cdb = { TEST_UNIT_READY },
		});

		exchange_command(&all, 0, &ready);
		request = (void *)(all.each[0].frame + EXCHANGE_REQUEST);
		request->task_attr = i;
		if (!exchange_run(trial, &all, 0))
			return;
		responses[i] = exchange_answer(&all, &all.each[0]).response;
		expect(trial, responses[i] <= VIRTIO_SCSI_S_FAILURE, "task attribute %u: response %u is none that "
		       "there is", i, responses[i]);
	}
	if (trial_good(trial))
		trial_record(trial, "responses to the attributes SIMPLE %u, ORDERED %u, HEAD OF QUEUE %u, ACA %u",
			     responses[0], responses[1], responses[2], responses[3]);
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.attributes", attributes,
		 "Records what commands with each task attribute come to, and that each is answered.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = scsi_needs_unit, .clauses = "SCSI-11",
		 .judged_by = RECORD);
