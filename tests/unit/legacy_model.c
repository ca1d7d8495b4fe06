/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See legacy_model.h.
 */
#include "tests/unit/legacy_model.h"
#include "tests/unit/virtio_model_parts.h"

#include <string.h>

#include <linux/virtio_ids.h>

#define MODELS	4
/* Beside the BARs of virtio_model.c. */
#define IO_BAR_DISTANCE	0x100000

static struct legacy_model models[MODELS];

/* The registers: offset, width, and what a driver may do there. The last two exist while MSI-X is on. */
static const struct { unsigned offset, width; bool readable, writable; } registers[] = {
	{ VIRTIO_PCI_HOST_FEATURES, 4, true, false }, { VIRTIO_PCI_GUEST_FEATURES, 4, true, true },
	{ VIRTIO_PCI_QUEUE_PFN, 4, true, true }, { VIRTIO_PCI_QUEUE_NUM, 2, true, false },
	{ VIRTIO_PCI_QUEUE_SEL, 2, true, true }, { VIRTIO_PCI_QUEUE_NOTIFY, 2, false, true },
	{ VIRTIO_PCI_STATUS, 1, true, true }, { VIRTIO_PCI_ISR, 1, true, false },
	{ VIRTIO_MSI_CONFIG_VECTOR, 2, true, true }, { VIRTIO_MSI_QUEUE_VECTOR, 2, true, true },
};

static unsigned config_start(const struct legacy_model *model)
{
	return model->vectors > 0 ? VIRTIO_PCI_CONFIG_OFF(true) : LEGACY_WRITES_CONFIG;
}

static void check(const struct host_access *access, bool write)
{
	HOLDS(access->order != HOST_BIG, "DEF-30", "a big-endian access at %#llx", (unsigned long long)access->offset);
	for (unsigned i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
		if (registers[i].offset != access->offset)
			continue;
		HOLDS(registers[i].width == access->width, "DRV-PCILEG-1", "%u bytes at %#x", access->width,
		      registers[i].offset);
		HOLDS(write ? registers[i].writable : registers[i].readable, "DRV-PCILEG-1", "an access at %#x",
		      registers[i].offset);
		return;
	}
	fail_msg("DRV-PCILEG-1: no register begins at %#llx", (unsigned long long)access->offset);
}

static uint8_t read_status(struct legacy_model *model)
{
	if (model->resetting > 0 && --model->resetting == 0)
		model->status = 0;
	return model->status;
}

static uint64_t read_register(struct legacy_model *model, unsigned offset)
{
	bool exists = model->selected < LEGACY_QUEUES;
	uint8_t isr = model->isr;

	switch (offset) {
	case VIRTIO_PCI_HOST_FEATURES:
		return model->offered;
	case VIRTIO_PCI_GUEST_FEATURES:
		return model->accepted;
	case VIRTIO_PCI_QUEUE_PFN:
		return exists ? model->addresses[model->selected] : 0;
	case VIRTIO_PCI_QUEUE_NUM:
		return exists ? model->sizes[model->selected] : 0;
	case VIRTIO_PCI_QUEUE_SEL:
		return model->selected;
	case VIRTIO_PCI_STATUS:
		return read_status(model);
	case VIRTIO_MSI_CONFIG_VECTOR:
		return model->config_vector;
	case VIRTIO_MSI_QUEUE_VECTOR:
		return exists ? model->queue_vectors[model->selected] : VIRTIO_MSI_NO_VECTOR;
	default:
		model->isr = 0;
		return isr;
	}
}

/* Bytes as they lie there; the access makes a number of them as a little-endian bus does. */
static uint64_t read_config(struct legacy_model *model, const struct host_access *access)
{
	uint64_t at = access->offset - config_start(model), value = 0;

	assert_true(access->width <= 4 && access->offset % access->width == 0);
	assert_true(at + access->width <= LEGACY_CONFIG_SIZE);
	model->reads++;
	if (model->restless > 0) {
		if (model->restless != ~0u)
			model->restless--;
		for (unsigned i = 0; i < LEGACY_CONFIG_SIZE; i++)
			model->config[i]++;
	}
	for (unsigned i = 0; i < access->width; i++)
		value |= (uint64_t)model->config[at + i] << 8 * i;
	return value;
}

static uint64_t read_bar(void *context, const struct host_access *access)
{
	if (access->offset >= config_start(context))
		return read_config(context, access);
	check(access, false);
	return read_register(context, (unsigned)access->offset);
}

static void reset(struct legacy_model *model)
{
	model->resetting = model->reset_reads;
	if (model->resetting == 0)
		model->status = 0;
	model->accepted = 0;
	memset(model->addresses, 0, sizeof(model->addresses));
	model->config_vector = VIRTIO_MSI_NO_VECTOR;
	memset(model->queue_vectors, 0xff, sizeof(model->queue_vectors));
}

static void write_status(struct legacy_model *model, uint8_t status)
{
	if (status == 0) {
		reset(model);
		return;
	}
	HOLDS(model->resetting == 0, "DRV-COMMON-5", "status %#x during a reset", status);
	HOLDS((model->status & ~status) == 0, "DRV-STATUS-2", "status %#x after %#x", status, model->status);
	HOLDS(!(status & VIRTIO_CONFIG_S_FEATURES_OK), "DRV-LEG-5", "FEATURES_OK through the legacy interface");
	if (status & VIRTIO_CONFIG_S_DRIVER_OK && model->offered >> VIRTIO_F_ANY_LAYOUT & 1)
		HOLDS(model->accepted >> VIRTIO_F_ANY_LAYOUT & 1, "DRV-LEGRSVD-1", "ANY_LAYOUT was not accepted");
	model->status = status;
}

static uint16_t map_vector(const struct legacy_model *model, uint64_t vector)
{
	HOLDS(vector == VIRTIO_MSI_NO_VECTOR || vector < model->vectors, "DRV-MSIX-4", "vector %u of %u",
	      (unsigned)vector, model->vectors);
	return model->refuses_vectors ? VIRTIO_MSI_NO_VECTOR : (uint16_t)vector;
}

static void write_register(struct legacy_model *model, unsigned offset, uint64_t value)
{
	switch (offset) {
	case VIRTIO_PCI_GUEST_FEATURES:
		HOLDS(model->status & VIRTIO_CONFIG_S_DRIVER, "DRV-INIT-1", "features before DRIVER");
		HOLDS((value & ~(uint64_t)model->offered) == 0, "DRV-FEAT-1", "accepted %#llx",
		      (unsigned long long)value);
		HOLDS(!(value >> 30 & 1), "DRV-LEGRSVD-3", "bit 30 was accepted");
		model->accepted = (uint32_t)value;
		break;
	case VIRTIO_PCI_QUEUE_PFN:
		assert_true(model->selected < LEGACY_QUEUES && value != 0);
		HOLDS(model->status & VIRTIO_CONFIG_S_DRIVER, "DRV-INIT-1", "a queue before DRIVER");
		model->addresses[model->selected] = (uint32_t)value;
		break;
	case VIRTIO_PCI_QUEUE_SEL:
		model->selected = (uint16_t)value;
		break;
	case VIRTIO_MSI_CONFIG_VECTOR:
		model->config_vector = map_vector(model, value);
		break;
	case VIRTIO_MSI_QUEUE_VECTOR:
		assert_true(model->selected < LEGACY_QUEUES);
		model->queue_vectors[model->selected] = map_vector(model, value);
		break;
	case VIRTIO_PCI_QUEUE_NOTIFY:
		HOLDS(value < LEGACY_QUEUES, "DRV-NOTIFY-3", "a doorbell for queue %u", (unsigned)value);
		HOLDS(model->status & VIRTIO_CONFIG_S_DRIVER_OK, "DRV-INIT-7", "a doorbell before DRIVER_OK");
		model->doorbells[value]++;
		break;
	default:
		write_status(model, (uint8_t)value);
		break;
	}
}

static void write_bar(void *context, const struct host_access *access, uint64_t value)
{
	struct legacy_model *model = context;

	assert_true(model->write_count < sizeof(model->writes) / sizeof(model->writes[0]));
	model->writes[model->write_count++] = (struct model_write) { (unsigned)access->offset, value };
	if (access->offset < config_start(model)) {
		check(access, true);
		write_register(model, (unsigned)access->offset, value);
		return;
	}
	assert_true(access->offset % access->width == 0 && access->offset + access->width <= LEGACY_BAR_SIZE);
	for (unsigned i = 0; i < access->width; i++)
		model->config[access->offset - config_start(model) + i] = (uint8_t)(value >> 8 * i);
}

struct legacy_model *legacy_model_add(struct virtio_model *device)
{
	struct legacy_model *model = &models[device->function.device];
	struct pci_bar *bar = &device->function.bars[0];
	struct host_device bytes = { .size = LEGACY_BAR_SIZE, .read = read_bar, .write = write_bar, .context = model };

	assert_true(device->function.device < MODELS);
	*model = (struct legacy_model) { .device = device, .offered = 1u << VIRTIO_F_ANY_LAYOUT | 1u << 30 | 0x20 };
	for (unsigned i = 0; i < LEGACY_QUEUES; i++)
		model->sizes[i] = 64;
	*bar = device->function.bars[MODEL_BAR];
	bar->kind = PCI_BAR_IO;
	bar->size = LEGACY_BAR_SIZE;
	bar->address += IO_BAR_DISTANCE;
	device->function.product = 0x1005;
	device->function.subsystem = VIRTIO_ID_RNG;
	bytes.start = pci_bar_address(&device->function, 0, 0).value;
	host_add_device(&bytes);
	return model;
}

void legacy_model_expect_written(const struct legacy_model *model, struct virtio_device *driver,
				 const uint8_t expected[16])
{
	assert_true(virtio_config_write(driver, 0, 1, 0x11));
	assert_true(virtio_config_write(driver, 2, 2, 0x2233));
	assert_true(virtio_config_write(driver, 4, 4, 0x44556677));
	assert_true(virtio_config_write(driver, 8, 8, 0x8899aabbccddeeff));
	assert_memory_equal(model->config, expected, 16);
}
