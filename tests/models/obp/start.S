/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The OBP model's start, its trap table, and the way into the client.
 *
 * Loads its translations from a list (memory.c) on each miss, as a real one does. Any other trap but those of its clock
 * and of register windows is the client's fault while this table is in use.
 */
#include "arch/sparc64/cpu.h"
#include "tests/models/obp/model.h"

	.register %g2, #scratch
	.register %g3, #scratch
	.register %g6, #scratch
	.register %g7, #scratch

#define ASI_ITLB_DATA_IN	0x54
#define STACK			0x8000

	.macro	magic register
	mov	GLOBALS_MAGIC, \register
	sllx	\register, MAGIC_SHIFT, \register
	.endm

	.section .start, "ax"
	.globl	model_start
model_start:
	.rept	RESET_VECTORS
	ba,pt	%xcc, reset
	 nop
	.align	RESET_VECTOR_SIZE
	.endr

	! At the trap level of a reset nothing may trap.
reset:	wrpr	%g0, 0, %cwp
	stxa	%g0, [%g0] ASI_LSU_CONTROL
	wrpr	%g0, PSTATE_PRIV, %pstate
	wrpr	%g0, PIL_ALL_OFF, %pil
	wrpr	%g0, 0, %tick
here:	rd	%pc, %g1
	sub	%g1, here - model_start, %g1
	setuw	model_written, %g2
	setuw	model_start, %g3
	sub	%g2, %g3, %g2
	setuw	MODEL_PHYSICAL, %g3
1:	subcc	%g2, 8, %g2
	ldx	[%g1 + %g2], %g4
	bnz,pt	%xcc, 1b
	 stx	%g4, [%g3 + %g2]
	setuw	model_end, %g2
	setuw	model_written, %g1
	sub	%g2, %g1, %g2
	setuw	model_start, %g4
	sub	%g1, %g4, %g1
	add	%g1, %g3, %g1
2:	subcc	%g2, 8, %g2
	bnz,pt	%xcc, 2b
	 stx	%g0, [%g1 + %g2]

	mov	MMU_TAG_ACCESS, %g1
	mov	(TLB_ENTRIES - 1) * 8, %g2
3:	stxa	%g0, [%g1] ASI_DMMU
	stxa	%g0, [%g2] ASI_DTLB_DATA_ACCESS
	stxa	%g0, [%g1] ASI_IMMU
	stxa	%g0, [%g2] ASI_ITLB_DATA_ACCESS
	brnz,pt	%g2, 3b
	 sub	%g2, 8, %g2
	setuw	MODEL_VIRTUAL, %g2
	mov	TTE_VALID_4M, %g4
	sllx	%g4, TTE_VALID_4M_SHIFT, %g4
	or	%g4, TTE_MEMORY | TTE_LOCK, %g4
	or	%g4, %g3, %g4
	stxa	%g2, [%g1] ASI_DMMU
	stxa	%g4, [%g0] ASI_DTLB_DATA_ACCESS
	stxa	%g2, [%g1] ASI_IMMU
	stxa	%g4, [%g0] ASI_ITLB_DATA_ACCESS
	mov	MMU_PRIMARY_CONTEXT, %g1
	stxa	%g0, [%g1] ASI_DMMU
	mov	MMU_SECONDARY_CONTEXT, %g1
	stxa	%g0, [%g1] ASI_DMMU
	membar	#Sync
	setuw	begin, %g1
	mov	LSU_CACHES_MMUS, %g2
	jmp	%g1
	 stxa	%g2, [%g0] ASI_LSU_CONTROL

	.text
	.macro	fresh_windows
	wrpr	%g0, 0, %tl
	wrpr	%g0, 0, %cwp
	wrpr	%g0, WINDOWS - 2, %cansave
	wrpr	%g0, 0, %canrestore
	wrpr	%g0, 0, %otherwin
	wrpr	%g0, 0, %wstate
	wrpr	%g0, WINDOWS - 1, %cleanwin
	.endm

begin:	fresh_windows
	setuw	trap_table, %g1
	wrpr	%g1, 0, %tba
	mov	1, %g1
	sllx	%g1, 63, %g1
	wr	%g1, 0, %tick_cmpr
	wr	%g0, -1, %clear_softint
	wrpr	%g0, PSTATE_PRIV | PSTATE_AG, %pstate
	magic	%g1
	wrpr	%g0, PSTATE_PRIV | PSTATE_MG, %pstate
	magic	%g1
	wrpr	%g0, PSTATE_PRIV, %pstate
	setuw	model_stack + STACK - STACK_BIAS - STACK_FRAME, %sp
	call	model_main
	 mov	0, %fp

	/*
	 * enter_client(entry): through "done", which needs no register, so that all can be 0 but the entry of the
	 * client interface in %o4 and the stack.
	 */
	.globl	enter_client
enter_client:
	mov	%o0, %g1
	wrpr	%g0, PSTATE_PRIV, %pstate
	fresh_windows
	mov	WINDOWS - 1, %g2
1:	wrpr	%g2, 0, %cwp
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	mov	0, %l\n
	mov	0, %o\n
	.endr
	brnz,pt	%g2, 1b
	 sub	%g2, 1, %g2
	setuw	client_interface, %o4
	setuw	client_stack + STACK - STACK_BIAS - STACK_FRAME, %sp
	wr	%g0, 0, %y
	wr	%g0, 4, %fprs
	wrpr	%g0, CLIENT_PIL, %pil
	mov	1, %g2
	sllx	%g2, SOFT_LEVEL, %g2
	wr	%g2, 0, %set_softint
	rd	%tick, %g2
	setuw	TICKS, %g3
	add	%g2, %g3, %g2
	wr	%g2, 0, %tick_cmpr
	wrpr	%g0, 1, %tl
	wrpr	%g1, 0, %tnpc
	mov	0x16, %g2		! PEF, PRIV, IE, of the client
	sllx	%g2, 8, %g2
	wrpr	%g2, 0, %tstate
	.irp	n, 1, 2, 3, 4, 5, 6, 7
	mov	0, %g\n
	.endr
	done

	.globl	drop_translations
drop_translations:
	mov	MMU_TAG_ACCESS, %o1
	mov	(TLB_ENTRIES - 1) * 8, %o2
1:	ldxa	[%o2] ASI_DTLB_DATA_ACCESS, %o3
	andcc	%o3, TTE_LOCK, %g0
	bnz,pn	%xcc, 2f
	 ldxa	[%o2] ASI_ITLB_DATA_ACCESS, %o3
	stxa	%g0, [%o1] ASI_DMMU
	stxa	%g0, [%o2] ASI_DTLB_DATA_ACCESS
2:	andcc	%o3, TTE_LOCK, %g0
	bnz,pn	%xcc, 3f
	 nop
	stxa	%g0, [%o1] ASI_IMMU
	stxa	%g0, [%o2] ASI_ITLB_DATA_ACCESS
3:	brnz,pt	%o2, 1b
	 sub	%o2, 8, %o2
	retl
	 membar	#Sync

	! ---- Traps ----

	.macro	vector_other
	ba,a,pt	%xcc, other
	.align	32
	.endm

	.macro	vector_spill
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

	.macro	vector_clean_window
	rdpr	%cleanwin, %l0
	add	%l0, 1, %l0
	wrpr	%l0, 0, %cleanwin
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	mov	0, %l\n
	mov	0, %o\n
	.endr
	retry
	.align	128
	.endm

	.macro	vector_miss mmu, data_in
	mov	MMU_TAG_ACCESS, %g7
	ldxa	[%g7] \mmu, %g7
	mov	%o7, %g6
	call	find_translation
	 nop
	stxa	%g3, [%g0] \data_in
	retry
	.align	128
	.endm

	.macro	vectors
	.rept	0x24
	vector_other
	.endr
	vector_clean_window
	.rept	0x4e - 0x28
	vector_other
	.endr
	ba,a,pt	%xcc, clock
	.align	32
	.rept	0x64 - 0x4f
	vector_other
	.endr
	vector_miss	ASI_IMMU, ASI_ITLB_DATA_IN
	vector_miss	ASI_DMMU, ASI_DTLB_DATA_IN
	.rept	0x80 - 0x6c
	vector_other
	.endr
	vector_spill
	.rept	0xc0 - 0x84
	vector_other
	.endr
	vector_fill
	.rept	0x200 - 0xc4
	vector_other
	.endr
	.endm

	.section .traps, "ax"
	.align	32768
	.globl	trap_table
trap_table:
	vectors
	vectors

	.text
	! The translation of the page of %g7, in %g3. %g6 is the interrupted %o7.
find_translation:
	magic	%g2
	cmp	%g2, %g1
	bne,pn	%xcc, other
	 add	%o7, 8, %g5
	mov	%g6, %o7
	setuw	translations, %g2
1:	ldx	[%g2 + 8], %g3
	brz,pn	%g3, other
	 ldx	[%g2], %g4
	sub	%g7, %g4, %g4
	cmp	%g4, %g3
	bgeu,pn	%xcc, 1b
	 add	%g2, 24, %g2
	ldx	[%g2 - 8], %g3
	srlx	%g4, 13, %g4
	sllx	%g4, 13, %g4
	jmp	%g5
	 add	%g3, %g4, %g3

clock:	magic	%g2
	cmp	%g2, %g1
	bne,pn	%xcc, other
	 setuw	ticks, %g7
	ldx	[%g7], %g2
	add	%g2, 1, %g2
	stx	%g2, [%g7]
	rd	%tick, %g2
	setuw	TICKS, %g3
	add	%g2, %g3, %g2
	wr	%g2, 0, %tick_cmpr
	mov	1, %g2
	wr	%g2, 0, %clear_softint
	retry

other:	rdpr	%tt, %g7
	rdpr	%tpc, %g2
	mov	MMU_TAG_ACCESS, %g3
	ldxa	[%g3] ASI_DMMU, %g3
	magic	%g4
	sub	%g1, %g4, %g4
	fresh_windows
	mov	%g7, %o0
	mov	%g2, %o1
	mov	%g3, %o2
	mov	%g4, %o3
	wrpr	%g0, PIL_ALL_OFF, %pil
	wrpr	%g0, PSTATE_PRIV, %pstate
	setuw	model_stack + STACK - STACK_BIAS - STACK_FRAME, %sp
	call	model_trap
	 mov	0, %fp

	.section .bss
	.align	16
model_stack:
	.skip	STACK
client_stack:
	.skip	STACK
