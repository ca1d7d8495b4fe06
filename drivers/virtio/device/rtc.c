/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock device: see rtc.h. As an engine it writes memory by telling what clock 0 shows.
 *
 * The kernel's headers of the compilers do not have this device yet, so its messages are here.
 *
 * Source: VIRTIO 1.4, the section on the RTC device.
 */
#include "drivers/virtio/device/rtc.h"

#include <linux/virtio_ids.h>

#include "boot/byteorder.h"
#include "boot/string.h"

#define QUEUE_REQUESTS	0

struct rtc_request {
	uint16_t type;
	uint8_t reserved[6];
	uint16_t clock;			/* RTC_CFG ends before it */
	uint8_t counter, reserved_too[5];
};
struct rtc_answer {
	uint8_t status;
	uint8_t reserved[7];
	uint64_t value;			/* RTC_CFG: its first 16 bits are the number of clocks */
};
#define CFG_SIZE	8u

#define AREA_REQUEST	0
#define AREA_ANSWER	128

static bool submit(struct engine *engine, uint16_t type, uint16_t clock, uint64_t answer, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	struct rtc_request *request = virtio_engine_pointer(virtio, AREA_REQUEST);
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_REQUEST),
		  type == RTC_CFG ? CFG_SIZE : sizeof(*request), false },
		{ answer, size, true },
	};

	*request = (struct rtc_request) { .type = cpu_to_le16(type), .clock = cpu_to_le16(clock) };
	return virtio_engine_submit(engine, QUEUE_REQUESTS, chain, 2);
}

static enum engine_result wait(struct engine *engine, uint64_t limit)
{
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait(engine, QUEUE_REQUESTS, limit, &used);

	if (result != ENGINE_DONE || used.length == sizeof(struct rtc_answer))
		return result;
	format(engine->fault, sizeof(engine->fault), "it says that its answer has %u bytes", used.length);
	return ENGINE_FAILED;
}

static bool ask(struct engine *engine, uint16_t type, uint16_t clock, struct rtc_answer *answer)
{
	struct virtio_engine *virtio = engine->state;

	memset(virtio_engine_pointer(virtio, AREA_ANSWER), RTC_NO_STATUS, sizeof(*answer));
	if (!submit(engine, type, clock, virtio_engine_number(virtio, AREA_ANSWER), sizeof(*answer)) ||
	    wait(engine, ENGINE_LIMIT) != ENGINE_DONE)
		return false;
	memcpy(answer, virtio_engine_pointer(virtio, AREA_ANSWER), sizeof(*answer));
	if (answer->status == RTC_OK)
		return true;
	format(engine->fault, sizeof(engine->fault), "request %#x: status %u", type, answer->status);
	return false;
}

bool rtc_clocks(struct engine *engine, uint16_t *count)
{
	struct rtc_answer answer;

	if (!ask(engine, RTC_CFG, 0, &answer))
		return false;
	*count = le64_to_cpu(answer.value);
	return true;
}

bool rtc_read(struct engine *engine, uint16_t clock, uint64_t *reading)
{
	struct rtc_answer answer;

	if (!ask(engine, RTC_READ, clock, &answer))
		return false;
	*reading = le64_to_cpu(answer.value);
	return true;
}

enum engine_result rtc_exchange(struct engine *engine, struct rtc_exchange *exchange)
{
	struct virtio_engine *virtio = engine->state;
	struct rtc_request *request = virtio_engine_pointer(virtio, AREA_REQUEST);
	uint8_t *answer = virtio_engine_pointer(virtio, AREA_ANSWER);
	struct virtqueue_buffer chain[] = {
		{ virtio_engine_number(virtio, AREA_REQUEST), exchange->size, false },
		{ virtio_engine_number(virtio, AREA_ANSWER), exchange->room, true },
	};
	struct virtqueue_used used = { 0 };
	enum engine_result result;

	memset(request, 0, RTC_MOST);
	memset(answer, RTC_NO_STATUS, 2 * RTC_MOST);
	*request = (struct rtc_request) {
		.type = cpu_to_le16(exchange->type), .clock = cpu_to_le16(exchange->clock),
		.counter = exchange->counter,
	};
	if (!virtio_engine_submit(engine, QUEUE_REQUESTS, chain, 2))
		return ENGINE_FAILED;
	result = virtio_engine_wait(engine, QUEUE_REQUESTS, ENGINE_LIMIT, &used);
	exchange->length = used.length;
	memcpy(exchange->answer, answer, RTC_MOST);
	exchange->strayed = false;
	for (uint32_t i = exchange->room; i < 2 * RTC_MOST; i++)
		exchange->strayed = exchange->strayed || answer[i] != RTC_NO_STATUS;
	return result;
}

static bool rtc_start(struct engine *engine)
{
	return virtio_engine_queue(engine, QUEUE_REQUESTS, 16);
}

static bool rtc_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	return direction == DMA_DEVICE_WRITES && submit(engine, RTC_READ, 0, address, size);
}

static enum engine_result rtc_finish(struct engine *engine, uint64_t limit, void *seen)
{
	(void)seen;
	return wait(engine, limit);
}

static const struct virtio_driver rtc = {
	.type = VIRTIO_ID_CLOCK,
	.directions = DMA_DEVICE_WRITES,
	.largest = sizeof(struct rtc_answer),
	.unpredictable = true,
	.granule = sizeof(struct rtc_answer),
	.request_queue = QUEUE_REQUESTS,
	.chain = 2,
	.area_frames = 1,
	.start = rtc_start,
	.begin = rtc_begin,
	.finish = rtc_finish,
};
VIRTIO_DRIVER(rtc);
