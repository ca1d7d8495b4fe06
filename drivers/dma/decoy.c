/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decoys: see dma.h. The physical frame is chosen first, among the numbers that a paged window of the domain covers;
 * its number is then mapped, as a bus address, to frames elsewhere. A window that covers no memory chooses the number.
 */
#include "drivers/dma/dma.h"

#include "boot/frames.h"
#include "drivers/iommu/window.h"

#define NO_NUMBERS	((struct bus_range) { .first = 1, .last = 0 })
#define KEPT		(8ull << 20)	/* bytes of memory that are kept by address */

static struct bus_range kept_numbers(void)
{
	struct memory_range kept = frames_by_address();

	return (struct bus_range) { kept.start.value, kept.start.value + (kept.size - 1) };
}

/* The part of these numbers that the window has. */
static struct bus_range common(const struct dma_window *window, struct bus_range numbers)
{
	uint64_t last = window->base.value + (window->size - 1);

	if (window->kind != WINDOW_PAGED)
		return NO_NUMBERS;
	if (numbers.first < window->base.value)
		numbers.first = window->base.value;
	if (numbers.last > last)
		numbers.last = last;
	return numbers.first <= numbers.last ? numbers : NO_NUMBERS;
}

struct bus_range decoy_numbers(const struct dma_domain *domain)
{
	struct bus_range most = NO_NUMBERS;

	if (!domain_translates(domain))
		return kept_numbers();
	for (unsigned n = 0; n < domain->driver->window_count; n++) {
		struct bus_range found = common(&domain->windows[n], kept_numbers());

		if (found.last - found.first + 1 > most.last - most.first + 1)
			most = found;
	}
	return most;
}

static bool would_cover(const struct domain_driver *driver, phys_addr start)
{
	for (unsigned n = 0; n < driver->window_count; n++)
		if (driver->windows[n].kind == WINDOW_PAGED &&
		    window_contains(&driver->windows[n], (bus_addr) { start.value }, KEPT))
			return true;
	return false;
}

/* How many domains have these numbers on their bus; all that translate, where start is NULL. */
static unsigned count_covering(const phys_addr *start)
{
	unsigned count = 0;

	for (unsigned i = 0; domain_get(i); i++)
		count += domain_translates(domain_get(i)) && (!start || would_cover(domain_get(i)->driver, *start));
	return count;
}

/* The lowest memory that so many domains cover. */
static bool choose_covered(unsigned least)
{
	for (uint64_t start = KEPT; start < frames_highest(); start += KEPT) {
		struct memory_range numbers = { { start }, KEPT };

		if (!frames_contain(numbers.start, KEPT) || count_covering(&numbers.start) < least)
			continue;
		frames_keep_by_address(numbers);
		return true;
	}
	return false;
}

void dma_choose_numbers(void)
{
	unsigned least = count_covering(NULL);

	while (!choose_covered(least) && least > 0)
		least--;
}

/* One number, one frame: the two views cannot be told apart, whatever is done. */
static bool make_identity(struct decoy *decoy, struct pci_function *device, enum dma_direction permission)
{
	decoy->bus_frame = decoy->physical_frame;
	decoy->number = decoy->physical_frame.value;
	decoy->map = dma_map(device, decoy->physical_frame, decoy->frames * FRAME_SIZE, permission);
	return true;
}

static bool map_decoy(struct decoy *decoy, struct pci_function *device, enum dma_direction permission)
{
	uint64_t size = decoy->frames * FRAME_SIZE;

	if (decoy->bus_alone)
		decoy->map = dma_map(device, decoy->bus_frame, size, permission);
	else
		decoy->map = dma_map_at(device, (bus_addr) { decoy->physical_frame.value }, decoy->bus_frame, size,
					permission);
	decoy->number = decoy->bus_alone ? decoy->map.address.value : decoy->physical_frame.value;
	return decoy->map.status == DMA_MAPPED;
}

static bool take_physical_frame(struct decoy *decoy, const struct bus_range *numbers, uint64_t alignment)
{
	if (decoy->bus_alone)
		return frames_take(decoy->frames, alignment, &decoy->physical_frame);
	return frames_take_between(numbers->first, numbers->last + 1, decoy->frames, alignment,
				   &decoy->physical_frame);
}

bool decoy_make(struct decoy *decoy, struct pci_function *device, size_t frames, enum dma_direction permission)
{
	struct bus_range numbers = decoy_numbers(device->domain);
	uint64_t alignment = dma_alignment(device);

	decoy->frames = dma_whole_frames(device, frames);
	decoy->identity = !domain_translates(device->domain);
	decoy->bus_alone = numbers.first > numbers.last;
	if (!take_physical_frame(decoy, &numbers, alignment))
		return false;
	if (decoy->identity)
		return make_identity(decoy, device, permission);
	if (!frames_take(decoy->frames, alignment, &decoy->bus_frame)) {
		frames_give(decoy->physical_frame, decoy->frames);
		return false;
	}
	if (map_decoy(decoy, device, permission))
		return true;
	decoy_release(decoy);
	return false;
}

void decoy_release(struct decoy *decoy)
{
	dma_unmap(&decoy->map);
	frames_give(decoy->physical_frame, decoy->frames);
	if (!decoy->identity)
		frames_give(decoy->bus_frame, decoy->frames);
}
