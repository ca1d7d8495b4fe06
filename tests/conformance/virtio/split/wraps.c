/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.split: more requests than an index of a ring can count, so that each goes through 65,535 to 0: those of
 * both rings, and with EVENT_IDX those at which either side wants to hear of something. A queue begins at 0 always, so
 * nothing less does. It takes most of a second, so that only a disk is asked whose name says that it may be: the gate
 * has one in the set `packed`.
 *
 * The requests are of a type that there is not: a disk answers them at once, with a status byte, and is left alone.
 *
 * Source: VIRTIO 1.4, sections 2.7.6, 2.7.7, 2.7.8, 2.7.10 and 5.2.6.
 */
#include <linux/virtio_blk.h>

#include "boot/clock.h"
#include "boot/string.h"
#include "drivers/virtio/device/blk.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(blk, VIRTIO_ID_BLOCK);

#define NAMED		"many-requests"		/* the disk's serial begins so */
#define INDICES		0x10000u		/* that there are */
#define PIECES		2u			/* of a request: header, status */
#define BATCH_MOST	(VIRTQUEUE_IN_FRAMES / PIECES)

#define TYPE_UNKNOWN	0x7ffeu
/* In the driver's area, which it uses for nothing meanwhile. */
#define AREA_HEADER	0
#define AREA_STATUS	1024

static bool wraps_apply(const struct subject *subject)
{
	const struct virtio_mode *mode = virtio_engine_of(subject->engine)->mode;

	return !mode->legacy && mode->features == VIRTIO_EVENT_IDX;
}

/* Requests that are shown to the device together. False: there is no room, which there must be. */
static bool show(struct trial *trial, struct engine *engine, unsigned batch)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtqueue *queue = request_queue(engine);

	memset(virtio_engine_pointer(virtio, AREA_STATUS), BLK_NO_STATUS, batch);
	for (unsigned i = 0; i < batch; i++) {
		const struct virtqueue_buffer chain[PIECES] = {
			{ virtio_engine_number(virtio, AREA_HEADER), sizeof(struct virtio_blk_outhdr), false },
			{ virtio_engine_number(virtio, AREA_STATUS + i), 1, true },
		};

		if (!expect(trial, virtqueue_add(queue, chain, PIECES) >= 0, "request %u of %u finds no room", i,
			    batch))
			return false;
	}
	virtqueue_publish(queue);
	if (virtqueue_wants_notification(queue))
		virtqueue_notify(queue);
	return true;
}

/* All of them come back, each with its own status byte. */
static bool come_back(struct trial *trial, struct engine *engine, unsigned batch, unsigned before)
{
	const volatile uint8_t *status = virtio_engine_pointer(virtio_engine_of(engine), AREA_STATUS);
	struct virtqueue *queue = request_queue(engine);
	struct virtqueue_used used;

	for (unsigned i = 0; i < batch; i++) {
		enum virtqueue_answer answer = virtqueue_take(queue, &used);

		if (answer == QUEUE_EMPTY)
			poll_until((answer = virtqueue_take(queue, &used)) != QUEUE_EMPTY, ENGINE_LIMIT);
		if (!expect(trial, answer == QUEUE_USED,
			    "behind %u requests (available index %u, used index %u) the next %s", before + i,
			    queue->available, queue->used,
			    answer == QUEUE_EMPTY ? "does not come back" : "is one that was not made"))
			return false;
	}
	for (unsigned i = 0; i < batch; i++)
		if (!expect(trial, status[i] == VIRTIO_BLK_S_UNSUPP,
			    "request %u of a type that there is not has status %u, not %u", before + i, status[i],
			    VIRTIO_BLK_S_UNSUPP))
			return false;
	return true;
}

/* Interrupts are asked for at the next used buffer, whose index is beyond the last one. */
static bool interrupts(struct trial *trial, struct engine *engine, bool over)
{
	const struct virtio_device *device = virtio_engine_of(engine)->device;

	return !over || expect(trial, poll_soon(virtio_interrupt_pending(device), INTERRUPT_LATE),
			       "the used index has gone through 0, and no interrupt is pending that was asked for");
}

static void go_round(struct trial *trial, struct engine *engine)
{
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtqueue *queue = request_queue(engine);
	struct virtio_blk_outhdr *header = virtio_engine_pointer(virtio, AREA_HEADER);
	unsigned batch = queue->size / PIECES < BATCH_MOST ? queue->size / PIECES : BATCH_MOST, made = 0;

	*header = (struct virtio_blk_outhdr) { .type = cpu_to_virtio32(virtio->device, TYPE_UNKNOWN) };
	while (made < INDICES + 2 * batch) {
		bool over = (uint16_t)(queue->available + batch) < batch;

		if (over) {
			settle_interrupts(engine);
			virtqueue_interrupts(queue, true);
		}
		if (!show(trial, engine, batch) || !come_back(trial, engine, batch, made) ||
		    !interrupts(trial, engine, over))
			return;
		made += batch;
	}
	trial_record(trial, "%u requests, %u at once", made, batch);
}

static void wraps(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	char serial[BLK_SERIAL];

	virtio_engine_of(engine)->plan = (struct virtio_plan) { .queue_size = VIRTQUEUE_IN_FRAMES };
	if (!trial_start(trial, engine))
		return;
	if (blk_serial(engine, serial) == ENGINE_DONE && strncmp(serial, NAMED, sizeof(NAMED) - 1) == 0)
		go_round(trial, engine);
	else
		trial_skip(trial, "no time for %u requests: add serial=" NAMED " to the disk", INDICES);
	engine_stop(engine);
}
CONFORMANCE_TEST("virtio.split.indices-wrap", wraps,
		 "Requests, doorbells and interrupts go on when each 16-bit index of a split ring goes through 0.",
		 .scope = &scope_blk, .about = wraps_apply, .clauses = "DEF-8", .judged_by = EVIDENCE);
