/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Places: an address for every BAR, and the windows of bridges that let them be reached.
 *
 * Bottom up, each bridge's window is measured; top down, windows and BARs get addresses, those of largest alignment
 * first. Memory goes through the plain memory windows and below 4 GiB, where any CPU reaches it. Only where a host has
 * a range for prefetchable memory do prefetchable BARs go there, if all bridges above pass its addresses on; for those
 * that find no room there is the rest. Every register is read back; a window that the bridge does not hold is closed,
 * a BAR that the function does not hold is not placed.
 *
 * Source: PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5.6 to 3.2.5.10.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "drivers/pci/quirk.h"

#define SMALLEST	4ull
#define SMALLEST_MEMORY	16ull

/* One of the spaces that have windows, in the order in which they are filled. */
static const struct space {
	uint64_t granularity;	/* of a bridge's window */
	uint64_t largest;	/* alignment */
} spaces[PCI_SPACES] = {
	[PCI_SPACE_PREFETCHABLE] = { .granularity = 0x100000, .largest = 1ull << 62 },
	[PCI_SPACE_IO] = { .granularity = 0x1000, .largest = 1ull << 31 },
	[PCI_SPACE_MEMORY] = { .granularity = 0x100000, .largest = 1ull << 31 },
};

/* The window that a bridge needs, by the number of its function. */
static struct need {
	uint64_t size, alignment;
} needs[PCI_FUNCTIONS];

/* Addresses being handed out on one bus. */
struct level {
	enum pci_space space;
	struct host_bridge *host;
	struct pci_function *above;	/* NULL on the root bus */
	struct bus_range room;
	uint64_t next;
	bool measuring;			/* only sums up */
};

static uint64_t align_up(uint64_t value, uint64_t alignment)
{
	return (value + alignment - 1) & ~(alignment - 1);
}

/* What a BAR takes: no less than the standard's smallest, below which a register has no address bits. */
static uint64_t footprint(const struct pci_bar *bar)
{
	uint64_t smallest = bar->kind == PCI_BAR_IO ? SMALLEST : SMALLEST_MEMORY;

	return bar->size > smallest ? bar->size : smallest;
}

static struct bus_range *window(struct pci_function *bridge, enum pci_space space)
{
	switch (space) {
	case PCI_SPACE_IO:
		return &bridge->io;
	case PCI_SPACE_MEMORY:
		return &bridge->mem;
	default:
		return &bridge->prefetchable;
	}
}

static struct bus_range host_room(const struct host_bridge *host, enum pci_space space)
{
	switch (space) {
	case PCI_SPACE_IO:
		return host->ranges.io;
	case PCI_SPACE_MEMORY:
		return host->ranges.mem;
	default:
		return host->ranges.prefetchable;
	}
}

bool pci_has_prefetchable(const struct host_bridge *host)
{
	return host->ranges.prefetchable.last != 0;
}

static bool has_given_windows(const struct pci_function *function)
{
	return pci_quirk(function)->open_windows != NULL || function->above_reserved;
}

/* Where the BARs behind a bridge with given windows, or of the root bus, may be. */
static struct bus_range room_below(struct host_bridge *host, struct pci_function *above, enum pci_space space)
{
	if (!above)
		return host_room(host, space);
	if (space == PCI_SPACE_IO && pci_quirk(above)->io_room)
		return pci_quirk(above)->io_room(above);
	return *window(above, space);
}

/* The largest room that a function's BAR will ever find. */
static struct bus_range largest_room(const struct pci_function *function, enum pci_space space)
{
	struct pci_function *above = function->above;

	while (above && !has_given_windows(above))
		above = above->above;
	return room_below(function->host, above, space);
}

const char *pci_bar_obstacle(const struct pci_function *function, unsigned bar)
{
	uint64_t first = largest_room(function, PCI_SPACE_IO).first;

	if (function->bars[bar].kind != PCI_BAR_IO)
		return NULL;
	for (const struct pci_function *above = function->above; above; above = above->above) {
		if (above->io_bits == 0)
			return "a bridge above passes on no I/O";
		if (above->io_bits == 16 && first > 0xffff)
			return "a bridge above passes on 16 bits of I/O address, and I/O begins above them";
	}
	return NULL;
}

/* A bridge with given windows, or without a prefetchable one, passes nothing on; one of 32 bits what they reach. */
static bool may_be_prefetched(const struct pci_function *function, const struct pci_bar *bar)
{
	bool wide = host_room(function->host, PCI_SPACE_PREFETCHABLE).last > UINT32_MAX;

	if (!bar->prefetchable || (wide && bar->kind != PCI_BAR_MEM64))
		return false;
	for (const struct pci_function *above = function->above; above; above = above->above)
		if (above->prefetchable_bits < (wide ? 64 : 32))
			return false;
	return true;
}

/* Is it to be looked at in this space? What has an address by the time that plain memory is filled needs no other. */
static bool belongs(const struct pci_function *function, const struct pci_bar *bar, enum pci_space space)
{
	if ((bar->kind == PCI_BAR_IO) != (space == PCI_SPACE_IO))
		return false;
	return space == PCI_SPACE_PREFETCHABLE ? may_be_prefetched(function, bar) : !bar->placed;
}

static bool wants_address(const struct pci_function *function, unsigned number, enum pci_space space)
{
	const struct pci_bar *bar = &function->bars[number];
	struct bus_range room;
	uint64_t start;

	if (bar->kind == PCI_BAR_NONE || bar->kept || bar->size == 0 || !belongs(function, bar, space))
		return false;
	if (bar->size > spaces[space].largest || pci_bar_obstacle(function, number))
		return false;
	room = largest_room(function, space);
	start = align_up(room.first, footprint(bar));
	return start <= room.last && footprint(bar) - 1 <= room.last - start;
}

/* Is a range one that this one touches? */
static bool touches(const struct bus_range *range, const struct bus_range *one)
{
	return range->first <= range->last && range->first <= one->last && one->first <= range->last;
}

/* A given window of the function, or a BAR that the firmware keeps there, that the range touches. */
static bool holds(struct pci_function *function, enum pci_space space, const struct bus_range *range,
		  struct bus_range *held)
{
	bool io = space == PCI_SPACE_IO;

	if (has_given_windows(function)) {
		*held = io ? function->io : function->mem;
		if (touches(held, range))
			return true;
		*held = function->prefetchable;
		return !io && touches(held, range);
	}
	for (unsigned i = 0; i < PCI_BARS && function->reserved; i++) {
		const struct pci_bar *bar = &function->bars[i];

		*held = pci_kept_range(bar);
		if (bar->kind != PCI_BAR_NONE && (bar->kind == PCI_BAR_IO) == io && touches(held, range))
			return true;
	}
	return false;
}

/* What on the bus of the level is not to be had, of a range: false where all of it is. */
static bool held_in(const struct level *level, const struct bus_range *range, struct bus_range *held)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_function *function = pci_get(i);

		if (function->host == level->host && function->above == level->above &&
		    holds(function, level->space, range, held))
			return true;
	}
	return false;
}

static bool take(struct level *level, uint64_t size, uint64_t alignment, uint64_t *address)
{
	struct bus_range held;
	uint64_t start = align_up(level->next, alignment);

	while (!level->measuring && held_in(level, &(struct bus_range){ start, start + size - 1 }, &held))
		start = align_up(held.last + 1, alignment);
	/* Nothing ends where the numbers end: what comes next would begin at 0. */
	if (start < level->next || start > level->room.last || size - 1 > level->room.last - start ||
	    start + size == 0)
		return false;
	level->next = start + size;
	*address = start;
	return true;
}

/* Writes a BAR; false, and the BAR at 0, where it does not hold its address. */
static bool write_bar(const struct pci_function *function, unsigned number, uint64_t address)
{
	const struct pci_bar *bar = &function->bars[number];
	uint32_t address_bits = bar->kind == PCI_BAR_IO ? ~0x3u : ~0xfu;
	unsigned reg = PCI_BASE_ADDRESS_0 + 4 * number;
	bool held;

	pci_write32(function, reg, (uint32_t)address);
	held = (pci_read32(function, reg) & address_bits) == (uint32_t)address;
	if (bar->kind == PCI_BAR_MEM64) {
		pci_write32(function, reg + 4, (uint32_t)(address >> 32));
		held = held && pci_read32(function, reg + 4) == address >> 32;
	}
	if (held)
		return true;
	pci_write32(function, reg, 0);
	if (bar->kind == PCI_BAR_MEM64)
		pci_write32(function, reg + 4, 0);
	return false;
}

static void lay_out_bar(struct level *level, struct pci_function *function, unsigned number)
{
	struct pci_bar *bar = &function->bars[number];
	uint64_t address;

	if (!take(level, footprint(bar), footprint(bar), &address) || level->measuring)
		return;
	bar->placed = write_bar(function, number, address);
	bar->address = bar->placed ? address : 0;
}

static void lay_out_window(struct level *level, unsigned number)
{
	const struct need *need = &needs[number];
	uint64_t address;

	if (take(level, need->size, need->alignment, &address) && !level->measuring)
		*window(pci_get(number), level->space) = (struct bus_range){ address, address + need->size - 1 };
}

/* Hands out to all that stands on the level's bus and has this alignment. */
static bool lay_out_aligned(struct level *level, uint64_t alignment)
{
	bool any = false;

	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_function *function = pci_get(i);

		if (function->host != level->host || function->above != level->above)
			continue;
		for (unsigned j = 0; j < PCI_BARS; j++) {
			if (footprint(&function->bars[j]) != alignment ||
			    !wants_address(function, j, level->space))
				continue;
			lay_out_bar(level, function, j);
			any = true;
		}
		if (needs[i].size != 0 && needs[i].alignment == alignment) {
			lay_out_window(level, i);
			any = true;
		}
	}
	return any;
}

/* Returns the largest alignment that occurred, or 0 when there was nothing to lay out. */
static uint64_t lay_out(struct level *level)
{
	uint64_t largest = 0;

	for (uint64_t alignment = spaces[level->space].largest; alignment >= SMALLEST; alignment /= 2)
		if (lay_out_aligned(level, alignment) && largest == 0)
			largest = alignment;
	return largest;
}

/* Since all alignments are powers of two and the window's is the largest, what fits from 0 on fits anywhere. */
static void measure(struct pci_function *bridge, unsigned number, enum pci_space space)
{
	struct level level = {
		.space = space,
		.host = bridge->host,
		.above = bridge,
		.room = { 0, UINT64_MAX },
		.measuring = true,
	};
	uint64_t granularity = spaces[space].granularity;
	uint64_t largest = lay_out(&level);

	needs[number].size = align_up(level.next, granularity);
	needs[number].alignment = largest > granularity ? largest : granularity;
}

static void open_window(struct pci_function *bridge, enum pci_space space)
{
	struct bus_range *range = window(bridge, space);

	if (bridge->secondary == 0)
		*range = PCI_EMPTY_RANGE;
	if (pci_write_window(bridge, space, range))
		return;
	*range = PCI_EMPTY_RANGE;
	pci_write_window(bridge, space, range);
}

static void place_below(struct host_bridge *host, struct pci_function *above, enum pci_space space)
{
	struct bus_range room = room_below(host, above, space);
	struct level level = {
		.space = space,
		.host = host,
		.above = above,
		.room = room,
		.next = room.first,
	};

	if (room.first <= room.last)
		lay_out(&level);
}

/* Functions are in the order of their buses: what is behind a bridge comes after it. */
static void place_space(struct host_bridge *host, enum pci_space space)
{
	struct pci_function *function;

	for (unsigned i = 0; i < pci_count(); i++)
		needs[i] = (struct need){ 0, 0 };
	for (unsigned i = pci_count(); i-- > 0; ) {
		function = pci_get(i);
		if (function->host == host && pci_is_bridge(function) && !has_given_windows(function))
			measure(function, i, space);
	}
	place_below(host, NULL, space);
	for (unsigned i = 0; i < pci_count(); i++) {
		function = pci_get(i);
		if (function->host != host || !pci_is_bridge(function))
			continue;
		if (!has_given_windows(function))
			open_window(function, space);
		place_below(host, function, space);
	}
}

void pci_place(struct host_bridge *host)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_function *function = pci_get(i);

		if (function->host != host || !pci_is_bridge(function))
			continue;
		if (pci_quirk(function)->open_windows)
			pci_quirk(function)->open_windows(function);
		else if (function->above_reserved)
			pci_read_windows(function);
		else
			pci_prepare_bridge(function);
	}
	for (enum pci_space space = 0; space < PCI_SPACES; space++)
		if (space != PCI_SPACE_PREFETCHABLE || pci_has_prefetchable(host))
			place_space(host, space);
}
