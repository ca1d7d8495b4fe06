/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arithmetic of DMA windows: see window.h. Everything is compared by distance from the base, so that no end has
 * to be computed that might not fit in 64 bits.
 */
#include "drivers/iommu/window.h"

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

bool window_legal(const struct dma_window *window, uint64_t smallest)
{
	uint64_t inside = window->size - 1;

	if (window->kind == WINDOW_CLOSED || window->size < smallest || (window->size & inside) != 0)
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

uint64_t window_page(const struct dma_window *window, bus_addr address, unsigned shift)
{
	return (address.value - window->base.value) >> shift;
}

uint64_t window_pages_touched(uint64_t address, uint64_t size, unsigned shift)
{
	if (size == 0)
		return 0;
	return (((address & ((1ull << shift) - 1)) + size - 1) >> shift) + 1;
}
