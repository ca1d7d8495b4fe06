/* SPDX-License-Identifier: BSD-2-Clause */
/* See message_model.h. */
#include "tests/unit/message_model.h"

#include <string.h>

#include <linux/pci_regs.h>

static uint32_t get(const struct message_model *model, unsigned at, unsigned size)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < size; i++)
		value |= (uint32_t)model->space[at + i] << 8 * i;
	return value;
}

static void set(struct message_model *model, unsigned at, unsigned size, uint32_t value, uint32_t writable)
{
	for (unsigned i = 0; i < size; i++) {
		model->space[at + i] = (uint8_t)(value >> 8 * i);
		if (model->writable)
			model->writable[at + i] = (uint8_t)(writable >> 8 * i);
	}
}

void message_model_msi(struct message_model *model, uint8_t at, bool wide, bool maskable, unsigned vectors_log)
{
	unsigned data = at + (wide ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32);

	model->msi = at;
	set(model, at + PCI_MSI_FLAGS, 2, vectors_log << 1 | (wide ? PCI_MSI_FLAGS_64BIT : 0) |
	    (maskable ? PCI_MSI_FLAGS_MASKBIT : 0), PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE);
	set(model, at + PCI_MSI_ADDRESS_LO, 4, 0, ~3u);
	if (wide)
		set(model, at + PCI_MSI_ADDRESS_HI, 4, 0, ~0u);
	set(model, data, 2, 0, 0xffff);
	if (maskable) {
		set(model, data + 4, 4, 0, (uint32_t)((1ull << (1u << vectors_log)) - 1));
		set(model, data + 8, 4, 0, 0);
	}
}

void message_model_msix(struct message_model *model, uint8_t at, unsigned vectors, unsigned bar, uint32_t table_offset,
			uint32_t pending_offset)
{
	model->msix = at;
	model->vectors = vectors;
	model->table_offset = table_offset;
	model->pending_offset = pending_offset;
	set(model, at + PCI_MSIX_FLAGS, 2, vectors - 1, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	set(model, at + PCI_MSIX_TABLE, 4, table_offset | bar, 0);
	set(model, at + PCI_MSIX_PBA, 4, pending_offset | bar, 0);
	for (unsigned vector = 0; vector < vectors; vector++)
		model->entries[vector][PCI_MSIX_ENTRY_VECTOR_CTRL / 4] = PCI_MSIX_ENTRY_CTRL_MASKBIT;
}

/* The dword of the table or of the pending bits. */
static uint32_t *dword(struct message_model *model, const struct host_access *access, bool *in_table)
{
	uint64_t offset = access->offset - model->table_offset;

	if (access->width != 4 || access->order != HOST_LITTLE || access->offset % 4)
		fail_msg("%u bytes of the table's BAR at %#llx", access->width, (unsigned long long)access->offset);
	*in_table = offset < model->vectors * PCI_MSIX_ENTRY_SIZE;
	if (*in_table)
		return &model->entries[offset / PCI_MSIX_ENTRY_SIZE][offset % PCI_MSIX_ENTRY_SIZE / 4];
	offset = access->offset - model->pending_offset;
	if (offset >= (model->vectors + 63u) / 64 * 8)
		fail_msg("nothing at %#llx of the table's BAR", (unsigned long long)access->offset);
	return &model->pending[offset / 4];
}

uint64_t message_model_read(void *context, const struct host_access *access)
{
	bool in_table;

	return *dword(context, access, &in_table);
}

static bool msix_sends(const struct message_model *model)
{
	return model->msix && (get(model, model->msix + PCI_MSIX_FLAGS, 2) &
			       (PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL)) == PCI_MSIX_FLAGS_ENABLE;
}

static bool msix_masked(const struct message_model *model, unsigned vector)
{
	return model->entries[vector][PCI_MSIX_ENTRY_VECTOR_CTRL / 4] & PCI_MSIX_ENTRY_CTRL_MASKBIT;
}

void message_model_write(void *context, const struct host_access *access, uint64_t value)
{
	struct message_model *model = context;
	bool in_table;
	uint32_t *written = dword(model, access, &in_table);
	unsigned vector;

	if (!in_table)
		fail_msg("a write to the pending bits");
	vector = (unsigned)(access->offset - model->table_offset) / PCI_MSIX_ENTRY_SIZE;
	if (access->offset % PCI_MSIX_ENTRY_SIZE != PCI_MSIX_ENTRY_VECTOR_CTRL)
		model->changed_while_sending += msix_sends(model) && !msix_masked(model, vector);
	*written = (*written & model->stuck) | ((uint32_t)value & ~model->stuck);
}

static void send_msix(struct message_model *model, unsigned vector)
{
	const uint32_t *entry = model->entries[vector];

	assert_true(vector < model->vectors);
	if (!msix_sends(model) || msix_masked(model, vector)) {
		model->pending[vector / 32] |= 1u << vector % 32;
		return;
	}
	model->pending[vector / 32] &= ~(1u << vector % 32);
	model->sent++;
	model->last = (struct pci_message) { (uint64_t)entry[1] << 32 | entry[0], entry[2] };
}

static void send_msi(struct message_model *model, unsigned vector)
{
	uint16_t control = (uint16_t)get(model, model->msi + PCI_MSI_FLAGS, 2);
	bool wide = control & PCI_MSI_FLAGS_64BIT;
	unsigned data = model->msi + (wide ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32);
	uint32_t bits;

	/* A function with fewer vectors than it has uses for tells them apart no more. */
	vector %= 1u << ((control & PCI_MSI_FLAGS_QSIZE) >> 4);
	if (control & PCI_MSI_FLAGS_MASKBIT) {
		bits = get(model, data + 8, 4) & ~(1u << vector);
		if (get(model, data + 4, 4) >> vector & 1) {
			set(model, data + 8, 4, bits | 1u << vector, 0);
			return;
		}
		set(model, data + 8, 4, bits, 0);
	}
	model->sent++;
	model->last = (struct pci_message) {
		(uint64_t)(wide ? get(model, model->msi + PCI_MSI_ADDRESS_HI, 4) : 0) << 32 |
		get(model, model->msi + PCI_MSI_ADDRESS_LO, 4), get(model, data, 2) | vector,
	};
}

void message_model_send(struct message_model *model, unsigned vector)
{
	if (model->msix && get(model, model->msix + PCI_MSIX_FLAGS, 2) & PCI_MSIX_FLAGS_ENABLE)
		send_msix(model, vector);
	else if (model->msi && get(model, model->msi + PCI_MSI_FLAGS, 2) & PCI_MSI_FLAGS_ENABLE)
		send_msi(model, vector);
}

void message_model_look(struct message_model *model)
{
	for (unsigned vector = 0; vector < PCI_MESSAGES_MSIX && model->msix; vector++)
		if (model->pending[vector / 32] >> vector % 32 & 1)
			send_msix(model, vector);
	for (unsigned vector = 0; vector < PCI_MESSAGES_MSI && model->msi; vector++) {
		uint16_t control = (uint16_t)get(model, model->msi + PCI_MSI_FLAGS, 2);
		unsigned pending = model->msi + (control & PCI_MSI_FLAGS_64BIT ? PCI_MSI_PENDING_64 :
							       PCI_MSI_PENDING_32);

		if (control & PCI_MSI_FLAGS_MASKBIT && get(model, pending, 4) >> vector & 1)
			send_msi(model, vector);
	}
}
