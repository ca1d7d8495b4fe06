/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/scsi.c
 * drivers/virtio/device/scsi_units.c drivers/virtio/device/disk.c */
/*
 * The SCSI host's driver, against a disk of software. DRV-* are clauses of the specification that our driver is held
 * to.
 */
#include <string.h>

#include <linux/virtio_ids.h>

#include "drivers/virtio/device/blk.h"
#include "drivers/virtio/device/scsi.h"
#include "tests/unit/engine_case.h"

#define REQUESTS	2
#define TEST_UNIT_READY	0x00
#define INQUIRY		0x12
#define MODE_SENSE_6	0x1a
#define READ_CAPACITY	0x25
#define READ_10		0x28
#define REPORT_LUNS	0xa0

#define SECTORS		64u

/* The units behind the host. */
static struct { uint8_t target, unit, kind; uint32_t block; bool medium, signature, read_only, bad; } units[4];
static unsigned unit_count;
static uint32_t used_length;

static void put_be32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = value >> (24 - 8 * i);
}

static void report(uint8_t target, uint8_t *data)
{
	unsigned count = 0;

	for (unsigned i = 0; i < unit_count; i++)
		if (units[i].target == target)
			data[8 + 8 * count++ + 1] = units[i].unit;
	put_be32(data, 8 * count);
}

/* Not ready: sense key 2. Bad: it gives a status that no rule has. */
static void command(unsigned i, const uint8_t *cdb, struct virtio_scsi_cmd_resp *response, uint8_t *data, uint32_t size)
{
	bool needs_medium = cdb[0] == TEST_UNIT_READY || cdb[0] == READ_CAPACITY || cdb[0] == READ_10;

	if (needs_medium && (units[i].bad || !units[i].medium)) {
		response->status = units[i].bad ? 0x7e : SCSI_CHECK_CONDITION;
		response->sense[2] = 2;
		return;
	}
	if (data && cdb[0] != READ_10)
		memset(data, 0, size);
	if (cdb[0] == INQUIRY)
		data[0] = units[i].kind;
	if (cdb[0] == MODE_SENSE_6)
		data[2] = units[i].read_only << 7;
	if (cdb[0] == READ_CAPACITY) {
		put_be32(data, SECTORS * SECTOR_SIZE / units[i].block - 1);
		put_be32(data + 4, units[i].block);
	}
	if (cdb[0] == READ_10 && data) {
		assert_int_equal(size % units[i].block, 0);
		memset(data, 0, size);
		if (units[i].signature && cdb[5] == 0)
			strcpy((char *)data, SCRATCH_SIGNATURE);
	}
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	const struct virtio_scsi_cmd_req *request = case_piece(chain, 0);
	struct virtqueue *requests = &case_virtio->queues[REQUESTS];
	unsigned at = chain->count > 1 && chain->pieces[1].device_writes ? 1 : 2;
	bool cut = chain->pieces[at].size == 8;
	uint8_t *data = chain->count == 3 && !cut && at == 1 ? case_piece(chain, 2) : NULL;
	struct virtio_scsi_cmd_resp response = { .response = VIRTIO_SCSI_S_BAD_TARGET };

	assert_int_equal(queue, REQUESTS);
	assert_int_equal(chain->pieces[0].size, sizeof(*request));
	assert_true(cut || chain->pieces[at].size == sizeof(response));
	assert_int_equal(requests->size - requests->free_count, chain->count);
	for (unsigned i = 0; i < unit_count; i++) {
		if (units[i].target != request->lun[1])
			continue;
		response.response = VIRTIO_SCSI_S_OK;
		if (request->cdb[0] == REPORT_LUNS)
			report(request->lun[1], data);
		else if (units[i].unit == request->lun[3])
			command(i, request->cdb, &response, data, data ? chain->pieces[2].size : 0);
	}
	memcpy(case_piece(chain, at), &response, cut ? 8 : sizeof(response));
	if (cut)
		memcpy(case_piece(chain, at + 1), (uint8_t *)&response + 8, sizeof(response) - 8);
	return used_length;
}

static void prepare(void)
{
	case_answer = answer;
	used_length = 0;
	unit_count = 0;
	memset(units, 0, sizeof(units));
	engine_case_make(VIRTIO_ID_SCSI, 0, "accepted");
	case_config(struct virtio_scsi_config)->cmd_per_lun = 1;
	case_config(struct virtio_scsi_config)->max_target = 9;
}

/* Its disk is where the drivers of old looked for it. */
static void make(void)
{
	prepare();
	units[unit_count++].block = SECTOR_SIZE;
	units[0].medium = units[0].signature = true;
	engine_case_start();
	case_chain_count = 0;
}

/* One command at a time, request and response a descriptor each; nothing of the configuration is written. */
static void requests(void **state)
{
	uint64_t number;
	void *bytes;

	(void)state;
	make();
	number = case_buffer(SECTOR_SIZE, &bytes);
	assert_int_equal(case_transfer(DMA_DEVICE_READS, number, SECTOR_SIZE, NULL), ENGINE_DONE);
	assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, SECTOR_SIZE, NULL), ENGINE_DONE);
	assert_true(case_chain_count >= 2);
	for (unsigned i = 0; i < case_chain_count; i++) {
		const struct virtio_scsi_cmd_req *request = (const void *)case_chains[i].read;

		assert_int_equal(request->task_attr, 0);
		assert_int_equal(request->prio, 0);
		assert_int_equal(request->crn, 0);
	}
}

/* The response says how it went; what the device says of lengths does not matter. */
static void lengths_that_are_wrong(void **state)
{
	static const uint32_t lengths[] = { 0, 1, 0xfffffff0 };
	char sector[SECTOR_SIZE];

	(void)state;
	make();
	for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		used_length = lengths[i];
		assert_int_equal(scsi_read(case_engine, 0, 1, sector), ENGINE_DONE);
		assert_string_equal(sector, SCRATCH_SIGNATURE);
	}
}

#define DISK	0
#define CD	5

/* Of all units the one that can be made to do most, the first of them. */
static void the_best_unit(void **state)
{
	static const struct { uint8_t units, target, unit; uint32_t granule; bool writable, answers; } rows[] = {
		{ 0, 0, 0, 8, false, true }, { 1, 1, 0, 8, false, true }, { 2, 2, 0, 2048, false, false },
		{ 3, 2, 7, 4096, false, false }, { 4, 9, 5, 512, true, false },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prepare();
		memcpy(units, (const typeof(units)) {
			{ .target = 1, .kind = CD }, { .target = 2, .kind = CD, .block = 2048, .medium = true },
			{ .target = 2, .unit = 7, .kind = DISK, .block = 4096, .medium = true, .signature = true,
			  .read_only = true },
			{ .target = 9, .unit = 5, .kind = DISK, .block = 512, .medium = true, .signature = true },
		}, sizeof(units));
		unit_count = rows[i].units;
		engine_case_start();
		if (disk_of(case_engine)->target != rows[i].target || disk_of(case_engine)->unit != rows[i].unit ||
		    case_engine->granule != rows[i].granule || !case_engine->no_reads != rows[i].writable ||
		    disk_of(case_engine)->answers != rows[i].answers)
			fail_msg("row %u: target %u, unit %u, %u: %s %s", i, disk_of(case_engine)->target,
				 disk_of(case_engine)->unit, case_engine->granule, case_engine->no_reads,
				 case_engine->fault);
		engine_case_stop(state);
		virtio_model_machine(state);
	}
}

/* Nobody there is an answer, and it is written where the driver says. One that is not what it must be is none. */
static void only_answers(void **state)
{
	uint64_t number;
	uint64_t *words;

	(void)state;
	prepare();
	engine_case_start();
	number = case_buffer(16, (void **)&words);
	words[0] = words[1] = ~0ull;
	assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, 8, NULL), ENGINE_DONE);
	assert_int_equal(words[0], 0);
	assert_int_equal(words[1], ~0ull);
	assert_false(case_engine->ops->begin(case_engine, DMA_DEVICE_READS, number, 8));
	unit_count = 1;
	assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, 8, NULL), ENGINE_FAILED);
}

/* A unit that is not ready for a reason that nobody gives does not lack anything: it is broken. */
static void a_broken_unit(void **state)
{
	(void)state;
	prepare();
	unit_count = 1;
	units[0].block = SECTOR_SIZE;
	units[0].bad = true;
	assert_false(engine_start(case_engine));
	assert_false(disk_of(case_engine)->known);
	assert_null(case_engine->no_writes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(requests, "DRV-SCSI-1 DRV-SCSI-2 DRV-SCSI-3 DRV-SCSILEG-3"),
		ENGINE_CLAUSES(lengths_that_are_wrong, "DRV-SCSILEG-2"),
		ENGINE_TEST(the_best_unit),
		ENGINE_TEST(only_answers),
		ENGINE_TEST(a_broken_unit),
	};

	return cmocka_run_group_tests_name("type-scsi", tests, NULL, NULL);
}
