/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts of Sun's PCI host bridges for UPA, which send mondos: what the chips have in common, and what they have
 * not, which each fills in (sabre.c, psycho.c): lines, of which those from 0x20 on are of on-board devices, and where
 * the number of its group is from.
 *
 * Offsets are from the chip's registers, the first of its node's; all are 64 bits wide and big-endian.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087); OpenBSD psychoreg.h for names.
 */
#ifndef INTERRUPT_MONDO_H
#define INTERRUPT_MONDO_H

#include "drivers/interrupt/interrupt.h"

#define IMAP_PCI(slot)		(0xc00 + 8 * (slot))	/* interrupts of a slot's four pins: where to, and whether */
#define   IMAP_V		(1ull << 31)		/*   they are sent */
#define   IMAP_TID_SHIFT	26			/*   to the CPU with this UPA id */
#define   IMAP_TID		(0x1full << IMAP_TID_SHIFT)
#define   IMAP_IGN_SHIFT	6			/*   the group's number, the upper part of the interrupt's */
#define   IMAP_INO		0x3f			/*   its offset in the group */
#define IGN_MOST		0x1full
#define IMAP_ON_BOARD(n)	(0x1000 + 8 * (n))	/* interrupt offset 0x20 + n */
#define ICLR_PCI(ino)		(0x1400 + 8 * (ino))	/* write: the state of an interrupt */
#define   ICLR_IDLE		0			/*   ended: may be sent again */
#define ICLR_ON_BOARD(n)	(0x1800 + 8 * (n))
#define INT_STATE_PCI		0xa800			/* diagnostics: two bits of state for each interrupt offset */
#define INT_STATE_ON_BOARD	0xa808			/*   from 0x20 on */

struct mondo_chip {
	unsigned group_register, group_shift;	/* where the group's number is; no register: it is always the same */
	uint64_t group;
};

/* The operations of struct interrupt_driver, whose chip is a struct mondo_chip. */
void mondo_save(const struct interrupt_controller *controller, uint64_t *words);
void mondo_restore(const struct interrupt_controller *controller, const uint64_t *words);
uint64_t mondo_together(unsigned line);
void mondo_enable(const struct interrupt_controller *controller, uint64_t lines);
void mondo_mask(const struct interrupt_controller *controller, uint64_t lines);
uint64_t mondo_enabling(const struct interrupt_controller *controller, unsigned line, phys_addr *address);
uint64_t mondo_raised(const struct interrupt_controller *controller);
uint64_t mondo_waiting(const struct interrupt_controller *controller);
int mondo_line(const struct interrupt_controller *controller, uint64_t number);
void mondo_end(const struct interrupt_controller *controller, unsigned line);
void mondo_look_again(const struct interrupt_controller *controller);

#define MONDO_OPERATIONS \
	.save = mondo_save, \
	.restore = mondo_restore, \
	.together = mondo_together, \
	.enable = mondo_enable, \
	.mask = mondo_mask, \
	.enabling = mondo_enabling, \
	.raised = mondo_raised, \
	.waiting = mondo_waiting, \
	.line = mondo_line, \
	.end = mondo_end, \
	.look_again = mondo_look_again

#endif
