/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 9P transport: see 9p.h; its messages are in 9p_message.c. As an engine it writes memory by reading the scratch
 * file, and reads memory by writing the file, which is then read back to learn what the device had seen. Where there is
 * no scratch file, it writes a part of its answer to Tgetattr, which has room for smaller transfers only; and to
 * Tversion where a test has left out what must come before other messages.
 *
 * Source: VIRTIO 1.4 knows no more of it than its ids, <linux/virtio_9p.h> has its configuration.
 */
#include "drivers/virtio/device/9p.h"

#include <linux/virtio_9p.h>
#include <linux/virtio_ids.h>

#include "boot/string.h"
#include "drivers/virtio/device/9p_message.h"
#include "drivers/virtio/device/blk.h"

/* What the attributes have room for, in whole granules. */
#define GRANULE		8u
#define ATTRIBUTES	((P9_GETATTR_ANSWER - P9_MESSAGE_HEADER - 1) / GRANULE * GRANULE)

/* What is known of the scratch file, in virtio_device.learnt[0]. */
enum p9_scratch { SCRATCH_UNKNOWN, SCRATCH_NONE, SCRATCH_READABLE, SCRATCH_WRITABLE };

static uint64_t *p9_scratch(const struct engine *engine)
{
	return &virtio_engine_of(engine)->device->learnt[0];
}

enum engine_result p9_write_from(struct engine *engine, uint64_t offset, uint64_t number, uint32_t size)
{
	if (p9_not_writable(engine) || size > P9_LARGEST || !p9_submit_write(engine, offset, number, size))
		return ENGINE_FAILED;
	return p9_wait_data(engine, ENGINE_LIMIT, size);
}

enum engine_result p9_read(struct engine *engine, uint64_t offset, void *bytes, uint32_t size)
{
	struct virtio_engine *virtio = engine->state;
	enum engine_result result;

	if (size > P9_LARGEST || !p9_submit_read(engine, offset, virtio_engine_number(virtio, P9_AREA_DATA), size))
		return ENGINE_FAILED;
	result = p9_wait_data(engine, ENGINE_LIMIT, size);
	if (result == ENGINE_DONE)
		memcpy(bytes, virtio_engine_pointer(virtio, P9_AREA_DATA), size);
	return result;
}

const char *p9_no_scratch(const struct engine *engine)
{
	return *p9_scratch(engine) >= SCRATCH_READABLE ? NULL :
	       "the exported folder has no file 'scratch' that begins with the scratch signature: tests/gate/boot "
	       "makes one";
}

const char *p9_not_writable(const struct engine *engine)
{
	if (*p9_scratch(engine) == SCRATCH_READABLE)
		return "the host does not let the file 'scratch' be written: leave out readonly=on, and give it the "
		       "rights";
	return p9_no_scratch(engine);
}

bool p9_mount_tag(const struct virtio_device *device, char *tag, unsigned size)
{
	uint64_t length, byte;

	if (!(device->offered & VIRTIO_BIT(VIRTIO_9P_MOUNT_TAG)) || !virtio_config_read(device, 0, 2, &length) ||
	    length >= size)
		return false;
	for (unsigned i = 0; i < length; i++) {
		if (!virtio_config_read(device, offsetof(struct virtio_9p_config, tag) + i, 1, &byte))
			return false;
		tag[i] = byte;
	}
	tag[length] = 0;
	return true;
}

static bool p9_start(struct engine *engine)
{
	p9_messages(engine)->attached = false;
	return virtio_engine_queue(engine, P9_QUEUE, 16);
}

/*
 * Reads a part of the file that is open into the area. Where the device refuses to, or gives less, the file is not as
 * large as a scratch file, and there is nothing of it. False when the device does not answer as it must.
 */
static bool look_at(struct engine *engine, uint64_t offset, uint32_t size, bool *there)
{
	const struct virtio_engine *virtio = engine->state;
	uint32_t count;

	*there = false;
	if (!p9_submit_read(engine, offset, virtio_engine_number(virtio, P9_AREA_DATA), size))
		return false;
	if (p9_wait(engine, ENGINE_LIMIT) != ENGINE_DONE)
		return p9_refused(engine);
	count = p9_answer_count(engine);
	*there = count == size;
	return count <= size;
}

/* The file is open. Is it as large as it is used, and does it begin with the signature? */
static bool look_at_scratch(struct engine *engine, bool *there)
{
	const void *found = virtio_engine_pointer(engine->state, P9_AREA_DATA);
	const uint32_t size = strlen(SCRATCH_SIGNATURE);

	if (!look_at(engine, P9_TEXT, SECTOR_SIZE, there) || (*there && !look_at(engine, 0, size, there)))
		return false;
	*there = *there && memcmp(found, SCRATCH_SIGNATURE, size) == 0;
	return true;
}

/* What the device refuses is lacking in the folder; any other answer, or none, is a fault of the device. */
static bool look_for_scratch(struct engine *engine)
{
	enum p9_scratch found = SCRATCH_WRITABLE;
	bool there;

	*p9_scratch(engine) = SCRATCH_NONE;
	if (!p9_walk_to_scratch(engine))
		return p9_refused(engine);
	if (!p9_open_scratch(engine, P9_O_RDWR)) {
		if (!p9_refused(engine))
			return false;
		if (!p9_open_scratch(engine, P9_O_RDONLY))
			return p9_refused(engine);
		found = SCRATCH_READABLE;
	}
	if (!look_at_scratch(engine, &there))
		return false;
	if (there)
		*p9_scratch(engine) = found;
	return true;
}

static bool find_scratch(struct engine *engine)
{
	uint64_t *scratch = p9_scratch(engine);
	uint32_t flags;

	if (*scratch == SCRATCH_UNKNOWN) {
		if (look_for_scratch(engine))
			return true;
		*scratch = SCRATCH_UNKNOWN;
		return false;
	}
	flags = *scratch == SCRATCH_WRITABLE ? P9_O_RDWR : P9_O_RDONLY;
	return *scratch == SCRATCH_NONE || (p9_walk_to_scratch(engine) && p9_open_scratch(engine, flags));
}

static bool p9_ready(struct engine *engine)
{
	if (!p9_agree_on_version(engine) || !p9_attach(engine))
		return false;
	p9_messages(engine)->attached = true;
	if (!find_scratch(engine))
		return false;
	engine->no_reads = p9_not_writable(engine);
	engine->largest = p9_no_scratch(engine) ? ATTRIBUTES : P9_LARGEST;
	return true;
}

static bool p9_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	if (direction == DMA_DEVICE_WRITES && !p9_messages(engine)->attached)
		return p9_submit_version_to(engine, address, size);
	if (direction == DMA_DEVICE_WRITES && !p9_no_scratch(engine))
		return p9_submit_read(engine, 0, address, size);
	if (direction == DMA_DEVICE_WRITES)
		return p9_submit_attributes_to(engine, address, size);
	if (!p9_not_writable(engine))
		return p9_submit_write(engine, P9_ENGINE, address, size);
	format(engine->fault, sizeof(engine->fault), "%s", p9_not_writable(engine));
	return false;
}

static enum engine_result p9_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtio_engine *virtio = engine->state;
	enum engine_result result;

	if (!p9_moved_data(engine))
		return p9_wait(engine, limit);
	result = p9_wait_data(engine, limit, virtio->size);
	if (result != ENGINE_DONE || virtio->direction != DMA_DEVICE_READS || !seen)
		return result;
	return p9_read(engine, P9_ENGINE, seen, virtio->size);
}

static const struct virtio_driver p9 = {
	.type = VIRTIO_ID_9P,
	.features = VIRTIO_BIT(VIRTIO_9P_MOUNT_TAG),
	.directions = DMA_DEVICE_BOTH,
	.largest = P9_LARGEST,
	.granule = GRANULE,
	.request_queue = P9_QUEUE,
	.chain = 4,
	.area_frames = 1,
	.start = p9_start,
	.ready = p9_ready,
	.begin = p9_begin,
	.finish = p9_finish,
};
VIRTIO_DRIVER(p9);
