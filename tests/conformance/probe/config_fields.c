/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of device-specific configuration: see config_fields.h. */
#include "tests/conformance/probe/config_fields.h"

#include <linux/virtio_9p.h>
#include <linux/virtio_blk.h>
#include <linux/virtio_console.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>
#include <linux/virtio_scsi.h>

#include "boot/string.h"
#include "drivers/virtio/device/disk.h"
#include "tests/conformance/probe/virtio_type.h"

#define FIELD(id, structure, member, largest) \
	{ id, #member, offsetof(struct structure, member), sizeof(((struct structure *)0)->member), largest, 0 }
const struct config_field config_fields[] = {
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

bool config_has_field(const struct virtio_device *device, const struct config_field *field)
{
	return field->type == device->type && (device->offered & field->with) == field->with;
}

bool config_has_fields(const struct virtio_device *device)
{
	for (unsigned i = 0; i < CONFIG_FIELDS; i++)
		if (config_has_field(device, &config_fields[i]))
			return true;
	return false;
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

int config_first_difference(const struct virtio_device *device, unsigned *width, uint8_t *single, uint8_t *wide)
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

bool config_in_order(const struct virtio_device *device, const struct config_field *field, uint64_t value)
{
	const struct disk *disk = (const struct disk *)device->learnt;

	return value <= field->most ||
	       (field->type == VIRTIO_ID_BLOCK && field->offset == offsetof(struct virtio_blk_config, blk_size) &&
		disk->known && disk->block == value);
}

bool config_read_field(struct trial *trial, const struct virtio_device *device, const struct config_field *field,
		       uint64_t *value)
{
	return expect(trial, virtio_config_read(device, field->offset, field->width, value),
		      "%s cannot be read through the %s interface", field->name, device->transport->name);
}

bool config_read_modern(struct trial *trial, struct virtio_device *device, uint64_t *values)
{
	bool good =
		expect(trial, virtio_negotiate(device, device->offered & (VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM)),
		       "FEATURES_OK does not stick");

	for (unsigned i = 0; good && i < CONFIG_FIELDS; i++)
		if (config_has_field(device, &config_fields[i]))
			good = config_read_field(trial, device, &config_fields[i], &values[i]);
	virtio_reset(device);
	return good;
}
