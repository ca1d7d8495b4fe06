/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/input.c */
/*
 * The input devices' driver. DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include <linux/virtio_ids.h>

#include "drivers/virtio/device/input.h"
#include "tests/unit/engine_case.h"

#define EVENTS	0
#define STATUS	1

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	(void)chain;
	return queue == STATUS ? 0 : CHAIN_KEPT;
}

static void make(void)
{
	case_answer = answer;
	engine_case_make(VIRTIO_ID_INPUT, 0, "accepted");
	case_model->config_writable = 1u << offsetof(struct virtio_input_config, select) |
				      1u << offsetof(struct virtio_input_config, subsel);
	engine_case_start();
}

/* Both selections are set, nothing else is, and no more is read than there is. */
static void asking_the_configuration(void **state)
{
	struct virtio_input_config *config;
	char name[16] = "unchanged";

	(void)state;
	make();
	config = case_config(struct virtio_input_config);
	memset(config->u.string, 'x', 32);
	config->select = config->subsel = 0x55;
	config->size = 5;
	assert_int_equal(input_config(case_virtio->device, VIRTIO_INPUT_CFG_ID_NAME, 7, name, sizeof(name)), 5);
	assert_int_equal(config->select, VIRTIO_INPUT_CFG_ID_NAME);
	assert_int_equal(config->subsel, 7);
	assert_memory_equal(name, "xxxxxnged", 9);
	config->size = 0;
	case_model->config_reads = 0;
	assert_int_equal(input_config(case_virtio->device, VIRTIO_INPUT_CFG_ID_NAME, 0, name, sizeof(name)), 0);
	assert_int_equal(case_model->config_reads, 1);
}

static void buffers(void **state)
{
	uint32_t written;

	(void)state;
	make();
	assert_true(input_post(case_engine));
	assert_true(input_send(case_engine, 0x11, 1, 1, &written));
	assert_int_equal(case_chain_count, 2);
	assert_int_equal(case_chains[0].queue, EVENTS);
	assert_int_equal(case_chains[0].write_size, sizeof(struct virtio_input_event));
	assert_int_equal(case_chains[1].queue, STATUS);
	assert_int_equal(case_chains[1].read_size, sizeof(struct virtio_input_event));
	case_expect_only(EVENTS, true);
	case_expect_only(STATUS, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(asking_the_configuration, "DRV-INPUT-1 DRV-INPUT-2 DRV-INPUT-3"),
		ENGINE_CLAUSES(buffers, "DRV-INPUT-5 DRV-INPUT-6"),
	};

	return cmocka_run_group_tests_name("type-input", tests, NULL, NULL);
}
