/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations of console devices, of entropy and of balloons. See deviations.h.
 */
#include "tests/deviations/deviations.h"

static const struct deviation console[] = {
	{
		.name = "qemu-serial-emergency-order",
		.points = "virtio.serial.emergency/serial@*/legacy",
		/* It takes a big-endian guest; and a console that is connected with a port that shows it. */
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "byte *? written to emerg_wr after a reset? came out of the console as 0",
		.reason = "The emergency register is read as little-endian through the legacy interface too, where the "
			  "whole configuration is in the guest's order: the byte that comes out is the highest of the "
			  "register, and not the lowest. By hand: on sparc64 write 0x5a5a41, as 32 bits in the CPU's "
			  "order, to emerg_wr of a virtio-serial-pci with disable-modern=on.",
		.reference = "CON-2 CON-4; QEMU hw/char/virtio-serial-bus.c, set_config()",
	},
};
DEVIATIONS(console);
