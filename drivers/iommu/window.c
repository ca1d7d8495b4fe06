/*
 * The arithmetic of DMA windows: see window.h. Everything is compared by distance from the base, so that no end has
 * to be computed that might not fit in 64 bits.
 */
#include "drivers/iommu/window.h"

#include "boot/frames.h"

bool window_contains(const struct dma_window *window, bus_addr address, uint64_t size)
{
	uint64_t offset = address.value - window->base.value;

	if (window->kind == WINDOW_CLOSED || size == 0 || address.value < window->base.value)
		return false;
	return offset < window->size && size <= window->size - offset;
}

bool window_overlaps(const struct dma_window *a, const struct dma_window *b)
{
	if (a->kind == WINDOW_CLOSED || b->kind == WINDOW_CLOSED)
		return false;
	if (a->base.value <= b->base.value)
		return b->base.value - a->base.value < a->size;
	return a->base.value - b->base.value < b->size;
}

bool window_legal(const struct dma_window *window)
{
	uint64_t inside = window->size - 1;

	if (window->kind == WINDOW_CLOSED || window->size < FRAME_SIZE || (window->size & inside) != 0)
		return false;
	if (window->base.value & inside)
		return false;
	return window->kind == WINDOW_PAGED || (window->target.value & inside) == 0;
}

bool window_bus_address(const struct dma_window *window, phys_addr memory, uint64_t size, bus_addr *address)
{
	uint64_t offset = memory.value - window->target.value;

	if (window->kind != WINDOW_DIRECT && window->kind != WINDOW_MONSTER)
		return false;
	if (size == 0 || memory.value < window->target.value || offset >= window->size || size > window->size - offset)
		return false;
	address->value = window->base.value + offset;
	return true;
}

phys_addr window_target(const struct dma_window *window, bus_addr address)
{
	return (phys_addr) { window->target.value + (address.value - window->base.value) };
}

uint64_t window_page(const struct dma_window *window, bus_addr address)
{
	return (address.value - window->base.value) / FRAME_SIZE;
}

uint64_t window_pages_touched(uint64_t address, uint64_t size)
{
	if (size == 0)
		return 0;
	return (address % FRAME_SIZE + size - 1) / FRAME_SIZE + 1;
}

struct bus_range decoy_numbers(const struct dma_domain *domain)
{
	const struct dma_window *window = &domain->windows[domain->driver->decoy_window];
	struct bus_range numbers = { window->base.value, window->base.value + window->size - 1 };

	if (numbers.first < FRAMES_BY_ADDRESS_END / 2)
		numbers.first = FRAMES_BY_ADDRESS_END / 2;
	if (numbers.last >= FRAMES_BY_ADDRESS_END)
		numbers.last = FRAMES_BY_ADDRESS_END - 1;
	return numbers;
}
