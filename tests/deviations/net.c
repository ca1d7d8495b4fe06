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
	{
		.name = "qemu-net-extra-without-control",
		.points = "virtio.net.features/*",
		.machine = "*",
		.profile = PROFILE_QEMU,
		.shows = SOMETIMES,
		.because = "CTRL_RX_EXTRA is offered without CTRL_VQ",
		.needs = "ctrl_vq=off",
		.reason = "A network device whose control queue is switched off goes on offering CTRL_RX_EXTRA, which "
			  "is about commands on that queue. By hand: -device virtio-net-pci,ctrl_vq=off and read its "
			  "features.",
		.reference = "VIRTIO 1.4, 5.1.4.1 (NET-15); QEMU hw/net/virtio-net.c, virtio_net_get_features()",
	},
	{
		.name = "qemu-net-mtu",
		.points = "virtio.net.mtu-received/*",
		.machine = "*",
		.profile = PROFILE_QEMU,
		.because = "beyond the MTU: a frame of * bytes is received? * are the most",
		.reason = "Frames that are longer than the MTU of the configuration are received, although the driver "
			  "has accepted it: host_mtu is told, and nothing else is done with it. By hand: -device "
			  "virtio-net-pci,host_mtu=1500 and an ne2k_pci on one hub, accept MTU, and let the other send "
			  "a frame of 1522 bytes.",
		.reference = "VIRTIO 1.4, 5.1.4.1 (NET-6); QEMU hw/net/virtio-net.c, virtio_net_receive_rcu()",
	},
};
DEVIATIONS(net);
