/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtio-iommu as a device: the handshake, requests one at a time, and event buffers. See virtio_iommu.h.
 *
 * Everything is polled. The bypass byte is left as it was found: all endpoints are attached, for which it says nothing,
 * and the IOMMU's own rings must stay in reach whatever it says.
 *
 * Source: VIRTIO 1.4, sections 5.13.3 to 5.13.6.
 */
#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "drivers/iommu/virtio_iommu.h"

#define QUEUE_REQUESTS	0
#define QUEUE_EVENTS	1

#define REQUESTS	8u		/* descriptors; a request takes two */
#define EVENTS		256u		/* buffers: one access that fails makes QEMU tell of each 4 bytes */
#define EVENT_BYTES	sizeof(struct virtio_iommu_fault)
#define ANSWER_LIMIT	SECONDS(1)

#define FEATURES	(VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM | VIRTIO_BIT(VIRTIO_F_ORDER_PLATFORM) | \
			 VIRTIO_BIT(VIRTIO_IOMMU_F_INPUT_RANGE) | VIRTIO_BIT(VIRTIO_IOMMU_F_DOMAIN_RANGE) | \
			 VIRTIO_BIT(VIRTIO_IOMMU_F_MAP_UNMAP))

#define CONFIG(field)	offsetof(struct virtio_iommu_config, field)

static bool accepted(const struct virtio_iommu *iommu, unsigned feature)
{
	return iommu->device->accepted & VIRTIO_BIT(feature);
}

static bool read_config(struct virtio_iommu *iommu)
{
	const struct virtio_device *device = iommu->device;
	uint64_t first_domain = 0;

	iommu->input = (struct bus_range) { 0, UINT64_MAX };
	if (!virtio_config_read(device, CONFIG(page_size_mask), 8, &iommu->page_sizes))
		return false;
	if (accepted(iommu, VIRTIO_IOMMU_F_INPUT_RANGE) &&
	    (!virtio_config_read(device, CONFIG(input_range.start), 8, &iommu->input.first) ||
	     !virtio_config_read(device, CONFIG(input_range.end), 8, &iommu->input.last)))
		return false;
	if (accepted(iommu, VIRTIO_IOMMU_F_DOMAIN_RANGE) &&
	    !virtio_config_read(device, CONFIG(domain_range.start), 4, &first_domain))
		return false;
	iommu->domain = (uint32_t)first_domain;
	return true;
}

bool virtio_iommu_negotiate(struct virtio_iommu *iommu)
{
	struct virtio_device *device = iommu->device;

	if (device->fault[0] || !virtio_negotiate(device, FEATURES & device->offered))
		return false;
	return accepted(iommu, VIRTIO_IOMMU_F_MAP_UNMAP) && read_config(iommu) && iommu->page_sizes != 0;
}

/* The device may write a fault here. */
static void offer_event(struct virtio_iommu *iommu, uint32_t number)
{
	uint64_t address = virtio_address(iommu->device, &iommu->event.map, number * EVENT_BYTES);
	struct virtqueue_buffer buffer = { address, EVENT_BYTES, true };

	virtqueue_add(&iommu->events, &buffer, 1);
}

static bool make_memory(struct virtio_iommu *iommu)
{
	size_t frames = (EVENTS * EVENT_BYTES + FRAME_SIZE - 1) / FRAME_SIZE;

	return virtio_area_make(iommu->device, &iommu->request, 1) &&
	       virtio_area_make(iommu->device, &iommu->event, frames);
}

bool virtio_iommu_start(struct virtio_iommu *iommu)
{
	struct virtio_device *device = iommu->device;

	pci_command(device->function, PCI_COMMAND_INTX_DISABLE | PCI_COMMAND_MASTER, 0);
	if (!make_memory(iommu) || !virtqueue_start(&iommu->requests, device, QUEUE_REQUESTS, REQUESTS, NULL) ||
	    !virtqueue_start(&iommu->events, device, QUEUE_EVENTS, EVENTS, NULL)) {
		virtio_give_up(device);
		return false;
	}
	virtqueue_interrupts(&iommu->requests, false);
	virtqueue_interrupts(&iommu->events, false);
	iommu->event_count = iommu->events.size;
	for (uint32_t i = 0; i < iommu->event_count; i++)
		offer_event(iommu, i);
	virtqueue_publish(&iommu->events);
	virtio_driver_ok(device);
	virtqueue_notify(&iommu->events);
	iommu->faults.count = 0;
	iommu->up = true;
	return true;
}

void virtio_iommu_stop(struct virtio_iommu *iommu)
{
	iommu->up = false;
	virtio_reset(iommu->device);
	virtqueue_stop(&iommu->requests);
	virtqueue_stop(&iommu->events);
	dma_area_release(&iommu->request);
	dma_area_release(&iommu->event);
}

static int answer(struct virtio_iommu *iommu, const struct virtio_iommu_req_tail *tail)
{
	enum virtqueue_answer came;
	struct virtqueue_used used;

	if (!poll_until((came = virtqueue_take(&iommu->requests, &used)) != QUEUE_EMPTY, ANSWER_LIMIT))
		iommu->up = false;
	/* Without a tail the device has not said what it did. */
	if (!iommu->up || came != QUEUE_USED || used.length < sizeof(*tail))
		return VIRTIO_IOMMU_SILENT;
	return tail->status;
}

int virtio_iommu_ask(struct virtio_iommu *iommu, const void *request, uint32_t size)
{
	char *memory = arch_pointer(iommu->request.memory);
	struct virtio_iommu_req_tail *tail = (struct virtio_iommu_req_tail *)(memory + size);
	uint64_t address;
	struct virtqueue_buffer buffers[2];

	if (!iommu->up)
		return VIRTIO_IOMMU_SILENT;
	address = virtio_address(iommu->device, &iommu->request.map, 0);
	buffers[0] = (struct virtqueue_buffer) { address, size, false };
	buffers[1] = (struct virtqueue_buffer) { address + size, sizeof(*tail), true };
	memcpy(memory, request, size);
	memset(tail, 0xff, sizeof(*tail));
	if (virtqueue_add(&iommu->requests, buffers, 2) < 0)
		return VIRTIO_IOMMU_SILENT;
	virtqueue_publish(&iommu->requests);
	virtqueue_notify(&iommu->requests);
	return answer(iommu, tail);
}

/* The buffers are all alike, and come back in the order in which they were given. */
static void take_event(struct virtio_iommu *iommu, const struct virtqueue_used *used)
{
	const struct virtio_iommu_fault *events = arch_pointer(iommu->event.memory);
	uint64_t base = virtio_address(iommu->device, &iommu->event.map, 0);
	uint64_t address = le64_to_cpu(virtqueue_descriptors(&iommu->events)[used->head].addr);
	uint32_t number = (uint32_t)((address - base) / EVENT_BYTES);

	if (number >= iommu->event_count)
		return;
	if (iommu->faults.count++ == 0)
		memcpy(&iommu->faults.first, &events[number], EVENT_BYTES);
	offer_event(iommu, number);
}

void virtio_iommu_drain(struct virtio_iommu *iommu)
{
	struct virtqueue_used used;
	uint64_t before = iommu->faults.count;

	if (!iommu->up)
		return;
	while (virtqueue_take(&iommu->events, &used) == QUEUE_USED)
		take_event(iommu, &used);
	if (iommu->faults.count == before)
		return;
	virtqueue_publish(&iommu->events);
	virtqueue_notify(&iommu->events);
}
