/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/virtqueue_case.list */
/*
 * The split virtqueue against a device that lies in the used ring, or writes where only the driver may: an answer
 * comes, and the driver's own record stays whole.
 */
#include <string.h>

#include "tests/unit/virtqueue_case.h"

/* An id that is not outstanding, in all its kinds; the queue stays broken, and nothing was given back. */
static void ids_that_are_not_outstanding(void **state)
{
	static const uint32_t ids[] = { 8, 255, 256, 0x7fff, 0x10000, 0x10002, 0xffffffff, 1, 3, 7 };

	(void)state;
	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		case_open(8, 0);
		assert_int_equal(case_add(1, 1), 0);
		assert_int_equal(case_add(0, 1), 2);
		virtqueue_publish(&case_queue);
		virtio_model_use(case_model, CASE_QUEUE, ids[i], 0);
		case_expect_broken(5);
		case_close();
	}
}

static void an_id_used_twice(void **state)
{
	(void)state;
	case_open(8, 0);
	assert_int_equal(case_add(0, 1), 0);
	assert_int_equal(case_add(0, 1), 1);
	virtqueue_publish(&case_queue);
	virtio_model_use(case_model, CASE_QUEUE, 0, 0);
	virtio_model_use(case_model, CASE_QUEUE, 0, 0);
	case_expect_used(0, 0);
	case_expect_answer(QUEUE_BROKEN);
}

static void used_before_anything_was_added(void **state)
{
	(void)state;
	case_open(8, 0);
	virtio_model_use(case_model, CASE_QUEUE, 0, 0);
	case_expect_answer(QUEUE_BROKEN);
}

/* More used entries than a ring has, or an index that goes back: both are a distance above the size. */
static void an_index_that_runs_ahead(void **state)
{
	static const uint16_t indices[] = { 9, 10, 0x100, 0x7fff, 0x8000, 0xffff };

	(void)state;
	case_open(8, 0);
	for (unsigned i = 0; i < 8; i++)
		case_add(0, 1);
	virtqueue_publish(&case_queue);
	for (unsigned i = 0; i < sizeof(indices) / sizeof(indices[0]); i++) {
		virtio_model_show(case_model, CASE_QUEUE, indices[i]);
		assert_int_equal(virtqueue_used_index(&case_queue), indices[i]);
		case_expect_answer(QUEUE_BROKEN);
	}
	virtio_model_show(case_model, CASE_QUEUE, 0);
	for (unsigned i = 0; i < 8; i++)
		virtio_model_use(case_model, CASE_QUEUE, i, i);
	for (unsigned i = 0; i < 8; i++)
		case_expect_used((int)i, i);
	virtio_model_show(case_model, CASE_QUEUE, 7);
	case_expect_answer(QUEUE_BROKEN);
}

/* A device that writes where only the driver may: chains are taken back by the driver's own record. */
static void descriptors_that_the_device_changed(void **state)
{
	(void)state;
	case_open(8, 0);
	assert_int_equal(case_add(1, 2), 0);
	virtqueue_publish(&case_queue);
	memset(virtqueue_descriptors(&case_queue), 0xff, 8 * sizeof(struct vring_desc));
	memset(virtqueue_available(&case_queue), 0xff, sizeof(struct vring_avail));
	virtio_model_use(case_model, CASE_QUEUE, 0, 0);
	case_expect_used(0, 0);
	assert_int_equal(case_queue.free_count, 8);
	assert_int_equal(case_add(4, 4), 0);
	virtqueue_publish(&case_queue);
	assert_int_equal(virtqueue_available(&case_queue)->idx, 2);
}

/* Whatever a device writes into the used ring, an answer comes, and no descriptor is there twice. */
static void any_used_ring(void **state)
{
	uint32_t random = 7;

	(void)state;
	case_open(8, 0);
	for (unsigned round = 0; round < 50000; round++) {
		struct virtqueue_used used;
		uint8_t *bytes = (uint8_t *)virtqueue_used_ring(&case_queue);

		random = random * 1664525 + 1013904223;
		if (random & 0x10000)
			case_add((random >> 20) % 3, 1);
		bytes[4 + (random >> 8) % 64] = (uint8_t)(random >> 24) % 11;
		if (random & 0x20000)
			virtio_model_show(case_model, CASE_QUEUE, (uint16_t)(case_queue.used + random % 10));
		virtqueue_take(&case_queue, &used);
		case_expect_whole();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_TEST(ids_that_are_not_outstanding),
		CASE_TEST(an_id_used_twice),
		CASE_TEST(used_before_anything_was_added),
		CASE_TEST(an_index_that_runs_ahead),
		CASE_TEST(descriptors_that_the_device_changed),
		CASE_TEST(any_used_ring),
	};

	return cmocka_run_group_tests_name("split-hostile", tests, NULL, NULL);
}
