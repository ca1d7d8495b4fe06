/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of virtio devices that a driver has broken the rules with. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation virtio_errors[] = {
	{
		.name = "qemu-unoffered-features",
		.points = "virtio.error.unknown-features/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "FEATURES_OK sticks for *? of which * was not offered",
		.reason = "A feature bit that was never offered is dropped in silence, and FEATURES_OK sticks: the "
			  "driver goes by a set that the device has not taken. By hand: write bit 49 to "
			  "driver_feature, then FEATURES_OK.",
		.reference = "FEAT-3; QEMU hw/virtio/virtio.c, virtio_set_features_nocheck()",
	},
	{
		.name = "qemu-queue-size-unchecked",
		.points = "virtio.error.queue-size/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "queue_size reads * after * was written*",
		.reason = "queue_size takes any number from 1 to 1024 and shows it, also one that is no power of two "
			  "or larger than the size it had shown. By hand: write 3 to queue_size; it reads back 3.",
		.reference = "COMMON-15; QEMU hw/virtio/virtio.c, virtio_queue_set_num()",
	},
	{
		.name = "qemu-used-entry-lost",
		.points = "virtio.error.unmapped-used/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the request was executed? used is * the device does not ask for a reset",
		.reason = "With the used ring unmapped a request is executed, its used entry is dropped in silence, "
			  "and the device goes on counting: mapped again, the ring lacks the entry for ever, and "
			  "DEVICE_NEEDS_RESET is not set. By hand: accept bit 33, unmap the page of the used ring, "
			  "ring the doorbell.",
		.reference = "STATUS-2; QEMU hw/virtio/virtio.c, vring_used_write()",
	},
	{
		.name = "qemu-index-jump",
		.points = "virtio.error.index-jump/net@*,virtio.error.index-jump/net-control@*,"
			  "virtio.error.index-jump/serial@*,virtio.error.index-jump/crypto@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the device does not ask for a reset? and goes on with a ring that makes no sense",
		.reason = "Network device, console and crypto device take an available index that runs ahead by more "
			  "than the ring has entries, fill the buffer and go on with whatever stands in the ring. By "
			  "hand: add the queue's size and 1000 to the available index and make a request.",
		.reference = "STATUS-2; QEMU hw/virtio/virtio.c, virtqueue_split_pop()",
	},
	{
		.name = "qemu-crypto-unmapped-available",
		.points = "virtio.error.unmapped-available/crypto@*,virtio.error.unmapped-available/net-control@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the request was executed? used is * the device does not ask for a reset",
		.reason = "With the available ring unmapped its index reads as 0, and the crypto device, or the "
			  "control queue of the network device, executes the chain at head 0 again and again until its "
			  "own index has wrapped to 0 as well. By hand: make a request, unmap the page of the "
			  "available ring, ring the doorbell; the used index is 0.",
		.reference = "STATUS-2; QEMU hw/virtio/virtio.c, virtio_queue_split_empty()",
	},
	{
		.name = "qemu-disk-at-once",
		.points = "virtio.error.index-jump/blk@*,virtio.error.unmapped-available/blk@*,"
			  "virtio.error.index-jump/scsi@*,virtio.error.unmapped-available/scsi@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "the request was executed? used is * the device does not ask for a reset,"
			   "the device does not ask for a reset? and goes on with a ring that makes no sense",
		.reason = "A disk that answers at once, as it does where it has nothing to read, takes an available "
			  "index that runs ahead by more than the ring has entries, and reads the index as 0 where the "
			  "available ring is not mapped (qemu-index-jump, qemu-crypto-unmapped-available): requests "
			  "that take their time fill the queue, which the device notices. By hand: "
			  "virtio-blk-pci with an empty image, and add the queue's size and 1000 to the available "
			  "index.",
		.reference = "STATUS-2; QEMU hw/virtio/virtio.c, virtqueue_split_pop()",
		.needs = "a disk without a single block, or a SCSI host without a unit",
	},
	{
		.name = "qemu-scsi-used-length",
		.points = "virtio.split.used-length/scsi@*,virtio.packed.used-length/scsi@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "the device says that it wrote * bytes*may write*",
		.reason = "Of a response in two descriptors the SCSI host counts the second one twice: it says that it "
			  "wrote 208 bytes where it may write 108. By hand: give a command to a target that does not "
			  "exist, its response in descriptors of 8 and 100 bytes.",
		.reference = "SPLIT-15; QEMU hw/scsi/virtio-scsi.c, virtio_scsi_complete_req()",
		.needs = "a SCSI host without a unit that has a medium",
	},
	{
		.name = "qemu-scsi-framing",
		.points = "virtio.split.framing/scsi@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the request was not completed (failed)",
		.reason = "Without ANY_LAYOUT, which a modern device does not offer, the SCSI host takes the first "
			  "descriptor for the whole header, VERSION_1 or not: a header in pieces gets response 9 "
			  "(failure). By hand: cut the request header of a READ in two descriptors.",
		.reference = "SPLIT-1; QEMU hw/scsi/virtio-scsi.c, virtio_scsi_parse_req()",
	},
	{
		.name = "qemu-packed-next-unavailable",
		.points = "virtio.error.packed-next-unavailable/rng@*,virtio.error.packed-next-unavailable/net@*,"
			  "virtio.error.packed-next-unavailable/serial@*,virtio.error.packed-next-unavailable/gpu@*,"
			  "virtio.error.packed-next-unavailable/sound@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the device wrote the buffer of an element that is not available,"
			   "the device does not ask for a reset? and does not work without one",
		.reason = "Of a list in a packed ring only the first descriptor is looked at for whether it is "
			  "available: one with NEXT leads the device to whatever stands in the slot behind, so that "
			  "it writes where a descriptor of the round before has led it, or counts a slot that the "
			  "driver has not filled. By hand: set NEXT in a request to virtio-rng-pci,packed=on of one "
			  "descriptor, with another in the next slot that is not available.",
		.reference = "PACKED-6; QEMU hw/virtio/virtio.c, virtqueue_packed_read_next_desc()",
	},
	{
		.name = "qemu-disk-packed-next-unavailable",
		.points = "virtio.error.packed-next-unavailable/blk@*,virtio.error.packed-next-unavailable/scsi@*,"
			  "virtio.error.packed-next-unavailable/crypto@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		/* Before it is not tried: qemu-packed-loop-when-disabled. */
		.since = { 11, 0, 0 },
		.because = "the device wrote the buffer of an element that is not available,"
			   "the device does not ask for a reset? and does not work without one",
		.reason = "Disk, SCSI host and crypto device too look only at the first descriptor of a list in a "
			  "packed ring for whether it is available, and follow NEXT to whatever stands in the slot "
			  "behind. By hand: set NEXT in the last descriptor of a request to virtio-blk-pci,packed=on, "
			  "with another in the next slot that is not available.",
		.reference = "PACKED-6; QEMU hw/virtio/virtio.c, virtqueue_packed_read_next_desc()",
	},
	{
		.name = "qemu-packed-loop-when-disabled",
		.points = "virtio.error.packed-*/blk@*,virtio.error.packed-*/scsi@*,virtio.error.packed-*/crypto@*,"
			  "virtio.refuse.bus-master-cleared/*/packed,virtio.refuse.unmapped-ring/*/packed-indirect",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS, .skip = SKIP_ASKED,
		.until = { 11, 0, 0 },
		.because = "QEMU says nothing any more",
		.reason = "Disk, SCSI host and crypto device loop for ever over a packed queue when they are disabled: "
			  "the queue counts as not empty, and nothing is taken from it. A device is disabled when it "
			  "needs a reset, and when it has no bit 33 and bus mastering is cleared. By hand: a request "
			  "to virtio-blk-pci,packed=on whose list is longer than the ring, and the doorbell.",
		.reference = "STATUS-3; QEMU 10.0 hw/virtio/virtio.c, virtio_queue_packed_empty()",
	},
	{
		.name = "qemu-rng-asks-for-ever",
		.points = "virtio.error.packed-*/rng@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS, .skip = SKIP_ASKED,
		.until = { 11, 0, 0 },
		.because = "QEMU says nothing any more",
		.reason = "The entropy device goes on to ask for entropy for a packed queue that it has given up, and "
			  "does nothing else any more. It gives a request up when it has looked at it, before it asks, "
			  "unless a quota (max-bytes) makes it look at the beginning alone. By hand: a request to "
			  "virtio-rng-pci,packed=on with a readable buffer behind a writable one, and the doorbell.",
		.reference = "STATUS-3; QEMU 10.0 hw/virtio/virtio-rng.c, virtio_rng_process()",
	},
	{
		.name = "qemu-empty-table-of-packed-ring",
		.points = "virtio.error.packed-indirect-empty/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS, .skip = SKIP_ALL,
		.until = { 11, 0, 0 },
		.because = "QEMU ends",
		.reason = "QEMU ends when a packed ring has an indirect table of no bytes: it maps the table before it "
			  "looks whether that has any. 7.2 does, 10.0.13 does not any more. By hand: a request to "
			  "virtio-rng-pci,packed=on whose descriptor has INDIRECT and a length of 0.",
		.reference = "STATUS-2; QEMU hw/virtio/virtio.c, virtqueue_packed_pop()",
	},
};
DEVIATIONS(virtio_errors);
