/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The status of QEMU's CPU, and the Cchip's bits for interrupts of CPU 0: for C and for assembly.
 *
 * Source: QEMU, target/alpha; 21272 Hardware Reference Manual, MISC.
 */
#ifndef MODELS_SRM_STATUS_H
#define MODELS_SRM_STATUS_H

#define PS_USER			0x0f	/* user mode, no interrupts */
#define PS_USER_CLOCK		0x0c	/* user mode, interrupts of the clock and what is more urgent */
#define PS_USER_ALL		0x08
#define PS_KERNEL		0x07

#define MISC_CLOCK		0x010	/* 1 clears, and so below; other CPUs have the next bits */
#define MISC_INTERPROCESSOR	0x100

#endif
