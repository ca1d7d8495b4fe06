/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry points of QEMU's PALmode while the VMS PALcode is said to be there: reset, and everything else told to C.
 *
 * Offsets of entries are QEMU's own (target/alpha).
 */
#include "arch/alpha/pal.h"
#include "arch/alpha/pal/cpu.inc"
#include "tests/models/srm/status.h"

/* What the image had in registers that are others in PALmode: $8 to $14, then $25. */
#define PR_SHADOW	32
#define PR_FREE		40
#define PR_TIME		249	/* of the virtual machine, in nanoseconds */

	.set	noat
	.set	noreorder

	.section .text.pal, "ax", @progbits
	.globl	_start
	.align	15
_start:
	br	$31, reset

	.macro	entry offset, kind
	.org	\offset
	hw_mtpr	$16, PR_FREE
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
	hw_mtpr	$16, PR_FREE
	lda	$16, 8($31)
	br	$31, trap
	number = number + 1
	.endr
	number = 0
	.rept	0x40
	.org	0x2000 + 64 * number
	hw_mtpr	$16, PR_FREE
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
	.quad	pal_stack_top
	.quad	model_trap
1:	ldq	$8, 0($9)
	stq	$16, (8 * 36)($8)
	hw_mfpr	$16, PR_FREE
	.irp	number, 0,1,2,3,4,5,6,7,15,16,17,18,19,20,21,22,23,24,26,27,28,29,30
	stq	$\number, (8 * \number)($8)
	.endr
	.irp	number, 8,9,10,11,12,13,14
	hw_mfpr	$16, (PR_SHADOW + \number - 8)
	stq	$16, (8 * \number)($8)
	.endr
	hw_mfpr	$16, (PR_SHADOW + 7)
	stq	$16, (8 * 25)($8)
	.irp	number, 0,1,2,3
	hw_mfpr	$16, (PR_TRAP_ARG0 + \number)
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
	hw_mtpr	$16, PR_EXC_ADDR
	.irp	number, 8,9,10,11,12,13,14
	ldq	$16, (8 * \number)($8)
	hw_mtpr	$16, (PR_SHADOW + \number - 8)
	.endr
	ldq	$16, (8 * 25)($8)
	hw_mtpr	$16, (PR_SHADOW + 7)
	.irp	number, 0,1,2,3,4,5,6,7,15,16,17,18,19,20,21,22,23,24,26,27,28,29,30
	ldq	$\number, (8 * \number)($8)
	.endr
	hw_ret	($31)

/*
 * CPU 0, whom QEMU tells of the machine, goes on in C, and all others sleep. Where another one is to boot, it is called
 * by an interrupt, and CPU 0 sleeps then. Nobody is ever started for whom no one has called.
 */
reset:	lda	p3, IPL_NONE($31)
	hw_mtpr	p3, PR_PS
	br	$27, 1f
1:	ldgp	$29, 0($27)
	own_number p2
	bne	p2, asleep
	hw_mfpr	$16, PR_TRAP_ARG0
	hw_mfpr	$17, PR_TRAP_ARG2
	lda	$30, pal_stack_top
	lda	$27, model_main
	jsr	$26, ($27), model_main
asleep:
	sleep	p2, p3, p4
	lda	p3, called
	ldq	p3, 0(p3)
	subq	p3, p2, p3
	bne	p3, asleep
	lda	$30, pal_stack_top
	lda	$27, boot
	jsr	$26, ($27), boot

/* call_cpu(number), of another CPU than this one. */
	.globl	call_cpu
	.align	4
call_cpu:
	lda	p3, called
	stq	$16, 0(p3)
	lda	p3, 1($31)
	sll	p3, $16, p3
	sll	p3, MISC_IPI_REQUEST_BIT, p3
	cchip	p4
	mb
	hw_stq/p p3, MISC(p4)
	own_number p2
	br	$31, asleep

	.data
	.align	3
called:	.quad	0

	.text
/* enter(pc, sp, ptbr, vptb): into user mode, with nothing in the registers that a program could take for something. */
	.globl	enter
	.align	4
enter:
	hw_mtpr	$18, PR_PTBR
	hw_mtpr	$19, PR_VPTPTR
	hw_mtpr	$31, PR_TB_ALL
	hw_mtpr	$31, PR_FEN
	lda	$1, PS_IMAGE($31)
	hw_mtpr	$1, PR_PS
	hw_mtpr	$16, PR_EXC_ADDR
	mov	$17, $30
	lda	$0, 0x5bad($31)
	sll	$0, 40, $0
	.irp	number, 0,1,2,3,4,5,6,7
	hw_mtpr	$0, (PR_SHADOW + \number)
	.endr
	.irp	number, 1,2,3,4,5,6,7,15,16,17,18,19,20,21,22,23,24,26,27,28,29
	mov	$0, $\number
	.endr
	hw_ret	($31)

	.globl	flush_translations
	.align	4
flush_translations:
	hw_mtpr	$31, PR_TB_ALL
	ret	$31, ($26), 1

/* Of the image, from the next instruction on that is its own. */
	.globl	set_status
	.align	4
set_status:
	hw_mtpr	$16, PR_PS
	ret	$31, ($26), 1

/* Nanoseconds since QEMU has started. */
	.globl	nanoseconds
	.align	4
nanoseconds:
	hw_mfpr	$0, PR_TIME
	ret	$31, ($26), 1

	.globl	pal_power_off
	.align	4
pal_power_off:
	hw_mtpr	$31, PR_POWER
	br	$31, pal_power_off

	.section .bss
	.align	4
frame:	.skip	8 * 40
	.skip	65536
	.globl	pal_stack_top
pal_stack_top:

	.section .note.GNU-stack, "", @progbits
