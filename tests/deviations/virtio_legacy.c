/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of virtio devices that are driven without VERSION_1, most of them through the legacy interface. */
#include "tests/deviations/deviations.h"

static const struct deviation virtio_legacy[] = {
	{
		.name = "qemu-legacy-status-sets-bus-master",
		.points = "virtio.legacy.status-leaves-command/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "PCI command register after ACKNOWLEDGE and DRIVER were written to the status: *",
		.reason = "ACKNOWLEDGE and DRIVER (3) written to the legacy status register switch bus mastering on "
			  "in PCI_COMMAND, to please drivers of old that forgot to; so the device does DMA although "
			  "nobody has allowed it. By hand: -device "
			  "virtio-rng-pci,disable-modern=on,disable-legacy=off,iommu_platform=off, write 3 to I/O BAR "
			  "0 at offset 0x12 and read PCI_COMMAND.",
		.reference = "PCI Local Bus Specification 3.0, 6.2.2; QEMU hw/virtio/virtio-pci.c, "
			     "virtio_ioport_write()",
	},
	{
		.name = "qemu-legacy-waits-for-driver-ok",
		.points = "virtio.legacy.before-driver-ok/rng@*,virtio.legacy.before-driver-ok/net@*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = RACY,
		.because = "a request was seen in view none and must be in view physical (silent)",
		.reason = "Driven through the legacy interface, the entropy and the network device leave requests "
			  "alone until DRIVER_OK; a device with that interface must support drivers that use it "
			  "before. By hand: stop the legacy handshake at DRIVER, set up queue 0 of "
			  "virtio-rng-pci,disable-modern=on and ring its doorbell.",
		.reference = "LEG-5; QEMU hw/virtio/virtio-rng.c, is_guest_ready(); hw/net/virtio-net.c, "
			     "virtio_net_started()",
	},
	{
		.name = "qemu-bus-addresses-without-version-1",
		.points = "virtio.legacy.version-1-declined/*/accepted,virtio.view.declined/*/declined-version-1",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "VERSION_1 and bit 33 were declined? and yet the host bridge translated,"
			   "bit 33 was declined? and yet the host bridge translated: *",
		.reason = "A device with iommu_platform=on whose driver accepts neither VERSION_1 nor bit 33 keeps "
			  "FEATURES_OK and goes on to send its accesses through the host bridge: its view is fixed "
			  "when it is made. Without bit 33 accepted they must be physical, or FEATURES_OK be refused, "
			  "as it is with VERSION_1. By hand: -device "
			  "virtio-rng-pci,disable-legacy=on,iommu_platform=on, write 0 to both words of "
			  "driver_feature.",
		.reference = "DEF-1, RSVD-2, RSVD-4; QEMU hw/virtio/virtio-bus.c, virtio_bus_device_plugged(); "
			     "hw/virtio/virtio.c, virtio_validate_features()",
	},
	{
		.name = "qemu-config-order-before-features",
		.points = "virtio.device.config-order/*",
		.machine = "sun4u", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "* is * before features are accepted? and * after",
		.reason = "Through the modern interface the device's configuration is big-endian until VERSION_1 is "
			  "accepted, and little-endian from then on, also in a device that has no legacy interface: a "
			  "driver that looks at it while it chooses features, as it may, reads a capacity of 2^51 "
			  "sectors. By hand: read the capacity of -device virtio-blk-pci,disable-legacy=on after a "
			  "reset.",
		.reference = "DEF-4, CFG-1; QEMU include/hw/virtio/virtio-access.h, virtio_access_is_big_endian()",
	},
};
DEVIATIONS(virtio_legacy);
