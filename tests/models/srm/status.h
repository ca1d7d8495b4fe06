/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The status of QEMU's CPU while the image runs, for C and for assembly.
 *
 * Source: QEMU, target/alpha.
 */
#ifndef MODELS_SRM_STATUS_H
#define MODELS_SRM_STATUS_H

#define PS_IMAGE		0x0f	/* user mode, no interrupts */
#define PS_IMAGE_CLOCK		0x0c	/* user mode, interrupts of the clock and what is more urgent */
#define PS_IMAGE_ALL		0x08	/* user mode, all interrupts */

#endif
