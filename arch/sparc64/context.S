/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch_save_context() and arch_resume_context(): see arch/arch.h.
 *
 * Saving flushes every register window to the stack, the caller's as well. The frames above it stay as they are until
 * it returns, so the stack pointer and the return address are all that the context has to keep. Resuming drops all
 * windows and loads the caller's from the stack, which also works when a trap has left the windows in disorder.
 *
 * Source: The SPARC Architecture Manual, Version 9, register windows; SPARC Compliance Definition 2.4 (the register
 * save area).
 */
#include "arch/sparc64/cpu.h"

	.register %g2, #scratch

	.text
	.globl	arch_save_context
	.type	arch_save_context, #function
arch_save_context:
	stx	%sp, [%o0]
	stx	%o7, [%o0 + 8]
	save	%sp, -STACK_FRAME, %sp
	flushw
	restore
	retl
	 mov	0, %o0
	.size	arch_save_context, . - arch_save_context

	.globl	arch_resume_context
	.type	arch_resume_context, #function
arch_resume_context:
	wrpr	%g0, PSTATE_PRIV, %pstate
	wrpr	%g0, PIL_ALL_OFF, %pil
	wrpr	%g0, 0, %tl
	ldx	[%o0], %g1
	ldx	[%o0 + 8], %g2
	wrpr	%g0, 0, %otherwin
	wrpr	%g0, 0, %canrestore
	wrpr	%g0, WINDOWS - 2, %cansave
	wrpr	%g0, WINDOWS - 1, %cleanwin
	wrpr	%g0, 0, %wstate
	mov	%g1, %sp
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	ldx	[%sp + STACK_BIAS + \n * 8], %l\n
	ldx	[%sp + STACK_BIAS + 64 + \n * 8], %i\n
	.endr
	set	trap_emergencies, %g1
	stx	%g0, [%g1]
	mov	%g2, %o7
	retl
	 mov	1, %o0
	.size	arch_resume_context, . - arch_resume_context
