/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of the UltraSPARC-IIi that assembly and C share: privileged registers, address spaces, the stack, and the
 * layout of the registers that a trap saves.
 *
 * Source: The SPARC Architecture Manual, Version 9; UltraSPARC-I/II User's Manual (802-7220), the chapters on the MMU,
 * address spaces, interrupts and errors; SPARC Compliance Definition 2.4 (the stack).
 */
#ifndef CPU_H
#define CPU_H

#define PSTATE_AG		0x001	/* alternate globals: what traps get, mostly */
#define PSTATE_IE		0x002	/* interrupts may come */
#define PSTATE_MG		0x400	/* the globals of traps of the MMU */
#define PSTATE_IG		0x800	/* those of interrupts */
#define PSTATE_PRIV		0x004	/* privileged; the other bits 0: TSO, 64-bit addresses, FPU off */

#define PIL_ALL_OFF		15	/* above every interrupt level but the mondo vector, which only IE stops */
#define WINDOWS			8
#define UPA_ID			0	/* of the only CPU that an UltraSPARC-IIi can be */
#define TICK_COUNTER		0x7fffffffffffffff	/* %tick; bit 63 is NPT, not part of the count */

#define ASI_PHYS_IO		0x15	/* physical address, uncached, with side effects, big-endian */
#define ASI_PHYS_IO_LE		0x1d	/* the same, little-endian */
#define ASI_LSU_CONTROL		0x45	/* at address 0 */
#define   LSU_CACHES_MMUS	0xf	/*   I-cache, D-cache, I-MMU, D-MMU on */
#define ASI_DCACHE_TAG		0x47	/* one tag each 32 bytes, 512 of them */
#define   DCACHE_SIZE		0x4000
#define ASI_INTR_RECEIVE	0x49	/* at address 0; a write of 0 accepts the next mondo */
#define   INTR_BUSY		0x20	/*   one is here */
#define ASI_UPA_CONFIG		0x4a	/* at address 0 */
#define ASI_ESTATE_ERROR	0x4b	/* at address 0 */
#define   ESTATE_ALL		0x7	/*   trap on errors of every kind */
#define ASI_AFSR		0x4c	/* asynchronous fault status, at address 0; ones clear */
#define ASI_AFAR		0x4d	/* asynchronous fault address, at address 0 */
#define ASI_IMMU		0x50
#define ASI_ITLB_DATA_ACCESS	0x55	/* address: entry * 8 */
#define ASI_ITLB_TAG_READ	0x56	/* the same: 63:13 virtual address, 12:0 context */
#define ASI_DMMU		0x58
#define   MMU_PRIMARY_CONTEXT	0x08
#define   MMU_SECONDARY_CONTEXT	0x10
#define   MMU_SFSR		0x18	/*   synchronous fault status */
#define   MMU_SFAR		0x20	/*   synchronous fault address (D-MMU only) */
#define   MMU_TAG_ACCESS	0x30	/*   63:13 address of the miss, 12:0 context */
#define ASI_DTLB_DATA_IN	0x5c	/* at address 0; the MMU chooses the entry */
#define ASI_DTLB_DATA_ACCESS	0x5d	/* address: entry * 8 */
#define ASI_DTLB_TAG_READ	0x5e	/* the same */
#define ASI_ICACHE_TAG		0x67	/* one tag each 32 bytes, for 2 * 8 KiB */
#define   ICACHE_SIZE		0x4000
#define ASI_INTR_DATA		0x7f
#define   INTR_DATA_0		0x40	/*   first word of a mondo: the interrupt number, 10:0 */
#define   INTR_NUMBER		0x7ff

#define TLB_ENTRIES		64
#define TTE_VALID_4M		7	/* bits 63:61: valid, size 3 */
#define TTE_VALID_4M_SHIFT	61
#define TTE_SIZE_SHIFT		61	/* <62:61>: 8 KiB, and eight times more each */
#define TTE_LOCK		0x40	/* stays until it is overwritten */
#define TTE_MEMORY		0x36	/* CP, CV: cacheable; P: privileged only; W: writable */
#define PAGE_4M_SHIFT		22

/* Virtual: below lies what a null pointer reaches, and it is never mapped. The memory there is another in general. */
#define IMAGE_PAGE		0x400000
#define IMAGE_PAGE_SIZE		0x400000ul	/* of C alone */

#define STACK_BIAS		2047
#define STACK_FRAME		176	/* register save area and six argument words */
#define STACK_SIZE		0x10000
#define EMERGENCY_STACK_SIZE	0x8000
#define STACK_RESERVE		0x3000	/* what handling a trap takes of a stack */

/* The reset vectors at the start of the PROM, the first of which is reserved. */
#define RESET_VECTORS		6
#define RESET_VECTOR_SIZE	0x20

/* The 64-bit words of a reset's record, which reset.S has in %o0 to %o3 and %o5, and entry.S keeps. */
#define RESET_VECTOR		0	/* number of the vector */
#define RESET_TL		1
#define RESET_TT		2	/* trap type, program counter and state as of the highest trap level */
#define RESET_TPC		3
#define RESET_TSTATE		4
#define RESET_WORDS		5

/* The 64-bit words of what the firmware had in the CPU (switch.S). */
#define KEPT_PSTATE		0
#define KEPT_PIL		1
#define KEPT_TBA		2
#define KEPT_WSTATE		3
#define KEPT_FPRS		4
#define KEPT_TICK_CMPR		5
#define KEPT_PRIMARY		6
#define KEPT_SECONDARY		7
#define KEPT_CLIENT_INTERFACE	8
#define KEPT_GLOBALS		9	/* %g1 to %g7 of three sets */
#define KEPT_WORDS		(KEPT_GLOBALS + 3 * 7)

/* The 64-bit words of a trap's record, in the order of the names in trap.c. */
#define SAVED_G1		0	/* to %g7 */
#define SAVED_O0		7	/* to %o7 */
#define SAVED_SP		(SAVED_O0 + 6)
#define SAVED_L0		15
#define SAVED_I0		23
#define SAVED_TSTATE		31
#define SAVED_TPC		32
#define SAVED_TNPC		33
#define SAVED_TT		34
#define SAVED_TL		35
#define SAVED_PIL		36
#define SAVED_Y			37
#define SAVED_SFSR		38
#define SAVED_SFAR		39
#define SAVED_TAG		40
#define SAVED_TT1		41	/* of trap level 1: what was being handled when TL is higher */
#define SAVED_TPC1		42
#define SAVED_AFSR		43
#define SAVED_AFAR		44
#define SAVED_WORDS		45

/* A stack frame with the record in it, a multiple of 16. */
#define TRAP_FRAME_SIZE		(STACK_FRAME + 8 * (SAVED_WORDS + 1))

#endif
