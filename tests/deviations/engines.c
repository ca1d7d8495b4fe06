/*
 * Deviations that show on every engine, of any kind, or on engines that are no virtio devices. See deviations.h.
 */
#include "tests/deviations/deviations.h"

static const struct deviation engines[] = {
	{
		.name = "qemu-sabre-no-window-check",
		.points = "engine.out-of-window/*,dma.peer-to-peer/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.reason = "The IOMMU translates every bus address by its low bits, whether the target address space "
			  "register claims it or not: 0xa0800800 arrives where 0x00800800 leads, and a write aimed at "
			  "another device's BAR at 0x60004000 arrives where 0x00004000 leads. By hand: PCI_TAS 0x01, a "
			  "TSB of 512 MiB, and a DMA write at 0xa0800800; -device lsi53c895a does one with a SCRIPTS "
			  "Memory Move.",
		.reference = "UltraSPARC-IIi User's Manual, target address space register; "
			     "QEMU hw/sparc64/sun4u_iommu.c",
	},
	{
		.name = "qemu-testdev-without-bus-master",
		.points = "engine.bus-master-cleared/iommu-testdev@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.reason = "iommu-testdev does DMA while bus mastering is off: it goes through its IOMMU's address "
			  "space itself, not through the function's bus master address space. By hand (QEMU 11): "
			  "-device iommu-testdev, clear PCI_COMMAND bit 2, arm it and read its first register.",
		.reference = "PCI Local Bus Specification 3.0, 6.2.2; QEMU hw/misc/iommu-testdev.c",
	},
};
DEVIATIONS(engines);
