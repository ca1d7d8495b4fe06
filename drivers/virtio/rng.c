/*
 * The entropy device: writes random bytes into a buffer. The simplest engine there is; it never reads.
 *
 * Source: VIRTIO 1.4, section 5.4.
 */
#include <linux/virtio_ids.h>

#include "drivers/virtio/engine.h"

#define QUEUE_REQUESTS	0

static bool start(struct engine *engine)
{
	return virtio_engine_queue(engine, QUEUE_REQUESTS, 8);
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtqueue_buffer buffer = { address, size, direction == DMA_DEVICE_WRITES };

	return virtio_engine_submit(engine, QUEUE_REQUESTS, &buffer, 1);
}

/* A short answer is allowed (RNG-2), an empty one is not (RNG-1). */
static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue_used used;
	enum engine_result result = virtio_engine_wait(engine, QUEUE_REQUESTS, limit, &used);

	(void)seen;
	if (result != ENGINE_DONE || (used.length > 0 && used.length <= virtio->size))
		return result;
	format(engine->fault, sizeof(engine->fault), "it says that it wrote %u of %u bytes", used.length, virtio->size);
	return ENGINE_FAILED;
}

static const struct virtio_driver rng = {
	.type = VIRTIO_ID_RNG,
	.directions = DMA_DEVICE_WRITES,
	.largest = 4096,
	.unpredictable = true,
	.granule = 8,
	.request_queue = QUEUE_REQUESTS,
	.chain = 1,
	.area_frames = 1,
	.start = start,
	.begin = begin,
	.finish = finish,
};
VIRTIO_DRIVER(rng);
