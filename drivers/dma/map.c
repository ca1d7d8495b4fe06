/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DMA maps over the windows of a domain: see dma.h. Which bus addresses are in use is known here (intervals.h), and
 * not looked up in a page table, which not every domain has where we can read it. New maps go to the pages after the
 * last one, so that a bus address rests for as long as possible before it is used again and a stale use of it is seen.
 */
#include "drivers/dma/dma.h"

#include "drivers/dma/state.h"
#include "drivers/iommu/window.h"

/* One that a test has opened has a table of its own, or where there are none, another place. */
static bool is_standard(const struct dma_window *window, const struct dma_state *state)
{
	const struct dma_window *standard = &state->standard[state->domain->driver->paged_window];

	return window->table.value == standard->table.value && window->base.value == standard->base.value &&
	       window->size == standard->size;
}

static uint64_t last_of(const struct dma_window *window)
{
	return window->base.value + (window->size - 1);
}

/* Room for size bytes in the paged window, from the cursor on and once round; in a test's own from its beginning, so
 * that its end stays free. */
static bool find_room(const struct dma_window *window, struct dma_state *state, uint64_t size, uint64_t *start)
{
	uint64_t page = domain_page_size(state->domain);
	bool standard = is_standard(window, state);
	struct bus_range all = { dma_lowest(window), last_of(window) };
	struct bus_range rest = all;

	if (standard && state->cursor > all.first)
		rest.first = state->cursor;
	if (!intervals_find(&state->used, rest, size, page, start) &&
	    !intervals_find(&state->used, all, size, page, start))
		return false;
	if (standard)
		state->cursor = *start + size;
	return true;
}

/* The addresses that are those of the memory, modulo the window's size: dma_map_like_memory(). */
static bool find_alike(const struct dma_window *window, struct dma_state *state, phys_addr page, uint64_t size,
		       uint64_t *start)
{
	uint64_t offset = page.value % window->size;

	*start = window->base.value + offset;
	return size != 0 && size <= window->size - offset &&
	       intervals_free(&state->used, (struct bus_range) { *start, *start + (size - 1) });
}

static bool range_good(phys_addr memory, uint64_t size)
{
	return size != 0 && memory.value + size - 1 >= memory.value;
}

static uint64_t offset_in_page(const struct dma_domain *domain, uint64_t address)
{
	return address & (domain_page_size(domain) - 1);
}

/* Bytes of the pages that the map touches; 0 where they are 2^64. */
static uint64_t bytes_of_pages(const struct dma_map *map)
{
	unsigned shift = map->device->domain->driver->page_shift;

	return window_pages_touched(map->memory.value, map->size, shift) << shift;
}

static uint64_t bytes_of(const struct bus_range *range)
{
	return range->last - range->first + 1;
}

/* After each change of its pages, if it was done: no older translation is used any more. */
static enum domain_status settle(const struct dma_map *map, enum domain_status status)
{
	struct dma_domain *domain = map->device->domain;

	return status == DOMAIN_DONE ? domain->driver->ops->invalidate(domain, map->address, map->size) : status;
}

static enum domain_status write_pages(const struct dma_map *map)
{
	struct dma_domain *domain = map->device->domain;
	bus_addr start = { map->pages.first };
	phys_addr page = { map->memory.value - offset_in_page(domain, map->memory.value) };
	const struct domain_ops *ops = domain->driver->ops;

	return settle(map, ops->map(domain, start, bytes_of(&map->pages), page, map->direction));
}

static enum domain_status take_pages_away(const struct dma_map *map)
{
	struct dma_domain *domain = map->device->domain;
	bus_addr start = { map->pages.first };

	return settle(map, domain->driver->ops->unmap(domain, start, bytes_of(&map->pages)));
}

/* Puts the map at this page of the window that it names. */
static void map_pages(struct dma_map *map, uint64_t start, uint64_t size)
{
	struct dma_domain *domain = map->device->domain;
	struct intervals *used = &dma_state(domain)->used;

	map->table = domain->windows[map->window].table;
	map->address.value = start + offset_in_page(domain, map->memory.value);
	map->pages = (struct bus_range) { start, start + (size - 1) };
	map->status = DMA_NO_SPACE;
	if (!intervals_take(used, map->pages))
		return;
	map->refusal = write_pages(map);
	map->status = map->refusal == DOMAIN_DONE ? DMA_MAPPED : DMA_REFUSED;
	/* Some of the pages may lead there all the same; their addresses are used again only when they do not. */
	if (map->status == DMA_REFUSED && take_pages_away(map) == DOMAIN_DONE)
		intervals_give(used, map->pages);
}

static void map_anywhere(struct dma_map *map)
{
	struct dma_domain *domain = map->device->domain;
	struct dma_state *state = dma_state(domain);
	uint64_t size = bytes_of_pages(map);
	const struct dma_window *window;
	phys_addr page = { map->memory.value - offset_in_page(domain, map->memory.value) };
	uint64_t start;

	map->window = domain->driver->paged_window;
	window = &domain->windows[map->window];
	if (window->kind != WINDOW_PAGED)
		return;
	map->status = DMA_NO_SPACE;
	if (state->like_memory ? find_alike(window, state, page, size, &start) :
	    find_room(window, state, size, &start))
		map_pages(map, start, size);
}

static void map_through_kind(struct dma_map *map, enum window_kind kind)
{
	struct dma_domain *domain = map->device->domain;

	for (unsigned n = 0; n < domain->driver->window_count; n++)
		if (domain->windows[n].kind == kind &&
		    window_bus_address(&domain->windows[n], map->memory, map->size, &map->address)) {
			map->window = n;
			map->status = DMA_MAPPED;
			return;
		}
}

static struct dma_map new_map(struct pci_function *device, phys_addr memory, uint64_t size,
			      enum dma_direction direction, enum dma_placement placement)
{
	return (struct dma_map) {
		.device = device, .memory = memory, .size = size, .direction = direction, .placement = placement,
		.pages = { .first = 1, .last = 0 },
		.status = range_good(memory, size) ? DMA_UNMAPPED : DMA_BAD_RANGE,
	};
}

/* Nothing translates: the one address there is, for whoever wants any. */
static void map_as_it_is(struct dma_map *map)
{
	map->address.value = map->memory.value;
	map->status = DMA_MAPPED;
}

struct dma_map dma_map_through(struct pci_function *device, phys_addr memory, uint64_t size,
			       enum dma_direction direction, enum dma_placement placement)
{
	struct dma_map map = new_map(device, memory, size, direction, placement);

	if (map.status == DMA_BAD_RANGE)
		return map;
	map.status = DMA_NO_WINDOW;
	if (!domain_translates(device->domain) && placement == DMA_ANYWHERE)
		map_as_it_is(&map);
	else if (!domain_translates(device->domain))
		return map;
	else if (placement == DMA_ANYWHERE)
		map_anywhere(&map);
	else if (placement == DMA_DIRECT)
		map_through_kind(&map, WINDOW_DIRECT);
	else if (placement == DMA_MONSTER)
		map_through_kind(&map, WINDOW_MONSTER);
	return map;
}

struct dma_map dma_map(struct pci_function *device, phys_addr memory, uint64_t size, enum dma_direction direction)
{
	return dma_map_through(device, memory, size, direction, DMA_ANYWHERE);
}

struct dma_map dma_map_at(struct pci_function *device, bus_addr address, phys_addr memory, uint64_t size,
			  enum dma_direction direction)
{
	struct dma_map map = new_map(device, memory, size, direction, DMA_AT);
	struct dma_domain *domain = device->domain;
	const struct dma_window *window;

	if (map.status == DMA_BAD_RANGE)
		return map;
	map.status = DMA_NO_WINDOW;
	if (!domain_translates(domain)) {
		if (address.value == memory.value)
			map_as_it_is(&map);
		return map;
	}
	window = domain_paged_window(domain, address, size);
	if (!window || offset_in_page(domain, address.value) != offset_in_page(domain, memory.value))
		return map;
	map.window = window - domain->windows;
	map_pages(&map, address.value - offset_in_page(domain, address.value), bytes_of_pages(&map));
	return map;
}

static bool is_paged(const struct dma_map *map)
{
	return map->pages.first <= map->pages.last;
}

struct dma_map dma_map_number(struct pci_function *device, uint64_t number, phys_addr memory, uint64_t size,
			      enum dma_direction direction)
{
	return dma_map_at(device, (bus_addr) { number }, memory, size, direction);
}

enum domain_status dma_forget(struct dma_domain *domain, uint64_t number, uint64_t size)
{
	return domain->driver->ops->invalidate(domain, (bus_addr) { number }, size);
}

void dma_unmap(struct dma_map *map)
{
	const struct dma_window *window;

	if (map->status != DMA_MAPPED)
		return;
	map->status = DMA_UNMAPPED;
	if (!is_paged(map))
		return;
	/* The window may be closed or elsewhere by now. The map then stays live, and dma_unmap_all() finds its
	 * pages. */
	window = &map->device->domain->windows[map->window];
	if (window->kind != WINDOW_PAGED || window->table.value != map->table.value ||
	    !window_contains(window, map->address, map->size))
		return;
	map->refusal = take_pages_away(map);
	if (map->refusal == DOMAIN_DONE)
		intervals_give(&dma_state(map->device->domain)->used, map->pages);
	else
		map->status = DMA_REFUSED;
}

/* In one step, where the domain can. False: it is to be done in two. */
static bool remap_at_once(struct dma_map *map, phys_addr memory, enum dma_direction direction)
{
	struct dma_domain *domain = map->device->domain;
	phys_addr page = { memory.value - offset_in_page(domain, memory.value) };
	bus_addr start = { map->pages.first };
	const struct domain_ops *ops;

	if (map->status != DMA_MAPPED || !is_paged(map) || !domain->driver->ops->remap ||
	    offset_in_page(domain, memory.value) != offset_in_page(domain, map->address.value))
		return false;
	ops = domain->driver->ops;
	map->memory = memory;
	map->direction = direction;
	map->refusal = settle(map, ops->remap(domain, start, bytes_of(&map->pages), page, direction));
	if (map->refusal != DOMAIN_DONE)
		map->status = DMA_REFUSED;
	return true;
}

void dma_remap(struct dma_map *map, phys_addr memory, enum dma_direction direction)
{
	struct dma_map next = *map;

	if (domain_translates(map->device->domain) && remap_at_once(map, memory, direction))
		return;
	dma_unmap(map);
	next.memory = memory;
	next.direction = direction;
	*map = dma_map_at(next.device, next.address, memory, next.size, direction);
}

void dma_sync(const struct dma_map *map, enum dma_sync direction)
{
	(void)map;
	/* Both machines' DMA is coherent with their caches, so order is all that is needed. A full barrier, because
	 * what follows may be a doorbell (a device register) on one side and loads of what the device wrote on the
	 * other. */
	(void)direction;
	barrier_full();
}

unsigned dma_live(const struct dma_domain *domain)
{
	return domain ? dma_state(domain)->used.taken : 0;
}

/* What a window has of the range goes. */
static void take_away(struct dma_domain *domain, const struct dma_window *window, struct bus_range range)
{
	const struct domain_ops *ops = domain->driver->ops;

	if (range.first < window->base.value)
		range.first = window->base.value;
	if (range.last > last_of(window))
		range.last = last_of(window);
	if (window->kind != WINDOW_PAGED || range.first > range.last)
		return;
	ops->unmap(domain, (bus_addr) { range.first }, bytes_of(&range));
	ops->invalidate(domain, (bus_addr) { range.first }, bytes_of(&range));
}

void dma_unmap_all(struct dma_domain *domain)
{
	struct intervals *used = &dma_state(domain)->used;

	for (unsigned i = 0; i < used->count; i++)
		for (unsigned n = 0; n < domain->driver->window_count; n++)
			take_away(domain, &domain->windows[n], used->ranges[i]);
	intervals_clear(used);
}
