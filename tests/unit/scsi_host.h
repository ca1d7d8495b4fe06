/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A SCSI host in software, the device side of engine_case.h: one disk at target 0, which is a scratch disk of 64
 * sectors, and is told which one thing it is to do wrong.
 */
#ifndef SCSI_HOST_H
#define SCSI_HOST_H

#include "tests/unit/engine_case.h"

enum host_fault {
	HOST_IS_RIGHT, HOST_IS_FAST,
	/* The configuration. */
	SENSE_SIZE_NOT_96, CDB_SIZE_NOT_32, CHANNELS, TOO_MANY_TARGETS, TOO_MANY_UNITS, SIZES_STAY, SENSE_IN_FULL,
	CDB_SIZE_IGNORED, NO_QUEUES,
	/* Commands. */
	INQUIRY_IN_FULL, INQUIRY_CHANGES, CAPACITY_ONE_MORE, END_NOT_LOOKED_AT, BATCH_EXCHANGED, READ_16_OFF_BY_ONE,
	LAST_BYTE_MISSING, WRITES_BEHIND, EMPTY_LIST,
	/* Answers. */
	STATUS_GOOD_ALWAYS, RESPONSE_FAILURE, WRONG_SENSE, SENSE_BEHIND, NO_SENSE_LENGTH, DATA_WITHOUT_REASON, STRAYS,
	NO_RESPONSE, KEEPS_IT, EVERY_UNIT_IS_THERE, ADDRESSES_NOT_LOOKED_AT, SHORT_BUFFERS_GOOD, OVERRUN_MOVES,
	OVERRUN_WRITES, BOTH_DIRECTIONS_GOOD, RESIDUAL_ZERO, RESIDUAL_ALWAYS, LENGTH_WITH_DATA, LENGTH_ZERO,
	NO_WELL_KNOWN, UNHEARD_OF_RESPONSE,
	/* Task management functions. */
	FUNCTIONS_FAIL, UNITS_NOT_LOOKED_AT, TARGETS_NOT_LOOKED_AT, ANY_FUNCTION, FUNCTION_LENGTH, FUNCTION_STRAYS,
	NO_ATTENTION, ENDLESS_ATTENTION, WRONG_ATTENTION, MORE_EVENTS, NO_NOTIFICATIONS,
	ABORTS_LATER, ABORTS_ALL, ABORTS_ANY, ABORTS_AS_RESET, RESETS_AS_ABORT, QUERY_FINDS_NOTHING, QUERY_FINDS_ANY,
};

/* Gives the device of engine_case_make() this behaviour; from scsi_host_begin() on it does the wrong thing, and takes
 * its time with commands that have a tag. */
void scsi_host_make(enum host_fault fault);
void scsi_host_begin(void);

#endif
