/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instructions: from PALcode's hand-over to boot_main(), on a stack of our own.
 *
 * Nothing may trap before all six entry points are set: PALcode would jump to address 0 for ever. Memory above the
 * initialized data is cleared here, because only an ELF loader does it for us.
 *
 * Left to others: the entry points themselves (trap.S).
 */
#include "arch/alpha/pal.h"

#define STACK_SIZE	65536

	.set	noat
	.section .text.start, "ax", @progbits
	.globl	_start
_start:
	br	$27, 1f
1:	ldgp	$29, 0($27)
	lda	$16, IPL_NONE
	call_pal PAL_SWPIPL
	lda	$30, stack_top
	mov	$29, $16
	call_pal PAL_WRKGP

	.macro	entry_point name, number
	lda	$16, \name
	lda	$17, \number
	call_pal PAL_WRENT
	.endm
	entry_point entInt, ENT_INT
	entry_point entArith, ENT_ARITH
	entry_point entMM, ENT_MM
	entry_point entIF, ENT_IF
	entry_point entUna, ENT_UNA
	entry_point entSys, ENT_SYS

	lda	$1, __bss_start
	lda	$2, _end
2:	cmpult	$1, $2, $3
	beq	$3, 3f
	stq	$31, 0($1)
	lda	$1, 8($1)
	br	2b

3:	lda	$27, boot_main
	jsr	$26, ($27), boot_main

	.section .bss.stack, "aw", @nobits
	.align	4
	.skip	STACK_SIZE
stack_top:

	.section .note.GNU-stack, "", @progbits
