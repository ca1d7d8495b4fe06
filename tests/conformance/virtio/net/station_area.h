/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory of a station: what is where in the area that its device's driver has. For station.c and the files beside
 * it that send commands and frames.
 */
#ifndef VIRTIO_NET_STATION_AREA_H
#define VIRTIO_NET_STATION_AREA_H

#include "tests/conformance/virtio/net/station.h"

/* The area: command, answer, frame to send, buffers for receiving. */
#define AREA_COMMAND		0x0000u
#define AREA_DATA		0x0040u
#define DATA_LARGEST		0x0e00u
#define AREA_ANSWER		0x0f80u
#define AREA_SEND		0x1000u
#define AREA_RECEIVE		0x2000u
#define SLOT			0x0800u
#define GUARD			64u		/* bytes before and behind each buffer that must not move */
#define AREA_SIZE		(AREA_RECEIVE + STATION_SLOTS * SLOT)
_Static_assert(STATION_BUFFER + 2 * GUARD <= SLOT, "a buffer with its guards");

#define PATTERN			0xa5

#define ANSWER_GUARD		16u

/* Adds a frame to a sum; and says the station's sums to the host (wire.c). */
void wire_add(struct wire_sum *sum, const uint8_t *frame, uint32_t size);
void wire_say(const struct station *station);
/*
 * Says to the host what was sent through a port of ours, whose echo has come back; and what a file of a server's holds.
 */
void wire_say_stream(const struct station *station, uint16_t port, const uint8_t *bytes, uint32_t size);
void wire_say_file(const struct station *station, const char *name, const uint8_t *bytes, uint32_t size);

/* A network on which others speak without end is not listened to without end. */
#define OTHERS	64u

#endif
