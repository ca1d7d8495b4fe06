/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.msix, the registers: which vector each event has, what is refused, and what a reset leaves of it. No
 * message is sent, so that nothing need be there to take one.
 *
 * Source: VIRTIO 1.4, 4.1.5.1.2.
 */
#include <linux/virtio_pci.h>

#include "tests/conformance/virtio/msix/rig.h"

#define VECTORS_LEAST	2
#define CONFIGURATION	(-1)		/* in the place of a queue's number */

static struct pci_messages messages;

/* All vectors masked, and the features accepted: events can have vectors from here on. */
static bool begin(struct trial *trial, struct virtio_device *device)
{
	if (!virtio_reset(device)) {
		trial_error(trial, "the device cannot be reset");
		return false;
	}
	if (!virtio_messages_start(device, &messages, 1)) {
		trial_fail(trial, "MSI-X cannot be switched on%s%s", messages.fault ? ": " : "",
			   messages.fault ? messages.fault : "");
		return false;
	}
	if (virtio_negotiate(device, device->offered & (VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM)))
		return true;
	trial_error(trial, "FEATURES_OK did not stick");
	return false;
}

static void end(struct virtio_device *device)
{
	virtio_reset(device);
	virtio_messages_stop(device);
}

/* Writes it, whatever it is, and reads it back. */
static uint16_t map(const struct virtio_device *device, int event, uint16_t vector)
{
	if (event == CONFIGURATION)
		return device->transport->config_vector(device, vector);
	return device->transport->queue_vector(device, (uint16_t)event, vector);
}

static bool expect_mapped(struct trial *trial, const struct virtio_device *device, int event, uint16_t vector,
			  uint16_t must)
{
	uint16_t found = map(device, event, vector);

	if (event == CONFIGURATION)
		return expect(trial, found == must, "configuration: vector %#x reads back as %#x, and must as %#x",
			      vector, found, must);
	return expect(trial, found == must, "queue %d: vector %#x reads back as %#x, and must as %#x", event, vector,
		      found, must);
}

/* Queues that are there come first. */
static int count_queues(const struct virtio_device *device)
{
	int count = 0;

	while (count < VIRTIO_ENGINE_QUEUES && device->transport->queue_size(device, (uint16_t)count) != 0)
		count++;
	return count;
}

static struct virtio_device *device_of(const struct trial *trial)
{
	return virtio_engine_of(trial->subject->engine)->device;
}

/* Table Size is right where the last vector that it speaks of can be had, and the next cannot. */
static void table(struct trial *trial)
{
	struct virtio_device *device = device_of(trial);

	if (begin(trial, device)) {
		uint16_t last = (uint16_t)(messages.vectors - 1);

		trial_note(trial, "vectors", "%u", messages.vectors);
		expect_mapped(trial, device, CONFIGURATION, last, last);
		expect_mapped(trial, device, CONFIGURATION, last + 1, VIRTIO_MSI_NO_VECTOR);
		expect(trial, messages.vectors >= VECTORS_LEAST && messages.vectors <= PCI_MESSAGES_MSIX,
		       "the device has %u vectors, and %u to %u are right", messages.vectors, VECTORS_LEAST,
		       PCI_MESSAGES_MSIX);
	}
	end(device);
}
CONFORMANCE_TEST("virtio.msix.table", table,
		 "A device has two vectors or more, and just those that its table's size says.",
		 .scope = &scope_msix_engine, .skip = needs_msix, .clauses = "MSIX-1 MSIX-2", .judged_by = FUNCTIONAL);

/* The first and the last, and none; what is not there leaves none, whatever was there before. */
static void events(struct trial *trial)
{
	struct virtio_device *device = device_of(trial);

	if (begin(trial, device)) {
		int queues = count_queues(device);
		uint16_t last = (uint16_t)(messages.vectors - 1);
		uint16_t outside[] = { last + 1, PCI_MESSAGES_MSIX, VIRTIO_MSI_NO_VECTOR - 1, VIRTIO_MSI_NO_VECTOR };

		for (int event = CONFIGURATION; event < queues && trial_good(trial); event++) {
			for (unsigned i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
				expect_mapped(trial, device, event, i % 2 ? 0 : last, i % 2 ? 0 : last);
				expect_mapped(trial, device, event, outside[i], VIRTIO_MSI_NO_VECTOR);
			}
		}
		trial_note(trial, "events", "the configuration and %d queues, %u vectors", queues, messages.vectors);
	}
	end(device);
}
CONFORMANCE_TEST("virtio.msix.events", events,
		 "Each event takes each vector and none, reads it back, and has none after one that is not there.",
		 .scope = &scope_msix_engine, .skip = needs_msix, .clauses = "MSIX-4 MSIX-5 MSIX-6 MSIX-8 MSIX-9",
		 .judged_by = FUNCTIONAL);

/* What is read, without a write. */
static uint16_t mapped(const struct virtio_device *device, int event)
{
	unsigned reg = event == CONFIGURATION ? VIRTIO_MSI_CONFIG_VECTOR : VIRTIO_MSI_QUEUE_VECTOR;

	if (virtio_is_legacy(device)) {
		/* Selects the queue. */
		if (event != CONFIGURATION)
			device->transport->queue_size(device, (uint16_t)event);
		return mmio_read16_le((phys_addr) { device->common.at.value + reg });
	}
	if (event == CONFIGURATION)
		return virtio_common_read16(device, VIRTIO_PCI_COMMON_MSIX);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, (uint16_t)event);
	return virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_MSIX);
}

static void after_reset(struct trial *trial)
{
	struct virtio_device *device = device_of(trial);
	int queues;

	if (begin(trial, device)) {
		queues = count_queues(device);
		for (int event = CONFIGURATION; event < queues; event++)
			expect_mapped(trial, device, event, 0, 0);
		expect_equal(trial, "vector of the configuration, read again", mapped(device, CONFIGURATION), 0);
		if (!virtio_reset(device))
			trial_fail(trial, "the device cannot be reset");
		for (int event = CONFIGURATION; event < queues && trial_good(trial); event++)
			expect(trial, mapped(device, event) == VIRTIO_MSI_NO_VECTOR,
			       "after a reset event %d (-1: configuration) has vector %#x", event,
			       mapped(device, event));
	}
	end(device);
}
CONFORMANCE_TEST("virtio.msix.after-reset", after_reset,
		 "After a reset no event has a vector.",
		 .scope = &scope_msix_engine, .skip = needs_msix, .clauses = "MSIX-7", .judged_by = FUNCTIONAL);

#define FIELDS_BYTES	8u

/* Bytes at its beginning, as many as there are. */
static unsigned read_configuration(const struct virtio_device *device, uint64_t *bytes)
{
	unsigned count = 0;

	while (count < FIELDS_BYTES && virtio_config_read(device, count, 1, &bytes[count]))
		count++;
	return count;
}

/* The registers for vectors push it back, and are not there while messages are off. */
static void legacy_config(struct trial *trial)
{
	struct virtio_device *device = device_of(trial);
	uint64_t without[FIELDS_BYTES], with[FIELDS_BYTES];
	unsigned count = read_configuration(device, without), found;

	if (begin(trial, device)) {
		found = read_configuration(device, with);
		if (count == 0)
			trial_skip(trial, "the device has no configuration");
		expect_equal(trial, "bytes of the configuration with messages on", found, count);
		for (unsigned i = 0; i < count && i < found; i++)
			expect(trial, with[i] == without[i],
			       "byte %u of the configuration is %#llx with messages on, and %#llx without", i,
			       (unsigned long long)with[i], (unsigned long long)without[i]);
	}
	end(device);
}

static bool is_legacy(const struct subject *subject)
{
	return virtio_engine_of(subject->engine)->mode->legacy;
}
CONFORMANCE_TEST("virtio.msix.legacy-config", legacy_config,
		 "The configuration of a legacy interface is four bytes further on while messages are on.",
		 .scope = &scope_msix_engine, .about = is_legacy, .skip = needs_msix, .clauses = "PCILEG-3",
		 .judged_by = FUNCTIONAL);
