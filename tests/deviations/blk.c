/* SPDX-License-Identifier: BSD-2-Clause */
/* Deviations of block devices in what suite virtio.blk asks of them. See deviations.h. */
#include "tests/deviations/deviations.h"

static const struct deviation blk[] = {
	{
		.name = "qemu-blk-writeback-without-flush",
		.points = "virtio.blk.cache-mode-without-flush/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "writeback? with CONFIG_WCE accepted and without FLUSH: expected 0? found 0x1",
		.reason = "A disk whose driver has accepted CONFIG_WCE and not FLUSH begins with writeback 1: the "
			  "driver is told of a cache that it cannot flush. By hand: -device virtio-blk-pci with an "
			  "image that is not opened with cache=writethrough, accept features 0x100000800, and read "
			  "offset 32 of the device-specific configuration.",
		.reference = "BLK-4; QEMU hw/block/virtio-blk.c, virtio_blk_set_status(), which looks at the features "
			     "only where CONFIG_WCE was not accepted",
	},
	{
		.name = "qemu-blk-unreachable-data",
		.points = "virtio.blk.unreachable-data/*",
		.machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
		.because = "the device cannot reach half of the data of a *? and ends it well",
		.reason = "A disk whose data lie where the bridge translates nothing ends the request with OK: what it "
			  "reads is lost, and what it writes to the disk is rubbish, of which the driver is not told. "
			  "By hand: -device virtio-blk-pci,disable-legacy=on,iommu_platform=on, and a request of two "
			  "pieces of data, the second at a bus address that no page is mapped at.",
		.reference = "VIRTIO 1.4, 5.2.6 (VIRTIO_BLK_S_OK is success); QEMU system/physmem.c, "
			     "address_space_map() and address_space_unmap(), which ask no one whether a bounce "
			     "buffer was filled or written back",
	},
};
DEVIATIONS(blk);
