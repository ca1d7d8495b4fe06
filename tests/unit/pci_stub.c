/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See pci_stub.h.
 */
#include "tests/unit/pci_stub.h"

#include "boot/print.h"

struct pci_function *pci_stub_functions;
unsigned pci_stub_count;
uint16_t pci_stub_status;

unsigned pci_count(void)
{
	return pci_stub_count;
}

struct pci_function *pci_get(unsigned number)
{
	return number < pci_stub_count ? &pci_stub_functions[number] : NULL;
}

uint16_t pci_read16(const struct pci_function *function, unsigned reg)
{
	(void)function;
	(void)reg;
	return pci_stub_status;
}

void pci_write16(const struct pci_function *function, unsigned reg, uint16_t value)
{
	(void)function;
	(void)reg;
	pci_stub_status &= ~value;
}

const char *pci_name(const struct pci_function *function, char *text)
{
	format(text, PCI_NAME, "00:%02x.0", function->device);
	return text;
}
