/* SPDX-License-Identifier: BSD-2-Clause */
/* Page tables in memory: see table.h. */
#include "drivers/iommu/table.h"

#include "drivers/iommu/window.h"

void table_clear(const struct dma_window *window, uint64_t index, uint64_t count)
{
	uint64_t *table = arch_pointer(window->table);

	for (uint64_t i = index; i < index + count; i++)
		table[i] = 0;
}

bool table_absent(const struct dma_window *window, uint64_t index, uint64_t count)
{
	const uint64_t *table = arch_pointer(window->table);

	for (uint64_t i = index; i < index + count; i++)
		if (table[i])
			return false;
	return true;
}

enum domain_status table_unmap(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	const struct dma_window *window = domain_paged_window(domain, start, size);
	unsigned shift = domain->driver->page_shift;

	if (!window)
		return DOMAIN_NO_APERTURE;
	table_clear(window, window_page(window, start, shift), size >> shift);
	return DOMAIN_DONE;
}
