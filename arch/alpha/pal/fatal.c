/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last words of our own PALcode, where a trap has nowhere to go: one line, and the machine is switched off.
 */
#include "arch/alpha/pal/pal_image.h"

static const char *const reasons[] = {
	[FATAL_IN_PALMODE] = "a trap in PALcode itself",
	[FATAL_NO_ENTRY] = "a trap before wrent has set its entry point",
	[FATAL_SECOND_CHECK] = "a machine check while another one is being handled (MCES<MIP>)",
};

_Noreturn void pal_fatal(uint64_t reason, uint64_t pc, uint64_t address)
{
	pal_print("\nPALcode: ");
	pal_print(reasons[reason]);
	pal_print(", PC ");
	pal_print_hex(pc);
	pal_print(", argument ");
	pal_print_hex(address);
	pal_print(": the machine is switched off\n");
	pal_power_off();
}
