/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_case.c tests/unit/pci_model.list */
/*
 * BARs on hosts that have a range for prefetchable memory, above 4 GiB or below: who goes there, what bridges pass on,
 * and what becomes of those that cannot. The last test builds random trees. Places on hosts without such a range are
 * test_pci_place.c's.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "tests/unit/pci_case.h"

static const struct bus_range io_room = { 0x1000, 0xffff };
static const struct bus_range high_room = { 512 * GIB, 1024 * GIB - 1 };
static const struct bus_range low_room = { 0x80000000, 0xbfffffff };

static int start(void **state)
{
	(void)state;
	model_start(io_room, case_mem_room);
	model_prefetchable(high_room);
	return 0;
}

static bool inside(const struct pci_bar *bar, const struct bus_range *range)
{
	return bar->placed && bar->address >= range->first && bar->address + bar->size - 1 <= range->last;
}

/* Three kinds of memory BARs: 64 bits and prefetchable, 64 bits, 32 bits and prefetchable. */
static struct model_function *add_device(struct model_function *above, unsigned device)
{
	struct model_function *function = model_add(above, device, 0, 0x12340001);

	model_bar(function, 0, PCI_BAR_MEM64, 16 * MIB, MODEL_BAR_GOOD);
	model_bar(function, 2, PCI_BAR_MEM64, 64 * 1024, MODEL_BAR_GOOD);
	function->space[PCI_BASE_ADDRESS_2] &= (uint8_t)~PCI_BASE_ADDRESS_MEM_PREFETCH;
	model_bar(function, 4, PCI_BAR_MEM32, MIB, MODEL_BAR_GOOD);
	function->space[PCI_BASE_ADDRESS_4] |= PCI_BASE_ADDRESS_MEM_PREFETCH;
	return function;
}

static void expect_device(const struct model_function *function, bool first_high)
{
	const struct pci_function *found = model_found(function);

	assert_true(inside(&found->bars[0], first_high ? &high_room : &case_mem_room));
	assert_true(inside(&found->bars[2], &case_mem_room));
	assert_true(inside(&found->bars[4], &case_mem_room));
	assert_int_equal(pci_not_placed(), 0);
}

static void expect_closed(const struct model_function *bridge)
{
	assert_true(model_found(bridge)->prefetchable.first > model_found(bridge)->prefetchable.last);
}

static void on_the_root_bus(void **state)
{
	struct model_function *device = add_device(NULL, 3);

	(void)state;
	model_enumerate();
	expect_device(device, true);
	assert_int_equal(model_command(device), PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
}

/* A host has no such range: all is where it always was. */
static void without_a_range(void **state)
{
	struct model_function *device;

	model_start(io_room, case_mem_room);
	device = add_device(model_add_bridge(NULL, 3), 3);
	(void)state;
	model_enumerate();
	expect_device(device, false);
}

/* Through three bridges: what the registers say is checked by model_enumerate(). */
static void behind_bridges(void **state)
{
	struct model_function *above = NULL, *device;

	(void)state;
	for (unsigned depth = 0; depth < 3; depth++)
		above = model_add_bridge(above, 2);
	device = add_device(above, 3);
	model_enumerate();
	expect_device(device, true);
	assert_int_equal(model_found(above)->prefetchable_bits, 64);
	assert_int_equal(model_found(above)->prefetchable.first, high_room.first);
	assert_int_equal(model_found(above)->prefetchable.last, high_room.first + 16 * MIB - 1);
	assert_int_equal(model_read(above, PCI_PREF_BASE_UPPER32, 4), high_room.first >> 32);
}

/* One bridge on the way that does not pass them on keeps all behind it below 4 GiB, and nobody else. */
static void a_bridge_that_passes_less_on(void **state)
{
	void (*const shapes[])(struct model_function *) = { model_narrow_prefetchable, model_no_prefetchable };

	for (unsigned shape = 0; shape < 2; shape++)
		for (unsigned depth = 0; depth < 3; depth++) {
			struct model_function *above = NULL, *behind, *beside;

			start(state);
			for (unsigned i = 0; i < 3; i++) {
				above = model_add_bridge(above, 2);
				if (i == depth)
					shapes[shape](above);
			}
			behind = add_device(above, 3);
			beside = add_device(NULL, 3);
			model_enumerate();
			expect_device(behind, false);
			expect_device(beside, true);
			/* And no room is taken for what cannot be there. */
			for (; above; above = above->above)
				expect_closed(above);
		}
}

/* It says 64 bits, and has no upper half: believed for 32. Or one that holds some of it: its window stays closed. */
static void bridges_that_lie(void **state)
{
	struct model_function *bridge = model_add_bridge(NULL, 2), *device = add_device(bridge, 3);

	memset(bridge->writable + PCI_PREF_LIMIT_UPPER32, 0, 4);
	bridge->space[PCI_PREF_LIMIT_UPPER32 + 3] = 1;
	model_enumerate();
	expect_device(device, false);
	assert_int_equal(model_found(bridge)->prefetchable_bits, 32);

	start(state);
	bridge = model_add_bridge(NULL, 2);
	device = add_device(bridge, 3);
	memset(bridge->writable + PCI_PREF_LIMIT_UPPER32, 0, 4);
	model_enumerate();
	expect_device(device, false);
	expect_closed(bridge);
}

/* Simba's windows are given, and no prefetchable one among them. */
static void behind_given_windows(void **state)
{
	struct model_function *device;

	(void)state;
	model_start((struct bus_range) { 0x8000, 0xffffff }, (struct bus_range) { 0x20000000, 0xbfffffff });
	model_prefetchable(high_room);
	device = model_add(model_add_simba(0), 3, 0, 0x12340001);
	model_bar(device, 0, PCI_BAR_MEM64, MIB, MODEL_BAR_GOOD);
	model_enumerate();
	assert_true(model_found(device)->bars[0].address >> 32 == 0);
	assert_int_equal(pci_not_placed(), 0);
}

/* Larger than all that is below 4 GiB. */
static void large_bars(void **state)
{
	struct model_function *device = model_add(model_add_bridge(NULL, 2), 3, 0, 0x12340001);
	struct model_function *giant = model_add(NULL, 4, 0, 0x12340001);

	(void)state;
	model_bar(device, 0, PCI_BAR_MEM64, 128 * GIB, MODEL_BAR_GOOD);
	model_bar(device, 2, PCI_BAR_MEM64, 8 * GIB, MODEL_BAR_GOOD);
	model_bar(giant, 0, PCI_BAR_MEM64, 1ull << 63, MODEL_BAR_GOOD);
	model_bar(giant, 2, PCI_BAR_MEM64, 1ull << 40, MODEL_BAR_GOOD);
	model_bar(giant, 4, PCI_BAR_MEM64, 64 * GIB, MODEL_BAR_GOOD);
	model_enumerate();
	assert_true(inside(&model_found(device)->bars[0], &high_room));
	assert_true(inside(&model_found(device)->bars[2], &high_room));
	assert_true(inside(&model_found(giant)->bars[4], &high_room));
	assert_int_equal(pci_not_placed(), 2);
	/* Up to the end of all numbers, where a sum comes out as 0. */
	start(state);
	model_prefetchable((struct bus_range) { 1ull << 62, UINT64_MAX });
	for (unsigned i = 0; i < 6; i++)
		model_bar(model_add(model_add_bridge(NULL, 2 + i), 1, 0, 0x12340001), 0, PCI_BAR_MEM64, 1ull << 62,
			  MODEL_BAR_GOOD);
	model_enumerate();
	assert_int_equal(pci_not_placed(), 4);
}

/* What finds no room there goes below, as long as there is room. */
static void a_range_that_is_full(void **state)
{
	unsigned high = 0, low = 0;

	(void)state;
	model_prefetchable((struct bus_range) { high_room.first, high_room.first + 64 * MIB - 1 });
	for (unsigned i = 0; i < 10; i++)
		model_bar(model_add(i < 5 ? NULL : model_add_bridge(NULL, 10 + i), i, 0, 0x12340001), 0, PCI_BAR_MEM64,
			  16 * MIB, MODEL_BAR_GOOD);
	model_enumerate();
	for (unsigned i = 0; i < pci_count(); i++) {
		high += inside(&pci_get(i)->bars[0], &high_room);
		low += inside(&pci_get(i)->bars[0], &case_mem_room);
	}
	assert_int_equal(high, 4);
	assert_int_equal(low, 6);
	assert_int_equal(pci_not_placed(), 0);
}

/* A range below 4 GiB takes prefetchable BARs of both widths, and bridges of 32 bits pass it on. */
static void a_range_below_4_gib(void **state)
{
	struct model_function *bridge, *device;
	struct pci_function *found;

	(void)state;
	model_prefetchable(low_room);
	bridge = model_add_bridge(NULL, 2);
	model_narrow_prefetchable(bridge);
	device = add_device(bridge, 3);
	model_enumerate();
	found = model_found(device);
	assert_true(inside(&found->bars[0], &low_room));
	assert_true(inside(&found->bars[2], &case_mem_room));
	assert_true(inside(&found->bars[4], &low_room));
	assert_int_equal(model_found(bridge)->prefetchable_bits, 32);
}

/* The address that the CPU uses is beyond 4 GiB as well. */
static void for_the_cpu(void **state)
{
	struct model_function *device = add_device(NULL, 3);

	(void)state;
	host_get(0)->memory.value = 1ull << 43;
	model_enumerate();
	assert_int_equal(pci_bar_address(model_found(device), 0, 8).value, (1ull << 43) + high_room.first + 8);
}

static void random_bars(struct model_function *function)
{
	unsigned bar = 0;

	while (bar < (function->bridge ? 2 : PCI_BARS)) {
		enum pci_bar_kind kind = case_random(function->bridge && bar == 1 ? PCI_BAR_MEM64 : 4);
		unsigned reg = PCI_BASE_ADDRESS_0 + 4 * bar;

		if (kind == PCI_BAR_IO)
			model_bar(function, bar, kind, 4u << case_random(8), MODEL_BAR_GOOD);
		else if (kind != PCI_BAR_NONE)
			model_bar(function, bar, kind, 16ull << case_random(kind == PCI_BAR_MEM64 ? 34 : 20),
				  MODEL_BAR_GOOD);
		if (kind >= PCI_BAR_MEM32 && case_random(2))
			function->space[reg] ^= PCI_BASE_ADDRESS_MEM_PREFETCH;
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
		if (depth == 6 || case_random(3)) {
			random_bars(model_add(above, device, 0, 0x12340000 + device));
			continue;
		}
		function = model_add_bridge(above, device);
		if (case_random(4) == 0)
			model_narrow_prefetchable(function);
		else if (case_random(4) == 0)
			model_no_prefetchable(function);
		random_bars(function);
		random_bus(function, depth + 1, budget);
	}
}

static void make_tree(unsigned devices)
{
	const struct bus_range ranges[] = { high_room, low_room, { 16 * GIB, 20 * GIB - 1 } };

	model_start(io_room, case_mem_room);
	model_prefetchable(ranges[case_random(3)]);
	random_bus(NULL, 0, &devices);
}

static void random_trees(void **state)
{
	(void)state;
	case_random_trees(make_tree);
}

#define TEST(name)	cmocka_unit_test_setup(name, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(on_the_root_bus),
		TEST(without_a_range),
		TEST(behind_bridges),
		TEST(a_bridge_that_passes_less_on),
		TEST(bridges_that_lie),
		TEST(behind_given_windows),
		TEST(large_bars),
		TEST(a_range_that_is_full),
		TEST(a_range_below_4_gib),
		TEST(for_the_cpu),
		TEST(random_trees),
	};

	return cmocka_run_group_tests_name("pci-prefetchable", tests, NULL, NULL);
}
