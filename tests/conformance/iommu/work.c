/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite iommu: what requests to a virtio-iommu do to the DMA of an endpoint. Each answer is believed only when a write
 * of the engine has arrived where it should, or has not where it should not.
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "tests/conformance/iommu/rig.h"

static void write_target(const struct iommu_rig *rig, uint64_t page, phys_addr frame, bool must)
{
	expect_landing(rig->trial, rig->engine, page + TARGET_OFFSET, frame, must);
}

static void mapped(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		write_target(&rig, TARGET, frame, false);
		expect_status(trial, "MAP", iommu_map(&rig, rig.home, TARGET, rig.page, frame, BOTH), 0);
		write_target(&rig, TARGET, frame, true);
		expect_status(trial, "UNMAP", iommu_unmap(&rig, rig.home, TARGET, rig.page), 0);
		write_target(&rig, TARGET, frame, false);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.mapped", mapped,
		 "An address leads to memory from MAP to UNMAP, and not before or after it; both answer OK.",
		 .scope = &scope_iommu, .skip = needs_engine, .clauses = "IOMMU-10", .judged_by = EVIDENCE);

static void permission(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		iommu_map(&rig, rig.home, TARGET, rig.page, frame, VIRTIO_IOMMU_MAP_F_READ);
		write_target(&rig, TARGET, frame, false);
		iommu_unmap(&rig, rig.home, TARGET, rig.page);
		iommu_map(&rig, rig.home, TARGET, rig.page, frame, VIRTIO_IOMMU_MAP_F_WRITE);
		write_target(&rig, TARGET, frame, true);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.permission", permission,
		 "What is mapped without WRITE cannot be written, and what is mapped with it can.",
		 .scope = &scope_iommu, .skip = needs_engine, .clauses = "IOMMU-37", .judged_by = EVIDENCE);

/* Unattached, the engine finds its own memory all the same where bypass is on; where it is off, it finds nothing. The
 * idle endpoint keeps the domain, which goes with the last one in it. */
static void detached(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		iommu_map(&rig, rig.home, TARGET, rig.page, frame, BOTH);
		write_target(&rig, TARGET, frame, true);
		iommu_attach(&rig, rig.home, rig.idle);
		expect_status(trial, "DETACH", iommu_detach(&rig, rig.home, rig.endpoint), 0);
		write_target(&rig, TARGET, frame, false);
		expect_status(trial, "ATTACH", iommu_attach(&rig, rig.home, rig.endpoint), 0);
		engine_stop(rig.engine);
		if (trial_start(trial, rig.engine))
			write_target(&rig, TARGET, frame, true);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.detached", detached,
		 "A detached endpoint is out of reach of the domain's mappings, and in reach when attached again.",
		 .scope = &scope_iommu, .skip = needs_engine, .clauses = "IOMMU-27 IOMMU-31",
		 .judged_by = EVIDENCE);

/* Of the two frames the write must arrive in this one, and in no other. */
static void expect_only(const struct iommu_rig *rig, const phys_addr *frames, unsigned number)
{
	uint32_t size = transfer_size(rig->engine);
	unsigned arrived;

	write_soon(rig->engine, TARGET + TARGET_OFFSET, size, ENGINE_LIMIT);
	arrived = landed_in(rig->trial, TARGET + TARGET_OFFSET, size, frames, 2);
	expect(rig->trial, arrived == 1u << number, "a write has arrived in frames %#x (bits), and not in %u alone",
	       arrived, number);
}

/* One address leads to one frame in the driver's domain, which the idle endpoint keeps, and to another in the spare
 * one. */
static void moved(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frames[2];

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frames[0]) &&
	    iommu_take_page(&rig, &frames[1])) {
		iommu_map(&rig, rig.home, TARGET, rig.page, frames[0], BOTH);
		expect_only(&rig, frames, 0);
		expect_status(trial, "a second ATTACH", iommu_attach(&rig, rig.home, rig.idle), 0);
		expect_status(trial, "ATTACH elsewhere", iommu_attach(&rig, rig.spare, rig.endpoint), 0);
		iommu_map(&rig, rig.spare, TARGET, rig.page, frames[1], BOTH);
		iommu_map(&rig, rig.spare, MEMORY, MEMORY_SIZE, (phys_addr) { MEMORY }, BOTH);
		expect_only(&rig, frames, 1);
		expect_status(trial, "ATTACH back", iommu_attach(&rig, rig.home, rig.endpoint), 0);
		expect_only(&rig, frames, 0);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.moved", moved,
		 "An endpoint that is attached elsewhere follows the mappings of the new domain alone.",
		 .scope = &scope_iommu, .skip = needs_engine, .clauses = "IOMMU-19 IOMMU-22 IOMMU-23",
		 .judged_by = EVIDENCE);

/* A mapping of one page, and one of two behind it, of which the second is to stay. */
static void split(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frames[2];

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frames[0]) &&
	    iommu_take_pages(&rig, 2, &frames[1])) {
		iommu_map(&rig, rig.home, TARGET, rig.page, frames[0], BOTH);
		iommu_map(&rig, rig.home, TARGET + rig.page, 2 * rig.page, frames[1], BOTH);
		expect_status(trial, "UNMAP of one and a half", iommu_unmap(&rig, rig.home, TARGET, 2 * rig.page),
			      VIRTIO_IOMMU_S_RANGE);
		write_target(&rig, TARGET + rig.page, frames[1], true);
		write_target(&rig, TARGET, frames[0], true);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.split", split,
		 "An UNMAP that would split a mapping answers RANGE, and takes none away.",
		 .scope = &scope_iommu, .skip = needs_engine, .clauses = "IOMMU-43 IOMMU-44", .judged_by = EVIDENCE);

/*
 * An access that begins one byte below a mapping may end in it, but not begin in the memory before its own. Memory is
 * looked at behind each: one of 256 bytes that a device writes there is what was there.
 */
static void byte_below(struct trial *trial)
{
	struct iommu_rig rig;
	struct frames_stray stray;
	bool intact = true;
	phys_addr frames;

	if (iommu_rig_start(trial, &rig) && iommu_take_pages(&rig, 2, &frames)) {
		iommu_map(&rig, rig.home, TARGET, rig.page, (phys_addr) { frames.value + rig.page }, BOTH);
		for (unsigned i = 0; i < 4 && intact; i++) {
			engine_transfer(rig.engine, DMA_DEVICE_WRITES, TARGET - 1, transfer_size(rig.engine),
					ENGINE_PATIENCE, NULL);
			intact = frames_intact(frames, rig.page, &stray);
		}
		expect(trial, intact,
		       "a write one byte below a mapping has reached the memory below that of the mapping");
		frames_fill(frames, 2 * rig.page);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.byte-below", byte_below,
		 "A write that begins one byte below a mapping does not reach the memory below the mapping's.",
		 .scope = &scope_iommu, .skip = needs_engine, .judged_by = EVIDENCE);

/* Of a write to an address that leads nowhere. QEMU tells of each 4 bytes; the first record is looked at. */
static void fault(struct trial *trial)
{
	const struct virtio_iommu_fault *first;
	struct iommu_rig rig;

	if (iommu_rig_start(trial, &rig)) {
		virtio_iommu_drain(rig.iommu);
		rig.iommu->faults = (struct virtio_iommu_faults) { 0 };
		engine_transfer(rig.engine, DMA_DEVICE_WRITES, TARGET, transfer_size(rig.engine), ENGINE_PATIENCE,
				NULL);
		virtio_iommu_drain(rig.iommu);
		first = &rig.iommu->faults.first;
		if (expect(trial, rig.iommu->faults.count > 0, "the IOMMU tells of no fault")) {
			expect_equal(trial, "endpoint", le32_to_cpu(first->endpoint), rig.endpoint);
			expect_equal(trial, "reason", first->reason, VIRTIO_IOMMU_FAULT_R_MAPPING);
			expect_equal(trial, "undefined flags", le32_to_cpu(first->flags) & ~0x107u, 0);
			expect_equal(trial, "reserved", first->reserved[0] | first->reserved[1] | first->reserved[2] |
				     first->reserved2[0] | first->reserved2[1] | first->reserved2[2] |
				     first->reserved2[3], 0);
			expect_equal(trial, "records that are not one buffer each", rig.iommu->faults.odd, 0);
			if (le32_to_cpu(first->flags) & VIRTIO_IOMMU_FAULT_F_ADDRESS)
				expect_equal(trial, "address", le64_to_cpu(first->address), TARGET);
			else
				trial_record(trial, "the address is left out");
		}
		rig.iommu->faults.count = 0;
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.fault", fault,
		 "A write that leads nowhere is told of, with its endpoint, its address if any, and zeroes elsewhere.",
		 .scope = &scope_iommu, .skip = needs_engine, .clauses = "IOMMU-61 IOMMU-62 IOMMU-63 IOMMU-64 IOMMU-65",
		 .judged_by = FUNCTIONAL);
