/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Psycho as an interrupt controller, of both of its buses: the pins of four slots of each, and on-board devices. What
 * it does is mondo.c's. The number of its group is what its control register says, as in NetBSD; illumos makes it of
 * the UPA port's number ("upa-portid"), and Linux takes what a mapping register has.
 *
 * A CPU is told by its UPA id, as everywhere on UPA.
 *
 * Source: NetBSD psychoreg.h; illumos pcipsy.c; Linux prom_irqtrans.c.
 */
#include "drivers/interrupt/mondo.h"

#define CONTROL		0x10
#define   IGN_SHIFT	46

static const struct mondo_chip chip = { .group_register = CONTROL, .group_shift = IGN_SHIFT };

static const struct interrupt_driver psycho = {
	.compatible = "psycho",
	.chip = &chip,
	.lines = (INTERRUPT_LINE(0x22) - 1) | INTERRUPT_LINE(0x26),
	MONDO_OPERATIONS,
};
INTERRUPT_DRIVER(psycho);
