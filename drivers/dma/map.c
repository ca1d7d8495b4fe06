/*
 * DMA maps over the windows of a domain: see dma.h. The page table itself is the record of which bus addresses
 * are in use; new maps go to the pages after the last one, so that a bus address rests for as long as possible before
 * it is used again and a stale use of it is seen.
 */
#include "drivers/dma/dma.h"

#include "boot/fatal.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/iommu/window.h"

/* What is known of a domain beside its own record of its windows. */
struct dma_state {
	const struct dma_domain *domain;
	uint64_t cursor;		/* page in the standard paged window where the search for room begins */
	unsigned live;			/* maps in paged windows */
	bool like_memory;		/* dma_map_like_memory() */
	struct dma_window standard[DOMAIN_WINDOWS];	/* as dma_start() opened them */
};

static struct dma_state states[HOST_BRIDGES];

static struct dma_state *state_of(const struct dma_domain *domain)
{
	for (unsigned i = 0; i < HOST_BRIDGES; i++)
		if (states[i].domain == domain || !states[i].domain) {
			states[i].domain = domain;
			return &states[i];
		}
	fatal("more domains than a machine can have");
}

/* Numbers below this are for those who ask for them, and 0 means "no ring" to some devices. */
static uint64_t first_page(const struct dma_window *window)
{
	if (window->base.value >= FRAMES_BY_ADDRESS_END)
		return 0;
	return (FRAMES_BY_ADDRESS_END - window->base.value) / FRAME_SIZE;
}

bool dma_start(struct dma_domain *domain)
{
	const struct domain_driver *driver = domain->driver;

	driver->ops->quiet(domain);
	for (unsigned n = 0; n < driver->window_count; n++) {
		struct dma_window window = driver->windows[n];
		uint64_t bytes = driver->ops->table_size(window.size);

		if (window.kind == WINDOW_CLOSED)
			continue;
		if (window.kind == WINDOW_PAGED) {
			uint64_t align = bytes < FRAME_SIZE ? FRAME_SIZE : bytes;

			if (!frames_take(align / FRAME_SIZE, align, &window.table))
				return false;
			memset(arch_pointer(window.table), 0, bytes);
		}
		if (!domain_open_window(domain, n, &window))
			return false;
	}
	*state_of(domain) = (struct dma_state) {
		.domain = domain, .cursor = first_page(&domain->windows[driver->paged_window]),
	};
	memcpy(state_of(domain)->standard, domain->windows, sizeof(domain->windows));
	return true;
}

static bool same_window(const struct dma_window *a, const struct dma_window *b)
{
	return a->kind == b->kind && a->base.value == b->base.value && a->size == b->size &&
	       a->target.value == b->target.value && a->table.value == b->table.value;
}

bool dma_restore(struct dma_domain *domain)
{
	const struct dma_window *standard = state_of(domain)->standard;
	bool restored = true;

	state_of(domain)->like_memory = false;
	for (unsigned n = 0; n < domain->driver->window_count; n++) {
		if (same_window(&domain->windows[n], &standard[n]))
			continue;
		if (standard[n].kind == WINDOW_CLOSED)
			domain_close_window(domain, n);
		else
			restored = domain_open_window(domain, n, &standard[n]) && restored;
	}
	return restored;
}

void dma_map_like_memory(struct dma_domain *domain)
{
	state_of(domain)->like_memory = true;
}

/* One that a test has opened has a table of its own. */
static bool is_standard(const struct dma_window *window, const struct dma_state *state)
{
	return window->table.value == state->standard[state->domain->driver->paged_window].table.value;
}

/* Room for count pages in the paged window, from the cursor on and once round; in a test's own from its beginning, so
 * that its end stays free. */
static bool find_room(const struct dma_window *window, struct dma_state *state, uint64_t count, uint64_t *index)
{
	uint64_t pages = window->size / FRAME_SIZE;
	uint64_t first = first_page(window);
	bool standard = is_standard(window, state);
	uint64_t from = standard && state->cursor > first ? state->cursor : first;

	for (unsigned round = 0; round < 2; round++, from = first)
		for (; from + count <= pages; from++)
			if (domain_entries_absent(window, from, count)) {
				if (standard)
					state->cursor = from + count;
				*index = from;
				return true;
			}
	return false;
}

static bool range_good(phys_addr memory, uint64_t size)
{
	return size != 0 && memory.value + size - 1 >= memory.value;
}

static struct dma_map map_page_run(struct dma_map map, const struct dma_window *window, uint64_t index)
{
	struct dma_domain *domain = map.device->domain;
	uint64_t offset = map.memory.value % FRAME_SIZE;
	phys_addr page = { map.memory.value - offset };
	uint64_t pages = window_pages_touched(map.memory.value, map.size);

	map.table = window->table;
	map.address.value = window->base.value + index * FRAME_SIZE + offset;
	map.status = DMA_MAPPED;
	domain->driver->ops->set_entries(window, index, pages, page, map.direction);
	domain->driver->ops->invalidate(domain, map.address, map.size);
	state_of(domain)->live++;
	return map;
}

/* The pages whose numbers are those of the memory, modulo the window's size: dma_map_like_memory(). */
static bool find_alike(const struct dma_window *window, phys_addr memory, uint64_t count, uint64_t *index)
{
	*index = memory.value % window->size / FRAME_SIZE;
	return count <= window->size / FRAME_SIZE - *index && domain_entries_absent(window, *index, count);
}

static struct dma_map map_anywhere(struct dma_map map)
{
	struct dma_domain *domain = map.device->domain;
	struct dma_state *state = state_of(domain);
	uint64_t pages = window_pages_touched(map.memory.value, map.size);
	const struct dma_window *window;
	uint64_t index;

	map.window = domain->driver->paged_window;
	window = &domain->windows[map.window];
	map.status = DMA_NO_WINDOW;
	if (window->kind != WINDOW_PAGED)
		return map;
	map.status = DMA_NO_SPACE;
	if (state->like_memory ? !find_alike(window, map.memory, pages, &index) :
	    !find_room(window, state, pages, &index))
		return map;
	return map_page_run(map, window, index);
}

static struct dma_map map_through_kind(struct dma_map map, enum window_kind kind)
{
	struct dma_domain *domain = map.device->domain;

	map.status = DMA_NO_WINDOW;
	for (unsigned n = 0; n < domain->driver->window_count; n++)
		if (domain->windows[n].kind == kind &&
		    window_bus_address(&domain->windows[n], map.memory, map.size, &map.address)) {
			map.window = n;
			map.status = DMA_MAPPED;
			return map;
		}
	return map;
}

static struct dma_map new_map(struct pci_function *device, phys_addr memory, uint64_t size,
			      enum dma_direction direction, enum dma_placement placement)
{
	return (struct dma_map) {
		.device = device, .memory = memory, .size = size, .direction = direction, .placement = placement,
		.status = range_good(memory, size) ? DMA_UNMAPPED : DMA_BAD_RANGE,
	};
}

struct dma_map dma_map_through(struct pci_function *device, phys_addr memory, uint64_t size,
			       enum dma_direction direction, enum dma_placement placement)
{
	struct dma_map map = new_map(device, memory, size, direction, placement);

	if (map.status == DMA_BAD_RANGE)
		return map;
	switch (placement) {
	case DMA_ANYWHERE:
		return map_anywhere(map);
	case DMA_DIRECT:
		return map_through_kind(map, WINDOW_DIRECT);
	case DMA_MONSTER:
		return map_through_kind(map, WINDOW_MONSTER);
	default:
		map.status = DMA_NO_WINDOW;
		return map;
	}
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

	if (map.status == DMA_BAD_RANGE)
		return map;
	map.status = DMA_NO_WINDOW;
	if (address.value % FRAME_SIZE != memory.value % FRAME_SIZE)
		return map;
	for (unsigned n = 0; n < domain->driver->window_count; n++) {
		const struct dma_window *window = &domain->windows[n];

		if (window->kind != WINDOW_PAGED || !window_contains(window, address, size))
			continue;
		map.window = n;
		map.status = DMA_NO_SPACE;
		if (!domain_entries_absent(window, window_page(window, address),
					   window_pages_touched(address.value, size)))
			return map;
		return map_page_run(map, window, window_page(window, address));
	}
	return map;
}

void dma_unmap(struct dma_map *map)
{
	struct dma_domain *domain = map->device->domain;
	const struct dma_window *window = &domain->windows[map->window];

	if (map->status != DMA_MAPPED)
		return;
	map->status = DMA_UNMAPPED;
	if (map->placement != DMA_ANYWHERE && map->placement != DMA_AT)
		return;
	/* The window may be closed or elsewhere by now. The map then stays live, and dma_unmap_all() finds its
	 * entries. */
	if (window->kind != WINDOW_PAGED || window->table.value != map->table.value ||
	    !window_contains(window, map->address, map->size))
		return;
	domain_clear_entries(window, window_page(window, map->address),
			     window_pages_touched(map->address.value, map->size));
	domain->driver->ops->invalidate(domain, map->address, map->size);
	state_of(domain)->live--;
}

void dma_remap(struct dma_map *map, phys_addr memory, enum dma_direction direction)
{
	struct dma_map next = *map;

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
	return state_of(domain)->live;
}

void dma_unmap_all(struct dma_domain *domain)
{
	for (unsigned n = 0; n < domain->driver->window_count; n++) {
		const struct dma_window *window = &domain->windows[n];

		if (window->kind != WINDOW_PAGED)
			continue;
		domain_clear_entries(window, 0, window->size / FRAME_SIZE);
		domain->driver->ops->invalidate(domain, window->base, window->size);
	}
	state_of(domain)->live = 0;
}
