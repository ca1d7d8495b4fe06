/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the reset vector to _start: the boot PROM that qemu-system-sparc64 -bios puts in OpenBIOS's place.
 *
 * Wrapped around the raw image that -kernel boots as well. It copies that to where it is linked and enters it as a
 * firmware would, but with 0 for the client interface in %o4; what it then finds out about the machine is prom.c's.
 * Why it was entered is handed over in the other %o registers (RESET_* in cpu.h). The MMUs stay off until entry.S
 * switches them on.
 *
 * A reset leaves the trap level at its highest, where any trap is the end of the machine: nothing here may trap, and no
 * register window is saved. QEMU enters the vector of the watchdog for every reset but the first, with the trap type of
 * a power-on reset; it never enters the others by itself.
 *
 * Memory works under QEMU without any set-up. On a real machine the firmware has to find it first, so this image is
 * for QEMU only.
 *
 * Source: The SPARC Architecture Manual, Version 9, 7.2 (RED state); UltraSPARC-I/II User's Manual, the chapter on
 * reset; QEMU hw/sparc64/sun4u.c (PROM) and hw/sparc64/sparc64.c (reset).
 */
#include "arch/sparc64/cpu.h"

	.register %g2, #scratch
	.register %g3, #scratch

	.macro	vector number
	.org	vectors + \number * RESET_VECTOR_SIZE
	ba,pt	%xcc, enter
	 mov	\number, %g1
	.endm

	.section .reset, "ax"
	.align	32
	.globl	vectors
vectors:
	.irp	number, 0, 1, 2, 3, 4, 5
	vector	\number
	.endr
	.org	vectors + RESET_VECTORS * RESET_VECTOR_SIZE

	! The globals are those of traps here, and change with %pstate; the window stays.
enter:
	wrpr	%g0, 0, %cwp
	mov	%g1, %o0
	rdpr	%tl, %o1
	rdpr	%tt, %o2
	rdpr	%tpc, %o3
	rdpr	%tstate, %o5
	mov	0, %o4
	stxa	%g0, [%g0] ASI_LSU_CONTROL
	wrpr	%g0, PSTATE_PRIV, %pstate
	wrpr	%g0, PIL_ALL_OFF, %pil
	wrpr	%g0, 0, %tick		! bit 63, which a reset sets, keeps user programs from reading it

here:	rd	%pc, %g1
	add	%g1, image - here, %g1
	set	image_end - image, %g2
	set	_start, %g3
1:	subcc	%g2, 8, %g2
	ldx	[%g1 + %g2], %g4
	bnz,pt	%xcc, 1b
	 stx	%g4, [%g3 + %g2]

	jmp	%g3
	 membar	#Sync

	.align	16
image:
	.incbin	IMAGE
	.align	16
image_end:
