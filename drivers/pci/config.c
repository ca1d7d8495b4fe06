/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration space of one function: accessors, the command register, names.
 *
 * How an access reaches the bus is drivers/host's. A device that is on no bus of PCI (host NULL) has only a name.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "drivers/pci/quirk.h"

#define CLASS_HOST_BRIDGE	0x0600

static unsigned bdf(const struct pci_function *function)
{
	return (unsigned)function->bus << 8 | (unsigned)function->device << 3 | function->function;
}

uint8_t pci_read8(const struct pci_function *function, unsigned reg)
{
	return !function->host ? 0 : (uint8_t)host_config_read(function->host, bdf(function), reg, 1);
}

uint16_t pci_read16(const struct pci_function *function, unsigned reg)
{
	return !function->host ? 0 : (uint16_t)host_config_read(function->host, bdf(function), reg, 2);
}

uint32_t pci_read32(const struct pci_function *function, unsigned reg)
{
	return !function->host ? 0 : host_config_read(function->host, bdf(function), reg, 4);
}

void pci_write8(const struct pci_function *function, unsigned reg, uint8_t value)
{
	if (function->host)
		host_config_write(function->host, bdf(function), reg, 1, value);
}

void pci_write16(const struct pci_function *function, unsigned reg, uint16_t value)
{
	if (function->host)
		host_config_write(function->host, bdf(function), reg, 2, value);
}

void pci_write32(const struct pci_function *function, unsigned reg, uint32_t value)
{
	if (function->host)
		host_config_write(function->host, bdf(function), reg, 4, value);
}

uint16_t pci_command(const struct pci_function *function, uint16_t set, uint16_t clear)
{
	uint16_t before = pci_read16(function, PCI_COMMAND);
	uint16_t after = (uint16_t)((before & ~clear) | set);

	if (after != before)
		pci_write16(function, PCI_COMMAND, after);
	return before;
}

bool pci_is_bridge(const struct pci_function *function)
{
	return pci_layout(function) == PCI_HEADER_TYPE_BRIDGE;
}

bool pci_is_host_bridge(const struct pci_function *function)
{
	return function->class_code >> 8 == CLASS_HOST_BRIDGE;
}

unsigned pci_bar_count(const struct pci_function *function)
{
	if (pci_is_host_bridge(function))
		return 0;
	switch (pci_layout(function)) {
	case PCI_HEADER_TYPE_NORMAL:
		return PCI_BARS;
	case PCI_HEADER_TYPE_BRIDGE:
		return 2;
	default:
		return 0;
	}
}

phys_addr pci_bar_address(const struct pci_function *function, unsigned bar, uint64_t offset)
{
	const struct host_bridge *host = function->host;
	const struct pci_bar *found = &function->bars[bar];
	phys_addr zero = found->kind == PCI_BAR_IO ? host->io : host->memory;

	return (phys_addr){ zero.value + found->address + offset };
}

const char *pci_name(const struct pci_function *function, char *text)
{
	unsigned hose = function->host ? function->host->at->number : 0;
	size_t length = 0;

	if (!function->host) {
		format(text, PCI_NAME, "%s", function->place);
		return text;
	}
	if (hose > 0)
		length = format(text, PCI_NAME, "%u:", hose);
	format(text + length, PCI_NAME - length, "%02x:%02x.%x", function->bus, function->device, function->function);
	return text;
}

const struct pci_quirk *pci_quirk(const struct pci_function *function)
{
	static const struct pci_quirk none;

	TABLE_EACH(pci_quirks, const struct pci_quirk, quirk)
		if ((*quirk)->vendor == function->vendor && (*quirk)->product == function->product)
			return *quirk;
	return &none;
}
