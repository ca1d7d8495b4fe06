/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of DMA maps begin with: a bridge of software whose page tables have a cache that is never coherent. It
 * sees an entry only when the range is invalidated, so that who compares cache and table after each step sees an
 * invalidation that is missing, that comes too early, or that is too small.
 */
#ifndef DMA_CASE_H
#define DMA_CASE_H

#include "boot/frames.h"
#include "drivers/iommu/window.h"
#include "drivers/dma/dma.h"
#include "drivers/iommu/table.h"
#include "tests/unit/host/host.h"

#define MIB		(1ull << 20)
#define GIB		(1ull << 30)
#define CASE_BASE	0x40000000ull		/* of the paged window */
#define CASE_PAGES	64
#define CASE_SHIFT	13			/* pages are of FRAME_SIZE bytes */
#define CASE_ISA_BASE	0x00800000ull		/* of another one, below FRAMES_BY_ADDRESS_END */
#define CASE_ISA_PAGES	1024
#define CASE_LARGEST	4096			/* pages of any window here */
#define CASE_MONSTER	(1ull << 40)
#define CASE_MEMORY	FRAMES_BY_ADDRESS_END
#define CASE_WINDOWS	5

/* How often the bridge was asked for something. */
extern unsigned case_opens, case_closes, case_quiets, case_invalidations, case_settings;
extern unsigned case_refuse_window;		/* opening the window of this number fails */
extern unsigned case_refuse_page;		/* counts down: at 0 the IOMMU does not answer */
extern bool case_refuse_unmap;
extern const struct dma_window case_windows[CASE_WINDOWS];
extern struct dma_domain *case_domain;
extern struct pci_function case_device;

/* Functions of cmocka: memory and the bridge; and dma_start() on it. */
int case_setup(void **state);
int case_start(void **state);
/* The same in parts: a bridge by name, with the device behind it, and memory. */
void case_attach(const char *compatible);
void case_add_memory(uint64_t size);

/* Of a window: its table, and how many bytes one of that size has. */
const uint64_t *case_table(unsigned number);
uint64_t case_table_size(uint64_t size);
unsigned case_entries_present(void);		/* in the paged window */
/* The bridge knows what is in the tables. */
void case_expect_coherent(void);

/* dma_map() for both directions, dma_map_at() and dma_unmap(), and coherent behind it. */
struct dma_map case_map(uint64_t memory, uint64_t size);
struct dma_map case_map_at(uint64_t address, uint64_t memory, uint64_t size);
void case_unmap(struct dma_map *made);

#endif
