/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instruction, the way into the console's routines, the change of PALcode, and the last copy.
 *
 * The stack is the console's, a single page. Floating point is off.
 */
#include "arch/alpha/kept.inc"
#include "arch/alpha/pal.h"
#include "arch/alpha/srm/calls.h"

	.set	noat
	.section .text.start, "ax", @progbits
	.globl	srm_start
srm_start:
	br	$27, 1f
1:	ldgp	$29, 0($27)
	lda	$27, srm_main
	jsr	$26, ($27), srm_main

	.text
/* srm_call(descriptor, routine, ...): the console's linkage has the descriptor in $27, the code at its second word. */
	.globl	srm_call
	.align	4
srm_call:
	lda	$30, -80($30)
	stq	$26, 0($30)
	stq	$29, 8($30)
	save_kept $30, 16
	mov	$16, $27
	mov	$17, $16
	mov	$18, $17
	mov	$19, $18
	mov	$20, $19
	mov	$21, $20
	lda	$25, 5($31)
	ldq	$26, 8($27)
	jsr	$26, ($26), 0
	load_kept $30, 16
	ldq	$26, 0($30)
	ldq	$29, 8($30)
	lda	$30, 80($30)
	ret	$31, ($26), 1

/* srm_swppal(pcb, vptb). No register but $0 and $30 is what it was, and $30 is what the control block says. */
	.globl	srm_swppal
	.align	4
srm_swppal:
	lda	$1, kept
	stq	$30, 0($1)
	stq	$26, 8($1)
	save_kept $1, 16
	mov	$17, $19
	mov	$16, $18
	lda	$17, swapped
	mov	$30, $20
	lda	$16, PAL_VARIANT_OSF($31)
	call_pal VMS_SWPPAL
	.align	4
swapped:
	br	$27, 1f
1:	ldgp	$29, 0($27)
	lda	$1, kept
	ldq	$30, 0($1)
	ldq	$26, 8($1)
	load_kept $1, 16
	bne	$0, 2f
	lda	$16, -2($31)
	call_pal OSF_TBI
	.irp	number, 0,1,2,3,4,5
	lda	$16, halt_at_once
	lda	$17, \number
	call_pal PAL_WRENT
	.endr
	mov	$31, $0
2:	ret	$31, ($26), 1

/* Whatever traps before the firmware has set its own entry points ends at the prompt. */
	.align	4
halt_at_once:
	call_pal PAL_HALT

/* srm_move(from, to, quadwords, entry) */
	.globl	srm_move, srm_move_end
	.align	4
srm_move:
	ldq	$1, 0($16)
	stq	$1, 0($17)
	lda	$16, 8($16)
	lda	$17, 8($17)
	subq	$18, 1, $18
	bne	$18, srm_move
	mb
	call_pal PAL_IMB
	mov	$19, $27
	jmp	$31, ($27), 0
	.align	3
srm_move_end:

/* Not zeros that nobody may have put there: part of the image. */
	.data
	.align	4
kept:
	.quad	0, 0, 0, 0, 0, 0, 0, 0, 0

	.section .payload, "aw", @progbits
	.align	4
	.globl	payload_start, payload_end
payload_start:
	.incbin	FIRMWARE
	.align	3
payload_end:

	.section .note.GNU-stack, "", @progbits
