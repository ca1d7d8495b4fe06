/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/its_case.list */
/*
 * The driver of an ITS where things end: its tables, numbers of events and of functions, and one that cannot be used.
 * Its queue is test_its_queue.c's, what it does otherwise is test_its.c's.
 */
#include <string.h>

#include "boot/frames.h"
#include "drivers/interrupt/its.h"
#include "tests/unit/its_case.h"

/* ---- One that cannot be used, or only with care ---- */

static void expect_unusable(const char *why)
{
	its_case_attach();
	assert_null(its_port);
	assert_non_null(host_get(0)->interrupts);
	its_expect_said(why);
	assert_int_equal(its_model.done, 0);
}

static void no_lpis(void **state)
{
	its_case_setup(state);
	its_model.its_type &= ~1ull;
	expect_unusable("its: it cannot be used: it has no LPIs, or this CPU has none");
	its_case_setup(state);
	its_model.cpu_type &= ~1ull;
	expect_unusable("its: it cannot be used: it has no LPIs, or this CPU has none");
}

/* Numbers of events from 1 to 32 bits: 16 events take 4. */
static void bits_of_events(void **state)
{
	struct message_to to;

	for (unsigned bits = 1; bits <= 32; bits++) {
		its_case_setup(state);
		its_model.its_type = (its_model.its_type & ~(0x1full << 8)) | (uint64_t)(bits - 1) << 8;
		if (bits < 4) {
			expect_unusable("its: it cannot be used: a function may have too few events");
			continue;
		}
		its_case_attach();
		assert_true(its_case_open());
		assert_true(its_event(8, 15, &to));
		its_model_good();
		interrupts_close();
	}
}

/* A function's table is as large as its entries say, and no two share a byte. */
static void sizes_of_entries(void **state)
{
	struct message_to to;

	for (unsigned bytes = 1; bytes <= 16; bytes++) {
		its_case_setup(state);
		its_model.its_type = (its_model.its_type & ~(0xfull << 4)) | (uint64_t)(bytes - 1) << 4;
		its_case_attach();
		assert_true(its_case_open());
		for (unsigned function = 0; function < 8; function++)
			assert_true(its_event(function, function, &to));
		its_model_good();
		interrupts_close();
	}
}

static void no_table_of_functions(void **state)
{
	its_case_setup(state);
	its_model.tables[0] = 0;
	expect_unusable("its: it cannot be used: its table of functions is where it is");
}

/* Behind all others, and with that of collections before it. */
static void tables_in_another_order(void **state)
{
	its_case_setup(state);
	its_model.tables[0] = its_model.tables[1];
	its_model.tables[1] = 0;
	its_model.tables[7] = 1ull << 56 | 7ull << 48;
	its_case_attach();
	assert_true(its_case_open());
	assert_int_equal(its_model.tables[7] >> 63, 1);
	assert_int_equal(its_model.tables[0] >> 63, 1);
	assert_int_equal(its_model.tables[1], 0);
}

/* Pages whose size cannot be chosen, and a table of tables where one of entries is meant. */
static void a_table_that_is_not_what_was_written(void **state)
{
	static const struct { uint64_t stuck, value; } tables[] = {
		{ 3ull << 8, 0 }, { 3ull << 8, 1ull << 8 }, { 1ull << 62, 1ull << 62 }, { 0xff, 0 }, { 1ull << 63, 0 },
	};
	struct message_to to;

	for (unsigned i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		its_case_setup(state);
		/* Entries of 32 bytes: two thousand pages of 4 KiB, 32 of 64. */
		its_model.tables[0] = 1ull << 56 | 31ull << 48 | tables[i].value;
		its_model.table_stuck = tables[i].stuck;
		its_case_attach();
		assert_true(its_case_open());
		its_expect_said("its: it cannot be brought up");
		assert_int_equal(its_model.control, 0);
		assert_false(its_event(8, 3, &to));
		its_case_end(state);
	}
}

/* Caches would have to be cleaned for it, which nobody here does. */
static void memory_that_is_not_shared(void **state)
{
	struct message_to to;

	its_case_setup(state);
	its_model.unshareable = 3ull << 10;
	its_case_attach();
	assert_true(its_case_open());
	its_expect_said("its: it cannot be brought up");
	assert_false(its_event(8, 3, &to));
}

static void lpis_of_a_firmware_that_stay(void **state)
{
	its_case_setup(state);
	its_model.no_way_back = true;
	its_model.cpu_control = 1;
	expect_unusable("its: it cannot be used: the firmware's LPIs cannot be taken back");
}

/* 2 MiB for a table of functions, of which there are less in a row. */
static void no_memory(void **state)
{
	static const struct memory_range little = { { 0x40000000ull }, 0x180000 };

	its_case_setup(state);
	frames_init(&little, 1);
	its_model.tables[0] = 1ull << 56 | 31ull << 48;
	expect_unusable("its: it cannot be used: there is no memory for its tables");
}

/* ---- Functions and events ---- */

static void events_out_of_range(void **state)
{
	struct message_to to;
	struct pci_function function = its_function(8);
	unsigned before = its_model.done;

	(void)state;
	for (unsigned line = 0; line < CASE_LINE; line++)
		assert_false(its_port->driver->to(its_port, &function, line, &to));
	for (unsigned line = INTERRUPT_LINES; line < INTERRUPT_LINES + 20; line++)
		assert_false(its_port->driver->to(its_port, &function, line, &to));
	assert_int_equal(its_model.done, before);
	its_model_good();
}

/* By the map of the host: its first and its last, and none behind. */
static void functions_out_of_range(void **state)
{
	struct message_to to;
	unsigned before = its_model.done;

	(void)state;
	assert_false(its_event(CASE_REQUESTERS, 0, &to));
	assert_false(its_event(0xffff, 0, &to));
	assert_int_equal(its_model.done, before);
	assert_true(its_event(0, 0, &to));
	assert_true(its_event(CASE_REQUESTERS - 1, 1, &to));
	its_model_good();
}

/* Requester IDs through rows of the map: two, a hole between, and one that leads where no table is. */
static void rows_of_the_map(void **state)
{
	static const struct platform_stream rows[] = {
		{ 0x000, 0x0200, 8 }, { 0x100, 0x0000, 8 }, { 0x200, 0xfffc, 8 }, { 0x300, 0xfffffff8, 16 },
	};
	static const struct { unsigned requester; bool good; uint32_t id; } functions[] = {
		{ 0x000, true, 0x200 }, { 0x007, true, 0x207 }, { 0x008, false, 0 }, { 0x0ff, false, 0 },
		{ 0x100, true, 0x000 }, { 0x107, true, 0x007 }, { 0x108, false, 0 }, { 0x203, true, 0xffff },
		{ 0x204, false, 0 }, { 0x307, false, 0 },
	};
	struct message_to to;

	its_case_setup(state);
	host_platform.nodes[2].sender_count = 4;
	memcpy(host_platform.nodes[2].senders, rows, sizeof(rows));
	its_case_attach();
	assert_true(its_case_open());
	for (unsigned i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (its_event(functions[i].requester, 5, &to) != functions[i].good)
			fail_msg("requester %#x", functions[i].requester);
		its_model_message(functions[i].id, 5);
		assert_int_equal(its_controller->driver->come(its_controller),
				 functions[i].good ? 1ull << (CASE_LINE + 5) : 0);
		its_controller->driver->forget(its_controller, ~0ull);
		its_port->driver->drop(its_port, CASE_LINE + 5);
	}
	its_model_good();
}

/* Fewer than the pages of the table would have room for. */
static void an_its_of_few_functions(void **state)
{
	struct message_to to;

	its_case_setup(state);
	its_model.its_type = (its_model.its_type & ~(0x1full << 13)) | 7ull << 13;
	host_platform.nodes[2].senders[0] = (struct platform_stream) { 0, 0, 0x10000 };
	its_case_attach();
	assert_true(its_case_open());
	assert_true(its_event(0xff, 0, &to));
	assert_false(its_event(0x100, 1, &to));
	its_model_good();
}

/* More functions than have a table at a time: whoever has no event any more makes room. */
static void many_functions(void **state)
{
	struct message_to to;

	(void)state;
	for (unsigned function = 0; function < 3 * CASE_EVENTS; function++) {
		assert_true(its_event(function, function % CASE_EVENTS, &to));
		its_send_event(function, function % CASE_EVENTS);
		assert_int_equal(its_controller->driver->come(its_controller),
				 1ull << (CASE_LINE + function % CASE_EVENTS));
		its_controller->driver->forget(its_controller, ~0ull);
	}
	its_send_event(0, 0);
	assert_int_equal(its_model_pending(), 0);
	its_model_good();
}

/* After the end the collection leads nowhere, whatever functions still send. */
static void no_collection(void **state)
{
	struct message_to to;

	(void)state;
	assert_true(its_event(8, 3, &to));
	its_model.collection = false;
	its_send_event(8, 3);
	assert_int_equal(its_model_pending(), 0);
	assert_int_equal(its_controller->driver->come(its_controller), 0);
	its_model.collection = true;
	interrupts_close();
	its_send_event(8, 3);
	assert_int_equal(its_model_pending(), 0);
	assert_false(its_model.collection);
	its_model_good();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(no_lpis, its_case_end),
		cmocka_unit_test_teardown(bits_of_events, its_case_end),
		cmocka_unit_test_teardown(sizes_of_entries, its_case_end),
		cmocka_unit_test_teardown(no_table_of_functions, its_case_end),
		cmocka_unit_test_teardown(tables_in_another_order, its_case_end),
		cmocka_unit_test_teardown(a_table_that_is_not_what_was_written, its_case_end),
		cmocka_unit_test_teardown(memory_that_is_not_shared, its_case_end),
		cmocka_unit_test_teardown(lpis_of_a_firmware_that_stay, its_case_end),
		cmocka_unit_test_teardown(no_memory, its_case_end),
		cmocka_unit_test_setup_teardown(events_out_of_range, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(functions_out_of_range, its_case_start, its_case_end),
		cmocka_unit_test_teardown(rows_of_the_map, its_case_end),
		cmocka_unit_test_teardown(an_its_of_few_functions, its_case_end),
		cmocka_unit_test_setup_teardown(many_functions, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(no_collection, its_case_start, its_case_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
