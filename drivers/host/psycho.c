/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Psycho (U2P), the bridge of UltraSPARC-II machines from UPA to PCI, as a host. One chip is two of them, bus A and bus
 * B, each with a root bus and spaces of its own, and no bridge between it and the slots. Both have the chip's
 * configuration space, of which each answers for its own bus numbers.
 *
 * Registers of a node: those of the chip, then those of the bus, 0x2000 or 0x4000 behind them. The IOMMU, which both
 * share, is drivers/iommu/psycho.c's, the interrupt registers drivers/interrupt/psycho.c's.
 *
 * What the tree says of a pin counts (the node's pins): it alone knows of on-board devices. Where it says nothing, a
 * slot's number is its device number less 1 on bus A, less 2 on bus B: illumos' rule for such machines.
 *
 * Source: illumos pcipsy.c and pcipsy.h; Linux pci_psycho.c; NetBSD psychoreg.h and psycho.c.
 */
#include "drivers/host/host.h"

#define BUS_REGISTERS	1		/* of the node */
#define   BUS_B		0x4000		/* of its address */
#define SLOTS		4
#define PINS		4
#define INO_BUS_B	0x10
#define INO_SCSI	0x20
#define INO_ETHERNET	0x21
#define INO_SECOND_SCSI	0x26		/* of Ultra 60: what is the mouse's and keyboard's elsewhere */

static int psycho_intx_line(const struct host_bridge *host, unsigned slot, unsigned pin)
{
	bool b = host->at->registers[BUS_REGISTERS].start.value & BUS_B;
	unsigned first = b ? 2 : 1;
	int told = host_pin_line(host, slot, pin);

	if (told >= 0)
		return told;
	if (slot < first || slot >= first + SLOTS)
		return -1;
	return (int)((b ? INO_BUS_B : 0) | (slot - first) * PINS | (pin - 1));
}

static const struct host_bridge_driver psycho = {
	.compatible = "psycho",
	.lines = (INTERRUPT_LINE(0x20) - 1) | INTERRUPT_LINE(INO_SCSI) | INTERRUPT_LINE(INO_ETHERNET) |
		 INTERRUPT_LINE(INO_SECOND_SCSI),
	.intx_line = psycho_intx_line,
};
HOST_DRIVER(psycho);
