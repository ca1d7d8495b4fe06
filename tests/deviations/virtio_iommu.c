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
	{
		.name = "qemu-iommu-refused-attach-detaches",
		.points = "iommu.bypass-other/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a write at bus address 0x80000800 did not arrive in the frame at *",
		.reason = "An ATTACH that is answered INVAL because the domain is of the other bypass kind has "
			  "taken the endpoint out of the domain that it was in. By hand: ATTACH endpoint 0x28 to "
			  "domain 0 and MAP there, ATTACH endpoint 0x20 to domain 2 with flag BYPASS, ATTACH 0x28 "
			  "to domain 2 without it, and let 0x28 write at the mapped address.",
		.reference = "IOMMU-21; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_attach()",
	},
	{
		.name = "qemu-iommu-attach-again-forgets",
		.points = "iommu.again/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a write at bus address 0x80000800 did not arrive in the frame at *",
		.reason = "An ATTACH of the only endpoint of a domain to the domain that it is in takes all "
			  "mappings away, because it is detached first, and the domain goes with it. By hand: "
			  "ATTACH, MAP, the same ATTACH again, and let the endpoint write at the mapped address.",
		.reference = "IOMMU-22; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_attach()",
	},
	{
		.name = "qemu-iommu-last-byte",
		.points = "iommu.last-byte/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the last byte of a page went to the memory before that of the next page",
		.reason = "An access that begins with the last byte of a page goes to the memory before that of the "
			  "next page, where that one is mapped elsewhere, because mappings are looked up for two "
			  "bytes. By hand: MAP 0x80000000 and 0x80001000 to pages apart, and let a device write at "
			  "0x80000fff.",
		.reference = "VIRTIO 1.4, 5.13.6.5; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_translate()",
	},
	{
		.name = "qemu-iommu-reset-keeps",
		.points = "iommu.reset/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a write at bus address 0x80000800 arrived in the frame at *",
		.reason = "A reset of the IOMMU by its status register leaves domains, mappings and attachments as "
			  "they were: what was mapped before is still in reach. By hand: ATTACH, MAP, write 0 to "
			  "the device's status, bring it up again, and let the endpoint write at the mapped "
			  "address.",
		.reference = "VIRTIO 1.4, 5.13.5; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_reset_exit()",
		.since = { 10, 0, 0 },
	},
	{
		.name = "qemu-iommu-reserved-region",
		.points = "iommu.reserved-map/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a MAP over the region at * is done",
		.reason = "A MAP over a region that PROBE has said is reserved is done, and not refused; messages "
			  "go on as before. By hand: PROBE, and MAP the page at 0x8020000.",
		.reference = "IOMMU-59; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_map()",
	},
	{
		.name = "qemu-iommu-probe-declined",
		.points = "iommu.probe-declined/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "PROBE that was declined: status 0 instead of -1",
		.reason = "A PROBE is answered although the driver has not accepted the feature, and not returned "
			  "with its buffer untouched and length 0. By hand: accept all but feature 4, and send "
			  "PROBE.",
		.reference = "IOMMU-48, IOMMU-49; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_handle_command()",
	},
	{
		.name = "qemu-iommu-probe-small-ends",
		.points = "iommu.probe-small/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS, .skip = SKIP_ALL,
		.because = "*",
		.reason = "A PROBE with less room than probe_size ends QEMU by an assertion, and should be answered "
			  "INVAL. By hand: send PROBE with 12 writable bytes.",
		.reference = "IOMMU-53, IOMMU-54; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_handle_command()",
		.until = { 10, 0, 0 },
	},
	{
		.name = "qemu-iommu-probe-small",
		.points = "iommu.probe-small/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "PROBE without room: status * instead of 4",
		.reason = "A PROBE with less room than probe_size is answered DEVERR where the properties begin, "
			  "and not INVAL in its tail. By hand: send PROBE with 12 writable bytes.",
		.reference = "IOMMU-53, IOMMU-54; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_handle_command()",
		.since = { 10, 0, 0 },
	},
	{
		.name = "qemu-iommu-inverted-hangs",
		.points = "iommu.inverted/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS, .skip = SKIP_ALL,
		.because = "*",
		.reason = "A MAP that ends before it begins is done, and an UNMAP over it never comes to an end: "
			  "QEMU's main loop spins, and takes no signal but KILL. By hand: MAP virt_start 0x80004000 "
			  "and virt_end 0x80003fff, UNMAP 0x80000000 to 0x80007fff.",
		.reference = "VIRTIO 1.4, 5.13.6.5; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_unmap()",
		.until = { 11, 1, 0 },
	},
	{
		.name = "qemu-iommu-own-bus-addresses",
		.points = "iommu.bypass-byte/*,iommu.bypass-off/*,iommu.bypass-reset/*,iommu.own/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS, .skip = SKIP_ASKED,
		.because = "*",
		.reason = "An IOMMU that offers bit 33 for itself is translated by itself: where its own rings are "
			  "out of reach it reports that fault in a ring that is out of reach, without end, and QEMU "
			  "dies by SIGSEGV. By hand: -device virtio-iommu-pci,iommu_platform=on, accept bit 33, "
			  "write 0 to bypass.",
		.reference = "VIRTIO 1.4, 6.3; QEMU hw/virtio/virtio-iommu.c, virtio_iommu_report_fault()",
		.needs = "a virtio-iommu with iommu_platform=on",
	},
};
DEVIATIONS(virtio_iommu);
