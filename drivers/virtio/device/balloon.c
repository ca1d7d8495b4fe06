/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The balloon: see balloon.h.
 *
 * Source: VIRTIO 1.4, section 5.5.
 */
#include "drivers/virtio/device/balloon.h"

#include <linux/virtio_balloon.h>
#include <linux/virtio_ids.h>

#include "boot/frames.h"
#include "drivers/virtio/fields.h"

#define ENTRIES		16u

static bool balloon_start(struct engine *engine)
{
	return virtio_engine_queue(engine, BALLOON_INFLATE, ENTRIES) &&
	       virtio_engine_queue(engine, BALLOON_DEFLATE, ENTRIES);
}

uint64_t balloon_queue_feature(enum balloon_queue queue)
{
	static const uint64_t features[BALLOON_QUEUES] = {
		[BALLOON_STATS] = VIRTIO_BIT(VIRTIO_BALLOON_F_STATS_VQ),
		[BALLOON_HINTS] = VIRTIO_BIT(VIRTIO_BALLOON_F_FREE_PAGE_HINT),
		[BALLOON_REPORTS] = VIRTIO_BIT(VIRTIO_BALLOON_F_REPORTING),
	};

	return features[queue];
}

/* The number that the device has for a queue. */
static uint16_t index_of(const struct virtio_device *device, enum balloon_queue queue)
{
	uint16_t index = BALLOON_INFLATE;

	if (device->transport->queue_size(device, queue) > 0)
		return queue;
	for (unsigned before = BALLOON_INFLATE; before < queue; before++)
		index += (device->offered & balloon_queue_feature(before)) == balloon_queue_feature(before);
	return index;
}

bool balloon_start_all(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;

	for (unsigned queue = BALLOON_STATS; queue < BALLOON_QUEUES; queue++)
		if (virtio->device->accepted & balloon_queue_feature(queue) &&
		    !virtio_engine_queue_at(engine, queue, index_of(virtio->device, queue), ENTRIES))
			return false;
	return balloon_start(engine);
}

enum engine_result balloon_hand(struct engine *engine, enum balloon_queue queue, uint64_t array, unsigned count)
{
	struct virtqueue_buffer buffer = { array, count * sizeof(__le32), false };
	struct virtqueue_used used;

	if (!virtio_engine_submit(engine, queue, &buffer, 1))
		return ENGINE_FAILED;
	return virtio_engine_wait(engine, queue, ENGINE_LIMIT, &used);
}

/* What the configuration's field holds, where it is read and written in the order of the device's other structures. */
static uint32_t field_order(const struct virtio_device *device, uint32_t value)
{
	return virtio_native_order(device) ? cpu_to_le32(value) : value;
}

static bool set_field(struct engine *engine, uint32_t offset, uint32_t value)
{
	struct virtio_device *device = virtio_engine_of(engine)->device;

	return virtio_config_write(device, offset, sizeof(__le32), field_order(device, value));
}

static bool get_field(struct engine *engine, uint32_t offset, uint32_t *value)
{
	struct virtio_device *device = virtio_engine_of(engine)->device;
	uint64_t read;

	if (!virtio_config_read(device, offset, sizeof(__le32), &read))
		return false;
	*value = field_order(device, read);
	return true;
}

bool balloon_set_actual(struct engine *engine, uint32_t pages)
{
	return set_field(engine, offsetof(struct virtio_balloon_config, actual), pages);
}

bool balloon_wanted(struct engine *engine, uint32_t *pages)
{
	return get_field(engine, offsetof(struct virtio_balloon_config, num_pages), pages);
}

bool balloon_hint_command(struct engine *engine, uint32_t *command)
{
	return get_field(engine, offsetof(struct virtio_balloon_config, free_page_hint_cmd_id), command);
}

/* One number, of the memory that there is: what the device makes of it is its own affair. */
static bool balloon_all_ready(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;
	struct virtio_balloon_stat *statistic = virtio_engine_pointer(virtio, BALLOON_AREA_STATISTICS);
	struct virtqueue_buffer buffer = { virtio_engine_number(virtio, BALLOON_AREA_STATISTICS), sizeof(*statistic),
					   false };

	if (!(virtio->device->accepted & VIRTIO_BIT(VIRTIO_BALLOON_F_STATS_VQ)))
		return true;
	*statistic = (struct virtio_balloon_stat) {
		.tag = cpu_to_virtio16(virtio->device, VIRTIO_BALLOON_S_MEMTOT),
		.val = cpu_to_virtio64(virtio->device, frames_total()),
	};
	return virtio_engine_submit(engine, BALLOON_STATS, &buffer, 1);
}

static uint32_t poison;

static bool balloon_poisoning_start(struct engine *engine)
{
	const struct virtio_engine *virtio = engine->state;

	if (virtio->device->accepted & VIRTIO_BIT(VIRTIO_BALLOON_F_PAGE_POISON) &&
	    !set_field(engine, offsetof(struct virtio_balloon_config, poison_val), poison))
		return engine_fail(engine, "the configuration has no poison_val");
	return balloon_start_all(engine);
}

static bool balloon_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	(void)direction;
	(void)address;
	(void)size;
	format(engine->fault, sizeof(engine->fault), "a balloon takes whole pages away and moves no data");
	return false;
}

static enum engine_result balloon_finish(struct engine *engine, uint64_t limit, void *seen)
{
	(void)engine;
	(void)limit;
	(void)seen;
	return ENGINE_FAILED;
}

#define BALLOON_DRIVER(...) { \
	.type = VIRTIO_ID_BALLOON, \
	.largest = sizeof(__le64), .granule = sizeof(__le64), \
	.request_queue = BALLOON_INFLATE, .chain = 1, .area_frames = 1, \
	.begin = balloon_begin, .finish = balloon_finish, __VA_ARGS__ \
}
#define BALLOON_PLAIN	VIRTIO_BIT(VIRTIO_BALLOON_F_MUST_TELL_HOST)
#define BALLOON_ALL	(BALLOON_PLAIN | VIRTIO_BIT(VIRTIO_BALLOON_F_STATS_VQ) | \
			 VIRTIO_BIT(VIRTIO_BALLOON_F_FREE_PAGE_HINT) | VIRTIO_BIT(VIRTIO_BALLOON_F_REPORTING))

static const struct virtio_driver balloon = BALLOON_DRIVER(.features = BALLOON_PLAIN, .start = balloon_start);
VIRTIO_DRIVER(balloon);

const struct virtio_driver balloon_all =
	BALLOON_DRIVER(.features = BALLOON_ALL, .start = balloon_start_all, .ready = balloon_all_ready);

const struct virtio_driver *balloon_poisoning(uint32_t value)
{
	static const struct virtio_driver driver =
		BALLOON_DRIVER(.features = BALLOON_ALL | VIRTIO_BIT(VIRTIO_BALLOON_F_PAGE_POISON),
			       .start = balloon_poisoning_start, .ready = balloon_all_ready);

	poison = value;
	return &driver;
}
