/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/console_model.c boot/clock.c boot/console.c boot/flow.c boot/format.c boot/print.c */
/*
 * Flow control between the console and its device: ^S holds what prints, ^Q lets it go on, ^C is heard, and what is
 * typed meanwhile comes in its order. The device below is a list of what somebody types, each key at its time.
 */
#include <string.h>

#include "boot/console.h"
#include "boot/flow.h"
#include "tests/unit/console_model.h"
#include "tests/unit/host/host.h"

#define KEYS	1024
#define LOOK	(1ull << CLOCK_LOOK_SHIFT)	/* nanoseconds between two: no wait asks for less */
#define SOON	MILLISECONDS(1)

static struct key {
	uint64_t at;			/* nanoseconds */
	char c;
} keys[KEYS];
static unsigned key_count, key_next, missed;
static uint64_t sent_at;		/* the last of it */

static void press(uint64_t at, const char *text)
{
	for (; *text; text++) {
		assert_true(key_count < KEYS);
		keys[key_count++] = (struct key) { at, *text };
	}
}

static size_t device_send(void *device, const char *bytes, size_t length)
{
	sent_at = host_clock;
	return console_model_send(device, bytes, length);
}

static int device_poll(void *device)
{
	(void)device;
	if (key_next == key_count || keys[key_next].at > host_clock)
		return -1;
	return (uint8_t)keys[key_next++].c;
}

static unsigned device_missed(void *device)
{
	(void)device;
	return missed;
}

static const struct console_ops device_ops = { device_send, console_model_flush, device_poll, device_missed };
static const struct console device = { &device_ops, NULL };

static int start(void **state)
{
	host_setup(state);
	clock_init(1000000000, 64);
	host_clock_step = LOOK;
	key_count = key_next = missed = 0;
	console_model_begin();
	host_platform.console = &device;
	assert_true(console_open(&host_platform));
	console_flow();
	return 0;
}

static void print_line(void)
{
	console_write("line\n", 5);
}

static void expect_typed(const char *text)
{
	for (; *text; text++)
		assert_int_equal(console_poll(), (uint8_t)*text);
	assert_int_equal(console_poll(), -1);
}

static void nothing_is_held_by_itself(void **state)
{
	uint64_t before = host_clock;

	(void)state;
	print_line();
	assert_string_equal(console_sent, "line\r\n");
	assert_in_range(host_clock - before, 0, SOON);
	expect_typed("");
}

static void it_is_held_until_it_may_go_on(void **state)
{
	(void)state;
	press(0, "\023");
	press(SECONDS(3), "\021");
	print_line();
	assert_string_equal(console_sent, "line\r\n");
	assert_in_range(sent_at, SECONDS(3), SECONDS(3) + SOON);
	expect_typed("");
}

/* Somebody has gone away, or it was noise: it goes on after the limit, and is not held again by the same key. */
static void it_is_not_held_for_ever(void **state)
{
	uint64_t once;

	(void)state;
	press(0, "\023");
	print_line();
	assert_in_range(sent_at, FLOW_PATIENCE, FLOW_PATIENCE + SECONDS(1));
	once = sent_at;
	print_line();
	assert_in_range(sent_at - once, 0, SOON);
}

static void a_prompt_that_waits_can_be_held_too(void **state)
{
	(void)state;
	press(0, "a\023b");
	assert_int_equal(console_poll(), 'a');
	assert_int_equal(console_poll(), -1);
	assert_int_equal(console_poll(), 'b');
	press(host_clock + SECONDS(1), "\021");
	print_line();
	assert_true(sent_at >= SECONDS(1));
}

static void what_is_typed_meanwhile_is_kept_in_order(void **state)
{
	(void)state;
	press(0, "one");
	print_line();
	press(host_clock, "two");
	print_line();
	press(host_clock, "\r");
	expect_typed("onetwo\r");
	assert_int_equal(console_overrun(), 0);
}

/* What finds no room is counted, and what has found room is whole; after it was read there is room again. */
static void too_much_is_counted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FLOW_KEPT; i++)
		press(0, (const char[]) { (char)('a' + i % 26), 0 });
	press(0, "xyz");
	print_line();
	assert_int_equal(console_overrun(), 3);
	for (unsigned i = 0; i < FLOW_KEPT; i++)
		assert_int_equal(console_poll(), 'a' + (int)(i % 26));
	assert_int_equal(console_poll(), -1);
	press(host_clock, "more");
	print_line();
	expect_typed("more");
	assert_int_equal(console_overrun(), 3);
}

/* It takes what was typed before it away, lets go what is held, and is asked about once. */
static void an_interrupt_is_heard_once(void **state)
{
	(void)state;
	press(0, "gone\023");
	press(SECONDS(2), "\003new");
	assert_false(console_interrupted());
	print_line();
	assert_in_range(sent_at, SECONDS(2), SECONDS(2) + SOON);
	assert_true(console_interrupted());
	assert_false(console_interrupted());
	expect_typed("new");
}

/* Who waits for something else asks in between, and keys are kept for who reads afterwards. */
static void an_interrupt_is_heard_where_nothing_prints(void **state)
{
	(void)state;
	press(0, "gone");
	press(SECONDS(1), "\003kept");
	assert_false(console_interrupted());
	assert_true(poll_until(console_interrupted(), SECONDS(2)));
	expect_typed("kept");
	assert_string_equal(console_sent, "");
}

/* Where nobody asks it is a key like others: the line editor's. */
static void an_interrupt_at_the_prompt_is_a_key(void **state)
{
	(void)state;
	press(0, "\003");
	assert_int_equal(console_poll(), 3);
	assert_false(console_interrupted());
}

static void what_the_device_has_lost_is_told(void **state)
{
	(void)state;
	assert_int_equal(console_missed(), 0);
	missed = 5;
	assert_int_equal(console_missed(), 5);
}

/* Twice put in place it is there once: a key is not looked at by two of them. */
static void it_is_there_once(void **state)
{
	(void)state;
	console_flow();
	press(0, "\023");
	print_line();
	assert_in_range(sent_at, FLOW_PATIENCE, FLOW_PATIENCE + SECONDS(1));
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_held_by_itself),
		TEST(it_is_held_until_it_may_go_on),
		TEST(it_is_not_held_for_ever),
		TEST(a_prompt_that_waits_can_be_held_too),
		TEST(what_is_typed_meanwhile_is_kept_in_order),
		TEST(too_much_is_counted),
		TEST(an_interrupt_is_heard_once),
		TEST(an_interrupt_is_heard_where_nothing_prints),
		TEST(an_interrupt_at_the_prompt_is_a_key),
		TEST(what_the_device_has_lost_is_told),
		TEST(it_is_there_once),
	};

	return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
