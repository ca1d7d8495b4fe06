/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of QEMU's virtio-iommu, seen on 7.2.22, 10.0.13 and 11.1.3. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation virtio_iommu[] = {
	{
		.name = "qemu-iommu-attach-reserved",
		.points = "iommu.status/*/attach-reserved",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "attach-reserved: status 0 instead of 4",
		.reason = "An ATTACH whose reserved field is not 0 is done, and not answered INVAL. By hand: send "
			  "ATTACH with byte 19 of the request set to 1.",
		.reference = "IOMMU-16; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_attach()",
	},
	{
		.name = "qemu-iommu-map-unaligned",
		.points = "iommu.status/*/map-start,iommu.status/*/map-end,iommu.status/*/map-memory",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "map-*: status 0 instead of 5",
		.reason = "A MAP whose first or last address, or whose memory, is not aligned to the page is done, and "
			  "not answered RANGE. By hand: send MAP with virt_start 0x80000001.",
		.reference = "IOMMU-32; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_map()",
	},
	{
		.name = "qemu-iommu-unknown-request",
		.points = "iommu.status/*/unknown-type",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "unknown-type: status 2 instead of -1",
		.reason = "A request of a type that there is not is answered UNSUPP with used length 4, and not with "
			  "its buffer untouched and length 0. By hand: send a request of type 0x55.",
		.reference = "IOMMU-11, IOMMU-12; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_handle_command()",
	},
	{
		.name = "qemu-iommu-unmap-splits",
		.points = "iommu.split/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a write at bus address 0x80000800 did not arrive in the frame at *",
		.reason = "An UNMAP over one whole mapping and a part of the next answers RANGE, but the whole one is "
			  "gone. By hand: MAP 0x80000000 to 0x80001fff and 0x80002000 to 0x80005fff, UNMAP 0x80000000 "
			  "to 0x80003fff, and let a device write at 0x80000800.",
		.reference = "IOMMU-44; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_unmap()",
	},
	{
		.name = "qemu-iommu-byte-below",
		.points = "iommu.byte-below/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a write one byte below a mapping has reached the memory below that of the mapping",
		.reason = "The byte below a mapping is translated as if it belonged to it, because mappings are looked "
			  "up for two bytes: it leads to the memory below the mapping's. By hand: MAP 0x80000000 and "
			  "let a device write at 0x7fffffff.",
		.reference = "VIRTIO 1.4, 5.13.6.6; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_translate()",
	},
};
DEVIATIONS(virtio_iommu);
