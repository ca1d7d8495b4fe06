/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instructions of what OpenBoot loads from a disk, a CD or the network: to first_stage() in C, and from there
 * into the image.
 *
 * The firmware has moved it to its load base and enters it there, with the entry of its client interface in %o4 and a
 * stack; all else is the firmware's. Nobody but OBP clears what is behind the file, so nothing is there.
 *
 * Behind the first instructions is what arch/sparc64/obp/media fills in (FIRST_* in first.h).
 *
 * Source: OpenBoot, os/sun/aout.fth and arch/sun4u/go.fth; IEEE 1275 SPARC binding.
 */
#include "arch/sparc64/cpu.h"
#include "arch/sparc64/obp/first.h"

	.section .start, "ax"
	.globl	_start
_start:
	ba,pt	%xcc, 1f
	 nop
	.align	FIRST_RECORD
	.globl	first_record
first_record:
	.ascii	FIRST_MAGIC
	.skip	FIRST_WORDS * 8 - 8

1:	save	%sp, -STACK_FRAME, %sp
	call	first_stage
	 mov	%i4, %o0
	brz,pn	%o0, 2f
	 mov	%o0, %l0
	jmp	%l0
	 restore %i4, 0, %o4
2:	ba,pt	%xcc, 2b
	 nop
