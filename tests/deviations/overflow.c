/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of virtio devices whose buffers end behind the last address there is. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation overflow[] = {
	{
		.name = "qemu-buffer-goes-on-at-0",
		.points = "virtio.error.address-overflow/*,virtio.error.packed-address-overflow/*",
		.machine = "clipper", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "the device went on at physical address 0 with a buffer that ends behind 2^64",
		.reason = "A buffer whose address and length come to more than 2^64 is cut at the end of what can be "
			  "addressed, and goes on at physical address 0, which the driver has not given: what is there "
			  "is written over, on Alpha the code of its firmware, so that the machine does not end any "
			  "more. By hand: -M clipper with -device virtio-rng-pci,disable-legacy=on,iommu_platform=off, "
			  "a request for 64 bytes at 0xffffffffffffffe0, and 32 of them are at physical address 0.",
		.reference = "VIRTIO 1.4, 2.7.5; QEMU hw/virtio/virtio.c, virtqueue_map_desc(), whose address wraps",
	},
};
DEVIATIONS(overflow);
