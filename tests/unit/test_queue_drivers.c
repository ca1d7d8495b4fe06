/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/scsi.c
 * drivers/virtio/device/scsi_units.c drivers/virtio/device/scsi_control.c drivers/virtio/device/disk.c
 * drivers/virtio/device/crypto.c drivers/virtio/device/crypto_control.c drivers/virtio/device/net.c
 * drivers/virtio/device/net_control.c drivers/net/echo.c drivers/net/dhcp.c drivers/net/ip.c */
/*
 * Engines of queues beside the one that carries requests: they stand apart from the others, set up their queue and no
 * other, and what the device answers there arrives where begin() was told.
 */
#include <string.h>

#include <linux/virtio_crypto.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>
#include <linux/virtio_scsi.h>

#include "tests/unit/engine_case.h"

#define PATTERN		0x65	/* ends in 101, as all patterns do */

static const struct row {
	uint16_t type;
	uint64_t offered;
	const char *kind;
	unsigned queue;
	uint8_t status;			/* in a byte of the answer */
	uint32_t read, written;		/* bytes of a request */
} rows[] = {
	{ VIRTIO_ID_NET, VIRTIO_BIT(VIRTIO_NET_F_CTRL_VQ), "net-commands", 2, VIRTIO_NET_ERR, 3, 1 },
	{ VIRTIO_ID_SCSI, 0, "scsi-control", 0, VIRTIO_SCSI_S_BAD_TARGET, sizeof(struct virtio_scsi_ctrl_tmf_req), 1 },
	{ VIRTIO_ID_CRYPTO, 0, "crypto-control", 1, VIRTIO_CRYPTO_NOTSUPP,
	  sizeof(struct virtio_crypto_op_ctrl_req) + 16, sizeof(struct virtio_crypto_session_input) },
};
static const struct row *row;

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	unsigned last = chain->count - 1;

	assert_int_equal(queue, row->queue);
	assert_int_equal(chain->pieces[last].size, row->written);
	memset(case_piece(chain, last), row->status, row->written);
	return row->written;
}

/* Makes the device of a row; its engine beside, or NULL. */
static struct engine *make(uint16_t type, uint64_t offered)
{
	unsigned before = engine_any_count() - engine_count();

	case_answer = answer;
	engine_case_make(type, offered, "accepted");
	case_config(struct virtio_crypto_config)->max_dataqueues = 1;
	for (unsigned i = engine_count() + before; i < engine_any_count(); i++)
		if (strcmp(engine_any(i)->mode, "accepted") == 0)
			return engine_any(i);
	return NULL;
}

static void expect_apart(const struct engine *engine)
{
	assert_string_equal(engine->kind, row->kind);
	assert_true(engine->beside && !case_engine->beside);
	for (unsigned i = 0; i < engine_count(); i++)
		assert_ptr_not_equal(engine_get(i), engine);
}

static void expect_answered(struct engine *engine)
{
	uint8_t *bytes;
	uint64_t number = case_buffer(engine->largest + 16, (void **)&bytes);

	memset(bytes, PATTERN, engine->largest + 16);
	assert_int_equal(engine_transfer(engine, DMA_DEVICE_WRITES, number, engine->largest, ENGINE_LIMIT, NULL),
			 ENGINE_DONE);
	assert_int_equal(bytes[0], row->status);
	for (uint32_t i = row->written; i < engine->largest + 16; i++)
		assert_int_equal(bytes[i], PATTERN);
	assert_int_equal(case_count(row->queue), 1);
	assert_int_equal(case_chains[0].read_size, row->read);
}

static void every_row(void **state)
{
	for (row = rows; row < rows + sizeof(rows) / sizeof(rows[0]); row++) {
		struct engine *engine = make(row->type, row->offered);

		assert_non_null(engine);
		expect_apart(engine);
		assert_true(engine_start(engine));
		for (unsigned i = 0; i < MODEL_QUEUES; i++)
			assert_int_equal(case_model->queues[i].enabled, i == row->queue);
		expect_answered(engine);
		engine_stop_all();
		assert_int_equal(case_model->status, 0);
		assert_false(engine->running);
		engine_case_stop(state);
		virtio_model_machine(state);
	}
}

/* A network device without commands has no such queue. */
static void no_queue(void **state)
{
	(void)state;
	assert_null(make(VIRTIO_ID_NET, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(every_row),
		ENGINE_TEST(no_queue),
	};

	return cmocka_run_group_tests_name("queue-drivers", tests, NULL, NULL);
}
