/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See dma_case.h.
 */
#include "tests/unit/dma_case.h"

#include <string.h>

#include "tests/unit/memory_case.h"

unsigned case_opens, case_closes, case_quiets, case_invalidations, case_settings;
unsigned case_refuse_window, case_refuse_page;
bool case_refuse_unmap;
struct dma_domain *case_domain;
struct pci_function case_device;

static uint64_t cache[CASE_WINDOWS][CASE_LARGEST];

static void quiet(struct dma_domain *domain)
{
	(void)domain;
	case_quiets++;
	assert_int_equal(case_opens, 0);
}

static bool open_window(struct dma_domain *domain, unsigned number, const struct dma_window *window)
{
	(void)domain;
	case_opens++;
	memset(cache[number], 0, sizeof(cache[number]));
	if (window->kind == WINDOW_PAGED)
		memcpy(cache[number], arch_pointer(window->table), window->size / FRAME_SIZE * 8);
	return number != case_refuse_window;
}

static void close_window(struct dma_domain *domain, unsigned number)
{
	(void)domain;
	(void)number;
	case_closes++;
}

/* An entry is its address, with the permission in the bits below a page. */
static enum domain_status map(struct dma_domain *domain, bus_addr start, uint64_t size, phys_addr memory,
			      enum dma_direction permission)
{
	const struct dma_window *window = domain_paged_window(domain, start, size);
	uint64_t *entry;

	case_settings++;
	assert_non_null(window);
	assert_true(start.value % FRAME_SIZE == 0 && size % FRAME_SIZE == 0 && memory.value % FRAME_SIZE == 0);
	entry = (uint64_t *)arch_pointer(window->table) + window_page(window, start, CASE_SHIFT);
	for (uint64_t i = 0; i < size / FRAME_SIZE; i++) {
		if (case_refuse_page-- == 0)
			return DOMAIN_SILENT;
		entry[i] = (memory.value + i * FRAME_SIZE) | permission;
	}
	return DOMAIN_DONE;
}

static enum domain_status unmap(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	return case_refuse_unmap ? DOMAIN_REFUSED : table_unmap(domain, start, size);
}

static enum domain_status invalidate(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	case_invalidations++;
	for (unsigned n = 0; n < CASE_WINDOWS; n++) {
		const struct dma_window *window = &domain->windows[n];
		const uint64_t *table;
		uint64_t first;

		if (window->kind != WINDOW_PAGED || !window_contains(window, start, size))
			continue;
		table = arch_pointer(window->table);
		first = window_page(window, start, CASE_SHIFT);
		for (uint64_t i = first; i < first + window_pages_touched(start.value, size, CASE_SHIFT); i++)
			cache[n][i] = table[i];
	}
	return DOMAIN_DONE;
}

uint64_t case_table_size(uint64_t size)
{
	return size / FRAME_SIZE * 8;
}

static const struct domain_ops ops = {
	.quiet = quiet, .open_window = open_window, .close_window = close_window, .map = map, .unmap = unmap,
	.invalidate = invalidate, .table_size = case_table_size,
};

const struct dma_window case_windows[CASE_WINDOWS] = {
	{ WINDOW_PAGED, { CASE_ISA_BASE }, CASE_ISA_PAGES * FRAME_SIZE, { 0 }, { 0 } },
	{ WINDOW_PAGED, { CASE_BASE }, CASE_PAGES * FRAME_SIZE, { 0 }, { 0 } },
	{ WINDOW_DIRECT, { 0x80000000 }, GIB, { 0 }, { 0 } },
	{ WINDOW_CLOSED, { 0 }, 0, { 0 }, { 0 } },
	{ WINDOW_MONSTER, { CASE_MONSTER }, 1ull << 35, { 0 }, { 0 } },
};

static const struct domain_driver recording = {
	.compatible = "recording", .ops = &ops, .page_shift = CASE_SHIFT,
	.window_count = CASE_WINDOWS, .windows = case_windows,
	.paged_window = 1, .unclaimed = { 0x20000000 },
};
DOMAIN_DRIVER(recording);

static const struct host_bridge_driver recording_host = { .compatible = "recording" };
HOST_DRIVER(recording_host);

void case_attach(const char *compatible)
{
	host_platform.node_count = 1;
	host_platform.nodes[0] = (struct platform_node) {
		.compatible = compatible, .registers = { { { GIB << 12 }, 0 } },
	};
	assert_int_equal(host_attach(&host_platform, NULL), 1);
	domain_attach();
	case_domain = domain_get(0);
	case_device = (struct pci_function) { .host = host_get(0), .domain = case_domain };
}

void case_add_memory(uint64_t size)
{
	memory_case_add(CASE_MEMORY, size);
}

int case_setup(void **state)
{
	host_setup(state);
	case_add_memory(2 * MIB);
	case_opens = case_closes = case_quiets = case_invalidations = case_settings = 0;
	case_refuse_window = case_refuse_page = ~0u;
	case_refuse_unmap = false;
	memset(cache, 0xff, sizeof(cache));
	case_attach("recording");
	return 0;
}

int case_start(void **state)
{
	case_setup(state);
	assert_true(dma_start(case_domain));
	memset((uint64_t *)arch_pointer(case_domain->windows[1].table) + CASE_PAGES, 0, FRAME_SIZE - CASE_PAGES * 8);
	case_opens = 0;
	return 0;
}

const uint64_t *case_table(unsigned number)
{
	return arch_pointer(case_domain->windows[number].table);
}

void case_expect_coherent(void)
{
	for (unsigned n = 0; n < CASE_WINDOWS; n++)
		if (case_domain->windows[n].kind == WINDOW_PAGED)
			assert_memory_equal(cache[n], case_table(n), case_domain->windows[n].size / FRAME_SIZE * 8);
}

unsigned case_entries_present(void)
{
	unsigned present = 0;

	for (unsigned i = 0; i < CASE_PAGES; i++)
		present += case_table(1)[i] != 0;
	return present;
}

struct dma_map case_map(uint64_t memory, uint64_t size)
{
	struct dma_map made = dma_map(&case_device, (phys_addr) { memory }, size, DMA_DEVICE_BOTH);

	case_expect_coherent();
	return made;
}

struct dma_map case_map_at(uint64_t address, uint64_t memory, uint64_t size)
{
	struct dma_map made = dma_map_at(&case_device, (bus_addr) { address }, (phys_addr) { memory }, size,
					 DMA_DEVICE_BOTH);

	case_expect_coherent();
	return made;
}

void case_unmap(struct dma_map *made)
{
	dma_unmap(made);
	case_expect_coherent();
}
