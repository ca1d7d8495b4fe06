/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_model.list */
/*
 * Capability lists: good ones are read in order, bad ones end with the fault that they have.
 */

#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "tests/unit/pci_model.h"

static struct model_function *subject;
static struct pci_function found;

static int start(void **state)
{
	(void)state;
	model_start((struct bus_range){ 0x1000, 0xffff }, (struct bus_range){ 0x10000000, 0x3fffffff });
	subject = model_add(NULL, 3, 0, 0x1af41044);
	return 0;
}

static void read_list(void)
{
	assert_true(pci_identify(&found, host_get(0), 0, 3, 0));
}

static void expect_fault(enum pci_list_fault fault, unsigned at, unsigned count)
{
	read_list();
	assert_int_equal(found.list_fault, fault);
	assert_int_equal(found.list_fault_at, at);
	assert_int_equal(found.capability_count, count);
}

static void no_list(void **state)
{
	(void)state;
	subject->space[PCI_CAPABILITY_LIST] = 0x40;
	expect_fault(PCI_LIST_GOOD, 0, 0);
}

static void empty_list(void **state)
{
	(void)state;
	subject->space[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	expect_fault(PCI_LIST_GOOD, 0, 0);
}

static void good_list(void **state)
{
	unsigned index = 0;

	(void)state;
	model_capability(subject, PCI_CAPABILITY_LIST, 0x84, PCI_CAP_ID_VNDR);
	model_capability(subject, 0x85, 0x40, PCI_CAP_ID_PM);
	model_capability(subject, 0x41, 0xfc, PCI_CAP_ID_VNDR);
	expect_fault(PCI_LIST_GOOD, 0, 3);
	assert_int_equal(pci_capability(&found, PCI_CAP_ID_VNDR, &index)->offset, 0x84);
	assert_int_equal(pci_capability(&found, PCI_CAP_ID_VNDR, &index)->offset, 0xfc);
	assert_null(pci_capability(&found, PCI_CAP_ID_VNDR, &index));
	index = 0;
	assert_int_equal(pci_capability(&found, PCI_CAP_ID_PM, &index)->offset, 0x40);
	assert_null(pci_capability(&found, PCI_CAP_ID_MSI, &index));
}

static void loop(void **state)
{
	(void)state;
	model_capability(subject, PCI_CAPABILITY_LIST, 0x40, 1);
	model_capability(subject, 0x41, 0x50, 2);
	model_capability(subject, 0x51, 0x60, 3);
	subject->space[0x61] = 0x50;
	expect_fault(PCI_LIST_LOOPS, 0x61, 3);
}

static void self_loop(void **state)
{
	(void)state;
	model_capability(subject, PCI_CAPABILITY_LIST, 0x40, 1);
	subject->space[0x41] = 0x40;
	expect_fault(PCI_LIST_LOOPS, 0x41, 1);
}

static void pointer_into_header(void **state)
{
	(void)state;
	model_capability(subject, PCI_CAPABILITY_LIST, 0x40, 1);
	subject->space[0x41] = 0x3c;
	expect_fault(PCI_LIST_POINTER, 0x41, 1);
	subject->space[PCI_CAPABILITY_LIST] = 0x04;
	expect_fault(PCI_LIST_POINTER, PCI_CAPABILITY_LIST, 0);
}

static void low_bits_masked(void **state)
{
	(void)state;
	model_capability(subject, PCI_CAPABILITY_LIST, 0x43, 1);
	model_capability(subject, 0x41, 0x52, 2);
	expect_fault(PCI_LIST_GOOD, 0, 2);
	assert_int_equal(found.capabilities[0].offset, 0x40);
	assert_int_equal(found.capabilities[1].offset, 0x50);
	/* Nothing but reserved bits: the end of the list. */
	subject->space[0x51] = 0x03;
	expect_fault(PCI_LIST_GOOD, 0, 2);
}

static void all_ones(void **state)
{
	(void)state;
	model_capability(subject, PCI_CAPABILITY_LIST, 0x40, 1);
	model_capability(subject, 0x41, 0xf0, 0xff);
	expect_fault(PCI_LIST_ABSENT, 0x41, 1);
}

static void as_long_as_can_be(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PCI_CAPABILITIES; i++)
		model_capability(subject, i == 0 ? PCI_CAPABILITY_LIST : 0x40 + 4 * (i - 1) + 1, 0x40 + 4 * i, 9);
	expect_fault(PCI_LIST_GOOD, 0, PCI_CAPABILITIES);
	subject->space[0xfd] = 0x80;
	expect_fault(PCI_LIST_LOOPS, 0xfd, PCI_CAPABILITIES);
}

static void unknown_header(void **state)
{
	(void)state;
	model_capability(subject, PCI_CAPABILITY_LIST, 0x40, 1);
	subject->space[PCI_HEADER_TYPE] = 0x7f;
	expect_fault(PCI_LIST_GOOD, 0, 0);
	subject->space[PCI_HEADER_TYPE] = PCI_HEADER_TYPE_CARDBUS;
	model_capability(subject, PCI_CB_CAPABILITY_LIST, 0x80, 7);
	expect_fault(PCI_LIST_GOOD, 0, 1);
	assert_int_equal(found.capabilities[0].id, 7);
}

/* Whatever the bytes are, reading comes to an end, and what it says is true. */
static void any_bytes(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		for (unsigned i = 0x40; i < 0x100; i++) {
			random = random * 1664525 + 1013904223;
			subject->space[i] = (uint8_t)(random >> 24);
		}
		subject->space[PCI_STATUS] = PCI_STATUS_CAP_LIST;
		subject->space[PCI_CAPABILITY_LIST] = (uint8_t)(random >> 16);
		read_list();
		assert_true(found.capability_count <= PCI_CAPABILITIES);
		for (unsigned i = 0; i < found.capability_count; i++) {
			assert_true(found.capabilities[i].offset >= 0x40);
			assert_int_equal(found.capabilities[i].id, subject->space[found.capabilities[i].offset]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(no_list, start),
		cmocka_unit_test_setup(empty_list, start),
		cmocka_unit_test_setup(good_list, start),
		cmocka_unit_test_setup(loop, start),
		cmocka_unit_test_setup(self_loop, start),
		cmocka_unit_test_setup(pointer_into_header, start),
		cmocka_unit_test_setup(low_bits_masked, start),
		cmocka_unit_test_setup(all_ones, start),
		cmocka_unit_test_setup(as_long_as_can_be, start),
		cmocka_unit_test_setup(unknown_header, start),
		cmocka_unit_test_setup(any_bytes, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
