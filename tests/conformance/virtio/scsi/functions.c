/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.scsi: the control queue where nothing is under way: task management functions with what they answer, and
 * what a reset leaves behind; asynchronous notifications. What functions do to commands that are under way is judged in
 * pending.c.
 *
 * Source: VIRTIO 1.4, section 5.6.6.2; SCSI Architecture Model, task management functions.
 */
#include "tests/conformance/virtio/scsi/scsi.h"

#include "boot/string.h"
#include "drivers/virtio/fields.h"

VIRTIO_TYPE_SCOPE(scsi, VIRTIO_ID_SCSI);

#define UNKNOWN_FUNCTION	0x1234u
#define NO_TASK			0x0123456789abcdefull	/* the tag of no command */
#define CODE_RESET		0x29u			/* additional sense code */

enum whom { THE_UNIT, NO_UNIT, NO_TARGET };

/* What a function may answer, beside that it is not supported. */
static const struct { const char *name; uint32_t subtype; enum whom whom; uint8_t response; } rows[] = {
	{ "ABORT TASK", VIRTIO_SCSI_T_TMF_ABORT_TASK, THE_UNIT, VIRTIO_SCSI_S_OK },
	{ "ABORT TASK SET", VIRTIO_SCSI_T_TMF_ABORT_TASK_SET, THE_UNIT, VIRTIO_SCSI_S_OK },
	{ "CLEAR ACA", VIRTIO_SCSI_T_TMF_CLEAR_ACA, THE_UNIT, VIRTIO_SCSI_S_OK },
	{ "CLEAR TASK SET", VIRTIO_SCSI_T_TMF_CLEAR_TASK_SET, THE_UNIT, VIRTIO_SCSI_S_OK },
	{ "QUERY TASK", VIRTIO_SCSI_T_TMF_QUERY_TASK, THE_UNIT, VIRTIO_SCSI_S_OK },
	{ "QUERY TASK SET", VIRTIO_SCSI_T_TMF_QUERY_TASK_SET, THE_UNIT, VIRTIO_SCSI_S_OK },
	{ "no function", UNKNOWN_FUNCTION, THE_UNIT, VIRTIO_SCSI_S_FUNCTION_REJECTED },
	{ "ABORT TASK, no unit", VIRTIO_SCSI_T_TMF_ABORT_TASK, NO_UNIT, VIRTIO_SCSI_S_INCORRECT_LUN },
	{ "ABORT TASK SET, no unit", VIRTIO_SCSI_T_TMF_ABORT_TASK_SET, NO_UNIT, VIRTIO_SCSI_S_INCORRECT_LUN },
	{ "LOGICAL UNIT RESET, no unit", VIRTIO_SCSI_T_TMF_LOGICAL_UNIT_RESET, NO_UNIT, VIRTIO_SCSI_S_INCORRECT_LUN },
	{ "QUERY TASK, no unit", VIRTIO_SCSI_T_TMF_QUERY_TASK, NO_UNIT, VIRTIO_SCSI_S_INCORRECT_LUN },
	{ "ABORT TASK, no target", VIRTIO_SCSI_T_TMF_ABORT_TASK, NO_TARGET, VIRTIO_SCSI_S_BAD_TARGET },
	{ "CLEAR TASK SET, no target", VIRTIO_SCSI_T_TMF_CLEAR_TASK_SET, NO_TARGET, VIRTIO_SCSI_S_BAD_TARGET },
	{ "LOGICAL UNIT RESET, no target", VIRTIO_SCSI_T_TMF_LOGICAL_UNIT_RESET, NO_TARGET, VIRTIO_SCSI_S_BAD_TARGET },
};

/* A target that is not there: the highest of those. False: they all are. */
static bool find_absent(struct trial *trial, struct exchanges *all, uint8_t *target)
{
	for (unsigned i = 256; i-- > 0;) {
		exchange_command(all, 0, &(struct scsi_command) { .target = i, .cdb = { TEST_UNIT_READY } });
		if (!exchange_run(trial, all, 0))
			return false;
		*target = i;
		if (exchange_answer(all, &all->each[0]).response == VIRTIO_SCSI_S_BAD_TARGET)
			return true;
	}
	return false;
}

static bool run_function(struct trial *trial, struct exchanges *all, const char *name, uint32_t subtype,
			 const struct scsi_command *unit)
{
	exchange_function(all, 0, subtype, unit, NO_TASK);
	if (!exchange_run(trial, all, 0))
		return false;
	/* The used length is no use with the legacy interface (DRV-SCSILEG-2). */
	return virtio_engine_of(all->engine)->mode->legacy ||
	       expect(trial, all->each[0].length == all->each[0].response, "%s: the used length is %u, not %u", name,
		      all->each[0].length, all->each[0].response);
}

static void functions(struct trial *trial)
{
	static struct exchanges all;
	uint8_t absent = 0;
	bool have_absent;

	if (!exchanges_start(trial, &all, 1))
		return;
	have_absent = find_absent(trial, &all, &absent);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && trial_good(trial); i++) {
		struct scsi_command unit = scsi_to_unit(all.engine, &(struct scsi_command) { 0 });
		uint8_t response;

		if (rows[i].whom == NO_TARGET && !have_absent)
			continue;
		if (rows[i].whom == NO_TARGET)
			unit.target = absent;
		if (rows[i].whom == NO_UNIT)
			unit.unit = ABSENT_UNIT;
		if (!run_function(trial, &all, rows[i].name, rows[i].subtype, &unit))
			return;
		response = exchange_control_answer(&all.each[0]);
		expect(trial, response == rows[i].response || response == VIRTIO_SCSI_S_FUNCTION_REJECTED,
		       "%s: response %u, not %u", rows[i].name, response, rows[i].response);
	}
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.functions", functions,
		 "Each task management function is answered as it must be: idle, without such a unit, "
		 "without such a target.",
		 .scope = &scope_scsi, .about = on_plain_ring, .skip = scsi_needs_unit, .clauses = "SCSI-31",
		 .judged_by = EVIDENCE);

/* After a reset of a unit the first command meets a unit attention that says so, and the next one none. */
static void expect_attention(struct trial *trial, struct exchanges *all, const char *name, uint32_t subtype)
{
	const struct scsi_command unit = scsi_to_unit(all->engine, &(struct scsi_command) {
		.cdb = { TEST_UNIT_READY },
	});
	struct scsi_answer answer;
	uint8_t response;

	if (!settle_unit(trial, all, &unit) || !run_function(trial, all, name, subtype, &unit))
		return;
	response = exchange_control_answer(&all->each[0]);
	if (response == VIRTIO_SCSI_S_FUNCTION_REJECTED) {
		trial_skip(trial, "%s is not supported", name);
		return;
	}
	expect(trial, response == VIRTIO_SCSI_S_OK, "%s: response %u, not %u", name, response, VIRTIO_SCSI_S_OK);
	exchange_command(all, 0, &unit);
	if (!trial_good(trial) || !exchange_run(trial, all, 0))
		return;
	answer = exchange_answer(all, &all->each[0]);
	if (expect_answer(trial, all, 0, "the first command after a reset", VIRTIO_SCSI_S_OK, SCSI_CHECK_CONDITION))
		expect(trial, sense_key(&answer) == SENSE_UNIT_ATTENTION && sense_code(&answer) >> 8 == CODE_RESET,
		       "after %s: sense key %u, code %#x, and no unit attention of a reset", name, sense_key(&answer),
		       sense_code(&answer));
	if (trial_good(trial))
		settle_unit(trial, all, &unit);
}

static void resets(struct trial *trial)
{
	static struct exchanges all;

	if (!exchanges_start(trial, &all, 1))
		return;
	expect_attention(trial, &all, "LOGICAL UNIT RESET", VIRTIO_SCSI_T_TMF_LOGICAL_UNIT_RESET);
	if (trial_good(trial))
		expect_attention(trial, &all, "I_T NEXUS RESET", VIRTIO_SCSI_T_TMF_I_T_NEXUS_RESET);
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.resets", resets,
		 "A reset of a unit, and of all units of a target, is what the next command hears of, once.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = scsi_needs_medium, .clauses = "SCSI-31",
		 .judged_by = EVIDENCE);

#define ALL_NOTIFICATIONS	0x7eu

/* A query, or a subscription. What can be notified is the unit's choice, out of what is asked for. */
static void notification(struct trial *trial, struct exchanges *all, uint32_t type, uint32_t asked, uint32_t *actual)
{
	const struct virtio_device *device = virtio_engine_of(all->engine)->device;
	const struct scsi_command unit = scsi_to_unit(all->engine, &(struct scsi_command) { 0 });
	struct virtio_scsi_ctrl_tmf_req function;
	struct virtio_scsi_ctrl_an_req *request;
	struct virtio_scsi_ctrl_an_resp *answer;
	struct exchange *exchange = &all->each[0];

	exchange_function(all, 0, 0, &unit, 0);
	memcpy(&function, exchange->frame + EXCHANGE_REQUEST, sizeof(function));
	memset(exchange->frame + EXCHANGE_REQUEST, SCSI_PATTERN, exchange->request);
	exchange->request = sizeof(*request);
	exchange->response = sizeof(*answer);
	request = (void *)(exchange->frame + EXCHANGE_REQUEST);
	request->type = cpu_to_virtio32(device, type);
	memcpy(request->lun, function.lun, sizeof(request->lun));
	request->event_requested = cpu_to_virtio32(device, asked);
	if (!exchange_run(trial, all, 0))
		return;
	answer = (void *)(exchange->frame + EXCHANGE_RESPONSE);
	*actual = virtio32_to_cpu(device, answer->event_actual);
	expect(trial, answer->response == VIRTIO_SCSI_S_OK, "request %u: response %u, not %u", type, answer->response,
	       VIRTIO_SCSI_S_OK);
	expect(trial, (*actual & ~asked) == 0, "request %u about events %#x is answered with %#x", type, asked,
	       *actual);
}

static void notifications(struct trial *trial)
{
	static struct exchanges all;
	uint32_t actual[2] = { 0 }, none;

	if (!exchanges_start(trial, &all, 1))
		return;
	notification(trial, &all, VIRTIO_SCSI_T_AN_QUERY, ALL_NOTIFICATIONS, &actual[0]);
	if (trial_good(trial))
		notification(trial, &all, VIRTIO_SCSI_T_AN_SUBSCRIBE, ALL_NOTIFICATIONS, &actual[1]);
	/* That of nothing takes it back. */
	if (trial_good(trial))
		notification(trial, &all, VIRTIO_SCSI_T_AN_SUBSCRIBE, 0, &none);
	if (trial_good(trial))
		trial_record(trial, "events that a unit can report: %#x, subscribed %#x", actual[0], actual[1]);
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.notifications", notifications,
		 "Queries of asynchronous notifications, and subscriptions, are answered with events of those asked "
		 "for.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = scsi_needs_unit, .clauses = "SCSI-31",
		 .judged_by = EVIDENCE);
