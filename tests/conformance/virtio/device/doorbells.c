/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.device: what a device that offers NOTIFICATION_DATA shows of its doorbells, which then have 32 bits.
 *
 * Source: VIRTIO 1.4, section 4.1.4.4.
 */
#include <linux/virtio_pci.h>

#include "tests/conformance/probe/engine_trial.h"

static const char *needs_wide_doorbells(const struct subject *subject)
{
	if (needs_pci(subject))
		return needs_pci(subject);
	if (subject->device->fault[0])
		return subject->device->fault;
	return subject->device->offered & VIRTIO_NOTIFICATION_DATA ? NULL : "NOTIFICATION_DATA is not offered";
}

/* Every doorbell is aligned to its 32 bits, and within the structure. */
static void wide_doorbells(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	uint32_t multiplier = device->notify_multiplier;
	uint16_t count = virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ);

	expect_equal(trial, "notification offset modulo 4", device->notify.offset % 4, 0);
	expect(trial, multiplier % 4 == 0 && !(multiplier & (multiplier - 1)),
	       "the notification multiplier %u is neither 0 nor a power of two from 4 on", multiplier);
	expect(trial, device->notify.length >= 4, "the notification structure has %u bytes", device->notify.length);
	for (uint16_t i = 0; i < count; i++) {
		uint64_t doorbell;

		virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, i);
		doorbell = (uint64_t)virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_NOFF) * multiplier;
		expect(trial, doorbell + 4 <= device->notify.length,
		       "queue %u: its doorbell at %#llx is outside of the notification structure", i,
		       (unsigned long long)doorbell);
	}
}
CONFORMANCE_TEST("virtio.device.wide-doorbells", wide_doorbells,
		 "With NOTIFICATION_DATA offered, every doorbell has room for its 32 bits, aligned.",
		 .scope = &scope_virtio_device, .skip = needs_wide_doorbells,
		 .clauses = "NOTIFY-7 NOTIFY-8 NOTIFY-9 NOTIFY-10 NOTIFY-11", .judged_by = FUNCTIONAL);
