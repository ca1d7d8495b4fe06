/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Message interrupts of a virtio device: which of its events send which vector of its function's MSI-X table. What a
 * vector sends is drivers/pci/message.h's.
 *
 * While MSI-X is on the ISR and the pin are not used, and the configuration behind legacy registers begins four bytes
 * later. A reset of the device leaves no event with a vector, and leaves MSI-X as it is: vectors are chosen after the
 * features, and a queue's before the queue is set up.
 *
 * Source: VIRTIO 1.4, 4.1.5.1.2.
 */
#ifndef VIRTIO_MESSAGE_H
#define VIRTIO_MESSAGE_H

#include "drivers/pci/message.h"
#include "drivers/virtio/virtio.h"

/*
 * Finds the function's MSI-X capability, takes count vectors of it, all masked, and switches them on; messages is the
 * caller's until virtio_messages_stop(). False: nothing is changed; messages->fault is the reason, or NULL when the
 * function has fewer vectors or does not hold what it is told.
 */
bool virtio_messages_start(struct virtio_device *device, struct pci_messages *messages, unsigned count);
/* No event may have a vector any more: the device has been reset. */
void virtio_messages_stop(struct virtio_device *device);

/*
 * The vector of configuration changes, or of what becomes used in a queue; VIRTIO_MSI_NO_VECTOR for none. False: there
 * is no such vector, and nothing was written; or the device refuses it, and the event has none.
 */
bool virtio_config_vector(const struct virtio_device *device, uint16_t vector);
bool virtio_queue_vector(const struct virtio_device *device, uint16_t index, uint16_t vector);

#endif
