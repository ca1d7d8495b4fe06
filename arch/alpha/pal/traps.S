/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events that the program causes, and the machine check: to its entry points, with the frame and the arguments that
 * OSF/1 PALcode gives.
 *
 * In PALmode there is nothing to go back to, and without an entry point nowhere to go to: both end the machine, with a
 * line that says why. So does a machine check while another one is still being handled (MCES<MIP>).
 *
 * Source: Alpha Architecture Reference Manual, OSF/1 PALcode: traps and machine checks; AlphaServer ES40 Service Guide,
 * appendix D (the logout frame).
 */
#include "arch/alpha/pal.h"
#include "arch/alpha/pal/palmode.h"

	.set	noat
	.text

	/*
	 * pal_deliver: p1 is the PC to come back to, p3 the new PS (kernel mode), p4 to p6 what $16 to $18 shall be, p7
	 * the entry point. The stack is the kernel's, the frame that of pal.h.
	 */
	.globl	pal_deliver
pal_deliver:
	beq	p7, no_entry
	hw_mfpr	p0, PR_PS
	and	p0, PS_USER, p2
	beq	p2, 1f
	hw_mtpr	$30, PR_USP
	hw_mfpr	$30, PR_KSP
1:	lda	$30, -PAL_FRAME_SIZE($30)
	stq	p0, PAL_FRAME_PS($30)
	stq	p1, PAL_FRAME_PC($30)
	stq	$29, PAL_FRAME_GP($30)
	stq	$16, PAL_FRAME_A0($30)
	stq	$17, PAL_FRAME_A1($30)
	stq	$18, PAL_FRAME_A2($30)
	hw_mfpr	$29, PR_KGP
	mov	p4, $16
	mov	p5, $17
	mov	p6, $18
	hw_mtpr	p3, PR_PS
	hw_ret	(p7)

	/* Of a trap, whose level stays: the PC is past bytes behind where the CPU says. */
	.macro	trap entry, past=0
	hw_mfpr	p1, PR_EXC_ADDR
	blbs	p1, in_palmode
	lda	p1, \past(p1)
	hw_mfpr	p3, PR_PS
	and	p3, PS_LEVEL, p3
	hw_mfpr	p7, PR_ENT + \entry
	.endm

	.macro	trap_arguments
	hw_mfpr	p4, PR_TRAP_ARG0
	hw_mfpr	p5, PR_TRAP_ARG1
	hw_mfpr	p6, PR_TRAP_ARG2
	.endm

	.macro	instruction_fault cause
	trap	ENT_IF
	lda	p4, \cause($31)
	mov	$31, p5
	mov	$31, p6
	br	$31, pal_deliver
	.endm

	.globl	pal_memory_fault
pal_memory_fault:
	trap_arguments
	trap	ENT_MM
	br	$31, pal_deliver

	.globl	pal_unaligned
pal_unaligned:
	trap_arguments
	trap	ENT_UNA, 4
	br	$31, pal_deliver

	.globl	pal_arithmetic
pal_arithmetic:
	trap_arguments
	trap	ENT_ARITH
	mov	$31, p6
	br	$31, pal_deliver

	/* A CALL_PAL that does not exist is an illegal instruction too. */
	.globl	pal_illegal, pal_call_none
pal_illegal:
pal_call_none:
	instruction_fault IF_OPCDEC

	.globl	pal_fp_disabled
pal_fp_disabled:
	instruction_fault IF_FEN

	.globl	pal_bpt
pal_bpt:
	instruction_fault IF_BPT

	.globl	pal_bugchk
pal_bugchk:
	instruction_fault IF_BUGCHK

	.globl	pal_gentrap
pal_gentrap:
	instruction_fault IF_GENTRAP

	/*
	 * An access that nothing answers, which QEMU raises at the access itself. The kernel goes on behind it. QEMU
	 * tells the virtual address and whether it was a store.
	 */
#define CODE_NO_MEMORY	0x207
#define FRAME_REVISION	1
#define FRAME_MM_STAT	0x50	/* bit 0: a store */
#define FRAME_C_ADDR	0x28	/* physical, without <5:0> */
#define FRAME_EXC_ADDR	0x58
#define FRAME_PAL_BASE	0x78

	.globl	pal_machine_check
pal_machine_check:
	hw_mfpr	p1, PR_EXC_ADDR
	hw_mfpr	p4, PR_TRAP_ARG0
	blbs	p1, in_palmode
	hw_mfpr	p3, PR_MCES
	blbs	p3, second_check
	bis	p3, MCES_MIP, p3
	hw_mtpr	p3, PR_MCES

	hw_mfpr	p6, PR_LOGOUT
	lda	p3, LOGOUT_SIZE($31)
	stq	p3, 0x00(p6)
	lda	p3, LOGOUT_SYSTEM_OFFSET($31)
	sll	p3, 32, p3
	lda	p3, LOGOUT_CPU_OFFSET(p3)
	stq	p3, 0x08(p6)
	lda	p3, FRAME_REVISION($31)
	sll	p3, 32, p3
	lda	p3, CODE_NO_MEMORY(p3)
	stq	p3, 0x10(p6)
	word = LOGOUT_CPU_OFFSET
	.rept	(LOGOUT_SIZE - LOGOUT_CPU_OFFSET) / 8
	stq	$31, word(p6)
	word = word + 8
	.endr
	stq	p1, FRAME_EXC_ADDR(p6)
	hw_mfpr	p3, PR_PALBR
	stq	p3, FRAME_PAL_BASE(p6)
	hw_mfpr	p3, PR_TRAP_ARG1
	and	p3, 1, p3
	stq	p3, FRAME_MM_STAT(p6)

	/* Of KSEG (its <42:41> are 2) the physical address is known without the page tables; bit 40 becomes bit 43. */
	sra	p4, 41, p3
	addq	p3, 2, p3
	bne	p3, 1f
	sll	p4, 64 - 41, p2
	srl	p2, 63, p2
	sll	p2, 43, p2
	sll	p4, 64 - 40, p4
	srl	p4, 64 - 40, p4
	bis	p4, p2, p4
	bic	p4, 0x3f, p4
	stq	p4, FRAME_C_ADDR(p6)

1:	lda	p1, 4(p1)
	lda	p3, LEVEL_MACHINE_CHECK($31)
	lda	p4, INT_MACHINE_CHECK($31)
	lda	p5, VECTOR_MACHINE_CHECK($31)
	hw_mfpr	p7, PR_ENT + ENT_INT
	br	$31, pal_deliver

in_palmode:
	lda	p0, FATAL_IN_PALMODE($31)
	hw_mfpr	p4, PR_TRAP_ARG0
	br	$31, fatal
no_entry:
	lda	p0, FATAL_NO_ENTRY($31)
	br	$31, fatal
second_check:
	lda	p0, FATAL_SECOND_CHECK($31)

	/* p1: where, p4: an address that has to do with it. What goes wrong while this is said is not said. */
fatal:
	hw_mfpr	p2, PR_DYING
	bne	p2, pal_power_off
	lda	p2, 1($31)
	hw_mtpr	p2, PR_DYING
	br	$27, 1f
1:	ldgp	$29, 0($27)
	lda	$30, pal_stack_top
	mov	p0, $16
	mov	p1, $17
	mov	p4, $18
	lda	$27, pal_fatal
	jsr	$26, ($27), pal_fatal

	.section .note.GNU-stack, "", @progbits
