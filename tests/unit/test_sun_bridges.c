/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: arch/sparc64/bridge.c arch/sparc64/client.c */
/*
 * Host bridges as a console firmware's tree names them: which are driven, and what is said of the others.
 */
#include <string.h>

#include "arch/sparc64/bridge.h"
#include "arch/sparc64/firmware.h"
#include "tests/unit/host/host.h"

#define NODE		7

struct firmware firmware;

/* The one node that there is. */
static const char *list, *type, *name;
static size_t list_size;
static uint32_t reg[2], ranges[21];
static size_t reg_size, ranges_size;

static const uint32_t all_ranges[21] = {
	0x00000000, 0, 0, 0x1fe, 0x01000000, 0, 0x01000000,
	0x01000000, 0, 0, 0x1fe, 0x02000000, 0, 0x01000000,
	0x02000000, 0, 0x80000000, 0x1ff, 0x80000000, 0, 0x70000000,
};

static size_t property(const char *wanted, const void **bytes)
{
	const struct { const char *name; const void *bytes; size_t size; } known[] = {
		{ "compatible", list, list_size }, { "device_type", type, type ? strlen(type) + 1 : 0 },
		{ "name", name, name ? strlen(name) + 1 : 0 }, { "reg", reg, reg_size },
		{ "ranges", ranges, ranges_size },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, wanted) == 0) {
			*bytes = known[i].bytes;
			return known[i].size;
		}
	return 0;
}

/* Knows how to read properties, and nothing else: a bridge is asked about, not touched. */
static int answer(uint64_t *cells)
{
	const char *service = (const char *)(uintptr_t)cells[0];
	const void *bytes = NULL;
	size_t size;

	assert_int_equal(cells[3], NODE);
	size = property((const char *)(uintptr_t)cells[4], &bytes);
	if (strcmp(service, "getprop") == 0 && size)
		memcpy((void *)(uintptr_t)cells[5], bytes, size < cells[6] ? size : cells[6]);
	else if (strcmp(service, "getprop") != 0)
		assert_string_equal(service, "getproplen");
	cells[3 + cells[1]] = size ? size : (uint64_t)-1;
	return 0;
}

static int start(void **state)
{
	host_setup(state);
	memset(&firmware, 0, sizeof(firmware));
	client_open(answer);
	list = name = NULL;
	type = "pci";
	list_size = 0;
	reg[0] = 0x1fe;
	reg[1] = 0;
	reg_size = sizeof(reg);
	memcpy(ranges, all_ranges, sizeof(ranges));
	ranges_size = sizeof(ranges);
	return 0;
}

#define COMPATIBLE(text)	(list = (text), list_size = sizeof(text))

static void expect_other(const char *name_of_it)
{
	bridge_read(NODE);
	assert_int_equal(firmware.bridge_count, 0);
	assert_int_equal(firmware.other_count, 1);
	assert_string_equal(firmware.others[0], name_of_it);
	memset(&firmware, 0, sizeof(firmware));
}

static void a_sabre_is_driven(void **state)
{
	(void)state;
	COMPATIBLE("pci108e,a000\0pciclass,0");
	bridge_read(NODE);
	assert_int_equal(firmware.other_count, 0);
	assert_int_equal(firmware.bridge_count, 1);
	assert_int_equal(firmware.bridges[0].node, NODE);
	assert_int_equal(firmware.bridges[0].registers, 0x1fe00000000);
	assert_int_equal(firmware.bridges[0].config, 0x1fe01000000);
	assert_int_equal(firmware.bridges[0].io, 0x1fe02000000);
	assert_int_equal(firmware.bridges[0].memory, 0x1ff00000000);
}

static void others_are_named(void **state)
{
	(void)state;
	COMPATIBLE("pci108e,8000");
	expect_other("Psycho (pci108e,8000) at 0x1fe00000000");
	COMPATIBLE("pci108e,8001");
	expect_other("Schizo (pci108e,8001) at 0x1fe00000000");
	COMPATIBLE("pci108e,8002");
	expect_other("Schizo+ (pci108e,8002) at 0x1fe00000000");
	COMPATIBLE("pciclass,0\0pci108e,a801");
	expect_other("Tomatillo (pci108e,a801) at 0x1fe00000000");
	COMPATIBLE("pci108e,a001");
	expect_other("Hummingbird (pci108e,a001) at 0x1fe00000000");
	type = "pciex";
	COMPATIBLE("pciex108e,80f0");
	expect_other("Fire (pciex108e,80f0) at 0x1fe00000000");
	COMPATIBLE("SUNW,\x01later");
	expect_other("another chip (SUNW,?later) at 0x1fe00000000");
	COMPATIBLE("a-name-that-is-longer-than-what-busproof-has-room-for-as-it-goes-on");
	expect_other("another chip (a-name-that-is-longer-than-what-busproof-has-room-for-as-it-goe) at 0x1fe00000000");
	list_size = 0;
	name = "pci";
	expect_other("another chip (pci) at 0x1fe00000000");
}

/* The later chip is what it is, whichever name comes first. */
static void of_two_names_the_later_chip_counts(void **state)
{
	(void)state;
	COMPATIBLE("pci108e,8001\0pci108e,a801");
	expect_other("Tomatillo (pci108e,a801) at 0x1fe00000000");
	COMPATIBLE("pci108e,a000\0pci108e,a001");
	expect_other("Hummingbird (pci108e,a001) at 0x1fe00000000");
}

/* What cannot be reached is named like what is not known, and is no hose. */
static void a_sabre_without_its_spaces_is_not_driven(void **state)
{
	(void)state;
	COMPATIBLE("pci108e,a000");
	ranges_size = 2 * sizeof(ranges) / 3;
	expect_other("Sabre (pci108e,a000) at 0x1fe00000000");
	ranges_size = 0;
	expect_other("Sabre (pci108e,a000) at 0x1fe00000000");
	ranges_size = sizeof(ranges);
	reg_size = 4;
	expect_other("Sabre (pci108e,a000) at 0x0");
}

static void what_is_no_bridge_is_left_alone(void **state)
{
	static const char *const types[] = { "cpu", "memory", "sbus", "block", "pci-x", "" };

	(void)state;
	for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		type = types[i];
		bridge_read(NODE);
	}
	type = NULL;
	COMPATIBLE("pci108e,a00\0pci108e,a0000\0xpci108e,8001");
	bridge_read(NODE);
	assert_int_equal(firmware.bridge_count, 0);
	assert_int_equal(firmware.other_count, 0);
}

/* No more than there is room for. */
static void there_may_be_many(void **state)
{
	(void)state;
	COMPATIBLE("pci108e,8001");
	for (unsigned i = 0; i < FIRMWARE_OTHERS + 3; i++)
		bridge_read(NODE);
	assert_int_equal(firmware.other_count, FIRMWARE_OTHERS);
	COMPATIBLE("pci108e,a000");
	for (unsigned i = 0; i < FIRMWARE_BRIDGES + 3; i++)
		bridge_read(NODE);
	assert_int_equal(firmware.bridge_count, FIRMWARE_BRIDGES);
	assert_int_equal(firmware.other_count, FIRMWARE_OTHERS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_sabre_is_driven, start, host_teardown),
		cmocka_unit_test_setup_teardown(others_are_named, start, host_teardown),
		cmocka_unit_test_setup_teardown(of_two_names_the_later_chip_counts, start, host_teardown),
		cmocka_unit_test_setup_teardown(a_sabre_without_its_spaces_is_not_driven, start, host_teardown),
		cmocka_unit_test_setup_teardown(what_is_no_bridge_is_left_alone, start, host_teardown),
		cmocka_unit_test_setup_teardown(there_may_be_many, start, host_teardown),
	};

	return cmocka_run_group_tests_name("sun_bridges", tests, NULL, NULL);
}
