/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the console firmware, or from our own PROM, to boot_main(): the first instructions, and taking the machine over.
 *
 * OpenBIOS calls the image's first byte at virtual address 0x40004000, with the entry of its client interface in %o4.
 * Its MMU also shows physical 0x2000 to 0x801fff at the same virtual addresses, so everything but the first jump runs
 * where it was linked. The first stage of media (obp/) has mapped it there, to whatever memory it got. switch.S keeps
 * what the firmware has in the CPU, firmware_read() asks it what it knows, takeover_prepare() for translations that
 * stay; after that it is called only through switch.S.
 *
 * The PROM (prom/reset.S) comes with the MMUs off and 0 in %o4. Its other %o registers say why the CPU was reset.
 *
 * The trap table is traps.S's.
 *
 * Source: OpenBIOS, arch/sparc64/{boot,ofmem_sparc64}.c; IEEE 1275 SPARC binding; UltraSPARC-I/II User's Manual, 6.7
 * (MMU off) and the rest of its chapter on the MMU.
 */
#include "arch/sparc64/cpu.h"

	.register %g2, #scratch
	.register %g3, #scratch

	! The windows start afresh: globals alone hold values behind this. A firmware has a tick interrupt running,
	! which bit 63 switches off.
	.macro	own_cpu
	wrpr	%g0, 0, %tl
	wrpr	%g0, 0, %cwp
	wrpr	%g0, WINDOWS - 2, %cansave
	wrpr	%g0, 0, %canrestore
	wrpr	%g0, 0, %otherwin
	wrpr	%g0, 0, %wstate
	wrpr	%g0, WINDOWS - 1, %cleanwin
	wr	%g0, 0, %fprs
	mov	1, %g1
	sllx	%g1, 63, %g1
	wr	%g1, 0, %tick_cmpr
	wr	%g0, -1, %clear_softint
	stxa	%g0, [%g0] ASI_INTR_RECEIVE
	set	trap_table, %g1
	wrpr	%g1, 0, %tba
	.endm

	.macro	own_contexts
	mov	MMU_PRIMARY_CONTEXT, %g1
	stxa	%g0, [%g1] ASI_DMMU
	mov	MMU_SECONDARY_CONTEXT, %g1
	stxa	%g0, [%g1] ASI_DMMU
	mov	MMU_SFSR, %g1
	stxa	%g0, [%g1] ASI_DMMU
	stxa	%g0, [%g1] ASI_IMMU
	membar	#Sync
	.endm

	.section .start, "ax"
	.align	8192
	.globl	_start
_start:
	set	linked_start, %g1
	jmp	%g1
	 nop

	.text
linked_start:
	set	bss_start, %g1
	set	bss_end, %g2
1:	stx	%g0, [%g1]
	add	%g1, 8, %g1
	cmp	%g1, %g2
	blu,pt	%xcc, 1b
	 nop
	brz,pn	%o4, note_reset
	 nop

	! A new window on our stack. The firmware's window handlers and its mappings still serve it.
	set	stack_top - STACK_BIAS - STACK_FRAME, %g1
	save	%g1, 0, %sp
	call	firmware_keep
	 nop
	call	firmware_read
	 mov	%i4, %o0
	call	takeover_prepare
	 nop
	flushw
	wrpr	%g0, PIL_ALL_OFF, %pil
	wrpr	%g0, PSTATE_PRIV, %pstate
	own_cpu
	call	firmware_drop
	 nop
	own_contexts
	ba,pt	%xcc, begin
	 nop

note_reset:
	set	reset_record, %g1
	stx	%o0, [%g1 + 8 * RESET_VECTOR]
	stx	%o1, [%g1 + 8 * RESET_TL]
	stx	%o2, [%g1 + 8 * RESET_TT]
	stx	%o3, [%g1 + 8 * RESET_TPC]
	stx	%o5, [%g1 + 8 * RESET_TSTATE]

	! From our PROM, with both MMUs off, and nothing in the caches.
	wrpr	%g0, PSTATE_PRIV, %pstate
	wrpr	%g0, PIL_ALL_OFF, %pil
	stxa	%g0, [%g0] ASI_LSU_CONTROL
	membar	#Sync
	own_cpu
	mov	MMU_TAG_ACCESS, %g1
	mov	(TLB_ENTRIES - 1) * 8, %g2
2:	stxa	%g0, [%g1] ASI_DMMU
	stxa	%g0, [%g2] ASI_DTLB_DATA_ACCESS
	stxa	%g0, [%g1] ASI_IMMU
	stxa	%g0, [%g2] ASI_ITLB_DATA_ACCESS
	membar	#Sync
	brnz,pt	%g2, 2b
	 sub	%g2, 8, %g2

	! Entry 0 of both: the image.
	set	IMAGE_PAGE, %g2
	mov	TTE_VALID_4M, %g3
	sllx	%g3, TTE_VALID_4M_SHIFT, %g3
	or	%g3, TTE_MEMORY | TTE_LOCK, %g3
	or	%g3, %g2, %g3
	stxa	%g2, [%g1] ASI_DMMU
	stxa	%g3, [%g0] ASI_DTLB_DATA_ACCESS
	stxa	%g2, [%g1] ASI_IMMU
	stxa	%g3, [%g0] ASI_ITLB_DATA_ACCESS

	own_contexts
	set	_start, %g1
	flush	%g1
	mov	LSU_CACHES_MMUS, %g2
	stxa	%g2, [%g0] ASI_LSU_CONTROL
	membar	#Sync
	flush	%g1

begin:
	set	stack_top - STACK_BIAS - STACK_FRAME, %sp
	mov	0, %fp
	call	start
	 mov	0, %i7

	.section .stacks, "aw", @nobits
	.align	16
	.globl	emergency_stack
	.globl	emergency_stack_top
	.globl	stack
	.globl	stack_top
emergency_stack:
	.skip	EMERGENCY_STACK_SIZE
emergency_stack_top:
stack:
	.skip	STACK_SIZE
stack_top:
