/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From OpenBIOS, or from our own PROM, to boot_main(): the first instructions, and taking the machine over.
 *
 * OpenBIOS calls the image's first byte at virtual address 0x40004000, with the entry of its client interface in %o4.
 * Its MMU also shows physical 0x2000 to 0x801fff at the same virtual addresses, so everything but the first jump runs
 * where it was linked. return.S keeps what it has in the CPU, and firmware_read() asks it what it knows; after that it
 * is not called again, unless it gets the machine back in the end.
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
	ba,pt	%xcc, take_over
	 nop

note_reset:
	set	reset_record, %g1
	stx	%o0, [%g1 + 8 * RESET_VECTOR]
	stx	%o1, [%g1 + 8 * RESET_TL]
	stx	%o2, [%g1 + 8 * RESET_TT]
	stx	%o3, [%g1 + 8 * RESET_TPC]
	stx	%o5, [%g1 + 8 * RESET_TSTATE]

	/*
	 * Both MMUs are switched off while the translations are replaced. That is right under QEMU and OpenBIOS only,
	 * where there are no caches: on silicon an access with the MMU off is uncached, and the image may be dirty
	 * in the caches. There, stay on the firmware's mapping, write the locked entry for the image with the same
	 * physical page as the firmware's, demap the rest page by page, and only then jump.
	 */
take_over:
	wrpr	%g0, PSTATE_PRIV, %pstate
	wrpr	%g0, PIL_ALL_OFF, %pil
	set	1f, %g1
	jmp	%g1
	 stxa	%g0, [%g0] ASI_LSU_CONTROL
1:	membar	#Sync

	! Globals alone hold values here: the windows start afresh.
	wrpr	%g0, 0, %tl
	wrpr	%g0, 0, %cwp
	wrpr	%g0, WINDOWS - 2, %cansave
	wrpr	%g0, 0, %canrestore
	wrpr	%g0, 0, %otherwin
	wrpr	%g0, 0, %wstate
	wrpr	%g0, WINDOWS - 1, %cleanwin
	wr	%g0, 0, %fprs

	! OpenBIOS has a tick interrupt running. Bit 63 switches it off.
	mov	1, %g1
	sllx	%g1, 63, %g1
	wr	%g1, 0, %tick_cmpr
	wr	%g0, -1, %clear_softint
	stxa	%g0, [%g0] ASI_INTR_RECEIVE
	set	trap_table, %g1
	wrpr	%g1, 0, %tba

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

	mov	MMU_PRIMARY_CONTEXT, %g1
	stxa	%g0, [%g1] ASI_DMMU
	mov	MMU_SECONDARY_CONTEXT, %g1
	stxa	%g0, [%g1] ASI_DMMU
	mov	MMU_SFSR, %g1
	stxa	%g0, [%g1] ASI_DMMU
	stxa	%g0, [%g1] ASI_IMMU
	membar	#Sync
	set	_start, %g1
	flush	%g1
	mov	LSU_CACHES_MMUS, %g2
	stxa	%g2, [%g0] ASI_LSU_CONTROL
	membar	#Sync
	flush	%g1

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
