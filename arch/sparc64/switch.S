/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the console firmware and us: what it has in the CPU is kept before anything of it is changed, and for each
 * call of its client interface the machine is its own again.
 *
 * Kept are its trap table, interrupt levels, clock, contexts, and the globals of its traps. Its translations need not
 * be: the locked ones have stayed, and the others it loads again, after ours, which may be of the same numbers, have
 * been dropped. The stack is ours, which the firmware maps as well, by the translation that it has loaded for us.
 *
 * Its memory, where it has all the rest, is left alone by memory.c.
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
	wrpr	%g0, PSTATE_PRIV, %pstate
	.endm

	.macro	keep register, word
	stx	\register, [%l0 + KEPT(\word)]
	.endm

	.macro	kept word, register
	ldx	[%l0 + KEPT(\word)], \register
	.endm

	.text

	/* What changes while the firmware runs. Interrupts are off, %l0 is firmware_kept; uses %l3 and %l4. */
keep_running:
	rd	%tick_cmpr, %l4
	keep	%l4, KEPT_TICK_CMPR
	mov	MMU_PRIMARY_CONTEXT, %l3
	ldxa	[%l3] ASI_DMMU, %l4
	keep	%l4, KEPT_PRIMARY
	mov	MMU_SECONDARY_CONTEXT, %l3
	ldxa	[%l3] ASI_DMMU, %l4
	keep	%l4, KEPT_SECONDARY
	all_globals keep_global
	retl
	 nop

	/*
	 * Called by entry.S alone, in the window behind the firmware's: %i4 is the client interface. Uses the %l
	 * registers.
	 */
	.globl	firmware_keep
firmware_keep:
	mov	%o7, %l5
	set	firmware_kept, %l0
	rdpr	%pstate, %l1
	keep	%l1, KEPT_PSTATE
	keep	%i4, KEPT_CLIENT_INTERFACE
	rdpr	%pil, %l2
	keep	%l2, KEPT_PIL
	rdpr	%tba, %l2
	keep	%l2, KEPT_TBA
	rdpr	%wstate, %l2
	keep	%l2, KEPT_WSTATE
	rd	%fprs, %l2
	keep	%l2, KEPT_FPRS
	wrpr	%g0, PSTATE_PRIV, %pstate
	call	keep_running
	 nop
	wrpr	%l1, 0, %pstate
	jmp	%l5 + 8
	 nop

	/*
	 * firmware_drop(): of both halves of the MMU the translations that are not locked go. A leaf; uses %o1 to %o4.
	 */
	.globl	firmware_drop
firmware_drop:
	mov	MMU_TAG_ACCESS, %o1
	mov	(TLB_ENTRIES - 1) * 8, %o2
1:	ldxa	[%o2] ASI_DTLB_DATA_ACCESS, %o3
	andcc	%o3, TTE_LOCK, %g0
	bnz,pn	%xcc, 2f
	 ldxa	[%o2] ASI_ITLB_DATA_ACCESS, %o4
	stxa	%g0, [%o1] ASI_DMMU
	stxa	%g0, [%o2] ASI_DTLB_DATA_ACCESS
2:	andcc	%o4, TTE_LOCK, %g0
	bnz,pn	%xcc, 3f
	 nop
	stxa	%g0, [%o1] ASI_IMMU
	stxa	%g0, [%o2] ASI_ITLB_DATA_ACCESS
3:	membar	#Sync
	brnz,pt	%o2, 1b
	 sub	%o2, 8, %o2
	set	firmware_drop, %o1
	flush	%o1
	retl
	 nop

	/* int firmware_switch(uint64_t *cells) */
	.globl	firmware_switch
	.type	firmware_switch, #function
firmware_switch:
	save	%sp, -STACK_FRAME, %sp
	rdpr	%pstate, %l1
	rdpr	%pil, %l2
	wrpr	%g0, PIL_ALL_OFF, %pil
	wrpr	%g0, PSTATE_PRIV, %pstate
	flushw
	call	firmware_drop
	 set	firmware_kept, %l0

	all_globals load_global
	mov	MMU_PRIMARY_CONTEXT, %l3
	kept	KEPT_PRIMARY, %l4
	stxa	%l4, [%l3] ASI_DMMU
	mov	MMU_SECONDARY_CONTEXT, %l3
	kept	KEPT_SECONDARY, %l4
	stxa	%l4, [%l3] ASI_DMMU
	membar	#Sync
	kept	KEPT_WSTATE, %l4
	wrpr	%l4, 0, %wstate
	kept	KEPT_FPRS, %l4
	wr	%l4, 0, %fprs
	rdpr	%tba, %l5
	kept	KEPT_TBA, %l4
	wrpr	%l4, 0, %tba

	! The time for which the firmware's clock has waited is over: it gets another, unless it was off (bit 63).
	wr	%g0, -1, %clear_softint
	kept	KEPT_TICK_CMPR, %l4
	brlz,pn	%l4, 1f
	 set	TICK_SOON, %l3
	rd	%tick, %l4
	add	%l4, %l3, %l4
	sllx	%l4, 1, %l4
	srlx	%l4, 1, %l4
1:	wr	%l4, 0, %tick_cmpr

	kept	KEPT_PIL, %l3
	kept	KEPT_PSTATE, %l4
	kept	KEPT_CLIENT_INTERFACE, %l6
	wrpr	%l3, 0, %pil
	wrpr	%l4, 0, %pstate
	call	%l6
	 mov	%i0, %o0

	wrpr	%g0, PIL_ALL_OFF, %pil
	wrpr	%g0, PSTATE_PRIV, %pstate
	mov	%o0, %i0
	set	firmware_kept, %l0
	call	keep_running
	 nop
	mov	1, %l3
	sllx	%l3, 63, %l3
	wr	%l3, 0, %tick_cmpr
	wr	%g0, -1, %clear_softint
	flushw
	wrpr	%l5, 0, %tba
	wrpr	%g0, 0, %wstate
	wr	%g0, 0, %fprs
	mov	MMU_PRIMARY_CONTEXT, %l3
	stxa	%g0, [%l3] ASI_DMMU
	mov	MMU_SECONDARY_CONTEXT, %l3
	stxa	%g0, [%l3] ASI_DMMU
	call	firmware_drop
	 nop
	wrpr	%l2, 0, %pil
	wrpr	%l1, 0, %pstate
	ret
	 restore
	.size	firmware_switch, . - firmware_switch

	.section .bss
	.align	8
firmware_kept:
	.skip	8 * KEPT_WORDS
