/*
 * From an interrupt pin of a function to a line of the machine's interrupt controller.
 *
 * On the way up each bridge turns the pins of its slots by the slot's number, so that devices of one pin spread over
 * four lines. What a pin of the root bus leads to is the host bridge's.
 *
 * Source: PCI-to-PCI Bridge Architecture Specification 1.2, 9.1.
 */
#include "drivers/bridge/interrupt.h"
#include "drivers/pci/parts.h"
#include "drivers/pci/quirk.h"

#define PINS	4

static unsigned turn(unsigned pin, unsigned slot)
{
	return (pin - 1 + slot) % PINS + 1;
}

static bool has_line(const struct host_bridge *host, int line)
{
	const struct interrupt_controller *controller = host->driver->interrupts;

	if (line < 0 || !controller)
		return line >= 0;
	return line < INTERRUPT_LINES && (controller->lines & INTERRUPT_LINE(line));
}

void pci_route(struct pci_function *function)
{
	const struct host_bridge_ops *ops = function->host->driver->ops;
	const struct pci_function *below = function;
	unsigned pin = function->pin;
	unsigned above = 0;
	int line;

	function->line = function->line_beyond = -1;
	if (pin < 1 || pin > PINS)
		return;
	while (below->above) {
		if (pci_quirk(below->above)->routes_interrupts) {
			above = (unsigned)below->above->device << 3 | below->above->function;
			break;
		}
		pin = turn(pin, below->device);
		below = below->above;
	}
	line = ops->intx_line(function->host, above, below->device, pin);
	if (has_line(function->host, line))
		function->line = line;
	else
		function->line_beyond = line;
}
