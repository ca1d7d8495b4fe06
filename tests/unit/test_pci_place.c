/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_case.c tests/unit/pci_model.list */
/*
 * BARs and windows on software hierarchies: sizes, places, and functions that answer wrongly. The last test builds
 * random trees.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "tests/unit/pci_case.h"

static void kinds_of_bars(void **state)
{
	struct model_function *device = model_add(NULL, 2, 0, 0x1af41044);
	struct pci_function *found;

	(void)state;
	model_bar(device, 0, PCI_BAR_IO, 32, MODEL_BAR_GOOD);
	model_bar(device, 1, PCI_BAR_MEM32, 4 * KIB, MODEL_BAR_GOOD);
	model_bar(device, 2, PCI_BAR_MEM32, 16, MODEL_BAR_GOOD);
	model_bar(device, 4, PCI_BAR_MEM64, 16 * KIB, MODEL_BAR_GOOD);
	model_enumerate();
	found = model_found(device);
	assert_int_equal(found->bars[0].kind, PCI_BAR_IO);
	assert_int_equal(found->bars[0].size, 32);
	assert_int_equal(found->bars[1].kind, PCI_BAR_MEM32);
	assert_int_equal(found->bars[1].size, 4 * KIB);
	assert_int_equal(found->bars[2].size, 16);
	assert_int_equal(found->bars[3].kind, PCI_BAR_NONE);
	assert_int_equal(found->bars[4].kind, PCI_BAR_MEM64);
	assert_int_equal(found->bars[4].size, 16 * KIB);
	assert_int_equal(found->bars[4].probe, 0xffffffffffffc00c);
	assert_true(found->bars[4].prefetchable);
	assert_int_equal(found->bars[5].kind, PCI_BAR_NONE);
	for (unsigned i = 0; i < 5; i++)
		assert_true(i == 3 || found->bars[i].placed);
	assert_int_equal(pci_not_placed(), 0);
	assert_int_equal(model_command(device), PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
}

/* A 16-bit I/O BAR has no upper half to answer with. */
static void sixteen_bit_io(void **state)
{
	struct model_function *device = model_add(NULL, 2, 0, 0x10ec8029);

	(void)state;
	model_bar(device, 0, PCI_BAR_IO, 256, MODEL_BAR_GOOD);
	device->writable[PCI_BASE_ADDRESS_0 + 2] = 0;
	device->writable[PCI_BASE_ADDRESS_0 + 3] = 0;
	device->space[PCI_BASE_ADDRESS_0 + 3] = 0;
	model_enumerate();
	assert_int_equal(model_found(device)->bars[0].size, 256);
	assert_true(model_found(device)->bars[0].placed);
}

static void odd_bars_get_no_address(void **state)
{
	static const struct {
		enum pci_bar_kind kind;
		enum model_bar_fault fault;
	} odd[4] = {
		{ PCI_BAR_MEM32, MODEL_BAR_CHANGES },
		{ PCI_BAR_MEM32, MODEL_BAR_HOLE },
		{ PCI_BAR_MEM32, MODEL_BAR_STUCK },
		{ PCI_BAR_MEM64, MODEL_BAR_TYPE },
	};
	struct model_function *device[4];
	struct pci_bar *bar;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		device[i] = model_add(NULL, 4 + i, 0, 0xbad00001);
		model_bar(device[i], 0, PCI_BAR_IO, 64, MODEL_BAR_GOOD);
		model_bar(device[i], 1, odd[i].kind, 64 * KIB, odd[i].fault);
	}
	model_enumerate();
	assert_int_equal(pci_not_placed(), 4);
	for (unsigned i = 0; i < 4; i++) {
		bar = &model_found(device[i])->bars[1];
		assert_int_equal(bar->size, 0);
		assert_false(bar->placed);
		assert_int_not_equal(bar->probe, 0);
		/* What cannot be placed is not switched on; the good BAR is. */
		assert_int_equal(model_command(device[i]), PCI_COMMAND_IO);
		assert_true(model_found(device[i])->bars[0].placed);
	}
}

/* QEMU's pvpanic-pci has two bytes, where sixteen are the least: it works, beside others, at an address of its own. */
static void bar_that_is_too_small(void **state)
{
	struct model_function *device[2];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		device[i] = model_add(NULL, 4 + i, 0, 0x1b360011);
		model_bar(device[i], 0, PCI_BAR_MEM32, 2, MODEL_BAR_GOOD);
		model_bar(device[i], 1, PCI_BAR_IO, 2, MODEL_BAR_GOOD);
	}
	model_enumerate();
	assert_int_equal(pci_not_placed(), 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(model_found(device[i])->bars[0].kind, PCI_BAR_MEM32);
		assert_int_equal(model_found(device[i])->bars[0].size, 2);
		assert_int_equal(model_found(device[i])->bars[0].probe, 0xfffffffe);
		assert_int_equal(model_found(device[i])->bars[0].address % 16, 0);
		assert_int_equal(model_found(device[i])->bars[1].size, 2);
		assert_int_equal(model_found(device[i])->bars[1].address % 4, 0);
	}
}

static void bar_without_upper_half(void **state)
{
	struct model_function *device = model_add(NULL, 4, 0, 0xbad00002);

	(void)state;
	model_bar(device, 5, PCI_BAR_MEM64, 64 * KIB, MODEL_BAR_GOOD);
	model_enumerate();
	assert_int_equal(model_found(device)->bars[5].kind, PCI_BAR_MEM64);
	assert_int_equal(model_found(device)->bars[5].size, 0);
	assert_int_equal(pci_not_placed(), 1);
	/* What follows the last BAR is not touched. */
	assert_int_equal(model_read(device, PCI_CARDBUS_CIS, 4), 0);
}

static void bar_that_holds_no_address(void **state)
{
	struct model_function *device = model_add(NULL, 4, 0, 0xbad00003);

	(void)state;
	model_bar(device, 0, PCI_BAR_MEM32, 64 * KIB, MODEL_BAR_DEAF);
	model_enumerate();
	assert_int_equal(model_found(device)->bars[0].size, 64 * KIB);
	assert_int_equal(pci_not_placed(), 1);
	assert_int_equal(model_command(device), PCI_COMMAND_IO);
}

/* One BAR too large for the machine takes nobody else's place. */
static void bar_that_is_too_large(void **state)
{
	struct model_function *bridge = model_add_bridge(NULL, 5);
	struct model_function *giant = model_add(bridge, 1, 0, 0x12340001);
	struct model_function *dwarf = model_add(bridge, 2, 0, 0x12340002);

	(void)state;
	model_bar(giant, 0, PCI_BAR_MEM64, 64 * 1024 * MIB, MODEL_BAR_GOOD);
	model_bar(dwarf, 0, PCI_BAR_MEM64, 16 * KIB, MODEL_BAR_GOOD);
	model_enumerate();
	assert_int_equal(model_found(giant)->bars[0].size, 64 * 1024 * MIB);
	assert_int_equal(pci_not_placed(), 1);
	assert_true(model_found(dwarf)->bars[0].placed);
}

/* A window that ends between two multiples of its alignment: what comes next must be aligned again. */
static void windows_with_crooked_ends(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct model_function *bridge = model_add_bridge(NULL, 2 + i);

		model_bar(model_add(bridge, 1, 0, 0x12340001), 0, PCI_BAR_MEM32, 16 * MIB, MODEL_BAR_GOOD);
		model_bar(model_add(bridge, 2, 0, 0x12340002), 0, PCI_BAR_MEM32, 8 * MIB, MODEL_BAR_GOOD);
	}
	model_enumerate();
	assert_int_equal(pci_not_placed(), 0);
}

static void more_than_there_is_room_for(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 5; i++)
		model_bar(model_add(NULL, i, 0, 0x12340001), 0, PCI_BAR_MEM32, 256 * MIB, MODEL_BAR_GOOD);
	model_enumerate();
	assert_int_equal(pci_not_placed(), 2);
}

/* The window that a bridge does not hold is closed, and nothing behind it is placed there. */
static void bridge_without_io(void **state)
{
	struct model_function *bridge = model_add_bridge(NULL, 2);
	struct model_function *device = model_add(bridge, 1, 0, 0x1af41004);

	(void)state;
	memset(bridge->writable + PCI_IO_BASE, 0, 2);
	memset(bridge->writable + PCI_IO_BASE_UPPER16, 0, 4);
	memset(bridge->space + PCI_IO_BASE, 0, 2);
	model_bar(device, 0, PCI_BAR_IO, 64, MODEL_BAR_GOOD);
	model_bar(device, 4, PCI_BAR_MEM64, 16 * KIB, MODEL_BAR_GOOD);
	pci_enumerate();
	assert_true(model_found(bridge)->io.first > model_found(bridge)->io.last);
	assert_false(model_found(device)->bars[0].placed);
	assert_true(model_found(device)->bars[4].placed);
	assert_int_equal(model_command(device), PCI_COMMAND_MEMORY);
}

/* A bridge with 16 bits of I/O address, where I/O begins above them: nothing can be reached, and nothing is wrong. */
static void bridge_with_narrow_io(void **state)
{
	struct model_function *bridge, *device;

	(void)state;
	model_start((struct bus_range){ 0x800000, 0xffffff }, case_mem_room);
	bridge = model_add_bridge(NULL, 2);
	model_narrow_io(bridge);
	device = model_add(bridge, 1, 0, 0x1af41004);
	model_bar(device, 0, PCI_BAR_IO, 64, MODEL_BAR_GOOD);
	model_enumerate();
	assert_true(model_found(bridge)->io.first > model_found(bridge)->io.last);
	assert_false(model_found(device)->bars[0].placed);
	assert_non_null(pci_bar_obstacle(model_found(device), 0));
	assert_int_equal(pci_not_placed(), 0);
}

static void function_without_bars_keeps_decoding(void **state)
{
	struct model_function *isa = model_add(NULL, 7, 0, 0x80860484);

	(void)state;
	isa->space[PCI_CLASS_DEVICE] = 0x01;
	isa->space[PCI_CLASS_DEVICE + 1] = 0x06;
	model_enumerate();
	assert_int_equal(model_command(isa), PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
}

/* Memory windows of one bus must not be given to a function beside the bridges that have them. */
static void beside_given_windows(void **state)
{
	struct model_function *device;

	(void)state;
	model_start((struct bus_range){ 0x8000, 0xffffff }, (struct bus_range){ 0x20000000, 0xbfffffff });
	model_add_simba(0);
	model_add_simba(1);
	device = model_add(NULL, 3, 0, 0x12340001);
	model_bar(device, 0, PCI_BAR_MEM32, MIB, MODEL_BAR_GOOD);
	model_enumerate();
	assert_int_equal(model_found(device)->bars[0].address, 0xa0000000);
}

static void random_bars(struct model_function *function)
{
	unsigned bar = 0;

	while (bar < (function->bridge ? 2 : PCI_BARS)) {
		enum pci_bar_kind kind = case_random(4);
		enum model_bar_fault fault = case_random(20) ? MODEL_BAR_GOOD : case_random(6);
		bool odd_in_two = kind == PCI_BAR_MEM64 && fault != MODEL_BAR_GOOD;

		if (kind == PCI_BAR_IO)
			model_bar(function, bar, kind, 4u << case_random(8), fault);
		else if (kind != PCI_BAR_NONE && !odd_in_two)
			model_bar(function, bar, kind, 16ull << case_random(case_random(3) ? 14 : 24), fault);
		bar += kind == PCI_BAR_MEM64 ? 2 : 1;
	}
}

static void random_bus(struct model_function *above, unsigned depth, unsigned *budget)
{
	for (unsigned device = 0; device < PCI_DEVICES; device++) {
		struct model_function *function;

		if (*budget == 0 || case_random(4))
			continue;
		--*budget;
		if (depth < 6 && case_random(3) == 0) {
			function = model_add_bridge(above, device);
			if (case_random(2))
				model_narrow_io(function);
			for (unsigned i = 0; i < 4; i++)
				function->space[PCI_PRIMARY_BUS + i] = (uint8_t)case_random(256);
			random_bars(function);
			random_bus(function, depth + 1, budget);
			continue;
		}
		for (unsigned number = 0; number < 8 && (number == 0 || case_random(3) == 0); number++)
			random_bars(model_add(above, device, number, 0x12340000 + device));
	}
}

static void make_tree(unsigned devices)
{
	model_start((struct bus_range){ 0x1000, case_random(2) ? 0xffff : 0xffffff }, case_mem_room);
	random_bus(NULL, 0, &devices);
}

static void random_trees(void **state)
{
	(void)state;
	case_random_trees(make_tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(kinds_of_bars, case_start),
		cmocka_unit_test_setup(sixteen_bit_io, case_start),
		cmocka_unit_test_setup(odd_bars_get_no_address, case_start),
		cmocka_unit_test_setup(bar_that_is_too_small, case_start),
		cmocka_unit_test_setup(bar_without_upper_half, case_start),
		cmocka_unit_test_setup(bar_that_holds_no_address, case_start),
		cmocka_unit_test_setup(bar_that_is_too_large, case_start),
		cmocka_unit_test_setup(windows_with_crooked_ends, case_start),
		cmocka_unit_test_setup(more_than_there_is_room_for, case_start),
		cmocka_unit_test_setup(bridge_without_io, case_start),
		cmocka_unit_test_setup(bridge_with_narrow_io, case_start),
		cmocka_unit_test_setup(function_without_bars_keeps_decoding, case_start),
		cmocka_unit_test_setup(beside_given_windows, case_start),
		cmocka_unit_test_setup(random_trees, case_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
