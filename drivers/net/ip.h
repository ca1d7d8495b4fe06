/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all frames of IP have in common: numbers in the network's byte order, the Internet checksum, and the headers of
 * Ethernet and IP before a datagram, written and checked. No fragments and no options of IP.
 *
 * What is in a datagram is the affair of echo.h, dhcp.h, tftp.h and tcp.h.
 *
 * Source: RFC 791 (IP), RFC 1071 (the checksum), RFC 768 and RFC 9293, section 3.1 (the pseudo header).
 */
#ifndef IP_H
#define IP_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/if_ether.h>

#define IP_ADDRESS	4	/* bytes of an address */
#define IP_HEADER	20
#define IP_AT		ETH_HLEN			/* offsets in a frame: of IP's header, */
#define IP_DATA		(IP_AT + IP_HEADER)		/* and of what it carries */
#define UDP_HEADER	8
#define UDP_DATA	(IP_DATA + UDP_HEADER)

#define IP_TCP		6	/* protocols */
#define IP_UDP		17

/* The two ends of what is said between two ports. */
struct ip_ends {
	uint8_t mac[ETH_ALEN], peer_mac[ETH_ALEN];
	uint8_t ip[IP_ADDRESS], peer_ip[IP_ADDRESS];
	uint16_t port, peer_port;
};

static inline void ip_put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static inline uint16_t ip_get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static inline void ip_put32(uint8_t *at, uint32_t value)
{
	ip_put16(at, value >> 16);
	ip_put16(at + 2, value);
}

static inline uint32_t ip_get32(const uint8_t *at)
{
	return (uint32_t)ip_get16(at) << 16 | ip_get16(at + 2);
}

/* The Internet checksum of bytes, as it stands in a header; 0 of bytes with a right one among them. */
uint16_t ip_checksum(const uint8_t *bytes, uint32_t size);

/* Clears size bytes of frame and writes the Ethernet header. */
void ip_begin_frame(uint8_t *frame, uint32_t size, const uint8_t *to, const uint8_t *from, uint16_t type);
/* The IP header at ip, before size bytes. */
void ip_write_header(uint8_t *ip, uint8_t protocol, const uint8_t *from, const uint8_t *to, uint32_t size);

/* All headers before size bytes of a protocol, which are cleared: returns the bytes of the frame. */
uint32_t ip_write(const struct ip_ends *ends, uint8_t *frame, uint8_t protocol, uint32_t size);
/* The checksum of the TCP segment or UDP datagram of size bytes in a frame, its pseudo header included. */
uint16_t ip_data_checksum(const uint8_t *frame, uint32_t size);
/*
 * Bytes that a frame carries of this protocol from the peer's address and port to ours, where all of it is as it must
 * be: headers, lengths, checksums. 0: it is none of ours, or is broken.
 */
uint32_t ip_take(const struct ip_ends *ends, const uint8_t *frame, uint32_t size, uint8_t protocol);

/* A datagram of UDP, whose size bytes the caller has written at UDP_DATA of frame: returns the bytes of the frame. */
uint32_t udp_write(const struct ip_ends *ends, uint8_t *frame, uint32_t size);
/* Bytes of a datagram for us, at UDP_DATA; 0: it is none. With a peer_port of 0 it may come from any port. */
uint32_t udp_take(const struct ip_ends *ends, const uint8_t *frame, uint32_t size);

#endif
