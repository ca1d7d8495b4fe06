/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio over MMIO: the slots that the machine's description names, which of them have a device, and the registers of
 * version 2 as the transport virtio_mmio. They are those of the common configuration over PCI at other places, so that
 * what is done with them is modern.c's. Version 1 is mmio_legacy.c's.
 *
 * A slot is on no bus: nothing translates, and its interrupt is a line of its own. It is always there, and says by a
 * device id of 0 that it is empty; then no other register of it is touched (4.2.3.1.1).
 *
 * Source: VIRTIO 1.4, section 4.2.
 */
#include <linux/virtio_mmio.h>
#include <linux/virtio_pci.h>

#include "boot/string.h"
#include "boot/tap.h"
#include "drivers/virtio/mmio.h"
#include "drivers/virtio/transports.h"

#define NO_REGISTER	0

/* Which registers stand for the fields of the common configuration: one to read, one to write. */
static const struct { uint8_t field, read, write; } fields[] = {
	{ VIRTIO_PCI_COMMON_DFSELECT, NO_REGISTER, VIRTIO_MMIO_DEVICE_FEATURES_SEL },
	{ VIRTIO_PCI_COMMON_DF, VIRTIO_MMIO_DEVICE_FEATURES, NO_REGISTER },
	{ VIRTIO_PCI_COMMON_GFSELECT, NO_REGISTER, VIRTIO_MMIO_DRIVER_FEATURES_SEL },
	{ VIRTIO_PCI_COMMON_GF, NO_REGISTER, VIRTIO_MMIO_DRIVER_FEATURES },
	{ VIRTIO_PCI_COMMON_STATUS, VIRTIO_MMIO_STATUS, VIRTIO_MMIO_STATUS },
	{ VIRTIO_PCI_COMMON_CFGGENERATION, VIRTIO_MMIO_CONFIG_GENERATION, NO_REGISTER },
	{ VIRTIO_PCI_COMMON_Q_SELECT, NO_REGISTER, VIRTIO_MMIO_QUEUE_SEL },
	{ VIRTIO_PCI_COMMON_Q_SIZE, NO_REGISTER, VIRTIO_MMIO_QUEUE_NUM },
	{ VIRTIO_PCI_COMMON_Q_ENABLE, VIRTIO_MMIO_QUEUE_READY, VIRTIO_MMIO_QUEUE_READY },
	{ VIRTIO_PCI_COMMON_Q_DESCLO, NO_REGISTER, VIRTIO_MMIO_QUEUE_DESC_LOW },
	{ VIRTIO_PCI_COMMON_Q_DESCHI, NO_REGISTER, VIRTIO_MMIO_QUEUE_DESC_HIGH },
	{ VIRTIO_PCI_COMMON_Q_AVAILLO, NO_REGISTER, VIRTIO_MMIO_QUEUE_AVAIL_LOW },
	{ VIRTIO_PCI_COMMON_Q_AVAILHI, NO_REGISTER, VIRTIO_MMIO_QUEUE_AVAIL_HIGH },
	{ VIRTIO_PCI_COMMON_Q_USEDLO, NO_REGISTER, VIRTIO_MMIO_QUEUE_USED_LOW },
	{ VIRTIO_PCI_COMMON_Q_USEDHI, NO_REGISTER, VIRTIO_MMIO_QUEUE_USED_HIGH },
	{ VIRTIO_COMMON_Q_RESET, VIRTIO_MMIO_QUEUE_RESET, VIRTIO_MMIO_QUEUE_RESET },
};
#define FIELDS	(sizeof(fields) / sizeof(fields[0]))

static struct pci_function places[VIRTIO_MMIO_SLOTS];
static char names[VIRTIO_MMIO_SLOTS][PCI_NAME];
static unsigned place_count;

uint32_t virtio_mmio_read(const struct virtio_device *device, unsigned offset)
{
	return mmio_read32_le((phys_addr) { device->common.at.value + offset });
}

void virtio_mmio_write(const struct virtio_device *device, unsigned offset, uint32_t value)
{
	mmio_write32_le((phys_addr) { device->common.at.value + offset }, value);
}

/* No register has the number of queues: they are there from the first on, until one says that it has no entries. */
static uint32_t count_queues(const struct virtio_device *device)
{
	unsigned count = 0;

	while (count < VIRTIO_MMIO_QUEUES && virtio_modern_queue_size(device, (uint16_t)count))
		count++;
	return count;
}

/* QueueNumMax has 32 bits, and no queue has more entries than this (2.7). */
uint16_t virtio_mmio_queue_most(const struct virtio_device *device)
{
	uint32_t most = virtio_mmio_read(device, VIRTIO_MMIO_QUEUE_NUM_MAX);

	return (uint16_t)(most > VIRTIO_MMIO_ENTRIES ? VIRTIO_MMIO_ENTRIES : most);
}

static uint32_t mmio_read_common(const struct virtio_device *device, unsigned field, unsigned width)
{
	(void)width;
	if (field == VIRTIO_PCI_COMMON_NUMQ)
		return count_queues(device);
	if (field == VIRTIO_PCI_COMMON_Q_SIZE)
		return virtio_mmio_queue_most(device);
	for (unsigned i = 0; i < FIELDS; i++)
		if (fields[i].field == field && fields[i].read != NO_REGISTER)
			return virtio_mmio_read(device, fields[i].read);
	return 0;
}

static void mmio_write_common(const struct virtio_device *device, unsigned field, unsigned width, uint32_t value)
{
	(void)width;
	for (unsigned i = 0; i < FIELDS; i++)
		if (fields[i].field == field && fields[i].write != NO_REGISTER)
			virtio_mmio_write(device, fields[i].write, value);
}

/* Only bits that have a meaning are acknowledged (4.2.2.2). */
uint8_t virtio_mmio_isr(const struct virtio_device *device)
{
	uint32_t events = virtio_mmio_read(device, VIRTIO_MMIO_INTERRUPT_STATUS) &
			  (VIRTIO_MMIO_INT_VRING | VIRTIO_MMIO_INT_CONFIG);

	if (events)
		virtio_mmio_write(device, VIRTIO_MMIO_INTERRUPT_ACK, events);
	return (uint8_t)events;
}

bool virtio_mmio_pending(const struct virtio_device *device)
{
	return virtio_mmio_read(device, VIRTIO_MMIO_INTERRUPT_STATUS) &
	       (VIRTIO_MMIO_INT_VRING | VIRTIO_MMIO_INT_CONFIG);
}

bool virtio_mmio_doorbell(const struct virtio_device *device, uint16_t index, phys_addr *at)
{
	(void)index;
	at->value = device->common.at.value + VIRTIO_MMIO_QUEUE_NOTIFY;
	return true;
}

const struct virtio_transport virtio_mmio = {
	.name = "mmio", .features_ok = true, .wide_doorbell = true, .queue_select = VIRTIO_MMIO_QUEUE_SEL,
	.read_common = mmio_read_common, .write_common = mmio_write_common,
	.status = virtio_modern_status, .set_status = virtio_modern_set_status, .offered = virtio_modern_offered,
	.accept = virtio_modern_accept, .isr = virtio_mmio_isr, .pending = virtio_mmio_pending,
	.read_config = virtio_modern_read_config, .write_config = virtio_modern_write_config,
	.queue_size = virtio_modern_queue_size, .set_queue = virtio_modern_set_queue, .doorbell = virtio_mmio_doorbell,
};

const struct platform_node *virtio_mmio_slot(const struct platform *platform, unsigned number)
{
	for (unsigned i = 0; i < platform->node_count; i++)
		if (strcmp(platform->nodes[i].compatible, "virtio,mmio") == 0 && number-- == 0)
			return &platform->nodes[i];
	return NULL;
}

/* That of the host of PCI whose pins lead to the same: a machine has found no others. */
static const struct interrupt_controller *find_controller(const struct platform_node *slot)
{
	const struct host_bridge *host;

	for (unsigned i = 0; slot->interrupts && (host = host_get(i)); i++)
		if (host->at->interrupts == slot->interrupts)
			return host->interrupts;
	return NULL;
}

/* Nothing but a name, and the line that the description gives it. */
static struct pci_function *make_place(const struct platform_node *slot)
{
	struct pci_function *place = &places[place_count];

	format(names[place_count], PCI_NAME, "%08llx", (unsigned long long)slot->registers[0].start.value);
	*place = (struct pci_function) {
		.place = names[place_count++], .interrupts = find_controller(slot),
		.pin = slot->pin_count ? slot->pins[0].pin : 0,
		.line = slot->pin_count ? slot->pins[0].line : -1, .line_beyond = -1,
	};
	return place;
}

static struct virtio_structure structure(const struct platform_node *slot, uint32_t offset, uint32_t length)
{
	return (struct virtio_structure) {
		.present = length > 0, .offset = offset, .length = length,
		.at = { slot->registers[0].start.value + offset },
	};
}

static void look_at(struct virtio_device *device)
{
	virtio_reset(device);
	device->offered = virtio_offered(device);
}

static void add(const struct platform_node *slot, uint32_t version, uint16_t type)
{
	struct virtio_device *legacy, *device = virtio_add(&legacy);

	if (!device)
		return;
	*device = (struct virtio_device) {
		.function = make_place(slot), .transport = &virtio_mmio, .type = type, .kind = virtio_kind(type),
		.common = structure(slot, 0, VIRTIO_MMIO_CONFIG),
		.notify = structure(slot, VIRTIO_MMIO_QUEUE_NOTIFY, sizeof(uint32_t)),
		.config = structure(slot, VIRTIO_MMIO_CONFIG,
				    (uint32_t)slot->registers[0].size - VIRTIO_MMIO_CONFIG),
	};
	if (version == VIRTIO_MMIO_MODERN) {
		look_at(device);
		return;
	}
	*legacy = *device;
	legacy->transport = &virtio_mmio_legacy;
	legacy->modern = device;
	legacy->transitional = true;
	look_at(legacy);
	device->transitional = true;
	device->legacy = legacy;
	device->common.present = false;
	format(device->fault, sizeof(device->fault), "its slot is of version 1: not a modern device");
}

/* 4.2.2.2 and 4.2.3.1.1: what is no such slot, or an empty one, is left alone and not spoken of. */
static void look_into(const struct platform_node *slot)
{
	const struct virtio_device reader = { .common.at = slot->registers[0].start };
	uint32_t version, type;

	if (slot->registers[0].size < VIRTIO_MMIO_CONFIG ||
	    virtio_mmio_read(&reader, VIRTIO_MMIO_MAGIC_VALUE) != VIRTIO_MMIO_MAGIC)
		return;
	version = virtio_mmio_read(&reader, VIRTIO_MMIO_VERSION);
	if (version != VIRTIO_MMIO_MODERN && version != VIRTIO_MMIO_LEGACY)
		return;
	type = virtio_mmio_read(&reader, VIRTIO_MMIO_DEVICE_ID);
	if (type > UINT16_MAX)
		tap_comment("virtio-mmio: the slot at %#llx has a device of type %#x, which there is not",
			    (unsigned long long)slot->registers[0].start.value, type);
	else if (type != 0)
		add(slot, version, (uint16_t)type);
}

void virtio_mmio_attach(const struct platform *platform)
{
	const struct platform_node *slot;

	place_count = 0;
	for (unsigned i = 0; i < VIRTIO_MMIO_SLOTS && (slot = virtio_mmio_slot(platform, i)); i++)
		look_into(slot);
}
