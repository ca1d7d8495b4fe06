/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A console device with its control queues in the tests' hands: what tests of suite virtio.serial have in common that
 * are about control messages. Tests of what ports carry use the driver's own (drivers/virtio/device/serial.h).
 */
#ifndef VIRTIO_SERIAL_RIG_H
#define VIRTIO_SERIAL_RIG_H

#include <linux/virtio_console.h>

#include "drivers/virtio/device/serial.h"
#include "tests/conformance/probe/flight.h"
#include "tests/conformance/probe/virtio_type.h"

/* Ports whose queues are set up, and that are made ready; of more of them only the announcements are looked at. */
#define RIG_PORTS	3u
#define RIG_MESSAGES	FLIGHT_MOST

/* A control message that came, and the bytes of a name behind it. */
struct rig_message {
	uint32_t port;
	uint16_t event, value;
	uint32_t length;			/* used, of all of it */
	bool ready_sent;			/* it came after PORT_READY for this port */
	char name[64];				/* without a NUL of the device's own */
};

struct serial_rig {
	struct engine *engine;
	struct flight control;
	unsigned ports;				/* with queues; */
	uint32_t port[RIG_PORTS];		/* their numbers */
	uint32_t announced;			/* bit n: there is a port n, as the driver has found out before */
	uint32_t ready;				/* bit n: PORT_READY was sent */
	unsigned count;
	struct rig_message messages[RIG_MESSAGES];
	bool written_behind;			/* a buffer was written behind its used length, as it may */
};

/* The engines with their ports, and reasons to skip. */
const char *serial_needs_ports(const struct subject *subject);
const char *serial_needs_loop(const struct subject *subject);

/*
 * Starts the trial's engine without a word from the driver, with room for control messages; says DEVICE_READY and waits
 * until all ports are announced; makes the first ones ready and opens them, and takes what is said of them meanwhile.
 * False where the trial is over. To be ended in any case.
 */
bool rig_begin(struct trial *trial, struct serial_rig *rig);
/* The same without a word about any port: what comes then is what a test has asked for. */
bool rig_announced(struct trial *trial, struct serial_rig *rig);
void rig_end(struct serial_rig *rig);

/* Our numbers of the queues of the port in this place of rig->port. */
uint16_t rig_receive_number(unsigned place);
static inline uint16_t rig_transmit_number(unsigned place)
{
	return rig_receive_number(place) + 1;
}

/* The message of this kind about a port, or NULL; and the place of the port with a name, or RIG_PORTS. */
const struct rig_message *rig_message_about(const struct serial_rig *rig, uint32_t port, uint16_t event);
/* The place of a port, or RIG_PORTS. */
unsigned rig_place_of(const struct serial_rig *rig, uint32_t port);
/* The first port whose name begins so, and the name: it is the gate's, which keeps its bytes in a file of that name. */
#define RIG_FILE_PORT	"busproof-file-"
unsigned rig_file_port(const struct serial_rig *rig, const char **name);
unsigned rig_port_named(const struct serial_rig *rig, const char *name);

#endif
