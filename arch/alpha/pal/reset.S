/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instructions of every CPU, in PALmode: CPU 0 goes on in C (start.c), all others stay here for good.
 *
 * A parked CPU sleeps until an interrupt comes to it: the clock's, which the Cchip sends to all, and one that another
 * CPU sends. Both are taken back at once, so that it sleeps again and does not keep the machine busy.
 *
 * Source: measured on QEMU; QEMU hw/alpha/dp264.c, clipper_init(), for what CPU 0 is told.
 */
#include "arch/alpha/pal.h"
#include "arch/alpha/pal/palmode.h"

	.set	noat
	.text

	.globl	pal_reset
pal_reset:
	lda	p2, IPL_NONE($31)
	hw_mtpr	p2, PR_PS
	br	$27, 1f
1:	ldgp	$29, 0($27)
	.irp	number, ENT_INT, ENT_ARITH, ENT_MM, ENT_IF, ENT_UNA, ENT_SYS
	hw_mtpr	$31, PR_ENT + \number
	.endr
	hw_mtpr	$31, PR_MCES
	hw_mtpr	$31, PR_DYING
	cchip	p2
	hw_ldq/p p2, MISC(p2)
	and	p2, MISC_CPU, p2
	hw_mtpr	p2, PR_WHAMI
	sll	p2, 8, p3
	lda	p4, pal_logout
	addq	p4, p3, p4
	hw_mtpr	p4, PR_LOGOUT
	bne	p2, park

	hw_mfpr	$16, PR_TRAP_ARG0
	hw_mfpr	$17, PR_TRAP_ARG1
	hw_mfpr	$18, PR_TRAP_ARG2
	lda	$30, pal_stack_top
	lda	$27, pal_start
	mov	$31, $26
	hw_ret	($27)

park:
	lda	p3, (1 << MISC_CLOCK_BIT) | (1 << MISC_IPI_BIT)($31)
	sll	p3, p2, p3
	cchip	p4
2:	hw_mtpr	$31, PR_WAIT
	hw_stq/p p3, MISC(p4)
	br	$31, 2b

	/* $16 the address, $17 the control block. */
	.globl	pal_enter
pal_enter:
	mov	$17, $18
	mov	$16, $17
	lda	$16, SWPPAL_OSF
	lda	$19, VPTB >> 32
	sll	$19, 32, $19
	call_pal PAL_SWPPAL

	.globl	pal_power_off
pal_power_off:
	hw_mtpr	$31, PR_POWER
	br	$31, pal_power_off

	.section .bss.stack, "aw", @nobits
	.align	13
	.skip	8192
	.globl	pal_stack_top
pal_stack_top:

	.globl	pal_logout
	.align	8
pal_logout:
	.skip	CPUS_MAX * LOGOUT_STRIDE

	.section .note.GNU-stack, "", @progbits
