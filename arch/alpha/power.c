/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a run: off, or from the beginning.
 *
 * A halt switches a QEMU machine off and enters the console of a real one, which is asked to stay there. Neither needs
 * interrupts or memory of any kind, so both work from any state.
 */
#include "arch/alpha/alpha.h"

#define KEYBOARD_COMMAND	0x801fc000064ul	/* port 0x64 of hose 0 */
#define   RESET_MACHINE		0xfe		/* pulse the line that resets the machine */

_Noreturn void arch_power_off(void)
{
	alpha_stay_halted();
	for (;;)
		__asm__ volatile("call_pal %0" : : "i"(PAL_HALT) : "memory");
}

/*
 * QEMU ends here when it runs with -no-reboot. Without, it resets the devices and not the CPU, which then goes on in
 * the wait: the halt after it ends the machine all the same.
 */
_Noreturn void arch_reboot(void)
{
	uint64_t start = arch_clock();

	mmio_write8((phys_addr){ KEYBOARD_COMMAND }, RESET_MACHINE);
	while ((uint32_t)(arch_clock() - start) < arch_platform()->clock_hz / 2)
		cpu_relax();
	arch_power_off();
}
