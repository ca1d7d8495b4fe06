/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual functions (SR-IOV): where they are, and the BARs that they have by their physical function's capability. They
 * are none of those that pci_enumerate() finds, which enables none: who wants one enables it, and disables it again.
 *
 * Source: PCI Express Base Specification 5.0, 9.2.1 and 9.3.
 */
#ifndef PCI_VIRTUAL_H
#define PCI_VIRTUAL_H

#include "boot/clock.h"
#include "drivers/pci/extended.h"

/* From VF Enable on until a virtual function may be asked at all; and from then on until it must answer. */
#define PCI_VIRTUAL_APART	MILLISECONDS(100)
#define PCI_VIRTUAL_APPEAR	SECONDS(1)

/* The offset of the capability, or 0. */
unsigned pci_sriov(const struct pci_function *function);
/* The bridge above lets function numbers through whose upper bits are a device number (ARI). Returns what is to be
 * written back to the register, which is 0 where there is none. */
uint16_t pci_sriov_forward(const struct pci_function *bridge, unsigned *reg);
/* The virtual function of that number, from 0, without BARs. False where its ID is on no bus that leads here. */
bool pci_virtual_function(const struct pci_function *physical, unsigned number, struct pci_function *function);
/* Does anything answer under its ID? Not by vendor and device ID, which are all ones in a virtual function. */
bool pci_virtual_answers(const struct pci_function *function);
/* Is its ID that of a function that pci_enumerate() has found? */
bool pci_is_known(const struct pci_function *function);

/* BAR 0 of all virtual functions: how large each is, which must be disabled; 0: it is none of memory. */
uint64_t pci_virtual_bar_size(const struct pci_function *physical);
/* Where the first one's begins; the others follow. */
void pci_virtual_bar_place(const struct pci_function *physical, uint64_t address);

#endif
