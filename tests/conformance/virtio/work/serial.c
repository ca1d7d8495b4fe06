/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.work: the console's ports, which the host has connected to each other.
 */
#include "boot/string.h"
#include "drivers/virtio/device/serial.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(serial, VIRTIO_ID_CONSOLE);

static const char *needs_reads_told(const struct subject *subject)
{
	return subject->engine->no_reads;
}

/* Bytes that differ from run to run leave one port and come out of the other, both ways, by way of the host. */
static void serial_ports_connected(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	static uint8_t sent[SERIAL_LARGEST], received[SERIAL_LARGEST];

	if (!trial_start(trial, engine))
		return;
	for (unsigned from = 0; from < serial_ends(engine); from++) {
		uint32_t port = serial_port(engine, from);

		for (unsigned i = 0; i < sizeof(sent); i++)
			sent[i] = trial_random(trial);
		memset(received, 0, sizeof(received));
		if (serial_pass(engine, from, sent, received, sizeof(sent)) != ENGINE_DONE)
			trial_fail(trial, "what port %u was sent did not come out: %s", port, engine->fault);
		expect(trial, memcmp(sent, received, sizeof(sent)) == 0,
		       "something else came out than port %u was sent", port);
	}
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.work.serial-ports", serial_ports_connected,
		 "Bytes sent from one serial port come out of the port that the host has connected with it.",
		 .scope = &scope_serial, .skip = needs_reads_told, .judged_by = EVIDENCE);
