/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/firmware.list */
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
#include "tests/unit/host/host.h"

#define MEMORY		(1ull << 20)
#define MEMORY_SIZE	(48ull << 20)
#define CONFIG		0x4000000000ull
#define CONSOLE		(2 << 3)	/* device << 3 | function of the function that is the console's */
#define OTHER		(5 << 3)
#define WHY		"the firmware keeps it: its console"

const char busproof_version[] = "0";

/* ---- The toy's firmware: a console, whose device must be as the firmware has set it up whenever it is called ---- */

static char printed[1 << 18];
static size_t printed_length;
static uint8_t spaces[2][256];		/* configuration space of the console's function, and of the other one */
static bool lost;

static size_t send(void *device, const char *bytes, size_t length)
{
	(void)device;
	lost = lost || !(spaces[0][PCI_COMMAND] & PCI_COMMAND_IO) || spaces[0][PCI_BASE_ADDRESS_0 + 1] != 0xa0;
	assert_true(length < sizeof printed - printed_length);
	memcpy(printed + printed_length, bytes, length);
	printed_length += length;
	printed[printed_length] = 0;
	return length;
}

static bool flush(void *device)
{
	(void)device;
	return true;
}

static int poll(void *device)
{
	(void)device;
	return -1;
}

static const struct console_ops ops = { send, flush, poll, NULL };
static const struct console console = { &ops, NULL };

/* ---- Its host bridge ---- */

static const struct host_bridge_driver toy = {
	.compatible = "toy",
};
HOST_DRIVER(toy);

static uint8_t *space_of(uint64_t offset)
{
	unsigned bdf = (unsigned)(offset >> 8);

	return bdf == CONSOLE ? spaces[0] : bdf == OTHER ? spaces[1] : NULL;
}

static uint64_t read_config(void *context, const struct host_access *access)
{
	const uint8_t *space = space_of(access->offset);
	uint64_t value = 0;

	(void)context;
	for (unsigned i = 0; i < access->width; i++)
		value |= (uint64_t)(space ? space[(access->offset & 0xff) + i] : 0xff) << 8 * i;
	return value;
}

/* Registers of one I/O BAR of 256 bytes, the command and what has no effect. */
static void write_config(void *context, const struct host_access *access, uint64_t value)
{
	static const uint8_t writable[256] = {
		[PCI_COMMAND] = 0x07, [PCI_COMMAND + 1] = 0x04,
		[PCI_CACHE_LINE_SIZE] = 0xff, [PCI_LATENCY_TIMER] = 0xff,
		[PCI_BASE_ADDRESS_0 + 1] = 0xff, [PCI_BASE_ADDRESS_0 + 2] = 0xff, [PCI_BASE_ADDRESS_0 + 3] = 0xff,
		[PCI_INTERRUPT_LINE] = 0xff,
	};
	uint8_t *space = space_of(access->offset);

	(void)context;
	for (unsigned i = 0; space && i < access->width; i++) {
		unsigned reg = (access->offset & 0xff) + i;

		space[reg] = (uint8_t)((space[reg] & ~writable[reg]) | (value >> 8 * i & writable[reg]));
	}
}

static void set_up(uint8_t *space, uint16_t product)
{
	memset(space, 0, 256);
	space[PCI_VENDOR_ID] = 0x34;
	space[PCI_VENDOR_ID + 1] = 0x12;
	space[PCI_DEVICE_ID] = (uint8_t)product;
	space[PCI_CLASS_DEVICE + 1] = 0x07;
	space[PCI_COMMAND] = PCI_COMMAND_IO | PCI_COMMAND_MASTER;
	space[PCI_BASE_ADDRESS_0] = PCI_BASE_ADDRESS_SPACE_IO;
	space[PCI_BASE_ADDRESS_0 + 1] = 0xa0;
}

static int start(void **state)
{
	static const struct host_device device = { CONFIG, 1 << 24, read_config, write_config, NULL };

	host_setup(state);
	host_add_memory(MEMORY, MEMORY_SIZE);
	host_add_device(&device);
	set_up(spaces[0], 1);
	set_up(spaces[1], 2);
	printed_length = 0;
	lost = false;
	host_platform.console = &console;
	host_platform.nodes[0] = (struct platform_node) {
		.compatible = "toy", .range_count = 3, .buses = { 0, 255 },
		.ranges = {
			{ RANGE_CONFIG, 0, { CONFIG }, 1 << 24, { 0, 0 } },
			{ RANGE_IO, 0, { 0 }, 0, { 0x9000, 0xffff } },
			{ RANGE_MEMORY, 0, { 0 }, 0, { 0x10000000, 0x1fffffff } },
		},
	};
	host_platform.node_count = 1;
	host_platform.reserved[0] = (struct platform_reserved) { .depth = 1, .path = { CONSOLE }, .why = WHY };
	host_platform.reserved_count = 1;
	return 0;
}

static void boot(void *unused)
{
	(void)unused;
	boot_main();
}

static void expect_printed(const char *text)
{
	if (!strstr(printed, text))
		fail_msg("not printed: %s\n%s", text, printed);
}

static void it_boots(void **state)
{
	uint8_t before[256];

	(void)state;
	memcpy(before, spaces[0], sizeof before);
	assert_int_equal(host_run(boot, NULL), HOST_POWERED_OFF);
	expect_printed("TAP version 14\r\n1..");
	expect_printed("# busproof 0 on host, host, booted by cmocka, profile qemu\r\n");
	expect_printed(" - cpu.memory\r\n");
	expect_printed("# 00:02.0 1234:0001 ");
	expect_printed("BAR0 I/O 0x100 kept at 0xa000");
	expect_printed(", reserved: " WHY "\r\n");
	expect_printed("pci.command/1234:0001@00:02.0 # SKIP " WHY "\r\n");
	expect_printed("# busproof: PASS\r\n");
	assert_null(strstr(printed, "not ok"));
	assert_false(lost);
	before[PCI_COMMAND] &= ~PCI_COMMAND_MASTER;
	assert_memory_equal(spaces[0], before, sizeof before);
	assert_int_not_equal(spaces[1][PCI_BASE_ADDRESS_0 + 1], 0xa0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_boots, start, host_teardown),
	};

	return cmocka_run_group_tests_name("firmware", tests, NULL, NULL);
}
