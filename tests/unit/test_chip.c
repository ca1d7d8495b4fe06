/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: drivers/engine/chip.c drivers/engine/engine.c drivers/engine/patience.c drivers/pci/interrupt.c
 * boot/clock.c boot/format.c boot/print.c tests/unit/pci_stub.c */
/*
 * Chips: in which order one comes up and goes down, behind which BAR its registers are, and what is said when there is
 * none. What is done to the function and to memory is written down, a letter for each step.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "boot/frames.h"
#include "drivers/engine/chip.h"
#include "tests/unit/host/host.h"

#define MEMORY		0x800000ull
#define NUMBER		0x120000000ull	/* the memory's bus address */

static struct pci_function function;
static char steps[32];
static bool reset_fails, memory_fails;

static void step(char what)
{
	size_t length = strlen(steps);

	assert_true(length + 1 < sizeof(steps));
	steps[length] = what;
	steps[length + 1] = 0;
}

/* D: memory is decoded, I: and I/O; M: bus mastering on, m: off. */
uint16_t pci_command(const struct pci_function *of, uint16_t set, uint16_t clear)
{
	assert_ptr_equal(of, &function);
	if (set & PCI_COMMAND_MEMORY)
		step('D');
	if (set & PCI_COMMAND_IO)
		step('I');
	if (set & PCI_COMMAND_MASTER)
		step('M');
	if (clear & PCI_COMMAND_MASTER)
		step('m');
	return 0;
}

phys_addr pci_bar_address(const struct pci_function *of, unsigned bar, uint64_t offset)
{
	assert_ptr_equal(of, &function);
	return (phys_addr) { 0x1000 * (bar + 1) + offset };
}

bool dma_area_make(struct dma_area *area, struct pci_function *device, size_t frames)
{
	assert_ptr_equal(device, &function);
	step('A');
	area->memory = (phys_addr) { MEMORY };
	area->frames = frames;
	area->map.address.value = NUMBER;
	return !memory_fails;
}

void dma_area_release(struct dma_area *area)
{
	if (area->frames)
		step('a');
	area->frames = 0;
}

static bool reset(struct engine *engine)
{
	step('R');
	return !reset_fails || engine_fail(engine, "CSR is %#x", 7);
}

static bool ready(struct engine *engine)
{
	(void)engine;
	step('r');
	return true;
}

static const struct chip_model two_bars = {
	.ops = { .start = chip_start, .stop = chip_stop },
	.bars = { 1, 0 }, .bar_count = 2, .frames = 1, .frames_for = "its rings", .reset = reset, .ready = ready,
};

static const struct chip_model in_memory = {
	.ops = { .start = chip_start, .stop = chip_stop },
	.bars = { 0 }, .bar_count = 1, .in_memory = true, .registers = 0x2000, .reset = reset,
};

static struct chip state_of_chip;
static struct engine engine;

static int set_up(void **state)
{
	host_setup(state);
	host_add_memory(MEMORY, FRAME_SIZE);
	memset(steps, 0, sizeof(steps));
	memset(&state_of_chip, 0, sizeof(state_of_chip));
	reset_fails = memory_fails = false;
	function = (struct pci_function) { 0 };
	engine = (struct engine) { .ops = &two_bars.ops, .function = &function, .state = &state_of_chip };
	return 0;
}

static void place(unsigned bar, enum pci_bar_kind kind, uint64_t size)
{
	function.bars[bar] = (struct pci_bar) { .kind = kind, .placed = true, .size = size };
}

static void expect_steps(const char *expected)
{
	assert_string_equal(steps, expected);
	steps[0] = 0;
}

/* It is a bus master only between its reset at the start and the end of the stop, and memory is its own as long. */
static void comes_up_and_goes_down_in_order(void **state)
{
	(void)state;
	place(0, PCI_BAR_IO, 0x80);
	place(1, PCI_BAR_MEM32, 0x80);
	assert_true(engine_start(&engine));
	expect_steps("DIRAMr");
	engine_stop(&engine);
	expect_steps("Rma");
}

/* Behind whichever has an address, the better one first. */
static void takes_the_bar_that_has_an_address(void **state)
{
	(void)state;
	place(0, PCI_BAR_IO, 0x80);
	assert_true(engine_start(&engine));
	assert_int_equal(chip_register(&engine, 4).value, 0x1004);
	engine_stop(&engine);
	place(1, PCI_BAR_MEM32, 0x80);
	assert_true(engine_start(&engine));
	assert_int_equal(chip_register(&engine, 4).value, 0x2004);
}

/* Without registers nothing is touched, but for the switch of bus mastering. */
static void without_registers(void **state)
{
	(void)state;
	assert_false(engine_start(&engine));
	assert_string_equal(engine.fault, "neither BAR 0 nor BAR 1 has an address");
	expect_steps("");
	engine_stop(&engine);
	expect_steps("m");
	engine.ops = &in_memory.ops;
	place(0, PCI_BAR_IO, 0x2000);
	assert_false(engine_start(&engine));
	assert_string_equal(engine.fault, "BAR 0 has no address");
	place(0, PCI_BAR_MEM32, 0x1fff);
	assert_false(engine_start(&engine));
	place(0, PCI_BAR_MEM64, 0x2000);
	assert_true(engine_start(&engine));
	/* No I/O is decoded, and there is no memory, where it does not ask for any. */
	expect_steps("DRM");
	engine_stop(&engine);
	expect_steps("Rm");
}

static void steps_that_fail(void **state)
{
	(void)state;
	place(1, PCI_BAR_MEM32, 0x80);
	reset_fails = true;
	assert_false(engine_start(&engine));
	assert_string_equal(engine.fault, "CSR is 0x7");
	expect_steps("DIR");
	engine_stop(&engine);
	expect_steps("Rm");
	reset_fails = false;
	memory_fails = true;
	assert_false(engine_start(&engine));
	assert_string_equal(engine.fault, "no memory for its rings");
	expect_steps("DIRA");
	/* What was taken before it failed is given back. */
	engine_stop(&engine);
	expect_steps("Rma");
}

/* The end of a copy that is under test is the caller's number; the other is the driver's, and ready for it. */
static void prepares_a_copy(void **state)
{
	uint8_t sent[64], seen[64];
	struct chip_copy copy;

	(void)state;
	place(1, PCI_BAR_MEM32, 0x80);
	assert_true(engine_start(&engine));
	engine_payload(sent, sizeof(sent), 0x44);
	copy = chip_copy(&engine, DMA_DEVICE_WRITES, 0x1234567890, sizeof(sent), 0x100, 0x200);
	assert_true(copy.from == NUMBER + 0x100 && copy.to == 0x1234567890);
	assert_memory_equal(chip_pointer(&engine, 0x100), sent, sizeof(sent));
	memset(seen, 0, sizeof(seen));
	chip_copied(&engine, 0x200, seen);
	assert_int_equal(seen[0], 0);

	copy = chip_copy(&engine, DMA_DEVICE_READS, 0x1234567890, sizeof(sent), 0x100, 0x200);
	assert_true(copy.from == 0x1234567890 && copy.to == NUMBER + 0x200);
	assert_memory_not_equal(chip_pointer(&engine, 0x200), sent, sizeof(sent));
	memcpy(chip_pointer(&engine, 0x200), sent, sizeof(sent));
	chip_copied(&engine, 0x200, NULL);
	chip_copied(&engine, 0x200, seen);
	assert_memory_equal(seen, sent, sizeof(sent));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comes_up_and_goes_down_in_order, set_up, host_teardown),
		cmocka_unit_test_setup_teardown(takes_the_bar_that_has_an_address, set_up, host_teardown),
		cmocka_unit_test_setup_teardown(without_registers, set_up, host_teardown),
		cmocka_unit_test_setup_teardown(steps_that_fail, set_up, host_teardown),
		cmocka_unit_test_setup_teardown(prepares_a_copy, set_up, host_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
