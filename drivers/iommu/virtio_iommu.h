/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-iommu: an IOMMU that is itself a virtio function, found among the others behind a host.
 *
 * virtio_iommu.c is its domain: one for all functions of its host, but for itself, which reaches memory as it is.
 * virtio_iommu_queues.c brings the device up, carries requests and collects the faults that it tells of.
 *
 * Source: VIRTIO 1.4, section 5.13.
 */
#ifndef VIRTIO_IOMMU_H
#define VIRTIO_IOMMU_H

#include <linux/virtio_iommu.h>

#include "drivers/iommu/domain.h"
#include "drivers/virtio/virtqueue.h"

struct virtio_iommu_faults {
	uint64_t count;				/* since they were read last */
	struct virtio_iommu_fault first;	/* of them, as the device wrote it */
};

struct virtio_iommu {
	struct virtio_device *device;
	bool up;				/* it takes requests */
	uint64_t page_sizes;			/* page_size_mask */
	struct bus_range input;			/* addresses that can be mapped */
	uint32_t domain;			/* our number for the one that all endpoints are in */
	struct virtqueue requests, events;
	struct dma_area request, event;		/* of the request under way, and of all event buffers */
	uint32_t event_count;
	struct virtio_iommu_faults faults;
};

/* What came of a request: the device's status (VIRTIO_IOMMU_S_*), or that there was no good answer within a second. */
#define VIRTIO_IOMMU_SILENT	(-1)

/*
 * Resets the device, negotiates features, and reads what it can; no memory is taken yet. False: it cannot be driven
 * through its interface, or does not offer MAP_UNMAP, or no page of it fits.
 */
bool virtio_iommu_negotiate(struct virtio_iommu *iommu);
/* The rest of the handshake: queues, event buffers, DRIVER_OK. False: no memory, or the device has not both queues. */
bool virtio_iommu_start(struct virtio_iommu *iommu);
/* Resets it and gives its memory back. */
void virtio_iommu_stop(struct virtio_iommu *iommu);

/* Sends one request, head and body, of so many bytes, and waits for its tail. The caller keeps the bytes. */
int virtio_iommu_ask(struct virtio_iommu *iommu, const void *request, uint32_t size);
/* Takes the faults that the device has told of into iommu->faults, and gives it their buffers again. */
void virtio_iommu_drain(struct virtio_iommu *iommu);

/* The IOMMU's number for a function: its requester ID, or the one that a bridge to conventional PCI puts in place of
 * it. */
uint32_t virtio_iommu_endpoint(const struct pci_function *function);

/* The one that a domain is of; NULL where it is another kind of domain. */
struct virtio_iommu *virtio_iommu_of(const struct dma_domain *domain);

/*
 * Looks for a virtio-iommu among the virtio functions, once virtio_attach() has run and before dma_choose_numbers().
 * Its host, if that has no domain yet, and the host's functions get it for theirs, and nobody else may drive it.
 */
void virtio_iommu_attach(void);

#endif
