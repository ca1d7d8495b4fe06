/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations of devices: virtio's, and those of the functions beside it. See deviations.h. What a device must not do,
 * and does a little later, can be missed on a busy computer: such a one is RACY, and the gate sees over all of its
 * boots that it still shows (tests/gate/stale-deviations).
 */
#include "tests/deviations/deviations.h"

static const struct deviation devices[] = {
	{
		.name = "qemu-dma-without-bus-master",
		.points = "virtio.refuse.bus-master-never-set/*/not-offered*,"
			  "virtio.refuse.bus-master-never-set/*/legacy*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = RACY,
		.because = "bus mastering was never switched on? and yet the device*",
		.reason = "A virtio device without bit 33 does DMA although bus mastering was never switched on: it "
			  "bypasses the function's bus master address space, and only a write that clears the bit "
			  "later stops it. By hand: -device virtio-rng-pci,disable-legacy=on,iommu_platform=off and "
			  "leave PCI_COMMAND bit 2 alone.",
		.reference = "PCI Local Bus Specification 3.0, 6.2.2; QEMU hw/virtio/virtio-pci.c, "
			     "virtio_write_config()",
	},
	{
		.name = "qemu-blk-before-driver-ok",
		.points = "virtio.refuse.before-driver-ok/blk@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = RACY,
		.because = "DRIVER_OK is not set? and yet the device*",
		.reason = "The block device executes a request and uses its buffer before DRIVER_OK. By hand: stop the "
			  "handshake at FEATURES_OK, set up queue 0 and ring its doorbell.",
		.reference = "STATUS-1; QEMU hw/block/virtio-blk.c, virtio_blk_handle_output()",
	},
	{
		.name = "qemu-net-control-before-driver-ok",
		.points = "virtio.refuse.before-driver-ok/net-control@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = RACY,
		.because = "DRIVER_OK is not set? and yet the device*",
		.reason = "The network device executes a command of the control queue and uses its buffers before "
			  "DRIVER_OK. By hand: stop the handshake at FEATURES_OK, set up queue 2 and send "
			  "CTRL_RX_PROMISC.",
		.reference = "STATUS-1; QEMU hw/net/virtio-net.c, virtio_net_handle_ctrl()",
		.needs = "a network device on whose network nobody answers",
	},
	{
		.name = "qemu-net-control-features",
		.points = "virtio.feature.dependencies/net@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "bit * is offered? and none of 0x20000? which it requires",
		.reason = "A network device with ctrl_vq=off offers the features that require the control queue all "
			  "the same, unless each is switched off by itself: CTRL_RX, CTRL_VLAN, CTRL_RX_EXTRA, "
			  "CTRL_MAC_ADDR, CTRL_GUEST_OFFLOADS and GUEST_ANNOUNCE. By hand: read device_feature of "
			  "-device virtio-net-pci,ctrl_vq=off.",
		.reference = "VIRTIO 1.4, 2.2.1 (FEAT-1) and 5.1.3.1 (NET-15); QEMU hw/net/virtio-net.c, "
			     "virtio_net_get_features()",
		.needs = "a network device with ctrl_vq=off",
	},
	{
		.name = "qemu-pvpanic-bar",
		.points = "pci.bar-size/1b36:0011@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "BAR?: * bytes are too few",
		.reason = "pvpanic-pci has a memory BAR of 2 bytes, so that bits 1 to 3, which tell the BAR's type, "
			  "can be written. By hand: write all ones to BAR 0 of -device pvpanic-pci; it reads back "
			  "0xfffffffe.",
		.reference = "PCI Local Bus Specification 3.0, 6.2.5.1; QEMU hw/misc/pvpanic-pci.c",
	},
};
DEVIATIONS(devices);
