/*
 * The console device with several ports: see serial.h. As an engine it reads memory by sending what lies there into
 * port 0, which comes out of port 1; and it writes memory by receiving control messages there, the PORT_ADD with
 * which it answers DEVICE_READY once for each port.
 *
 * The device drops a control message for which there is no buffer, so begin() counts on its own buffer being the only
 * one: at the first start as many messages are asked for as it takes to use up the buffers of that start.
 *
 * Source: VIRTIO 1.4, section 5.3.
 */
#include "drivers/virtio/serial.h"

#include <linux/virtio_console.h>
#include <linux/virtio_ids.h>

#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"

#define QUEUE_CONTROL_RECEIVE	2
#define QUEUE_CONTROL_TRANSMIT	3
#define PORTS			2
static const uint16_t queue_receive[PORTS] = { 0, 4 };
static const uint16_t queue_transmit[PORTS] = { 1, 5 };

/* The area: control message to send, control messages received at the first start, data to send, data received. */
#define AREA_MESSAGE		0
#define AREA_MESSAGES		64
#define MESSAGE_SIZE		64
#define MESSAGES		4
#define AREA_SEND		2048
#define AREA_RECEIVE		4096

/* A token of the time, so that data which an earlier test has left on the way is told from it. */
#define TOKEN			sizeof(uint64_t)
/* Between ports that do not lead to each other it never comes; nor in a mode that the device is known to lack, where
 * what has led to each other before is not waited for as long. */
#define CONNECTION_LIMIT	MILLISECONDS(500)
#define LACKING_LIMIT		MILLISECONDS(25)

/* What is known of a device, in virtio_engine.private_words. */
struct serial_state {
	bool looked;
	bool connected;
	uint8_t ports;			/* bit n: the device has said PORT_ADD for port n */
	bool receiving[PORTS];		/* a buffer is posted */
	uint32_t received;		/* bytes at AREA_RECEIVE */
	uint64_t address;		/* of the write under way */
};

static struct serial_state *serial_state(const struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	_Static_assert(sizeof(struct serial_state) <= sizeof(virtio->private_words), "private words");
	return (struct serial_state *)virtio->private_words;
}

unsigned serial_ports(const struct engine *engine)
{
	return serial_state(engine)->ports;
}

bool serial_connected(const struct engine *engine)
{
	return serial_state(engine)->connected;
}

static bool submit_control(struct engine *engine, uint32_t port, uint16_t event, uint16_t value)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_console_control *message = virtio_engine_pointer(virtio, AREA_MESSAGE);
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, AREA_MESSAGE), sizeof(*message), false };

	*message = (struct virtio_console_control) {
		.id = cpu_to_virtio32(virtio->device, port),
		.event = cpu_to_virtio16(virtio->device, event),
		.value = cpu_to_virtio16(virtio->device, value),
	};
	return virtio_engine_submit(engine, QUEUE_CONTROL_TRANSMIT, &buffer, 1);
}

static bool send_control(struct engine *engine, uint32_t port, uint16_t event, uint16_t value)
{
	struct virtqueue_used used;

	return submit_control(engine, port, event, value) &&
	       virtio_engine_wait(engine, QUEUE_CONTROL_TRANSMIT, ENGINE_LIMIT, &used) == ENGINE_DONE;
}

/* Looks for ports that the buffers of the first start announce. */
static void note_ports(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	for (unsigned i = 0; i < MESSAGES; i++) {
		const struct virtio_console_control *message =
			virtio_engine_pointer(virtio, AREA_MESSAGES + i * MESSAGE_SIZE);
		uint32_t port = virtio32_to_cpu(virtio->device, message->id);

		if (port < PORTS && virtio16_to_cpu(virtio->device, message->event) == VIRTIO_CONSOLE_PORT_ADD)
			serial_state(engine)->ports |= 1u << port;
	}
}

/* Asks for announcements until all buffers are used, of which a small queue has few: *complete says whether all ports
 * can have been seen. */
static bool find_ports(struct engine *engine, bool *complete)
{
	struct virtio_engine *virtio = engine->state;
	uint16_t size = virtio->queues[QUEUE_CONTROL_RECEIVE].size;
	unsigned count = size < MESSAGES ? size : MESSAGES;
	struct virtqueue_used used;
	unsigned left = count;

	*complete = count == MESSAGES;
	memset(virtio_engine_pointer(virtio, AREA_MESSAGES), 0xff, MESSAGES * MESSAGE_SIZE);
	for (unsigned i = 0; i < count; i++) {
		struct virtqueue_buffer buffer = { virtio_engine_number(virtio, AREA_MESSAGES + i * MESSAGE_SIZE),
						   MESSAGE_SIZE, true };

		if (!virtio_engine_submit(engine, QUEUE_CONTROL_RECEIVE, &buffer, 1))
			return false;
	}
	for (unsigned asked = 0; left > 0 && asked < MESSAGES; asked++) {
		if (!send_control(engine, VIRTIO_CONSOLE_BAD_ID, VIRTIO_CONSOLE_DEVICE_READY, 1) ||
		    virtio_engine_wait(engine, QUEUE_CONTROL_RECEIVE, ENGINE_LIMIT, &used) != ENGINE_DONE)
			return false;
		do
			left--;
		while (left > 0 && virtqueue_take(&virtio->queues[QUEUE_CONTROL_RECEIVE], &used) == QUEUE_USED);
	}
	note_ports(engine);
	return left == 0;
}

static bool open_port(struct engine *engine, unsigned port)
{
	return send_control(engine, port, VIRTIO_CONSOLE_PORT_READY, 1) &&
	       send_control(engine, port, VIRTIO_CONSOLE_PORT_OPEN, 1);
}

static bool post_receive(struct engine *engine, unsigned port)
{
	struct virtio_engine *virtio = engine->state;
	struct serial_state *state = serial_state(engine);
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, AREA_RECEIVE + state->received),
					   SERIAL_LARGEST * 2 - state->received, true };

	if (state->receiving[port])
		return true;
	state->receiving[port] = virtio_engine_submit(engine, queue_receive[port], &buffer, 1);
	return state->receiving[port];
}

/* Waits for more bytes from a port, behind those that are there. */
static enum engine_result receive(struct engine *engine, unsigned port, uint64_t limit)
{
	struct serial_state *state = serial_state(engine);
	struct virtqueue_used used;
	enum engine_result result;

	if (!post_receive(engine, port))
		return ENGINE_FAILED;
	result = virtio_engine_wait(engine, queue_receive[port], limit, &used);
	if (result != ENGINE_DONE)
		return result;
	state->receiving[port] = false;
	if (used.length == 0 || used.length > SERIAL_LARGEST * 2 - state->received) {
		format(engine->fault, sizeof(engine->fault), "port %u: a receive buffer came back with %u bytes", port,
		       used.length);
		return ENGINE_FAILED;
	}
	state->received += used.length;
	return ENGINE_DONE;
}

static enum engine_result receive_all(struct engine *engine, unsigned port, uint32_t size, uint64_t limit)
{
	struct serial_state *state = serial_state(engine);
	enum engine_result result = ENGINE_DONE;

	while (state->received < size && result == ENGINE_DONE)
		result = receive(engine, port, limit);
	return result;
}

enum engine_result serial_pass(struct engine *engine, unsigned from, unsigned to, const void *sent, void *received,
			       uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, AREA_SEND), size, false };
	struct virtqueue_used used;
	enum engine_result result;

	if (size > SERIAL_LARGEST)
		return ENGINE_FAILED;
	serial_state(engine)->received = 0;
	memcpy(virtio_engine_pointer(virtio, AREA_SEND), sent, size);
	if (!post_receive(engine, to) || !virtio_engine_submit(engine, queue_transmit[from], &buffer, 1))
		return ENGINE_FAILED;
	result = virtio_engine_wait(engine, queue_transmit[from], ENGINE_LIMIT, &used);
	if (result == ENGINE_DONE)
		result = receive_all(engine, to, size, ENGINE_LIMIT);
	if (result == ENGINE_DONE)
		memcpy(received, virtio_engine_pointer(virtio, AREA_RECEIVE), size);
	return result;
}

/* Sends a token and receives until it has come: whatever was on the way before it is gone then. */
static bool flush(struct engine *engine, unsigned from, unsigned to)
{
	struct virtio_engine *virtio = engine->state;
	struct serial_state *state = serial_state(engine);
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, AREA_SEND), TOKEN, false };
	const char *bytes = virtio_engine_pointer(virtio, AREA_RECEIVE);
	uint64_t limit = !state->connected ? CONNECTION_LIMIT :
			 virtio_engine_mode(virtio)->apart ? LACKING_LIMIT : ENGINE_LIMIT;
	uint64_t token = clock_now() * 2 + from;
	struct virtqueue_used used;

	memcpy(virtio_engine_pointer(virtio, AREA_SEND), &token, TOKEN);
	state->received = 0;
	if (!virtio_engine_submit(engine, queue_transmit[from], &buffer, 1) ||
	    virtio_engine_wait(engine, queue_transmit[from], limit, &used) != ENGINE_DONE)
		return false;
	while (receive(engine, to, limit) == ENGINE_DONE) {
		if (state->received >= TOKEN && memcmp(bytes + state->received - TOKEN, &token, TOKEN) == 0)
			return true;
		if (state->received < SERIAL_LARGEST)
			continue;
		/* The end of it may be the beginning of the token. */
		memmove((char *)bytes, bytes + state->received - TOKEN, TOKEN);
		state->received = TOKEN;
	}
	return false;
}

static bool start(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	struct serial_state *state = serial_state(engine);
	uint64_t ports = 0;

	state->received = 0;
	state->receiving[0] = state->receiving[1] = false;
	/* The field is there only with the feature (DRV-CFG-3). */
	if (virtio->device->accepted & VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT))
		virtio_config_read(virtio->device, offsetof(struct virtio_console_config, max_nr_ports), sizeof(__u32),
				   &ports);
	if (ports < PORTS) {
		format(engine->fault, sizeof(engine->fault), "the device has no control queues, or no second port");
		return false;
	}
	for (uint16_t queue = 0; queue < VIRTIO_ENGINE_QUEUES; queue++)
		if (!virtio_engine_queue(engine, queue, 16))
			return false;
	return true;
}

static bool ready(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;
	struct serial_state *state = serial_state(engine);
	bool first = !state->looked;
	bool complete = true;
	unsigned all = (1u << PORTS) - 1;

	if (first && !find_ports(engine, &complete)) {
		format(engine->fault, sizeof(engine->fault), "the device does not say which ports it has");
		return false;
	}
	state->looked = complete;
	engine->no_reads = "ports 0 and 1 do not lead to each other, so that nobody tells what the device has read";
	if (!first && !send_control(engine, VIRTIO_CONSOLE_BAD_ID, VIRTIO_CONSOLE_DEVICE_READY, 1))
		return false;
	for (unsigned port = 0; port < PORTS; port++)
		if (state->ports >> port & 1 && !open_port(engine, port))
			return false;
	/* What the host sends may be dropped until DRIVER_OK. */
	if (virtio->omit & OMIT_DRIVER_OK)
		return true;
	if (first || state->connected) {
		bool connected = state->ports == all && flush(engine, 0, 1) && flush(engine, 1, 0);

		if (state->connected && !connected) {
			format(engine->fault, sizeof(engine->fault), "ports 0 and 1 led to each other, and no longer do");
			return false;
		}
		state->connected = connected;
	}
	if (state->connected)
		engine->no_reads = NULL;
	return true;
}

/* The one buffer that there is for a control message. */
static bool post_control(struct engine *engine, uint64_t address)
{
	struct virtqueue_buffer buffer = { address, sizeof(struct virtio_console_control), true };

	return virtio_engine_submit(engine, QUEUE_CONTROL_RECEIVE, &buffer, 1);
}

static bool provoke(struct engine *engine)
{
	return submit_control(engine, VIRTIO_CONSOLE_BAD_ID, VIRTIO_CONSOLE_DEVICE_READY, 1);
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtqueue_buffer buffer = { address, size, false };

	if (direction == DMA_DEVICE_READS) {
		serial_state(engine)->received = 0;
		return post_receive(engine, 1) && virtio_engine_submit(engine, queue_transmit[0], &buffer, 1);
	}
	serial_state(engine)->address = address;
	return post_control(engine, address);
}

static enum engine_result finish_read(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait(engine, queue_transmit[0], limit, &used);

	if (result != ENGINE_DONE || !seen)
		return result;
	result = receive_all(engine, 1, virtio->size, ENGINE_LIMIT);
	if (result == ENGINE_DONE)
		memcpy(seen, virtio_engine_pointer(virtio, AREA_RECEIVE), virtio->size);
	return result;
}

static enum engine_result receive_control(struct engine *engine, uint64_t limit)
{
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait(engine, QUEUE_CONTROL_TRANSMIT, limit, &used);

	if (result == ENGINE_DONE)
		result = virtio_engine_wait(engine, QUEUE_CONTROL_RECEIVE, limit, &used);
	if (result != ENGINE_DONE || used.length == sizeof(struct virtio_console_control))
		return result;
	format(engine->fault, sizeof(engine->fault), "a control message of %u bytes", used.length);
	return ENGINE_FAILED;
}

/* A message fills the whole of a buffer, so that a transfer is as many messages, one after the other. */
static enum engine_result finish_write(struct engine *engine, uint64_t limit)
{
	struct virtio_engine *virtio = engine->state;
	const uint32_t step = sizeof(struct virtio_console_control);
	enum engine_result result = receive_control(engine, limit);

	for (uint32_t done = step; done < virtio->size && result == ENGINE_DONE; done += step) {
		if (!post_control(engine, serial_state(engine)->address + done) || !provoke(engine))
			return ENGINE_FAILED;
		result = receive_control(engine, limit);
	}
	return result;
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;

	if (virtio->direction == DMA_DEVICE_READS)
		return finish_read(engine, limit, seen);
	return finish_write(engine, limit);
}

static const struct virtio_driver serial = {
	.type = VIRTIO_ID_CONSOLE,
	.features = VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT),
	.directions = DMA_DEVICE_BOTH,
	.largest = 2 * sizeof(struct virtio_console_control),
	.granule = 2 * sizeof(struct virtio_console_control),
	.request_queue = QUEUE_CONTROL_RECEIVE,
	.chain = 1,
	.area_frames = 1,
	.start = start,
	.ready = ready,
	.begin = begin,
	.provoke = provoke,
	.finish = finish,
};
VIRTIO_DRIVER(serial);
