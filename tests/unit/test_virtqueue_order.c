/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/virtqueue_case.list tests/unit/packed_case.c */
/*
 * Barriers of the virtqueues: what stands in memory at each of them, and that what a device writes just before one
 * counts behind it. A barrier that is missing, or on the wrong side of a store or a load, fails here, although this
 * computer would never show it. DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include "tests/unit/packed_case.h"

/* How often the state that a test waits for was seen at a barrier of this kind. */
static unsigned seen[HOST_BARRIER_READ + 1];

static void watch(void (*at_barrier)(enum host_barrier barrier))
{
	memset(seen, 0, sizeof(seen));
	host_at_barrier = at_barrier;
}

/* A full barrier is a barrier for stores too. */
static void expect_seen(enum host_barrier barrier)
{
	host_at_barrier = NULL;
	if (seen[barrier] + (barrier == HOST_BARRIER_WRITE ? seen[HOST_BARRIER_FULL] : 0) == 0)
		fail_msg("no barrier of kind %d where it is needed", barrier);
}

static bool split_described(void)
{
	const struct vring_desc *table = virtqueue_descriptors(&case_queue);

	return table[0].addr == CASE_BUFFER && table[1].addr == CASE_BUFFER && table[2].addr == CASE_BUFFER + 1 &&
	       table[2].flags == VRING_DESC_F_WRITE && virtqueue_available(&case_queue)->ring[1] == 1;
}

static void split_complete_not_shown(enum host_barrier barrier)
{
	seen[barrier] += split_described() && virtqueue_available(&case_queue)->idx == 0;
}

static void split_shown_not_rung(enum host_barrier barrier)
{
	seen[barrier] += virtqueue_available(&case_queue)->idx == 2 && case_model->queues[CASE_QUEUE].doorbells == 0;
}

/* Descriptors and entries, barrier, index, full barrier, doorbell (DRV-SPLIT-29). */
static void split_is_shown_in_order(void **state)
{
	(void)state;
	case_open(8, 0);
	assert_int_equal(case_add(0, 1), 0);
	assert_int_equal(case_add(1, 1), 1);
	watch(split_complete_not_shown);
	virtqueue_publish(&case_queue);
	expect_seen(HOST_BARRIER_WRITE);
	assert_int_equal(virtqueue_available(&case_queue)->idx, 2);
	watch(split_shown_not_rung);
	virtqueue_notify(&case_queue);
	expect_seen(HOST_BARRIER_FULL);
	assert_int_equal(case_model->queues[CASE_QUEUE].doorbells, 1);
}

static void split_device_wants_one(enum host_barrier barrier)
{
	struct vring_used *used = virtqueue_used_ring(&case_queue);

	if (barrier != HOST_BARRIER_FULL || virtqueue_available(&case_queue)->idx != 1)
		return;
	used->flags = 0;
	used->ring[8].id = 0;
}

/* A device that has just gone to sleep is seen: its wish is read behind a full barrier (DRV-SPLIT-30). */
static void split_wish_is_read_late(void **state)
{
	static const uint64_t modes[] = { 0, VIRTIO_EVENT_IDX };

	(void)state;
	for (unsigned mode = 0; mode < 2; mode++) {
		case_open(8, modes[mode]);
		virtqueue_used_ring(&case_queue)->flags = VRING_USED_F_NO_NOTIFY;
		virtqueue_used_ring(&case_queue)->ring[8].id = 5;		/* the event index */
		case_add(0, 1);
		virtqueue_publish(&case_queue);
		watch(split_device_wants_one);
		assert_true(virtqueue_wants_notification(&case_queue));
		case_close();
	}
}

static void split_entry_arrives(enum host_barrier barrier)
{
	if (barrier != HOST_BARRIER_WRITE)
		virtqueue_used_ring(&case_queue)->ring[0] = (struct vring_used_elem) { 0, 77 };
}

/* The used entry is read behind the index that shows it. */
static void split_entry_is_read_late(void **state)
{
	(void)state;
	case_open(8, 0);
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	virtqueue_used_ring(&case_queue)->ring[0] = (struct vring_used_elem) { 7, 0 };
	virtio_model_show(case_model, CASE_QUEUE, 1);
	watch(split_entry_arrives);
	case_expect_used(0, 77);
}

static void packed_complete_not_shown(enum host_barrier barrier)
{
	const struct vring_packed_desc *ring = packed_ring();

	seen[barrier] += !packed_is_available(0, true) && packed_is_available(1, true) &&
			 packed_is_available(2, true) && ring[0].addr == CASE_BUFFER && ring[0].len == CASE_SIZE &&
			 ring[2].addr == CASE_BUFFER + 1;
}

static void packed_shown_not_rung(enum host_barrier barrier)
{
	seen[barrier] += packed_is_available(0, true) && case_model->queues[CASE_QUEUE].doorbells == 0;
}

/* All descriptors, barrier, the flags of the first, full barrier, doorbell (DRV-PACKED-17). */
static void packed_is_shown_in_order(void **state)
{
	(void)state;
	packed_open(8, 0);
	case_add(0, 1);
	case_add(1, 1);
	watch(packed_complete_not_shown);
	virtqueue_publish(&case_queue);
	expect_seen(HOST_BARRIER_WRITE);
	assert_true(packed_is_available(0, true));
	watch(packed_shown_not_rung);
	virtqueue_notify(&case_queue);
	expect_seen(HOST_BARRIER_FULL);
	assert_int_equal(case_model->queues[CASE_QUEUE].doorbells, 1);
}

static void packed_device_wants_one(enum host_barrier barrier)
{
	if (barrier == HOST_BARRIER_FULL && packed_is_available(0, true))
		virtqueue_device_events(&case_queue)->flags = VRING_PACKED_EVENT_FLAG_ENABLE;
}

/* DRV-PACKED-18 */
static void packed_wish_is_read_late(void **state)
{
	(void)state;
	packed_open(8, 0);
	virtqueue_device_events(&case_queue)->flags = VRING_PACKED_EVENT_FLAG_DISABLE;
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	watch(packed_device_wants_one);
	assert_true(virtqueue_wants_notification(&case_queue));
}

static void packed_position_arrives(enum host_barrier barrier)
{
	if (barrier == HOST_BARRIER_READ)
		virtqueue_device_events(&case_queue)->off_wrap = 0x8000;
}

/* The position is read behind the flag that makes it count. */
static void packed_position_is_read_late(void **state)
{
	(void)state;
	packed_open(8, VIRTIO_EVENT_IDX);
	virtqueue_device_events(&case_queue)->off_wrap = 0x8005;
	virtqueue_device_events(&case_queue)->flags = VRING_PACKED_EVENT_FLAG_DESC;
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	watch(packed_position_arrives);
	assert_true(virtqueue_wants_notification(&case_queue));
}

static void packed_descriptor_arrives(enum host_barrier barrier)
{
	if (barrier == HOST_BARRIER_WRITE)
		return;
	packed_ring()[0].id = 0;
	packed_ring()[0].len = 77;
}

/* Id and length are read behind the flags that show them. */
static void packed_descriptor_is_read_late(void **state)
{
	(void)state;
	packed_open(8, 0);
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	packed_use(7, 0, 1);
	watch(packed_descriptor_arrives);
	case_expect_used(0, 77);
}

static void packed_position_not_flag(enum host_barrier barrier)
{
	const struct vring_packed_desc_event *events = virtqueue_driver_events(&case_queue);

	seen[barrier] += events->off_wrap == 0x8001 && events->flags == VRING_PACKED_EVENT_FLAG_DISABLE;
}

/* Our position stands in memory before the flag that makes it count. */
static void packed_position_is_written_first(void **state)
{
	(void)state;
	packed_open(8, VIRTIO_EVENT_IDX);
	virtqueue_interrupts(&case_queue, false);
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	packed_use(0, 0, 1);
	case_expect_used(0, 0);
	watch(packed_position_not_flag);
	virtqueue_interrupts(&case_queue, true);
	expect_seen(HOST_BARRIER_WRITE);
	assert_int_equal(virtqueue_driver_events(&case_queue)->flags, VRING_PACKED_EVENT_FLAG_DESC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_CLAUSES(split_is_shown_in_order, "DRV-SPLIT-29 DRV-RSVD-8"),
		CASE_CLAUSES(split_wish_is_read_late, "DRV-SPLIT-30 DRV-RSVD-8"),
		CASE_TEST(split_entry_is_read_late),
		CASE_CLAUSES(packed_is_shown_in_order, "DRV-PACKED-17 DRV-RSVD-8"),
		CASE_CLAUSES(packed_wish_is_read_late, "DRV-PACKED-18 DRV-RSVD-8"),
		CASE_TEST(packed_position_is_read_late),
		CASE_TEST(packed_descriptor_is_read_late),
		CASE_TEST(packed_position_is_written_first),
	};

	return cmocka_run_group_tests_name("virtqueue-order", tests, NULL, NULL);
}
