/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of virtio_model.h: what a device's modern interface answers, and what a driver may do there.
 */
#include "tests/unit/virtio_model_parts.h"

#include <string.h>

/* The common configuration structure: offset, width, and whether a driver may write there. */
static const struct field {
	unsigned offset, width;
	bool writable;
} fields[] = {
	{ VIRTIO_PCI_COMMON_DFSELECT, 4, true }, { VIRTIO_PCI_COMMON_DF, 4, false },
	{ VIRTIO_PCI_COMMON_GFSELECT, 4, true }, { VIRTIO_PCI_COMMON_GF, 4, true },
	{ VIRTIO_PCI_COMMON_MSIX, 2, true }, { VIRTIO_PCI_COMMON_NUMQ, 2, false },
	{ VIRTIO_PCI_COMMON_STATUS, 1, true }, { VIRTIO_PCI_COMMON_CFGGENERATION, 1, false },
	{ VIRTIO_PCI_COMMON_Q_SELECT, 2, true }, { VIRTIO_PCI_COMMON_Q_SIZE, 2, true },
	{ VIRTIO_PCI_COMMON_Q_MSIX, 2, true }, { VIRTIO_PCI_COMMON_Q_ENABLE, 2, true },
	{ VIRTIO_PCI_COMMON_Q_NOFF, 2, false },
	{ VIRTIO_PCI_COMMON_Q_DESCLO, 4, true }, { VIRTIO_PCI_COMMON_Q_DESCHI, 4, true },
	{ VIRTIO_PCI_COMMON_Q_AVAILLO, 4, true }, { VIRTIO_PCI_COMMON_Q_AVAILHI, 4, true },
	{ VIRTIO_PCI_COMMON_Q_USEDLO, 4, true }, { VIRTIO_PCI_COMMON_Q_USEDHI, 4, true },
	{ VIRTIO_COMMON_Q_RESET, 2, true },
};

static void check_field(const struct host_access *access, bool write)
{
	for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (fields[i].offset != access->offset)
			continue;
		HOLDS(fields[i].width == access->width && access->order != HOST_BIG, "DRV-PCICAP-1",
		      "%u bytes of common field %#x", access->width, fields[i].offset);
		HOLDS(fields[i].writable || !write, "DRV-COMMON-1", "a write to common field %#x", fields[i].offset);
		return;
	}
	fail_msg("DRV-PCICAP-1: no common field begins at %#llx", (unsigned long long)access->offset);
}

static struct model_queue *selected(struct virtio_model *model)
{
	static struct model_queue none;

	if (model->selected < MODEL_QUEUES)
		return &model->queues[model->selected];
	memset(&none, 0, sizeof(none));
	return &none;
}

static uint8_t read_status(struct virtio_model *model)
{
	if (model->resetting > 0) {
		if (model->resetting != ~0u)
			model->resetting--;
		return model->resetting > 0 ? model->status : (model->status = 0);
	}
	return model->status;
}

static void reset_queue(struct model_queue *queue)
{
	*queue = (struct model_queue) {
		.largest = queue->largest, .notify_offset = queue->notify_offset, .vector = VIRTIO_MSI_NO_VECTOR,
	};
}

static uint16_t read_queue_reset(struct model_queue *queue)
{
	if (queue->resetting == 0 || queue->resetting == ~0u)
		return queue->resetting != 0;
	if (--queue->resetting == 0)
		reset_queue(queue);
	return queue->resetting != 0;
}

static uint64_t read_common(struct virtio_model *model, unsigned field)
{
	switch (field) {
	case VIRTIO_PCI_COMMON_DF:
		return model->offered_select < 2 ? (uint32_t)(model->offered >> 32 * model->offered_select) : 0;
	case VIRTIO_PCI_COMMON_STATUS:
		return read_status(model);
	case VIRTIO_PCI_COMMON_CFGGENERATION:
		return model->generation;
	case VIRTIO_PCI_COMMON_NUMQ:
		return MODEL_QUEUES;
	case VIRTIO_PCI_COMMON_Q_SIZE:
		return selected(model)->largest;
	case VIRTIO_PCI_COMMON_Q_NOFF:
		return selected(model)->notify_offset;
	case VIRTIO_PCI_COMMON_MSIX:
		return model->config_vector;
	case VIRTIO_PCI_COMMON_Q_MSIX:
		return selected(model)->vector;
	case VIRTIO_COMMON_Q_RESET:
		return read_queue_reset(selected(model));
	default:
		fail_msg("nobody reads common field %#x", field);
		return 0;
	}
}

static void reset(struct virtio_model *model)
{
	if (model->at_reset)
		model->at_reset(model);
	model->resetting = model->reset_reads;
	if (model->resetting == 0)
		model->status = 0;
	model->accepted = 0;
	model->config_vector = VIRTIO_MSI_NO_VECTOR;
	for (unsigned i = 0; i < MODEL_QUEUES; i++)
		reset_queue(&model->queues[i]);
}

static void write_status(struct virtio_model *model, uint8_t status)
{
	if (status == 0) {
		reset(model);
		return;
	}
	HOLDS(model->resetting == 0, "DRV-COMMON-5", "status %#x during a reset", status);
	HOLDS((model->status & ~status) == 0, "DRV-STATUS-2", "status %#x after %#x", status, model->status);
	HOLDS(__builtin_popcount(status ^ model->status) == 1, "DRV-STATUS-1", "status %#x after %#x", status,
	      model->status);
	HOLDS(!(model->status & VIRTIO_CONFIG_S_FAILED), "DRV-STATUS-3", "status %#x after FAILED", status);
	if (status & ~model->status & VIRTIO_CONFIG_S_FEATURES_OK && model->agrees && !model->agrees(model))
		status &= ~VIRTIO_CONFIG_S_FEATURES_OK;
	if (status & VIRTIO_CONFIG_S_FEATURES_OK && model->refuses_features) {
		HOLDS(!(status & VIRTIO_CONFIG_S_DRIVER_OK), "DRV-INIT-6", "DRIVER_OK without FEATURES_OK");
		status &= ~VIRTIO_CONFIG_S_FEATURES_OK;
	}
	model->status = status;
}

static void write_features(struct virtio_model *model, uint32_t value)
{
	unsigned shift = 32 * model->accepted_select;

	HOLDS(model->accepted_select < 2, "DRV-FEAT-5", "features of selection %u", model->accepted_select);
	HOLDS(!(model->status & VIRTIO_CONFIG_S_FEATURES_OK), "DRV-INIT-4", "features after FEATURES_OK");
	HOLDS(model->status & VIRTIO_CONFIG_S_DRIVER, "DRV-INIT-1", "features before DRIVER");
	model->accepted = (model->accepted & ~(0xffffffffull << shift)) | (uint64_t)value << shift;
	HOLDS((model->accepted & ~model->offered) == 0, "DRV-FEAT-1", "accepted %#llx, offered %#llx",
	      (unsigned long long)model->accepted, (unsigned long long)model->offered);
}

static void enable(struct virtio_model *model, uint16_t value)
{
	static const unsigned split[VIRTQUEUE_PARTS] = { 16, 2, 4 }, packed[VIRTQUEUE_PARTS] = { 16, 4, 4 };
	const unsigned *alignments = model->accepted & VIRTIO_RING_PACKED ? packed : split;
	struct model_queue *queue = selected(model);

	HOLDS(value == 1, "DRV-COMMON-6", "queue_enable %u", value);
	for (unsigned part = 0; part < VIRTQUEUE_PARTS; part++)
		HOLDS(queue->parts[part] % alignments[part] == 0, "DRV-SPLIT-1, DRV-PACKED-1", "part %u at %#llx", part,
		      (unsigned long long)queue->parts[part]);
	queue->enabled = true;
}

static uint16_t map_vector(const struct virtio_model *model, uint64_t vector)
{
	HOLDS(vector == VIRTIO_MSI_NO_VECTOR || vector < model->vectors, "DRV-MSIX-4", "vector %u of %u",
	      (unsigned)vector, model->vectors);
	return model->refuses_vectors ? VIRTIO_MSI_NO_VECTOR : (uint16_t)vector;
}

static void write_queue(struct virtio_model *model, unsigned field, uint64_t value)
{
	struct model_queue *queue = selected(model);
	unsigned part = (field - VIRTIO_PCI_COMMON_Q_DESCLO) / 8;
	unsigned shift = field & 4 ? 32 : 0;

	HOLDS(queue->resetting == 0, "DRV-COMMON-7", "common field %#x of a queue that is being reset", field);
	HOLDS(!queue->enabled, "DRV-COMMON-4", "common field %#x of a queue that is enabled", field);
	HOLDS(model->status & VIRTIO_CONFIG_S_FEATURES_OK, "DRV-INIT-1", "common field %#x before FEATURES_OK", field);
	if (field == VIRTIO_PCI_COMMON_Q_SIZE) {
		HOLDS(value > 0, "DRV-COMMON-2", "queue_size 0");
		HOLDS(model->accepted & VIRTIO_RING_PACKED || (value & (value - 1)) == 0, "DRV-COMMON-3",
		      "queue_size %u", (unsigned)value);
		assert_true(value <= queue->largest);
		queue->size = (uint16_t)value;
	} else if (field == VIRTIO_PCI_COMMON_Q_ENABLE) {
		enable(model, (uint16_t)value);
	} else if (field == VIRTIO_PCI_COMMON_Q_MSIX) {
		queue->vector = map_vector(model, value);
	} else {
		queue->parts[part] = (queue->parts[part] & ~(0xffffffffull << shift)) | value << shift;
	}
}

static void write_queue_reset(struct virtio_model *model, uint64_t value)
{
	struct model_queue *queue = selected(model);

	HOLDS(model->accepted & VIRTIO_RING_RESET && value == 1, "DRV-COMMON-7", "queue_reset %u", (unsigned)value);
	queue->resetting = model->queue_reset_reads;
	if (queue->resetting == 0)
		reset_queue(queue);
}

static void note_write(struct virtio_model *model, unsigned field, uint64_t value)
{
	assert_true(model->write_count < MODEL_LOG);
	model->writes[model->write_count++] = (struct model_write) { field, value };
}

static void write_common(struct virtio_model *model, unsigned field, uint64_t value)
{
	note_write(model, field, value);
	switch (field) {
	case VIRTIO_PCI_COMMON_DFSELECT:
		model->offered_select = (uint32_t)value;
		break;
	case VIRTIO_PCI_COMMON_GFSELECT:
		model->accepted_select = (uint32_t)value;
		break;
	case VIRTIO_PCI_COMMON_GF:
		write_features(model, (uint32_t)value);
		break;
	case VIRTIO_PCI_COMMON_STATUS:
		write_status(model, (uint8_t)value);
		break;
	case VIRTIO_PCI_COMMON_Q_SELECT:
		model->selected = (uint16_t)value;
		break;
	case VIRTIO_PCI_COMMON_MSIX:
		model->config_vector = map_vector(model, value);
		break;
	case VIRTIO_COMMON_Q_RESET:
		write_queue_reset(model, value);
		break;
	default:
		write_queue(model, field, value);
		break;
	}
}

static void ring(struct virtio_model *model, const struct host_access *access, uint64_t value)
{
	uint64_t offset = access->offset - MODEL_NOTIFY;

	unsigned width = model->accepted & VIRTIO_NOTIFICATION_DATA ? 4 : 2;

	HOLDS(access->width == width && access->order == HOST_LITTLE, "DRV-NOTIFY-1, DRV-NOTIFY-2",
	      "a doorbell of %u bytes", access->width);
	model->doorbell = value;
	value &= 0xffff;
	HOLDS(model->status & VIRTIO_CONFIG_S_DRIVER_OK, "DRV-INIT-7", "a doorbell before DRIVER_OK");
	HOLDS(value < MODEL_QUEUES, "DRV-NOTIFY-3", "a doorbell for queue %u", (unsigned)value);
	assert_int_equal(offset, (uint64_t)model->queues[value].notify_offset * model->multiplier);
	model->queues[value].doorbells++;
	note_write(model, MODEL_DOORBELL, value);
	if (model->at_doorbell)
		model->at_doorbell(model, (unsigned)value);
}

/* What a field of the device's configuration says: its generation, when that is about to change, in every byte. */
static uint64_t read_config(struct virtio_model *model, const struct host_access *access)
{
	uint64_t value = 0;

	model->config_reads++;
	HOLDS(access->width <= 4 && access->offset % access->width == 0, "DRV-PCICAP-1", "%u bytes of configuration",
	      access->width);
	assert_true(access->offset - MODEL_CONFIG <= MODEL_CONFIG_SIZE - access->width);
	if (model->restless > 0) {
		if (model->restless != ~0u)
			model->restless--;
		model->generation++;
		memset(model->config, model->generation, sizeof(model->config));
	}
	memcpy(&value, model->config + (access->offset - MODEL_CONFIG), access->width);
	return value;
}

static void write_config(struct virtio_model *model, const struct host_access *access, uint64_t value)
{
	uint64_t at = access->offset - MODEL_CONFIG;
	uint64_t bytes;

	HOLDS(access->offset >= MODEL_CONFIG && at < MODEL_CONFIG_SIZE, "DRV-PCICAP-1", "a write to %#llx",
	      (unsigned long long)access->offset);
	HOLDS(access->width <= 4 && at % access->width == 0, "DRV-PCICAP-1", "%u bytes of configuration",
	      access->width);
	HOLDS(model->status & VIRTIO_CONFIG_S_FEATURES_OK, "DRV-INIT-3", "configuration written before FEATURES_OK");
	bytes = ((1ull << access->width) - 1) << at;
	HOLDS((model->config_writable & bytes) == bytes, "configuration", "a write to byte %u, which is read-only",
	      (unsigned)at);
	memcpy(model->config + at, &value, access->width);
}

uint64_t virtio_model_read_bar(void *context, const struct host_access *access)
{
	struct virtio_model *model = context;
	uint8_t isr = model->isr;

	model->reads++;
	if (access->offset < MODEL_ISR) {
		check_field(access, false);
		return read_common(model, (unsigned)access->offset);
	}
	if (access->offset >= MODEL_CONFIG && access->offset < MODEL_NOTIFY)
		return read_config(model, access);
	assert_int_equal(access->offset, MODEL_ISR);
	assert_int_equal(access->width, 1);
	model->isr = 0;
	return isr;
}

void virtio_model_write_bar(void *context, const struct host_access *access, uint64_t value)
{
	struct virtio_model *model = context;

	if (access->offset < MODEL_ISR) {
		check_field(access, true);
		write_common(model, (unsigned)access->offset, value);
		return;
	}
	if (access->offset < MODEL_NOTIFY)
		write_config(model, access, value);
	else
		ring(model, access, value);
}
