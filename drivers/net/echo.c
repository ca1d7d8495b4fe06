/* SPDX-License-Identifier: BSD-2-Clause */
/* ARP, DHCP and ICMP echo frames: see echo.h. */
#include "drivers/net/echo.h"

#include "boot/string.h"

/* Offsets in a frame. */
#define TYPE		(2 * ETH_ALEN)
#define ARP		ETH_HLEN
#define IP		ETH_HLEN
#define ICMP		(IP + 20)
#define UDP		(IP + 20)
#define DHCP		(UDP + 8)
#define OPTIONS		(DHCP + 240)

#define ARPHRD_ETHER	1
#define ARPOP_REQUEST	1
#define ARPOP_REPLY	2
#define IP_ICMP		1
#define ICMP_ECHO	8
#define ICMP_ECHOREPLY	0
#define IP_UDP		17

#define DHCP_SERVER	67		/* ports */
#define DHCP_CLIENT	68
#define DHCP_REQUEST	1		/* operations */
#define DHCP_REPLY	2
#define DHCP_BROADCAST	0x8000		/* flag: the answer cannot be sent to an address that we do not have yet */
#define OPTION_TYPE	53
#define   DHCP_DISCOVER	1
#define   DHCP_OFFER	2
#define OPTION_SERVER	54
#define OPTION_PAD	0
#define OPTION_END	255

static const uint8_t cookie[4] = { 99, 130, 83, 99 };
static const uint8_t broadcast[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

uint16_t echo_checksum(const uint8_t *bytes, uint32_t size)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < size; i += 2)
		sum += get16(bytes + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void begin_frame(const struct echo *echo, uint8_t *frame, uint32_t size, const uint8_t *to, uint16_t type)
{
	memset(frame, 0, size);
	memcpy(frame, to, ETH_ALEN);
	memcpy(frame + ETH_ALEN, echo->mac, ETH_ALEN);
	put16(frame + TYPE, type);
}

void echo_make(struct echo *echo, const uint8_t *mac, uint16_t id)
{
	*echo = (struct echo) { .ip = { 10, 0, 2, 15 }, .gateway_ip = { 10, 0, 2, 2 }, .id = id };
	memcpy(echo->mac, mac, ETH_ALEN);
}

void echo_write_arp(const struct echo *echo, uint8_t *frame)
{
	uint8_t *arp = frame + ARP;

	begin_frame(echo, frame, ECHO_ARP_SIZE, broadcast, ETH_P_ARP);
	put16(arp, ARPHRD_ETHER);
	put16(arp + 2, ETH_P_IP);
	arp[4] = ETH_ALEN;
	arp[5] = ECHO_IP;
	put16(arp + 6, ARPOP_REQUEST);
	memcpy(arp + 8, echo->mac, ETH_ALEN);
	memcpy(arp + 14, echo->ip, ECHO_IP);
	memcpy(arp + 24, echo->gateway_ip, ECHO_IP);
}

bool echo_take_arp_reply(struct echo *echo, const uint8_t *frame, uint32_t size)
{
	const uint8_t *arp = frame + ARP;

	if (size < ECHO_ARP_SIZE || get16(frame + TYPE) != ETH_P_ARP || get16(arp + 6) != ARPOP_REPLY ||
	    memcmp(arp + 14, echo->gateway_ip, ECHO_IP) != 0)
		return false;
	memcpy(echo->gateway, arp + 8, ETH_ALEN);
	echo->gateway_known = true;
	return true;
}

/* The IP header before size bytes. */
static void write_ip(uint8_t *ip, uint8_t protocol, const uint8_t *from, const uint8_t *to, uint32_t size)
{
	ip[0] = 0x45;				/* version 4, header of 5 words */
	put16(ip + 2, ICMP - IP + size);
	ip[8] = 64;				/* time to live */
	ip[9] = protocol;
	memcpy(ip + 12, from, ECHO_IP);
	memcpy(ip + 16, to, ECHO_IP);
	put16(ip + 10, echo_checksum(ip, ICMP - IP));
}

void echo_write_discover(const struct echo *echo, uint8_t *frame)
{
	static const uint8_t nobody[ECHO_IP], everybody[ECHO_IP] = { 255, 255, 255, 255 };
	uint8_t *dhcp = frame + DHCP;

	begin_frame(echo, frame, ECHO_DISCOVER_SIZE, broadcast, ETH_P_IP);
	write_ip(frame + IP, IP_UDP, nobody, everybody, ECHO_DISCOVER_SIZE - UDP);
	put16(frame + UDP, DHCP_CLIENT);
	put16(frame + UDP + 2, DHCP_SERVER);
	put16(frame + UDP + 4, ECHO_DISCOVER_SIZE - UDP);	/* and no checksum */
	dhcp[0] = DHCP_REQUEST;
	dhcp[1] = ARPHRD_ETHER;
	dhcp[2] = ETH_ALEN;
	put16(dhcp + 6, echo->id);
	put16(dhcp + 10, DHCP_BROADCAST);
	memcpy(dhcp + 28, echo->mac, ETH_ALEN);
	memcpy(frame + OPTIONS - sizeof(cookie), cookie, sizeof(cookie));
	memcpy(frame + OPTIONS, (uint8_t []) { OPTION_TYPE, 1, DHCP_DISCOVER, OPTION_END }, 4);
}

/* An option with this many bytes, or NULL. */
static const uint8_t *find_option(const uint8_t *frame, uint32_t size, uint8_t option, uint8_t length)
{
	uint32_t at = OPTIONS;

	while (at + 2 <= size && frame[at] != OPTION_END) {
		if (frame[at] == OPTION_PAD)
			at++;
		else if (frame[at] == option)
			return frame[at + 1] == length && at + 2 + length <= size ? frame + at + 2 : NULL;
		else
			at += 2 + frame[at + 1];
	}
	return NULL;
}

bool echo_take_offer(struct echo *echo, const uint8_t *frame, uint32_t size)
{
	const uint8_t *dhcp = frame + DHCP;
	const uint8_t *type, *server;

	if (size < OPTIONS || get16(frame + TYPE) != ETH_P_IP || frame[IP + 9] != IP_UDP ||
	    get16(frame + UDP + 2) != DHCP_CLIENT || dhcp[0] != DHCP_REPLY || get16(dhcp + 6) != echo->id ||
	    memcmp(dhcp + 28, echo->mac, ETH_ALEN) != 0 ||
	    memcmp(frame + OPTIONS - sizeof(cookie), cookie, sizeof(cookie)) != 0)
		return false;
	type = find_option(frame, size, OPTION_TYPE, 1);
	server = find_option(frame, size, OPTION_SERVER, ECHO_IP);
	if (!type || *type != DHCP_OFFER || !server)
		return false;
	memcpy(echo->ip, dhcp + 16, ECHO_IP);
	memcpy(echo->gateway_ip, server, ECHO_IP);
	echo->gateway_known = false;
	return true;
}

void echo_write_request(struct echo *echo, uint8_t *frame, uint32_t size, uint16_t payload_checksum)
{
	uint8_t *icmp = frame + ICMP;

	begin_frame(echo, frame, ECHO_HEADER_SIZE, echo->gateway, ETH_P_IP);
	write_ip(frame + IP, IP_ICMP, echo->ip, echo->gateway_ip, ECHO_HEADER_SIZE - ICMP + size);
	icmp[0] = ICMP_ECHO;
	put16(icmp + 2, (uint16_t)~payload_checksum);	/* a part of what is summed below, and replaced by it */
	put16(icmp + 4, echo->id);
	put16(icmp + 6, ++echo->sequence);
	put16(icmp + 2, echo_checksum(icmp, ECHO_HEADER_SIZE - ICMP));
}

bool echo_is_reply(const struct echo *echo, const uint8_t *frame, uint32_t size)
{
	const uint8_t *icmp = frame + ICMP;

	return size >= ECHO_HEADER_SIZE && get16(frame + TYPE) == ETH_P_IP && frame[IP + 9] == IP_ICMP &&
	       icmp[0] == ICMP_ECHOREPLY && get16(icmp + 4) == echo->id && get16(icmp + 6) == echo->sequence;
}
