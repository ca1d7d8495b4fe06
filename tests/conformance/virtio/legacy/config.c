/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.legacy: device-specific configuration in the byte order of the guest, compared with what the modern
 * interface says. The same through the modern interface: virtio/device/config.c.
 *
 * Source: VIRTIO 1.4, section 2.5, the legacy interface part of 4.1, and each device type's configuration layout.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_blk.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>

#include "tests/conformance/probe/config_fields.h"
#include "tests/conformance/probe/virtio_type.h"
#include "tests/conformance/virtio/legacy/registers.h"

static const char *needs_legacy_config(const struct subject *subject)
{
	const char *reason = needs_legacy(subject);

	if (reason)
		return reason;
	return virtio_type_config(subject->device) ? NULL : "devices of this type have no configuration";
}

static const char *needs_legacy_fields(const struct subject *subject)
{
	const char *reason = needs_legacy(subject);

	if (reason)
		return reason;
	return config_has_fields(subject->device) ? NULL :
	       "devices of this type have no field that a byte order shows in";
}

/* Bytes are where they are, however many are read at once. */
static void legacy_widths(struct trial *trial)
{
	const struct virtio_device *legacy = trial->subject->device->legacy;
	unsigned width;
	uint8_t single, wide;
	int at;

	virtio_reset(legacy);
	at = config_first_difference(legacy, &width, &single, &wide);
	expect(trial, at < 0, "byte %d of the configuration is %#x, but %#x in an access of %u bytes", at, single, wide,
	       width);
}
CONFORMANCE_TEST("virtio.legacy.config-widths", legacy_widths,
		 "The legacy configuration is the same bytes in accesses of every width.",
		 .scope = &scope_virtio_device, .about = has_legacy, .skip = needs_legacy_config,
		 .clauses = "PCILEG-2 PCILEG-3", .judged_by = FUNCTIONAL);

/* In the guest's order they are what they can be, and what the modern interface says. */
static void legacy_order(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	struct virtio_device *legacy = device->legacy;
	uint64_t modern[CONFIG_FIELDS], value;

	if (!device->fault[0] && !config_read_modern(trial, device, modern))
		return;
	virtio_reset(legacy);
	for (unsigned i = 0; i < CONFIG_FIELDS; i++) {
		const struct config_field *field = &config_fields[i];

		if (!config_has_field(legacy, field) || !config_read_field(trial, legacy, field, &value))
			continue;
		trial_note(trial, field->name, "%#llx", (unsigned long long)value);
		expect(trial, config_in_order(legacy, field, value),
		       "%s is %#llx, as if in another byte order than the guest's", field->name,
		       (unsigned long long)value);
		if (!device->fault[0])
			expect_equal(trial, field->name, value, modern[i]);
	}
}
CONFORMANCE_TEST("virtio.legacy.config-order", legacy_order,
		 "Fields of the legacy configuration are in the guest's byte order, and say what the modern ones say.",
		 .scope = &scope_virtio_device, .about = has_legacy, .skip = needs_legacy_fields,
		 .clauses = "DEF-5 PCILEG-3 BLK-1 NETLEG-1 CON-2 SCSI-8", .judged_by = FUNCTIONAL);

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
CONFORMANCE_TEST("virtio.legacy.config-write", write_before_features,
		 "A field of the legacy configuration that a driver may write keeps it, through status and features.",
		 .scope = &scope_virtio_device, .about = has_legacy, .skip = needs_writable,
		 .clauses = "LEG-4 BLKLEG-1 BLKLEG-2 BLKLEG-3", .judged_by = FUNCTIONAL);
