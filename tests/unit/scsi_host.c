/* SPDX-License-Identifier: BSD-2-Clause */
/* See scsi_host.h. Its bytes are little-endian, as VERSION_1 has it, and so is the computer that this runs on. */
#include "tests/unit/scsi_host_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/probe/host_event.h"

#define CONTROL		0
#define EVENT		1
#define REQUESTS	2
#define TAKES		5000000u	/* of the clock: how long a command takes that has a tag */
#define KEPT		4u

struct scsi_host host;
/* What a doorbell does by itself. */
static void (*serve)(struct virtio_model *model, unsigned queue);

/* Commands under way. */
static struct kept { bool used; uint64_t tag, over; struct model_chain chain; } kept[KEPT];

static void set_sizes(void)
{
	config()->sense_size = host.fault == SENSE_SIZE_NOT_96 ? 18 : 96;
	config()->cdb_size = host.fault == CDB_SIZE_NOT_32 ? 16 : 32;
}

static void at_reset(struct virtio_model *model)
{
	(void)model;
	memset(kept, 0, sizeof(kept));
	host.attention = host.changed = host.lost = false;
	host.commands = 0;
	if (host.fault != SIZES_STAY)
		set_sizes();
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
	if (host.fault == CDB_SIZE_IGNORED && chain->pieces[0].size != sizeof(*request))
		asked.cdb = nothing;
	return asked;
}

static uint32_t used_length(const struct asked *asked)
{
	if (host.fault == LENGTH_ZERO)
		return 0;
	return asked->response_size + (host.fault == LENGTH_WITH_DATA || asked->in_size ? asked->moved : 0);
}

static bool keep(const struct asked *asked, const struct model_chain *chain)
{
	for (unsigned i = 0; i < KEPT && asked->tag >> 63 && host.fault != HOST_IS_FAST; i++)
		if (!kept[i].used) {
			kept[i] = (struct kept) { true, asked->tag, host_clock + TAKES, *chain };
			return true;
		}
	return false;
}

static uint32_t answer_command(const struct model_chain *chain)
{
	struct asked asked = take_apart(chain);

	host.commands++;
	if (keep(&asked, chain) || answers_with(KEEPS_IT))
		return CHAIN_KEPT;
	if (host.fault == BATCH_EXCHANGED && asked.cdb[0] == 0x88 && asked.tag) {
		uint8_t other[32];

		memcpy(other, asked.cdb, sizeof(other));
		other[9] ^= 1;
		asked.cdb = other;
		scsi_command(&asked);
		return used_length(&asked);
	}
	scsi_command(&asked);
	return used_length(&asked);
}

/* A command under way is over: it has done what it is for, or has been ended by a function. */
static void finish(struct kept *which, uint8_t response)
{
	struct asked asked = take_apart(&which->chain);

	which->used = false;
	if (response)
		scsi_end(&asked, response, 0, 0, 0);
	else
		scsi_command(&asked);
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
			if (host.fault != ABORTS_LATER)
				finish(&kept[i], response);
		}
	return count;
}

static uint8_t query(bool all, uint64_t tag)
{
	bool found = false;

	for (unsigned i = 0; i < KEPT; i++)
		found = found || (kept[i].used && (all || kept[i].tag == tag || host.fault == QUERY_FINDS_ANY));
	return found && host.fault != QUERY_FINDS_NOTHING ? VIRTIO_SCSI_S_FUNCTION_SUCCEEDED : VIRTIO_SCSI_S_OK;
}

static uint8_t reset_units(void)
{
	end_commands(true, 0, host.fault == RESETS_AS_ABORT ? VIRTIO_SCSI_S_ABORTED : VIRTIO_SCSI_S_RESET);
	host.attention = host.fault != NO_ATTENTION;
	return VIRTIO_SCSI_S_OK;
}

static uint8_t function(const struct virtio_scsi_ctrl_tmf_req *request)
{
	uint8_t aborted = host.fault == ABORTS_AS_RESET ? VIRTIO_SCSI_S_RESET : VIRTIO_SCSI_S_ABORTED;

	if (host.fault == FUNCTIONS_FAIL)
		return VIRTIO_SCSI_S_FAILURE;
	if (request->lun[1] && host.fault != TARGETS_NOT_LOOKED_AT)
		return VIRTIO_SCSI_S_BAD_TARGET;
	if (!request->lun[1] && scsi_no_such_unit(request->lun) && host.fault != UNITS_NOT_LOOKED_AT)
		return VIRTIO_SCSI_S_INCORRECT_LUN;
	switch (request->subtype) {
	case VIRTIO_SCSI_T_TMF_ABORT_TASK:
		if (host.fault == (end_commands(false, request->tag, aborted) ? ABORTS_ALL : ABORTS_ANY))
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
		return host.fault == ANY_FUNCTION ? VIRTIO_SCSI_S_OK : VIRTIO_SCSI_S_FUNCTION_REJECTED;
	}
}

static uint32_t answer_control(const struct model_chain *chain)
{
	const struct virtio_scsi_ctrl_tmf_req *request = case_piece(chain, 0);
	const struct virtio_scsi_ctrl_an_req *notification = (const void *)request;
	uint8_t *response = case_piece(chain, 1);
	struct virtio_scsi_ctrl_an_resp *events = (void *)response;

	if (request->type != VIRTIO_SCSI_T_TMF) {
		events->event_actual = host.fault == MORE_EVENTS ? 0x80 : notification->event_requested & 0x10;
		events->response = host.fault == NO_NOTIFICATIONS ? VIRTIO_SCSI_S_FAILURE : VIRTIO_SCSI_S_OK;
		return sizeof(*events);
	}
	*response = function(request);
	if (host.fault == FUNCTION_STRAYS)
		response[1] = 0;
	return host.fault == FUNCTION_LENGTH ? 0 : 1;
}

/* An event with the next buffer, if there is one and the driver has asked for such events. */
static void tell(unsigned feature, uint32_t event, uint32_t reason)
{
	static struct model_chain chain;
	struct virtio_scsi_event *told;

	if ((!(case_model->accepted & VIRTIO_BIT(feature)) && host.fault != EVENTS_UNASKED &&
	     host.fault != SHORT_WITH_EVENT) || host.fault == NO_EVENTS)
		return;
	if (!virtio_model_take(case_model, EVENT, &chain)) {
		host.lost = host.fault != LOST_IN_SILENCE;
		return;
	}
	told = case_piece(&chain, 0);
	told->event = event | (host.lost ? VIRTIO_SCSI_T_EVENTS_MISSED : 0);
	if (chain.pieces[0].size >= sizeof(*told)) {
		memset(told->lun, 0, sizeof(told->lun));
		told->lun[0] = 1;
		told->lun[1] = host.fault == EVENT_OF_ANOTHER ? 0 : SPARE;
		told->reason = host.fault == WRONG_REASON ? reason + 1 : reason;
	}
	host.lost = false;
	virtio_model_use(case_model, EVENT, chain.head, host.fault == EVENT_LENGTH ? 0 : sizeof(*told));
}

/* Buffers for events stay with the host until there is something to tell. */
static void at_doorbell(struct virtio_model *model, unsigned queue)
{
	if (queue != EVENT) {
		serve(model, queue);
		return;
	}
	if (host.lost)
		tell(VIRTIO_SCSI_F_HOTPLUG, VIRTIO_SCSI_T_NO_EVENT, 0);
	else if (host.fault == SHORT_WITH_EVENT)
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
		host.spare = host.fault == STILL_THERE ? host.spare : 0;
		tell(VIRTIO_SCSI_F_HOTPLUG, VIRTIO_SCSI_T_TRANSPORT_RESET, VIRTIO_SCSI_EVT_RESET_REMOVED);
		return true;
	}
	if (strncmp(words, "plug ", 5) == 0) {
		host.spare = host.fault == NEVER_BACK ? 0 : SECTORS;
		tell(VIRTIO_SCSI_F_HOTPLUG, VIRTIO_SCSI_T_TRANSPORT_RESET, VIRTIO_SCSI_EVT_RESET_RESCAN);
		if (host.fault == EVENT_TWICE)
			tell(VIRTIO_SCSI_F_HOTPLUG, VIRTIO_SCSI_T_TRANSPORT_RESET, VIRTIO_SCSI_EVT_RESET_RESCAN);
		return true;
	}
	host.spare = strtoul(strrchr(words, ' '), NULL, 10) / SECTOR_SIZE;
	host.changed = host.fault != NO_UNIT_ATTENTION;
	if (host.fault == OLD_CAPACITY)
		host.spare = SECTORS;
	tell(VIRTIO_SCSI_F_CHANGE, VIRTIO_SCSI_T_PARAM_CHANGE, 0x092a);
	return true;
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	return queue == CONTROL ? answer_control(chain) : answer_command(chain);
}

void scsi_host_make(enum host_fault which)
{
	host.fault = HOST_IS_RIGHT;
	host.fault_to_be = which;
	host.spare = SECTORS;
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
		memset(host.disk[i], 0x40 + i, SECTOR_SIZE);
	snprintf((char *)host.disk[0], SECTOR_SIZE, "%s", SCRATCH_SIGNATURE);
}

void scsi_host_begin(void)
{
	host.fault = host.fault_to_be;
	config()->max_channel = host.fault == CHANNELS;
	config()->max_target = host.fault == TOO_MANY_TARGETS ? 256 : 0;
	config()->max_lun = host.fault == TOO_MANY_UNITS ? 16384 : 255;
	config()->num_queues = host.fault == NO_QUEUES ? 0 : 2;
}
