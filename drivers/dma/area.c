/* A driver's own memory for a device: see struct dma_area in dma.h. */
#include "drivers/dma/dma.h"

#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/iommu/window.h"

bool dma_area_make(struct dma_area *area, struct pci_function *device, size_t frames)
{
	*area = (struct dma_area) { .frames = 0 };
	if (!frames_take(frames, FRAME_SIZE, &area->memory))
		return false;
	area->frames = frames;
	memset(arch_pointer(area->memory), 0, frames * FRAME_SIZE);
	area->map = dma_map(device, area->memory, frames * FRAME_SIZE, DMA_DEVICE_BOTH);
	return area->map.status == DMA_MAPPED;
}

bool dma_area_make_common(struct dma_area *area, struct pci_function *device, size_t frames)
{
	struct bus_range numbers = decoy_numbers(device->domain);

	*area = (struct dma_area) { .frames = 0 };
	if (!frames_take_between(numbers.first, numbers.last + 1, frames, FRAME_SIZE, &area->memory))
		return false;
	area->frames = frames;
	memset(arch_pointer(area->memory), 0, frames * FRAME_SIZE);
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
