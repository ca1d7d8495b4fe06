/* ARP and ICMP echo frames: see echo.h. */
#include "drivers/net/echo.h"

#include "boot/string.h"

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

static const uint8_t our_ip[4] = { 10, 0, 2, 15 };
static const uint8_t gateway_ip[4] = { 10, 0, 2, 2 };
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

void echo_write_arp(const struct echo *echo, uint8_t *frame)
{
	uint8_t *arp = frame + ARP;

	begin_frame(echo, frame, ECHO_ARP_SIZE, broadcast, ETH_P_ARP);
	put16(arp, ARPHRD_ETHER);
	put16(arp + 2, ETH_P_IP);
	arp[4] = ETH_ALEN;
	arp[5] = sizeof(our_ip);
	put16(arp + 6, ARPOP_REQUEST);
	memcpy(arp + 8, echo->mac, ETH_ALEN);
	memcpy(arp + 14, our_ip, sizeof(our_ip));
	memcpy(arp + 24, gateway_ip, sizeof(gateway_ip));
}

bool echo_take_arp_reply(struct echo *echo, const uint8_t *frame, uint32_t size)
{
	const uint8_t *arp = frame + ARP;

	if (size < ECHO_ARP_SIZE || get16(frame + TYPE) != ETH_P_ARP || get16(arp + 6) != ARPOP_REPLY ||
	    memcmp(arp + 14, gateway_ip, sizeof(gateway_ip)) != 0)
		return false;
	memcpy(echo->gateway, arp + 8, ETH_ALEN);
	echo->gateway_known = true;
	return true;
}

void echo_write_request(struct echo *echo, uint8_t *frame, uint32_t size, uint16_t payload_checksum)
{
	uint8_t *ip = frame + IP;
	uint8_t *icmp = frame + ICMP;

	begin_frame(echo, frame, ECHO_HEADER_SIZE, echo->gateway, ETH_P_IP);
	ip[0] = 0x45;				/* version 4, header of 5 words */
	put16(ip + 2, ECHO_HEADER_SIZE - IP + size);
	ip[8] = 64;				/* time to live */
	ip[9] = IP_ICMP;
	memcpy(ip + 12, our_ip, sizeof(our_ip));
	memcpy(ip + 16, gateway_ip, sizeof(gateway_ip));
	put16(ip + 10, echo_checksum(ip, ICMP - IP));
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
