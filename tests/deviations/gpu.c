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
};
DEVIATIONS(gpu);
