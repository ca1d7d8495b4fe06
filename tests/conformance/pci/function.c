/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The suite pci: configuration space of every function, and whether enumeration left nothing out.
 *
 * BARs and windows are judged in place.c. A test puts back what it changes, also when it fails.
 *
 * Sources: PCI Local Bus Specification 3.0, chapter 6; PCI-to-PCI Bridge Architecture Specification 1.2, chapter 3.
 */
#include <linux/pci_regs.h>

#include "boot/trap.h"
#include "drivers/pci/extended.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/quirk.h"
#include "tests/conformance/framework/test.h"

#define CLASS_ISA_BRIDGE	0x0601
#define CLASS_PCI_BRIDGE	0x0604
#define READS			1000

static const char *skip_host_bridge(const struct subject *subject)
{
	return pci_is_host_bridge(subject->function) ? "a host bridge answers by its own rules" : NULL;
}

/* The function is there, and goes on being the same one however often and in whatever width it is asked. */
static void identity_is_stable(struct trial *t)
{
	const struct pci_function *function = t->subject->function;
	uint32_t expected = (uint32_t)function->product << 16 | function->vendor;

	for (unsigned i = 0; i < READS && trial_good(t); i++)
		expect_equal(t, "vendor and device id", pci_read32(function, PCI_VENDOR_ID), expected);
}
CONFORMANCE_TEST("pci.identity", identity_is_stable,
		 "Vendor and device id read the same however often they are asked for.",
		 .scope = &scope_pci_function, .skip = skip_host_bridge);

/* Bytes and words of the header are parts of its dwords. The status register may change by itself, and is left out. */
static void widths_agree(struct trial *t)
{
	const struct pci_function *function = t->subject->function;

	for (unsigned reg = 0; reg < PCI_STD_HEADER_SIZEOF && trial_good(t); reg++) {
		uint32_t dword = pci_read32(function, reg & ~3u) >> 8 * (reg & 3);

		if ((reg & ~3u) == PCI_COMMAND)
			continue;
		if (pci_read8(function, reg) != (uint8_t)dword)
			trial_fail(t, "byte %#x reads %02x, in its dword %02x", reg, pci_read8(function, reg),
				   (uint8_t)dword);
		if (reg % 2 == 0 && pci_read16(function, reg) != (uint16_t)dword)
			trial_fail(t, "word %#x reads %04x, in its dword %04x", reg, pci_read16(function, reg),
				   (uint16_t)dword);
	}
}
CONFORMANCE_TEST("pci.widths", widths_agree,
		 "Bytes and words of the header are parts of its dwords.",
		 .scope = &scope_pci_function, .skip = skip_host_bridge);

/* Header types 0 (function), 1 (PCI bridge) and 2 (CardBus bridge) exist, and type 1 goes with class 0604. */
static void header_type_is_valid(struct trial *t)
{
	const struct pci_function *function = t->subject->function;
	unsigned layout = pci_layout(function);

	expect(t, layout <= PCI_HEADER_TYPE_CARDBUS, "header type %#x does not exist", layout);
	expect_equal(t, "header type 1 for a class code that says PCI bridge",
		     layout == PCI_HEADER_TYPE_BRIDGE, function->class_code >> 8 == CLASS_PCI_BRIDGE);
}
CONFORMANCE_TEST("pci.header-type", header_type_is_valid,
		 "The header type exists, and type 1 goes with the class code of a PCI bridge.",
		 .scope = &scope_pci_function);

/* Base classes end at 0x13; 0xff is for what fits in no class, and then subclass and interface are its own. */
static void class_code_is_valid(struct trial *t)
{
	uint32_t class_code = t->subject->function->class_code;

	expect(t, class_code != 0xffffff, "the class code reads as all ones");
	expect(t, class_code >> 16 <= 0x13 || class_code >> 16 == 0x40 || class_code >> 16 == 0xff,
	       "base class %#x is reserved", class_code >> 16);
}
CONFORMANCE_TEST("pci.class-code", class_code_is_valid,
		 "The class code is one that exists.",
		 .scope = &scope_pci_function);

static const char *const list_faults[] = {
	[PCI_LIST_LOOPS] = "leads back to a capability that was before it",
	[PCI_LIST_POINTER] = "leads to where no capability may be",
	[PCI_LIST_ABSENT] = "leads to where all reads as ones",
};

/* Of a PCI Express function there is a second list, by the same rules. */
static void extended_list_is_sound(struct trial *t)
{
	struct pci_extended_capability capability;
	struct pci_extended_list list;

	pci_extended_start(&list, t->subject->function);
	while (pci_extended_next(&list, &capability))
		trial_note(t, "extended-capability", "id %04x at %#x", capability.id, capability.offset);
	if (list.fault != PCI_LIST_GOOD)
		trial_fail(t, "the pointer in the header at %#x %s", list.fault_at, list_faults[list.fault]);
}

/* The list ends, and every pointer in it leads to a capability of its own behind the header. */
static void capability_list_is_sound(struct trial *t)
{
	const struct pci_function *function = t->subject->function;

	for (unsigned i = 0; i < function->capability_count; i++) {
		const struct pci_capability *capability = &function->capabilities[i];

		trial_note(t, "capability", "id %02x at %#x", capability->id, capability->offset);
		expect_equal(t, "id of a capability read again", pci_read8(function, capability->offset),
			     capability->id);
	}
	if (function->list_fault != PCI_LIST_GOOD)
		trial_fail(t, "the pointer at %#x (%#x) %s", function->list_fault_at,
			   pci_read8(function, function->list_fault_at), list_faults[function->list_fault]);
	extended_list_is_sound(t);
}
CONFORMANCE_TEST("pci.capability-list", capability_list_is_sound,
		 "The list of capabilities ends, and every pointer in it leads to a capability behind the header.",
		 .scope = &scope_pci_function);

/* The bit of the status register says whether there is a list; without one the pointer is reserved and reads as 0. */
static void capability_bit_tells_the_list(struct trial *t)
{
	const struct pci_function *function = t->subject->function;
	bool listed = pci_read16(function, PCI_STATUS) & PCI_STATUS_CAP_LIST;
	uint8_t pointer = pci_read8(function, PCI_CAPABILITY_LIST);

	if (listed)
		expect(t, pointer != 0, "the status register tells of a list, but its pointer is 0");
	else
		expect_equal(t, "capability pointer where the status register tells of no list", pointer, 0);
}
static const char *skip_capability_bit(const struct subject *subject)
{
	if (pci_layout(subject->function) > PCI_HEADER_TYPE_BRIDGE)
		return "another kind of header";
	return skip_host_bridge(subject);
}
CONFORMANCE_TEST("pci.capability-bit", capability_bit_tells_the_list,
		 "The status register says whether there is a capability list; without one the pointer reads 0.",
		 .scope = &scope_pci_function, .skip = skip_capability_bit);

/* The command bits that this function must have. A bridge with given windows may lead to the console: only its bus
 * mastering is tried. Whether an ordinary function can be bus master at all is its own affair. */
static uint16_t command_bits(const struct pci_function *function)
{
	uint16_t bits = 0;

	if (pci_quirk(function)->open_windows)
		return PCI_COMMAND_MASTER;
	if (pci_is_bridge(function))
		bits |= PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY | (function->io_bits ? PCI_COMMAND_IO : 0);
	for (unsigned i = 0; i < PCI_BARS; i++) {
		if (function->bars[i].placed)
			bits |= function->bars[i].kind == PCI_BAR_IO ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY;
		if (function->bars[i].kept)
			return 0;
	}
	return bits;
}

/* Each bit can be cleared and set, and takes no other one with it. */
static void command_bits_hold(struct trial *t)
{
	const struct pci_function *function = t->subject->function;
	uint16_t before = pci_read16(function, PCI_COMMAND);
	uint16_t bits = command_bits(function);

	for (uint16_t bit = 1; bit <= bits; bit <<= 1) {
		if (!(bits & bit))
			continue;
		pci_write16(function, PCI_COMMAND, before & ~bit);
		expect_equal(t, "command register with one bit cleared", pci_read16(function, PCI_COMMAND),
			     before & ~bit);
		pci_write16(function, PCI_COMMAND, before | bit);
		expect_equal(t, "command register with one bit set", pci_read16(function, PCI_COMMAND),
			     before | bit);
	}
	pci_write16(function, PCI_COMMAND, before);
	expect_equal(t, "command register put back", pci_read16(function, PCI_COMMAND), before);
}
static const char *skip_command(const struct subject *subject)
{
	if (pci_is_host_bridge(subject->function))
		return skip_host_bridge(subject);
	return command_bits(subject->function) ? NULL : "no bit that it must have";
}
CONFORMANCE_TEST("pci.command", command_bits_hold,
		 "Each bit of the command register can be set and cleared, and takes no other with it.",
		 .scope = &scope_pci_function, .skip = skip_command);

/* There are four pins, and the number of the pin is not for software to change. */
static void interrupt_pin_is_valid(struct trial *t)
{
	const struct pci_function *function = t->subject->function;

	expect(t, function->pin <= 4, "interrupt pin %u does not exist", function->pin);
	pci_write8(function, PCI_INTERRUPT_PIN, (uint8_t)~function->pin);
	expect_equal(t, "interrupt pin after a write", pci_read8(function, PCI_INTERRUPT_PIN), function->pin);
	pci_write8(function, PCI_INTERRUPT_PIN, function->pin);
}
CONFORMANCE_TEST("pci.interrupt-pin", interrupt_pin_is_valid,
		 "The interrupt pin is one of four or none, and cannot be written.",
		 .scope = &scope_pci_function, .skip = skip_host_bridge);

static const char *skip_without_pin(const struct subject *subject)
{
	return subject->function->pin == 0 ? "no interrupt pin" : NULL;
}

/* The register "interrupt line" is a note from the firmware to the driver: it holds whatever is written. */
static void interrupt_line_holds(struct trial *t)
{
	static const uint8_t patterns[] = { 0x00, 0x55, 0xaa, 0xff };
	const struct pci_function *function = t->subject->function;
	uint8_t before = pci_read8(function, PCI_INTERRUPT_LINE);

	for (unsigned i = 0; i < sizeof(patterns); i++) {
		pci_write8(function, PCI_INTERRUPT_LINE, patterns[i]);
		expect_equal(t, "interrupt line", pci_read8(function, PCI_INTERRUPT_LINE), patterns[i]);
	}
	pci_write8(function, PCI_INTERRUPT_LINE, before);
}
CONFORMANCE_TEST("pci.interrupt-line", interrupt_line_holds,
		 "The register \"interrupt line\" keeps whatever is written to it.",
		 .scope = &scope_pci_function, .skip = skip_without_pin);

/* Every pin leads somewhere. An ISA bridge's devices interrupt by a controller of its own. */
static void interrupt_has_a_route(struct trial *t)
{
	const struct pci_function *function = t->subject->function;

	if (function->line_beyond >= 0)
		trial_fail(t, "pin %u of device %u leads beyond the last line, to line %d", function->pin,
			   function->device, function->line_beyond);
	else
		expect(t, function->line >= 0, "pin %u of device %u leads to no line that the host bridge %s knows",
		       function->pin, function->device, function->host->driver->compatible);
}
static const char *skip_route(const struct subject *subject)
{
	if (subject->function->class_code >> 8 == CLASS_ISA_BRIDGE)
		return "an ISA bridge interrupts by its own controller";
	return skip_without_pin(subject);
}
CONFORMANCE_TEST("pci.interrupt-route", interrupt_has_a_route,
		 "Every interrupt pin leads to a line of the interrupt controller.",
		 .scope = &scope_pci_function, .skip = skip_route);

/* Everything that answers is known to busproof. */
static void nothing_left_out(struct trial *t)
{
	expect(t, pci_count() > 0, "no function answers at all");
	expect_equal(t, "functions and bridges left out", pci_left_out(), 0);
}
CONFORMANCE_TEST("pci.nothing-left-out", nothing_left_out,
		 "Every function and bridge that answers is in busproof's list.");

struct probe {
	struct pci_function function;
	uint32_t found;
};

static void read_absent(void *argument)
{
	struct probe *probe = argument;

	probe->found = pci_read32(&probe->function, PCI_VENDOR_ID);
}

static bool is_free(unsigned device)
{
	for (unsigned i = 0; i < pci_count(); i++)
		if (!pci_get(i)->above && pci_get(i)->device == device && pci_get(i)->host == host_get(0))
			return false;
	return true;
}

/* Where nothing is, all ones are read or a trap is taken, and the next access works again. */
static void absent_function_is_absent(struct trial *t)
{
	struct probe probe = { .function = { .host = host_get(0), .bus = (uint8_t)host_get(0)->ranges.buses.first } };
	struct trap_record record;

	while (probe.function.device < 20 && !is_free(probe.function.device))
		probe.function.device++;
	if (!is_free(probe.function.device)) {
		trial_skip(t, "no free device number on the root bus");
		return;
	}
	if (trap_guard(read_absent, &probe, &record))
		expect_equal(t, "vendor and device id of an absent function", probe.found, 0xffffffff);
	else
		expect_equal(t, "kind of the trap", record.kind, TRAP_MACHINE_CHECK);
	expect_equal(t, "vendor of the first function afterwards", pci_read16(pci_get(0), PCI_VENDOR_ID),
		     pci_get(0)->vendor);
}
static const char *skip_no_functions(const struct subject *subject)
{
	(void)subject;
	return pci_count() == 0 ? "no functions" : NULL;
}
CONFORMANCE_TEST("pci.absent-function", absent_function_is_absent,
		 "Where no function is, all ones or a trap come back, and the next access works.",
		 .skip = skip_no_functions, .judged_by = EVIDENCE);
