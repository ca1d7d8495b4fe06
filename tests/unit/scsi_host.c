/* SPDX-License-Identifier: BSD-2-Clause */
/* See scsi_host.h. Its bytes are little-endian, as VERSION_1 has it, and so is the computer that this runs on. */
#include "tests/unit/scsi_host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/virtio_scsi.h>

#include "drivers/engine/scratch.h"
#include "tests/conformance/probe/host_event.h"

#define SECTORS		64u
#define SPARE		2u		/* the target of the second disk, which can go */
#define CONTROL		0
#define EVENT		1
#define REQUESTS	2
#define TAKES		5000000u	/* of the clock: how long a command takes that has a tag */
#define KEPT		4u

static enum host_fault fault, fault_to_be;
static uint8_t disk[SECTORS][SECTOR_SIZE];
static bool attention;
/* What a doorbell does by itself. */
static void (*serve)(struct virtio_model *model, unsigned queue);
/* Commands since the last reset. The first one tells the driver that the disk is ready, and is answered well. */
static unsigned commands;

/* The second disk, which does not more than to be there: its size in blocks, 0 where it is gone. */
static uint32_t spare;
static bool changed;
static bool lost;			/* an event */

/* Commands under way. */
static struct kept { bool used; uint64_t tag, over; struct model_chain chain; } kept[KEPT];

/* A request, taken apart. */
struct asked {
	const uint8_t *lun;
	uint64_t tag;
	const uint8_t *cdb;
	const uint8_t *out;
	uint32_t out_size;
	uint8_t *response, *in;
	uint32_t response_size, in_size;
	uint32_t moved;			/* bytes of data */
};

static struct virtio_scsi_config *config(void)
{
	return case_config(struct virtio_scsi_config);
}

static void set_sizes(void)
{
	config()->sense_size = fault == SENSE_SIZE_NOT_96 ? 18 : 96;
	config()->cdb_size = fault == CDB_SIZE_NOT_32 ? 16 : 32;
}

static void at_reset(struct virtio_model *model)
{
	(void)model;
	memset(kept, 0, sizeof(kept));
	attention = changed = lost = false;
	commands = 0;
	if (fault != SIZES_STAY)
		set_sizes();
}

static bool answers_with(enum host_fault which)
{
	return fault == which && commands > 1;
}

static uint64_t number(const uint8_t *bytes, unsigned size)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < size; i++)
		value = value << 8 | bytes[i];
	return value;
}

static void put(uint8_t *bytes, unsigned size, uint64_t value)
{
	for (unsigned i = 0; i < size; i++)
		bytes[i] = value >> 8 * (size - 1 - i);
}

static void end(const struct asked *asked, uint8_t response, uint8_t status, uint8_t key, uint16_t code)
{
	struct virtio_scsi_cmd_resp answer = { .response = response, .status = status };
	uint32_t size = config()->sense_size, length = status ? 18 : 0;

	if (length > size && fault != SENSE_IN_FULL)
		length = size;
	if (status) {
		answer.sense[0] = 0x70;
		answer.sense[2] = fault == WRONG_SENSE ? 3 : key;
		put(answer.sense + 12, 2, code);
	}
	if (fault == STATUS_GOOD_ALWAYS)
		answer.status = 0;
	if (answers_with(RESPONSE_FAILURE))
		answer.response = VIRTIO_SCSI_S_FAILURE;
	if (answers_with(UNHEARD_OF_RESPONSE))
		answer.response = 77;
	answer.sense_len = fault == NO_SENSE_LENGTH ? 0 : length;
	answer.resid = fault == RESIDUAL_ZERO || asked->in_size + asked->out_size < asked->moved ? 0 :
		       asked->in_size + asked->out_size - asked->moved;
	answer.resid += fault == RESIDUAL_ALWAYS;
	if (answers_with(NO_RESPONSE))
		return;
	memcpy(asked->response, &answer, offsetof(struct virtio_scsi_cmd_resp, sense) + length);
	if (fault == SENSE_BEHIND)
		asked->response[offsetof(struct virtio_scsi_cmd_resp, sense) + length] = 0;
	if (fault == STRAYS)
		asked->response[-1] = 0;
}

static void good(const struct asked *asked)
{
	end(asked, VIRTIO_SCSI_S_OK, 0, 0, 0);
}

static void bad(const struct asked *asked, uint8_t key, uint16_t code)
{
	end(asked, VIRTIO_SCSI_S_OK, 2, key, code);
}

/* Data of the host's, as many bytes of them as were asked for. */
static void bring(struct asked *asked, const uint8_t *data, uint32_t size, uint32_t wanted)
{
	asked->moved = wanted < size ? wanted : size;
	memcpy(asked->in, data, asked->moved);
	good(asked);
}

static void inquiry(struct asked *asked, bool there)
{
	static uint8_t changes;
	uint8_t data[255] = { there ? 0 : 0x7f, [4] = 250 };
	uint32_t wanted = asked->cdb[4];

	memcpy(data + 8, "SOFTWARE", 8);
	data[16] = fault == INQUIRY_CHANGES ? changes++ : 0;
	bring(asked, data, sizeof(data), fault == INQUIRY_IN_FULL ? asked->in_size : wanted);
}

static void capacity(struct asked *asked, bool is_long, uint32_t blocks)
{
	uint8_t data[32] = { 0 };

	put(data, is_long ? 8 : 4, blocks - 1 + (is_long && fault == CAPACITY_ONE_MORE));
	put(data + (is_long ? 8 : 4), 4, SECTOR_SIZE);
	bring(asked, data, is_long ? 32 : 8, is_long ? asked->cdb[13] : 8);
}

static void units(struct asked *asked)
{
	uint8_t data[16] = { [3] = fault == EMPTY_LIST ? 0 : 8 };

	bring(asked, data, sizeof(data), number(asked->cdb + 6, 4));
}

static void transfer(struct asked *asked, bool writes, bool is_long)
{
	uint64_t first = number(asked->cdb + 2, is_long ? 8 : 4);
	uint32_t count = number(asked->cdb + (is_long ? 10 : 7), is_long ? 4 : 2), size = count * SECTOR_SIZE;
	uint32_t room = writes ? asked->out_size : asked->in_size;
	uint8_t *at = disk[first % SECTORS];

	if (room < size && fault != SHORT_BUFFERS_GOOD) {
		if (fault == OVERRUN_MOVES && room)
			memset(asked->in, 0, room);
		if (fault == OVERRUN_WRITES && writes && room)
			memset(at, 0, room);
		end(asked, VIRTIO_SCSI_S_OVERRUN, 0, 0, 0);
		return;
	}
	if (first + count > SECTORS && fault != END_NOT_LOOKED_AT) {
		bad(asked, 5, 0x2100);
		return;
	}
	if (size > room)
		size = room;
	if (is_long && !writes && fault == READ_16_OFF_BY_ONE)
		at = disk[(first + 1) % SECTORS];
	asked->moved = size;
	memcpy(writes ? at : asked->in, writes ? asked->out : at, size - (fault == LAST_BYTE_MISSING));
	if (writes && fault == WRITES_BEHIND)
		at[size]++;
	good(asked);
}

static void execute(struct asked *asked)
{
	switch (asked->cdb[0]) {
	case 0x00:
	case 0x1a:
		good(asked);
		break;
	case 0x12:
		inquiry(asked, true);
		break;
	case 0x25:
		capacity(asked, false, SECTORS);
		break;
	case 0x9e:
		capacity(asked, true, SECTORS);
		break;
	case 0x28:
	case 0x2a:
		transfer(asked, asked->cdb[0] == 0x2a, false);
		break;
	case 0x88:
	case 0x8a:
		transfer(asked, asked->cdb[0] == 0x8a, true);
		break;
	case 0xa0:
		units(asked);
		break;
	default:
		if (fault == DATA_WITHOUT_REASON && asked->in_size)
			asked->in[0] = 0;
		bad(asked, 5, 0x2000);
	}
}

static bool no_such_unit(const uint8_t *lun)
{
	return (lun[2] & 0x3f) || lun[3];
}

static void command_to_spare(struct asked *asked)
{
	if (asked->cdb[0] == 0x12) {
		inquiry(asked, true);
	} else if (changed) {
		changed = false;
		bad(asked, 6, 0x2a09);
	} else if (asked->cdb[0] == 0x25) {
		capacity(asked, false, spare);
	} else {
		good(asked);
	}
}

static void command(struct asked *asked)
{
	const uint8_t *lun = asked->lun;
	bool well_known = lun[0] == 0xc1 && lun[1] == 1;

	if (asked->in_size && asked->out_size && fault != BOTH_DIRECTIONS_GOOD) {
		end(asked, VIRTIO_SCSI_S_FAILURE, 0, 0, 0);
		return;
	}
	if (lun[0] == 1 && lun[1] == SPARE && spare) {
		command_to_spare(asked);
		return;
	}
	if ((lun[0] != 1 || lun[1] || lun[2] >> 6 == 3) && fault != ADDRESSES_NOT_LOOKED_AT &&
	    !(well_known && fault != NO_WELL_KNOWN)) {
		end(asked, VIRTIO_SCSI_S_BAD_TARGET, 0, 0, 0);
		return;
	}
	if (!well_known && no_such_unit(lun) && fault != EVERY_UNIT_IS_THERE && asked->cdb[0] != 0xa0) {
		if (asked->cdb[0] == 0x12)
			inquiry(asked, false);
		else
			bad(asked, 5, 0x2500);
		return;
	}
	if (attention && asked->cdb[0] != 0x12 && asked->cdb[0] != 0xa0) {
		attention = fault == ENDLESS_ATTENTION;
		bad(asked, 6, fault == WRONG_ATTENTION ? 0x2a00 : 0x2900);
		return;
	}
	execute(asked);
}

/* Header, data to be read, response, data to be written: the first and the third are always there. */
static struct asked take_apart(const struct model_chain *chain)
{
	static const uint8_t nothing[VIRTIO_SCSI_CDB_SIZE];
	const struct virtio_scsi_cmd_req *request = case_piece(chain, 0);
	unsigned at = chain->pieces[1].device_writes ? 1 : 2;
	struct asked asked = {
		.lun = request->lun, .tag = request->tag, .cdb = request->cdb, .response = case_piece(chain, at),
		.response_size = chain->pieces[at].size,
	};

	if (at == 2) {
		asked.out = case_piece(chain, 1);
		asked.out_size = chain->pieces[1].size;
	}
	if (chain->count > at + 1) {
		asked.in = case_piece(chain, at + 1);
		asked.in_size = chain->pieces[at + 1].size;
	}
	/* What lies between the data and where a header of another size would end is not there. */
	if (fault == CDB_SIZE_IGNORED && chain->pieces[0].size != sizeof(*request))
		asked.cdb = nothing;
	return asked;
}

static uint32_t used_length(const struct asked *asked)
{
	if (fault == LENGTH_ZERO)
		return 0;
	return asked->response_size + (fault == LENGTH_WITH_DATA || asked->in_size ? asked->moved : 0);
}

static bool keep(const struct asked *asked, const struct model_chain *chain)
{
	for (unsigned i = 0; i < KEPT && asked->tag >> 63 && fault != HOST_IS_FAST; i++)
		if (!kept[i].used) {
			kept[i] = (struct kept) { true, asked->tag, host_clock + TAKES, *chain };
			return true;
		}
	return false;
}

static uint32_t answer_command(const struct model_chain *chain)
{
	struct asked asked = take_apart(chain);

	commands++;
	if (keep(&asked, chain) || answers_with(KEEPS_IT))
		return CHAIN_KEPT;
	if (fault == BATCH_EXCHANGED && asked.cdb[0] == 0x88 && asked.tag) {
		uint8_t other[32];

		memcpy(other, asked.cdb, sizeof(other));
		other[9] ^= 1;
		asked.cdb = other;
		command(&asked);
		return used_length(&asked);
	}
	command(&asked);
	return used_length(&asked);
}

/* A command under way is over: it has done what it is for, or has been ended by a function. */
static void finish(struct kept *which, uint8_t response)
{
	struct asked asked = take_apart(&which->chain);

	which->used = false;
	if (response)
		end(&asked, response, 0, 0, 0);
	else
		command(&asked);
	virtio_model_use(case_model, REQUESTS, which->chain.head, used_length(&asked));
}

/* Looking at the clock is what makes time go by, in place of the port's. */
uint64_t arch_clock(void)
{
	for (unsigned i = 0; i < KEPT; i++)
		if (kept[i].used && host_clock >= kept[i].over)
			finish(&kept[i], 0);
	host_clock += host_clock_step;
	return host_clock;
}

static unsigned end_commands(bool all, uint64_t tag, uint8_t response)
{
	unsigned count = 0;

	for (unsigned i = 0; i < KEPT; i++)
		if (kept[i].used && (all || kept[i].tag == tag)) {
			count++;
			if (fault != ABORTS_LATER)
				finish(&kept[i], response);
		}
	return count;
}

static uint8_t query(bool all, uint64_t tag)
{
	bool found = false;

	for (unsigned i = 0; i < KEPT; i++)
		found = found || (kept[i].used && (all || kept[i].tag == tag || fault == QUERY_FINDS_ANY));
	return found && fault != QUERY_FINDS_NOTHING ? VIRTIO_SCSI_S_FUNCTION_SUCCEEDED : VIRTIO_SCSI_S_OK;
}

static uint8_t reset_units(void)
{
	end_commands(true, 0, fault == RESETS_AS_ABORT ? VIRTIO_SCSI_S_ABORTED : VIRTIO_SCSI_S_RESET);
	attention = fault != NO_ATTENTION;
	return VIRTIO_SCSI_S_OK;
}

static uint8_t function(const struct virtio_scsi_ctrl_tmf_req *request)
{
	uint8_t aborted = fault == ABORTS_AS_RESET ? VIRTIO_SCSI_S_RESET : VIRTIO_SCSI_S_ABORTED;

	if (fault == FUNCTIONS_FAIL)
		return VIRTIO_SCSI_S_FAILURE;
	if (request->lun[1] && fault != TARGETS_NOT_LOOKED_AT)
		return VIRTIO_SCSI_S_BAD_TARGET;
	if (!request->lun[1] && no_such_unit(request->lun) && fault != UNITS_NOT_LOOKED_AT)
		return VIRTIO_SCSI_S_INCORRECT_LUN;
	switch (request->subtype) {
	case VIRTIO_SCSI_T_TMF_ABORT_TASK:
		if (fault == (end_commands(false, request->tag, aborted) ? ABORTS_ALL : ABORTS_ANY))
			end_commands(true, 0, aborted);
		return VIRTIO_SCSI_S_OK;
	case VIRTIO_SCSI_T_TMF_ABORT_TASK_SET:
	case VIRTIO_SCSI_T_TMF_CLEAR_TASK_SET:
		end_commands(true, 0, aborted);
		return VIRTIO_SCSI_S_OK;
	case VIRTIO_SCSI_T_TMF_QUERY_TASK:
	case VIRTIO_SCSI_T_TMF_QUERY_TASK_SET:
		return query(request->subtype == VIRTIO_SCSI_T_TMF_QUERY_TASK_SET, request->tag);
	case VIRTIO_SCSI_T_TMF_LOGICAL_UNIT_RESET:
	case VIRTIO_SCSI_T_TMF_I_T_NEXUS_RESET:
		return reset_units();
	default:
		return fault == ANY_FUNCTION ? VIRTIO_SCSI_S_OK : VIRTIO_SCSI_S_FUNCTION_REJECTED;
	}
}

static uint32_t answer_control(const struct model_chain *chain)
{
	const struct virtio_scsi_ctrl_tmf_req *request = case_piece(chain, 0);
	const struct virtio_scsi_ctrl_an_req *notification = (const void *)request;
	uint8_t *response = case_piece(chain, 1);
	struct virtio_scsi_ctrl_an_resp *events = (void *)response;

	if (request->type != VIRTIO_SCSI_T_TMF) {
		events->event_actual = fault == MORE_EVENTS ? 0x80 : notification->event_requested & 0x10;
		events->response = fault == NO_NOTIFICATIONS ? VIRTIO_SCSI_S_FAILURE : VIRTIO_SCSI_S_OK;
		return sizeof(*events);
	}
	*response = function(request);
	if (fault == FUNCTION_STRAYS)
		response[1] = 0;
	return fault == FUNCTION_LENGTH ? 0 : 1;
}

/* An event with the next buffer, if there is one and the driver has asked for such events. */
static void tell(unsigned feature, uint32_t event, uint32_t reason)
{
	static struct model_chain chain;
	struct virtio_scsi_event *told;

	if ((!(case_model->accepted & VIRTIO_BIT(feature)) && fault != EVENTS_UNASKED && fault != SHORT_WITH_EVENT) ||
	    fault == NO_EVENTS)
		return;
	if (!virtio_model_take(case_model, EVENT, &chain)) {
		lost = fault != LOST_IN_SILENCE;
		return;
	}
	told = case_piece(&chain, 0);
	told->event = event | (lost ? VIRTIO_SCSI_T_EVENTS_MISSED : 0);
	if (chain.pieces[0].size >= sizeof(*told)) {
		memset(told->lun, 0, sizeof(told->lun));
		told->lun[0] = 1;
		told->lun[1] = fault == EVENT_OF_ANOTHER ? 0 : SPARE;
		told->reason = fault == WRONG_REASON ? reason + 1 : reason;
	}
	lost = false;
	virtio_model_use(case_model, EVENT, chain.head, fault == EVENT_LENGTH ? 0 : sizeof(*told));
}

/* Buffers for events stay with the host until there is something to tell. */
static void at_doorbell(struct virtio_model *model, unsigned queue)
{
	if (queue != EVENT) {
		serve(model, queue);
		return;
	}
	if (lost)
		tell(VIRTIO_SCSI_F_HOTPLUG, VIRTIO_SCSI_T_NO_EVENT, 0);
	else if (fault == SHORT_WITH_EVENT)
		tell(VIRTIO_SCSI_F_HOTPLUG, VIRTIO_SCSI_T_TRANSPORT_RESET, 0);
}

const char *needs_host(const struct subject *subject)
{
	(void)subject;
	return NULL;
}

/* In place of the host's. */
bool host_event(struct trial *trial, uint64_t *number, const char *request, ...)
{
	char words[64];
	va_list list;

	(void)trial;
	(void)number;
	va_start(list, request);
	vsnprintf(words, sizeof(words), request, list);
	va_end(list);
	if (strncmp(words, "unplug ", 7) == 0) {
		spare = fault == STILL_THERE ? spare : 0;
		tell(VIRTIO_SCSI_F_HOTPLUG, VIRTIO_SCSI_T_TRANSPORT_RESET, VIRTIO_SCSI_EVT_RESET_REMOVED);
		return true;
	}
	if (strncmp(words, "plug ", 5) == 0) {
		spare = fault == NEVER_BACK ? 0 : SECTORS;
		tell(VIRTIO_SCSI_F_HOTPLUG, VIRTIO_SCSI_T_TRANSPORT_RESET, VIRTIO_SCSI_EVT_RESET_RESCAN);
		if (fault == EVENT_TWICE)
			tell(VIRTIO_SCSI_F_HOTPLUG, VIRTIO_SCSI_T_TRANSPORT_RESET, VIRTIO_SCSI_EVT_RESET_RESCAN);
		return true;
	}
	spare = strtoul(strrchr(words, ' '), NULL, 10) / SECTOR_SIZE;
	changed = fault != NO_UNIT_ATTENTION;
	if (fault == OLD_CAPACITY)
		spare = SECTORS;
	tell(VIRTIO_SCSI_F_CHANGE, VIRTIO_SCSI_T_PARAM_CHANGE, 0x092a);
	return true;
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	return queue == CONTROL ? answer_control(chain) : answer_command(chain);
}

void scsi_host_make(enum host_fault which)
{
	fault = HOST_IS_RIGHT;
	fault_to_be = which;
	spare = SECTORS;
	serve = case_model->at_doorbell;
	case_model->at_doorbell = at_doorbell;
	case_answer = answer;
	case_model->at_reset = at_reset;
	case_model->config_writable = 0xffull << offsetof(struct virtio_scsi_config, sense_size);
	*config() = (struct virtio_scsi_config) {
		.num_queues = 2, .seg_max = 16, .max_sectors = 64, .cmd_per_lun = 8, .event_info_size = 16,
		.max_target = 0, .max_lun = 255,
	};
	at_reset(case_model);
	for (unsigned i = 0; i < SECTORS; i++)
		memset(disk[i], 0x40 + i, SECTOR_SIZE);
	snprintf((char *)disk[0], SECTOR_SIZE, "%s", SCRATCH_SIGNATURE);
}

void scsi_host_begin(void)
{
	fault = fault_to_be;
	config()->max_channel = fault == CHANNELS;
	config()->max_target = fault == TOO_MANY_TARGETS ? 256 : 0;
	config()->max_lun = fault == TOO_MANY_UNITS ? 16384 : 255;
	config()->num_queues = fault == NO_QUEUES ? 0 : 2;
}
