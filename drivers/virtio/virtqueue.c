/*
 * The split virtqueue: see virtqueue.h. Its byte order is fields.h's.
 */
#include "drivers/virtio/virtqueue.h"

#include <linux/virtio_pci.h>

#include "boot/string.h"
#include "drivers/virtio/fields.h"

struct vring_desc *virtqueue_descriptors(const struct virtqueue *queue)
{
	return arch_pointer(queue->places[PART_DESCRIPTORS].memory);
}

struct vring_avail *virtqueue_available(const struct virtqueue *queue)
{
	return arch_pointer(queue->places[PART_AVAILABLE].memory);
}

struct vring_used *virtqueue_used_ring(const struct virtqueue *queue)
{
	return arch_pointer(queue->places[PART_USED].memory);
}

/* What stands in memory now: the device may change it at any time. */
static uint16_t load16(const struct virtqueue *queue, const __virtio16 *field)
{
	return virtio16_to_cpu(queue->device, *(const volatile __virtio16 *)field);
}

static uint32_t load32(const struct virtqueue *queue, const __virtio32 *field)
{
	return virtio32_to_cpu(queue->device, *(const volatile __virtio32 *)field);
}

static bool place_parts(struct virtqueue *queue, const struct virtqueue_place *places)
{
	if (!dma_area_make(&queue->area, queue->device->function, VIRTQUEUE_PARTS))
		return false;
	for (unsigned part = 0; part < VIRTQUEUE_PARTS; part++) {
		uint64_t offset = part * FRAME_SIZE;

		if (places && places[part].number != ~0ull)
			queue->places[part] = places[part];
		else
			queue->places[part] = (struct virtqueue_place) {
				{ queue->area.memory.value + offset },
				virtio_address(queue->device, &queue->area.map, offset),
			};
		memset(arch_pointer(queue->places[part].memory), 0, FRAME_SIZE);
	}
	return true;
}

static void empty(struct virtqueue *queue)
{
	queue->free_head = 0;
	queue->free_count = queue->size;
	for (uint16_t i = 0; i < queue->size; i++)
		queue->next[i] = i + 1;
}

/* The doorbell of the selected queue: offset and multiplier are the device's choice (DEF-27). */
static bool find_doorbell(struct virtqueue *queue)
{
	struct virtio_device *device = queue->device;
	uint16_t notify_offset = virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_NOFF);
	uint64_t offset = (uint64_t)notify_offset * device->notify_multiplier;

	queue->doorbell.value = device->notify.at.value + offset;
	return offset % sizeof(uint16_t) == 0 && offset + sizeof(uint16_t) <= device->notify.length;
}

bool virtqueue_start(struct virtqueue *queue, struct virtio_device *device, uint16_t index, uint16_t size,
		     const struct virtqueue_place *places)
{
	uint16_t largest;

	memset(queue, 0, sizeof(*queue));
	queue->device = device;
	queue->index = index;
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	largest = virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE);
	if (largest == 0 || size == 0 || !find_doorbell(queue))
		return false;
	queue->size = size < largest ? size : largest;
	if (queue->size > VIRTQUEUE_LARGEST || (queue->size & (queue->size - 1)) || !place_parts(queue, places))
		return false;
	empty(queue);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SIZE, queue->size);
	/* Without MSI-X there is no vector to choose: INTx and the ISR serve. */
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_DESCLO, queue->places[PART_DESCRIPTORS].number);
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_AVAILLO, queue->places[PART_AVAILABLE].number);
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_USEDLO, queue->places[PART_USED].number);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_ENABLE, 1);
	return true;
}

void virtqueue_stop(struct virtqueue *queue)
{
	dma_area_release(&queue->area);
}

int virtqueue_add(struct virtqueue *queue, const struct virtqueue_buffer *buffers, unsigned count)
{
	struct vring_desc *table = virtqueue_descriptors(queue);
	uint16_t head = queue->free_head;
	uint16_t at = head;

	if (count == 0 || count > queue->free_count)
		return -1;
	for (unsigned i = 0; i < count; i++) {
		uint16_t flags = (buffers[i].device_writes ? VRING_DESC_F_WRITE : 0) |
				 (i + 1 < count ? VRING_DESC_F_NEXT : 0);
		struct vring_desc *descriptor = &table[at];

		descriptor->addr = cpu_to_virtio64(queue->device, buffers[i].number);
		descriptor->len = cpu_to_virtio32(queue->device, buffers[i].size);
		descriptor->flags = cpu_to_virtio16(queue->device, flags);
		descriptor->next = cpu_to_virtio16(queue->device, i + 1 < count ? queue->next[at] : 0);
		if (i + 1 == count)
			queue->free_head = queue->next[at];
		at = queue->next[at];
	}
	queue->free_count -= count;
	queue->length[head] = count;
	virtqueue_available(queue)->ring[queue->available % queue->size] = cpu_to_virtio16(queue->device, head);
	queue->available++;
	return head;
}

void virtqueue_publish(struct virtqueue *queue)
{
	if (queue->before_publish)
		queue->before_publish(queue, queue->context);
	/* Descriptors and ring entries are in memory before the index that shows them. */
	barrier_write();
	*(volatile __virtio16 *)&virtqueue_available(queue)->idx = cpu_to_virtio16(queue->device, queue->available);
}

void virtqueue_notify(struct virtqueue *queue)
{
	/* The index is in memory before the doorbell rings; the write to the device is ordered by itself (arch.h). */
	barrier_full();
	mmio_write16_le(queue->doorbell, queue->index);
}

uint16_t virtqueue_used_index(const struct virtqueue *queue)
{
	return load16(queue, &virtqueue_used_ring(queue)->idx);
}

/* Gives the descriptors of a chain back. */
static void release_chain(struct virtqueue *queue, uint16_t head)
{
	uint16_t last = head;

	for (uint16_t i = 1; i < queue->length[head]; i++)
		last = queue->next[last];
	queue->next[last] = queue->free_head;
	queue->free_head = head;
	queue->free_count += queue->length[head];
	queue->length[head] = 0;
}

enum virtqueue_answer virtqueue_take(struct virtqueue *queue, struct virtqueue_used *used)
{
	uint16_t ready = virtqueue_used_index(queue) - queue->used;
	const struct vring_used_elem *element;
	uint32_t id;

	if (ready == 0)
		return QUEUE_EMPTY;
	if (ready > queue->size)
		return QUEUE_BROKEN;
	/* The entry may not be read before the index that showed it, nor the buffer before the entry. */
	barrier_read();
	element = &virtqueue_used_ring(queue)->ring[queue->used % queue->size];
	id = load32(queue, &element->id);
	if (id >= queue->size || queue->length[id] == 0)
		return QUEUE_BROKEN;
	*used = (struct virtqueue_used) { id, load32(queue, &element->len) };
	queue->used++;
	release_chain(queue, id);
	return QUEUE_USED;
}
