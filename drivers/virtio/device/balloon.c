/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The balloon: see balloon.h.
 *
 * Source: VIRTIO 1.4, section 5.5.
 */
#include "drivers/virtio/device/balloon.h"

#include <linux/virtio_balloon.h>
#include <linux/virtio_ids.h>

static bool balloon_start(struct engine *engine)
{
	return virtio_engine_queue(engine, BALLOON_INFLATE, 16) && virtio_engine_queue(engine, BALLOON_DEFLATE, 16);
}

enum engine_result balloon_hand(struct engine *engine, enum balloon_queue queue, uint64_t array, unsigned count)
{
	struct virtqueue_buffer buffer = { array, count * sizeof(__le32), false };
	struct virtqueue_used used;

	if (!virtio_engine_submit(engine, queue, &buffer, 1))
		return ENGINE_FAILED;
	return virtio_engine_wait(engine, queue, ENGINE_LIMIT, &used);
}

bool balloon_set_actual(struct engine *engine, uint32_t pages)
{
	struct virtio_engine *virtio = engine->state;

	return virtio_config_write(virtio->device, offsetof(struct virtio_balloon_config, actual), sizeof(__le32),
				   pages);
}

bool balloon_wanted(struct engine *engine, uint32_t *pages)
{
	struct virtio_engine *virtio = engine->state;
	uint64_t value;

	if (!virtio_config_read(virtio->device, offsetof(struct virtio_balloon_config, num_pages), sizeof(__le32),
				&value))
		return false;
	*pages = value;
	return true;
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

static const struct virtio_driver balloon = {
	.type = VIRTIO_ID_BALLOON,
	.features = VIRTIO_BIT(VIRTIO_BALLOON_F_MUST_TELL_HOST),
	.directions = 0,
	.largest = sizeof(__le64),
	.granule = sizeof(__le64),
	.request_queue = BALLOON_INFLATE,
	.chain = 1,
	.area_frames = 1,
	.start = balloon_start,
	.begin = balloon_begin,
	.finish = balloon_finish,
};
VIRTIO_DRIVER(balloon);
