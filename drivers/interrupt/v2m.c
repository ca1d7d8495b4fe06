/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The message frame of a GIC, "v2m": a page with a register to which a function writes the number of a shared
 * peripheral interrupt, which is then raised for a moment. Which SPIs are the frame's it says itself, where the
 * machine's description does not.
 *
 * Source: Arm Server Base System Architecture (DEN0029), appendix E, "GICv2m Architecture".
 */
#include "drivers/interrupt/message.h"

#define MSI_TYPER	0x008
#define   TYPER_FIRST(value)	((value) >> 16 & 0x3ff)	/* by the GIC's numbers */
#define   TYPER_COUNT(value)	((value) & 0x3ff)
#define MSI_SETSPI_NS	0x040

#define FIRST_SPI	32

static phys_addr at(const struct message_port *port, unsigned reg)
{
	return (phys_addr) { port->at->registers[0].start.value + reg };
}

static uint64_t v2m_lines(const struct message_port *port)
{
	unsigned first = port->at->message_lines.first, count = port->at->message_lines.count;
	uint64_t lines = 0;

	if (count == 0) {
		uint32_t type = mmio_read32_le(at(port, MSI_TYPER));

		first = TYPER_FIRST(type) - FIRST_SPI;
		count = TYPER_COUNT(type);
	}
	for (unsigned line = 0; line < INTERRUPT_LINES; line++)
		if (line >= first && line - first < count)
			lines |= INTERRUPT_LINE(line);
	return lines & port->controller->driver->message_lines;
}

static bool v2m_to(const struct message_port *port, const struct pci_function *function, unsigned line,
		   struct message_to *to)
{
	(void)function;
	*to = (struct message_to) { at(port, MSI_SETSPI_NS), FIRST_SPI + line };
	return true;
}

static const struct message_driver v2m = {
	.compatible = "arm,gic-v2m-frame", .lines = v2m_lines, .to = v2m_to,
};
MESSAGE_DRIVER(v2m);
