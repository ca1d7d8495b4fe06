/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The OSF/1 PALcode of the model, in kernel mode from SWPPAL on: entry points, and the functions that QEMU does not
 * make itself. There is no user mode behind it, and a trap within PALmode is the end.
 *
 * Source: Alpha Architecture Reference Manual, OSF/1 PALcode; offsets of entries are QEMU's own (target/alpha).
 */
#include "arch/alpha/pal.h"
#include "tests/models/srm/palmode.inc"

#define VECTOR_CLOCK		0x600
#define VECTOR_MACHINE_CHECK	0x670
#define LOGOUT			0x8000	/* physical: AT_LOGOUT of model.h */
#define   LOGOUT_SIZE		0xc8
#define   LOGOUT_SYSTEM		0xa0
#define   LOGOUT_EXC_ADDR	0x58

	.section .text.osf, "ax", @progbits
	.globl	osf_pal
	.align	15
osf_pal:
	br	$31, osf_pal

/*
 * deliver: to the entry point in $12, with $8 to $10 as its arguments, $13 as the new PS; $11 is the PC to come back
 * to.
 */
	.org	0x080
	br	$31, machine_check
	.org	0x100
	br	$31, interprocessor
	.org	0x180
	br	$31, clock
	.org	0x200
	br	$31, device

	.macro	fault offset, entry, past
	.org	\offset
	mfpr	8, PR_ARGUMENTS
	mfpr	9, (PR_ARGUMENTS + 1)
	mfpr	10, (PR_ARGUMENTS + 2)
	mfpr	11, PR_EXC_ADDR
	lda	$11, \past($11)
	mfpr	12, (PR_ENTRIES + \entry)
	mfpr	13, PR_PS
	br	$31, deliver
	.endm
	.macro	instruction offset, cause
	.org	\offset
	lda	$8, \cause($31)
	br	$31, instruction_fault
	.endm

	fault	0x280, ENT_MM, 0
	fault	0x300, ENT_UNA, 4
	instruction 0x380, IF_OPCDEC
	fault	0x400, ENT_ARITH, 0
	instruction 0x480, IF_FEN

/* Functions that are not there, and in their places those that are. */
	.macro	unknown from, count
number = 0
	.rept	\count
	.org	\from + 64 * number
	lda	$8, IF_OPCDEC($31)
	br	$31, instruction_fault
number = number + 1
	.endr
	.endm
	.macro	privileged number, to
	.org	0x1000 + 64 * \number
	br	$31, \to
	.endm

	privileged PAL_HALT, halt
	unknown	0x1040, 8
	privileged 0x09, nothing		/* CSERVE */
	privileged 0x0a, no_swppal
	unknown	0x12c0, 2
	privileged PAL_WRIPIR, wripir
	unknown	0x1380, 2
	privileged PAL_RDMCES, rdmces
	privileged PAL_WRMCES, wrmces
	unknown	0x1480, 25
	privileged 0x2b, wrfen
	unknown	0x1b00, 7
	privileged 0x33, tbi
	privileged PAL_WRENT, wrent
	unknown	0x1d40, 2
	privileged PAL_WRKGP, wrkgp
	unknown	0x1e00, 1
	privileged 0x39, nothing		/* WRPERFMON */
	unknown	0x1e80, 5
	privileged PAL_RTI, rti

	.macro	unprivileged number, cause
	.org	0x2000 + 64 * (\number - 0x80)
	lda	$8, \cause($31)
	br	$31, instruction_fault
	.endm
	unprivileged PAL_BPT, IF_BPT
	unprivileged PAL_BUGCHK, IF_BUGCHK
	unknown	0x2080, 40
	unprivileged PAL_GENTRAP, IF_GENTRAP
	unknown	0x2ac0, 21

	.org	0x3000
instruction_fault:
	mov	$31, $9
	mov	$31, $10
	mfpr	11, PR_EXC_ADDR
	mfpr	12, (PR_ENTRIES + ENT_IF)
	mfpr	13, PR_PS
deliver:
	blbs	$11, fatal
	beq	$12, fatal
	mfpr	14, PR_PS
	lda	$30, -PAL_FRAME_SIZE($30)
	stq	$14, PAL_FRAME_PS($30)
	stq	$11, PAL_FRAME_PC($30)
	stq	$29, PAL_FRAME_GP($30)
	stq	$16, PAL_FRAME_A0($30)
	stq	$17, PAL_FRAME_A1($30)
	stq	$18, PAL_FRAME_A2($30)
	mov	$8, $16
	mov	$9, $17
	mov	$10, $18
	mfpr	29, PR_KGP
	mtpr	13, PR_PS
	mtpr	12, PR_EXC_ADDR
	hw_return

/* In PALmode itself, or before the entry points were set. */
fatal:	mov	$11, $16
	mov	$12, $17
	br	$9, 1f
	.align	3
	.quad	stack_top
	.quad	osf_fatal
1:	addq	$9, 7, $9
	bic	$9, 7, $9
	ldq	$30, 0($9)
	ldq	$27, 8($9)
	jsr	$26, ($27), 0

halt:	br	$9, 1f
	.align	3
	.quad	stack_top
	.quad	judge
1:	addq	$9, 7, $9
	bic	$9, 7, $9
	ldq	$30, 0($9)
	ldq	$27, 8($9)
	jsr	$26, ($27), 0

/* A second one while the first is not acknowledged is the end. */
machine_check:
	mfpr	11, PR_EXC_ADDR
	lda	$11, 4($11)
	mfpr	8, PR_MCES
	mov	$31, $12
	blbs	$8, fatal
	bis	$8, 1, $8
	mtpr	8, PR_MCES
	lda	$10, -1024($31)
	sll	$10, 32, $10
	ldah	$10, (LOGOUT >> 16) + 1($10)
	lda	$10, LOGOUT - 0x10000($10)
	lda	$8, LOGOUT_SIZE($31)
	stq	$8, 0($10)
	lda	$8, LOGOUT_SYSTEM($31)
	sll	$8, 32, $8
	lda	$8, 0x18($8)
	stq	$8, 8($10)
	lda	$8, 0x98($31)
	stq	$8, 16($10)
	mfpr	8, PR_EXC_ADDR
	stq	$8, LOGOUT_EXC_ADDR($10)
	lda	$8, INT_MACHINE_CHECK($31)
	lda	$9, VECTOR_MACHINE_CHECK($31)
	mfpr	12, (PR_ENTRIES + ENT_INT)
	lda	$13, IPL_NONE($31)
	br	$31, deliver

/* $14: the Cchip, 0xfffffd01a0000000. */
	.macro	cchip
	lda	$14, -768($31)
	sll	$14, 4, $14
	lda	$14, 0x1a($14)
	sll	$14, 28, $14
	.endm

interprocessor:
	cchip
	lda	$8, 0x100($31)
	stq	$8, 0x80($14)
	mb
	mov	$31, $8
	mov	$31, $9
	lda	$13, 6($31)
	br	$31, interrupt
clock:	cchip
	lda	$8, 0x10($31)
	stq	$8, 0x80($14)
	mb
	lda	$8, INT_CLOCK($31)
	lda	$9, VECTOR_CLOCK($31)
	lda	$13, 5($31)
interrupt:
	mov	$31, $10
	mfpr	11, PR_EXC_ADDR
	mfpr	12, (PR_ENTRIES + ENT_INT)
	br	$31, deliver

/* The lowest line that asks. The ISA controllers, on line 55, say themselves which of theirs it is. */
device:	cchip
	ldq	$8, 0x280($14)
	beq	$8, nothing
	mov	$31, $9
1:	blbs	$8, 2f
	srl	$8, 1, $8
	addq	$9, 1, $9
	br	$31, 1b
2:	subq	$9, 55, $8
	beq	$8, 3f
	sll	$9, 4, $9
	lda	$9, 0x900($9)
	br	$31, 4f
3:	lda	$10, 0x58($31)
	sll	$10, 24, $10
	addq	$14, $10, $10
	ldl	$9, 0($10)
	and	$9, 15, $9
	sll	$9, 4, $9
	lda	$9, 0x800($9)
4:	lda	$8, INT_DEVICE($31)
	lda	$13, 4($31)
	br	$31, interrupt

nothing:
	hw_return
no_swppal:
	lda	$0, 1($31)
	hw_return
wripir:	cchip
	lda	$8, 0x1000($31)
	sll	$8, $16, $8
	stq	$8, 0x80($14)
	mb
	hw_return
rdmces:	mfpr	0, PR_MCES
	hw_return
wrmces:	mfpr	8, PR_MCES
	and	$16, 7, $9
	bic	$8, $9, $8
	and	$8, 7, $8
	and	$16, 0x18, $9
	bis	$8, $9, $8
	mtpr	8, PR_MCES
	hw_return
wrfen:	and	$16, 1, $8
	mtpr	8, PR_FEN
	hw_return
tbi:	mtpr	31, PR_TBIA
	hw_return
wrkgp:	mtpr	16, PR_KGP
	hw_return
wrent:	.irp	number, 0,1,2,3,4,5
	subq	$17, \number, $8
	bne	$8, 1f
	mtpr	16, (PR_ENTRIES + \number)
1:
	.endr
	hw_return
rti:	ldq	$8, PAL_FRAME_PS($30)
	ldq	$9, PAL_FRAME_PC($30)
	ldq	$29, PAL_FRAME_GP($30)
	ldq	$16, PAL_FRAME_A0($30)
	ldq	$17, PAL_FRAME_A1($30)
	ldq	$18, PAL_FRAME_A2($30)
	lda	$30, PAL_FRAME_SIZE($30)
	and	$8, 7, $8
	mtpr	8, PR_PS
	bic	$9, 3, $9
	mtpr	9, PR_EXC_ADDR
	hw_return

/* From the VMS half, in PALmode: floating point as the control block says is off. */
	.text
	.globl	switch_to_osf
	.align	4
switch_to_osf:
	br	$9, 1f
	.align	3
	.quad	osf_pal
1:	addq	$9, 7, $9
	bic	$9, 7, $9
	ldq	$8, 0($9)
	mtpr	8, PR_PALBR
	lda	$8, PS_KERNEL($31)
	mtpr	8, PR_PS
	mtpr	31, PR_FEN
	mtpr	31, PR_MCES
	.irp	number, 0,1,2,3,4,5
	mtpr	31, (PR_ENTRIES + \number)
	.endr
	mtpr	31, PR_TBIA
	ret	$31, ($26), 1

	.section .note.GNU-stack, "", @progbits
