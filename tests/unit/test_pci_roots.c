/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_model.list drivers/pci/requester.c */
/*
 * Root buses of expanders, beside that of their host: which there are, which numbers and addresses are theirs, and the
 * IDs of those behind them. What is behind a root bus is enumerated as in test_pci_enumerate.c.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "drivers/pci/requester.h"
#include "tests/unit/pci_model.h"

#define MIB		(1024 * 1024ull)
#define EXPRESS		0x40
#define ROOTS		8u		/* that are taken, with the host's */

static struct model_function *root, *far;

static int start(void **state)
{
	(void)state;
	model_start((struct bus_range) { 0x9000, 0xffff }, (struct bus_range) { 0x10000000, 0x1fffffff });
	model_extend();
	return 0;
}

static int start_two(void **state)
{
	start(state);
	root = model_add_root(0x40);
	far = model_add_root(0x80);
	return 0;
}

static void expect_numbers(struct model_function *bridge, unsigned primary, unsigned secondary, unsigned subordinate)
{
	assert_int_equal(model_read(bridge, PCI_PRIMARY_BUS, 1), primary);
	assert_int_equal(model_read(bridge, PCI_SECONDARY_BUS, 1), secondary);
	assert_int_equal(model_read(bridge, PCI_SUBORDINATE_BUS, 1), subordinate);
}

/* ---- Numbers ---- */

/* Bridges of each count from their root bus on. */
static void each_counts_from_its_own(void **state)
{
	struct model_function *near = model_add_bridge(NULL, 1);
	struct model_function *first = model_add_bridge(root, 2), *second = model_add_bridge(root, 3);
	struct model_function *below = model_add_bridge(first, 0), *last = model_add_bridge(far, 1);
	struct model_function *device = model_add(below, 0, 0, 0x1af41044), *beside = model_add(far, 5, 0, 0x1af41044);

	(void)state;
	model_enumerate();
	assert_int_equal(pci_count(), 7);
	expect_numbers(near, 0, 1, 1);
	expect_numbers(first, 0x40, 0x41, 0x42);
	expect_numbers(below, 0x41, 0x42, 0x42);
	expect_numbers(second, 0x40, 0x43, 0x43);
	expect_numbers(last, 0x80, 0x81, 0x81);
	assert_int_equal(model_found(device)->bus, 0x42);
	assert_int_equal(model_found(beside)->bus, 0x80);
	assert_null(model_found(beside)->above);
	assert_int_equal(pci_left_out(), 0);
}

/* A bus on which nobody is cannot be told from one that there is not, and takes no number from others. */
static void one_with_no_device(void **state)
{
	struct model_function *bridges[0x50];

	(void)state;
	for (unsigned i = 0; i < 0x50; i++)
		bridges[i] = model_add_bridge(i ? bridges[i / 20] : NULL, i % 32);
	bridges[0]->device = 31;
	model_add(far, 0, 0, 0x1af41044);
	pci_enumerate();
	assert_int_equal(pci_left_out(), 0);
	assert_int_equal(model_read(bridges[0], PCI_SUBORDINATE_BUS, 1), 0x50);
	assert_int_equal(pci_get(pci_count() - 1)->bus, 0x80);
}

/* Bridges before another root bus go without a number when those up to it are given away, and none has one of its. */
static void too_few_numbers(void **state)
{
	struct model_function *bridges[4], *behind, *beyond;

	start(state);
	root = model_add_root(3);
	far = model_add_root(255);
	for (unsigned i = 0; i < 4; i++)
		bridges[i] = model_add_bridge(NULL, i);
	behind = model_add_bridge(root, 0);
	beyond = model_add_bridge(far, 0);
	model_add(bridges[2], 0, 0, 0x1af41044);
	model_enumerate();
	expect_numbers(bridges[0], 0, 1, 1);
	expect_numbers(bridges[1], 0, 2, 2);
	expect_numbers(bridges[2], 0, 0, 0);
	expect_numbers(bridges[3], 0, 0, 0);
	expect_numbers(behind, 3, 4, 4);
	expect_numbers(beyond, 0, 0, 0);
	assert_int_equal(pci_left_out(), 3);
}

/* Of a host that has some of the numbers: roots among these, from the first on. */
static void numbers_of_a_host(void **state)
{
	struct model_function *own, *inside, *outside;

	start(state);
	host_get(0)->ranges.buses = (struct bus_range) { 0x20, 0x5f };
	root = model_add_root(0x10);
	outside = model_add(root, 0, 0, 0x1af41041);
	root = model_add_root(0x5f);
	inside = model_add(root, 0, 0, 0x1af41042);
	root = model_add_root(0x60);
	model_add(root, 0, 0, 0x1af41043);
	own = model_add(NULL, 0, 0, 0x1af41044);
	model_enumerate();
	assert_int_equal(pci_count(), 2);
	assert_int_equal(model_found(own)->bus, 0x20);
	assert_int_equal(model_found(inside)->bus, 0x5f);
	assert_null(model_found(outside));
}

/* As many as there is room for; each of the others is left out, and none of its numbers is given to bridges. */
static void more_than_there_is_room_for(void **state)
{
	struct model_function *roots[ROOTS + 3], *bridges[16];

	start(state);
	model_add(NULL, 0, 0, 0x1af41044);
	for (unsigned i = 1; i < ROOTS + 3; i++) {
		roots[i] = model_add_root(0x10 * i);
		model_add(roots[i], 0, 0, 0x1af41044);
	}
	for (unsigned i = 0; i < 16; i++)
		bridges[i] = model_add_bridge(roots[ROOTS - 1], 1 + i);
	model_enumerate();
	assert_int_equal(pci_count(), ROOTS + 16);
	expect_numbers(bridges[0], 0x70, 0x71, 0x71);
	expect_numbers(bridges[14], 0x70, 0x7f, 0x7f);
	expect_numbers(bridges[15], 0, 0, 0);
	assert_int_equal(pci_left_out(), 3 + 1);
}

/* A host without ECAM has none, and what nobody answers there may trap. */
static void none_without_ecam(void **state)
{
	model_start((struct bus_range) { 0x9000, 0xffff }, (struct bus_range) { 0x10000000, 0x1fffffff });
	(void)state;
	root = model_add_root(0x40);
	model_add(root, 0, 0, 0x1af41044);
	model_add(NULL, 0, 0, 0x1af41041);
	model_enumerate();
	assert_int_equal(pci_count(), 1);
}

/* ---- What the firmware has left ---- */

/* A bridge of the host's own root bus that claims the number of another, and all behind it. */
static void a_bridge_that_claims_a_root(void **state)
{
	struct model_function *greedy = model_add_bridge(NULL, 1), *device = model_add(greedy, 0, 0, 0x1af41041);
	struct model_function *other = model_add(root, 0, 0, 0x1af41042);

	(void)state;
	greedy->space[PCI_SECONDARY_BUS] = 1;
	greedy->space[PCI_SUBORDINATE_BUS] = 255;
	model_enumerate();
	assert_int_equal(pci_count(), 3);
	expect_numbers(greedy, 0, 1, 1);
	assert_int_equal(model_found(device)->bus, 1);
	assert_int_equal(model_found(other)->bus, 0x40);
}

/* One that leads every number to what is behind it, whatever it is told, makes a root of every bus: that has an end. */
static void a_bridge_that_never_lets_go(void **state)
{
	struct model_function *greedy = model_add_bridge(NULL, 1);

	(void)state;
	greedy->claims_everything = true;
	model_add(greedy, 0, 0, 0x1af41041);
	pci_enumerate();
	assert_true(pci_count() <= 2 + ROOTS);
}

/* Masters behind an expander are stopped before any bus gets another number. */
static void masters_are_stopped_first(void **state)
{
	struct model_function *near = model_add_bridge(NULL, 1), *bridge = model_add_bridge(far, 1);

	(void)state;
	near->space[PCI_SECONDARY_BUS] = near->space[PCI_SUBORDINATE_BUS] = 5;
	bridge->space[PCI_SECONDARY_BUS] = bridge->space[PCI_SUBORDINATE_BUS] = 0x90;
	model_add(near, 0, 0, 0x1af41041);
	model_add(bridge, 0, 0, 0x1af41042);
	model_add(far, 2, 0, 0x1af41043);
	model_enumerate();
	assert_int_equal(model_offences.renumbered_with_master_bits, 0);
	assert_int_equal(pci_count(), 5);
}

/* And they are in the record of what was found, under the numbers that they had. */
static void in_the_hand_off(void **state)
{
	struct model_function *bridge = model_add_bridge(far, 1);

	(void)state;
	bridge->space[PCI_SECONDARY_BUS] = bridge->space[PCI_SUBORDINATE_BUS] = 0x90;
	model_add(bridge, 0, 0, 0x1af41042);
	pci_print_handoff();
	assert_non_null(strstr(host_output, "hand-off 80:01.0"));
	assert_non_null(strstr(host_output, "hand-off 90:00.0 1af4:1042"));
}

/* ---- Addresses ---- */

/* One window of the host is divided among all of them: what bridges pass on, and BARs beside. */
static void windows_are_divided(void **state)
{
	struct model_function *bridges[3] = {
		model_add_bridge(NULL, 1), model_add_bridge(root, 1), model_add_bridge(far, 1),
	};
	struct model_function *devices[6];

	(void)state;
	model_prefetchable((struct bus_range) { 0x8000000000, 0x80ffffffff });
	for (unsigned i = 0; i < 6; i++) {
		devices[i] = model_add(i < 3 ? bridges[i] : i == 3 ? NULL : i == 4 ? root : far, 2, 0, 0x12340000 + i);
		model_bar(devices[i], 0, PCI_BAR_MEM32, 16 * MIB, MODEL_BAR_GOOD);
		model_bar(devices[i], 1, PCI_BAR_IO, 256, MODEL_BAR_GOOD);
		model_bar(devices[i], 2, PCI_BAR_MEM64, 64 * MIB, MODEL_BAR_GOOD);
	}
	model_enumerate();
	assert_int_equal(pci_not_placed(), 0);
	for (unsigned i = 0; i < 6; i++)
		for (unsigned j = 0; j < i; j++)
			for (unsigned bar = 0; bar < 3; bar++)
				assert_int_not_equal(model_found(devices[i])->bars[bar].address,
						     model_found(devices[j])->bars[bar].address);
	for (unsigned i = 0; i < 3; i++)
		for (unsigned j = 0; j < i; j++)
			assert_true(model_found(bridges[i])->mem.first > model_found(bridges[j])->mem.last ||
				    model_found(bridges[j])->mem.first > model_found(bridges[i])->mem.last);
}

/* Where it is too small for all, who finds no room says so, whatever its root. */
static void a_window_that_is_too_small(void **state)
{
	struct model_function *devices[3] = {
		model_add(NULL, 1, 0, 0x12340001), model_add(root, 1, 0, 0x12340002), model_add(far, 1, 0, 0x12340003),
	};
	unsigned placed = 0;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		model_bar(devices[i], 0, PCI_BAR_MEM32, 128 * MIB, MODEL_BAR_GOOD);
	model_enumerate();
	for (unsigned i = 0; i < 3; i++)
		placed += model_found(devices[i])->bars[0].placed;
	assert_int_equal(placed, 2);
	assert_int_equal(pci_not_placed(), 1);
}

/* ---- IDs and pins ---- */

static void make_express(struct model_function *function, unsigned type)
{
	model_capability(function, PCI_CAPABILITY_LIST, EXPRESS, PCI_CAP_ID_EXP);
	function->space[EXPRESS + PCI_EXP_FLAGS] = (uint8_t)(type << 4 | 2);
}

/* By the numbers of their own root bus; a bridge to conventional PCI puts its own in the place of theirs. */
static void requesters(void **state)
{
	struct model_function *port = model_add_bridge(root, 1), *adapter = model_add_bridge(far, 2);
	struct model_function *bridge = model_add_bridge(root, 3);
	struct model_function *zero = model_add(port, 0, 0, 0x12340005);
	struct model_function *device = model_add(port, 0, 3, 0x12340001);
	struct model_function *alias = model_add(adapter, 5, 0, 0x12340002);
	struct model_function *old = model_add(bridge, 6, 0, 0x12340003), *beside = model_add(far, 7, 0, 0x12340004);

	(void)state;
	make_express(port, PCI_EXP_TYPE_ROOT_PORT);
	make_express(adapter, PCI_EXP_TYPE_PCI_BRIDGE);
	model_enumerate();
	assert_int_equal(pci_requester(model_found(zero)), 0x4100);
	assert_int_equal(pci_requester(model_found(device)), 0x4103);
	assert_int_equal(pci_requester(model_found(alias)), 0x8100);
	assert_int_equal(pci_requester(model_found(old)), 0x4018);
	assert_int_equal(pci_requester(model_found(beside)), 0x8038);
	assert_int_equal(pci_requester(model_found(port)), 0x4008);
}

/* Bridges that interrupt by messages send requests of their own. */
static void who_is_a_requester(void **state)
{
	struct model_function *host_bridge = model_add(NULL, 0, 0, 0x1b360008), *plain = model_add_bridge(root, 1);
	struct model_function *msi = model_add_bridge(root, 2), *msix = model_add_bridge(root, 3);
	struct model_function *device = model_add(far, 7, 0, 0x12340004);

	(void)state;
	host_bridge->space[PCI_COMMAND] = 0;
	host_bridge->space[PCI_CLASS_DEVICE] = 0x00;
	host_bridge->space[PCI_CLASS_DEVICE + 1] = 0x06;
	model_capability(msi, PCI_CAPABILITY_LIST, EXPRESS, PCI_CAP_ID_MSI);
	model_capability(msix, PCI_CAPABILITY_LIST, EXPRESS, PCI_CAP_ID_MSIX);
	model_enumerate();
	assert_false(pci_is_requester(model_found(host_bridge)));
	assert_false(pci_is_requester(model_found(plain)));
	assert_true(pci_is_requester(model_found(msi)));
	assert_true(pci_is_requester(model_found(msix)));
	assert_true(pci_is_requester(model_found(device)));
}

/* A slot of another root bus has the lines of its slot. */
static void pins_of_a_root(void **state)
{
	struct model_function *port = model_add_bridge(far, 9), *device = model_add(port, 2, 0, 0x12340001);
	struct model_function *beside = model_add(far, 7, 0, 0x12340004);

	(void)state;
	model_enumerate();
	assert_int_equal(model_found(beside)->line, 7 << 8 | 1);
	assert_int_equal(model_found(device)->line, 9 << 8 | 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_counts_from_its_own, start_two, host_teardown),
		cmocka_unit_test_setup_teardown(one_with_no_device, start_two, host_teardown),
		cmocka_unit_test_teardown(too_few_numbers, host_teardown),
		cmocka_unit_test_teardown(numbers_of_a_host, host_teardown),
		cmocka_unit_test_teardown(more_than_there_is_room_for, host_teardown),
		cmocka_unit_test_teardown(none_without_ecam, host_teardown),
		cmocka_unit_test_setup_teardown(a_bridge_that_claims_a_root, start_two, host_teardown),
		cmocka_unit_test_setup_teardown(a_bridge_that_never_lets_go, start_two, host_teardown),
		cmocka_unit_test_setup_teardown(masters_are_stopped_first, start_two, host_teardown),
		cmocka_unit_test_setup_teardown(in_the_hand_off, start_two, host_teardown),
		cmocka_unit_test_setup_teardown(windows_are_divided, start_two, host_teardown),
		cmocka_unit_test_setup_teardown(a_window_that_is_too_small, start_two, host_teardown),
		cmocka_unit_test_setup_teardown(requesters, start_two, host_teardown),
		cmocka_unit_test_setup_teardown(who_is_a_requester, start_two, host_teardown),
		cmocka_unit_test_setup_teardown(pins_of_a_root, start_two, host_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
