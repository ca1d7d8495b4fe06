/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The side of a function that sends messages, in software: its MSI and MSI-X capabilities, the table and the pending
 * bits. Configuration space is that of another model, whose bytes this one reads and writes; the BAR is a device of the
 * host's port, to be added by the test.
 *
 * It watches: what must not happen to an entry that the function may be reading is counted.
 */
#ifndef MESSAGE_MODEL_H
#define MESSAGE_MODEL_H

#include "drivers/pci/message.h"
#include "tests/unit/host/host.h"

struct message_model {
	uint8_t *space;			/* configuration space */
	uint8_t *writable;		/* its bits that can be written; NULL: not kept */
	uint8_t msi, msix;		/* offsets of the capabilities; 0: none */
	unsigned vectors;		/* of MSI-X */
	uint32_t table_offset, pending_offset;	/* in one BAR, which the model is the contents of */
	uint32_t entries[PCI_MESSAGES_MSIX][4];
	uint32_t pending[PCI_MESSAGES_MSIX / 32];
	uint32_t stuck;			/* bits of each dword of an entry that do not change */

	unsigned sent;			/* messages */
	struct pci_message last;
	unsigned changed_while_sending;	/* writes to an entry that was not masked */
};

/* Writes the capability, as after a reset, at an offset that is in the list already. */
void message_model_msi(struct message_model *model, uint8_t at, bool wide, bool maskable, unsigned vectors_log);
void message_model_msix(struct message_model *model, uint8_t at, unsigned vectors, unsigned bar, uint32_t table_offset,
			uint32_t pending_offset);

/* The BAR: functions of a struct host_device with the model as its context. */
uint64_t message_model_read(void *context, const struct host_access *access);
void message_model_write(void *context, const struct host_access *access, uint64_t value);

/* The function has something to tell: a message is sent, or becomes pending, or is lost where messages are off. */
void message_model_send(struct message_model *model, unsigned vector);
/* Sends what is pending and no longer held back. */
void message_model_look(struct message_model *model);

#endif
