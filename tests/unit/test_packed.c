/* sources: tests/unit/virtio_model.c drivers/virtio/virtqueue.c drivers/virtio/virtqueue_split.c drivers/virtio/packed.c
 * drivers/virtio/pci.c drivers/virtio/legacy.c drivers/virtio/handshake.c drivers/pci/capability.c drivers/dma/area.c
 * drivers/dma/map.c drivers/dma/window.c drivers/bridge/bridge.c boot/clock.c boot/frames.c boot/sweep.c boot/fatal.c
 * boot/print.c boot/tap.c */
/*
 * The packed virtqueue against a device side of software, which stands here: good ones, for longer than 16 bits count and
 * over every wrap, and ones that lie. DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include "boot/frames.h"
#include "tests/unit/virtio_model.h"

#define FEATURES	(VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM | VIRTIO_RING_PACKED)
#define OPTIONAL	(VIRTIO_INDIRECT_DESC | VIRTIO_EVENT_IDX | VIRTIO_IN_ORDER | VIRTIO_NOTIFICATION_DATA)
#define QUEUE		1
#define BUFFER		0x123456789abcdef0ull	/* a number of no meaning */
#define AVAILABLE	0x80u			/* bits of flags, by their numbers in the specification */
#define USED		0x8000u

static struct virtio_model *model;
static struct virtio_device *device;
static struct virtqueue queue;

/* The device side: where it takes from, where it writes to, and its wrap counters. */
static struct {
	unsigned take, use;
	bool take_wrap, use_wrap;
} side;

static int start(void **state)
{
	virtio_model_machine(state);
	model = virtio_model_add();
	model->offered |= VIRTIO_RING_PACKED | OPTIONAL;
	model->queues[QUEUE].largest = 256;
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

static void open_queue(uint16_t size, uint64_t features)
{
	assert_true(virtio_negotiate(device, FEATURES | features));
	assert_true(virtqueue_start(&queue, device, QUEUE, size, NULL));
	virtio_driver_ok(device);
	assert_int_equal(queue.size, size);
	side.take = side.use = 0;
	side.take_wrap = side.use_wrap = true;
}

static void close_queue(void)
{
	virtio_reset(device);
	virtqueue_stop(&queue);
	model->write_count = 0;
}

static int add(unsigned readable, unsigned writable)
{
	struct virtqueue_buffer buffers[VIRTQUEUE_LARGEST + 1];

	for (unsigned i = 0; i < readable + writable; i++)
		buffers[i] = (struct virtqueue_buffer) { BUFFER + i, 100 + i, i >= readable };
	return virtqueue_add(&queue, buffers, readable + writable);
}

static void step(unsigned *slot, bool *wrap, unsigned count)
{
	*slot += count;
	if (*slot >= queue.size) {
		*slot -= queue.size;
		*wrap = !*wrap;
	}
}

static struct vring_packed_desc *ring(void)
{
	return virtio_model_pointer(model, model->queues[QUEUE].parts[PART_RING], queue.size * 16u);
}

static bool is_available(unsigned slot, bool wrap)
{
	uint16_t flags = ring()[slot].flags;

	return !!(flags & AVAILABLE) == wrap && !!(flags & USED) != wrap;
}

static void expect_piece(const struct vring_packed_desc *piece, unsigned number, bool writable)
{
	assert_int_equal(piece->addr, BUFFER + number);
	assert_int_equal(piece->len, 100 + number);
	assert_int_equal(!!(piece->flags & VRING_DESC_F_WRITE), writable);
}

/* The next list of the ring is this one: all of it available, one id, the last without NEXT. */
static void expect_list(int id, unsigned readable, unsigned writable)
{
	for (unsigned i = 0; i < readable + writable; i++) {
		const struct vring_packed_desc *descriptor = &ring()[side.take];

		assert_true(is_available(side.take, side.take_wrap));
		assert_int_equal(descriptor->id, id);
		assert_int_equal(!!(descriptor->flags & VRING_DESC_F_NEXT), i + 1 < readable + writable);
		assert_false(descriptor->flags & VRING_DESC_F_INDIRECT);
		expect_piece(descriptor, i, i >= readable);
		step(&side.take, &side.take_wrap, 1);
	}
}

static void use(int id, uint32_t length, unsigned slots)
{
	struct vring_packed_desc *descriptor = &ring()[side.use];

	descriptor->id = (uint16_t)id;
	descriptor->len = length;
	descriptor->flags = side.use_wrap ? AVAILABLE | USED : 0;
	step(&side.use, &side.use_wrap, slots);
}

static void expect_used(int id, uint32_t length)
{
	struct virtqueue_used used = { 0xffff, ~0u };

	assert_int_equal(virtqueue_take(&queue, &used), QUEUE_USED);
	assert_int_equal(used.head, id);
	assert_int_equal(used.length, length);
}

static void expect_answer(enum virtqueue_answer answer)
{
	struct virtqueue_used used = { 0x5a5a, 0x5a5a5a5a };

	assert_int_equal(virtqueue_take(&queue, &used), answer);
	assert_int_equal(used.head, 0x5a5a);
	assert_int_equal(used.length, 0x5a5a5a5a);
}

static void set_up(void **state)
{
	static const uint8_t zeroes[16 * 16];
	const struct model_queue *there = &model->queues[QUEUE];

	(void)state;
	open_queue(16, 0);
	assert_int_equal(there->size, 16);
	assert_true(there->enabled);
	for (unsigned part = 0; part < VIRTQUEUE_PARTS; part++)
		assert_int_equal(there->parts[part], queue.area.map.address.value + part * FRAME_SIZE);
	assert_memory_equal(virtqueue_ring(&queue), zeroes, sizeof(zeroes));
	assert_int_equal(virtqueue_driver_events(&queue)->flags, VRING_PACKED_EVENT_FLAG_ENABLE);
	expect_answer(QUEUE_EMPTY);
	assert_int_equal(virtqueue_used_index(&queue), 0);
}

/* Little-endian, at the offsets of the specification; in the second round the two bits are the other way. */
static void bytes_in_memory(void **state)
{
	static const uint8_t first[2][16] = {
		{ 0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0x64, 0, 0, 0, 0, 0, 0x81, 0 },
		{ 0xf1, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0x65, 0, 0, 0, 0, 0, 0x82, 0 },
	};
	static const uint8_t used[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 0x04, 0x03, 0x02, 0x01, 0, 0, 0x82, 0x80 };
	static const uint8_t second[16] = { 0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0x64, 0, 0, 0, 0, 0, 0x02, 0x80 };

	(void)state;
	open_queue(2, 0);
	assert_int_equal(add(1, 1), 0);
	virtqueue_publish(&queue);
	assert_memory_equal(ring(), first, sizeof(first));
	memcpy(ring(), used, sizeof(used));
	expect_used(0, 0x01020304);
	assert_int_equal(add(0, 1), 0);
	virtqueue_publish(&queue);
	assert_memory_equal(ring(), second, sizeof(second));
}

static unsigned calls;

static void the_first_is_withheld(struct virtqueue *q, void *context)
{
	calls++;
	assert_ptr_equal(context, &calls);
	assert_false(is_available(0, true));
	for (unsigned slot = 1; slot < 5; slot++)
		assert_true(is_available(slot, true));
	assert_int_equal(virtqueue_ring(q)[0].addr, BUFFER);
	assert_int_equal(q->withheld_slot, 0);
	assert_int_equal(q->withheld_flags, AVAILABLE | VRING_DESC_F_NEXT);
}

/* The first descriptor becomes available after all others, of its own list and of those behind (DRV-PACKED-11). */
static void the_first_comes_last(void **state)
{
	int first, second;

	(void)state;
	open_queue(8, 0);
	calls = 0;
	queue.before_publish = the_first_is_withheld;
	queue.context = &calls;
	first = add(1, 1);
	second = add(1, 2);
	assert_false(is_available(0, true));
	assert_int_equal(calls, 0);
	virtqueue_publish(&queue);
	assert_int_equal(calls, 1);
	assert_int_equal(model->queues[QUEUE].doorbells, 0);
	expect_list(first, 1, 1);
	expect_list(second, 1, 2);
	/* With nothing new there is nothing to show. */
	queue.before_publish = NULL;
	virtqueue_publish(&queue);
	assert_false(is_available(side.take, side.take_wrap));
}

/* Far past 16 bits, lists over the end of the ring, used in another order (DRV-PACKED-2, DRV-PACKED-3). */
static void more_requests_than_16_bits_count(void **state)
{
	(void)state;
	open_queue(7, 0);
	for (unsigned round = 0; round < 24000; round++) {
		int first = add(1, 1), second = add(0, 1), third = add(2, 1);

		assert_true(first >= 0 && second >= 0 && third >= 0);
		assert_int_equal(queue.free_count, 1);
		virtqueue_publish(&queue);
		virtqueue_notify(&queue);
		model->write_count = 0;
		expect_list(first, 1, 1);
		expect_list(second, 0, 1);
		expect_list(third, 2, 1);
		assert_false(is_available(side.take, side.take_wrap));
		use(third, round, 3);
		use(first, round + 1, 2);
		expect_used(third, round);
		use(second, round + 2, 1);
		expect_used(first, round + 1);
		expect_used(second, round + 2);
		expect_answer(QUEUE_EMPTY);
	}
	assert_int_equal(queue.free_count, 7);
	assert_int_equal(model->queues[QUEUE].doorbells, 24000);
}

/* Each size, powers of two or not; the wrap counters flip at the end of the ring and nowhere else. */
static void rings_of_every_size(void **state)
{
	(void)state;
	for (uint16_t size = 1; size <= 256; size += size < 18 ? 1 : 17) {
		open_queue(size, 0);
		for (unsigned i = 0; i < 3000; i++) {
			int id = add(0, 1);

			assert_int_equal(queue.available_wrap, ((i + 1) / size) % 2 == 0);
			virtqueue_publish(&queue);
			expect_list(id, 0, 1);
			expect_answer(QUEUE_EMPTY);
			use(id, i, 1);
			expect_used(id, i);
			assert_int_equal(queue.used_wrap, queue.available_wrap);
		}
		close_queue();
	}
}

static void a_full_ring(void **state)
{
	int ids[64];

	(void)state;
	open_queue(64, 0);
	assert_int_equal(add(0, 65), -1);
	assert_int_equal(add(0, 0), -1);
	for (unsigned i = 0; i < 64; i++) {
		ids[i] = add(0, 1);
		for (unsigned j = 0; j < i; j++)
			assert_int_not_equal(ids[i], ids[j]);
	}
	assert_int_equal(add(0, 1), -1);
	virtqueue_publish(&queue);
	for (unsigned i = 0; i < 64; i++)
		expect_list(ids[i], 0, 1);
	use(ids[63], 0, 1);
	expect_used(ids[63], 0);
	assert_int_equal(add(1, 1), -1);
	assert_int_equal(add(0, 1), ids[63]);
	virtqueue_publish(&queue);
	expect_list(ids[63], 0, 1);
}

/* An id that is not outstanding, in all its kinds; the queue stays broken, and nothing was given back. */
static void ids_that_are_not_outstanding(void **state)
{
	static const uint16_t ids[] = { 8, 9, 255, 256, 0x7fff, 0xffff, 2, 7 };

	(void)state;
	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		open_queue(8, 0);
		assert_int_equal(add(1, 1), 0);
		assert_int_equal(add(0, 1), 1);
		virtqueue_publish(&queue);
		use(ids[i], 0, 1);
		expect_answer(QUEUE_BROKEN);
		expect_answer(QUEUE_BROKEN);
		assert_int_equal(queue.free_count, 5);
		close_queue();
	}
}

static void an_id_used_twice(void **state)
{
	(void)state;
	open_queue(8, 0);
	add(0, 1);
	add(0, 1);
	virtqueue_publish(&queue);
	use(0, 0, 1);
	use(0, 0, 1);
	expect_used(0, 0);
	expect_answer(QUEUE_BROKEN);
}

/* One of the two bits is no sign of use, nor are both with the counter of the round before. */
static void flags_that_say_nothing(void **state)
{
	(void)state;
	open_queue(4, 0);
	add(0, 1);
	virtqueue_publish(&queue);
	ring()[0].flags = USED;
	expect_answer(QUEUE_EMPTY);
	ring()[0].flags = AVAILABLE;
	expect_answer(QUEUE_EMPTY);
	ring()[0].flags = 0;
	expect_answer(QUEUE_EMPTY);
	ring()[0].flags = 0x7f7f;
	expect_answer(QUEUE_EMPTY);
	ring()[0].flags = 0xffff;
	ring()[0].id = 0;
	assert_int_equal(virtqueue_used_index(&queue), 1);
	expect_used(0, 100);
}

static unsigned outstanding(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < queue.size; i++)
		count += queue.length[i];
	return count;
}

/* Whatever a device writes into the ring, an answer comes, and no slot is there twice. */
static void any_ring(void **state)
{
	static const uint64_t modes[] = { 0, VIRTIO_IN_ORDER, VIRTIO_INDIRECT_DESC, VIRTIO_EVENT_IDX };
	uint32_t random = 7;

	(void)state;
	for (unsigned mode = 0; mode < 4; mode++) {
		open_queue(8, modes[mode]);
		queue.layout = modes[mode] == VIRTIO_INDIRECT_DESC ? LAYOUT_INDIRECT : LAYOUT_DIRECT;
		for (unsigned round = 0; round < 20000; round++) {
			struct virtqueue_used used;

			random = random * 1664525 + 1013904223;
			if (random & 0x10000)
				add((random >> 20) % 3, 1);
			if (random & 0x20000)
				virtqueue_publish(&queue);
			ring()[(random >> 8) % 8].flags = (uint16_t)(random >> 7 & (AVAILABLE | USED | 7));
			ring()[(random >> 11) % 8].id = (uint16_t)(random >> 24) % 11;
			virtqueue_take(&queue, &used);
			virtqueue_wants_notification(&queue);
			assert_int_equal(outstanding() + queue.free_count, 8);
			assert_true(queue.available < 8 && queue.used < 8);
		}
		close_queue();
	}
}

/* One slot of the ring for a table of any length; elements in a row, with no flag but WRITE (DRV-PACKED-13, -15). */
static void indirect(void **state)
{
	(void)state;
	open_queue(4, VIRTIO_INDIRECT_DESC);
	queue.layout = LAYOUT_INDIRECT;
	for (unsigned round = 0; round < 200; round++) {
		const struct vring_packed_desc *table;
		int id = add(2, 2);

		virtqueue_publish(&queue);
		assert_true(is_available(side.take, side.take_wrap));
		assert_int_equal(ring()[side.take].flags & ~(AVAILABLE | USED), VRING_DESC_F_INDIRECT);
		assert_int_equal(ring()[side.take].len, 4 * 16);
		table = virtio_model_pointer(model, ring()[side.take].addr, 4 * 16);
		for (unsigned i = 0; i < 4; i++) {
			expect_piece(&table[i], i, i >= 2);
			assert_int_equal(table[i].flags & ~VRING_DESC_F_WRITE, 0);
		}
		step(&side.take, &side.take_wrap, 1);
		use(id, round, 1);
		expect_used(id, round);
	}
	assert_int_equal(queue.tables, 0);
	assert_int_equal(add(0, 5), -1);	/* longer than the queue */
}

/* Tables run out before slots do; each that comes back can be had again. */
static void tables_run_out(void **state)
{
	int first = -1;
	unsigned count = 0;

	(void)state;
	open_queue(64, VIRTIO_INDIRECT_DESC);
	queue.layout = LAYOUT_INDIRECT;
	assert_int_equal(add(0, 17), -1);
	assert_int_equal(queue.tables, 0);
	for (int id; (id = add(0, 16)) >= 0; count++)
		first = count == 0 ? id : first;
	assert_int_equal(count, 32);
	assert_int_equal(queue.free_count, 32);
	virtqueue_publish(&queue);
	use(first, 0, 1);
	expect_used(first, 0);
	assert_true(add(0, 1) >= 0);
	assert_int_equal(add(0, 1), -1);
}

static void interrupts(void **state)
{
	const struct vring_packed_desc_event *events;

	(void)state;
	open_queue(4, 0);
	events = virtqueue_driver_events(&queue);
	virtqueue_interrupts(&queue, false);
	assert_int_equal(events->flags, VRING_PACKED_EVENT_FLAG_DISABLE);
	virtqueue_interrupts(&queue, true);
	assert_int_equal(events->flags, VRING_PACKED_EVENT_FLAG_ENABLE);
	close_queue();

	open_queue(4, VIRTIO_EVENT_IDX);
	events = virtqueue_driver_events(&queue);
	for (unsigned i = 0; i < 20; i++) {
		int id = add(0, 1);

		assert_int_equal(events->flags, VRING_PACKED_EVENT_FLAG_DESC);
		assert_int_equal(events->off_wrap, i % 4 | (i / 4 % 2 == 0 ? 0x8000 : 0));
		virtqueue_publish(&queue);
		use(id, 0, 1);
		expect_used(id, 0);
	}
	virtqueue_interrupts(&queue, false);
	assert_int_equal(events->flags, VRING_PACKED_EVENT_FLAG_DISABLE);
}

/* Brings the ring to this position, counted from the start, everything used and thought of. */
static void bring_to(unsigned position)
{
	for (unsigned i = 0; i < position; i++) {
		int id = add(0, 1);

		virtqueue_publish(&queue);
		use(id, 0, 1);
		expect_used(id, 0);
	}
	virtqueue_wants_notification(&queue);
}

/* Every position that a device may name, against every number of new entries, over the wrap of the ring. */
static void the_device_names_a_position(void **state)
{
	(void)state;
	for (unsigned from = 0; from < 10; from++)
		for (unsigned count = 1; count <= 5; count++)
			for (unsigned ahead = 0; ahead < 5; ahead++) {
				unsigned event = from + ahead;

				open_queue(5, VIRTIO_EVENT_IDX);
				bring_to(from);
				virtqueue_device_events(&queue)->off_wrap =
					(uint16_t)(event % 5 | (event / 5 % 2 == 0 ? 0x8000 : 0));
				virtqueue_device_events(&queue)->flags = VRING_PACKED_EVENT_FLAG_DESC;
				for (unsigned i = 0; i < count; i++)
					add(0, 1);
				virtqueue_publish(&queue);
				if (virtqueue_wants_notification(&queue) != (ahead < count))
					fail_msg("from %u, %u new, event %u", from, count, event);
				close_queue();
			}
}

/* Entries that were published without a doorbell count for the next one. */
static void published_in_pieces(void **state)
{
	(void)state;
	open_queue(8, VIRTIO_EVENT_IDX);
	virtqueue_device_events(&queue)->off_wrap = 0x8000;
	virtqueue_device_events(&queue)->flags = VRING_PACKED_EVENT_FLAG_DESC;
	add(0, 1);
	virtqueue_publish(&queue);
	add(0, 1);
	virtqueue_publish(&queue);
	assert_true(virtqueue_wants_notification(&queue));
	add(0, 1);
	virtqueue_publish(&queue);
	assert_false(virtqueue_wants_notification(&queue));
}

static void plain_suppression(void **state)
{
	(void)state;
	open_queue(8, 0);
	add(0, 1);
	virtqueue_publish(&queue);
	assert_true(virtqueue_wants_notification(&queue));
	virtqueue_device_events(&queue)->flags = VRING_PACKED_EVENT_FLAG_DISABLE;
	assert_false(virtqueue_wants_notification(&queue));
	/* A position is nothing without EVENT_IDX. */
	virtqueue_device_events(&queue)->flags = VRING_PACKED_EVENT_FLAG_DESC;
	assert_true(virtqueue_wants_notification(&queue));
}

/* Queue, next slot and wrap counter in 32 bits (DRV-PACKED-4, DRV-NOTIFY-4). */
static void notification_data(void **state)
{
	static const uint32_t expected[] = { 0x80010001, 0x80020001, 0x00000001, 0x00010001, 0x00020001, 0x80000001 };

	(void)state;
	open_queue(3, VIRTIO_NOTIFICATION_DATA);
	for (unsigned i = 0; i < 6; i++) {
		int id = add(0, 1);

		virtqueue_publish(&queue);
		virtqueue_notify(&queue);
		assert_int_equal(model->doorbell, expected[i]);
		use(id, 0, 1);
		expect_used(id, 0);
	}
}

/* One used descriptor for a batch names its last list; the others were written whole, and the device skips them all. */
static void batches(void **state)
{
	(void)state;
	open_queue(7, VIRTIO_IN_ORDER);
	for (unsigned round = 0; round < 1000; round++) {
		int first = add(1, 1), second = add(0, 2), third = add(2, 0);

		virtqueue_publish(&queue);
		use(second, round, 4);
		expect_used(first, 101);
		expect_used(second, round);
		expect_answer(QUEUE_EMPTY);
		use(third, 0, 2);
		expect_used(third, 0);
		expect_answer(QUEUE_EMPTY);
	}
	assert_int_equal(queue.free_count, 7);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(set_up),
		TEST(bytes_in_memory),
		TEST(the_first_comes_last),
		TEST(more_requests_than_16_bits_count),
		TEST(rings_of_every_size),
		TEST(a_full_ring),
		TEST(ids_that_are_not_outstanding),
		TEST(an_id_used_twice),
		TEST(flags_that_say_nothing),
		TEST(any_ring),
		TEST(indirect),
		TEST(tables_run_out),
		TEST(interrupts),
		TEST(the_device_names_a_position),
		TEST(published_in_pieces),
		TEST(plain_suppression),
		TEST(notification_data),
		TEST(batches),
	};

	return cmocka_run_group_tests_name("packed", tests, NULL, NULL);
}
