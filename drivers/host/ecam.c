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
	return host_pin_line(host, slot, pin);
}

static const struct host_bridge_driver ecam = {
	.compatible = "pci-host-ecam-generic",
	.intx_line = ecam_intx_line,
};
HOST_DRIVER(ecam);
