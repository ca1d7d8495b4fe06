/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of QEMU's network device: see deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation net[] = {
	{
		.name = "qemu-net-num-buffers",
		.points = "virtio.net.number-of-one/*",
		.machine = "*",
		.profile = PROFILE_QEMU,
		.shows = SOMETIMES,
		.because = "num_buffers of a frame that was received without MRG_RXBUF: *",
		.reason = "Without MRG_RXBUF num_buffers of a received frame's header is not written: what the driver "
			  "left in its buffer stays there, and it must be 1. By hand: -netdev user -device "
			  "virtio-net-pci,disable-legacy=on, decline MRG_RXBUF, fill a buffer with a pattern, and look "
			  "at bytes 10 and 11 of it behind any frame.",
		.reference = "VIRTIO 1.4, 5.1.6.4.1 (NET-36); QEMU hw/net/virtio-net.c, receive_header()",
	},
};
DEVIATIONS(net);
