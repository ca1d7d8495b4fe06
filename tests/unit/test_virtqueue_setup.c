/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/virtqueue_case.list */
/*
 * Setting a virtqueue up: what the device is told, in which order, for which sizes and places; where its doorbell is;
 * and taking it away by itself. DRV-* are clauses of the specification that our driver is held to; the model judges
 * each write to a register by itself.
 */
#include <string.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "tests/unit/virtqueue_case.h"

#define MEMORY	0x1800000		/* physical, where nothing else is */

/* Everything else about a queue is written before it is enabled (DRV-COMMON-4); parts are where the device looks. */
static void set_up(void **state)
{
	static const unsigned order[] = {
		VIRTIO_PCI_COMMON_Q_SELECT, VIRTIO_PCI_COMMON_Q_SELECT, VIRTIO_PCI_COMMON_Q_SELECT,
		VIRTIO_PCI_COMMON_Q_SIZE, VIRTIO_PCI_COMMON_Q_DESCLO, VIRTIO_PCI_COMMON_Q_DESCHI,
		VIRTIO_PCI_COMMON_Q_AVAILLO, VIRTIO_PCI_COMMON_Q_AVAILHI, VIRTIO_PCI_COMMON_Q_USEDLO,
		VIRTIO_PCI_COMMON_Q_USEDHI, VIRTIO_PCI_COMMON_Q_ENABLE,
	};
	struct model_queue *there = &case_model->queues[CASE_QUEUE];

	(void)state;
	assert_true(virtio_negotiate(case_device, CASE_FEATURES));
	case_model->write_count = 0;
	assert_true(virtqueue_start(&case_queue, case_device, CASE_QUEUE, 16, NULL));
	assert_int_equal(case_model->write_count, sizeof(order) / sizeof(order[0]));
	for (unsigned i = 0; i < case_model->write_count; i++)
		assert_int_equal(case_model->writes[i].field, order[i]);
	assert_int_equal(there->size, 16);
	assert_true(there->enabled);
	for (unsigned part = 0; part < VIRTQUEUE_PARTS; part++)
		assert_ptr_equal(virtio_model_pointer(case_model, there->parts[part], 1),
				 arch_pointer(case_queue.places[part].memory));
	assert_int_equal(virtqueue_used_index(&case_queue), 0);
	assert_int_equal(virtqueue_used_ring(&case_queue)->flags, 0);	/* DRV-SPLIT-19 */
	case_expect_answer(QUEUE_EMPTY);
}

/* Without bit 33 the device is told where the parts are in memory (DRV-RSVD-5), with it, on the bus (DRV-RSVD-4). */
static void numbers_follow_the_rule(void **state)
{
	static const uint64_t accepted[] = { VIRTIO_VERSION_1, CASE_FEATURES };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_true(virtio_negotiate(case_device, accepted[i]));
		assert_true(virtqueue_start(&case_queue, case_device, CASE_QUEUE, 8, NULL));
		for (unsigned part = 0; part < VIRTQUEUE_PARTS; part++) {
			uint64_t base = i == 0 ? case_queue.area.memory.value : case_queue.area.map.address.value;

			assert_int_equal(case_model->queues[CASE_QUEUE].parts[part], base + part * FRAME_SIZE);
		}
		virtio_reset(case_device);
		virtqueue_stop(&case_queue);
	}
}

static const struct start_row {
	uint16_t largest, asked, size;		/* size 0: refused */
} start_rows[] = {
	{ 0, 8, 0 },				/* no such queue */
	{ 64, 0, 0 },
	{ 64, 8, 8 },
	{ 64, 64, 64 },
	{ 64, 256, 64 },
	{ 256, 256, 256 },
	{ 32768, 256, 256 },
	{ 32768, 2048, 0 },			/* larger than we have room for */
	{ 1, 8, 1 },
	{ 48, 64, 0 },				/* no power of two: not a split queue (DRV-COMMON-3) */
	{ 64, 24, 0 },
};

static void sizes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(start_rows) / sizeof(start_rows[0]); i++) {
		const struct start_row *row = &start_rows[i];

		assert_true(virtio_negotiate(case_device, CASE_FEATURES));
		case_model->queues[CASE_QUEUE].largest = row->largest;
		if (virtqueue_start(&case_queue, case_device, CASE_QUEUE, row->asked, NULL) != (row->size > 0))
			fail_msg("row %u", i);
		assert_int_equal(case_model->queues[CASE_QUEUE].size, row->size);
		assert_int_equal(case_model->queues[CASE_QUEUE].enabled, row->size > 0);
		virtio_reset(case_device);
		virtqueue_stop(&case_queue);
		assert_int_equal(dma_live(domain_get(0)), 0);
	}
}

static void a_queue_that_is_not_there(void **state)
{
	(void)state;
	assert_true(virtio_negotiate(case_device, CASE_FEATURES));
	assert_false(virtqueue_start(&case_queue, case_device, MODEL_QUEUES, 8, NULL));
	assert_false(virtqueue_start(&case_queue, case_device, 0xffff, 8, NULL));
}

static void no_memory_for_a_queue(void **state)
{
	phys_addr frame;

	(void)state;
	assert_true(virtio_negotiate(case_device, CASE_FEATURES));
	while (frames_take(1, FRAME_SIZE, &frame))
		;
	frames_give(frame, 1);
	assert_false(virtqueue_start(&case_queue, case_device, CASE_QUEUE, 8, NULL));
	assert_false(case_model->queues[CASE_QUEUE].enabled);
}

/* Where the doorbell is, is the device's choice: notify offset times multiplier, within the structure. */
static void doorbells(void **state)
{
	static const struct { uint16_t offset; uint32_t multiplier, length; bool good; uint64_t at; } rows[] = {
		{ 1, 4, 0x1000, true, 4 },
		{ 5, 0, 2, true, 0 },			/* one for all queues */
		{ 0, 4, 1, false, 0 },
		{ 1, 4, 6, true, 4 },
		{ 1, 4, 5, false, 0 },
		{ 1023, 4, 0x1000, true, 0xffc },
		{ 1024, 4, 0x1000, false, 0 },
		{ 0xffff, 0x10000, 0x1000, false, 0 },	/* past 32 bits */
		{ 0x8000, 0x20000, 0x1000, false, 0 },	/* exactly 2^32 */
		{ 0xffff, 0xffffffff, 0xffffffff, false, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		case_model->queues[CASE_QUEUE].notify_offset = rows[i].offset;
		case_model->multiplier = case_device->notify_multiplier = rows[i].multiplier;
		case_device->notify.length = rows[i].length;
		assert_true(virtio_negotiate(case_device, CASE_FEATURES));
		if (virtqueue_start(&case_queue, case_device, CASE_QUEUE, 8, NULL) != rows[i].good)
			fail_msg("row %u", i);
		if (rows[i].good) {
			assert_int_equal(case_queue.doorbell.value, case_device->notify.at.value + rows[i].at);
			virtio_driver_ok(case_device);
			virtqueue_notify(&case_queue);
			assert_int_equal(case_model->queues[CASE_QUEUE].doorbells, 1);
		}
		virtio_reset(case_device);
		virtqueue_stop(&case_queue);
	}
}

/* A write to an odd address would trap. */
static void an_odd_doorbell_is_refused(void **state)
{
	(void)state;
	assert_true(virtio_negotiate(case_device, CASE_FEATURES));
	case_model->queues[CASE_QUEUE].notify_offset = 1;
	case_model->multiplier = case_device->notify_multiplier = 3;
	assert_false(virtqueue_start(&case_queue, case_device, CASE_QUEUE, 8, NULL));
	assert_false(case_model->queues[CASE_QUEUE].enabled);
}

/* Parts at places of the caller's choice; a place that is all zero leaves it in the queue's own area. */
static void chosen_places(void **state)
{
	const struct virtqueue_place places[VIRTQUEUE_PLACES] = { [PART_AVAILABLE] = { { MEMORY }, 0x7000 } };

	(void)state;
	assert_true(virtio_negotiate(case_device, CASE_FEATURES));
	host_add_memory(MEMORY, FRAME_SIZE);
	assert_true(virtqueue_start(&case_queue, case_device, CASE_QUEUE, 8, places));
	virtio_driver_ok(case_device);
	assert_int_equal(case_model->queues[CASE_QUEUE].parts[PART_AVAILABLE], 0x7000);
	assert_int_equal(case_model->queues[CASE_QUEUE].parts[PART_DESCRIPTORS], case_queue.area.map.address.value);
	assert_int_equal(case_model->queues[CASE_QUEUE].parts[PART_USED],
			 case_queue.area.map.address.value + 2 * FRAME_SIZE);
	assert_ptr_equal(virtqueue_available(&case_queue), arch_pointer((phys_addr) { MEMORY }));
	assert_int_equal(virtqueue_available(&case_queue)->idx, 0);
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	assert_int_equal(((const uint8_t *)arch_pointer((phys_addr) { MEMORY }))[2], 1);
}

/* A queue's reset is done when the device says so, and not before (DRV-QRST-1, DRV-COMMON-7). */
static void a_slow_queue_reset(void **state)
{
	(void)state;
	case_open(16, VIRTIO_RING_RESET);
	case_model->queue_reset_reads = 1000;
	assert_true(virtqueue_reset(&case_queue));
	assert_int_equal(case_model->queues[CASE_QUEUE].resetting, 0);
	assert_false(case_model->queues[CASE_QUEUE].enabled);
}

static void a_queue_reset_that_never_ends(void **state)
{
	uint64_t before;

	(void)state;
	case_open(16, VIRTIO_RING_RESET);
	case_model->queue_reset_reads = ~0u;
	host_clock_step = 1u << CLOCK_LOOK_SHIFT;
	before = clock_now();
	assert_false(virtqueue_reset(&case_queue));
	assert_in_range(clock_now() - before, VIRTIO_RESET_LIMIT, 2 * VIRTIO_RESET_LIMIT);
}

/* Set up again from the beginning, with another size and at another place; it begins with nothing (DRV-QRST-3). */
static void a_queue_that_was_reset_is_set_up_again(void **state)
{
	static struct virtqueue first;
	const struct model_queue *there = &case_model->queues[CASE_QUEUE];

	(void)state;
	case_open(16, VIRTIO_RING_RESET);
	case_add(0, 1);
	virtqueue_publish(&case_queue);
	assert_true(virtqueue_reset(&case_queue));
	first = case_queue;
	assert_true(virtqueue_start(&case_queue, case_device, CASE_QUEUE, 64, NULL));
	assert_int_equal(there->size, 64);
	assert_true(there->enabled);
	for (unsigned part = 0; part < VIRTQUEUE_PARTS; part++) {
		assert_int_equal(there->parts[part], case_queue.places[part].number);
		assert_int_not_equal(there->parts[part], first.places[part].number);
	}
	case_expect_answer(QUEUE_EMPTY);
	case_add(1, 1);
	virtqueue_publish(&case_queue);
	case_expect_chain(0, 1, 1);
	virtqueue_stop(&first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_CLAUSES(set_up, "DRV-COMMON-1 DRV-COMMON-4 DRV-COMMON-6 DRV-SPLIT-1 DRV-SPLIT-19"),
		CASE_CLAUSES(numbers_follow_the_rule, "DRV-RSVD-4 DRV-RSVD-5"),
		CASE_CLAUSES(sizes, "DRV-COMMON-2 DRV-COMMON-3"),
		CASE_TEST(a_queue_that_is_not_there),
		CASE_TEST(no_memory_for_a_queue),
		CASE_CLAUSES(doorbells, "DRV-NOTIFY-1 DRV-NOTIFY-3"),
		CASE_TEST(an_odd_doorbell_is_refused),
		CASE_TEST(chosen_places),
		CASE_CLAUSES(a_slow_queue_reset, "DRV-COMMON-7 DRV-QRST-1"),
		CASE_CLAUSES(a_queue_reset_that_never_ends, "DRV-COMMON-7 DRV-QRST-1"),
		CASE_CLAUSES(a_queue_that_was_reset_is_set_up_again, "DRV-QRST-3"),
	};

	return cmocka_run_group_tests_name("virtqueue-setup", tests, NULL, NULL);
}
