/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trap table, the handlers of register windows and of data MMU misses, and the way into and out of the C part
 * of a trap (trap.c).
 *
 * Memory is mapped on demand: a miss on an address from 4 MiB to the end of RAM gets a 4 MiB identity translation.
 * A miss anywhere else is a bad address. The image and both stacks have a locked translation (entry.S), so saving a
 * trap's record there cannot miss.
 *
 * A trap at trap level 1 with a sound stack pointer is handled on the stack it came on. Anything else, for example a
 * stack pointer that a window handler cannot use, is handled on the emergency stack and cannot be returned from. The
 * emergency stack lies below the main one, and a window that would be spilled below both is a stack overflow.
 *
 * Source: The SPARC Architecture Manual, Version 9, traps and register windows; UltraSPARC-I/II User's
 * Manual, the chapter on the MMU.
 */
#include "arch/sparc64/cpu.h"

	.register %g2, #scratch
	.register %g3, #scratch
	.register %g6, #scratch
	.register %g7, #scratch

	.macro	vector_common
	ba,a,pt	%xcc, trap_common
	.align	32
	.endm

	.macro	vector_clean_window
	rdpr	%cleanwin, %g1
	add	%g1, 1, %g1
	wrpr	%g1, 0, %cleanwin
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	mov	0, %l\n
	mov	0, %o\n
	.endr
	retry
	.align	128
	.endm

	.macro	vector_spill
	set	emergency_stack, %g1
	add	%sp, STACK_BIAS, %g2
	cmp	%g2, %g1
	blu,pn	%xcc, trap_common
	 nop
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	stx	%l\n, [%sp + STACK_BIAS + \n * 8]
	stx	%i\n, [%sp + STACK_BIAS + 64 + \n * 8]
	.endr
	saved
	retry
	.align	128
	.endm

	.macro	vector_fill
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	ldx	[%sp + STACK_BIAS + \n * 8], %l\n
	ldx	[%sp + STACK_BIAS + 64 + \n * 8], %i\n
	.endr
	restored
	retry
	.align	128
	.endm

	.macro	vector_data_miss
	mov	MMU_TAG_ACCESS, %g1
	ldxa	[%g1] ASI_DMMU, %g1
	set	memory_end, %g2
	ldx	[%g2], %g2
	cmp	%g1, %g2
	bgeu,pn	%xcc, trap_common
	 srlx	%g1, PAGE_4M_SHIFT, %g1
	brz,pn	%g1, trap_common
	 sllx	%g1, PAGE_4M_SHIFT, %g1
	mov	TTE_VALID_4M, %g2
	sllx	%g2, TTE_VALID_4M_SHIFT, %g2
	or	%g2, TTE_MEMORY, %g2
	or	%g1, %g2, %g1
	stxa	%g1, [%g0] ASI_DTLB_DATA_IN
	retry
	.align	128
	.endm

	.macro	vectors
	.rept	0x24
	vector_common
	.endr
	vector_clean_window		! 0x24
	.rept	0x68 - 0x28
	vector_common
	.endr
	vector_data_miss		! 0x68
	.rept	0x80 - 0x6c
	vector_common
	.endr
	vector_spill			! 0x80: spill_0_normal, as %wstate is 0
	.rept	0xc0 - 0x84
	vector_common
	.endr
	vector_fill			! 0xc0: fill_0_normal
	.rept	0x200 - 0xc4
	vector_common
	.endr
	.endm

	.section .traps, "ax"
	.align	32768
	.globl	trap_table
trap_table:
	vectors				! from trap level 0
	vectors				! from trap levels above

	.text
#define SAVED(n)	STACK_BIAS + STACK_FRAME + 8 * (n)

	! Saves everything but the globals of the interrupted code at the new stack pointer in %g1.
	.macro	save_state
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	stx	%o\n, [%g1 + SAVED(SAVED_O0 + \n)]
	stx	%l\n, [%g1 + SAVED(SAVED_L0 + \n)]
	stx	%i\n, [%g1 + SAVED(SAVED_I0 + \n)]
	.endr
	rdpr	%tstate, %g2
	stx	%g2, [%g1 + SAVED(SAVED_TSTATE)]
	rdpr	%tpc, %g2
	stx	%g2, [%g1 + SAVED(SAVED_TPC)]
	rdpr	%tnpc, %g2
	stx	%g2, [%g1 + SAVED(SAVED_TNPC)]
	rdpr	%tt, %g2
	stx	%g2, [%g1 + SAVED(SAVED_TT)]
	rdpr	%tl, %g2
	stx	%g2, [%g1 + SAVED(SAVED_TL)]
	rdpr	%pil, %g2
	stx	%g2, [%g1 + SAVED(SAVED_PIL)]
	rd	%y, %g2
	stx	%g2, [%g1 + SAVED(SAVED_Y)]
	mov	MMU_SFSR, %g3
	ldxa	[%g3] ASI_DMMU, %g2
	stx	%g2, [%g1 + SAVED(SAVED_SFSR)]
	mov	MMU_SFAR, %g3
	ldxa	[%g3] ASI_DMMU, %g2
	stx	%g2, [%g1 + SAVED(SAVED_SFAR)]
	mov	MMU_TAG_ACCESS, %g3
	ldxa	[%g3] ASI_DMMU, %g2
	stx	%g2, [%g1 + SAVED(SAVED_TAG)]
	wrpr	%g0, 1, %tl
	rdpr	%tt, %g2
	stx	%g2, [%g1 + SAVED(SAVED_TT1)]
	rdpr	%tpc, %g2
	stx	%g2, [%g1 + SAVED(SAVED_TPC1)]
	.endm

	! Goes to trap level 0 on the new stack, to the globals of the interrupted code, and saves them.
	.macro	leave_trap_level
	mov	%g1, %sp
	wrpr	%g0, PIL_ALL_OFF, %pil
	wrpr	%g0, PSTATE_PRIV, %pstate
	wrpr	%g0, 0, %tl
	.irp	n, 1, 2, 3, 4, 5, 6, 7
	stx	%g\n, [%sp + SAVED(SAVED_G1 + \n - 1)]
	.endr
	.endm

	/*
	 * Here with the trap's own globals, whichever set that is; a nested handler uses %g1 and %g2 of its set, but
	 * none can come before trap level 0.
	 */
trap_common:
	rdpr	%tl, %g1
	cmp	%g1, 1
	bne,pn	%xcc, trap_on_emergency_stack
	 add	%sp, STACK_BIAS, %g1
	andcc	%g1, 15, %g0
	bnz,pn	%xcc, trap_on_emergency_stack
	 set	stack + STACK_RESERVE, %g2
	sub	%g1, %g2, %g2
	set	STACK_SIZE - STACK_RESERVE, %g3
	cmp	%g2, %g3
	bleu,pt	%xcc, 1f
	 set	emergency_stack + STACK_RESERVE, %g2
	sub	%g1, %g2, %g2
	set	EMERGENCY_STACK_SIZE - STACK_RESERVE, %g3
	cmp	%g2, %g3
	bgu,pn	%xcc, trap_on_emergency_stack
	 nop

1:	sub	%sp, TRAP_FRAME_SIZE, %g1
	save_state
	leave_trap_level
	call	trap_handle
	 add	%sp, STACK_BIAS + STACK_FRAME, %o0

	! An interrupt that trap() has let pass. The locals and ins are still, or again, those of the interrupted
	! window.
	.irp	n, 1, 2, 3, 4, 5, 6, 7
	ldx	[%sp + SAVED(SAVED_G1 + \n - 1)], %g\n
	.endr
	wrpr	%g0, PSTATE_PRIV | PSTATE_AG, %pstate
	ldx	[%sp + SAVED(SAVED_PIL)], %g1
	wrpr	%g1, 0, %pil
	ldx	[%sp + SAVED(SAVED_Y)], %g1
	wr	%g1, 0, %y
	wrpr	%g0, 1, %tl
	ldx	[%sp + SAVED(SAVED_TSTATE)], %g1
	wrpr	%g1, 0, %tstate
	ldx	[%sp + SAVED(SAVED_TPC)], %g1
	wrpr	%g1, 0, %tpc
	ldx	[%sp + SAVED(SAVED_TNPC)], %g1
	wrpr	%g1, 0, %tnpc
	.irp	n, 0, 1, 2, 3, 4, 5, 7, 6
	ldx	[%sp + SAVED(SAVED_O0 + \n)], %o\n
	.endr
	retry

	! What the other windows hold is lost, but everything a saved context needs was flushed when it was saved.
trap_on_emergency_stack:
	set	emergency_stack_top - STACK_BIAS - TRAP_FRAME_SIZE, %g1
	save_state
	wrpr	%g0, 0, %otherwin
	wrpr	%g0, 0, %canrestore
	wrpr	%g0, WINDOWS - 2, %cansave
	wrpr	%g0, WINDOWS - 1, %cleanwin
	wrpr	%g0, 0, %wstate
	leave_trap_level
	call	trap_handle_emergency
	 add	%sp, STACK_BIAS + STACK_FRAME, %o0
