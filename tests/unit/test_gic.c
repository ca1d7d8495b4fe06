/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: drivers/host/host.c drivers/host/ecam.c drivers/interrupt/gic.c drivers/interrupt/v2m.c
 * drivers/interrupt/interrupt.c boot/trap.c boot/fatal.c boot/tap.c boot/clock.c boot/format.c boot/print.c */
/*
 * A GIC and its message frame, version 2 of both, as registers: which lines messages raise, what a function must write
 * for each, and what is kept. What a register must hold is written here as the manuals' numbers.
 */
#include <string.h>

#include "boot/clock.h"
#include "boot/trap.h"
#include "drivers/interrupt/message.h"
#include "tests/unit/host/host.h"

#define DISTRIBUTOR	0x8000000000ull
#define FRAME		0x8000100000ull
#define BYTES		0x1000
#define TYPER		0x008
#define SETSPI		0x040
#define ENABLE_SET	0x100		/* each: a word of 32 interrupts, 32 to 63 in the second */
#define ENABLE_CLEAR	0x180
#define PENDING_SET	0x200
#define PENDING_CLEAR	0x280
#define CONFIG		0xc00		/* 16 to a word */

static uint32_t registers[BYTES / 4];
static uint32_t typer;
static const struct message_port *port;
static const struct interrupt_controller *controller;
static unsigned handled, handled_line;

static uint32_t *word_of(unsigned offset)
{
	if (offset >= ENABLE_CLEAR && offset < PENDING_SET)
		return &registers[(offset - 0x80) / 4];
	if (offset >= PENDING_CLEAR && offset < PENDING_CLEAR + 0x80)
		return &registers[(offset - 0x80) / 4];
	return &registers[offset / 4];
}

static uint64_t read_distributor(void *context, const struct host_access *access)
{
	(void)context;
	assert_int_equal(access->width, 4);
	return *word_of(access->offset);
}

static void write_distributor(void *context, const struct host_access *access, uint64_t value)
{
	uint32_t *word = word_of(access->offset);

	(void)context;
	assert_int_equal(access->width, 4);
	if (word != &registers[access->offset / 4])
		*word &= ~(uint32_t)value;
	else if (access->offset >= ENABLE_SET && access->offset < PENDING_CLEAR)
		*word |= (uint32_t)value;
	else
		*word = (uint32_t)value;
}

static uint64_t read_frame(void *context, const struct host_access *access)
{
	(void)context;
	assert_int_equal(access->width, 4);
	assert_int_equal(access->offset, TYPER);
	return typer;
}

/* What a frame does with what is written there, for interrupts of its own. */
static void write_frame(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	assert_int_equal(access->offset, SETSPI);
	registers[PENDING_SET / 4 + value / 32] |= 1u << value % 32;
}

static void describe(struct platform_node *frame, unsigned first, unsigned count)
{
	*frame = (struct platform_node) {
		.compatible = "arm,gic-v2m-frame", .registers = { { { FRAME }, BYTES } },
		.interrupts = &host_platform.nodes[0],
		.message_lines = { (uint16_t)first, (uint16_t)count },
	};
}

static void attach(unsigned first, unsigned count)
{
	static const struct host_device distributor = { DISTRIBUTOR, BYTES, read_distributor, write_distributor, NULL };
	static const struct host_device frame = { FRAME, BYTES, read_frame, write_frame, NULL };

	host_reset();
	host_add_device(&distributor);
	host_add_device(&frame);
	clock_init(1000000000, 64);
	memset(registers, 0, sizeof(registers));
	handled = 0;
	host_platform.node_count = 3;
	host_platform.nodes[0] = (struct platform_node) {
		.compatible = "arm,cortex-a15-gic", .registers = { { { DISTRIBUTOR }, BYTES } },
	};
	describe(&host_platform.nodes[1], first, count);
	host_platform.nodes[2] = (struct platform_node) {
		.compatible = "pci-host-ecam-generic", .interrupts = &host_platform.nodes[0],
		.messages = &host_platform.nodes[1],
	};
	assert_int_equal(host_attach(&host_platform, NULL), 1);
	interrupts_attach();
	controller = host_get(0)->interrupts;
	port = host_get(0)->messages;
}

static bool handle(unsigned line)
{
	handled++;
	handled_line = line;
	return true;
}

/* The frame's own register counts from the GIC's number 0, the lines from its number 32. */
static void lines_of_the_frame(void **state)
{
	(void)state;
	typer = 80u << 16 | 64;
	attach(0, 0);
	assert_non_null(port);
	assert_ptr_equal(port->controller, controller);
	assert_int_equal(port->driver->lines(port), 0xffffull << 48);
	typer = 90u << 16 | 3;
	assert_int_equal(port->driver->lines(port), 7ull << 58);
	typer = 32u << 16 | 48;
	assert_int_equal(port->driver->lines(port), 0);
	attach(50, 2);
	assert_int_equal(port->driver->lines(port), 3ull << 50);
}

static void what_a_function_writes(void **state)
{
	struct message_to to;

	(void)state;
	attach(48, 16);
	assert_true(port->driver->to(port, NULL, 55, &to));
	assert_int_equal(to.address.value, FRAME + 0x40);
	assert_int_equal(to.data, 87);
}

/* A message stays until it is forgotten, alone, and whether its line is enabled or not. */
static void come_and_forgotten(void **state)
{
	struct message_to to;

	(void)state;
	attach(48, 16);
	assert_true(interrupts_open(controller, handle));
	for (unsigned line = 50; line < 52; line++) {
		assert_true(port->driver->to(port, NULL, line, &to));
		mmio_write32_le(to.address, to.data);
	}
	assert_int_equal(controller->driver->come(controller), 3ull << 50);
	assert_int_equal(controller->driver->raised(controller), 0);
	controller->driver->forget(controller, 1ull << 50);
	assert_int_equal(controller->driver->come(controller), 1ull << 51);
	interrupts_close();
	assert_int_equal(controller->driver->come(controller), 0);
}

/* All of them are masked, and remember edges, until they are what they were before. */
static void kept(void **state)
{
	(void)state;
	attach(48, 16);
	registers[ENABLE_SET / 4 + 2] = 0x00020000;
	registers[CONFIG / 4 + 5] = 0x00000008;
	assert_true(interrupts_open(controller, handle));
	assert_int_equal(registers[ENABLE_SET / 4 + 2], 0);
	assert_int_equal(registers[CONFIG / 4 + 5] & 0xaaaaaaaa, 0xaaaaaaaa);
	assert_int_equal(registers[CONFIG / 4 + 4], 0);
	controller->driver->enable(controller, 1ull << 50);
	assert_int_equal(registers[ENABLE_SET / 4 + 2], 1u << 18);
	interrupts_close();
	assert_int_equal(registers[ENABLE_SET / 4 + 2], 0x00020000);
	assert_int_equal(registers[CONFIG / 4 + 5], 0x00000008);
}

/* One that is let in is a line as others are, masked until it has been served. */
static void let_in(void **state)
{
	(void)state;
	attach(48, 16);
	assert_true(interrupts_open(controller, handle));
	controller->driver->enable(controller, 1ull << 63);
	trap(&(struct trap_frame) { .kind = TRAP_INTERRUPT, .name = "irq", .has_address = true, .address = 95 });
	assert_int_equal(handled, 1);
	assert_int_equal(handled_line, 63);
	assert_int_equal(registers[ENABLE_SET / 4 + 2], 0);
	controller->driver->end(controller, 63);
	assert_int_equal(registers[ENABLE_SET / 4 + 2], 1u << 31);
	assert_int_equal(controller->driver->line(controller, 96), -1);
	interrupts_close();
}

/* A frame of nobody's, or of a kind that is not known, takes nothing. */
static void no_port(void **state)
{
	(void)state;
	attach(48, 16);
	host_platform.nodes[1].interrupts = NULL;
	interrupts_attach();
	assert_null(host_get(0)->messages);
	host_platform.nodes[1].interrupts = &host_platform.nodes[0];
	host_platform.nodes[1].compatible = "arm,gic-v3-its";
	interrupts_attach();
	assert_null(host_get(0)->messages);
	assert_non_null(host_get(0)->interrupts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(lines_of_the_frame, host_teardown),
		cmocka_unit_test_teardown(what_a_function_writes, host_teardown),
		cmocka_unit_test_teardown(come_and_forgotten, host_teardown),
		cmocka_unit_test_teardown(kept, host_teardown),
		cmocka_unit_test_teardown(let_in, host_teardown),
		cmocka_unit_test_teardown(no_port, host_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
