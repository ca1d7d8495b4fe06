/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.serial: the control messages of a console device with several ports, the one in which it says what ports
 * it has, and those that make no sense to it.
 *
 * Source: VIRTIO 1.4, sections 5.3.4 and 5.3.6.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/virtio/serial/rig.h"

VIRTIO_TYPE_SCOPE(serial, VIRTIO_ID_CONSOLE);

/* More ports than there are queue numbers for: each has two. */
#define MOST_PORTS	0x8000u

static uint64_t most_ports(const struct virtio_device *device)
{
	uint64_t count = 0;

	virtio_config_read(device, offsetof(struct virtio_console_config, max_nr_ports), sizeof(__u32), &count);
	return count;
}

static const struct { const char *name; bool of_a_ready_port; } events[] = {
	[VIRTIO_CONSOLE_PORT_ADD] = { "PORT_ADD", false },
	[VIRTIO_CONSOLE_PORT_REMOVE] = { "PORT_REMOVE", false },
	[VIRTIO_CONSOLE_CONSOLE_PORT] = { "CONSOLE_PORT", true },
	[VIRTIO_CONSOLE_RESIZE] = { "RESIZE", true },
	[VIRTIO_CONSOLE_PORT_OPEN] = { "PORT_OPEN", true },
	[VIRTIO_CONSOLE_PORT_NAME] = { "PORT_NAME", true },
};

static bool is_event(uint16_t event)
{
	return event < sizeof(events) / sizeof(events[0]) && events[event].name;
}

/* Sizes of the columns and rows follow a RESIZE, the bytes of a name a PORT_NAME; there is no message without one. */
static bool has_good_length(const struct rig_message *message)
{
	const uint32_t bare = sizeof(struct virtio_console_control);

	if (message->event == VIRTIO_CONSOLE_PORT_NAME)
		return message->length > bare && message->length <= bare + sizeof(message->name);
	if (message->event == VIRTIO_CONSOLE_RESIZE)
		return message->length == bare + 2 * sizeof(__u16);
	return message->length == bare;
}

/* added: the ports that there are by the messages before. */
static void judge_message(struct trial *trial, const struct rig_message *message, uint64_t most, uint32_t *added)
{
	bool known = message->port < 32 && *added >> message->port & 1;
	const char *name;

	if (!expect(trial, is_event(message->event), "control message %u for port %u: no such event is a device's",
		    message->event, message->port))
		return;
	name = events[message->event].name;
	expect(trial, has_good_length(message), "%s for port %u has %u bytes", name, message->port, message->length);
	expect(trial, message->port < most, "%s for port %u, of which max_nr_ports is %llu", name, message->port,
	       (unsigned long long)most);
	if (message->event == VIRTIO_CONSOLE_PORT_ADD) {
		expect(trial, !known, "PORT_ADD for port %u, which was there already", message->port);
		*added |= message->port < 32 ? 1u << message->port : 0;
		return;
	}
	expect(trial, known, "%s for port %u, which was not added before", name, message->port);
	if (message->event == VIRTIO_CONSOLE_PORT_REMOVE && known)
		*added &= ~(1u << message->port);
	expect(trial, message->ready_sent || !events[message->event].of_a_ready_port,
	       "%s for port %u, before it was said to be ready", name, message->port);
	if (message->event == VIRTIO_CONSOLE_PORT_OPEN)
		expect(trial, message->value <= 1, "PORT_OPEN for port %u with value %u", message->port,
		       message->value);
}

static unsigned count_about(const struct serial_rig *rig, uint16_t event)
{
	unsigned count = 0;

	for (unsigned i = 0; i < rig->ports; i++)
		count += !!rig_message_about(rig, rig->port[i], event);
	return count;
}

static void control(struct trial *trial)
{
	struct serial_rig rig;
	uint32_t added = 0;

	if (rig_begin(trial, &rig)) {
		uint64_t most = most_ports(virtio_engine_of(rig.engine)->device);

		for (unsigned i = 0; i < rig.count; i++)
			judge_message(trial, &rig.messages[i], most, &added);
		expect(trial, added == rig.announced, "the ports announced are %#x, and were %#x before", added,
		       rig.announced);
		expect_flight_beside(trial, &rig.control);
		trial_record(trial, "%u of %u ports are consoles, %u have a name, %u are open at the host; behind a "
			     "message the buffer %s", count_about(&rig, VIRTIO_CONSOLE_CONSOLE_PORT), rig.ports,
			     count_about(&rig, VIRTIO_CONSOLE_PORT_NAME), count_about(&rig, VIRTIO_CONSOLE_PORT_OPEN),
			     rig.written_behind ? "is written" : "stays");
	}
	rig_end(&rig);
}
CONFORMANCE_TEST("virtio.serial.control", control,
		 "A console announces each port once, then says what is true of it, in messages of the right length.",
		 .scope = &scope_serial, .about = on_plain_ring, .skip = serial_needs_ports,
		 .clauses = "CON-1 CON-5 CON-6 CON-7 CON-8", .judged_by = EVIDENCE);

static bool is_legacy(const struct subject *subject)
{
	return on_plain_ring(subject) && virtio_engine_of(subject->engine)->mode->legacy;
}

/* A number whose bytes are exchanged is too large for the numbers that queues have. */
static void legacy_config(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	uint64_t most;

	if (!trial_start(trial, engine))
		return;
	most = most_ports(device);
	expect(trial, most > 0 && most <= MOST_PORTS, "max_nr_ports is %#llx", (unsigned long long)most);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.serial.legacy-config", legacy_config,
		 "The number of ports is in the guest's byte order through the legacy interface.",
		 .scope = &scope_serial, .about = is_legacy, .skip = serial_needs_ports, .clauses = "CON-2",
		 .judged_by = EVIDENCE);

static bool once(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine));
}

#define UNKNOWN_EVENT	0x7a7au

/* Messages that mean nothing, in buffers that the device may only read; then bytes must still pass. */
static void unknown_control(struct trial *trial)
{
	static const struct { uint32_t port; uint16_t event; uint32_t size; } rows[] = {
		{ 0, UNKNOWN_EVENT, 8 }, { VIRTIO_CONSOLE_BAD_ID, UNKNOWN_EVENT, 8 },
		{ 0x7fffffff, VIRTIO_CONSOLE_PORT_OPEN, 8 }, { VIRTIO_CONSOLE_BAD_ID, VIRTIO_CONSOLE_PORT_READY, 8 },
		{ 0, VIRTIO_CONSOLE_PORT_OPEN, 4 }, { 0, VIRTIO_CONSOLE_PORT_OPEN, 1 },
		{ 0, UNKNOWN_EVENT, 64 },
	};
	static uint8_t sent[64], received[64];
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	struct flight flight = { .engine = engine };
	bool good = trial_start(trial, engine) && flight_begin(trial, &flight, SERIAL_CONTROL_TRANSMIT, 1);

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && good; i++) {
		struct virtio_console_control *message = (void *)flight_at(&flight, i * 128);

		message->id = cpu_to_virtio32(device, rows[i].port);
		message->event = cpu_to_virtio16(device, rows[i].event);
		good = flight_add(&flight, i * 128, rows[i].size, 1, false);
	}
	if (good) {
		flight_go(&flight);
		good = flight_wait(trial, &flight);
	}
	for (unsigned i = 0; i < sizeof(sent); i++)
		sent[i] = trial_random(trial);
	for (unsigned from = 0; from < serial_ends(engine) && good; from++) {
		memset(received, 0, sizeof(received));
		good = expect(trial, serial_pass(engine, from, sent, received, sizeof(sent)) == ENGINE_DONE,
			      "after messages that mean nothing port %u carries no more: %s",
			      serial_port(engine, from), engine->fault) &&
		       expect(trial, memcmp(sent, received, sizeof(sent)) == 0,
			      "after messages that mean nothing port %u carries something else",
			      serial_port(engine, from));
	}
	engine_stop(engine);
	flight_end(&flight);
}
CONFORMANCE_TEST("virtio.serial.unknown-control", unknown_control,
		 "Control messages that mean nothing come back, do no harm, and the ports go on.",
		 .scope = &scope_serial, .about = once, .skip = serial_needs_loop, .judged_by = EVIDENCE);
