/* SPDX-License-Identifier: BSD-2-Clause */
/* Vectors of a virtio device's events, through either of its interfaces: see message.h. */
#include "drivers/virtio/message.h"

#include <linux/virtio_pci.h>

bool virtio_messages_start(struct virtio_device *device, struct pci_messages *messages, unsigned count)
{
	if (!pci_messages_find(messages, device->function, PCI_MSIX) || !pci_messages_open(messages, count))
		return false;
	if (!pci_messages_enable(messages, true)) {
		pci_messages_close(messages);
		return false;
	}
	device->messages = messages;
	return true;
}

void virtio_messages_stop(struct virtio_device *device)
{
	if (device->messages)
		pci_messages_close(device->messages);
	device->messages = NULL;
}

/* No vector outside of the table is ever written (DRV-MSIX-4). */
static bool may_have(const struct virtio_device *device, uint16_t vector)
{
	return device->messages && (vector == VIRTIO_MSI_NO_VECTOR || vector < device->messages->count);
}

/* What the device reads back counts (DRV-MSIX-5). */
bool virtio_config_vector(const struct virtio_device *device, uint16_t vector)
{
	return may_have(device, vector) && device->transport->config_vector(device, vector) == vector;
}

bool virtio_queue_vector(const struct virtio_device *device, uint16_t index, uint16_t vector)
{
	return may_have(device, vector) && device->transport->queue_vector(device, index, vector) == vector;
}
