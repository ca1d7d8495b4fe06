/* SPDX-License-Identifier: BSD-2-Clause */
/* Headers of IP and of UDP: see ip.h. */
#include "drivers/net/ip.h"

#include "boot/string.h"

#define TYPE		(2 * ETH_ALEN)		/* offset in a frame */
#define TOTAL		2			/* offsets in IP's header */
#define FRAGMENT	6
#define   FRAGMENTED	0x3fff			/*   more of them, or not the first */
#define PROTOCOL	9
#define CHECKSUM	10
#define FROM		12
#define TO		16
#define UDP_LENGTH	4			/* offsets in UDP's */
#define UDP_CHECKSUM	6
#define PSEUDO		12

static uint32_t add(uint32_t sum, const uint8_t *bytes, uint32_t size)
{
	for (uint32_t i = 0; i + 1 < size; i += 2)
		sum += ip_get16(bytes + i);
	return size % 2 ? sum + (bytes[size - 1] << 8) : sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

uint16_t ip_checksum(const uint8_t *bytes, uint32_t size)
{
	return fold(add(0, bytes, size));
}

void ip_begin_frame(uint8_t *frame, uint32_t size, const uint8_t *to, const uint8_t *from, uint16_t type)
{
	memset(frame, 0, size);
	memcpy(frame, to, ETH_ALEN);
	memcpy(frame + ETH_ALEN, from, ETH_ALEN);
	ip_put16(frame + TYPE, type);
}

void ip_write_header(uint8_t *ip, uint8_t protocol, const uint8_t *from, const uint8_t *to, uint32_t size)
{
	ip[0] = 0x45;				/* version 4, header of 5 words */
	ip_put16(ip + TOTAL, IP_HEADER + size);
	ip[8] = 64;				/* time to live */
	ip[PROTOCOL] = protocol;
	memcpy(ip + FROM, from, IP_ADDRESS);
	memcpy(ip + TO, to, IP_ADDRESS);
	ip_put16(ip + CHECKSUM, ip_checksum(ip, IP_HEADER));
}

uint32_t ip_write(const struct ip_ends *ends, uint8_t *frame, uint8_t protocol, uint32_t size)
{
	ip_begin_frame(frame, IP_DATA, ends->peer_mac, ends->mac, ETH_P_IP);
	ip_write_header(frame + IP_AT, protocol, ends->ip, ends->peer_ip, size);
	return IP_DATA + size;
}

uint16_t ip_data_checksum(const uint8_t *frame, uint32_t size)
{
	uint8_t pseudo[PSEUDO] = { 0 };

	memcpy(pseudo, frame + IP_AT + FROM, 2 * IP_ADDRESS);
	pseudo[9] = frame[IP_AT + PROTOCOL];
	ip_put16(pseudo + 10, size);
	return fold(add(add(0, pseudo, PSEUDO), frame + IP_DATA, size));
}

/* A frame may be longer than what it carries: short ones are padded. */
uint32_t ip_take(const struct ip_ends *ends, const uint8_t *frame, uint32_t size, uint8_t protocol)
{
	const uint8_t *ip = frame + IP_AT;
	uint32_t total;

	if (size < IP_DATA + UDP_HEADER || ip_get16(frame + TYPE) != ETH_P_IP || ip[0] != 0x45 ||
	    ip[PROTOCOL] != protocol || ip_get16(ip + FRAGMENT) & FRAGMENTED || ip_checksum(ip, IP_HEADER) != 0)
		return 0;
	total = ip_get16(ip + TOTAL);
	if (total < IP_HEADER + UDP_HEADER || total > size - IP_AT || memcmp(ip + TO, ends->ip, IP_ADDRESS) != 0 ||
	    memcmp(ip + FROM, ends->peer_ip, IP_ADDRESS) != 0 || ip_get16(frame + IP_DATA + 2) != ends->port ||
	    (ends->peer_port && ip_get16(frame + IP_DATA) != ends->peer_port))
		return 0;
	return total - IP_HEADER;
}

uint32_t udp_write(const struct ip_ends *ends, uint8_t *frame, uint32_t size)
{
	uint8_t *udp = frame + IP_DATA;
	uint32_t all = UDP_HEADER + size;
	uint16_t checksum;

	ip_write(ends, frame, IP_UDP, all);
	ip_put16(udp, ends->port);
	ip_put16(udp + 2, ends->peer_port);
	ip_put16(udp + UDP_LENGTH, all);
	ip_put16(udp + UDP_CHECKSUM, 0);
	checksum = ip_data_checksum(frame, all);
	ip_put16(udp + UDP_CHECKSUM, checksum ? checksum : 0xffff);	/* 0 would say that there is none */
	return IP_DATA + all;
}

uint32_t udp_take(const struct ip_ends *ends, const uint8_t *frame, uint32_t size)
{
	uint32_t all = ip_take(ends, frame, size, IP_UDP);
	uint32_t length = all ? ip_get16(frame + IP_DATA + UDP_LENGTH) : 0;

	if (length < UDP_HEADER || length > all ||
	    (ip_get16(frame + IP_DATA + UDP_CHECKSUM) && ip_data_checksum(frame, length) != 0))
		return 0;
	return length - UDP_HEADER;
}
