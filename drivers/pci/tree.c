/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PCI tree as comment lines: one line a function, two spaces deeper behind each bridge.
 */
#include "boot/string.h"
#include "boot/tap.h"
#include "drivers/pci/extended.h"
#include "drivers/pci/parts.h"

#define LINE	512

/* Classes in words: the first row that matches under its mask. */
static const struct class_name {
	uint32_t mask, class_code;
	const char *name;
} class_names[] = {
	{ 0xff0000, 0x000000, "unclassified" },
	{ 0xffff00, 0x010000, "SCSI" },
	{ 0xffff00, 0x010100, "IDE" },
	{ 0xffff00, 0x010600, "SATA" },
	{ 0xffff00, 0x010800, "NVMe" },
	{ 0xff0000, 0x010000, "storage" },
	{ 0xffff00, 0x020000, "Ethernet" },
	{ 0xff0000, 0x020000, "network" },
	{ 0xffff00, 0x030000, "VGA" },
	{ 0xff0000, 0x030000, "display" },
	{ 0xff0000, 0x040000, "multimedia" },
	{ 0xff0000, 0x050000, "memory" },
	{ 0xffff00, 0x060000, "host bridge" },
	{ 0xffff00, 0x060100, "ISA bridge" },
	{ 0xffff00, 0x060400, "PCI bridge" },
	{ 0xff0000, 0x060000, "bridge" },
	{ 0xff0000, 0x070000, "communication" },
	{ 0xff0000, 0x080000, "system" },
	{ 0xff0000, 0x090000, "input" },
	{ 0xffff00, 0x0c0300, "USB" },
	{ 0xff0000, 0x0c0000, "serial bus" },
};

static const char *const list_faults[] = {
	[PCI_LIST_GOOD] = "",
	[PCI_LIST_LOOPS] = "loops",
	[PCI_LIST_POINTER] = "leads into the header",
	[PCI_LIST_ABSENT] = "leads to an absent capability",
};

static const char *class_in_words(uint32_t class_code)
{
	for (unsigned i = 0; i < sizeof class_names / sizeof class_names[0]; i++)
		if ((class_code & class_names[i].mask) == class_names[i].class_code)
			return class_names[i].name;
	return "other";
}

static void append_range(struct text *text, const char *name, const struct bus_range *range)
{
	if (range->first <= range->last)
		append(text, ", %s %#llx-%#llx", name, (unsigned long long)range->first,
		       (unsigned long long)range->last);
}

static void append_bar(struct text *text, const struct pci_function *function, unsigned number)
{
	static const char *const kinds[] = { "", "I/O", "memory", "memory 64" };
	const struct pci_bar *bar = &function->bars[number];
	const char *obstacle;

	if (bar->kind == PCI_BAR_NONE)
		return;
	obstacle = pci_bar_obstacle(function, number);
	append(text, ", BAR%u %s", number, kinds[bar->kind]);
	if (bar->size != 0)
		append(text, " %#llx", (unsigned long long)bar->size);
	if (bar->placed)
		append(text, " at %#llx", (unsigned long long)bar->address);
	else if (bar->kept)
		append(text, " kept at %#llx", (unsigned long long)bar->address);
	else if (obstacle)
		append(text, " not placed (%s)", obstacle);
	else
		append(text, " not placed (probe %#llx)", (unsigned long long)bar->probe);
}

static void append_interrupt(struct text *text, const struct pci_function *function)
{
	if (function->pin == 0)
		return;
	append(text, ", INT%c", function->pin <= 4 ? "?ABCD"[function->pin] : '?');
	if (function->line >= 0)
		append(text, " line %#x", (unsigned)function->line);
	else
		append(text, " nowhere");
}

static void append_capabilities(struct text *text, const struct pci_function *function)
{
	if (function->capability_count > 0)
		append(text, ", capabilities");
	for (unsigned i = 0; i < function->capability_count; i++)
		append(text, " %02x", function->capabilities[i].id);
	if (function->list_fault != PCI_LIST_GOOD)
		append(text, ", capability list %s at %#x", list_faults[function->list_fault],
		       function->list_fault_at);
}

static void append_extended(struct text *text, const struct pci_function *function)
{
	struct pci_extended_capability capability;
	struct pci_extended_list list;
	unsigned count = 0;

	pci_extended_start(&list, function);
	while (pci_extended_next(&list, &capability))
		append(text, "%s %04x", count++ ? "" : ", extended capabilities", capability.id);
	if (list.fault != PCI_LIST_GOOD)
		append(text, ", their list %s at %#x", list_faults[list.fault], list.fault_at);
}

static unsigned depth_of(const struct pci_function *function)
{
	unsigned depth = 0;

	while ((function = function->above) != NULL)
		depth++;
	return depth;
}

static void print_function(const struct pci_function *function)
{
	char name[PCI_NAME], buffer[LINE] = "";
	struct text text = { buffer, sizeof buffer, 0, false };

	append(&text, "%*s%s %04x:%04x %s", (int)(2 * depth_of(function)), "", pci_name(function, name),
	       function->vendor, function->product, class_in_words(function->class_code));
	if (pci_is_bridge(function)) {
		append(&text, ", buses %02x-%02x", function->secondary, function->subordinate);
		append_range(&text, "I/O", &function->io);
		append_range(&text, "memory", &function->mem);
		append_range(&text, "prefetchable", &function->prefetchable);
	}
	for (unsigned i = 0; i < PCI_BARS; i++)
		append_bar(&text, function, i);
	append_interrupt(&text, function);
	if (function->reserved)
		append(&text, ", reserved: %s", function->reserved);
	append_capabilities(&text, function);
	append_extended(&text, function);
	tap_comment("%s%s", buffer, text.cut ? " ..." : "");
}

void pci_print_tree(void)
{
	tap_comment("PCI: %u functions, %u left out, %u BARs without an address", pci_count(), pci_left_out(),
		    pci_not_placed());
	for (unsigned i = 0; i < pci_count(); i++)
		print_function(pci_get(i));
}
