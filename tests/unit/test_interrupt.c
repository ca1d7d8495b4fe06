/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: drivers/host/host.c drivers/host/typhoon.c drivers/host/sabre.c drivers/interrupt/cchip.c
 * drivers/interrupt/mondo.c drivers/interrupt/sabre.c drivers/host/psycho.c drivers/interrupt/psycho.c
 * drivers/interrupt/interrupt.c boot/trap.c boot/fatal.c boot/tap.c boot/clock.c boot/format.c boot/print.c */
/*
 * Interrupt controllers as sequences of register accesses, and who gets an interrupt that comes. What a register must
 * hold is written here as the manuals' numbers, not as the drivers' names.
 */
#include <string.h>

#include "boot/clock.h"
#include "boot/trap.h"
#include "drivers/interrupt/interrupt.h"
#include "tests/unit/host/host.h"

#define REGISTERS	0x80000000000ull
#define REGISTER_BYTES	0x10000
#define WRITES		512

static struct { unsigned reg; uint64_t value; } writes[WRITES];
static unsigned write_count;
static uint64_t registers[REGISTER_BYTES / 8];
static enum host_order order;
static const struct interrupt_controller *controller;

static unsigned handled;
static unsigned handled_line;
static bool expected;

static uint64_t read_register(void *context, const struct host_access *access)
{
	(void)context;
	assert_int_equal(access->width, 8);
	assert_int_equal(access->order, order);
	return registers[access->offset / 8];
}

static void write_register(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	assert_int_equal(access->width, 8);
	assert_int_equal(access->order, order);
	assert_true(write_count < WRITES);
	writes[write_count].reg = access->offset;
	writes[write_count++].value = value;
	registers[access->offset / 8] = value;
}

/* A host, and the controller that its lines lead to: another node, or its own. */
static void start(const char *host, const char *compatible, enum host_order its_order, unsigned cpu)
{
	static const struct host_device device = { REGISTERS, REGISTER_BYTES, read_register, write_register, NULL };

	host_reset();
	host_add_device(&device);
	clock_init(1000000000, 64);
	memset(registers, 0, sizeof(registers));
	order = its_order;
	write_count = handled = 0;
	expected = true;
	host_platform.cpu_number = cpu;
	host_platform.node_count = strcmp(host, compatible) == 0 ? 1 : 2;
	host_platform.nodes[1] = (struct platform_node) { .compatible = host, .interrupts = &host_platform.nodes[0] };
	host_platform.nodes[0] = (struct platform_node) {
		.compatible = compatible, .registers = { { { REGISTERS }, REGISTER_BYTES } },
		.interrupts = &host_platform.nodes[0],
	};
	assert_int_equal(host_attach(&host_platform, NULL), 1);
	interrupts_attach();
	controller = host_get(0)->interrupts;
	assert_non_null(controller);
}

static int typhoon(void **state)
{
	(void)state;
	start("typhoon", "cchip", HOST_LITTLE, 0);
	return 0;
}

static int typhoon_cpu_3(void **state)
{
	(void)state;
	start("typhoon", "cchip", HOST_LITTLE, 3);
	return 0;
}

static int sabre(void **state)
{
	(void)state;
	start("sabre", "sabre", HOST_BIG, 0);
	return 0;
}

/* Of UPA port 0x11, and so of that group. */
static int psycho(void **state)
{
	(void)state;
	start("psycho", "psycho", HOST_BIG, 1);
	registers[0x10 / 8] = 0x038807ffffffffff | 0x11ull << 46;
	return 0;
}

static int stop(void **state)
{
	interrupts_close();
	return host_teardown(state);
}

static uint64_t reg(unsigned offset)
{
	return registers[offset / 8];
}

static void set_reg(unsigned offset, uint64_t value)
{
	registers[offset / 8] = value;
}

static bool handle(unsigned line)
{
	handled++;
	handled_line = line;
	return expected;
}

static void take_interrupt(void *number)
{
	static const char *const names[] = { "r0" };
	static const uint64_t values[] = { 0 };
	const struct trap_frame frame = {
		.kind = TRAP_INTERRUPT, .name = "interrupt", .has_address = true, .address = *(const uint64_t *)number,
		.register_count = 1, .register_names = names, .registers = values,
	};

	trap(&frame);
}

static bool comes_back(uint64_t number)
{
	return trap_guard(take_interrupt, &number, NULL);
}

/* A mask bit of this CPU's DIM, and of no other's; the ISA bit and the error bits are left alone. */
static void typhoon_masks(void **state)
{
	phys_addr at;

	(void)state;
	set_reg(0x200, 0xc080000000000000);
	controller->driver->enable(controller, 1ull << 12 | 1ull << 54);
	assert_int_equal(reg(0x200), 0xc0c0000000001000);
	controller->driver->mask(controller, controller->driver->lines);
	assert_int_equal(reg(0x200), 0xc080000000000000);
	assert_int_equal(controller->driver->enabling(controller, 9, &at), 0xc080000000000200);
	assert_int_equal(at.value, REGISTERS + 0x200);
	assert_int_equal(controller->driver->together(12), 1ull << 12);
	assert_int_equal(controller->driver->lines >> 55, 0);
	controller->driver->end(controller, 20);
	assert_int_equal(reg(0x200), 0xc080000000100000);
}

static void typhoon_masks_its_own_cpu(void **state)
{
	(void)state;
	controller->driver->enable(controller, 1ull << 8);
	assert_int_equal(reg(0x640), 0x100);
	assert_int_equal(reg(0x200), 0);
	set_reg(0x6c0, 1ull << 8);
	assert_int_equal(controller->driver->waiting(controller), 1ull << 8);
}

static void typhoon_shows_requests(void **state)
{
	(void)state;
	set_reg(0x300, 1ull << 63 | 1ull << 55 | 1ull << 16);
	set_reg(0x280, 1ull << 55 | 1ull << 9);
	assert_int_equal(controller->driver->raised(controller), 1ull << 16);
	assert_int_equal(controller->driver->waiting(controller), 1ull << 9);
	assert_int_equal(write_count, 0);
}

static void typhoon_knows_vectors(void **state)
{
	(void)state;
	assert_int_equal(controller->driver->line(controller, 0x900), 0);
	assert_int_equal(controller->driver->line(controller, 0x900 + 16 * 54), 54);
	assert_int_equal(controller->driver->line(controller, 0x900 + 16 * 55), -1);
	assert_int_equal(controller->driver->line(controller, 0x8f0), -1);
	assert_int_equal(controller->driver->line(controller, 0x904), -1);
	assert_int_equal(controller->driver->line(controller, UINT64_MAX), -1);
}

static void typhoon_is_put_back(void **state)
{
	(void)state;
	set_reg(0x200, 0x80000000000100);
	assert_true(interrupts_open(controller, handle));
	assert_int_equal(reg(0x200), 0x80000000000000);
	controller->driver->enable(controller, controller->driver->lines);
	host_interrupts_on = true;
	interrupts_close();
	assert_int_equal(reg(0x200), 0x80000000000100);
	assert_false(host_interrupts_on);
}

/* The valid bit of a slot's mapping register and the target; what else stands there is the firmware's. */
static void sabre_masks(void **state)
{
	phys_addr at;

	(void)state;
	set_reg(0xc28, 0x7c0007d4);
	controller->driver->enable(controller, 1ull << 0x15);
	assert_int_equal(reg(0xc28), 0x800007d4);
	assert_int_equal(reg(0xc20), 0);
	assert_int_equal(controller->driver->together(0x15), 0xfull << 0x14);
	assert_int_equal(controller->driver->enabling(controller, 0x1f, &at), 0x80000000);
	assert_int_equal(at.value, REGISTERS + 0xc38);
	assert_int_equal(controller->driver->enabling(controller, 0x20, &at), 0x80000000);
	assert_int_equal(at.value, REGISTERS + 0x1000);
	controller->driver->mask(controller, 1ull << 0x17);
	assert_int_equal(reg(0xc28), 0x7d4);
	controller->driver->enable(controller, 1ull << 0x21);
	assert_int_equal(reg(0x1008), 0x80000000);
	assert_int_equal(controller->driver->together(0x21), 1ull << 0x21);
	assert_int_equal(controller->driver->together(0x28), 0);
}

static void sabre_ends(void **state)
{
	(void)state;
	set_reg(0x14a8, 3);
	set_reg(0x1808, 3);
	controller->driver->end(controller, 0x15);
	controller->driver->end(controller, 0x21);
	assert_int_equal(reg(0x14a8), 0);
	assert_int_equal(reg(0x1808), 0);
	assert_int_equal(write_count, 2);
}

static void sabre_shows_states(void **state)
{
	(void)state;
	set_reg(0xa800, 1ull << 2 * 0x15 | 3ull << 2 * 0x1f);
	set_reg(0xa808, 3ull << 2 | 3ull << 4);
	assert_int_equal(controller->driver->raised(controller), 1ull << 0x15 | 1ull << 0x1f | 1ull << 0x21);
}

static void sabre_takes_mondos(void **state)
{
	(void)state;
	assert_int_equal(controller->driver->waiting(controller), 0);
	host_interrupts[0] = 0x7d5;
	host_interrupt_count = 1;
	assert_int_equal(controller->driver->waiting(controller), 1ull << 0x15);
	assert_int_equal(controller->driver->waiting(controller), 0);
	assert_int_equal(controller->driver->line(controller, 0x7e1), 0x21);
	assert_int_equal(controller->driver->line(controller, 0x7e2), -1);
	assert_int_equal(controller->driver->line(controller, 0x795), -1);
	assert_int_equal(controller->driver->line(controller, 0x15), -1);
}

/* One mapping register that is valid is written as it is, and nothing where none is. */
static void sabre_looks_again(void **state)
{
	(void)state;
	controller->driver->look_again(controller);
	assert_int_equal(write_count, 0);
	set_reg(0xc28, 0x800007d4);
	controller->driver->look_again(controller);
	assert_int_equal(write_count, 1);
	assert_int_equal(writes[0].reg, 0xc28);
	assert_int_equal(writes[0].value, 0x800007d4);
}

/* All lines become idle and what has been sent is taken before a mapping register is valid again. */
static void sabre_is_put_back(void **state)
{
	(void)state;
	set_reg(0xc00, 0x800007c0);
	set_reg(0x1000, 0x7e0);
	assert_true(interrupts_open(controller, handle));
	assert_int_equal(reg(0xc00), 0x7c0);
	controller->driver->enable(controller, controller->driver->lines);
	host_interrupts[0] = host_interrupts[1] = 0x7c0;
	host_interrupt_count = 2;
	write_count = 0;
	interrupts_close();
	assert_int_equal(host_interrupt_count, 0);
	assert_int_equal(reg(0xc00), 0x800007c0);
	assert_int_equal(reg(0xc08), 0);
	assert_int_equal(reg(0x1000), 0x7e0);
	for (unsigned i = 0, idle = 0; i < write_count; i++) {
		idle += writes[i].reg >= 0x1400 && writes[i].reg <= 0x1808;
		if (writes[i].value & 0x80000000)
			assert_int_equal(idle, 34);
	}
}

/* A CPU that never runs out of mondos does not hang the run. */
static void sabre_is_put_back_in_the_end(void **state)
{
	(void)state;
	assert_true(interrupts_open(controller, handle));
	host_interrupt_count = HOST_INTERRUPTS;
	interrupts_close();
	assert_int_equal(host_interrupt_count, 0);
}

/* The group is the chip's own, and of on-board lines a PCI device may have 0x26 as well, and none between. */
static void psycho_takes_mondos(void **state)
{
	(void)state;
	assert_int_equal(controller->driver->line(controller, 0x11 << 6 | 0x15), 0x15);
	assert_int_equal(controller->driver->line(controller, 0x11 << 6 | 0x21), 0x21);
	assert_int_equal(controller->driver->line(controller, 0x11 << 6 | 0x26), 0x26);
	assert_int_equal(controller->driver->line(controller, 0x11 << 6 | 0x22), -1);
	assert_int_equal(controller->driver->line(controller, 0x11 << 6 | 0x30), -1);
	assert_int_equal(controller->driver->line(controller, 0x7d5), -1);
	assert_int_equal(controller->driver->line(controller, 0x15), -1);
	assert_int_equal(controller->driver->line(controller, 0x911 << 6 | 0x15), -1);
	host_interrupts[0] = 0x11 << 6 | 0x26;
	host_interrupt_count = 1;
	assert_int_equal(controller->driver->waiting(controller), 1ull << 0x26);
}

/* Mapping registers of both buses, and of on-board lines that a PCI device may have: to the CPU with this UPA id. */
static void psycho_is_put_back(void **state)
{
	(void)state;
	set_reg(0xc20, 0x7c000450);
	set_reg(0x1028, 0x80000465);
	set_reg(0x1030, 0x80000466);
	assert_true(interrupts_open(controller, handle));
	assert_int_equal(reg(0x1030), 0x466);
	controller->driver->enable(controller, 1ull << 0x10 | 1ull << 0x26);
	assert_int_equal(reg(0xc20), 0x84000450);
	assert_int_equal(reg(0x1030), 0x84000466);
	set_reg(0xa808, 3ull << 2 * 5 | 3ull << 2 * 6);
	assert_int_equal(controller->driver->raised(controller), 1ull << 0x26);
	interrupts_close();
	assert_int_equal(reg(0xc20), 0x7c000450);
	assert_int_equal(reg(0x1030), 0x80000466);
	assert_int_equal(reg(0x1028), 0x80000465);
	for (unsigned i = 0; i < write_count; i++)
		assert_int_not_equal(writes[i].reg, 0x1028);	/* the power fails: nobody's here */
}

/* What is expected comes back to where it interrupted; anything else is a trap. */
static void interrupts_are_handed_on(void **state)
{
	(void)state;
	assert_false(comes_back(0x7d5));
	assert_true(interrupts_open(controller, handle));
	assert_true(comes_back(0x7d5));
	assert_int_equal(handled, 1);
	assert_int_equal(handled_line, 0x15);
	assert_false(comes_back(0x7ff));
	assert_int_equal(handled, 1);
	expected = false;
	assert_false(comes_back(0x7d5));
	assert_int_equal(handled, 2);
	interrupts_close();
	expected = true;
	assert_false(comes_back(0x7d5));
	assert_int_equal(handled, 2);
}

#define TEST(name, setup)	cmocka_unit_test_setup_teardown(name, setup, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(typhoon_masks, typhoon),
		TEST(typhoon_masks_its_own_cpu, typhoon_cpu_3),
		TEST(typhoon_shows_requests, typhoon),
		TEST(typhoon_knows_vectors, typhoon),
		TEST(typhoon_is_put_back, typhoon),
		TEST(sabre_masks, sabre),
		TEST(sabre_ends, sabre),
		TEST(sabre_shows_states, sabre),
		TEST(sabre_takes_mondos, sabre),
		TEST(sabre_looks_again, sabre),
		TEST(sabre_is_put_back, sabre),
		TEST(sabre_is_put_back_in_the_end, sabre),
		TEST(psycho_takes_mondos, psycho),
		TEST(psycho_is_put_back, psycho),
		TEST(interrupts_are_handed_on, sabre),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
