/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_model.list */
/*
 * Extended capabilities: walked where there are any, to the end or to the fault that their list has; and where a host
 * or a function has only 256 bytes, nothing behind them is read (the model fails the test that does).
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "drivers/pci/extended.h"
#include "tests/unit/pci_model.h"

static struct model_function *subject;
static struct pci_function *found;

/* An Express function on a host with 4096 bytes. */
static int start(void **state)
{
	(void)state;
	model_start((struct bus_range) { 0x1000, 0xffff }, (struct bus_range) { 0x10000000, 0x3fffffff });
	model_extend();
	subject = model_add(NULL, 3, 0, 0x1b360010);
	model_capability(subject, PCI_CAPABILITY_LIST, 0x40, PCI_CAP_ID_EXP);
	return 0;
}

static void header(unsigned at, uint16_t id, unsigned version, unsigned next)
{
	uint32_t value = (uint32_t)next << 20 | version << 16 | id;

	for (unsigned i = 0; i < 4; i++)
		subject->space[at + i] = (uint8_t)(value >> 8 * i);
}

static void expect(enum pci_list_fault fault, unsigned at, unsigned count)
{
	struct pci_extended_capability capability;
	struct pci_extended_list list;
	unsigned walked = 0;

	pci_enumerate();
	found = model_found(subject);
	pci_extended_start(&list, found);
	while (pci_extended_next(&list, &capability))
		assert_true(++walked <= PCI_EXTENDED_SLOTS);
	assert_int_equal(list.fault, fault);
	assert_int_equal(list.fault_at, at);
	assert_int_equal(walked, count);
	/* It stays at its end. */
	assert_false(pci_extended_next(&list, &capability));
	assert_int_equal(list.fault_at, at);
}

static void good_list(void **state)
{
	struct pci_extended_capability capability;
	struct pci_extended_list list;

	(void)state;
	header(0x100, PCI_EXT_CAP_ID_ERR, 2, 0xffc);
	header(0xffc, PCI_EXT_CAP_ID_ATS, 1, 0x200);
	header(0x200, PCI_EXT_CAP_ID_SRIOV, 15, 0);
	expect(PCI_LIST_GOOD, 0, 3);
	assert_int_equal(pci_config_bytes(found), 4096);
	assert_int_equal(pci_extended_capability(found, PCI_EXT_CAP_ID_ATS), 0xffc);
	assert_int_equal(pci_extended_capability(found, PCI_EXT_CAP_ID_SRIOV), 0x200);
	assert_int_equal(pci_extended_capability(found, PCI_EXT_CAP_ID_PRI), 0);
	pci_extended_start(&list, found);
	assert_true(pci_extended_next(&list, &capability));
	assert_int_equal(capability.id, PCI_EXT_CAP_ID_ERR);
	assert_int_equal(capability.version, 2);
	assert_int_equal(capability.offset, 0x100);
}

/* A first header of zeroes is an empty list; one that has only a pointer leads on. */
static void empty_lists(void **state)
{
	(void)state;
	expect(PCI_LIST_GOOD, 0, 0);
	assert_int_equal(pci_config_bytes(found), 4096);
	header(0x100, 0, 0, 0x140);
	header(0x140, PCI_EXT_CAP_ID_DSN, 1, 0);
	expect(PCI_LIST_GOOD, 0, 2);
}

static void loops(void **state)
{
	(void)state;
	header(0x100, 1, 1, 0x140);
	header(0x140, 2, 1, 0x180);
	header(0x180, 3, 1, 0x140);
	expect(PCI_LIST_LOOPS, 0x180, 3);
	header(0x180, 3, 1, 0x100);
	expect(PCI_LIST_LOOPS, 0x180, 3);
	header(0x100, 1, 1, 0x100);
	expect(PCI_LIST_LOOPS, 0x100, 1);
}

static void pointer_into_the_first_256_bytes(void **state)
{
	(void)state;
	header(0x100, 1, 1, 0xfc);
	expect(PCI_LIST_POINTER, 0x100, 1);
	header(0x100, 1, 1, 0x004);
	expect(PCI_LIST_POINTER, 0x100, 1);
	/* The two low bits are reserved. */
	header(0x100, 1, 1, 0x003);
	expect(PCI_LIST_GOOD, 0, 1);
}

static void all_ones(void **state)
{
	(void)state;
	header(0x100, 1, 1, 0x800);
	memset(subject->space + 0x800, 0xff, 4);
	expect(PCI_LIST_ABSENT, 0x100, 1);
}

static void as_long_as_can_be(void **state)
{
	(void)state;
	for (unsigned at = 0x100; at < 0x1000; at += 4)
		header(at, 9, 1, at + 4 < 0x1000 ? at + 4 : 0);
	expect(PCI_LIST_GOOD, 0, PCI_EXTENDED_SLOTS);
	header(0xffc, 9, 1, 0x100);
	expect(PCI_LIST_LOOPS, 0xffc, PCI_EXTENDED_SLOTS);
}

/* Behind a bridge to conventional PCI there is nothing, or the first 256 bytes once more. */
static void not_all_the_way(void **state)
{
	(void)state;
	memset(subject->space + 0x100, 0xff, 4);
	expect(PCI_LIST_GOOD, 0, 0);
	assert_int_equal(pci_config_bytes(found), 256);
	memcpy(subject->space + 0x100, subject->space, 256);
	expect(PCI_LIST_GOOD, 0, 0);
	assert_int_equal(pci_config_bytes(found), 256);
}

/* No PCI Express capability, no access: the bytes there would say that there is a list. */
static void conventional_function(void **state)
{
	(void)state;
	subject->space[0x40] = PCI_CAP_ID_PM;
	header(0x100, 1, 1, 0);
	expect(PCI_LIST_GOOD, 0, 0);
	assert_int_equal(pci_config_bytes(found), 256);
}

static void host_with_256_bytes(void **state)
{
	(void)state;
	model_start((struct bus_range) { 0x1000, 0xffff }, (struct bus_range) { 0x10000000, 0x3fffffff });
	subject = model_add(NULL, 3, 0, 0x1b360010);
	model_capability(subject, PCI_CAPABILITY_LIST, 0x40, PCI_CAP_ID_EXP);
	header(0x100, 1, 1, 0);
	expect(PCI_LIST_GOOD, 0, 0);
	assert_int_equal(pci_config_bytes(found), 256);
	assert_int_equal(pci_extended_capability(found, 1), 0);
	pci_print_tree();
	pci_print_handoff();
}

/* Whatever the bytes are, the walk comes to an end, and what it says is true. */
static void any_bytes(void **state)
{
	struct pci_extended_capability capability;
	struct pci_extended_list list;
	uint32_t random = 1;

	(void)state;
	pci_enumerate();
	found = model_found(subject);
	for (unsigned round = 0; round < 2000; round++) {
		unsigned count = 0;

		for (unsigned i = 0x100; i < 0x1000; i++) {
			random = random * 1664525 + 1013904223;
			subject->space[i] = (uint8_t)(random >> 24);
		}
		pci_extended_start(&list, found);
		while (pci_extended_next(&list, &capability)) {
			assert_true(++count <= PCI_EXTENDED_SLOTS);
			assert_true(capability.offset >= 0x100 && capability.offset % 4 == 0);
			assert_int_equal(capability.id, subject->space[capability.offset] |
						       subject->space[capability.offset + 1] << 8);
		}
	}
}

static void the_tree_shows_them(void **state)
{
	(void)state;
	header(0x100, PCI_EXT_CAP_ID_ERR, 1, 0x200);
	header(0x200, PCI_EXT_CAP_ID_ATS, 1, 0x100);
	pci_enumerate();
	pci_print_tree();
	assert_non_null(strstr(host_output, ", capabilities 10, extended capabilities 0001 000f, their list loops at "
					    "0x200\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(good_list, start),
		cmocka_unit_test_setup(empty_lists, start),
		cmocka_unit_test_setup(loops, start),
		cmocka_unit_test_setup(pointer_into_the_first_256_bytes, start),
		cmocka_unit_test_setup(all_ones, start),
		cmocka_unit_test_setup(as_long_as_can_be, start),
		cmocka_unit_test_setup(not_all_the_way, start),
		cmocka_unit_test_setup(conventional_function, start),
		cmocka_unit_test_setup(host_with_256_bytes, start),
		cmocka_unit_test_setup(any_bytes, start),
		cmocka_unit_test_setup(the_tree_shows_them, start),
	};

	return cmocka_run_group_tests_name("pci-extended", tests, NULL, NULL);
}
