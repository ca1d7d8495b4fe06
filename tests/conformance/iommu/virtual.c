/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite iommu: a virtual function is an endpoint of its own. In a domain of its own the same number leads it, and its
 * physical function, each to a frame of its own, until that one is unmapped.
 *
 * Source: VIRTIO 1.4, 5.13.6.3 and 5.13.6.5; PCI Express Base Specification 5.0, 9.3.2.
 */
#include <linux/pci_regs.h>

#include "tests/conformance/iommu/rig.h"
#include "tests/conformance/probe/virtual.h"

/* Where a write has landed, in bits. */
#define IN_PHYSICAL_S	1u
#define IN_VIRTUAL_S	2u

static const struct conformance_scope scope_virtual_endpoint = {
	.of = &scope_virtual_engine, .only = scope_domain_is_of_kind, .kind = "virtio-iommu",
	.words = "each engine behind a virtio-iommu with a virtual function that can be made one",
};

struct endpoints {
	struct iommu_rig rig;
	struct virtual_rig virtual;
	uint32_t endpoint;		/* the virtual function's */
	phys_addr frames[2];		/* the physical function's, and the virtual one's */
};

static void expect_where(struct endpoints *endpoints, struct engine *engine, const char *when, unsigned where)
{
	uint32_t size = transfer_size(engine);
	struct trial *trial = endpoints->rig.trial;
	unsigned landed;

	if (!trial_good(trial))
		return;
	write_soon(engine, TARGET + TARGET_OFFSET, size, where ? ENGINE_LIMIT : ENGINE_PATIENCE);
	landed = landed_in(trial, TARGET + TARGET_OFFSET, size, endpoints->frames, 2);
	expect(trial, landed == where, "%s: a write of the %s function landed in %#x (bits), not %#x", when,
	       engine == endpoints->rig.engine ? "physical" : "virtual", landed, where);
}

static void expect_each(struct endpoints *endpoints, const char *when, unsigned physical, unsigned virtual)
{
	expect_where(endpoints, &endpoints->virtual.engine, when, virtual);
	expect_where(endpoints, endpoints->rig.engine, when, physical);
}

/* The virtual function's domain leads its queues to their own numbers. */
static bool move_in(struct endpoints *endpoints)
{
	const struct iommu_rig *rig = &endpoints->rig;
	struct trial *trial = rig->trial;

	endpoints->endpoint = virtio_iommu_endpoint(&endpoints->virtual.function);
	return expect_status(trial, "ATTACH of the virtual function",
			     iommu_attach(rig, rig->spare, endpoints->endpoint), VIRTIO_IOMMU_S_OK) &&
	       expect_status(trial, "MAP of its queues",
			     iommu_map(rig, rig->spare, MEMORY, MEMORY_SIZE, (phys_addr) { MEMORY }, BOTH),
			     VIRTIO_IOMMU_S_OK) &&
	       trial_start(trial, &endpoints->virtual.engine) && iommu_take_page(rig, &endpoints->frames[0]) &&
	       iommu_take_page(rig, &endpoints->frames[1]);
}

static void each_by_itself(struct endpoints *endpoints)
{
	const struct iommu_rig *rig = &endpoints->rig;
	struct trial *trial = rig->trial;
	const phys_addr *frames = endpoints->frames;

	expect_status(trial, "MAP", iommu_map(rig, rig->home, TARGET, rig->page, frames[0], BOTH), 0);
	expect_each(endpoints, "the physical one has a mapping", IN_PHYSICAL_S, 0);
	expect_status(trial, "MAP", iommu_map(rig, rig->spare, TARGET, rig->page, frames[1], BOTH), 0);
	expect_each(endpoints, "each has a mapping", IN_PHYSICAL_S, IN_VIRTUAL_S);
	expect_status(trial, "UNMAP", iommu_unmap(rig, rig->home, TARGET, rig->page), 0);
	expect_each(endpoints, "the virtual one has a mapping", 0, IN_VIRTUAL_S);
	pci_command(&endpoints->virtual.function, 0, PCI_COMMAND_MASTER);
	expect_where(endpoints, &endpoints->virtual.engine, "the virtual one is no bus master", 0);
}

static void virtual_endpoint(struct trial *trial)
{
	static struct endpoints endpoints;

	endpoints = (struct endpoints) { .endpoint = 0 };
	if (iommu_rig_start(trial, &endpoints.rig) && virtual_begin(trial, &endpoints.virtual) && move_in(&endpoints))
		each_by_itself(&endpoints);
	if (endpoints.virtual.physical)
		virtual_end(&endpoints.virtual);
	if (endpoints.endpoint)
		iommu_detach(&endpoints.rig, endpoints.rig.spare, endpoints.endpoint);
	iommu_rig_end(&endpoints.rig);
}
CONFORMANCE_TEST("iommu.virtual-function", virtual_endpoint,
		 "A virtual function is an endpoint of its own: a number leads it elsewhere than its physical one.",
		 .scope = &scope_virtual_endpoint, .clauses = "IOMMU-27", .judged_by = EVIDENCE);
