/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/blk.c
 * drivers/virtio/device/disk.c */
/*
 * What keeps the block device's driver from a user's data, and from taking a failure for success: a disk without the
 * signature is not written to, by whatever way, and the status byte counts.
 */
#include <string.h>

#include <linux/virtio_blk.h>
#include <linux/virtio_ids.h>

#include "drivers/virtio/device/blk.h"
#include "tests/unit/engine_case.h"

static const char *signature;
static uint8_t status;
static unsigned writes;

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	const struct virtio_blk_outhdr *header = case_piece(chain, 0);
	bool reads_signature = header->type == VIRTIO_BLK_T_IN && header->sector == 0;

	(void)queue;
	writes += header->type == VIRTIO_BLK_T_OUT;
	if (reads_signature)
		strcpy(case_piece(chain, 1), signature);
	*(uint8_t *)case_piece(chain, chain->count - 1) = reads_signature ? VIRTIO_BLK_S_OK : status;
	return 1;
}

static void make_allowing(bool destructive, const char *first_sector, uint64_t sectors, uint64_t offered)
{
	signature = first_sector;
	status = VIRTIO_BLK_S_OK;
	writes = 0;
	case_answer = answer;
	blk_allow_destructive(destructive);
	engine_case_make(VIRTIO_ID_BLOCK, offered, "accepted");
	case_config(struct virtio_blk_config)->capacity = sectors;
	engine_case_start();
}

static void make(const char *first_sector, uint64_t sectors, uint64_t offered)
{
	make_allowing(false, first_sector, sectors, offered);
}

/* Each way to write, and how many of them the device was asked for. */
static unsigned write_by_all_ways(void)
{
	static const uint8_t bytes[SECTOR_SIZE];
	void *data;
	uint64_t number = case_buffer(SECTOR_SIZE, &data);

	blk_write(case_engine, 8, 1, bytes);
	blk_write_from(case_engine, 8, number);
	case_transfer(DMA_DEVICE_READS, number, SECTOR_SIZE, NULL);
	return writes;
}

static void a_scratch_disk_is_written_to(void **state)
{
	(void)state;
	make(SCRATCH_SIGNATURE, 64, 0);
	assert_null(disk_not_writable(disk_of(case_engine)));
	assert_null(case_engine->no_reads);
	assert_int_equal(write_by_all_ways(), 3);
}

static void only_scratch_disks_are_written_to(void **state)
{
	static const char *const others[] = { "", "BUSPROOF SCRATCH DISK", "\xeb\x3c\x90",
					      "busproof scratch disk 1\n" };

	(void)state;
	for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		make(others[i], 64, 0);
		assert_non_null(disk_not_writable(disk_of(case_engine)));
		assert_non_null(case_engine->no_reads);
		assert_int_equal(write_by_all_ways(), 0);
		engine_case_stop(state);
		virtio_model_machine(state);
	}
}

static void a_disk_that_is_read_only_is_not_written_to(void **state)
{
	(void)state;
	make(SCRATCH_SIGNATURE, 64, VIRTIO_BIT(VIRTIO_BLK_F_RO));
	assert_int_equal(write_by_all_ways(), 0);
}

static void a_disk_that_is_too_small_is_not_written_to(void **state)
{
	(void)state;
	make(SCRATCH_SIGNATURE, 8, 0);
	assert_int_equal(write_by_all_ways(), 0);
}

static void who_allows_it_has_any_disk_written_to(void **state)
{
	(void)state;
	make_allowing(true, "a user's", 64, 0);
	assert_int_equal(write_by_all_ways(), 3);
	blk_allow_destructive(false);
}

static void a_status_that_is_not_ok(void **state)
{
	static const uint8_t failures[] = { VIRTIO_BLK_S_IOERR, VIRTIO_BLK_S_UNSUPP, 0xee, 0xff };
	uint8_t bytes[SECTOR_SIZE];

	(void)state;
	make(SCRATCH_SIGNATURE, 64, 0);
	for (unsigned i = 0; i < sizeof(failures); i++) {
		status = failures[i];
		assert_int_equal(blk_read(case_engine, 8, 1, bytes), ENGINE_FAILED);
		assert_int_equal(blk_write(case_engine, 8, 1, bytes), ENGINE_FAILED);
		assert_non_null(strstr(case_engine->fault, "status byte is 0x"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(a_scratch_disk_is_written_to),
		ENGINE_TEST(only_scratch_disks_are_written_to),
		ENGINE_TEST(a_disk_that_is_read_only_is_not_written_to),
		ENGINE_TEST(a_disk_that_is_too_small_is_not_written_to),
		ENGINE_TEST(who_allows_it_has_any_disk_written_to),
		ENGINE_TEST(a_status_that_is_not_ok),
	};

	return cmocka_run_group_tests_name("type-blk-scratch", tests, NULL, NULL);
}
