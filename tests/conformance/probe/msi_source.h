/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that busproof can have interrupt at will, and that say so by MSI: an xHCI host controller, whose
 * interrupters are a vector each; a port with a slot for hot-plugging; and QEMU's educational device. Nothing else is
 * asked of them. Their messages are drivers/pci/message.h's, and what is judged is suite msi's.
 */
#ifndef PROBE_MSI_SOURCE_H
#define PROBE_MSI_SOURCE_H

#include "drivers/pci/pci.h"

struct msi_source {
	/* Is a function one of these? By what configuration space says. */
	bool (*is)(const struct pci_function *function);
	/* Brings it up, with nothing to say and its messages as they are. NULL, or why it cannot be used. */
	const char *(*begin)(struct pci_function *function);
	/* How many interrupts it has that can be told apart: each has the vector of its number, as far as there are
	 * vectors, and where there are fewer, one of them. After begin(). */
	unsigned (*count)(const struct pci_function *function);
	/* Has it interrupt once, and takes that back for itself. False: it does not say that it does. */
	bool (*interrupt)(struct pci_function *function, unsigned number);
	/* Quiet, with no address of ours; whatever begin() has said. */
	void (*end)(struct pci_function *function);
};

/* NULL: busproof does not know how to have the function interrupt. */
const struct msi_source *msi_source_of(const struct pci_function *function);

#endif
