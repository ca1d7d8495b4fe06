/*
 * Frames of a conversation with the other end of a network: who has its address (ARP), and an echo of what it is sent
 * (ICMP). The other end is QEMU's user-mode network, which answers both for 10.0.2.2 by itself.
 *
 * Builds and recognises frames, and no more: how they get on the wire is the affair of the network engines
 * (drivers/virtio/net.c, drivers/engine/hme.c).
 *
 * Source: RFC 826 (ARP), RFC 791 (IP), RFC 792 (ICMP), RFC 1071 (the checksum).
 */
#ifndef ECHO_H
#define ECHO_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/if_ether.h>

/* Bytes of an ARP frame, and of an echo before its payload: Ethernet, IP and ICMP headers. */
#define ECHO_ARP_SIZE		(ETH_HLEN + 28)
#define ECHO_HEADER_SIZE	(ETH_HLEN + 20 + 8)

struct echo {
	uint8_t mac[ETH_ALEN];		/* ours; the caller's to set */
	uint8_t gateway[ETH_ALEN];	/* the other end's, once it has answered */
	bool gateway_known;
	uint16_t id;			/* marks the echoes of one engine; the caller's to set */
	uint16_t sequence;		/* of the last request */
};

/* Writes a frame that asks who has 10.0.2.2: ECHO_ARP_SIZE bytes. */
void echo_write_arp(const struct echo *echo, uint8_t *frame);
/* Is this frame the answer? If so, remembers the other end's address. */
bool echo_take_arp_reply(struct echo *echo, const uint8_t *frame, uint32_t size);

/*
 * Writes the headers of an echo request, ECHO_HEADER_SIZE bytes, that size bytes of payload follow. payload_checksum is
 * echo_checksum() of these; ECHO_CHECKSUM_ZEROES is that of zeroes, and of every engine_payload() (drivers/engine).
 */
#define ECHO_CHECKSUM_ZEROES	0xffff
void echo_write_request(struct echo *echo, uint8_t *frame, uint32_t size, uint16_t payload_checksum);
/* Is this frame the reply to the last request? */
bool echo_is_reply(const struct echo *echo, const uint8_t *frame, uint32_t size);

/* The Internet checksum of an even number of bytes. */
uint16_t echo_checksum(const uint8_t *bytes, uint32_t size);

#endif
