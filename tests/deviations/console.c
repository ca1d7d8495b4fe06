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
	{
		.name = "qemu-balloon-actual-by-bytes",
		.points = "virtio.balloon.actual-by-bytes/balloon@*",
		/* It takes a host that can be asked. */
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "with 0 pages in the balloon the host has 0x3000 bytes less? not 0",
		.reason = "A number of pages that is written byte by byte through the legacy interface counts with "
			  "each byte, and not when its most significant one is there. By hand: write 3 to the first "
			  "byte of actual of a virtio-balloon-pci with disable-modern=on, and ask the monitor for "
			  "'info balloon'.",
		.reference = "BALLOON-7; QEMU hw/virtio/virtio-balloon.c, virtio_balloon_set_config()",
	},
	{
		.name = "qemu-balloon-first-statistics",
		.points = "virtio.balloon.first-statistics/balloon@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "the host has stat-total-memory as the first buffer says",
		.reason = "Through the legacy interface the first buffer of statistics is believed like any other, "
			  "although drivers hand it over before they know what is to be in it. By hand: accept "
			  "STATS_VQ with disable-modern=on, put a buffer with tag 5 into queue 2, and get the property "
			  "guest-stats.",
		.reference = "BALLOON-11; QEMU hw/virtio/virtio-balloon.c, virtio_balloon_receive_stats()",
	},
};
DEVIATIONS(console);
