/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/virtqueue_case.c drivers/virtio/virtqueue.c drivers/virtio/packed.c
 * drivers/virtio/legacy.c */
/*
 * The split virtqueue as a big-endian guest has it in memory: the same driver, compiled for a computer whose own order
 * is the other one. What is little-endian there has its bytes turned here, and what is the guest's own has not.
 */
#define BYTEORDER_LITTLE	0

#include "drivers/virtio/virtqueue_split.c"

#include <string.h>

#include "tests/unit/virtqueue_case.h"

static void open_without_version_1(void)
{
	case_device->accepted = 0;
	assert_true(virtqueue_start(&case_queue, case_device, CASE_QUEUE, 8, NULL));
}

/* Descriptors, available and used ring, in the order that is native to whoever runs this (DRV-LEGRING-4). */
static void native_without_version_1(void **state)
{
	const struct vring_desc *table;
	struct vring_used *used;

	(void)state;
	assert_true(virtio_negotiate(case_device, VIRTIO_VERSION_1));
	open_without_version_1();
	table = virtqueue_descriptors(&case_queue);
	used = virtqueue_used_ring(&case_queue);
	case_add(0, 1);
	case_add(1, 1);
	virtqueue_publish(&case_queue);
	assert_int_equal(table[1].addr, CASE_BUFFER);
	assert_int_equal(table[1].len, CASE_SIZE);
	assert_int_equal(table[1].flags, VRING_DESC_F_NEXT);
	assert_int_equal(table[1].next, 2);
	assert_int_equal(virtqueue_available(&case_queue)->idx, 2);
	assert_int_equal(virtqueue_available(&case_queue)->ring[1], 1);
	used->ring[0] = (struct vring_used_elem) { 1, 0x01020304 };
	used->idx = 1;
	case_expect_used(1, 0x01020304);
}

static void little_endian_with_version_1(void **state)
{
	const struct vring_desc *table;
	struct vring_used *used;

	(void)state;
	assert_true(virtio_negotiate(case_device, VIRTIO_VERSION_1));
	assert_true(virtqueue_start(&case_queue, case_device, CASE_QUEUE, 8, NULL));
	table = virtqueue_descriptors(&case_queue);
	used = virtqueue_used_ring(&case_queue);
	case_add(0, 1);
	case_add(1, 1);
	virtqueue_publish(&case_queue);
	assert_int_equal(table[1].addr, __builtin_bswap64(CASE_BUFFER));
	assert_int_equal(table[1].len, __builtin_bswap32(CASE_SIZE));
	assert_int_equal(table[1].flags, __builtin_bswap16(VRING_DESC_F_NEXT));
	assert_int_equal(table[1].next, __builtin_bswap16(2));
	assert_int_equal(virtqueue_available(&case_queue)->idx, __builtin_bswap16(2));
	assert_int_equal(virtqueue_available(&case_queue)->ring[1], __builtin_bswap16(1));
	used->ring[0] = (struct vring_used_elem) { __builtin_bswap32(1), __builtin_bswap32(0x01020304) };
	used->idx = __builtin_bswap16(1);
	case_expect_used(1, 0x01020304);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_CLAUSES(native_without_version_1, "DRV-LEGRING-4 DRV-LEG-1"),
		CASE_TEST(little_endian_with_version_1),
	};

	return cmocka_run_group_tests_name("split-big", tests, NULL, NULL);
}
