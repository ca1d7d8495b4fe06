/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instructions: from the loader's hand-over, at exception level 1 or 2, to start() (platform.c) at level 1,
 * on a stack of our own, with vectors and memory management.
 *
 * The other CPUs of the machine are off until somebody asks the firmware for them.
 *
 * Source: Arm Architecture Reference Manual (DDI 0487), D13 (system registers); Linux's booting.rst for what a loader
 * leaves.
 */
#include "arch/aarch64/cpu.h"

#define STACK_SIZE	65536

	.section .start, "ax"
	.globl	_start
_start:
	msr	daifset, #0xf
	mov	x19, x0
	mrs	x0, CurrentEL
	cmp	x0, #(1 << 2)
	b.eq	at_el1

	// A hypervisor's level: level 1 becomes ours, with everything that level 2 could keep from it.
	mov	x0, #HCR_RW
	msr	hcr_el2, x0
	mov	x0, #CNTHCTL_ALL
	msr	cnthctl_el2, x0
	msr	cntvoff_el2, xzr
	mov	x0, #CPTR_NOTHING
	msr	cptr_el2, x0
	msr	hstr_el2, xzr
	msr	vttbr_el2, xzr
	mrs	x0, midr_el1
	msr	vpidr_el2, x0
	mrs	x0, mpidr_el1
	msr	vmpidr_el2, x0
	mrs	x0, id_aa64pfr0_el1
	ubfx	x0, x0, #PFR0_GIC, #4
	cbz	x0, 1f
	mov	x0, #ICC_SRE_ALL
	msr	S3_4_C12_C9_5, x0		// ICC_SRE_EL2
	isb
1:	ldr	x0, =SCTLR_RESERVED
	msr	sctlr_el1, x0
	mov	x0, #(SPSR_MASKED | SPSR_EL1H)
	msr	spsr_el2, x0
	adr	x0, at_el1
	msr	elr_el2, x0
	isb
	eret

at_el1:
	ldr	x0, =SCTLR_RESERVED
	msr	sctlr_el1, x0
	msr	spsel, #1
	isb
	ldr	x0, =stack_top
	mov	sp, x0
	ldr	x0, =vectors
	msr	vbar_el1, x0
	msr	cpacr_el1, xzr			// floating point traps
	ldr	x0, =bss_start
	ldr	x1, =bss_end
2:	cmp	x0, x1
	b.hs	3f
	str	xzr, [x0], #8
	b	2b
3:	isb
	bl	mmu_start
	mov	x0, x19
	bl	start

	.section .stack, "aw", %nobits
	.balign	16
	.skip	STACK_SIZE
stack_top:
