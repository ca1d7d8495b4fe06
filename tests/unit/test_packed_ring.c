/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/virtqueue_case.list tests/unit/packed_case.c */
/*
 * The packed virtqueue against a device that keeps the rules, for longer than 16 bits count and over every wrap. One
 * that lies is test_packed_hostile.c's; what can be negotiated is test_packed_modes.c's. DRV-* are clauses of the
 * specification that our driver is held to.
 */
#include <string.h>

#include "boot/frames.h"
#include "tests/unit/packed_case.h"

static void set_up(void **state)
{
	static const uint8_t zeroes[16 * 16];
	const struct model_queue *there = &case_model->queues[CASE_QUEUE];

	(void)state;
	packed_open(16, 0);
	assert_int_equal(there->size, 16);
	assert_true(there->enabled);
	for (unsigned part = 0; part < VIRTQUEUE_PARTS; part++)
		assert_int_equal(there->parts[part], case_queue.area.map.address.value + part * FRAME_SIZE);
	assert_memory_equal(virtqueue_ring(&case_queue), zeroes, sizeof(zeroes));
	assert_int_equal(virtqueue_driver_events(&case_queue)->flags, VRING_PACKED_EVENT_FLAG_ENABLE);
	case_expect_answer(QUEUE_EMPTY);
	assert_int_equal(virtqueue_used_index(&case_queue), 0);
}

/* Little-endian, at the offsets of the specification; in the second round the two bits are the other way. */
static void bytes_in_memory(void **state)
{
	static const uint8_t first[2][16] = {
		{ 0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0x64, 0, 0, 0, 0, 0, 0x81, 0 },
		{ 0xf1, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0x65, 0, 0, 0, 0, 0, 0x82, 0 },
	};
	static const uint8_t used[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 0x04, 0x03, 0x02, 0x01, 0, 0, 0x82, 0x80 };
	static const uint8_t second[16] = {
		0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0x64, 0, 0, 0, 0, 0, 0x02, 0x80,
	};

	(void)state;
	packed_open(2, 0);
	assert_int_equal(case_add(1, 1), 0);
	virtqueue_publish(&case_queue);
	assert_memory_equal(packed_ring(), first, sizeof(first));
	memcpy(packed_ring(), used, sizeof(used));
	case_expect_used(0, 0x01020304);
	assert_int_equal(case_add(0, 1), 0);
	virtqueue_publish(&case_queue);
	assert_memory_equal(packed_ring(), second, sizeof(second));
}

static unsigned calls;

static void the_first_is_withheld(struct virtqueue *q, void *context)
{
	calls++;
	assert_ptr_equal(context, &calls);
	assert_false(packed_is_available(0, true));
	for (unsigned slot = 1; slot < 5; slot++)
		assert_true(packed_is_available(slot, true));
	assert_int_equal(virtqueue_ring(q)[0].addr, CASE_BUFFER);
	assert_int_equal(q->withheld_slot, 0);
	assert_int_equal(q->withheld_flags, PACKED_AVAILABLE | VRING_DESC_F_NEXT);
}

/* The first descriptor becomes available after all others, of its own list and of those behind (DRV-PACKED-11). */
static void the_first_comes_last(void **state)
{
	int first, second;

	(void)state;
	packed_open(8, 0);
	calls = 0;
	case_queue.before_publish = the_first_is_withheld;
	case_queue.context = &calls;
	first = case_add(1, 1);
	second = case_add(1, 2);
	assert_false(packed_is_available(0, true));
	assert_int_equal(calls, 0);
	virtqueue_publish(&case_queue);
	assert_int_equal(calls, 1);
	assert_int_equal(case_model->queues[CASE_QUEUE].doorbells, 0);
	packed_expect_list(first, 1, 1);
	packed_expect_list(second, 1, 2);
	/* With nothing new there is nothing to show. */
	case_queue.before_publish = NULL;
	virtqueue_publish(&case_queue);
	assert_false(packed_is_available(packed_side.take, packed_side.take_wrap));
}

/* Far past 16 bits, lists over the end of the ring, used in another order (DRV-PACKED-2, DRV-PACKED-3). */
static void more_requests_than_16_bits_count(void **state)
{
	(void)state;
	packed_open(7, 0);
	for (unsigned round = 0; round < 24000; round++) {
		int first = case_add(1, 1), second = case_add(0, 1), third = case_add(2, 1);

		assert_true(first >= 0 && second >= 0 && third >= 0);
		assert_int_equal(case_queue.free_count, 1);
		virtqueue_publish(&case_queue);
		virtqueue_notify(&case_queue);
		case_model->write_count = 0;
		packed_expect_list(first, 1, 1);
		packed_expect_list(second, 0, 1);
		packed_expect_list(third, 2, 1);
		assert_false(packed_is_available(packed_side.take, packed_side.take_wrap));
		packed_use(third, round, 3);
		packed_use(first, round + 1, 2);
		case_expect_used(third, round);
		packed_use(second, round + 2, 1);
		case_expect_used(first, round + 1);
		case_expect_used(second, round + 2);
		case_expect_answer(QUEUE_EMPTY);
	}
	assert_int_equal(case_queue.free_count, 7);
	assert_int_equal(case_model->queues[CASE_QUEUE].doorbells, 24000);
}

/* Each size, powers of two or not; the wrap counters flip at the end of the ring and nowhere else. */
static void rings_of_every_size(void **state)
{
	(void)state;
	for (uint16_t size = 1; size <= 256; size += size < 18 ? 1 : 17) {
		packed_open(size, 0);
		for (unsigned i = 0; i < 3000; i++) {
			int id = case_add(0, 1);

			assert_int_equal(case_queue.available_wrap, ((i + 1) / size) % 2 == 0);
			virtqueue_publish(&case_queue);
			packed_expect_list(id, 0, 1);
			case_expect_answer(QUEUE_EMPTY);
			packed_use(id, i, 1);
			case_expect_used(id, i);
			assert_int_equal(case_queue.used_wrap, case_queue.available_wrap);
		}
		case_close();
	}
}

static void a_full_ring(void **state)
{
	int ids[64];

	(void)state;
	packed_open(64, 0);
	assert_int_equal(case_add(0, 65), -1);
	assert_int_equal(case_add(0, 0), -1);
	for (unsigned i = 0; i < 64; i++) {
		ids[i] = case_add(0, 1);
		for (unsigned j = 0; j < i; j++)
			assert_int_not_equal(ids[i], ids[j]);
	}
	assert_int_equal(case_add(0, 1), -1);
	virtqueue_publish(&case_queue);
	for (unsigned i = 0; i < 64; i++)
		packed_expect_list(ids[i], 0, 1);
	packed_use(ids[63], 0, 1);
	case_expect_used(ids[63], 0);
	assert_int_equal(case_add(1, 1), -1);
	assert_int_equal(case_add(0, 1), ids[63]);
	virtqueue_publish(&case_queue);
	packed_expect_list(ids[63], 0, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_CLAUSES(set_up, "DRV-PACKED-1"),
		CASE_TEST(bytes_in_memory),
		CASE_CLAUSES(the_first_comes_last, "DRV-PACKED-11"),
		CASE_CLAUSES(more_requests_than_16_bits_count, "DRV-PACKED-2"),
		CASE_TEST(rings_of_every_size),
		CASE_CLAUSES(a_full_ring, "DRV-PACKED-7 DRV-PACKED-9 DRV-PACKED-10"),
	};

	return cmocka_run_group_tests_name("packed-ring", tests, NULL, NULL);
}
