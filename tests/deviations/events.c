/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations that show when the host takes part: configurations that change, and events. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation events[] = {
	{
		.name = "qemu-generation-before-driver-ok",
		.points = "virtio.config.changed-before-driver-ok/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "before DRIVER_OK its * was changed? and config_generation still is *",
		.reason = "A configuration that changes before DRIVER_OK has the same config_generation as before, so "
			  "that a driver which reads it in parts then, as it must for features, may mix old with new. "
			  "By hand: stop the handshake at FEATURES_OK, read config_generation and the capacity of a "
			  "disk, block_resize in the monitor, and read both again.",
		.reference = "COMMON-6; QEMU hw/virtio/virtio.c, virtio_notify_config()",
	},
	{
		.name = "qemu-input-name-nul",
		.points = "virtio.input.text/input@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "byte * of * of its name is a NUL",
		.reason = "The name of a keyboard, mouse or tablet is one byte longer than it is: the NUL at its end "
			  "is counted in size, and a text must not include one. By hand: select 1, subsel 0, read "
			  "size and the last byte.",
		.reference = "VIRTIO 1.4, 5.8.5; QEMU hw/input/virtio-input-hid.c, virtio_keyboard_config",
	},
};
DEVIATIONS(events);
