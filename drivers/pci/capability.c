/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capability lists: read once, with every way in which a list can be wrong kept as evidence.
 *
 * Source: PCI Local Bus Specification 3.0, 6.7.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"

#define FIRST_OFFSET	0x40	/* what is below belongs to the header */
#define ALIGNMENT	4	/* the two low bits of a pointer are reserved: to be masked */
#define OFFSETS		(256 / ALIGNMENT)

static unsigned list_pointer(const struct pci_function *function)
{
	switch (pci_layout(function)) {
	case PCI_HEADER_TYPE_NORMAL:
	case PCI_HEADER_TYPE_BRIDGE:
		return PCI_CAPABILITY_LIST;
	case PCI_HEADER_TYPE_CARDBUS:
		return PCI_CB_CAPABILITY_LIST;
	default:
		return 0;
	}
}

static enum pci_list_fault pointer_fault(const struct pci_function *function, unsigned offset, const bool *seen)
{
	if (offset < FIRST_OFFSET)
		return PCI_LIST_POINTER;
	if (seen[offset / ALIGNMENT])
		return PCI_LIST_LOOPS;
	if (pci_read8(function, offset + PCI_CAP_LIST_ID) == 0xff)
		return PCI_LIST_ABSENT;
	return PCI_LIST_GOOD;
}

/* There are only as many offsets as function->capabilities has room for, and none is taken twice. */
void pci_read_capabilities(struct pci_function *function)
{
	bool seen[OFFSETS] = { false };
	unsigned pointer = list_pointer(function);
	unsigned offset;
	uint8_t at = (uint8_t)pointer;

	function->capability_count = 0;
	function->list_fault = PCI_LIST_GOOD;
	if (pointer == 0 || !(pci_read16(function, PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return;

	for (;;) {
		offset = pci_read8(function, at) & ~(ALIGNMENT - 1u);
		if (offset == 0)
			return;
		function->list_fault = pointer_fault(function, offset, seen);
		if (function->list_fault != PCI_LIST_GOOD) {
			function->list_fault_at = at;
			return;
		}
		seen[offset / ALIGNMENT] = true;
		function->capabilities[function->capability_count++] = (struct pci_capability){
			.id = pci_read8(function, offset + PCI_CAP_LIST_ID),
			.offset = (uint8_t)offset,
		};
		at = (uint8_t)(offset + PCI_CAP_LIST_NEXT);
	}
}

const struct pci_capability *pci_capability(const struct pci_function *function, uint8_t id, unsigned *index)
{
	while (*index < function->capability_count) {
		const struct pci_capability *capability = &function->capabilities[(*index)++];

		if (capability->id == id)
			return capability;
	}
	return NULL;
}
