/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations of virtio devices beside disk, network and random numbers. See deviations.h. What is done before DRIVER_OK
 * is RACY: it comes from another thread of QEMU, which a busy computer may not let in before the test has gone on.
 * Where a device came with a later version (sound after 7.2, the clock after 10.0), so did its deviations.
 */
#include "tests/deviations/deviations.h"

static const struct deviation virtio_work[] = {
	{
		.name = "qemu-blk-padding",
		.points = "virtio.blk.padding/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "padding at offset 57*",
		.reason = "The configuration of a block device ends with write_zeroes_may_unmap, and not with the "
			  "three bytes of padding behind it, which read as 0xff. By hand: read offset 57 of the "
			  "device-specific configuration.",
		.reference = "BLK-5; QEMU hw/block/virtio-blk-common.c, feature_sizes",
	},
	{
		.name = "qemu-blk-number-not-padded",
		.points = "virtio.blk.number/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "byte * and no padding",
		.reason = "A disk's number that is shorter than 20 bytes is written with one NUL behind it; the bytes "
			  "up to the twentieth, which the used length counts as written, stay what they were. By "
			  "hand: -device virtio-blk-pci,serial=short, fill a buffer of 20 bytes with 0x5a, and send a "
			  "GET_ID.",
		.reference = "VIRTIO 1.4, 5.2.6; QEMU hw/block/virtio-blk.c, virtio_blk_handle_request()",
	},
	{
		.name = "qemu-serial-before-driver-ok",
		.points = "virtio.refuse.before-driver-ok/serial@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = RACY,
		.because = "DRIVER_OK is not set? and yet the device*",
		.reason = "The console device answers a control message and uses buffers before DRIVER_OK. By hand: "
			  "stop the handshake at FEATURES_OK, set up queues 2 and 3, post a buffer in queue 2 and "
			  "send DEVICE_READY in 3.",
		.reference = "STATUS-1; QEMU hw/char/virtio-serial-bus.c, control_out()",
	},
	{
		.name = "qemu-scsi-before-driver-ok",
		.points = "virtio.refuse.before-driver-ok/scsi@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = RACY,
		.because = "DRIVER_OK is not set? and yet the device*",
		.reason = "The SCSI host executes a command and uses its buffers before DRIVER_OK. By hand: stop the "
			  "handshake at FEATURES_OK, set up queue 2 and send a READ(10): it ends with a unit "
			  "attention.",
		.reference = "STATUS-1; QEMU hw/scsi/virtio-scsi.c, virtio_scsi_handle_cmd()",
	},
	{
		.name = "qemu-9p-before-driver-ok",
		.points = "virtio.refuse.before-driver-ok/9p@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = RACY,
		.because = "DRIVER_OK is not set? and yet the device*",
		.reason = "The 9P transport answers a message and uses its buffers before DRIVER_OK. By hand: stop "
			  "the handshake at FEATURES_OK, set up queue 0 and send a Tversion.",
		.reference = "STATUS-1; QEMU hw/9pfs/virtio-9p-device.c, handle_9p_output()",
	},
	{
		.name = "qemu-gpu-before-driver-ok",
		.points = "virtio.refuse.before-driver-ok/gpu@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = RACY,
		.because = "DRIVER_OK is not set? and yet the device*",
		.reason = "The GPU device executes a command and uses its buffers before DRIVER_OK. By hand: stop the "
			  "handshake at FEATURES_OK, set up queue 0 and send a GET_DISPLAY_INFO.",
		.reference = "STATUS-1; QEMU hw/display/virtio-gpu.c, virtio_gpu_handle_ctrl()",
	},
	{
		.name = "qemu-sound-before-driver-ok",
		.points = "virtio.refuse.before-driver-ok/sound@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = RACY,
		.since = { 8, 0, 0 },
		.because = "DRIVER_OK is not set? and yet the device*",
		.reason = "The sound device answers a control request and uses its buffers before DRIVER_OK. By hand: "
			  "stop the handshake at FEATURES_OK, set up queue 0 and send a PCM_INFO.",
		.reference = "STATUS-1; QEMU hw/audio/virtio-snd.c, virtio_snd_handle_ctrl()",
	},
	{
		.name = "qemu-rtc-before-driver-ok",
		.points = "virtio.refuse.before-driver-ok/rtc@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = RACY,
		.since = { 10, 1, 0 },
		.because = "DRIVER_OK is not set? and yet the device*",
		.reason = "The clock device answers a request and uses its buffers before DRIVER_OK. By hand: stop "
			  "the handshake at FEATURES_OK, set up queue 0 and send a READ.",
		.reference = "STATUS-1; QEMU hw/virtio/virtio-rtc.c",
	},
	{
		.name = "qemu-input-used-length",
		.points = "virtio.work.input-status/input@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "bytes written into a buffer of the status queue: expected 0? found *",
		.reason = "An input device returns a buffer of the status queue with a length of 8, although it has "
			  "not written and could not: the buffer is device-readable. By hand: send an EV_LED event "
			  "and read the used length.",
		.reference = "SPLIT-15; QEMU hw/input/virtio-input.c, virtio_input_handle_sts()",
	},
	{
		.name = "qemu-crypto-unknown-algorithm",
		.points = "virtio.work.crypto-unknown-algorithm/crypto@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "status of a session of an algorithm that does not exist: expected *? found *",
		.reason = "A session of an algorithm that the device does not know is refused with ERR, not with "
			  "NOTSUPP. By hand: create a cipher session of algorithm 0x5a5a.",
		.reference = "CRYPTO-15; QEMU backends/cryptodev-builtin.c, cryptodev_builtin_create_cipher_session()",
	},
	{
		.name = "qemu-serial-unmapped-available",
		.points = "virtio.error.unmapped-available/serial@*",
		/* It takes a device that has two messages to give, which one with a single port has not. */
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "the request was executed? used is * the device does not ask for a reset",
		.reason = "Where the available ring is not mapped, the console device reads its index as 0, takes "
			  "that for new buffers, and uses descriptor 0 once for each message that it has, without "
			  "DEVICE_NEEDS_RESET. By hand: use one control buffer, unmap the available ring, send "
			  "DEVICE_READY to a device with two ports.",
		.reference = "STATUS-2 STATUS-3; QEMU hw/virtio/virtio.c, virtqueue_split_pop()",
	},
	{
		.name = "qemu-rtc-rings-unchecked",
		.points = "virtio.error.unmapped-available/rtc@*,virtio.error.index-jump/rtc@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.since = { 10, 1, 0 },
		.because = "the request was executed? used is * the device does not ask for a reset,"
			   "the device does not ask for a reset? and goes on with a ring that makes no sense",
		.reason = "The clock device goes on, without DEVICE_NEEDS_RESET, where the available index makes no "
			  "sense: not mapped, or further ahead than the ring has entries. By hand: publish an "
			  "available index that is 1000 entries ahead.",
		.reference = "STATUS-2 STATUS-3; QEMU hw/virtio/virtio-rtc.c",
	},
	{
		.name = "qemu-sound-undefined-features",
		.points = "virtio.feature.undefined/sound@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.since = { 8, 0, 0 },
		.because = "offered bits that are reserved? legacy or SR_IOV: expected 0? found *",
		.reason = "The sound device offers bits 24, 27 and 30, which belong to legacy interfaces or are not "
			  "defined for it, although it has no legacy interface. By hand: read the feature bits of "
			  "virtio-sound-pci.",
		.reference = "QEMU hw/audio/virtio-snd.c; VIRTIO_F_NOTIFY_ON_EMPTY, VIRTIO_F_ANY_LAYOUT",
	},
};
DEVIATIONS(virtio_work);
