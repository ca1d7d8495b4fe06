/* SPDX-License-Identifier: BSD-2-Clause */
/* The window of configuration space: see pci_window.h. */
#include "tests/conformance/probe/pci_window.h"

uint32_t window_read(const struct virtio_device *device, const struct virtio_structure *structure, unsigned offset,
		     unsigned width)
{
	unsigned data = virtio_window(device, structure, offset, width);

	if (width == 1)
		return pci_read8(device->function, data);
	return width == 2 ? pci_read16(device->function, data) : pci_read32(device->function, data);
}

void window_write(const struct virtio_device *device, const struct virtio_structure *structure, unsigned offset,
		  unsigned width, uint32_t value)
{
	unsigned data = virtio_window(device, structure, offset, width);

	if (width == 1)
		pci_write8(device->function, data, value);
	else if (width == 2)
		pci_write16(device->function, data, value);
	else
		pci_write32(device->function, data, value);
}

const char *needs_window(const struct subject *subject)
{
	const struct virtio_device *device =
		subject->engine ? virtio_engine_of(subject->engine)->device : subject->device;

	if (!device->window)
		return "there is no capability for access through configuration space";
	return known_end("qemu-window-through-an-alias");
}
