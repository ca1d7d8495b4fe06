/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's PALmode for assembly: its instructions, which are written as numbers so that no assembler needs to know them,
 * and its processor registers. In PALmode $8 to $14 and $25 are others than the interrupted code's.
 *
 * Source: QEMU, target/alpha.
 */
	.set	noat
	.set	noreorder

	.macro	mfpr ra, number
	.long	(0x19 << 26) | (\ra << 21) | (31 << 16) | \number
	.endm
	.macro	mtpr rb, number
	.long	(0x1d << 26) | (31 << 21) | (\rb << 16) | \number
	.endm
	.macro	hw_return
	.long	(0x1e << 26) | (31 << 21) | (31 << 16)
	.endm

#define PR_PS		0
#define   PS_USER	0x0f	/* user mode, no interrupts */
#define   PS_KERNEL	0x07
#define PR_FEN		1
#define PR_ARGUMENTS	3	/* three */
#define PR_EXC_ADDR	6
#define PR_PALBR	7
#define PR_PTBR		8
#define PR_VPTB		9
#define PR_SHADOW	32	/* $8 to $14, then $25 of the interrupted code */
#define PR_FREE		40
#define PR_ENTRIES	41	/* six: those of WRENT, in its order */
#define PR_KGP		47
#define PR_MCES		48
#define PR_HALT		252
#define PR_TBIA		255
