/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Pchip of the 21272 "Tsunami/Typhoon" chipset as a host: DP264-class Alphas have one per hose.
 *
 * Its DMA windows are drivers/iommu/typhoon.c's, the interrupt lines drivers/interrupt/cchip.c's.
 *
 * Source: 21272 Chipset Hardware Reference Manual (DS-0025A-TE).
 */
#include "drivers/host/host.h"

#define DRIR_ISA	55		/* the bit of the ISA interrupts; PCI's are below */

/* DP264 and clipper as QEMU wires them: Cchip DRIR bit (slot + 1) * 4 + pin. Real boards differ, and say so in the
 * configuration register INTERRUPT_LINE, which SRM fills with the DRIR bit. */
static int typhoon_intx_line(const struct host_bridge *host, unsigned slot, unsigned pin)
{
	(void)host;
	return (int)((slot + 1) * 4 + pin - 1);
}

static const struct host_bridge_driver typhoon = {
	.compatible = "typhoon",
	.lines = INTERRUPT_LINE(DRIR_ISA) - 1,
	.intx_line = typhoon_intx_line,
};
HOST_DRIVER(typhoon);
