/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The six entry points that PALcode jumps to: save every register, tell alpha_trap() (trap.c), restore, return.
 *
 * PALcode has pushed PS, PC and $29 and $16 to $18 of the interrupted code, set $29 to our gp, and put what it knows
 * into $16 to $18; all other registers are still those of the interrupted code. An exception to that is QEMU's
 * PALcode after a machine check: its $1 (t0) is the reason of the machine check, the true value is lost.
 */
#include "arch/alpha/pal.h"

#define SAVED_SIZE	(8 * SAVED_COUNT)

	.set	noat
	.text

	.macro	entry_point name, number
	.globl	\name
	.align	4
\name:
	lda	$30, -SAVED_SIZE($30)
	stq	$0, 0($30)
	lda	$0, \number
	br	$31, save_and_tell
	.endm

	entry_point entInt, ENT_INT
	entry_point entArith, ENT_ARITH
	entry_point entMM, ENT_MM
	entry_point entIF, ENT_IF
	entry_point entUna, ENT_UNA
	entry_point entSys, ENT_SYS

	.macro	copy_from_pal_frame offset, slot
	ldq	$1, (SAVED_SIZE + \offset)($30)
	stq	$1, (8 * (\slot))($30)
	.endm

	.align	4
save_and_tell:
	.irp	number, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,19,20,21,22,23,24,25,26,27,28
	stq	$\number, (8 * \number)($30)
	.endr
	stq	$16, (8 * (SAVED_ARGUMENTS + 0))($30)
	stq	$17, (8 * (SAVED_ARGUMENTS + 1))($30)
	stq	$18, (8 * (SAVED_ARGUMENTS + 2))($30)
	copy_from_pal_frame PAL_FRAME_A0, 16
	copy_from_pal_frame PAL_FRAME_A1, 17
	copy_from_pal_frame PAL_FRAME_A2, 18
	copy_from_pal_frame PAL_FRAME_GP, 29
	copy_from_pal_frame PAL_FRAME_PC, SAVED_PC
	copy_from_pal_frame PAL_FRAME_PS, SAVED_PS
	lda	$1, (SAVED_SIZE + PAL_FRAME_SIZE)($30)
	stq	$1, (8 * 30)($30)

	mov	$0, $16
	mov	$30, $17
	lda	$27, alpha_trap
	jsr	$26, ($27), alpha_trap

	.irp	number, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,19,20,21,22,23,24,25,26,27,28
	ldq	$\number, (8 * \number)($30)
	.endr
	lda	$30, SAVED_SIZE($30)
	call_pal PAL_RTI

	.section .note.GNU-stack, "", @progbits
