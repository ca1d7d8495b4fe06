/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/pci_model.list drivers/pci/restore.c */
/*
 * What the firmware left in PCI is put back after an enumeration that has changed all of it: on software hierarchies,
 * byte by byte, without two functions at one address or a bus master on its way.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "tests/unit/pci_model.h"

#define MIB			(1ull << 20)
#define WATCHED			8

static struct model_function *watched[WATCHED];
static uint8_t before[WATCHED][256];
static unsigned watched_count;

static int start(void **state)
{
	(void)state;
	model_start((struct bus_range){ 0x8000, 0xffffff }, (struct bus_range){ 0x20000000, 0x9fffffff });
	watched_count = 0;
	return 0;
}

static void store(struct model_function *function, unsigned reg, unsigned size, uint32_t value)
{
	for (unsigned i = 0; i < size; i++)
		function->space[reg + i] = (uint8_t)(value >> 8 * i);
}

static struct model_function *watch(struct model_function *function)
{
	assert_true(watched_count < WATCHED);
	watched[watched_count++] = function;
	return function;
}

/* Two BARs where the firmware wants them, and what else a device has of its own. */
static struct model_function *add_device(struct model_function *above, unsigned device, uint32_t address)
{
	struct model_function *function = watch(model_add(above, device, 0, 0x1af41004));

	model_bar(function, 0, PCI_BAR_IO, 64, MODEL_BAR_GOOD);
	model_bar(function, 4, PCI_BAR_MEM64, 16384, MODEL_BAR_GOOD);
	store(function, PCI_BASE_ADDRESS_0, 4, 0x9001 + 64 * device);
	store(function, PCI_BASE_ADDRESS_4, 4, address | 0xc);
	store(function, PCI_CACHE_LINE_SIZE, 2, 0x2008);
	store(function, PCI_INTERRUPT_LINE, 1, 0x17);
	function->writable[PCI_ROM_ADDRESS + 3] = 0xff;
	store(function, PCI_ROM_ADDRESS, 4, 0x7f000000);
	model_capability(function, PCI_CAPABILITY_LIST, 0x50, PCI_CAP_ID_MSI);
	function->writable[0x50 + PCI_MSI_FLAGS] = PCI_MSI_FLAGS_ENABLE;
	store(function, 0x50 + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_64BIT | PCI_MSI_FLAGS_ENABLE);
	return function;
}

/* A bridge with numbers that we would not give, and windows. */
static struct model_function *add_bridge(struct model_function *above, unsigned device, uint32_t buses)
{
	struct model_function *bridge = watch(model_add_bridge(above, device));

	store(bridge, PCI_PRIMARY_BUS, 4, buses);
	store(bridge, PCI_IO_BASE, 2, 0xd1d1);
	store(bridge, PCI_IO_BASE_UPPER16, 4, 0x00120012);
	store(bridge, PCI_MEMORY_BASE, 4, 0x6ff06a00);
	store(bridge, PCI_PREF_MEMORY_BASE, 4, 0x7ff07000);
	store(bridge, PCI_PREF_LIMIT_UPPER32, 4, 1);
	store(bridge, PCI_BRIDGE_CONTROL, 2, 0x0008);
	return bridge;
}

static void keep_all(void)
{
	for (unsigned i = 0; i < watched_count; i++)
		memcpy(before[i], watched[i]->space, 256);
	pci_keep_handoff();
	assert_int_equal(model_offences.writes, 0);
}

/* Puts it back and compares. Offences of the enumeration before are not this test's. */
static void expect_all_back(void)
{
	memset(&model_offences, 0, sizeof model_offences);
	pci_restore_handoff();
	for (unsigned i = 0; i < watched_count; i++)
		for (unsigned reg = 0; reg < 256; reg++)
			if (watched[i]->space[reg] != before[i][reg])
				fail_msg("function %u, register %#x: %#x instead of %#x", i, reg,
					 watched[i]->space[reg], before[i][reg]);
	assert_int_equal(model_offences.renumbered_while_mastering, 0);
	assert_int_equal(model_offences.renumbered_with_master_bits, 0);
	assert_int_equal(model_offences.bar_written_while_decoding, 0);
	assert_int_equal(model_offences.two_claims, 0);
}

static void everything_is_put_back(void **state)
{
	struct model_function *a, *b, *outer, *inner;

	(void)state;
	b = watch(model_add_simba(0));
	a = watch(model_add_simba(1));
	store(b, 0xde, 2, 0x40f0);
	store(a, 0xde, 2, 0x870f);
	add_device(a, 2, 0x30000000);
	outer = add_bridge(b, 3, 0x20060402);
	inner = add_bridge(outer, 1, 0x20060504);
	store(b, PCI_PRIMARY_BUS, 4, 0x20060200);
	add_device(outer, 2, 0x6a000000);
	add_device(inner, 4, 0x6b000000);
	keep_all();

	model_enumerate();
	assert_int_equal(pci_count(), 7);
	for (unsigned i = 0; i < watched_count; i++)
		assert_memory_not_equal(watched[i]->space, before[i], 256);
	expect_all_back();
}

/* What nobody led to stays silent, and a host bridge on its own bus is not touched. */
static void what_the_firmware_did_not_reach(void **state)
{
	struct model_function *lost, *self;

	(void)state;
	self = watch(model_add(NULL, 0, 0, MODEL_SABRE));
	store(self, PCI_CLASS_DEVICE, 2, 0x0600);
	store(self, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	lost = model_add(add_bridge(NULL, 3, 0x20000000), 1, 0, 0x1af41004);
	keep_all();
	model_enumerate();
	assert_int_equal(pci_count(), 3);
	expect_all_back();
	assert_int_equal(model_command(lost), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(everything_is_put_back, start),
		cmocka_unit_test_setup(what_the_firmware_did_not_reach, start),
	};

	return cmocka_run_group_tests_name("pci restore", tests, NULL, NULL);
}
