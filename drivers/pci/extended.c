/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended capabilities, walked with every way in which their list can be wrong: see extended.h.
 */
#include <linux/pci_regs.h>

#include "boot/string.h"
#include "drivers/pci/extended.h"

#define FIRST	PCI_CFG_SPACE_SIZE
#define ABSENT	0xffffffffu

/*
 * A bridge to conventional PCI between the host and the function answers all ones, or with the first 256 bytes once
 * more.
 */
unsigned pci_config_bytes(const struct pci_function *function)
{
	unsigned index = 0;
	uint32_t first;

	if (host_config_bytes(function->host) < PCI_CFG_SPACE_EXP_SIZE ||
	    !pci_capability(function, PCI_CAP_ID_EXP, &index))
		return PCI_CFG_SPACE_SIZE;
	first = pci_read32(function, FIRST);
	if (first == ABSENT || first == pci_read32(function, PCI_VENDOR_ID))
		return PCI_CFG_SPACE_SIZE;
	return PCI_CFG_SPACE_EXP_SIZE;
}

void pci_extended_start(struct pci_extended_list *list, const struct pci_function *function)
{
	memset(list, 0, sizeof(*list));
	list->function = function;
	list->next = pci_config_bytes(function) > FIRST ? FIRST : 0;
}

static unsigned slot(unsigned offset)
{
	return (offset - FIRST) / 4;
}

static enum pci_list_fault pointer_fault(const struct pci_extended_list *list, uint32_t header)
{
	if (list->next < FIRST)
		return PCI_LIST_POINTER;
	if (list->seen[slot(list->next) / 32] >> slot(list->next) % 32 & 1)
		return PCI_LIST_LOOPS;
	return header == ABSENT ? PCI_LIST_ABSENT : PCI_LIST_GOOD;
}

bool pci_extended_next(struct pci_extended_list *list, struct pci_extended_capability *capability)
{
	uint32_t header;

	if (list->next == 0 || list->fault != PCI_LIST_GOOD)
		return false;
	header = list->next < FIRST ? 0 : pci_read32(list->function, list->next);
	list->fault = pointer_fault(list, header);
	list->fault_at = list->fault == PCI_LIST_GOOD ? 0 : list->at;
	/* A function without any has one that is all zero. */
	if (list->fault != PCI_LIST_GOOD || header == 0)
		return false;
	list->seen[slot(list->next) / 32] |= 1u << slot(list->next) % 32;
	list->at = list->next;
	list->next = PCI_EXT_CAP_NEXT(header);
	*capability = (struct pci_extended_capability) {
		.id = PCI_EXT_CAP_ID(header), .version = PCI_EXT_CAP_VER(header), .offset = list->at,
	};
	return true;
}

unsigned pci_extended_capability(const struct pci_function *function, uint16_t id)
{
	struct pci_extended_capability capability;
	struct pci_extended_list list;

	pci_extended_start(&list, function);
	while (pci_extended_next(&list, &capability))
		if (capability.id == id)
			return capability.offset;
	return 0;
}
