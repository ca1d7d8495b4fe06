/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the console firmware has in the CPU: kept before anything of it is changed, and put back in the end, so that
 * the firmware can be called once more (return.c).
 *
 * Its memory, where it has all the rest, is left alone by memory.c. What it had in PCI's functions and bridges has been
 * put back before by those who changed it.
 *
 * Source: IEEE 1275-1994, client interface; SPARC binding; UltraSPARC-I/II User's Manual, the chapter on the MMU.
 */
#include "arch/sparc64/cpu.h"

#define KEPT(word)	(8 * (word))
#define TICK_SOON	0x100000	/* ticks until the firmware's clock interrupts again */

	.register %g2, #scratch
	.register %g3, #scratch

	.macro	each_global op, set
	.irp	number, 1, 2, 3, 4, 5, 6, 7
	\op	\number, KEPT(KEPT_GLOBALS + 7 * \set + \number - 1)
	.endr
	.endm

	.macro	keep_global number, offset
	stx	%g\number, [%l0 + \offset]
	.endm

	.macro	load_global number, offset
	ldx	[%l0 + \offset], %g\number
	.endm

	! Each set of globals in its turn; a trap in between returns to the one that is on.
	.macro	all_globals op
	wrpr	%g0, PSTATE_PRIV | PSTATE_AG, %pstate
	each_global \op, 0
	wrpr	%g0, PSTATE_PRIV | PSTATE_MG, %pstate
	each_global \op, 1
	wrpr	%g0, PSTATE_PRIV | PSTATE_IG, %pstate
	each_global \op, 2
	.endm

	.text

	/*
	 * Called by entry.S alone, in the window behind the firmware's: %i6 is its stack and %i4 the client interface.
	 * Uses the %l registers.
	 */
	.globl	firmware_keep
firmware_keep:
	set	firmware_kept, %l0
	rdpr	%pstate, %l1
	stx	%l1, [%l0 + KEPT(KEPT_PSTATE)]
	stx	%i6, [%l0 + KEPT(KEPT_SP)]
	stx	%i4, [%l0 + KEPT(KEPT_CLIENT_INTERFACE)]
	rdpr	%pil, %l2
	stx	%l2, [%l0 + KEPT(KEPT_PIL)]
	rdpr	%tba, %l2
	stx	%l2, [%l0 + KEPT(KEPT_TBA)]
	rdpr	%wstate, %l2
	stx	%l2, [%l0 + KEPT(KEPT_WSTATE)]
	rd	%fprs, %l2
	stx	%l2, [%l0 + KEPT(KEPT_FPRS)]
	rd	%tick_cmpr, %l2
	stx	%l2, [%l0 + KEPT(KEPT_TICK_CMPR)]
	ldxa	[%g0] ASI_LSU_CONTROL, %l2
	stx	%l2, [%l0 + KEPT(KEPT_LSU_CONTROL)]
	mov	MMU_PRIMARY_CONTEXT, %l3
	ldxa	[%l3] ASI_DMMU, %l2
	stx	%l2, [%l0 + KEPT(KEPT_PRIMARY)]
	mov	MMU_SECONDARY_CONTEXT, %l3
	ldxa	[%l3] ASI_DMMU, %l2
	stx	%l2, [%l0 + KEPT(KEPT_SECONDARY)]
	all_globals keep_global
	wrpr	%l1, 0, %pstate

	add	%l0, KEPT(KEPT_TLBS), %l3
	mov	(TLB_ENTRIES - 1) * 8, %l4
1:	ldxa	[%l4] ASI_DTLB_TAG_READ, %l2
	stx	%l2, [%l3]
	ldxa	[%l4] ASI_DTLB_DATA_ACCESS, %l2
	stx	%l2, [%l3 + 8]
	ldxa	[%l4] ASI_ITLB_TAG_READ, %l2
	stx	%l2, [%l3 + 16]
	ldxa	[%l4] ASI_ITLB_DATA_ACCESS, %l2
	stx	%l2, [%l3 + 24]
	add	%l3, 32, %l3
	brnz,pt	%l4, 1b
	 sub	%l4, 8, %l4
	retl
	 nop

	/*
	 * firmware_call(cells): the machine is the firmware's again, and is asked for the service in the cells, which
	 * does not come back: if it does all the same, there is nothing left that could go on. As in entry.S the MMUs
	 * are off while translations are replaced.
	 */
	.globl	firmware_call
firmware_call:
	wrpr	%g0, PIL_ALL_OFF, %pil
	mov	%o0, %l5
	set	firmware_kept, %l0
	all_globals load_global
	wrpr	%g0, PSTATE_PRIV, %pstate
	mov	%l0, %g1
	mov	%l5, %g2
	set	1f, %g3
	jmp	%g3
	 stxa	%g0, [%g0] ASI_LSU_CONTROL
1:	membar	#Sync

	! Globals alone hold values here: the windows start afresh.
	wrpr	%g0, 0, %tl
	wrpr	%g0, 0, %cwp
	wrpr	%g0, WINDOWS - 2, %cansave
	wrpr	%g0, 0, %canrestore
	wrpr	%g0, 0, %otherwin
	wrpr	%g0, WINDOWS - 1, %cleanwin
	ldx	[%g1 + KEPT(KEPT_WSTATE)], %g3
	wrpr	%g3, 0, %wstate
	ldx	[%g1 + KEPT(KEPT_FPRS)], %g3
	wr	%g3, 0, %fprs
	ldx	[%g1 + KEPT(KEPT_TBA)], %g3
	wrpr	%g3, 0, %tba

	add	%g1, KEPT(KEPT_TLBS), %g3
	mov	MMU_TAG_ACCESS, %g4
	mov	(TLB_ENTRIES - 1) * 8, %g5
2:	ldx	[%g3], %o1
	stxa	%o1, [%g4] ASI_DMMU
	ldx	[%g3 + 8], %o1
	stxa	%o1, [%g5] ASI_DTLB_DATA_ACCESS
	ldx	[%g3 + 16], %o1
	stxa	%o1, [%g4] ASI_IMMU
	ldx	[%g3 + 24], %o1
	stxa	%o1, [%g5] ASI_ITLB_DATA_ACCESS
	membar	#Sync
	add	%g3, 32, %g3
	brnz,pt	%g5, 2b
	 sub	%g5, 8, %g5
	mov	MMU_PRIMARY_CONTEXT, %g4
	ldx	[%g1 + KEPT(KEPT_PRIMARY)], %g3
	stxa	%g3, [%g4] ASI_DMMU
	mov	MMU_SECONDARY_CONTEXT, %g4
	ldx	[%g1 + KEPT(KEPT_SECONDARY)], %g3
	stxa	%g3, [%g4] ASI_DMMU
	membar	#Sync

	! The time for which the firmware's clock has waited is over: it gets another, unless it was off (bit 63).
	wr	%g0, -1, %clear_softint
	ldx	[%g1 + KEPT(KEPT_TICK_CMPR)], %g3
	brlz,pn	%g3, 3f
	 set	TICK_SOON, %g4
	rd	%tick, %g3
	add	%g3, %g4, %g3
	sllx	%g3, 1, %g3
	srlx	%g3, 1, %g3
3:	wr	%g3, 0, %tick_cmpr

	ldx	[%g1 + KEPT(KEPT_SP)], %sp
	add	%sp, -STACK_FRAME, %sp
	ldx	[%g1 + KEPT(KEPT_CLIENT_INTERFACE)], %l1
	ldx	[%g1 + KEPT(KEPT_PSTATE)], %l2
	ldx	[%g1 + KEPT(KEPT_PIL)], %l3
	ldx	[%g1 + KEPT(KEPT_LSU_CONTROL)], %l4
	mov	%g2, %l5
	set	4f, %g3
	flush	%g3
	jmp	%g3
	 stxa	%l4, [%g0] ASI_LSU_CONTROL
4:	membar	#Sync
	wrpr	%l3, 0, %pil
	wrpr	%l2, 0, %pstate
	call	%l1
	 mov	%l5, %o0
5:	ba,pt	%xcc, 5b
	 nop

	.section .bss
	.align	8192
	.globl	firmware_kept
firmware_kept:
	.skip	8 * KEPT_WORDS
