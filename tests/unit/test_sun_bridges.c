/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: arch/sparc64/bridge.c arch/sparc64/bridge_psycho.c arch/sparc64/client.c */
/*
 * Host bridges as a console firmware's tree names them: which are driven, and what is said of the others.
 */
#include <string.h>

#include "arch/sparc64/bridge.h"
#include "arch/sparc64/firmware.h"
#include "tests/unit/host/host.h"

#define NODE		7
#define CHILD		20		/* the first device behind it */
#define CHILDREN	4

struct firmware firmware;

/* The one bridge that there is, and what is behind it. */
static const char *list, *type, *name;
static size_t list_size;
static uint32_t reg[12], ranges[21], bus_range[2], map[4][6];
static size_t reg_size, ranges_size, bus_range_size, map_size;
static uint32_t child_reg[CHILDREN], child_interrupts[CHILDREN];
static unsigned child_count;

static const uint32_t all_ranges[21] = {
	0x00000000, 0, 0, 0x1fe, 0x01000000, 0, 0x01000000,
	0x01000000, 0, 0, 0x1fe, 0x02000000, 0, 0x01000000,
	0x02000000, 0, 0x80000000, 0x1ff, 0x80000000, 0, 0x70000000,
};

static size_t property_of_child(unsigned child, const char *wanted, const void **bytes)
{
	*bytes = strcmp(wanted, "reg") == 0 ? &child_reg[child] : &child_interrupts[child];
	if (strcmp(wanted, "reg") != 0)
		assert_string_equal(wanted, "interrupts");
	return strcmp(wanted, "reg") == 0 || child_interrupts[child] ? sizeof(uint32_t) : 0;
}

static size_t property(const char *wanted, const void **bytes)
{
	const struct { const char *name; const void *bytes; size_t size; } known[] = {
		{ "bus-range", bus_range, bus_range_size }, { "interrupt-map", map, map_size },
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

/* Knows how to read properties and who is behind it, and nothing else: a bridge is asked about, not touched. */
static int answer(uint64_t *cells)
{
	const char *service = (const char *)(uintptr_t)cells[0];
	uint64_t node = cells[3], next = node == NODE ? CHILD : node + 1;
	const void *bytes = NULL;
	size_t size;

	if (strcmp(service, "child") == 0 || strcmp(service, "peer") == 0) {
		cells[4] = next < CHILD + child_count ? next : 0;
		return 0;
	}
	if (node == NODE)
		size = property((const char *)(uintptr_t)cells[4], &bytes);
	else
		size = property_of_child((unsigned)(node - CHILD), (const char *)(uintptr_t)cells[4], &bytes);
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
	reg_size = 2 * sizeof(reg[0]);
	bus_range_size = map_size = child_count = 0;
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
	assert_string_equal(firmware.bridges[0].driver, "sabre");
	assert_int_equal(firmware.bridges[0].registers, 0x1fe00000000);
	assert_int_equal(firmware.bridges[0].config.start, 0x1fe01000000);
	assert_int_equal(firmware.bridges[0].io.start, 0x1fe02000000);
	assert_int_equal(firmware.bridges[0].memory.start - firmware.bridges[0].memory.first, 0x1ff00000000);
	assert_int_equal(firmware.bridges[0].memory.size, 0);
	assert_int_equal(firmware.bridges[0].pin_count, 0);
}

static void others_are_named(void **state)
{
	(void)state;
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

/* Bus B of an Ultra 60: the EBus, Ethernet beside it, and two SCSI. */
static void a_bus_of_psycho(void)
{
	static const uint32_t registers[] = {
		0x1fe, 0x4000, 0, 0x2000, 0x1fe, 0x01000000, 0, 0x100, 0x1fe, 0, 0, 0x10000,
	};
	static const uint32_t spaces[] = {
		0x00000000, 0, 0, 0x1fe, 0x01000000, 0, 0x01000000,
		0x01000000, 0, 0, 0x1fe, 0x02010000, 0, 0x00010000,
		0x02000000, 0, 0, 0x1ff, 0x80000000, 0, 0x80000000,
	};
	static const uint32_t devices[CHILDREN] = { 0x0800, 0x0900, 0x1800, 0x1900 };
	static const uint32_t interrupts[CHILDREN] = { 0, 0x21, 0x20, 0x26 };

	COMPATIBLE("pci108e,8000");
	memcpy(reg, registers, sizeof(reg));
	reg_size = sizeof(reg);
	memcpy(ranges, spaces, sizeof(ranges));
	bus_range_size = sizeof(bus_range);
	bus_range[0] = bus_range[1] = 0;
	child_count = CHILDREN;
	memcpy(child_reg, devices, sizeof(child_reg));
	memcpy(child_interrupts, interrupts, sizeof(child_interrupts));
}

static void expect_pin(unsigned i, unsigned slot, unsigned pin, unsigned line)
{
	const struct platform_pin *found = &firmware.bridges[0].pins[i];

	assert_true(i < firmware.bridges[0].pin_count);
	assert_int_equal(found->slot, slot);
	assert_int_equal(found->pin, pin);
	assert_int_equal(found->line, line);
}

/* Its configuration space is behind the chip's registers, whatever its range says (illumos' pci_fix_ranges). */
static void a_psycho_is_driven(void **state)
{
	(void)state;
	a_bus_of_psycho();
	bus_range[0] = 0x80;
	bus_range[1] = 0x81;
	ranges[4] = 0x01800000;
	bridge_read(NODE);
	assert_int_equal(firmware.other_count, 0);
	assert_int_equal(firmware.bridge_count, 1);
	assert_string_equal(firmware.bridges[0].driver, "psycho");
	assert_int_equal(firmware.bridges[0].registers, 0x1fe00000000);
	assert_int_equal(firmware.bridges[0].bus_registers, 0x1fe00004000);
	assert_int_equal(firmware.bridges[0].config.start, 0x1fe01000000);
	assert_int_equal(firmware.bridges[0].config.first, 0);
	assert_int_equal(firmware.bridges[0].io.start, 0x1fe02010000);
	assert_int_equal(firmware.bridges[0].io.size, 0x10000);
	assert_int_equal(firmware.bridges[0].memory.start, 0x1ff80000000);
	assert_int_equal(firmware.bridges[0].memory.size, 0x80000000);
	assert_int_equal(firmware.bridges[0].buses[0], 0x80);
	assert_int_equal(firmware.bridges[0].buses[1], 0x81);
	assert_int_equal(firmware.bridges[0].pin_count, 3);
	expect_pin(0, 1, 1, 0x21);
	expect_pin(1, 3, 1, 0x20);
	expect_pin(2, 3, 2, 0x26);
}

/* Pins of slots from the map, whose numbers may have their group with them; a row for no pin does not count, and a pin
 * in "interrupts" of a device is no line. */
static void a_map_says_where_pins_lead(void **state)
{
	static const uint32_t rows[4][6] = {
		{ 0x1000, 0, 0, 1, NODE, 0x7d0 }, { 0x1000, 0, 0, 4, NODE, 0x13 },
		{ 0x0800, 0, 0, 0x29, NODE, 0x29 }, { 0x2000, 0, 0, 2, NODE, 0x19 },
	};

	(void)state;
	a_bus_of_psycho();
	memcpy(map, rows, sizeof(map));
	map_size = sizeof(map);
	child_interrupts[2] = 1;
	child_interrupts[3] = 2;
	bridge_read(NODE);
	assert_int_equal(firmware.bridges[0].pin_count, 4);
	expect_pin(0, 1, 1, 0x21);
	expect_pin(1, 2, 1, 0x10);
	expect_pin(2, 2, 4, 0x13);
	expect_pin(3, 4, 2, 0x19);
}

/* The same for Psycho: each of what must be known, missing or without sense. */
static void a_psycho_that_is_not_all_said_is_not_driven(void **state)
{
	static const char name_of_it[] = "Psycho (pci108e,8000) at 0x1fe00004000";

	(void)state;
	a_bus_of_psycho();
	reg_size = sizeof(reg) - 4;
	expect_other(name_of_it);
	a_bus_of_psycho();
	bus_range_size = 4;
	expect_other(name_of_it);
	a_bus_of_psycho();
	bus_range[0] = 1;
	expect_other(name_of_it);
	a_bus_of_psycho();
	bus_range[1] = 256;
	expect_other(name_of_it);
	a_bus_of_psycho();
	ranges_size = 2 * sizeof(ranges) / 3;
	expect_other(name_of_it);
	ranges_size = sizeof(ranges);
	a_bus_of_psycho();
	ranges[13] = 0;
	expect_other(name_of_it);
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
		cmocka_unit_test_setup_teardown(a_psycho_is_driven, start, host_teardown),
		cmocka_unit_test_setup_teardown(a_map_says_where_pins_lead, start, host_teardown),
		cmocka_unit_test_setup_teardown(a_psycho_that_is_not_all_said_is_not_driven, start, host_teardown),
		cmocka_unit_test_setup_teardown(of_two_names_the_later_chip_counts, start, host_teardown),
		cmocka_unit_test_setup_teardown(a_sabre_without_its_spaces_is_not_driven, start, host_teardown),
		cmocka_unit_test_setup_teardown(what_is_no_bridge_is_left_alone, start, host_teardown),
		cmocka_unit_test_setup_teardown(there_may_be_many, start, host_teardown),
	};

	return cmocka_run_group_tests_name("sun_bridges", tests, NULL, NULL);
}
