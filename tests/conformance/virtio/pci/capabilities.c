/*
 * Suites virtio.pci and virtio.config: the vendor capabilities, the window through which a BAR is reached from
 * configuration space, and how device-specific configuration reads at each width.
 *
 * Source: VIRTIO 1.4, sections 2.5 and 4.1.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_blk.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "drivers/virtio/device/blk.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/virtio_type.h"
#include "tests/conformance/probe/witness.h"

static const char *needs_modern(const struct subject *subject)
{
	return subject->device->fault[0] ? subject->device->fault : NULL;
}

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
CONFORMANCE_TEST("virtio.pci.capabilities", capabilities, .scope = &scope_virtio_device, .skip = needs_modern,
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
CONFORMANCE_TEST("virtio.pci.layout", layout, .scope = &scope_virtio_device, .skip = needs_modern,
		 .clauses = "DEVCFG-1 PCIID-2 PCIID-5 PCIID-6 PCICAP-4", .judged_by = FUNCTIONAL);

static uint32_t window_read(const struct virtio_device *device, const struct virtio_structure *structure,
			    unsigned offset, unsigned width)
{
	unsigned data = virtio_window(device, structure, offset, width);

	if (width == 1)
		return pci_read8(device->function, data);
	return width == 2 ? pci_read16(device->function, data) : pci_read32(device->function, data);
}

static void window_write(const struct virtio_device *device, const struct virtio_structure *structure, unsigned offset,
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

static const char *needs_window(const struct subject *subject)
{
	const struct virtio_device *device =
		subject->engine ? virtio_engine_of(subject->engine)->device : subject->device;

	return device->window ? NULL : "there is no capability for access through configuration space";
}

static const char *needs_modern_window(const struct subject *subject)
{
	const char *reason = needs_modern(subject);

	return reason ? reason : needs_window(subject);
}

/* At each width: what is written through the window is read from the BAR, and the other way round. */
static void window(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	const struct virtio_structure *common = &device->common;
	const uint8_t status = VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER;

	virtio_reset(device);
	window_write(device, common, VIRTIO_PCI_COMMON_STATUS, 1, status);
	expect_equal(trial, "status, written through the window", virtio_status(device), status);
	expect_equal(trial, "status, read through the window", window_read(device, common, VIRTIO_PCI_COMMON_STATUS, 1),
		     status);
	for (uint16_t select = 0; select < 3; select++) {
		window_write(device, common, VIRTIO_PCI_COMMON_Q_SELECT, 2, select);
		expect_equal(trial, "queue_select, written through the window",
			     virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SELECT), select);
		expect_equal(trial, "queue_size, read through the window",
			     window_read(device, common, VIRTIO_PCI_COMMON_Q_SIZE, 2),
			     virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE));
	}
	for (uint32_t select = 0; select < 2; select++) {
		window_write(device, common, VIRTIO_PCI_COMMON_DFSELECT, 4, select);
		expect_equal(trial, "device_feature, read through the window",
			     window_read(device, common, VIRTIO_PCI_COMMON_DF, 4),
			     (uint32_t)(device->offered >> 32 * select));
	}
	window_write(device, common, VIRTIO_PCI_COMMON_STATUS, 1, 0);
	expect_equal(trial, "status after a reset through the window", virtio_status(device), 0);
}
CONFORMANCE_TEST("virtio.pci.window", window, .scope = &scope_virtio_device, .skip = needs_modern_window,
		 .clauses = "PCICFG-2 PCICFG-3", .judged_by = FUNCTIONAL);

static const char *needs_window_writes(const struct subject *subject)
{
	const char *reason = needs_window(subject);

	if (!reason && virtio_engine_of(subject->engine)->driver->provoke)
		return "the device uses its buffers when something comes, and not for their doorbell";
	return reason ? reason : needs_writes(subject);
}

static bool in_io_space(const struct virtio_device *device)
{
	return device->function->bars[device->notify.bar].kind == PCI_BAR_IO;
}

/*
 * The doorbell rung, and the ISR read, through the window. The driver's own doorbell goes to queue_select, where a
 * queue's index does no harm; a device that uses the buffer without a doorbell proves nothing here.
 */
static void window_doorbell(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	struct virtqueue *queue = request_queue(engine);
	struct oracle oracle;
	uint64_t doorbell;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	/* A device may look at its rings by itself once it is started (QEMU does), so that is let pass. */
	if (engine_transfer(engine, DMA_DEVICE_WRITES, oracle_number(&oracle), oracle.size, ENGINE_LIMIT, NULL) !=
	    ENGINE_DONE) {
		trial_error(trial, "a request with the driver's own doorbell does not work: %s", engine->fault);
		return;
	}
	give_time(engine);
	doorbell = queue->doorbell.value - device->notify.at.value;
	queue->doorbell.value = device->common.at.value + VIRTIO_PCI_COMMON_Q_SELECT;
	if (!lets_buffer_lie(trial, &oracle)) {
		if (trial_good(trial))
			trial_skip(trial, "the device uses buffers without a doorbell");
		return;
	}
	window_write(device, &device->notify, doorbell, 2, queue->index);
	expect(trial, engine->ops->finish(engine, ENGINE_LIMIT, NULL) == ENGINE_DONE,
	       "the doorbell%s was rung through the window, and the request is not completed: %s",
	       in_io_space(device) ? " in I/O space" : "", engine->fault);
	expect(trial, oracle_look(trial, &oracle) == engine->view, "the write did not arrive");
	/* The interrupt line follows the ISR, so nothing sets that again then. */
	expect(trial, poll_until(pci_read16(device->function, PCI_STATUS) & PCI_STATUS_INTERRUPT, INTERRUPT_LATE),
	       "no interrupt is pending after a buffer was used");
	expect_equal(trial, "ISR after a used buffer, read through the window",
		     window_read(device, &device->isr, 0, 1) & 1, 1);
	expect_equal(trial, "ISR after that", virtio_isr(device), 0);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.pci.window-doorbell", window_doorbell, .scope = &scope_split_engine,
		 .skip = needs_window_writes, .clauses = "PCICFG-2 PCICFG-3 DEF-27 ISR-5", .judged_by = EVIDENCE);

static uint16_t doorbells_that_end_qemu(const struct virtio_device *device, uint16_t *index, phys_addr *last)
{
	uint16_t queues = virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ), found = 0;

	for (uint16_t i = 0; i < queues; i++) {
		phys_addr at;

		if (device->transport->doorbell(device, i, &at) && virtio_doorbell_ends_qemu(device, at)) {
			*index = i;
			*last = at;
			found++;
		}
	}
	return found;
}

static bool has_such_doorbells(const struct subject *subject)
{
	uint16_t index;
	phys_addr last;

	return !needs_modern(subject) && doorbells_that_end_qemu(subject->device, &index, &last) > 0;
}

/* A doorbell that busproof rings through the window elsewhere, by the CPU: that of a queue that is not set up. */
static void doorbell_page(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	uint16_t index = 0;
	phys_addr last = { 0 };
	uint16_t found = doorbells_that_end_qemu(device, &index, &last);

	if (!expect(trial, virtio_negotiate(device, VIRTIO_VERSION_1 | (device->offered & VIRTIO_ACCESS_PLATFORM)),
		    "FEATURES_OK did not stick"))
		return;
	virtio_driver_ok(device);
	mmio_write16_le(last, index);
	expect(trial, !(virtio_status(device) & VIRTIO_CONFIG_S_NEEDS_RESET), "the device needs a reset (status %#x)",
	       virtio_status(device));
	trial_record(trial, "%u doorbells are in pages that begin in the middle of one of the structure's", found);
	virtio_reset(device);
}
CONFORMANCE_TEST("virtio.pci.doorbell-page", doorbell_page, .scope = &scope_virtio_device, .about = has_such_doorbells,
		 .clauses = "DEF-27", .judged_by = FUNCTIONAL);

static const char *needs_config(const struct subject *subject)
{
	return subject->device->config.present ? needs_modern(subject) : "the device has no configuration of its own";
}

static uint32_t read_width(const struct virtio_device *device, uint32_t offset, uint32_t width)
{
	uint64_t value = 0;

	virtio_config_read(device, offset, width, &value);
	return value;
}

/*
 * The same bytes at 8, 16 and 32 bits: a wider access is the narrower ones, the lowest address being the lowest byte,
 * in whatever byte order the CPU works. Through the window of configuration space as well. Behind what every device of
 * the type has, a word of which the last byte reads as all ones, and all of it in one access, is where the fields end:
 * no driver may access what lies across that. A 9P tag of one letter makes the first word such a one.
 */
static void widths(struct trial *trial)
{
	const struct virtio_device *device = trial->subject->device;
	uint32_t length = device->config.length < VIRTIO_TYPE_CONFIG ? device->config.length & ~3u : VIRTIO_TYPE_CONFIG;
	uint32_t known = virtio_type_config(device), certain = known ? known : 4;
	bool through_window = !needs_window(trial->subject);

	for (uint32_t at = 0; at + 4 <= length && trial_good(trial); at += 4) {
		uint32_t bytes = 0, words, whole = read_width(device, at, 4);

		for (unsigned i = 0; i < 4; i++)
			bytes |= read_width(device, at + i, 1) << 8 * i;
		words = read_width(device, at, 2) | read_width(device, at + 2, 2) << 16;
		if (at + 4 > certain && whole == 0xffffffff && bytes >> 24 == 0xff)
			break;
		expect(trial, bytes == whole && words == whole,
		       "configuration at %u: %#x in one access, %#x in two, %#x in four", at, whole, words, bytes);
		if (through_window)
			expect_equal(trial, "configuration, read through the window",
				     window_read(device, &device->config, at, 4), whole);
	}
}
CONFORMANCE_TEST("virtio.config.widths", widths, .scope = &scope_virtio_device, .skip = needs_config,
		 .clauses = "DEF-4 CFG-1 PCICFG-3", .judged_by = FUNCTIONAL);

static const char *needs_disk(const struct subject *subject)
{
	return virtio_engine_of(subject->engine)->device->type == VIRTIO_ID_BLOCK ? NULL :
	       "the device has no 64-bit field";
}

/* The capacity, 64 bits: its halves read alike in either order and by themselves. And it is the disk's. */
static void capacity(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct virtio_device *device = virtio_engine_of(engine)->device;
	uint32_t offset = offsetof(struct virtio_blk_config, capacity);
	uint32_t low, high;
	uint64_t sectors;

	if (!trial_start(trial, engine))
		return;
	high = read_width(device, offset + 4, 4);
	low = read_width(device, offset, 4);
	expect_equal(trial, "high half, read again", read_width(device, offset + 4, 4), high);
	expect_equal(trial, "low half, read again", read_width(device, offset, 4), low);
	sectors = (uint64_t)high << 32 | low;
	expect_equal(trial, "the whole, against its halves", blk_capacity(device), sectors);
	expect_end_of_disk(trial, engine);
	engine_stop(engine);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.config.capacity", capacity, .scope = &scope_split_engine, .skip = needs_disk,
		 .clauses = "PCICAP-1 DEF-4", .judged_by = EVIDENCE);
