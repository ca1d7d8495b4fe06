/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sabre as an interrupt controller: the pins of eight slots, SCSI or IDE (0x20), and Ethernet (0x21). What it does is
 * mondo.c's.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087), the chapter on interrupts.
 */
#include "drivers/interrupt/sabre.h"

static const struct mondo_chip chip = { .group = SABRE_IGN };

static const struct interrupt_driver sabre = {
	.compatible = "sabre",
	.chip = &chip,
	.lines = INTERRUPT_LINE(0x22) - 1,
	MONDO_OPERATIONS,
};
INTERRUPT_DRIVER(sabre);
