/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/bridges.list tests/unit/psycho_case.list */
/*
 * Psycho's IOMMU on a chip of software (psycho_model.h): what devices of both buses reach and what they do not, where
 * its window is, and which lines slots lead to.
 */
#include <string.h>

#include "tests/unit/psycho_case.h"

/* One IOMMU for both: what is mapped for a device of one bus is where it is for the other's as well. */
static void both_buses_reach_what_is_mapped(void **state)
{
	unsigned char byte;

	(void)state;
	for (unsigned bus = 0; bus < 2; bus++) {
		uint64_t memory = MEMORY + 2 * MIB + bus * FRAME_SIZE;
		struct dma_map made = psycho_map(bus, memory, DMA_DEVICE_BOTH);

		assert_in_range(made.address.value, WINDOW, PSYCHO_WINDOW_END - FRAME_SIZE);
		for (unsigned other = 0; other < 2; other++) {
			assert_true(psycho_write(&psycho_chip, other, made.address.value + 5,
						 (unsigned char)(0x40 + other)));
			assert_int_equal(*psycho_byte(memory + 5), 0x40 + other);
			assert_true(psycho_read(&psycho_chip, other, made.address.value + 5, &byte));
			assert_int_equal(byte, 0x40 + other);
		}
		assert_int_equal(*psycho_byte(memory + 4), PATTERN);
		dma_unmap(&made);
		psycho_refuses(0, made.address.value);
		psycho_refuses(1, made.address.value);
		assert_int_equal(*psycho_byte(memory + 5), 0x41);
	}
}

static void nothing_else_is_reached(void **state)
{
	uint64_t memory = MEMORY + 2 * MIB;
	struct dma_map made = psycho_map(1, memory, DMA_DEVICE_READS);
	unsigned char byte;

	(void)state;
	assert_false(psycho_write(&psycho_chip, 0, made.address.value, 0x11));
	assert_true(psycho_read(&psycho_chip, 0, made.address.value, &byte));
	assert_int_equal(byte, PATTERN);
	for (unsigned bus = 0; bus < 2; bus++) {
		psycho_refuses(bus, made.address.value + FRAME_SIZE);
		psycho_refuses(bus, made.address.value - FRAME_SIZE);
		/* The same entry of the table: below the window, and above 4 GiB. */
		psycho_refuses(bus, made.address.value - (1ull << 30));
		psycho_refuses(bus, made.address.value + (1ull << 30));
		psycho_refuses(bus, memory);
		psycho_refuses(bus, psycho_domain->driver->unclaimed.value);
	}
	assert_int_equal(*psycho_byte(memory), PATTERN);
	dma_unmap(&made);
}

/* The end of the 4 GiB, and nowhere else. */
static void the_window_is_at_the_end(void **state)
{
	struct dma_window window = { WINDOW_PAGED, { 0 }, 8 * MIB, { 0 }, { MEMORY + 2 * MIB } };

	(void)state;
	for (unsigned log = 0; log <= 7; log++, window.size *= 2) {
		window.base.value = PSYCHO_WINDOW_END - window.size;
		assert_true(domain_open_window(psycho_domain, 0, &window));
		assert_int_equal(psycho_register(&psycho_chip, 0x200), 1 | log << 16);
		assert_int_equal(psycho_register(&psycho_chip, 0x208), window.table.value);
		if (log == 7)
			break;
		window.base.value -= window.size;
		assert_false(domain_open_window(psycho_domain, 0, &window));
		window.base.value = 0;
		assert_false(domain_open_window(psycho_domain, 0, &window));
	}
	window.size *= 2;
	window.base.value = PSYCHO_WINDOW_END - window.size;
	assert_false(domain_open_window(psycho_domain, 0, &window));
}

/* It cannot be closed as others can: then there is nothing in it, and translation stays on. */
static void what_is_closed_leads_nowhere(void **state)
{
	struct dma_map made = psycho_map(0, MEMORY + 2 * MIB, DMA_DEVICE_BOTH);

	(void)state;
	domain_close_window(psycho_domain, 0);
	for (unsigned bus = 0; bus < 2; bus++) {
		psycho_refuses(bus, made.address.value);
		psycho_refuses(bus, PSYCHO_WINDOW_END - FRAME_SIZE);
		psycho_refuses(bus, MEMORY);
	}
	assert_int_equal(psycho_register(&psycho_chip, 0x200) & 1, 1);
	assert_true(dma_restore(psycho_domain));
	assert_true(psycho_write(&psycho_chip, 1, made.address.value, 0x22));
	assert_int_equal(*psycho_byte(MEMORY + 2 * MIB), 0x22);
	dma_unmap(&made);
}

static void expect_walk(uint64_t address, const char *why, uint64_t memory)
{
	struct domain_walk walk = { .steps = NULL };

	assert_int_equal(domain_walk(psycho_domain, address, &walk), why == NULL);
	if (why)
		assert_string_equal(walk.why, why);
	else
		assert_int_equal(walk.memory.value, memory);
}

static void a_walk_ends_where_a_device_does(void **state)
{
	struct dma_map made = psycho_map(0, MEMORY + 2 * MIB, DMA_DEVICE_BOTH);

	(void)state;
	expect_walk(made.address.value + 9, NULL, MEMORY + 2 * MIB + 9);
	expect_walk(made.address.value + FRAME_SIZE, "the entry is not valid", 0);
	expect_walk(WINDOW - 1, "the window, at the end of 4 GiB, does not have it", 0);
	expect_walk(PSYCHO_WINDOW_END, "the window, at the end of 4 GiB, does not have it", 0);
	dma_unmap(&made);
}

static void faults_are_told(void **state)
{
	struct domain_fault fault;

	(void)state;
	assert_false(psycho_domain->driver->ops->fault(psycho_domain, &fault));
	psycho_refuses(1, WINDOW);
	assert_true(psycho_domain->driver->ops->fault(psycho_domain, &fault));
	assert_non_null(strstr(fault.text, ": invalid entry;"));
	assert_false(psycho_domain->driver->ops->fault(psycho_domain, &fault));
	psycho_set(&psycho_chip, 0x30, 1ull << 57);		/* of another chip */
	assert_false(psycho_domain->driver->ops->fault(psycho_domain, &fault));
	psycho_set(&psycho_chip, 0x30, 1ull << 58);
	assert_true(psycho_domain->driver->ops->fault(psycho_domain, &fault));
	assert_int_equal(psycho_register(&psycho_chip, 0x30), 0);
}

static void the_chip_says_what_it_is(void **state)
{
	(void)state;
	for (unsigned version = 0; version < 16; version++) {
		psycho_attach(version);
		domain_attach();
		assert_int_equal(strstr(host_output, "which is not known: it is driven as one of version 3\n") != NULL,
				 version > 3);
	}
}

static void slots_lead_to_lines(void **state)
{
	static const struct { unsigned bus, slot, pin; int line; } rows[] = {
		{ 0, 0, 1, -1 }, { 0, 1, 1, 0x00 }, { 0, 1, 4, 0x03 }, { 0, 4, 2, 0x0d }, { 0, 5, 1, -1 },
		{ 1, 1, 1, -1 }, { 1, 2, 1, 0x10 }, { 1, 5, 4, 0x1f }, { 1, 6, 1, -1 },
	};
	struct platform_node *node = &host_platform.nodes[host_platform.node_count - 1];

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct host_bridge *host = host_get(rows[i].bus);

		assert_int_equal(host->driver->intx_line(host, rows[i].slot, rows[i].pin), rows[i].line);
	}
	node->pin_count = 2;
	node->pin_slots = 31;
	node->pins[0] = (struct platform_pin) { 1, 1, 0x21 };
	node->pins[1] = (struct platform_pin) { 3, 2, 0x26 };
	assert_int_equal(host_get(1)->driver->intx_line(host_get(1), 1, 1), 0x21);
	assert_int_equal(host_get(1)->driver->intx_line(host_get(1), 3, 2), 0x26);
	assert_int_equal(host_get(1)->driver->intx_line(host_get(1), 3, 1), 0x14);
	assert_int_equal(host_get(1)->driver->intx_line(host_get(1), 1, 2), -1);
}

#define TEST(test, setup)	cmocka_unit_test_setup_teardown(test, setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_buses_reach_what_is_mapped, psycho_start),
		TEST(nothing_else_is_reached, psycho_start),
		TEST(the_window_is_at_the_end, psycho_start),
		TEST(what_is_closed_leads_nowhere, psycho_start),
		TEST(a_walk_ends_where_a_device_does, psycho_start),
		TEST(faults_are_told, psycho_start),
		TEST(the_chip_says_what_it_is, psycho_hand_over),
		TEST(slots_lead_to_lines, psycho_hand_over),
	};

	return cmocka_run_group_tests_name("psycho", tests, NULL, NULL);
}
