/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MSI-X: a table of messages in one of the function's BARs, and the bits of those pending in the same or another one.
 * See message.h.
 *
 * Entries are read and written in dwords, the mask bit first and last. All entries that are not in use stay masked
 * while the function's messages are, whatever the firmware has left in them.
 *
 * Source: PCI Local Bus Specification 3.0, 6.8.2.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/message_ops.h"

#define CAPABILITY_SIZE	12
#define PENDING_UNIT	8	/* bytes: the bits come in units of 64 */

/* Where a structure of the capability lies. */
struct place {
	unsigned bar;
	uint64_t offset, size;
};

static struct place read_place(const struct pci_messages *messages, unsigned reg, uint64_t size)
{
	uint32_t value = pci_read32(messages->function, messages->capability + reg);

	return (struct place) {
		.bar = value & PCI_MSIX_TABLE_BIR, .offset = value & PCI_MSIX_TABLE_OFFSET, .size = size,
	};
}

static const char *place_fault(const struct pci_function *function, const struct place *place)
{
	const struct pci_bar *bar;

	if (place->bar >= pci_bar_count(function))
		return "its MSI-X capability names a BAR that a header does not have";
	bar = &function->bars[place->bar];
	if (bar->kind != PCI_BAR_MEM32 && bar->kind != PCI_BAR_MEM64)
		return "its MSI-X capability names a BAR that is no memory";
	if (place->size > bar->size || place->offset > bar->size - place->size)
		return "its MSI-X table or pending bits go beyond their BAR";
	if (!bar->placed)
		return "the BAR of its MSI-X table or pending bits has no address";
	return NULL;
}

static bool overlap(const struct place *one, const struct place *other)
{
	return one->bar == other->bar && one->offset < other->offset + other->size &&
	       other->offset < one->offset + one->size;
}

static const char *msix_read(struct pci_messages *messages)
{
	const struct pci_function *function = messages->function;
	struct place table, pending;
	const char *fault;

	if (!pci_capability_fits(messages->capability, CAPABILITY_SIZE))
		return "its MSI-X capability goes beyond configuration space";
	messages->vectors =
		(pci_read16(function, messages->capability + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_QSIZE) + 1u;
	table = read_place(messages, PCI_MSIX_TABLE, messages->vectors * PCI_MSIX_ENTRY_SIZE);
	pending = read_place(messages, PCI_MSIX_PBA, (messages->vectors + 63u) / 64 * PENDING_UNIT);
	if ((fault = place_fault(function, &table)) != NULL || (fault = place_fault(function, &pending)) != NULL)
		return fault;
	if (overlap(&table, &pending))
		return "its MSI-X table and pending bits overlap";
	if (!(pci_read16(function, PCI_COMMAND) & PCI_COMMAND_MEMORY))
		return "its memory, with the MSI-X table, is switched off";
	messages->wide = messages->maskable = true;
	messages->table = pci_bar_address(function, table.bar, table.offset);
	messages->pending = pci_bar_address(function, pending.bar, pending.offset);
	return NULL;
}

static unsigned msix_round(unsigned count)
{
	return count;
}

static phys_addr at(const struct pci_messages *messages, unsigned vector, unsigned reg)
{
	return (phys_addr) { messages->table.value + vector * PCI_MSIX_ENTRY_SIZE + reg };
}

static bool is_masked(const struct pci_messages *messages, unsigned vector)
{
	return mmio_read32_le(at(messages, vector, PCI_MSIX_ENTRY_VECTOR_CTRL)) & PCI_MSIX_ENTRY_CTRL_MASKBIT;
}

/* The other bits of the register are reserved, or of another capability. */
static bool msix_mask(struct pci_messages *messages, unsigned vector, bool masked)
{
	phys_addr control = at(messages, vector, PCI_MSIX_ENTRY_VECTOR_CTRL);
	uint32_t value = mmio_read32_le(control) & ~(uint32_t)PCI_MSIX_ENTRY_CTRL_MASKBIT;

	if (masked)
		value |= PCI_MSIX_ENTRY_CTRL_MASKBIT;
	mmio_write32_le(control, value);
	return is_masked(messages, vector) == masked;
}

static struct pci_message read_message(const struct pci_messages *messages, unsigned vector)
{
	uint64_t high = mmio_read32_le(at(messages, vector, PCI_MSIX_ENTRY_UPPER_ADDR));

	return (struct pci_message) {
		.address = high << 32 | mmio_read32_le(at(messages, vector, PCI_MSIX_ENTRY_LOWER_ADDR)),
		.data = mmio_read32_le(at(messages, vector, PCI_MSIX_ENTRY_DATA)),
	};
}

static void write_message(const struct pci_messages *messages, unsigned vector, struct pci_message message)
{
	mmio_write32_le(at(messages, vector, PCI_MSIX_ENTRY_LOWER_ADDR), (uint32_t)message.address);
	mmio_write32_le(at(messages, vector, PCI_MSIX_ENTRY_UPPER_ADDR), (uint32_t)(message.address >> 32));
	mmio_write32_le(at(messages, vector, PCI_MSIX_ENTRY_DATA), message.data);
}

static void msix_keep(struct pci_messages *messages)
{
	for (unsigned vector = 0; vector < messages->vectors; vector++)
		if (is_masked(messages, vector))
			messages->kept.mask[vector / 32] |= 1u << vector % 32;
	for (unsigned vector = 0; vector < messages->count; vector++)
		messages->kept.messages[vector] = read_message(messages, vector);
}

static bool was_masked(const struct pci_messages *messages, unsigned vector)
{
	return messages->kept.mask[vector / 32] >> vector % 32 & 1;
}

/* The mask of the whole function would hold back ours with the others. */
static bool msix_take(struct pci_messages *messages)
{
	unsigned reg = messages->capability + PCI_MSIX_FLAGS;
	bool held = true;

	for (unsigned vector = 0; vector < messages->vectors; vector++)
		if (!was_masked(messages, vector))
			held = msix_mask(messages, vector, true) && held;
	pci_write16(messages->function, reg, pci_read16(messages->function, reg) & ~PCI_MSIX_FLAGS_MASKALL);
	return held && !(pci_read16(messages->function, reg) & PCI_MSIX_FLAGS_MASKALL);
}

static bool msix_set(struct pci_messages *messages, unsigned vector, struct pci_message message)
{
	struct pci_message found;

	if (!msix_mask(messages, vector, true))
		return false;
	write_message(messages, vector, message);
	found = read_message(messages, vector);
	return found.address == message.address && found.data == message.data;
}

static bool msix_pending(const struct pci_messages *messages, unsigned vector)
{
	return mmio_read32_le((phys_addr) { messages->pending.value + vector / 32 * 4 }) >> vector % 32 & 1;
}

static void msix_put_back(struct pci_messages *messages)
{
	for (unsigned vector = 0; vector < messages->count; vector++) {
		msix_mask(messages, vector, true);
		write_message(messages, vector, messages->kept.messages[vector]);
	}
	for (unsigned vector = 0; vector < messages->vectors; vector++)
		if (!was_masked(messages, vector))
			msix_mask(messages, vector, false);
}

const struct pci_message_ops pci_msix_ops = {
	.id = PCI_CAP_ID_MSIX, .control = PCI_MSIX_FLAGS, .enable = PCI_MSIX_FLAGS_ENABLE,
	.read = msix_read, .round = msix_round, .keep = msix_keep, .take = msix_take, .set = msix_set,
	.mask = msix_mask, .pending = msix_pending, .put_back = msix_put_back,
};
