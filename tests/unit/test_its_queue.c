/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/its_case.list */
/*
 * The commands of an ITS: its queue to its end and around it, and an ITS that does not come to the end of one. Its
 * tables and numbers are test_its_limits.c's, what commands do is test_its.c's.
 */
#include "boot/frames.h"
#include "drivers/interrupt/its.h"
#include "tests/unit/its_case.h"

#define QUEUE_COMMANDS	128u
#define SECOND		1000000000ull

/* ---- The queue ---- */

/* Three rounds of it: each command is done once, and in its place. */
static void the_queue_goes_round(void **state)
{
	struct message_to to;
	unsigned before = its_model.done;

	(void)state;
	for (unsigned i = 0; i < 3 * QUEUE_COMMANDS / 4; i++) {
		assert_true(its_event(8, i % CASE_EVENTS, &to));
		its_send_event(8, i % CASE_EVENTS);
		assert_int_equal(its_model_pending(), 1);
		its_port->driver->drop(its_port, CASE_LINE + i % CASE_EVENTS);
		assert_int_equal(its_model_pending(), 0);
		assert_int_equal(its_model.read_at, its_model.done % QUEUE_COMMANDS * 32);
	}
	assert_int_equal(its_model.done, before + 2 + 3 * QUEUE_COMMANDS);
	its_model_good();
}

static struct its its;

/* With so many commands done. */
static void bring_up(unsigned first)
{
	its = (struct its) { .registers = { MODEL_ITS }, .redistributor = { MODEL_REDISTRIBUTOR } };
	assert_null(its_why_unusable(&its));
	assert_true(its_start(&its));
	while (its_model.done < first)
		assert_true(its_send(&its, NULL, 0));
}

/* As many as there is room for with a SYNC and one left free, which tells full from empty; one more is not begun. */
static void a_full_queue(void **state)
{
	struct its_command commands[QUEUE_COMMANDS];
	unsigned before;

	its_case_setup(state);
	bring_up(QUEUE_COMMANDS - 5);
	for (unsigned i = 0; i < QUEUE_COMMANDS; i++)
		commands[i] = (struct its_command) { { ITS_INVALL, 0, ITS_COLLECTION, 0 } };
	before = its_model.done;
	assert_true(its_send(&its, commands, QUEUE_COMMANDS - 3));
	assert_int_equal(its_model.done, before + QUEUE_COMMANDS - 2);
	for (unsigned count = QUEUE_COMMANDS - 1; count <= 2 * QUEUE_COMMANDS; count += QUEUE_COMMANDS / 2)
		assert_false(its_send(&its, commands, count));
	assert_int_equal(its_model.done, before + QUEUE_COMMANDS - 2);
	assert_true(its_send(&its, commands, 1));
	its_model_good();
}

/* ---- No answer ---- */

/* What is asked of it afterwards is refused at once, and what was to come later waits no more. */
static void expect_given_up(void)
{
	struct message_to to;
	uint64_t before;

	before = host_clock;
	assert_false(its_event(9, 1, &to));
	its_controller->driver->enable(its_controller, 1ull << CASE_LINE);
	its_port->driver->drop(its_port, CASE_LINE);
	assert_int_equal(its_controller->driver->come(its_controller), 0);
	interrupts_close();
	assert_true(host_clock - before < SECOND / 10);
}

/* The limit of a command, and which one has not come to its end. */
static void a_command_that_never_ends(void **state)
{
	struct message_to to;
	uint64_t before;

	(void)state;
	its_model.answers = its_model.done + 2;
	before = host_clock;
	assert_false(its_event(8, 3, &to));
	assert_true(host_clock - before >= SECOND);
	assert_true(host_clock - before < 2 * SECOND);
	its_expect_said("its: it has been at MAPTI, at byte 0xa0 of its commands, for a second");
	expect_given_up();
	assert_null(its_model.fault);
}

static void a_command_at_which_it_stops(void **state)
{
	struct message_to to;
	uint64_t before = host_clock;

	(void)state;
	its_model.stalls_at = its_model.done + 1;
	assert_false(its_event(8, 3, &to));
	assert_true(host_clock - before < SECOND / 10);
	its_expect_said("its: it has stopped at MAPD, at byte 0x60 of its commands");
	expect_given_up();
}

/* At the start, before there is a function. */
static void dead_from_the_beginning(void **state)
{
	struct message_to to;

	its_case_setup(state);
	its_model.answers = 0;
	its_case_attach();
	assert_true(its_case_open());
	its_expect_said("its: it has been at MAPC, at byte 0 of its commands, for a second");
	its_expect_said("its: it cannot be brought up");
	assert_false(its_event(8, 3, &to));
}

/* No table is touched while it may still be looked at. */
static void never_at_rest(void **state)
{
	struct message_to to;

	its_case_setup(state);
	its_model.never_quiescent = true;
	its_model.control = 1;
	its_case_attach();
	assert_true(its_case_open());
	its_expect_said("its: it cannot be brought up");
	assert_int_equal(its_model.tables[0] >> 63, 0);
	assert_false(its_event(8, 3, &to));
	its_model_good();
}

static void lpis_that_are_never_applied(void **state)
{
	its_case_setup(state);
	its_model.never_applied = true;
	its_case_attach();
	assert_true(its_case_open());
	its_expect_said("its: it cannot be brought up");
	interrupts_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_queue_goes_round, its_case_start, its_case_end),
		cmocka_unit_test_teardown(a_full_queue, its_case_end),
		cmocka_unit_test_setup_teardown(a_command_that_never_ends, its_case_start, its_case_end),
		cmocka_unit_test_setup_teardown(a_command_at_which_it_stops, its_case_start, its_case_end),
		cmocka_unit_test_teardown(dead_from_the_beginning, its_case_end),
		cmocka_unit_test_teardown(never_at_rest, its_case_end),
		cmocka_unit_test_teardown(lpis_that_are_never_applied, its_case_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
