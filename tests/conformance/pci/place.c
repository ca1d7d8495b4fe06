/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The suite pci, second part: BARs and bridges, as their registers say and as drivers/pci placed them.
 *
 * A test puts back what it changes, also when it fails. While it does, nothing may be printed: the console may be
 * behind the function whose decoding is off.
 *
 * Sources: PCI Local Bus Specification 3.0, 6.2.5; PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/pci.h"
#include "drivers/pci/quirk.h"
#include "tests/conformance/framework/test.h"

#define IO_BITS		0x3ull		/* not part of the address */
#define MEMORY_BITS	0xfull
#define SMALLEST_IO	4
#define SMALLEST_MEMORY	16

static const uint32_t patterns[] = { 0x00000000, 0xffffffff, 0x55555555, 0xaaaaaaaa, 0x12345678, 0xedcba987 };

static uint64_t type_bits(const struct pci_bar *bar)
{
	return bar->kind == PCI_BAR_IO ? IO_BITS : MEMORY_BITS;
}

static unsigned bar_register(unsigned number)
{
	return PCI_BASE_ADDRESS_0 + 4 * number;
}

static uint64_t read_bar(const struct pci_function *function, unsigned number)
{
	uint64_t value = pci_read32(function, bar_register(number));

	if (function->bars[number].kind == PCI_BAR_MEM64)
		value |= (uint64_t)pci_read32(function, bar_register(number + 1)) << 32;
	return value;
}

static void write_bar(const struct pci_function *function, unsigned number, uint64_t value)
{
	pci_write32(function, bar_register(number), (uint32_t)value);
	if (function->bars[number].kind == PCI_BAR_MEM64)
		pci_write32(function, bar_register(number + 1), (uint32_t)(value >> 32));
}

static const char *skip_without_bars(const struct subject *subject)
{
	for (unsigned i = 0; i < PCI_BARS; i++)
		if (subject->function->bars[i].kind != PCI_BAR_NONE && !subject->function->bars[i].kept)
			return NULL;
	return "no BARs to be judged";
}

/* The size is a power of two, and no smaller than the address bits that a BAR may leave out. */
static void bar_size_is_legal(struct trial *t)
{
	const struct pci_function *function = t->subject->function;

	for (unsigned i = 0; i < PCI_BARS; i++) {
		const struct pci_bar *bar = &function->bars[i];
		uint64_t smallest = bar->kind == PCI_BAR_IO ? SMALLEST_IO : SMALLEST_MEMORY;

		if (bar->kind == PCI_BAR_NONE || bar->kept)
			continue;
		trial_note(t, "bar", "%u: %#llx after all ones", i, (unsigned long long)bar->probe);
		expect(t, bar->size != 0, "BAR%u: %#llx after all ones is no power of two, or not always so", i,
		       (unsigned long long)bar->probe);
		expect(t, bar->size == 0 || bar->size >= smallest, "BAR%u: %llu bytes are too few", i,
		       (unsigned long long)bar->size);
		expect_equal(t, "bits of the size above the lowest one", bar->size & (bar->size - 1), 0);
	}
}
CONFORMANCE_TEST("pci.bar-size", bar_size_is_legal,
		 "The size of each BAR is a power of two, and no smaller than a BAR may be.",
		 .scope = &scope_pci_function, .skip = skip_without_bars);

/* Address bits as wide as I/O decoders may be: the upper half may be missing. */
static uint64_t address_bits(const struct pci_bar *bar)
{
	uint64_t bits = ~(bar->size - 1);

	if (bar->kind != PCI_BAR_MEM64)
		bits &= 0xffffffff;
	if (bar->kind == PCI_BAR_IO && bar->probe >> 16 == 0)
		bits &= 0xffff;
	return bits;
}

static void try_bar_patterns(struct trial *t, const struct pci_function *function, unsigned number)
{
	const struct pci_bar *bar = &function->bars[number];
	uint64_t types = read_bar(function, number) & type_bits(bar);

	for (unsigned i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		uint64_t value = (uint64_t)~patterns[i] << 32 | patterns[i];
		uint64_t expected = (value & address_bits(bar)) | types;
		uint64_t found;

		write_bar(function, number, value);
		found = read_bar(function, number);
		if (found != expected)
			trial_fail(t, "BAR%u: expected %#llx, found %#llx after %#llx was written", number,
				   (unsigned long long)expected, (unsigned long long)found,
				   (unsigned long long)value);
	}
}

/* Address bits hold what is written, all others are fixed: the type bits tell the same before and after. */
static void bar_holds_patterns(struct trial *t)
{
	const struct pci_function *function = t->subject->function;
	uint16_t command = pci_command(function, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);

	for (unsigned i = 0; i < PCI_BARS; i++) {
		uint64_t before;

		if (function->bars[i].kind == PCI_BAR_NONE || function->bars[i].size == 0)
			continue;
		before = read_bar(function, i);
		try_bar_patterns(t, function, i);
		write_bar(function, i, before);
		expect_equal(t, "BAR put back", read_bar(function, i), before);
	}
	pci_write16(function, PCI_COMMAND, command);
}
CONFORMANCE_TEST("pci.bar-patterns", bar_holds_patterns,
		 "The address bits of a BAR keep what is written, and its type bits cannot be written.",
		 .scope = &scope_pci_function, .skip = skip_without_bars);

/* The register says what drivers/pci believes, and the address is a multiple of the size. */
static void bar_is_where_placed(struct trial *t)
{
	const struct pci_function *function = t->subject->function;

	for (unsigned i = 0; i < PCI_BARS; i++) {
		const struct pci_bar *bar = &function->bars[i];

		if (!bar->placed)
			continue;
		expect_equal(t, "address in the BAR", read_bar(function, i) & ~type_bits(bar), bar->address);
		expect_equal(t, "address modulo size", bar->address & (bar->size - 1), 0);
	}
}
CONFORMANCE_TEST("pci.bar-address", bar_is_where_placed,
		 "Each BAR holds the address that it was given, which is a multiple of its size.",
		 .scope = &scope_pci_function, .skip = skip_without_bars);

static bool contains(const struct bus_range *range, uint64_t first, uint64_t last)
{
	return range->first <= first && last <= range->last;
}

/* What a bridge has in its window registers; first > last where they say that it is closed. */
static struct bus_range io_window(const struct pci_function *bridge)
{
	uint32_t low = pci_read16(bridge, PCI_IO_BASE);
	uint32_t upper = (low & PCI_IO_RANGE_TYPE_MASK) == PCI_IO_RANGE_TYPE_32 ?
			 pci_read32(bridge, PCI_IO_BASE_UPPER16) : 0;

	return (struct bus_range){
		.first = (low & 0xf0) << 8 | upper << 16,
		.last = (low & 0xf000) | (upper & 0xffff0000) | 0xfff,
	};
}

static struct bus_range memory_window(const struct pci_function *bridge)
{
	uint32_t value = pci_read32(bridge, PCI_MEMORY_BASE);

	return (struct bus_range){ .first = (value & 0xfff0) << 16, .last = (value & 0xfff00000) | 0xfffff };
}

/* Closed as well where busproof has not looked for it, because the host has nothing to put there. */
static struct bus_range prefetchable_window(const struct pci_function *bridge)
{
	uint32_t value = pci_read32(bridge, PCI_PREF_MEMORY_BASE);
	uint64_t base = 0, limit = 0;

	if (bridge->prefetchable_bits == 0)
		return (struct bus_range){ .first = 1, .last = 0 };
	if (bridge->prefetchable_bits == 64) {
		base = (uint64_t)pci_read32(bridge, PCI_PREF_BASE_UPPER32) << 32;
		limit = (uint64_t)pci_read32(bridge, PCI_PREF_LIMIT_UPPER32) << 32;
	}
	return (struct bus_range){
		.first = base | (value & 0xfff0) << 16, .last = limit | (value & 0xfff00000) | 0xfffff,
	};
}

/* An access gets from the root bus to the BAR: every bridge above has it in a window, by the bridge's registers. */
static void bar_is_in_windows_above(struct trial *t)
{
	const struct pci_function *function = t->subject->function;
	char name[PCI_NAME];

	for (unsigned i = 0; i < PCI_BARS; i++) {
		const struct pci_bar *bar = &function->bars[i];

		if (!bar->placed)
			continue;
		for (const struct pci_function *above = function->above; above; above = above->above) {
			uint64_t last = bar->address + bar->size - 1;
			struct bus_range range = bar->kind == PCI_BAR_IO ? io_window(above) : memory_window(above);
			struct bus_range other = prefetchable_window(above);

			expect(t, contains(&range, bar->address, last) ||
				  (bar->kind != PCI_BAR_IO && contains(&other, bar->address, last)),
			       "BAR%u at %#llx is not in %#llx to %#llx of bridge %s", i,
			       (unsigned long long)bar->address, (unsigned long long)range.first,
			       (unsigned long long)range.last, pci_name(above, name));
		}
	}
}
static const char *skip_not_behind_a_bridge(const struct subject *subject)
{
	return subject->function->above ? skip_without_bars(subject) : "no bridge above";
}
CONFORMANCE_TEST("pci.bar-in-windows", bar_is_in_windows_above,
		 "Every bridge above a BAR has the BAR in its window, so that an access gets there.",
		 .scope = &scope_pci_function, .skip = skip_not_behind_a_bridge);

#define PREFETCHABLE	(PCI_BARS + 1)	/* behind the window of the space itself */

/* Claims of a function on its bus: BARs 0 to 5, and then a bridge's windows. */
static bool claim(const struct pci_function *function, unsigned number, bool io, struct bus_range *range)
{
	const struct pci_bar *bar = &function->bars[number % PCI_BARS];

	if (number >= PCI_BARS) {
		if (!pci_is_bridge(function) || (io && number == PREFETCHABLE))
			return false;
		*range = number == PREFETCHABLE ? prefetchable_window(function) :
			 io ? io_window(function) : memory_window(function);
		return range->first <= range->last;
	}
	if (!bar->placed || (bar->kind == PCI_BAR_IO) != io)
		return false;
	*range = (struct bus_range){ bar->address, bar->address + bar->size - 1 };
	return true;
}

static void compare_claims(struct trial *t, const struct pci_function *a, const struct pci_function *b, bool io)
{
	struct bus_range one, other;
	char name[PCI_NAME];

	for (unsigned i = 0; i <= PREFETCHABLE; i++) {
		if (!claim(a, i, io, &one))
			continue;
		for (unsigned j = a == b ? i + 1 : 0; j <= PREFETCHABLE; j++)
			if (claim(b, j, io, &other) && one.first <= other.last && other.first <= one.last)
				trial_fail(t, "%s %#llx to %#llx is claimed by %s as well", io ? "I/O" : "memory",
					   (unsigned long long)one.first, (unsigned long long)one.last,
					   pci_name(b, name));
	}
}

/* On a bus, an address belongs to one function and there to one BAR, or to one bridge's window. */
static void claims_do_not_overlap(struct trial *t)
{
	const struct pci_function *function = t->subject->function;

	for (unsigned i = 0; i < pci_count(); i++) {
		if (pci_get(i)->host != function->host || pci_get(i)->above != function->above)
			continue;
		compare_claims(t, function, pci_get(i), true);
		compare_claims(t, function, pci_get(i), false);
	}
}
CONFORMANCE_TEST("pci.no-overlap", claims_do_not_overlap,
		 "No address of a bus belongs to two BARs or windows.",
		 .scope = &scope_pci_function);

static const char *skip_not_a_bridge(const struct subject *subject)
{
	return pci_is_bridge(subject->function) ? NULL : "not a PCI bridge";
}

/* Bus numbers hold, are those of no other bus, and lie within the range of the bridge above. */
static void bridge_holds_bus_numbers(struct trial *t)
{
	const struct pci_function *bridge = t->subject->function;

	expect_equal(t, "primary bus", pci_read8(bridge, PCI_PRIMARY_BUS), bridge->bus);
	expect_equal(t, "secondary bus", pci_read8(bridge, PCI_SECONDARY_BUS), bridge->secondary);
	expect_equal(t, "subordinate bus", pci_read8(bridge, PCI_SUBORDINATE_BUS), bridge->subordinate);
	expect(t, bridge->secondary > bridge->bus, "secondary bus %u is not below bus %u", bridge->secondary,
	       bridge->bus);
	if (bridge->above)
		expect(t, bridge->subordinate <= bridge->above->subordinate,
		       "subordinate bus %u is beyond %u, the last one of the bridge above", bridge->subordinate,
		       bridge->above->subordinate);
	for (unsigned i = 0; i < pci_count(); i++)
		if (pci_get(i) != bridge && pci_get(i)->host == bridge->host && pci_is_bridge(pci_get(i)))
			expect(t, pci_get(i)->secondary != bridge->secondary, "bus %u is behind two bridges",
			       bridge->secondary);
}
CONFORMANCE_TEST("pci.bridge-buses", bridge_holds_bus_numbers,
		 "A bridge keeps its bus numbers, which lie in the range of the bridge above and belong to no other "
		 "bus.",
		 .scope = &scope_pci_function, .skip = skip_not_a_bridge);

static void expect_window(struct trial *t, const char *what, struct bus_range found, const struct bus_range *expected)
{
	trial_note(t, what, "%#llx to %#llx", (unsigned long long)found.first, (unsigned long long)found.last);
	if (expected->first > expected->last)
		expect(t, found.first > found.last, "%s window: must be closed, is %#llx to %#llx", what,
		       (unsigned long long)found.first, (unsigned long long)found.last);
	else
		expect(t, found.first == expected->first && found.last == expected->last,
		       "%s window: expected %#llx to %#llx, found %#llx to %#llx", what,
		       (unsigned long long)expected->first, (unsigned long long)expected->last,
		       (unsigned long long)found.first, (unsigned long long)found.last);
}

/* Windows hold; the prefetchable one stays closed where busproof does not use it. */
static void bridge_holds_windows(struct trial *t)
{
	const struct pci_function *bridge = t->subject->function;
	uint32_t prefetchable = pci_read32(bridge, PCI_PREF_MEMORY_BASE);

	if (bridge->io_bits != 0)
		expect_window(t, "io", io_window(bridge), &bridge->io);
	expect_window(t, "memory", memory_window(bridge), &bridge->mem);
	if (bridge->prefetchable_bits != 0) {
		expect_window(t, "prefetchable", prefetchable_window(bridge), &bridge->prefetchable);
		return;
	}
	expect(t, (prefetchable & 0xfff0) << 16 > (prefetchable & 0xfff00000) || (prefetchable & 0xfff0fff0) == 0,
	       "prefetchable window is open: %#x", prefetchable);
}
CONFORMANCE_TEST("pci.bridge-windows", bridge_holds_windows,
		 "A bridge keeps its windows, and its prefetchable one, which is not used, stays closed.",
		 .scope = &scope_pci_function, .skip = skip_not_a_bridge);

static const char *skip_windows_in_use(const struct subject *subject)
{
	if (pci_is_bridge(subject->function) && pci_quirk(subject->function)->open_windows)
		return "its windows must stay open";
	return skip_not_a_bridge(subject);
}

/* The memory window's registers hold all addresses in units of 1 MiB, and nothing below. */
static void bridge_window_holds_patterns(struct trial *t)
{
	const struct pci_function *bridge = t->subject->function;
	uint16_t command = pci_command(bridge, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	uint32_t before = pci_read32(bridge, PCI_MEMORY_BASE);

	for (unsigned i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		pci_write32(bridge, PCI_MEMORY_BASE, patterns[i]);
		expect_equal(t, "memory base and limit", pci_read32(bridge, PCI_MEMORY_BASE),
			     patterns[i] & 0xfff0fff0);
	}
	pci_write32(bridge, PCI_MEMORY_BASE, before);
	pci_write16(bridge, PCI_COMMAND, command);
	expect_equal(t, "memory base and limit put back", pci_read32(bridge, PCI_MEMORY_BASE), before);
}
CONFORMANCE_TEST("pci.bridge-window-patterns", bridge_window_holds_patterns,
		 "The registers of a bridge's memory window keep every address in units of 1 MiB, and nothing below.",
		 .scope = &scope_pci_function, .skip = skip_windows_in_use);

/* Every BAR that can have an address has one; the others are told with the reason. */
static void all_bars_are_placed(struct trial *t)
{
	char name[PCI_NAME];

	for (unsigned i = 0; i < pci_count(); i++)
		for (unsigned j = 0; j < PCI_BARS; j++) {
			const struct pci_function *function = pci_get(i);
			const struct pci_bar *bar = &function->bars[j];
			const char *obstacle;

			if (bar->kind == PCI_BAR_NONE || bar->placed || bar->kept)
				continue;
			obstacle = pci_bar_obstacle(function, j);
			trial_note(t, pci_name(function, name), "BAR%u, %llu bytes: %s", j,
				   (unsigned long long)bar->size, obstacle ? obstacle : "not placed");
		}
	expect_equal(t, "BARs without an address", pci_not_placed(), 0);
}
CONFORMANCE_TEST("pci.all-placed", all_bars_are_placed,
		 "Every BAR that can have an address has one.");
