/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only PALmode has, for the assembly files of this folder: QEMU's processor registers, the shadow registers, where
 * our own state is kept, and where the Cchip is.
 *
 * In PALmode $8 to $14 and $25 are other registers than those of the interrupted code, and free here. All others are
 * its own, and stay as they are.
 *
 * Source: measured on QEMU; QEMU target/alpha/translate.c, gen_mfpr() and gen_mtpr(). No 21264 has these registers.
 */
#ifndef PALMODE_H
#define PALMODE_H

#include "arch/alpha/pal/pal_image.h"

#define p0	$8
#define p1	$9
#define p2	$10
#define p3	$11
#define p4	$12
#define p5	$13
#define p6	$14
#define p7	$25

/* Processor registers of QEMU's CPU. */
#define PR_PS		0	/* interrupt priority level in <2:0>, user mode in <3> */
#define   PS_LEVEL	0x7
#define   PS_USER	0x8
#define PR_FEN		1
#define PR_PCC_OFFSET	2
#define PR_TRAP_ARG0	3
#define PR_TRAP_ARG1	4
#define PR_TRAP_ARG2	5
#define PR_EXC_ADDR	6	/* bit 0: it came from PALmode */
#define PR_PALBR	7
#define PR_PTBR		8	/* in bytes */
#define PR_VPTPTR	9
#define PR_UNIQUE	10
#define PR_USP		12
#define PR_POWER	252	/* 0 switches the machine off, after a while */
#define PR_WAIT		253	/* until any interrupt is there, whatever the level */
#define PR_TB_ONE	254	/* forgets the translation of an address */
#define PR_TB_ALL	255

/* Those without a meaning, of which each CPU has its own: what OSF/1 PALcode keeps. */
#define PR_KSP		41	/* the kernel's stack pointer while a user runs */
#define PR_KGP		42
#define PR_PCBB		43	/* physical address of the process control block */
#define PR_MCES		44
#define   MCES_MIP	0x01	/*   a machine check is being handled */
#define   MCES_CLEARED	0x07	/*   by writing 1 */
#define   MCES_KEPT	0x18	/*   as written: no reports of corrected errors */
#define PR_WHAMI	45
#define PR_LOGOUT	46	/* KSEG address of this CPU's logout frame */
#define PR_DYING	47	/* the last words are being said */
#define PR_ENT		48	/* to 53: the entry points, 0 where none is set */

/* The state of a CPU at the end of a trap: its level, and what entInt says of the interrupt. */
#define LEVEL_DEVICE		4
#define LEVEL_CLOCK		5
#define LEVEL_INTERPROCESSOR	6
#define LEVEL_MACHINE_CHECK	7
#define VECTOR_CLOCK		0x600
#define VECTOR_INTERPROCESSOR	0x610
#define VECTOR_MACHINE_CHECK	0x670	/* found by the processor, and not corrected */
#define VECTOR_ISA		0x800
#define VECTOR_DEVICE		0x900

/* Cchip: offsets that fit a physical access, from what cchip loads. */
#define MISC			0x080
#define   MISC_CPU		0x3	/* number of the CPU that reads */
#define   MISC_CLOCK_BIT	4	/* of CPU 0; 1 clears */
#define   MISC_IPI_BIT		8
#define   MISC_IPI_REQUEST_BIT	12
#define DIR			0x280	/* of CPU 0: requests that its mask lets through */
#define   DIR_OF_ODD		0x040
#define   DIR_OF_UPPER		0x400
#define DRIR_ISA		55

	.macro	cchip register
	lda	\register, 0x400d($31)
	sll	\register, 29, \register
	.endm

	/* A read of this address acknowledges an interrupt of the 8259s, and gives its number. */
	.macro	iack register
	ldah	\register, 1($31)
	lda	\register, 0x3f(\register)
	sll	\register, 27, \register
	.endm

#endif
