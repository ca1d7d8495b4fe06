/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite iommu: a virtio-iommu that offers ACCESS_PLATFORM for itself. Its own requests and answers come by the same
 * rings whether that is accepted or not, as nothing translates the IOMMU's own addresses; a device may refuse to be
 * driven without it. That the answers are done is told by an engine's write.
 *
 * Source: VIRTIO 1.4, sections 6.1 and 6.2 (VIRTIO_F_ACCESS_PLATFORM).
 */
#include "tests/conformance/iommu/rig.h"

static const char *needs_platform(const struct subject *subject)
{
	const char *reason = needs_bypass(subject);

	if (reason)
		return reason;
	return virtio_iommu_of(subject->engine->function->domain)->device->offered & VIRTIO_ACCESS_PLATFORM ? NULL :
	       "the IOMMU does not offer ACCESS_PLATFORM for itself";
}

static void write_target(const struct iommu_rig *rig, phys_addr frame, bool must)
{
	expect_landing(rig->trial, rig->engine, TARGET + TARGET_OFFSET, frame, must);
}

/* In the spare domain; the idle endpoint has the driver's, which the engine's memory is mapped in. */
static void use_spare(const struct iommu_rig *rig, phys_addr frame)
{
	struct trial *trial = rig->trial;

	iommu_attach(rig, rig->home, rig->idle);
	expect_status(trial, "ATTACH", iommu_attach(rig, rig->spare, rig->endpoint), VIRTIO_IOMMU_S_OK);
	iommu_map(rig, rig->spare, MEMORY, MEMORY_SIZE, (phys_addr) { MEMORY }, BOTH);
	expect_status(trial, "MAP", iommu_map(rig, rig->spare, TARGET, rig->page, frame, BOTH), VIRTIO_IOMMU_S_OK);
	if (iommu_rig_again(rig))
		write_target(rig, frame, true);
	expect_status(trial, "UNMAP", iommu_unmap(rig, rig->spare, TARGET, rig->page), VIRTIO_IOMMU_S_OK);
	write_target(rig, frame, false);
}

/* The engine's memory has the same number in both views, so that it may go on while nothing is attached. */
static void own_platform(struct trial *trial)
{
	unsigned before = 0;
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		virtio_iommu_bypass(rig.iommu, &before);
		virtio_iommu_set_bypass(rig.iommu, 1);
		expect(trial, rig.iommu->device->accepted & VIRTIO_ACCESS_PLATFORM, "ACCESS_PLATFORM is not accepted");
		use_spare(&rig, frame);
		rig.restarted = true;
		if (virtio_iommu_restart(rig.iommu, VIRTIO_ACCESS_PLATFORM)) {
			trial_record(trial, "without ACCESS_PLATFORM the IOMMU can be driven");
			use_spare(&rig, frame);
		} else {
			trial_record(trial, "without ACCESS_PLATFORM the IOMMU refuses to be driven");
		}
		if (iommu_rig_restart(&rig, 0)) {
			use_spare(&rig, frame);
			virtio_iommu_set_bypass(rig.iommu, before);
		}
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.own-platform", own_platform,
		 "An IOMMU that offers ACCESS_PLATFORM does as asked with it, and without it unless it refuses.",
		 .scope = &scope_iommu, .skip = needs_platform, .judged_by = EVIDENCE);
