/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hash that network devices report and choose queues by, and the name of each kind of packet that has its own.
 *
 * Source: VIRTIO 1.4, section 5.1.6.4.3; Microsoft, "RSS Hashing Functions", which has the vectors of its unit test.
 */
#ifndef VIRTIO_NET_TOEPLITZ_H
#define VIRTIO_NET_TOEPLITZ_H

#include <stdint.h>

#define TOEPLITZ_KEY	40u		/* bytes of a key */

/* Of at most TOEPLITZ_KEY - 4 bytes: so many does a key last for. */
uint32_t toeplitz(const uint8_t key[TOEPLITZ_KEY], const uint8_t *bytes, uint32_t size);

#endif
