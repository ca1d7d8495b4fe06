/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-iommu: an IOMMU that is itself a virtio function, found among the others behind a host.
 *
 * virtio_iommu.c is its domain: one for all functions of its host, but for itself, which reaches memory as it is.
 * virtio_iommu_queues.c brings the device up, carries requests and collects the faults that it tells of;
 * virtio_iommu_messages.c asks where it lets messages through.
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
	uint64_t odd;				/* of them, those whose used length is not that of a record */
	struct virtio_iommu_fault first;	/* of them, as the device wrote it */
};

struct virtio_iommu {
	struct virtio_device *device;
	bool up;				/* it takes requests */
	uint64_t page_sizes;			/* page_size_mask */
	struct bus_range input;			/* addresses that can be mapped */
	uint32_t domain, last_domain;		/* our number for the one that all endpoints are in; the largest */
	uint32_t probe_size;			/* bytes of properties that PROBE answers; 0 without it */
	uint64_t declined;			/* features that virtio_iommu_negotiate() is not to accept */
	uint32_t used;				/* bytes that the last answer had, as the device says */
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
/* The same with so much room for the answer, of which the tail is the end: the room is all ones before, and what the
 * device has written there is at virtio_iommu_room(). */
int virtio_iommu_ask_for(struct virtio_iommu *iommu, const void *request, uint32_t size, uint32_t room);
const uint8_t *virtio_iommu_room(const struct virtio_iommu *iommu, uint32_t size);

/* The byte that says whether endpoints in no domain reach memory as it is. False: the device has none, or BYPASS_CONFIG
 * was not accepted. */
bool virtio_iommu_bypass(const struct virtio_iommu *iommu, unsigned *value);
bool virtio_iommu_set_bypass(const struct virtio_iommu *iommu, unsigned value);

/* For tests: resets the device and brings it up again, without some features. No endpoint is attached then, or so it
 * should be; virtio_iommu_attach_all() attaches them, to the domain of before, whose mappings are the caller's. */
bool virtio_iommu_restart(struct virtio_iommu *iommu, uint64_t declined);
void virtio_iommu_attach_all(const struct virtio_iommu *iommu);

/* Do messages of this endpoint to an address go there as they are? So says PROBE, by a region for them. */
bool virtio_iommu_takes_messages(struct virtio_iommu *iommu, uint32_t endpoint, uint64_t address);

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
