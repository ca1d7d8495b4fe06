/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration space of a root bus with two plain functions on it, for tests of the whole firmware: of either one BAR,
 * the command and what has no effect can be written. Hierarchies, and functions that do wrong, are pci_model.h's; the
 * chip that the bus is behind is the test's.
 */
#ifndef ROOT_BUS_MODEL_H
#define ROOT_BUS_MODEL_H

#include "tests/unit/host/host.h"

#define ROOT_FUNCTIONS	2

/* Serial controllers, 1234:0001 and 1234:0002. */
extern struct root_function {
	unsigned device;
	uint8_t space[256];
	uint8_t writable[256];		/* bits that a write changes */
} root_functions[ROOT_FUNCTIONS];

/* As the firmware has left a function: its command, and in BAR 0 an address in the bits that hold one. */
void root_function_set(unsigned number, unsigned device, uint16_t command, uint32_t bar, uint32_t bar_bits);
/* Adds the bus to the machine; the node of a host bridge that leads there, to I/O and to memory. */
struct platform_node root_bus_add(const char *compatible);

#endif
