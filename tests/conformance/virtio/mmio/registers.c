/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.mmio: slots of virtio-mmio and the registers of what is in them, where those differ from the structures
 * over PCI. Rings, features, configuration and interrupts are judged by the other suites, which run here too. What
 * takes a request is in requests.c, version 1 in legacy.c.
 *
 * Source: VIRTIO 1.4, section 4.2; clause ids are those of tests/spec.
 */
#include <linux/virtio_mmio.h>

#include "boot/clock.h"
#include "tests/conformance/virtio/mmio/mmio.h"

static unsigned count_slots(void)
{
	unsigned count = 0;

	while (virtio_mmio_slot(arch_platform(), count))
		count++;
	return count;
}

static void get_slot(unsigned number, struct subject *subject)
{
	uint64_t start = virtio_mmio_slot(arch_platform(), number)->registers[0].start.value;

	subject->number = number;
	format(subject->name, SUBJECT_NAME, "slot@%08llx", (unsigned long long)start);
}

static const struct conformance_scope scope_slot = {
	.count = count_slots, .get = get_slot, .words = "each slot of virtio-mmio, empty or not",
};

bool on_mmio(const struct subject *subject)
{
	return !virtio_on_pci(subject->device);
}

bool mmio_is_modern(const struct subject *subject)
{
	return on_mmio(subject) && !subject->device->fault[0];
}

/* Of an empty slot these are all that may be read (4.2.3.1.1). */
static void slot(struct trial *trial)
{
	const struct platform_node *at = virtio_mmio_slot(arch_platform(), trial->subject->number);
	const struct virtio_device reader = { .common.at = at->registers[0].start };
	uint32_t version, type;

	if (!expect_equal(trial, "MagicValue", virtio_mmio_read(&reader, VIRTIO_MMIO_MAGIC_VALUE), VIRTIO_MMIO_MAGIC))
		return;
	version = virtio_mmio_read(&reader, VIRTIO_MMIO_VERSION);
	expect(trial, version == VIRTIO_MMIO_LEGACY || version == VIRTIO_MMIO_MODERN, "Version is %u", version);
	type = virtio_mmio_read(&reader, VIRTIO_MMIO_DEVICE_ID);
	trial_record(trial, "version %u, %s", version, type ? "a device" : "empty");
	expect(trial, at->pin_count == 1, "the machine's description gives it no interrupt line");
}
CONFORMANCE_TEST("virtio.mmio.slot", slot,
		 "Each slot that the machine's description names says what it is, and whether it is empty.",
		 .scope = &scope_slot, .clauses = "MMIO-1 MMIO-11", .judged_by = FUNCTIONAL);

static void identity(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;

	expect_equal(trial, "MagicValue", virtio_mmio_read(device, VIRTIO_MMIO_MAGIC_VALUE), VIRTIO_MMIO_MAGIC);
	expect_equal(trial, "Version", virtio_mmio_read(device, VIRTIO_MMIO_VERSION), VIRTIO_MMIO_MODERN);
	expect_equal(trial, "DeviceID, read again", virtio_mmio_read(device, VIRTIO_MMIO_DEVICE_ID), device->type);
	trial_record(trial, "VendorID %#x", virtio_mmio_read(device, VIRTIO_MMIO_VENDOR_ID));
}
CONFORMANCE_TEST("virtio.mmio.identity", identity,
		 "A modern device on virtio-mmio shows the magic value, version 2 and its type.",
		 .scope = &scope_virtio_device, .about = mmio_is_modern, .clauses = "MMIO-1 MMIO-2",
		 .judged_by = FUNCTIONAL);

static uint32_t ready(const struct virtio_device *device, uint16_t queue)
{
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_SEL, queue);
	return virtio_mmio_read(device, VIRTIO_MMIO_QUEUE_READY);
}

/* A ring needs its memory before it is enabled: so much for all of one, wherever its parts begin. */
static void enable(const struct virtio_device *device, uint16_t queue, phys_addr memory)
{
	static const unsigned parts[] = {
		VIRTIO_MMIO_QUEUE_DESC_LOW, VIRTIO_MMIO_QUEUE_AVAIL_LOW, VIRTIO_MMIO_QUEUE_USED_LOW,
	};

	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_SEL, queue);
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_NUM, 2);
	for (unsigned i = 0; i < 3; i++) {
		uint64_t number = memory.value + i * 1024;

		virtio_mmio_write(device, parts[i], (uint32_t)number);
		virtio_mmio_write(device, parts[i] + 4, (uint32_t)(number >> 32));
	}
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_READY, 1);
}

/* The handshake as far as queues are set up; they are not used. */
static bool get_ready(struct trial *trial, struct virtio_device *device, struct dma_area *area)
{
	uint64_t features = device->offered & (VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM | VIRTIO_RING_RESET);

	if (!dma_area_make(area, device->function, 1)) {
		trial_error(trial, "no memory for a ring");
		return false;
	}
	return expect(trial, virtio_negotiate(device, features), "FEATURES_OK does not stick for %#llx",
		      (unsigned long long)features);
}

static void queues(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	struct dma_area area;

	expect(trial, device->transport->queue_size(device, 0) > 0, "QueueNumMax of queue 0 is 0");
	expect_equal(trial, "QueueNumMax of a queue that is not there",
		     device->transport->queue_size(device, NO_QUEUE), 0);
	if (get_ready(trial, device, &area)) {
		expect_equal(trial, "QueueReady before the queue is set up", ready(device, 0), 0);
		enable(device, 0, area.memory);
		expect_equal(trial, "QueueReady when 1 was written", ready(device, 0), 1);
		expect_equal(trial, "QueueReady of a queue that is not there", ready(device, NO_QUEUE), 0);
		virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_SEL, 0);
		virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_READY, 0);
		expect_equal(trial, "QueueReady when 0 was written", ready(device, 0), 0);
		enable(device, 0, area.memory);
		virtio_reset(device);
		expect_equal(trial, "QueueReady after a reset", ready(device, 0), 0);
	}
	virtio_reset(device);
	dma_area_release(&area);
}
CONFORMANCE_TEST("virtio.mmio.queues", queues,
		 "QueueReady shows what was written to it until a reset, and a queue that is not there has no entries.",
		 .scope = &scope_virtio_device, .about = mmio_is_modern, .clauses = "MMIO-4 MMIO-12 MMIO-14",
		 .judged_by = FUNCTIONAL);

static void no_queue(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;

	if (device->legacy)
		device = device->legacy;
	device->transport->queue_size(device, 0);
	expect_equal(trial, "QueueNumMax of queue 65520", device->transport->queue_size(device, FAR_QUEUE), 0);
}
CONFORMANCE_TEST("virtio.mmio.no-queue", no_queue,
		 "A queue of the highest numbers, which is not there, has no entries when it is selected.",
		 .scope = &scope_virtio_device, .about = on_mmio, .clauses = "MMIO-12", .judged_by = FUNCTIONAL);

static const char *offers_queue_reset(const struct subject *subject)
{
	return subject->device->offered & VIRTIO_RING_RESET ? NULL : "RING_RESET is not offered";
}

/* Enables queue 0 and resets it by the register, which is to say so. */
static void reset_queue(struct trial *trial, const struct virtio_device *device, phys_addr memory)
{
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_SEL, 0);
	enable(device, 0, memory);
	expect_equal(trial, "QueueReady when 1 was written", ready(device, 0), 1);
	virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_RESET, 1);
	expect(trial, poll_until(!virtio_mmio_read(device, VIRTIO_MMIO_QUEUE_RESET), VIRTIO_RESET_LIMIT),
	       "QueueReset still reads 1 after %llu ms", (unsigned long long)(VIRTIO_RESET_LIMIT / MILLISECONDS(1)));
}

static void queue_reset(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	struct dma_area area;

	if (get_ready(trial, device, &area)) {
		reset_queue(trial, device, area.memory);
		expect_equal(trial, "QueueReady after a reset of the queue", ready(device, 0), 0);
	}
	virtio_reset(device);
	dma_area_release(&area);
}
CONFORMANCE_TEST("virtio.mmio.queue-reset", queue_reset,
		 "A queue that is reset by QueueReset is not ready then, and QueueReset reads 0.",
		 .scope = &scope_virtio_device, .about = mmio_is_modern, .skip = offers_queue_reset,
		 .clauses = "MMIO-9 MMIO-10", .judged_by = FUNCTIONAL);

/* What is not there reads 0 as well: these zeroes mean something only where the register has reset a queue. */
static void queue_reset_idle(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	struct dma_area area;

	if (get_ready(trial, device, &area)) {
		uint32_t before, enabled;

		virtio_mmio_write(device, VIRTIO_MMIO_QUEUE_SEL, 0);
		before = virtio_mmio_read(device, VIRTIO_MMIO_QUEUE_RESET);
		enable(device, 0, area.memory);
		enabled = virtio_mmio_read(device, VIRTIO_MMIO_QUEUE_RESET);
		reset_queue(trial, device, area.memory);
		if (ready(device, 0) != 0 && before == 0 && enabled == 0)
			trial_skip(trial, "QueueReset resets no queue: its zeroes are not those of a register");
		expect_equal(trial, "QueueReset after a reset", before, 0);
		expect_equal(trial, "QueueReset of a queue that was enabled", enabled, 0);
		enable(device, 0, area.memory);
		expect_equal(trial, "QueueReset of a queue that is enabled again",
			     virtio_mmio_read(device, VIRTIO_MMIO_QUEUE_RESET), 0);
	}
	virtio_reset(device);
	dma_area_release(&area);
}
CONFORMANCE_TEST("virtio.mmio.queue-reset-idle", queue_reset_idle,
		 "QueueReset, where it resets a queue, reads 0 after a reset and when a queue is enabled.",
		 .scope = &scope_virtio_device, .about = mmio_is_modern, .skip = offers_queue_reset,
		 .clauses = "MMIO-7 MMIO-8", .judged_by = FUNCTIONAL);

/* An id that no type of device has a region for. */
#define NO_REGION	0xee

/* Of such a region the register reads as all ones. */
static void expect_no_region(struct trial *trial, const char *what, unsigned reg)
{
	const struct virtio_device *device = trial->subject->device;

	virtio_mmio_write(device, VIRTIO_MMIO_SHM_SEL, NO_REGION);
	expect_equal(trial, what, virtio_mmio_read(device, reg), UINT32_MAX);
}

static void no_region(struct trial *trial)
{
	expect_no_region(trial, "SHMLenLow of a region that is not there", VIRTIO_MMIO_SHM_LEN_LOW);
	expect_no_region(trial, "SHMLenHigh of a region that is not there", VIRTIO_MMIO_SHM_LEN_HIGH);
}
CONFORMANCE_TEST("virtio.mmio.no-region", no_region,
		 "A shared memory region that is not there has a length of all ones.",
		 .scope = &scope_virtio_device, .about = mmio_is_modern, .clauses = "MMIO-15",
		 .judged_by = FUNCTIONAL);

static void no_region_base(struct trial *trial)
{
	expect_no_region(trial, "SHMBaseLow of a region that is not there", VIRTIO_MMIO_SHM_BASE_LOW);
	expect_no_region(trial, "SHMBaseHigh of a region that is not there", VIRTIO_MMIO_SHM_BASE_HIGH);
}
CONFORMANCE_TEST("virtio.mmio.no-region-base", no_region_base,
		 "A shared memory region that is not there has a base address of all ones.",
		 .scope = &scope_virtio_device, .about = mmio_is_modern, .clauses = "MMIO-19",
		 .judged_by = FUNCTIONAL);
