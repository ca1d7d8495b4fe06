/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What arch_hold_registers() (arch/arch.h, mmio.c) does, with a virtual address: does an interrupt leave every
 * register as it was?
 *
 * The numbers of registers are the CPU's, plus 1. $28 is not filled, but holds the flag between its load and the
 * branch; $30 must lead to the stack at any time, and $31 is 0.
 */
#include "arch/alpha/kept.inc"

	.set	noat
	.text

#define FRAME	112

	/* A value with bits in both halves, different in each register. */
	.macro	fill number
	lda	$\number, (\number + 65)($31)
	sll	$\number, 40, $\number
	bis	$\number, (\number + 65), $\number
	.endm

	.macro	compare number
	lda	$17, (\number + 65)($31)
	sll	$17, 40, $28
	bis	$28, $17, $28
	lda	$17, (\number + 1)($31)
	subq	$28, $\number, $28
	bne	$28, done
	.endm

	.globl	alpha_hold_registers
	.align	4
alpha_hold_registers:
	lda	$30, -FRAME($30)
	save_kept $30
	stq	$26, 56($30)
	stq	$29, 64($30)
	stq	$16, 72($30)
	stq	$17, 80($30)
	stq	$18, 88($30)
	stq	$19, 96($30)
	.irp	number, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,18,19,20,21,22,23,24,25,26,27,29
	fill	\number
	.endr

	ldl	$28, 0($16)
	lda	$18, -1($31)
	bne	$28, give_up
	fill	18
	ldq	$28, 88($30)
	ldq	$17, 96($30)
	beq	$28, 3f
	mb
	stq	$17, 0($28)
	mb
3:	ldq	$17, 80($30)
1:	ldl	$28, 0($16)
	bne	$28, 2f
	subq	$17, 1, $17
	bne	$17, 1b
	lda	$18, -2($31)
give_up:
	mov	$18, $17
	br	$31, done

2:	.irp	number, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,18,19,20,21,22,23,24,25,26,27,29
	compare	\number
	.endr
	ldq	$28, 72($30)
	lda	$17, 17($31)
	subq	$28, $16, $28
	bne	$28, done
	mov	$31, $17

done:
	mov	$17, $0
	load_kept $30
	.irp	number, 1,2,3,4,5,6,7,8,18,19,20,21,22,23,24,25
	ornot	$31, $\number, $\number
	.endr
	ldq	$26, 56($30)
	ldq	$29, 64($30)
	lda	$30, FRAME($30)
	ret	$31, ($26), 1

	.section .note.GNU-stack, "", @progbits
