/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the C files of our own PALcode reach ports of the ISA bus: through KSEG, one byte at a time, in order.
 */
#ifndef BOARD_H
#define BOARD_H

#include "arch/alpha/alpha.h"
#include "arch/alpha/pal/pal_image.h"

#define PCI_IO	0x801fc000000ul		/* hose 0 */

static inline uint8_t io_read8(unsigned port)
{
	uint8_t value = *(volatile uint8_t *)kseg(PCI_IO + port);

	barrier_full();
	return value;
}

static inline void io_write8(unsigned port, uint8_t value)
{
	barrier_full();
	*(volatile uint8_t *)kseg(PCI_IO + port) = value;
	barrier_full();
}

#endif
