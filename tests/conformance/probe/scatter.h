/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A run of numbers whose pages lead to frames that are scattered: in either view each page has a frame of its own, in
 * the bus view in an order that is not that of the numbers. All frames hold their pattern. What is put where, and what
 * must have become of it, is for those who use it (whole.h).
 */
#ifndef SCATTER_H
#define SCATTER_H

#include "boot/frames.h"
#include "drivers/engine/engine.h"
#include "tests/conformance/framework/test.h"

#define SCATTER_PAGES	((1u << 20) / FRAME_SIZE + 4)

struct scatter {
	struct engine *engine;
	struct decoy decoy;
	unsigned count;				/* pages of the domain's */
	uint64_t page;				/* bytes of one */
	struct dma_map maps[SCATTER_PAGES];
};

/* Bytes of a page of the engine's domain. */
uint64_t scatter_page(const struct engine *engine);

/* So many pages, SCATTER_PAGES at the most, for the engine to read and to write. False, with trial_error(): no room. */
bool scatter_make(struct trial *trial, struct scatter *scatter, struct engine *engine, unsigned count);
void scatter_release(struct scatter *scatter);

/* In which of the two views of a decoy the engine must be seen; where nothing translates there is only one. */
enum view scatter_view(const struct scatter *scatter);
/* Where a page leads in a view. */
phys_addr scatter_frame(const struct scatter *scatter, enum view view, unsigned page);

/* Fails the trial where anything in the page's frame of a view has moved: "<what> moved". */
void scatter_expect_still(struct trial *trial, const struct scatter *scatter, enum view view, unsigned page,
			  const char *what);

#endif
