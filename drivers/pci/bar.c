/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Base address registers: which there are, of what kind and size.
 *
 * A register is believed only if it gives the same answer twice, holds zeroes as well, keeps its type bits, and if the
 * bits that can be written are all those above some bit; anything else is kept in .probe with size 0, and never gets an
 * address. Where it gets one is place.c's.
 *
 * Source: PCI Local Bus Specification 3.0, 6.2.5.1 and 6.2.5.2.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "drivers/pci/quirk.h"

#define IO_TYPE_BITS	0x3u
#define MEM_TYPE_BITS	0xfu

/* What a BAR's register, or both of a 64-bit one, answered. */
struct answers {
	uint64_t ones;		/* after all ones */
	uint64_t again;		/* and once more */
	uint64_t zeroes;	/* after all zeroes */
};

static unsigned bar_register(unsigned number)
{
	return PCI_BASE_ADDRESS_0 + 4 * number;
}

static void ask(const struct pci_function *function, unsigned reg, unsigned shift, struct answers *answers)
{
	pci_write32(function, reg, ~0u);
	answers->ones |= (uint64_t)pci_read32(function, reg) << shift;
	pci_write32(function, reg, ~0u);
	answers->again |= (uint64_t)pci_read32(function, reg) << shift;
	pci_write32(function, reg, 0);
	answers->zeroes |= (uint64_t)pci_read32(function, reg) << shift;
}

/* Judged by what is left after zeroes. Memory type 1, once "below 1 MiB", is now reserved: taken for 32 bits. */
static enum pci_bar_kind kind_of(uint32_t low)
{
	if (low & PCI_BASE_ADDRESS_SPACE_IO)
		return PCI_BAR_IO;
	if ((low & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64)
		return PCI_BAR_MEM64;
	return PCI_BAR_MEM32;
}

/* The size, or 0 where the answers make no sense. What is left after zeroes are the type bits; a BAR that is smaller
 * than the standard allows lets some of them be written. */
static uint64_t size_of(enum pci_bar_kind kind, const struct answers *answers)
{
	uint64_t type_bits = kind == PCI_BAR_IO ? IO_TYPE_BITS : MEM_TYPE_BITS;
	uint64_t address_bits = answers->ones & ~answers->zeroes;
	uint64_t size;

	if (answers->ones != answers->again || (answers->zeroes & ~type_bits) != 0)
		return 0;
	if ((answers->ones & answers->zeroes) != answers->zeroes)
		return 0;
	if (kind == PCI_BAR_MEM32 && answers->zeroes & PCI_BASE_ADDRESS_MEM_TYPE_64)
		return 0;
	if (kind == PCI_BAR_IO && address_bits >> 16 == 0)
		address_bits |= 0xffff0000;
	if (kind != PCI_BAR_MEM64)
		address_bits |= ~0xffffffffull;
	size = ~address_bits + 1;
	return size & (size - 1) ? 0 : size;
}

/* Returns how many registers the BAR takes. */
static unsigned size_bar(struct pci_function *function, unsigned number, unsigned count)
{
	struct pci_bar *bar = &function->bars[number];
	struct answers answers = { 0, 0, 0 };
	bool whole = true;

	ask(function, bar_register(number), 0, &answers);
	if (answers.ones == 0 && answers.zeroes == 0)
		return 1;
	bar->kind = kind_of((uint32_t)answers.zeroes);
	if (bar->kind == PCI_BAR_MEM64) {
		whole = number + 1 < count;
		if (whole)
			ask(function, bar_register(number + 1), 32, &answers);
	}
	bar->probe = answers.ones;
	bar->prefetchable = bar->kind != PCI_BAR_IO && answers.zeroes & PCI_BASE_ADDRESS_MEM_PREFETCH;
	bar->size = whole ? size_of(bar->kind, &answers) : 0;
	return bar->kind == PCI_BAR_MEM64 && whole ? 2 : 1;
}

static void keep_bars(struct pci_function *function)
{
	unsigned count = pci_bar_count(function);

	for (unsigned i = 0; i < count; i++) {
		struct pci_bar *bar = &function->bars[i];
		uint32_t value = pci_read32(function, bar_register(i));

		bar->kind = value == 0 ? PCI_BAR_NONE : kind_of(value);
		bar->kept = true;
		bar->address = value & (bar->kind == PCI_BAR_IO ? PCI_BASE_ADDRESS_IO_MASK : PCI_BASE_ADDRESS_MEM_MASK);
		if (bar->kind == PCI_BAR_MEM64 && i + 1 < count)
			bar->address |= (uint64_t)pci_read32(function, bar_register(++i)) << 32;
	}
}

/*
 * Of a function that the firmware keeps: while it does not decode, so that the sizes are known and others find room
 * beside it, and all is put back. Nobody uses it meanwhile.
 */
static void size_and_keep_bars(struct pci_function *function)
{
	unsigned count = pci_bar_count(function);
	uint16_t command = pci_command(function, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	uint32_t values[PCI_BARS];

	for (unsigned i = 0; i < count; i++)
		values[i] = pci_read32(function, bar_register(i));
	for (unsigned i = 0; i < count; i += size_bar(function, i, count))
		;
	for (unsigned i = 0; i < count; i++)
		pci_write32(function, bar_register(i), values[i]);
	keep_bars(function);
	pci_write16(function, PCI_COMMAND, command);
}

static void disable_rom(const struct pci_function *function)
{
	switch (pci_layout(function)) {
	case PCI_HEADER_TYPE_NORMAL:
		pci_write32(function, PCI_ROM_ADDRESS, 0);
		break;
	case PCI_HEADER_TYPE_BRIDGE:
		pci_write32(function, PCI_ROM_ADDRESS1, 0);
		break;
	}
}

/*
 * Decoding stays off afterwards: until all have their new addresses, an old one may be anybody's. A function without
 * BARs has what it has by convention (an ISA bridge) and gets its decoding back, and a bridge with given windows,
 * behind which the console may be, never loses it.
 */
void pci_size_bars(struct pci_function *function)
{
	const struct pci_quirk *quirk = pci_quirk(function);
	unsigned count = pci_bar_count(function);
	bool found = false;
	uint16_t command;

	if (count == 0 || quirk->open_windows || function->above_reserved)
		return;
	if (quirk->keeps_bars && quirk->keeps_bars(function)) {
		keep_bars(function);
		return;
	}
	if (function->reserved) {
		size_and_keep_bars(function);
		return;
	}
	command = pci_command(function, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	for (unsigned i = 0; i < count; i += size_bar(function, i, count))
		;
	for (unsigned i = 0; i < count; i++)
		found = found || function->bars[i].kind != PCI_BAR_NONE;
	disable_rom(function);
	if (!found && !pci_is_bridge(function))
		pci_write16(function, PCI_COMMAND, command);
}
