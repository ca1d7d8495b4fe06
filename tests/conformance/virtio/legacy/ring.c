/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.legacy: rings of devices that are driven without VERSION_1: their place, their byte order, and that
 * their addresses are physical. What is judged for engines of all modes, legacy ones among them, is in suites
 * virtio.view and virtio.refuse.
 *
 * Source: VIRTIO 1.4, the legacy interface parts of sections 2.7, 3.1 and 4.1; section 6.
 */
#include <linux/virtio_ids.h>

#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/virtio_type.h"
#include "tests/conformance/probe/witness.h"

static bool is_legacy(const struct engine *engine)
{
	return virtio_is_legacy(virtio_engine_of(engine)->device);
}

static bool is_plain(const struct engine *engine)
{
	return virtio_engine_of(engine)->mode->features == 0;
}

/* One mode of each interface is enough here: the split ring as it is without any feature. */
static bool on_legacy(const struct subject *subject)
{
	return does_dma(subject) && is_legacy(subject->engine) && is_plain(subject->engine);
}

static bool on_modern(const struct subject *subject)
{
	return does_dma(subject) && !is_legacy(subject->engine) && is_plain(subject->engine);
}

/* Where nothing translates that cannot be told from the other view. */
static bool is_physical(enum view view)
{
	return view == VIEW_PHYSICAL || view == VIEW_IDENTITY;
}

/*
 * As witnesses tell, where some devices are known never to answer: a limit would cost all of it each time. A witness
 * may be quicker than this device is, so that there are several.
 */
#define WITNESSES	4u

static struct sighting write_witnessed(struct trial *trial, struct engine *engine, const struct oracle *oracle)
{
	struct sighting sighting = oracle_device_writes(trial, engine, oracle, WITNESSED);

	for (unsigned i = 1; i < WITNESSES && sighting.result == ENGINE_SILENT; i++) {
		sighting.result = finish_within(engine, WITNESSED, NULL);
		sighting.view = oracle_look(trial, oracle);
	}
	return sighting;
}

static void expect_physical_write(struct trial *trial, struct engine *engine, const struct oracle *oracle,
				  uint64_t limit)
{
	struct sighting sighting = limit == WITNESSED ? write_witnessed(trial, engine, oracle) :
				   oracle_device_writes(trial, engine, oracle, limit);

	expect(trial, is_physical(sighting.view) && sighting.result == ENGINE_DONE,
	       "a request was seen in view %s and must be in view physical (%s)", view_name(sighting.view),
	       engine_result_name(sighting.result));
}

/*
 * A ring that begins at an odd multiple of 4096: the device must find it by a number in units of 4096 bytes, whatever a
 * page is, and its used ring at the next multiple of 4096 behind the available ring. Between them nothing may move.
 */
static void ring_at_4096(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	const struct virtqueue *queue = &virtio->queues[virtio->driver->request_queue];
	uint64_t offsets[VIRTQUEUE_PARTS];
	uint16_t size = virtio->device->transport->queue_size(virtio->device, virtio->driver->request_queue);
	size_t frames = (VIRTIO_LEGACY_ALIGN + virtio_legacy_layout(size, offsets)) / FRAME_SIZE + 2;
	struct oracle oracle;
	phys_addr memory;
	const uint8_t *gap;

	if (!frames_take(frames, FRAME_SIZE, &memory)) {
		trial_error(trial, "no memory for a ring");
		return;
	}
	memset(arch_pointer(memory), 0, frames * FRAME_SIZE);
	memory.value += VIRTIO_LEGACY_ALIGN;
	virtio->plan = (struct virtio_plan) { .places[PART_DESCRIPTORS] = { memory, memory.value } };
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	expect_physical_write(trial, engine, &oracle, ENGINE_LIMIT);
	expect(trial, virtqueue_used_index(queue) != 0, "the used index behind offset %#llx has not moved",
	       (unsigned long long)offsets[PART_USED]);
	gap = (const uint8_t *)arch_pointer(memory) + offsets[PART_AVAILABLE] + sizeof(uint16_t) * (size + 3u);
	for (; gap < (const uint8_t *)virtqueue_used_ring(queue); gap++)
		if (!expect(trial, *gap == 0, "the padding before the used ring has moved"))
			break;
	engine_stop(engine);
	oracle_release(&oracle);
	memory.value -= VIRTIO_LEGACY_ALIGN;
	frames_give(memory, frames);
}
CONFORMANCE_TEST("virtio.legacy.ring-at-4096", ring_at_4096,
		 "A legacy ring is found by a number in units of 4,096 bytes, whatever a page is, and laid out by it.",
		 .scope = &scope_virtio_engine, .about = on_legacy, .skip = needs_writes,
		 .clauses = "LEGRING-1 LEGRING-2 DEF-31 DEF-30", .judged_by = EVIDENCE);

/* What start() leaves out with anything else, and some types need before their first request. */
static bool get_ready(struct engine *engine)
{
	const struct virtio_driver *driver = virtio_engine_of(engine)->driver;

	return !driver->ready || driver->ready(engine);
}

/* Drivers of old used a device before they set DRIVER_OK; one that is driven so must bear it. */
static void before_driver_ok(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;

	/* What a driver finds out once, such as the address of the network's gateway, is known from then on. */
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	expect_physical_write(trial, engine, &oracle, ENGINE_LIMIT);
	engine_stop(engine);
	oracle_release(&oracle);

	virtio_engine_of(engine)->plan = (struct virtio_plan) { .omit = OMIT_DRIVER_OK };
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	if (!get_ready(engine))
		trial_fail(trial, "the device does not get ready: %s", engine->fault);
	expect_physical_write(trial, engine, &oracle, WITNESSED);
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("virtio.legacy.before-driver-ok", before_driver_ok,
		 "A device driven the legacy way bears a driver that uses it before DRIVER_OK.",
		 .scope = &scope_virtio_engine, .about = on_legacy, .skip = needs_writes, .clauses = "LEG-5",
		 .judged_by = EVIDENCE);

/* The engine of the same function through its modern interface. */
static struct engine *modern_twin(const struct engine *engine)
{
	for (unsigned i = 0; i < engine_count(); i++) {
		struct engine *other = engine_get(i);

		if (other->function == engine->function && virtio_engine_of(other) && !is_legacy(other) &&
		    is_plain(other))
			return other;
	}
	return NULL;
}

static const char *needs_twin(const struct subject *subject)
{
	if (!modern_twin(subject->engine))
		return "a legacy device: it cannot be driven the modern way";
	return needs_writes(subject);
}

/*
 * One device driven one way after the other, with a reset between: each way works, and nothing of the other is left. A
 * legacy driver cannot say anything of bits 32 to 63, which count as declined though a modern driver had accepted them
 * before: VERSION_1 would show in the byte order of rings, and in the length of the network's header.
 */
static void both_ways(struct trial *trial)
{
	struct engine *ways[] = { trial->subject->engine, modern_twin(trial->subject->engine), trial->subject->engine };

	for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]) && trial_good(trial); i++) {
		struct oracle oracle;

		if (!trial_start(trial, ways[i]) || !oracle_make(trial, ways[i], DMA_DEVICE_BOTH, &oracle))
			return;
		expect_physical_write(trial, ways[i], &oracle, ENGINE_LIMIT);
		engine_stop(ways[i]);
		oracle_release(&oracle);
	}
}
CONFORMANCE_TEST("virtio.legacy.both-ways", both_ways,
		 "A device driven the legacy way, the modern way and the legacy way again works each time.",
		 .scope = &scope_virtio_engine, .about = on_legacy, .skip = needs_twin,
		 .clauses = "LEG-1 LEG-3 PCILEG-4", .judged_by = EVIDENCE);

static bool on_legacy_disk(const struct subject *subject)
{
	return on_legacy(subject) && virtio_engine_of(subject->engine)->device->type == VIRTIO_ID_BLOCK;
}

/* The capacity in the guest's byte order is the true one. */
static void capacity(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;

	if (!trial_start(trial, engine))
		return;
	expect_end_of_disk(trial, engine);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.legacy.capacity", capacity,
		 "The capacity in the guest's byte order is where the disk ends.",
		 .scope = &scope_virtio_engine, .about = on_legacy_disk, .skip = needs_writes,
		 .clauses = "BLK-1 BLKLEG-4", .judged_by = EVIDENCE);

/*
 * VERSION_1 declined on a modern interface, and bit 33 with it. The device may refuse (RSVD-2). If it goes on, it is
 * driven as a legacy device: rings in the guest's byte order, physical addresses. Rings and headers are where both
 * views find them, so that the buffer alone tells the view.
 */
static void version_1_declined(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct oracle oracle;
	struct sighting sighting;

	virtio->plan = (struct virtio_plan) { .omit = OMIT_VERSION_1, .common_areas = true };
	if (!start_declined(trial, engine)) {
		engine_stop(engine);
		expect_recovers(trial, engine);
		return;
	}
	if (!oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle))
		return;
	get_ready(engine);
	sighting = oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT);
	expect(trial, !(sighting.view & VIEW_BUS),
	       "VERSION_1 and bit 33 were declined, and yet the host bridge translated");
	expect(trial, is_physical(sighting.view) || engine->view == VIEW_BUS,
	       "VERSION_1 was declined and FEATURES_OK stuck, but the device does not work (%s)",
	       engine_result_name(sighting.result));
	if (trial_good(trial))
		trial_record(trial, "FEATURES_OK stuck; the device then %s", is_physical(sighting.view) ?
			     "worked with physical addresses, rings in the guest's byte order" : "did not work");
	if (trial_good(trial) && sighting.view == VIEW_IDENTITY && virtio_engine_mode(virtio)->access_platform)
		trial_skip(trial, "it works, and nothing translates addresses here that could tell by which");
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("virtio.legacy.version-1-declined", version_1_declined,
		 "A modern device driven without VERSION_1 refuses, or works as a legacy one by physical addresses.",
		 .scope = &scope_virtio_engine, .about = on_modern, .skip = needs_writes,
		 .clauses = "RSVD-2 LEG-1 LEG-3 DEF-1", .judged_by = EVIDENCE);
