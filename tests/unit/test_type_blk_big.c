/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/disk.c */
/*
 * Requests of the block device as a big-endian guest makes them: the same driver, compiled for a computer whose own
 * order is the other one. What is little-endian there has its bytes turned here, and what is the guest's own, without
 * VERSION_1, has not.
 */
#define BYTEORDER_LITTLE	0

#include "drivers/virtio/device/blk.c"

#include "tests/unit/engine_case.h"

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	(void)queue;
	*(uint8_t *)case_piece(chain, chain->count - 1) = VIRTIO_BLK_S_OK;
	return 1;
}

/* Of a request for a sector, and of one of a type that is not 0. */
static const struct virtio_blk_outhdr *write_header(unsigned omit, bool of_sector)
{
	uint8_t sector[SECTOR_SIZE];
	char serial[BLK_SERIAL];

	case_answer = answer;
	engine_case_make(VIRTIO_ID_BLOCK, 0, "accepted");
	case_config(struct virtio_blk_config)->capacity = 1ull << 40;
	case_virtio->plan = (struct virtio_plan) { .omit = omit };
	engine_case_start();
	case_chain_count = 0;
	if (of_sector)
		assert_int_equal(blk_read(case_engine, 0x0123456789, 1, sector), ENGINE_DONE);
	else
		assert_int_equal(blk_serial(case_engine, serial), ENGINE_DONE);
	return (const struct virtio_blk_outhdr *)case_chains[0].read;
}

static void native_without_version_1(void **state)
{
	assert_int_equal(write_header(OMIT_VERSION_1, true)->sector, 0x0123456789);
	engine_stop(case_engine);
	virtio_model_machine(state);
	assert_int_equal(write_header(OMIT_VERSION_1, false)->type, VIRTIO_BLK_T_GET_ID);
}

static void little_endian_with_version_1(void **state)
{
	assert_int_equal(write_header(0, true)->sector, __builtin_bswap64(0x0123456789));
	engine_stop(case_engine);
	virtio_model_machine(state);
	assert_int_equal(write_header(0, false)->type, __builtin_bswap32(VIRTIO_BLK_T_GET_ID));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(native_without_version_1, "DRV-BLKLEG-1"),
		ENGINE_TEST(little_endian_with_version_1),
	};

	return cmocka_run_group_tests_name("type-blk-big", tests, NULL, NULL);
}
