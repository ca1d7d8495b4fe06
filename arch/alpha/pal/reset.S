/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instructions of every CPU, in PALmode, and the last ones: CPU 0 goes on in C (start.c), all others stay
 * here for good. A halt switches the machine off, as there is no console.
 *
 * Source: measured on QEMU; QEMU hw/alpha/dp264.c, clipper_init(), for what CPU 0 is told.
 */
#include "arch/alpha/pal.h"
#include "arch/alpha/pal/cpu.inc"

	.set	noat
	.text

	.globl	pal_reset
pal_reset:
	lda	p2, IPL_NONE($31)
	hw_mtpr	p2, PR_PS
	br	$27, 1f
1:	ldgp	$29, 0($27)
	begin_osf
	hw_mtpr	$31, PR_DYING
	own_number p2
	hw_mtpr	p2, PR_WHAMI
	sll	p2, 8, p3
	lda	p4, pal_logout
	addq	p4, p3, p4
	hw_mtpr	p4, PR_LOGOUT
	bne	p2, others

	hw_mfpr	$16, PR_TRAP_ARG0
	hw_mfpr	$17, PR_TRAP_ARG1
	hw_mfpr	$18, PR_TRAP_ARG2
	lda	$30, pal_stack_top
	lda	$27, pal_start
	mov	$31, $26
	hw_ret	($27)

others:
	sleep	p2, p3, p4
	br	$31, others

	/* $16 the address, $17 the control block. */
	.globl	pal_enter
pal_enter:
	mov	$17, $18
	mov	$16, $17
	lda	$16, SWPPAL_OSF
	lda	$19, VPTB >> 32
	sll	$19, 32, $19
	call_pal PAL_SWPPAL

	/* QEMU goes on for a while. */
	.globl	pal_halt, pal_power_off
pal_halt:
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
