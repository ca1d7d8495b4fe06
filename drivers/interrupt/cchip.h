/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt registers of the Cchip of the 21272, for its driver and for the tests that judge it.
 *
 * Source: 21272 Chipset Hardware Reference Manual (DS-0025A-TE), chapter 10.
 */
#ifndef CCHIP_H
#define CCHIP_H

#include "drivers/interrupt/interrupt.h"

/* One set for all Pchips; n is the number of a CPU, 0 to 3. */
#define CCHIP_DIM(n)		(0x200 + 0x40 * ((n) & 1) + 0x400 * ((n) >> 1))	/* mask: 1 interrupts this CPU */
#define CCHIP_DIR(n)		(0x280 + 0x40 * ((n) & 1) + 0x400 * ((n) >> 1))	/* DRIR and DIM(n), read only */
#define CCHIP_DRIR		0x300		/* requests as they are, read only */
#define   DRIR_ISA		55		/*   the bit of the ISA interrupts; PCI's are below */
#define VECTOR_DEVICE		0x900		/* PALcode's vector of bit 0; 16 more for each further bit */

uint64_t cchip_read(const struct interrupt_controller *controller, unsigned reg);
void cchip_write(const struct interrupt_controller *controller, unsigned reg, uint64_t value);

#endif
