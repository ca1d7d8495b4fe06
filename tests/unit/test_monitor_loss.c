/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: boot/clock.c boot/console.c boot/flow.c boot/format.c boot/print.c drivers/uart/ns16550.c
 * drivers/uart/pl011.c monitor/line.c monitor/words.c */
/*
 * Characters that nobody could read in time: UARTs in software, with the receiver's FIFO of their data sheets, are
 * typed at faster than the monitor looks. Each loss is counted, and a line that lacks something is refused.
 * monitor/monitor.c is included; what a line does is this file's.
 */
#include "monitor/monitor.c"

#include <string.h>

#include "boot/command_line.h"
#include "tests/unit/host/host.h"

#define UART	0x1000000ull
#define DEPTH	16u

/* The receiver: bytes in the FIFO, and whether one has found no room since anybody looked. */
static struct {
	char fifo[DEPTH];
	unsigned filled;
	bool overrun;
	const char *typed;		/* what somebody types; ~ is a pause, in which what waits is read */
	char printed[4096];
	size_t printed_length;
} model;

static unsigned lines_done, first_lost;
static char last_line[LINE_SIZE];

static void arrive(char c)
{
	if (model.filled == DEPTH)
		model.overrun = true;
	else
		model.fifo[model.filled++] = c;
}

/* Somebody types on as soon as all was read: up to the next pause, at once. */
static void type(void)
{
	if (model.filled || !*model.typed)
		return;
	for (; *model.typed && *model.typed != '~'; model.typed++)
		arrive(*model.typed);
	model.typed += *model.typed == '~';
}

static uint64_t receive(void)
{
	char c = model.fifo[0];

	assert_true(model.filled > 0);
	memmove(model.fifo, model.fifo + 1, --model.filled);
	return (uint8_t)c;
}

static void transmit(uint64_t value)
{
	assert_true(model.printed_length < sizeof(model.printed) - 1);
	model.printed[model.printed_length++] = (char)value;
}

static uint64_t read_16550(void *context, const struct host_access *access)
{
	uint64_t status = 0x60;

	(void)context;
	switch (access->offset) {
	case 0:
		return receive();
	case 2:
		return 0xc1;
	case 5:
		type();
		status |= (model.filled != 0) | (model.overrun ? 0x02 : 0);
		model.overrun = false;
		return status;
	default:
		return 0;
	}
}

static void write_16550(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	if (access->offset == 0)
		transmit(value);
}

static uint64_t read_pl011(void *context, const struct host_access *access)
{
	(void)context;
	switch (access->offset) {
	case 0x00:
		return receive();
	case 0x04:
		return model.overrun ? 0x08 : 0;
	case 0x18:
		type();
		return 0x80 | (model.filled ? 0 : 0x10);
	default:
		return 0;
	}
}

static void write_pl011(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	if (access->offset == 0)
		transmit(value);
	if (access->offset == 4)
		model.overrun = false;
}

static const struct uart {
	const char *compatible;
	struct host_device device;
} uarts[] = {
	{ "ns16550", { UART, 8, read_16550, write_16550, NULL } },
	{ "arm,pl011", { UART, 0x1000, read_pl011, write_pl011, NULL } },
};

/* ---- What the monitor stands on, and what a line does ---- */

void shell_do(char *text)
{
	lines_done++;
	format(last_line, sizeof(last_line), "%s", text);
	if (strcmp(text, "quit") == 0)
		monitor_leave(MONITOR_QUITS);
}

const struct monitor_command *shell_find(const char *name)
{
	(void)name;
	return NULL;
}

const char *name_command(unsigned n)
{
	(void)n;
	return NULL;
}

void tests_begin(unsigned *failed)
{
	*failed = 0;
}

void maps_give_back(void)
{
}

void owned_give_back(void)
{
}

void lines_give_back(void)
{
}

/* ---- The tests ---- */

static void run(const struct uart *uart, const char *before, const char *typed)
{
	struct command_line line = { .seed = 0 };
	unsigned failed;
	void *unused = NULL;

	host_setup(&unused);
	clock_init(1000000000, 64);
	host_add_device(&uart->device);
	memset(&model, 0, sizeof(model));
	lines_done = 0;
	host_platform.nodes[0] = (struct platform_node) {
		.compatible = uart->compatible, .registers = { { { UART }, uart->device.size } },
	};
	host_platform.node_count = 1;
	model.typed = "";
	model.overrun = true;		/* from the firmware's days */
	assert_true(console_open(&host_platform));
	console_flow();
	model.overrun = false;
	model.typed = before;
	for (int c = 0; c >= 0 || *model.typed;)
		c = console_poll();
	first_lost = console_missed();
	model.typed = typed;
	monitor_run(&line, &failed);
	host_teardown(&unused);
}

static void expect_printed(const char *text, unsigned times)
{
	const char *at = model.printed;
	unsigned found = 0;

	while ((at = strstr(at, text)) != NULL) {
		found++;
		at++;
	}
	if (found != times)
		fail_msg("%u times instead of %u: %s", found, times, text);
}

static void what_fits_is_done(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		run(&uarts[i], "", "frames take 12\r~0123456789abcdef~\r~quit\r");
		assert_int_equal(lines_done, 3);
		assert_int_equal(console_missed(), 0);
		expect_printed("# error", 0);
	}
}

/* The line that lacks something is not done, whatever it looks like; the next one is. */
static void a_line_that_lacks_something_is_not_done(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		run(&uarts[i], "", "fill 800000 1000 ff~\r~help\r~quit\r");
		assert_int_equal(lines_done, 2);
		assert_true(console_missed() >= 1);
		expect_printed("were lost, and this line is not done; type slower, or wait for each prompt", 1);
	}
}

/* It can be had again and mended: the line is in the history. */
static void a_line_can_be_mended(void **state)
{
	(void)state;
	run(&uarts[0], "", "fill 800000 1000 ff~\r~\x10~ 5\r~quit\r");
	assert_int_equal(lines_done, 2);
	assert_string_equal(last_line, "quit");
	expect_printed("# error: ", 1);
}

static void a_line_that_is_dropped_counts_no_more(void **state)
{
	(void)state;
	run(&uarts[0], "", "fill 800000 1000 ff~\003~help\r~quit\r");
	assert_int_equal(lines_done, 2);
	expect_printed("# error", 0);
}

/* What was lost before the monitor began, when nobody read, is no line's; but it is counted. */
static void what_was_lost_before_is_not_said(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		run(&uarts[i], "somebody types at a run~", "help\r~quit\r");
		assert_true(first_lost >= 1);
		assert_int_equal(lines_done, 2);
		expect_printed("# error", 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_done),
		cmocka_unit_test(a_line_that_lacks_something_is_not_done),
		cmocka_unit_test(a_line_can_be_mended),
		cmocka_unit_test(a_line_that_is_dropped_counts_no_more),
		cmocka_unit_test(what_was_lost_before_is_not_said),
	};

	return cmocka_run_group_tests_name("monitor loss", tests, NULL, NULL);
}
