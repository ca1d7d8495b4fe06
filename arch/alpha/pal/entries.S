/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The places that the CPU jumps to, by their offset from the start of the PALcode: one for each event, and one for each
 * CALL_PAL. What is done there is in the other files.
 *
 * There are none for a miss of the translation buffer, as QEMU walks the page tables by itself; and those CALL_PALs
 * that it does by itself (swpipl, rdps, whami and more) never come here.
 *
 * Source: measured on QEMU; QEMU target/alpha/cpu.h (EXCP_*). The 21264 has other offsets.
 */
#include "arch/alpha/pal.h"

	.set	noat
	.section .text.entries, "ax", @progbits
	.globl	pal_base
pal_base:
	.macro	entry offset, target
	.org	\offset
	br	$31, \target
	.endm

	entry	0x000, pal_reset
	entry	0x080, pal_machine_check
	entry	0x100, pal_interprocessor
	entry	0x180, pal_clock
	entry	0x200, pal_device
	entry	0x280, pal_memory_fault
	entry	0x300, pal_unaligned
	entry	0x380, pal_illegal
	entry	0x400, pal_arithmetic
	entry	0x480, pal_fp_disabled

#define PRIVILEGED	0x1000
#define UNPRIVILEGED	0x2000
#define SLOT_SIZE	64
#define SLOTS		64

	/* From the slot after the last one to number: all illegal instructions. */
	.macro	up_to base, number
	.rept	\number - slot
	entry	\base + SLOT_SIZE * slot, pal_call_none
	slot = slot + 1
	.endr
	.endm

	.macro	call number, target
	up_to	PRIVILEGED, \number
	entry	PRIVILEGED + SLOT_SIZE * (\number), \target
	slot = \number + 1
	.endm

	.macro	user_call number, target
	up_to	UNPRIVILEGED, \number - 0x80
	entry	UNPRIVILEGED + SLOT_SIZE * (\number - 0x80), \target
	slot = \number - 0x80 + 1
	.endm

	slot = 0
	call	PAL_HALT, pal_halt
	call	PAL_SWPPAL, pal_swppal
	call	PAL_WRIPIR, pal_wripir
	call	PAL_RDMCES, pal_rdmces
	call	PAL_WRMCES, pal_wrmces
	call	PAL_WRFEN, pal_wrfen
	call	PAL_SWPCTX, pal_swpctx
	call	PAL_TBI, pal_tbi
	call	PAL_WRENT, pal_wrent
	call	PAL_WRKGP, pal_wrkgp
	call	PAL_WRPERFMON, pal_wrperfmon
	call	PAL_RETSYS, pal_retsys
	call	PAL_RTI, pal_rti
	up_to	PRIVILEGED, SLOTS

	slot = 0
	user_call PAL_BPT, pal_bpt
	user_call PAL_BUGCHK, pal_bugchk
	user_call PAL_CALLSYS, pal_callsys
	user_call PAL_GENTRAP, pal_gentrap
	up_to	UNPRIVILEGED, SLOTS

	.section .note.GNU-stack, "", @progbits
