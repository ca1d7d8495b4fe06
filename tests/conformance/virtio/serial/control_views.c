/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.serial: in which view a console understands numbers in the queue of control messages for it, as suites
 * virtio.view and virtio.refuse judge it of the ports' queues. The message says that a port is ready, which the device
 * answers with what it knows of that port: where the two views lead stand two ports.
 *
 * Source: VIRTIO 1.4, sections 5.3.5 and 5.3.6.2.
 */
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/probe/oracle.h"
#include "tests/conformance/probe/witness.h"
#include "tests/conformance/virtio/serial/rig.h"

VIRTIO_TYPE_SCOPE(serial, VIRTIO_ID_CONSOLE);

#define NO_PORT	0xffffffffu

static void put_message(const struct serial_rig *rig, const struct oracle *oracle, phys_addr frame, uint32_t port)
{
	const struct virtio_device *device = virtio_engine_of(rig->engine)->device;
	const struct virtio_console_control message = {
		.id = cpu_to_virtio32(device, port), .event = cpu_to_virtio16(device, VIRTIO_CONSOLE_PORT_READY),
		.value = cpu_to_virtio16(device, 1),
	};

	memcpy((char *)arch_pointer(frame) + oracle->offset, &message, sizeof(message));
}

/* The port that the first answer is about, within a limit; NO_PORT: there is none. */
static uint32_t port_of_answer(struct trial *trial, struct serial_rig *rig, uint64_t limit)
{
	const struct virtio_device *device = virtio_engine_of(rig->engine)->device;
	const struct flight_slot *slot = flight_try(trial, &rig->control, limit);
	struct virtio_console_control control;

	if (!slot)
		return NO_PORT;
	memcpy(&control, flight_at(&rig->control, slot->offset), sizeof(control));
	return virtio32_to_cpu(device, control.id);
}

/* That one of two ports is ready: one where the bus leads, the other where the CPU's number does. */
static bool send_message(struct trial *trial, struct serial_rig *rig, const struct oracle *oracle, uint32_t by_bus,
			 uint32_t by_cpu)
{
	const struct virtqueue_buffer buffer = { oracle_number(oracle), sizeof(struct virtio_console_control), false };

	put_message(rig, oracle, oracle->decoy.bus_frame, by_bus);
	if (!oracle->decoy.identity)
		put_message(rig, oracle, oracle->decoy.physical_frame, by_cpu);
	dma_sync(&oracle->decoy.map, DMA_TO_DEVICE);
	if (virtio_engine_submit(rig->engine, SERIAL_CONTROL_TRANSMIT, &buffer, 1))
		return true;
	trial_error(trial, "a control message cannot be sent: %s", rig->engine->fault);
	return false;
}

static bool begin(struct trial *trial, struct serial_rig *rig, struct oracle *oracle)
{
	if (!rig_announced(trial, rig))
		return false;
	if (rig->ports < 2) {
		trial_skip(trial, "there is one port: add another -device virtserialport");
		return false;
	}
	return oracle_make(trial, rig->engine, DMA_DEVICE_BOTH, oracle);
}

/* A port without a name that nobody is connected with has nothing to answer, in whatever view it is asked. */
static void judge_silence(struct trial *trial, struct serial_rig *rig, const struct oracle *oracle, uint32_t port)
{
	if (!send_message(trial, rig, oracle, port, port))
		return;
	if (port_of_answer(trial, rig, ENGINE_LIMIT) != NO_PORT)
		trial_fail(trial, "a control message is not answered, but where both views lead to it");
	else if (trial_good(trial))
		trial_skip(trial, "port %u has nothing to say: add name= to its device", port);
}

static void control_message(struct trial *trial)
{
	struct serial_rig rig;
	struct oracle oracle;

	if (begin(trial, &rig, &oracle)) {
		uint32_t right = rig.port[rig.engine->view == VIEW_BUS || oracle.decoy.identity ? 0 : 1];

		oracle_note(trial, &oracle);
		if (send_message(trial, &rig, &oracle, rig.port[0], rig.port[1])) {
			uint32_t port = port_of_answer(trial, &rig, ENGINE_LIMIT);

			if (port == NO_PORT)
				judge_silence(trial, &rig, &oracle, right);
			else
				expect(trial, port == right,
				       "a control message was read in the wrong view: the answer is about port %u, "
				       "not %u",
				       port, right);
		}
		oracle_renew(&oracle);
		oracle_release(&oracle);
	}
	rig_end(&rig);
}
CONFORMANCE_TEST("virtio.serial.control-message", control_message,
		 "A console reads its control messages in the view that was negotiated, and in no other.",
		 .scope = &scope_serial, .about = on_plain_ring, .skip = serial_needs_ports, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);

static bool split_in_bus_view(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine)) && subject->engine->view == VIEW_BUS;
}

/* The page is not mapped any more: nothing is heard, and a reset makes all well. */
static void control_message_unmapped(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct serial_rig rig;
	struct oracle oracle;

	if (begin(trial, &rig, &oracle)) {
		uint32_t port = NO_PORT;

		dma_unmap(&oracle.decoy.map);
		oracle_note(trial, &oracle);
		if (send_message(trial, &rig, &oracle, rig.port[0], rig.port[1]))
			(void)poll_witnessed((port = port_of_answer(trial, &rig, 0)) != NO_PORT, engine);
		expect(trial, port == NO_PORT,
		       "the page is not mapped, and yet a control message that is there was read: for port %u", port);
		engine_stop(engine);
		oracle_renew(&oracle);
		oracle_release(&oracle);
	}
	rig_end(&rig);
	if (trial_good(trial))
		expect_recovers(trial, engine);
}

static const char *needs_ports_and_bus_view(const struct subject *subject)
{
	return serial_needs_ports(subject) ? serial_needs_ports(subject) : needs_bus_view(subject);
}
CONFORMANCE_TEST("virtio.serial.control-message-unmapped", control_message_unmapped,
		 "A console does not read a control message that is not mapped, and recovers.",
		 .scope = &scope_serial, .about = split_in_bus_view, .skip = needs_ports_and_bus_view,
		 .clauses = "DEF-3", .judged_by = EVIDENCE);
