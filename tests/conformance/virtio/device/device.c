/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.device: what a device shows of itself over PCI before anybody asks it to do anything. Identification,
 * the structures its capabilities lead to, reset, features, queues.
 *
 * Source: VIRTIO 1.4, sections 2.1, 2.2, 4.1; the clause ids are those of tests/spec.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "drivers/virtio/virtio.h"
#include "tests/conformance/probe/virtio_trial.h"

static void identification(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	const struct pci_function *function = device->function;

	if (device->transitional) {
		expect_equal(trial, "revision of a transitional device", function->revision, 0);
		return;
	}
	expect(trial, function->revision >= 1, "revision of a modern device: expected 1 or more, found %u",
	       function->revision);
	expect(trial, function->subsystem >= 0x40, "subsystem id of a modern device: expected 0x40 or more, found %#x",
	       function->subsystem);
}
CONFORMANCE_TEST("virtio.device.identification", identification,
		 "Revision and subsystem id are those of a modern or of a transitional device.",
		 .scope = &scope_virtio_device, .skip = needs_pci,
		 .clauses = "PCIID-3 PCIID-4 PCIID-7 PCIID-8 PCILEGID-1 PCILEGID-2",
		 .judged_by = FUNCTIONAL);

/* A legacy device has no modern interface to judge; any other has all of it. */
static void structures(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;

	if (device->transitional && !device->common.present) {
		trial_skip(trial, "a legacy device: it has no virtio capabilities");
		return;
	}
	if (!expect(trial, !device->fault[0], "%s", device->fault))
		return;
	expect_equal(trial, "common configuration offset modulo 4", device->common.offset % 4, 0);
	expect_equal(trial, "notification offset modulo 2", device->notify.offset % 2, 0);
	expect(trial, !device->config.present || device->config.offset % 4 == 0,
	       "device configuration offset %#x is not a multiple of 4", device->config.offset);
	expect(trial, device->notify_multiplier == 0 ||
	       (device->notify_multiplier % 2 == 0 && !(device->notify_multiplier & (device->notify_multiplier - 1))),
	       "the notification multiplier %u is neither 0 nor an even power of two", device->notify_multiplier);
}
CONFORMANCE_TEST("virtio.device.structures", structures,
		 "Every structure that a modern device must have is there, whole and aligned.",
		 .scope = &scope_virtio_device, .skip = needs_pci,
		 .clauses = "COMMON-1 COMMON-2 NOTIFY-1 NOTIFY-2 NOTIFY-3 NOTIFY-4 ISR-1 DEVCFG-2",
		 .judged_by = FUNCTIONAL);

static void reset(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	uint16_t queues;

	virtio_reset(device);
	virtio_set_status(device, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	expect_equal(trial, "status after ACKNOWLEDGE and DRIVER", virtio_status(device),
		     VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	expect(trial, virtio_reset(device), "the status still reads %#x after a reset", virtio_status(device));
	queues = virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ);
	for (uint16_t i = 0; i < queues; i++) {
		virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, i);
		expect_equal(trial, "queue_enable after a reset",
			     virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_ENABLE), 0);
	}
}
CONFORMANCE_TEST("virtio.device.reset", reset,
		 "After a reset the status reads 0, and no queue is enabled.",
		 .scope = &scope_virtio_device, .skip = needs_modern, .clauses = "RESET-1 COMMON-7 COMMON-8",
		 .judged_by = FUNCTIONAL);

static void features(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	uint64_t smallest = VIRTIO_VERSION_1 | (device->offered & VIRTIO_ACCESS_PLATFORM);

	trial_note(trial, "offered", "%#llx", (unsigned long long)device->offered);
	expect(trial, device->offered & VIRTIO_VERSION_1, "VERSION_1 is not offered");
	for (unsigned round = 0; round < 2; round++)
		expect(trial, virtio_negotiate(device, smallest), "FEATURES_OK does not stick for %#llx, round %u",
		       (unsigned long long)smallest, round + 1);
	virtio_common_write32(device, VIRTIO_PCI_COMMON_DFSELECT, 2);
	trial_record(trial, "features %#llx, and %#x in bits 64 to 95", (unsigned long long)device->offered,
		     virtio_common_read32(device, VIRTIO_PCI_COMMON_DF));
	virtio_common_write32(device, VIRTIO_PCI_COMMON_DFSELECT, 0x7fffffff);
	expect_equal(trial, "feature word with an absurd selector", virtio_common_read32(device, VIRTIO_PCI_COMMON_DF),
		     0);
	virtio_reset(device);
}
CONFORMANCE_TEST("virtio.device.features", features,
		 "VERSION_1 is offered, the smallest set of features sticks again and again, and absurd words read 0.",
		 .scope = &scope_virtio_device, .skip = needs_modern,
		 .clauses = "RSVD-1 FEAT-2 FEAT-5 COMMON-3 MMIO-13", .judged_by = FUNCTIONAL);

/* Every queue, and one that does not exist. */
static void queues(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	uint16_t count = virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ);

	for (uint16_t i = 0; i <= count && trial_good(trial); i++) {
		uint64_t doorbell;
		uint16_t size;

		virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, i);
		size = virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE);
		doorbell = (uint64_t)virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_NOFF) * device->notify_multiplier;
		if (i == count) {
			expect_equal(trial, "queue_size of a queue that does not exist", size, 0);
			break;
		}
		expect(trial, (size & (size - 1)) == 0, "queue %u: queue_size %u is no power of two", i, size);
		expect(trial, size == 0 || doorbell + 2 <= device->notify.length,
		       "queue %u: its doorbell at %#llx is outside of the notification structure", i,
		       (unsigned long long)doorbell);
	}
}
CONFORMANCE_TEST("virtio.device.queues", queues,
		 "Every queue has a legal size and a doorbell of its own within the structure; one that is not there "
		 "has size 0.",
		 .scope = &scope_virtio_device, .skip = needs_modern,
		 .clauses = "COMMON-14 COMMON-15 NOTIFY-5 NOTIFY-6 DEF-27", .judged_by = FUNCTIONAL);

static const char *needs_config(const struct subject *subject)
{
	return subject->device->config.present ? needs_modern(subject) : "the device has no configuration of its own";
}

/* Device-specific configuration can be read before FEATURES_OK, and its generation holds still while nobody changes
 * it. */
static void config_generation(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	uint32_t generation = virtio_config_generation(device);
	uint64_t first, second;

	if (!expect(trial, virtio_config_read(device, 0, 1, &first) && virtio_config_read(device, 0, 1, &second),
		    "its generation never holds still"))
		return;
	expect_equal(trial, "first byte, read again", second, first);
	expect_equal(trial, "config_generation, read again", virtio_config_generation(device), generation);
}
CONFORMANCE_TEST("virtio.device.config", config_generation,
		 "The configuration can be read before FEATURES_OK, and its generation holds while nothing changes.",
		 .scope = &scope_virtio_device, .skip = needs_config, .clauses = "CFG-1 COMMON-6",
		 .judged_by = FUNCTIONAL);
