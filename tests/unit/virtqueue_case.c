/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See virtqueue_case.h.
 */
#include "tests/unit/virtqueue_case.h"

struct virtio_model *case_model;
struct virtio_device *case_device;
struct virtqueue case_queue;

int case_start(void **state)
{
	virtio_model_machine(state);
	case_model = virtio_model_add();
	case_model->offered |= CASE_OPTIONAL;
	case_model->queues[CASE_QUEUE].largest = 256;
	case_device = virtio_model_attach();
	return 0;
}

int case_stop(void **state)
{
	case_close();
	assert_int_equal(dma_live(domain_get(0)), 0);
	return host_teardown(state);
}

void case_open(uint16_t size, uint64_t features)
{
	assert_true(virtio_negotiate(case_device, CASE_FEATURES | features));
	assert_true(virtqueue_start(&case_queue, case_device, CASE_QUEUE, size, NULL));
	virtio_driver_ok(case_device);
	assert_int_equal(case_queue.size, size);
}

void case_close(void)
{
	host_at_barrier = NULL;
	virtio_reset(case_device);
	virtqueue_stop(&case_queue);
	case_model->write_count = 0;
}

int case_add(unsigned readable, unsigned writable)
{
	struct virtqueue_buffer buffers[VIRTQUEUE_LARGEST + 1];

	for (unsigned i = 0; i < readable + writable; i++)
		buffers[i] = (struct virtqueue_buffer) { CASE_BUFFER + i, CASE_SIZE + i, i >= readable };
	return virtqueue_add(&case_queue, buffers, readable + writable);
}

void case_expect_piece(uint64_t number, uint32_t size, bool device_writes, unsigned piece, bool writable)
{
	assert_int_equal(number, CASE_BUFFER + piece);
	assert_int_equal(size, CASE_SIZE + piece);
	assert_int_equal(device_writes, writable);
}

void case_expect_chain(int head, unsigned readable, unsigned writable)
{
	struct model_chain chain;

	assert_true(virtio_model_take(case_model, CASE_QUEUE, &chain));
	assert_int_equal(chain.head, head);
	assert_int_equal(chain.count, readable + writable);
	for (unsigned i = 0; i < chain.count; i++)
		case_expect_piece(chain.pieces[i].number, chain.pieces[i].size, chain.pieces[i].device_writes, i,
				  i >= readable);
}

void case_expect_used(int head, uint32_t length)
{
	struct virtqueue_used used = { 0xffff, ~0u };

	assert_int_equal(virtqueue_take(&case_queue, &used), QUEUE_USED);
	assert_int_equal(used.head, head);
	assert_int_equal(used.length, length);
}

void case_expect_answer(enum virtqueue_answer answer)
{
	struct virtqueue_used used = { 0x5a5a, 0x5a5a5a5a };

	assert_int_equal(virtqueue_take(&case_queue, &used), answer);
	assert_int_equal(used.head, 0x5a5a);
	assert_int_equal(used.length, 0x5a5a5a5a);
}

void case_expect_broken(unsigned free)
{
	case_expect_answer(QUEUE_BROKEN);
	case_expect_answer(QUEUE_BROKEN);
	assert_int_equal(case_queue.free_count, free);
}

void case_expect_whole(void)
{
	unsigned under_way = 0;

	for (unsigned i = 0; i < case_queue.size; i++)
		under_way += case_queue.length[i];
	assert_int_equal(under_way + case_queue.free_count, case_queue.size);
}
