/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the suite dma have in common: windows of their own, and room in a window. */
#ifndef DMA_TRIAL_H
#define DMA_TRIAL_H

#include "tests/conformance/probe/engine_trial.h"

/* A paged window of 1 MiB << log_mib, up to 2 GiB: at 3 GiB, and what does not fit there at 2 GiB. Without a table. */
struct dma_window trial_window(unsigned log_mib);

/*
 * Opens it as the bridge's paged window, with a table of its own that is empty, and closes all others: an engine that
 * is started now has its rings in it. No engine may run. False when the trial is over: skipped if the chip has no such
 * window. The runner restores the standard windows.
 */
bool trial_open_window(struct trial *trial, struct dma_window *window);

/* Looks for a row of free pages of the domain in the paged window, for dma_map_at(). False, with trial_error(): there
 * is none. */
bool trial_free_pages(struct trial *trial, uint64_t pages, bus_addr *first);

/*
 * The smallest piece of a transfer of which it is sure that some of it is written: half the granule, at least 8 bytes.
 * A transfer may begin at every multiple of it in a page.
 */
uint32_t transfer_piece(const struct engine *engine);

#endif
