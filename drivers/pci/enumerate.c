/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Enumeration from scratch: silences what the firmware left running, numbers the buses depth first, and has the other
 * files of this folder size, place, route and switch on what is found.
 *
 * Bounded whatever the bridges answer: the host's buses, PCI_DEPTH bridges above each other, PCI_FUNCTIONS functions.
 *
 * Source: PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5.
 */
#include <linux/pci_regs.h>

#include "boot/tap.h"
#include "drivers/pci/message.h"
#include "drivers/pci/parts.h"
#include "drivers/pci/quirk.h"

#define LATENCY_TIMER		64	/* bus clocks a master may go on for when another one waits */
#define CACHE_LINE_SIZE		16	/* dwords: the 64 bytes of an EV6 and of an UltraSPARC */

static struct pci_function functions[PCI_FUNCTIONS];
static unsigned function_count;
static unsigned left_out;

/* Root buses of one host, ascending: its own, and those of its expanders. */
#define ROOTS	8

static unsigned roots[ROOTS];
static unsigned root_count;
static unsigned highest;		/* number that a bus below the root under way may have */

unsigned pci_count(void)
{
	return function_count;
}

struct pci_function *pci_get(unsigned number)
{
	return number < function_count ? &functions[number] : NULL;
}

unsigned pci_left_out(void)
{
	return left_out;
}

unsigned pci_not_placed(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < function_count; i++)
		for (unsigned j = 0; j < PCI_BARS; j++) {
			const struct pci_bar *bar = &functions[i].bars[j];

			count += bar->kind != PCI_BAR_NONE && !bar->placed && !bar->kept &&
				 !pci_bar_obstacle(&functions[i], j);
		}
	return count;
}

/* On real machines the console's disk or network controller may still be writing to memory. */
static void stop_bus_master(struct pci_function *function, void *context)
{
	(void)context;
	if (!pci_is_host_bridge(function))
		pci_command(function, 0, PCI_COMMAND_MASTER);
}

/* One that cannot be stopped is no reason not to run, but for whoever reads that memory has moved. */
static void say_if_master(const struct pci_function *function)
{
	char name[PCI_NAME];

	if (!pci_is_host_bridge(function) && (pci_read16(function, PCI_COMMAND) & PCI_COMMAND_MASTER))
		tap_comment("%s %04x:%04x stays a bus master: what it writes meanwhile, nobody knows",
			    pci_name(function, name), function->vendor, function->product);
}

static void add_function(struct pci_function *function, void *above)
{
	if (function_count == PCI_FUNCTIONS) {
		left_out++;
		pci_command(function, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
		return;
	}
	function->above = above;
	pci_note_reserved(function);
	functions[function_count++] = *function;
	stop_bus_master(function, NULL);
	say_if_master(function);
}

/* Says whether the bridge holds them. */
static bool set_bus_numbers(struct pci_function *bridge, unsigned primary, unsigned secondary, unsigned subordinate)
{
	pci_write8(bridge, PCI_PRIMARY_BUS, (uint8_t)primary);
	pci_write8(bridge, PCI_SECONDARY_BUS, (uint8_t)secondary);
	pci_write8(bridge, PCI_SUBORDINATE_BUS, (uint8_t)subordinate);
	bridge->secondary = (uint8_t)secondary;
	bridge->subordinate = (uint8_t)subordinate;
	return pci_read8(bridge, PCI_PRIMARY_BUS) == primary && pci_read8(bridge, PCI_SECONDARY_BUS) == secondary &&
	       pci_read8(bridge, PCI_SUBORDINATE_BUS) == subordinate;
}

static void scan_below(struct host_bridge *host, struct pci_function *above, unsigned bus, unsigned depth,
		       unsigned *last_bus);

/* While what is behind it is being found, a bridge claims all the numbers that are still free. */
static void number_bridge(struct pci_function *bridge, unsigned depth, unsigned *last_bus)
{
	unsigned secondary = *last_bus + 1;

	if (depth > PCI_DEPTH || secondary > highest || !set_bus_numbers(bridge, bridge->bus, secondary, highest)) {
		set_bus_numbers(bridge, 0, 0, 0);
		left_out++;
		return;
	}
	*last_bus = secondary;
	scan_below(bridge->host, bridge, secondary, depth, last_bus);
	if (!set_bus_numbers(bridge, bridge->bus, secondary, *last_bus))
		left_out++;
}

/* All bridges of a bus let go of their numbers before the first of them gets its own. The recursion is PCI_DEPTH deep
 * at most. */
static void scan_below(struct host_bridge *host, struct pci_function *above, unsigned bus, unsigned depth,
		       unsigned *last_bus)
{
	unsigned first = function_count;
	unsigned end;

	pci_scan(host, bus, add_function, above);
	end = function_count;
	for (unsigned i = first; i < end; i++)
		if (pci_is_bridge(&functions[i]))
			set_bus_numbers(&functions[i], 0, 0, 0);
	for (unsigned i = first; i < end; i++)
		if (pci_is_bridge(&functions[i]))
			number_bridge(&functions[i], depth + 1, last_bus);
}

/* May the function answer in this space? Not if one of its BARs there has no address of its own. */
static bool may_decode(const struct pci_function *function, bool io)
{
	if (pci_is_bridge(function))
		return true;
	for (unsigned i = 0; i < PCI_BARS; i++) {
		const struct pci_bar *bar = &function->bars[i];

		if (bar->kind != PCI_BAR_NONE && (bar->kind == PCI_BAR_IO) == io && !bar->placed && !bar->kept)
			return false;
	}
	return true;
}

/* A pin that leads to no line has nobody who would serve it. */
static uint16_t interrupt_disable(const struct pci_function *function)
{
	if (pci_must_not_interrupt(function))
		return pci_read16(function, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE;
	return function->pin && function->line < 0 ? PCI_COMMAND_INTX_DISABLE : 0;
}

static void switch_on(struct pci_function *function)
{
	uint16_t set = interrupt_disable(function);

	if (pci_is_host_bridge(function) || function->reserved)
		return;
	pci_messages_off(function);
	if (may_decode(function, true))
		set |= PCI_COMMAND_IO;
	if (may_decode(function, false))
		set |= PCI_COMMAND_MEMORY;
	if (pci_is_bridge(function))
		set |= PCI_COMMAND_MASTER;
	pci_write8(function, PCI_CACHE_LINE_SIZE, CACHE_LINE_SIZE);
	pci_write8(function, PCI_LATENCY_TIMER, LATENCY_TIMER);
	if (pci_is_bridge(function))
		pci_write8(function, PCI_SEC_LATENCY_TIMER, LATENCY_TIMER);
	pci_command(function, set, PCI_COMMAND_INTX_DISABLE & ~set);
}

static void let_go(struct pci_function *function, void *context)
{
	(void)context;
	if (pci_is_bridge(function))
		set_bus_numbers(function, 0, 0, 0);
}

/*
 * An expander is a function of the root bus (QEMU's pxb-pcie) behind which is a root bus more, with a number that
 * nobody can change and with the host's windows. It is what still answers when no bridge has a number. Only hosts of
 * PCI Express have such; on others an access to nobody may be an error.
 */
static void find_roots(struct host_bridge *host)
{
	roots[0] = (unsigned)host->ranges.buses.first;
	root_count = 1;
	highest = (unsigned)host->ranges.buses.last;
	if (host_config_bytes(host) < PCI_CFG_SPACE_EXP_SIZE)
		return;
	pci_scan(host, roots[0], let_go, NULL);
	for (unsigned bus = roots[0] + 1; bus <= host->ranges.buses.last; bus++) {
		if (!pci_bus_answers(host, bus))
			continue;
		pci_scan(host, bus, let_go, NULL);
		if (root_count < ROOTS) {
			roots[root_count++] = bus;
			continue;
		}
		left_out++;
		highest = bus - 1 < highest ? bus - 1 : highest;
	}
}

static void scan_roots(struct host_bridge *host)
{
	unsigned last = highest;

	for (unsigned i = 0; i < root_count; i++) {
		unsigned last_bus = roots[i];

		highest = i + 1 < root_count ? roots[i + 1] - 1 : last;
		scan_below(host, NULL, roots[i], 0, &last_bus);
	}
}

static void enumerate_host(struct host_bridge *host)
{
	unsigned first = function_count;

	pci_walk(host, stop_bus_master, NULL);
	find_roots(host);
	scan_roots(host);
	for (unsigned i = first; i < function_count; i++)
		pci_size_bars(&functions[i]);
	pci_place(host);
	for (unsigned i = first; i < function_count; i++) {
		pci_route(&functions[i]);
		switch_on(&functions[i]);
	}
}

void pci_enumerate(void)
{
	struct host_bridge *host;

	function_count = 0;
	left_out = 0;
	for (unsigned i = 0; (host = host_get(i)) != NULL; i++)
		enumerate_host(host);
}
