/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sabre, inside the UltraSPARC-IIi, as a host: in front of both Simba bridges, which are drivers/pci/simba.c's.
 *
 * Its IOMMU is drivers/iommu/sabre.c's, its interrupt registers drivers/interrupt/sabre.c's. Memory that BARs get is
 * never in the 512 MiB that the target address space register sends to the IOMMU.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087).
 */
#include "drivers/host/host.h"

#define LINES		34		/* interrupt number offsets of PCI slots, and of two on-board devices */

/* The slots on the root bus are Sabre and Simba themselves, which have no INTx. */
static int intx_line(const struct host_bridge *host, unsigned slot, unsigned pin)
{
	(void)host;
	(void)slot;
	(void)pin;
	return -1;
}

static const struct host_bridge_driver sabre = {
	.compatible = "sabre",
	.ranges = {
		.buses = { 0, 255 },
		.io = { 0x8000, 0xffffff },
		.mem = { 0x20000000, 0x9fffffff },
	},
	.lines = INTERRUPT_LINE(LINES) - 1,
	.intx_line = intx_line,
};
HOST_DRIVER(sabre);
