/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/disk.c
 * drivers/virtio/device/scsi_units.c */
/*
 * The response of a SCSI host as a big-endian guest has it: the same driver, compiled for a computer whose own order
 * is the other one. What is little-endian there has its bytes turned here, and what is the guest's own, without
 * VERSION_1, has not. Of a request no field has more than a byte but the id, which is 0.
 */
#define BYTEORDER_LITTLE	0

#include "drivers/virtio/device/scsi.c"

#include "tests/unit/engine_case.h"

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	(void)queue;
	*(struct virtio_scsi_cmd_resp *)case_piece(chain, 1) = (struct virtio_scsi_cmd_resp) { .resid = 0x01020304 };
	return sizeof(struct virtio_scsi_cmd_resp);
}

static uint32_t residual(unsigned omit)
{
	struct scsi_command command = { .cdb = { TEST_UNIT_READY } };

	case_answer = answer;
	engine_case_make(VIRTIO_ID_SCSI, 0, "accepted");
	case_virtio->plan = (struct virtio_plan) { .omit = omit };
	engine_case_start();
	assert_int_equal(scsi_run(case_engine, &command), ENGINE_DONE);
	return command.residual;
}

static void native_without_version_1(void **state)
{
	(void)state;
	assert_int_equal(residual(OMIT_VERSION_1), 0x01020304);
}

static void little_endian_with_version_1(void **state)
{
	(void)state;
	assert_int_equal(residual(0), 0x04030201);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(native_without_version_1, "DRV-SCSILEG-1"),
		ENGINE_TEST(little_endian_with_version_1),
	};

	return cmocka_run_group_tests_name("type-scsi-big", tests, NULL, NULL);
}
