/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MSI: one address, and data whose low bits the function fills in with the vector. See message.h.
 *
 * All of it is in configuration space. Where the data, mask and pending registers are depends on whether addresses have
 * 64 bits; the latter two exist only in functions that can mask.
 *
 * Source: PCI Local Bus Specification 3.0, 6.8.1.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/message_ops.h"

#define CAPABLE_SHIFT	1	/* of PCI_MSI_FLAGS_QMASK: log2 of the vectors it has */
#define ENABLED_SHIFT	4	/* of PCI_MSI_FLAGS_QSIZE: of those it may use */
#define CAPABLE_MOST	5	/* 6 and 7 are reserved */

static uint32_t read(const struct pci_messages *messages, unsigned reg)
{
	return pci_read32(messages->function, messages->capability + reg);
}

static void write(const struct pci_messages *messages, unsigned reg, uint32_t value)
{
	pci_write32(messages->function, messages->capability + reg, value);
}

static unsigned data_register(const struct pci_messages *messages)
{
	return messages->capability + (messages->wide ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32);
}

static unsigned mask_register(const struct pci_messages *messages)
{
	return messages->wide ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32;
}

static unsigned pending_register(const struct pci_messages *messages)
{
	return messages->wide ? PCI_MSI_PENDING_64 : PCI_MSI_PENDING_32;
}

/* The capability ends behind its last register. */
static unsigned size(const struct pci_messages *messages)
{
	if (messages->maskable)
		return pending_register(messages) + sizeof(uint32_t);
	return data_register(messages) - messages->capability + sizeof(uint16_t);
}

static const char *msi_read(struct pci_messages *messages)
{
	uint16_t control = pci_read16(messages->function, messages->capability + PCI_MSI_FLAGS);
	unsigned capable = (control & PCI_MSI_FLAGS_QMASK) >> CAPABLE_SHIFT;

	messages->wide = control & PCI_MSI_FLAGS_64BIT;
	messages->maskable = control & PCI_MSI_FLAGS_MASKBIT;
	if (!pci_capability_fits(messages->capability, size(messages)))
		return "its MSI capability goes beyond configuration space";
	if (capable > CAPABLE_MOST)
		return "its number of MSI vectors is a reserved one";
	messages->vectors = 1u << capable;
	return NULL;
}

static unsigned log2_of(unsigned count)
{
	unsigned log = 0;

	while (1u << log < count)
		log++;
	return log;
}

static unsigned msi_round(unsigned count)
{
	return count > PCI_MESSAGES_MSI ? count : 1u << log2_of(count);
}

static struct pci_message read_message(const struct pci_messages *messages)
{
	uint64_t high = messages->wide ? read(messages, PCI_MSI_ADDRESS_HI) : 0;

	return (struct pci_message) {
		.address = high << 32 | (read(messages, PCI_MSI_ADDRESS_LO) & ~3u),
		.data = pci_read16(messages->function, data_register(messages)),
	};
}

static void write_message(const struct pci_messages *messages, struct pci_message message)
{
	write(messages, PCI_MSI_ADDRESS_LO, (uint32_t)message.address);
	if (messages->wide)
		write(messages, PCI_MSI_ADDRESS_HI, (uint32_t)(message.address >> 32));
	pci_write16(messages->function, data_register(messages), (uint16_t)message.data);
}

static bool same(struct pci_message one, struct pci_message other)
{
	return one.address == other.address && one.data == other.data;
}

static void msi_keep(struct pci_messages *messages)
{
	messages->kept.messages[0] = read_message(messages);
	messages->kept.mask[0] = messages->maskable ? read(messages, mask_register(messages)) : 0;
}

/* Bits of vectors that the function does not have are reserved, and stay as they are. */
static uint32_t all_vectors(const struct pci_messages *messages)
{
	return (uint32_t)((1ull << messages->vectors) - 1);
}

static bool mask_all(const struct pci_messages *messages)
{
	uint32_t all = all_vectors(messages);

	if (!messages->maskable)
		return true;
	write(messages, mask_register(messages), read(messages, mask_register(messages)) | all);
	return (read(messages, mask_register(messages)) & all) == all;
}

static bool msi_take(struct pci_messages *messages)
{
	unsigned reg = messages->capability + PCI_MSI_FLAGS;
	uint16_t enabled = (uint16_t)(log2_of(messages->count) << ENABLED_SHIFT);

	pci_write16(messages->function, reg,
		    (pci_read16(messages->function, reg) & ~PCI_MSI_FLAGS_QSIZE) | enabled);
	return (pci_read16(messages->function, reg) & PCI_MSI_FLAGS_QSIZE) == enabled && mask_all(messages);
}

static bool is_enabled(const struct pci_messages *messages)
{
	return pci_read16(messages->function, messages->capability + PCI_MSI_FLAGS) & PCI_MSI_FLAGS_ENABLE;
}

/* Of a function that may be sending and cannot be masked, no register is changed: half of an address leads anywhere. */
static bool msi_set(struct pci_messages *messages, unsigned vector, struct pci_message message)
{
	struct pci_message first;

	if (vector > 0) {
		first = read_message(messages);
		first.data |= vector;
		return same(first, message);
	}
	if (message.data > UINT16_MAX || message.data % messages->count ||
	    (!messages->maskable && is_enabled(messages)) || !mask_all(messages))
		return false;
	write_message(messages, message);
	return same(read_message(messages), message);
}

static bool msi_mask(struct pci_messages *messages, unsigned vector, bool masked)
{
	uint32_t bit = 1u << vector;
	uint32_t value = read(messages, mask_register(messages)) & ~bit;

	if (masked)
		value |= bit;
	write(messages, mask_register(messages), value);
	return read(messages, mask_register(messages)) == value;
}

static bool msi_pending(const struct pci_messages *messages, unsigned vector)
{
	return read(messages, pending_register(messages)) >> vector & 1;
}

static void msi_put_back(struct pci_messages *messages)
{
	write_message(messages, messages->kept.messages[0]);
	if (messages->maskable)
		write(messages, mask_register(messages), messages->kept.mask[0]);
}

const struct pci_message_ops pci_msi_ops = {
	.id = PCI_CAP_ID_MSI, .control = PCI_MSI_FLAGS, .enable = PCI_MSI_FLAGS_ENABLE,
	.read = msi_read, .round = msi_round, .keep = msi_keep, .take = msi_take, .set = msi_set, .mask = msi_mask,
	.pending = msi_pending, .put_back = msi_put_back,
};
