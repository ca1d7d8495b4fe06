/*
 * The console device with several ports, as an engine and for the tests that are about ports.
 *
 * The host connects ports 0 and 1 with each other (tests/gate: two ends of one socket), so that what is written to
 * one is read from the other. Where it does not, the device still writes: control messages come without a host's
 * doing.
 */
#ifndef VIRTIO_SERIAL_H
#define VIRTIO_SERIAL_H

#include "drivers/virtio/engine.h"

/* What one end is sent, the other receives: at most this many bytes at once. */
#define SERIAL_LARGEST	1024u

/* On an engine that is started: ports of the device, bit n for port n; of the first two only if it has more. */
unsigned serial_ports(const struct engine *engine);
/* Do ports 0 and 1 lead to each other? */
bool serial_connected(const struct engine *engine);
/* Sends size bytes into port from and receives as many from port to (0 and 1, or 1 and 0). */
enum engine_result serial_pass(struct engine *engine, unsigned from, unsigned to, const void *sent, void *received,
			       uint32_t size);

#endif
