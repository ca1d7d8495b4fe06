/*
 * See virtio_model.h.
 */
#include "tests/unit/virtio_model.h"

#include <string.h>

#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "drivers/dma/window.h"
#include "drivers/pci/parts.h"

#define MODELS		(VIRTIO_DEVICES + 2)
#define BARS		0x200000000ull		/* on PCI; a model's is MODEL_BAR_SIZE further than the one before */
#define CPU_BARS	0x80000000000ull	/* the same for the CPU */
#define MEMORY_SIZE	(4ul << 20)
#define WINDOW_SIZE	(8ul << 20)
#define FIRST_CAPABILITY 0x40
#define ENTRY_VALID	1ull

static struct virtio_model models[MODELS];
static unsigned model_count;

/* The host bridge: an entry is the frame's address | ENTRY_VALID. */
static bool open_window(struct host_bridge *bridge, unsigned number, const struct dma_window *window)
{
	(void)bridge;
	(void)number;
	(void)window;
	return true;
}

static void quiet(struct host_bridge *bridge)
{
	(void)bridge;
}

static void set_entries(const struct dma_window *window, uint64_t index, uint64_t count, phys_addr address,
			enum dma_direction permission)
{
	uint64_t *table = arch_pointer(window->table);

	(void)permission;
	for (uint64_t i = 0; i < count; i++)
		table[index + i] = (address.value + i * FRAME_SIZE) | ENTRY_VALID;
}

static void invalidate(struct host_bridge *bridge, bus_addr start, uint64_t size)
{
	(void)bridge;
	(void)start;
	(void)size;
}

static uint64_t table_size(uint64_t size)
{
	return size / FRAME_SIZE * 8;
}

static const struct host_bridge_ops ops = {
	.quiet = quiet, .open_window = open_window, .set_entries = set_entries, .invalidate = invalidate,
	.table_size = table_size,
};

static const struct dma_window windows[] = { { WINDOW_PAGED, { MODEL_WINDOW }, WINDOW_SIZE, { 0 }, { 0 } } };

static const struct host_bridge_driver model_bridge = {
	.compatible = "model", .ops = &ops, .window_count = 1, .windows = windows,
};
BRIDGE_DRIVER(model_bridge);

int virtio_model_machine(void **state)
{
	static const struct memory_range memory = { { FRAMES_BY_ADDRESS_END }, MEMORY_SIZE };

	host_setup(state);
	host_add_memory(memory.start.value, memory.size);
	frames_init(&memory, 1);
	frames_fill_free();
	clock_init(host_platform.clock_hz, host_platform.clock_bits);
	host_platform.bridge_count = 1;
	host_platform.bridges[0].compatible = "model";
	assert_int_equal(bridge_attach(&host_platform, NULL), 1);
	assert_true(dma_start(bridge_get(0)));
	memset(models, 0, sizeof(models));
	model_count = 0;
	return 0;
}

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
};

#define HOLDS(condition, clause, ...) do { \
	if (!(condition)) \
		fail_msg(clause ": " __VA_ARGS__); \
} while (0)

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
	default:
		fail_msg("nobody reads common field %#x", field);
		return 0;
	}
}

static void reset(struct virtio_model *model)
{
	model->resetting = model->reset_reads;
	if (model->resetting == 0)
		model->status = 0;
	model->accepted = 0;
	for (unsigned i = 0; i < MODEL_QUEUES; i++) {
		struct model_queue *queue = &model->queues[i];

		*queue = (struct model_queue) { .largest = queue->largest, .notify_offset = queue->notify_offset };
	}
}

static void write_status(struct virtio_model *model, uint8_t status)
{
	if (status == 0) {
		reset(model);
		return;
	}
	HOLDS(model->resetting == 0, "DRV-COMMON-5", "status %#x during a reset", status);
	HOLDS((model->status & ~status) == 0, "DRV-STATUS-2", "status %#x after %#x", status, model->status);
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

static void write_queue(struct virtio_model *model, unsigned field, uint64_t value)
{
	struct model_queue *queue = selected(model);
	unsigned part = (field - VIRTIO_PCI_COMMON_Q_DESCLO) / 8;
	unsigned shift = field & 4 ? 32 : 0;

	HOLDS(!queue->enabled, "DRV-COMMON-4", "common field %#x of a queue that is enabled", field);
	HOLDS(model->status & VIRTIO_CONFIG_S_FEATURES_OK, "DRV-INIT-1", "common field %#x before FEATURES_OK", field);
	if (field == VIRTIO_PCI_COMMON_Q_SIZE) {
		HOLDS(value > 0, "DRV-COMMON-2", "queue_size 0");
		HOLDS(model->accepted & VIRTIO_RING_PACKED || (value & (value - 1)) == 0, "DRV-COMMON-3", "queue_size %u", (unsigned)value);
		assert_true(value <= queue->largest);
		queue->size = (uint16_t)value;
	} else if (field == VIRTIO_PCI_COMMON_Q_ENABLE) {
		enable(model, (uint16_t)value);
	} else {
		queue->parts[part] = (queue->parts[part] & ~(0xffffffffull << shift)) | value << shift;
	}
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
}

/* What a field of the device's configuration says: its generation, when that is about to change, in every byte. */
static uint64_t read_config(struct virtio_model *model, const struct host_access *access)
{
	uint64_t value = 0;

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

static uint64_t read_bar(void *context, const struct host_access *access)
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

static void write_bar(void *context, const struct host_access *access, uint64_t value)
{
	struct virtio_model *model = context;

	if (access->offset < MODEL_ISR) {
		check_field(access, true);
		write_common(model, (unsigned)access->offset, value);
		return;
	}
	HOLDS(access->offset >= MODEL_NOTIFY, "DRV-INIT-3", "a write to ISR or configuration");
	ring(model, access, value);
}

struct virtio_model *virtio_model_bare(void)
{
	unsigned number = model_count++;
	struct virtio_model *model = &models[number];
	struct host_device registers = {
		CPU_BARS + number * MODEL_BAR_SIZE, MODEL_BAR_SIZE, read_bar, write_bar, model,
	};

	assert_true(number < MODELS);
	model->function = (struct pci_function) {
		.host = bridge_get(0), .device = (uint8_t)number, .vendor = 0x1af4, .product = 0x1044,
		.bars[MODEL_BAR] = { .kind = PCI_BAR_MEM64, .placed = true, .size = MODEL_BAR_SIZE,
				     .address = BARS + number * MODEL_BAR_SIZE },
	};
	model->capability_end = FIRST_CAPABILITY;
	model->capability_last = PCI_CAPABILITY_LIST;
	model->offered = VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM;
	model->multiplier = MODEL_MULTIPLIER;
	for (uint16_t i = 0; i < MODEL_QUEUES; i++)
		model->queues[i] = (struct model_queue) { .largest = MODEL_QUEUE_LARGEST, .notify_offset = i };
	/* The host has room for a few devices with registers; the others are looked at without. */
	if (number < 8)
		host_add_device(&registers);
	return model;
}

struct virtio_model *virtio_model_add(void)
{
	struct virtio_model *model = virtio_model_bare();

	virtio_model_capability(model, VIRTIO_PCI_CAP_COMMON_CFG, MODEL_BAR, 0, MODEL_STRUCTURE);
	virtio_model_capability(model, VIRTIO_PCI_CAP_ISR_CFG, MODEL_BAR, MODEL_ISR, MODEL_STRUCTURE);
	virtio_model_capability(model, VIRTIO_PCI_CAP_DEVICE_CFG, MODEL_BAR, MODEL_CONFIG, MODEL_CONFIG_SIZE);
	virtio_model_capability(model, VIRTIO_PCI_CAP_NOTIFY_CFG, MODEL_BAR, MODEL_NOTIFY, MODEL_STRUCTURE);
	return model;
}

static void put(struct virtio_model *model, unsigned at, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size && at + i < sizeof(model->space); i++)
		model->space[at + i] = ((const uint8_t *)bytes)[i];
}

void virtio_model_capability_at(struct virtio_model *model, uint8_t at, uint8_t type, uint8_t bar, uint32_t offset,
				uint32_t length)
{
	size_t size = type == VIRTIO_PCI_CAP_NOTIFY_CFG ? sizeof(struct virtio_pci_notify_cap) :
							  sizeof(struct virtio_pci_cap);
	struct virtio_pci_notify_cap capability = {
		.cap = { .cap_vndr = PCI_CAP_ID_VNDR, .cap_len = (uint8_t)size, .cfg_type = type, .bar = bar,
			 .offset = offset, .length = length },
		.notify_off_multiplier = model->multiplier,
	};

	put(model, at, &capability, size);
	model->space[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	model->space[model->capability_last] = at;
	model->capability_last = (uint8_t)(at + PCI_CAP_LIST_NEXT);
	model->capability_end = (uint8_t)(at + size);
}

uint8_t virtio_model_capability(struct virtio_model *model, uint8_t type, uint8_t bar, uint32_t offset,
				uint32_t length)
{
	uint8_t at = model->capability_end;

	virtio_model_capability_at(model, at, type, bar, offset, length);
	return at;
}

struct virtio_device *virtio_model_attach(void)
{
	for (unsigned i = 0; i < model_count; i++)
		pci_read_capabilities(&models[i].function);
	virtio_attach();
	return virtio_get(0);
}

/* What drivers/virtio asks of drivers/pci. */
unsigned pci_count(void)
{
	return model_count;
}

struct pci_function *pci_get(unsigned number)
{
	return number < model_count ? &models[number].function : NULL;
}

static uint32_t read_space(const struct pci_function *function, unsigned reg, unsigned size)
{
	const struct virtio_model *model = (const struct virtio_model *)function;
	uint32_t value = 0;

	_Static_assert(offsetof(struct virtio_model, function) == 0, "the function is the model");
	if (reg + size > sizeof(model->space) || reg % size != 0)
		fail_msg("%u bytes of configuration space at %#x", size, reg);
	memcpy(&value, model->space + reg, size);
	return value;
}

uint8_t pci_read8(const struct pci_function *function, unsigned reg)
{
	return (uint8_t)read_space(function, reg, 1);
}

uint16_t pci_read16(const struct pci_function *function, unsigned reg)
{
	return (uint16_t)read_space(function, reg, 2);
}

uint32_t pci_read32(const struct pci_function *function, unsigned reg)
{
	return read_space(function, reg, 4);
}

phys_addr pci_bar_address(const struct pci_function *function, unsigned bar, uint64_t offset)
{
	assert_true(bar < PCI_BARS && function->bars[bar].placed && offset < function->bars[bar].size);
	return (phys_addr) { CPU_BARS + (function->bars[bar].address - BARS) + offset };
}

const char *pci_name(const struct pci_function *function, char *text)
{
	format(text, PCI_NAME, "%02x:%02x.%x", function->bus, function->device, function->function);
	return text;
}

void *virtio_model_pointer(const struct virtio_model *model, uint64_t number, uint64_t size)
{
	const struct dma_window *window = &bridge_get(0)->windows[0];
	uint64_t entry;

	if (!(model->accepted & VIRTIO_ACCESS_PLATFORM)) {
		HOLDS(frames_contain((phys_addr) { number }, size), "DRV-RSVD-5", "%#llx is no physical address",
		      (unsigned long long)number);
		return arch_pointer((phys_addr) { number });
	}
	HOLDS(window_contains(window, (bus_addr) { number }, size), "DRV-RSVD-4", "%#llx is no bus address",
	      (unsigned long long)number);
	entry = ((const uint64_t *)arch_pointer(window->table))[window_page(window, (bus_addr) { number })];
	HOLDS(entry & ENTRY_VALID, "DRV-RSVD-4", "bus address %#llx is not mapped", (unsigned long long)number);
	return (char *)arch_pointer((phys_addr) { entry & ~ENTRY_VALID }) + number % FRAME_SIZE;
}

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
