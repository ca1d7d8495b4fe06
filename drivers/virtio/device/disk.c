/* SPDX-License-Identifier: BSD-2-Clause */
/* What is learnt of a disk: see disk.h. */
#include "drivers/virtio/device/disk.h"

#include "boot/string.h"

struct disk *disk_of(const struct engine *engine)
{
	struct virtio_device *device = virtio_engine_of(engine)->device;
	struct disk *disk = (struct disk *)device->learnt;

	_Static_assert(sizeof(struct disk) <= sizeof(device->learnt), "what is learnt of a device");
	if (!disk->block)
		disk->block = SECTOR_SIZE;
	return disk;
}

const char *disk_not_writable(const struct disk *disk)
{
	return disk->known ? disk->no_reads : "the disk could not be looked at";
}

void disk_only_answers(struct disk *disk, const char *reason)
{
	disk->answers = true;
	disk->no_reads = reason;
}

const char *disk_unusable(const struct disk *disk)
{
	if (disk->block % SECTOR_SIZE || disk->block > DISK_LARGEST)
		return "the disk has larger blocks than busproof moves, so that it can only be made to answer: "
		       "give it logical_block_size=4096 or less";
	if (disk->sectors == 0)
		return "the disk has not even one block, so that it can only be made to answer: "
		       "give it an image of 64 sectors or more";
	return NULL;
}

bool disk_has_signature(const void *sector)
{
	return memcmp(sector, SCRATCH_SIGNATURE, strlen(SCRATCH_SIGNATURE)) == 0;
}

void disk_settle(struct disk *disk, bool read_only, bool signature, bool destructive)
{
	disk->scratch = signature && !read_only && disk->sectors >= SCRATCH_SECTORS;
	if (read_only)
		disk->no_reads = "the disk is read-only: give it without readonly=on";
	else if (disk->sectors < SCRATCH_SECTORS)
		disk->no_reads = "the disk is too small: give it an image of 64 sectors or more";
	else if (!disk->scratch && !destructive)
		disk->no_reads = "the disk has no scratch signature: let its image begin with BUSPROOF SCRATCH DISK 1";
}

void disk_settle_engine(struct engine *engine, uint32_t answer)
{
	const struct disk *disk = disk_of(engine);
	uint64_t sectors = disk->sectors < DISK_LARGEST / SECTOR_SIZE ? disk->sectors : DISK_LARGEST / SECTOR_SIZE;

	engine->granule = disk->answers ? answer : disk->block;
	engine->largest = disk->answers ? answer : sectors * SECTOR_SIZE / disk->block * disk->block;
	sectors = disk->sectors < DISK_LARGEST_WRITE / SECTOR_SIZE ? disk->sectors : DISK_LARGEST_WRITE / SECTOR_SIZE;
	engine->largest_write = disk->answers ? 0 : sectors * SECTOR_SIZE / disk->block * disk->block;
	engine->no_reads = disk_not_writable(disk);
}

bool disk_span(const struct disk *disk, uint64_t sector, unsigned count, struct disk_span *span)
{
	uint32_t sectors = disk->block / SECTOR_SIZE;
	uint32_t before = sector % sectors;

	*span = (struct disk_span) {
		.first = sector - before, .skip = before * SECTOR_SIZE,
		.size = (before + count + sectors - 1) / sectors * disk->block,
	};
	return count <= DISK_LARGEST / SECTOR_SIZE && span->size <= DISK_LARGEST;
}

uint64_t disk_engine_sector(const struct disk *disk, enum dma_direction direction, uint32_t size)
{
	uint64_t second = disk->block / SECTOR_SIZE;

	if (direction == DMA_DEVICE_READS)
		return SCRATCH_FIRST_WRITABLE;
	return second + size / SECTOR_SIZE <= disk->sectors ? second : 0;
}
