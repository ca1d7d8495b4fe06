/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requester IDs: the number that the requests of a function carry, by which an IOMMU knows it.
 *
 * Source: PCI Express Base Specification 3.0, 2.2.6.2; PCI Express to PCI/PCI-X Bridge Specification 1.0, 2.3.
 */
#ifndef PCI_REQUESTER_H
#define PCI_REQUESTER_H

#include "drivers/pci/pci.h"

#define PCI_NO_EXPRESS	(~0u)

/* What a function is in PCI Express, PCI_EXP_TYPE_*, or that it is conventional. */
unsigned pci_express_type(const struct pci_function *function);

/* As they come out of the root bus: bus << 8 | device << 3 | function of its own, or what a bridge to conventional PCI
 * puts in place of it, which all functions behind that have in common. */
uint32_t pci_requester(const struct pci_function *function);

/* Can it send requests of its own? A bridge that hands on those of others does where it interrupts by messages. */
bool pci_is_requester(const struct pci_function *function);

#endif
