/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The OSF/1 PALcode of the model, from SWPPAL on, in kernel mode, is busproof's own (arch/alpha/pal). Here is the
 * change to it, and what a console makes of a HALT; of a trap that has nowhere to go see judge.c.
 *
 * Source: Alpha Architecture Reference Manual, SWPPAL; QEMU's processor registers, palmode.h.
 */
#include "arch/alpha/pal.h"
#include "arch/alpha/pal/cpu.inc"

	.set	noat
	.text

/* In PALmode. switch_to_osf(control block, physical; logout frame, in KSEG): the CPU's state. */
	.globl	switch_to_osf
	.align	4
switch_to_osf:
	lda	p2, pal_base
	hw_mtpr	p2, PR_PALBR
	begin_osf
	hw_mtpr	$31, PR_DYING
	own_number p2
	hw_mtpr	p2, PR_WHAMI
	hw_mtpr	$16, PR_PCBB
	hw_mtpr	$17, PR_LOGOUT
	lda	p2, IPL_NONE($31)
	hw_mtpr	p2, PR_PS
	hw_mtpr	$31, PR_FEN
	hw_mtpr	$31, PR_TB_ALL
	ret	$31, ($26), 1

	.globl	pal_halt
pal_halt:
	br	$27, 1f
1:	ldgp	$29, 0($27)
	lda	$30, pal_stack_top
	lda	$27, judge
	jsr	$26, ($27), judge

/* No CPU is reset under it. */
	.globl	pal_reset
pal_reset:
	br	$31, pal_power_off

	.section .note.GNU-stack, "", @progbits
