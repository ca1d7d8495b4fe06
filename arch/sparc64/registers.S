/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch_hold_registers(): does an interrupt leave every register as it was? See arch/arch.h.
 *
 * The numbers of registers are the CPU's (%g0 to %g7, %o0, ...), plus 1, and 33 for %y. %i1 and %i2 are not filled,
 * but hold the flag between its load and the branch; %sp and %fp must lead to the stack at any time.
 */
#include "arch/sparc64/cpu.h"

	.register %g2, #scratch
	.register %g3, #scratch
	.register %g6, #scratch
	.register %g7, #scratch

#define VALUE(number)	(number + 64)

	! A value with bits in both halves, different in each register.
	.macro	fill register, number
	mov	VALUE(\number), \register
	sllx	\register, 40, \register
	or	\register, VALUE(\number), \register
	.endm

	.macro	compare register, number
	fill	%i1, \number
	cmp	%i1, \register
	bne,pn	%xcc, done
	 mov	\number + 1, %i1
	.endm

	.macro	each_register what
	.irp	n, 1, 2, 3, 4, 5, 6, 7
	\what	%g\n, \n
	.endr
	.irp	n, 0, 1, 2, 3, 4, 5, 7
	\what	%o\n, (8 + \n)
	.endr
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	\what	%l\n, (16 + \n)
	.endr
	.irp	n, 3, 4, 5
	\what	%i\n, (24 + \n)
	.endr
	.endm

	.text
	.globl	arch_hold_registers
	.type	arch_hold_registers, #function
arch_hold_registers:
	save	%sp, -(STACK_FRAME + 32), %sp
	stx	%i0, [%sp + STACK_BIAS + STACK_FRAME]
	stx	%i1, [%sp + STACK_BIAS + STACK_FRAME + 8]
	stx	%i2, [%sp + STACK_BIAS + STACK_FRAME + 16]
	stx	%i3, [%sp + STACK_BIAS + STACK_FRAME + 24]
	each_register fill
	wr	%g0, VALUE(32), %y

	lduw	[%i0], %i1
	brnz,pn	%i1, done
	 mov	-1, %i1
	ldx	[%sp + STACK_BIAS + STACK_FRAME + 16], %i1
	brz,pn	%i1, 3f
	 ldx	[%sp + STACK_BIAS + STACK_FRAME + 24], %i2
	membar	#Sync
	stxa	%i2, [%i1] ASI_PHYS_IO
	membar	#Sync
3:	ldx	[%sp + STACK_BIAS + STACK_FRAME + 8], %i2
1:	lduw	[%i0], %i1
	cmp	%i1, 0
	bne,pn	%xcc, 2f
	 subcc	%i2, 1, %i2
	bne,pt	%xcc, 1b
	 nop
	ba	%xcc, done
	 mov	-2, %i1

2:	each_register compare
	rd	%y, %i2
	cmp	%i2, VALUE(32)
	bne,pn	%xcc, done
	 mov	33, %i1
	ldx	[%sp + STACK_BIAS + STACK_FRAME], %i2
	cmp	%i2, %i0
	bne,pn	%xcc, done
	 mov	25, %i1
	mov	0, %i1
done:	mov	%i1, %i0
	.irp	n, 1, 2, 3, 4, 5
	xnor	%g\n, %g0, %g\n
	xnor	%i\n, %g0, %i\n
	.endr
	wr	%g0, 0, %y
	ret
	 restore %i0, 0, %o0
	.size	arch_hold_registers, . - arch_hold_registers
