/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entropy device: writes random bytes into a buffer. The simplest engine there is; it never reads.
 *
 * A device may give less than was asked for (RNG-2), always or because a quota of bytes is used up, and then nothing
 * until its period is over. Which of these it does is learnt when it is started for the first time, by what it answers
 * to large requests: transfers are no larger than what it gives, and a device that lets them wait too long is not
 * used.
 *
 * Source: VIRTIO 1.4, section 5.4.
 */
#include <linux/virtio_ids.h>

#include "boot/frames.h"
#include "drivers/virtio/engine.h"

#define QUEUE_REQUESTS	0

#define LARGEST		4096u
#define GRANULE		8u

/* More than a run asks for in the shortest period that is too long for it. */
#define LOOK		(256u << 10)
#define LOOK_FRAMES	(LOOK / FRAME_SIZE)
/* Looks at a device whose answers are short. Each may wait for a period, and the shortest counts, which a slow host
 * does not make shorter; a period that takes all of the time for them is a long one. */
#define ROUNDS		4u
#define ROUNDS_TIME	SECONDS(1)
#define PERIOD_SHORT	MILLISECONDS(5)
/* Transfers under a quota that is filled up often enough: it is used up by whole ones. */
#define UNIT_LARGEST	64u

/* What is known of a device, in virtio_device.learnt: an enum rng_pace, the largest transfer, the granule. */
enum { LEARNT_PACE, LEARNT_LARGEST, LEARNT_GRANULE };
enum rng_pace { PACE_UNKNOWN, PACE_GOOD, PACE_TOO_SLOW };

static const char too_slow[] =
	"the device gives too few random bytes at once, or in a period: leave out max-bytes= and period=, or take "
	"another source of entropy";

static void learn(struct virtio_device *device, enum rng_pace pace, uint32_t largest, uint32_t granule)
{
	device->learnt[LEARNT_PACE] = pace;
	device->learnt[LEARNT_LARGEST] = largest;
	device->learnt[LEARNT_GRANULE] = granule;
}

static enum engine_result ask(struct engine *engine, uint64_t number, uint32_t size, uint32_t *length)
{
	struct virtqueue_buffer buffer = { number, size, true };
	struct virtqueue_used used = { 0 };
	enum engine_result result = ENGINE_FAILED;

	if (virtio_engine_submit(engine, QUEUE_REQUESTS, &buffer, 1))
		result = virtio_engine_wait(engine, QUEUE_REQUESTS, ENGINE_LIMIT, &used);
	*length = used.length;
	return result;
}

/* It always gives that little: a transfer is what it gives at least. */
static void learn_least(struct virtio_device *device, uint32_t least)
{
	uint32_t largest = least < LARGEST ? least / GRANULE * GRANULE : LARGEST;

	learn(device, largest ? PACE_GOOD : PACE_TOO_SLOW, largest, GRANULE);
}

static void learn_quota(struct virtio_device *device, uint32_t quota, uint64_t period)
{
	uint32_t unit = quota & -quota;

	if (unit > UNIT_LARGEST)
		unit = UNIT_LARGEST;
	learn(device, unit >= GRANULE && period < PERIOD_SHORT ? PACE_GOOD : PACE_TOO_SLOW, unit, unit);
}

/*
 * The device gave first bytes where it was asked for more. Was it a quota? Then a little that is asked for now comes
 * when the next period begins, and is missing from what comes after it.
 */
static enum engine_result look_again(struct engine *engine, uint64_t number, uint32_t first)
{
	struct virtio_device *device = virtio_engine_of(engine)->device;
	uint32_t some, rest, least = first, little = first > GRANULE ? GRANULE : 1;
	uint64_t begun = clock_now(), period = UINT64_MAX;
	bool quota = false;

	for (unsigned i = 0; i < ROUNDS && clock_now() - begun < ROUNDS_TIME; i++) {
		uint64_t asked = clock_now(), took;
		enum engine_result result = ask(engine, number, little, &some);

		took = clock_now() - asked;
		period = took < period ? took : period;
		if (result == ENGINE_DONE)
			result = ask(engine, number, LOOK, &rest);
		if (result != ENGINE_DONE)
			return result;
		quota |= some + rest == first;
		least = rest < least ? rest : least;
	}
	if (quota)
		learn_quota(device, first, period);
	else
		learn_least(device, least);
	return ENGINE_DONE;
}

/* False when a request was not answered, or not well. A device that has answered some and then is silent lets it wait;
 * any other is the tests' to judge. */
static bool look(struct engine *engine, uint64_t number)
{
	struct virtio_device *device = virtio_engine_of(engine)->device;
	enum engine_result result;
	uint32_t length;

	result = ask(engine, number, LOOK, &length);
	if (result != ENGINE_DONE || length == 0 || length >= LOOK)
		return result == ENGINE_DONE;
	result = look_again(engine, number, length);
	if (result == ENGINE_SILENT)
		learn(device, PACE_TOO_SLOW, LARGEST, GRANULE);
	return result == ENGINE_DONE;
}

/* The memory is where both views find it, if there is any, because nobody knows yet which one the device takes. */
static bool find_pace(struct engine *engine)
{
	struct virtio_device *device = virtio_engine_of(engine)->device;
	struct dma_area area;
	bool found = dma_area_make_common(&area, device->function, LOOK_FRAMES), answered = true;

	if (!found) {
		dma_area_release(&area);
		found = dma_area_make(&area, device->function, LOOK_FRAMES);
	}
	learn(device, PACE_GOOD, LARGEST, GRANULE);
	if (found)
		answered = look(engine, virtio_address(device, &area.map, 0));
	if (!answered)
		virtio_reset(device);
	dma_area_release(&area);
	return answered;
}

static bool rng_start(struct engine *engine)
{
	return virtio_engine_queue(engine, QUEUE_REQUESTS, 8);
}

/* Both interfaces share one source, so that what is used up through the modern one is missing here as well. */
static bool slow_otherwise(const struct virtio_device *device)
{
	return device->modern && device->modern->learnt[LEARNT_PACE] == PACE_TOO_SLOW;
}

static bool rng_ready(struct engine *engine)
{
	struct virtio_device *device = virtio_engine_of(engine)->device;
	bool good = true;

	if (slow_otherwise(device))
		learn(device, PACE_TOO_SLOW, LARGEST, GRANULE);
	if (device->learnt[LEARNT_PACE] == PACE_UNKNOWN)
		good = find_pace(engine);

	engine->no_writes = device->learnt[LEARNT_PACE] == PACE_TOO_SLOW ? too_slow : NULL;
	engine->largest = device->learnt[LEARNT_LARGEST];
	engine->granule = device->learnt[LEARNT_GRANULE];
	return good;
}

static bool rng_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtqueue_buffer buffer = { address, size, direction == DMA_DEVICE_WRITES };

	return virtio_engine_submit(engine, QUEUE_REQUESTS, &buffer, 1);
}

/* A short answer is allowed (RNG-2), an empty one is not (RNG-1). */
static enum engine_result rng_finish(struct engine *engine, uint64_t limit, void *seen)
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
	.largest = LARGEST,
	.granule = GRANULE,
	.unpredictable = true,
	.request_queue = QUEUE_REQUESTS,
	.chain = 1,
	.area_frames = 1,
	.start = rng_start,
	.ready = rng_ready,
	.begin = rng_begin,
	.finish = rng_finish,
};
VIRTIO_DRIVER(rng);
