/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/virtqueue_case.list tests/unit/packed_case.c */
/*
 * Rules of virtqueues that hold in either format: chains that a driver may not make are refused, what a device can see
 * is left alone until it was used, and nothing happens where nothing was used. DRV-* are clauses of the specification
 * that our driver is held to.
 */
#include <string.h>

#include "tests/unit/packed_case.h"

static const uint64_t formats[] = { 0, VIRTIO_RING_PACKED };
#define FORMATS	(sizeof(formats) / sizeof(formats[0]))

static void open_format(unsigned format, uint16_t size, uint64_t features)
{
	if (formats[format])
		packed_open(size, features);
	else
		case_open(size, features);
}

static bool added(const struct virtqueue_buffer *buffers, unsigned count)
{
	uint16_t free_count = case_queue.free_count;
	bool is_added = virtqueue_add(&case_queue, buffers, count) >= 0;

	assert_int_equal(case_queue.free_count, is_added ? free_count - count : free_count);
	assert_int_equal(case_queue.added > 0, is_added);
	return is_added;
}

/* What the device writes comes behind what it reads (DRV-SPLIT-2, DRV-PACKED-8). */
static void readable_behind_writable_is_refused(void **state)
{
	static const struct { bool writes[3], good; } rows[] = {
		{ { false, true, true }, true }, { { true, false, false }, false }, { { true, true, false }, false },
		{ { false, true, false }, false },
	};

	(void)state;
	for (unsigned i = 0; i < FORMATS * sizeof(rows) / sizeof(rows[0]); i++) {
		struct virtqueue_buffer buffers[3];

		for (unsigned j = 0; j < 3; j++)
			buffers[j] = (struct virtqueue_buffer) { CASE_BUFFER, 8, rows[i / FORMATS].writes[j] };
		open_format(i % FORMATS, 8, 0);
		if (added(buffers, 3) != rows[i / FORMATS].good)
			fail_msg("row %u, format %u", i / 2, i % 2);
		case_close();
	}
}

/* 2^32 bytes are the most that a chain has (DRV-SPLIT-4). */
static void chains_of_too_many_bytes_are_refused(void **state)
{
	static const struct { uint32_t sizes[3]; bool good; } rows[] = {
		{ { 0x80000000, 0x7fffffff, 1 }, true }, { { 0x80000000, 0x80000000, 1 }, false },
		{ { 0xffffffff, 1, 0 }, true }, { { 0xffffffff, 0xffffffff, 0xffffffff }, false },
	};

	(void)state;
	for (unsigned i = 0; i < FORMATS * sizeof(rows) / sizeof(rows[0]); i++) {
		struct virtqueue_buffer buffers[3];

		for (unsigned j = 0; j < 3; j++)
			buffers[j] = (struct virtqueue_buffer) { CASE_BUFFER, rows[i / FORMATS].sizes[j], true };
		open_format(i % FORMATS, 8, 0);
		if (added(buffers, 3) != rows[i / FORMATS].good)
			fail_msg("row %u, format %u", i / 2, i % 2);
		case_close();
	}
}

/* A piece is one descriptor, however large (DRV-SPLIT-3). */
static void pieces_stay_whole(void **state)
{
	static const struct virtqueue_buffer buffers[] = { { 1, 0x7fffffff, false }, { 2, 0x7fffffff, true } };
	struct model_chain chain;

	(void)state;
	case_open(8, 0);
	assert_true(virtqueue_add(&case_queue, buffers, 2) >= 0);
	virtqueue_publish(&case_queue);
	assert_true(virtio_model_take(case_model, CASE_QUEUE, &chain));
	assert_int_equal(chain.count, 2);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(chain.pieces[i].size, 0x7fffffff);
}

/* Whatever the layout says, there is no table without INDIRECT_DESC (DRV-SPLIT-6, DRV-PACKED-12). */
static void no_table_unless_negotiated(void **state)
{
	(void)state;
	for (unsigned layout = LAYOUT_DIRECT; layout <= LAYOUT_TAIL; layout++) {
		case_open(8, 0);
		case_queue.layout = layout;
		case_add(1, 2);
		virtqueue_publish(&case_queue);
		case_expect_chain(0, 1, 2);
		case_close();
		packed_open(8, 0);
		case_queue.layout = layout;
		case_add(1, 2);
		virtqueue_publish(&case_queue);
		packed_expect_list(0, 1, 2);
		case_close();
	}
}

/* In a packed ring a table is a list by itself (DRV-PACKED-15). */
static void no_table_behind_a_list_when_packed(void **state)
{
	(void)state;
	packed_open(8, VIRTIO_INDIRECT_DESC);
	case_queue.layout = LAYOUT_TAIL;
	case_add(1, 2);
	virtqueue_publish(&case_queue);
	assert_int_equal(packed_ring()[0].flags & (VRING_DESC_F_NEXT | VRING_DESC_F_INDIRECT), VRING_DESC_F_INDIRECT);
	assert_int_equal(packed_ring()[0].len, 3 * sizeof(struct vring_packed_desc));
	assert_false(packed_is_available(1, true));
}

/* What stood in the descriptors of a chain when it was shown. */
static struct {
	bool live;
	int head;
	unsigned first, count;			/* packed: slots */
	unsigned char bytes[4][16];
} shown[8];

static unsigned char *descriptor_of(unsigned chain, unsigned number)
{
	uint16_t at = shown[chain].head;

	if (virtqueue_packed(&case_queue))
		return (unsigned char *)&packed_ring()[(shown[chain].first + number) % case_queue.size];
	while (number-- > 0)
		at = virtqueue_descriptors(&case_queue)[at].next;
	return (unsigned char *)&virtqueue_descriptors(&case_queue)[at];
}

static void note_shown(unsigned chain, int head, unsigned first, unsigned count)
{
	shown[chain].live = true;
	shown[chain].head = head;
	shown[chain].first = first;
	shown[chain].count = count;
	for (unsigned i = 0; i < count; i++)
		memcpy(shown[chain].bytes[i], descriptor_of(chain, i), 16);
}

static void expect_unaltered(void)
{
	for (unsigned chain = 0; chain < 8; chain++)
		for (unsigned i = 0; shown[chain].live && i < shown[chain].count; i++)
			assert_memory_equal(descriptor_of(chain, i), shown[chain].bytes[i], 16);
}

/* The chains that are under way in a ring of 8; they are used in the order they were shown in. */
static void work_on(unsigned format)
{
	unsigned first = 0, count = 0;

	memset(shown, 0, sizeof(shown));
	open_format(format, 8, 0);
	for (unsigned round = 0; round < 5000; round++) {
		unsigned length = 1 + round * 7 % 3, slot = case_queue.available;
		int head = round % 5 == 4 ? -1 : case_add(0, length);

		expect_unaltered();
		if (head >= 0) {
			virtqueue_publish(&case_queue);
			note_shown((first + count++) % 8, head, slot, length);
			continue;
		}
		if (count == 0)
			continue;
		shown[first].live = false;
		if (formats[format])
			packed_use(shown[first].head, round, shown[first].count);
		else
			virtio_model_use(case_model, CASE_QUEUE, (uint32_t)shown[first].head, round);
		case_expect_used(shown[first].head, round);
		first = (first + 1) % 8;
		count--;
		expect_unaltered();
	}
	case_close();
}

static void split_chains_are_left_alone(void **state)
{
	(void)state;
	work_on(0);
}

static void packed_lists_are_left_alone(void **state)
{
	(void)state;
	work_on(1);
}

/* An interrupt, or a look, for which nothing was used (DRV-SPLIT-16). */
static void looking_for_nothing(void **state)
{
	(void)state;
	for (unsigned format = 0; format < FORMATS; format++) {
		int head;

		open_format(format, 8, 0);
		for (unsigned i = 0; i < 3; i++)
			case_expect_answer(QUEUE_EMPTY);
		head = case_add(0, 1);
		virtqueue_publish(&case_queue);
		for (unsigned i = 0; i < 3; i++)
			case_expect_answer(QUEUE_EMPTY);
		if (formats[format])
			packed_use(head, 5, 1);
		else
			virtio_model_use(case_model, CASE_QUEUE, (uint32_t)head, 5);
		case_expect_used(head, 5);
		case_expect_answer(QUEUE_EMPTY);
		case_close();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_CLAUSES(readable_behind_writable_is_refused, "DRV-SPLIT-2 DRV-PACKED-8"),
		CASE_CLAUSES(chains_of_too_many_bytes_are_refused, "DRV-SPLIT-4"),
		CASE_CLAUSES(pieces_stay_whole, "DRV-SPLIT-3"),
		CASE_CLAUSES(no_table_unless_negotiated, "DRV-SPLIT-6 DRV-PACKED-12"),
		CASE_CLAUSES(no_table_behind_a_list_when_packed, "DRV-PACKED-15"),
		CASE_CLAUSES(split_chains_are_left_alone, "DRV-CLEAN-1"),
		CASE_CLAUSES(packed_lists_are_left_alone, "DRV-CLEAN-1 DRV-PACKED-3"),
		CASE_CLAUSES(looking_for_nothing, "DRV-SPLIT-16"),
	};

	return cmocka_run_group_tests_name("virtqueue-rules", tests, NULL, NULL);
}
