/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite iommu: PROBE, with what it tells of an endpoint, and what it answers where there is nothing to tell. Whether a
 * message reaches the region that it names is suite virtio.msix's.
 */
#include "boot/byteorder.h"
#include "boot/string.h"
#include "tests/conformance/iommu/rig.h"

#define REQUEST_SIZE	((uint32_t)sizeof(struct virtio_iommu_req_probe))
#define TAIL_SIZE	((uint32_t)sizeof(struct virtio_iommu_req_tail))
#define PROPERTY_SIZE	((uint32_t)sizeof(struct virtio_iommu_probe_property))
#define RESERVED_SIZE	((uint32_t)sizeof(struct virtio_iommu_probe_resv_mem))
#define REGIONS		8u
#define SMALL		8u		/* bytes of an area that has no room for any property */

/* What an answer says. */
struct probe_regions {
	unsigned count, messages;	/* of those that devices send messages to */
	struct bus_range at[REGIONS];
};

/* With so many bytes for properties; the reserved field holds one value. */
static int ask_probe(const struct iommu_rig *rig, uint32_t endpoint, uint8_t reserved, uint32_t bytes)
{
	struct virtio_iommu_req_probe request = {
		.head.type = VIRTIO_IOMMU_T_PROBE, .endpoint = cpu_to_le32(endpoint),
	};

	memset(request.reserved, reserved, sizeof(request.reserved));
	return virtio_iommu_ask_for(rig->iommu, &request, REQUEST_SIZE, bytes + TAIL_SIZE);
}

static void expect_bytes(struct trial *trial, const char *what, const uint8_t *bytes, uint32_t count, uint8_t value)
{
	for (uint32_t i = 0; i < count; i++)
		if (!expect(trial, bytes[i] == value, "%s: byte %u of %u is %#x instead of %#x", what, i, count,
			    bytes[i], value))
			return;
}

static void add_region(struct trial *trial, const uint8_t *bytes, struct probe_regions *regions)
{
	struct virtio_iommu_probe_resv_mem region;
	struct bus_range range;

	memcpy(&region, bytes, sizeof(region));
	range = (struct bus_range) { le64_to_cpu(region.start), le64_to_cpu(region.end) };
	expect_bytes(trial, "reserved field of RESV_MEM", region.reserved, sizeof(region.reserved), 0);
	expect(trial, range.first <= range.last, "a region ends before it begins");
	for (unsigned i = 0; i < regions->count; i++)
		expect(trial, range.last < regions->at[i].first || range.first > regions->at[i].last,
		       "two regions overlap at %#llx", (unsigned long long)range.first);
	trial_record(trial, "region %#llx to %#llx, kind %u", (unsigned long long)range.first,
		     (unsigned long long)range.last, region.subtype);
	regions->messages += region.subtype == VIRTIO_IOMMU_RESV_MEM_T_MSI;
	if (regions->count < REGIONS)
		regions->at[regions->count++] = range;
}

/* Goes from property to property, to the one of type 0 or the end of the area; behind it all is 0. */
static void read_properties(struct trial *trial, const uint8_t *area, uint32_t bytes, struct probe_regions *regions)
{
	uint32_t at = 0;

	*regions = (struct probe_regions) { 0 };
	while (bytes - at >= PROPERTY_SIZE) {
		unsigned type = area[at] | (unsigned)area[at + 1] << 8;
		uint32_t length = area[at + 2] | (uint32_t)area[at + 3] << 8;

		if (type == VIRTIO_IOMMU_PROBE_T_NONE)
			break;
		expect_equal(trial, "reserved bits of a property's type", type & ~VIRTIO_IOMMU_PROBE_T_MASK, 0);
		if (!expect(trial, length <= bytes - at - PROPERTY_SIZE, "a property of %u bytes at %u has no room",
			    length, at))
			return;
		if ((type & VIRTIO_IOMMU_PROBE_T_MASK) == VIRTIO_IOMMU_PROBE_T_RESV_MEM &&
		    expect_equal(trial, "length of RESV_MEM", length, RESERVED_SIZE - PROPERTY_SIZE))
			add_region(trial, area + at, regions);
		at += PROPERTY_SIZE + length;
	}
	expect_bytes(trial, "behind the last property", area + at, bytes - at, 0);
}

static bool probe_endpoint(const struct iommu_rig *rig, struct probe_regions *regions)
{
	uint32_t bytes = rig->iommu->probe_size;

	if (!expect_status(rig->trial, "PROBE", ask_probe(rig, rig->endpoint, 0xa5, bytes), VIRTIO_IOMMU_S_OK))
		return false;
	read_properties(rig->trial, virtio_iommu_room(rig->iommu, REQUEST_SIZE), bytes, regions);
	return true;
}

static void probe(struct trial *trial)
{
	struct probe_regions regions;
	struct iommu_rig rig;

	if (iommu_rig_start(trial, &rig) && probe_endpoint(&rig, &regions)) {
		expect_equal(trial, "used length", rig.iommu->used, rig.iommu->probe_size + TAIL_SIZE);
		expect(trial, regions.messages <= 1, "%u regions for messages", regions.messages);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.probe", probe,
		 "PROBE tells whole properties one behind the other, regions apart from each other, and zeroes.",
		 .scope = &scope_iommu, .skip = needs_probe, .judged_by = FUNCTIONAL,
		 .clauses = "IOMMU-46 IOMMU-50 IOMMU-51 IOMMU-52 IOMMU-55 IOMMU-56 IOMMU-57 IOMMU-58");

static void probe_missing(struct trial *trial)
{
	struct iommu_rig rig;

	if (iommu_rig_start(trial, &rig))
		expect_status(trial, "PROBE of nobody", ask_probe(&rig, NO_ENDPOINT, 0, rig.iommu->probe_size),
			      VIRTIO_IOMMU_S_NOENT);
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.probe-missing", probe_missing,
		 "PROBE of an endpoint that is not there answers NOENT.",
		 .scope = &scope_iommu, .skip = needs_probe, .clauses = "IOMMU-47", .judged_by = FUNCTIONAL);

static void probe_small(struct trial *trial)
{
	struct iommu_rig rig;

	if (iommu_rig_start(trial, &rig)) {
		expect_status(trial, "PROBE without room", ask_probe(&rig, rig.endpoint, 0, SMALL),
			      VIRTIO_IOMMU_S_INVAL);
		expect_bytes(trial, "a properties area that is too small",
			     virtio_iommu_room(rig.iommu, REQUEST_SIZE), SMALL, 0xff);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.probe-small", probe_small,
		 "PROBE with less room than probe_size answers INVAL, and writes no property.",
		 .scope = &scope_iommu, .skip = needs_probe, .clauses = "IOMMU-53 IOMMU-54", .judged_by = EVIDENCE);

static void probe_declined(struct trial *trial)
{
	struct iommu_rig rig;

	if (iommu_rig_start(trial, &rig)) {
		uint32_t bytes = rig.iommu->probe_size;

		if (iommu_rig_restart(&rig, VIRTIO_BIT(VIRTIO_IOMMU_F_PROBE))) {
			expect_status(trial, "PROBE that was declined", ask_probe(&rig, rig.endpoint, 0, bytes),
				      VIRTIO_IOMMU_SILENT);
			expect(trial, rig.iommu->up, "the request has not come back");
			expect_equal(trial, "used length", rig.iommu->used, 0);
			expect_bytes(trial, "the answer's room", virtio_iommu_room(rig.iommu, REQUEST_SIZE),
				     bytes + TAIL_SIZE, 0xff);
		}
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.probe-declined", probe_declined,
		 "Without the feature PROBE, such a request comes back with nothing written, and length 0.",
		 .scope = &scope_iommu, .skip = needs_probe, .clauses = "IOMMU-48 IOMMU-49", .judged_by = EVIDENCE);

static void reserved_map(struct trial *trial)
{
	struct probe_regions regions;
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame) && probe_endpoint(&rig, &regions)) {
		if (!regions.count)
			trial_skip(trial, "PROBE names no region");
		for (unsigned i = 0; i < regions.count; i++) {
			uint64_t page = regions.at[i].first & ~(rig.page - 1ull);
			int status = iommu_map(&rig, rig.home, page, rig.page, frame, BOTH);

			if (status == VIRTIO_IOMMU_S_OK)
				iommu_unmap(&rig, rig.home, page, rig.page);
			expect(trial, status != VIRTIO_IOMMU_S_OK, "a MAP over the region at %#llx is done",
			       (unsigned long long)page);
		}
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.reserved-map", reserved_map,
		 "A MAP over a region that PROBE says is reserved is refused.",
		 .scope = &scope_iommu, .skip = needs_probe, .clauses = "IOMMU-59", .judged_by = FUNCTIONAL);
