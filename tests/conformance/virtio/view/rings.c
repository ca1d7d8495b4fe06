/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.view, the parts of rings: in which view does a device access each of them? See probe/forgery.h for
 * how it is told; events are in events.c.
 */
#include "tests/conformance/probe/judge.h"
#include "tests/conformance/probe/forgery.h"

/* In which view the device uses a part of the ring when it serves a request, by what look sees of it afterwards. Forge
 * makes the copy of a part that it reads; NULL: it is one that it writes. */
static void judge_part(struct trial *trial, enum virtqueue_part part, enum structure structure,
		       void (*forge)(struct virtqueue *queue, void *context),
		       enum view (*look)(const struct forgery *forgery))
{
	static struct forgery forgery;
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { .view = VIEW_NONE };

	if (!forgery_make(trial, &forgery, part, forge) || !trial_start(trial, engine))
		return;
	sighting.result = transfer_to_true_target(trial, &forgery);
	sighting.view = look(&forgery);
	judge_view(trial, structure, sighting);
	engine_stop(engine);
	forgery_release(&forgery);
}

static void descriptors(struct trial *trial)
{
	judge_part(trial, PART_DESCRIPTORS, STRUCTURE_DESCRIPTORS, forge_descriptors, forgery_filled);
}
CONFORMANCE_TEST("virtio.view.descriptors", descriptors,
		 "The descriptor table is read in the view that was negotiated.",
		 .scope = &scope_split_rings, .skip = needs_writes, .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);

/* The forged ring names a second chain, which stands in the same table. */
static const char *needs_second_chain(const struct subject *subject)
{
	const struct virtio_engine *virtio = virtio_engine_of(subject->engine);
	unsigned entries = virtio->mode->layout == LAYOUT_DIRECT ? virtio->driver->chain : 1;

	if (virtio->device->transport->queue_size(virtio->device, virtio->driver->request_queue) < 2 * entries)
		return "its queue has no room for two requests: give it a larger queue-size";
	return needs_writes(subject);
}

static void available(struct trial *trial)
{
	judge_part(trial, PART_AVAILABLE, STRUCTURE_AVAILABLE, forge_available, forgery_filled);
}
CONFORMANCE_TEST("virtio.view.available", available,
		 "The available ring is read in the view that was negotiated.",
		 .scope = &scope_split_rings, .skip = needs_second_chain, .clauses = "DEF-1 DEF-3",
		 .judged_by = EVIDENCE);

/* The ring is written as well: in no frame but the right one. */
static void packed_ring(struct trial *trial)
{
	judge_part(trial, PART_RING, STRUCTURE_RING, forge_ring, forgery_filled);
}
CONFORMANCE_TEST("virtio.view.packed-ring", packed_ring,
		 "The packed ring is read and written in the view that was negotiated.",
		 .scope = &scope_packed_rings, .skip = needs_writes, .clauses = "DEF-1 DEF-3 DEF-12",
		 .judged_by = EVIDENCE);

static void indirect(struct trial *trial)
{
	judge_part(trial, PART_INDIRECT, STRUCTURE_INDIRECT, forge_tables, forgery_filled);
}
CONFORMANCE_TEST("virtio.view.indirect", indirect,
		 "Indirect tables are read in the view that was negotiated.",
		 .scope = &scope_indirect_rings, .skip = needs_writes, .clauses = "DEF-1 DEF-3 DEF-10 DEF-20",
		 .judged_by = EVIDENCE);

/* The used ring is written: the frame in which the index has moved tells. */
static void used(struct trial *trial)
{
	judge_part(trial, PART_USED, STRUCTURE_USED, NULL, forgery_written);
}
CONFORMANCE_TEST("virtio.view.used", used,
		 "The used ring is written in the view that was negotiated.",
		 .scope = &scope_split_rings, .skip = needs_writes, .clauses = "DEF-1 DEF-3 DEF-8",
		 .judged_by = EVIDENCE);
