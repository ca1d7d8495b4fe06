/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.queue: queues that are not there, and a device that is set going without any. What is written of a queue
 * that there is not must change none that there is, and a driver that needs no queue yet does nothing wrong. (Lower
 * queues that stay disabled while a higher one works: virtio.mode.queues, and engines of control queues.)
 *
 * Source: VIRTIO 1.4, sections 3.1 and 4.1.4.3.
 */
#include <linux/virtio_pci.h>

#include "boot/string.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/witness.h"

#define QUEUES_SHOWN	64u

/* What the registers say of the queues that there are, by their number: the fields of each. */
static const struct { unsigned field, width; const char *name; } fields[] = {
	{ VIRTIO_PCI_COMMON_Q_SIZE, 2, "queue_size" }, { VIRTIO_PCI_COMMON_Q_MSIX, 2, "queue_msix_vector" },
	{ VIRTIO_PCI_COMMON_Q_ENABLE, 2, "queue_enable" }, { VIRTIO_PCI_COMMON_Q_NOFF, 2, "queue_notify_off" },
	{ VIRTIO_PCI_COMMON_Q_DESCLO, 4, "queue_desc" }, { VIRTIO_PCI_COMMON_Q_DESCHI, 4, "queue_desc, above" },
	{ VIRTIO_PCI_COMMON_Q_AVAILLO, 4, "queue_driver" }, { VIRTIO_PCI_COMMON_Q_AVAILHI, 4, "queue_driver, above" },
	{ VIRTIO_PCI_COMMON_Q_USEDLO, 4, "queue_device" }, { VIRTIO_PCI_COMMON_Q_USEDHI, 4, "queue_device, above" },
};
#define FIELDS		(sizeof(fields) / sizeof(fields[0]))
static uint32_t shown[QUEUES_SHOWN][FIELDS];

static uint32_t read_field(const struct virtio_device *device, unsigned i)
{
	return fields[i].width == 2 ? virtio_common_read16(device, fields[i].field) :
				      virtio_common_read32(device, fields[i].field);
}

static void look_at_queues(const struct virtio_device *device, uint16_t count)
{
	for (uint16_t queue = 0; queue < count && queue < QUEUES_SHOWN; queue++) {
		virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, queue);
		for (unsigned i = 0; i < FIELDS; i++)
			shown[queue][i] = read_field(device, i);
	}
}

static void expect_unchanged(struct trial *trial, const struct virtio_device *device, uint16_t count, uint16_t absent)
{
	for (uint16_t queue = 0; queue < count && queue < QUEUES_SHOWN && trial_good(trial); queue++) {
		virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, queue);
		for (unsigned i = 0; i < FIELDS; i++) {
			uint32_t found = read_field(device, i);

			expect(trial, found == shown[queue][i],
			       "queue %u is not there, and what is written of it changes queue %u: %s was %#x, is %#x",
			       absent, queue, fields[i].name, shown[queue][i], found);
		}
	}
}

/* What a driver writes of a queue that it sets up, but for the addresses: no number that a device could use. */
static void write_fields(const struct virtio_device *device)
{
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SIZE, 4);
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_DESCLO, 0);
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_AVAILLO, 0);
	virtio_common_write64(device, VIRTIO_PCI_COMMON_Q_USEDLO, 0);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_MSIX, VIRTIO_MSI_NO_VECTOR);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_ENABLE, 1);
}

/* Behind one that there is, so that a device which does not take the number still means that one. */
static void select_absent(struct trial *trial, const struct virtio_device *device, uint16_t count, uint16_t absent)
{
	uint16_t size;

	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, 0);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, absent);
	size = virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE);
	/* Written would be those of another queue. */
	if (!expect(trial, size == 0, "queue %#x is not there, and its queue_size reads %u", absent, size))
		return;
	write_fields(device);
	expect_unchanged(trial, device, count, absent);
}

static void absent(struct trial *trial, const uint16_t *numbers, unsigned how_many)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	uint16_t count = virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ);
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	look_at_queues(device, count);
	for (unsigned i = 0; i < how_many && trial_good(trial); i++)
		if (numbers[i] >= count)
			select_absent(trial, device, count, numbers[i]);
	if (trial_good(trial) && good_transfer(trial, &oracle))
		expect(trial, !(virtio_status(device) & VIRTIO_CONFIG_S_NEEDS_RESET), "the device asks for a reset");
	end_and_recover(trial, &oracle);
}

static void absent_queues(struct trial *trial)
{
	const struct virtio_device *device = virtio_engine_of(trial->subject->engine)->device;
	uint16_t count = virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ);
	const uint16_t numbers[] = { count, count + 1, count | 0x80, 1023 };

	absent(trial, numbers, sizeof(numbers) / sizeof(numbers[0]));
}
CONFORMANCE_TEST("virtio.queue.absent", absent_queues,
		 "A queue behind the last has size 0, and what is written of it changes no other queue.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "COMMON-14", .judged_by = EVIDENCE);

/* Numbers that are those of queues on hardly any device. */
static void far_queues(struct trial *trial)
{
	static const uint16_t numbers[] = { 1024, 0x7fff, 0xffff };

	absent(trial, numbers, sizeof(numbers) / sizeof(numbers[0]));
}
CONFORMANCE_TEST("virtio.queue.absent-far", far_queues,
		 "A queue of any number that is not there has size 0, and writes of it change no other queue.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "COMMON-14", .judged_by = EVIDENCE);

static bool no_queues(struct engine *engine)
{
	(void)engine;
	return true;
}

static bool no_request(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	(void)engine, (void)direction, (void)address, (void)size;
	return false;
}

static const struct virtio_driver without_queues = {
	.area_frames = 1, .start = no_queues, .begin = no_request,
};

/* The doorbells ring too. */
static void none_enabled(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtio_device *device = virtio->device;
	uint16_t count = virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ);
	phys_addr doorbell;

	virtio->plan = (struct virtio_plan) { .driver = &without_queues };
	if (!trial_start(trial, engine))
		return;
	expect(trial, virtio_status(device) & VIRTIO_CONFIG_S_DRIVER_OK, "DRIVER_OK does not stand in the status, %#x",
	       virtio_status(device));
	for (uint16_t queue = 0; queue < count; queue++)
		if (device->transport->doorbell(device, queue, &doorbell))
			virtio_ring(device, doorbell, 2, queue);
	give_time(engine);
	trial_note(trial, "status", "%#x, with no queue enabled", virtio_status(device));
	engine_stop(engine);
	expect_equal(trial, "status after a reset", virtio_status(device), 0);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.queue.none-enabled", none_enabled,
		 "A device that is set going without any queue moves nothing, can be reset, and works then.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "RESET-1", .judged_by = EVIDENCE);
