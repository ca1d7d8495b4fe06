/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The windows of an ordinary PCI-to-PCI bridge: what it can pass on, and the registers that say what it does. How large
 * they are and where is place.c's; bridges with given windows have files of their own.
 *
 * Source: PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5.6 to 3.2.5.10.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"

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

static bool write_prefetchable_window(const struct pci_function *bridge, const struct bus_range *range)
{
	bool empty = range->first > range->last;
	uint32_t value = empty ? 0x0000fff0 :
				 (uint32_t)((range->first >> 16 & 0xfff0) | (range->last & 0xfff00000));
	uint32_t base = empty ? ~0u : (uint32_t)(range->first >> 32);
	uint32_t limit = empty ? 0 : (uint32_t)(range->last >> 32);

	if (bridge->prefetchable_bits == 0)
		return empty;
	if (bridge->prefetchable_bits == 32 && !empty && limit != 0)
		return false;
	pci_write32(bridge, PCI_PREF_BASE_UPPER32, base);
	pci_write32(bridge, PCI_PREF_LIMIT_UPPER32, limit);
	pci_write32(bridge, PCI_PREF_MEMORY_BASE, value);
	if ((pci_read32(bridge, PCI_PREF_MEMORY_BASE) & 0xfff0fff0) != value)
		return false;
	return bridge->prefetchable_bits == 32 || (pci_read32(bridge, PCI_PREF_BASE_UPPER32) == base &&
						   pci_read32(bridge, PCI_PREF_LIMIT_UPPER32) == limit);
}

bool pci_write_window(const struct pci_function *bridge, enum pci_space space, const struct bus_range *range)
{
	static bool (*const writers[PCI_SPACES])(const struct pci_function *, const struct bus_range *) = {
		[PCI_SPACE_PREFETCHABLE] = write_prefetchable_window,
		[PCI_SPACE_IO] = write_io_window,
		[PCI_SPACE_MEMORY] = write_memory_window,
	};

	return writers[space](bridge, range);
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

/* The same of the prefetchable window, which has just been closed: its base is the highest there is. */
static unsigned find_prefetchable_bits(const struct pci_function *bridge)
{
	uint32_t window = pci_read32(bridge, PCI_PREF_MEMORY_BASE);

	if ((window & 0xfff0fff0) != 0x0000fff0)
		return 0;
	if ((window & PCI_PREF_RANGE_TYPE_MASK) != PCI_PREF_RANGE_TYPE_64)
		return 32;
	return pci_read32(bridge, PCI_PREF_BASE_UPPER32) == ~0u && pci_read32(bridge, PCI_PREF_LIMIT_UPPER32) == 0 ?
	       64 : 32;
}

/* No VGA or ISA forwarding, no reset of the bus behind; the prefetchable window closed until it has been placed. */
void pci_prepare_bridge(struct pci_function *bridge)
{
	bridge->io_bits = (uint8_t)find_io_bits(bridge);
	pci_write32(bridge, PCI_PREF_BASE_UPPER32, ~0u);
	pci_write32(bridge, PCI_PREF_LIMIT_UPPER32, 0);
	pci_write32(bridge, PCI_PREF_MEMORY_BASE, 0x0000fff0);
	pci_write16(bridge, PCI_BRIDGE_CONTROL, 0);
	if (pci_has_prefetchable(bridge->host))
		bridge->prefetchable_bits = (uint8_t)find_prefetchable_bits(bridge);
}
