/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a run, by calls of the firmware: PSCI, through the instruction that the device tree names.
 *
 * Source: Arm Power State Coordination Interface (DEN 0022), SYSTEM_OFF and SYSTEM_RESET.
 */
#include "arch/aarch64/aarch64.h"

#define SYSTEM_OFF	0x84000008u
#define SYSTEM_RESET	0x84000009u

static bool by_smc;

static void call(uint32_t function)
{
	register uint64_t x0 __asm__("x0") = function;

	if (by_smc)
		__asm__ volatile("smc #0" : "+r" (x0) : : "x1", "x2", "x3", "memory");
	else
		__asm__ volatile("hvc #0" : "+r" (x0) : : "x1", "x2", "x3", "memory");
}

void power_init(void)
{
	const char *method = tree_text("/psci", "method");

	by_smc = method && method[0] == 's';
}

_Noreturn void arch_power_off(void)
{
	call(SYSTEM_OFF);
	for (;;)
		cpu_relax();
}

_Noreturn void arch_reboot(void)
{
	call(SYSTEM_RESET);
	arch_power_off();
}

const char *arch_keep_firmware(void)
{
	return "the firmware of this machine has no console to go back to: it can only switch the machine off";
}

bool arch_return(void)
{
	return false;
}
