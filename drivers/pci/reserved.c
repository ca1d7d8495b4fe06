/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that the firmware keeps (platform->reserved): which they are, and what must stay as it is for them.
 *
 * They are found by their way from the root bus, because that is the same whatever numbers the buses get.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"

#define IO_BAR_LARGEST	256ull	/* PCI Local Bus Specification 3.0, 6.2.5.1 */

/* The function's way from the root bus, its own step last. Returns how many steps; more than max are not written. */
static unsigned way(const struct pci_function *function, uint8_t *path, unsigned max)
{
	const struct pci_function *at;
	unsigned depth = 0;

	for (at = function; at; at = at->above)
		depth++;
	at = function;
	for (unsigned i = depth; i-- > 0; at = at->above)
		if (i < max)
			path[i] = (uint8_t)(at->device << 3 | at->function);
	return depth;
}

static bool begins_with(const struct platform_reserved *reserved, const uint8_t *path, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		if (reserved->path[i] != path[i])
			return false;
	return true;
}

void pci_note_reserved(struct pci_function *function)
{
	const struct platform *platform = arch_platform();
	uint8_t path[RESERVED_DEPTH];
	unsigned depth = way(function, path, RESERVED_DEPTH);

	for (unsigned i = 0; i < platform->reserved_count; i++) {
		const struct platform_reserved *reserved = &platform->reserved[i];

		if (reserved->hose != function->host->at->number || depth > reserved->depth ||
		    !begins_with(reserved, path, depth))
			continue;
		if (depth == reserved->depth)
			function->reserved = reserved->why;
		else
			function->above_reserved = true;
	}
}

struct bus_range pci_kept_range(const struct pci_bar *bar)
{
	uint64_t size = bar->size ? bar->size : bar->address & -bar->address;

	if (bar->kind == PCI_BAR_IO && size > IO_BAR_LARGEST)
		size = IO_BAR_LARGEST;
	return (struct bus_range){ bar->address, bar->address + size - 1 };
}

/* Base and limit have their lower half in one register, the upper ones elsewhere or nowhere. */
static struct bus_range range(uint64_t base, uint64_t limit, uint64_t granularity)
{
	return (struct bus_range){ base, limit + granularity - 1 };
}

void pci_read_windows(struct pci_function *bridge)
{
	uint32_t memory = pci_read32(bridge, PCI_MEMORY_BASE);
	uint32_t prefetchable = pci_read32(bridge, PCI_PREF_MEMORY_BASE);
	uint16_t io = pci_read16(bridge, PCI_IO_BASE);
	uint32_t upper = 0;

	bridge->io_bits = 16;
	if ((io & PCI_IO_RANGE_TYPE_MASK) == PCI_IO_RANGE_TYPE_32) {
		bridge->io_bits = 32;
		upper = pci_read32(bridge, PCI_IO_BASE_UPPER16);
	}
	bridge->io = range((io & 0xf0) << 8 | upper << 16, (io & 0xf000) | (upper & 0xffff0000), 0x1000);
	bridge->mem = range((memory & 0xfff0) << 16, memory & 0xfff00000, 0x100000);
	bridge->prefetchable = range((uint64_t)pci_read32(bridge, PCI_PREF_BASE_UPPER32) << 32 |
				     (prefetchable & 0xfff0) << 16,
				     (uint64_t)pci_read32(bridge, PCI_PREF_LIMIT_UPPER32) << 32 |
				     (prefetchable & 0xfff00000), 0x100000);
}
