/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite bench: what mapping costs. Runs only by name, under "make bench": with QEMU's -icount shift=0 an instruction
 * takes a nanosecond, so that the clock counts instructions. Lines "# bench: <name> <number> <unit>" are its result.
 */
#include "boot/frames.h"
#include "drivers/dma/dma.h"
#include "drivers/pci/pci.h"
#include "tests/conformance/bench/count.h"
#include "tests/conformance/framework/test.h"

#define PAGES	1024

static void print_cost(const char *name, uint64_t counts, uint64_t pages)
{
	bench_print(name, counts, pages, "instructions-per-page");
}

static void print_growth(const char *what, uint64_t counts, unsigned pages)
{
	char name[32];

	format(name, sizeof(name), "%s-%u-pages", what, pages);
	print_cost(name, counts, pages);
}

/* Maps need a device for its domain only; any function that is translated will do. */
static struct pci_function *any_function(struct trial *trial)
{
	for (unsigned i = 0; i < pci_count(); i++)
		if (dma_translates(pci_get(i)))
			return pci_get(i);
	trial_skip(trial, "there is no PCI function whose addresses are translated");
	return NULL;
}

static void map_batch(struct trial *trial)
{
	struct pci_function *function = any_function(trial);
	uint64_t start, mapped, unmapped;
	struct dma_map map;
	phys_addr frames;

	if (!function || !frames_take(PAGES, FRAME_SIZE, &frames))
		return;
	start = arch_clock();
	map = dma_map(function, frames, PAGES * FRAME_SIZE, DMA_DEVICE_BOTH);
	mapped = bench_counts(start);
	dma_unmap(&map);
	unmapped = bench_counts(start);
	expect_equal(trial, "status of the map", map.status, DMA_UNMAPPED);
	print_cost("map-1024-pages-at-once", mapped, PAGES);
	print_cost("unmap-1024-pages-at-once", unmapped - mapped, PAGES);
	frames_give(frames, PAGES);
}
CONFORMANCE_TEST("bench.map-batch", map_batch,
		 "Measures what it costs to map and unmap 1,024 pages at once.",
		 .judged_by = RECORD, .only_by_name = true);

/*
 * How the cost grows with the number of pages: each size mapped, its translations forgotten once more by themselves,
 * and unmapped. No device does any DMA meanwhile, so it does not matter whether there is memory where the pages lead.
 */
static void map_growth(struct trial *trial)
{
	static const unsigned sizes[] = { 1, 2, 4, 16, 64, 256, 1024, 4096, 16384, 65536 };
	struct pci_function *function = any_function(trial);

	for (unsigned i = 0; function && i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct dma_domain *domain = function->domain;
		bus_addr first = domain->windows[domain->driver->paged_window].base;
		uint64_t size = sizes[i] * FRAME_SIZE;
		uint64_t start = arch_clock(), mapped, forgotten, unmapped;
		struct dma_map map = dma_map_at(function, first, (phys_addr) { 0 }, size, DMA_DEVICE_BOTH);

		mapped = bench_counts(start);
		domain->driver->ops->invalidate(function->domain, first, size);
		forgotten = bench_counts(start);
		dma_unmap(&map);
		unmapped = bench_counts(start);
		expect_equal(trial, "status of the map", map.status, DMA_UNMAPPED);
		print_growth("map", mapped, sizes[i]);
		print_growth("invalidate", forgotten - mapped, sizes[i]);
		print_growth("unmap", unmapped - forgotten, sizes[i]);
	}
}
CONFORMANCE_TEST("bench.map-growth", map_growth,
		 "Measures how the cost of a map grows from one page to 65,536.",
		 .judged_by = RECORD, .only_by_name = true);

static void map_single(struct trial *trial)
{
	static struct dma_map maps[PAGES];
	struct pci_function *function = any_function(trial);
	uint64_t start, mapped, unmapped;
	phys_addr frames;

	if (!function || !frames_take(PAGES, FRAME_SIZE, &frames))
		return;
	start = arch_clock();
	for (unsigned i = 0; i < PAGES; i++)
		maps[i] = dma_map(function, (phys_addr) { frames.value + i * FRAME_SIZE }, FRAME_SIZE, DMA_DEVICE_BOTH);
	mapped = bench_counts(start);
	for (unsigned i = 0; i < PAGES; i++)
		dma_unmap(&maps[i]);
	unmapped = bench_counts(start);
	print_cost("map-pages-one-by-one", mapped, PAGES);
	print_cost("unmap-pages-one-by-one", unmapped - mapped, PAGES);
	expect_equal(trial, "status of the last map", maps[PAGES - 1].status, DMA_UNMAPPED);
	frames_give(frames, PAGES);
}
CONFORMANCE_TEST("bench.map-single", map_single,
		 "Measures what it costs to map and unmap 1,024 pages one by one.",
		 .judged_by = RECORD, .only_by_name = true);
