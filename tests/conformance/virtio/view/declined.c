/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.view, bit 33 offered and declined, with VERSION_1 and without it: the device may refuse (RSVD-2,
 * RSVD-4). If it goes on, each of its accesses is physical, or there is none.
 *
 * As nobody knows beforehand which view a part of the ring has, all but the one that is looked at are where either
 * view finds them, and so are the driver's buffers. See probe/forgery.h.
 */
#include <linux/virtio_ids.h>

#include "boot/clock.h"
#include "tests/conformance/framework/matrix.h"
#include "tests/conformance/probe/forgery.h"
#include "tests/conformance/probe/virtio_trial.h"

/* The structures of a plain split ring. */
static const struct {
	enum structure structure;
	enum virtqueue_part part;
	void (*forge)(struct virtqueue *queue, void *context);
	const char *name;
} structures[] = {
	{ STRUCTURE_DESCRIPTORS, PART_DESCRIPTORS, forge_descriptors, "descriptor table" },
	{ STRUCTURE_AVAILABLE, PART_AVAILABLE, forge_available, "available ring" },
	{ STRUCTURE_USED, PART_USED, NULL, "used ring" },
	{ STRUCTURE_BUFFER_WRITE, VIRTQUEUE_PLACES, NULL, "buffer that is written" },
	{ STRUCTURE_BUFFER_READ, VIRTQUEUE_PLACES, NULL, "buffer that is read" },
};
#define STRUCTURES_JUDGED	(sizeof(structures) / sizeof(structures[0]))

static bool offers(unsigned number, const struct conformance_scope *scope)
{
	const struct engine *engine = engine_get(number);

	(void)scope;
	return virtio_engine_of(engine) && virtio_engine_plain(virtio_engine_of(engine)) && engine->view == VIEW_BUS;
}

/* The row becomes the variant. */
static void name_variant(struct subject *subject)
{
	char where[PCI_NAME];

	subject->number = subject->number ? DECLINED_VERSION_1 : DECLINED;
	format(subject->name, SUBJECT_NAME, "%s@%s/%s", subject->engine->kind, pci_name(subject->function, where),
	       matrix_variant_name(subject->number));
}

static const struct conformance_scope scope_declined = {
	.of = &scope_engine, .only = offers, .rows = 2, .complete = name_variant,
	.words = "each virtio device that offers bit 33, with and without VERSION_1",
};

/*
 * Some drivers make requests before they are ready, which go wrong where the device reads a forged available ring or
 * writes a used ring that the driver does not look at. A disk's was made when it was first used.
 */
static bool can_be_judged(const struct subject *subject, unsigned number)
{
	const struct virtio_driver *driver = virtio_engine_of(subject->engine)->driver;
	enum structure structure = structures[number].structure;

	if (structure == STRUCTURE_BUFFER_READ)
		return !needs_reads(subject);
	if (structure == STRUCTURE_AVAILABLE || structure == STRUCTURE_USED)
		return !driver->ready || driver->type == VIRTIO_ID_BLOCK;
	return true;
}

/* The device's answer, for whatever the driver sees of it: the used index in either frame. */
static enum engine_result write_used(const struct forgery *forgery, struct engine *engine)
{
	if (!engine->ops->begin(engine, DMA_DEVICE_WRITES, forgery->true_target.number, transfer_size(engine)))
		return ENGINE_FAILED;
	return patience_poll(&engine->patience, forgery_written(forgery) != VIEW_NONE) ? ENGINE_DONE : ENGINE_SILENT;
}

static struct sighting look_at(struct trial *trial, enum structure structure, const struct forgery *forgery)
{
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { ENGINE_FAILED, VIEW_NONE, false };
	struct oracle oracle;

	if (structure == STRUCTURE_USED) {
		sighting.result = write_used(forgery, engine);
		sighting.view = forgery_written(forgery);
		return sighting;
	}
	if (structure != STRUCTURE_BUFFER_WRITE && structure != STRUCTURE_BUFFER_READ) {
		sighting.result = transfer_to_true_target(trial, forgery);
		sighting.view = forgery_filled(forgery);
		return sighting;
	}
	if (!oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle))
		return sighting;
	sighting = structure == STRUCTURE_BUFFER_WRITE ? oracle_device_writes(trial, engine, &oracle, ENGINE_LIMIT) :
							 oracle_device_reads(trial, engine, &oracle, ENGINE_LIMIT);
	oracle_release(&oracle);
	return sighting;
}

static void judge_structure(struct trial *trial, unsigned number, const struct forgery *forgery)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_driver *driver = virtio_engine_of(engine)->driver;
	struct sighting sighting;

	if (driver->ready)
		driver->ready(engine);
	sighting = look_at(trial, structures[number].structure, forgery);
	matrix_record_variant(engine, trial->subject->number, structures[number].structure, sighting.view);
	expect(trial, !(sighting.view & VIEW_BUS),
	       "bit 33 was declined, and yet the host bridge translated: %s, view %s",
	       structures[number].name, view_name(sighting.view));
}

/* False: the device refuses; there is no more to look at. */
static bool start(struct trial *trial, enum structure structure)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);

	virtio->plan.omit = OMIT_ACCESS_PLATFORM | (trial->subject->number == DECLINED_VERSION_1 ? OMIT_VERSION_1 : 0);
	if (start_declined(trial, engine))
		return true;
	matrix_refused(engine, trial->subject->number, structure);
	return false;
}

static bool judge(struct trial *trial, unsigned number)
{
	static struct forgery forgery;
	struct engine *engine = trial->subject->engine;
	bool started;

	if (!forgery_make_everywhere(trial, &forgery, structures[number].part, structures[number].forge))
		return false;
	started = start(trial, structures[number].structure);
	if (started)
		judge_structure(trial, number, &forgery);
	engine_stop(engine);
	forgery_release(&forgery);
	return started;
}

static void declined(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;

	for (unsigned i = 0; i < STRUCTURES_JUDGED; i++)
		if (can_be_judged(trial->subject, i) && !judge(trial, i) && trial->verdict != VERDICT_PASS)
			return;
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.view.declined", declined,
		 "With bit 33 declined, each structure is accessed at physical addresses, or the device refuses.",
		 .scope = &scope_declined, .skip = needs_writes, .clauses = "RSVD-2 RSVD-4 DEF-1",
		 .judged_by = EVIDENCE);
