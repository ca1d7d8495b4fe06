/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.balloon: the buffer of statistics, which a balloon keeps until the host asks, when the device is reset
 * meanwhile. It is the driver's again then, and so is the ring: nothing of either may move when the host asks. The host
 * asks at once where nobody has asked it to before; that it does is judged by virtio.balloon.statistics.
 *
 * Source: VIRTIO 1.4, sections 2.4 and 5.5.6.3.
 */
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/probe/host_event.h"
#include "tests/conformance/probe/witness.h"
#include "tests/conformance/virtio/balloon/balloon.h"

VIRTIO_TYPE_SCOPE(balloon, VIRTIO_ID_BALLOON);

#define KEPT	(3 * FRAME_SIZE)

static uint8_t kept[KEPT];

/* The host takes its time, and no ring or view has to do with it. */
static bool once(const struct subject *subject)
{
	return virtio_engine_plain(virtio_engine_of(subject->engine)) && subject->engine->view != VIEW_BUS;
}

static const char *needs_statistics(const struct subject *subject)
{
	if (!(virtio_engine_of(subject->engine)->device->offered & balloon_queue_feature(BALLOON_STATS)))
		return "STATS_VQ is not offered";
	return needs_host(subject);
}

static bool interval(struct trial *trial, unsigned seconds)
{
	char place[PCI_NAME];

	return host_event(trial, NULL, "stats-interval %s %u", pci_name(trial->subject->engine->function, place),
			  seconds);
}

static size_t ring_bytes(const struct virtqueue *queue)
{
	size_t bytes = queue->area.frames * FRAME_SIZE;

	return bytes < KEPT ? bytes : KEPT;
}

static void statistics_after_reset(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	const struct virtqueue *queue = &virtio->queues[BALLOON_STATS];

	if (!balloon_begin_as(trial, &balloon_all))
		return;
	if (!expect(trial, virtio_reset(virtio->device), "the device status does not read 0 after a reset"))
		return;
	memcpy(kept, arch_pointer(queue->area.memory), ring_bytes(queue));
	if (interval(trial, 1)) {
		give_time(engine);
		expect(trial, memcmp(kept, arch_pointer(queue->area.memory), ring_bytes(queue)) == 0,
		       "the device was reset, and the ring of its statistics moves when the host asks for them");
		interval(trial, 0);
	}
	engine_stop(engine);
	/* Whatever it has kept of before, it takes a buffer as at first. */
	if (trial_good(trial) && balloon_begin_as(trial, &balloon_all))
		engine_stop(engine);
}
CONFORMANCE_TEST("virtio.balloon.statistics-after-reset", statistics_after_reset,
		 "After a reset a buffer of statistics is not used when the host asks for them.",
		 .scope = &scope_balloon, .about = once, .skip = needs_statistics, .clauses = "RESET-1 RESET-2",
		 .judged_by = EVIDENCE);
