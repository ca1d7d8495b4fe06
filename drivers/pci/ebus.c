/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EBus, Sun's bridge to the slow devices of a sun4u machine.
 *
 * On a real machine its BARs lead to the boot PROM, which the firmware runs from, and to the console, the clock and
 * the switch for the power: they stay where the firmware put them, at the top of the address space. QEMU's model, whose
 * devices do not depend on its BARs, has them elsewhere and is treated as any function.
 *
 * Source: OpenBSD sys/arch/sparc64 ebus.c and the addresses in device trees of Ultra 5 and 10.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "drivers/pci/quirk.h"

#define PROM	0xf0000000u	/* the CPU's reset vector leads here, and no BAR of ours can be here */

static bool ebus_keeps_bars(const struct pci_function *function)
{
	return pci_read32(function, PCI_BASE_ADDRESS_0) >= PROM;
}

static const struct pci_quirk ebus = {
	.vendor = 0x108e,
	.product = 0x1000,
	.keeps_bars = ebus_keeps_bars,
};
PCI_QUIRK(ebus);
