/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: boot/clock.c boot/format.c boot/print.c drivers/uart/pl011.c */
/*
 * The console on a PL011 in software: what arrives at the wire, that its FIFO is on and not overrun, that nothing that
 * the firmware has written is lost with the change, and that a dead one does not stop the run. boot/console.c is
 * included, so that each test can begin with an empty buffer.
 */
#include "boot/console.c"

#include <string.h>

#include "boot/clock.h"
#include "boot/print.h"
#include "tests/unit/host/host.h"

#define UART		0x9000000
#define BYTE_TIME	MICROSECONDS(87)	/* ten bits at 115200 baud */

/* The transmitting half, as its manual has it: 8 bits, and what a register change loses. */
static struct {
	bool no_fifo;		/* FEN cannot be set */
	bool dead;		/* FR says for ever that it is busy and full */
	uint32_t control, line, mask;
	char wire[8192];
	size_t sent;
	uint64_t last_end;	/* when the last byte written will have left */
	unsigned lost;		/* bytes that had not left when the FIFO was switched, or came while it was off */
	unsigned looks;		/* at FR */
	const char *typed;
} model;

/* Bytes that have not left, with the one that is leaving. */
static unsigned waiting(void)
{
	uint64_t left = model.last_end > host_clock ? model.last_end - host_clock : 0;

	return (unsigned)((left + BYTE_TIME - 1) / BYTE_TIME);
}

static uint32_t flags(void)
{
	unsigned depth = model.line & 0x10 ? 16 : 1;

	if (model.dead)
		return 0x38;
	return (waiting() ? 0x08 : 0) | (waiting() > depth ? 0x20 : 0) | (waiting() <= 1 ? 0x80 : 0) |
	       (*model.typed ? 0 : 0x10);
}

static void transmit(char byte)
{
	if (!model.dead && waiting() > (model.line & 0x10 ? 16 : 1))
		fail_msg("overrun after %zu bytes", model.sent);
	if (!(model.control & 1)) {
		model.lost++;
		return;
	}
	if (model.last_end < host_clock)
		model.last_end = host_clock;
	model.last_end += BYTE_TIME;
	assert_true(model.sent < sizeof(model.wire) - 1);
	model.wire[model.sent++] = byte;
}

static uint64_t model_read(void *context, const struct host_access *access)
{
	(void)context;
	assert_int_equal(access->width, 4);
	switch (access->offset) {
	case 0x00:
		return (uint8_t)*model.typed++;
	case 0x04:
		return 0;
	case 0x18:
		model.looks++;
		return flags();
	case 0x2c:
		return model.line;
	case 0x30:
		return model.control;
	default:
		fail_msg("read of register %#x", (unsigned)access->offset);
		return 0;
	}
}

static void model_write(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	assert_int_equal(access->width, 4);
	switch (access->offset) {
	case 0x00:
		transmit((char)value);
		return;
	case 0x04:
		return;
	case 0x2c:
		assert_int_equal(model.control & 1, 0);
		model.lost += waiting();
		model.line = model.no_fifo ? (uint32_t)value & ~0x10u : (uint32_t)value;
		return;
	case 0x30:
		model.control = (uint32_t)value;
		return;
	case 0x38:
		model.mask = (uint32_t)value;
		return;
	default:
		fail_msg("write of register %#x", (unsigned)access->offset);
	}
}

/* A firmware has just written three bytes, and uses interrupts. */
static int start(void **state)
{
	const struct host_device device = { UART, 0x1000, model_read, model_write, NULL };

	host_setup(state);
	host_add_device(&device);
	memset(&model, 0, sizeof(model));
	model.control = 0x001;
	model.line = 0x60;
	model.mask = 0x10;
	model.typed = "";
	host_platform.nodes[0] = (struct platform_node) {
		.compatible = "arm,pl011", .registers = { { { UART }, 0x1000 } },
	};
	host_platform.node_count = 1;
	console = NULL;
	filled = sent = 0;
	lost = 0;
	clock_init(1000000000, 64);
	model.last_end = host_clock + 3 * BYTE_TIME;
	return 0;
}

static void write_text(const char *text)
{
	console_write(text, strlen(text));
}

/* The frame stays as it was, interrupts go, the FIFOs are on, and the firmware's last bytes are not lost. */
static void set_up(void **state)
{
	(void)state;
	assert_true(console_open(&host_platform));
	assert_int_equal(model.lost, 0);
	assert_int_equal(model.line, 0x70);
	assert_int_equal(model.control, 0x301);
	assert_int_equal(model.mask, 0);
}

/* One look is enough for as many bytes as the FIFO holds. */
static void bursts(void **state)
{
	char line[161];
	unsigned before;

	(void)state;
	assert_true(console_open(&host_platform));
	host_clock_step = SECONDS(1);		/* the wire is always faster than we are */
	memset(line, 'x', 160);
	line[158] = '\n';
	line[159] = 0;
	before = model.looks;
	write_text(line);
	assert_int_equal(model.sent, 160);
	assert_int_equal(model.looks - before, 160 / 16);
}

/* At the speed of the wire, with FIFOs and where there are none. */
static void every_kind(void **state)
{
	for (unsigned i = 0; i < 2; i++) {
		start(state);
		model.no_fifo = i == 1;
		assert_true(console_open(&host_platform));
		for (unsigned k = 0; k < 50; k++)
			print("line %u of some text\n", k);
		console_flush();
		assert_int_equal(console_lost(), 0);
		assert_int_equal(model.lost, 0);
		assert_int_equal(model.sent, 10 * 21 + 40 * 22);
		assert_int_equal(waiting(), 0);
	}
}

static void reads(void **state)
{
	(void)state;
	model.typed = "ab";
	assert_true(console_open(&host_platform));
	assert_int_equal(console_poll(), 'a');
	assert_int_equal(console_poll(), 'b');
	assert_int_equal(console_poll(), -1);
}

/* It costs one time limit, and a look at most for each byte. */
static void dead(void **state)
{
	(void)state;
	model.dead = true;
	assert_true(console_open(&host_platform));
	for (unsigned k = 0; k < 100; k++)
		print("%19u\n", k);
	console_flush();
	assert_int_equal(model.sent, 0);
	assert_int_equal(console_lost(), 21 * 100);
	assert_in_range(host_clock, SECONDS(5), SECONDS(6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(set_up, start),
		cmocka_unit_test_setup(bursts, start),
		cmocka_unit_test_setup(every_kind, start),
		cmocka_unit_test_setup(reads, start),
		cmocka_unit_test_setup(dead, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
