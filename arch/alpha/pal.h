/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the OSF/1 PALcode and the port agree on: CALL_PAL numbers, entry points, the shape of saved registers. Read by
 * C and by assembly.
 *
 * The functions may destroy $1 and $22 to $25 besides their own arguments.
 *
 * Source: Alpha Architecture Reference Manual, OSF/1 PALcode; QEMU's values measured.
 */
#ifndef ALPHA_PAL_H
#define ALPHA_PAL_H

#define PAL_HALT	0x00
#define PAL_DRAINA	0x02	/* wait until all earlier accesses can no longer fail */
#define PAL_SWPPAL	0x0a	/* to PALcode of variant $16, at $17, with control block $18 and VPTB $19 */
#define   SWPPAL_OSF	2
#define PAL_WRIPIR	0x0d	/* interrupt CPU number $16 */
#define PAL_RDMCES	0x10
#define PAL_WRMCES	0x11
#define   MCES_REPORTS	0x07	/*   machine check, corrected system, corrected processor error: 1 clears */
#define PAL_WRFEN	0x2b	/* floating point on or off */
#define PAL_SWPCTX	0x30	/* to the process of control block $16; the old one in $0 */
#define PAL_TBI		0x33	/* invalidate translations */
#define PAL_WRENT	0x34	/* entry point $17 becomes $16 */
#define PAL_SWPIPL	0x35	/* interrupt priority level becomes $16; the old one in $0 */
#define   IPL_ALL	0	/*   every interrupt is taken */
#define   IPL_DEVICES	3	/*   those of devices are, and all that are more urgent: the clock, errors */
#define   IPL_NONE	7	/*   none is */
#define PAL_WRKGP	0x37	/* what $29 is in every entry point */
#define PAL_WRPERFMON	0x39
#define PAL_WHAMI	0x3c	/* number of this CPU */
#define PAL_RETSYS	0x3d
#define PAL_RTI		0x3f
#define PAL_BPT		0x80
#define PAL_BUGCHK	0x81
#define PAL_CALLSYS	0x83
#define PAL_IMB		0x86	/* what was stored may be executed */
#define PAL_GENTRAP	0xaa	/* trap raised by software; $16 says why */
#define   GEN_INTDIV	-2	/*   integer division by zero */

/* Entry points, numbered as PAL_WRENT wants them. */
#define ENT_INT		0
#define ENT_ARITH	1
#define ENT_MM		2
#define ENT_IF		3
#define ENT_UNA		4
#define ENT_SYS		5
#define ENT_COUNT	6

/* $16 of entInt */
#define INT_INTERPROCESSOR	0
#define INT_CLOCK		1
#define INT_MACHINE_CHECK	2
#define INT_DEVICE		3
#define INT_PERFORMANCE		4

/* $16 of entIF */
#define IF_BPT		0
#define IF_BUGCHK	1
#define IF_GENTRAP	2
#define IF_FEN		3
#define IF_OPCDEC	4

/* What PALcode pushes on the stack, in bytes from the new stack pointer. */
#define PAL_FRAME_PS	0
#define PAL_FRAME_PC	8
#define PAL_FRAME_GP	16
#define PAL_FRAME_A0	24
#define PAL_FRAME_A1	32
#define PAL_FRAME_A2	40
#define PAL_FRAME_SIZE	48

/* The process control block, in bytes. Its physical address is a multiple of its size. */
#define PCB_KSP		0x00
#define PCB_USP		0x08
#define PCB_PTBR	0x10	/* the number of a page */
#define PCB_PCC		0x18	/* 32 bits */
#define PCB_ASN		0x1c	/* 32 bits */
#define PCB_UNIQUE	0x20
#define PCB_FLAGS	0x28
#define   PCB_FLAG_FEN	0x01
#define PCB_SIZE	128

/* What trap.S saves below that, in words: $0 to $30 at their numbers, then these. */
#define SAVED_PC	31	/* as PALcode pushed it */
#define SAVED_PS	32
#define SAVED_ARGUMENTS	33	/* $16 to $18 of the entry point */
#define SAVED_COUNT	36	/* even, so that the stack stays aligned to 16 bytes */

#endif
