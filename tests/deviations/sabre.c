/* Deviations of the Sabre host bridge and its IOMMU, as QEMU models them. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation sabre[] = {
	{
		.name = "qemu-sabre-no-window-check",
		.points = "virtio.refuse.out-of-window/*/accepted",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.reason = "The IOMMU translates every bus address by its low bits, whether the target address space register claims "
			  "it or not: 0xa0800800 arrives where 0x00800800 leads. By hand: PCI_TAS 0x01, a TSB of 512 MiB, and a "
			  "DMA write at 0xa0800800.",
		.reference = "UltraSPARC-IIi User's Manual, target address space register; QEMU hw/sparc64/sun4u_iommu.c",
	},
};
DEVIATIONS(sabre);
