/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device side of split rings for virtio_model.h.
 */
#include "tests/unit/virtio_model_parts.h"

static void *part(const struct virtio_model *model, unsigned number, enum virtqueue_part which)
{
	assert_true(model->queues[number].enabled);
	return virtio_model_pointer(model, model->queues[number].parts[which], 1);
}

bool virtio_model_take(struct virtio_model *model, unsigned number, struct model_chain *chain)
{
	struct model_queue *queue = &model->queues[number];
	const struct vring_desc *table = part(model, number, PART_DESCRIPTORS);
	const struct vring_avail *available = part(model, number, PART_AVAILABLE);
	bool writes = false, more = true;
	uint16_t index;

	HOLDS((uint16_t)(available->idx - queue->seen) <= queue->size, "DRV-SPLIT-11", "available index %u after %u",
	      available->idx, queue->seen);
	HOLDS(available->flags <= 1, "DRV-SPLIT-12", "available flags %#x", available->flags);
	if (available->idx == queue->seen)
		return false;
	index = available->ring[queue->seen++ % queue->size];
	*chain = (struct model_chain) { .head = index };
	while (more) {
		const struct vring_desc *descriptor = &table[index];

		assert_true(index < queue->size);
		HOLDS(chain->count < queue->size, "DRV-SPLIT-4", "a chain with a loop");
		HOLDS(!(descriptor->flags & VRING_DESC_F_INDIRECT), "DRV-SPLIT-6", "an indirect descriptor");
		HOLDS(!writes || descriptor->flags & VRING_DESC_F_WRITE, "DRV-SPLIT-2", "readable after writable");
		writes = descriptor->flags & VRING_DESC_F_WRITE;
		chain->pieces[chain->count].number = descriptor->addr;
		chain->pieces[chain->count].size = descriptor->len;
		chain->pieces[chain->count].index = index;
		chain->pieces[chain->count++].device_writes = writes;
		more = descriptor->flags & VRING_DESC_F_NEXT;
		index = descriptor->next;
	}
	return true;
}

void virtio_model_use(struct virtio_model *model, unsigned number, uint32_t id, uint32_t length)
{
	struct model_queue *queue = &model->queues[number];
	struct vring_used *used = part(model, number, PART_USED);

	used->ring[queue->used % queue->size] = (struct vring_used_elem) { id, length };
	virtio_model_show(model, number, ++queue->used);
}

void virtio_model_show(struct virtio_model *model, unsigned number, uint16_t index)
{
	((struct vring_used *)part(model, number, PART_USED))->idx = index;
}
