/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.held, a request that is under way: the host holds a disk back, so that a read of it waits, and the
 * driver takes back its memory meanwhile: by a reset of the device or of the queue, or by switching off bus mastering.
 * Then the host lets go, and what was read has no place to go to any more. Buffers that wait without a host's doing:
 * held.c.
 *
 * Whether the read was still waiting when its memory was taken back is for no clock to say: what has arrived until then
 * was the device's to write, and all that it may have is filled anew before the host lets go.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/device/disk.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/probe/virtio_type.h"
#include "tests/conformance/probe/witness.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);

/* The host does a few requests at once before it holds others back. */
#define TRIES		8u
/* Frames of a queue of the driver's size, and more. */
#define RING_FRAMES	8u

/* The memory that the device has: the read's, with its status and header, and that of the queue. */
static struct {
	struct dma_area data;
	uint8_t own[FRAME_SIZE];
	uint8_t ring[RING_FRAMES * FRAME_SIZE];
} memory;

static uint32_t ring_bytes(const struct virtqueue *queue)
{
	return (queue->area.frames < RING_FRAMES ? queue->area.frames : RING_FRAMES) * FRAME_SIZE;
}

/* What the device has is from now on no longer its own to write. */
static void take_back(const struct engine *engine)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);
	const struct virtqueue *queue = virtio_engine_requests(virtio);

	frames_fill(memory.data.memory, memory.data.frames * FRAME_SIZE);
	memcpy(memory.own, arch_pointer(virtio->area.memory), sizeof(memory.own));
	memcpy(memory.ring, arch_pointer(queue->area.memory), ring_bytes(queue));
}

static void expect_untouched(struct trial *trial, const char *what, const char *when)
{
	struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);
	const struct virtqueue *queue = virtio_engine_requests(virtio);
	struct frames_stray stray;

	barrier_full();
	expect(trial, frames_intact(memory.data.memory, memory.data.frames * FRAME_SIZE, &stray),
	       "%s, and %s the data of a read from before arrive", what, when);
	expect(trial, memcmp(memory.own, arch_pointer(virtio->area.memory), sizeof(memory.own)) == 0,
	       "%s, and %s the status of a read from before arrives", what, when);
	expect(trial, memcmp(memory.ring, arch_pointer(queue->area.memory), ring_bytes(queue)) == 0,
	       "%s, and %s the memory of its queue moves", what, when);
}

static bool throttle(struct trial *trial, const char *how)
{
	char place[PCI_NAME];

	return host_event(trial, NULL, "throttle %s %s", pci_name(trial->subject->function, place), how);
}

static bool begin(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint64_t number = virtio_address(virtio_engine_of(engine)->device, &memory.data.map, 0);

	frames_fill(memory.data.memory, memory.data.frames * FRAME_SIZE);
	dma_sync(&memory.data.map, DMA_TO_DEVICE);
	if (engine->ops->begin(engine, DMA_DEVICE_WRITES, number, transfer_size(engine)))
		return true;
	trial_error(trial, "the read cannot be made: %s", engine->fault);
	return false;
}

/* Reads until one waits. */
static bool hold_back(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtqueue *queue = virtio_engine_requests(virtio_engine_of(engine));

	for (unsigned i = 0; i < TRIES; i++) {
		uint16_t used = virtqueue_used_index(queue);

		if (!begin(trial))
			return false;
		if (!poll_until(virtqueue_used_index(queue) != used, patience_grace(&engine->patience)))
			return true;
		if (engine->ops->finish(engine, ENGINE_LIMIT, NULL) == ENGINE_DONE)
			continue;
		trial_error(trial, "a read that was not held back fails: %s", engine->fault);
		return false;
	}
	trial_skip(trial, "the host holds no request back");
	return false;
}

/* A good read, after a new start. */
static void expect_works(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct frames_stray stray;
	enum engine_result result;

	if (!engine_start(engine)) {
		trial_fail(trial, "wedged: after a reset the device cannot be started: %s", engine->fault);
		return;
	}
	if (!begin(trial))
		return;
	result = engine->ops->finish(engine, ENGINE_LIMIT, NULL);
	expect(trial, result == ENGINE_DONE &&
	       !frames_intact(memory.data.memory, transfer_size(engine), &stray),
	       "wedged: after a reset a good read does not work (%s)", engine_result_name(result));
}

/* The host lets go, and what was under way comes to its end; a reset leaves nothing of it. */
static void expect_nothing_later(struct trial *trial, const char *what)
{
	struct engine *engine = trial->subject->engine;

	give_time(engine);
	expect_untouched(trial, what, "when the host goes on");
	if (trial_good(trial) && !virtio_reset(virtio_engine_of(engine)->device))
		trial_fail(trial, "the device status does not read 0 after a reset");
	if (trial_good(trial))
		expect_untouched(trial, what, "with the next reset");
}

/* take() takes memory back from the device, and says why it cannot, or NULL. */
static void held_back(struct trial *trial, const char *(*take)(struct virtio_engine *virtio), const char *what)
{
	struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);
	bool waits = hold_back(trial);
	const char *fault = waits ? take(virtio) : NULL;

	if (fault)
		trial_fail(trial, "%s", fault);
	take_back(trial->subject->engine);
	/* Whatever has come of it, the disk goes on. */
	if (throttle(trial, "off") && waits && !fault)
		expect_nothing_later(trial, what);
}

static void under_way(struct trial *trial, const char *(*take)(struct virtio_engine *virtio), const char *what)
{
	struct engine *engine = trial->subject->engine;

	memset(&memory.data, 0, sizeof(memory.data));
	if (!trial_start(trial, engine))
		return;
	if (!virtio_area_make(virtio_engine_of(engine)->device, &memory.data, 1)) {
		trial_error(trial, "no memory for a read");
		return;
	}
	if (throttle(trial, "on"))
		held_back(trial, take, what);
	engine_stop(engine);
	if (trial_good(trial))
		expect_works(trial);
	engine_stop(engine);
	dma_area_release(&memory.data);
}

static bool is_plain(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine));
}

static const char *needs_held_reads(const struct subject *subject)
{
	const struct disk *disk = disk_of(subject->engine);

	if (disk->answers)
		return disk->no_reads;
	return needs_host(subject) ? needs_host(subject) : needs_writes(subject);
}

static const char *reset_device(struct virtio_engine *virtio)
{
	return virtio_reset(virtio->device) ? NULL : "the device status does not read 0 after a reset";
}

static void device_reset(struct trial *trial)
{
	under_way(trial, reset_device, "the device was reset");
}
CONFORMANCE_TEST("virtio.held.reset-under-way", device_reset,
		 "A read that waits when its device is reset moves nothing later, and the device works again.",
		 .scope = &scope_blk, .about = is_plain, .skip = needs_held_reads, .clauses = "RESET-1 RESET-2",
		 .judged_by = EVIDENCE);

static const char *reset_queue(struct virtio_engine *virtio)
{
	return virtqueue_reset(virtio_engine_requests(virtio)) ? NULL : "queue_reset does not read 0 after a reset";
}

static void queue_reset(struct trial *trial)
{
	under_way(trial, reset_queue, "the queue was reset");
}

static const char *needs_held_queue(const struct subject *subject)
{
	const char *reason = needs_ring_reset(subject);

	return reason ? reason : needs_held_reads(subject);
}
CONFORMANCE_TEST("virtio.held.queue-reset-under-way", queue_reset,
		 "A read that waits when its queue is reset moves nothing later, and the device works again.",
		 .scope = &scope_blk, .about = is_plain, .skip = needs_held_queue, .clauses = "QRST-1",
		 .judged_by = EVIDENCE);

static const char *clear_master(struct virtio_engine *virtio)
{
	pci_command(virtio->device->function, 0, PCI_COMMAND_MASTER);
	return NULL;
}

static void master_cleared(struct trial *trial)
{
	under_way(trial, clear_master, "bus mastering was switched off");
}

static const char *needs_pci_and_held_reads(const struct subject *subject)
{
	return needs_pci(subject) ? needs_pci(subject) : needs_held_reads(subject);
}
CONFORMANCE_TEST("virtio.held.bus-master-cleared-under-way", master_cleared,
		 "A read that waits when bus mastering goes off moves nothing later, and the device works again.",
		 .scope = &scope_blk, .about = is_plain, .skip = needs_pci_and_held_reads, .clauses = "PCIID-1",
		 .judged_by = EVIDENCE);
