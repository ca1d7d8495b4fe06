/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What drivers/dma knows of a domain, beside the domain's own record of its windows. For the files of this folder.
 */
#ifndef DMA_STATE_H
#define DMA_STATE_H

#include "drivers/dma/intervals.h"
#include "drivers/iommu/domain.h"

struct dma_state {
	const struct dma_domain *domain;
	uint64_t cursor;		/* bus address in the standard paged window where the search for room begins */
	bool like_memory;		/* dma_map_like_memory() */
	struct dma_window standard[DOMAIN_WINDOWS];	/* as dma_start() opened them */
	struct intervals used;		/* bus addresses that live maps in paged windows have, in whole pages */
};

/* Made at the first call for a domain. */
struct dma_state *dma_state(const struct dma_domain *domain);

/* The lowest bus address of a window for maps that may be anywhere. */
uint64_t dma_lowest(const struct dma_window *window);

#endif
