/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of virtio devices in rings of any format: ids, and lengths of what was not written. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation ring[] = {
	{
		.name = "qemu-packed-first-id",
		.points = "virtio.packed.ids/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "the request was not completed (failed)",
		.reason = "A list in a packed ring comes back with the buffer id of its first element, and it is the "
			  "last one that says it. By hand: give the elements of a list different ids.",
		.reference = "DEF-15; QEMU hw/virtio/virtio.c, virtqueue_packed_pop()",
		.until = { 9, 1, 0 },
	},
	{
		.name = "qemu-console-length-unwritten",
		.points = "virtio.error.nothing-writable/serial@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "bytes that are said to be written: expected 0? found *",
		.reason = "The console sends a control message into a buffer in which nothing may be written, and "
			  "says of it that it wrote all of it. By hand: put a buffer without WRITE into the "
			  "control queue's receiving side, and read the used length.",
		.reference = "SPLIT-15; QEMU hw/char/virtio-serial-bus.c, send_control_msg()",
	},
	{
		.name = "qemu-sound-length-unwritten",
		.points = "virtio.error.nothing-writable/sound@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "bytes that are said to be written: expected 0? found *",
		.reason = "The sound device says that it wrote an answer of 4 bytes to a request in which nothing may "
			  "be written. By hand: make a control request whose descriptors all lack WRITE.",
		.reference = "SPLIT-15; QEMU hw/audio/virtio-snd.c, process_cmd()",
	},
};
DEVIATIONS(ring);
