/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_case.c tests/unit/pci_model.list */
/*
 * Enumeration on software hierarchies: who is found, which numbers buses get, what the firmware's state is handled
 * like, and that nothing that a bridge answers makes it hang or overrun. BARs and windows are in test_pci_place.c, what
 * is printed of it in test_pci_print.c.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "tests/unit/pci_case.h"

static void empty_machine(void **state)
{
	(void)state;
	model_enumerate();
	assert_int_equal(pci_count(), 0);
	assert_null(pci_get(0));
}

static void absent_functions_may_trap(void **state)
{
	struct model_function *device = model_add(NULL, 31, 0, 0x1af41044);

	(void)state;
	model_absent_traps = true;
	model_enumerate();
	assert_int_equal(pci_count(), 1);
	assert_int_equal(model_found(device)->device, 31);
	assert_int_equal(model_found(device)->vendor, 0x1af4);
	assert_int_equal(model_found(device)->product, 0x1044);
}

static void many_functions_in_one_device(void **state)
{
	struct model_function *zero = model_add(NULL, 2, 0, 0x12340000);
	struct model_function *lone = model_add(NULL, 3, 0, 0x12340010);
	struct model_function *hidden;

	(void)state;
	model_add(NULL, 2, 2, 0x12340002);
	model_add(NULL, 2, 7, 0x12340007);
	hidden = model_add(NULL, 3, 5, 0x12340015);
	lone->space[PCI_HEADER_TYPE] = 0;
	model_enumerate();
	assert_int_equal(pci_count(), 4);
	assert_int_equal(model_found(zero)->header_type, 0x80);
	assert_int_equal(pci_get(1)->function, 2);
	assert_int_equal(pci_get(2)->function, 7);
	assert_null(model_found(hidden));
}

/* Three bridges deep with a sibling, so that numbers are given depth first and windows lie in windows. */
static void nested_bridges(void **state)
{
	struct model_function *b1 = model_add_bridge(NULL, 5);
	struct model_function *b2 = model_add_bridge(b1, 6);
	struct model_function *b3 = model_add_bridge(b2, 7);
	struct model_function *sibling = model_add_bridge(NULL, 9);
	struct model_function *deep = model_add(b3, 2, 0, 0x1af41044);
	struct model_function *other = model_add(sibling, 1, 0, 0x1af41041);

	(void)state;
	deep->space[PCI_INTERRUPT_PIN] = 2;
	model_bar(deep, 0, PCI_BAR_IO, 128, MODEL_BAR_GOOD);
	model_bar(deep, 4, PCI_BAR_MEM64, 8 * MIB, MODEL_BAR_GOOD);
	model_bar(other, 1, PCI_BAR_MEM32, 4 * KIB, MODEL_BAR_GOOD);
	model_enumerate();
	assert_int_equal(pci_count(), 6);
	assert_int_equal(pci_left_out(), 0);
	assert_int_equal(pci_not_placed(), 0);
	assert_int_equal(model_found(b1)->secondary, 1);
	assert_int_equal(model_found(b1)->subordinate, 3);
	assert_int_equal(model_found(b2)->secondary, 2);
	assert_int_equal(model_found(b3)->secondary, 3);
	assert_int_equal(model_found(sibling)->secondary, 4);
	assert_int_equal(model_read(b3, PCI_PRIMARY_BUS, 4), 0x40030302);
	assert_int_equal(model_command(b3), PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	/* Nothing behind it wants I/O. */
	assert_true(model_found(sibling)->io.first > model_found(sibling)->io.last);
	/* Order of pci_get(): bus, device, function. */
	for (unsigned i = 1; i < pci_count(); i++)
		assert_true(pci_get(i - 1)->bus <= pci_get(i)->bus);
	/* INTB in slot 2: +2, behind slot 7: +7, behind slot 6: +6, behind slot 5 of the root bus. INTB + 15 = INTA. */
	assert_int_equal(model_found(deep)->line, 5 << 8 | 1);
}

static void deeper_than_deep(void **state)
{
	struct model_function *above = NULL;

	(void)state;
	for (unsigned i = 0; i < 40; i++)
		above = model_add_bridge(above, 1);
	model_enumerate();
	assert_int_equal(pci_count(), PCI_DEPTH + 1);
	assert_int_equal(pci_left_out(), 1);
}

static void too_many_functions(void **state)
{
	struct model_function *bridge = NULL;

	(void)state;
	for (unsigned i = 0; i < PCI_FUNCTIONS + 40; i++) {
		if (i % 240 == 0)
			bridge = model_add_bridge(NULL, i / 240);
		model_bar(model_add(bridge, i % 240 / 8, i % 8, 0x12340000 + i), 0, PCI_BAR_IO, 4, MODEL_BAR_GOOD);
	}
	model_enumerate();
	assert_int_equal(pci_count(), PCI_FUNCTIONS);
	assert_int_equal(pci_left_out(), 40 + 3);
}

/* More bridges than there are numbers for buses. */
static void too_many_buses(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct model_function *above = model_add_bridge(NULL, i);

		for (unsigned j = 0; j < 100; j++)
			model_add_bridge(above, j / 8)->number = j % 8;
		for (unsigned j = 0; j < 13; j++)
			model_add(above, j, 7, 0x12340000);
	}
	pci_enumerate();
	model_check_places();
	assert_int_equal(pci_left_out(), 3 + 300 - 255);
}

/* A host may have some of the numbers only, and its root bus another one than 0. */
static void buses_of_a_host(void **state)
{
	struct model_function *bridges[5], *device;

	(void)state;
	host_get(0)->ranges.buses = (struct bus_range){ 0x20, 0x23 };
	for (unsigned i = 0; i < 5; i++)
		bridges[i] = model_add_bridge(NULL, i);
	device = model_add(bridges[2], 0, 0, 0x12340001);
	pci_enumerate();
	assert_int_equal(pci_count(), 6);
	assert_int_equal(pci_get(0)->bus, 0x20);
	assert_int_equal(model_read(bridges[0], PCI_PRIMARY_BUS, 2), 0x2120);
	assert_int_equal(model_read(bridges[2], PCI_SECONDARY_BUS, 2), 0x2323);
	assert_int_equal(model_found(device)->bus, 0x23);
	assert_int_equal(model_read(bridges[3], PCI_SECONDARY_BUS, 2), 0);
	assert_int_equal(pci_left_out(), 2);
	host_output_length = 0;
	pci_print_handoff();
	assert_non_null(strstr(host_output, "hand-off 23:00.0 1234:0001"));
}

/* What the firmware left running is stopped everywhere before the first bus gets another number. */
static void firmware_is_stopped_first(void **state)
{
	struct model_function *outer = model_add_bridge(NULL, 2);
	struct model_function *inner = model_add_bridge(outer, 3);

	(void)state;
	model_add(inner, 4, 0, 0x12340001);
	for (unsigned i = 0; i < 3; i++) {
		outer->space[PCI_PRIMARY_BUS + i] = (uint8_t[]){ 0, 5, 9 }[i];
		inner->space[PCI_PRIMARY_BUS + i] = (uint8_t[]){ 5, 8, 8 }[i];
	}
	pci_print_handoff();
	assert_non_null(strstr(host_output, "08:04.0 1234:0001"));
	pci_enumerate();
	assert_int_equal(pci_get(2)->bus, 2);
	/* Bridges become bus masters last of all. */
	assert_int_equal(model_offences.renumbered_with_master_bits, 0);
}

static void bridge_that_was_left_claiming_all(void **state)
{
	struct model_function *greedy = model_add_bridge(NULL, 2);
	struct model_function *modest = model_add_bridge(NULL, 3);
	struct model_function *device = model_add(modest, 1, 0, 0x1af41044);

	(void)state;
	greedy->space[PCI_SECONDARY_BUS] = 1;
	greedy->space[PCI_SUBORDINATE_BUS] = 255;
	model_enumerate();
	assert_non_null(model_found(device));
	assert_int_equal(model_found(device)->bus, 2);
}

static void bridge_that_holds_no_numbers(void **state)
{
	struct model_function *deaf = model_add_bridge(NULL, 2);
	struct model_function *lost = model_add(deaf, 1, 0, 0x12340001);
	struct model_function *good = model_add_bridge(NULL, 3);
	struct model_function *device = model_add(good, 1, 0, 0x1af41044);

	(void)state;
	deaf->writable[PCI_SUBORDINATE_BUS] = 0x0f;
	model_bar(device, 0, PCI_BAR_MEM32, 4 * KIB, MODEL_BAR_GOOD);
	model_enumerate();
	assert_int_equal(pci_left_out(), 1);
	assert_null(model_found(lost));
	assert_int_equal(model_found(good)->secondary, 1);
	assert_true(model_found(device)->bars[0].placed);
}

/* It answers for every bus, and behind it is itself: an endless hierarchy, were there no limits. */
static void bridge_behind_itself(void **state)
{
	struct model_function *bridge = model_add_bridge(NULL, 2);

	(void)state;
	bridge->claims_everything = true;
	bridge->mirror = true;
	model_add(bridge, 1, 0, 0x12340001);
	pci_enumerate();
	assert_true(pci_count() <= PCI_FUNCTIONS);
	assert_true(pci_left_out() > 0);
}

static void host_bridge_is_left_alone(void **state)
{
	struct model_function *sabre = model_add(NULL, 0, 0, MODEL_SABRE);
	uint8_t before[256];

	(void)state;
	sabre->space[PCI_CLASS_DEVICE] = 0;
	sabre->space[PCI_CLASS_DEVICE + 1] = 0x06;
	model_bar(sabre, 0, PCI_BAR_MEM32, 64 * KIB, MODEL_BAR_GOOD);
	memcpy(before, sabre->space, sizeof before);
	pci_enumerate();
	assert_memory_equal(before, sabre->space, sizeof before);
	assert_int_equal(pci_count(), 1);
	assert_int_equal(pci_not_placed(), 0);
}

/* The machine sun4u: windows that are given, I/O below 0x8000 left to the console, INTx numbered behind Simba. */
static void simbas(void **state)
{
	struct model_function *b, *a, *ebus, *device, *below, *device_below;

	(void)state;
	model_start((struct bus_range){ 0x8000, 0xffffff }, (struct bus_range){ 0x20000000, 0x9fffffff });
	b = model_add_simba(0);
	a = model_add_simba(1);
	ebus = model_add(a, 1, 0, MODEL_EBUS);
	model_bar(ebus, 0, PCI_BAR_MEM32, 16 * MIB, MODEL_BAR_GOOD);
	model_bar(ebus, 1, PCI_BAR_IO, 16 * KIB, MODEL_BAR_GOOD);
	device = model_add(b, 2, 0, 0x1af41004);
	model_bar(device, 0, PCI_BAR_IO, 64, MODEL_BAR_GOOD);
	model_bar(device, 4, PCI_BAR_MEM64, 16 * KIB, MODEL_BAR_GOOD);
	below = model_add_bridge(b, 3);
	device_below = model_add(below, 2, 0, 0x1af41004);
	model_bar(device_below, 0, PCI_BAR_IO, 64, MODEL_BAR_GOOD);
	model_bar(device_below, 4, PCI_BAR_MEM64, 16 * KIB, MODEL_BAR_GOOD);
	model_enumerate();
	assert_int_equal(pci_not_placed(), 0);
	assert_int_equal(model_read(a, PCI_IO_BASE, 2) & 0xf0f0, 0xf000);
	assert_int_equal(model_read(a, PCI_IO_BASE_UPPER16, 4), 0x007f0000);
	assert_int_equal(model_read(a, PCI_MEMORY_BASE, 4), 0x5ff02000);
	assert_int_equal(model_read(a, 0xde, 2), 0x060f);
	assert_int_equal(model_read(b, PCI_IO_BASE, 2) & 0xf0f0, 0xf000);
	assert_int_equal(model_read(b, PCI_IO_BASE_UPPER16, 4), 0x00ff0080);
	assert_int_equal(model_read(b, PCI_MEMORY_BASE, 4), 0x9ff06000);
	assert_int_equal(model_read(b, 0xde, 2), 0x18f0);
	assert_true(model_found(ebus)->bars[1].address >= 0x8000);
	assert_int_equal(model_found(device)->line, 0x18);
	/* Swizzled once, in the bridge below Simba: slot 2 INTA is INTC of slot 3. */
	assert_int_equal(model_found(device_below)->line, 0x1e);
}

/* Interrupt number offsets: bus B is 0x10 and up, four a slot. Simba B is function 0, Simba A function 1. On bus A
 * slots 1 and 3 are on board, with one line each. */
static void simba_has_lines_of_its_own(void **state)
{
	static const struct { unsigned number, slot, pin; int line; } rows[] = {
		{ 0, 2, 1, 0x18 }, { 0, 1, 4, 0x17 }, { 1, 2, 1, 0x08 }, { 1, 2, 4, 0x0b }, { 1, 0, 1, 0x00 },
		{ 1, 1, 1, 0x21 }, { 1, 1, 3, 0x21 }, { 1, 3, 1, 0x20 }, { 0, 3, 1, 0x1c }, { 0, 4, 1, -1 },
	};
	struct model_function *device;

	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct model_function *simbas[2];

		case_start(state);
		simbas[0] = model_add_simba(0);
		simbas[1] = model_add_simba(1);
		device = model_add(simbas[rows[i].number], rows[i].slot, 0, 0x12340001);
		device->space[PCI_INTERRUPT_PIN] = (uint8_t)rows[i].pin;
		model_enumerate();
		if (model_found(device)->line != rows[i].line)
			fail_msg("Simba %u, slot %u, pin %u: line %d", rows[i].number, rows[i].slot, rows[i].pin,
				 model_found(device)->line);
	}
}

/*
 * Whoever has no line does not interrupt; but where QEMU has no number for the line, a mere write of interrupt disable
 * ends it, so that it stays as it is.
 */
static void lines_that_are_not_there(void **state)
{
	struct model_function *served = model_add(NULL, 0, 0, 0x1af41044);
	struct model_function *beyond = model_add(NULL, 0, 1, 0x1af41044);
	struct model_function *silent = model_add(NULL, 0, 2, 0x1af41044);
	struct model_function *fatal = model_add(NULL, 3, 0, 0x1af41044);

	(void)state;
	served->space[PCI_HEADER_TYPE] = 0x80;
	beyond->space[PCI_INTERRUPT_PIN] = 4;
	silent->space[PCI_INTERRUPT_PIN] = 0;
	model_limit_lines(1 << 1);
	host_platform.emulated = true;
	model_enumerate();
	assert_int_equal(model_found(served)->line, 1);
	assert_int_equal(model_found(served)->line_beyond, -1);
	assert_int_equal(model_command(served) & PCI_COMMAND_INTX_DISABLE, 0);
	assert_int_equal(model_found(beyond)->line, -1);
	assert_int_equal(model_found(beyond)->line_beyond, 4);
	assert_int_equal(model_command(beyond) & PCI_COMMAND_INTX_DISABLE, PCI_COMMAND_INTX_DISABLE);
	assert_null(pci_must_not_interrupt(model_found(beyond)));
	assert_int_equal(model_command(silent) & PCI_COMMAND_INTX_DISABLE, 0);
	assert_int_equal(model_found(fatal)->line, -1);
	assert_int_equal(model_found(fatal)->line_beyond, 3 << 8 | 1);
	assert_int_equal(model_command(fatal) & PCI_COMMAND_INTX_DISABLE, 0);
	assert_non_null(pci_must_not_interrupt(model_found(fatal)));
	host_platform.emulated = false;
	assert_null(pci_must_not_interrupt(model_found(fatal)));
	model_enumerate();
	assert_int_equal(model_command(fatal) & PCI_COMMAND_INTX_DISABLE, PCI_COMMAND_INTX_DISABLE);
}

/* On a real machine the boot PROM is behind EBus: its BARs stay, and Simba goes on leading there. */
static void ebus_with_prom(void **state)
{
	struct model_function *a, *ebus;

	(void)state;
	model_start((struct bus_range){ 0x8000, 0xffffff }, (struct bus_range){ 0x20000000, 0x9fffffff });
	model_add_simba(0);
	a = model_add_simba(1);
	a->space[0xdf] = 0x80;
	ebus = model_add(a, 1, 0, MODEL_EBUS);
	model_bar(ebus, 0, PCI_BAR_MEM32, 16 * MIB, MODEL_BAR_GOOD);
	ebus->space[PCI_BASE_ADDRESS_0 + 3] = 0xf0;
	model_enumerate();
	assert_int_equal(model_read(ebus, PCI_BASE_ADDRESS_0, 4), 0xf0000000);
	assert_true(model_found(ebus)->bars[0].kept);
	assert_int_equal(pci_not_placed(), 0);
	assert_int_equal(model_read(a, 0xdf, 1), 0x86);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(empty_machine, case_start),
		cmocka_unit_test_setup(absent_functions_may_trap, case_start),
		cmocka_unit_test_setup(many_functions_in_one_device, case_start),
		cmocka_unit_test_setup(nested_bridges, case_start),
		cmocka_unit_test_setup(deeper_than_deep, case_start),
		cmocka_unit_test_setup(too_many_functions, case_start),
		cmocka_unit_test_setup(too_many_buses, case_start),
		cmocka_unit_test_setup(buses_of_a_host, case_start),
		cmocka_unit_test_setup(firmware_is_stopped_first, case_start),
		cmocka_unit_test_setup(bridge_that_was_left_claiming_all, case_start),
		cmocka_unit_test_setup(bridge_that_holds_no_numbers, case_start),
		cmocka_unit_test_setup(bridge_behind_itself, case_start),
		cmocka_unit_test_setup(host_bridge_is_left_alone, case_start),
		cmocka_unit_test_setup(simbas, case_start),
		cmocka_unit_test(simba_has_lines_of_its_own),
		cmocka_unit_test_setup(lines_that_are_not_there, case_start),
		cmocka_unit_test_setup(ebus_with_prom, case_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
