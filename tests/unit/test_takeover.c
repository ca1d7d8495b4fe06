/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/firmware.list tests/unit/console_model.c tests/unit/root_bus_model.c */
/*
 * A machine that a console firmware has left at work: its IOMMU is on and leads somewhere, and a controller is a bus
 * master. The whole firmware runs on it and gives it back. Masters must have stopped before the IOMMU gets another
 * table or memory its pattern; and whichever way the run ends, the firmware finds its IOMMU, and its masters stay
 * stopped until that is there again.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "boot/version.h"
#include "drivers/iommu/sabre.h"
#include "tests/conformance/framework/test.h"
#include "tests/unit/console_model.h"
#include "tests/unit/root_bus_model.h"

#define MEMORY		(1ull << 20)
#define MEMORY_SIZE	(48ull << 20)
#define SABRE		0x1fe00000000ull
#define SABRE_SIZE	0x10000ull
/* As OpenBoot leaves them: 64 K entries somewhere, and the IOMMU on. */
#define FIRMWARE_CTL	0x30001ull
#define FIRMWARE_TSB	0x2000000ull
#define FIRMWARE_TAS	0x40ull
#define FIRMWARE_COMMAND	(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER)

const char busproof_version[] = "0";

static bool stuck;			/* the second function stays a bus master whatever is written */
static uint64_t registers[SABRE_SIZE / 8];
static bool judged;			/* each write of the IOMMU is looked at */
static unsigned iommu_writes;
static const char *broken;		/* what was wrong first */
static const char *typed;
static bool traps_at_end;

static const struct trap_frame bad_address = { .kind = TRAP_BAD_ADDRESS, .name = "data", .pc = 0x1234 };

/* ---- What a run is like ---- */

static bool fails;

static void passes_or_fails(struct trial *trial)
{
	if (fails)
		trial_fail(trial, "it is told to");
}
CONFORMANCE_TEST("takeover.own", passes_or_fails, "a run comes to the verdict that it is told to");

static size_t send(void *device, const char *bytes, size_t length)
{
	console_model_send(device, bytes, length);
	/* Between two tests, where no guard is. */
	if (traps_at_end && strstr(console_sent, "# time: run")) {
		traps_at_end = false;
		trap(&bad_address);
	}
	return length;
}

static int poll(void *device)
{
	(void)device;
	return *typed ? *typed++ : -1;
}

static const struct console_ops ops = { send, console_model_flush, poll, NULL };
static const struct console console = { &ops, NULL };

/* ---- The IOMMU: nothing may be changed in it while a master is at work ---- */

static bool is_master(unsigned function)
{
	return root_functions[function].space[PCI_COMMAND] & PCI_COMMAND_MASTER;
}

static bool is_pattern(uint64_t address)
{
	return *(uint64_t *)arch_pointer((phys_addr) { address }) != 0xa5a5a5a5a5a5a5a5ull;
}

static uint64_t read_register(void *context, const struct host_access *access)
{
	(void)context;
	return registers[access->offset / 8];
}

static void write_register(void *context, const struct host_access *access, uint64_t value)
{
	uint64_t reg = access->offset;

	(void)context;
	registers[reg / 8] = reg == DMA_UE_AFSR ? registers[reg / 8] & ~value : value;
	if (reg != IOMMU_CTL && reg != IOMMU_TSB && reg != PCI_TAS)
		return;
	if (iommu_writes++ == 0 && is_pattern(MEMORY + MEMORY_SIZE - 8) && !broken)
		broken = "memory had its pattern before the IOMMU was quiet";
	for (unsigned i = 0; i < ROOT_FUNCTIONS && judged; i++)
		if (is_master(i) && !(stuck && i == 1) && !broken)
			broken = "a register of the IOMMU was written while a function was a bus master";
}

/* ---- The machine ---- */

static int start(void **state)
{
	static const struct host_device sabre = { SABRE, SABRE_SIZE, read_register, write_register, NULL };

	host_setup(state);
	host_add_memory(MEMORY, MEMORY_SIZE);
	host_add_device(&sabre);
	memset(registers, 0, sizeof registers);
	registers[IOMMU_CTL / 8] = FIRMWARE_CTL;
	registers[IOMMU_TSB / 8] = FIRMWARE_TSB;
	registers[PCI_TAS / 8] = FIRMWARE_TAS;
	root_function_set(0, 3, FIRMWARE_COMMAND, 0x10000000, 0xffff0000);
	root_function_set(1, 5, FIRMWARE_COMMAND, 0x10000000, 0xffff0000);
	console_model_begin();
	iommu_writes = 0;
	typed = "";
	fails = stuck = traps_at_end = false;
	judged = true;
	broken = NULL;
	host_platform.console = &console;
	host_platform.nodes[0] = root_bus_add("sabre");
	host_platform.nodes[0].registers[0] = (struct platform_registers) { { SABRE }, SABRE_SIZE };
	host_platform.node_count = 1;
	return 0;
}

static void boot(void *words)
{
	host_platform.command_line = words;
	boot_main();
}

/* All is the firmware's again, and no window was changed under a master on the way. */
static void expect_given_back(const char *words, const char *last_line)
{
	assert_int_equal(host_run(boot, (void *)words), HOST_GAVE_BACK);
	console_expect_sent(last_line);
	if (broken)
		fail_msg("%s", broken);
	assert_true(iommu_writes > 3);
	assert_int_equal(registers[IOMMU_CTL / 8], FIRMWARE_CTL);
	assert_int_equal(registers[IOMMU_TSB / 8], FIRMWARE_TSB);
	assert_int_equal(registers[PCI_TAS / 8], FIRMWARE_TAS);
	for (unsigned i = 0; i < ROOT_FUNCTIONS; i++)
		assert_int_equal(root_functions[i].space[PCI_COMMAND], FIRMWARE_COMMAND);
}

static void a_good_run(void **state)
{
	(void)state;
	expect_given_back("tests=takeover.own halt=return", "# busproof: PASS\r\n");
	assert_null(strstr(console_sent, "stays a bus master"));
}

static void a_failure(void **state)
{
	(void)state;
	fails = true;
	expect_given_back("tests=takeover.own halt=return", "# busproof: FAIL 1\r\n");
}

static void a_trap_that_nobody_guards(void **state)
{
	(void)state;
	traps_at_end = true;
	expect_given_back("tests=takeover.own halt=return", "# busproof: FAIL 1\r\n");
	console_expect_sent("Bail out! ");
}

static void the_monitor_before_any_test(void **state)
{
	(void)state;
	typed = "frames take 2\rquit\r";
	expect_given_back("monitor", "# busproof: nothing was judged\r\n");
}

static void the_monitor_after_the_run(void **state)
{
	(void)state;
	typed = "rerun\rquit\r";
	expect_given_back("tests=takeover.own halt=monitor", "# busproof: PASS\r\n");
}

static void a_key_at_the_start(void **state)
{
	(void)state;
	typed = "mquit\r";
	expect_given_back("monitor=key", "# busproof: nothing was judged\r\n");
}

/* Nothing can be done about it; but it is said by name, once, and the others have stopped all the same. */
static void a_master_that_does_not_stop(void **state)
{
	const char *said;

	(void)state;
	stuck = true;
	root_functions[1].writable[PCI_COMMAND] &= (uint8_t)~PCI_COMMAND_MASTER;
	expect_given_back("tests=takeover.own halt=return", "# busproof: PASS\r\n");
	console_expect_sent("# 00:05.0 1234:0002 stays a bus master: what it writes meanwhile, nobody knows\r\n");
	said = strstr(console_sent, "stays a bus master");
	assert_null(strstr(said + 1, "stays a bus master"));
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_run),
		TEST(a_failure),
		TEST(a_trap_that_nobody_guards),
		TEST(the_monitor_before_any_test),
		TEST(the_monitor_after_the_run),
		TEST(a_key_at_the_start),
		TEST(a_master_that_does_not_stop),
	};

	return cmocka_run_group_tests_name("takeover", tests, NULL, NULL);
}
