/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of suite virtio.scsi have in common: exchanges, which are a request and its answer. Each has a frame
 * of its own full of a pattern, with room between its parts, and nothing beside what the device was given to write may
 * move. drivers/virtio/device/scsi.c makes one command at a time in the plainest form; here there are several at once,
 * on any queue, of any size.
 *
 * Source: VIRTIO 1.4, section 5.6.
 */
#ifndef VIRTIO_SCSI_SUITE_H
#define VIRTIO_SCSI_SUITE_H

#include "drivers/virtio/device/scsi.h"
#include "tests/conformance/probe/virtio_type.h"

#define QUEUE_CONTROL		0
#define QUEUE_EVENT		1
#define QUEUE_REQUESTS		2

/* Operation codes, of SCSI Primary Commands and SCSI Block Commands. */
#define TEST_UNIT_READY		0x00
#define INQUIRY			0x12
#define READ_CAPACITY_10	0x25
#define READ_10			0x28
#define WRITE_10		0x2a
#define READ_16			0x88
#define WRITE_16		0x8a
#define SERVICE_ACTION_IN_16	0x9e
#define   READ_CAPACITY_16		0x10
#define REPORT_LUNS		0xa0

/* Which no target has: the highest of the flat kind. */
#define ABSENT_UNIT		16383u

#define SENSE_ILLEGAL_REQUEST	5
#define SENSE_UNIT_ATTENTION	6

/* Unit attentions that a unit may have to tell of, one behind the other. */
#define ATTENTIONS		4u

/* What nothing that is written here holds everywhere. */
#define SCSI_PATTERN		0xa5

/* Where the parts are in an exchange's frame, and the most bytes that each may have. */
#define EXCHANGE_REQUEST	64u
#define EXCHANGE_REQUEST_MOST	256u
#define EXCHANGE_RESPONSE	512u
#define EXCHANGE_RESPONSE_MOST	1024u
#define EXCHANGE_DATA		2048u
#define EXCHANGE_DATA_MOST	4096u

#define EXCHANGES		8u

struct exchange {
	/* What the device is given: all of it may be changed until the exchange is added. */
	uint16_t queue;
	uint32_t request, response;	/* bytes */
	uint32_t out, in;		/* bytes of data that it may read, and that it may write */
	uint8_t *frame;			/* the parts, at the places above; data of both directions begin at one place */
	uint64_t number;		/* the frame's, for the device */
	/* What came back. */
	uint16_t head;
	bool pending, used;
	uint32_t length;		/* bytes that it says it wrote */
};

struct exchanges {
	struct engine *engine;
	struct dma_area area;
	unsigned count;
	struct exchange each[EXCHANGES];
};

/* A command's answer. */
struct scsi_answer {
	uint8_t response, status;	/* SCSI_PATTERN: not written */
	uint32_t residual, sense_length;
	const uint8_t *sense;
};

/* Starts the trial's engine, and makes so many exchanges. False, with trial_error(), when either is not to be had. */
bool exchanges_start(struct trial *trial, struct exchanges *all, unsigned count);
/* Stops the engine, and gives the memory back. */
void exchanges_end(struct exchanges *all);

/* Makes an exchange a command to a unit, or to the eight bytes given, or a task management function, from its start. */
void exchange_command(struct exchanges *all, unsigned number, const struct scsi_command *command);
void exchange_address(struct exchange *exchange, const uint8_t lun[8]);
void exchange_function(struct exchanges *all, unsigned number, uint32_t subtype, const struct scsi_command *unit,
		       uint64_t tag);
/* The command's tag, at any time before it is added. */
void exchange_tag(const struct exchanges *all, struct exchange *exchange, uint64_t tag);

/* Adds it to its queue, not to be seen yet; shows all that was added to a queue, and rings. */
bool exchange_add(struct trial *trial, struct exchanges *all, unsigned number);
/* The same with the request, or the response, at a number of anybody's. */
bool exchange_add_at(struct trial *trial, struct exchanges *all, unsigned number, uint64_t request, uint64_t response);
void exchanges_show(struct exchanges *all, uint16_t queue);
/* Waits for one, noting others that come back. False, and the trial has failed, when it does not come back, or when
 * bytes beside what the device may write were written. */
bool exchange_wait(struct trial *trial, struct exchanges *all, unsigned number);
/* Looks without waiting: has it come back by now? */
bool exchange_is_back(struct trial *trial, struct exchanges *all, unsigned number);
/* All of it; and fails the trial unless it ended so (expect_answer()). */
bool exchange_run(struct trial *trial, struct exchanges *all, unsigned number);
bool exchange_ends(struct trial *trial, struct exchanges *all, unsigned number, const char *what, uint8_t response,
		   uint8_t status);

struct scsi_answer exchange_answer(const struct exchanges *all, const struct exchange *exchange);
/* What a control request was answered. */
uint8_t exchange_control_answer(const struct exchange *exchange);
/* Sense key and additional code with its qualifier, of either format; 0 where there are too few bytes. */
uint8_t sense_key(const struct scsi_answer *answer);
uint16_t sense_code(const struct scsi_answer *answer);

/* Fails unless the command ended so. */
bool expect_answer(struct trial *trial, const struct exchanges *all, unsigned number, const char *what,
		   uint8_t response, uint8_t status);

/* Sends TEST UNIT READY to the unit until it has no more to tell of, a few times at most. */
bool settle_unit(struct trial *trial, struct exchanges *all, const struct scsi_command *unit);

/* A number of SCSI's, which are big-endian. */
uint64_t scsi_number(const uint8_t *bytes, unsigned size);
/* INQUIRY of the engine's unit, which asks for so many bytes and has room for so many. */
struct scsi_command scsi_inquiry(const struct engine *engine, uint8_t length, uint32_t room);
/* READ or WRITE of whole blocks of the engine's unit, of 10 bytes or 16. */
struct scsi_command scsi_transfer(const struct engine *engine, uint8_t code, uint64_t block, uint32_t count);

/* For .about: the plainest engine of each interface. */
bool once_an_interface(const struct subject *subject);
/* Reasons to skip; NULL where the test applies. */
const char *scsi_needs_unit(const struct subject *subject);
const char *scsi_needs_medium(const struct subject *subject);
const char *scsi_needs_scratch(const struct subject *subject);

#endif
