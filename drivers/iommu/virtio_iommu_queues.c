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
			 VIRTIO_BIT(VIRTIO_IOMMU_F_MAP_UNMAP) | VIRTIO_BIT(VIRTIO_IOMMU_F_PROBE) | \
			 VIRTIO_BIT(VIRTIO_IOMMU_F_MMIO) | VIRTIO_BIT(VIRTIO_IOMMU_F_BYPASS_CONFIG))

#define CONFIG(field)	offsetof(struct virtio_iommu_config, field)

static bool accepted(const struct virtio_iommu *iommu, unsigned feature)
{
	return iommu->device->accepted & VIRTIO_BIT(feature);
}

static bool read_config(struct virtio_iommu *iommu)
{
	const struct virtio_device *device = iommu->device;
	uint64_t first_domain = 0, last_domain = UINT32_MAX, probe_size = 0;

	iommu->input = (struct bus_range) { 0, UINT64_MAX };
	if (!virtio_config_read(device, CONFIG(page_size_mask), 8, &iommu->page_sizes))
		return false;
	if (accepted(iommu, VIRTIO_IOMMU_F_INPUT_RANGE) &&
	    (!virtio_config_read(device, CONFIG(input_range.start), 8, &iommu->input.first) ||
	     !virtio_config_read(device, CONFIG(input_range.end), 8, &iommu->input.last)))
		return false;
	if (accepted(iommu, VIRTIO_IOMMU_F_DOMAIN_RANGE) &&
	    (!virtio_config_read(device, CONFIG(domain_range.start), 4, &first_domain) ||
	     !virtio_config_read(device, CONFIG(domain_range.end), 4, &last_domain)))
		return false;
	if (accepted(iommu, VIRTIO_IOMMU_F_PROBE) &&
	    !virtio_config_read(device, CONFIG(probe_size), 4, &probe_size))
		return false;
	iommu->domain = (uint32_t)first_domain;
	iommu->last_domain = (uint32_t)last_domain;
	iommu->probe_size = (uint32_t)probe_size;
	return true;
}

bool virtio_iommu_negotiate(struct virtio_iommu *iommu)
{
	struct virtio_device *device = iommu->device;

	if (device->fault[0] || !virtio_negotiate(device, FEATURES & device->offered & ~iommu->declined))
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
	iommu->faults = (struct virtio_iommu_faults) { 0 };
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

/* In the middle of a test: the memory is taken anew, and must stay when what the test has taken is given back. */
bool virtio_iommu_restart(struct virtio_iommu *iommu, uint64_t declined)
{
	virtio_iommu_stop(iommu);
	iommu->declined = declined;
	if (!virtio_iommu_negotiate(iommu) || !virtio_iommu_start(iommu))
		return false;
	frames_outlive(iommu->request.memory);
	frames_outlive(iommu->event.memory);
	frames_outlive(iommu->requests.area.memory);
	frames_outlive(iommu->requests.record);
	frames_outlive(iommu->events.area.memory);
	frames_outlive(iommu->events.record);
	return true;
}

bool virtio_iommu_bypass(const struct virtio_iommu *iommu, unsigned *value)
{
	uint64_t found;

	if (!accepted(iommu, VIRTIO_IOMMU_F_BYPASS_CONFIG) ||
	    !virtio_config_read(iommu->device, CONFIG(bypass), 1, &found))
		return false;
	*value = (unsigned)found;
	return true;
}

bool virtio_iommu_set_bypass(const struct virtio_iommu *iommu, unsigned value)
{
	return accepted(iommu, VIRTIO_IOMMU_F_BYPASS_CONFIG) &&
	       virtio_config_write(iommu->device, CONFIG(bypass), 1, value);
}

static int answer(struct virtio_iommu *iommu, const struct virtio_iommu_req_tail *tail)
{
	enum virtqueue_answer came;
	struct virtqueue_used used = { 0 };

	if (!poll_until((came = virtqueue_take(&iommu->requests, &used)) != QUEUE_EMPTY, ANSWER_LIMIT))
		iommu->up = false;
	iommu->used = used.length;
	/* Without a tail the device has not said what it did. */
	if (!iommu->up || came != QUEUE_USED || used.length < sizeof(*tail))
		return VIRTIO_IOMMU_SILENT;
	return tail->status;
}

const uint8_t *virtio_iommu_room(const struct virtio_iommu *iommu, uint32_t size)
{
	return (const uint8_t *)arch_pointer(iommu->request.memory) + size;
}

int virtio_iommu_ask_for(struct virtio_iommu *iommu, const void *request, uint32_t size, uint32_t room)
{
	char *memory = arch_pointer(iommu->request.memory);
	char *tail = memory + size + room - sizeof(struct virtio_iommu_req_tail);
	struct virtqueue_buffer buffers[2];
	uint64_t address;

	if (!iommu->up || size + room > FRAME_SIZE)
		return VIRTIO_IOMMU_SILENT;
	address = virtio_address(iommu->device, &iommu->request.map, 0);
	buffers[0] = (struct virtqueue_buffer) { address, size, false };
	buffers[1] = (struct virtqueue_buffer) { address + size, room, true };
	memcpy(memory, request, size);
	memset(memory + size, 0xff, room);
	if (virtqueue_add(&iommu->requests, buffers, 2) < 0)
		return VIRTIO_IOMMU_SILENT;
	virtqueue_publish(&iommu->requests);
	virtqueue_notify(&iommu->requests);
	return answer(iommu, (const struct virtio_iommu_req_tail *)tail);
}

int virtio_iommu_ask(struct virtio_iommu *iommu, const void *request, uint32_t size)
{
	return virtio_iommu_ask_for(iommu, request, size, sizeof(struct virtio_iommu_req_tail));
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
	iommu->faults.odd += used->length != EVENT_BYTES;
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
