/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Message interrupts of a function: MSI and MSI-X, behind one interface.
 *
 * A message is a write that the function itself makes: data of the owner's choice to an address of the owner's choice.
 * It is DMA like any other, so the function must be bus master, and the address has a view. What the address must be to
 * reach a CPU is the interrupt controller's to say; to see in which view it is taken, it may lead to memory.
 *
 * In the order of use:
 *	pci_messages_find()	reads the capability, and believes it only as far as it can be checked
 *	pci_messages_open()	keeps what is there; all vectors masked, where they can be
 *	pci_message_set()	where each vector is written, and what; vector 0 first
 *	pci_messages_enable()	from here on the function sends messages instead of using its pin
 *	pci_message_mask()	lets a vector through, or holds it back
 *	pci_messages_close()	puts back what was kept
 *
 * Registers and their bits are those of <linux/pci_regs.h>.
 *
 * Sources: PCI Local Bus Specification 3.0, 6.8; PCI Express Base Specification 3.0, 7.7 and 7.8.
 */
#ifndef PCI_MESSAGE_H
#define PCI_MESSAGE_H

#include "drivers/pci/pci.h"

#define PCI_MESSAGES		64	/* vectors that an owner may use of a function, however many it has */
#define PCI_MESSAGES_MSI	32	/* the most that a function can have */
#define PCI_MESSAGES_MSIX	2048

enum pci_message_kind { PCI_MSI, PCI_MSIX, PCI_MESSAGE_KINDS };

struct pci_message {
	uint64_t address;	/* what the function puts on its bus; a multiple of 4 */
	uint32_t data;		/* MSI: 16 bits */
};

struct pci_messages {
	const struct pci_function *function;
	enum pci_message_kind kind;
	const char *fault;		/* why they cannot be used, or NULL */
	uint8_t capability;		/* its offset in configuration space */
	unsigned vectors;		/* that the function has */
	unsigned count;			/* that are in use: 0 while closed */
	bool wide;			/* an address may have more than 32 bits */
	bool maskable;			/* each vector by itself; without it, none */
	phys_addr table, pending;	/* MSI-X: in its BARs, for the CPU */
	struct {			/* as found by pci_messages_open() */
		uint16_t control;
		uint32_t mask[PCI_MESSAGES_MSIX / 32];	/* bit n: vector n */
		struct pci_message messages[PCI_MESSAGES];	/* MSI: the first alone */
	} kept;
};

/* Reads the function's first capability of the kind, and changes nothing. False: see messages->fault. */
bool pci_messages_find(struct pci_messages *messages, const struct pci_function *function, enum pci_message_kind kind);

/*
 * Takes count vectors, for MSI rounded up to a power of two, with messages off. False, and nothing is changed, for more
 * than the function has or than PCI_MESSAGES; false as well when the function does not hold their number.
 */
bool pci_messages_open(struct pci_messages *messages, unsigned count);

/*
 * What vector sends; it stays masked, or becomes so. An MSI function has one address, and its vectors differ in the low
 * bits of the data: vector 0 sets it for all, and of the others this says whether it is what they send. False: the
 * function cannot be told this, or does not hold it.
 */
bool pci_message_set(struct pci_messages *messages, unsigned vector, struct pci_message message);

/* False: it cannot be masked by itself, or the function does not hold it. */
bool pci_message_mask(struct pci_messages *messages, unsigned vector, bool masked);
/* Is there a message of a masked vector that has not been sent? */
bool pci_message_pending(const struct pci_messages *messages, unsigned vector);

/* False: the function does not hold it, or sends the other kind of messages already, which excludes this one. */
bool pci_messages_enable(struct pci_messages *messages, bool enable);

/* Puts back what was kept, in an order in which nothing can be sent that was not wanted. */
void pci_messages_close(struct pci_messages *messages);

/* The control register of the function's first capability of the kind, in configuration space; 0: it has none. */
unsigned pci_messages_control(const struct pci_function *function, enum pci_message_kind kind);

/* No messages of any kind from this function, whatever its firmware has set up. */
void pci_messages_off(const struct pci_function *function);

#endif
