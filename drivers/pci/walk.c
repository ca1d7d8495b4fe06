/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is there: probes functions and follows bus numbers. Reads only.
 *
 * Source: PCI Local Bus Specification 3.0, 6.1 and 6.2.1.
 */
#include <linux/pci_regs.h>

#include "boot/string.h"
#include "boot/trap.h"
#include "drivers/pci/parts.h"

#define ABSENT		0xffff

/* All in natural width: a real Sabre gives zeroes for its own registers in any other (Linux, sparc pci_common.c). */
static void read_header(struct pci_function *function)
{
	function->product = pci_read16(function, PCI_DEVICE_ID);
	function->revision = pci_read8(function, PCI_REVISION_ID);
	function->class_code = (uint32_t)pci_read8(function, PCI_CLASS_DEVICE + 1) << 16 |
			       (uint32_t)pci_read8(function, PCI_CLASS_DEVICE) << 8 |
			       pci_read8(function, PCI_CLASS_PROG);
	function->header_type = pci_read8(function, PCI_HEADER_TYPE);
	function->firmware_line = pci_read8(function, PCI_INTERRUPT_LINE);
	function->pin = pci_read8(function, PCI_INTERRUPT_PIN);
	if (pci_layout(function) == PCI_HEADER_TYPE_NORMAL) {
		function->subsystem_vendor = pci_read16(function, PCI_SUBSYSTEM_VENDOR_ID);
		function->subsystem = pci_read16(function, PCI_SUBSYSTEM_ID);
	}
}

static void read_vendor(void *argument)
{
	struct pci_function *function = argument;

	function->vendor = pci_read16(function, PCI_VENDOR_ID);
}

bool pci_identify(struct pci_function *function, struct host_bridge *host, unsigned bus, unsigned device,
		  unsigned number)
{
	memset(function, 0, sizeof *function);
	function->host = host;
	function->domain = host->domain;
	function->interrupts = host->interrupts;
	function->bus = (uint8_t)bus;
	function->device = (uint8_t)device;
	function->function = (uint8_t)number;
	function->line = function->line_beyond = -1;
	function->io = PCI_EMPTY_RANGE;
	function->mem = PCI_EMPTY_RANGE;
	function->prefetchable = PCI_EMPTY_RANGE;

	if (!trap_guard(read_vendor, function, NULL) || function->vendor == ABSENT)
		return false;
	read_header(function);
	pci_read_capabilities(function);
	return true;
}

void pci_scan(struct host_bridge *host, unsigned bus, void (*visit)(struct pci_function *function, void *context),
	      void *context)
{
	struct pci_function found;
	unsigned numbers;

	for (unsigned device = 0; device < PCI_DEVICES; device++) {
		if (!pci_identify(&found, host, bus, device, 0))
			continue;
		numbers = found.header_type & 0x80 ? 8 : 1;
		visit(&found, context);
		for (unsigned number = 1; number < numbers; number++)
			if (pci_identify(&found, host, bus, device, number))
				visit(&found, context);
	}
}

/* Bus numbers as a bridge holds them. */
struct claim {
	uint8_t secondary, subordinate;
};

/* A walk under way. */
struct walk {
	void (*visit)(struct pci_function *function, void *context);
	void *context;
	bool reached[PCI_BUSES];
	bool disputed[PCI_BUSES];		/* that two bridges claim */
	uint8_t last[PCI_BUSES];		/* of a bus reached: the highest number that is handed down to it */
	unsigned claim_count;			/* by the bridges of the bus being scanned */
	struct claim claims[PCI_BUSES];
};

static void note_claim(struct pci_function *function, void *context)
{
	struct walk *walk = context;

	if (pci_is_bridge(function) && walk->claim_count < PCI_BUSES)
		walk->claims[walk->claim_count++] = (struct claim){
			.secondary = pci_read8(function, PCI_SECONDARY_BUS),
			.subordinate = pci_read8(function, PCI_SUBORDINATE_BUS),
		};
	walk->visit(function, walk->context);
}

/* A number that two bridges claim would be answered by both at once, on real hardware. */
static bool is_disputed(const struct walk *walk, unsigned number)
{
	const struct claim *claim = &walk->claims[number];

	for (unsigned i = 0; i < walk->claim_count; i++) {
		const struct claim *other = &walk->claims[i];

		if (i != number && other->secondary <= other->subordinate &&
		    other->secondary <= claim->subordinate && claim->secondary <= other->subordinate)
			return true;
	}
	return false;
}

bool pci_bus_answers(struct host_bridge *host, unsigned bus)
{
	struct pci_function found;

	for (unsigned device = 0; device < PCI_DEVICES; device++)
		if (pci_identify(&found, host, bus, device, 0))
			return true;
	return false;
}

/* Has the pass a bus to scan, because a bridge leads there or because it may be an expander's root bus? */
static bool begins(struct walk *walk, struct host_bridge *host, unsigned bus)
{
	if (walk->reached[bus])
		return true;
	walk->last[bus] = (uint8_t)host->ranges.buses.last;
	if (bus == host->ranges.buses.first)
		return true;
	return host_config_bytes(host) >= PCI_CFG_SPACE_EXP_SIZE && !walk->disputed[bus] && pci_bus_answers(host, bus);
}

/* A bridge leads only to buses with a higher number than its own, so that one pass in order comes to an end. */
static void follow(struct walk *walk, unsigned bus, unsigned number)
{
	const struct claim *claim = &walk->claims[number];

	if (is_disputed(walk, number)) {
		for (unsigned i = claim->secondary; i <= claim->subordinate; i++)
			walk->disputed[i] = true;
		return;
	}
	if (claim->secondary <= bus || claim->subordinate < claim->secondary || claim->subordinate > walk->last[bus])
		return;
	walk->reached[claim->secondary] = true;
	walk->last[claim->secondary] = claim->subordinate;
}

void pci_walk(struct host_bridge *host, void (*visit)(struct pci_function *function, void *context), void *context)
{
	struct walk walk = { .visit = visit, .context = context };

	for (unsigned bus = (unsigned)host->ranges.buses.first; bus <= host->ranges.buses.last; bus++) {
		if (!begins(&walk, host, bus))
			continue;
		walk.claim_count = 0;
		pci_scan(host, bus, note_claim, &walk);
		for (unsigned i = 0; i < walk.claim_count; i++)
			follow(&walk, bus, i);
	}
}
