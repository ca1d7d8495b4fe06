/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of QEMU's virtqueues. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation virtio_rings[] = {
	{
		.name = "qemu-indirect-tail",
		.points = "virtio.mode/indirect-tail/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the request was not completed (*),"
			   "it does not start in this mode: *",
		.reason = "In a chain of direct descriptors that ends in an indirect one, the indirect table itself "
			  "is taken for a buffer: the flag counts only in the first descriptor. A device must handle "
			  "such a chain. By hand: a request to virtio-rng-pci of one direct and one indirect "
			  "descriptor; it ends in DEVICE_NEEDS_RESET.",
		.reference = "SPLIT-7; QEMU hw/virtio/virtio.c, virtqueue_split_pop()",
	},
	{
		.name = "qemu-first-interrupt",
		.points = "virtio.split.first-event/*,virtio.packed.first-event/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "an interrupt for a used buffer? with flags * and event *",
		.reason = "With EVENT_IDX the first used buffer after a reset raises an interrupt, whichever one was "
			  "asked for: what was signalled last is not known yet, and that counts as a yes. By hand: "
			  "set used_event of virtio-rng-pci to 3 and make one request; the ISR reads 1.",
		.reference = "SPLIT-13, DEF-23; QEMU hw/virtio/virtio.c, virtio_split_should_notify() "
			     "(signalled_used_valid)",
	},
	{
		.name = "qemu-packed-interrupt-at-end",
		.points = "virtio.packed.event-behind-end/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "an interrupt for a used buffer? with flags * and event *",
		.reason = "With EVENT_IDX a packed ring raises an interrupt whenever its last slot has been used, "
			  "whichever place was asked for: the device forgets there what it has signalled. By hand: a "
			  "ring of 7 slots, six requests, then off_wrap 4 (wrap counter 0) with flags DESC and one "
			  "more request; the ISR reads 1.",
		.reference = "DEF-23; QEMU hw/virtio/virtio.c, virtqueue_packed_flush() (signalled_used_valid)",
	},
	{
		.name = "qemu-packed-write-flag",
		.points = "virtio.packed.write-flag/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the device wrote the buffer? and WRITE is clear in the used descriptor (*)",
		.reason = "In used descriptors of a packed ring WRITE is always clear, also when the device has "
			  "written the buffer, so that the length that it reports is a reserved field. By hand: a "
			  "request to virtio-rng-pci,packed=on; the flags of its used descriptor are 0x8080.",
		.reference = "DEF-16, DEF-17; QEMU hw/virtio/virtio.c, virtqueue_packed_fill_desc()",
	},
};
DEVIATIONS(virtio_rings);
