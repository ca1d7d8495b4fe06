/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt registers of Sabre's beside those of its kind (mondo.h), for its driver and for the suite that judges the
 * chip.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087); OpenBSD psychoreg.h for names.
 */
#ifndef INTERRUPT_SABRE_H
#define INTERRUPT_SABRE_H

#include "drivers/interrupt/mondo.h"

#define SABRE_IGN		0x1full
#define IMAP_PCI_ERROR		0x1080			/* PCI errors */

#endif
