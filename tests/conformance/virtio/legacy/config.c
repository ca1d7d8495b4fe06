/*
 * Suite virtio.legacy: device-specific configuration in the byte order of the guest, and the same configuration through
 * the modern interface, little-endian, to compare with.
 *
 * Source: VIRTIO 1.4, section 2.5, the legacy interface part of 4.1, and each device type's configuration layout.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_9p.h>
#include <linux/virtio_blk.h>
#include <linux/virtio_console.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>
#include <linux/virtio_scsi.h>

#include "boot/string.h"
#include "drivers/virtio/device/disk.h"
#include "tests/conformance/probe/virtio_type.h"
#include "tests/conformance/virtio/legacy/registers.h"

/*
 * Fields of more than one byte that hold still. The most that each can reasonably be is less than what it would be with
 * its bytes swapped, so that a wrong order shows even where there is no second interface to compare with.
 */
#define FIELD(id, structure, member, largest) \
	{ id, #member, offsetof(struct structure, member), sizeof(((struct structure *)0)->member), largest, 0 }
static const struct config_field {
	uint16_t type;
	const char *name;
	uint32_t offset, width;
	uint64_t most;
	uint64_t with;			/* the feature that it is there with; 0: always */
} fields[] = {
	FIELD(VIRTIO_ID_BLOCK, virtio_blk_config, capacity, 1ull << 40),
	FIELD(VIRTIO_ID_BLOCK, virtio_blk_config, seg_max, 0xffff),
	FIELD(VIRTIO_ID_BLOCK, virtio_blk_config, blk_size, 0xffff),
	{ VIRTIO_ID_NET, "status", offsetof(struct virtio_net_config, status), 2, 0xff,
	  VIRTIO_BIT(VIRTIO_NET_F_STATUS) },
	FIELD(VIRTIO_ID_CONSOLE, virtio_console_config, max_nr_ports, 0xffff),
	FIELD(VIRTIO_ID_SCSI, virtio_scsi_config, num_queues, 0xffff),
	FIELD(VIRTIO_ID_SCSI, virtio_scsi_config, seg_max, 0xffff),
	FIELD(VIRTIO_ID_SCSI, virtio_scsi_config, sense_size, 0xffff),
	FIELD(VIRTIO_ID_SCSI, virtio_scsi_config, cdb_size, 0xffff),
	FIELD(VIRTIO_ID_SCSI, virtio_scsi_config, max_lun, 0xffff),
	FIELD(VIRTIO_ID_9P, virtio_9p_config, tag_len, 0xff),
};
#define FIELD_COUNT	(sizeof(fields) / sizeof(fields[0]))

static bool has_field(const struct virtio_device *device, const struct config_field *field)
{
	return field->type == device->type && (device->offered & field->with) == field->with;
}

static const char *needs_legacy_config(const struct subject *subject)
{
	const char *reason = needs_legacy(subject);

	if (reason)
		return reason;
	return virtio_type_config(subject->device) ? NULL : "devices of this type have no configuration";
}

static bool has_fields(const struct virtio_device *device)
{
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		if (has_field(device, &fields[i]))
			return true;
	return false;
}

static const char *needs_legacy_fields(const struct subject *subject)
{
	const char *reason = needs_legacy(subject);

	if (reason)
		return reason;
	return has_fields(subject->device) ? NULL : "devices of this type have no field that a byte order shows in";
}

static const char *needs_modern_fields(const struct subject *subject)
{
	if (subject->device->fault[0])
		return subject->device->fault;
	return has_fields(subject->device) ? NULL : "devices of this type have no field that a byte order shows in";
}

static const char *needs_modern_config(const struct subject *subject)
{
	if (subject->device->fault[0])
		return subject->device->fault;
	return virtio_type_config(subject->device) && subject->device->config.present ? NULL :
		"devices of this type have no configuration";
}

/* The bytes of the configuration as accesses of this width see them. */
static void read_bytes(const struct virtio_device *device, unsigned width, uint32_t size, uint8_t *bytes)
{
	for (uint32_t offset = 0; offset + width <= size; offset += width) {
		phys_addr at = { device->config.at.value + offset };
		uint32_t value = width == 1 ? mmio_read8(at) : width == 2 ? mmio_read16_le(at) : mmio_read32_le(at);

		for (unsigned i = 0; i < width; i++)
			bytes[offset + i] = (uint8_t)(value >> 8 * i);
	}
}

/* The first byte that wider accesses see differently, or -1; width is that of the access. */
static int first_difference(const struct virtio_device *device, unsigned *width, uint8_t *single, uint8_t *wide)
{
	uint32_t size = virtio_type_config(device);
	uint8_t bytes[2][VIRTIO_TYPE_CONFIG];

	read_bytes(device, 1, size, bytes[0]);
	for (*width = 2; *width <= 4; *width *= 2) {
		memcpy(bytes[1], bytes[0], size);
		read_bytes(device, *width, size, bytes[1]);
		for (uint32_t i = 0; i < size; i++)
			if (bytes[0][i] != bytes[1][i]) {
				*single = bytes[0][i];
				*wide = bytes[1][i];
				return (int)i;
			}
	}
	return -1;
}

/* Bytes are where they are, however many are read at once. */
static void legacy_widths(struct trial *trial)
{
	const struct virtio_device *legacy = trial->subject->device->legacy;
	unsigned width;
	uint8_t single, wide;
	int at;

	virtio_reset(legacy);
	at = first_difference(legacy, &width, &single, &wide);
	expect(trial, at < 0, "byte %d of the configuration is %#x, but %#x in an access of %u bytes", at, single, wide,
	       width);
}
CONFORMANCE_TEST("virtio.legacy.config-widths", legacy_widths, .scope = &scope_virtio_device, .about = has_legacy,
		 .skip = needs_legacy_config, .clauses = "PCILEG-2 PCILEG-3", .judged_by = FUNCTIONAL);

/* Through the modern interface a driver must use each field's own width, so that a device may do what it likes with
 * others. */
static void modern_widths(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	unsigned width;
	uint8_t single, wide;
	int at;

	if (!virtio_negotiate(device, device->offered & (VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM))) {
		trial_error(trial, "FEATURES_OK does not stick");
		return;
	}
	at = first_difference(device, &width, &single, &wide);
	virtio_reset(device);
	if (at < 0)
		trial_record(trial, "accesses of 8, 16 and 32 bits see the same configuration");
	else
		trial_record(trial, "byte %d of the configuration is %#x, but %#x in an access of %u bytes", at, single,
			     wide, width);
}
CONFORMANCE_TEST("virtio.device.config-widths", modern_widths, .scope = &scope_virtio_device,
		 .skip = needs_modern_config, .clauses = "DEF-4", .judged_by = RECORD);

/*
 * A value that is too large for the right byte order is right nevertheless where the device does as it says: of a disk
 * that takes nothing smaller than its blocks, that is the size of them.
 */
static bool is_in_order(const struct virtio_device *device, const struct config_field *field, uint64_t value)
{
	const struct disk *disk = (const struct disk *)device->learnt;

	return value <= field->most ||
	       (field->type == VIRTIO_ID_BLOCK && field->offset == offsetof(struct virtio_blk_config, blk_size) &&
		disk->known && disk->block == value);
}

static bool read_field(struct trial *trial, const struct virtio_device *device, const struct config_field *field,
		       uint64_t *value)
{
	return expect(trial, virtio_config_read(device, field->offset, field->width, value),
		      "%s cannot be read through the %s interface", field->name, device->transport->name);
}

/* The fields of this device's type, after VERSION_1 was accepted. */
static bool read_modern(struct trial *trial, struct virtio_device *device, uint64_t *values)
{
	bool good =
		expect(trial, virtio_negotiate(device, device->offered & (VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM)),
		       "FEATURES_OK does not stick");

	for (unsigned i = 0; good && i < FIELD_COUNT; i++)
		if (has_field(device, &fields[i]))
			good = read_field(trial, device, &fields[i], &values[i]);
	virtio_reset(device);
	return good;
}

/* In the guest's order they are what they can be, and what the modern interface says. */
static void legacy_order(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	struct virtio_device *legacy = device->legacy;
	uint64_t modern[FIELD_COUNT], value;

	if (!device->fault[0] && !read_modern(trial, device, modern))
		return;
	virtio_reset(legacy);
	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		if (!has_field(legacy, &fields[i]) || !read_field(trial, legacy, &fields[i], &value))
			continue;
		trial_note(trial, fields[i].name, "%#llx", (unsigned long long)value);
		expect(trial, is_in_order(legacy, &fields[i], value),
		       "%s is %#llx, as if in another byte order than the guest's", fields[i].name,
		       (unsigned long long)value);
		if (!device->fault[0])
			expect_equal(trial, fields[i].name, value, modern[i]);
	}
}
CONFORMANCE_TEST("virtio.legacy.config-order", legacy_order, .scope = &scope_virtio_device, .about = has_legacy,
		 .skip = needs_legacy_fields, .clauses = "DEF-5 PCILEG-3 BLK-1 NETLEG-1 CON-2 SCSI-8",
		 .judged_by = FUNCTIONAL);

/*
 * Through the modern interface they are little-endian, before any feature was accepted as well as after (a driver may
 * read them to find out whether it can accept the device).
 */
static void modern_order(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	uint64_t after[FIELD_COUNT], before;

	if (!read_modern(trial, device, after))
		return;
	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		if (!has_field(device, &fields[i]) || !read_field(trial, device, &fields[i], &before))
			continue;
		expect(trial, is_in_order(device, &fields[i], after[i]), "%s is %#llx, as if not little-endian",
		       fields[i].name, (unsigned long long)after[i]);
		if (before != after[i])
			trial_fail(trial, "%s is %#llx before features are accepted, and %#llx after", fields[i].name,
				   (unsigned long long)before, (unsigned long long)after[i]);
	}
}
CONFORMANCE_TEST("virtio.device.config-order", modern_order, .scope = &scope_virtio_device, .skip = needs_modern_fields,
		 .clauses = "DEF-4 CFG-1", .judged_by = FUNCTIONAL);

/* Bytes that a legacy driver may write before it has said which features it knows. */
static const struct { uint16_t type; const char *name; uint32_t offset; uint8_t flip; uint64_t needs; } writable[] = {
	{ VIRTIO_ID_NET, "last byte of the MAC address", offsetof(struct virtio_net_config, mac) + 5, 0x55,
	  VIRTIO_BIT(VIRTIO_NET_F_MAC) },
	{ VIRTIO_ID_BLOCK, "writeback", offsetof(struct virtio_blk_config, wce), 0x01,
	  VIRTIO_BIT(VIRTIO_BLK_F_CONFIG_WCE) },
};
#define WRITABLE_COUNT	(sizeof(writable) / sizeof(writable[0]))

static unsigned find_writable(const struct virtio_device *legacy)
{
	unsigned i = 0;

	while (i < WRITABLE_COUNT && (writable[i].type != legacy->type ||
				      (legacy->offered & writable[i].needs) != writable[i].needs))
		i++;
	return i;
}

static const char *needs_writable(const struct subject *subject)
{
	const char *reason = needs_legacy(subject);

	if (reason)
		return reason;
	return find_writable(subject->device->legacy) < WRITABLE_COUNT ? NULL :
	       "nothing in its configuration may be written";
}

/*
 * Written before the features, the field is what was written. For a disk the step that follows must not change its
 * cache mode either: neither the status nor features do (BLKLEG-2, BLKLEG-3).
 */
static void write_before_features(struct trial *trial)
{
	struct virtio_device *legacy = trial->subject->device->legacy;
	unsigned which = find_writable(legacy);
	uint32_t offset = writable[which].offset;
	uint64_t original, wanted, found;
	bool disk = legacy->type == VIRTIO_ID_BLOCK;

	virtio_reset(legacy);
	if (!virtio_config_read(legacy, offset, 1, &original)) {
		trial_error(trial, "%s cannot be read", writable[which].name);
		return;
	}
	wanted = original ^ writable[which].flip;
	virtio_config_write(legacy, offset, 1, wanted);
	virtio_config_read(legacy, offset, 1, &found);
	expect_equal(trial, writable[which].name, found, wanted);
	virtio_set_status(legacy, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	virtio_config_read(legacy, offset, 1, &found);
	expect_equal(trial, "the same after the status was written", found, wanted);
	if (disk) {
		legacy->transport->accept(legacy, VIRTIO_BIT(VIRTIO_BLK_F_CONFIG_WCE));
		virtio_config_read(legacy, offset, 1, &found);
		expect_equal(trial, "the same after features were written", found, wanted);
	}
	virtio_config_write(legacy, offset, 1, original);
	virtio_reset(legacy);
	pci_command(legacy->function, 0, PCI_COMMAND_MASTER);
}
CONFORMANCE_TEST("virtio.legacy.config-write", write_before_features, .scope = &scope_virtio_device,
		 .about = has_legacy, .skip = needs_writable, .clauses = "LEG-4 BLKLEG-2 BLKLEG-3",
		 .judged_by = FUNCTIONAL);
