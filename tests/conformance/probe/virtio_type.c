/* SPDX-License-Identifier: BSD-2-Clause */
/* Scopes of one type of virtio device: see virtio_type.h. */
#include "tests/conformance/probe/virtio_type.h"

#include <linux/virtio_net.h>

#include "drivers/virtio/device/blk.h"

bool is_virtio_type(unsigned number, const struct conformance_scope *scope)
{
	const struct virtio_engine *virtio = virtio_engine_of(engine_get(number));

	return virtio && virtio->device->type == scope->what;
}

static const struct { uint16_t type, size; uint64_t with; } configs[] = {
	{ VIRTIO_ID_NET, 8, VIRTIO_BIT(VIRTIO_NET_F_STATUS) }, { VIRTIO_ID_NET, 6, 0 },
	{ VIRTIO_ID_BLOCK, 24, 0 }, { VIRTIO_ID_CONSOLE, 8, 0 }, { VIRTIO_ID_BALLOON, 8, 0 },
	{ VIRTIO_ID_SCSI, 36, 0 }, { VIRTIO_ID_9P, 2, 0 }, { VIRTIO_ID_GPU, 16, 0 }, { VIRTIO_ID_INPUT, 8, 0 },
	{ VIRTIO_ID_CRYPTO, 56, 0 }, { VIRTIO_ID_SOUND, 12, 0 },
};

uint32_t virtio_type_config(const struct virtio_device *device)
{
	for (unsigned i = 0; i < sizeof(configs) / sizeof(configs[0]); i++)
		if (configs[i].type == device->type && (device->offered & configs[i].with) == configs[i].with)
			return configs[i].size;
	return 0;
}

void expect_end_of_disk(struct trial *trial, struct engine *engine)
{
	const struct disk *disk = disk_of(engine);
	uint64_t capacity = blk_capacity(virtio_engine_of(engine)->device);
	uint64_t behind = (capacity + disk->block / SECTOR_SIZE - 1) / (disk->block / SECTOR_SIZE) *
			  (disk->block / SECTOR_SIZE);
	uint8_t sector[SECTOR_SIZE];

	if (disk->block > DISK_LARGEST) {
		trial_skip(trial, "%s", disk->no_reads);
		return;
	}
	if (disk->sectors > 0)
		expect(trial, blk_read(engine, disk->sectors - 1, 1, sector) == ENGINE_DONE,
		       "capacity %llu: the last block cannot be read: %s", (unsigned long long)capacity, engine->fault);
	expect(trial, blk_read(engine, behind, 1, sector) == ENGINE_FAILED,
	       "capacity %llu: a sector behind it can be read", (unsigned long long)capacity);
}
