/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vectors of exception level 1: save every register, tell aarch64_trap() (trap.c), restore, return.
 *
 * All of them save onto the stack in use: busproof has one, and a stack that is broken is the end in any case. Those of
 * other levels and of the other stack pointer are never entered, and are told all the same.
 *
 * Source: Arm Architecture Reference Manual (DDI 0487), D1.10.
 */
#include "arch/aarch64/cpu.h"

#define SAVED_SIZE	(8 * SAVED_COUNT)

	.macro	vector entry
	.balign	128
	sub	sp, sp, #SAVED_SIZE
	stp	x0, x1, [sp]
	mov	x0, #\entry
	b	save_and_tell
	.endm

	.section .vectors, "ax"
	.globl	vectors
	.balign	2048
vectors:
	.rept	4
	vector	ENTRY_SYNCHRONOUS
	vector	ENTRY_IRQ
	vector	ENTRY_FIQ
	vector	ENTRY_SERROR
	.endr

	.macro	each_pair what
	\what	x2, x3, [sp, #(8 * 2)]
	\what	x4, x5, [sp, #(8 * 4)]
	\what	x6, x7, [sp, #(8 * 6)]
	\what	x8, x9, [sp, #(8 * 8)]
	\what	x10, x11, [sp, #(8 * 10)]
	\what	x12, x13, [sp, #(8 * 12)]
	\what	x14, x15, [sp, #(8 * 14)]
	\what	x16, x17, [sp, #(8 * 16)]
	\what	x18, x19, [sp, #(8 * 18)]
	\what	x20, x21, [sp, #(8 * 20)]
	\what	x22, x23, [sp, #(8 * 22)]
	\what	x24, x25, [sp, #(8 * 24)]
	\what	x26, x27, [sp, #(8 * 26)]
	\what	x28, x29, [sp, #(8 * 28)]
	.endm

	.balign	128
save_and_tell:
	each_pair stp
	str	x30, [sp, #(8 * 30)]
	add	x1, sp, #SAVED_SIZE
	str	x1, [sp, #(8 * SAVED_SP)]
	mrs	x2, elr_el1
	mrs	x3, spsr_el1
	stp	x2, x3, [sp, #(8 * SAVED_PC)]
	mrs	x2, esr_el1
	mrs	x3, far_el1
	stp	x2, x3, [sp, #(8 * SAVED_SYNDROME)]
	mov	x1, sp
	bl	aarch64_trap

	ldp	x2, x3, [sp, #(8 * SAVED_PC)]
	msr	elr_el1, x2
	msr	spsr_el1, x3
	each_pair ldp
	ldr	x30, [sp, #(8 * 30)]
	ldp	x0, x1, [sp]
	add	sp, sp, #SAVED_SIZE
	eret
