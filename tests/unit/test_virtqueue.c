/* sources: tests/unit/virtio_model.c drivers/virtio/virtqueue.c drivers/virtio/virtqueue_split.c drivers/virtio/packed.c drivers/virtio/pci.c drivers/virtio/legacy.c drivers/virtio/handshake.c drivers/pci/capability.c drivers/dma/area.c drivers/dma/map.c drivers/dma/window.c drivers/bridge/bridge.c boot/clock.c boot/frames.c boot/sweep.c boot/fatal.c boot/print.c boot/tap.c */
/*
 * The split virtqueue against a device of software: good ones, for longer than the ring indices' 16 bits, and ones that
 * lie in the used ring. DRV-* are clauses of the specification that our driver is held to; the model judges chains and
 * register writes by itself (DRV-SPLIT-1, -2, -4, -6, -11, -12; DRV-COMMON-3, -4, -6; DRV-INIT-7; DRV-NOTIFY-1, -3).
 */
#include <string.h>

#include "boot/frames.h"
#include "tests/unit/virtio_model.h"

#define FEATURES	(VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM)
#define QUEUE		1
#define BUFFER		0x123456789abcdef0ull	/* a number of no meaning */
#define MEMORY		0x1800000		/* physical, where nothing else is */

static struct virtio_model *model;
static struct virtio_device *device;
static struct virtqueue queue;

static int start(void **state)
{
	virtio_model_machine(state);
	model = virtio_model_add();
	device = virtio_model_attach();
	assert_true(virtio_negotiate(device, FEATURES));
	return 0;
}

static int stop(void **state)
{
	virtio_reset(device);
	virtqueue_stop(&queue);
	assert_int_equal(dma_live(bridge_get(0)), 0);
	return host_teardown(state);
}

static void open_queue(uint16_t size)
{
	assert_true(virtqueue_start(&queue, device, QUEUE, size, NULL));
	virtio_driver_ok(device);
}

static int add(unsigned readable, unsigned writable)
{
	struct virtqueue_buffer buffers[VIRTQUEUE_LARGEST + 1];

	for (unsigned i = 0; i < readable + writable; i++)
		buffers[i] = (struct virtqueue_buffer) { BUFFER + i, 100 + i, i >= readable };
	return virtqueue_add(&queue, buffers, readable + writable);
}

static int add_one(void)
{
	return add(0, 1);
}

static void expect_chain(int head, unsigned readable, unsigned writable)
{
	struct model_chain chain;

	assert_true(virtio_model_take(model, QUEUE, &chain));
	assert_int_equal(chain.head, head);
	assert_int_equal(chain.count, readable + writable);
	for (unsigned i = 0; i < chain.count; i++) {
		assert_int_equal(chain.pieces[i].number, BUFFER + i);
		assert_int_equal(chain.pieces[i].size, 100 + i);
		assert_int_equal(chain.pieces[i].device_writes, i >= readable);
	}
}

static void expect_used(int head, uint32_t length)
{
	struct virtqueue_used used = { 0xffff, ~0u };

	assert_int_equal(virtqueue_take(&queue, &used), QUEUE_USED);
	assert_int_equal(used.head, head);
	assert_int_equal(used.length, length);
}

static void expect_answer(enum virtqueue_answer answer)
{
	struct virtqueue_used used = { 0x5a5a, 0x5a5a5a5a };

	assert_int_equal(virtqueue_take(&queue, &used), answer);
	assert_int_equal(used.head, 0x5a5a);
	assert_int_equal(used.length, 0x5a5a5a5a);
}

/* Everything else about a queue is written before it is enabled (DRV-COMMON-4); parts are where the device looks. */
static void set_up(void **state)
{
	static const unsigned order[] = {
		VIRTIO_PCI_COMMON_Q_SELECT, VIRTIO_PCI_COMMON_Q_SELECT, VIRTIO_PCI_COMMON_Q_SELECT,
		VIRTIO_PCI_COMMON_Q_SIZE, VIRTIO_PCI_COMMON_Q_DESCLO, VIRTIO_PCI_COMMON_Q_DESCHI,
		VIRTIO_PCI_COMMON_Q_AVAILLO, VIRTIO_PCI_COMMON_Q_AVAILHI, VIRTIO_PCI_COMMON_Q_USEDLO,
		VIRTIO_PCI_COMMON_Q_USEDHI, VIRTIO_PCI_COMMON_Q_ENABLE,
	};
	struct model_queue *there = &model->queues[QUEUE];

	(void)state;
	model->write_count = 0;
	assert_true(virtqueue_start(&queue, device, QUEUE, 16, NULL));
	assert_int_equal(model->write_count, sizeof(order) / sizeof(order[0]));
	for (unsigned i = 0; i < model->write_count; i++)
		assert_int_equal(model->writes[i].field, order[i]);
	assert_int_equal(there->size, 16);
	assert_true(there->enabled);
	assert_ptr_equal(virtio_model_pointer(model, there->parts[PART_DESCRIPTORS], 1), virtqueue_descriptors(&queue));
	assert_ptr_equal(virtio_model_pointer(model, there->parts[PART_AVAILABLE], 1), virtqueue_available(&queue));
	assert_ptr_equal(virtio_model_pointer(model, there->parts[PART_USED], 1), virtqueue_used_ring(&queue));
	assert_int_equal(virtqueue_used_index(&queue), 0);
	assert_int_equal(virtqueue_used_ring(&queue)->flags, 0);	/* DRV-SPLIT-19 */
	expect_answer(QUEUE_EMPTY);
}

/* Without bit 33 the device is told where the parts are in memory (DRV-RSVD-5), with it, on the bus (DRV-RSVD-4). */
static void numbers_follow_the_rule(void **state)
{
	static const uint64_t accepted[] = { VIRTIO_VERSION_1, FEATURES };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_true(virtio_negotiate(device, accepted[i]));
		assert_true(virtqueue_start(&queue, device, QUEUE, 8, NULL));
		for (unsigned part = 0; part < VIRTQUEUE_PARTS; part++) {
			uint64_t base = i == 0 ? queue.area.memory.value : queue.area.map.address.value;

			assert_int_equal(model->queues[QUEUE].parts[part], base + part * FRAME_SIZE);
		}
		virtio_reset(device);
		virtqueue_stop(&queue);
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

		assert_true(virtio_negotiate(device, FEATURES));
		model->queues[QUEUE].largest = row->largest;
		if (virtqueue_start(&queue, device, QUEUE, row->asked, NULL) != (row->size > 0))
			fail_msg("row %u", i);
		assert_int_equal(model->queues[QUEUE].size, row->size);
		assert_int_equal(model->queues[QUEUE].enabled, row->size > 0);
		virtio_reset(device);
		virtqueue_stop(&queue);
		assert_int_equal(dma_live(bridge_get(0)), 0);
	}
}

static void a_queue_that_is_not_there(void **state)
{
	(void)state;
	assert_false(virtqueue_start(&queue, device, MODEL_QUEUES, 8, NULL));
	assert_false(virtqueue_start(&queue, device, 0xffff, 8, NULL));
}

static void no_memory_for_a_queue(void **state)
{
	phys_addr frame;

	(void)state;
	while (frames_take(1, FRAME_SIZE, &frame))
		;
	frames_give(frame, 1);
	assert_false(virtqueue_start(&queue, device, QUEUE, 8, NULL));
	assert_false(model->queues[QUEUE].enabled);
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
		model->queues[QUEUE].notify_offset = rows[i].offset;
		model->multiplier = device->notify_multiplier = rows[i].multiplier;
		device->notify.length = rows[i].length;
		assert_true(virtio_negotiate(device, FEATURES));
		if (virtqueue_start(&queue, device, QUEUE, 8, NULL) != rows[i].good)
			fail_msg("row %u", i);
		if (rows[i].good) {
			assert_int_equal(queue.doorbell.value, device->notify.at.value + rows[i].at);
			virtio_driver_ok(device);
			virtqueue_notify(&queue);
			assert_int_equal(model->queues[QUEUE].doorbells, 1);
		}
		virtio_reset(device);
		virtqueue_stop(&queue);
	}
}

/* A write to an odd address would trap. */
static void an_odd_doorbell_is_refused(void **state)
{
	(void)state;
	model->queues[QUEUE].notify_offset = 1;
	model->multiplier = device->notify_multiplier = 3;
	assert_false(virtqueue_start(&queue, device, QUEUE, 8, NULL));
	assert_false(model->queues[QUEUE].enabled);
}

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
	open_queue(8);
	assert_int_equal(add(1, 1), 0);
	assert_int_equal(add_one(), 2);
	virtqueue_publish(&queue);
	assert_memory_equal(virtqueue_descriptors(&queue), descriptors, sizeof(descriptors));
	assert_memory_equal(virtqueue_available(&queue), available, sizeof(available));
	memcpy(virtqueue_used_ring(&queue), used, sizeof(used));
	expect_used(2, 0x01020304);
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
	assert_int_equal(table[0].addr, BUFFER);
	assert_int_equal(table[0].flags, VRING_DESC_F_NEXT);
	assert_int_equal(table[table[0].next].addr, BUFFER + 1);
	assert_int_equal(table[2].len, 100);
}

/* Descriptors and ring entries stand in memory before the index that shows them (DRV-SPLIT-29). */
static void the_index_comes_last(void **state)
{
	struct model_chain chain;

	(void)state;
	open_queue(8);
	calls = 0;
	queue.before_publish = index_is_not_out_yet;
	queue.context = &calls;
	add(1, 1);
	add_one();
	assert_false(virtio_model_take(model, QUEUE, &chain));
	assert_int_equal(calls, 0);
	virtqueue_publish(&queue);
	assert_int_equal(calls, 1);
	assert_int_equal(model->queues[QUEUE].doorbells, 0);
	expect_chain(0, 1, 1);
	expect_chain(2, 0, 1);
	assert_false(virtio_model_take(model, QUEUE, &chain));
}

/* Far past the point where the indices go back to 0, several requests under way, used in another order. */
static void more_requests_than_an_index_can_count(void **state)
{
	(void)state;
	open_queue(8);
	for (unsigned round = 0; round < 24000; round++) {
		int first = add(1, 1), second = add_one(), third = add(2, 1);

		assert_true(first >= 0 && second >= 0 && third >= 0);
		assert_int_equal(queue.free_count, 2);
		virtqueue_publish(&queue);
		virtqueue_notify(&queue);
		model->write_count = 0;
		expect_chain(first, 1, 1);
		expect_chain(second, 0, 1);
		expect_chain(third, 2, 1);
		virtio_model_use(model, QUEUE, (uint32_t)third, round);
		virtio_model_use(model, QUEUE, (uint32_t)first, round + 1);
		expect_used(third, round);
		virtio_model_use(model, QUEUE, (uint32_t)second, round + 2);
		expect_used(first, round + 1);
		expect_used(second, round + 2);
		expect_answer(QUEUE_EMPTY);
	}
	assert_int_equal(queue.free_count, 8);
	assert_int_equal(queue.available, (uint16_t)(3 * 24000));
	assert_int_equal(virtqueue_available(&queue)->idx, (uint16_t)(3 * 24000));
	assert_int_equal(model->queues[QUEUE].doorbells, 24000);
}

/* Index 65535 and index 0 are neighbours in a ring of any size, 1 too. */
static void rings_of_every_size(void **state)
{
	(void)state;
	model->queues[QUEUE].largest = 256;
	for (uint16_t size = 1; size <= 256; size *= 2) {
		assert_true(virtio_negotiate(device, FEATURES));
		open_queue(size);
		for (unsigned i = 0; i < 65536 + 600; i++) {
			int head = add_one();

			virtqueue_publish(&queue);
			expect_chain(head, 0, 1);
			virtio_model_use(model, QUEUE, (uint32_t)head, i);
			expect_used(head, i);
		}
		virtio_reset(device);
		virtqueue_stop(&queue);
	}
}

/* All descriptors in use: no room, nothing changed; and each that comes back can be had again. */
static void a_full_ring(void **state)
{
	int heads[64];

	(void)state;
	model->queues[QUEUE].largest = 64;
	open_queue(64);
	for (unsigned i = 0; i < 64; i++) {
		heads[i] = add_one();
		for (unsigned j = 0; j < i; j++)
			assert_int_not_equal(heads[i], heads[j]);
	}
	assert_int_equal(add_one(), -1);
	assert_int_equal(queue.available, 64);
	virtqueue_publish(&queue);
	for (unsigned i = 0; i < 64; i++)
		expect_chain(heads[i], 0, 1);
	for (unsigned i = 0; i < 64; i++)
		virtio_model_use(model, QUEUE, (uint32_t)heads[63 - i], i);
	assert_int_equal(add_one(), -1);
	expect_used(heads[63], 0);
	assert_int_equal(add_one(), heads[63]);
	assert_int_equal(add_one(), -1);
	for (unsigned i = 1; i < 64; i++)
		expect_used(heads[63 - i], i);
	assert_int_equal(add(0, 64), -1);
	assert_int_equal(add(32, 31), heads[0]);
}

/* A chain is added whole or not at all (DRV-SPLIT-8); none is empty. */
static void chains_that_do_not_fit(void **state)
{
	int head;

	(void)state;
	open_queue(8);
	assert_int_equal(add(0, 0), -1);
	assert_int_equal(add(4, 5), -1);
	assert_int_equal(add(1, VIRTQUEUE_LARGEST), -1);
	assert_int_equal(queue.available, 0);
	head = add(4, 4);
	assert_int_equal(head, 0);
	virtqueue_publish(&queue);
	expect_chain(head, 4, 4);
	virtio_model_use(model, QUEUE, (uint32_t)head, 0);
	expect_used(head, 0);
	head = add(8, 0);
	virtqueue_publish(&queue);
	expect_chain(head, 8, 0);
}

/* Whatever the order in which they come back, no descriptor is lost and none is in two chains. */
static void the_free_list(void **state)
{
	int heads[16];
	unsigned sizes_of[16], count = 0, total = 0;
	uint32_t random = 1;

	(void)state;
	model->queues[QUEUE].largest = 16;
	open_queue(16);
	for (unsigned step = 0; step < 20000; step++) {
		unsigned pick, length;

		random = random * 1664525 + 1013904223;
		pick = random >> 16;
		length = 1 + pick % 5;
		if (pick & 0x100 && total + length <= 16) {
			heads[count] = add(0, length);
			assert_true(heads[count] >= 0);
			virtqueue_publish(&queue);
			expect_chain(heads[count], 0, length);
			sizes_of[count++] = length;
			total += length;
		} else if (count > 0) {
			unsigned which = pick % count;

			virtio_model_use(model, QUEUE, (uint32_t)heads[which], step);
			expect_used(heads[which], step);
			total -= sizes_of[which];
			heads[which] = heads[--count];
			sizes_of[which] = sizes_of[count];
		}
		assert_int_equal(queue.free_count, 16 - total);
	}
}

/* An id that is not outstanding, in all its kinds; the queue stays broken, and nothing was given back. */
static void ids_that_are_not_outstanding(void **state)
{
	static const uint32_t ids[] = { 8, 255, 256, 0x7fff, 0x10000, 0x10002, 0xffffffff, 1, 3, 7 };

	(void)state;
	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		assert_true(virtio_negotiate(device, FEATURES));
		open_queue(8);
		assert_int_equal(add(1, 1), 0);
		assert_int_equal(add_one(), 2);
		virtqueue_publish(&queue);
		virtio_model_use(model, QUEUE, ids[i], 0);
		expect_answer(QUEUE_BROKEN);
		expect_answer(QUEUE_BROKEN);
		assert_int_equal(queue.free_count, 5);
		virtio_reset(device);
		virtqueue_stop(&queue);
	}
}

static void an_id_used_twice(void **state)
{
	(void)state;
	open_queue(8);
	assert_int_equal(add_one(), 0);
	assert_int_equal(add_one(), 1);
	virtqueue_publish(&queue);
	virtio_model_use(model, QUEUE, 0, 0);
	virtio_model_use(model, QUEUE, 0, 0);
	expect_used(0, 0);
	expect_answer(QUEUE_BROKEN);
}

static void used_before_anything_was_added(void **state)
{
	(void)state;
	open_queue(8);
	virtio_model_use(model, QUEUE, 0, 0);
	expect_answer(QUEUE_BROKEN);
}

/* More used entries than a ring has, or an index that goes back: both are a distance above the size. */
static void an_index_that_runs_ahead(void **state)
{
	static const uint16_t indices[] = { 9, 10, 0x100, 0x7fff, 0x8000, 0xffff };

	(void)state;
	open_queue(8);
	for (unsigned i = 0; i < 8; i++)
		add_one();
	virtqueue_publish(&queue);
	for (unsigned i = 0; i < sizeof(indices) / sizeof(indices[0]); i++) {
		virtio_model_show(model, QUEUE, indices[i]);
		assert_int_equal(virtqueue_used_index(&queue), indices[i]);
		expect_answer(QUEUE_BROKEN);
	}
	virtio_model_show(model, QUEUE, 0);
	for (unsigned i = 0; i < 8; i++)
		virtio_model_use(model, QUEUE, i, i);
	for (unsigned i = 0; i < 8; i++)
		expect_used((int)i, i);
	virtio_model_show(model, QUEUE, 7);
	expect_answer(QUEUE_BROKEN);
}

/* A device that writes where only the driver may: chains are taken back by the driver's own record. */
static void descriptors_that_the_device_changed(void **state)
{
	(void)state;
	open_queue(8);
	assert_int_equal(add(1, 2), 0);
	virtqueue_publish(&queue);
	memset(virtqueue_descriptors(&queue), 0xff, 8 * sizeof(struct vring_desc));
	memset(virtqueue_available(&queue), 0xff, sizeof(struct vring_avail));
	virtio_model_use(model, QUEUE, 0, 0);
	expect_used(0, 0);
	assert_int_equal(queue.free_count, 8);
	assert_int_equal(add(4, 4), 0);
	virtqueue_publish(&queue);
	assert_int_equal(virtqueue_available(&queue)->idx, 2);
}

/* Whatever a device writes into the used ring, an answer comes, and no descriptor is there twice. */
static void any_used_ring(void **state)
{
	uint32_t random = 7;

	(void)state;
	open_queue(8);
	for (unsigned round = 0; round < 50000; round++) {
		struct virtqueue_used used;
		uint8_t *bytes = (uint8_t *)virtqueue_used_ring(&queue);
		unsigned outstanding = 0;

		random = random * 1664525 + 1013904223;
		if (random & 0x10000)
			add((random >> 20) % 3, 1);
		bytes[4 + (random >> 8) % 64] = (uint8_t)(random >> 24) % 11;
		if (random & 0x20000)
			virtio_model_show(model, QUEUE, (uint16_t)(queue.used + random % 10));
		virtqueue_take(&queue, &used);
		for (unsigned i = 0; i < 8; i++)
			outstanding += queue.length[i];
		assert_int_equal(outstanding + queue.free_count, 8);
	}
}

/* Parts at places of the caller's choice; number ~0 stays in the queue's own area. */
static void chosen_places(void **state)
{
	struct virtqueue_place places[VIRTQUEUE_PARTS] = { { { 0 }, ~0ull }, { { 0 }, ~0ull }, { { 0 }, ~0ull } };

	(void)state;
	host_add_memory(MEMORY, FRAME_SIZE);
	places[PART_AVAILABLE] = (struct virtqueue_place) { { MEMORY }, 0x7000 };
	assert_true(virtqueue_start(&queue, device, QUEUE, 8, places));
	virtio_driver_ok(device);
	assert_int_equal(model->queues[QUEUE].parts[PART_AVAILABLE], 0x7000);
	assert_int_equal(model->queues[QUEUE].parts[PART_DESCRIPTORS], queue.area.map.address.value);
	assert_int_equal(model->queues[QUEUE].parts[PART_USED], queue.area.map.address.value + 2 * FRAME_SIZE);
	assert_ptr_equal(virtqueue_available(&queue), arch_pointer((phys_addr) { MEMORY }));
	assert_int_equal(virtqueue_available(&queue)->idx, 0);
	add_one();
	virtqueue_publish(&queue);
	assert_int_equal(((const uint8_t *)arch_pointer((phys_addr) { MEMORY }))[2], 1);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(set_up),
		TEST(numbers_follow_the_rule),
		TEST(sizes),
		TEST(a_queue_that_is_not_there),
		TEST(no_memory_for_a_queue),
		TEST(doorbells),
		TEST(an_odd_doorbell_is_refused),
		TEST(bytes_in_memory),
		TEST(the_index_comes_last),
		TEST(more_requests_than_an_index_can_count),
		TEST(rings_of_every_size),
		TEST(a_full_ring),
		TEST(chains_that_do_not_fit),
		TEST(the_free_list),
		TEST(ids_that_are_not_outstanding),
		TEST(an_id_used_twice),
		TEST(used_before_anything_was_added),
		TEST(an_index_that_runs_ahead),
		TEST(descriptors_that_the_device_changed),
		TEST(any_used_ring),
		TEST(chosen_places),
	};

	return cmocka_run_group_tests_name("virtqueue", tests, NULL, NULL);
}
