/* SPDX-License-Identifier: BSD-2-Clause */
/* Requester IDs: see requester.h. */
#include "drivers/pci/requester.h"

#include <linux/pci_regs.h>

unsigned pci_express_type(const struct pci_function *function)
{
	unsigned index = 0;
	const struct pci_capability *express = pci_capability(function, PCI_CAP_ID_EXP, &index);

	if (!express)
		return PCI_NO_EXPRESS;
	return (pci_read16(function, express->offset + PCI_EXP_FLAGS) & PCI_EXP_FLAGS_TYPE) >> 4;
}

uint32_t pci_requester(const struct pci_function *function)
{
	uint32_t id = function->bus << 8 | function->device << 3 | function->function;

	for (const struct pci_function *above = function->above; above; above = above->above) {
		unsigned type = pci_express_type(above);

		if (type == PCI_NO_EXPRESS)
			id = above->bus << 8 | above->device << 3 | above->function;
		else if (type == PCI_EXP_TYPE_PCI_BRIDGE)
			id = above->secondary << 8;
	}
	return id;
}

bool pci_is_requester(const struct pci_function *function)
{
	unsigned msi = 0, msix = 0;

	if (pci_is_host_bridge(function))
		return false;
	return !pci_is_bridge(function) || pci_capability(function, PCI_CAP_ID_MSI, &msi) ||
	       pci_capability(function, PCI_CAP_ID_MSIX, &msix);
}
