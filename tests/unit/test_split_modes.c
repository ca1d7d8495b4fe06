/* sources: tests/unit/virtio_model.c drivers/virtio/virtqueue.c drivers/virtio/virtqueue_split.c drivers/virtio/packed.c
 * drivers/virtio/pci.c drivers/virtio/legacy.c drivers/virtio/handshake.c drivers/pci/capability.c drivers/dma/area.c
 * drivers/dma/map.c drivers/dma/window.c drivers/bridge/bridge.c boot/clock.c boot/frames.c boot/sweep.c boot/fatal.c
 * boot/print.c boot/tap.c */
/*
 * The split virtqueue with what can be negotiated for it: indirect tables, event indices, IN_ORDER, NOTIFICATION_DATA.
 * The plain one is test_virtqueue.c's.
 */
#include <string.h>

#include "tests/unit/virtio_model.h"

#define FEATURES	(VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM)
#define OPTIONAL	(VIRTIO_INDIRECT_DESC | VIRTIO_EVENT_IDX | VIRTIO_IN_ORDER | VIRTIO_NOTIFICATION_DATA)
#define QUEUE		1
#define BUFFER		0x123456789abcdef0ull	/* a number of no meaning */

static struct virtio_model *model;
static struct virtio_device *device;
static struct virtqueue queue;

static int start(void **state)
{
	virtio_model_machine(state);
	model = virtio_model_add();
	model->offered |= OPTIONAL;
	device = virtio_model_attach();
	return 0;
}

static int stop(void **state)
{
	virtio_reset(device);
	virtqueue_stop(&queue);
	assert_int_equal(dma_live(bridge_get(0)), 0);
	return host_teardown(state);
}

static void open_queue(uint16_t size, uint64_t features, enum virtqueue_layout layout)
{
	assert_true(virtio_negotiate(device, FEATURES | features));
	assert_true(virtqueue_start(&queue, device, QUEUE, size, NULL));
	virtio_driver_ok(device);
	queue.layout = layout;
}

static int add(unsigned readable, unsigned writable)
{
	struct virtqueue_buffer buffers[VIRTQUEUE_LARGEST + 1];

	for (unsigned i = 0; i < readable + writable; i++)
		buffers[i] = (struct virtqueue_buffer) { BUFFER + i, 100 + i, i >= readable };
	return virtqueue_add(&queue, buffers, readable + writable);
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
	struct virtqueue_used used;

	assert_int_equal(virtqueue_take(&queue, &used), answer);
}

static void one_request(void)
{
	int head = add(0, 1);

	assert_true(head >= 0);
	virtqueue_publish(&queue);
	virtio_model_use(model, QUEUE, (uint32_t)head, 0);
	expect_used(head, 0);
}

/* Pieces from number `from` on, chained from entry 0 of the table (DRV-SPLIT-10). */
static void expect_table(const struct vring_desc *descriptor, unsigned from, unsigned count, unsigned readable)
{
	const struct vring_desc *table = virtio_model_pointer(model, descriptor->addr, count * 16);

	assert_int_equal(descriptor->flags, VRING_DESC_F_INDIRECT);
	assert_int_equal(descriptor->len, count * 16);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(table[i].addr, BUFFER + from + i);
		assert_int_equal(table[i].len, 100 + from + i);
		assert_int_equal(!!(table[i].flags & VRING_DESC_F_WRITE), from + i >= readable);
		assert_int_equal(!!(table[i].flags & VRING_DESC_F_NEXT), i + 1 < count);
		assert_int_equal(table[i].next, i + 1 < count ? i + 1 : 0);
	}
}

static void indirect(void **state)
{
	(void)state;
	open_queue(4, VIRTIO_INDIRECT_DESC, LAYOUT_INDIRECT);
	for (unsigned round = 0; round < 300; round++) {
		int head = add(2, 2);

		assert_int_equal(queue.free_count, 3);
		virtqueue_publish(&queue);
		expect_table(&virtqueue_descriptors(&queue)[head], 0, 4, 2);
		virtio_model_use(model, QUEUE, (uint32_t)head, round);
		expect_used(head, round);
	}
	assert_int_equal(queue.tables, 0);
	assert_int_equal(add(0, 5), -1);	/* longer than the queue (DRV-SPLIT-8) */
}

/* The first piece direct, the others in a table, whose descriptor is the last of the chain. */
static void tail(void **state)
{
	const struct vring_desc *table;
	int head;

	(void)state;
	open_queue(8, VIRTIO_INDIRECT_DESC, LAYOUT_TAIL);
	head = add(1, 2);
	virtqueue_publish(&queue);
	table = virtqueue_descriptors(&queue);
	assert_int_equal(table[head].addr, BUFFER);
	assert_int_equal(table[head].flags, VRING_DESC_F_NEXT);
	expect_table(&table[table[head].next], 1, 2, 1);
	virtio_model_use(model, QUEUE, (uint32_t)head, 0);
	expect_used(head, 0);
	assert_int_equal(queue.free_count, 8);
	head = add(0, 1);
	expect_table(&table[head], 0, 1, 0);
}

/* Every index that a device may name, against every number of new chains, over the wrap of 16 bits. */
static void the_device_names_an_index(void **state)
{
	(void)state;
	open_queue(8, VIRTIO_EVENT_IDX, LAYOUT_DIRECT);
	for (unsigned from = 0; from < 65536 + 16; from++) {
		__virtio16 *event = (__virtio16 *)&virtqueue_used_ring(&queue)->ring[8];

		if (from > 8 && from < 65536 - 8) {
			one_request();
			virtqueue_wants_notification(&queue);
			continue;
		}
		virtqueue_used_ring(&queue)->flags = 1;		/* counts for nothing (DRV-SPLIT-23) */
		*event = (uint16_t)from;
		one_request();
		assert_true(virtqueue_wants_notification(&queue));
		assert_false(virtqueue_wants_notification(&queue));
		*event = (uint16_t)from;
		one_request();
		from++;
		assert_false(virtqueue_wants_notification(&queue));
	}
}

static void plain_suppression(void **state)
{
	(void)state;
	open_queue(8, 0, LAYOUT_DIRECT);
	one_request();
	assert_true(virtqueue_wants_notification(&queue));
	virtqueue_used_ring(&queue)->flags = VRING_USED_F_NO_NOTIFY;
	assert_false(virtqueue_wants_notification(&queue));
	virtqueue_interrupts(&queue, false);
	assert_int_equal(virtqueue_available(&queue)->flags, VRING_AVAIL_F_NO_INTERRUPT);
	virtqueue_interrupts(&queue, true);
	assert_int_equal(virtqueue_available(&queue)->flags, 0);
}

/* The flags stay 0 (DRV-SPLIT-14); the index follows what was taken. */
static void interrupts_by_index(void **state)
{
	(void)state;
	open_queue(8, VIRTIO_EVENT_IDX, LAYOUT_DIRECT);
	for (unsigned i = 0; i < 70000; i++) {
		assert_int_equal(virtqueue_available(&queue)->ring[8], (uint16_t)i);
		one_request();
	}
	virtqueue_interrupts(&queue, false);
	assert_int_equal(virtqueue_available(&queue)->ring[8], (uint16_t)(70000 - 1));
	assert_int_equal(virtqueue_available(&queue)->flags, 0);
	one_request();
	assert_int_equal(virtqueue_available(&queue)->ring[8], (uint16_t)(70000 - 1));
}

/* One used entry stands for a batch, where its first would be; next is x + 1, and 0 behind the last (DRV-SPLIT-5). */
static void batches(void **state)
{
	(void)state;
	open_queue(8, VIRTIO_IN_ORDER, LAYOUT_DIRECT);
	for (unsigned round = 0; round < 30000; round++) {
		int first = add(1, 1), second = add(0, 2), third = add(2, 0);
		struct vring_used *used = virtqueue_used_ring(&queue);
		uint16_t at = queue.used;

		assert_int_equal(second, (first + 2) % 8);
		assert_int_equal(third, (first + 4) % 8);
		assert_int_equal(virtqueue_descriptors(&queue)[first].next, (first + 1) % 8);
		virtqueue_publish(&queue);
		used->ring[at % 8] = (struct vring_used_elem) { (uint32_t)second, round };
		virtio_model_show(model, QUEUE, (uint16_t)(at + 2));
		expect_used(first, 101);
		expect_used(second, round);
		expect_answer(QUEUE_EMPTY);
		used->ring[(at + 2) % 8] = (struct vring_used_elem) { (uint32_t)third, 0 };
		virtio_model_show(model, QUEUE, (uint16_t)(at + 3));
		expect_used(third, 0);
		assert_int_equal(queue.free_count, 8);
	}
}

/* An entry that stands for more than the index says, and one whose chain is none. */
static void batches_that_lie(void **state)
{
	(void)state;
	open_queue(8, VIRTIO_IN_ORDER, LAYOUT_DIRECT);
	assert_int_equal(add(0, 1), 0);
	assert_int_equal(add(0, 1), 1);
	virtqueue_publish(&queue);
	virtqueue_used_ring(&queue)->ring[0] = (struct vring_used_elem) { 1, 0 };
	virtio_model_show(model, QUEUE, 1);
	expect_answer(QUEUE_BROKEN);
	virtqueue_used_ring(&queue)->ring[0].id = 2;
	virtio_model_show(model, QUEUE, 2);
	expect_answer(QUEUE_BROKEN);
	assert_int_equal(queue.free_count, 6);
}

/* Queue and available index in 32 bits (DRV-NOTIFY-4). */
static void notification_data(void **state)
{
	(void)state;
	open_queue(8, VIRTIO_NOTIFICATION_DATA, LAYOUT_DIRECT);
	for (unsigned i = 1; i < 66000; i++) {
		one_request();
		virtqueue_notify(&queue);
		assert_int_equal(model->doorbell, (i & 0xffff) << 16 | QUEUE);
		model->write_count = 0;
	}
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(indirect),
		TEST(tail),
		TEST(the_device_names_an_index),
		TEST(plain_suppression),
		TEST(interrupts_by_index),
		TEST(batches),
		TEST(batches_that_lie),
		TEST(notification_data),
	};

	return cmocka_run_group_tests_name("split modes", tests, NULL, NULL);
}
