/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Integer division, which the Alpha leaves to software.
 *
 * The compiler calls these eight functions by a convention of their own: dividend in $24, divisor in $25, return
 * address in $23, result in $27; beyond that only $28 may change. The long ones take their operands from the low 32
 * bits and return them sign-extended, as every longword in a register is.
 *
 * The divisor is shifted up until it is no longer below the dividend, then down again, subtracted wherever it fits:
 * as many steps as the quotient has bits. A division by zero raises the trap that the convention asks for; the
 * caller's address is then in $23 of the trap's registers.
 */
#include "arch/alpha/pal.h"

#define FRAME_SIZE	32

	.set	noat
	.text

	.macro	divide name, is_long, is_signed, is_remainder
	.globl	\name
	.align	4
\name:
	lda	$30, -FRAME_SIZE($30)
	stq	$0, 0($30)
	stq	$24, 8($30)
	stq	$25, 16($30)
	.if	\is_long && \is_signed
	addl	$24, 0, $24
	addl	$25, 0, $25
	.elseif	\is_long
	zapnot	$24, 15, $24
	zapnot	$25, 15, $25
	.endif
	beq	$25, division_by_zero
	.if	\is_signed
	/* The sign of the result waits in the frame: the dividend's for a remainder. */
	.if	\is_remainder
	mov	$24, $0
	.else
	xor	$24, $25, $0
	.endif
	stq	$0, 24($30)
	subq	$31, $24, $0
	cmovlt	$24, $0, $24
	subq	$31, $25, $0
	cmovlt	$25, $0, $25
	.endif

	/* $24 what is left of the dividend, $25 the divisor and $0 a one, both shifted, $27 the quotient */
	mov	$31, $27
	lda	$0, 1
1:	cmpult	$25, $24, $28
	beq	$28, 2f
	blt	$25, 2f
	addq	$25, $25, $25
	addq	$0, $0, $0
	br	$31, 1b
2:	cmpule	$25, $24, $28
	beq	$28, 3f
	subq	$24, $25, $24
	or	$27, $0, $27
3:	srl	$25, 1, $25
	srl	$0, 1, $0
	bne	$0, 2b

	.if	\is_remainder
	mov	$24, $27
	.endif
	.if	\is_signed
	ldq	$0, 24($30)
	subq	$31, $27, $28
	cmovlt	$0, $28, $27
	.endif
	.if	\is_long
	addl	$27, 0, $27
	.endif
	ldq	$0, 0($30)
	ldq	$24, 8($30)
	ldq	$25, 16($30)
	lda	$30, FRAME_SIZE($30)
	ret	$31, ($23), 1
	.endm

	divide	__divq, 0, 1, 0
	divide	__divqu, 0, 0, 0
	divide	__remq, 0, 1, 1
	divide	__remqu, 0, 0, 1
	divide	__divl, 1, 1, 0
	divide	__divlu, 1, 0, 0
	divide	__reml, 1, 1, 1
	divide	__remlu, 1, 0, 1

division_by_zero:
	lda	$16, GEN_INTDIV
	call_pal PAL_GENTRAP

	.section .note.GNU-stack, "", @progbits
