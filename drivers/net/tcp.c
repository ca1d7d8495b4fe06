/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection of TCP: see tcp.h. */
#include "drivers/net/tcp.h"

#include "boot/string.h"

/* Offsets in the header. */
#define SEQUENCE	4
#define ACKNOWLEDGE	8
#define LENGTH		12			/* in words, in the upper half */
#define FLAGS		13
#define   FIN		0x01
#define   SYN		0x02
#define   RST		0x04
#define   PSH		0x08
#define   ACK		0x10
#define WINDOW		14
#define CHECKSUM	16

#define OPTION_MOST	2			/* the largest segment */
#define OPTION_SIZE	4
#define OUR_WINDOW	4096

/* The segment's options or data stand behind the header already. */
static uint32_t finish(const struct tcp *tcp, uint8_t *frame, uint8_t flags, uint32_t options, uint32_t size)
{
	uint8_t *segment = frame + IP_DATA;
	uint32_t all = TCP_HEADER + options + size;

	ip_write(&tcp->ends, frame, IP_TCP, all);
	memset(segment, 0, TCP_HEADER);
	ip_put16(segment, tcp->ends.port);
	ip_put16(segment + 2, tcp->ends.peer_port);
	ip_put32(segment + SEQUENCE, tcp->next);
	ip_put32(segment + ACKNOWLEDGE, flags & ACK ? tcp->expected : 0);
	segment[LENGTH] = (TCP_HEADER + options) / 4 << 4;
	segment[FLAGS] = flags;
	ip_put16(segment + WINDOW, OUR_WINDOW);
	ip_put16(segment + CHECKSUM, ip_data_checksum(frame, all));
	return IP_DATA + all;
}

uint32_t tcp_connect(struct tcp *tcp, const struct ip_ends *ends, uint32_t first, uint8_t *frame)
{
	uint8_t *option = frame + TCP_AT;
	uint32_t size;

	*tcp = (struct tcp) { .ends = *ends, .state = TCP_CONNECTING, .next = first, .acknowledged = first };
	option[0] = OPTION_MOST;
	option[1] = OPTION_SIZE;
	ip_put16(option + 2, TCP_MOST);
	size = finish(tcp, frame, SYN, OPTION_SIZE, 0);
	tcp->next++;				/* a SYN counts as a byte, and so does a FIN */
	return size;
}

uint32_t tcp_send(struct tcp *tcp, uint8_t *frame, const void *data, uint32_t size)
{
	uint32_t all;

	memcpy(frame + TCP_AT, data, size);
	all = finish(tcp, frame, ACK | PSH, 0, size);
	tcp->next += size;
	return all;
}

uint32_t tcp_acknowledge(const struct tcp *tcp, uint8_t *frame)
{
	return finish(tcp, frame, ACK, 0, 0);
}

uint32_t tcp_close(struct tcp *tcp, uint8_t *frame)
{
	uint32_t size = finish(tcp, frame, ACK | FIN, 0, 0);

	tcp->next++;
	tcp->state = TCP_CLOSING;
	return size;
}

uint32_t tcp_room(const struct tcp *tcp)
{
	uint32_t under_way = tcp->next - tcp->acknowledged;

	return under_way < tcp->window ? tcp->window - under_way : 0;
}

/* Numbers wrap, so that only a distance says which is earlier. An acknowledgement of what was not sent is none. */
static void take_acknowledge(struct tcp *tcp, const uint8_t *segment)
{
	uint32_t number = ip_get32(segment + ACKNOWLEDGE);

	if (number - tcp->acknowledged <= tcp->next - tcp->acknowledged) {
		tcp->acknowledged = number;
		tcp->window = ip_get16(segment + WINDOW);
	}
}

static enum tcp_taken take_first(struct tcp *tcp, const uint8_t *segment)
{
	uint8_t flags = segment[FLAGS];

	if (!(flags & ACK) || ip_get32(segment + ACKNOWLEDGE) != tcp->next)
		return TCP_OTHER;
	if (flags & RST) {
		tcp->state = TCP_RESET;
		return TCP_TAKEN;
	}
	if (!(flags & SYN))
		return TCP_OTHER;
	take_acknowledge(tcp, segment);
	tcp->expected = ip_get32(segment + SEQUENCE) + 1;
	tcp->state = TCP_OPEN;
	return TCP_ANSWER;
}

/* What is in order of a segment: bytes from where we expect them, and an end behind them. */
static enum tcp_taken take_data(struct tcp *tcp, const uint8_t *segment, uint32_t header, uint32_t size,
				const uint8_t **data, uint32_t *count)
{
	uint32_t known = tcp->expected - ip_get32(segment + SEQUENCE);
	bool ends = segment[FLAGS] & FIN;

	if (size == 0 && !ends)
		return TCP_TAKEN;
	if (known > size || tcp->peer_done)
		return TCP_ANSWER;		/* ahead of its time, or long known */
	*data = segment + header + known;
	*count = size - known;
	tcp->expected += *count + ends;
	tcp->peer_done = ends;
	return TCP_ANSWER;
}

enum tcp_taken tcp_take(struct tcp *tcp, const uint8_t *frame, uint32_t size, const uint8_t **data, uint32_t *count)
{
	const uint8_t *segment = frame + IP_DATA;
	uint32_t all = ip_take(&tcp->ends, frame, size, IP_TCP);
	uint32_t header = all >= TCP_HEADER ? segment[LENGTH] >> 4 << 2 : 0;

	*count = 0;
	if (tcp->state == TCP_CLOSED || tcp->state == TCP_RESET || header < TCP_HEADER || header > all ||
	    ip_data_checksum(frame, all) != 0)
		return TCP_OTHER;
	if (tcp->state == TCP_CONNECTING)
		return take_first(tcp, segment);
	if (segment[FLAGS] & RST) {
		if (ip_get32(segment + SEQUENCE) != tcp->expected)
			return TCP_OTHER;
		tcp->state = TCP_RESET;
		return TCP_TAKEN;
	}
	if (!(segment[FLAGS] & ACK))
		return TCP_OTHER;
	take_acknowledge(tcp, segment);
	return take_data(tcp, segment, header, all - header, data, count);
}
