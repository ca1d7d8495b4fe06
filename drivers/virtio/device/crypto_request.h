/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of a crypto device one by one, of any service and also such as a driver would never make, for the tests of
 * suite virtio.crypto. Lengths and opcodes are the caller's, and need not be right; addresses are the engine's own.
 *
 * What the device may write lies between bytes of a pattern, which are looked at after each request.
 *
 * Source: VIRTIO 1.4, section 5.9, in the form without REVISION_1: each request begins with 72 bytes.
 */
#ifndef VIRTIO_CRYPTO_REQUEST_H
#define VIRTIO_CRYPTO_REQUEST_H

#include <linux/virtio_crypto.h>

#include "drivers/virtio/engine.h"

/* Bytes behind the first 72 that a request may have, and bytes that the device may write before the status. */
#define CRYPTO_INPUT_MOST	1536u
#define CRYPTO_OUTPUT_MOST	1100u
/* What a status is before the device says one. */
#define CRYPTO_NO_STATUS	0xeeu

/* Of the control queue. */
struct crypto_control {
	struct virtio_crypto_op_ctrl_req message;	/* little-endian, as it is sent */
	const void *key;				/* size bytes behind it */
	uint32_t size;
	uint32_t cut;					/* 0, or the most bytes of a piece */
	uint64_t key_at, answer_at;			/* 0, or numbers that the device is given in place of ours */
	/* The answer; session and status in the CPU's order. */
	uint64_t session;
	uint32_t status, length;			/* the status of a destruction, too; the used length */
	bool strayed;					/* bytes beside the answer were written */
};

/* Of a data queue: input is what lies behind the message (IV, source ...), output the room before the status. */
struct crypto_data {
	struct virtio_crypto_op_data_req message;	/* little-endian, as it is sent */
	const void *input[3];				/* one behind the other; NULL: none */
	uint32_t input_size[3];
	void *output;					/* the caller's: gets what the device has written there */
	uint32_t output_size;
	uint32_t cut;					/* 0, or the most bytes of a piece of input and output */
	/* The answer. */
	uint8_t status;
	uint32_t length;
	bool strayed;					/* bytes beside output and status were written */
	bool untouched;					/* none of the output was */
};

/*
 * On an engine that is started. What is returned says whether there was an answer, of whatever kind; the reason is in
 * engine->fault.
 */
enum engine_result crypto_ask_session(struct engine *engine, struct crypto_control *request);
enum engine_result crypto_ask_end(struct engine *engine, uint32_t opcode, struct crypto_control *request);
enum engine_result crypto_ask_data(struct engine *engine, struct crypto_data *request);

#endif
