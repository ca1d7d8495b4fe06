/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From an interrupt pin of a function to a line of the machine's interrupt controller.
 *
 * On the way up each bridge turns the pins of its slots by the slot's number, so that devices of one pin spread over
 * four lines. What a pin of the root bus leads to is the host's (drivers/host);
 * a bridge may have lines of its own (quirk.h).
 *
 * Source: PCI-to-PCI Bridge Architecture Specification 1.2, 9.1.
 */
#include "drivers/pci/parts.h"
#include "drivers/pci/quirk.h"

#define PINS	4

static unsigned turn(unsigned pin, unsigned slot)
{
	return (pin - 1 + slot) % PINS + 1;
}

static bool has_line(const struct host_bridge *host, int line)
{
	if (line < 0 || !host->driver->lines)
		return line >= 0;
	return line < INTERRUPT_LINES && (host->driver->lines & INTERRUPT_LINE(line));
}

/* The line that the function's pin leads to, or -1. */
static int find_line(const struct pci_function *function)
{
	unsigned pin = function->pin;

	for (const struct pci_function *above; (above = function->above) != NULL; function = above) {
		if (pci_quirk(above)->intx_line)
			return pci_quirk(above)->intx_line(above, function->device, pin);
		pin = turn(pin, function->device);
	}
	return function->host->driver->intx_line(function->host, function->device, pin);
}

void pci_route(struct pci_function *function)
{
	int line;

	function->line = function->line_beyond = -1;
	if (function->pin < 1 || function->pin > PINS)
		return;
	line = find_line(function);
	if (has_line(function->host, line))
		function->line = line;
	else
		function->line_beyond = line;
}
