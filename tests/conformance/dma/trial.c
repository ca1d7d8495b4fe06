/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the suite dma have in common: see trial.h. */
#include "tests/conformance/dma/trial.h"

#include "boot/frames.h"

#define SIZE_SMALLEST	(1ull << 20)

struct dma_window trial_window(unsigned log_mib)
{
	struct dma_window window = { .kind = WINDOW_PAGED, .size = SIZE_SMALLEST << log_mib };

	window.base.value = window.size <= 1ull << 30 ? 3ull << 30 : 2ull << 30;
	return window;
}

/* A chip may have its window at the end of 4 GiB only. */
static bool open_somewhere(struct dma_domain *domain, struct dma_window *window)
{
	if (domain_open_window(domain, domain->driver->paged_window, window))
		return true;
	window->base.value = (4ull << 30) - window->size;
	return domain_open_window(domain, domain->driver->paged_window, window);
}

bool trial_open_window(struct trial *trial, struct dma_window *window)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t bytes = domain->driver->ops->table_size(window->size);

	if (bytes && !trial_take_table(trial, bytes, bytes, &window->table))
		return false;
	/* Windows may not overlap on every chip, so the others go; the engine's ring then is in this one as well. */
	for (unsigned n = 0; n < domain->driver->window_count; n++)
		if (domain->windows[n].kind != WINDOW_CLOSED)
			domain_close_window(domain, n);
	if (open_somewhere(domain, window))
		return true;
	trial_skip(trial, "the chip has no table of this size");
	return false;
}

/* By mapping that many pages, wherever they lead, and taking the map away. */
bool trial_free_pages(struct trial *trial, uint64_t pages, bus_addr *first)
{
	uint64_t page_size = domain_page_size(trial->subject->domain);
	size_t count = pages * page_size / FRAME_SIZE;
	struct dma_map map;
	phys_addr frames;

	if (!frames_take(count, page_size, &frames)) {
		trial_error(trial, "%llu frames in a row are not free", (unsigned long long)count);
		return false;
	}
	map = dma_map(trial->subject->engine->function, frames, pages * page_size, DMA_DEVICE_READS);
	if (map.status == DMA_MAPPED)
		*first = map.address;
	else
		trial_error(trial, "the window has no room for %llu pages (status %u)", (unsigned long long)pages,
			    map.status);
	dma_unmap(&map);
	frames_give(frames, count);
	return map.status == DMA_UNMAPPED;
}

uint32_t transfer_piece(const struct engine *engine)
{
	return engine->granule > 16 ? engine->granule / 2 : 8;
}
