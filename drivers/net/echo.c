/* SPDX-License-Identifier: BSD-2-Clause */
/* ARP, DHCP and ICMP echo frames: see echo.h. */
#include "drivers/net/echo.h"

#include "boot/string.h"
#include "drivers/net/dhcp.h"

/* Offsets in a frame. */
#define TYPE		(2 * ETH_ALEN)
#define ARP		ETH_HLEN
#define IP		ETH_HLEN
#define ICMP		(IP + 20)

#define ARPHRD_ETHER	1
#define ARPOP_REQUEST	1
#define ARPOP_REPLY	2
#define IP_ICMP		1
#define ICMP_ECHO	8
#define ICMP_ECHOREPLY	0

static const uint8_t broadcast[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

uint16_t echo_checksum(const uint8_t *bytes, uint32_t size)
{
	return ip_checksum(bytes, size);
}

void echo_make(struct echo *echo, const uint8_t *mac, uint16_t id)
{
	*echo = (struct echo) { .ip = { 10, 0, 2, 15 }, .gateway_ip = { 10, 0, 2, 2 }, .id = id };
	memcpy(echo->mac, mac, ETH_ALEN);
}

void echo_write_arp(const struct echo *echo, uint8_t *frame)
{
	uint8_t *arp = frame + ARP;

	ip_begin_frame(frame, ECHO_ARP_SIZE, broadcast, echo->mac, ETH_P_ARP);
	ip_put16(arp, ARPHRD_ETHER);
	ip_put16(arp + 2, ETH_P_IP);
	arp[4] = ETH_ALEN;
	arp[5] = ECHO_IP;
	ip_put16(arp + 6, ARPOP_REQUEST);
	memcpy(arp + 8, echo->mac, ETH_ALEN);
	memcpy(arp + 14, echo->ip, ECHO_IP);
	memcpy(arp + 24, echo->gateway_ip, ECHO_IP);
}

bool echo_take_arp_reply(struct echo *echo, const uint8_t *frame, uint32_t size)
{
	const uint8_t *arp = frame + ARP;

	if (size < ECHO_ARP_SIZE || ip_get16(frame + TYPE) != ETH_P_ARP || ip_get16(arp + 6) != ARPOP_REPLY ||
	    memcmp(arp + 14, echo->gateway_ip, ECHO_IP) != 0)
		return false;
	memcpy(echo->gateway, arp + 8, ETH_ALEN);
	echo->gateway_known = true;
	return true;
}

static struct dhcp dhcp_of(const struct echo *echo)
{
	struct dhcp dhcp = { .id = echo->id };

	memcpy(dhcp.mac, echo->mac, ETH_ALEN);
	return dhcp;
}

void echo_write_discover(const struct echo *echo, uint8_t *frame)
{
	struct dhcp dhcp = dhcp_of(echo);

	dhcp_write(&dhcp, frame, DHCP_DISCOVER);
}

bool echo_take_offer(struct echo *echo, const uint8_t *frame, uint32_t size)
{
	struct dhcp dhcp = dhcp_of(echo);

	if (dhcp_take(&dhcp, frame, size) != DHCP_OFFER)
		return false;
	memcpy(echo->ip, dhcp.ip, ECHO_IP);
	memcpy(echo->gateway_ip, dhcp.server, ECHO_IP);
	echo->gateway_known = false;
	return true;
}

void echo_write_request(struct echo *echo, uint8_t *frame, uint32_t size, uint16_t payload_checksum)
{
	uint8_t *icmp = frame + ICMP;

	ip_begin_frame(frame, ECHO_HEADER_SIZE, echo->gateway, echo->mac, ETH_P_IP);
	ip_write_header(frame + IP, IP_ICMP, echo->ip, echo->gateway_ip, ECHO_HEADER_SIZE - ICMP + size);
	icmp[0] = ICMP_ECHO;
	ip_put16(icmp + 2, (uint16_t)~payload_checksum);	/* a part of what is summed below, and replaced by it */
	ip_put16(icmp + 4, echo->id);
	ip_put16(icmp + 6, ++echo->sequence);
	ip_put16(icmp + 2, echo_checksum(icmp, ECHO_HEADER_SIZE - ICMP));
}

bool echo_is_reply(const struct echo *echo, const uint8_t *frame, uint32_t size)
{
	const uint8_t *icmp = frame + ICMP;

	return size >= ECHO_HEADER_SIZE && ip_get16(frame + TYPE) == ETH_P_IP && frame[IP + 9] == IP_ICMP &&
	       icmp[0] == ICMP_ECHOREPLY && ip_get16(icmp + 4) == echo->id && ip_get16(icmp + 6) == echo->sequence;
}
