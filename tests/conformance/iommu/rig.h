/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of a virtio-iommu have in common: a rig, which sends requests that its driver has no words for.
 *
 * The endpoints are in the driver's domain. A rig has a number for a second one, and an endpoint that does no DMA,
 * which keeps one of the two alive while the engine's endpoint comes and goes. Targets lie behind the driver's window,
 * where nobody else maps anything.
 */
#ifndef IOMMU_RIG_H
#define IOMMU_RIG_H

#include "drivers/iommu/virtio_iommu.h"
#include "tests/conformance/probe/landing.h"

#define TARGET		0x80000000ull	/* behind the driver's window; no memory of the set's machine is there */
#define TARGETS		0x10000000ull	/* bytes that rig_end() unmaps */
#define TARGET_OFFSET	2048ull
#define MEMORY		0x40000000ull	/* what the engine's own memory is in, with its number in both views */
#define MEMORY_SIZE	(1ull << 30)
#define BOTH		(VIRTIO_IOMMU_MAP_F_READ | VIRTIO_IOMMU_MAP_F_WRITE)
#define NO_ENDPOINT	0xffffu		/* requester ID of a function that is not there */

struct iommu_rig {
	struct trial *trial;
	struct engine *engine;
	struct virtio_iommu *iommu;
	uint32_t home, spare;		/* domains: the driver's, and one that is ours */
	uint32_t endpoint, idle;	/* the engine's; of a function that does no DMA */
	uint64_t page;			/* bytes of what tests map: a frame, or the device's smallest page */
	bool restarted;
};

/* scope_bridge_engine, without those that are no virtio-iommu. */
extern const struct conformance_scope scope_iommu;

/*
 * The engine runs, with memory of its own at bus addresses that are those of the memory, and the idle endpoint is
 * attached to the spare domain. False with trial_error(). rig_end() puts all back, and is to be called in any case.
 */
bool iommu_rig_start(struct trial *trial, struct iommu_rig *rig);
void iommu_rig_end(struct iommu_rig *rig);

/*
 * Resets the IOMMU and brings it up without some features; nobody is attached then, and rig_end() attaches all again.
 * The engine may go on where bypass is 1: its memory has the same number in both views. False with trial_error().
 */
bool iommu_rig_restart(struct iommu_rig *rig, uint64_t declined);

/* Reasons to skip: the IOMMU does not offer BYPASS_CONFIG, PROBE or MMIO; or, without a bypass, could not reach its own
 * rings any more, because it uses bus addresses itself. */
const char *needs_bypass(const struct subject *subject);
const char *needs_probe(const struct subject *subject);
const char *needs_mmio(const struct subject *subject);
const char *needs_own_memory(const struct subject *subject);

/* Requests; the device's status, or VIRTIO_IOMMU_SILENT. */
int iommu_attach(const struct iommu_rig *rig, uint32_t domain, uint32_t endpoint);
int iommu_attach_with(const struct iommu_rig *rig, uint32_t domain, uint32_t endpoint, uint32_t flags);
int iommu_detach(const struct iommu_rig *rig, uint32_t domain, uint32_t endpoint);
int iommu_map(const struct iommu_rig *rig, uint32_t domain, uint64_t start, uint64_t size, phys_addr memory,
	      uint32_t flags);
int iommu_unmap(const struct iommu_rig *rig, uint32_t domain, uint64_t start, uint64_t size);

/* Memory for pages, in a row; false, with trial_error(): there is none. The runner takes it back. */
bool iommu_take_pages(const struct iommu_rig *rig, unsigned count, phys_addr *memory);
bool iommu_take_page(const struct iommu_rig *rig, phys_addr *memory);

/* Starts the engine anew: a device may need a reset after a write that was refused. */
bool iommu_rig_again(const struct iommu_rig *rig);

/* Fails the trial unless it is this status. */
bool expect_status(struct trial *trial, const char *what, int status, int expected);

#endif
