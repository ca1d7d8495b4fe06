/* SPDX-License-Identifier: BSD-2-Clause */
/* What the units of the SCSI host in software make of commands: see scsi_host_parts.h. */
#include "tests/unit/scsi_host_parts.h"

#include <string.h>

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

void scsi_end(const struct asked *asked, uint8_t response, uint8_t status, uint8_t key, uint16_t code)
{
	struct virtio_scsi_cmd_resp answer = { .response = response, .status = status };
	uint32_t size = config()->sense_size, length = status ? 18 : 0;

	if (length > size && host.fault != SENSE_IN_FULL)
		length = size;
	if (status) {
		answer.sense[0] = 0x70;
		answer.sense[2] = host.fault == WRONG_SENSE ? 3 : key;
		put(answer.sense + 12, 2, code);
	}
	if (host.fault == STATUS_GOOD_ALWAYS)
		answer.status = 0;
	if (answers_with(RESPONSE_FAILURE))
		answer.response = VIRTIO_SCSI_S_FAILURE;
	if (answers_with(UNHEARD_OF_RESPONSE))
		answer.response = 77;
	answer.sense_len = host.fault == NO_SENSE_LENGTH ? 0 : length;
	answer.resid = host.fault == RESIDUAL_ZERO || asked->in_size + asked->out_size < asked->moved ? 0 :
		       asked->in_size + asked->out_size - asked->moved;
	answer.resid += host.fault == RESIDUAL_ALWAYS;
	if (answers_with(NO_RESPONSE))
		return;
	memcpy(asked->response, &answer, offsetof(struct virtio_scsi_cmd_resp, sense) + length);
	if (host.fault == SENSE_BEHIND)
		asked->response[offsetof(struct virtio_scsi_cmd_resp, sense) + length] = 0;
	if (host.fault == STRAYS)
		asked->response[-1] = 0;
}

static void good(const struct asked *asked)
{
	scsi_end(asked, VIRTIO_SCSI_S_OK, 0, 0, 0);
}

static void bad(const struct asked *asked, uint8_t key, uint16_t code)
{
	scsi_end(asked, VIRTIO_SCSI_S_OK, 2, key, code);
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
	data[16] = host.fault == INQUIRY_CHANGES ? changes++ : 0;
	bring(asked, data, sizeof(data), host.fault == INQUIRY_IN_FULL ? asked->in_size : wanted);
}

static void capacity(struct asked *asked, bool is_long, uint32_t blocks)
{
	uint8_t data[32] = { 0 };

	put(data, is_long ? 8 : 4, blocks - 1 + (is_long && host.fault == CAPACITY_ONE_MORE));
	put(data + (is_long ? 8 : 4), 4, SECTOR_SIZE);
	bring(asked, data, is_long ? 32 : 8, is_long ? asked->cdb[13] : 8);
}

static void units(struct asked *asked)
{
	uint8_t data[16] = { [3] = host.fault == EMPTY_LIST ? 0 : 8 };

	bring(asked, data, sizeof(data), number(asked->cdb + 6, 4));
}

static void transfer(struct asked *asked, bool writes, bool is_long)
{
	uint64_t first = number(asked->cdb + 2, is_long ? 8 : 4);
	uint32_t count = number(asked->cdb + (is_long ? 10 : 7), is_long ? 4 : 2), size = count * SECTOR_SIZE;
	uint32_t room = writes ? asked->out_size : asked->in_size;
	uint8_t *at = host.disk[first % SECTORS];

	if (room < size && host.fault != SHORT_BUFFERS_GOOD) {
		if (host.fault == OVERRUN_MOVES && room)
			memset(asked->in, 0, room);
		if (host.fault == OVERRUN_WRITES && writes && room)
			memset(at, 0, room);
		scsi_end(asked, VIRTIO_SCSI_S_OVERRUN, 0, 0, 0);
		return;
	}
	if (first + count > SECTORS && host.fault != END_NOT_LOOKED_AT) {
		bad(asked, 5, 0x2100);
		return;
	}
	if (size > room)
		size = room;
	if (is_long && !writes && host.fault == READ_16_OFF_BY_ONE)
		at = host.disk[(first + 1) % SECTORS];
	asked->moved = size;
	memcpy(writes ? at : asked->in, writes ? asked->out : at, size - (host.fault == LAST_BYTE_MISSING));
	if (writes && host.fault == WRITES_BEHIND)
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
		if (host.fault == DATA_WITHOUT_REASON && asked->in_size)
			asked->in[0] = 0;
		bad(asked, 5, 0x2000);
	}
}

bool scsi_no_such_unit(const uint8_t *lun)
{
	return (lun[2] & 0x3f) || lun[3];
}

static void command_to_spare(struct asked *asked)
{
	if (asked->cdb[0] == 0x12) {
		inquiry(asked, true);
	} else if (host.changed) {
		host.changed = false;
		bad(asked, 6, 0x2a09);
	} else if (asked->cdb[0] == 0x25) {
		capacity(asked, false, host.spare);
	} else {
		good(asked);
	}
}

void scsi_command(struct asked *asked)
{
	const uint8_t *lun = asked->lun;
	bool well_known = lun[0] == 0xc1 && lun[1] == 1;

	if (asked->in_size && asked->out_size && host.fault != BOTH_DIRECTIONS_GOOD) {
		scsi_end(asked, VIRTIO_SCSI_S_FAILURE, 0, 0, 0);
		return;
	}
	if (lun[0] == 1 && lun[1] == SPARE && host.spare) {
		command_to_spare(asked);
		return;
	}
	if ((lun[0] != 1 || lun[1] || lun[2] >> 6 == 3) && host.fault != ADDRESSES_NOT_LOOKED_AT &&
	    !(well_known && host.fault != NO_WELL_KNOWN)) {
		scsi_end(asked, VIRTIO_SCSI_S_BAD_TARGET, 0, 0, 0);
		return;
	}
	if (!well_known && scsi_no_such_unit(lun) && host.fault != EVERY_UNIT_IS_THERE && asked->cdb[0] != 0xa0) {
		if (asked->cdb[0] == 0x12)
			inquiry(asked, false);
		else
			bad(asked, 5, 0x2500);
		return;
	}
	if (host.attention && asked->cdb[0] != 0x12 && asked->cdb[0] != 0xa0) {
		host.attention = host.fault == ENDLESS_ATTENTION;
		bad(asked, 6, host.fault == WRONG_ATTENTION ? 0x2a00 : 0x2900);
		return;
	}
	execute(asked);
}
