/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/blk.c
 * drivers/virtio/device/disk.c */
/*
 * The block device's driver, against a disk of software. DRV-* are clauses of the specification that our driver
 * is held to.
 */
#include <string.h>

#include <linux/virtio_blk.h>
#include <linux/virtio_ids.h>

#include "drivers/virtio/device/blk.h"
#include "tests/unit/engine_case.h"

#define SECTORS	64u

static uint8_t disk[SECTORS][SECTOR_SIZE];
/* What the used length says beside the truth. */
static uint32_t length_is_wrong;
/*
 * Requests that are no multiple of it are refused; reading brings no data; data go nowhere, not even the serial number.
 */
static uint32_t block;
static bool brings_nothing, data_lost;
/* A byte beside the status byte is written as well. */
static bool strays;

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
	if (header->type <= VIRTIO_BLK_T_OUT && (size % block || header->sector + size / SECTOR_SIZE > SECTORS)) {
		*(uint8_t *)case_piece(chain, last) = VIRTIO_BLK_S_IOERR;
		return 1;
	}
	if (strays)
		((uint8_t *)case_piece(chain, last))[1] = 0;
	if (data_lost)
		return 1;
	switch (header->type) {
	case VIRTIO_BLK_T_IN:
		if (!brings_nothing)
			memcpy(case_piece(chain, 1), disk[header->sector], size);
		return length_is_wrong ? length_is_wrong - 1 : size + 1;
	case VIRTIO_BLK_T_OUT:
		memcpy(disk[header->sector], case_piece(chain, 1), size);
		break;
	case VIRTIO_BLK_T_GET_ID:
		strncpy(case_piece(chain, 1), "serial", size);
		break;
	case VIRTIO_BLK_T_FLUSH:
		break;
	default:
		*(uint8_t *)case_piece(chain, last) = VIRTIO_BLK_S_UNSUPP;
	}
	return length_is_wrong ? length_is_wrong - 1 : 1;
}

static void prepare(uint64_t offered)
{
	length_is_wrong = 0;
	block = SECTOR_SIZE;
	brings_nothing = data_lost = strays = false;
	memset(disk, 0, sizeof(disk));
	strcpy((char *)disk[0], SCRATCH_SIGNATURE);
	case_answer = answer;
	engine_case_make(VIRTIO_ID_BLOCK, offered, "accepted");
	case_config(struct virtio_blk_config)->capacity = SECTORS;
}

static void make(uint64_t offered)
{
	prepare(offered);
	engine_case_start();
}

/* Of all features those that it can do something about. */
static void features(void **state)
{
	(void)state;
	engine_case_make(VIRTIO_ID_BLOCK, UINT32_MAX, "accepted");
	case_config(struct virtio_blk_config)->capacity = SECTORS;
	case_answer = answer;
	block = SECTOR_SIZE;
	memset(disk, 0, sizeof(disk));
	engine_case_start();
	assert_int_equal((uint32_t)case_model->accepted, VIRTIO_BIT(VIRTIO_BLK_F_FLUSH) | VIRTIO_BIT(VIRTIO_BLK_F_RO) |
			 VIRTIO_BIT(VIRTIO_BLK_F_BLK_SIZE) | VIRTIO_BIT(VIRTIO_BLK_F_DISCARD) |
			 VIRTIO_BIT(VIRTIO_BLK_F_WRITE_ZEROES));
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

/* Of a block size that is no more than a hint, and of one that the device insists on. */
static void blocks(void **state)
{
	static const struct {
		uint32_t hint, insists;
		uint64_t capacity;
		uint32_t granule, largest;
		bool writable;
	} rows[] = {
		{ 512, 512, SECTORS, 512, 4096, true }, { 4096, 512, SECTORS, 512, 4096, true },
		{ 4096, 4096, SECTORS, 4096, 4096, true }, { 1024, 1024, 9, 1024, 4096, false },
		{ 4096, 4096, 7, 8, 8, false }, { 8192, 8192, SECTORS, 8, 8, false }, { 512, 512, 0, 8, 8, false },
		{ 512, 512, 1, 512, 512, false },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prepare(VIRTIO_BIT(VIRTIO_BLK_F_BLK_SIZE));
		case_config(struct virtio_blk_config)->capacity = rows[i].capacity;
		case_config(struct virtio_blk_config)->blk_size = rows[i].hint;
		block = rows[i].insists;
		engine_case_start();
		if (case_engine->granule != rows[i].granule || case_engine->largest != rows[i].largest ||
		    !case_engine->no_reads != rows[i].writable)
			fail_msg("row %u: %u, %u, %s", i, case_engine->granule, case_engine->largest,
				 case_engine->no_reads);
		assert_null(case_engine->no_writes);
		engine_case_stop(state);
		virtio_model_machine(state);
	}
}

/* What has nothing to read answers; the answer is a byte at the number, and no other. */
static void only_answers(void **state)
{
	uint64_t number;
	uint8_t *bytes;

	(void)state;
	prepare(0);
	case_config(struct virtio_blk_config)->capacity = 0;
	engine_case_start();
	number = case_buffer(16, (void **)&bytes);
	memset(bytes, 0xaa, 16);
	assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, 8, NULL), ENGINE_DONE);
	assert_int_equal(bytes[0], VIRTIO_BLK_S_UNSUPP);
	for (unsigned i = 1; i < 16; i++)
		assert_int_equal(bytes[i], 0xaa);
	assert_false(case_engine->ops->begin(case_engine, DMA_DEVICE_READS, number, 8));
}

/* A medium without data lacks them; a device that brings no data at all, whatever is asked, is broken. */
static void no_data(void **state)
{
	(void)state;
	prepare(0);
	brings_nothing = true;
	engine_case_start();
	assert_true(disk_of(case_engine)->answers);
	assert_int_equal(case_engine->largest, 8);
	engine_case_stop(state);
	virtio_model_machine(state);
	prepare(0);
	data_lost = true;
	engine_case_start();
	assert_false(disk_of(case_engine)->answers);
	assert_int_equal(case_engine->largest, DISK_LARGEST);
}

/* What could not be looked at is not written. */
static void not_known(void **state)
{
	uint8_t bytes[SECTOR_SIZE] = { 0 };

	(void)state;
	prepare(0);
	block = 3;
	engine_case_start();
	assert_non_null(case_engine->no_reads);
	assert_int_equal(blk_write(case_engine, 8, 1, bytes), ENGINE_FAILED);
	block = SECTOR_SIZE;
	assert_int_equal(blk_write(case_engine, 8, 1, bytes), ENGINE_FAILED);
}

/* A request of a test's own: its answer as it is, and nothing is asked of a user's disk that may change it. */
static void a_request_of_any_type(void **state)
{
	struct blk_request request = { .type = 0x7777 };

	(void)state;
	make(0);
	case_chain_count = 0;
	assert_int_equal(blk_ask(case_engine, &request), ENGINE_DONE);
	assert_int_equal(request.status, VIRTIO_BLK_S_UNSUPP);
	assert_int_equal(request.length, 1);
	assert_false(request.strayed);
	strays = true;
	assert_int_equal(blk_ask(case_engine, &request), ENGINE_DONE);
	assert_true(request.strayed);
	assert_int_equal(case_chain_count, 2);
	request.count = BLK_PIECES + 1;
	assert_int_equal(blk_ask(case_engine, &request), ENGINE_FAILED);
	request.count = 0;
	disk_of(case_engine)->no_reads = "it is a user's";
	assert_int_equal(blk_ask(case_engine, &request), ENGINE_FAILED);
	assert_int_equal(case_chain_count, 2);
	request.harmless = true;
	assert_int_equal(blk_ask(case_engine, &request), ENGINE_DONE);
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
		ENGINE_TEST(blocks),
		ENGINE_TEST(only_answers),
		ENGINE_TEST(no_data),
		ENGINE_TEST(not_known),
		ENGINE_TEST(a_request_of_any_type),
	};

	return cmocka_run_group_tests_name("type-blk", tests, NULL, NULL);
}
