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
		.name = "qemu-peer-through-host",
		.points = "dma.peer-below-root/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "at its number: a write did not arrive in BAR *",
		.reason = "Where a host bridge or an IOMMU translates, all DMA goes there: the number of a BAR that is "
			  "on the same bus, or behind the same switch, is translated as any other is, or refused, and "
			  "not claimed by the device that has it. Seen on 7.2.22, 10.0.13 and 11.1.3. By hand: "
			  "-M virt,iommu=smmuv3, an NVMe controller and -device ivshmem-plain behind two ports of a "
			  "switch (x3130-upstream, xio3130-downstream), and Get Log Page to BAR 2 of the latter.",
		.reference = "PCI Local Bus Specification 3.0, 3.2.2; PCI Express 5.0, 1.3.3 and 6.12.1.1; QEMU "
			     "hw/pci/pci.c, pci_device_iommu_address_space()",
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
