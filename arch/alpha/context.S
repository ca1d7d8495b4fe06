/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch_save_context() and arch_resume_context(): the registers that a function must preserve, and the way back.
 *
 * The words of struct arch_context: $9 to $15, $26 (the return address), $29 (gp), $30 (the stack pointer). Whoever
 * resumes comes out of a trap that is never returned from, so interrupts are turned off here: busproof runs with them
 * off, and the trap may have come while they were on.
 */
#include "arch/alpha/kept.inc"
#include "arch/alpha/pal.h"

	.set	noat
	.text

	.globl	arch_save_context
	.align	4
arch_save_context:
	save_kept $16
	stq	$26, 56($16)
	stq	$29, 64($16)
	stq	$30, 72($16)
	mov	$31, $0
	ret	$31, ($26), 1

	.globl	arch_resume_context
	.align	4
arch_resume_context:
	mov	$16, $9
	lda	$16, IPL_NONE
	call_pal PAL_SWPIPL
	mov	$9, $16
	load_kept $16
	ldq	$26, 56($16)
	ldq	$29, 64($16)
	ldq	$30, 72($16)
	lda	$0, 1
	ret	$31, ($26), 1

	.section .note.GNU-stack, "", @progbits
