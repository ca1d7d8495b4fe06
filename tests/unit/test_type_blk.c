/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/blk.c */
/*
 * The block device's driver, against a disk of software. DRV-* are clauses of the specification that our driver is held
 * to.
 */
#include <string.h>

#include <linux/virtio_blk.h>
#include <linux/virtio_ids.h>

#include "drivers/virtio/blk.h"
#include "tests/unit/engine_case.h"

#define SECTORS	64u

static uint8_t disk[SECTORS][SECTOR_SIZE];
/* What the used length says beside the truth. */
static uint32_t length_is_wrong;

static const struct virtio_blk_outhdr *header_of(const struct case_chain *seen)
{
	return (const struct virtio_blk_outhdr *)seen->read;
}

/* Header, at most one piece of data, status byte: each has a descriptor of its own. */
static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	const struct virtio_blk_outhdr *header = case_piece(chain, 0);
	unsigned last = chain->count - 1;
	uint32_t size = chain->count == 3 ? chain->pieces[1].size : 0;

	assert_int_equal(queue, 0);
	assert_in_range(chain->count, 2, 3);
	assert_int_equal(chain->pieces[0].size, sizeof(*header));
	assert_int_equal(chain->pieces[last].size, 1);
	assert_true(chain->pieces[last].device_writes && !chain->pieces[0].device_writes);
	*(uint8_t *)case_piece(chain, last) = VIRTIO_BLK_S_OK;
	switch (header->type) {
	case VIRTIO_BLK_T_IN:
		memcpy(case_piece(chain, 1), disk[header->sector], size);
		return length_is_wrong ? length_is_wrong - 1 : size + 1;
	case VIRTIO_BLK_T_OUT:
		memcpy(disk[header->sector], case_piece(chain, 1), size);
		break;
	case VIRTIO_BLK_T_GET_ID:
		strncpy(case_piece(chain, 1), "serial", size);
		break;
	}
	return length_is_wrong ? length_is_wrong - 1 : 1;
}

static void make(uint64_t offered)
{
	length_is_wrong = 0;
	memset(disk, 0, sizeof(disk));
	strcpy((char *)disk[0], SCRATCH_SIGNATURE);
	case_answer = answer;
	engine_case_make(VIRTIO_ID_BLOCK, offered, "accepted");
	case_config(struct virtio_blk_config)->capacity = SECTORS;
	engine_case_start();
}

/* Of all features those that it can do something about. */
static void features(void **state)
{
	(void)state;
	engine_case_make(VIRTIO_ID_BLOCK, UINT32_MAX, "accepted");
	case_config(struct virtio_blk_config)->capacity = SECTORS;
	case_answer = answer;
	engine_case_start();
	assert_int_equal((uint32_t)case_model->accepted, VIRTIO_BIT(VIRTIO_BLK_F_FLUSH) | VIRTIO_BIT(VIRTIO_BLK_F_RO));
	assert_non_null(case_engine->no_reads);
}

static void a_flush(void **state)
{
	const struct case_chain *seen;

	(void)state;
	make(VIRTIO_BIT(VIRTIO_BLK_F_FLUSH));
	case_chain_count = 0;
	assert_int_equal(blk_flush(case_engine), ENGINE_DONE);
	assert_int_equal(case_chain_count, 1);
	seen = &case_chains[0];
	assert_int_equal(header_of(seen)->type, VIRTIO_BLK_T_FLUSH);
	assert_int_equal(header_of(seen)->sector, 0);
	assert_int_equal(seen->read_size, sizeof(struct virtio_blk_outhdr));
	assert_int_equal(seen->write_size, 1);
}

/* A device that offers none is not sent one. */
static void no_flush_unless_accepted(void **state)
{
	(void)state;
	make(0);
	case_chain_count = 0;
	assert_int_equal(blk_flush(case_engine), ENGINE_DONE);
	assert_int_equal(case_chain_count, 0);
}

/* Every request the driver has, and how long its data are. */
static void lengths(void **state)
{
	uint8_t bytes[8 * SECTOR_SIZE];
	char serial[BLK_SERIAL];

	(void)state;
	make(0);
	case_chain_count = 0;
	for (unsigned count = 1; count <= 8; count++)
		assert_int_equal(blk_read(case_engine, 8, count, bytes), ENGINE_DONE);
	assert_int_equal(blk_write(case_engine, 8, 3, bytes), ENGINE_DONE);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(case_chains[i].write_size, (i + 1) * SECTOR_SIZE + 1);
	assert_int_equal(case_chains[8].read_size, sizeof(struct virtio_blk_outhdr) + 3 * SECTOR_SIZE);
	assert_int_equal(blk_serial(case_engine, serial), ENGINE_DONE);
	assert_string_equal(serial, "serial");
	assert_int_equal(header_of(&case_chains[9])->type, VIRTIO_BLK_T_GET_ID);
	assert_int_equal(case_chains[9].write_size, 20 + 1);
}

/* An engine's transfers stay on the disk, however small it has become since. */
static void the_end_of_the_disk(void **state)
{
	static const struct { uint64_t capacity; uint32_t sectors; bool reads, good; } rows[] = {
		{ SECTORS, 8, false, true }, { 9, 8, false, true }, { 8, 8, false, false }, { 2, 1, false, true },
		{ 1, 1, false, false }, { 0, 1, false, false }, { SECTORS, 8, true, true }, { 15, 8, true, false },
	};
	uint64_t number;
	void *bytes;

	(void)state;
	make(0);
	number = case_buffer(8 * SECTOR_SIZE, &bytes);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum dma_direction direction = rows[i].reads ? DMA_DEVICE_READS : DMA_DEVICE_WRITES;

		case_config(struct virtio_blk_config)->capacity = rows[i].capacity;
		case_chain_count = 0;
		if (case_engine->ops->begin(case_engine, direction, number, rows[i].sectors * SECTOR_SIZE) !=
		    rows[i].good)
			fail_msg("row %u", i);
		assert_int_equal(case_chain_count > 0, rows[i].good);
		if (rows[i].good)
			assert_int_equal(case_engine->ops->finish(case_engine, ENGINE_LIMIT, NULL), ENGINE_DONE);
	}
}

/* The status byte says whether it is done; what the device says of lengths does not matter. */
static void lengths_that_are_wrong(void **state)
{
	static const uint32_t lengths[] = { 0, SECTOR_SIZE + 17, 0xfffffff0 };
	uint8_t bytes[SECTOR_SIZE];

	(void)state;
	make(0);
	for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		length_is_wrong = lengths[i] + 1;
		assert_int_equal(blk_read(case_engine, 0, 1, bytes), ENGINE_DONE);
		assert_memory_equal(bytes, disk[0], SECTOR_SIZE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(features, "DRV-BLK-3 DRV-BLK-6 DRV-FEAT-2 DRV-FEAT-4 DRV-FEAT-5"),
		ENGINE_CLAUSES(a_flush, "DRV-BLK-1 DRV-BLK-7 DRV-BLK-8 DRV-BLKLEG-3"),
		ENGINE_TEST(no_flush_unless_accepted),
		ENGINE_CLAUSES(lengths, "DRV-BLK-9 DRV-BLK-10 DRV-BLKLEG-3"),
		ENGINE_CLAUSES(the_end_of_the_disk, "DRV-BLK-4 DRV-BLK-5"),
		ENGINE_CLAUSES(lengths_that_are_wrong, "DRV-BLKLEG-2"),
	};

	return cmocka_run_group_tests_name("type-blk", tests, NULL, NULL);
}
