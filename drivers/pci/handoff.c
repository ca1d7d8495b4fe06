/*
 * The hand-off snapshot: what the console firmware left in every function it could reach, before anything is changed.
 *
 * Read-only and in a fixed order, so that the snapshots of two versions of a firmware or of QEMU can be compared line
 * by line. A virtio function whose registers are reachable also shows its device status: a driver left running is seen.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "boot/string.h"
#include "boot/tap.h"
#include "boot/trap.h"
#include "drivers/pci/parts.h"

#define LINE			512
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

	while ((capability = pci_capability(function, PCI_CAP_ID_VNDR, &index)) != NULL) {
		if (pci_read8(function, capability->offset + VIRTIO_PCI_CAP_CFG_TYPE) != VIRTIO_PCI_CAP_COMMON_CFG)
			continue;
		if (!memory_bar(function, pci_read8(function, capability->offset + VIRTIO_PCI_CAP_BAR), &bar))
			return false;
		*address = bar + pci_read32(function, capability->offset + VIRTIO_PCI_CAP_OFFSET) +
			   VIRTIO_PCI_COMMON_STATUS;
		return *address <= 0xffffffff;
	}
	return false;
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

static void append_virtio(struct text *text, const struct pci_function *function)
{
	struct status_read status;
	uint64_t address;

	if (!is_virtio(function) || !(pci_read16(function, PCI_COMMAND) & PCI_COMMAND_MEMORY) ||
	    !find_device_status(function, &address))
		return;
	status.at = (phys_addr){ function->host->at->memory.value + address };
	if (trap_guard(read_status, &status, NULL))
		append(text, " virtio-status %02x", status.value);
	else
		append(text, " virtio-status trapped");
}

static void append_bridge(struct text *text, const struct pci_function *function)
{
	if (!pci_is_bridge(function))
		return;
	append(text, " buses %02x %02x %02x", pci_read8(function, PCI_PRIMARY_BUS),
	       pci_read8(function, PCI_SECONDARY_BUS), pci_read8(function, PCI_SUBORDINATE_BUS));
	append(text, " io %04x upper %08x", pci_read16(function, PCI_IO_BASE),
	       pci_read32(function, PCI_IO_BASE_UPPER16));
	append(text, " memory %08x", pci_read32(function, PCI_MEMORY_BASE));
	append(text, " prefetchable %08x upper %08x %08x", pci_read32(function, PCI_PREF_MEMORY_BASE),
	       pci_read32(function, PCI_PREF_BASE_UPPER32), pci_read32(function, PCI_PREF_LIMIT_UPPER32));
	append(text, " control %04x", pci_read16(function, PCI_BRIDGE_CONTROL));
}

static void print_function(struct pci_function *function, void *context)
{
	char name[PCI_NAME], buffer[LINE] = "";
	struct text text = { buffer, sizeof buffer, 0, false };

	(void)context;
	append(&text, "%s %04x:%04x class %06x header %02x command %04x status %04x", pci_name(function, name),
	       function->vendor, function->product, function->class_code, function->header_type,
	       pci_read16(function, PCI_COMMAND), pci_read16(function, PCI_STATUS));
	append(&text, " line %02x pin %x", function->firmware_line, function->pin);
	if (pci_bar_count(function) > 0)
		append(&text, " bars");
	for (unsigned i = 0; i < pci_bar_count(function); i++)
		append(&text, " %08x", pci_read32(function, PCI_BASE_ADDRESS_0 + 4 * i));
	append_bridge(&text, function);
	append_virtio(&text, function);
	tap_comment("hand-off %s%s", buffer, text.cut ? " ..." : "");
}

static void print_host(struct host_bridge *host)
{
	char buffer[2 * LINE] = "";
	struct text text = { buffer, sizeof buffer, 0, false };

	host->driver->ops->describe(host, &text);
	tap_comment("hand-off hose %u %s %s%s", host->at->hose, host->driver->compatible, buffer,
		    text.cut ? " ..." : "");
}

void pci_print_handoff(void)
{
	struct host_bridge *host;

	for (unsigned i = 0; (host = bridge_get(i)) != NULL; i++) {
		print_host(host);
		pci_walk(host, print_function, NULL);
	}
}
