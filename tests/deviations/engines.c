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
		.reason = "iommu-testdev does DMA while bus mastering is off: it goes through its IOMMU's address "
			  "space itself, not through the function's bus master address space. By hand (QEMU 11): "
			  "-device iommu-testdev, clear PCI_COMMAND bit 2, arm it and read its first register.",
		.reference = "PCI Local Bus Specification 3.0, 6.2.2; QEMU hw/misc/iommu-testdev.c",
	},
};
DEVIATIONS(engines);
