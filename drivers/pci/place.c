/*
 * Places: an address for every BAR, and the windows of bridges that let them be reached.
 *
 * Bottom up, each bridge's window is measured; top down, windows and BARs get addresses, those of largest alignment
 * first. All memory goes through the plain memory windows and below 4 GiB, the prefetchable windows stay closed: an
 * Alpha's CPU reaches no further, and a window costs nothing. Every register is read back; a window that the bridge
 * does not hold is closed, a BAR that the function does not hold is not placed.
 *
 * Source: PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5.6 to 3.2.5.10.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "drivers/pci/quirk.h"

#define LARGEST		(1ull << 31)
#define SMALLEST	4ull
#define SMALLEST_MEMORY	16ull

/* One of PCI's address spaces. */
struct space {
	bool io;
	uint64_t granularity;	/* of a bridge's window */
};

enum { SPACE_IO, SPACE_MEMORY, SPACES };

static const struct space spaces[SPACES] = {
	[SPACE_IO] = { .io = true, .granularity = 0x1000 },
	[SPACE_MEMORY] = { .io = false, .granularity = 0x100000 },
};

/* The window that a bridge needs, by the number of its function. */
static struct need {
	uint64_t size, alignment;
} needs[PCI_FUNCTIONS];

/* Addresses being handed out on one bus. */
struct level {
	const struct space *space;
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

static struct bus_range *window(struct pci_function *bridge, const struct space *space)
{
	return space->io ? &bridge->io : &bridge->mem;
}

static bool has_given_windows(const struct pci_function *function)
{
	return pci_quirk(function)->open_windows != NULL;
}

/* Where the BARs behind a bridge with given windows, or of the root bus, may be. */
static struct bus_range room_below(struct host_bridge *host, struct pci_function *above, const struct space *space)
{
	if (!above)
		return space->io ? host->ranges.io : host->ranges.mem;
	if (space->io && pci_quirk(above)->io_room)
		return pci_quirk(above)->io_room(above);
	return *window(above, space);
}

/* The largest room that a function's BAR will ever find. */
static struct bus_range largest_room(const struct pci_function *function, const struct space *space)
{
	struct pci_function *above = function->above;

	while (above && !has_given_windows(above))
		above = above->above;
	return room_below(function->host, above, space);
}

const char *pci_bar_obstacle(const struct pci_function *function, unsigned bar)
{
	uint64_t first = largest_room(function, &spaces[SPACE_IO]).first;

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

static bool wants_address(const struct pci_function *function, unsigned number, const struct space *space)
{
	const struct pci_bar *bar = &function->bars[number];
	struct bus_range room;
	uint64_t start;

	if (bar->kind == PCI_BAR_NONE || bar->kept || bar->size == 0 || (bar->kind == PCI_BAR_IO) != space->io)
		return false;
	if (bar->size > LARGEST || pci_bar_obstacle(function, number))
		return false;
	room = largest_room(function, space);
	start = align_up(room.first, footprint(bar));
	return start <= room.last && footprint(bar) - 1 <= room.last - start;
}

/* A window given by a quirk that the range touches, on the bus of the level. */
static const struct bus_range *given_window_in(const struct level *level, uint64_t first, uint64_t last)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_function *function = pci_get(i);
		const struct bus_range *given = window(function, level->space);

		if (function->host != level->host || function->above != level->above || !has_given_windows(function))
			continue;
		if (given->first <= last && first <= given->last)
			return given;
	}
	return NULL;
}

static bool take(struct level *level, uint64_t size, uint64_t alignment, uint64_t *address)
{
	const struct bus_range *given;
	uint64_t start = align_up(level->next, alignment);

	while (!level->measuring && (given = given_window_in(level, start, start + size - 1)) != NULL)
		start = align_up(given->last + 1, alignment);
	if (start > level->room.last || size - 1 > level->room.last - start)
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
	held = (pci_read32(function, reg) & address_bits) == address;
	if (bar->kind == PCI_BAR_MEM64) {
		pci_write32(function, reg + 4, 0);
		held = held && pci_read32(function, reg + 4) == 0;
	}
	if (!held)
		pci_write32(function, reg, 0);
	return held;
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

	for (uint64_t alignment = LARGEST; alignment >= SMALLEST; alignment /= 2)
		if (lay_out_aligned(level, alignment) && largest == 0)
			largest = alignment;
	return largest;
}

/* Since all alignments are powers of two and the window's is the largest, what fits from 0 on fits anywhere. */
static void measure(struct pci_function *bridge, unsigned number, const struct space *space)
{
	struct level level = {
		.space = space,
		.host = bridge->host,
		.above = bridge,
		.room = { 0, UINT64_MAX },
		.measuring = true,
	};
	uint64_t largest = lay_out(&level);

	needs[number].size = align_up(level.next, space->granularity);
	needs[number].alignment = largest > space->granularity ? largest : space->granularity;
}

/* An empty window has a base above its limit. Returns whether the bridge holds what was written. */
static bool write_io_window(const struct pci_function *bridge, const struct bus_range *io)
{
	bool empty = io->first > io->last;
	uint8_t base = empty ? 0xf0 : io->first >> 8 & 0xf0;
	uint8_t limit = empty ? 0 : io->last >> 8 & 0xf0;
	uint32_t upper = empty ? 0x0000ffff : (uint32_t)(io->first >> 16 | (io->last & 0xffff0000));
	uint8_t base_found, limit_found;

	if (bridge->io_bits == 0)
		return empty;
	pci_write32(bridge, PCI_IO_BASE_UPPER16, upper);
	pci_write16(bridge, PCI_IO_BASE, (uint16_t)(base | limit << 8));
	base_found = pci_read8(bridge, PCI_IO_BASE);
	limit_found = pci_read8(bridge, PCI_IO_LIMIT);
	if ((base_found & 0xf0) != base || (limit_found & 0xf0) != limit)
		return false;
	return bridge->io_bits == 32 ? pci_read32(bridge, PCI_IO_BASE_UPPER16) == upper : empty || upper == 0;
}

static bool write_memory_window(const struct pci_function *bridge, const struct bus_range *mem)
{
	bool empty = mem->first > mem->last;
	uint32_t value = empty ? 0x0000fff0 : (uint32_t)((mem->first >> 16 & 0xfff0) | (mem->last & 0xfff00000));

	pci_write32(bridge, PCI_MEMORY_BASE, value);
	return (pci_read32(bridge, PCI_MEMORY_BASE) & 0xfff0fff0) == value;
}

static void open_window(struct pci_function *bridge, const struct space *space)
{
	struct bus_range *range = window(bridge, space);
	bool (*write)(const struct pci_function *, const struct bus_range *) =
		space->io ? write_io_window : write_memory_window;

	if (bridge->secondary == 0)
		*range = PCI_EMPTY_RANGE;
	if (write(bridge, range))
		return;
	*range = PCI_EMPTY_RANGE;
	write(bridge, range);
}

static void place_below(struct host_bridge *host, struct pci_function *above, const struct space *space)
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
static void place_space(struct host_bridge *host, const struct space *space)
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

/* A bridge need not have an I/O window at all; what it can do is in the registers' low bits. */
static unsigned find_io_bits(const struct pci_function *bridge)
{
	uint8_t base;

	pci_write16(bridge, PCI_IO_BASE, 0x00f0);
	base = pci_read8(bridge, PCI_IO_BASE);
	if ((base & 0xf0) != 0xf0)
		return 0;
	return (base & PCI_IO_RANGE_TYPE_MASK) == PCI_IO_RANGE_TYPE_32 ? 32 : 16;
}

/* The prefetchable window closed, no VGA or ISA forwarding, no reset of the bus behind. */
static void close_the_rest(struct pci_function *bridge)
{
	bridge->io_bits = (uint8_t)find_io_bits(bridge);
	pci_write32(bridge, PCI_PREF_BASE_UPPER32, ~0u);
	pci_write32(bridge, PCI_PREF_LIMIT_UPPER32, 0);
	pci_write32(bridge, PCI_PREF_MEMORY_BASE, 0x0000fff0);
	pci_write16(bridge, PCI_BRIDGE_CONTROL, 0);
}

void pci_place(struct host_bridge *host)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_function *function = pci_get(i);

		if (function->host != host || !pci_is_bridge(function))
			continue;
		if (has_given_windows(function))
			pci_quirk(function)->open_windows(function);
		else
			close_the_rest(function);
	}
	for (unsigned i = 0; i < SPACES; i++)
		place_space(host, &spaces[i]);
}
