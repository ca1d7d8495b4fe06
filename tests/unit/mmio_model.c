/* SPDX-License-Identifier: BSD-2-Clause */
/* See mmio_model.h. Source: VIRTIO 1.4, section 4.2.2. */
#include "tests/unit/mmio_model.h"

#include <string.h>

#include <linux/virtio_ids.h>
#include <linux/virtio_mmio.h>

#include "drivers/virtio/mmio.h"
#include "tests/unit/virtio_model.h"
#include "tests/unit/virtio_model_parts.h"

#define SLOT	0xa000000ull

static struct mmio_model model;

/* Who may do what with a register, in versions 2 and 1. */
static const struct { uint16_t offset; bool reads, writes; unsigned versions; } registers[] = {
	{ VIRTIO_MMIO_MAGIC_VALUE, true, false, 3 }, { VIRTIO_MMIO_VERSION, true, false, 3 },
	{ VIRTIO_MMIO_DEVICE_ID, true, false, 3 }, { VIRTIO_MMIO_VENDOR_ID, true, false, 3 },
	{ VIRTIO_MMIO_DEVICE_FEATURES, true, false, 3 }, { VIRTIO_MMIO_DEVICE_FEATURES_SEL, false, true, 3 },
	{ VIRTIO_MMIO_DRIVER_FEATURES, false, true, 3 }, { VIRTIO_MMIO_DRIVER_FEATURES_SEL, false, true, 3 },
	{ VIRTIO_MMIO_GUEST_PAGE_SIZE, false, true, 1 }, { VIRTIO_MMIO_QUEUE_SEL, false, true, 3 },
	{ VIRTIO_MMIO_QUEUE_NUM_MAX, true, false, 3 }, { VIRTIO_MMIO_QUEUE_NUM, false, true, 3 },
	{ VIRTIO_MMIO_QUEUE_ALIGN, false, true, 1 }, { VIRTIO_MMIO_QUEUE_PFN, true, true, 1 },
	{ VIRTIO_MMIO_QUEUE_READY, true, true, 2 }, { VIRTIO_MMIO_QUEUE_NOTIFY, false, true, 3 },
	{ VIRTIO_MMIO_INTERRUPT_STATUS, true, false, 3 }, { VIRTIO_MMIO_INTERRUPT_ACK, false, true, 3 },
	{ VIRTIO_MMIO_STATUS, true, true, 3 }, { VIRTIO_MMIO_QUEUE_DESC_LOW, false, true, 2 },
	{ VIRTIO_MMIO_QUEUE_DESC_HIGH, false, true, 2 }, { VIRTIO_MMIO_QUEUE_AVAIL_LOW, false, true, 2 },
	{ VIRTIO_MMIO_QUEUE_AVAIL_HIGH, false, true, 2 }, { VIRTIO_MMIO_QUEUE_USED_LOW, false, true, 2 },
	{ VIRTIO_MMIO_QUEUE_USED_HIGH, false, true, 2 }, { VIRTIO_MMIO_QUEUE_RESET, true, true, 2 },
	{ VIRTIO_MMIO_CONFIG_GENERATION, true, false, 2 },
};

static void check(const struct host_access *access, bool write)
{
	HOLDS(access->width == 4 && access->offset % 4 == 0 && access->order == HOST_LITTLE, "DRV-MMIO-2",
	      "%u bytes at %#llx", access->width, (unsigned long long)access->offset);
	HOLDS(model.magic == VIRTIO_MMIO_MAGIC || access->offset == VIRTIO_MMIO_MAGIC_VALUE, "DRV-MMIO-3",
	      "an access at %#llx", (unsigned long long)access->offset);
	HOLDS(model.version == 1 || model.version == 2 || access->offset <= VIRTIO_MMIO_VERSION, "DRV-MMIO-4",
	      "an access at %#llx", (unsigned long long)access->offset);
	HOLDS(model.type != 0 || access->offset <= VIRTIO_MMIO_DEVICE_ID, "DRV-MMIO-5", "an access at %#llx",
	      (unsigned long long)access->offset);
	for (unsigned i = 0; i < sizeof(registers) / sizeof(registers[0]); i++)
		if (registers[i].offset == access->offset &&
		    (write ? registers[i].writes : registers[i].reads) && registers[i].versions & model.version)
			return;
	/* Of what is no device of a version only the first registers are read. */
	HOLDS(!write && access->offset <= VIRTIO_MMIO_DEVICE_ID, "DRV-MMIO-1", "%s at %#llx",
	      write ? "a write" : "a read", (unsigned long long)access->offset);
}

static uint64_t read_config(const struct host_access *access)
{
	uint64_t at = access->offset - VIRTIO_MMIO_CONFIG, value = 0;

	HOLDS(access->width <= 4 && at % access->width == 0 && at + access->width <= MMIO_CONFIG_SIZE, "DRV-MMIO-2",
	      "%u bytes of configuration at %#llx", access->width, (unsigned long long)at);
	for (unsigned i = 0; i < access->width; i++)
		value |= (uint64_t)model.config[at + i] << 8 * i;
	if (model.restless > 0) {
		if (model.restless != ~0u)
			model.restless--;
		model.generation += model.step;
		for (unsigned i = 0; i < MMIO_CONFIG_SIZE; i++)
			model.config[i]++;
	}
	return value;
}

static uint32_t shown_features(void)
{
	HOLDS(model.features_shown >= 0, "DRV-MMIO-6", "no word of features is selected");
	return (uint32_t)(model.offered >> 32 * model.features_shown);
}

static uint64_t read_slot(void *context, const struct host_access *access)
{
	(void)context;
	model.accesses++;
	if (access->offset >= VIRTIO_MMIO_CONFIG)
		return read_config(access);
	check(access, false);
	switch (access->offset) {
	case VIRTIO_MMIO_MAGIC_VALUE: return model.magic;
	case VIRTIO_MMIO_VERSION: return model.version;
	case VIRTIO_MMIO_DEVICE_ID: return model.type;
	case VIRTIO_MMIO_DEVICE_FEATURES: return shown_features();
	case VIRTIO_MMIO_QUEUE_NUM_MAX: return model.queue == 0 ? model.most : 0;
	case VIRTIO_MMIO_QUEUE_READY: return model.queue == 0 ? model.ready : 0;
	case VIRTIO_MMIO_QUEUE_PFN: return model.page;
	case VIRTIO_MMIO_INTERRUPT_STATUS: return model.pending;
	case VIRTIO_MMIO_STATUS: return model.status;
	case VIRTIO_MMIO_CONFIG_GENERATION: return model.generation;
	case VIRTIO_MMIO_QUEUE_RESET:
		if (model.resets_left > 0)
			return model.resets_left != ~0u ? model.resets_left-- > 0 : 1;
		model.ready = 0;
		return 0;
	default: return 0;
	}
}

static void set_part(uint64_t *part, unsigned shift, uint32_t value)
{
	HOLDS(model.ready == 0, "DRV-MMIO-9", "a queue that is ready is moved");
	*part = (*part & ~(0xffffffffull << shift)) | (uint64_t)value << shift;
}

static void accept(uint32_t value)
{
	HOLDS(model.features_told >= 0, "DRV-MMIO-7", "no word of features is selected");
	if (model.features_told < 2)
		model.accepted |= (uint64_t)value << 32 * model.features_told;
}

static void set_status(uint32_t value)
{
	model.status = value;
	if (value != 0)
		return;
	model.ready = model.page = model.pending = 0;
	model.accepted = 0;
	model.features_shown = model.features_told = -1;
}

static void set_size(uint32_t value)
{
	HOLDS(value <= model.most, "DRV-MMIO-8", "%u entries of %u", value, model.most);
	HOLDS(model.ready == 0, "DRV-MMIO-9", "the size of a queue that is ready");
	model.size = value;
}

static void acknowledge(uint32_t value)
{
	HOLDS((value & ~(uint32_t)(VIRTIO_MMIO_INT_VRING | VIRTIO_MMIO_INT_CONFIG)) == 0, "DRV-MMIO-12",
	      "events %#x are acknowledged", value);
	model.acknowledged |= value;
	model.pending &= ~value;
}

static void write_slot(void *context, const struct host_access *access, uint64_t wide)
{
	uint32_t value = (uint32_t)wide;

	(void)context;
	model.accesses++;
	if (access->offset >= VIRTIO_MMIO_CONFIG)
		return;
	check(access, true);
	switch (access->offset) {
	case VIRTIO_MMIO_DEVICE_FEATURES_SEL: model.features_shown = (int)value; break;
	case VIRTIO_MMIO_DRIVER_FEATURES_SEL: model.features_told = (int)value; break;
	case VIRTIO_MMIO_DRIVER_FEATURES: accept(value); break;
	case VIRTIO_MMIO_QUEUE_SEL: model.queue = value; break;
	case VIRTIO_MMIO_QUEUE_NUM: set_size(value); break;
	case VIRTIO_MMIO_QUEUE_DESC_LOW: set_part(&model.descriptors, 0, value); break;
	case VIRTIO_MMIO_QUEUE_DESC_HIGH: set_part(&model.descriptors, 32, value); break;
	case VIRTIO_MMIO_QUEUE_AVAIL_LOW: set_part(&model.available, 0, value); break;
	case VIRTIO_MMIO_QUEUE_AVAIL_HIGH: set_part(&model.available, 32, value); break;
	case VIRTIO_MMIO_QUEUE_USED_LOW: set_part(&model.used, 0, value); break;
	case VIRTIO_MMIO_QUEUE_USED_HIGH: set_part(&model.used, 32, value); break;
	case VIRTIO_MMIO_QUEUE_READY: model.ready = value; break;
	case VIRTIO_MMIO_QUEUE_PFN: model.page = value; break;
	case VIRTIO_MMIO_QUEUE_NOTIFY: model.doorbells++; break;
	case VIRTIO_MMIO_INTERRUPT_ACK: acknowledge(value); break;
	case VIRTIO_MMIO_STATUS: set_status(value); break;
	default: break;
	}
}

struct mmio_model *mmio_model_machine(void **state)
{
	static const struct host_device device = { SLOT, MMIO_SLOT_SIZE, read_slot, write_slot, NULL };

	virtio_model_machine(state);
	host_add_device(&device);
	host_platform.nodes[1] = (struct platform_node) {
		.compatible = "virtio,mmio", .registers = { { { SLOT }, MMIO_SLOT_SIZE } },
	};
	host_platform.node_count = 2;
	model = (struct mmio_model) {
		.magic = VIRTIO_MMIO_MAGIC, .version = 2, .type = VIRTIO_ID_RNG, .most = 16, .step = 1,
		.offered = VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM | VIRTIO_RING_RESET,
		.features_shown = -1, .features_told = -1,
	};
	return &model;
}

struct virtio_device *mmio_model_attach(void)
{
	virtio_attach();
	return virtio_count() ? virtio_get(0) : NULL;
}
