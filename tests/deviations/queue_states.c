/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deviations of virtio devices whose memory is taken back while a request is under way, and of queues that are not
 * there. See deviations.h.
 */
#include "tests/deviations/deviations.h"

static const struct deviation queue_states[] = {
	{
		.name = "qemu-blk-queue-reset-under-way",
		.points = "virtio.held.queue-reset-under-way/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "the queue was reset? and * a read from before arrive*",
		.reason = "A disk whose queue is reset while a read waits says that the reset is done, and writes the "
			  "data of the read later, to memory that is no longer its own. By hand: -device "
			  "virtio-blk-pci,disable-legacy=on with -drive throttling.iops-total=1, accept RING_RESET, "
			  "read until one waits, write 1 to queue_reset, and look at its buffer when it reads 0 and "
			  "some seconds later.",
		.reference = "QRST-1, DRV-QRST-2; QEMU hw/virtio/virtio.c, virtio_queue_reset(), which asks a device "
			     "to end what is under way only where it has a function for that, as virtio-net alone has",
	},
	{
		.name = "qemu-queue-select-unchanged",
		.points = "virtio.queue.absent-far/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.because = "queue 0x400 is not there? and its queue_size reads *",
		.reason = "A number of 1024 or more written to queue_select is not taken, and queue_size goes on to be "
			  "that of the queue selected before, where 0 is right; what a driver writes then is written "
			  "of that queue. By hand: -device virtio-rng-pci,disable-legacy=on; write 0 and then 1024 to "
			  "queue_select, and read queue_size.",
		.reference = "COMMON-14; QEMU hw/virtio/virtio-pci.c, virtio_pci_common_write(), case "
			     "VIRTIO_PCI_COMMON_Q_SELECT",
	},
};
DEVIATIONS(queue_states);
