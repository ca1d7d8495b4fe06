/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/virtqueue_case.list tests/unit/packed_case.c */
/*
 * The packed virtqueue with what can be negotiated for it: indirect tables, event suppression, IN_ORDER,
 * NOTIFICATION_DATA. The plain one is test_packed_ring.c's. DRV-* are clauses of the specification that our driver is
 * held to.
 */
#include "tests/unit/packed_case.h"

/* One slot of the ring for a table of any length; elements in a row, with no flag but WRITE (DRV-PACKED-13, -15). */
static void indirect(void **state)
{
	(void)state;
	packed_open(4, VIRTIO_INDIRECT_DESC);
	case_queue.layout = LAYOUT_INDIRECT;
	for (unsigned round = 0; round < 200; round++) {
		const struct vring_packed_desc *table;
		int id = case_add(2, 2);

		virtqueue_publish(&case_queue);
		assert_true(packed_is_available(packed_side.take, packed_side.take_wrap));
		assert_int_equal(packed_ring()[packed_side.take].flags & ~(PACKED_AVAILABLE | PACKED_USED),
				 VRING_DESC_F_INDIRECT);
		assert_int_equal(packed_ring()[packed_side.take].len, 4 * 16);
		table = virtio_model_pointer(case_model, packed_ring()[packed_side.take].addr, 4 * 16);
		for (unsigned i = 0; i < 4; i++) {
			case_expect_piece(table[i].addr, table[i].len, table[i].flags & VRING_DESC_F_WRITE, i, i >= 2);
			assert_int_equal(table[i].flags & ~VRING_DESC_F_WRITE, 0);
		}
		packed_step(&packed_side.take, &packed_side.take_wrap, 1);
		packed_use(id, round, 1);
		case_expect_used(id, round);
	}
	assert_int_equal(case_queue.tables, 0);
	assert_int_equal(case_add(0, 5), -1);	/* longer than the queue */
}

/* Tables run out before slots do; each that comes back can be had again. */
static void tables_run_out(void **state)
{
	int first = -1;
	unsigned count = 0;

	(void)state;
	packed_open(64, VIRTIO_INDIRECT_DESC);
	case_queue.layout = LAYOUT_INDIRECT;
	assert_int_equal(case_add(0, 17), -1);
	assert_int_equal(case_queue.tables, 0);
	for (int id; (id = case_add(0, 16)) >= 0; count++)
		first = count == 0 ? id : first;
	assert_int_equal(count, 32);
	assert_int_equal(case_queue.free_count, 32);
	virtqueue_publish(&case_queue);
	packed_use(first, 0, 1);
	case_expect_used(first, 0);
	assert_true(case_add(0, 1) >= 0);
	assert_int_equal(case_add(0, 1), -1);
}

static void interrupts(void **state)
{
	const struct vring_packed_desc_event *events;

	(void)state;
	packed_open(4, 0);
	events = virtqueue_driver_events(&case_queue);
	virtqueue_interrupts(&case_queue, false);
	assert_int_equal(events->flags, VRING_PACKED_EVENT_FLAG_DISABLE);
	virtqueue_interrupts(&case_queue, true);
	assert_int_equal(events->flags, VRING_PACKED_EVENT_FLAG_ENABLE);
	case_close();

	packed_open(4, VIRTIO_EVENT_IDX);
	events = virtqueue_driver_events(&case_queue);
	for (unsigned i = 0; i < 20; i++) {
		int id = case_add(0, 1);

		virtqueue_publish(&case_queue);
		assert_int_equal(events->flags, VRING_PACKED_EVENT_FLAG_DESC);
		assert_int_equal(events->off_wrap, i % 4 | (i / 4 % 2 == 0 ? 0x8000 : 0));
		packed_use(id, 0, 1);
		case_expect_used(id, 0);
		/* The device may still look at it. */
		assert_int_equal(events->off_wrap, i % 4 | (i / 4 % 2 == 0 ? 0x8000 : 0));
	}
	virtqueue_interrupts(&case_queue, false);
	assert_int_equal(events->flags, VRING_PACKED_EVENT_FLAG_DISABLE);
}

/* With more to come the next one is asked for at once. */
static void interrupts_of_many(void **state)
{
	const struct vring_packed_desc_event *events;
	int first, second;

	(void)state;
	packed_open(4, VIRTIO_EVENT_IDX);
	events = virtqueue_driver_events(&case_queue);
	first = case_add(0, 1);
	second = case_add(0, 1);
	virtqueue_publish(&case_queue);
	assert_int_equal(events->off_wrap, 0x8000);
	packed_use(first, 0, 1);
	case_expect_used(first, 0);
	assert_int_equal(events->off_wrap, 0x8001);
	packed_use(second, 0, 1);
	case_expect_used(second, 0);
	assert_int_equal(events->off_wrap, 0x8001);
}

/* Brings the ring to this position, counted from the start, everything used and thought of. */
static void bring_to(unsigned position)
{
	for (unsigned i = 0; i < position; i++) {
		int id = case_add(0, 1);

		virtqueue_publish(&case_queue);
		packed_use(id, 0, 1);
		case_expect_used(id, 0);
	}
	virtqueue_wants_notification(&case_queue);
}

/* Every position that a device may name, against every number of new entries, over the wrap of the ring. */
static void the_device_names_a_position(void **state)
{
	(void)state;
	for (unsigned from = 0; from < 10; from++)
		for (unsigned count = 1; count <= 5; count++)
			for (unsigned ahead = 0; ahead < 5; ahead++) {
				unsigned event = from + ahead;

				packed_open(5, VIRTIO_EVENT_IDX);
				bring_to(from);
				virtqueue_device_events(&case_queue)->off_wrap =
					(uint16_t)(event % 5 | (event / 5 % 2 == 0 ? 0x8000 : 0));
				virtqueue_device_events(&case_queue)->flags = VRING_PACKED_EVENT_FLAG_DESC;
				for (unsigned i = 0; i < count; i++)
					case_add(0, 1);
				virtqueue_publish(&case_queue);
				if (virtqueue_wants_notification(&case_queue) != (ahead < count))
					fail_msg("from %u, %u new, event %u", from, count, event);
				case_close();
			}
}

/* Entries that were published without a doorbell count for the next one. */
static void published_in_pieces(void **state)
{
	(void)state;
	packed_open(8, VIRTIO_EVENT_IDX);
	virtqueue_device_events(&case_queue)->off_wrap = 0x8000;
	virtqueue_device_events(&case_queue)->flags = VRING_PACKED_EVENT_FLAG_DESC;
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	assert_true(virtqueue_wants_notification(&case_queue));
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	assert_false(virtqueue_wants_notification(&case_queue));
}

static void plain_suppression(void **state)
{
	(void)state;
	packed_open(8, 0);
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	assert_true(virtqueue_wants_notification(&case_queue));
	virtqueue_device_events(&case_queue)->flags = VRING_PACKED_EVENT_FLAG_DISABLE;
	assert_false(virtqueue_wants_notification(&case_queue));
	/* A position is nothing without EVENT_IDX. */
	virtqueue_device_events(&case_queue)->flags = VRING_PACKED_EVENT_FLAG_DESC;
	assert_true(virtqueue_wants_notification(&case_queue));
}

/* Queue, next slot and wrap counter in 32 bits (DRV-PACKED-4, DRV-NOTIFY-4). */
static void notification_data(void **state)
{
	static const uint32_t expected[] = { 0x80010001, 0x80020001, 0x00000001, 0x00010001, 0x00020001, 0x80000001 };

	(void)state;
	packed_open(3, VIRTIO_NOTIFICATION_DATA);
	for (unsigned i = 0; i < 6; i++) {
		int id = case_add(0, 1);

		virtqueue_publish(&case_queue);
		virtqueue_notify(&case_queue);
		assert_int_equal(case_model->doorbell, expected[i]);
		packed_use(id, 0, 1);
		case_expect_used(id, 0);
	}
}

/* One used descriptor for a batch names its last list; the others were written whole, and the device skips them all. */
static void batches(void **state)
{
	(void)state;
	packed_open(7, VIRTIO_IN_ORDER);
	for (unsigned round = 0; round < 1000; round++) {
		int first = case_add(1, 1), second = case_add(0, 2), third = case_add(2, 0);

		virtqueue_publish(&case_queue);
		packed_use(second, round, 4);
		case_expect_used(first, 101);
		case_expect_used(second, round);
		case_expect_answer(QUEUE_EMPTY);
		packed_use(third, 0, 2);
		case_expect_used(third, 0);
		case_expect_answer(QUEUE_EMPTY);
	}
	assert_int_equal(case_queue.free_count, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_CLAUSES(indirect, "DRV-PACKED-13 DRV-PACKED-15"),
		CASE_TEST(tables_run_out),
		CASE_TEST(interrupts),
		CASE_TEST(interrupts_of_many),
		CASE_TEST(the_device_names_a_position),
		CASE_TEST(published_in_pieces),
		CASE_TEST(plain_suppression),
		CASE_CLAUSES(notification_data, "DRV-NOTIFY-2 DRV-NOTIFY-4 DRV-PACKED-4"),
		CASE_TEST(batches),
	};

	return cmocka_run_group_tests_name("packed-modes", tests, NULL, NULL);
}
