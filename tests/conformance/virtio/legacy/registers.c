/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.legacy: the legacy interface of transitional and of legacy-only devices. Here its identification and its
 * registers; its configuration is in config.c, its rings in ring.c.
 *
 * The registers are little-endian on every machine. That they are is seen twice: by what reads back, which a swapped
 * access of another register would not give, and by each transfer of a legacy engine, whose ring the device has found.
 *
 * Source: VIRTIO 1.4, the legacy interface parts of sections 2.1, 3.1, 4.1 and 6; clause ids are those of tests/spec.
 */
#include "tests/conformance/virtio/legacy/registers.h"

#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_pci.h>

#include "boot/frames.h"
#include "tests/conformance/probe/engine_trial.h"

bool has_legacy(const struct subject *subject)
{
	return subject->device->legacy;
}

const char *needs_legacy(const struct subject *subject)
{
	const struct virtio_device *legacy = subject->device->legacy;

	return legacy->fault[0] ? legacy->fault : NULL;
}

static const char *needs_legacy_pci(const struct subject *subject)
{
	return needs_pci(subject) ? needs_pci(subject) : needs_legacy(subject);
}

const char *needs_both(const struct subject *subject)
{
	const char *reason = needs_legacy(subject);

	if (reason)
		return reason;
	return subject->device->fault[0] ? "a legacy device: it has no modern interface to compare with" : NULL;
}

static bool is_transitional(const struct subject *subject)
{
	return subject->device->transitional;
}

/* The PCI device ids of those types that existed before VIRTIO 1.0. */
static const struct { uint16_t product, type; } transitional_ids[] = {
	{ 0x1000, VIRTIO_ID_NET }, { 0x1001, VIRTIO_ID_BLOCK }, { 0x1002, VIRTIO_ID_BALLOON },
	{ 0x1003, VIRTIO_ID_CONSOLE }, { 0x1004, VIRTIO_ID_SCSI }, { 0x1005, VIRTIO_ID_RNG }, { 0x1009, VIRTIO_ID_9P },
};

static void identification(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	const struct pci_function *function = device->function;
	bool known = false;

	expect_equal(trial, "revision", function->revision, 0);
	for (unsigned i = 0; i < sizeof(transitional_ids) / sizeof(transitional_ids[0]); i++)
		if (transitional_ids[i].product == function->product) {
			known = true;
			expect_equal(trial, "subsystem id, which tells the type", function->subsystem,
				     transitional_ids[i].type);
		}
	expect(trial, known, "device id %#x is that of no transitional device", function->product);
	expect_equal(trial, "kind of BAR 0, 1 is I/O", function->bars[0].kind, PCI_BAR_IO);
	/*
	 * Where no bridge hands on its I/O addresses, nobody can look at the registers themselves: the device is right.
	 */
	if (pci_bar_obstacle(function, 0))
		trial_record(trial, "its registers are out of reach: %s", pci_bar_obstacle(function, 0));
	else
		expect(trial, !device->legacy->fault[0], "%s", device->legacy->fault);
}
CONFORMANCE_TEST("virtio.legacy.identification", identification,
		 "Ids, revision and BAR 0 are those of a transitional device.",
		 .scope = &scope_virtio_device, .about = is_transitional, .skip = needs_pci,
		 .clauses = "PCILEGID-1 PCILEGID-2 PCILEGID-3 PCILEG-1 PCILEG-7", .judged_by = FUNCTIONAL);

static const char *needs_modern_only(const struct subject *subject)
{
	if (needs_pci(subject))
		return needs_pci(subject);
	return subject->device->transitional ? "a transitional device" : NULL;
}

/* What keeps a driver that knows only the legacy interface away; asked for only where there are such drivers. */
static void no_trap_for_legacy_drivers(struct trial *trial)
{
	const struct pci_bar *bar = &trial->subject->device->function->bars[0];

	trial_record(trial, "BAR 0 is %s", bar->kind == PCI_BAR_IO ? "in I/O space" :
		     bar->kind == PCI_BAR_NONE ? "absent: a legacy driver finds nothing to drive" : "in memory space");
}
CONFORMANCE_TEST("virtio.legacy.modern-bar-0", no_trap_for_legacy_drivers,
		 "Records what BAR 0 of a modern device is, which a driver that knows only the legacy interface "
		 "looks at.",
		 .scope = &scope_virtio_device, .skip = needs_modern_only, .clauses = "PCILEG-5", .judged_by = RECORD);

phys_addr legacy_register(const struct virtio_device *legacy, unsigned offset)
{
	return (phys_addr) { legacy->common.at.value + offset };
}

static void status_register(struct trial *trial)
{
	const struct virtio_device *legacy = trial->subject->device->legacy;
	static const uint8_t steps[] = {
		VIRTIO_CONFIG_S_ACKNOWLEDGE, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER,
	};

	expect(trial, virtio_reset(legacy), "the status reads %#x after a reset", virtio_status(legacy));
	for (unsigned i = 0; i < sizeof(steps); i++) {
		virtio_set_status(legacy, steps[i]);
		expect_equal(trial, "status, read back", virtio_status(legacy), steps[i]);
	}
	expect(trial, virtio_reset(legacy), "the status reads %#x after a reset", virtio_status(legacy));
	expect_equal(trial, "ISR after a reset", virtio_isr(legacy), 0);
	pci_command(legacy->function, 0, PCI_COMMAND_MASTER);
}
CONFORMANCE_TEST("virtio.legacy.status", status_register,
		 "The legacy status register keeps what is written, and a reset clears it and the ISR.",
		 .scope = &scope_virtio_device, .about = has_legacy, .skip = needs_legacy,
		 .clauses = "PCILEG-1 RESET-1", .judged_by = FUNCTIONAL);

/* The device status is the device's, bus mastering the operating system's: one does not change the other. */
static void status_leaves_command(struct trial *trial)
{
	const struct virtio_device *legacy = trial->subject->device->legacy;
	uint16_t before, after;

	virtio_reset(legacy);
	pci_command(legacy->function, 0, PCI_COMMAND_MASTER);
	before = pci_read16(legacy->function, PCI_COMMAND);
	virtio_set_status(legacy, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	virtio_set_status(legacy, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	after = pci_read16(legacy->function, PCI_COMMAND);
	virtio_reset(legacy);
	pci_command(legacy->function, 0, PCI_COMMAND_MASTER);
	expect_equal(trial, "PCI command register after ACKNOWLEDGE and DRIVER were written to the status", after,
		     before);
}
CONFORMANCE_TEST("virtio.legacy.status-leaves-command", status_leaves_command,
		 "What is written to the legacy status register does not change the PCI command register.",
		 .scope = &scope_virtio_device, .about = has_legacy, .skip = needs_legacy_pci, .clauses = "PCIID-1",
		 .judged_by = FUNCTIONAL);

/* A queue number that no device reaches. */
#define NO_QUEUE	1000

/* Every queue as the device has it: a size that is its own choice, an address that reads back, and both after a
 * reset. */
static void queue_registers(struct trial *trial)
{
	const struct virtio_device *legacy = trial->subject->device->legacy;
	phys_addr address = legacy_register(legacy, VIRTIO_PCI_QUEUE_PFN);
	uint32_t pfn = (uint32_t)(frames_highest() / VIRTIO_LEGACY_ALIGN);
	uint16_t size = legacy->transport->queue_size(legacy, 0);

	virtio_reset(legacy);
	expect(trial, size > 0 && (size & (size - 1)) == 0, "queue 0: size %u is no power of two", size);
	expect_equal(trial, "selected queue, read back", mmio_read16_le(legacy_register(legacy, VIRTIO_PCI_QUEUE_SEL)),
		     0);
	expect_equal(trial, "address of queue 0 after a reset", mmio_read32_le(address), 0);
	mmio_write32_le(address, pfn);
	expect_equal(trial, "address of queue 0, read back", mmio_read32_le(address), pfn);
	expect_equal(trial, "size of queue 0 after its address was set", legacy->transport->queue_size(legacy, 0),
		     size);
	expect_equal(trial, "size of a queue that does not exist", legacy->transport->queue_size(legacy, NO_QUEUE), 0);
	expect_equal(trial, "selected queue, read back", mmio_read16_le(legacy_register(legacy, VIRTIO_PCI_QUEUE_SEL)),
		     NO_QUEUE);
	virtio_reset(legacy);
	legacy->transport->queue_size(legacy, 0);
	expect_equal(trial, "address of queue 0 after another reset", mmio_read32_le(address), 0);
}
CONFORMANCE_TEST("virtio.legacy.queues", queue_registers,
		 "Legacy queues have a size of the device's choice and an address that reads back, until a reset.",
		 .scope = &scope_virtio_device, .about = has_legacy, .skip = needs_legacy_pci,
		 .clauses = "DEF-30 DEF-31 PCILEG-1", .judged_by = FUNCTIONAL);

/* Both interfaces show the same queues. */
static void same_queues(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	const struct virtio_device *legacy = device->legacy;
	uint16_t count = virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ);

	virtio_reset(device);
	for (uint16_t i = 0; i <= count && trial_good(trial); i++) {
		uint16_t modern = device->transport->queue_size(device, i);

		if (legacy->transport->queue_size(legacy, i) != modern)
			trial_fail(trial,
				   "queue %u has %u entries through the legacy interface and %u through the modern one",
				   i, legacy->transport->queue_size(legacy, i), modern);
	}
}
CONFORMANCE_TEST("virtio.legacy.same-queues", same_queues,
		 "The legacy and the modern interface show the same queues.",
		 .scope = &scope_virtio_device, .about = has_legacy, .skip = needs_both, .clauses = "DEF-30 DEF-31",
		 .judged_by = FUNCTIONAL);

/* Bit 30 has no name in the kernel's headers: it tells drivers apart that accept whatever they are offered. */
#define BAD_FEATURE	VIRTIO_BIT(30)

static void features(struct trial *trial)
{
	struct virtio_device *legacy = trial->subject->device->legacy;
	uint32_t any_layout = (uint32_t)(legacy->offered & VIRTIO_BIT(VIRTIO_F_ANY_LAYOUT));

	trial_note(trial, "offered", "%#llx", (unsigned long long)legacy->offered);
	virtio_negotiate(legacy, 0);
	expect_equal(trial, "accepted features, read back",
		     mmio_read32_le(legacy_register(legacy, VIRTIO_PCI_GUEST_FEATURES)), any_layout);
	virtio_reset(legacy);
	expect_equal(trial, "accepted features after a reset",
		     mmio_read32_le(legacy_register(legacy, VIRTIO_PCI_GUEST_FEATURES)), 0);
	expect_equal(trial, "offered features, read again", virtio_offered(legacy), legacy->offered);
	pci_command(legacy->function, 0, PCI_COMMAND_MASTER);
}
CONFORMANCE_TEST("virtio.legacy.features", features,
		 "Features accepted through the legacy interface read back, and a reset clears them.",
		 .scope = &scope_virtio_device, .about = has_legacy, .skip = needs_legacy_pci,
		 .clauses = "DEF-30 PCILEG-1", .judged_by = FUNCTIONAL);

/* The two bits that a transitional device offers for drivers of its time; and that the modern side has bit 32. */
static void transitional_features(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;

	expect(trial, device->legacy->offered & VIRTIO_BIT(VIRTIO_F_ANY_LAYOUT),
	       "ANY_LAYOUT is not offered (%#llx)", (unsigned long long)device->legacy->offered);
	expect(trial, device->legacy->offered & BAD_FEATURE, "bit 30 is not offered (%#llx)",
	       (unsigned long long)device->legacy->offered);
	expect(trial, device->offered & VIRTIO_VERSION_1, "VERSION_1 is not offered through the modern interface");
}
CONFORMANCE_TEST("virtio.legacy.transitional-features", transitional_features,
		 "A transitional device offers ANY_LAYOUT and bit 30 to old drivers, and VERSION_1 to new ones.",
		 .scope = &scope_virtio_device, .about = has_legacy, .skip = needs_both,
		 .clauses = "LEGRSVD-3 LEGRSVD-4 RSVD-1", .judged_by = FUNCTIONAL);
