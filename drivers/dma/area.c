/* SPDX-License-Identifier: BSD-2-Clause */
/* A driver's own memory for a device: see struct dma_area in dma.h. */
#include "drivers/dma/dma.h"

#include "boot/frames.h"
#include "boot/string.h"

uint64_t dma_alignment(const struct pci_function *device)
{
	if (!domain_translates(device->domain) || domain_page_size(device->domain) < FRAME_SIZE)
		return FRAME_SIZE;
	return domain_page_size(device->domain);
}

size_t dma_whole_frames(const struct pci_function *device, size_t frames)
{
	size_t unit = dma_alignment(device) / FRAME_SIZE;

	return (frames + unit - 1) & -unit;
}

static void clear(struct dma_area *area, size_t frames)
{
	area->frames = frames;
	memset(arch_pointer(area->memory), 0, frames * FRAME_SIZE);
}

bool dma_area_make(struct dma_area *area, struct pci_function *device, size_t frames)
{
	frames = dma_whole_frames(device, frames);
	*area = (struct dma_area) { .frames = 0 };
	if (!frames_take(frames, dma_alignment(device), &area->memory))
		return false;
	clear(area, frames);
	area->map = dma_map(device, area->memory, frames * FRAME_SIZE, DMA_DEVICE_BOTH);
	return area->map.status == DMA_MAPPED;
}

bool dma_area_make_common(struct dma_area *area, struct pci_function *device, size_t frames)
{
	struct bus_range numbers = decoy_numbers(device->domain);

	frames = dma_whole_frames(device, frames);
	*area = (struct dma_area) { .frames = 0 };
	if (!frames_take_between(numbers.first, numbers.last + 1, frames, dma_alignment(device), &area->memory))
		return false;
	clear(area, frames);
	area->map = dma_map_at(device, (bus_addr) { area->memory.value }, area->memory, frames * FRAME_SIZE,
			       DMA_DEVICE_BOTH);
	return area->map.status == DMA_MAPPED;
}

void dma_area_release(struct dma_area *area)
{
	if (area->frames == 0)
		return;
	if (area->map.device)
		dma_unmap(&area->map);
	frames_give(area->memory, area->frames);
	area->frames = 0;
}
