/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.mmio: registers that only version 1 has. That a ring is found by them is seen in every transfer of the
 * device's legacy engines.
 *
 * Source: VIRTIO 1.4, section 4.2.4; clause ids are those of tests/spec.
 */
#include <linux/virtio_config.h>
#include <linux/virtio_mmio.h>

#include "boot/frames.h"
#include "tests/conformance/virtio/mmio/mmio.h"

static bool is_version_1(const struct subject *subject)
{
	return on_mmio(subject) && subject->device->legacy;
}

static void registers(struct trial *trial)
{
	struct virtio_device *legacy = trial->subject->device->legacy;
	uint32_t page = (uint32_t)(frames_highest() / VIRTIO_LEGACY_ALIGN) - 64;
	uint16_t size = legacy->transport->queue_size(legacy, 0);

	expect_equal(trial, "MagicValue", virtio_mmio_read(legacy, VIRTIO_MMIO_MAGIC_VALUE), VIRTIO_MMIO_MAGIC);
	expect_equal(trial, "Version", virtio_mmio_read(legacy, VIRTIO_MMIO_VERSION), VIRTIO_MMIO_LEGACY);
	expect(trial, size > 0, "QueueNumMax of queue 0 is 0");
	expect_equal(trial, "QueueNumMax of a queue that is not there",
		     legacy->transport->queue_size(legacy, NO_QUEUE), 0);
	virtio_negotiate(legacy, 0);
	virtio_mmio_write(legacy, VIRTIO_MMIO_GUEST_PAGE_SIZE, VIRTIO_LEGACY_ALIGN);
	virtio_mmio_write(legacy, VIRTIO_MMIO_QUEUE_SEL, 0);
	expect_equal(trial, "QueuePFN before the queue is set up", virtio_mmio_read(legacy, VIRTIO_MMIO_QUEUE_PFN), 0);
	virtio_mmio_write(legacy, VIRTIO_MMIO_QUEUE_NUM, size);
	virtio_mmio_write(legacy, VIRTIO_MMIO_QUEUE_ALIGN, VIRTIO_LEGACY_ALIGN);
	virtio_mmio_write(legacy, VIRTIO_MMIO_QUEUE_PFN, page);
	expect_equal(trial, "QueuePFN, read back", virtio_mmio_read(legacy, VIRTIO_MMIO_QUEUE_PFN), page);
	virtio_reset(legacy);
	virtio_mmio_write(legacy, VIRTIO_MMIO_GUEST_PAGE_SIZE, VIRTIO_LEGACY_ALIGN);
	virtio_mmio_write(legacy, VIRTIO_MMIO_QUEUE_SEL, 0);
	expect_equal(trial, "QueuePFN after a reset", virtio_mmio_read(legacy, VIRTIO_MMIO_QUEUE_PFN), 0);
}
CONFORMANCE_TEST("virtio.mmio.legacy-queue", registers,
		 "A legacy queue on virtio-mmio has the page that was written to QueuePFN, until a reset.",
		 .scope = &scope_virtio_device, .about = is_version_1, .clauses = "MMIO-16 MMIO-17",
		 .judged_by = FUNCTIONAL);

/* Of what else is above bit 31 the specification says nothing here: it is noted. */
static void features(struct trial *trial)
{
	struct virtio_device *legacy = trial->subject->device->legacy;
	uint32_t above;

	trial_note(trial, "offered", "%#llx", (unsigned long long)legacy->offered);
	expect_equal(trial, "offered features, read again", virtio_offered(legacy), legacy->offered);
	virtio_mmio_write(legacy, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 1);
	above = virtio_mmio_read(legacy, VIRTIO_MMIO_DEVICE_FEATURES);
	trial_note(trial, "bits 32 to 63", "%#x", above);
	expect_equal(trial, "VERSION_1 in HostFeatures", above >> (VIRTIO_F_VERSION_1 - 32) & 1, 0);
}
CONFORMANCE_TEST("virtio.mmio.legacy-features", features,
		 "A legacy device on virtio-mmio does not offer VERSION_1, by which a driver knows it.",
		 .scope = &scope_virtio_device, .about = is_version_1, .clauses = "MMIO-18", .judged_by = FUNCTIONAL);
