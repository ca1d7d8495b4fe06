/* SPDX-License-Identifier: BSD-2-Clause */
/* Scattered pages: see scatter.h. */
#include "tests/conformance/probe/scatter.h"

#include "tests/conformance/probe/oracle.h"

uint64_t scatter_page(const struct engine *engine)
{
	return dma_whole_frames(engine->function, 1) * FRAME_SIZE;
}

/* Page n is in the last bus frame but n: no two follow each other. */
phys_addr scatter_frame(const struct scatter *scatter, enum view view, unsigned page)
{
	unsigned at = scatter->count - 1 - page;

	if (view == VIEW_BUS && !scatter->decoy.identity)
		return (phys_addr) { scatter->decoy.bus_frame.value + at * scatter->page };
	return (phys_addr) { scatter->decoy.physical_frame.value + page * scatter->page };
}

enum view scatter_view(const struct scatter *scatter)
{
	return scatter->engine->view == VIEW_BUS ? VIEW_BUS : VIEW_PHYSICAL;
}

static bool map_pages(struct trial *trial, struct scatter *scatter)
{
	for (unsigned i = 0; i < scatter->count; i++) {
		bus_addr number = { scatter->decoy.number + i * scatter->page };

		scatter->maps[i] = dma_map_at(scatter->engine->function, number, scatter_frame(scatter, VIEW_BUS, i),
					      scatter->page, DMA_DEVICE_BOTH);
		if (scatter->maps[i].status == DMA_MAPPED)
			continue;
		trial_error(trial, "page %u of the buffer cannot be mapped", i);
		return false;
	}
	return true;
}

bool scatter_make(struct trial *trial, struct scatter *scatter, struct engine *engine, unsigned count)
{
	*scatter = (struct scatter) { .engine = engine, .count = count, .page = scatter_page(engine) };
	if (count > SCATTER_PAGES) {
		trial_error(trial, "no room for a decoy of %u pages", count);
		return false;
	}
	if (!oracle_decoy(trial, engine, count * scatter->page / FRAME_SIZE, DMA_DEVICE_BOTH, &scatter->decoy))
		return false;
	if (scatter->decoy.identity)
		return true;
	/* Its one map leads to frames in the order of the numbers. */
	dma_unmap(&scatter->decoy.map);
	return map_pages(trial, scatter);
}

void scatter_release(struct scatter *scatter)
{
	for (unsigned i = 0; !scatter->decoy.identity && i < scatter->count; i++)
		dma_unmap(&scatter->maps[i]);
	decoy_release(&scatter->decoy);
}

void scatter_expect_still(struct trial *trial, const struct scatter *scatter, enum view view, unsigned page,
			  const char *what)
{
	struct frames_stray stray;

	if (!frames_intact(scatter_frame(scatter, view, page), scatter->page, &stray))
		trial_fail(trial, "%s moved, at %#llx (page %u of %u)", what, (unsigned long long)stray.first.value,
			   page, scatter->count);
}
