/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of 9P one by one, put together by the caller, for the tests of suite virtio.9p: also such as are refused,
 * whose answer is an Rlerror. What the device may write lies between bytes of a pattern.
 *
 * Source: 9P2000 (intro(5) and the pages of its messages, of Plan 9), and 9P2000.L (diod's protocol.md).
 */
#ifndef VIRTIO_9P_REQUEST_H
#define VIRTIO_9P_REQUEST_H

#include "drivers/virtio/engine.h"

/* Types of messages; the answer to one is the next number, or P9_RLERROR. */
#define P9_RLERROR	7
#define P9_TSTATFS	8
#define P9_TLOPEN	12
#define P9_TLCREATE	14
#define P9_TGETATTR	24
#define P9_TSETATTR	26
#define P9_TREADDIR	40
#define P9_TFSYNC	50
#define P9_TMKDIR	72
#define P9_TRENAMEAT	74
#define P9_TUNLINKAT	76
#define P9_TVERSION	100
#define P9_TATTACH	104
#define P9_TWALK	110
#define P9_TREAD	116
#define P9_TWRITE	118
#define P9_TCLUNK	120

#define P9_HEADER	7u		/* size, type, tag */
#define P9_NO_TAG	0xffffu
#define P9_NO_FID	0xffffffffu
#define P9_ROOT		0u		/* attached when the engine is started */
#define P9_QID_SIZE	13u		/* its type, 32 bits of version, 64 bits of path */
#define   P9_QID_DIR	0x80		/* of the type */

#define P9_MOST		768u		/* bytes of a message */

struct p9_exchange {
	uint8_t message[P9_MOST];
	uint32_t size;			/* so far */
	uint32_t room;			/* for the answer; 0: as much as there is */
	uint32_t cut;			/* 0, or the most bytes of a piece of message and answer */
	/* The answer: of size bytes by its own words. length: the used length. */
	uint8_t answer[P9_MOST];
	uint32_t answer_size, length;
	uint8_t type;
	uint16_t tag;
	uint32_t error;			/* of an Rlerror; 0: it is none */
	bool strayed;			/* bytes behind the answer, or beside its room, were written */
};

/* Begins a message, and adds to it, little-endian; an answer's bytes, from behind its header on. */
void p9_begin(struct p9_exchange *exchange, uint8_t type, uint16_t tag);
void p9_put(struct p9_exchange *exchange, uint64_t value, unsigned bytes);
void p9_put_text(struct p9_exchange *exchange, const char *text);
void p9_put_bytes(struct p9_exchange *exchange, const void *bytes, uint32_t size);
uint64_t p9_get(const struct p9_exchange *exchange, uint32_t offset, unsigned bytes);

/* Sends it on an engine that is started. Done: there was an answer, of whatever kind. */
enum engine_result p9_ask(struct engine *engine, struct p9_exchange *exchange);

#endif
