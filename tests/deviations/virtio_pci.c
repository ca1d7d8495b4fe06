/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations of virtio's PCI transport, and of what QEMU lets a user make of it with a device's options. See
 * deviations.h.
 */
#include "tests/deviations/deviations.h"

static const struct deviation virtio_pci[] = {
	{
		.name = "qemu-window-ignores-bar",
		.points = "virtio.pci.window-doorbell/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "the doorbell in I/O space was rung through the window*",
		.needs = "modern-pio-notify=on",
		.reason = "What is written to the window in configuration space goes to the device's memory BAR, "
			  "whatever BAR the driver has chosen, so that a doorbell in I/O space is not rung. By hand: "
			  "-device virtio-rng-pci,modern-pio-notify=on; set the window to the BAR and offset of the "
			  "notification capability, length 2, and write the queue's index to its data.",
		.reference = "VIRTIO 1.4, 4.1.4.9 (PCICFG-2); QEMU hw/virtio/virtio-pci.c, "
			     "virtio_address_space_lookup()",
	},
	{
		.name = "qemu-window-through-an-alias",
		.points = "virtio.pci.window/*,virtio.pci.window-doorbell/*",
		.machine = "dummy-virt", .profile = PROFILE_QEMU, .shows = SOMETIMES, .skip = SKIP_ASKED,
		.since = { 10, 0, 0 },
		.because = "QEMU ends",
		.reason = "QEMU's virt dies at the first access through the window in configuration space: it looks "
			  "for the BAR's region in an address space, and PCI's memory is in the machine's as an alias "
			  "only. virtio_address_space_lookup: Assertion `mrs.mr' failed. By hand: -M virt -device "
			  "virtio-rng-pci -append 'tests=virtio.pci.window deviations=off'.",
		.reference = "VIRTIO 1.4, 4.1.4.9 (PCICFG-2); QEMU 10.0 hw/virtio/virtio-pci.c, "
			     "virtio_address_space_lookup(), and system/memory.c, memory_region_find_rcu()",
	},
	{
		.name = "qemu-doorbell-page",
		.points = "virtio.pci.doorbell-page/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS, .skip = SKIP_ALL,
		.until = { 11, 0, 0 },
		.because = "QEMU ends",
		.needs = "page-per-vq=on, with two queues and more",
		.reason = "QEMU before 11 dies at an access of the CPU to a page of 8 KiB that begins at an odd "
			  "multiple of 4 KiB of a device's region: it keeps the number of the region in the low bits "
			  "of an offset that it takes for a multiple of its page's size. 10.0 says iotlb_to_section: "
			  "Assertion `section_index < d->map.sections_nb' failed; 7.2 has a segmentation fault. "
			  "Elsewhere busproof rings such doorbells through the window in configuration space. By hand: "
			  "-device virtio-scsi-pci,page-per-vq=on -append 'tests=virtio.pci.doorbell-page "
			  "deviations=off'.",
		.reference = "VIRTIO 1.4, 4.1.4.4; QEMU 10.0 accel/tcg/cputlb.c, tlb_set_page_full(), and "
			     "system/physmem.c, iotlb_to_section()",
	},
	{
		.name = "qemu-no-any-layout",
		.points = "virtio.legacy.transitional-features/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "ANY_LAYOUT is not offered*",
		.needs = "any_layout=off",
		.reason = "A transitional device whose ANY_LAYOUT is switched off stays transitional, although each of "
			  "them must offer it. By hand: -device virtio-rng-pci,any_layout=off and read the features of "
			  "its legacy interface.",
		.reference = "VIRTIO 1.4, 6.3.1 (LEGRSVD-3); QEMU include/hw/virtio/virtio.h, "
			     "DEFINE_VIRTIO_COMMON_FEATURES",
	},
};
DEVIATIONS(virtio_pci);
