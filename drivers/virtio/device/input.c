/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input devices: see input.h.
 *
 * Source: VIRTIO 1.4, section 5.8.
 */
#include "drivers/virtio/device/input.h"

#include <linux/virtio_ids.h>

#include "boot/byteorder.h"
#include "boot/string.h"

#define QUEUE_EVENTS	0
#define QUEUE_STATUS	1

/* The area: events to send, and those received, each with a guard around it. */
#define AREA_SEND	0
#define AREA_RECEIVE	(AREA_SEND + INPUT_BUFFERS * sizeof(struct virtio_input_event))
#define STRIDE		32u
#define BEFORE		8u
#define GUARD		0xa5

/* In virtio_engine.private_words: which buffer a head or an id stands for, and which buffers wait. */
#define ELSEWHERE	0xff
struct input_state {
	uint32_t waiting;
	uint8_t buffer_of[64];
};

static struct input_state *state_of(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;

	_Static_assert(sizeof(struct input_state) <= sizeof(virtio->private_words), "private words");
	return (struct input_state *)virtio->private_words;
}

unsigned input_config(const struct virtio_device *device, uint8_t select, uint8_t subsel, void *bytes, unsigned size)
{
	uint64_t length = 0, byte = 0;

	if (!virtio_config_write(device, offsetof(struct virtio_input_config, select), 1, select) ||
	    !virtio_config_write(device, offsetof(struct virtio_input_config, subsel), 1, subsel) ||
	    !virtio_config_read(device, offsetof(struct virtio_input_config, size), 1, &length))
		return 0;
	for (unsigned i = 0; i < length && i < size; i++) {
		if (!virtio_config_read(device, offsetof(struct virtio_input_config, u) + i, 1, &byte))
			return 0;
		((uint8_t *)bytes)[i] = byte;
	}
	return length;
}

bool input_send(struct engine *engine, uint16_t type, uint16_t code, uint32_t value, uint32_t *written)
{
	struct virtio_engine *virtio = engine->state;
	struct virtio_input_event *event = virtio_engine_pointer(virtio, AREA_SEND);
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, AREA_SEND), sizeof(*event), false };
	struct virtqueue_used used;

	*event = (struct virtio_input_event) { cpu_to_le16(type), cpu_to_le16(code), cpu_to_le32(value) };
	if (!virtio_engine_submit(engine, QUEUE_STATUS, &buffer, 1) ||
	    virtio_engine_wait(engine, QUEUE_STATUS, ENGINE_LIMIT, &used) != ENGINE_DONE)
		return false;
	*written = used.length;
	return true;
}

/* Puts a buffer into the queue, and remembers which one it is. */
static bool post(struct engine *engine, uint64_t number, uint8_t which)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue *queue = &virtio->queues[QUEUE_EVENTS];
	struct virtqueue_buffer buffer = { number, sizeof(struct virtio_input_event), true };
	int head = virtqueue_add(queue, &buffer, 1);

	if (head < 0 || (unsigned)head >= sizeof(state_of(engine)->buffer_of))
		return engine_fail(engine, "no room in the queue of events");
	state_of(engine)->buffer_of[head] = which;
	virtqueue_publish(queue);
	if (!(virtio_engine_mode(virtio)->features & VIRTIO_EVENT_IDX) || virtqueue_wants_notification(queue))
		virtqueue_notify(queue);
	return true;
}

bool input_post_at(struct engine *engine, uint64_t number)
{
	return post(engine, number, ELSEWHERE);
}

static uint8_t *place(struct engine *engine, unsigned which)
{
	return virtio_engine_pointer(engine->state, AREA_RECEIVE + which * STRIDE);
}

bool input_post(struct engine *engine)
{
	struct input_state *state = state_of(engine);
	unsigned which = 0;

	while (which < INPUT_BUFFERS && state->waiting >> which & 1)
		which++;
	if (which == INPUT_BUFFERS)
		return engine_fail(engine, "all buffers for events wait");
	memset(place(engine, which), GUARD, STRIDE);
	if (!post(engine, virtio_engine_number(engine->state, AREA_RECEIVE + which * STRIDE + BEFORE), (uint8_t)which))
		return false;
	state->waiting |= 1u << which;
	return true;
}

/* Takes the event out of its buffer, and looks at the bytes around it. */
static void fetch(struct engine *engine, unsigned which, struct input_arrival *arrival)
{
	const volatile uint8_t *bytes = place(engine, which);

	for (unsigned i = 0; i < STRIDE; i++) {
		bool inside = i >= BEFORE && i < BEFORE + sizeof(arrival->event);

		if (inside)
			((uint8_t *)&arrival->event)[i - BEFORE] = bytes[i];
		else if (bytes[i] != GUARD)
			arrival->strayed = true;
	}
}

bool input_arrived(struct engine *engine, struct input_arrival *arrival)
{
	struct virtio_engine *virtio = engine->state;
	struct input_state *state = state_of(engine);
	struct virtqueue_used used;
	unsigned which;

	if (virtqueue_take(&virtio->queues[QUEUE_EVENTS], &used) != QUEUE_USED)
		return false;
	which = state->buffer_of[used.head];
	*arrival = (struct input_arrival) { .length = used.length };
	if (which == ELSEWHERE)
		return true;
	fetch(engine, which, arrival);
	state->waiting &= ~(1u << which);
	return true;
}

bool input_came(struct engine *engine, struct virtio_input_event *event)
{
	struct input_arrival arrival;

	if (!input_arrived(engine, &arrival))
		return false;
	*event = arrival.event;
	return true;
}

bool input_send_all(struct engine *engine, const struct virtio_input_event *events, unsigned count, bool *moved,
		    uint32_t *written)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_used used;

	memcpy(virtio_engine_pointer(virtio, AREA_SEND), events, count * sizeof(*events));
	*written = 0;
	for (unsigned i = 0; i < count; i++) {
		struct virtqueue_buffer buffer = {
			virtio_engine_number(virtio, AREA_SEND + i * sizeof(*events)), sizeof(*events), false,
		};

		if (!virtio_engine_submit(engine, QUEUE_STATUS, &buffer, 1))
			return false;
	}
	for (unsigned i = 0; i < count; i++) {
		if (virtio_engine_wait(engine, QUEUE_STATUS, ENGINE_LIMIT, &used) != ENGINE_DONE)
			return false;
		if (used.length > *written)
			*written = used.length;
	}
	*moved = memcmp(virtio_engine_pointer(virtio, AREA_SEND), events, count * sizeof(*events)) != 0;
	return true;
}

static bool input_start(struct engine *engine)
{
	memset(state_of(engine), 0, sizeof(struct input_state));
	return virtio_engine_queue(engine, QUEUE_EVENTS, INPUT_BUFFERS) &&
	       virtio_engine_queue(engine, QUEUE_STATUS, INPUT_BUFFERS);
}

static bool input_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	(void)direction;
	(void)address;
	(void)size;
	format(engine->fault, sizeof(engine->fault), "an input device moves data only for somebody at the host");
	return false;
}

static enum engine_result input_finish(struct engine *engine, uint64_t limit, void *seen)
{
	(void)engine;
	(void)limit;
	(void)seen;
	return ENGINE_FAILED;
}

static const struct virtio_driver input = {
	.type = VIRTIO_ID_INPUT,
	.directions = 0,
	.largest = sizeof(struct virtio_input_event),
	.granule = sizeof(struct virtio_input_event),
	.request_queue = QUEUE_STATUS,
	.chain = 1,
	.area_frames = 1,
	.start = input_start,
	.begin = input_begin,
	.finish = input_finish,
};
VIRTIO_DRIVER(input);
