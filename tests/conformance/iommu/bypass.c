/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite iommu: endpoints that reach memory as it is, because they are in no domain and the bypass byte says so, or
 * because their domain does; and what is left of all that by a reset of the device. The writes of an engine tell.
 */
#include "boot/frames.h"
#include "tests/conformance/iommu/rig.h"

/* A write at the number that the frame has as memory. */
static void write_memory(const struct iommu_rig *rig, phys_addr frame, bool must)
{
	expect_landing(rig->trial, rig->engine, frame.value + TARGET_OFFSET, frame, must);
}

static void write_target(const struct iommu_rig *rig, phys_addr frame, bool must)
{
	expect_landing(rig->trial, rig->engine, TARGET + TARGET_OFFSET, frame, must);
}

static unsigned bypass_of(const struct iommu_rig *rig)
{
	unsigned value = 0;

	if (!virtio_iommu_bypass(rig->iommu, &value))
		trial_error(rig->trial, "the bypass byte cannot be read");
	return value;
}

static void set_bypass(const struct iommu_rig *rig, unsigned value)
{
	if (!virtio_iommu_set_bypass(rig->iommu, value))
		trial_error(rig->trial, "the bypass byte cannot be written");
}

/* A value that a driver must not write may make the device ask for a reset. */
static void bypass_byte(struct trial *trial)
{
	struct iommu_rig rig;

	if (iommu_rig_start(trial, &rig)) {
		unsigned before = bypass_of(&rig);

		trial_record(trial, "bypass is %u", before);
		expect(trial, before <= 1, "bypass is %u", before);
		for (unsigned value = 0; value <= 1; value++) {
			set_bypass(&rig, value);
			expect_equal(trial, "bypass", bypass_of(&rig), value);
		}
		set_bypass(&rig, 2);
		expect(trial, bypass_of(&rig) <= 1, "bypass is %u where 2 was written", bypass_of(&rig));
		if (iommu_rig_restart(&rig, 0))
			set_bypass(&rig, before);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.bypass-byte", bypass_byte,
		 "The bypass byte holds 0 and 1 as they are written, and shows nothing else when 2 is.",
		 .scope = &scope_iommu, .skip = needs_own_memory, .judged_by = FUNCTIONAL,
		 .clauses = "IOMMU-6 IOMMU-9");

/* The idle endpoint keeps the domain with the mappings. */
static void bypass_off(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		unsigned before = bypass_of(&rig);

		iommu_attach(&rig, rig.home, rig.idle);
		set_bypass(&rig, 1);
		expect_status(trial, "DETACH", iommu_detach(&rig, rig.home, rig.endpoint), VIRTIO_IOMMU_S_OK);
		write_memory(&rig, frame, true);
		set_bypass(&rig, 0);
		write_memory(&rig, frame, false);
		set_bypass(&rig, before);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.bypass-off", bypass_off,
		 "An endpoint in no domain reaches memory as it is where bypass is 1, and nothing where it is 0.",
		 .scope = &scope_iommu, .skip = needs_own_memory, .clauses = "IOMMU-15", .judged_by = EVIDENCE);

static void bypass_domain(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		uint32_t through = rig.spare + 1;

		iommu_map(&rig, rig.home, TARGET, rig.page, frame, BOTH);
		iommu_attach(&rig, rig.home, rig.idle);
		write_target(&rig, frame, true);
		expect_status(trial, "ATTACH to a bypass domain",
			      iommu_attach_with(&rig, through, rig.endpoint, VIRTIO_IOMMU_ATTACH_F_BYPASS),
			      VIRTIO_IOMMU_S_OK);
		write_memory(&rig, frame, true);
		write_target(&rig, frame, false);
		expect_status(trial, "MAP in a bypass domain",
			      iommu_map(&rig, through, TARGET, rig.page, frame, BOTH), VIRTIO_IOMMU_S_INVAL);
		expect_status(trial, "UNMAP in a bypass domain", iommu_unmap(&rig, through, TARGET, rig.page),
			      VIRTIO_IOMMU_S_INVAL);
		expect_status(trial, "ATTACH home", iommu_attach(&rig, rig.home, rig.endpoint), VIRTIO_IOMMU_S_OK);
		write_target(&rig, frame, true);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.bypass-domain", bypass_domain,
		 "In a bypass domain an endpoint reaches memory as it is, and nothing can be mapped or unmapped.",
		 .scope = &scope_iommu, .skip = needs_bypass, .clauses = "IOMMU-36 IOMMU-42", .judged_by = EVIDENCE);

static void bypass_other(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		uint32_t through = rig.spare + 1;

		iommu_map(&rig, rig.home, TARGET, rig.page, frame, BOTH);
		expect_status(trial, "ATTACH to a bypass domain",
			      iommu_attach_with(&rig, through, rig.idle, VIRTIO_IOMMU_ATTACH_F_BYPASS),
			      VIRTIO_IOMMU_S_OK);
		expect_status(trial, "ATTACH without the domain's flag", iommu_attach(&rig, through, rig.endpoint),
			      VIRTIO_IOMMU_S_INVAL);
		write_target(&rig, frame, true);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.bypass-other", bypass_other,
		 "An ATTACH whose bypass flag is not the domain's answers INVAL, and the endpoint stays where it was.",
		 .scope = &scope_iommu, .skip = needs_bypass, .clauses = "IOMMU-21", .judged_by = EVIDENCE);

static void bypass_reset(struct trial *trial)
{
	struct iommu_rig rig;

	if (iommu_rig_start(trial, &rig)) {
		unsigned before = bypass_of(&rig);

		for (unsigned i = 0; i < 2; i++) {
			set_bypass(&rig, i);
			if (!iommu_rig_restart(&rig, 0))
				break;
			expect_equal(trial, "bypass after a reset of the device", bypass_of(&rig), i);
		}
		set_bypass(&rig, before);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.bypass-reset", bypass_reset,
		 "A reset of the device leaves the bypass byte as it is, 0 or 1.",
		 .scope = &scope_iommu, .skip = needs_own_memory, .clauses = "IOMMU-7", .judged_by = FUNCTIONAL);

/* In no domain, and with bypass 1, the engine works with memory as it is; its own has the same number in both views. */
static void reset(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		unsigned before = bypass_of(&rig);

		set_bypass(&rig, 1);
		iommu_map(&rig, rig.home, TARGET, rig.page, frame, BOTH);
		write_target(&rig, frame, true);
		if (iommu_rig_restart(&rig, 0)) {
			write_target(&rig, frame, false);
			expect(trial, iommu_unmap(&rig, rig.home, TARGET, rig.page) != VIRTIO_IOMMU_S_OK,
			       "there is a domain after a reset");
			iommu_detach(&rig, rig.home, rig.endpoint);
			write_memory(&rig, frame, true);
		}
		set_bypass(&rig, before);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.reset", reset,
		 "After a reset of the device no endpoint is in a domain, and nothing that was mapped is in reach.",
		 .scope = &scope_iommu, .skip = needs_bypass, .judged_by = EVIDENCE);
