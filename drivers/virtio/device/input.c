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

/* The area: event to send, event received. */
#define AREA_SEND	0
#define AREA_RECEIVE	64

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

bool input_post(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_buffer buffer = {
		virtio_engine_number(virtio, AREA_RECEIVE), sizeof(struct virtio_input_event), true,
	};

	return virtio_engine_submit(engine, QUEUE_EVENTS, &buffer, 1);
}

bool input_came(struct engine *engine, struct virtio_input_event *event)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_used used;

	if (virtqueue_take(&virtio->queues[QUEUE_EVENTS], &used) != QUEUE_USED)
		return false;
	memcpy(event, virtio_engine_pointer(virtio, AREA_RECEIVE), sizeof(*event));
	return true;
}

static bool input_start(struct engine *engine)
{
	return virtio_engine_queue(engine, QUEUE_EVENTS, 16) && virtio_engine_queue(engine, QUEUE_STATUS, 16);
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
