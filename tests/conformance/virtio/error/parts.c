/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.error, parts of a ring that are not mapped for a while. See error.h.
 */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "tests/conformance/probe/witness.h"
#include "tests/conformance/virtio/error/error.h"

VIRTIO_MODE_SCOPE(packed, false, VIRTIO_RING_PACKED);

VIRTIO_MODE_NEEDS(needs_packed_bus_view, "RING_PACKED", needs_bus_view);

/* Has the device used all that the driver made available? Of a packed ring: the one request that is out. */
static bool all_used(const struct virtqueue *queue)
{
	if (virtqueue_packed(queue))
		return virtqueue_used_index(queue) != queue->used;
	return virtqueue_used_index(queue) == queue->available;
}

/*
 * A part of the ring that is not mapped, and then is again. Ring and device then agree, or the device asks for a reset;
 * a request whose data moved and whose used entry is lost is neither.
 */
static void unmapped_part(struct trial *trial, enum virtqueue_part part)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtqueue *queue = request_queue(engine);
	struct dma_area area;
	struct oracle oracle;
	enum view view;
	bool asked;

	if (!dma_area_make(&area, engine->function, 1)) {
		trial_error(trial, "no room for a part of the ring");
		return;
	}
	virtio->plan.places[part] = (struct virtqueue_place) { area.memory, area.map.address.value };
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	/* One that works, so that device and ring have come away from 0, which unmapped memory may read as. */
	good_request(trial, &oracle, "with all of the ring mapped");
	oracle_renew(&oracle);
	/* Its interrupt may follow the used index by a little; what comes after is that of the next request. */
	poll_until(virtio_isr(virtio->device) & 1, patience_grace(&engine->patience));
	dma_unmap(&area.map);
	engine->ops->begin(engine, DMA_DEVICE_WRITES, oracle_number(&oracle), oracle.size);
	/* A device that reads zeroes where a ring was may find nothing to do, and has nothing to say. */
	poll_witnessed(needs_reset(virtio->device) ||
		       virtio_interrupt_pending(virtio->device), engine);
	poll_until(needs_reset(virtio->device), patience_grace(&engine->patience));
	view = oracle_look(trial, &oracle);
	expect(trial, !(view & ~engine->view), "the device wrote through the wrong view");
	asked = asked_for_reset(trial, virtio->device);
	/*
	 * In any case before the reset: QEMU 7.2 and 10.0 take their lock for what is not there, and a reset, with the
	 * lock held, waits for the I/O thread (iothread=) that wants it.
	 */
	area.map = dma_map_at(engine->function, area.map.address, area.memory, FRAME_SIZE, DMA_DEVICE_BOTH);
	if (!asked) {
		expect(trial, view == VIEW_NONE || all_used(queue),
		       "the request was executed, used is %u, available %u, and the device does not ask for a reset",
		       virtqueue_used_index(queue), queue->available);
		virtqueue_notify(queue);
		/* What was sent while there was no buffer to be seen may be lost. */
		if (virtqueue_packed(queue) && !all_used(queue))
			engine->ops->begin(engine, DMA_DEVICE_WRITES, oracle_number(&oracle), oracle.size);
		if (trial_good(trial))
			patience_poll(&engine->patience, all_used(queue) || needs_reset(virtio->device));
		expect(trial, all_used(queue) || asked_for_reset(trial, virtio->device),
		       "mapped again, the ring is not used, and the device does not ask for a reset");
	}
	engine_stop(engine);
	oracle_release(&oracle);
	dma_area_release(&area);
	expect_recovers(trial, engine);
}

static void unmapped_descriptors(struct trial *trial)
{
	unmapped_part(trial, PART_DESCRIPTORS);
}
CONFORMANCE_TEST("virtio.error.unmapped-descriptors", unmapped_descriptors,
		 "With the descriptor table unmapped no request is executed and lost: device and ring agree, or a "
		 "reset is asked for.",
		 .scope = &scope_split_engine, .skip = needs_bus_view, .clauses = "STATUS-2 STATUS-3 ISR-2 DEF-3",
		 .judged_by = EVIDENCE);

static void unmapped_available(struct trial *trial)
{
	unmapped_part(trial, PART_AVAILABLE);
}
CONFORMANCE_TEST("virtio.error.unmapped-available", unmapped_available,
		 "With the available ring unmapped no request is executed and lost: device and ring agree, or a "
		 "reset is asked for.",
		 .scope = &scope_split_engine, .skip = needs_bus_view, .clauses = "STATUS-2 STATUS-3 ISR-2 DEF-3",
		 .judged_by = EVIDENCE);

static void unmapped_used(struct trial *trial)
{
	unmapped_part(trial, PART_USED);
}
CONFORMANCE_TEST("virtio.error.unmapped-used", unmapped_used,
		 "With the used ring unmapped no executed request is lost in silence: the device asks for a reset.",
		 .scope = &scope_split_engine, .skip = needs_bus_view, .clauses = "STATUS-2 STATUS-3 ISR-2 DEF-3",
		 .judged_by = EVIDENCE);


static void unmapped_packed_ring(struct trial *trial)
{
	unmapped_part(trial, PART_RING);
}
CONFORMANCE_TEST("virtio.error.unmapped-packed-ring", unmapped_packed_ring,
		 "With the packed ring unmapped no request is executed and lost: device and ring agree, or a reset "
		 "is asked for.",
		 .scope = &scope_packed, .skip = needs_packed_bus_view, .clauses = "STATUS-2 STATUS-3 ISR-2 DEF-3",
		 .judged_by = EVIDENCE);

static void unmapped_driver_events(struct trial *trial)
{
	unmapped_part(trial, PART_DRIVER_EVENTS);
}
CONFORMANCE_TEST("virtio.error.unmapped-driver-events", unmapped_driver_events,
		 "With the driver's event area unmapped no request is executed and lost, and a reset mends the device.",
		 .scope = &scope_packed, .skip = needs_packed_bus_view, .clauses = "STATUS-2 STATUS-3 ISR-2 DEF-3",
		 .judged_by = EVIDENCE);

static void unmapped_device_events(struct trial *trial)
{
	unmapped_part(trial, PART_DEVICE_EVENTS);
}
CONFORMANCE_TEST("virtio.error.unmapped-device-events", unmapped_device_events,
		 "With the device's event area unmapped no request is executed and lost, and a reset mends the device.",
		 .scope = &scope_packed, .skip = needs_packed_bus_view, .clauses = "STATUS-2 STATUS-3 ISR-2 DEF-3",
		 .judged_by = EVIDENCE);
