/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list */
/*
 * The balloon's configuration as a big-endian guest has it: the same driver, compiled for a computer whose own order is
 * the other one. Its fields are little-endian always; other structures, without VERSION_1, are the guest's own.
 */
#define BYTEORDER_LITTLE	0

#include "drivers/virtio/device/balloon.c"

#include "tests/unit/engine_case.h"

/* The model's own side of the configuration is in this computer's order, as the driver's transport is. */
static uint32_t actual_written(unsigned omit)
{
	engine_case_make(VIRTIO_ID_BALLOON, 0, "accepted");
	case_model->config_writable = 0xfull << offsetof(struct virtio_balloon_config, actual);
	case_virtio->plan = (struct virtio_plan) { .omit = omit };
	engine_case_start();
	assert_true(balloon_set_actual(case_engine, 0x00012345));
	return case_config(struct virtio_balloon_config)->actual;
}

/* A transport that writes in the guest's own order is given what has the right bytes in it. */
static void turned_without_version_1(void **state)
{
	uint32_t pages;

	(void)state;
	assert_int_equal(actual_written(OMIT_VERSION_1), 0x45230100);
	case_config(struct virtio_balloon_config)->num_pages = 0x02000000;
	assert_true(balloon_wanted(case_engine, &pages));
	assert_int_equal(pages, 2);
}

static void as_it_is_with_version_1(void **state)
{
	(void)state;
	assert_int_equal(actual_written(0), 0x00012345);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(turned_without_version_1),
		ENGINE_TEST(as_it_is_with_version_1),
	};

	return cmocka_run_group_tests_name("type-balloon-big", tests, NULL, NULL);
}
