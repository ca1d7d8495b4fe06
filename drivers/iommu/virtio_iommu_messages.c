/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a virtio-iommu lets messages through: a region of addresses that PROBE tells of, in which nothing is
 * translated. What else PROBE says, and whether it is well-formed, is suite iommu's; here it is believed as far as it
 * can be.
 *
 * Source: VIRTIO 1.4, 5.13.6.9 (PROBE), 5.13.6.9.1 (RESV_MEM).
 */
#include "boot/byteorder.h"
#include "boot/string.h"
#include "drivers/iommu/virtio_iommu.h"

#define REQUEST_SIZE	((uint32_t)sizeof(struct virtio_iommu_req_probe))
#define PROPERTY_SIZE	((uint32_t)sizeof(struct virtio_iommu_probe_property))

static bool is_region_of(const uint8_t *bytes, uint64_t address)
{
	struct virtio_iommu_probe_resv_mem region;

	memcpy(&region, bytes, sizeof(region));
	return region.subtype == VIRTIO_IOMMU_RESV_MEM_T_MSI && le64_to_cpu(region.start) <= address &&
	       address <= le64_to_cpu(region.end);
}

bool virtio_iommu_takes_messages(struct virtio_iommu *iommu, uint32_t endpoint, uint64_t address)
{
	const struct virtio_iommu_req_probe request = {
		.head.type = VIRTIO_IOMMU_T_PROBE, .endpoint = cpu_to_le32(endpoint),
	};
	uint32_t room = iommu->probe_size + (uint32_t)sizeof(struct virtio_iommu_req_tail);
	const uint8_t *area;

	if (!iommu->probe_size ||
	    virtio_iommu_ask_for(iommu, &request, REQUEST_SIZE, room) != VIRTIO_IOMMU_S_OK)
		return false;
	area = virtio_iommu_room(iommu, REQUEST_SIZE);
	for (uint32_t at = 0, length; at + PROPERTY_SIZE <= iommu->probe_size; at += PROPERTY_SIZE + length) {
		unsigned type = (area[at] | (unsigned)area[at + 1] << 8) & VIRTIO_IOMMU_PROBE_T_MASK;

		length = area[at + 2] | (uint32_t)area[at + 3] << 8;
		if (type == VIRTIO_IOMMU_PROBE_T_NONE || at + PROPERTY_SIZE + length > iommu->probe_size)
			return false;
		if (type == VIRTIO_IOMMU_PROBE_T_RESV_MEM &&
		    PROPERTY_SIZE + length >= sizeof(struct virtio_iommu_probe_resv_mem) &&
		    is_region_of(area + at, address))
			return true;
	}
	return false;
}
