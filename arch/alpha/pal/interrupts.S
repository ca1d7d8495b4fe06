/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts to entInt, as a DP264's OSF/1 PALcode delivers them: the clock's and those of other CPUs are acknowledged
 * here, and a device's is named by the lowest of its Cchip's lines, or by its number at the 8259s.
 *
 * The line is found bit by bit: only from EV67 on has a CPU the instruction that counts zeroes (CIX).
 *
 * Source: Alpha Architecture Reference Manual, OSF/1 PALcode: interrupts; 21272 Hardware Reference Manual, MISC, DIR.
 */
#include "arch/alpha/pal.h"
#include "arch/alpha/pal/palmode.h"

	.set	noat
	.text

	/* Clears this CPU's bit of four in MISC. */
	.macro	acknowledge first_bit
	hw_mfpr	p2, PR_WHAMI
	lda	p3, 1($31)
	sll	p3, p2, p3
	sll	p3, \first_bit, p3
	cchip	p2
	hw_stq/p p3, MISC(p2)
	.endm

	.macro	to_kernel level, cause
	hw_mfpr	p1, PR_EXC_ADDR
	lda	p3, \level($31)
	lda	p4, \cause($31)
	mov	$31, p6
	hw_mfpr	p7, PR_ENT + ENT_INT
	br	$31, pal_deliver
	.endm

	.globl	pal_clock
pal_clock:
	acknowledge MISC_CLOCK_BIT
	lda	p5, VECTOR_CLOCK($31)
	to_kernel LEVEL_CLOCK, INT_CLOCK

	.globl	pal_interprocessor
pal_interprocessor:
	acknowledge MISC_IPI_BIT
	lda	p5, VECTOR_INTERPROCESSOR($31)
	to_kernel LEVEL_INTERPROCESSOR, INT_INTERPROCESSOR

	.globl	pal_device
pal_device:
	hw_mfpr	p2, PR_WHAMI
	cchip	p3
	blbc	p2, 1f
	lda	p3, DIR_OF_ODD(p3)
1:	srl	p2, 1, p2
	blbc	p2, 2f
	lda	p3, DIR_OF_UPPER(p3)
2:	hw_ldq/p p2, DIR(p3)
	beq	p2, gone
	mov	$31, p3
3:	blbs	p2, 4f
	srl	p2, 1, p2
	lda	p3, 1(p3)
	br	$31, 3b
4:	cmpeq	p3, DRIR_ISA, p2
	bne	p2, 5f
	sll	p3, 4, p3
	lda	p5, VECTOR_DEVICE(p3)
	to_kernel LEVEL_DEVICE, INT_DEVICE

5:	iack	p3
	hw_ldl/p p3, 0(p3)
	and	p3, 0xff, p3
	sll	p3, 4, p3
	lda	p5, VECTOR_ISA(p3)
	to_kernel LEVEL_DEVICE, INT_DEVICE

	/* The request has fallen before we came to look. */
gone:
	hw_mfpr	p1, PR_EXC_ADDR
	hw_ret	(p1)

	.section .note.GNU-stack, "", @progbits
