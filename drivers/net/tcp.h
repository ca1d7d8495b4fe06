/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One connection of TCP, which we open: segments written and taken. What is received must come in order; what comes
 * twice, or ahead of its time, is answered by what is wanted. Nothing is sent again: a network that loses a frame is
 * not one to judge a device by, and whoever waits has a limit. No window but the one that is said, no urgent data.
 *
 * Builds frames and no more, as echo.h does. Of a connection the caller owns all memory.
 *
 * Source: RFC 9293.
 */
#ifndef TCP_H
#define TCP_H

#include "drivers/net/ip.h"

#define TCP_HEADER	20u
#define TCP_AT		(IP_DATA + TCP_HEADER)		/* offset in a frame: what a segment of ours carries */
#define TCP_MOST	1460u				/* bytes of it */

enum tcp_state { TCP_CLOSED, TCP_CONNECTING, TCP_OPEN, TCP_CLOSING, TCP_RESET };

struct tcp {
	struct ip_ends ends;
	enum tcp_state state;
	uint32_t next;			/* number of the byte that we send next */
	uint32_t acknowledged;		/* all before it has arrived */
	uint32_t expected;		/* number of the byte that is to come */
	uint32_t window;		/* bytes that the other end takes from acknowledged on */
	bool peer_done;			/* it sends no more */
};

/* Each writes a segment into frame, and returns the bytes of that. */
uint32_t tcp_connect(struct tcp *tcp, const struct ip_ends *ends, uint32_t first, uint8_t *frame);
/* At most TCP_MOST bytes, and what tcp_room() says. */
uint32_t tcp_send(struct tcp *tcp, uint8_t *frame, const void *data, uint32_t size);
uint32_t tcp_acknowledge(const struct tcp *tcp, uint8_t *frame);
/* We send no more; what comes is still taken. */
uint32_t tcp_close(struct tcp *tcp, uint8_t *frame);

/* Bytes that the other end has room for. */
uint32_t tcp_room(const struct tcp *tcp);

/* What a frame was. */
enum tcp_taken {
	TCP_OTHER,			/* none of this connection's, or broken */
	TCP_TAKEN,
	TCP_ANSWER,			/* and tcp_acknowledge() is due */
};

/* Takes a frame. Of bytes that came in order *data says where they are in frame, *count how many. */
enum tcp_taken tcp_take(struct tcp *tcp, const uint8_t *frame, uint32_t size, const uint8_t **data, uint32_t *count);

#endif
