/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.pci: the shared memory regions of a device, which lie in a BAR. Their contents belong to the type of the
 * device and are not judged.
 *
 * Source: VIRTIO 1.4, section 4.1.4.7.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "drivers/pci/pci.h"
#include "drivers/virtio/virtio.h"
#include "tests/conformance/framework/test.h"

static const char *needs_regions(const struct subject *subject)
{
	unsigned index = 0;

	return virtio_next_capability(subject->function, VIRTIO_PCI_CAP_SHARED_MEMORY_CFG, &index) ? NULL :
	       "the device has no shared memory region";
}

/* The low half is where every capability has it, the high half stands in the words of struct virtio_pci_cap64. */
static uint64_t read_pair(const struct pci_function *function, unsigned low, unsigned high)
{
	return (uint64_t)pci_read32(function, high) << 32 | pci_read32(function, low);
}

static void regions(struct trial *trial)
{
	const struct pci_function *function = trial->subject->function;
	const struct pci_capability *capability;
	unsigned ids[256 / 32] = { 0 };
	unsigned index = 0, count = 0;

	for (; (capability = virtio_next_capability(function, VIRTIO_PCI_CAP_SHARED_MEMORY_CFG, &index)); count++) {
		unsigned at = capability->offset;
		unsigned bar = pci_read8(function, at + VIRTIO_PCI_CAP_BAR);
		unsigned id = pci_read8(function, at + offsetof(struct virtio_pci_cap, id));
		uint64_t offset = read_pair(function, at + VIRTIO_PCI_CAP_OFFSET,
					    at + offsetof(struct virtio_pci_cap64, offset_hi));
		uint64_t length = read_pair(function, at + VIRTIO_PCI_CAP_LENGTH,
					    at + offsetof(struct virtio_pci_cap64, length_hi));

		trial_note(trial, "region", "id %u: BAR %u, %#llx bytes at %#llx", id, bar, (unsigned long long)length,
			   (unsigned long long)offset);
		expect(trial, bar < PCI_BARS && offset <= function->bars[bar].size &&
		       length <= function->bars[bar].size - offset,
		       "region %u is not within BAR %u: %#llx bytes at %#llx", id, bar, (unsigned long long)length,
		       (unsigned long long)offset);
		expect(trial, !(ids[id / 32] >> id % 32 & 1), "two regions have the id %u", id);
		ids[id / 32] |= 1u << id % 32;
	}
	trial_record(trial, "%u regions", count);
}
CONFORMANCE_TEST("virtio.pci.shared-memory", regions,
		 "Shared memory regions lie within their BARs, and each has an id of its own.",
		 .scope = &scope_virtio_device, .skip = needs_regions, .clauses = "PCISHM-1 PCISHM-2",
		 .judged_by = FUNCTIONAL);
