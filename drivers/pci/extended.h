/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended capabilities: those of PCI Express, behind the first 256 bytes of a function's configuration space.
 *
 * They are read where and when they are asked for. A function has them only if its host leads to 4096 bytes and it is a
 * PCI Express function itself; of any other nothing is read behind the first 256, which on such hosts is somebody
 * else's register or a trap. Ordinary capabilities are pci.h's.
 *
 * Source: PCI Express Base Specification 3.0, 7.2 and 7.9.
 */
#ifndef PCI_EXTENDED_H
#define PCI_EXTENDED_H

#include "drivers/pci/pci.h"

#define PCI_EXTENDED_SLOTS	((4096 - 256) / 4)	/* offsets at which a capability can begin */

struct pci_extended_capability {
	uint16_t id;		/* PCI_EXT_CAP_ID_* */
	uint8_t version;
	uint16_t offset;	/* of its header in configuration space */
};

/* A list being walked. */
struct pci_extended_list {
	const struct pci_function *function;
	enum pci_list_fault fault;	/* PCI_LIST_GOOD as long as nothing is wrong */
	uint16_t fault_at;		/* offset of the header with the bad pointer */
	uint16_t at, next;		/* the header read last; 0: the end */
	uint32_t seen[PCI_EXTENDED_SLOTS / 32];
};

/* Bytes of configuration space that may be read of this function: 256 or 4096. */
unsigned pci_config_bytes(const struct pci_function *function);

void pci_extended_start(struct pci_extended_list *list, const struct pci_function *function);
/* False at the end of the list, or at its fault: no capability is given twice, so that there are at most
 * PCI_EXTENDED_SLOTS. */
bool pci_extended_next(struct pci_extended_list *list, struct pci_extended_capability *capability);

/* The offset of the first capability with this id, or 0. */
unsigned pci_extended_capability(const struct pci_function *function, uint16_t id);

#endif
