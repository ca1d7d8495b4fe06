/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtio-iommu as a domain: see virtio_iommu.h. All functions of its host are endpoints of one domain of the
 * IOMMU's, but for the IOMMU itself. A window is our own word for a range of addresses: the device knows mappings only,
 * each of any number of pages, which it holds itself, so that there is no table in memory.
 *
 * Source: VIRTIO 1.4, section 5.13.6.
 */
#include "drivers/iommu/virtio_iommu.h"

#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>

#include "boot/byteorder.h"
#include "boot/frames.h"
#include "boot/tap.h"
#include "drivers/iommu/window.h"
#include "drivers/pci/requester.h"

#define WINDOW_BASE	(1ull << 30)	/* of virt's memory, and below 4 GiB for devices with 32 bits */
#define WINDOW_SIZE	(1ull << 30)
#define PAGE_SHIFT_MOST	16u		/* larger ones waste the memory that tests need */

/* One a machine is all that QEMU can have. */
static struct virtio_iommu the_iommu;
static struct domain_driver viommu;

static enum domain_status status_of(int status)
{
	if (status == VIRTIO_IOMMU_SILENT)
		return DOMAIN_SILENT;
	return status == VIRTIO_IOMMU_S_OK ? DOMAIN_DONE : DOMAIN_REFUSED;
}

static enum domain_status viommu_unmap(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	struct virtio_iommu_req_unmap request = {
		.head.type = VIRTIO_IOMMU_T_UNMAP,
		.domain = cpu_to_le32(the_iommu.domain),
		.virt_start = cpu_to_le64(start.value),
		.virt_end = cpu_to_le64(start.value + (size - 1)),
	};

	if (!domain_paged_window(domain, start, size))
		return DOMAIN_NO_APERTURE;
	return status_of(virtio_iommu_ask(&the_iommu, &request, offsetof(typeof(request), tail)));
}

/* Who has declined the feature has no word for what is no memory. */
static uint32_t flags_of(enum dma_direction permission)
{
	bool mmio = the_iommu.device->accepted & VIRTIO_BIT(VIRTIO_IOMMU_F_MMIO);

	return (permission & DMA_DEVICE_READS ? VIRTIO_IOMMU_MAP_F_READ : 0) |
	       (permission & DMA_DEVICE_WRITES ? VIRTIO_IOMMU_MAP_F_WRITE : 0) |
	       (permission & DMA_TO_BAR && mmio ? VIRTIO_IOMMU_MAP_F_MMIO : 0);
}

static int ask_to_map(bus_addr start, uint64_t size, phys_addr memory, enum dma_direction permission)
{
	struct virtio_iommu_req_map request = {
		.head.type = VIRTIO_IOMMU_T_MAP,
		.domain = cpu_to_le32(the_iommu.domain),
		.virt_start = cpu_to_le64(start.value),
		.virt_end = cpu_to_le64(start.value + (size - 1)),
		.phys_start = cpu_to_le64(memory.value),
		.flags = cpu_to_le32(flags_of(permission)),
	};

	return virtio_iommu_ask(&the_iommu, &request, offsetof(typeof(request), tail));
}

/* A mapping over another one is refused (IOMMU-33): what was there goes first. */
static enum domain_status viommu_map(struct dma_domain *domain, bus_addr start, uint64_t size, phys_addr memory,
				     enum dma_direction permission)
{
	int status;

	if (!domain_paged_window(domain, start, size))
		return DOMAIN_NO_APERTURE;
	status = ask_to_map(start, size, memory, permission);
	if (status == VIRTIO_IOMMU_S_INVAL && viommu_unmap(domain, start, size) == DOMAIN_DONE)
		status = ask_to_map(start, size, memory, permission);
	return status_of(status);
}

/* Each request is done when it is answered: no older translation is used any more. */
static enum domain_status viommu_invalidate(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	(void)domain;
	(void)start;
	(void)size;
	return DOMAIN_DONE;
}

static bool viommu_open_window(struct dma_domain *domain, unsigned number, const struct dma_window *window)
{
	if (number != 0 || !the_iommu.up || window->kind != WINDOW_PAGED ||
	    !window_legal(window, domain_page_size(domain)))
		return false;
	return window->base.value >= the_iommu.input.first &&
	       window->base.value + (window->size - 1) <= the_iommu.input.last;
}

static void viommu_close_window(struct dma_domain *domain, unsigned number)
{
	const struct dma_window *window = &domain->windows[number];

	if (window->kind == WINDOW_PAGED)
		viommu_unmap(domain, window->base, window->size);
}

uint32_t virtio_iommu_endpoint(const struct pci_function *function)
{
	return pci_requester(function);
}

static bool is_endpoint(const struct pci_function *function)
{
	return function->host == the_iommu.device->function->host && function != the_iommu.device->function &&
	       pci_is_requester(function);
}

/* Several functions are one endpoint behind a bridge to conventional PCI. */
static bool attached_already(unsigned number, uint32_t endpoint)
{
	for (unsigned i = 0; i < number; i++)
		if (is_endpoint(pci_get(i)) && virtio_iommu_endpoint(pci_get(i)) == endpoint)
			return true;
	return false;
}

static int attach(uint32_t endpoint)
{
	struct virtio_iommu_req_attach request = {
		.head.type = VIRTIO_IOMMU_T_ATTACH,
		.domain = cpu_to_le32(the_iommu.domain), .endpoint = cpu_to_le32(endpoint),
	};

	return virtio_iommu_ask(&the_iommu, &request, offsetof(typeof(request), tail));
}

static int detach(uint32_t endpoint)
{
	struct virtio_iommu_req_detach request = {
		.head.type = VIRTIO_IOMMU_T_DETACH,
		.domain = cpu_to_le32(the_iommu.domain), .endpoint = cpu_to_le32(endpoint),
	};

	return virtio_iommu_ask(&the_iommu, &request, offsetof(typeof(request), tail));
}

static void each_endpoint(int (*ask)(uint32_t endpoint), const char *what)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		uint32_t endpoint = virtio_iommu_endpoint(pci_get(i));
		int status;

		if (!is_endpoint(pci_get(i)) || attached_already(i, endpoint))
			continue;
		status = ask(endpoint);
		if (status != VIRTIO_IOMMU_S_OK)
			tap_comment("virtio-iommu: %s of endpoint %#x: status %d", what, endpoint, status);
	}
}

void virtio_iommu_attach_all(const struct virtio_iommu *iommu)
{
	if (iommu == &the_iommu)
		each_endpoint(attach, "ATTACH");
}

/* Where the host's messages go is a register, and no window of ours leads there. */
static bool passes_messages(void)
{
	const struct platform_node *port = the_iommu.device->function->host->at->messages;

	for (unsigned i = 0; port && i < pci_count(); i++) {
		uint32_t endpoint = virtio_iommu_endpoint(pci_get(i));

		if (is_endpoint(pci_get(i)) &&
		    !virtio_iommu_takes_messages(&the_iommu, endpoint, port->messages_at.value))
			return false;
	}
	return port;
}

/* The first time it is brought up, which takes memory. */
static void viommu_quiet(struct dma_domain *domain)
{
	(void)domain;
	if (!the_iommu.up && virtio_iommu_start(&the_iommu)) {
		virtio_iommu_attach_all(&the_iommu);
		if (passes_messages())
			viommu.can |= DOMAIN_MESSAGES;
	}
	virtio_iommu_drain(&the_iommu);
	the_iommu.faults.count = 0;
}

/* Endpoints are detached by name: QEMU from 10 on keeps them attached over a reset. */
static void viommu_restore(struct dma_domain *domain)
{
	(void)domain;
	if (!the_iommu.up)
		return;
	each_endpoint(detach, "DETACH");
	virtio_iommu_stop(&the_iommu);
}

static void viommu_describe(struct dma_domain *domain, struct text *text)
{
	(void)domain;
	append(text, "page_size_mask %016llx input_range %llx-%llx", (unsigned long long)the_iommu.page_sizes,
	       (unsigned long long)the_iommu.input.first, (unsigned long long)the_iommu.input.last);
}

static bool viommu_fault(struct dma_domain *domain, struct domain_fault *fault)
{
	static const char *const reasons[] = { "unknown", "domain", "mapping" };
	const struct virtio_iommu_fault *first = &the_iommu.faults.first;
	struct text text = { fault->text, sizeof(fault->text), 0, false };

	(void)domain;
	virtio_iommu_drain(&the_iommu);
	if (!the_iommu.faults.count)
		return false;
	append(&text, "%llu faults, the first: reason %u (%s), flags %#x, endpoint %#x, address %#llx",
	       (unsigned long long)the_iommu.faults.count, first->reason, first->reason < 3 ? reasons[first->reason] :
	       "reserved", le32_to_cpu(first->flags), le32_to_cpu(first->endpoint),
	       (unsigned long long)le64_to_cpu(first->address));
	the_iommu.faults.count = 0;
	return true;
}

static uint64_t viommu_table_size(uint64_t size)
{
	(void)size;
	return 0;
}

/*
 * The device has its mappings to itself and tells no address; whether there is one it says, because it must refuse
 * another one over it (IOMMU-33).
 */
static bool viommu_walk(struct dma_domain *domain, bus_addr address, struct domain_walk *walk)
{
	bus_addr page = { address.value & -domain_page_size(domain) };
	phys_addr ours = { the_iommu.request.memory.value & -domain_page_size(domain) };
	int status;

	if (!domain_paged_window(domain, address, 1))
		return domain_walk_ends(walk, "no window claims it");
	domain_step(walk, "window of the driver, domain %u of the device, page %#llx", the_iommu.domain,
		    (unsigned long long)page.value);
	status = ask_to_map(page, domain_page_size(domain), ours, DMA_DEVICE_READS);
	domain_step(walk, "MAP of this page: status %d", status);
	if (status == VIRTIO_IOMMU_S_OK)
		viommu_unmap(domain, page, domain_page_size(domain));
	if (status != VIRTIO_IOMMU_S_INVAL)
		return domain_walk_ends(walk, status == VIRTIO_IOMMU_S_OK ? "the device has no mapping of the page" :
								       "the device does not answer");
	return domain_walk_ends(walk, "the device has a mapping, and does not say where it leads");
}

static const struct domain_ops viommu_ops = {
	.describe = viommu_describe,
	.quiet = viommu_quiet,
	.restore = viommu_restore,
	.open_window = viommu_open_window,
	.close_window = viommu_close_window,
	.map = viommu_map,
	.unmap = viommu_unmap,
	.invalidate = viommu_invalidate,
	.walk = viommu_walk,
	.fault = viommu_fault,
	.table_size = viommu_table_size,
};

static const struct dma_window windows[] = {
	{ WINDOW_PAGED, { WINDOW_BASE }, WINDOW_SIZE, { 0 }, { 0 } },
};

/* No DOMAIN_DRIVER: no host is named after it. Its page is the device's choice. */
static struct domain_driver viommu = {
	.compatible = "virtio-iommu",
	.ops = &viommu_ops,
	.can = DOMAIN_WRITE_PROTECTION | DOMAIN_FAULT_RECORD,
	.window_count = 1,
	.windows = windows,
	.paged_window = 0,
	.unclaimed = { 0x0f000000 },		/* nothing of virt's is there, and its BARs begin behind it */
};

struct virtio_iommu *virtio_iommu_of(const struct dma_domain *domain)
{
	return domain && domain->driver == &viommu ? &the_iommu : NULL;
}

/* A mapping may have any number of the device's smallest pages, so that whole frames are our unit where it can be. */
static unsigned page_shift(void)
{
	unsigned shift = 0;

	while (!(the_iommu.page_sizes >> shift & 1))
		shift++;
	while (1ul << shift < FRAME_SIZE)
		shift++;
	return shift;
}

static void adopt(struct virtio_device *device)
{
	struct pci_function *own = device->function;
	struct dma_domain *domain;

	the_iommu = (struct virtio_iommu) { .device = device };
	if (!virtio_iommu_negotiate(&the_iommu)) {
		tap_comment("virtio-iommu: it cannot be driven, and translates nothing");
		return;
	}
	viommu.page_shift = page_shift();
	if (viommu.page_shift > PAGE_SHIFT_MOST) {
		tap_comment("virtio-iommu: its pages are too large");
		return;
	}
	domain = domain_add(own->host, &viommu);
	for (unsigned i = 0; i < pci_count(); i++)
		if (is_endpoint(pci_get(i)))
			pci_get(i)->domain = domain;
	own->reserved = "it translates the addresses of the others";
}

void virtio_iommu_attach(void)
{
	for (unsigned i = 0; i < virtio_count(); i++) {
		struct virtio_device *device = virtio_get(i);

		if (device->type != VIRTIO_ID_IOMMU || device->function->host->domain)
			continue;
		adopt(device);
		return;
	}
}
