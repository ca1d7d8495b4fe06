/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/its_case.list */
/*
 * The driver of an ITS at work, on one in software: what it says to it, and in which order; events and functions that
 * come, go and change places; LPIs that are enabled, wait and are taken. Limits and what is refused are
 * test_its_limits.c's, the queue of commands is test_its_queue.c's.
 */
#include <string.h>

#include "boot/trap.h"
#include "drivers/interrupt/its.h"
#include "tests/unit/its_case.h"

#define NUMBER(event)	(8192 + CASE_LINE + (event))	/* of its LPI */
#define LINE(event)	(1ull << (CASE_LINE + (event)))

static uint64_t come(void)
{
	return its_controller->driver->come(its_controller);
}

static void let_in(unsigned event)
{
	uint64_t number;

	assert_true(arch_interrupt_take(&number));
	assert_int_equal(number, NUMBER(event));
	trap(&(struct trap_frame) { .kind = TRAP_INTERRUPT, .name = "irq", .has_address = true, .address = number });
}

/* ---- The order of commands ---- */

/* The collection, then its LPIs; tables are in place before either counts. */
static void started(void **state)
{
	(void)state;
	assert_string_equal(its_commands(0), "MAPC INVALL SYNC");
	assert_true(its_model.collection);
	assert_int_equal(its_model.control, 1);
	assert_int_equal(its_model.cpu_control, 1);
	assert_int_equal(its_model.properties & 0x1f, 13);
	assert_int_equal(its_model.pending_table >> 62 & 1, 1);
	for (unsigned table = 0; table < 2; table++)
		assert_int_equal(its_model.tables[table] >> 63, 1);
	assert_int_equal(its_model.tables[2], 0);
	its_model_good();
}

/* A function before its event; what has been an event is discarded before it is another's, and each is done before the
 * next begins. */
static void order_of_an_event(void **state)
{
	struct message_to to;
	unsigned from = its_model.done;

	(void)state;
	assert_true(its_event(8, 3, &to));
	assert_int_equal(to.address.value, MODEL_ITS + 0x10040);
	assert_int_equal(to.data, 3);
	assert_string_equal(its_commands(from), "MAPD SYNC MAPTI SYNC");
	assert_int_equal(its_model.devices[0].id, CASE_STREAM + 8);
	assert_int_equal(its_model.devices[0].bits, 4);
	from = its_model.done;
	assert_true(its_event(8, 4, &to));
	assert_string_equal(its_commands(from), "MAPTI SYNC");
	from = its_model.done;
	assert_true(its_event(8, 3, &to));
	assert_string_equal(its_commands(from), "DISCARD SYNC MAPTI SYNC");
	from = its_model.done;
	assert_true(its_event(16, 3, &to));
	assert_string_equal(its_commands(from), "DISCARD SYNC MAPD SYNC MAPTI SYNC");
	its_model_good();
}

/* A byte of an LPI counts once it is looked at; one that was only looked for is sent again when it may interrupt. */
static void order_of_a_line(void **state)
{
	struct message_to to;
	unsigned from;

	(void)state;
	assert_true(its_event(8, 0, &to));
	from = its_model.done;
	its_controller->driver->enable(its_controller, LINE(0));
	assert_string_equal(its_commands(from), "INVALL SYNC");
	its_controller->driver->mask(its_controller, LINE(0));
	its_send_event(8, 0);
	assert_int_equal(come(), LINE(0));
	from = its_model.done;
	its_controller->driver->enable(its_controller, LINE(0));
	assert_string_equal(its_commands(from), "INVALL SYNC INT SYNC");
	from = its_model.done;
	its_controller->driver->forget(its_controller, LINE(0));
	assert_string_equal(its_commands(from), "CLEAR SYNC");
	from = its_model.done;
	its_port->driver->drop(its_port, CASE_LINE);
	its_port->driver->drop(its_port, CASE_LINE);
	assert_string_equal(its_commands(from), "DISCARD SYNC");
	its_model_good();
}

/* Lines of pins are its GIC's: no command is about them. */
static void pins_take_no_commands(void **state)
{
	unsigned from = its_model.done;

	(void)state;
	its_controller->driver->enable(its_controller, 1);
	its_controller->driver->mask(its_controller, 1);
	assert_int_equal(its_model.done, from);
}

/* ---- Messages ---- */

static void arrives_once(void **state)
{
	struct message_to to;

	(void)state;
	assert_true(its_event(8, 0, &to) && its_event(8, 15, &to) && its_event(9, 1, &to));
	assert_int_equal(come(), 0);
	its_send_event(8, 15);
	assert_int_equal(come(), LINE(15));
	assert_int_equal(come(), LINE(15));
	its_send_event(9, 1);
	assert_int_equal(come(), LINE(15) | LINE(1));
	its_controller->driver->forget(its_controller, LINE(15));
	assert_int_equal(come(), LINE(1));
	its_controller->driver->forget(its_controller, ~0ull);
	assert_int_equal(come(), 0);
	its_model_good();
}

/* By the event, and by who has it: neither alone raises anything. */
static void what_is_no_event(void **state)
{
	struct message_to to;

	(void)state;
	assert_true(its_event(8, 3, &to) && its_event(9, 4, &to));
	its_send_event(8, 4);
	its_send_event(9, 3);
	its_send_event(10, 3);
	its_send_event(8, 16);
	its_model_message(CASE_STREAM, 3);
	assert_int_equal(its_model_pending(), 0);
	assert_int_equal(come(), 0);
	its_port->driver->drop(its_port, CASE_LINE + 3);
	its_send_event(8, 3);
	assert_int_equal(come(), 0);
	its_send_event(9, 4);
	assert_int_equal(come(), LINE(4));
	its_model_good();
}

/* The event that another function gets is no longer the first one's. */
static void an_event_changes_hands(void **state)
{
	struct message_to to;

	(void)state;
	assert_true(its_event(8, 3, &to));
	its_send_event(8, 3);
	assert_true(its_event(9, 3, &to));
	assert_int_equal(come(), 0);
	its_send_event(8, 3);
	assert_int_equal(come(), 0);
	its_send_event(9, 3);
	assert_int_equal(come(), LINE(3));
	its_model_good();
}

/* Masked it waits, and is taken once when it is not. */
static void masked_and_let_in(void **state)
{
	struct message_to to;
	uint64_t number;

	(void)state;
	assert_true(its_event(8, 2, &to) && its_event(8, 5, &to));
	its_controller->driver->enable(its_controller, LINE(2));
	its_controller->driver->mask(its_controller, LINE(2));
	its_send_event(8, 2);
	assert_false(arch_interrupt_take(&number));
	its_controller->driver->enable(its_controller, LINE(2));
	let_in(2);
	assert_int_equal(its_handled, 1);
	assert_int_equal(its_handled_line, CASE_LINE + 2);
	its_controller->driver->end(its_controller, CASE_LINE + 2);
	assert_false(arch_interrupt_take(&number));
	its_send_event(8, 5);
	assert_false(arch_interrupt_take(&number));
	its_send_event(8, 2);
	let_in(2);
	assert_int_equal(its_handled, 2);
	its_model_good();
}

/* What was looked for while it was masked interrupts all the same, and no other does with it. */
static void looked_for_and_let_in(void **state)
{
	struct message_to to;
	uint64_t number;

	(void)state;
	assert_true(its_event(8, 2, &to) && its_event(8, 5, &to));
	its_send_event(8, 2);
	its_send_event(8, 5);
	assert_int_equal(come(), LINE(2) | LINE(5));
	its_controller->driver->enable(its_controller, LINE(2));
	let_in(2);
	assert_false(arch_interrupt_take(&number));
	assert_int_equal(come(), LINE(5));
	its_model_good();
}

static void numbers(void **state)
{
	const struct interrupt_driver *driver = its_controller->driver;

	(void)state;
	assert_int_equal(its_port->driver->lines(its_port), 0xffffull << CASE_LINE);
	assert_int_equal(driver->line(its_controller, NUMBER(0)), CASE_LINE);
	assert_int_equal(driver->line(its_controller, NUMBER(15)), CASE_LINE + 15);
	assert_int_equal(driver->line(its_controller, NUMBER(16)), -1);
	assert_int_equal(driver->line(its_controller, NUMBER(0) - 1), -1);
	assert_int_equal(driver->line(its_controller, 8192), -1);
	assert_int_equal(driver->line(its_controller, 8191), -1);
	assert_int_equal(driver->line(its_controller, 32 + 5), 5);
}

/* ---- The end ---- */

/* No function has an event, the collection leads nowhere, and registers are as they were. */
static void put_back(void **state)
{
	struct message_to to;
	unsigned from;

	its_case_setup(state);
	its_model.tables[2] = 2ull << 56 | 1;
	its_model.properties = 0x7ffff00dull & ~0xfffull;
	its_model.pending_table = 0x7fff0000ull;
	its_case_attach();
	assert_true(its_case_open());
	assert_true(its_event(8, 2, &to) && its_event(9, 3, &to));
	its_controller->driver->enable(its_controller, LINE(2) | LINE(3));
	from = its_model.done;
	interrupts_close();
	assert_non_null(strstr(its_commands(from), "MAPD SYNC MAPD SYNC MAPC SYNC"));
	assert_false(its_model.collection);
	for (unsigned i = 0; i < MODEL_DEVICES; i++)
		assert_false(its_model.devices[i].valid);
	assert_int_equal(its_model.control, 0);
	assert_int_equal(its_model.cpu_control, 0);
	assert_int_equal(its_model.tables[0], 1ull << 56 | 7ull << 48);
	assert_int_equal(its_model.tables[2], 2ull << 56 | 1);
	assert_int_equal(its_model.queue, 0);
	assert_int_equal(its_model.properties, 0x7ffff000);
	assert_int_equal(its_model.pending_table, 0x7fff0000);
	assert_false(its_event(8, 2, &to));
	its_model_good();
}

/* Nothing of the first time is left in the second. */
static void opened_again(void **state)
{
	struct message_to to;

	(void)state;
	assert_true(its_event(8, 2, &to));
	its_send_event(8, 2);
	interrupts_close();
	assert_true(its_case_open());
	assert_int_equal(come(), 0);
	its_send_event(8, 2);
	assert_int_equal(come(), 0);
	assert_true(its_event(8, 2, &to));
	its_send_event(8, 2);
	assert_int_equal(come(), LINE(2));
	its_model_good();
}

/* LPIs that were the firmware's are its again. */
static void of_a_firmware(void **state)
{
	its_case_setup(state);
	its_model.properties = 0x40000000ull | 13;
	its_model.pending_table = 0x40010000ull | 1ull << 62;
	its_model.cpu_control = 1;
	its_case_attach();
	assert_true(its_case_open());
	assert_int_not_equal(its_model.properties, 0x40000000ull | 13);
	interrupts_close();
	assert_int_equal(its_model.properties, 0x40000000ull | 13);
	assert_int_equal(its_model.cpu_control, 1);
}

/* Where nobody can take them back they stay ours, between and again. */
static void lpis_that_stay(void **state)
{
	struct message_to to;

	its_case_setup(state);
	its_model.no_way_back = true;
	its_case_attach();
	for (unsigned i = 0; i < 2; i++) {
		assert_true(its_case_open());
		assert_true(its_event(8, 2, &to));
		its_send_event(8, 2);
		assert_int_equal(come(), LINE(2));
		interrupts_close();
		assert_int_equal(its_model.cpu_control, 1);
		its_model_good();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(started, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(order_of_an_event, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(order_of_a_line, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(pins_take_no_commands, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(arrives_once, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(what_is_no_event, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(an_event_changes_hands, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(masked_and_let_in, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(looked_for_and_let_in, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(numbers, its_case_start, its_case_end),
		cmocka_unit_test_teardown(put_back, its_case_end),
		cmocka_unit_test_setup_teardown(opened_again, its_case_start, its_case_end),
		cmocka_unit_test_teardown(of_a_firmware, its_case_end),
		cmocka_unit_test_teardown(lpis_that_stay, its_case_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
