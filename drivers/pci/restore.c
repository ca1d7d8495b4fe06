/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the console firmware left in the registers of every function, kept before anything is changed, and put back in
 * the end where the firmware goes on after us.
 *
 * Only registers of the header, those that a quirk names, and whether messages are on: what devices hold elsewhere is
 * lost when they are reset, and their drivers in the firmware must begin anew, as after any program that it has
 * started.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/message.h"
#include "drivers/pci/parts.h"
#include "drivers/pci/quirk.h"

#define REGISTERS_MOST	20

struct kept_register {
	uint8_t reg;
	uint8_t size;
};

/* Without status registers, in which ones clear, and BIST, where one starts a test. The command comes last of all. */
static const struct kept_register of_all[] = {
	{ PCI_CACHE_LINE_SIZE, 1 }, { PCI_LATENCY_TIMER, 1 }, { PCI_INTERRUPT_LINE, 1 },
	{ PCI_BASE_ADDRESS_0, 4 }, { PCI_BASE_ADDRESS_1, 4 },
	{ 0 },
}, of_normal[] = {
	{ PCI_BASE_ADDRESS_2, 4 }, { PCI_BASE_ADDRESS_3, 4 }, { PCI_BASE_ADDRESS_4, 4 }, { PCI_BASE_ADDRESS_5, 4 },
	{ PCI_ROM_ADDRESS, 4 },
	{ 0 },
}, of_bridge[] = {
	{ PCI_PRIMARY_BUS, 4 },		/* with secondary, subordinate and the latency timer behind */
	{ PCI_IO_BASE, 2 }, { PCI_IO_BASE_UPPER16, 4 }, { PCI_MEMORY_BASE, 4 }, { PCI_PREF_MEMORY_BASE, 4 },
	{ PCI_PREF_BASE_UPPER32, 4 }, { PCI_PREF_LIMIT_UPPER32, 4 }, { PCI_ROM_ADDRESS1, 4 },
	{ PCI_BRIDGE_CONTROL, 2 },
	{ 0 },
}, of_no_other[] = {
	{ 0 },
};

/* A function where the firmware's bus numbers have it. */
static struct kept_function {
	struct host_bridge *host;
	uint8_t bus, device, function, header_type;
	uint16_t vendor, product;
	uint16_t command;
	uint32_t values[REGISTERS_MOST];
	struct {
		uint8_t reg;		/* their control register; 0: it has none */
		uint16_t control;
	} messages[PCI_MESSAGE_KINDS];
} kept[PCI_FUNCTIONS];
static unsigned kept_count;

static uint32_t read(const struct pci_function *function, const struct kept_register *at)
{
	switch (at->size) {
	case 1:
		return pci_read8(function, at->reg);
	case 2:
		return pci_read16(function, at->reg);
	default:
		return pci_read32(function, at->reg);
	}
}

static void write(const struct pci_function *function, const struct kept_register *at, uint32_t value)
{
	switch (at->size) {
	case 1:
		pci_write8(function, at->reg, (uint8_t)value);
		break;
	case 2:
		pci_write16(function, at->reg, (uint16_t)value);
		break;
	default:
		pci_write32(function, at->reg, value);
		break;
	}
}

/* Reads all registers of the function into values, or writes them. */
static void each_register(const struct pci_function *function, uint32_t *values, bool put_back)
{
	const struct pci_quirk *quirk = pci_quirk(function);
	const struct kept_register *const lists[] = {
		of_all, pci_is_bridge(function) ? of_bridge :
		pci_layout(function) == PCI_HEADER_TYPE_NORMAL ? of_normal : of_no_other,
	};
	unsigned count = 0;

	for (unsigned i = 0; i < sizeof lists / sizeof lists[0]; i++)
		for (const struct kept_register *at = lists[i]; at->size; at++, count++) {
			if (put_back)
				write(function, at, values[count]);
			else
				values[count] = read(function, at);
		}
	for (unsigned i = 0; i < PCI_QUIRK_REGISTERS && quirk->changes[i]; i++, count++) {
		if (put_back)
			pci_write8(function, quirk->changes[i], (uint8_t)values[count]);
		else
			values[count] = pci_read8(function, quirk->changes[i]);
	}
}

static void keep(struct pci_function *function, void *context)
{
	struct kept_function *at = &kept[kept_count];

	(void)context;
	if (kept_count == PCI_FUNCTIONS || pci_is_host_bridge(function))
		return;
	kept_count++;
	*at = (struct kept_function){
		.host = function->host, .bus = function->bus, .device = function->device,
		.function = function->function,
		.header_type = function->header_type, .vendor = function->vendor, .product = function->product,
		.command = pci_read16(function, PCI_COMMAND),
	};
	each_register(function, at->values, false);
	for (enum pci_message_kind kind = 0; kind < PCI_MESSAGE_KINDS; kind++) {
		at->messages[kind].reg = (uint8_t)pci_messages_control(function, kind);
		if (at->messages[kind].reg)
			at->messages[kind].control = pci_read16(function, at->messages[kind].reg);
	}
}

void pci_keep_handoff(void)
{
	struct host_bridge *host;

	kept_count = 0;
	for (unsigned i = 0; (host = host_get(i)) != NULL; i++)
		pci_walk(host, keep, NULL);
}

/* What the accessors need to know of it. */
static struct pci_function find(const struct kept_function *at)
{
	return (struct pci_function){
		.host = at->host, .bus = at->bus, .device = at->device, .function = at->function,
		.header_type = at->header_type, .vendor = at->vendor, .product = at->product,
	};
}

/* Nothing decodes, and no bridge has a bus number, as long as some have their old ones and others their new ones. */
static void let_go(void)
{
	for (unsigned i = pci_count(); i-- > 0; ) {
		const struct pci_function *function = pci_get(i);

		if (pci_is_host_bridge(function))
			continue;
		pci_command(function, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
		if (pci_is_bridge(function))
			pci_write32(function, PCI_PRIMARY_BUS, 0);
	}
}

/* A walk has found bridges before what is behind them: that is where it was by the time its turn comes. */
void pci_restore_handoff(void)
{
	let_go();
	for (unsigned i = 0; i < kept_count; i++) {
		struct pci_function function = find(&kept[i]);

		each_register(&function, kept[i].values, true);
	}
	for (unsigned i = 0; i < kept_count; i++) {
		struct pci_function function = find(&kept[i]);

		for (enum pci_message_kind kind = 0; kind < PCI_MESSAGE_KINDS; kind++)
			if (kept[i].messages[kind].reg)
				pci_write16(&function, kept[i].messages[kind].reg, kept[i].messages[kind].control);
		pci_write16(&function, PCI_COMMAND, kept[i].command);
	}
}
