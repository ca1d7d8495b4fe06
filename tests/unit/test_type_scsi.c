/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/scsi.c */
/*
 * The SCSI host's driver, against a disk of software. DRV-* are clauses of the specification that our driver is held
 * to.
 */
#include <string.h>

#include <linux/virtio_ids.h>

#include "drivers/virtio/blk.h"
#include "drivers/virtio/scsi.h"
#include "tests/unit/engine_case.h"

#define REQUESTS	2
#define READ_10		0x28

static uint32_t used_length;

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	const struct virtio_scsi_cmd_req *request = case_piece(chain, 0);
	struct virtqueue *requests = &case_virtio->queues[REQUESTS];
	unsigned response = chain->count > 1 && chain->pieces[1].device_writes ? 1 : 2;

	assert_int_equal(queue, REQUESTS);
	assert_int_equal(chain->pieces[0].size, sizeof(*request));
	assert_int_equal(chain->pieces[response].size, sizeof(struct virtio_scsi_cmd_resp));
	assert_int_equal(requests->size - requests->free_count, chain->count);
	memset(case_piece(chain, response), 0, sizeof(struct virtio_scsi_cmd_resp));
	if (request->cdb[0] == READ_10 && chain->count == 3)
		strcpy(case_piece(chain, 2), SCRATCH_SIGNATURE);
	return used_length;
}

static void make(void)
{
	case_answer = answer;
	used_length = 0;
	engine_case_make(VIRTIO_ID_SCSI, 0, "accepted");
	case_config(struct virtio_scsi_config)->cmd_per_lun = 1;
	engine_case_start();
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
	assert_true(case_chain_count >= 4);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(requests, "DRV-SCSI-1 DRV-SCSI-2 DRV-SCSI-3 DRV-SCSILEG-3"),
		ENGINE_CLAUSES(lengths_that_are_wrong, "DRV-SCSILEG-2"),
	};

	return cmocka_run_group_tests_name("type-scsi", tests, NULL, NULL);
}
