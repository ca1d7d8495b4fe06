/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports for messages: places on the bus where a write of a function (drivers/pci/message.h) is an interrupt. What comes
 * there raises a line of an interrupt controller (interrupt.h), one that no pin leads to.
 */
#ifndef INTERRUPT_MESSAGE_H
#define INTERRUPT_MESSAGE_H

#include "drivers/interrupt/interrupt.h"
#include "drivers/pci/pci.h"

struct message_port;

/* What a function writes for a line: 32 bits, in the bus's little-endian order. */
struct message_to {
	phys_addr address;	/* physical: a multiple of 4 */
	uint32_t data;
};

struct message_driver {
	const char *compatible;		/* of the port's node */
	/* Can the driver use this one? If not it says in a comment why. Asked once, before all else. No operation: it
	 * always can. */
	bool (*usable)(const struct message_port *port);
	/* The lines that messages can raise, of the controller's message_lines. */
	uint64_t (*lines)(const struct message_port *port);
	/* What this function is to write for a line, of a controller that is open; of a port that knows who writes, the
	 * line is nobody else's from now on. False: the port does not take the function's messages. */
	bool (*to)(const struct message_port *port, const struct pci_function *function, unsigned line,
		   struct message_to *to);
	/* Nobody's message raises the line any more, and none is on its way. NULL: who writes there is not asked, so
	 * that anybody's message always does. */
	void (*drop)(const struct message_port *port, unsigned line);
};

#define MESSAGE_DRIVER(object)	TABLE_ADD(message_drivers, const struct message_driver, object)

struct message_port {
	const struct message_driver *driver;
	const struct platform_node *at;
	const struct interrupt_controller *controller;
};

#endif
