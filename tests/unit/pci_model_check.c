/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What drivers/pci made of the model: see pci_model.h. Compares its records with the registers, both with the rules.
 */
#include <linux/pci_regs.h>

#include "tests/unit/pci_model.h"

static bool same_place(const struct pci_function *found, const struct model_function *function)
{
	const struct model_function *above = function->above;

	if (found->device != function->device || found->function != function->number)
		return false;
	if (above && !above->root_bus)
		return found->above && same_place(found->above, above);
	return !found->above && found->bus == (above ? above->root_bus : found->host->ranges.buses.first);
}

struct pci_function *model_found(const struct model_function *function)
{
	for (unsigned i = 0; i < pci_count(); i++)
		if (same_place(pci_get(i), function))
			return pci_get(i);
	return NULL;
}

static bool inside(uint64_t first, uint64_t last, const struct bus_range *range)
{
	return range->first <= first && last <= range->last;
}

#define PREFETCHABLE_WINDOW	(PCI_BARS + 1)	/* behind that of the space itself */
#define CLAIMS			(PCI_BARS + 2)

/* What takes part in the addresses of I/O or memory on a bus: BARs, then the bridge's windows. */
static bool occupied(const struct pci_function *function, bool io, unsigned number, struct bus_range *range)
{
	const struct pci_bar *bar = &function->bars[number < PCI_BARS ? number : 0];

	if (number >= PCI_BARS) {
		*range = number == PREFETCHABLE_WINDOW ? function->prefetchable : io ? function->io : function->mem;
		return range->first <= range->last && !(io && number == PREFETCHABLE_WINDOW);
	}
	if (!bar->placed || (bar->kind == PCI_BAR_IO) != io)
		return false;
	*range = (struct bus_range){ bar->address, bar->address + bar->size - 1 };
	return true;
}

/* Is the BAR in one window of its bridge, and in the same of all above, up to the host's own? */
static bool all_the_way(const struct pci_function *function, uint64_t first, uint64_t last, bool io)
{
	const struct host_ranges *ranges = &function->host->ranges;
	bool plain = inside(first, last, io ? &ranges->io : &ranges->mem);
	bool prefetchable = !io && ranges->prefetchable.last && inside(first, last, &ranges->prefetchable);

	for (const struct pci_function *above = function->above; above; above = above->above) {
		plain = plain && inside(first, last, io ? &above->io : &above->mem);
		prefetchable = prefetchable && inside(first, last, &above->prefetchable);
	}
	return plain || prefetchable;
}

static void check_bar(const struct pci_function *function, unsigned number)
{
	const struct pci_bar *bar = &function->bars[number];
	bool io = bar->kind == PCI_BAR_IO;
	uint32_t found = pci_read32(function, PCI_BASE_ADDRESS_0 + 4 * number);

	if (!bar->placed)
		return;
	assert_int_equal(bar->address % bar->size, 0);
	assert_int_equal(found & (io ? ~3u : ~15u), (uint32_t)bar->address);
	if (bar->kind == PCI_BAR_MEM64)
		assert_int_equal(pci_read32(function, PCI_BASE_ADDRESS_0 + 4 * number + 4), bar->address >> 32);
	else
		assert_int_equal(bar->address >> 32, 0);
	assert_true(all_the_way(function, bar->address, bar->address + bar->size - 1, io));
}

/* A window is what the registers say, and lies in the one above. */
static void check_window(uint64_t first, uint64_t last, const struct bus_range *range, const struct bus_range *above)
{
	assert_int_equal(first > last, range->first > range->last);
	if (first > last)
		return;
	assert_int_equal(first, range->first);
	assert_int_equal(last, range->last);
	if (above)
		assert_true(inside(first, last, above));
}

static void check_windows(const struct pci_function *function)
{
	const struct pci_function *above = function->above;
	uint32_t io = pci_read16(function, PCI_IO_BASE);
	uint32_t upper = pci_read32(function, PCI_IO_BASE_UPPER16);
	uint32_t mem = pci_read32(function, PCI_MEMORY_BASE);
	uint32_t pref = pci_read32(function, PCI_PREF_MEMORY_BASE);

	check_window((io & 0xf0) << 8 | upper << 16, (io & 0xf000) | (upper & 0xffff0000) | 0xfff, &function->io,
		     above ? &above->io : NULL);
	check_window((mem & 0xfff0) << 16, mem | 0xfffff, &function->mem, above ? &above->mem : NULL);
	/* A bridge without the window reads zeroes, which mean nothing. */
	if (function->prefetchable_bits == 0)
		assert_true((pref & 0xfff0fff0) == 0 || (pref & 0xfff0fff0) == 0xfff0);
	if (function->prefetchable_bits != 0)
		check_window((uint64_t)pci_read32(function, PCI_PREF_BASE_UPPER32) << 32 | (pref & 0xfff0) << 16,
			     (uint64_t)pci_read32(function, PCI_PREF_LIMIT_UPPER32) << 32 | pref | 0xfffff,
			     &function->prefetchable, above ? &above->prefetchable : NULL);
	else
		assert_true(function->prefetchable.first > function->prefetchable.last);
}

static void check_overlap(const struct pci_function *a, const struct pci_function *b, bool io)
{
	struct bus_range one, other;

	for (unsigned i = 0; i < CLAIMS; i++)
		for (unsigned j = a == b ? i + 1 : 0; j < CLAIMS; j++)
			if (occupied(a, io, i, &one) && occupied(b, io, j, &other))
				assert_false(one.first <= other.last && other.first <= one.last);
}

void model_check_places(void)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_function *function = pci_get(i);

		for (unsigned j = 0; j < PCI_BARS; j++)
			check_bar(function, j);
		if ((function->header_type & 0x7f) == PCI_HEADER_TYPE_BRIDGE)
			check_windows(function);
		for (unsigned j = i; j < pci_count(); j++)
			if (pci_get(j)->above == function->above) {
				check_overlap(function, pci_get(j), true);
				check_overlap(function, pci_get(j), false);
			}
	}
}

void model_enumerate(void)
{
	pci_enumerate();
	model_check_places();
	assert_int_equal(model_offences.renumbered_while_mastering, 0);
	assert_int_equal(model_offences.bar_written_while_decoding, 0);
	assert_int_equal(model_offences.console_lost, 0);
	assert_int_equal(model_offences.two_claims, 0);
}

uint16_t model_command(struct model_function *function)
{
	return (uint16_t)model_read(function, PCI_COMMAND, 2);
}
