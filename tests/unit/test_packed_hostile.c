/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/virtqueue_case.list tests/unit/packed_case.c */
/*
 * The packed virtqueue against a device that lies: an answer comes, and the driver's own record stays whole.
 */
#include "tests/unit/packed_case.h"

/* An id that is not outstanding, in all its kinds; the queue stays broken, and nothing was given back. */
static void ids_that_are_not_outstanding(void **state)
{
	static const uint16_t ids[] = { 8, 9, 255, 256, 0x7fff, 0xffff, 2, 7 };

	(void)state;
	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		packed_open(8, 0);
		assert_int_equal(case_add(1, 1), 0);
		assert_int_equal(case_add(0, 1), 1);
		virtqueue_publish(&case_queue);
		packed_use(ids[i], 0, 1);
		case_expect_broken(5);
		case_close();
	}
}

static void an_id_used_twice(void **state)
{
	(void)state;
	packed_open(8, 0);
	case_add(0, 1);
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	packed_use(0, 0, 1);
	packed_use(0, 0, 1);
	case_expect_used(0, 0);
	case_expect_answer(QUEUE_BROKEN);
}

/* One of the two bits is no sign of use, nor are both with the counter of the round before. */
static void flags_that_say_nothing(void **state)
{
	(void)state;
	packed_open(4, 0);
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	packed_ring()[0].flags = PACKED_USED;
	case_expect_answer(QUEUE_EMPTY);
	packed_ring()[0].flags = PACKED_AVAILABLE;
	case_expect_answer(QUEUE_EMPTY);
	packed_ring()[0].flags = 0;
	case_expect_answer(QUEUE_EMPTY);
	packed_ring()[0].flags = 0x7f7f;
	case_expect_answer(QUEUE_EMPTY);
	packed_ring()[0].flags = 0xffff;
	packed_ring()[0].id = 0;
	assert_int_equal(virtqueue_used_index(&case_queue), 1);
	case_expect_used(0, 100);
}

/* Whatever a device writes into the ring, an answer comes, and no slot is there twice. */
static void any_ring(void **state)
{
	static const uint64_t modes[] = { 0, VIRTIO_IN_ORDER, VIRTIO_INDIRECT_DESC, VIRTIO_EVENT_IDX };
	uint32_t random = 7;

	(void)state;
	for (unsigned mode = 0; mode < 4; mode++) {
		packed_open(8, modes[mode]);
		case_queue.layout = modes[mode] == VIRTIO_INDIRECT_DESC ? LAYOUT_INDIRECT : LAYOUT_DIRECT;
		for (unsigned round = 0; round < 20000; round++) {
			struct virtqueue_used used;

			random = random * 1664525 + 1013904223;
			if (random & 0x10000)
				case_add((random >> 20) % 3, 1);
			if (random & 0x20000)
				virtqueue_publish(&case_queue);
			packed_ring()[(random >> 8) % 8].flags =
				(uint16_t)(random >> 7 & (PACKED_AVAILABLE | PACKED_USED | 7));
			packed_ring()[(random >> 11) % 8].id = (uint16_t)(random >> 24) % 11;
			virtqueue_take(&case_queue, &used);
			virtqueue_wants_notification(&case_queue);
			case_expect_whole();
			assert_true(case_queue.available < 8 && case_queue.used < 8);
		}
		case_close();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_TEST(ids_that_are_not_outstanding),
		CASE_TEST(an_id_used_twice),
		CASE_TEST(flags_that_say_nothing),
		CASE_TEST(any_ring),
	};

	return cmocka_run_group_tests_name("packed-hostile", tests, NULL, NULL);
}
