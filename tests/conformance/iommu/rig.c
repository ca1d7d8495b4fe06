/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of a virtio-iommu have in common: see rig.h. */
#include "tests/conformance/iommu/rig.h"

#include "boot/byteorder.h"

const struct conformance_scope scope_iommu = {
	.of = &scope_bridge_engine, .only = scope_domain_is_of_kind, .kind = "virtio-iommu",
	.words = "each virtio-iommu, by one engine",
};

int iommu_attach_with(const struct iommu_rig *rig, uint32_t domain, uint32_t endpoint, uint32_t flags)
{
	struct virtio_iommu_req_attach request = {
		.head.type = VIRTIO_IOMMU_T_ATTACH,
		.domain = cpu_to_le32(domain), .endpoint = cpu_to_le32(endpoint), .flags = cpu_to_le32(flags),
	};

	return virtio_iommu_ask(rig->iommu, &request, offsetof(typeof(request), tail));
}

int iommu_attach(const struct iommu_rig *rig, uint32_t domain, uint32_t endpoint)
{
	return iommu_attach_with(rig, domain, endpoint, 0);
}

int iommu_detach(const struct iommu_rig *rig, uint32_t domain, uint32_t endpoint)
{
	struct virtio_iommu_req_detach request = {
		.head.type = VIRTIO_IOMMU_T_DETACH,
		.domain = cpu_to_le32(domain), .endpoint = cpu_to_le32(endpoint),
	};

	return virtio_iommu_ask(rig->iommu, &request, offsetof(typeof(request), tail));
}

int iommu_map(const struct iommu_rig *rig, uint32_t domain, uint64_t start, uint64_t size, phys_addr memory,
	      uint32_t flags)
{
	struct virtio_iommu_req_map request = {
		.head.type = VIRTIO_IOMMU_T_MAP,
		.domain = cpu_to_le32(domain),
		.virt_start = cpu_to_le64(start), .virt_end = cpu_to_le64(start + (size - 1)),
		.phys_start = cpu_to_le64(memory.value), .flags = cpu_to_le32(flags),
	};

	return virtio_iommu_ask(rig->iommu, &request, offsetof(typeof(request), tail));
}

int iommu_unmap(const struct iommu_rig *rig, uint32_t domain, uint64_t start, uint64_t size)
{
	struct virtio_iommu_req_unmap request = {
		.head.type = VIRTIO_IOMMU_T_UNMAP,
		.domain = cpu_to_le32(domain),
		.virt_start = cpu_to_le64(start), .virt_end = cpu_to_le64(start + (size - 1)),
	};

	return virtio_iommu_ask(rig->iommu, &request, offsetof(typeof(request), tail));
}

bool expect_status(struct trial *trial, const char *what, int status, int expected)
{
	return expect(trial, status == expected, "%s: status %d instead of %d", what, status, expected);
}

static bool has_engine(const struct pci_function *function)
{
	for (unsigned i = 0; i < engine_count(); i++)
		if (engine_get(i)->function == function)
			return true;
	return false;
}

/* A function that nobody drives, and whose endpoint is its alone. */
static bool find_idle(struct iommu_rig *rig)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_function *function = pci_get(i);

		if (function->domain != rig->engine->function->domain || function->above || has_engine(function) ||
		    pci_is_bridge(function) || pci_is_host_bridge(function) ||
		    function == rig->iommu->device->function)
			continue;
		rig->idle = virtio_iommu_endpoint(function);
		return true;
	}
	return false;
}

bool iommu_rig_start(struct trial *trial, struct iommu_rig *rig)
{
	struct engine *engine = trial->subject->engine;

	*rig = (struct iommu_rig) { .trial = trial, .engine = engine };
	rig->iommu = virtio_iommu_of(engine->function->domain);
	rig->home = rig->iommu->domain;
	rig->spare = rig->home + 1;
	rig->endpoint = virtio_iommu_endpoint(engine->function);
	rig->page = domain_page_size(engine->function->domain);
	if (!find_idle(rig)) {
		trial_error(trial, "no function is idle");
		return false;
	}
	dma_map_like_memory(engine->function->domain);
	if (!trial_start(trial, engine))
		return false;
	return expect_status(trial, "ATTACH of the idle endpoint", iommu_attach(rig, rig->spare, rig->idle),
			     VIRTIO_IOMMU_S_OK);
}

bool iommu_take_pages(const struct iommu_rig *rig, unsigned count, phys_addr *memory)
{
	if (frames_take(count * (rig->page / FRAME_SIZE), rig->page, memory))
		return true;
	trial_error(rig->trial, "no memory for %u pages of %llu bytes", count, (unsigned long long)rig->page);
	return false;
}

bool iommu_take_page(const struct iommu_rig *rig, phys_addr *memory)
{
	return iommu_take_pages(rig, 1, memory);
}

bool iommu_rig_again(const struct iommu_rig *rig)
{
	engine_stop(rig->engine);
	return trial_good(rig->trial) && trial_start(rig->trial, rig->engine);
}

bool iommu_rig_restart(struct iommu_rig *rig, uint64_t declined)
{
	rig->restarted = true;
	if (!virtio_iommu_restart(rig->iommu, declined))
		trial_error(rig->trial, "the IOMMU does not come up again");
	return rig->iommu->up;
}

/* As its driver has it: with all features, and all endpoints in its domain. */
static void iommu_bring_back(struct iommu_rig *rig)
{
	engine_stop(rig->engine);
	if (virtio_iommu_restart(rig->iommu, 0))
		virtio_iommu_attach_all(rig->iommu);
}

static const char *needs_feature(const struct subject *subject, unsigned feature, const char *why)
{
	const char *none = needs_engine(subject);
	const struct virtio_iommu *iommu;

	if (none)
		return none;
	iommu = virtio_iommu_of(subject->engine->function->domain);
	return iommu->device->offered & VIRTIO_BIT(feature) ? NULL : why;
}

const char *needs_bypass(const struct subject *subject)
{
	return needs_feature(subject, VIRTIO_IOMMU_F_BYPASS_CONFIG, "the IOMMU does not offer BYPASS_CONFIG");
}

const char *needs_probe(const struct subject *subject)
{
	return needs_feature(subject, VIRTIO_IOMMU_F_PROBE, "the IOMMU does not offer PROBE");
}

const char *needs_mmio(const struct subject *subject)
{
	return needs_feature(subject, VIRTIO_IOMMU_F_MMIO, "the IOMMU does not offer MMIO");
}

const char *needs_own_memory(const struct subject *subject)
{
	const char *none = needs_bypass(subject);

	if (none || !(virtio_iommu_of(subject->engine->function->domain)->device->offered & VIRTIO_ACCESS_PLATFORM))
		return none;
	return known_end("qemu-iommu-own-bus-addresses");
}

void iommu_rig_end(struct iommu_rig *rig)
{
	if (rig->restarted)
		iommu_bring_back(rig);
	if (rig->idle)
		iommu_attach(rig, rig->home, rig->idle);
	iommu_attach(rig, rig->home, rig->endpoint);
	iommu_unmap(rig, rig->home, TARGET, TARGETS);
	engine_stop(rig->engine);
	dma_restore(rig->engine->function->domain);
}
