/*
 * The network device, as an engine and for the tests that are about networks. The other end is QEMU's user-mode
 * network: it answers ARP and ICMP echo requests for 10.0.2.2 by itself.
 */
#ifndef VIRTIO_NET_H
#define VIRTIO_NET_H

#include "drivers/virtio/engine.h"

/*
 * Asks who has 10.0.2.2; true when it has answered, with its hardware address in mac (NULL, or 6 bytes). On an engine
 * that is started.
 */
bool net_arp(struct engine *engine, uint64_t limit, uint8_t *mac);

#endif
