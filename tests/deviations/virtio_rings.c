/* Deviations of QEMU's virtqueues. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation virtio_rings[] = {
	{
		.name = "qemu-indirect-tail",
		.points = "virtio.mode/indirect-tail/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
		.reason = "In a chain of direct descriptors that ends in an indirect one, the indirect table itself is taken for a "
			  "buffer: the flag counts only in the first descriptor. A device must handle such a chain. By hand: a "
			  "request to virtio-rng-pci of one direct and one indirect descriptor; it ends in DEVICE_NEEDS_RESET.",
		.reference = "SPLIT-7; QEMU hw/virtio/virtio.c, virtqueue_split_pop()",
	},
};
DEVIATIONS(virtio_rings);
