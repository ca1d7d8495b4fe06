/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers' bits, and the layout of what the vectors save: for assembly and C.
 *
 * Source: Arm Architecture Reference Manual (DDI 0487), D13.
 */
#ifndef AARCH64_CPU_H
#define AARCH64_CPU_H

/* SCTLR_EL1. Bits that must be one where the feature that owns them is absent, and M, C, I. */
#define SCTLR_RESERVED		0x30d00800
#define   SCTLR_MMU		(1 << 0)
#define   SCTLR_CACHE		(1 << 2)
#define   SCTLR_INSTRUCTIONS	(1 << 12)

/* At level 2. */
#define HCR_RW			(1 << 31)	/* level 1 is 64 bits wide */
#define CNTHCTL_ALL		3		/* its counter and timer are open to level 1 */
#define CPTR_NOTHING		0x33ff		/* nothing traps: the bits that must be one */
#define PFR0_GIC		24		/* ID_AA64PFR0_EL1: the GIC's CPU interface is in system registers */
#define ICC_SRE_ALL		0xf		/* and level 1 may use them */
#define SPSR_MASKED		0x3c0		/* D, A, I, F */
#define SPSR_EL1H		5

/* What a trap saves, in words of 64 bits: x0 to x30, and then these. */
#define SAVED_SP		31
#define SAVED_PC		32		/* ELR_EL1 */
#define SAVED_PSTATE		33		/* SPSR_EL1 */
#define SAVED_SYNDROME		34		/* ESR_EL1 */
#define SAVED_ADDRESS		35		/* FAR_EL1 */
#define SAVED_COUNT		36

/* Why the vectors were entered. */
#define ENTRY_SYNCHRONOUS	0
#define ENTRY_IRQ		1
#define ENTRY_FIQ		2
#define ENTRY_SERROR		3

#endif
