/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions whose interrupt pin leads to no line (route.c finds that out), and what must not be done to them.
 *
 * QEMU's controllers are arrays in which each change of a line is looked up, even one that changes nothing, and an
 * assertion fails beyond their end: pci_bus_change_irq_level() in hw/pci/pci.c.
 */
#include "drivers/pci/pci.h"

const char *pci_must_not_interrupt(const struct pci_function *function)
{
	if (!arch_platform()->emulated || function->line_beyond < INTERRUPT_LINES)
		return NULL;
	return "QEMU ends at the first interrupt from this slot, for which it has no line: give it a lower one";
}

const char *pci_must_not_drive(const struct pci_function *function)
{
	return function->reserved ? function->reserved : pci_must_not_interrupt(function);
}
