/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/balloon.c */
/*
 * The balloon's driver. DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include <linux/virtio_balloon.h>
#include <linux/virtio_ids.h>

#include "drivers/virtio/device/balloon.h"
#include "tests/unit/engine_case.h"

static bool silent;

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	(void)queue;
	(void)chain;
	return silent ? CHAIN_KEPT : 0;
}

static void make(uint64_t offered)
{
	case_answer = answer;
	silent = false;
	engine_case_make(VIRTIO_ID_BALLOON, offered, "accepted");
	case_model->config_writable = 0xff0full << offsetof(struct virtio_balloon_config, actual);
	engine_case_start();
}

/* The same with one of the drivers that tests put in the place of the plain one. */
static void make_as(const struct virtio_driver *driver)
{
	make(UINT32_MAX);
	engine_stop(case_engine);
	case_chain_count = 0;
	case_virtio->plan.driver = driver;
	engine_case_start();
}

static void features(void **state)
{
	(void)state;
	make(UINT32_MAX);
	assert_int_equal((uint32_t)case_model->accepted, VIRTIO_BIT(VIRTIO_BALLOON_F_MUST_TELL_HOST));
}

/* Through the queue that is meant, and not before the device has used the request is it done. */
static void pages_go_and_come(void **state)
{
	static const enum balloon_queue queues[] = { BALLOON_INFLATE, BALLOON_DEFLATE };
	uint64_t number;
	void *bytes;

	(void)state;
	make(VIRTIO_BIT(VIRTIO_BALLOON_F_MUST_TELL_HOST));
	number = case_buffer(16, &bytes);
	for (unsigned i = 0; i < 2; i++) {
		case_chain_count = 0;
		assert_int_equal(balloon_hand(case_engine, queues[i], number, 4), ENGINE_DONE);
		assert_int_equal(case_chain_count, 1);
		assert_int_equal(case_chains[0].queue, i);
		assert_int_equal(case_chains[0].read_size, 16);
		assert_int_equal(case_chains[0].write_size, 0);
		silent = true;
		assert_int_equal(balloon_hand(case_engine, queues[i], number, 4), ENGINE_SILENT);
		silent = false;
	}
}

static void the_number_of_pages(void **state)
{
	uint32_t pages;

	(void)state;
	make(0);
	case_config(struct virtio_balloon_config)->num_pages = 77;
	assert_true(balloon_wanted(case_engine, &pages));
	assert_int_equal(pages, 77);
	assert_true(balloon_set_actual(case_engine, 5));
	assert_int_equal(case_config(struct virtio_balloon_config)->actual, 5);
}

/* A first buffer of statistics is there at once, and there is one. */
static void statistics(void **state)
{
	const struct virtio_balloon_stat *statistic = (const void *)case_chains[0].read;

	(void)state;
	make_as(&balloon_all);
	assert_int_equal((uint32_t)case_model->accepted, 0x3f & ~(VIRTIO_BIT(VIRTIO_BALLOON_F_DEFLATE_ON_OOM) |
							       VIRTIO_BIT(VIRTIO_BALLOON_F_PAGE_POISON)));
	assert_int_equal(case_chain_count, 1);
	assert_int_equal(case_chains[0].queue, BALLOON_STATS);
	assert_int_equal(case_chains[0].read_size, sizeof(*statistic));
	assert_int_equal(case_chains[0].write_size, 0);
	assert_int_equal(statistic->tag, VIRTIO_BALLOON_S_MEMTOT);
	assert_true(statistic->val > 0);
}

/* The device knows the value before it can be told of a page. */
static void a_value_of_free_pages(void **state)
{
	(void)state;
	make_as(balloon_poisoning(0x12345678));
	assert_int_equal((uint32_t)case_model->accepted, 0x3f & ~VIRTIO_BIT(VIRTIO_BALLOON_F_DEFLATE_ON_OOM));
	assert_int_equal(case_config(struct virtio_balloon_config)->poison_val, 0x12345678);
}

/* What a test has put in its place is there for one start. */
static void the_plain_driver_again(void **state)
{
	make_as(&balloon_all);
	engine_stop(case_engine);
	engine_case_start();
	(void)state;
	assert_int_equal((uint32_t)case_model->accepted, VIRTIO_BIT(VIRTIO_BALLOON_F_MUST_TELL_HOST));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(features, "DRV-BALLOON-1 DRV-BALLOON-2 DRV-BALLOON-3 DRV-FEAT-2"),
		ENGINE_CLAUSES(pages_go_and_come, "DRV-BALLOON-6 DRV-BALLOON-7 DRV-BALLOON-8 DRV-BALLOON-9"),
		ENGINE_CLAUSES(the_number_of_pages, "DRV-BALLOON-10"),
		ENGINE_CLAUSES(statistics, "DRV-BALLOON-11"),
		ENGINE_CLAUSES(a_value_of_free_pages, "DRV-BALLOON-13"),
		ENGINE_TEST(the_plain_driver_again),
	};

	return cmocka_run_group_tests_name("type-balloon", tests, NULL, NULL);
}
