/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Going back to the console firmware: a halt enters SRM, which reads in the CPU's slot of the HWRPB what it shall do
 * then. Its memory is spared in any case, as the descriptors name it (memory.c).
 *
 * Source: Alpha Architecture Reference Manual, the HWRPB; Linux arch/alpha/kernel/process.c for the halt request.
 */
#include "arch/alpha/alpha.h"

static bool kept;

const char *arch_keep_firmware(void)
{
	uint64_t flags;

	if (alpha_booted_by_qemu())
		return "QEMU's PALcode has no console to go back to: a halt switches the machine off";
	if (alpha_booted_by_own_palcode())
		return "busproof's own PALcode has started it, and there is no console firmware to go back to";
	if (!hwrpb_read(alpha_slot() + SLOT_FLAGS, &flags))
		return "there is no HWRPB, and so no console firmware that is known";
	kept = true;
	return NULL;
}

/* Whatever the console is told to do at a halt: a program that it boots again and again is never seen to have ended. */
void alpha_stay_halted(void)
{
	uint64_t slot = alpha_slot();
	uint64_t flags;

	if (!alpha_booted_by_qemu() && !alpha_booted_by_own_palcode() && hwrpb_read(slot + SLOT_FLAGS, &flags))
		hwrpb_write(slot + SLOT_FLAGS, (flags & ~(FLAG_BOOTING | HALT_REQUEST)) | HALT_STAY);
}

bool arch_return(void)
{
	if (!kept)
		return false;
	pal_swpipl(IPL_NONE);
	alpha_stay_halted();
	for (;;)
		__asm__ volatile("call_pal %0" : : "i"(PAL_HALT) : "memory");
}
