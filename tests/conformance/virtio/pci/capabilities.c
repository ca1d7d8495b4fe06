/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.pci: the vendor capabilities, and what they lead to. The window that one of them is, is in window.c.
 *
 * Source: VIRTIO 1.4, sections 2.5 and 4.1.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_pci.h>

#include "tests/conformance/probe/virtio_trial.h"

/* The types of capability that the specification knows, and the least length of each. */
static const struct { uint8_t type, least; } capability_types[] = {
	{ VIRTIO_PCI_CAP_COMMON_CFG, sizeof(struct virtio_pci_cap) },
	{ VIRTIO_PCI_CAP_NOTIFY_CFG, sizeof(struct virtio_pci_notify_cap) },
	{ VIRTIO_PCI_CAP_ISR_CFG, sizeof(struct virtio_pci_cap) },
	{ VIRTIO_PCI_CAP_DEVICE_CFG, sizeof(struct virtio_pci_cap) },
	{ VIRTIO_PCI_CAP_PCI_CFG, sizeof(struct virtio_pci_cfg_cap) },
	{ VIRTIO_PCI_CAP_SHARED_MEMORY_CFG, sizeof(struct virtio_pci_cap64) },
};

#define TYPES		(sizeof(capability_types) / sizeof(capability_types[0]))
#define VENDOR_CFG	9	/* newer than the kernel's header */

static void judge_capability(struct trial *trial, const struct pci_function *function, unsigned offset, unsigned least)
{
	unsigned length = pci_read8(function, offset + VIRTIO_PCI_CAP_LEN);
	unsigned type = pci_read8(function, offset + VIRTIO_PCI_CAP_CFG_TYPE);
	unsigned bar = pci_read8(function, offset + VIRTIO_PCI_CAP_BAR);

	expect(trial, length >= least && offset + length <= 256,
	       "cap_len of the capability at %#x (type %u) is %u, and %u belong to it", offset, type, length, least);
	/* The window's own fields are the driver's to write; those of a structure must lead into its BAR, which bytes
	 * in the wrong order do not. */
	if (type != VIRTIO_PCI_CAP_PCI_CFG && bar < PCI_BARS)
		expect(trial, (uint64_t)pci_read32(function, offset + VIRTIO_PCI_CAP_OFFSET) +
		       pci_read32(function, offset + VIRTIO_PCI_CAP_LENGTH) <= function->bars[bar].size,
		       "the structure of the capability at %#x (type %u) is not within BAR %u", offset, type, bar);
}

static void capabilities(struct trial *trial)
{
	const struct pci_function *function = trial->subject->function;
	const struct pci_capability *capability;
	unsigned seen[TYPES] = { 0 };
	unsigned index = 0, longer = 0, several = 0;

	while ((capability = pci_capability(function, PCI_CAP_ID_VNDR, &index))) {
		uint8_t type = pci_read8(function, capability->offset + VIRTIO_PCI_CAP_CFG_TYPE);

		for (unsigned i = 0; i < TYPES; i++)
			if (capability_types[i].type == type) {
				judge_capability(trial, function, capability->offset, capability_types[i].least);
				several += seen[i]++ > 0;
				longer += pci_read8(function, capability->offset + VIRTIO_PCI_CAP_LEN) >
					  capability_types[i].least;
			}
	}
	for (unsigned i = 0; i < TYPES; i++)
		if (capability_types[i].type == VIRTIO_PCI_CAP_PCI_CFG)
			expect(trial, seen[i] > 0, "there is no capability for access through configuration space");
	trial_record(trial, "%u capabilities are longer than their structure, %u are further ones of a type", longer,
		     several);
}
CONFORMANCE_TEST("virtio.pci.capabilities", capabilities,
		 "Each virtio capability is whole and within its BAR, and there is one for access by configuration "
		 "space.",
		 .scope = &scope_virtio_device, .skip = needs_modern_pci,
		 .clauses = "PCICAP-2 PCICAP-3 PCICAP-5 PCICAP-6 PCICFG-1 DEF-25", .judged_by = FUNCTIONAL);

/* The types that have a configuration of their own, as far as busproof knows them by name. */
static bool has_configuration(const struct virtio_device *device)
{
	static const uint16_t types[] = {
		VIRTIO_ID_NET, VIRTIO_ID_BLOCK, VIRTIO_ID_CONSOLE, VIRTIO_ID_BALLOON, VIRTIO_ID_SCSI, VIRTIO_ID_GPU,
		VIRTIO_ID_INPUT, VIRTIO_ID_CRYPTO, VIRTIO_ID_SOUND, VIRTIO_ID_IOMMU,
	};

	for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i] == device->type)
			return true;
	return false;
}

static void layout(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	const struct pci_function *function = device->function;

	expect(trial, device->config.present || !has_configuration(device),
	       "a device of type %u has a configuration, and this one has no capability for it", device->type);
	expect(trial, device->transitional || (function->product >= 0x1040 && function->product <= 0x107f),
	       "the product id %#x is not a modern one", function->product);
	trial_record(trial, "product %04x, subsystem %04x:%04x; %u bytes of common configuration", function->product,
		     function->subsystem_vendor, function->subsystem, device->common.length);
}
CONFORMANCE_TEST("virtio.pci.layout", layout,
		 "A device whose type has a configuration has a capability for it, and its ids are in their ranges.",
		 .scope = &scope_virtio_device, .skip = needs_modern_pci,
		 .clauses = "DEVCFG-1 PCIID-2 PCIID-5 PCIID-6 PCICAP-4", .judged_by = FUNCTIONAL);
