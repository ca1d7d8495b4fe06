/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hand-off snapshot: what the console firmware left in every function it could reach, before anything is changed.
 *
 * Read-only and in a fixed order, so that the snapshots of two versions of a firmware or of QEMU can be compared line
 * by line. A driver that knows how to tell whether the firmware left its device running adds that (PCI_HANDOFF_NOTE).
 */
#include <linux/pci_regs.h>

#include "boot/tap.h"
#include "drivers/pci/parts.h"

#define LINE			512

TABLE_DECLARE(pci_handoff_notes, const struct pci_handoff_note);

static void append_bridge(struct text *text, const struct pci_function *function)
{
	if (!pci_is_bridge(function))
		return;
	append(text, " buses %02x %02x %02x", pci_read8(function, PCI_PRIMARY_BUS),
	       pci_read8(function, PCI_SECONDARY_BUS), pci_read8(function, PCI_SUBORDINATE_BUS));
	append(text, " io %04x upper %08x", pci_read16(function, PCI_IO_BASE),
	       pci_read32(function, PCI_IO_BASE_UPPER16));
	append(text, " memory %08x", pci_read32(function, PCI_MEMORY_BASE));
	append(text, " prefetchable %08x upper %08x %08x", pci_read32(function, PCI_PREF_MEMORY_BASE),
	       pci_read32(function, PCI_PREF_BASE_UPPER32), pci_read32(function, PCI_PREF_LIMIT_UPPER32));
	append(text, " control %04x", pci_read16(function, PCI_BRIDGE_CONTROL));
}

/* The firmware's messages would go on where its code no longer is. */
static void append_messages(struct text *text, const struct pci_function *function)
{
	for (unsigned i = 0; i < function->capability_count; i++) {
		const struct pci_capability *capability = &function->capabilities[i];

		if (capability->id == PCI_CAP_ID_MSI)
			append(text, " msi %04x", pci_read16(function, capability->offset + PCI_MSI_FLAGS));
		if (capability->id == PCI_CAP_ID_MSIX)
			append(text, " msi-x %04x", pci_read16(function, capability->offset + PCI_MSIX_FLAGS));
	}
}

static void print_function(struct pci_function *function, void *context)
{
	char name[PCI_NAME], buffer[LINE] = "";
	struct text text = { buffer, sizeof buffer, 0, false };

	(void)context;
	append(&text, "%s %04x:%04x class %06x header %02x command %04x status %04x", pci_name(function, name),
	       function->vendor, function->product, function->class_code, function->header_type,
	       pci_read16(function, PCI_COMMAND), pci_read16(function, PCI_STATUS));
	append(&text, " line %02x pin %x", function->firmware_line, function->pin);
	if (pci_bar_count(function) > 0)
		append(&text, " bars");
	for (unsigned i = 0; i < pci_bar_count(function); i++)
		append(&text, " %08x", pci_read32(function, PCI_BASE_ADDRESS_0 + 4 * i));
	append_bridge(&text, function);
	append_messages(&text, function);
	TABLE_EACH(pci_handoff_notes, const struct pci_handoff_note, note)
		if ((*note)->append)
			(*note)->append(&text, function);
	tap_comment("hand-off %s%s", buffer, text.cut ? " ..." : "");
}

static void print_host(struct host_bridge *host)
{
	char buffer[2 * LINE] = "";
	struct text text = { buffer, sizeof buffer, 0, false };

	TABLE_EACH(pci_handoff_notes, const struct pci_handoff_note, note)
		if ((*note)->append_host)
			(*note)->append_host(&text, host);
	tap_comment("hand-off hose %u %s%s%s", host->at->number, host->driver->compatible, buffer,
		    text.cut ? " ..." : "");
}

void pci_print_handoff(void)
{
	struct host_bridge *host;

	for (unsigned i = 0; (host = host_get(i)) != NULL; i++) {
		print_host(host);
		pci_walk(host, print_function, NULL);
	}
}
