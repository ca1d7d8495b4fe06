/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables in memory: 8 bytes a page, 0 where a page leads nowhere. What an entry says is the chip's; the table is
 * its window's (struct dma_window, .table).
 */
#ifndef IOMMU_TABLE_H
#define IOMMU_TABLE_H

#include "drivers/iommu/domain.h"

/* Makes count entries absent, from index (pages from the window's base). Invalidating is the caller's. */
void table_clear(const struct dma_window *window, uint64_t index, uint64_t count);
bool table_absent(const struct dma_window *window, uint64_t index, uint64_t count);

/* The operation unmap of a domain whose paged windows all have such tables. */
enum domain_status table_unmap(struct dma_domain *domain, bus_addr start, uint64_t size);

#endif
