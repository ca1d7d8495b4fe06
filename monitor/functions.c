/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands about PCI functions: the tree, headers, configuration space, BARs, virtio devices. */
#include <linux/pci_regs.h>

#include "boot/string.h"
#include "drivers/engine/engine.h"
#include "drivers/pci/extended.h"
#include "drivers/pci/pci.h"
#include "drivers/virtio/engine.h"
#include "monitor/command.h"
#include "monitor/registers.h"

struct bit_name {
	uint16_t bit;
	const char *name;
};

static const struct bit_name command_bits[] = {
	{ PCI_COMMAND_IO, "io" }, { PCI_COMMAND_MEMORY, "memory" }, { PCI_COMMAND_MASTER, "master" },
	{ PCI_COMMAND_PARITY, "parity" }, { PCI_COMMAND_SERR, "serr" },
	{ PCI_COMMAND_INTX_DISABLE, "intx-disable" }, { 0, NULL },
};

static const struct bit_name status_bits[] = {
	{ PCI_STATUS_INTERRUPT, "interrupt" }, { PCI_STATUS_CAP_LIST, "capabilities" },
	{ PCI_STATUS_PARITY, "master-parity-error" }, { PCI_STATUS_SIG_TARGET_ABORT, "signalled-target-abort" },
	{ PCI_STATUS_REC_TARGET_ABORT, "received-target-abort" },
	{ PCI_STATUS_REC_MASTER_ABORT, "received-master-abort" },
	{ PCI_STATUS_SIG_SYSTEM_ERROR, "system-error" }, { PCI_STATUS_DETECTED_PARITY, "parity-error" }, { 0, NULL },
};

static void say_bits(const char *name, uint16_t value, const struct bit_name *bits)
{
	say("  %s %04x", name, value);
	for (; bits->name; bits++)
		if (value & bits->bit)
			say(" %s", bits->name);
	say("\n");
}

static unsigned depth(const struct pci_function *function)
{
	unsigned above = 0;

	for (; function->above; function = function->above)
		above++;
	return above;
}

static bool list(void)
{
	char name[PCI_NAME];

	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_function *function = pci_get(i);
		const char *kind = engine_kind(function);

		say("%*s%s %04x:%04x class %06x%s%s", (int)(2 * depth(function)), "", pci_name(function, name),
		    function->vendor, function->product, function->class_code, kind ? " " : "", kind ? kind : "");
		if (pci_is_bridge(function))
			say(" bridge to %02x-%02x", function->secondary, function->subordinate);
		if (function->reserved)
			say(" (reserved: %s)", function->reserved);
		say("\n");
	}
	return true;
}

static void say_bar(const struct pci_function *function, unsigned number)
{
	static const char *const kinds[] = { "none", "io", "memory", "memory-64" };
	const struct pci_bar *bar = &function->bars[number];

	if (bar->kind == PCI_BAR_NONE)
		return;
	say("  bar %u: %s%s, %llx bytes, ", number, kinds[bar->kind], bar->prefetchable ? " prefetchable" : "",
	    (unsigned long long)bar->size);
	if (bar->placed)
		say("at %llx, for the CPU at %#llx%s\n", (unsigned long long)bar->address,
		    (unsigned long long)pci_bar_address(function, number, 0).value,
		    bar->kept ? ", where the firmware put it" : "");
	else
		say("not placed%s%s\n", pci_bar_obstacle(function, number) ? ": " : "",
		    pci_bar_obstacle(function, number) ? pci_bar_obstacle(function, number) : "");
}

static void say_bars(const struct pci_function *function)
{
	for (unsigned i = 0; i < PCI_BARS; i++)
		say_bar(function, i);
}

static void say_header(const struct pci_function *function)
{
	say("  vendor %04x device %04x subsystem %04x:%04x class %06x revision %02x header %02x\n", function->vendor,
	    function->product, function->subsystem_vendor, function->subsystem, function->class_code,
	    function->revision, function->header_type);
	say_bits("command", pci_read16(function, PCI_COMMAND), command_bits);
	say_bits("status", pci_read16(function, PCI_STATUS), status_bits);
	if (function->pin)
		say("  pin INT%c, line %d of the controller, register %02x\n", 'A' + function->pin - 1, function->line,
		    pci_read8(function, PCI_INTERRUPT_LINE));
	for (unsigned i = 0; i < function->capability_count; i++)
		say("  capability %02x at %02x\n", function->capabilities[i].id, function->capabilities[i].offset);
	if (pci_is_bridge(function))
		say("  buses %02x-%02x io %llx-%llx memory %llx-%llx\n", function->secondary, function->subordinate,
		    (unsigned long long)function->io.first, (unsigned long long)function->io.last,
		    (unsigned long long)function->mem.first, (unsigned long long)function->mem.last);
	say("  domain %s\n", function->domain ? function->domain->driver->compatible : "none");
}

static bool pci(const struct words *words)
{
	const struct pci_function *function;

	if (words->count == 1)
		return list();
	function = read_function(words->word[1]);
	if (!function)
		return false;
	say_header(function);
	say_bars(function);
	return true;
}

static bool bar(const struct words *words)
{
	const struct pci_function *function = read_function(words->word[1]);

	if (function)
		say_bars(function);
	return function;
}

/* ---- Configuration space ---- */

static uint32_t cfg_read(const struct pci_function *function, unsigned reg, unsigned size)
{
	return size == 1 ? pci_read8(function, reg) : size == 2 ? pci_read16(function, reg) : pci_read32(function, reg);
}

static void cfg_write(const struct pci_function *function, unsigned reg, unsigned size, uint32_t value)
{
	if (size == 1)
		pci_write8(function, reg, (uint8_t)value);
	else if (size == 2)
		pci_write16(function, reg, (uint16_t)value);
	else
		pci_write32(function, reg, value);
}

static bool dump(const struct pci_function *function)
{
	for (unsigned reg = 0; reg < 64 && !say_stopped(); reg += 4)
		say("%s%02x: %08x%s", reg % 16 ? "  " : "", reg, pci_read32(function, reg), reg % 16 == 12 ? "\n" : "");
	return true;
}

/* "10", "10.4": the register and its size; the word is named where it is wrong. */
static bool read_register(const struct pci_function *function, const char *word, unsigned *reg, unsigned *size)
{
	size_t length = 0;
	uint64_t number;

	while (word[length] && word[length] != '.')
		length++;
	*size = 4;
	if (word[length] == '.')
		*size = (unsigned)(word[length + 1] - '0');
	if (word[length] && (word[length + 2] || (*size != 1 && *size != 2 && *size != 4)))
		return wrong_word(word, "the size behind the dot is 1, 2 or 4");
	if (!words_number_in(word, length, &number))
		return wrong_word(word, "is no register: " WORDS_NUMBERS);
	if (number >= pci_config_bytes(function) || number % *size)
		return wrong("\"%s\": not in this function's %u bytes, or not a multiple of its size", word,
			     pci_config_bytes(function));
	*reg = (unsigned)number;
	return true;
}

static bool write_register(const struct pci_function *function, unsigned reg, unsigned size, const char *word)
{
	uint64_t value;
	uint32_t old;

	if (!read_number(word, &value))
		return false;
	if (value >> 8 * size)
		return wrong("\"%s\" has more than %u bytes", word, size);
	if (!must_force("a device may do anything when its configuration changes"))
		return false;
	old = cfg_read(function, reg, size);
	cfg_write(function, reg, size, (uint32_t)value);
	say("%03x: %0*x -> %0*x", reg, (int)size * 2, old, (int)size * 2, (uint32_t)value);
	say(", reads %0*x\n", (int)size * 2, cfg_read(function, reg, size));
	return true;
}

static bool cfg(const struct words *words)
{
	const struct pci_function *function = read_function(words->word[1]);
	unsigned reg, size;

	if (!function)
		return false;
	if (words->count == 2)
		return dump(function);
	if (!read_register(function, words->word[2], &reg, &size))
		return false;
	if (words->count == 4)
		return write_register(function, reg, size, words->word[3]);
	say("%03x: %0*x\n", reg, (int)size * 2, cfg_read(function, reg, size));
	return true;
}

/* ---- virtio ---- */

static void say_named(const char *what, const struct monitor_field *fields, uint64_t value)
{
	say("  %s", what);
	say_fields(fields, value);
	say("\n");
}

/* Bits of the device's type, 0 to 23, are a number. */
static void say_device(const struct virtio_device *device)
{
	static const struct monitor_field features[] = { { 0xffffff, "of-its-type" }, VIRTIO_FEATURES, { 0, NULL } };

	say_named("status:", FIELDS(VIRTIO_STATUS), device->transport->status(device));
	say_named("offered:", features, device->transport->offered(device));
	say_named("accepted:", features, device->accepted);
	for (uint16_t i = 0; i < 64 && !say_stopped(); i++) {
		uint16_t size = device->transport->queue_size(device, i);

		if (size)
			say("  queue %u: %u entries\n", i, size);
	}
}

static bool virtio(const struct words *words)
{
	const struct pci_function *function = words->count > 1 ? read_function(words->word[1]) : NULL;
	bool found = false;
	char name[PCI_NAME];

	if (words->count > 1 && !function)
		return false;
	for (unsigned i = 0; i < virtio_count(); i++) {
		const struct virtio_device *device = virtio_get(i);

		if (function && device->function != function)
			continue;
		found = true;
		say("%s type %u, %s, status %02x, offered %016llx\n", pci_name(device->function, name), device->type,
		    device->transport->name, device->transport->status(device),
		    (unsigned long long)device->transport->offered(device));
		if (function)
			say_device(device);
	}
	if (!found && function)
		return wrong_word(words->word[1], "is no virtio device");
	return true;
}

static const struct monitor_command functions[] = {
	{ "pci", "[FUNCTION]", "the tree, or the header of one function, decoded", NULL, pci,
	  .follows = { name_function }, .most = 1 },
	{ "cfg", "FUNCTION [REGISTER[.1|.2|.4] [VALUE]]", "read or write configuration space",
	  "  cfg 00:01.0 4.2        reads 16 bits\n  cfg 00:01.0 4.2 7 force  writes them\n", cfg,
	  .follows = { name_function }, .least = 1, .most = 3, .may_force = true },
	{ "bar", "FUNCTION", "BARs, and where the CPU finds them", NULL, bar, .follows = { name_function },
	  .least = 1, .most = 1 },
	{ "virtio", "[FUNCTION]", "virtio devices: status, features, queues", NULL, virtio,
	  .follows = { name_function }, .most = 1 },
};
MONITOR_GROUP(functions, "PCI");
