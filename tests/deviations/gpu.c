/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations: the GPU and the sound device of QEMU: what they answer, and what they do not. Seen on 7.2, 10.0 and 11.1
 * unless since or until says otherwise.
 */
#include "tests/deviations/deviations.h"

static const struct deviation gpu[] = {
	{
		.name = "qemu-gpu-cursor-unanswered",
		.points = "virtio.gpu.cursor-answer/gpu@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "UPDATE_CURSOR: room for * bytes comes back with 0 written? and no OK_NODATA",
		.reason = "A command of the cursor is returned without an answer, although its chain has room for one: "
			  "the used length is 0. Right is a header with OK_NODATA. By hand: put an UPDATE_CURSOR with "
			  "24 writable bytes behind it into queue 1.",
		.reference = "VIRTIO 1.4, 5.7.6.10; QEMU hw/display/virtio-gpu.c, virtio_gpu_handle_cursor()",
	},
	{
		.name = "qemu-sound-stream-beyond",
		.points = "virtio.sound.streams-beyond/sound@*,virtio.sound.parameters-beyond/sound@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.since = { 8, 0, 0 },
		.because = "RELEASE of stream * is not answered: queue 0: *status 0x4f),"
			   "SET_PARAMS of a stream that there is not is not answered: queue 0: *status 0x4f)",
		.reason = "A SET_PARAMS or RELEASE of a stream that there is not stops the sound device, which asks "
			  "for a reset and does not answer. Right is the status BAD_MSG, as other requests get it. By "
			  "hand: send RELEASE of stream 2 to a device with two.",
		.reference = "VIRTIO 1.4, 5.14.6.1; QEMU hw/audio/virtio-snd.c, virtio_snd_handle_pcm_release(), "
			     "virtio_snd_set_pcm_params()",
	},
	{
		.name = "qemu-sound-reset-keeps",
		.points = "virtio.sound.reset-pending/sound@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.since = { 8, 0, 0 },
		.because = "* transfers of before a reset come back in the new ring",
		.reason = "The sound device keeps the transfers of its streams over a reset: the next RELEASE writes "
			  "their status into memory that is no longer the device's, and puts them into the ring "
			  "that was set up since. By hand: give transfers to a stream that is prepared, reset the "
			  "device, set it up again and send PREPARE and RELEASE.",
		.reference = "RESET-2; QEMU hw/audio/virtio-snd.c, virtio_snd_reset()",
	},
	{
		.name = "qemu-sound-no-jacks",
		.points = "virtio.sound.jacks/sound@*,virtio.sound.channel-maps/sound@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.since = { 8, 0, 0 },
		.because = "JACK_INFO of all *: the status is 0x8002? not 0x8000,"
			   "CHMAP_INFO of all *: the status is 0x8002? not 0x8000",
		.reason = "With jacks= or chmaps= the sound device's configuration counts jacks or channel maps of "
			  "which it cannot tell anything: JACK_INFO and CHMAP_INFO are answered by NOT_SUPP. By hand: "
			  "-device virtio-sound-pci,jacks=1 and a JACK_INFO of jack 0.",
		.reference = "VIRTIO 1.4, 5.14.4, 5.14.6.5; QEMU hw/audio/virtio-snd.c, process_cmd()",
	},
};
DEVIATIONS(gpu);
