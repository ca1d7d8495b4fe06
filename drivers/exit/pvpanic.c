/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's pvpanic-pci device (docs/specs/pvpanic.rst): one byte register at the start of BAR 0. See exit.h. */
#include "drivers/exit/exit.h"

#include <linux/pci_regs.h>
#include <misc/pvpanic.h>

#include "drivers/pci/pci.h"

#define PCI_VENDOR_REDHAT	0x1b36
#define PCI_PRODUCT_PVPANIC	0x0011

void exit_failure(void)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_function *function = pci_get(i);

		if (function->vendor != PCI_VENDOR_REDHAT || function->product != PCI_PRODUCT_PVPANIC ||
		    !function->bars[0].placed)
			continue;
		pci_command(function, PCI_COMMAND_MEMORY, 0);
		mmio_write8(pci_bar_address(function, 0, 0), PVPANIC_PANICKED);
	}
}
