/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console device with several ports: see serial.h. As an engine it reads memory by sending what lies there into
 * a port, which comes out of another one, or of the same; and it writes memory by receiving control messages there, the
 * PORT_ADD with which it answers DEVICE_READY once for each port.
 *
 * The device drops a control message for which there is no buffer, so begin() counts on its own buffer being the only
 * one. Which ports there are, and which lead where, serial_find.c has found out.
 *
 * Source: VIRTIO 1.4, section 5.3.
 */
#include "drivers/virtio/device/serial.h"

#include <linux/virtio_console.h>
#include <linux/virtio_ids.h>

#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"

/* The two ends of a loop, which may be one port. */
#define ENDS			2

/* The area: control message to send, data to send, data received. */
#define AREA_SEND		2048
#define AREA_RECEIVE		4096

/* A token of the time, so that data which an earlier test has left on the way is told from it. */
#define TOKEN			sizeof(uint64_t)
/* In a mode that the device is known to lack, what has led to each other before is not waited for as long. */
#define LACKING_LIMIT		MILLISECONDS(25)

static const char NO_MULTIPORT[] = "it has one port and no control queues, in which it would write: "
				   "add max_ports=2, or more";
static const char NO_PORT[] = "it has no port, of which it would say so: "
			      "add -device virtconsole,chardev=ID, or virtserialport";
static const char NO_LOOP[] = "no port leads to another, so that nobody tells what the device has read: add two ports, "
			      "with -chardev socket,id=A,path=P,server=on,wait=off and -chardev socket,id=B,path=P";

/* What is known of a device, in virtio_engine.private_words. */
struct serial_state {
	bool receiving[ENDS];		/* a buffer is posted */
	uint32_t received;		/* bytes at AREA_RECEIVE */
	uint64_t address;		/* of the write under way */
};

static struct serial_state *serial_state(const struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	_Static_assert(sizeof(struct serial_state) <= sizeof(virtio->private_words), "private words");
	return (struct serial_state *)virtio->private_words;
}

static uint64_t learnt(const struct engine *engine, unsigned word)
{
	const struct virtio_engine *virtio = engine->state;

	return virtio->device->learnt[word];
}

unsigned serial_ends(const struct engine *engine)
{
	if (!(learnt(engine, SERIAL_LEARNT) & SERIAL_LOOPED))
		return 0;
	return serial_port(engine, 0) == serial_port(engine, 1) ? 1 : 2;
}

uint32_t serial_port(const struct engine *engine, unsigned end)
{
	return learnt(engine, SERIAL_LEARNT_ENDS) >> 32 * end;
}

/* Where that comes out which is sent into this end. */
static unsigned other(const struct engine *engine, unsigned end)
{
	return serial_ends(engine) == 1 ? end : !end;
}

bool serial_submit_control(struct engine *engine, uint32_t port, uint16_t event, uint16_t value)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_console_control *message = virtio_engine_pointer(virtio, SERIAL_AREA_MESSAGE);
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, SERIAL_AREA_MESSAGE), sizeof(*message), false };

	*message = (struct virtio_console_control) {
		.id = cpu_to_virtio32(virtio->device, port),
		.event = cpu_to_virtio16(virtio->device, event),
		.value = cpu_to_virtio16(virtio->device, value),
	};
	return virtio_engine_submit(engine, SERIAL_CONTROL_TRANSMIT, &buffer, 1);
}

bool serial_send_control(struct engine *engine, uint32_t port, uint16_t event, uint16_t value)
{
	struct virtqueue_used used;

	return serial_submit_control(engine, port, event, value) &&
	       virtio_engine_wait(engine, SERIAL_CONTROL_TRANSMIT, ENGINE_LIMIT, &used) == ENGINE_DONE;
}

bool serial_open_port(struct engine *engine, uint32_t port)
{
	return serial_send_control(engine, port, VIRTIO_CONSOLE_PORT_READY, 1) &&
	       serial_send_control(engine, port, VIRTIO_CONSOLE_PORT_OPEN, 1);
}

static bool post_receive(struct engine *engine, unsigned end)
{
	struct virtio_engine *virtio = engine->state;
	struct serial_state *state = serial_state(engine);
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, AREA_RECEIVE + state->received),
					   SERIAL_LARGEST * 2 - state->received, true };

	if (state->receiving[end])
		return true;
	state->receiving[end] = virtio_engine_submit(engine, serial_receive_number(end), &buffer, 1);
	return state->receiving[end];
}

/* Waits for more bytes from a port, behind those that are there. */
static enum engine_result receive(struct engine *engine, unsigned end, uint64_t limit)
{
	struct serial_state *state = serial_state(engine);
	struct virtqueue_used used;
	enum engine_result result;

	if (!post_receive(engine, end))
		return ENGINE_FAILED;
	result = virtio_engine_wait(engine, serial_receive_number(end), limit, &used);
	if (result != ENGINE_DONE)
		return result;
	state->receiving[end] = false;
	if (used.length == 0 || used.length > SERIAL_LARGEST * 2 - state->received) {
		format(engine->fault, sizeof(engine->fault), "port %u: a receive buffer came back with %u bytes",
		       serial_port(engine, end), used.length);
		return ENGINE_FAILED;
	}
	state->received += used.length;
	return ENGINE_DONE;
}

static enum engine_result receive_all(struct engine *engine, unsigned end, uint32_t size, uint64_t limit)
{
	struct serial_state *state = serial_state(engine);
	enum engine_result result = ENGINE_DONE;

	while (state->received < size && result == ENGINE_DONE)
		result = receive(engine, end, limit);
	return result;
}

enum engine_result serial_pass(struct engine *engine, unsigned from, const void *sent, void *received, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	unsigned to = other(engine, from);
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, AREA_SEND), size, false };
	struct virtqueue_used used;
	enum engine_result result;

	if (size > SERIAL_LARGEST)
		return ENGINE_FAILED;
	serial_state(engine)->received = 0;
	memcpy(virtio_engine_pointer(virtio, AREA_SEND), sent, size);
	if (!post_receive(engine, to) || !virtio_engine_submit(engine, serial_transmit_number(from), &buffer, 1))
		return ENGINE_FAILED;
	result = virtio_engine_wait(engine, serial_transmit_number(from), ENGINE_LIMIT, &used);
	if (result == ENGINE_DONE)
		result = receive_all(engine, to, size, ENGINE_LIMIT);
	if (result == ENGINE_DONE)
		memcpy(received, virtio_engine_pointer(virtio, AREA_RECEIVE), size);
	return result;
}

/* Sends a token and receives until it has come: whatever was on the way before it is gone then. */
static bool flush(struct engine *engine, unsigned from)
{
	struct virtio_engine *virtio = engine->state;
	unsigned to = other(engine, from);
	struct serial_state *state = serial_state(engine);
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, AREA_SEND), TOKEN, false };
	const char *bytes = virtio_engine_pointer(virtio, AREA_RECEIVE);
	uint64_t limit = virtio_engine_mode(virtio)->apart ? LACKING_LIMIT : ENGINE_LIMIT;
	uint64_t token = clock_now() * 2 + from;
	struct virtqueue_used used;

	memcpy(virtio_engine_pointer(virtio, AREA_SEND), &token, TOKEN);
	state->received = 0;
	/* A device may keep what it is sent until there is a buffer for it. */
	if (!post_receive(engine, to) || !virtio_engine_submit(engine, serial_transmit_number(from), &buffer, 1) ||
	    virtio_engine_wait(engine, serial_transmit_number(from), limit, &used) != ENGINE_DONE)
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

/* The queues of the ends of a loop, and of control messages; where there are none, those of the only port. */
static bool start_queues(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;
	bool control = virtio->device->accepted & VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT);
	unsigned ends = control ? serial_ends(engine) : 1;

	for (unsigned end = 0; end < ends; end++) {
		uint16_t index = serial_queue(control ? serial_port(engine, end) : 0);

		if (!virtio_engine_queue_at(engine, serial_receive_number(end), index, 16) ||
		    !virtio_engine_queue_at(engine, serial_transmit_number(end), index + 1, 16))
			return false;
	}
	return !control || (virtio_engine_queue(engine, SERIAL_CONTROL_RECEIVE, 16) &&
			    virtio_engine_queue(engine, SERIAL_CONTROL_TRANSMIT, 16));
}

static bool serial_start(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;
	struct serial_state *state = serial_state(engine);
	uint64_t known = learnt(engine, SERIAL_LEARNT);

	if (!(known & SERIAL_LOOKED)) {
		virtio_engine_become(engine, &serial_finder);
		return true;
	}
	state->received = 0;
	state->receiving[0] = state->receiving[1] = false;
	if (!(known & SERIAL_ANNOUNCES))
		engine->no_writes = virtio->device->accepted & VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT) ? NO_PORT :
				    NO_MULTIPORT;
	engine->no_reads = engine->no_writes ? engine->no_writes : known & SERIAL_LOOPED ? NULL : NO_LOOP;
	return start_queues(engine);
}

static bool serial_ready(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;
	unsigned ends = serial_ends(engine);

	if (engine->no_writes)
		return true;
	if (!serial_send_control(engine, VIRTIO_CONSOLE_BAD_ID, VIRTIO_CONSOLE_DEVICE_READY, 1))
		return false;
	for (unsigned end = 0; end < ends; end++)
		if (!serial_open_port(engine, serial_port(engine, end)))
			return false;
	/* What the host sends may be dropped until DRIVER_OK. */
	if (virtio->plan.omit & OMIT_DRIVER_OK)
		return true;
	for (unsigned end = 0; end < ends; end++) {
		if (flush(engine, end))
			continue;
		format(engine->fault, sizeof(engine->fault), "port %u led to port %u, and no longer does",
		       serial_port(engine, end), serial_port(engine, other(engine, end)));
		return false;
	}
	return true;
}

/* The one buffer that there is for a control message. */
static bool post_control(struct engine *engine, uint64_t address)
{
	struct virtqueue_buffer buffer = { address, sizeof(struct virtio_console_control), true };

	return virtio_engine_submit(engine, SERIAL_CONTROL_RECEIVE, &buffer, 1);
}

static bool serial_provoke(struct engine *engine)
{
	return serial_submit_control(engine, VIRTIO_CONSOLE_BAD_ID, VIRTIO_CONSOLE_DEVICE_READY, 1);
}

static bool serial_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtqueue_buffer buffer = { address, size, false };

	if (direction == DMA_DEVICE_READS) {
		serial_state(engine)->received = 0;
		return post_receive(engine, other(engine, 0)) &&
		       virtio_engine_submit(engine, serial_transmit_number(0), &buffer, 1);
	}
	serial_state(engine)->address = address;
	return post_control(engine, address);
}

static enum engine_result finish_read(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	enum engine_result result = virtio_engine_wait_back(engine, serial_transmit_number(0), limit);

	if (result != ENGINE_DONE || !seen)
		return result;
	result = receive_all(engine, other(engine, 0), virtio->size, ENGINE_LIMIT);
	if (result == ENGINE_DONE)
		memcpy(seen, virtio_engine_pointer(virtio, AREA_RECEIVE), virtio->size);
	return result;
}

static enum engine_result receive_control(struct engine *engine, uint64_t limit)
{
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait_back(engine, SERIAL_CONTROL_TRANSMIT, limit);

	if (result == ENGINE_DONE)
		result = virtio_engine_wait(engine, SERIAL_CONTROL_RECEIVE, limit, &used);
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
		if (!post_control(engine, serial_state(engine)->address + done) || !serial_provoke(engine))
			return ENGINE_FAILED;
		result = receive_control(engine, limit);
	}
	return result;
}

static enum engine_result serial_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;

	if (virtio->direction == DMA_DEVICE_READS)
		return finish_read(engine, limit, seen);
	return finish_write(engine, limit);
}

const struct virtio_driver serial_driver = {
	.type = VIRTIO_ID_CONSOLE,
	.features = VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT),
	.directions = DMA_DEVICE_BOTH,
	.largest = 2 * sizeof(struct virtio_console_control),
	.granule = 2 * sizeof(struct virtio_console_control),
	.request_queue = SERIAL_CONTROL_RECEIVE,
	.chain = 1,
	.area_frames = 1,
	.start = serial_start,
	.ready = serial_ready,
	.begin = serial_begin,
	.provoke = serial_provoke,
	.finish = serial_finish,
};
VIRTIO_DRIVER(serial_driver);
