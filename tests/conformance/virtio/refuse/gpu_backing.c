/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.refuse: a GPU's picture in memory that is not, or no longer, within the device's reach.
 */
#include "boot/frames.h"
#include "tests/conformance/probe/oracle.h"
#include "tests/conformance/probe/picture.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(gpu, VIRTIO_ID_GPU);

static const char *needs_plain_bus_view(const struct subject *subject)
{
	if (!virtio_engine_plain(virtio_engine_of(subject->engine)))
		return "judged in the plain mode: the ring has no part in it";
	return needs_bus_view(subject);
}

/* Is a backing that leads nowhere refused, when it is told or when it is used? */
static void expect_refused(struct trial *trial, uint64_t number, const char *why)
{
	struct engine *engine = trial->subject->engine;
	uint32_t attached = picture_attach(engine, number);
	uint32_t used = attached == VIRTIO_GPU_RESP_OK_NODATA ? picture_show(engine) : 0;

	expect(trial, attached != VIRTIO_GPU_RESP_OK_NODATA || used != VIRTIO_GPU_RESP_OK_NODATA,
	       "backing pages at %#llx are taken and used: %s", (unsigned long long)number, why);
	trial_note(trial, "answers", "%s: RESOURCE_ATTACH_BACKING %#x, then %#x", why, attached, used);
	picture_detach(engine);
}

/* A resource, and a picture's worth of memory behind page table entries. */
static bool start_with_pages(struct trial *trial, struct decoy *decoy)
{
	struct engine *engine = trial->subject->engine;

	if (!trial_start(trial, engine))
		return false;
	if (!oracle_decoy(trial, engine, PICTURE_BYTES / FRAME_SIZE, DMA_DEVICE_READS, decoy))
		return false;
	return picture_made(trial);
}

static void end_with_pages(struct trial *trial, struct decoy *decoy)
{
	engine_stop(trial->subject->engine);
	decoy_release(decoy);
	expect_recovers(trial, trial->subject->engine);
}

/* Backing pages that no window claims, and pages that were mapped and used, and are no longer mapped. */
static void gpu_backing_unmapped(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct decoy decoy;

	if (!start_with_pages(trial, &decoy))
		return;
	expect_refused(trial, engine->function->domain->driver->unclaimed.value, "no window claims them");
	expect_equal(trial, "answer to RESOURCE_ATTACH_BACKING", picture_attach(engine, decoy.number),
		     VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to a transfer from pages that are mapped", picture_show(engine),
		     VIRTIO_GPU_RESP_OK_NODATA);
	expect_equal(trial, "answer to RESOURCE_DETACH_BACKING", picture_detach(engine), VIRTIO_GPU_RESP_OK_NODATA);
	dma_unmap(&decoy.map);
	expect_refused(trial, decoy.number, "they are not mapped any more");
	end_with_pages(trial, &decoy);
}
CONFORMANCE_TEST("virtio.refuse.gpu-backing", gpu_backing_unmapped,
		 "A GPU refuses backing pages that no window claims, or that are no longer mapped.",
		 .scope = &scope_gpu, .skip = needs_plain_bus_view, .clauses = "DEF-3", .judged_by = FUNCTIONAL);

/* The mapping is revoked while the pages are attached. What the device then reads is seen by the host alone. */
static void gpu_backing_revoked(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct decoy decoy;

	if (!start_with_pages(trial, &decoy))
		return;
	expect_equal(trial, "answer to RESOURCE_ATTACH_BACKING", picture_attach(engine, decoy.number),
		     VIRTIO_GPU_RESP_OK_NODATA);
	dma_unmap(&decoy.map);
	trial_record(trial, "a transfer from pages whose mapping was revoked is answered with %#x",
		     picture_show(engine));
	end_with_pages(trial, &decoy);
}
CONFORMANCE_TEST("virtio.refuse.gpu-backing-revoked", gpu_backing_revoked,
		 "Records what a GPU answers when the mapping of attached pages is revoked; nothing else moves.",
		 .scope = &scope_gpu, .skip = needs_plain_bus_view, .judged_by = RECORD);
