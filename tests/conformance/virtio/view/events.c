/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.view, the event suppression structures of packed rings: the driver's is read by the device, the device's
 * written. See probe/forgery.h.
 */
#include "boot/clock.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/probe/judge.h"
#include "tests/conformance/probe/forgery.h"
#include "tests/conformance/probe/virtio_trial.h"

static void forge_driver_events(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;

	virtqueue_interrupts(queue, !forgery->interrupts);
	forgery_copy(forgery);
	virtqueue_interrupts(queue, forgery->interrupts);
}

/* Values that no device writes; a driver takes the flags for a wish to be notified. */
#define EVENTS_UNWRITTEN	0x5a5a0003u

static void mark_unwritten(const struct virtio_device *device, struct vring_packed_desc_event *events)
{
	events->off_wrap = cpu_to_virtio16(device, EVENTS_UNWRITTEN >> 16);
	events->flags = cpu_to_virtio16(device, EVENTS_UNWRITTEN & 0xffff);
}

/* The forged copy is marked by itself: the device may write the right one at any time, at DRIVER_OK for instance. */
static void prepare_device_events(struct virtqueue *queue, void *context)
{
	struct forgery *forgery = context;

	mark_unwritten(queue->device, virtqueue_device_events(queue));
	forgery_copy(forgery);
	mark_unwritten(queue->device, arch_pointer(forgery->forged));
}

/* Does an interrupt come for a request, when the right frame asks for one or asks for none? */
#define INTERRUPT_UNWANTED	MILLISECONDS(1)

static void quiet_other_queues(struct virtio_engine *virtio)
{
	for (unsigned i = 0; i < VIRTIO_ENGINE_QUEUES; i++)
		if (virtio->queues_started >> i & 1 && &virtio->queues[i] != virtio_engine_requests(virtio))
			virtqueue_interrupts(&virtio->queues[i], false);
}

static enum engine_result interrupt_after(struct trial *trial, struct forgery *forgery, bool wanted, bool *came)
{
	struct virtio_device *device = forgery->virtio->device;
	enum engine_result result;

	forgery->interrupts = wanted;
	/* One frame for both views is not forged (forgery.h). */
	if (forgery->decoy.identity)
		virtqueue_interrupts(virtio_engine_requests(forgery->virtio), wanted);
	virtio_isr(device);
	result = transfer_to_true_target(trial, forgery);
	*came = poll_until(virtio_isr(device) & 1, wanted ? INTERRUPT_LATE : INTERRUPT_UNWANTED);
	return result;
}

/*
 * The driver's event suppression is read: whether the device interrupts tells which frame it has read. Two requests,
 * because an interrupt that always comes, or never, tells nothing; first the one that must not, since an interrupt may
 * come twice.
 */
static void driver_events(struct trial *trial)
{
	static struct forgery forgery;
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { .view = VIEW_NONE };
	bool with = false, without = false;

	if (!forgery_make(trial, &forgery, PART_DRIVER_EVENTS, forge_driver_events) || !trial_start(trial, engine))
		return;
	quiet_other_queues(forgery.virtio);
	settle_interrupts(engine);
	sighting.result = interrupt_after(trial, &forgery, false, &without);
	if (sighting.result == ENGINE_DONE)
		sighting.result = interrupt_after(trial, &forgery, true, &with);
	trial_note(trial, "interrupts", "%s when asked for, %s when not", with ? "came" : "none",
		   without ? "came" : "none");
	if (with != without)
		sighting.view = with ? engine->view : view_opposite(engine->view);
	judge_view(trial, STRUCTURE_DRIVER_EVENTS, sighting);
	engine_stop(engine);
	forgery_release(&forgery);
}
CONFORMANCE_TEST("virtio.view.driver-events", driver_events,
		 "The driver's event area is read in the view that was negotiated.",
		 .scope = &scope_packed_rings, .skip = needs_writes, .clauses = "DEF-1 DEF-3 DEF-22 DEF-23",
		 .judged_by = EVIDENCE);

static bool events_written(const struct virtio_device *device, phys_addr frame)
{
	const volatile struct vring_packed_desc_event *events = arch_pointer(frame);

	return virtio16_to_cpu(device, events->off_wrap) != EVENTS_UNWRITTEN >> 16 ||
	       virtio16_to_cpu(device, events->flags) != (EVENTS_UNWRITTEN & 0xffff);
}

/* The device's event suppression is written, if the device cares: the frame that has changed tells. */
static void device_events(struct trial *trial)
{
	static struct forgery forgery;
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { .view = VIEW_NONE };

	if (!forgery_make(trial, &forgery, PART_DEVICE_EVENTS, prepare_device_events) || !trial_start(trial, engine))
		return;
	sighting.result = transfer_to_true_target(trial, &forgery);
	if (events_written(forgery.virtio->device, forgery.right))
		sighting.view |= engine->view;
	if (events_written(forgery.virtio->device, forgery.forged))
		sighting.view |= view_opposite(engine->view);
	if (sighting.view == VIEW_NONE && sighting.result == ENGINE_DONE) {
		matrix_unused(engine, STRUCTURE_DEVICE_EVENTS);
		trial_skip(trial, "the device does not write its event suppression structure, which it may leave");
	} else {
		judge_view(trial, STRUCTURE_DEVICE_EVENTS, sighting);
	}
	engine_stop(engine);
	forgery_release(&forgery);
}
CONFORMANCE_TEST("virtio.view.device-events", device_events,
		 "The device's event area is written, if at all, in the view that was negotiated.",
		 .scope = &scope_packed_rings, .skip = needs_writes, .clauses = "DEF-1 DEF-3 PACKED-11",
		 .judged_by = EVIDENCE);
