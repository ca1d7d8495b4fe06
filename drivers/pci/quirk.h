/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that cannot be treated by the book. Each has a file that registers it with PCI_QUIRK.
 */
#ifndef PCI_QUIRK_H
#define PCI_QUIRK_H

#include "boot/table.h"
#include "drivers/pci/pci.h"

#define PCI_QUIRK_REGISTERS	2

struct pci_quirk {
	uint16_t vendor, product;

	/*
	 * A bridge whose windows are given: opens them and fills in function->io and function->mem. It must keep
	 * open what is open and shall stay so. room narrows down where BARs behind it may be. NULL: an ordinary
	 * bridge, with windows as large as need be.
	 */
	void (*open_windows)(struct pci_function *function);
	struct bus_range (*io_room)(const struct pci_function *function);

	/*
	 * A bridge each of whose slots has its own interrupt lines: the one that a pin (1 = INTA) of a slot right
	 * behind it leads to, or -1. NULL: by the book, to a pin of the bridge's own slot.
	 */
	int (*intx_line)(const struct pci_function *bridge, unsigned slot, unsigned pin);

	/* Must the BARs stay where the firmware put them? NULL: no. */
	bool (*keeps_bars)(const struct pci_function *function);

	/* Registers of a byte that open_windows writes beyond the header. 0: no more. */
	uint8_t changes[PCI_QUIRK_REGISTERS];
};

TABLE_DECLARE(pci_quirks, const struct pci_quirk);
#define PCI_QUIRK(object)	TABLE_ADD(pci_quirks, const struct pci_quirk, object)

/* The quirk of a function; one that changes nothing for most. Never NULL. */
const struct pci_quirk *pci_quirk(const struct pci_function *function);

#endif
