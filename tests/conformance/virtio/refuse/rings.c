/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.refuse: rings that are taken away part by part, and those left behind by a reset of the device or of the
 * queue.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/probe/parts.h"

static const char *part_name(const struct virtio_engine *virtio, unsigned part)
{
	static const char *const split[] = { "descriptor table", "available ring", "used ring", "indirect tables" };
	static const char *const packed[] = { "ring", "driver's events", "device's events", "indirect tables" };

	return (virtio->mode->features & VIRTIO_RING_PACKED ? packed : split)[part];
}

/* Is a part all that says where a buffer is? Without it there is nothing that a device could write. */
static bool leads_to_buffers(unsigned part)
{
	return part == PART_DESCRIPTORS || part == PART_INDIRECT;
}

/*
 * Without an available ring there is: a device that takes what it cannot read for zeroes carries out the chain at
 * descriptor 0 (QEMU does, 65535 times), and that is memory it was given. So nothing is to be seen here when what only
 * the driver writes is not mapped; virtio.error.unmapped-available and -driver-events see what the device makes of it.
 */
static bool tells_something(unsigned part)
{
	return leads_to_buffers(part) || part == PART_USED;
}

/* A part that is not mapped: nothing that the device does reaches its frame. */
static void without_part(struct trial *trial, unsigned part)
{
	static struct parts parts;
	static uint8_t before[FRAME_SIZE];
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct oracle oracle;
	struct sighting sighting;
	uint16_t used;

	if (!parts_begin(trial, &parts, &oracle))
		return;
	oracle_renew(&oracle);
	dma_unmap(&parts.areas[part].map);
	used = virtqueue_used_index(virtio_engine_requests(virtio));
	memcpy(before, arch_pointer(parts.areas[part].memory), FRAME_SIZE);
	sighting = oracle_device_writes(trial, engine, &oracle, patience_grace(&engine->patience));
	if (leads_to_buffers(part))
		expect(trial, sighting.view == VIEW_NONE,
		       "the %s is not mapped, and yet a buffer was written, in view %s", part_name(virtio, part),
		       view_name(sighting.view));
	if (part == PART_USED)
		expect(trial, memcmp(before, arch_pointer(parts.areas[part].memory), FRAME_SIZE) == 0,
		       "the %s is not mapped, and yet the device wrote it", part_name(virtio, part));
	if (part == PART_RING)
		expect_equal(trial, "the used position in a ring that is not mapped",
			     virtqueue_used_index(virtio_engine_requests(virtio)), used);
	engine_stop(engine);
	parts_release(&parts);
	oracle_release(&oracle);
}

/*
 * Each part begins with a request that must work, and so shows that the device has come back from the one before. What
 * a ring with indirect tables has more than the plain one is the tables.
 */
static void unmapped_rings(struct trial *trial)
{
	const struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);
	bool indirect = virtio->mode->features & VIRTIO_INDIRECT_DESC;
	unsigned end = indirect ? VIRTQUEUE_PLACES : VIRTQUEUE_PARTS;

	for (unsigned part = indirect ? PART_INDIRECT : 0; part < end && trial_good(trial); part++) {
		if (!tells_something(part))
			continue;
		if (part == PART_INDIRECT && hangs_when_disabled(trial->subject))
			trial_record(trial, "not without indirect tables: %s", hangs_when_disabled(trial->subject));
		else
			without_part(trial, part);
	}
	if (trial_good(trial))
		expect_recovers(trial, trial->subject->engine);
}
CONFORMANCE_TEST("virtio.refuse.unmapped-ring", unmapped_rings,
		 "With any part of its rings unmapped the device moves nothing, and recovers.",
		 .scope = &scope_virtio_queue, .about = on_each_layout, .skip = needs_bus_view, .clauses = "DEF-3",
		 .judged_by = EVIDENCE);

static const char *needs_parts(const struct subject *subject)
{
	if (virtio_engine_of(subject->engine)->device->transport->one_area)
		return "the parts of a legacy ring cannot be placed one by one";
	return needs_writes(subject);
}

static const char *needs_parts_and_reset(const struct subject *subject)
{
	const char *reason = needs_ring_reset(subject);

	return reason ? reason : needs_parts(subject);
}

/*
 * A request stands in the old rings, unannounced, and they stay mapped. After the reset the device works in rings
 * elsewhere, of another size; the old request must stay undone and the old rings untouched.
 */
static void left_behind(struct trial *trial, bool (*reset)(struct engine *engine))
{
	static struct parts parts;
	static uint8_t before[VIRTQUEUE_PLACES][FRAME_SIZE];
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct frames_stray stray;
	struct dma_area trap;
	struct oracle oracle;

	if (!parts_begin(trial, &parts, &oracle) || !dma_area_make(&trap, engine->function, 1))
		return;
	virtio->plan.omit |= OMIT_DOORBELL;
	if (!engine->ops->begin(engine, DMA_DEVICE_WRITES, virtio_address(virtio->device, &trap.map, 0),
				transfer_size(engine)))
		trial_error(trial, "the old request cannot be made: %s", engine->fault);
	virtio->plan.omit &= ~OMIT_DOORBELL;
	if (!reset(engine)) {
		trial_fail(trial, "the reset fails: %s", engine->fault);
		return;
	}
	/* Before the reset the device was free to do it. */
	frames_fill(trap.memory, FRAME_SIZE);
	for (unsigned i = 0; i < parts.count; i++)
		memcpy(before[i], arch_pointer(parts.areas[i].memory), FRAME_SIZE);
	parts_work(trial, &oracle, "in rings elsewhere, after the reset,");
	engine_stop(engine);
	expect(trial, frames_intact(trap.memory, FRAME_SIZE, &stray),
	       "after the reset a request of the old ring was done");
	for (unsigned i = 0; i < parts.count; i++)
		expect(trial, memcmp(before[i], arch_pointer(parts.areas[i].memory), FRAME_SIZE) == 0,
		       "after the reset the old %s was written", part_name(virtio, i));
	parts_release(&parts);
	dma_area_release(&trap);
	oracle_release(&oracle);
}

/* The engine's next start puts its rings elsewhere, in areas of its own. */
static bool reset_device(struct engine *engine)
{
	engine_stop(engine);
	return engine_start(engine);
}

static void old_rings_of_device(struct trial *trial)
{
	left_behind(trial, reset_device);
}
CONFORMANCE_TEST("virtio.refuse.old-rings-after-reset", old_rings_of_device,
		 "After a reset the rings that were left behind lead to nothing, although they are still mapped.",
		 .scope = &scope_virtio_queue, .about = on_each_layout, .skip = needs_parts,
		 .clauses = "RESET-1 RESET-2", .judged_by = EVIDENCE);

#define OTHER_SIZE	8

static bool reset_queue(struct engine *engine)
{
	struct virtio_engine *virtio = engine->state;
	struct virtqueue *queue = virtio_engine_requests(virtio);

	if (!virtqueue_reset(queue))
		return false;
	virtqueue_stop(queue);
	virtio->plan = (struct virtio_plan) { .queue_size = OTHER_SIZE };
	return virtio_engine_queue(engine, virtio->driver->request_queue, OTHER_SIZE);
}

static void old_rings_of_queue(struct trial *trial)
{
	left_behind(trial, reset_queue);
}
CONFORMANCE_TEST("virtio.refuse.old-rings-after-queue-reset", old_rings_of_queue,
		 "After a queue's reset the ring that was left behind leads to nothing, although it is still mapped.",
		 .scope = &scope_virtio_queue, .about = on_each_layout, .skip = needs_parts_and_reset,
		 .clauses = "QRST-1 QRST-2 QRST-3", .judged_by = EVIDENCE);
