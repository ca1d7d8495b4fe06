/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sabre, inside the UltraSPARC-IIi, as a host: in front of both Simba bridges, which are drivers/pci/simba.c's.
 *
 * Its IOMMU is drivers/iommu/sabre.c's, its interrupt registers drivers/interrupt/sabre.c's.
 *
 * Source: UltraSPARC-IIi User's Manual (805-0087).
 */
#include "drivers/host/host.h"

#define LINES		34		/* interrupt number offsets of PCI slots, and of two on-board devices */

/* The slots on the root bus are Sabre and Simba themselves, which have no INTx. */
static int sabre_intx_line(const struct host_bridge *host, unsigned slot, unsigned pin)
{
	(void)host;
	(void)slot;
	(void)pin;
	return -1;
}

static const struct host_bridge_driver sabre = {
	.compatible = "sabre",
	.lines = INTERRUPT_LINE(LINES) - 1,
	.intx_line = sabre_intx_line,
};
HOST_DRIVER(sabre);
