/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/virtqueue_case.list */
/*
 * The split virtqueue against a device that keeps the rules, for longer than the ring indices' 16 bits, in rings of all
 * sizes. One that lies is test_split_hostile.c's; what can be negotiated is test_split_modes.c's. DRV-* are clauses of
 * the specification that our driver is held to; the model judges chains by itself.
 */
#include <string.h>

#include "tests/unit/virtqueue_case.h"

/* Little-endian, at the offsets of the specification. */
static void bytes_in_memory(void **state)
{
	static const uint8_t descriptors[2][16] = {
		{ 0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0x64, 0, 0, 0, 1, 0, 1, 0 },
		{ 0xf1, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0x65, 0, 0, 0, 2, 0, 0, 0 },
	};
	static const uint8_t available[] = { 0, 0, 2, 0, 0, 0, 2, 0, 0, 0 };
	static const uint8_t used[] = { 0, 0, 1, 0, 2, 0, 0, 0, 0x04, 0x03, 0x02, 0x01 };

	(void)state;
	case_open(8, 0);
	assert_int_equal(case_add(1, 1), 0);
	assert_int_equal(case_add(0, 1), 2);
	virtqueue_publish(&case_queue);
	assert_memory_equal(virtqueue_descriptors(&case_queue), descriptors, sizeof(descriptors));
	assert_memory_equal(virtqueue_available(&case_queue), available, sizeof(available));
	memcpy(virtqueue_used_ring(&case_queue), used, sizeof(used));
	case_expect_used(2, 0x01020304);
}

static unsigned calls;

static void index_is_not_out_yet(struct virtqueue *q, void *context)
{
	const struct vring_avail *available = virtqueue_available(q);
	const struct vring_desc *table = virtqueue_descriptors(q);

	calls++;
	assert_ptr_equal(context, &calls);
	assert_int_equal(available->idx, 0);
	assert_int_equal(available->ring[0], 0);
	assert_int_equal(available->ring[1], 2);
	assert_int_equal(table[0].addr, CASE_BUFFER);
	assert_int_equal(table[0].flags, VRING_DESC_F_NEXT);
	assert_int_equal(table[table[0].next].addr, CASE_BUFFER + 1);
	assert_int_equal(table[2].len, 100);
}

/* Descriptors and ring entries stand in memory before the index that shows them (DRV-SPLIT-29). */
static void the_index_comes_last(void **state)
{
	struct model_chain chain;

	(void)state;
	case_open(8, 0);
	calls = 0;
	case_queue.before_publish = index_is_not_out_yet;
	case_queue.context = &calls;
	case_add(1, 1);
	case_add(0, 1);
	assert_false(virtio_model_take(case_model, CASE_QUEUE, &chain));
	assert_int_equal(calls, 0);
	virtqueue_publish(&case_queue);
	assert_int_equal(calls, 1);
	assert_int_equal(case_model->queues[CASE_QUEUE].doorbells, 0);
	case_expect_chain(0, 1, 1);
	case_expect_chain(2, 0, 1);
	assert_false(virtio_model_take(case_model, CASE_QUEUE, &chain));
}

/* Far past the point where the indices go back to 0, several requests under way, used in another order. */
static void more_requests_than_an_index_can_count(void **state)
{
	(void)state;
	case_open(8, 0);
	for (unsigned round = 0; round < 24000; round++) {
		int first = case_add(1, 1), second = case_add(0, 1), third = case_add(2, 1);

		assert_true(first >= 0 && second >= 0 && third >= 0);
		assert_int_equal(case_queue.free_count, 2);
		virtqueue_publish(&case_queue);
		virtqueue_notify(&case_queue);
		case_model->write_count = 0;
		case_expect_chain(first, 1, 1);
		case_expect_chain(second, 0, 1);
		case_expect_chain(third, 2, 1);
		virtio_model_use(case_model, CASE_QUEUE, (uint32_t)third, round);
		virtio_model_use(case_model, CASE_QUEUE, (uint32_t)first, round + 1);
		case_expect_used(third, round);
		virtio_model_use(case_model, CASE_QUEUE, (uint32_t)second, round + 2);
		case_expect_used(first, round + 1);
		case_expect_used(second, round + 2);
		case_expect_answer(QUEUE_EMPTY);
	}
	assert_int_equal(case_queue.free_count, 8);
	assert_int_equal(case_queue.available, (uint16_t)(3 * 24000));
	assert_int_equal(virtqueue_available(&case_queue)->idx, (uint16_t)(3 * 24000));
	assert_int_equal(case_model->queues[CASE_QUEUE].doorbells, 24000);
}

/* Index 65535 and index 0 are neighbours in a ring of any size, 1 too. */
static void rings_of_every_size(void **state)
{
	(void)state;
	case_model->queues[CASE_QUEUE].largest = 256;
	for (uint16_t size = 1; size <= 256; size *= 2) {
		case_open(size, 0);
		for (unsigned i = 0; i < 65536 + 600; i++) {
			int head = case_add(0, 1);

			virtqueue_publish(&case_queue);
			case_expect_chain(head, 0, 1);
			virtio_model_use(case_model, CASE_QUEUE, (uint32_t)head, i);
			case_expect_used(head, i);
		}
		case_close();
	}
}

/* All descriptors in use: no room, nothing changed; and each that comes back can be had again. */
static void a_full_ring(void **state)
{
	int heads[64];

	(void)state;
	case_model->queues[CASE_QUEUE].largest = 64;
	case_open(64, 0);
	for (unsigned i = 0; i < 64; i++) {
		heads[i] = case_add(0, 1);
		for (unsigned j = 0; j < i; j++)
			assert_int_not_equal(heads[i], heads[j]);
	}
	assert_int_equal(case_add(0, 1), -1);
	assert_int_equal(case_queue.available, 64);
	virtqueue_publish(&case_queue);
	for (unsigned i = 0; i < 64; i++)
		case_expect_chain(heads[i], 0, 1);
	for (unsigned i = 0; i < 64; i++)
		virtio_model_use(case_model, CASE_QUEUE, (uint32_t)heads[63 - i], i);
	assert_int_equal(case_add(0, 1), -1);
	case_expect_used(heads[63], 0);
	assert_int_equal(case_add(0, 1), heads[63]);
	assert_int_equal(case_add(0, 1), -1);
	for (unsigned i = 1; i < 64; i++)
		case_expect_used(heads[63 - i], i);
	assert_int_equal(case_add(0, 64), -1);
	assert_int_equal(case_add(32, 31), heads[0]);
}

/* A chain is added whole or not at all (DRV-SPLIT-8); none is empty. */
static void chains_that_do_not_fit(void **state)
{
	int head;

	(void)state;
	case_open(8, 0);
	assert_int_equal(case_add(0, 0), -1);
	assert_int_equal(case_add(4, 5), -1);
	assert_int_equal(case_add(1, VIRTQUEUE_LARGEST), -1);
	assert_int_equal(case_queue.available, 0);
	head = case_add(4, 4);
	assert_int_equal(head, 0);
	virtqueue_publish(&case_queue);
	case_expect_chain(head, 4, 4);
	virtio_model_use(case_model, CASE_QUEUE, (uint32_t)head, 0);
	case_expect_used(head, 0);
	head = case_add(8, 0);
	virtqueue_publish(&case_queue);
	case_expect_chain(head, 8, 0);
}

/* Whatever the order in which they come back, no descriptor is lost and none is in two chains. */
static void the_free_list(void **state)
{
	int heads[16];
	unsigned sizes_of[16], count = 0, total = 0;
	uint32_t random = 1;

	(void)state;
	case_model->queues[CASE_QUEUE].largest = 16;
	case_open(16, 0);
	for (unsigned step = 0; step < 20000; step++) {
		unsigned pick, length;

		random = random * 1664525 + 1013904223;
		pick = random >> 16;
		length = 1 + pick % 5;
		if (pick & 0x100 && total + length <= 16) {
			heads[count] = case_add(0, length);
			assert_true(heads[count] >= 0);
			virtqueue_publish(&case_queue);
			case_expect_chain(heads[count], 0, length);
			sizes_of[count++] = length;
			total += length;
		} else if (count > 0) {
			unsigned which = pick % count;

			virtio_model_use(case_model, CASE_QUEUE, (uint32_t)heads[which], step);
			case_expect_used(heads[which], step);
			total -= sizes_of[which];
			heads[which] = heads[--count];
			sizes_of[which] = sizes_of[count];
		}
		assert_int_equal(case_queue.free_count, 16 - total);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_TEST(bytes_in_memory),
		CASE_TEST(the_index_comes_last),
		CASE_CLAUSES(more_requests_than_an_index_can_count, "DRV-SPLIT-11"),
		CASE_TEST(rings_of_every_size),
		CASE_TEST(a_full_ring),
		CASE_TEST(chains_that_do_not_fit),
		CASE_CLAUSES(the_free_list, "DRV-SPLIT-4"),
	};

	return cmocka_run_group_tests_name("split-ring", tests, NULL, NULL);
}
