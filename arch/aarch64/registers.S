/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch_hold_registers(): does an interrupt leave every register as it was? See arch/arch.h.
 *
 * The numbers of registers are the CPU's, plus 1. x16 and x17 are not filled, but hold what is compared; sp must lead
 * to the stack at any time. The register that is written has 32 bits, as those of a GIC.
 */
#define FRAME	128

	// A value with bits in both halves, different in each register.
	.macro	fill register, number
	mov	\register, #(\number + 64)
	movk	\register, #(\number + 64), lsl #32
	.endm

	.macro	compare register, number
	fill	x16, \number
	cmp	x16, \register
	mov	x17, #(\number + 1)
	b.ne	done
	.endm

	.macro	each_register what
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\what	x\n, \n
	.endr
	.irp	n, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	\what	x\n, \n
	.endr
	.endm

	.text
	.globl	arch_hold_registers
	.type	arch_hold_registers, %function
arch_hold_registers:
	sub	sp, sp, #FRAME
	stp	x19, x20, [sp]
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	stp	x0, x1, [sp, #96]
	stp	x2, x3, [sp, #112]
	each_register fill

	ldr	x16, [sp, #96]
	ldr	w16, [x16]
	mov	x17, #-1
	cbnz	w16, done
	ldp	x16, x17, [sp, #112]
	cbz	x16, 1f
	dsb	sy
	str	w17, [x16]
	dsb	sy
1:	ldr	x16, [sp, #96]
	ldr	w16, [x16]
	cbnz	w16, 2f
	ldr	x17, [sp, #104]
	subs	x17, x17, #1
	str	x17, [sp, #104]
	b.ne	1b
	mov	x17, #-2
	b	done

2:	each_register compare
	mov	x17, #0
done:	mov	x0, x17
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 18
	mvn	x\n, x\n
	.endr
	ldp	x19, x20, [sp]
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	add	sp, sp, #FRAME
	ret

	.section .note.GNU-stack, "", %progbits
