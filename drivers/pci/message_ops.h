/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What differs between MSI and MSI-X: see message.h, whose functions check their arguments before they come here.
 */
#ifndef PCI_MESSAGE_OPS_H
#define PCI_MESSAGE_OPS_H

#include "drivers/pci/message.h"

struct pci_message_ops {
	uint8_t id;		/* PCI_CAP_ID_* */
	uint8_t control;	/* offset of the control register in the capability */
	uint16_t enable;	/* its bit that switches messages on */
	/* Fills in what messages->capability says; the reason why it is not to be believed, or NULL. */
	const char *(*read)(struct pci_messages *messages);
	/* How many vectors are taken when count are asked for, at least as many. */
	unsigned (*round)(unsigned count);
	/* Keeps everything but the control register, with messages off. */
	void (*keep)(struct pci_messages *messages);
	/* Tells the function that messages->count vectors are in use, and masks all. */
	bool (*take)(struct pci_messages *messages);
	bool (*set)(struct pci_messages *messages, unsigned vector, struct pci_message message);
	bool (*mask)(struct pci_messages *messages, unsigned vector, bool masked);
	bool (*pending)(const struct pci_messages *messages, unsigned vector);
	/* Puts back everything but the control register, with messages off. */
	void (*put_back)(struct pci_messages *messages);
};

extern const struct pci_message_ops pci_msi_ops, pci_msix_ops;

/* Does a capability of so many bytes end within the 256 bytes that capabilities may be in? */
static inline bool pci_capability_fits(unsigned offset, unsigned size)
{
	return offset + size <= 256;
}

#endif
