/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For assembly: the registers that a function must give back as they were, $9 to $15, as seven quadwords in a row. $26
 * and $29, the way back and gp, are each caller's own matter.
 *
 * Source: Tru64 UNIX Calling Standard for Alpha Systems, register usage; OpenVMS's, by which a console's routines are
 * called, keeps them too.
 */
#ifndef ALPHA_KEPT_H
#define ALPHA_KEPT_H

	.macro	save_kept base, offset=0
	.irp	number, 9,10,11,12,13,14,15
	stq	$\number, (\offset + 8 * (\number - 9))(\base)
	.endr
	.endm

	.macro	load_kept base, offset=0
	.irp	number, 9,10,11,12,13,14,15
	ldq	$\number, (\offset + 8 * (\number - 9))(\base)
	.endr
	.endm

#endif
