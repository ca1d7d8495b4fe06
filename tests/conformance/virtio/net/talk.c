/* SPDX-License-Identifier: BSD-2-Clause */
/* A station that talks to the other end of its network: see talk.h. */
#include "tests/conformance/virtio/net/talk.h"

#include "boot/string.h"
#include "drivers/net/echo.h"

/* A network on which others speak without end is not listened to without end. */
#define FRAMES_MOST	64u

static const uint8_t made_up[ETH_ALEN] = { 0x52, 0x54, 0x00, 0xb5, 0x00, 0x02 };

const char *needs_network(const struct subject *subject)
{
	if (virtio_engine_of(subject->engine)->device->learnt[NET_LEARNT_PEER] != PEER_ANSWERS)
		return "nobody answers on its network: add netdev=ID with -netdev user,id=ID";
	return NULL;
}

bool talk_say(struct talk *talk, uint32_t size)
{
	return station_send(&talk->station, NULL, talk->frame, size, 1 + talk->frames++ % STATION_PIECES);
}

bool talk_hear(struct talk *talk, const char *what)
{
	if (station_hear(&talk->station, &talk->received)) {
		expect_plain_header(&talk->station, &talk->received);
		return trial_good(talk->station.trial) && station_post(&talk->station);
	}
	expect(talk->station.trial, false, "%s does not come: %s", what, talk->station.engine->fault);
	return false;
}

/* An answer to what stands in frame. DHCP_OTHER, and the trial has failed, when there is none. */
static enum dhcp_type answer(struct talk *talk, const char *what)
{
	if (!talk_say(talk, DHCP_SIZE))
		return DHCP_OTHER;
	for (unsigned i = 0; i < FRAMES_MOST && talk_hear(talk, what); i++) {
		enum dhcp_type type = dhcp_take(&talk->dhcp, talk->received.frame, talk->received.size);

		if (type != DHCP_OTHER)
			return type;
	}
	expect(talk->station.trial, !trial_good(talk->station.trial), "%u frames came, and %s is not among them",
	       FRAMES_MOST, what);
	return DHCP_OTHER;
}

static bool get_address(struct talk *talk)
{
	struct trial *trial = talk->station.trial;
	struct dhcp *dhcp = &talk->dhcp;
	uint8_t offered[IP_ADDRESS];
	enum dhcp_type type;

	dhcp->id = trial_random(trial);
	memcpy(dhcp->mac, talk->station.mac, ETH_ALEN);
	dhcp_write(dhcp, talk->frame, DHCP_DISCOVER);
	type = answer(talk, "an offer of an address (DHCP)");
	if (!trial_good(trial) || !expect_equal(trial, "the answer to DHCP's DISCOVER", type, DHCP_OFFER))
		return false;
	memcpy(offered, dhcp->ip, IP_ADDRESS);
	dhcp_write(dhcp, talk->frame, DHCP_REQUEST);
	type = answer(talk, "an address (DHCP)");
	return trial_good(trial) && expect_equal(trial, "the answer to DHCP's REQUEST", type, DHCP_ACK) &&
	       expect(trial, memcmp(dhcp->ip, offered, IP_ADDRESS) == 0,
		      "DHCP gives address %u.%u.%u.%u, and has offered %u.%u.%u.%u", dhcp->ip[0], dhcp->ip[1],
		      dhcp->ip[2], dhcp->ip[3], offered[0], offered[1], offered[2], offered[3]);
}

int talk_find(struct talk *talk, const uint8_t *ip, uint8_t *mac)
{
	struct echo echo = { 0 };

	memcpy(echo.mac, talk->ends.mac, ETH_ALEN);
	memcpy(echo.ip, talk->ends.ip, IP_ADDRESS);
	for (unsigned i = 0; i < 2; i++) {
		memcpy(echo.gateway_ip, i ? talk->dhcp.server : ip, IP_ADDRESS);
		echo_write_arp(&echo, talk->frame);
		if (!talk_say(talk, ECHO_ARP_SIZE))
			return -1;
	}
	for (unsigned i = 0; i < FRAMES_MOST && talk_hear(talk, "an answer to ARP"); i++) {
		const struct received *received = &talk->received;

		memcpy(echo.gateway_ip, talk->dhcp.server, IP_ADDRESS);
		if (echo_take_arp_reply(&echo, received->frame, received->size))
			return memcmp(mac, (uint8_t [ETH_ALEN]) { 0 }, ETH_ALEN) != 0;
		memcpy(echo.gateway_ip, ip, IP_ADDRESS);
		if (echo_take_arp_reply(&echo, received->frame, received->size))
			memcpy(mac, echo.gateway, ETH_ALEN);
	}
	return -1;
}

bool talk_start(struct trial *trial, struct talk *talk, uint64_t features, uint32_t size, unsigned pieces)
{
	memset(&talk->dhcp, 0, sizeof(talk->dhcp));
	talk->frames = 0;
	if (!station_start(trial, &talk->station, features))
		return false;
	if (!(talk->station.virtio->device->accepted & NET_BIT(MAC)))
		memcpy(talk->station.mac, made_up, ETH_ALEN);
	talk->station.size = size;
	talk->station.pieces = pieces;
	if (!station_post(&talk->station) || !get_address(talk)) {
		talk_stop(talk);
		return false;
	}
	memcpy(talk->ends.mac, talk->station.mac, ETH_ALEN);
	memcpy(talk->ends.ip, talk->dhcp.ip, IP_ADDRESS);
	memcpy(talk->ends.peer_mac, talk->dhcp.server_mac, ETH_ALEN);
	memcpy(talk->ends.peer_ip, talk->dhcp.server, IP_ADDRESS);
	return true;
}

void talk_stop(struct talk *talk)
{
	station_stop(&talk->station);
}
