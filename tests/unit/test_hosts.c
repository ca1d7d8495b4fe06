/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: drivers/host/host.c drivers/host/ecam.c boot/tap.c boot/format.c boot/print.c */
/*
 * Hosts with ECAM by what a machine's description says of them: which bus numbers are whose, and what is refused. What
 * is found behind one is drivers/pci's.
 */
#include <string.h>

#include "boot/tap.h"
#include "drivers/host/host.h"
#include "tests/unit/host/host.h"

#define ECAM_AT		0x4010000000ull
#define OF_BUS		(1ull << 20)

static uint64_t read_config(void *context, const struct host_access *access)
{
	(void)context;
	return access->offset >> 12;
}

static int start(void **state)
{
	static const struct host_device device = { ECAM_AT, 512 * OF_BUS, read_config, NULL, NULL };

	(void)state;
	host_reset();
	tap_plan(1, NULL);
	host_add_device(&device);
	return 0;
}

/* A node whose configuration space is at the place that bus 0 would have; of its buses alone is it as large. */
static void describe(unsigned number, uint64_t bus_0, unsigned first, unsigned last)
{
	uint64_t buses = last < first ? 1 : last - first + 1;

	host_platform.node_count = number + 1;
	host_platform.nodes[number] = (struct platform_node) {
		.compatible = "pci-host-ecam-generic", .number = number, .buses = { first, last }, .range_count = 2,
		.ranges = {
			{ .space = RANGE_CONFIG, .first = first * OF_BUS, .start = { bus_0 + first * OF_BUS },
			  .size = buses * OF_BUS },
			{ .space = RANGE_MEMORY, .first = 0x10000000, .start = { 0x10000000 }, .size = 0x1000000 },
		},
	};
}

static unsigned attach(void)
{
	return host_attach(&host_platform, NULL);
}

static void expect_said(const char *words)
{
	if (!strstr(host_output, words))
		fail_msg("\"%s\" is not in: %s", words, host_output);
}

/* Two halves of one space, and all numbers once more in a space of its own: a segment. */
static void beside_each_other(void **state)
{
	(void)state;
	describe(0, ECAM_AT, 0, 0x7f);
	describe(1, ECAM_AT, 0x80, 0xff);
	describe(2, ECAM_AT + 256 * OF_BUS, 0, 0xff);
	assert_int_equal(attach(), 3);
	assert_int_equal(host_get(1)->ranges.buses.first, 0x80);
	assert_int_equal(host_get(1)->ranges.buses.last, 0xff);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(host_config_bytes(host_get(i)), 4096);
	assert_int_equal(host_config_read(host_get(0), 0x7f08, 0, 4), 0x7f08);
	assert_int_equal(host_config_read(host_get(1), 0x8008, 0, 4), 0x8008);
	assert_int_equal(host_config_read(host_get(2), 0x0008, 0, 4), 0x10008);
	assert_null(strstr(host_output, "buses"));
}

/* What the second of two hosts has in common with the first, from all to one bus at either end. */
static void numbers_of_another(void **state)
{
	static const struct { unsigned first, last; bool good; } rows[] = {
		{ 0x40, 0x7f, false }, { 0x00, 0xff, false }, { 0x50, 0x60, false }, { 0x7f, 0xff, false },
		{ 0x00, 0x40, false }, { 0x40, 0x40, false }, { 0x80, 0xff, true }, { 0x00, 0x3f, true },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start(state);
		describe(0, ECAM_AT, 0x40, 0x7f);
		describe(1, ECAM_AT, rows[i].first, rows[i].last);
		describe(2, ECAM_AT + 256 * OF_BUS, 0, 0xff);
		assert_int_equal(attach(), rows[i].good ? 3 : 2);
		assert_ptr_equal(host_get(0)->at, &host_platform.nodes[0]);
		assert_ptr_equal(host_get(1)->at, &host_platform.nodes[rows[i].good ? 1 : 2]);
		if (!rows[i].good)
			expect_said("are in the configuration space of pci-host-ecam-generic 0: nothing behind it is "
				    "seen");
		assert_int_equal(strstr(host_output, "pci-host-ecam-generic 1: some of its buses") != NULL,
				 !rows[i].good);
	}
}

static void numbers_that_there_are_not(void **state)
{
	static const struct { unsigned first, last; const char *said; } rows[] = {
		{ 0x40, 0x3f, "generic 0: its buses are said to be 0x40-0x3f: nothing behind it is seen" },
		{ 0, 0x100, "pci-host-ecam-generic 0: its buses are said to be 0-0x100: nothing behind it is seen" },
		{ 0x100, 0x1ff, "its buses are said to be 0x100-0x1ff" },
		{ 0, ~0u, "its buses are said to be 0-0xffffffff" },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start(state);
		describe(0, ECAM_AT, rows[i].first, rows[i].last);
		assert_int_equal(attach(), 0);
		assert_null(host_get(0));
		expect_said(rows[i].said);
	}
}

/* A host that was refused takes no place. */
static void as_many_as_there_is_room_for(void **state)
{
	(void)state;
	for (unsigned i = 0; i < HOST_BRIDGES + 2; i++)
		describe(i, ECAM_AT, i == 1 ? 0 : 0x10 * i, 0x10 * i + 0xf);
	assert_int_equal(attach(), HOST_BRIDGES);
	assert_ptr_equal(host_get(1)->at, &host_platform.nodes[2]);
	assert_ptr_equal(host_get(HOST_BRIDGES - 1)->at, &host_platform.nodes[HOST_BRIDGES]);
	assert_null(host_get(HOST_BRIDGES));
}

/* Less than all functions would need is not ECAM. */
static void a_small_space(void **state)
{
	(void)state;
	describe(0, ECAM_AT, 0, 0xf);
	host_platform.nodes[0].ranges[0].size -= 1;
	assert_int_equal(attach(), 1);
	assert_int_equal(host_config_bytes(host_get(0)), 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(beside_each_other, start, host_teardown),
		cmocka_unit_test_teardown(numbers_of_another, host_teardown),
		cmocka_unit_test_teardown(numbers_that_there_are_not, host_teardown),
		cmocka_unit_test_setup_teardown(as_many_as_there_is_room_for, start, host_teardown),
		cmocka_unit_test_setup_teardown(a_small_space, start, host_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
