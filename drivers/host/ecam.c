/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host of PCI that is nothing but its ranges: configuration space as ECAM lays it out, and pins that lead where the
 * machine's description says. Whatever translates or takes messages behind it is another node's.
 *
 * Source: PCI Firmware Specification 3.0, 4.1 (ECAM); Linux's binding pci-host-ecam-generic.
 */
#include "drivers/host/host.h"

static int ecam_intx_line(const struct host_bridge *host, unsigned slot, unsigned pin)
{
	const struct platform_node *at = host->at;

	for (unsigned i = 0; i < at->pin_count; i++)
		if (at->pins[i].pin == pin && at->pins[i].slot == (slot & at->pin_slots))
			return at->pins[i].line;
	return -1;
}

static const struct host_bridge_driver ecam = {
	.compatible = "pci-host-ecam-generic",
	.intx_line = ecam_intx_line,
};
HOST_DRIVER(ecam);
