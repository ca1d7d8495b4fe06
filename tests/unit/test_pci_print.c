/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_case.c tests/unit/pci_model.list drivers/virtio/handoff.c drivers/virtio/capability.c */
/*
 * What is printed of a hierarchy, on software hierarchies: names, what the firmware has left, and the tree that
 * enumeration has made. What it makes is in test_pci_enumerate.c.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "tests/unit/pci_case.h"

static void names(void **state)
{
	char text[PCI_NAME];

	(void)state;
	model_add(NULL, 31, 0, 0x12340001);
	model_enumerate();
	assert_string_equal(pci_name(pci_get(0), text), "00:1f.0");
}

static unsigned lines_printed(void)
{
	unsigned lines = 0;

	for (size_t i = 0; i < host_output_length; i++)
		lines += host_output[i] == '\n';
	return lines;
}

/* The snapshot changes nothing, says the same twice, and follows only bus numbers that make sense. */
static void handoff_only_reads(void **state)
{
	struct model_function *bridge = model_add_bridge(NULL, 2);
	struct model_function *device;
	static char first[sizeof host_output];

	(void)state;
	model_add(bridge, 1, 0, 0x12340001);
	device = model_add(NULL, 4, 0, 0x1af41044);
	model_bar(device, 4, PCI_BAR_MEM64, 16 * KIB, MODEL_BAR_GOOD);
	device->space[PCI_BASE_ADDRESS_4 + 4] = 0;
	model_capability(device, PCI_CAPABILITY_LIST, 0x40, PCI_CAP_ID_VNDR);
	device->space[0x43] = 1;
	device->space[0x44] = 4;
	device->space[0x48] = 0x30;
	model_capability(device, 0x41, 0x50, PCI_CAP_ID_MSI);
	model_capability(device, 0x51, 0x70, PCI_CAP_ID_MSIX);
	device->space[0x50 + PCI_MSI_FLAGS] = PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_64BIT;
	device->space[0x70 + PCI_MSIX_FLAGS + 1] = PCI_MSIX_FLAGS_ENABLE >> 8;
	pci_print_handoff();
	memcpy(first, host_output, sizeof first);
	assert_int_equal(model_offences.writes, 0);
	assert_int_equal(lines_printed(), 3);
	assert_non_null(strstr(first, "hand-off 00:04.0 1af4:1044 class 00ff00 header 00 command 0007"));
	/* The model's memory holds its own address: BAR, offset of the common configuration, device_status at 0x14. */
	assert_non_null(strstr(first, "virtio-status 44"));
	assert_non_null(strstr(first, " msi 0081 msi-x 8000 "));

	host_output_length = 0;
	pci_print_handoff();
	assert_string_equal(first, host_output);

	bridge->space[PCI_SECONDARY_BUS] = 7;
	bridge->space[PCI_SUBORDINATE_BUS] = 9;
	host_output_length = 0;
	pci_print_handoff();
	assert_int_equal(lines_printed(), 4);
}

static void tree_has_a_line_for_each(void **state)
{
	struct model_function *bridge = model_add_bridge(NULL, 2);

	(void)state;
	model_bar(model_add(bridge, 1, 0, 0x1af41044), 0, PCI_BAR_MEM32, 4 * KIB, MODEL_BAR_GOOD);
	model_enumerate();
	pci_print_tree();
	assert_int_equal(lines_printed(), 3);
	assert_non_null(strstr(host_output, "\n#   01:01.0 1af4:1044 unclassified, BAR0 memory 0x1000 at 0x10000000"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(names, case_start),
		cmocka_unit_test_setup(handoff_only_reads, case_start),
		cmocka_unit_test_setup(tree_has_a_line_for_each, case_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
