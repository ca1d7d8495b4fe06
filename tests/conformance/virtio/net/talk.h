/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A station that talks to the other end of its network, QEMU's user-mode network or whoever answers there: it gets an
 * address (DHCP), takes a file (TFTP over UDP), and has a connection of TCP with a program of the host's. Whether what
 * was said is also what the host has is the host's to see (tests/gate/lib/Gate/Capture.pm).
 */
#ifndef VIRTIO_NET_TALK_H
#define VIRTIO_NET_TALK_H

#include "drivers/net/dhcp.h"
#include "tests/conformance/virtio/net/station.h"

struct talk {
	struct station station;
	struct dhcp dhcp;
	struct ip_ends ends;		/* ours, and the server's */
	unsigned frames;		/* that were sent: each in another number of pieces */
	uint8_t frame[STATION_FRAME];
	struct received received;
};

/*
 * Starts the subject's device with buffers of size bytes in so many pieces, and gets an address. False, and the trial
 * is over, when that fails. A device with no address of its own gets one of ours.
 */
bool talk_start(struct trial *trial, struct talk *talk, uint64_t features, uint32_t size, unsigned pieces);
void talk_stop(struct talk *talk);

/* Sends what stands in frame. False, and the trial has failed, when it is not sent. */
bool talk_say(struct talk *talk, uint32_t size);
/* The next frame. False, and the trial has failed, when none comes: it says for what it was waited. */
bool talk_hear(struct talk *talk, const char *what);

/* Asks who has an address of the server's network, and then who is the server: 1 somebody, 0 nobody, -1 it failed. */
int talk_find(struct talk *talk, const uint8_t *ip, uint8_t *mac);

/* Reason to skip: nobody answers on the device's network. */
const char *needs_network(const struct subject *subject);

#endif
