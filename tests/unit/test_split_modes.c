/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/virtqueue_case.list */
/*
 * The split virtqueue with what can be negotiated for it: indirect tables, event indices, IN_ORDER, NOTIFICATION_DATA.
 * The plain one is test_split_ring.c's. DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include "tests/unit/virtqueue_case.h"

static void one_request(void)
{
	int head = case_add(0, 1);

	assert_true(head >= 0);
	virtqueue_publish(&case_queue);
	virtio_model_use(case_model, CASE_QUEUE, (uint32_t)head, 0);
	case_expect_used(head, 0);
}

/* Pieces from number `from` on, chained from entry 0 of the table (DRV-SPLIT-10). */
static void expect_table(const struct vring_desc *descriptor, unsigned from, unsigned count, unsigned readable)
{
	const struct vring_desc *table = virtio_model_pointer(case_model, descriptor->addr, count * 16);

	assert_int_equal(descriptor->flags, VRING_DESC_F_INDIRECT);
	assert_int_equal(descriptor->len, count * 16);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(table[i].addr, CASE_BUFFER + from + i);
		assert_int_equal(table[i].len, 100 + from + i);
		assert_int_equal(table[i].flags, (from + i >= readable ? VRING_DESC_F_WRITE : 0) |
						 (i + 1 < count ? VRING_DESC_F_NEXT : 0));
		assert_int_equal(table[i].next, i + 1 < count ? i + 1 : 0);
	}
}

static void indirect(void **state)
{
	(void)state;
	case_open(4, VIRTIO_INDIRECT_DESC);
	case_queue.layout = LAYOUT_INDIRECT;
	for (unsigned round = 0; round < 300; round++) {
		int head = case_add(2, 2);

		assert_int_equal(case_queue.free_count, 3);
		virtqueue_publish(&case_queue);
		expect_table(&virtqueue_descriptors(&case_queue)[head], 0, 4, 2);
		virtio_model_use(case_model, CASE_QUEUE, (uint32_t)head, round);
		case_expect_used(head, round);
	}
	assert_int_equal(case_queue.tables, 0);
	assert_int_equal(case_add(0, 5), -1);	/* longer than the queue (DRV-SPLIT-8) */
}

/* The first piece direct, the others in a table, whose descriptor is the last of the chain. */
static void tail(void **state)
{
	const struct vring_desc *table;
	int head;

	(void)state;
	case_open(8, VIRTIO_INDIRECT_DESC);
	case_queue.layout = LAYOUT_TAIL;
	head = case_add(1, 2);
	virtqueue_publish(&case_queue);
	table = virtqueue_descriptors(&case_queue);
	assert_int_equal(table[head].addr, CASE_BUFFER);
	assert_int_equal(table[head].flags, VRING_DESC_F_NEXT);
	expect_table(&table[table[head].next], 1, 2, 1);
	virtio_model_use(case_model, CASE_QUEUE, (uint32_t)head, 0);
	case_expect_used(head, 0);
	assert_int_equal(case_queue.free_count, 8);
	head = case_add(0, 1);
	expect_table(&table[head], 0, 1, 0);
}

/* The same with IN_ORDER: entries of a table follow one another (DRV-SPLIT-10). */
static void indirect_in_order(void **state)
{
	(void)state;
	case_open(4, VIRTIO_INDIRECT_DESC | VIRTIO_IN_ORDER);
	case_queue.layout = LAYOUT_INDIRECT;
	for (unsigned round = 0; round < 50; round++) {
		int head = case_add(2, 2);

		assert_int_equal(head, round % 4);
		virtqueue_publish(&case_queue);
		expect_table(&virtqueue_descriptors(&case_queue)[head], 0, 4, 2);
		virtio_model_use(case_model, CASE_QUEUE, (uint32_t)head, round);
		case_expect_used(head, round);
	}
}

/* Every index that a device may name, against every number of new chains, over the wrap of 16 bits. */
static void the_device_names_an_index(void **state)
{
	(void)state;
	case_open(8, VIRTIO_EVENT_IDX);
	for (unsigned from = 0; from < 65536 + 16; from++) {
		__virtio16 *event = (__virtio16 *)&virtqueue_used_ring(&case_queue)->ring[8];

		if (from > 8 && from < 65536 - 8) {
			one_request();
			virtqueue_wants_notification(&case_queue);
			continue;
		}
		virtqueue_used_ring(&case_queue)->flags = 1;		/* counts for nothing (DRV-SPLIT-23) */
		*event = (uint16_t)from;
		one_request();
		assert_true(virtqueue_wants_notification(&case_queue));
		assert_false(virtqueue_wants_notification(&case_queue));
		*event = (uint16_t)from;
		one_request();
		from++;
		assert_false(virtqueue_wants_notification(&case_queue));
	}
}

static void plain_suppression(void **state)
{
	(void)state;
	case_open(8, 0);
	one_request();
	assert_true(virtqueue_wants_notification(&case_queue));
	virtqueue_used_ring(&case_queue)->flags = VRING_USED_F_NO_NOTIFY;
	assert_false(virtqueue_wants_notification(&case_queue));
	/* What stands where an index would be counts for nothing (DRV-SPLIT-20). */
	for (unsigned i = 0; i < 8; i++) {
		bool quiet = i % 2 == 0;

		virtqueue_used_ring(&case_queue)->flags = quiet ? VRING_USED_F_NO_NOTIFY : 0;
		virtqueue_used_ring(&case_queue)->ring[8].id = case_queue.available + (quiet ? 0 : 5);
		one_request();
		assert_int_equal(virtqueue_wants_notification(&case_queue), !quiet);
	}
	virtqueue_interrupts(&case_queue, false);
	assert_int_equal(virtqueue_available(&case_queue)->flags, VRING_AVAIL_F_NO_INTERRUPT);
	virtqueue_interrupts(&case_queue, true);
	assert_int_equal(virtqueue_available(&case_queue)->flags, 0);
}

/* The flags stay 0 (DRV-SPLIT-14); the index follows what was taken, and stays for the last one. */
static void interrupts_by_index(void **state)
{
	(void)state;
	case_open(8, VIRTIO_EVENT_IDX);
	for (unsigned i = 0; i < 70000; i++) {
		one_request();
		assert_int_equal(virtqueue_available(&case_queue)->ring[8], (uint16_t)i);
	}
	virtqueue_interrupts(&case_queue, false);
	assert_int_equal(virtqueue_available(&case_queue)->ring[8], (uint16_t)(70000 - 1));
	assert_int_equal(virtqueue_available(&case_queue)->flags, 0);
	one_request();
	assert_int_equal(virtqueue_available(&case_queue)->ring[8], (uint16_t)(70000 - 1));
}

/* One used entry stands for a batch, where its first would be; next is x + 1, and 0 behind the last (DRV-SPLIT-5). */
static void batches(void **state)
{
	(void)state;
	case_open(8, VIRTIO_IN_ORDER);
	for (unsigned round = 0; round < 30000; round++) {
		int first = case_add(1, 1), second = case_add(0, 2), third = case_add(2, 0);
		struct vring_used *used = virtqueue_used_ring(&case_queue);
		uint16_t at = case_queue.used;

		assert_int_equal(second, (first + 2) % 8);
		assert_int_equal(third, (first + 4) % 8);
		assert_int_equal(virtqueue_descriptors(&case_queue)[first].next, (first + 1) % 8);
		virtqueue_publish(&case_queue);
		used->ring[at % 8] = (struct vring_used_elem) { (uint32_t)second, round };
		virtio_model_show(case_model, CASE_QUEUE, (uint16_t)(at + 2));
		case_expect_used(first, 101);
		case_expect_used(second, round);
		case_expect_answer(QUEUE_EMPTY);
		used->ring[(at + 2) % 8] = (struct vring_used_elem) { (uint32_t)third, 0 };
		virtio_model_show(case_model, CASE_QUEUE, (uint16_t)(at + 3));
		case_expect_used(third, 0);
		assert_int_equal(case_queue.free_count, 8);
	}
}

/* An entry that stands for more than the index says, and one whose chain is none. */
static void batches_that_lie(void **state)
{
	(void)state;
	case_open(8, VIRTIO_IN_ORDER);
	assert_int_equal(case_add(0, 1), 0);
	assert_int_equal(case_add(0, 1), 1);
	virtqueue_publish(&case_queue);
	virtqueue_used_ring(&case_queue)->ring[0] = (struct vring_used_elem) { 1, 0 };
	virtio_model_show(case_model, CASE_QUEUE, 1);
	case_expect_answer(QUEUE_BROKEN);
	virtqueue_used_ring(&case_queue)->ring[0].id = 2;
	virtio_model_show(case_model, CASE_QUEUE, 2);
	case_expect_answer(QUEUE_BROKEN);
	assert_int_equal(case_queue.free_count, 6);
}

/* Queue and available index in 32 bits (DRV-NOTIFY-4). */
static void notification_data(void **state)
{
	(void)state;
	case_open(8, VIRTIO_NOTIFICATION_DATA);
	for (unsigned i = 1; i < 66000; i++) {
		one_request();
		virtqueue_notify(&case_queue);
		assert_int_equal(case_model->doorbell, (i & 0xffff) << 16 | CASE_QUEUE);
		case_model->write_count = 0;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_CLAUSES(indirect, "DRV-SPLIT-7 DRV-SPLIT-8 DRV-SPLIT-9"),
		CASE_CLAUSES(indirect_in_order, "DRV-SPLIT-10"),
		CASE_CLAUSES(tail, "DRV-SPLIT-7 DRV-SPLIT-9"),
		CASE_CLAUSES(the_device_names_an_index, "DRV-SPLIT-23 DRV-SPLIT-24 DRV-SPLIT-25"),
		CASE_CLAUSES(plain_suppression, "DRV-SPLIT-12 DRV-SPLIT-13 DRV-SPLIT-20"),
		CASE_CLAUSES(interrupts_by_index, "DRV-SPLIT-14 DRV-SPLIT-15"),
		CASE_CLAUSES(batches, "DRV-SPLIT-5"),
		CASE_TEST(batches_that_lie),
		CASE_CLAUSES(notification_data, "DRV-NOTIFY-2 DRV-NOTIFY-4"),
	};

	return cmocka_run_group_tests_name("split-modes", tests, NULL, NULL);
}
