/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine of virtio_model.h: host bridge, functions and their configuration space. Registers are
 * virtio_model_registers.c's, rings virtio_model_ring.c's.
 */
#include "tests/unit/virtio_model_parts.h"

#include <string.h>

#include <linux/pci_regs.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "drivers/iommu/table.h"
#include "drivers/iommu/window.h"
#include "drivers/pci/parts.h"
#include "tests/unit/memory_case.h"

#define MODELS		(VIRTIO_DEVICES + 2)
#define BARS		0x200000000ull		/* on PCI; a model's is MODEL_BAR_SIZE further than the one before */
#define CPU_BARS	0x80000000000ull	/* the same for the CPU */
#define MEMORY_SIZE	(4ul << 20)
#define WINDOW_SIZE	(8ul << 20)
#define FIRST_CAPABILITY 0x40
#define ENTRY_VALID	1ull

static struct virtio_model models[MODELS];
static unsigned model_count;

#define PAGE_SHIFT	13		/* of FRAME_SIZE bytes */

/* The domain: an entry is the frame's address | ENTRY_VALID. */
static bool open_window(struct dma_domain *domain, unsigned number, const struct dma_window *window)
{
	(void)domain;
	(void)number;
	(void)window;
	return true;
}

static void quiet(struct dma_domain *domain)
{
	(void)domain;
}

static enum domain_status map(struct dma_domain *domain, bus_addr start, uint64_t size, phys_addr memory,
			      enum dma_direction permission)
{
	const struct dma_window *window = domain_paged_window(domain, start, size);
	uint64_t *entry = (uint64_t *)arch_pointer(window->table) + window_page(window, start, PAGE_SHIFT);

	(void)permission;
	for (uint64_t i = 0; i < size / FRAME_SIZE; i++)
		entry[i] = (memory.value + i * FRAME_SIZE) | ENTRY_VALID;
	return DOMAIN_DONE;
}

static enum domain_status invalidate(struct dma_domain *domain, bus_addr start, uint64_t size)
{
	(void)domain;
	(void)start;
	(void)size;
	return DOMAIN_DONE;
}

static uint64_t table_size(uint64_t size)
{
	return size / FRAME_SIZE * 8;
}

static const struct domain_ops ops = {
	.quiet = quiet, .open_window = open_window, .map = map, .unmap = table_unmap,
	.invalidate = invalidate, .table_size = table_size,
};

static const struct dma_window windows[] = { { WINDOW_PAGED, { MODEL_WINDOW }, WINDOW_SIZE, { 0 }, { 0 } } };

static const struct domain_driver model_domain = {
	.compatible = "model", .ops = &ops, .page_shift = PAGE_SHIFT, .window_count = 1, .windows = windows,
};
DOMAIN_DRIVER(model_domain);

static const struct host_bridge_driver model_host = { .compatible = "model" };
HOST_DRIVER(model_host);

int virtio_model_machine(void **state)
{
	host_setup(state);
	memory_case_add(FRAMES_BY_ADDRESS_END, MEMORY_SIZE);
	frames_fill_free();
	clock_init(host_platform.clock_hz, host_platform.clock_bits);
	host_platform.node_count = 1;
	host_platform.nodes[0].compatible = "model";
	assert_int_equal(host_attach(&host_platform, NULL), 1);
	domain_attach();
	assert_true(dma_start(domain_get(0)));
	memset(models, 0, sizeof(models));
	model_count = 0;
	return 0;
}

struct virtio_model *virtio_model_bare(void)
{
	unsigned number = model_count++;
	struct virtio_model *model = &models[number];
	struct host_device registers = {
		CPU_BARS + number * MODEL_BAR_SIZE, MODEL_BAR_SIZE, virtio_model_read_bar, virtio_model_write_bar,
		model,
	};

	assert_true(number < MODELS);
	model->function = (struct pci_function) {
		.host = host_get(0), .domain = domain_get(0), .device = (uint8_t)number,
		.vendor = 0x1af4, .product = 0x1044,
		.bars[MODEL_BAR] = { .kind = PCI_BAR_MEM64, .placed = true, .size = MODEL_BAR_SIZE,
				     .address = BARS + number * MODEL_BAR_SIZE },
	};
	model->capability_end = FIRST_CAPABILITY;
	model->capability_last = PCI_CAPABILITY_LIST;
	model->offered = VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM;
	model->multiplier = MODEL_MULTIPLIER;
	model->config_vector = VIRTIO_MSI_NO_VECTOR;
	for (uint16_t i = 0; i < MODEL_QUEUES; i++)
		model->queues[i] = (struct model_queue) { .largest = MODEL_QUEUE_LARGEST, .notify_offset = i,
							    .vector = VIRTIO_MSI_NO_VECTOR };
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

/* Nothing but the header and the control of MSI-X is written: capabilities are the device's (DRV-PCICAP-11). */
void pci_write16(const struct pci_function *function, unsigned reg, uint16_t value)
{
	struct virtio_model *model = &models[function->device];

	bool msix = model->msix != 0 && reg == (unsigned)model->msix + PCI_MSIX_FLAGS;

	HOLDS(reg < FIRST_CAPABILITY || msix, "DRV-PCICAP-11", "a write to %#x of configuration space", reg);
	if (reg == PCI_COMMAND || msix)
		memcpy(model->space + reg, &value, sizeof(value));
}

/* Only the window for doorbells, which no model has, is written at other widths. */
void pci_write8(const struct pci_function *function, unsigned reg, uint8_t value)
{
	(void)function;
	HOLDS(false, "DRV-PCICAP-11", "a write of %#x to %#x of configuration space", value, reg);
}

void pci_write32(const struct pci_function *function, unsigned reg, uint32_t value)
{
	(void)function;
	HOLDS(false, "DRV-PCICAP-11", "a write of %#x to %#x of configuration space", value, reg);
}

uint16_t pci_command(const struct pci_function *function, uint16_t set, uint16_t clear)
{
	uint16_t before = pci_read16(function, PCI_COMMAND);

	pci_write16(function, PCI_COMMAND, (before & ~clear) | set);
	return before;
}

unsigned pci_bar_count(const struct pci_function *function)
{
	(void)function;
	return PCI_BARS;
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
	const struct dma_window *window = &domain_get(0)->windows[0];
	uint64_t entry;

	if (!(model->accepted & VIRTIO_ACCESS_PLATFORM)) {
		HOLDS(frames_contain((phys_addr) { number }, size), "DRV-RSVD-5", "%#llx is no physical address",
		      (unsigned long long)number);
		return arch_pointer((phys_addr) { number });
	}
	HOLDS(window_contains(window, (bus_addr) { number }, size), "DRV-RSVD-4", "%#llx is no bus address",
	      (unsigned long long)number);
	entry = ((const uint64_t *)arch_pointer(window->table))[window_page(window, (bus_addr) { number }, PAGE_SHIFT)];
	HOLDS(entry & ENTRY_VALID, "DRV-RSVD-4", "bus address %#llx is not mapped", (unsigned long long)number);
	return (char *)arch_pointer((phys_addr) { entry & ~ENTRY_VALID }) + number % FRAME_SIZE;
}

bool virtio_model_reaches(const struct virtio_model *model, uint64_t number)
{
	const struct dma_window *window = &domain_get(0)->windows[0];
	const uint64_t *table = arch_pointer(window->table);

	return !(model->accepted & VIRTIO_ACCESS_PLATFORM) ||
	       (window_contains(window, (bus_addr) { number }, 1) &&
		table[window_page(window, (bus_addr) { number }, PAGE_SHIFT)] & ENTRY_VALID);
}
