/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Message interrupts: what MSI and MSI-X have in common, and the checks before either. See message.h.
 */
#include <linux/pci_regs.h>

#include "boot/string.h"
#include "drivers/pci/message_ops.h"

static const struct pci_message_ops *const kinds[PCI_MESSAGE_KINDS] = {
	[PCI_MSI] = &pci_msi_ops, [PCI_MSIX] = &pci_msix_ops,
};

static const struct pci_message_ops *ops_of(const struct pci_messages *messages)
{
	return kinds[messages->kind];
}

static unsigned control_register(const struct pci_messages *messages)
{
	return messages->capability + ops_of(messages)->control;
}

unsigned pci_messages_control(const struct pci_function *function, enum pci_message_kind kind)
{
	unsigned index = 0;
	const struct pci_capability *capability = pci_capability(function, kinds[kind]->id, &index);

	return capability ? capability->offset + kinds[kind]->control : 0;
}

bool pci_messages_find(struct pci_messages *messages, const struct pci_function *function, enum pci_message_kind kind)
{
	const struct pci_message_ops *ops = kinds[kind];
	unsigned control = pci_messages_control(function, kind);

	memset(messages, 0, sizeof(*messages));
	messages->function = function;
	messages->kind = kind;
	if (!control) {
		messages->fault = "it has no such capability";
		return false;
	}
	messages->capability = (uint8_t)(control - ops->control);
	messages->fault = ops->read(messages);
	return !messages->fault;
}

bool pci_messages_open(struct pci_messages *messages, unsigned count)
{
	const struct pci_message_ops *ops = ops_of(messages);
	unsigned reg = control_register(messages);

	if (messages->fault || messages->count || count == 0 || ops->round(count) > messages->vectors ||
	    ops->round(count) > PCI_MESSAGES)
		return false;
	memset(&messages->kept, 0, sizeof(messages->kept));
	messages->kept.control = pci_read16(messages->function, reg);
	messages->count = ops->round(count);
	pci_write16(messages->function, reg, messages->kept.control & ~ops->enable);
	ops->keep(messages);
	if (ops->take(messages))
		return true;
	pci_messages_close(messages);
	return false;
}

bool pci_message_set(struct pci_messages *messages, unsigned vector, struct pci_message message)
{
	if (vector >= messages->count || message.address % 4 || (!messages->wide && message.address >> 32))
		return false;
	return ops_of(messages)->set(messages, vector, message);
}

bool pci_message_mask(struct pci_messages *messages, unsigned vector, bool masked)
{
	return vector < messages->count && messages->maskable && ops_of(messages)->mask(messages, vector, masked);
}

bool pci_message_pending(const struct pci_messages *messages, unsigned vector)
{
	return vector < messages->count && messages->maskable && ops_of(messages)->pending(messages, vector);
}

static bool sends_another_kind(const struct pci_messages *messages)
{
	for (enum pci_message_kind kind = 0; kind < PCI_MESSAGE_KINDS; kind++) {
		unsigned control = kind == messages->kind ? 0 : pci_messages_control(messages->function, kind);

		if (control && pci_read16(messages->function, control) & kinds[kind]->enable)
			return true;
	}
	return false;
}

bool pci_messages_enable(struct pci_messages *messages, bool enable)
{
	const struct pci_message_ops *ops = ops_of(messages);
	unsigned reg = control_register(messages);
	uint16_t control;

	if (messages->count == 0 || (enable && sends_another_kind(messages)))
		return false;
	control = pci_read16(messages->function, reg) & ~ops->enable;
	if (enable)
		control |= ops->enable;
	pci_write16(messages->function, reg, control);
	return pci_read16(messages->function, reg) == control;
}

void pci_messages_close(struct pci_messages *messages)
{
	if (messages->count == 0)
		return;
	pci_messages_enable(messages, false);
	ops_of(messages)->put_back(messages);
	messages->count = 0;
	pci_write16(messages->function, control_register(messages), messages->kept.control);
}

void pci_messages_off(const struct pci_function *function)
{
	for (enum pci_message_kind kind = 0; kind < PCI_MESSAGE_KINDS; kind++) {
		unsigned reg = pci_messages_control(function, kind);
		uint16_t control = reg ? pci_read16(function, reg) : 0;

		if (control & kinds[kind]->enable)
			pci_write16(function, reg, control & ~kinds[kind]->enable);
	}
}
