/*
 * Decoys: see dma.h. The physical frame is chosen first, among the numbers that the decoy window covers; its number is
 * then mapped, as a bus address, to frames elsewhere.
 */
#include "drivers/dma/dma.h"

#include "boot/frames.h"
#include "drivers/iommu/window.h"

bool decoy_make(struct decoy *decoy, struct pci_function *device, size_t frames, enum dma_direction permission)
{
	struct bus_range numbers = decoy_numbers(device->domain);

	if (!frames_take_between(numbers.first, numbers.last + 1, frames, FRAME_SIZE, &decoy->physical_frame))
		return false;
	if (!frames_take(frames, FRAME_SIZE, &decoy->bus_frame)) {
		frames_give(decoy->physical_frame, frames);
		return false;
	}
	decoy->number = decoy->physical_frame.value;
	decoy->frames = frames;
	decoy->map =
		dma_map_at(device, (bus_addr) { decoy->number }, decoy->bus_frame, frames * FRAME_SIZE, permission);
	if (decoy->map.status == DMA_MAPPED)
		return true;
	decoy_release(decoy);
	return false;
}

void decoy_release(struct decoy *decoy)
{
	dma_unmap(&decoy->map);
	frames_give(decoy->physical_frame, decoy->frames);
	frames_give(decoy->bus_frame, decoy->frames);
}
