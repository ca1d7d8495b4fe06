/* SPDX-License-Identifier: BSD-2-Clause */
/* Several requests under way at once: see flight.h. */
#include "tests/conformance/probe/flight.h"

#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"

#define PIECES_MOST	8u

uint8_t *flight_at(const struct flight *flight, uint32_t offset)
{
	return (uint8_t *)arch_pointer(flight->area.memory) + offset;
}

void flight_fill(const struct flight *flight, uint32_t offset, uint32_t size)
{
	memset(flight_at(flight, offset), FLIGHT_FILL, size);
}

bool flight_begin(struct trial *trial, struct flight *flight, uint16_t queue, size_t frames)
{
	struct engine *engine = trial->subject->engine;

	*flight = (struct flight) { .engine = engine, .queue = queue };
	if (!virtio_area_make(virtio_engine_of(engine)->device, &flight->area, frames)) {
		dma_area_release(&flight->area);
		trial_error(trial, "no memory for %zu frames of buffers", frames);
		return false;
	}
	/* There may be more, where pages of the domain are larger. */
	flight_fill(flight, 0, flight->area.frames * FRAME_SIZE);
	return true;
}

void flight_end(struct flight *flight)
{
	dma_area_release(&flight->area);
}

void flight_again(struct flight *flight)
{
	flight->count = flight->returned = 0;
}

static struct virtqueue *queue_of(const struct flight *flight)
{
	return &virtio_engine_of(flight->engine)->queues[flight->queue];
}

bool flight_add(struct flight *flight, uint32_t offset, uint32_t size, unsigned pieces, bool device_writes)
{
	const struct virtio_device *device = virtio_engine_of(flight->engine)->device;
	struct virtqueue_buffer buffers[PIECES_MOST];
	struct flight_slot *slot = &flight->slots[flight->count];
	uint32_t step = size / pieces;

	if (flight->count == FLIGHT_MOST || pieces > PIECES_MOST)
		return false;
	for (unsigned i = 0; i < pieces; i++)
		buffers[i] = (struct virtqueue_buffer) {
			.number = virtio_address(device, &flight->area.map, offset + i * step),
			.size = i + 1 < pieces ? step : size - i * step, .device_writes = device_writes,
		};
	*slot = (struct flight_slot) { .offset = offset, .size = size, .device_writes = device_writes };
	slot->head = virtqueue_add(queue_of(flight), buffers, pieces);
	flight->count += slot->head >= 0;
	return slot->head >= 0;
}

void flight_go(const struct flight *flight)
{
	dma_sync(&flight->area.map, DMA_TO_DEVICE);
	virtqueue_publish(queue_of(flight));
	virtqueue_notify(queue_of(flight));
}

static struct flight_slot *take_back(struct trial *trial, struct flight *flight, const struct virtqueue_used *used)
{
	dma_sync(&flight->area.map, DMA_TO_CPU);
	for (unsigned i = 0; i < flight->count; i++) {
		struct flight_slot *slot = &flight->slots[i];

		if (slot->back || slot->head != used->head)
			continue;
		slot->back = true;
		slot->length = used->length;
		flight->returned++;
		return slot;
	}
	trial_fail(trial, "buffer %u came back, which is none of those under way", used->head);
	return NULL;
}

struct flight_slot *flight_try(struct trial *trial, struct flight *flight, uint64_t limit)
{
	enum virtqueue_answer answer;
	struct virtqueue_used used;

	poll_until((answer = virtqueue_take(queue_of(flight), &used)) != QUEUE_EMPTY, limit);
	if (answer == QUEUE_BROKEN)
		trial_fail(trial, "the used ring of queue %u makes no sense", flight->queue);
	return answer == QUEUE_USED ? take_back(trial, flight, &used) : NULL;
}

struct flight_slot *flight_next(struct trial *trial, struct flight *flight)
{
	struct virtqueue_used used;

	if (virtio_engine_wait(flight->engine, flight->queue, ENGINE_LIMIT, &used) == ENGINE_DONE)
		return take_back(trial, flight, &used);
	trial_fail(trial, "of %u buffers under way %u came back: %s", flight->count, flight->returned,
		   flight->engine->fault);
	return NULL;
}

bool flight_wait(struct trial *trial, struct flight *flight)
{
	while (flight->returned < flight->count)
		if (!flight_next(trial, flight))
			return false;
	return true;
}

static bool may_be_written(const struct flight *flight, uint32_t offset)
{
	for (unsigned i = 0; i < flight->count; i++)
		if (flight->slots[i].device_writes && offset - flight->slots[i].offset < flight->slots[i].size)
			return true;
	return false;
}

static bool may_be_read(const struct flight *flight, uint32_t offset)
{
	for (unsigned i = 0; i < flight->count; i++)
		if (!flight->slots[i].device_writes && offset - flight->slots[i].offset < flight->slots[i].size)
			return true;
	return false;
}

bool expect_flight_beside(struct trial *trial, const struct flight *flight)
{
	uint32_t size = flight->area.frames * FRAME_SIZE;

	for (uint32_t i = 0; i < size; i++) {
		if (*flight_at(flight, i) == FLIGHT_FILL || may_be_written(flight, i) || may_be_read(flight, i))
			continue;
		trial_fail(trial, "byte %u of the memory, which no buffer covers, was written: %#x", i,
			   *flight_at(flight, i));
		return false;
	}
	return true;
}
