/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry points of QEMU's PALmode while the VMS PALcode is said to be there: reset, and everything else told to C.
 *
 * Offsets of entries are QEMU's own (target/alpha).
 */
#include "tests/models/srm/palmode.inc"

	.section .text.pal, "ax", @progbits
	.globl	_start
	.align	15
_start:
	br	$31, reset

	.macro	entry offset, kind
	.org	\offset
	mtpr	16, PR_FREE
	lda	$16, \kind($31)
	br	$31, trap
	.endm
	entry	0x080, 1
	entry	0x100, 2
	entry	0x180, 10
	entry	0x200, 2
	entry	0x280, 3
	entry	0x300, 4
	entry	0x380, 5
	entry	0x400, 6
	entry	0x480, 7
	number = 0
	.rept	0x40
	.org	0x1000 + 64 * number
	mtpr	16, PR_FREE
	lda	$16, 8($31)
	br	$31, trap
	number = number + 1
	.endr
	number = 0
	.rept	0x40
	.org	0x2000 + 64 * number
	mtpr	16, PR_FREE
	lda	$16, 8 - (number == 0x3e)($31)
	br	$31, trap
	number = number + 1
	.endr
	.org	0x3000

	.align	3
	nop
	.globl	trap
trap:	br	$9, 1f
	.quad	frame
	.quad	stack_top
	.quad	model_trap
1:	ldq	$8, 0($9)
	stq	$16, (8 * 36)($8)
	mfpr	16, PR_FREE
	.irp	number, 0,1,2,3,4,5,6,7,15,16,17,18,19,20,21,22,23,24,26,27,28,29,30
	stq	$\number, (8 * \number)($8)
	.endr
	.irp	number, 8,9,10,11,12,13,14
	mfpr	16, (PR_SHADOW + \number - 8)
	stq	$16, (8 * \number)($8)
	.endr
	mfpr	16, (PR_SHADOW + 7)
	stq	$16, (8 * 25)($8)
	.irp	number, 0,1,2,3
	mfpr	16, (PR_ARGUMENTS + \number)
	stq	$16, (8 * (32 + \number))($8)
	.endr
	ldq	$30, 8($9)
	mov	$8, $16
	ldq	$27, 16($9)
	jsr	$26, ($27), 0
	.align	3
	nop
	br	$9, 2f
	.quad	frame
2:	ldq	$8, 0($9)
	ldq	$16, (8 * 35)($8)
	mtpr	16, PR_EXC_ADDR
	.irp	number, 8,9,10,11,12,13,14
	ldq	$16, (8 * \number)($8)
	mtpr	16, (PR_SHADOW + \number - 8)
	.endr
	ldq	$16, (8 * 25)($8)
	mtpr	16, (PR_SHADOW + 7)
	.irp	number, 0,1,2,3,4,5,6,7,15,16,17,18,19,20,21,22,23,24,26,27,28,29,30
	ldq	$\number, (8 * \number)($8)
	.endr
	hw_return

/*
 * Only the first CPU goes on: each reads its own number from the Cchip. The others are the console's to the end: they
 * sleep until an interrupt comes, and take it back.
 */
	.align	3
	nop
reset:	br	$9, 1f
	.quad	stack_top
	.quad	model_main
	.quad	0xfffffd01a0000080
1:	lda	$11, PS_KERNEL($31)
	mtpr	11, PR_PS
	ldq	$12, 16($9)
	ldq	$10, 0($12)
	and	$10, 3, $10
	beq	$10, 4f
	lda	$11, (MISC_CLOCK | MISC_INTERPROCESSOR)($31)
	sll	$11, $10, $11
2:	mtpr	31, PR_WAIT
	stq	$11, 0($12)
	mb
	br	$31, 2b

4:	mfpr	16, PR_ARGUMENTS
	mfpr	17, (PR_ARGUMENTS + 2)
	ldq	$30, 0($9)
	ldq	$27, 8($9)
	jsr	$26, ($27), 0
3:	br	$31, 3b

/* enter(pc, sp, ptbr, vptb): into user mode, with nothing in the registers that a program could take for something. */
	.globl	enter
	.align	4
enter:
	mtpr	18, PR_PTBR
	mtpr	19, PR_VPTB
	mtpr	31, PR_TBIA
	mtpr	31, PR_FEN
	lda	$1, PS_USER($31)
	mtpr	1, PR_PS
	mtpr	16, PR_EXC_ADDR
	mov	$17, $30
	lda	$0, 0x5bad($31)
	sll	$0, 40, $0
	.irp	number, 0,1,2,3,4,5,6,7
	mtpr	0, (PR_SHADOW + \number)
	.endr
	.irp	number, 1,2,3,4,5,6,7,15,16,17,18,19,20,21,22,23,24,26,27,28,29
	mov	$0, $\number
	.endr
	hw_return

	.globl	flush_translations
	.align	4
flush_translations:
	mtpr	31, PR_TBIA
	ret	$31, ($26), 1

/* Of the image, from the next instruction on that is its own. */
	.globl	set_status
	.align	4
set_status:
	mtpr	16, PR_PS
	ret	$31, ($26), 1

/* Nanoseconds since QEMU has started. */
	.globl	nanoseconds
	.align	4
nanoseconds:
	mfpr	0, PR_TIME
	ret	$31, ($26), 1

	.globl	power_off
	.align	4
power_off:
	mtpr	31, PR_HALT
	br	$31, power_off

	.section .bss
	.align	4
frame:	.skip	8 * 40
	.skip	65536
	.globl	stack_top
stack_top:

	.section .note.GNU-stack, "", @progbits
