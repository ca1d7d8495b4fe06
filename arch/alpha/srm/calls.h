/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CALL_PAL functions that only the first stage needs, for C and assembly: those of the VMS PALcode that the console
 * starts it with, and of the OSF/1 PALcode behind that. No other number means the same in both.
 *
 * Source: Alpha Architecture Reference Manual, OpenVMS and OSF/1 PALcode.
 */
#ifndef ALPHA_SRM_CALLS_H
#define ALPHA_SRM_CALLS_H

#define VMS_HALT	0x00
#define VMS_SWPPAL	0x0a	/* PALcode $16, go on at $17, with the control block at physical $18, VPTB $19 */
#define   PAL_VARIANT_OSF	2
#define OSF_TBI		0x33	/* $16: which translations are forgotten; -2 all of them */

#endif
