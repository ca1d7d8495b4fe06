/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual functions: see virtual.h. */
#include "drivers/pci/virtual.h"

#include <linux/pci_regs.h>

unsigned pci_sriov(const struct pci_function *function)
{
	return pci_extended_capability(function, PCI_EXT_CAP_ID_SRIOV);
}

uint16_t pci_sriov_forward(const struct pci_function *bridge, unsigned *reg)
{
	const struct pci_capability *express;
	unsigned index = 0;
	uint16_t before;

	*reg = 0;
	if (!bridge || !(express = pci_capability(bridge, PCI_CAP_ID_EXP, &index)) ||
	    !(pci_read32(bridge, express->offset + PCI_EXP_DEVCAP2) & PCI_EXP_DEVCAP2_ARI))
		return 0;
	*reg = express->offset + PCI_EXP_DEVCTL2;
	before = pci_read16(bridge, *reg);
	pci_write16(bridge, *reg, before | PCI_EXP_DEVCTL2_ARI);
	return before;
}

bool pci_virtual_function(const struct pci_function *physical, unsigned number, struct pci_function *function)
{
	unsigned sriov = pci_sriov(physical);
	unsigned last = physical->above ? physical->above->subordinate : physical->bus;
	unsigned id = ((unsigned)physical->bus << 8 | (unsigned)physical->device << 3 | physical->function) +
		      pci_read16(physical, sriov + PCI_SRIOV_VF_OFFSET) +
		      number * pci_read16(physical, sriov + PCI_SRIOV_VF_STRIDE);

	*function = (struct pci_function){
		.host = physical->host,
		.above = physical->above,
		.domain = physical->domain,
		.bus = (uint8_t)(id >> 8),
		.device = id >> 3 & 31,
		.function = id & 7,
	};
	return id >> 8 <= last;
}

bool pci_virtual_answers(const struct pci_function *function)
{
	return pci_read32(function, PCI_CLASS_REVISION) != 0xffffffff;
}

bool pci_is_known(const struct pci_function *function)
{
	for (unsigned i = 0; i < pci_count(); i++)
		if (pci_get(i)->host == function->host && pci_get(i)->bus == function->bus &&
		    pci_get(i)->device == function->device && pci_get(i)->function == function->function)
			return true;
	return false;
}

void pci_virtual_bar_place(const struct pci_function *physical, uint64_t address)
{
	unsigned reg = pci_sriov(physical) + PCI_SRIOV_BAR;
	uint32_t type = pci_read32(physical, reg) & PCI_BASE_ADDRESS_MEM_TYPE_MASK;

	pci_write32(physical, reg, (uint32_t)address);
	if (type == PCI_BASE_ADDRESS_MEM_TYPE_64)
		pci_write32(physical, reg + 4, address >> 32);
}

uint64_t pci_virtual_bar_size(const struct pci_function *physical)
{
	unsigned reg = pci_sriov(physical) + PCI_SRIOV_BAR;
	uint32_t mask;

	if (pci_read32(physical, reg) & PCI_BASE_ADDRESS_SPACE_IO)
		return 0;
	pci_write32(physical, reg, ~0u);
	mask = pci_read32(physical, reg) & (uint32_t)PCI_BASE_ADDRESS_MEM_MASK;
	pci_write32(physical, reg, 0);
	return mask ? (uint64_t)~mask + 1 : 0;
}
