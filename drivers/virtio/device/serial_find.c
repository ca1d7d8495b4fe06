/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a console device has, asked once: which ports, and which of them lead to each other or to themselves. It is a
 * driver by itself (serial.h), because a port's queues are set up before the device can be asked whether there is such
 * a port: so it sets up those of all, with the few entries that a token needs.
 *
 * All of it is found by evidence. Ports announce themselves; a token that was sent into one comes out of another. A
 * port that leads nowhere must still take what it is sent, unless its host is slow: nobody waits for it longer than for
 * the tokens. Where there are no control queues, that is all that the device can show.
 *
 * Source: VIRTIO 1.4, section 5.3.
 */
#include <linux/virtio_console.h>
#include <linux/virtio_ids.h>

#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/virtio/device/serial.h"
#include "drivers/virtio/fields.h"

/* Ports beyond these are not asked where they lead. */
#define PORTS		32u
#define ENTRIES		4u

/* The area, behind the message to be sent: control messages received, tokens to send, what ports receive. */
#define AREA_MESSAGES	512
#define MESSAGE_SIZE	64u
#define MESSAGES	32u
#define AREA_TOKENS	2560
#define AREA_RECEIVE	4096
#define RECEIVE_SIZE	64u

/* How often ports are asked for, where none is seen, and how long each answer may take. */
#define QUESTIONS	4u
#define ANSWER_LIMIT	MILLISECONDS(100)
/* What leads nowhere is waited for that long. */
#define TOKEN_LIMIT	SECONDS(1)

struct port {
	struct virtqueue receive, transmit;
	bool set_up, receiving;
	uint32_t received;		/* bytes at its place of AREA_RECEIVE */
	uint64_t token;			/* what it was sent */
	uint32_t out;			/* the port that this came out of */
};
#define NOWHERE		0xffffffffu

/* Of one device at a time. */
static struct port ports[PORTS];

/* The device has been reset. */
static void release(void)
{
	for (unsigned i = 0; i < PORTS; i++) {
		if (ports[i].set_up) {
			virtqueue_stop(&ports[i].receive);
			virtqueue_stop(&ports[i].transmit);
		}
		ports[i] = (struct port) { .out = NOWHERE };
	}
}

/* A port of which nothing can be set up is one that is not asked. */
static void set_up(struct virtio_device *device, uint32_t number)
{
	struct port *port = &ports[number];
	bool receives = virtqueue_start(&port->receive, device, serial_queue(number), ENTRIES, NULL);
	bool transmits = receives && virtqueue_start(&port->transmit, device, serial_queue(number) + 1, ENTRIES, NULL);

	port->set_up = receives && transmits;
	if (port->set_up)
		return;
	virtqueue_stop(&port->receive);
	virtqueue_stop(&port->transmit);
}

static bool has_control(const struct virtio_engine *virtio)
{
	return virtio->device->accepted & VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT);
}

static bool serial_find_start(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	uint64_t count = 1;

	release();
	/* The field is there only with the feature (DRV-CFG-3). */
	if (has_control(virtio) &&
	    (!virtio_config_read(virtio->device, offsetof(struct virtio_console_config, max_nr_ports), sizeof(__u32),
				 &count) ||
	     !virtio_engine_queue(engine, SERIAL_CONTROL_RECEIVE, MESSAGES) ||
	     !virtio_engine_queue(engine, SERIAL_CONTROL_TRANSMIT, ENTRIES)))
		return false;
	for (uint32_t i = 0; i < count && i < PORTS; i++)
		set_up(virtio->device, i);
	return true;
}

/* What the device has said up to now: how many messages, and which ports. */
struct census {
	unsigned posted, messages, announced;
	uint32_t seen;			/* bit n: port n */
	bool nonsense;
};

static bool post_messages(struct engine *engine, struct census *census)
{
	struct virtio_engine *virtio = engine->state;
	uint16_t size = virtio->queues[SERIAL_CONTROL_RECEIVE].size;

	memset(virtio_engine_pointer(virtio, AREA_MESSAGES), 0xff, MESSAGES * MESSAGE_SIZE);
	for (; census->posted < MESSAGES && census->posted < size; census->posted++) {
		struct virtqueue_buffer buffer = {
			virtio_engine_number(virtio, AREA_MESSAGES + census->posted * MESSAGE_SIZE), MESSAGE_SIZE, true,
		};

		if (!virtio_engine_submit(engine, SERIAL_CONTROL_RECEIVE, &buffer, 1))
			return false;
	}
	return true;
}

/* All ports that the messages name. A message that was used and names nothing is one that went elsewhere. */
static void note_messages(const struct virtio_engine *virtio, struct census *census)
{
	unsigned written = 0;

	census->announced = 0;
	for (unsigned i = 0; i < census->posted; i++) {
		const struct virtio_console_control *message =
			virtio_engine_pointer(virtio, AREA_MESSAGES + i * MESSAGE_SIZE);
		uint32_t port = virtio32_to_cpu(virtio->device, message->id);

		written += virtio16_to_cpu(virtio->device, message->event) <= VIRTIO_CONSOLE_PORT_NAME;
		if (virtio16_to_cpu(virtio->device, message->event) != VIRTIO_CONSOLE_PORT_ADD)
			continue;
		census->announced++;
		if (port < PORTS)
			census->seen |= 1u << port;
	}
	census->nonsense |= written < census->messages;
}

static unsigned count_bits(uint32_t bits)
{
	unsigned count = 0;

	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

/* Takes what has come. False: the queue is broken, or a message is too short to be one. */
static bool take_messages(struct engine *engine, struct census *census)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue *queue = &virtio->queues[SERIAL_CONTROL_RECEIVE];
	uint64_t limit = census->messages ? 0 : ANSWER_LIMIT;
	enum virtqueue_answer answer;
	struct virtqueue_used used;

	while (census->messages < census->posted) {
		poll_until((answer = virtqueue_take(queue, &used)) != QUEUE_EMPTY, limit);
		if (answer == QUEUE_EMPTY)
			break;
		if (answer == QUEUE_BROKEN || used.length < sizeof(struct virtio_console_control))
			return false;
		census->messages++;
		limit = 0;
	}
	note_messages(virtio, census);
	return !census->nonsense;
}

/* Asks for announcements until one comes again, or there is no room for more. */
static bool count_ports(struct engine *engine, struct census *census)
{
	bool good = post_messages(engine, census);

	for (unsigned asked = 0; good && asked < QUESTIONS && census->messages < census->posted; asked++) {
		if (census->announced > count_bits(census->seen))
			return true;
		good = serial_send_control(engine, VIRTIO_CONSOLE_BAD_ID, VIRTIO_CONSOLE_DEVICE_READY, 1) &&
		       take_messages(engine, census);
	}
	if (!good)
		format(engine->fault, sizeof(engine->fault), "the device does not say which ports it has");
	return good;
}

static uint64_t place(uint32_t number)
{
	return AREA_RECEIVE + number * RECEIVE_SIZE;
}

static bool submit(struct virtqueue *queue, uint64_t number, uint32_t size, bool device_writes)
{
	struct virtqueue_buffer buffer = { number, size, device_writes };

	if (virtqueue_add(queue, &buffer, 1) < 0)
		return false;
	virtqueue_publish(queue);
	virtqueue_notify(queue);
	return true;
}

/* Behind what has come already; of that the end is kept, which may be the beginning of a token. */
static void post_receive(const struct virtio_engine *virtio, uint32_t number)
{
	struct port *port = &ports[number];
	uint8_t *bytes = virtio_engine_pointer(virtio, place(number));
	const uint32_t keep = sizeof(port->token) - 1;

	if (port->received > RECEIVE_SIZE / 2) {
		memmove(bytes, bytes + port->received - keep, keep);
		port->received = keep;
	}
	port->receiving = submit(&port->receive, virtio_engine_number(virtio, place(number) + port->received),
				 RECEIVE_SIZE - port->received, true);
}

static void send_token(const struct virtio_engine *virtio, uint32_t number)
{
	struct port *port = &ports[number];
	uint64_t offset = AREA_TOKENS + number * sizeof(port->token);

	/* Different from those of other ports, and of other times. */
	port->token = clock_now() * PORTS + number;
	memcpy(virtio_engine_pointer(virtio, offset), &port->token, sizeof(port->token));
	submit(&port->transmit, virtio_engine_number(virtio, offset), sizeof(port->token), false);
}

/* Which tokens are in what a port has received? */
static void recognise(const struct virtio_engine *virtio, uint32_t number)
{
	const uint8_t *bytes = virtio_engine_pointer(virtio, place(number));

	for (uint32_t from = 0; from < PORTS; from++)
		for (uint32_t at = 0; ports[from].token && at + sizeof(uint64_t) <= ports[number].received; at++)
			if (memcmp(bytes + at, &ports[from].token, sizeof(uint64_t)) == 0)
				ports[from].out = number;
}

static void receive(const struct virtio_engine *virtio, uint32_t number)
{
	struct port *port = &ports[number];
	struct virtqueue_used used;

	if (!port->receiving || virtqueue_take(&port->receive, &used) != QUEUE_USED)
		return;
	port->receiving = false;
	if (used.length > RECEIVE_SIZE - port->received)
		return;
	port->received += used.length;
	recognise(virtio, number);
	post_receive(virtio, number);
}

/* Has a loop been seen, both ways? */
static bool loop_seen(struct virtio_engine *virtio)
{
	for (uint32_t from = 0; from < PORTS; from++)
		if (ports[from].set_up)
			receive(virtio, from);
	for (uint32_t from = 0; from < PORTS; from++) {
		uint32_t to = ports[from].out;

		if (to == NOWHERE || ports[to].out != from)
			continue;
		virtio->device->learnt[SERIAL_LEARNT] |= SERIAL_LOOPED;
		virtio->device->learnt[SERIAL_LEARNT_ENDS] = from | (uint64_t)to << 32;
		return true;
	}
	return false;
}

static bool find_loop(struct engine *engine, uint32_t seen)
{
	struct virtio_engine *virtio = engine->state;

	for (uint32_t i = 0; i < PORTS; i++)
		if (ports[i].set_up && seen >> i & 1 && !serial_open_port(engine, i))
			return false;
	for (uint32_t i = 0; i < PORTS; i++) {
		if (!ports[i].set_up || !(seen >> i & 1))
			continue;
		post_receive(virtio, i);
		send_token(virtio, i);
	}
	poll_until(loop_seen(virtio), TOKEN_LIMIT);
	return true;
}

/* Of a device with one port that says nothing: it works if it takes what the port is sent. */
static bool takes(struct engine *engine)
{
	struct virtqueue_used used;

	if (ports[0].set_up) {
		send_token(engine->state, 0);
		if (poll_until(virtqueue_take(&ports[0].transmit, &used) == QUEUE_USED, ENGINE_LIMIT))
			return true;
	}
	format(engine->fault, sizeof(engine->fault), "port 0 does not take what it is sent");
	return false;
}

static bool serial_find_ready(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	struct census census = { 0 };
	bool known = has_control(virtio) ? count_ports(engine, &census) : takes(engine);

	if (known && census.seen)
		known = find_loop(engine, census.seen);
	if (known) {
		virtio->device->learnt[SERIAL_LEARNT] |= SERIAL_LOOKED | (census.announced ? SERIAL_ANNOUNCES : 0);
		virtio->device->learnt[SERIAL_LEARNT_PORTS] = census.seen;
		virtio_engine_become(engine, &serial_driver);
	}
	virtio_reset(virtio->device);
	release();
	return known;
}

/* Where the device has said nothing of use. */
static bool serial_find_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	(void)direction, (void)address, (void)size;
	format(engine->fault, sizeof(engine->fault), "it is not known which ports the device has");
	return false;
}

static enum engine_result serial_find_finish(struct engine *engine, uint64_t limit, void *seen)
{
	(void)engine, (void)limit, (void)seen;
	return ENGINE_FAILED;
}

const struct virtio_driver serial_finder = {
	.type = VIRTIO_ID_CONSOLE,
	.features = VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT),
	.directions = DMA_DEVICE_BOTH,
	.largest = 2 * sizeof(struct virtio_console_control),
	.granule = 2 * sizeof(struct virtio_console_control),
	.request_queue = SERIAL_CONTROL_RECEIVE,
	.chain = 1,
	.area_frames = 1,
	.start = serial_find_start,
	.ready = serial_find_ready,
	.begin = serial_find_begin,
	.finish = serial_find_finish,
};
