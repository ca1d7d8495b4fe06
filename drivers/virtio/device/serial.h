/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console device with several ports, as an engine and for the tests that are about ports.
 *
 * The host may connect two ports with each other (tests/gate: two ends of one socket), so that what is written to one
 * is read from the other; or one with itself. Where it does not, the device still writes: control messages come without
 * a host's doing.
 *
 * serial.c drives the device; serial_find.c asks it, once, what it has. What both need is here too.
 */
#ifndef VIRTIO_SERIAL_H
#define VIRTIO_SERIAL_H

#include "drivers/virtio/engine.h"

/* What one end is sent, the other receives: at most this many bytes at once. */
#define SERIAL_LARGEST	1024u

/* On an engine that is started: how many ends of a loop it has, 0, 1 or 2, and which ports they are. What is sent into
 * one comes out of the other, or of the only one. */
unsigned serial_ends(const struct engine *engine);
uint32_t serial_port(const struct engine *engine, unsigned end);
/* Our numbers of an end's queues, for what it receives and for what it is sent. */
static inline uint16_t serial_receive_number(unsigned end)
{
	return end == 0 ? 0 : 4;
}
static inline uint16_t serial_transmit_number(unsigned end)
{
	return serial_receive_number(end) + 1;
}
/* Sends size bytes into an end and receives as many where they come out. */
enum engine_result serial_pass(struct engine *engine, unsigned from, const void *sent, void *received, uint32_t size);

/* What virtio_device.learnt holds: bits, and the ports of both ends, 32 bits each. */
#define SERIAL_LEARNT		0
#define   SERIAL_LOOKED		0x1ull		/* serial_finder has found the rest */
#define   SERIAL_ANNOUNCES	0x2ull		/* it has a port, and says so in a control message */
#define   SERIAL_LOOPED		0x4ull
#define SERIAL_LEARNT_ENDS	1
#define SERIAL_LEARNT_PORTS	2		/* bit n: there is a port n, of the first 32 */

#define SERIAL_CONTROL_RECEIVE	2
#define SERIAL_CONTROL_TRANSMIT	3
/* A port's queue for what it receives; the next one is for what it is sent. */
static inline uint16_t serial_queue(uint32_t port)
{
	return port == 0 ? 0 : 2 * port + 2;
}

/* A control message, which lies here in the area: submits it, and waits until it was used. */
#define SERIAL_AREA_MESSAGE	0
bool serial_submit_control(struct engine *engine, uint32_t port, uint16_t event, uint16_t value);
bool serial_send_control(struct engine *engine, uint32_t port, uint16_t event, uint16_t value);
bool serial_open_port(struct engine *engine, uint32_t port);

/* The driver, and the one that is in its place until the device is known. */
extern const struct virtio_driver serial_driver, serial_finder;

#endif
