/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames of a conversation with the other end of a network: who has its address (ARP), which addresses there are
 * (DHCP), and an echo of what it is sent (ICMP). The other end is QEMU's user-mode network, which answers all of them
 * by itself, for 10.0.2.2 unless it was given another net= or host=.
 *
 * Builds and recognises frames, and no more: how they get on the wire is the affair of the network engines
 * (drivers/virtio/device/net.c, drivers/engine/hme.c).
 *
 * Source: RFC 826 (ARP), RFC 791 (IP), RFC 792 (ICMP), RFC 1071 (the checksum), RFC 2131 and 2132 (DHCP).
 */
#ifndef ECHO_H
#define ECHO_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/if_ether.h>

#include "drivers/net/dhcp.h"

#define ECHO_IP			4	/* bytes of an address */

/*
 * Bytes of an ARP frame, of a DHCP request (with the 312 bytes of options that every server takes), and of an echo
 * before its payload: Ethernet, IP and ICMP headers.
 */
#define ECHO_ARP_SIZE		(ETH_HLEN + 28)
#define ECHO_DISCOVER_SIZE	DHCP_SIZE
#define ECHO_HEADER_SIZE	(ETH_HLEN + 20 + 8)

struct echo {
	uint8_t mac[ETH_ALEN];		/* ours */
	uint8_t gateway[ETH_ALEN];	/* the other end's, once it has answered */
	bool gateway_known;
	uint8_t ip[ECHO_IP], gateway_ip[ECHO_IP];
	uint16_t id;			/* marks the questions of one engine */
	uint16_t sequence;		/* of the last request */
};

/* A conversation of nobody's yet, with the addresses that QEMU's user-mode network has where nobody gives it others. */
void echo_make(struct echo *echo, const uint8_t *mac, uint16_t id);

/* Writes a frame that asks who has the other end's address: ECHO_ARP_SIZE bytes. */
void echo_write_arp(const struct echo *echo, uint8_t *frame);
/* Is this frame the answer? If so, remembers the other end's hardware address. */
bool echo_take_arp_reply(struct echo *echo, const uint8_t *frame, uint32_t size);

/* Writes a frame that asks all servers for an address: ECHO_DISCOVER_SIZE bytes. */
void echo_write_discover(const struct echo *echo, uint8_t *frame);
/* Is this frame an answer? If so, the server is the other end, and the address that it offers is ours. */
bool echo_take_offer(struct echo *echo, const uint8_t *frame, uint32_t size);

/*
 * Writes the headers of an echo request, ECHO_HEADER_SIZE bytes, that size bytes of payload follow. payload_checksum is
 * echo_checksum() of these; ECHO_CHECKSUM_ZEROES is that of zeroes, and of every engine_payload() (drivers/engine).
 */
#define ECHO_CHECKSUM_ZEROES	0xffff
void echo_write_request(struct echo *echo, uint8_t *frame, uint32_t size, uint16_t payload_checksum);
/* Is this frame the reply to the last request? */
bool echo_is_reply(const struct echo *echo, const uint8_t *frame, uint32_t size);

/* The Internet checksum. */
uint16_t echo_checksum(const uint8_t *bytes, uint32_t size);

#endif
