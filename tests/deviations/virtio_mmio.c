/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of QEMU's virtio-mmio. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation virtio_mmio[] = {
	{
		.name = "qemu-mmio-no-queue-reset",
		.points = "virtio.queue.reset/*@0a0*,virtio.refuse.after-queue-reset/*@0a0*,"
			  "virtio.refuse.old-rings-after-queue-reset/*@0a0*,virtio.held.queue-reset/*@0a0*,"
			  "virtio.mmio.queue-reset/*",
		.machine = "dummy-virt", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "queue_enable does not read 0 after a queue reset,"
			   "queue_enable after queue_reset: expected 0? found 0x1,"
			   "a request in rings elsewhere? after the reset? does not work (*,"
			   "the queue was reset? and yet the data was seen in view *,"
			   "the queue was reset? and yet the device's write was seen in view *,"
			   "QueueReady after a reset of the queue: expected 0? found 0x1",
		.reason = "A device on virtio-mmio offers RING_RESET, and has no register QueueReset: what is "
			  "written to it is lost, and the queue stays as it is. By hand: -global "
			  "virtio-mmio.force-legacy=false -device virtio-rng-device; enable a queue, write 1 to "
			  "0xc0; QueueReady still reads 1.",
		.reference = "MMIO-9, MMIO-10, QRST-1; QEMU hw/virtio/virtio-mmio.c, virtio_mmio_write()",
	},
	{
		.name = "qemu-mmio-feature-words",
		.points = "virtio.device.features/*@0a0*",
		.machine = "dummy-virt", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "feature word with an absurd selector: expected 0? found *",
		.reason = "DeviceFeatures with a DeviceFeaturesSel above 1 shows bits 32 to 63 once more, as if "
			  "the bits far above them were offered. By hand: -global virtio-mmio.force-legacy=false "
			  "-device virtio-rng-device; write 2 to 0x14, read 0x10.",
		.reference = "MMIO-13; QEMU hw/virtio/virtio-mmio.c, virtio_mmio_write()",
	},
	{
		.name = "qemu-mmio-line-of-broken-device",
		.points = "virtio.intx.configuration/*@0a0*",
		.machine = "dummy-virt", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "a storm: * interrupts? and the line does not fall",
		.reason = "When a device that needs a reset is told by InterruptACK that all its events were "
			  "handled, its line stays raised until the reset, although InterruptStatus reads 0. By "
			  "hand: -device virtio-rng-device; make more available than the ring has, write 3 to "
			  "0x64, look at the line.",
		.reference = "MMIO-3; QEMU hw/virtio/virtio.c, virtio_notify_vector() (broken)",
	},
	{
		.name = "qemu-mmio-queue-selected-far",
		.points = "virtio.mmio.no-queue/*",
		.machine = "dummy-virt", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "QueueNumMax of queue 65520: expected 0? found *",
		.reason = "A number of 1024 and more is not taken by QueueSel of virtio-mmio: the queue of before "
			  "stays selected and is shown and changed in its place. By hand: -device "
			  "virtio-rng-device; write 0 to 0x30, then 65520; 0x34 reads 1024.",
		.reference = "MMIO-12; QEMU hw/virtio/virtio-mmio.c, virtio_mmio_write() (VIRTIO_QUEUE_MAX)",
	},
	{
		.name = "qemu-mmio-queue-not-ready",
		.points = "virtio.mmio.not-ready/*",
		.machine = "dummy-virt", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "QueueReady is 0? and yet the device's write was seen in view *,"
			   "QueueReady is 0? and yet the device has used a buffer",
		.reason = "A queue of virtio-mmio goes on when 0 is written to its QueueReady, which reads 0 then. "
			  "A driver takes its memory back after that, and the device still writes there. By hand: "
			  "-global virtio-mmio.force-legacy=false -device virtio-rng-device; write 0 to 0x44 of a "
			  "working queue, make a request.",
		.reference = "MMIO-6; QEMU hw/virtio/virtio-mmio.c, virtio_mmio_write() (QUEUE_READY)",
	},
	{
		.name = "qemu-mmio-no-region-base",
		.points = "virtio.mmio.no-region-base/*",
		.machine = "dummy-virt", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "SHMBaseLow of a region that is not there: expected 0xffffffff? found 0",
		.reason = "SHMBaseLow and SHMBaseHigh of virtio-mmio read 0, where there is no such region of shared "
			  "memory: they are not there. By hand: -global virtio-mmio.force-legacy=false -device "
			  "virtio-rng-device; write 0xee to 0xac, read 0xb8.",
		.reference = "MMIO-19; QEMU hw/virtio/virtio-mmio.c, virtio_mmio_read()",
	},
};
DEVIATIONS(virtio_mmio);
