/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network device, as an engine and for the tests that are about networks. The other end is QEMU's user-mode
 * network, which answers ARP, DHCP and ICMP echo requests by itself.
 */
#ifndef VIRTIO_NET_H
#define VIRTIO_NET_H

#include "drivers/virtio/engine.h"

/* What virtio_device.learnt holds of the network. */
#define NET_LEARNT_PEER	0
enum net_peer {
	PEER_UNKNOWN,
	PEER_ANSWERS,
	PEER_NONE,		/* frames are taken, and nobody answers */
	PEER_DEAF,		/* no frame is taken, as by a hub with nobody else */
};

/* A device on whose network nobody answers: it is driven by its control queue. */
extern const struct virtio_driver net_control;

/* Of an engine that is started and can read (engine->no_reads): the other end's address, 4 bytes. */
const uint8_t *net_gateway(const struct engine *engine);
/* Asks who has that address; true when it has answered, with its hardware address in mac (NULL, or 6 bytes). */
bool net_arp(struct engine *engine, uint64_t limit, uint8_t *mac);

#endif
