/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.scsi: task management functions while commands are under way. Whether a command is still under way when
 * the function comes is nobody's to say: it is over, and then the function has done nothing to it, or its response says
 * which function has ended it. A unit that takes its time shows the latter: the last one of the engine's target is
 * used, so that a slow one can be put there.
 *
 * Source: VIRTIO 1.4, section 5.6.6.2.
 */
#include "tests/conformance/virtio/scsi/scsi.h"

#include "boot/string.h"

VIRTIO_TYPE_SCOPE(scsi, VIRTIO_ID_SCSI);

#define TASKS		2u		/* under way at once */
#define SENTINEL	TASKS		/* the exchanges behind theirs */
#define FUNCTION	(SENTINEL + 1)
#define TAG		0x8000000000000001ull
#define OTHER_TAG	0x0000000000000001ull
#define LIST		256u
#define TRIES		16u		/* on a unit that was put there for this */

/* A function, the command that it names, how many commands it ends, and as what. */
static const struct function {
	const char *name;
	uint32_t subtype;
	uint64_t tag;
	unsigned ends;			/* the first so many commands */
	uint8_t as;
	uint8_t response;		/* of the function, where all commands were under way */
} functions[] = {
	{ "ABORT TASK", VIRTIO_SCSI_T_TMF_ABORT_TASK, TAG, 1, VIRTIO_SCSI_S_ABORTED, VIRTIO_SCSI_S_OK },
	{ "ABORT TASK of no task", VIRTIO_SCSI_T_TMF_ABORT_TASK, OTHER_TAG, 0, 0, VIRTIO_SCSI_S_OK },
	{ "ABORT TASK SET", VIRTIO_SCSI_T_TMF_ABORT_TASK_SET, 0, TASKS, VIRTIO_SCSI_S_ABORTED, VIRTIO_SCSI_S_OK },
	{ "CLEAR TASK SET", VIRTIO_SCSI_T_TMF_CLEAR_TASK_SET, 0, TASKS, VIRTIO_SCSI_S_ABORTED, VIRTIO_SCSI_S_OK },
	{ "QUERY TASK", VIRTIO_SCSI_T_TMF_QUERY_TASK, TAG, 0, 0, VIRTIO_SCSI_S_FUNCTION_SUCCEEDED },
	{ "QUERY TASK of no task", VIRTIO_SCSI_T_TMF_QUERY_TASK, OTHER_TAG, 0, 0, VIRTIO_SCSI_S_OK },
	{ "QUERY TASK SET", VIRTIO_SCSI_T_TMF_QUERY_TASK_SET, 0, 0, 0, VIRTIO_SCSI_S_FUNCTION_SUCCEEDED },
	{ "LOGICAL UNIT RESET", VIRTIO_SCSI_T_TMF_LOGICAL_UNIT_RESET, 0, TASKS, VIRTIO_SCSI_S_RESET, VIRTIO_SCSI_S_OK },
	{ "I_T NEXUS RESET", VIRTIO_SCSI_T_TMF_I_T_NEXUS_RESET, 0, TASKS, VIRTIO_SCSI_S_RESET, VIRTIO_SCSI_S_OK },
};

/* Does it bring so many bytes? They are in the first exchange. */
static const uint8_t *ask(struct trial *trial, struct exchanges *all, struct scsi_command command)
{
	struct scsi_answer answer;

	command.device_writes = true;
	exchange_command(all, 0, &command);
	if (!exchange_run(trial, all, 0))
		return NULL;
	answer = exchange_answer(all, &all->each[0]);
	return answer.response == VIRTIO_SCSI_S_OK && answer.status == SCSI_GOOD ?
	       all->each[0].frame + EXCHANGE_DATA : NULL;
}

/* A disk whose blocks have the size of the engine's. Its first command may meet a unit attention. */
static bool is_like_ours(struct trial *trial, struct exchanges *all, const struct scsi_command *unit)
{
	struct scsi_command inquiry = *unit, capacity = *unit;
	const uint8_t *data;

	inquiry.cdb[0] = INQUIRY;
	inquiry.cdb[4] = inquiry.size = 36;
	data = ask(trial, all, inquiry);
	if (!data || data[0] != 0)
		return false;
	capacity.cdb[0] = READ_CAPACITY_10;
	capacity.size = 8;
	data = ask(trial, all, capacity);
	if (!data && trial_good(trial))
		data = ask(trial, all, capacity);
	return data && scsi_number(data + 4, 4) == disk_of(all->engine)->block;
}

/* The last unit in the list that unit 0 of the engine's target has, if it can be read; else the engine's own. */
static struct scsi_command last_unit(struct trial *trial, struct exchanges *all)
{
	const struct scsi_command ours = scsi_to_unit(all->engine, &(struct scsi_command) { 0 });
	const uint8_t *data = ask(trial, all, (struct scsi_command) {
		.target = ours.target, .cdb = { [0] = REPORT_LUNS, [8] = LIST >> 8, [9] = LIST & 0xff }, .size = LIST,
	});
	struct scsi_command unit = ours;

	for (uint32_t at = 8; data && at + 8 <= LIST && at - 8 < scsi_number(data, 4); at += 8)
		if (data[at] >> 6 <= 1)
			unit.unit = (data[at] & 0x3f) << 8 | data[at + 1];
	return unit.unit != ours.unit && is_like_ours(trial, all, &unit) ? unit : ours;
}

/*
 * Runs the function while the commands are under way. A device may look at its queues in any order, so that a function
 * given now may come before the commands do. It takes those of one queue in their order: when a last one that is soon
 * over has come back, it has all of them.
 */
static bool run_meanwhile(struct trial *trial, struct exchanges *all, const struct scsi_command *unit,
			   const struct function *function)
{
	for (unsigned i = 0; i < TASKS; i++) {
		struct scsi_command read = scsi_transfer(all->engine, READ_10, 0, 1);

		read.unit = unit->unit;
		exchange_command(all, i, &read);
		exchange_tag(all, &all->each[i], TAG + i);
		if (!exchange_add(trial, all, i))
			return false;
	}
	exchange_command(all, SENTINEL, &(struct scsi_command) {
		.target = unit->target, .unit = unit->unit, .cdb = { TEST_UNIT_READY },
	});
	if (!exchange_add(trial, all, SENTINEL))
		return false;
	exchanges_show(all, QUEUE_REQUESTS);
	if (!exchange_wait(trial, all, SENTINEL))
		return false;
	exchange_function(all, FUNCTION, function->subtype, unit, function->tag);
	return exchange_run(trial, all, FUNCTION);
}

/*
 * A command that the function is about is over when the function is; others are waited for. Each has ended as the
 * function ends them, or has done what it is for. Returns how many were ended by the function.
 */
static unsigned judge_commands(struct trial *trial, struct exchanges *all, const struct function *function)
{
	unsigned ended = 0;

	for (unsigned i = 0; i < TASKS && trial_good(trial); i++) {
		struct scsi_answer answer;

		if (i < function->ends && !expect(trial, exchange_is_back(trial, all, i),
						  "%s has been completed, and command %u of %u has not",
						  function->name, i, TASKS))
			return 0;
		if (!exchange_wait(trial, all, i))
			return 0;
		answer = exchange_answer(all, &all->each[i]);
		if (i < function->ends && answer.response == function->as)
			ended++;
		else
			expect(trial, answer.response == VIRTIO_SCSI_S_OK && answer.status == SCSI_GOOD,
			       "%s: command %u of %u has response %u, status %#x", function->name, i, TASKS,
			       answer.response, answer.status);
	}
	return ended;
}

/* Was it seen to do what it is for? */
static bool try_function(struct trial *trial, struct exchanges *all, const struct scsi_command *unit,
			 const struct function *function)
{
	unsigned ended;
	bool early;
	uint8_t response;

	if (!settle_unit(trial, all, unit) || !run_meanwhile(trial, all, unit, function))
		return false;
	response = exchange_control_answer(&all->each[FUNCTION]);
	early = exchange_is_back(trial, all, 0);
	ended = judge_commands(trial, all, function);
	if (!trial_good(trial))
		return false;
	if (response == VIRTIO_SCSI_S_FUNCTION_REJECTED) {
		expect(trial, ended == 0, "%s was rejected, and has ended a command", function->name);
		return true;
	}
	/* A query of what is over, or was over soon, need not find it. */
	expect(trial, response == function->response || (early && response == VIRTIO_SCSI_S_OK),
	       "%s: response %u, not %u", function->name, response, function->response);
	return function->ends ? ended == function->ends : !early;
}

static bool takes_tasks(const struct engine *engine)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);
	uint64_t most;

	return virtio_config_read(virtio->device, offsetof(struct virtio_scsi_config, cmd_per_lun), sizeof(__u32),
				  &most) && most > TASKS && virtio_engine_requests(virtio)->size >= 3 * FUNCTION;
}

static void pending(struct trial *trial)
{
	static struct exchanges all;
	bool unseen = false, alone;
	struct scsi_command unit;

	if (!exchanges_start(trial, &all, FUNCTION + 1))
		return;
	if (!takes_tasks(all.engine)) {
		trial_skip(trial, "the unit, or the queue, takes fewer than %u commands at once", FUNCTION);
		return;
	}
	unit = last_unit(trial, &all);
	alone = unit.unit == scsi_to_unit(all.engine, &(struct scsi_command) { 0 }).unit;
	for (unsigned i = 0; i < sizeof(functions) / sizeof(functions[0]) && trial_good(trial); i++) {
		bool seen = false;

		for (unsigned try = 0; try < (alone ? 1 : TRIES) && !seen && trial_good(trial); try++)
			seen = try_function(trial, &all, &unit, &functions[i]);
		unseen |= !seen;
	}
	/* Which of them came too late is chance, so it is not said. */
	if (trial_good(trial) && unseen)
		trial_skip(trial, "the commands were over before a function came: put a unit that takes its time last, "
			   "such as -drive driver=null-co,latency-ns=20000000,read-zeroes=on");
	exchanges_end(&all);
}
CONFORMANCE_TEST("virtio.scsi.pending", pending,
		 "Functions and resets complete the commands that they end first, with a response that says "
		 "so; others go on.",
		 .scope = &scope_scsi, .about = once_an_interface, .skip = scsi_needs_medium,
		 .clauses = "SCSI-16 SCSI-18 SCSI-27 SCSI-28 SCSI-29 SCSI-30", .judged_by = EVIDENCE);
