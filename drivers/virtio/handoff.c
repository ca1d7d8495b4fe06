/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the hand-off snapshot shows of a virtio function whose registers are reachable: its device status, so that a
 * driver left running is seen. Nothing is changed, and nothing has been enumerated yet.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "boot/trap.h"
#include "drivers/pci/pci.h"
#include "drivers/virtio/virtio.h"

#define VIRTIO_VENDOR		0x1af4
#define VIRTIO_FIRST		0x1000
#define VIRTIO_LAST		0x107f

static bool is_virtio(const struct pci_function *function)
{
	return function->vendor == VIRTIO_VENDOR && function->product >= VIRTIO_FIRST &&
	       function->product <= VIRTIO_LAST;
}

/* The address of a BAR as it stands; false when it is an I/O BAR, not set, or out of this CPU's reach. */
static bool memory_bar(const struct pci_function *function, unsigned number, uint64_t *address)
{
	uint32_t low, high = 0;

	if (number >= PCI_BARS)
		return false;
	low = pci_read32(function, PCI_BASE_ADDRESS_0 + 4 * number);
	if (low & PCI_BASE_ADDRESS_SPACE_IO || (low & PCI_BASE_ADDRESS_MEM_MASK) == 0)
		return false;
	if ((low & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64 && number + 1 < PCI_BARS)
		high = pci_read32(function, PCI_BASE_ADDRESS_0 + 4 * number + 4);
	*address = low & (uint32_t)PCI_BASE_ADDRESS_MEM_MASK;
	return high == 0;
}

/* Finds the device status register of the common configuration. */
static bool find_device_status(const struct pci_function *function, uint64_t *address)
{
	const struct pci_capability *capability;
	unsigned index = 0;
	uint64_t bar;

	capability = virtio_next_capability(function, VIRTIO_PCI_CAP_COMMON_CFG, &index);
	if (!capability || !memory_bar(function, pci_read8(function, capability->offset + VIRTIO_PCI_CAP_BAR), &bar))
		return false;
	*address = bar + pci_read32(function, capability->offset + VIRTIO_PCI_CAP_OFFSET) + VIRTIO_PCI_COMMON_STATUS;
	return *address <= 0xffffffff;
}

struct status_read {
	phys_addr at;
	uint8_t value;
};

static void read_status(void *argument)
{
	struct status_read *status = argument;

	status->value = mmio_read8(status->at);
}

static void append_status(struct text *text, const struct pci_function *function)
{
	struct status_read status;
	uint64_t address;

	if (!is_virtio(function) || !(pci_read16(function, PCI_COMMAND) & PCI_COMMAND_MEMORY) ||
	    !find_device_status(function, &address))
		return;
	status.at = (phys_addr){ function->host->memory.value + address };
	if (trap_guard(read_status, &status, NULL))
		append(text, " virtio-status %02x", status.value);
	else
		append(text, " virtio-status trapped");
}

static const struct pci_handoff_note note = { .append = append_status };
PCI_HANDOFF_NOTE(note);
