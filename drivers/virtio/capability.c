/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vendor capabilities of virtio on PCI, by their type. What they lead to is pci.c's.
 *
 * Source: VIRTIO 1.4, section 4.1.4.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "drivers/pci/pci.h"
#include "drivers/virtio/virtio.h"

const struct pci_capability *virtio_next_capability(const struct pci_function *function, uint8_t type,
						    unsigned *index)
{
	const struct pci_capability *capability;

	while (function && (capability = pci_capability(function, PCI_CAP_ID_VNDR, index)))
		if (pci_read8(function, capability->offset + VIRTIO_PCI_CAP_CFG_TYPE) == type)
			return capability;
	return NULL;
}
