/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCP frames: see dhcp.h. */
#include "drivers/net/dhcp.h"

#include "boot/string.h"

#define SERVER_PORT	67
#define CLIENT_PORT	68

/* Offsets behind UDP's header. */
#define OPERATION	0
#define   ASKS		1
#define   ANSWERS	2
#define HARDWARE	1
#define   ARPHRD_ETHER	1
#define HARDWARE_SIZE	2
#define ID		6
#define FLAGS		10
#define   BROADCAST	0x8000		/* an answer cannot be sent to an address that we do not have yet */
#define YOUR_IP		16
#define CLIENT_MAC	28
#define FILE_NAME	108
#define COOKIE		236
#define OPTIONS		240

#define OPTION_PAD	0
#define OPTION_ADDRESS	50
#define OPTION_TYPE	53
#define OPTION_SERVER	54
#define OPTION_END	255

static const uint8_t cookie[4] = { 99, 130, 83, 99 };

static uint8_t *put_option(uint8_t *at, uint8_t option, const uint8_t *value, uint8_t size)
{
	at[0] = option;
	at[1] = size;
	memcpy(at + 2, value, size);
	return at + 2 + size;
}

void dhcp_write(const struct dhcp *dhcp, uint8_t *frame, enum dhcp_type type)
{
	struct ip_ends ends = { .port = CLIENT_PORT, .peer_port = SERVER_PORT };
	uint8_t *message = frame + UDP_DATA, *at = message + OPTIONS, code = type;

	memcpy(ends.mac, dhcp->mac, ETH_ALEN);
	memset(ends.peer_mac, 0xff, ETH_ALEN);
	memset(ends.peer_ip, 0xff, IP_ADDRESS);
	memset(message, 0, DHCP_SIZE - UDP_DATA);
	message[OPERATION] = ASKS;
	message[HARDWARE] = ARPHRD_ETHER;
	message[HARDWARE_SIZE] = ETH_ALEN;
	ip_put16(message + ID, dhcp->id);
	ip_put16(message + FLAGS, BROADCAST);
	memcpy(message + CLIENT_MAC, dhcp->mac, ETH_ALEN);
	memcpy(message + COOKIE, cookie, sizeof(cookie));
	at = put_option(at, OPTION_TYPE, &code, 1);
	if (type == DHCP_REQUEST) {
		at = put_option(at, OPTION_ADDRESS, dhcp->ip, IP_ADDRESS);
		at = put_option(at, OPTION_SERVER, dhcp->server, IP_ADDRESS);
	}
	*at = OPTION_END;
	udp_write(&ends, frame, DHCP_SIZE - UDP_DATA);
}

/* An option with this many bytes, or NULL. */
static const uint8_t *find_option(const uint8_t *message, uint32_t size, uint8_t option, uint8_t length)
{
	uint32_t at = OPTIONS;

	while (at + 2 <= size && message[at] != OPTION_END) {
		if (message[at] == OPTION_PAD)
			at++;
		else if (message[at] == option)
			return message[at + 1] == length && at + 2 + length <= size ? message + at + 2 : NULL;
		else
			at += 2 + message[at + 1];
	}
	return NULL;
}

/* To whom the answer is sent, all or the address that it brings, is the server's choice. */
static uint32_t take_udp(const uint8_t *frame, uint32_t size)
{
	struct ip_ends ends = { .port = CLIENT_PORT, .peer_port = SERVER_PORT };

	if (size < UDP_DATA)
		return 0;
	memcpy(ends.peer_ip, frame + IP_AT + 12, IP_ADDRESS);
	memcpy(ends.ip, frame + IP_AT + 16, IP_ADDRESS);
	return udp_take(&ends, frame, size);
}

enum dhcp_type dhcp_take(struct dhcp *dhcp, const uint8_t *frame, uint32_t size)
{
	const uint8_t *message = frame + UDP_DATA, *type, *server;
	uint32_t count = take_udp(frame, size);

	if (count < OPTIONS || message[OPERATION] != ANSWERS || ip_get16(message + ID) != dhcp->id ||
	    memcmp(message + CLIENT_MAC, dhcp->mac, ETH_ALEN) != 0 ||
	    memcmp(message + COOKIE, cookie, sizeof(cookie)) != 0)
		return DHCP_OTHER;
	type = find_option(message, count, OPTION_TYPE, 1);
	server = find_option(message, count, OPTION_SERVER, IP_ADDRESS);
	if (type && *type == DHCP_NAK)
		return DHCP_NAK;
	if (!type || !server || (*type != DHCP_OFFER && *type != DHCP_ACK))
		return DHCP_OTHER;
	memcpy(dhcp->ip, message + YOUR_IP, IP_ADDRESS);
	memcpy(dhcp->server, server, IP_ADDRESS);
	memcpy(dhcp->server_mac, frame + ETH_ALEN, ETH_ALEN);
	memcpy(dhcp->file, message + FILE_NAME, DHCP_FILE);
	dhcp->file[DHCP_FILE - 1] = '\0';
	return *type;
}
