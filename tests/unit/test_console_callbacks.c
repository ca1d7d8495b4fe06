/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: boot/console.c boot/clock.c boot/format.c boot/print.c drivers/uart/ns16550.c */
/*
 * The console on the call-backs of a software firmware: it goes before any UART, whose registers are the firmware's
 * then, and what a busy firmware refuses is lost and counted.
 */
#include <string.h>

#include "boot/clock.h"
#include "boot/console.h"
#include "tests/unit/host/host.h"

#define UART		0x1fe020003f8

/* A firmware that prints by call-backs: it takes a few bytes a call, and none while it is busy. */
static struct firmware_model {
	char text[4096];
	size_t length;
	unsigned calls, flushes, busy;
	int typed;
} callbacks;

static size_t callbacks_send(void *device, const char *bytes, size_t length)
{
	struct firmware_model *firmware = device;
	size_t count = length < 5 ? length : 5;

	firmware->calls++;
	if (firmware->busy > 0) {
		firmware->busy--;
		return 0;
	}
	assert_true(count <= sizeof firmware->text - firmware->length);
	memcpy(firmware->text + firmware->length, bytes, count);
	firmware->length += count;
	return count;
}

static bool callbacks_flush(void *device)
{
	((struct firmware_model *)device)->flushes++;
	return true;
}

static int callbacks_poll(void *device)
{
	return ((struct firmware_model *)device)->typed;
}

static const struct console_ops callback_ops = { callbacks_send, callbacks_flush, callbacks_poll, NULL };
static const struct console callback_console = { &callback_ops, &callbacks };

static int start(void **state)
{
	host_setup(state);
	clock_init(1000000000, 64);
	host_platform.nodes[0] = (struct platform_node) { .compatible = "ns16550", .registers = { { { UART }, 8 } } };
	host_platform.node_count = 1;
	host_platform.console = &callback_console;
	return 0;
}

static void write_text(const char *text)
{
	console_write(text, strlen(text));
}

/* Its console goes before any UART, which is the firmware's own then: no register of it is touched. */
static void call_backs(void **state)
{
	(void)state;
	callbacks = (struct firmware_model){ .typed = 'q' };
	write_text("early\n");
	assert_true(console_open(&host_platform));
	write_text("ok 1 - a rather long line\n");
	write_text("piece");
	assert_int_equal(callbacks.length, 34);
	console_flush();
	assert_memory_equal(callbacks.text, "early\r\nok 1 - a rather long line\r\npiece", 39);
	assert_int_equal(callbacks.length, 39);
	assert_int_equal(callbacks.flushes, 1);
	assert_int_equal(console_poll(), 'q');
	assert_int_equal(host_accesses(), 0);
	assert_int_equal(console_lost(), 0);
}

/* What a busy firmware refuses is lost and counted, a byte a refusal, and what follows arrives. */
static void busy_call_backs(void **state)
{
	(void)state;
	callbacks = (struct firmware_model){ .busy = 3 };
	assert_true(console_open(&host_platform));
	write_text("123456789\n");
	assert_int_equal(console_lost(), 3);
	assert_int_equal(callbacks.length, 8);
	assert_memory_equal(callbacks.text, "456789\r\n", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(call_backs, start),
		cmocka_unit_test_setup(busy_call_backs, start),
	};

	return cmocka_run_group_tests_name("console of a firmware", tests, NULL, NULL);
}
