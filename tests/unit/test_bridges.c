/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/bridges.list tests/unit/bridge_case.c drivers/interrupt/interrupt.c boot/trap.c boot/fatal.c */
/*
 * What is asked of every host and domain, on registers that record: see bridge_case.h. What is one chip's own is
 * test_typhoon.c's, test_sabre.c's and test_psycho.c's.
 */
#include <string.h>

#include "drivers/interrupt/interrupt.h"
#include "tests/unit/bridge_case.h"

/* A sum of base and size comes out as 0 here. */
static void a_window_at_the_end_of_numbers_is_refused(void **state)
{
	(void)state;
	case_expect_refused(0, case_paged(UINT64_MAX - 8 * MIB + 1, 8 * MIB));
}

/* Whoever describes a bridge changes nothing: it runs before anything else. */
static void describe_only_reads(void **state)
{
	char buffer[512] = "";
	struct text text = { buffer, sizeof(buffer), 0, false };

	(void)state;
	for (unsigned i = 0; i < CASE_REGISTER_BYTES / 8; i++)
		case_registers[i] = 0x1000000 + i * 8;
	case_ops()->describe(case_domain, &text);
	assert_true(case_event_count > 0);
	for (unsigned i = 0; i < case_event_count; i++) {
		char value[24];

		format(value, sizeof(value), "%llx", (unsigned long long)case_register(case_events[i].reg));
		assert_false(case_events[i].write);
		assert_non_null(strstr(buffer, value));
	}
	assert_false(text.cut);
}

/* The windows that dma_start() will open are ones that the chip accepts, apart from each other. */
static void standard_windows_are_good(void **state)
{
	const struct domain_driver *driver = case_domain->driver;

	(void)state;
	for (unsigned n = 0; n < driver->window_count; n++) {
		struct dma_window window = driver->windows[n];

		if (window.kind == WINDOW_CLOSED)
			continue;
		if (window.kind == WINDOW_PAGED)
			window.table.value = CASE_MEMORY;
		assert_true(case_ops()->open_window(case_domain, n, &window));
		for (unsigned other = n + 1; other < driver->window_count; other++) {
			const struct dma_window *b = &driver->windows[other];

			assert_true(b->kind == WINDOW_CLOSED || window.base.value + window.size <= b->base.value ||
				    b->base.value + b->size <= window.base.value);
		}
	}
	assert_int_equal(driver->windows[driver->paged_window].kind, WINDOW_PAGED);
}

/* Pins lead to lines of the host's own controller, and functions begin in its own domain. */
static void host_domain_and_controller_belong_together(void **state)
{
	const struct host_bridge *host = host_get(0);

	(void)state;
	interrupts_attach();
	assert_ptr_equal(host->domain, case_domain);
	assert_string_equal(host->domain->driver->compatible, host->driver->compatible);
	assert_ptr_equal(host->interrupts->at, host->at->interrupts);
	assert_string_equal(host->interrupts->driver->compatible, host->at->interrupts->compatible);
	assert_int_equal(host->interrupts->driver->lines, host->driver->lines);
}

static uint64_t config_seen;

static uint64_t read_config(void *context, const struct host_access *access)
{
	(void)context;
	config_seen = access->offset << 8 | access->width << 4 | access->order;
	return 0xffffffff12345678ull >> (64 - 8 * access->width) % 64;
}

static void write_config(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	config_seen = access->offset << 8 | access->width << 4 | access->order;
	assert_int_equal(value, access->width == 4 ? 0xcafebabe : access->width == 2 ? 0xbabe : 0xbe);
}

static void configuration_space_is_flat(void **state)
{
	static const struct { unsigned bdf, reg, size; uint64_t seen; } rows[] = {
		{ 0x0000, 0x00, 4, 0x00000040 | HOST_LITTLE },
		{ 0x0008, 0x3d, 1, 0x00083d10 | HOST_BYTE },
		{ 0x021f, 0x04, 2, 0x021f0420 | HOST_LITTLE },
		{ 0xffff, 0xfc, 4, 0xfffffc40ull | HOST_LITTLE },
	};
	static const struct host_device device = { CASE_CONFIG, 1 << 24, read_config, write_config, NULL };

	(void)state;
	host_add_device(&device);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		host_config_read(host_get(0), rows[i].bdf, rows[i].reg, rows[i].size);
		assert_int_equal(config_seen, rows[i].seen);
		config_seen = 0;
		host_config_write(host_get(0), rows[i].bdf, rows[i].reg, rows[i].size, 0xcafebabe);
		assert_int_equal(config_seen, rows[i].seen);
	}
}

/* ECAM: 4096 bytes a function. What is behind a function's own bytes is the next one's, and is not accessed. */
static void configuration_space_has_an_end(void **state)
{
	static const struct host_device device = { CASE_CONFIG, 1 << 28, read_config, write_config, NULL };
	static const struct { unsigned bytes, reg, size; bool inside; } rows[] = {
		{ 256, 0xff, 1, true }, { 256, 0x100, 1, false }, { 256, 0xffc, 4, false }, { 256, ~0u, 1, false },
		{ 256, 0xfc, 4, true }, { 256, 0x100, 4, false },
		{ 4096, 0x100, 4, true }, { 4096, 0xffc, 4, true }, { 4096, 0x1000, 4, false },
		{ 4096, 0xffe, 2, true }, { 4096, 0x1000, 2, false }, { 4096, 0xfffffffc, 4, false },
	};
	struct host_bridge host = *host_get(0);
	unsigned bytes;

	(void)state;
	host_add_device(&device);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bytes = host.ranges.config_bytes = rows[i].bytes;
		config_seen = 0;
		if (host_config_read(&host, 0x021f, rows[i].reg, rows[i].size) != ~0u && !rows[i].inside)
			fail_msg("row %u", i);
		assert_int_equal(config_seen >> 8, rows[i].inside ? 0x021full * bytes + rows[i].reg : 0);
		config_seen = 0;
		host_config_write(&host, 0x021f, rows[i].reg, rows[i].size, 0xcafebabe);
		assert_int_equal(config_seen >> 8, rows[i].inside ? 0x021full * bytes + rows[i].reg : 0);
	}
}

static void bridges_without_a_driver_are_named(void **state)
{
	const char *unknown[HOST_UNKNOWN + 1];

	case_typhoon(state);
	host_platform.node_count = 5;
	host_platform.nodes[0].compatible = "nobody";
	host_platform.nodes[1] = (struct platform_node) { .compatible = "sabre", .number = 1 };
	host_platform.nodes[2] = (struct platform_node) { .compatible = "typhoon", .number = 2 };
	host_platform.nodes[3] = (struct platform_node) { .compatible = "a-device-without-a-bus" };
	host_platform.nodes[4] = (struct platform_node) { .compatible = "nor-me", .range_count = 1 };
	assert_int_equal(host_attach(&host_platform, unknown), 2);
	assert_string_equal(unknown[0], "nobody");
	assert_string_equal(unknown[1], "nor-me");
	assert_null(unknown[2]);
	assert_string_equal(host_get(0)->driver->compatible, "sabre");
	assert_int_equal(host_get(1)->at->number, 2);
	assert_null(host_get(2));
	host_platform.node_count = 0;
	assert_int_equal(host_attach(&host_platform, unknown), 0);
	assert_null(unknown[0]);
	assert_null(host_get(0));
}

/* No more than there is room for, and those that can be driven are found behind them. */
static void many_bridges_without_a_driver(void **state)
{
	const char *unknown[HOST_UNKNOWN + 1];

	case_typhoon(state);
	host_platform.node_count = HOST_UNKNOWN + 3;
	for (unsigned i = 0; i < HOST_UNKNOWN + 2; i++)
		host_platform.nodes[i] = (struct platform_node) { .compatible = "nobody", .range_count = 1 };
	host_platform.nodes[HOST_UNKNOWN + 2] = (struct platform_node) { .compatible = "sabre", .range_count = 1 };
	assert_int_equal(host_attach(&host_platform, unknown), 1);
	assert_non_null(unknown[HOST_UNKNOWN - 1]);
	assert_null(unknown[HOST_UNKNOWN]);
}

static const struct platform_bars all;

/* Each space has its own place, and a range need not begin at 0. */
static void ranges_lead_to_their_spaces(void **state)
{
	struct platform_node *node = &host_platform.nodes[0];

	case_typhoon(state);
	node->range_count = 3;
	node->ranges[0] = (struct platform_range) { RANGE_MEMORY, 0x10000000, { 0x90000000 }, 0, all };
	node->ranges[1] = (struct platform_range) { RANGE_IO, 0x1000, { 0x3eff1000 }, 0, all };
	node->ranges[2] = (struct platform_range) { RANGE_CONFIG, 0, { CASE_CONFIG }, 0, all };
	assert_int_equal(host_attach(&host_platform, NULL), 1);
	assert_int_equal(host_get(0)->memory.value, 0x80000000);
	assert_int_equal(host_get(0)->io.value, 0x3eff0000);
	assert_int_equal(host_get(0)->config.value, CASE_CONFIG);
}

static void expect_range(const struct bus_range *found, uint64_t first, uint64_t last)
{
	assert_int_equal(found->first, first);
	assert_int_equal(found->last, last);
}

/* Which numbers BARs and buses may get is the machine's to say: a part of a range, all of it, or none. */
static void the_machine_says_what_bars_may_get(void **state)
{
	struct platform_node *node = &host_platform.nodes[0];
	const struct host_ranges *ranges;

	case_typhoon(state);
	node->range_count = 4;
	node->buses.first = 0x20;
	node->buses.last = 0x2f;
	node->ranges[0] = (struct platform_range) { RANGE_MEMORY, 0x10000000, { 0x90000000 }, 0x30000000, all };
	node->ranges[1] = (struct platform_range) { RANGE_IO, 0, { 0x3eff0000 }, 0x10000, { 0x9000, 0xbfff } };
	node->ranges[2] = (struct platform_range) { RANGE_CONFIG, 0, { CASE_CONFIG }, 16 << 20, all };
	node->ranges[3] = (struct platform_range) { RANGE_PREFETCHABLE, 8ull << 32, { 8ull << 32 }, 1ull << 32, all };
	assert_int_equal(host_attach(&host_platform, NULL), 1);
	ranges = &host_get(0)->ranges;
	expect_range(&ranges->buses, 0x20, 0x2f);
	expect_range(&ranges->mem, 0x10000000, 0x3fffffff);
	expect_range(&ranges->io, 0x9000, 0xbfff);
	expect_range(&ranges->prefetchable, 8ull << 32, (9ull << 32) - 1);
	assert_int_equal(host_config_bytes(host_get(0)), 4096);
	node->ranges[2].size--;
	node->range_count = 3;
	node->ranges[1].space = RANGE_MEMORY;
	assert_int_equal(host_attach(&host_platform, NULL), 1);
	assert_int_equal(host_config_bytes(host_get(0)), 256);
	assert_true(ranges->io.first > ranges->io.last);
	expect_range(&ranges->prefetchable, 0, 0);
	expect_range(&ranges->mem, 0x10000000, 0x3fffffff);
}

/* Both hoses of a Typhoon have one Cchip; a host without a controller, or with one that is not known, has none. */
static void hosts_share_a_controller(void **state)
{
	static const struct platform_node unknown = { .compatible = "nobody's" };

	case_typhoon(state);
	host_platform.node_count = 4;
	for (unsigned i = 0; i < 4; i++)
		host_platform.nodes[i] = (struct platform_node) { .compatible = "typhoon", .number = i };
	host_platform.nodes[4] = (struct platform_node) { .compatible = "cchip" };
	host_platform.nodes[0].interrupts = host_platform.nodes[2].interrupts = &host_platform.nodes[4];
	host_platform.nodes[3].interrupts = &unknown;
	assert_int_equal(host_attach(&host_platform, NULL), 4);
	interrupts_attach();
	assert_non_null(host_get(0)->interrupts);
	assert_ptr_equal(host_get(2)->interrupts, host_get(0)->interrupts);
	assert_ptr_equal(host_get(0)->interrupts->at, &host_platform.nodes[4]);
	assert_null(host_get(1)->interrupts);
	assert_null(host_get(3)->interrupts);
}

#define ON_ALL(test) \
	{ "typhoon: " #test, test, case_typhoon, NULL, NULL }, \
	{ "sabre: " #test, test, case_sabre, NULL, NULL }, \
	{ "psycho: " #test, test, case_psycho, NULL, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_ALL(describe_only_reads),
		ON_ALL(standard_windows_are_good),
		ON_ALL(host_domain_and_controller_belong_together),
		ON_ALL(a_window_at_the_end_of_numbers_is_refused),
		cmocka_unit_test_setup(configuration_space_is_flat, case_typhoon),
		cmocka_unit_test_setup(configuration_space_has_an_end, case_typhoon),
		cmocka_unit_test(bridges_without_a_driver_are_named),
		cmocka_unit_test(many_bridges_without_a_driver),
		cmocka_unit_test(ranges_lead_to_their_spaces),
		cmocka_unit_test(the_machine_says_what_bars_may_get),
		cmocka_unit_test(hosts_share_a_controller),
	};

	return cmocka_run_group_tests_name("bridges", tests, NULL, NULL);
}
