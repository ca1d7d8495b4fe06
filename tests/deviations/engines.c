/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations that show on every engine, of any kind, or on engines that are no virtio devices. See deviations.h.
 */
#include "tests/deviations/deviations.h"

static const struct deviation engines[] = {
	{
		.name = "qemu-testdev-without-bus-master",
		.points = "engine.bus-master-cleared/iommu-testdev@*",
		.needs = "-device iommu-testdev, which QEMU has since 11",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.since = { 10, 1, 0 },
		.because = "bus mastering is off? and yet the device's write was seen in view bus",
		.reason = "iommu-testdev does DMA while bus mastering is off: it goes through its IOMMU's address "
			  "space itself, not through the function's bus master address space. By hand (QEMU 11): "
			  "-device iommu-testdev, clear PCI_COMMAND bit 2, arm it and read its first register.",
		.reference = "PCI Local Bus Specification 3.0, 6.2.2; QEMU hw/misc/iommu-testdev.c",
	},
	{
		.name = "qemu-rtl8139-capability-pointer",
		.points = "pci.capability-bit/10ec:8139@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.reason = "The RTL8139 has a capability pointer, 0xdc, although its status register tells of no "
			  "capability list. By hand: -device rtl8139, and read bytes 0x06 and 0x34 of its "
			  "configuration space.",
		.reference = "PCI Local Bus Specification 3.0, 6.2.3 and 6.7; QEMU hw/net/rtl8139.c, "
			     "pci_rtl8139_realize()",
		.needs = "an RTL8139",
		.because = "capability pointer where the status register tells of no list*",
	},
};
DEVIATIONS(engines);
