/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch_save_context() and arch_resume_context(): the registers that a function must preserve, and the way back.
 *
 * The words of struct arch_context: x19 to x30, sp. Whoever resumes comes out of a trap that is never returned from, so
 * interrupts stay off as they are in a trap.
 */
	.text
	.globl	arch_save_context
	.type	arch_save_context, %function
arch_save_context:
	stp	x19, x20, [x0]
	stp	x21, x22, [x0, #16]
	stp	x23, x24, [x0, #32]
	stp	x25, x26, [x0, #48]
	stp	x27, x28, [x0, #64]
	stp	x29, x30, [x0, #80]
	mov	x1, sp
	str	x1, [x0, #96]
	mov	w0, #0
	ret

	.globl	arch_resume_context
	.type	arch_resume_context, %function
arch_resume_context:
	msr	daifset, #0xf
	ldp	x19, x20, [x0]
	ldp	x21, x22, [x0, #16]
	ldp	x23, x24, [x0, #32]
	ldp	x25, x26, [x0, #48]
	ldp	x27, x28, [x0, #64]
	ldp	x29, x30, [x0, #80]
	ldr	x1, [x0, #96]
	mov	sp, x1
	mov	w0, #1
	ret

	.section .note.GNU-stack, "", %progbits
