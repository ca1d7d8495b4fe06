/* SPDX-License-Identifier: BSD-2-Clause */
/* A console device with its control queues in the tests' hands: see rig.h. */
#include "tests/conformance/virtio/serial/rig.h"

#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"

/* Buffers for control messages, with bytes between them that nobody may write. */
#define ENTRIES		32u
#define BUFFER_SIZE	64u
#define BUFFER_STEP	96u
#define CONTROL_FRAMES	1u

const char *serial_needs_ports(const struct subject *subject)
{
	return subject->engine->no_writes;
}

const char *serial_needs_loop(const struct subject *subject)
{
	return subject->engine->no_reads;
}

uint16_t rig_receive_number(unsigned place)
{
	static const uint16_t numbers[RIG_PORTS] = { 0, 4, 6 };

	return numbers[place];
}

static uint32_t ports_of(const struct engine *engine)
{
	return virtio_engine_of(engine)->device->learnt[SERIAL_LEARNT_PORTS];
}

/* The numbers of the first ports that there are. */
static unsigned first_ports(const struct engine *engine, uint32_t *numbers)
{
	unsigned count = 0;

	for (uint32_t port = 0; port < 32 && count < RIG_PORTS; port++)
		if (ports_of(engine) >> port & 1)
			numbers[count++] = port;
	return count;
}

static bool rig_start(struct engine *engine)
{
	uint32_t numbers[RIG_PORTS];
	unsigned count = first_ports(engine, numbers);

	for (unsigned i = 0; i < count; i++)
		if (!virtio_engine_queue_at(engine, rig_receive_number(i), serial_queue(numbers[i]), ENTRIES) ||
		    !virtio_engine_queue_at(engine, rig_transmit_number(i), serial_queue(numbers[i]) + 1, ENTRIES))
			return false;
	return virtio_engine_queue(engine, SERIAL_CONTROL_RECEIVE, ENTRIES) &&
	       virtio_engine_queue(engine, SERIAL_CONTROL_TRANSMIT, ENTRIES);
}

/* Transfers are the tests' own. */
static bool rig_begin_none(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	(void)engine, (void)direction, (void)address, (void)size;
	return false;
}

static enum engine_result rig_finish_none(struct engine *engine, uint64_t limit, void *seen)
{
	(void)engine, (void)limit, (void)seen;
	return ENGINE_FAILED;
}

static const struct virtio_driver rig_driver = {
	.type = VIRTIO_ID_CONSOLE,
	.features = VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT),
	.request_queue = SERIAL_CONTROL_RECEIVE,
	.chain = 1,
	.area_frames = 1,
	.start = rig_start,
	.begin = rig_begin_none,
	.finish = rig_finish_none,
};

static bool post_messages(struct trial *trial, struct serial_rig *rig)
{
	const struct virtio_engine *virtio = virtio_engine_of(rig->engine);
	unsigned count = virtio->queues[SERIAL_CONTROL_RECEIVE].size;

	if (!flight_begin(trial, &rig->control, SERIAL_CONTROL_RECEIVE, CONTROL_FRAMES))
		return false;
	for (unsigned i = 0; i < count && i < RIG_MESSAGES; i++)
		flight_add(&rig->control, i * BUFFER_STEP + 1, BUFFER_SIZE, 1, true);
	flight_go(&rig->control);
	return true;
}

static void note(struct serial_rig *rig, const struct flight_slot *slot)
{
	const struct virtio_device *device = virtio_engine_of(rig->engine)->device;
	struct rig_message *message = &rig->messages[rig->count++];
	const uint8_t *bytes = flight_at(&rig->control, slot->offset);
	struct virtio_console_control control;

	memcpy(&control, bytes, sizeof(control));
	*message = (struct rig_message) {
		.port = virtio32_to_cpu(device, control.id), .event = virtio16_to_cpu(device, control.event),
		.value = virtio16_to_cpu(device, control.value), .length = slot->length,
	};
	message->ready_sent = message->port < 32 && rig->ready >> message->port & 1;
	if (slot->length > sizeof(control) && slot->length <= BUFFER_SIZE)
		memcpy(message->name, bytes + sizeof(control), slot->length - sizeof(control));
	for (uint32_t i = slot->length; i < BUFFER_SIZE; i++)
		rig->written_behind |= bytes[i] != FLIGHT_FILL;
}

/* All ports that there are must be announced; nothing is waited for that may be left out. */
static bool announce(struct trial *trial, struct serial_rig *rig)
{
	if (!serial_send_control(rig->engine, VIRTIO_CONSOLE_BAD_ID, VIRTIO_CONSOLE_DEVICE_READY, 1))
		return expect(trial, false, "DEVICE_READY is not taken: %s", rig->engine->fault);
	for (uint32_t ports = rig->announced; ports && rig->count < RIG_MESSAGES; ports &= ports - 1) {
		struct flight_slot *slot = flight_next(trial, &rig->control);

		if (!slot)
			return false;
		note(rig, slot);
	}
	return true;
}

/* What a device has to say of a port it has said when it gives PORT_READY back, or it says so when it likes. */
static bool send_and_take(struct trial *trial, struct serial_rig *rig, uint32_t port, uint16_t event)
{
	struct flight_slot *slot;

	if (!serial_send_control(rig->engine, port, event, 1))
		return expect(trial, false, "control message %u for port %u is not taken: %s", event, port,
			      rig->engine->fault);
	while (rig->control.returned < rig->control.count && (slot = flight_try(trial, &rig->control, 0)))
		note(rig, slot);
	return trial_good(trial);
}

/* A device drops a message for which there is no buffer, so that only as many ports are asked as it has room for. */
#define SAID_OF_A_PORT	4u

bool rig_announced(struct trial *trial, struct serial_rig *rig)
{
	struct engine *engine = trial->subject->engine;

	*rig = (struct serial_rig) { .engine = engine, .control.engine = engine, .announced = ports_of(engine) };
	if (!rig->announced && trial_start(trial, engine)) {
		engine_stop(engine);
		rig->announced = ports_of(engine);
	}
	if (!trial_good(trial))
		return false;
	virtio_engine_of(engine)->plan = (struct virtio_plan) { .driver = &rig_driver };
	rig->ports = first_ports(engine, rig->port);
	return trial_start(trial, engine) && post_messages(trial, rig) && announce(trial, rig);
}

bool rig_begin(struct trial *trial, struct serial_rig *rig)
{
	if (!rig_announced(trial, rig))
		return false;
	for (unsigned i = 0; i < rig->ports; i++) {
		if (rig->control.count - rig->control.returned < SAID_OF_A_PORT)
			break;
		rig->ready |= 1u << rig->port[i];
		if (!send_and_take(trial, rig, rig->port[i], VIRTIO_CONSOLE_PORT_READY) ||
		    !send_and_take(trial, rig, rig->port[i], VIRTIO_CONSOLE_PORT_OPEN))
			return false;
	}
	return true;
}

void rig_end(struct serial_rig *rig)
{
	engine_stop(rig->engine);
	flight_end(&rig->control);
}

const struct rig_message *rig_message_about(const struct serial_rig *rig, uint32_t port, uint16_t event)
{
	for (unsigned i = 0; i < rig->count; i++)
		if (rig->messages[i].port == port && rig->messages[i].event == event)
			return &rig->messages[i];
	return NULL;
}

unsigned rig_port_named(const struct serial_rig *rig, const char *name)
{
	for (unsigned i = 0; i < rig->ports; i++) {
		const struct rig_message *message = rig_message_about(rig, rig->port[i], VIRTIO_CONSOLE_PORT_NAME);

		if (message && strcmp(message->name, name) == 0)
			return i;
	}
	return RIG_PORTS;
}

unsigned rig_file_port(const struct serial_rig *rig, const char **name)
{
	for (unsigned i = 0; i < rig->ports; i++) {
		const struct rig_message *message = rig_message_about(rig, rig->port[i], VIRTIO_CONSOLE_PORT_NAME);

		if (!message || strncmp(message->name, RIG_FILE_PORT, sizeof(RIG_FILE_PORT) - 1) != 0)
			continue;
		*name = message->name;
		return i;
	}
	return RIG_PORTS;
}

unsigned rig_place_of(const struct serial_rig *rig, uint32_t port)
{
	for (unsigned i = 0; i < rig->ports; i++)
		if (rig->port[i] == port)
			return i;
	return RIG_PORTS;
}
