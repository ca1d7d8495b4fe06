/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/input.c */
/*
 * The input devices' driver. DRV-* are clauses of the specification that our driver is held to.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/virtio_ids.h>

#include "boot/byteorder.h"
#include "drivers/virtio/device/input.h"
#include "tests/unit/engine_case.h"

#define EVENTS	0
#define STATUS	1

static unsigned events_given;		/* that the device has to give, as soon as a buffer is there */
static unsigned gives_beside;		/* bytes behind the buffer that it writes as well */
static bool changes_status;		/* it writes into what it may only read */

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	uint8_t *bytes = case_piece(chain, 0);

	if (queue == STATUS) {
		if (changes_status)
			bytes[0] ^= 1;
		return 0;
	}
	if (events_given == 0)
		return CHAIN_KEPT;
	events_given--;
	memset(bytes, (int)(0x10 + events_given), 8 + gives_beside);
	return 8;
}

static void make(void)
{
	events_given = gives_beside = 0;
	changes_status = false;
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

/* Each event is taken from the buffer that the device names, with its length, and what stands beside it is seen. */
static void arrivals(void **state)
{
	struct input_arrival arrival;

	(void)state;
	make();
	for (unsigned i = 0; i < 3 * INPUT_BUFFERS; i++) {
		events_given = 1 + i % 7;
		gives_beside = i % 3 == 1;
		assert_true(input_post(case_engine));
		assert_true(input_arrived(case_engine, &arrival));
		assert_int_equal(arrival.length, 8);
		assert_int_equal(le16_to_cpu(arrival.event.type), 0x1010 + 0x101 * (i % 7));
		assert_int_equal(arrival.strayed, i % 3 == 1);
		assert_false(input_arrived(case_engine, &arrival));
	}
}

/* As many buffers as the queue has entries wait, each with room of its own, and no more. */
static void all_buffers(void **state)
{
	(void)state;
	make();
	for (unsigned i = 0; i < INPUT_BUFFERS; i++)
		assert_true(input_post(case_engine));
	assert_false(input_post(case_engine));
	for (unsigned i = 0; i < INPUT_BUFFERS; i++)
		for (unsigned k = 0; k < i; k++)
			assert_true(labs((char *)case_piece(&case_chains[i].chain, 0) -
					 (char *)case_piece(&case_chains[k].chain, 0)) >= 16);
}

static void a_buffer_of_anybodys(void **state)
{
	struct input_arrival arrival;
	void *bytes;
	uint64_t number;

	(void)state;
	make();
	number = case_buffer(8, &bytes);
	events_given = 1;
	assert_true(input_post_at(case_engine, number));
	assert_true(input_arrived(case_engine, &arrival));
	assert_int_equal(*(uint8_t *)bytes, 0x10);
	assert_false(arrival.strayed);
}

static void many_to_the_device(void **state)
{
	struct virtio_input_event events[INPUT_BUFFERS];
	uint32_t written = 1;
	bool moved = true;

	(void)state;
	make();
	for (unsigned i = 0; i < INPUT_BUFFERS; i++)
		events[i] = (struct virtio_input_event) { cpu_to_le16(0x11), cpu_to_le16(i), cpu_to_le32(1) };
	assert_true(input_send_all(case_engine, events, INPUT_BUFFERS, &moved, &written));
	assert_false(moved);
	assert_int_equal(written, 0);
	assert_int_equal(case_count(STATUS), INPUT_BUFFERS);
	assert_memory_equal(case_chains[INPUT_BUFFERS - 1].read, &events[INPUT_BUFFERS - 1], 8);
	case_expect_only(STATUS, false);
	changes_status = true;
	assert_true(input_send_all(case_engine, events, 2, &moved, &written));
	assert_true(moved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(asking_the_configuration, "DRV-INPUT-1 DRV-INPUT-2 DRV-INPUT-3"),
		ENGINE_CLAUSES(buffers, "DRV-INPUT-5 DRV-INPUT-6"),
		ENGINE_TEST(arrivals),
		ENGINE_TEST(all_buffers),
		ENGINE_TEST(a_buffer_of_anybodys),
		ENGINE_TEST(many_to_the_device),
	};

	return cmocka_run_group_tests_name("type-input", tests, NULL, NULL);
}
