/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.error, registers: doorbells of no queue, features that were not offered or come too late, sizes that no
 * queue has. See error.h.
 */
#include <linux/virtio_pci.h>

#include "tests/conformance/virtio/error/error.h"

/* Doorbells of queues that do not exist, or are not enabled, and all of them before DRIVER_OK. */
static void stray_doorbells(struct trial *trial)
{
	static const uint16_t queues[] = { 0, 1, 2, 3, 63, 64, 1023, 1024, 0x7fff, 0xffff };
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct oracle oracle;

	if (!virtio_reset(virtio->device))
		trial_fail(trial, "the device cannot be reset");
	for (unsigned round = 0; round < 2 && trial_good(trial); round++) {
		/* First without a handshake, then on a device that works: a doorbell names the queue it is rung for. */
		if (round == 1 && !trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
			return;
		for (unsigned i = 0; i < sizeof(queues) / sizeof(queues[0]); i++)
			virtio_ring(virtio->device, virtio->device->notify.at, 2, queues[i]);
		expect(trial, !(virtio_status(virtio->device) & VIRTIO_CONFIG_S_NEEDS_RESET),
		       "doorbells of queues that do not exist: the device asks for a reset");
	}
	if (!trial_good(trial))
		return;
	good_request(trial, &oracle, "after doorbells of queues that do not exist");
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("virtio.error.stray-doorbells", stray_doorbells,
		 "Doorbells of queues that are absent, not enabled or not yet to be used move nothing.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "SPLIT-21 STATUS-1",
		 .judged_by = EVIDENCE);

/* Features written after FEATURES_OK: the device goes on as was agreed. */
static void late_features(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	for (uint32_t select = 0; select < 2; select++) {
		virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, select);
		virtio_common_write32(device, VIRTIO_PCI_COMMON_GF, 0);
	}
	good_request(trial, &oracle, "after features were written behind FEATURES_OK");
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, 1);
	trial_record(trial, "features written after FEATURES_OK read back as %#x in bits 32 to 63",
		     virtio_common_read32(device, VIRTIO_PCI_COMMON_GF));
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("virtio.error.late-features", late_features,
		 "Features written after FEATURES_OK change nothing: the device goes on as was agreed.",
		 .scope = &scope_split_engine, .skip = needs_writes, .judged_by = EVIDENCE);

/* Reserved bits: no device of this version offers one. */
static const uint64_t unknown_bits[] = { VIRTIO_BIT(43), VIRTIO_BIT(49), VIRTIO_BIT(63) };

/* A set that the device does not take as it was written must not get FEATURES_OK: the driver would go by that set. */
static void unknown_features(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	uint64_t base = VIRTIO_VERSION_1 | (device->offered & VIRTIO_ACCESS_PLATFORM);

	for (unsigned i = 0; i < sizeof(unknown_bits) / sizeof(unknown_bits[0]); i++)
		if (!(device->offered & unknown_bits[i]))
			expect(trial, !virtio_negotiate(device, base | unknown_bits[i]),
			       "FEATURES_OK sticks for %#llx, of which %#llx was not offered",
			       (unsigned long long)(base | unknown_bits[i]), (unsigned long long)unknown_bits[i]);
	if (!virtio_negotiate(device, base))
		trial_fail(trial, "wedged: after a reset FEATURES_OK does not stick for what is offered");
	virtio_reset(device);
}
CONFORMANCE_TEST("virtio.error.unknown-features", unknown_features,
		 "FEATURES_OK does not stick for a feature that was not offered.",
		 .scope = &scope_virtio_device, .skip = needs_modern, .clauses = "FEAT-3", .judged_by = FUNCTIONAL);

static const char *needs_readable_size(const struct subject *subject)
{
	if (!subject->function->host)
		return "in a slot of virtio-mmio, where a queue's size can only be written";
	return needs_writes(subject);
}

/* queue_size written with what is no size: the device shows a power of two all the same, and a reset mends it. */
static void queue_sizes(struct trial *trial)
{
	static const uint16_t wrong[] = { 3, 0x7fff, 0xffff };
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	uint16_t index = request_queue(engine)->index, largest;

	virtio_negotiate(device, VIRTIO_VERSION_1 | (device->offered & VIRTIO_ACCESS_PLATFORM));
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	largest = virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE);
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint16_t size;

		virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SIZE, wrong[i]);
		size = virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE);
		expect(trial, !(size & (size - 1)), "queue_size reads %u after %u was written: no power of two", size,
		       wrong[i]);
	}
	virtio_reset(device);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	expect_equal(trial, "queue_size after a reset", virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE),
		     largest);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.error.queue-size", queue_sizes,
		 "What is written to queue_size and is no size is not taken, and a reset mends it.",
		 .scope = &scope_split_engine, .skip = needs_readable_size, .clauses = "COMMON-15 DEF-26",
		 .judged_by = EVIDENCE);
