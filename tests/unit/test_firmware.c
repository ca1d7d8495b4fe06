/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/firmware.list tests/unit/console_model.c tests/unit/root_bus_model.c */
/*
 * The firmware as a whole on the toy port, tests/unit/host: it boots, finds PCI functions behind the toy's host bridge,
 * runs the suites for CPU, PCI and memory and ends with a verdict. So a port needs its folder and nothing else in C.
 *
 * The toy's console is its firmware's, by call-backs: that one is alive as long as we print, and the function that it
 * prints through is reserved.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "boot/version.h"
#include "drivers/host/host.h"
#include "tests/unit/console_model.h"
#include "tests/unit/root_bus_model.h"

#define MEMORY		(1ull << 20)
#define MEMORY_SIZE	(48ull << 20)
#define CONSOLE		2		/* the device of the function that is the console's */
#define OTHER		5
#define IO_BAR		(0xa000 | PCI_BASE_ADDRESS_SPACE_IO)
#define WHY		"the firmware keeps it: its console"

const char busproof_version[] = "0";

/* ---- The toy's firmware: a console, whose device must be as the firmware has set it up whenever it is called ---- */

static uint8_t *const space = root_functions[0].space;		/* of the console's function */
static bool lost;

static size_t send(void *device, const char *bytes, size_t length)
{
	lost = lost || !(space[PCI_COMMAND] & PCI_COMMAND_IO) || space[PCI_BASE_ADDRESS_0 + 1] != 0xa0;
	return console_model_send(device, bytes, length);
}

static int poll(void *device)
{
	(void)device;
	return -1;
}

static const struct console_ops ops = { send, console_model_flush, poll, NULL };
static const struct console console = { &ops, NULL };

/* ---- Its host bridge ---- */

static const struct host_bridge_driver toy = {
	.compatible = "toy",
};
HOST_DRIVER(toy);

static int start(void **state)
{
	host_setup(state);
	host_add_memory(MEMORY, MEMORY_SIZE);
	root_function_set(0, CONSOLE, PCI_COMMAND_IO | PCI_COMMAND_MASTER, IO_BAR, 0xffffff00);
	root_function_set(1, OTHER, PCI_COMMAND_IO | PCI_COMMAND_MASTER, IO_BAR, 0xffffff00);
	console_model_begin();
	lost = false;
	host_platform.console = &console;
	host_platform.nodes[0] = root_bus_add("toy");
	host_platform.node_count = 1;
	host_platform.reserved[0] = (struct platform_reserved) { .depth = 1, .path = { CONSOLE << 3 }, .why = WHY };
	host_platform.reserved_count = 1;
	return 0;
}

static void boot(void *unused)
{
	(void)unused;
	boot_main();
}

static void it_boots(void **state)
{
	uint8_t before[256];

	(void)state;
	memcpy(before, space, sizeof before);
	assert_int_equal(host_run(boot, NULL), HOST_POWERED_OFF);
	console_expect_sent("TAP version 14\r\n1..");
	console_expect_sent("# busproof 0 on host, host, booted by cmocka, profile qemu\r\n");
	console_expect_sent(" - cpu.memory\r\n");
	console_expect_sent("# 00:02.0 1234:0001 ");
	console_expect_sent("BAR0 I/O 0x100 kept at 0xa000");
	console_expect_sent(", reserved: " WHY "\r\n");
	console_expect_sent("pci.command/1234:0001@00:02.0 # SKIP " WHY "\r\n");
	console_expect_sent("# busproof: PASS\r\n");
	assert_null(strstr(console_sent, "not ok"));
	assert_false(lost);
	before[PCI_COMMAND] &= ~PCI_COMMAND_MASTER;
	assert_memory_equal(space, before, sizeof before);
	assert_int_not_equal(root_functions[1].space[PCI_BASE_ADDRESS_0 + 1], 0xa0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_boots, start, host_teardown),
	};

	return cmocka_run_group_tests_name("firmware", tests, NULL, NULL);
}
