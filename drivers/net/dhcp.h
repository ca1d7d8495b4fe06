/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an address is got on a network: DISCOVER, OFFER, REQUEST, ACK. The server also says which file to boot, where it
 * has one (tftp.h).
 *
 * Builds and recognises frames, and no more, as echo.h does.
 *
 * Source: RFC 2131 and 2132.
 */
#ifndef DHCP_H
#define DHCP_H

#include "drivers/net/ip.h"

/* Bytes of a frame of ours, with the 312 bytes of options that every server takes. */
#define DHCP_SIZE	(UDP_DATA + 236 + 312)

#define DHCP_FILE	128u			/* bytes of a name, 0 at the end included */

enum dhcp_type { DHCP_OTHER = 0, DHCP_DISCOVER = 1, DHCP_OFFER = 2, DHCP_REQUEST = 3, DHCP_ACK = 5, DHCP_NAK = 6 };

struct dhcp {
	uint8_t mac[ETH_ALEN];		/* ours */
	uint16_t id;			/* marks what belongs together */
	uint8_t ip[IP_ADDRESS];		/* ours, and the server's: as the last answer says */
	uint8_t server[IP_ADDRESS];
	uint8_t server_mac[ETH_ALEN];
	char file[DHCP_FILE];		/* "": none */
};

/* Writes DISCOVER, or a REQUEST of the address that was offered: DHCP_SIZE bytes. */
void dhcp_write(const struct dhcp *dhcp, uint8_t *frame, enum dhcp_type type);
/* Which answer to our questions a frame is; of OFFER and ACK all of it is remembered. DHCP_OTHER: it is none. */
enum dhcp_type dhcp_take(struct dhcp *dhcp, const uint8_t *frame, uint32_t size);

#endif
