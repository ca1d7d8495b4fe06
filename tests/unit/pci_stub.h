/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In the place of drivers/pci, for tests of engines and of who uses them: functions are a list of the test's own, and
 * all of them have one status register. What pci_command() does is the test's. Functions with a configuration space are
 * pci_model.h's.
 */
#ifndef PCI_STUB_H
#define PCI_STUB_H

#include "drivers/pci/pci.h"

/* None, unless a test says which. */
extern struct pci_function *pci_stub_functions;
extern unsigned pci_stub_count;
/* What every register of 16 bits is read as; a one that is written clears. */
extern uint16_t pci_stub_status;

#endif
