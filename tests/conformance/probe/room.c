/* SPDX-License-Identifier: BSD-2-Clause */
/* Room for BARs: see room.h. */
#include "tests/conformance/probe/room.h"

bool bar_is_memory(const struct pci_bar *bar)
{
	return bar->placed && (bar->kind == PCI_BAR_MEM32 || bar->kind == PCI_BAR_MEM64);
}

static bool overlaps(uint64_t first, uint64_t last, uint64_t other_first, uint64_t other_last)
{
	return first <= other_last && other_first <= last;
}

/* Is any BAR, or a window of a bridge beside the function, in this range? */
static bool in_use(const struct pci_function *function, uint64_t first, uint64_t last)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_function *other = pci_get(i);

		if (other->host != function->host)
			continue;
		if (pci_is_bridge(other) && other->above == function->above && other->mem.first <= other->mem.last &&
		    overlaps(first, last, other->mem.first, other->mem.last))
			return true;
		for (const struct pci_bar *bar = other->bars; bar < other->bars + PCI_BARS; bar++)
			if (bar_is_memory(bar) && overlaps(first, last, bar->address, bar->address + bar->size - 1))
				return true;
	}
	return false;
}

bool room_find(const struct pci_function *function, uint64_t size, uint64_t *address)
{
	struct bus_range room = function->above ? function->above->mem : function->host->ranges.mem;
	uint64_t start = (room.last + 1 - size) & -size;

	for (; room.first <= room.last && start >= room.first && start <= room.last; start -= size)
		if (!in_use(function, start, start + size - 1)) {
			*address = start;
			return true;
		}
	return false;
}
