/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.view: the memory that a GPU's picture is in, whose address the device is told in a command.
 */
#include "boot/frames.h"
#include "tests/conformance/probe/judge.h"
#include "tests/conformance/probe/picture.h"
#include "tests/conformance/probe/virtio_type.h"

VIRTIO_TYPE_SCOPE(gpu, VIRTIO_ID_GPU);

/* A bus address that is no memory's physical address, for these frames: a direct one, or the last of the paged
 * window. False: every window is where memory is, too. */
static bool map_bus_only(const struct engine *engine, phys_addr frames, struct dma_map *map)
{
	const struct dma_domain *domain = engine->function->domain;
	const struct dma_window *paged;
	bus_addr last;

	if (!domain_translates(domain))
		return false;
	paged = &domain->windows[domain->driver->paged_window];
	last.value = paged->base.value + paged->size - PICTURE_BYTES;
	*map = dma_map_through(engine->function, frames, PICTURE_BYTES, DMA_DEVICE_READS, DMA_DIRECT);
	if (map->status != DMA_MAPPED)
		*map = dma_map_at(engine->function, last, frames, PICTURE_BYTES, DMA_DEVICE_READS);
	if (map->status == DMA_MAPPED && map->address.value >= frames_highest())
		return true;
	dma_unmap(map);
	return false;
}

/* A picture's worth of memory, and a bus address that leads to it in that view only. */
static bool make_backing(struct trial *trial, phys_addr *frames, struct dma_map *map)
{
	struct engine *engine = trial->subject->engine;

	if (!frames_take_between(frames_highest() / 2, frames_highest(), PICTURE_BYTES / FRAME_SIZE,
				 PICTURE_BYTES, frames)) {
		trial_error(trial, "no memory for a picture");
		return false;
	}
	if (!map_bus_only(engine, *frames, map)) {
		trial_skip(trial, "there is no window where there is no memory");
		return false;
	}
	trial_note(trial, "numbers", "bus %#llx, physical %#llx", (unsigned long long)map->address.value,
		   (unsigned long long)frames->value);
	return true;
}

/*
 * The addresses in a command are of the same view as all others. One number leads to memory in the bus view only, the
 * other in the physical view only: the device must take the one of its view. If it takes the other one as well,
 * nothing is known, because a device may put off looking.
 */
static void gpu_backing_view(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = { ENGINE_DONE, VIEW_NONE, false };
	struct dma_map map;
	phys_addr frames;
	uint32_t bus, physical;

	if (!trial_start(trial, engine) || !picture_made(trial) || !make_backing(trial, &frames, &map))
		return;
	bus = picture_attach(engine, map.address.value);
	picture_detach(engine);
	physical = picture_attach(engine, frames.value);
	picture_detach(engine);
	picture_destroy(engine);
	engine_stop(engine);
	dma_unmap(&map);
	frames_give(frames, PICTURE_BYTES / FRAME_SIZE);
	trial_note(trial, "answers", "to the bus address %#x, to the physical one %#x", bus, physical);
	sighting.view |= bus == VIRTIO_GPU_RESP_OK_NODATA ? VIEW_BUS : VIEW_NONE;
	sighting.view |= physical == VIRTIO_GPU_RESP_OK_NODATA ? VIEW_PHYSICAL : VIEW_NONE;
	if (sighting.view == VIEW_BOTH)
		trial_skip(trial, "the device takes numbers of both views, and only the host sees what it reads");
	else
		judge_view(trial, STRUCTURE_BACKING, sighting);
}
CONFORMANCE_TEST("virtio.view.gpu-backing", gpu_backing_view,
		 "Addresses within a GPU's commands are in the view that was negotiated.",
		 .scope = &scope_gpu, .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);
