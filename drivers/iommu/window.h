/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arithmetic of windows, with no registers and no state: which addresses one claims, where they lead, which
 * windows are legal. Ends are computed so that a window may end at the last address there is.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include "drivers/iommu/domain.h"

/* Is the whole of size bytes from address in the window? Nothing is in a closed one; no window contains 0 bytes. */
bool window_contains(const struct dma_window *window, bus_addr address, uint64_t size);
bool window_overlaps(const struct dma_window *a, const struct dma_window *b);
/* A power of two, at least smallest, with base (and a direct window's target) a multiple of it, not past the end. */
bool window_legal(const struct dma_window *window, uint64_t smallest);
/* DIRECT, MONSTER: the bus address that leads to size bytes of memory; false when the window does not reach them
 * all. */
bool window_bus_address(const struct dma_window *window, phys_addr memory, uint64_t size, bus_addr *address);
/* DIRECT, MONSTER: where a bus address leads; the address must be in the window. */
phys_addr window_target(const struct dma_window *window, bus_addr address);
/* PAGED: index of the page with this address, where a page has 1 << shift bytes. */
uint64_t window_page(const struct dma_window *window, bus_addr address, unsigned shift);
/* The number of such pages that size bytes from address touch. */
uint64_t window_pages_touched(uint64_t address, uint64_t size, unsigned shift);

#endif
