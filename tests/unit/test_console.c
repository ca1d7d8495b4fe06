/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: boot/clock.c boot/format.c boot/print.c drivers/uart/ns16550.c */
/*
 * The console on software UARTs: what arrives at the wire, that no FIFO is overrun, and that neither a dead UART nor a
 * slow one stops the run. The console of a firmware is test_console_callbacks.c's. boot/console.c is included, so that
 * each test can begin with an empty buffer.
 */
#include "boot/console.c"

#include <string.h>

#include "boot/clock.h"
#include "boot/print.h"
#include "tests/unit/host/host.h"

#define UART		0x1fe020003f8
#define BYTE_TIME	MICROSECONDS(1042)	/* ten bits at 9600 baud */

enum model_kind {
	MODEL_16550A,
	MODEL_16550,		/* a FIFO that does not work: only the upper bit of IIR is set */
	MODEL_16450,		/* no FIFO */
};

/* The transmitting half of a UART, as its data sheet has it. */
static struct {
	enum model_kind kind;
	bool dead;		/* LSR stays as dead_status */
	uint8_t dead_status;
	uint8_t lcr, ier, fcr;
	char wire[65536];
	size_t sent;
	uint64_t last_end;	/* when the last byte written will have left */
	uint64_t stalled_until;	/* no room before then */
	unsigned writes_of_divisor;
	uint64_t fifo_lost;	/* bytes that were in the FIFO when it was turned on */
	const char *typed;	/* bytes that have arrived and wait to be read */
} model;

/* Bytes that have not yet begun to leave, and whether one is leaving. */
static unsigned waiting(void)
{
	uint64_t left = model.last_end > host_clock ? model.last_end - host_clock : 0;

	return (unsigned)((left + BYTE_TIME - 1) / BYTE_TIME);
}

static uint8_t model_status(void)
{
	unsigned in_all = waiting();
	uint8_t bits = 0;

	if (model.dead)
		return model.dead_status;
	if (*model.typed)
		bits |= 0x01;
	if (host_clock < model.stalled_until)
		return bits;
	if (in_all <= 1)
		bits |= 0x20;
	if (in_all == 0)
		bits |= 0x40;
	return bits;
}

static uint64_t model_read(void *context, const struct host_access *access)
{
	(void)context;
	assert_int_equal(access->width, 1);
	switch (access->offset) {
	case 0:
		assert_int_equal(model.lcr & 0x80, 0);
		assert_int_not_equal(*model.typed, 0);
		return (uint8_t)*model.typed++;
	case 1:
		return model.ier;
	case 2:
		if (!(model.fcr & 1) || model.kind == MODEL_16450)
			return 0x01;
		return model.kind == MODEL_16550A ? 0xc1 : 0x81;
	case 3:
		return model.lcr;
	case 5:
		return model_status();
	default:
		fail_msg("read of UART register %u", (unsigned)access->offset);
		return 0;
	}
}

static void transmit(uint8_t byte)
{
	bool fifo = model.kind == MODEL_16550A && (model.fcr & 1);

	if (!model.dead && waiting() > (fifo ? 16 : 1))
		fail_msg("overrun after %zu bytes", model.sent);
	if (model.last_end < host_clock)
		model.last_end = host_clock;
	model.last_end += BYTE_TIME;
	assert_true(model.sent < sizeof model.wire - 1);
	model.wire[model.sent++] = (char)byte;
}

static void model_write(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	assert_int_equal(access->width, 1);
	if ((model.lcr & 0x80) && access->offset < 2) {
		model.writes_of_divisor++;
		return;
	}
	switch (access->offset) {
	case 0:
		transmit((uint8_t)value);
		return;
	case 1:
		model.ier = (uint8_t)value;
		return;
	case 2:
		if ((value ^ model.fcr) & 1)
			model.fifo_lost += waiting();
		model.fcr = (uint8_t)value;
		return;
	case 3:
		model.lcr = (uint8_t)value;
		return;
	default:
		fail_msg("write of UART register %u", (unsigned)access->offset);
	}
}

static int start_without_clock(void **state)
{
	const struct host_device device = { UART, 8, model_read, model_write, NULL };

	host_setup(state);
	host_add_device(&device);
	memset(&model, 0, sizeof model);
	model.lcr = 0x83;	/* a divisor latch that the firmware left open */
	model.ier = 0x0f;
	model.typed = "";
	host_platform.nodes[0] = (struct platform_node){ .compatible = "nobody's" };
	host_platform.nodes[1] = (struct platform_node){
		.compatible = "ns16550", .registers = { { { UART }, 8 } },
	};
	host_platform.node_count = 2;
	console = NULL;
	filled = 0;
	sent = 0;
	lost = 0;
	return 0;
}

static int start(void **state)
{
	start_without_clock(state);
	clock_init(1000000000, 64);
	return 0;
}

static void open_uart(void)
{
	assert_true(console_open(&host_platform));
}

static void write_text(const char *text)
{
	console_write(text, strlen(text));
}

static void wire_is(const char *text)
{
	assert_int_equal(model.sent, strlen(text));
	assert_memory_equal(model.wire, text, model.sent);
	assert_int_equal(console_lost(), 0);
}

/* Before clock_init() a wait ends as well. The first test, because clock_init() cannot be undone. */
static void dead_without_clock(void **state)
{
	(void)state;
	model.dead = true;
	open_uart();
	assert_in_range(host_clock, SECONDS(5), SECONDS(6));
}

static void lines(void **state)
{
	(void)state;
	open_uart();
	write_text("ok 1 - a\n");
	wire_is("ok 1 - a\r\n");
	write_text("ok 2");
	write_text(" - bcdefghijklmnopqrstuvwxyz");
	wire_is("ok 1 - a\r\n");
	write_text("\n\n");
	wire_is("ok 1 - a\r\nok 2 - bcdefghijklmnopqrstuvwxyz\r\n\r\n");
}

/* The firmware's rate stays, its interrupts go, and its last byte is not lost. */
static void set_up(void **state)
{
	(void)state;
	model.last_end = 10 * BYTE_TIME;
	open_uart();
	assert_int_equal(model.writes_of_divisor, 0);
	assert_int_equal(model.lcr, 0x03);
	assert_int_equal(model.ier, 0);
	assert_int_equal(model.fcr, 1);
	assert_int_equal(model.fifo_lost, 0);
}

static void early_text_is_kept(void **state)
{
	(void)state;
	write_text("early\n");
	console_flush();
	assert_int_equal(host_accesses(), 0);
	open_uart();
	wire_is("early\r\n");
}

static void early_text_beyond_the_buffer(void **state)
{
	(void)state;
	for (unsigned i = 0; i < BUFFER_SIZE + 10; i++)
		write_text("x");
	assert_int_equal(console_lost(), 10);
	open_uart();
	assert_int_equal(model.sent, BUFFER_SIZE);
}

/* A line longer than the buffer leaves in parts. */
static void long_line(void **state)
{
	(void)state;
	open_uart();
	for (unsigned i = 0; i < 3 * BUFFER_SIZE; i++)
		write_text(i % 2 ? "x" : "y");
	console_flush();
	assert_int_equal(model.sent, 3 * BUFFER_SIZE);
	assert_int_equal(console_lost(), 0);
	assert_memory_equal(model.wire + 2 * BUFFER_SIZE, "yxyx", 4);
}

static void flush_waits_for_the_last_bit(void **state)
{
	(void)state;
	open_uart();
	write_text("x");
	assert_int_equal(model.sent, 0);
	console_flush();
	assert_int_equal(model.sent, 1);
	assert_int_equal(waiting(), 0);
}

/* One look at the status is enough for as many bytes as the FIFO holds. */
static void bursts(void **state)
{
	char line[161];
	uint64_t before;

	(void)state;
	open_uart();
	host_clock_step = SECONDS(1);		/* the wire is always faster than we are */
	memset(line, 'x', 160);
	line[158] = '\n';
	line[159] = 0;
	before = host_accesses();
	write_text(line);
	assert_int_equal(model.sent, 160);
	assert_int_equal(host_accesses() - before, 160 + 10);
}

static void every_kind(void **state)
{
	static const enum model_kind kinds[] = { MODEL_16550A, MODEL_16550, MODEL_16450 };

	for (unsigned i = 0; i < 3; i++) {
		start(state);
		model.kind = kinds[i];
		open_uart();
		for (unsigned k = 0; k < 50; k++)
			print("line %u of some text\n", k);
		console_flush();
		assert_int_equal(console_lost(), 0);
		assert_int_equal(model.sent, 10 * 21 + 40 * 22);
		assert_int_equal(model.fcr & 1, kinds[i] == MODEL_16550A);
	}
}

/* Whatever a dead one answers: 100 KB of text cost one time limit, and a look at most for each byte. */
static void dead(void **state)
{
	static const uint8_t statuses[] = { 0x00, 0x40, 0xff };

	for (unsigned i = 0; i < sizeof statuses; i++) {
		start(state);
		model.dead = true;
		model.dead_status = statuses[i];
		open_uart();
		for (unsigned k = 0; k < 1000; k++)
			print("%99u\n", k);
		console_flush();
		assert_int_equal(model.sent, 0);
		assert_int_equal(console_lost(), 101 * 1000);
		assert_in_range(host_clock, SECONDS(5), SECONDS(6));
		assert_in_range(host_accesses(), 101 * 1000, SECONDS(5) / 1000 + 102 * 1000);
	}
}

/* A terminal that stops for a while loses nothing. */
static void stalls(void **state)
{
	(void)state;
	open_uart();
	for (unsigned k = 0; k < 5; k++) {
		model.stalled_until = host_clock + SECONDS(4);
		print("line %u\n", k);
	}
	wire_is("line 0\r\nline 1\r\nline 2\r\nline 3\r\nline 4\r\n");
}

/* One that comes back after its time is used again, and has its patience again. */
static void comes_back(void **state)
{
	(void)state;
	open_uart();
	model.stalled_until = host_clock + SECONDS(20);
	print("lost\n");
	assert_int_equal(console_lost(), 6);
	host_clock = model.stalled_until;
	print("back\n");
	assert_int_equal(model.sent, 6);
	assert_memory_equal(model.wire, "back\r\n", 6);
	model.stalled_until = host_clock + SECONDS(4);
	print("again\n");
	assert_int_equal(console_lost(), 6);
	assert_int_equal(model.sent, 13);
}

static void what_is_typed_is_read(void **state)
{
	(void)state;
	assert_int_equal(console_poll(), -1);
	open_uart();
	assert_int_equal(console_poll(), -1);
	model.typed = "a\377";
	assert_int_equal(console_poll(), 'a');
	assert_int_equal(console_poll(), 0xff);
	assert_int_equal(console_poll(), -1);
	model.dead = true;
	model.dead_status = 0xff;
	assert_int_equal(console_poll(), -1);
}

/* Text stays in the buffer, and nothing waits. */
static void without_a_console(void **state)
{
	(void)state;
	host_platform.node_count = 1;
	assert_false(console_open(&host_platform));
	write_text("to nobody\n");
	console_flush();
	assert_int_equal(console_poll(), -1);
	assert_int_equal(host_accesses(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(dead_without_clock, start_without_clock),
		cmocka_unit_test_setup(lines, start),
		cmocka_unit_test_setup(set_up, start),
		cmocka_unit_test_setup(early_text_is_kept, start),
		cmocka_unit_test_setup(early_text_beyond_the_buffer, start),
		cmocka_unit_test_setup(long_line, start),
		cmocka_unit_test_setup(flush_waits_for_the_last_bit, start),
		cmocka_unit_test_setup(bursts, start),
		cmocka_unit_test_setup(every_kind, start),
		cmocka_unit_test_setup(dead, start),
		cmocka_unit_test_setup(stalls, start),
		cmocka_unit_test_setup(comes_back, start),
		cmocka_unit_test_setup(what_is_typed_is_read, start),
		cmocka_unit_test_setup(without_a_console, start),
	};

	return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}
