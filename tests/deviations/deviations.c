/* The table of deviations, and the look-up: see deviations.h. */
#include "tests/deviations/deviations.h"

#include <stddef.h>

#include "boot/command_line.h"

const struct deviation deviations[] = {
	{
		.name = "qemu-dma-without-bus-master",
		.points = "virtio.refuse.bus-master-never-set/*/not-offered",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.reason = "A virtio device without bit 33 does DMA although bus mastering was never switched on: it bypasses the "
			  "function's bus master address space, and only a write that clears the bit later stops it. By hand: "
			  "-device virtio-rng-pci,disable-legacy=on,iommu_platform=off and leave PCI_COMMAND bit 2 alone.",
		.reference = "PCI Local Bus Specification 3.0, 6.2.2; QEMU hw/virtio/virtio-pci.c, virtio_write_config()",
	},
	{
		.name = "qemu-blk-before-driver-ok",
		.points = "virtio.refuse.before-driver-ok/blk@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.reason = "The block device executes a request and uses its buffer before DRIVER_OK. By hand: stop the handshake "
			  "at FEATURES_OK, set up queue 0 and ring its doorbell.",
		.reference = "STATUS-1; QEMU hw/block/virtio-blk.c, virtio_blk_handle_output()",
	},
	{
		.name = "qemu-pvpanic-bar",
		.points = "pci.bar-size/1b36:0011@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.reason = "pvpanic-pci has a memory BAR of 2 bytes, so that bits 1 to 3, which tell the BAR's type, can be written. "
			  "By hand: write all ones to BAR 0 of -device pvpanic-pci; it reads back 0xfffffffe.",
		.reference = "PCI Local Bus Specification 3.0, 6.2.5.1; QEMU hw/misc/pvpanic-pci.c",
	},
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
const unsigned deviation_count = sizeof(deviations) / sizeof(deviations[0]);

const struct deviation *deviation_find(const char *point, const char *machine, bool emulated)
{
	for (unsigned i = 0; i < deviation_count; i++) {
		const struct deviation *deviation = &deviations[i];

		if (emulated == (deviation->profile == PROFILE_QEMU) && glob_match_any(deviation->machine, machine) &&
		    glob_match_any(deviation->points, point))
			return deviation;
	}
	return NULL;
}
