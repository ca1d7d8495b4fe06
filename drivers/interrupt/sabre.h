/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sabre's interrupt registers, for its driver and for the suite that judges the chip. Offsets are from Sabre's
 * registers; all are 64 bits wide and big-endian.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087); OpenBSD psychoreg.h for names.
 */
#ifndef INTERRUPT_SABRE_H
#define INTERRUPT_SABRE_H

#define IMAP_PCI(slot)		(0xc00 + 8 * (slot))	/* interrupts of a slot's four pins: where to, and whether */
#define   IMAP_V		(1ull << 31)		/*   they are sent */
#define   IMAP_TID_SHIFT	26			/*   to the CPU with this UPA id */
#define   IMAP_TID		(0x1full << IMAP_TID_SHIFT)
#define   IMAP_IGN_SHIFT	6			/*   the group's number, the upper part of the interrupt's */
#define   IMAP_INO		0x3f			/*   its offset in the group */
#define SABRE_IGN		0x1full
#define IMAP_ON_BOARD(n)	(0x1000 + 8 * (n))	/* interrupt offset 0x20 + n */
#define IMAP_PCI_ERROR		0x1080			/* PCI errors */
#define ICLR_PCI(ino)		(0x1400 + 8 * (ino))	/* write: the state of an interrupt */
#define   ICLR_IDLE		0			/*   ended: may be sent again */
#define ICLR_ON_BOARD(n)	(0x1800 + 8 * (n))
#define INT_STATE_PCI		0xa800			/* diagnostics: two bits of state for each interrupt offset */
#define INT_STATE_ON_BOARD	0xa808			/*   from 0x20 on */

#endif
