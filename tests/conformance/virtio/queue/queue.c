/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.queue: the registers of a device's queues in the common configuration, and a queue that is reset and set
 * up anew. What they show before anybody asks is judged by virtio.device.
 *
 * Source: VIRTIO 1.4, sections 2.6 and 4.1.4.3.
 */
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "tests/conformance/probe/virtio_trial.h"

static uint16_t queue_size(const struct virtio_device *device, uint16_t queue)
{
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, queue);
	return virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE);
}

/* The largest size stands there after a reset, a smaller one can be written, and a reset brings the largest back. */
static void sizes(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	uint16_t count = virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ);
	uint16_t largest[64];

	if (count > 64)
		count = 64;
	expect(trial, count > 0, "num_queues is 0");
	virtio_negotiate(device, VIRTIO_VERSION_1 | (device->offered & VIRTIO_ACCESS_PLATFORM));
	for (uint16_t i = 0; i < count; i++) {
		largest[i] = queue_size(device, i);
		for (uint16_t size = largest[i] / 2; size; size /= 2) {
			virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SIZE, size);
			expect_equal(trial, "queue_size, written smaller", queue_size(device, i), size);
		}
	}
	virtio_reset(device);
	for (uint16_t i = 0; i < count; i++)
		expect_equal(trial, "queue_size after a reset", queue_size(device, i), largest[i]);
	/* Read with its bytes exchanged, num_queues would name queues that do not exist. */
	expect(trial, queue_size(device, count - 1) != 0, "queue %u, the last of num_queues, does not exist",
	       count - 1);
}
CONFORMANCE_TEST("virtio.queue.sizes", sizes,
		 "The largest size of a queue stands there after a reset, and a smaller one can be chosen.",
		 .scope = &scope_virtio_device, .skip = needs_readable, .clauses = "DEF-24 DEF-26 COMMON-15",
		 .judged_by = FUNCTIONAL);

static void expect_registers(struct trial *trial, const struct virtqueue *queue, const char *when, uint16_t enable)
{
	struct virtio_device *device = queue->device;
	uint16_t reset;

	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, queue->index);
	reset = virtio_common_read16(device, VIRTIO_COMMON_Q_RESET);
	expect(trial, reset == 0, "queue_reset reads %u %s", reset, when);
	expect(trial, virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_ENABLE) == enable,
	       "queue_enable does not read %u %s", enable, when);
}

/*
 * A queue that worked is reset and set up anew, half as large (if a request fits) and elsewhere: its positions begin at
 * 0 again, and a request goes through the new ring. The old one may not be touched any more, and its frames are back
 * among those that are swept.
 */
static void queue_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtqueue *queue = request_queue(engine);
	struct virtio_device *device = virtio_engine_of(engine)->device;
	struct oracle oracle;
	struct sighting sighting;
	uint16_t index, half;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	expect_registers(trial, queue, "after queue_enable", 1);
	oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT);
	index = queue->index;
	half = queue->size / 2 < virtio_engine_of(engine)->driver->chain ? queue->size : queue->size / 2;
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	virtio_common_write16(device, VIRTIO_COMMON_Q_RESET, 1);
	if (!poll_until(virtio_common_read16(device, VIRTIO_COMMON_Q_RESET) == 0, VIRTIO_RESET_LIMIT)) {
		trial_fail(trial, "queue_reset does not read 0 after %llu ms",
			   (unsigned long long)(VIRTIO_RESET_LIMIT / MILLISECONDS(1)));
		return;
	}
	expect_registers(trial, queue, "after a queue reset", 0);
	virtqueue_stop(queue);
	if (!virtqueue_start(queue, device, index, half, NULL)) {
		trial_fail(trial, "queue %u cannot be set up again with %u entries", index, half);
		return;
	}
	expect_registers(trial, queue, "after it is enabled again", 1);
	expect_equal(trial, "queue_size, set to half", queue_size(device, index), half);
	oracle_renew(&oracle);
	trial_note(trial, "round", "after the queue reset");
	sighting = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT);
	expect(trial, sighting.result == ENGINE_DONE && sighting.view == engine->view,
	       "after a queue reset a request does not work (%s, seen in view %s)", engine_result_name(sighting.result),
	       view_name(sighting.view));
	expect_equal(trial, "used index after it, against the available index", virtqueue_used_index(queue),
		     queue->available);
	engine_stop(engine);
	expect_registers(trial, queue, "after a device reset", 0);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.queue.reset", queue_reset,
		 "A queue that was reset works again elsewhere, smaller and from its beginning; its old ring is left "
		 "alone.",
		 .scope = &scope_split_engine, .skip = needs_ring_reset,
		 .clauses = "QRST-2 QRST-3 COMMON-9 COMMON-10 COMMON-11 COMMON-13", .judged_by = EVIDENCE);
