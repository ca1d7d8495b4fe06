/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.error, chains of either format: requests in which nothing may be written although their types want an
 * answer. Not a byte may move. See error.h.
 */
#include "drivers/virtio/fields.h"
#include "tests/conformance/virtio/error/error.h"

VIRTIO_MODE_SCOPE(packed, false, VIRTIO_RING_PACKED);

static bool nothing_writable(struct virtqueue *queue, struct chain *chain)
{
	(void)queue;
	for (unsigned i = 0; i < chain->count; i++) {
		chain->pieces[i].device_writes = false;
		chain_rewrite(chain, i);
	}
	return true;
}

/* Where the device has used the chain of a split ring, it must say that it has written nothing. */
static void expect_no_length(struct trial *trial, const struct virtqueue *queue, uint16_t before)
{
	const struct vring_used_elem *used;

	if (virtqueue_packed(queue) || virtqueue_used_index(queue) == before)
		return;
	used = &virtqueue_used_ring(queue)->ring[before % queue->size];
	expect_equal(trial, "bytes that are said to be written", virtio32_to_cpu(queue->device, used->len), 0);
}

static void nothing_moves(struct trial *trial)
{
	const struct virtqueue *queue = request_queue(trial->subject->engine);
	struct oracle oracle;

	if (!broken_request_make(trial, nothing_writable, &oracle))
		return;
	expect(trial, oracle_look(trial, &oracle) == VIEW_NONE, "memory that the device may not write has moved");
	expect_no_length(trial, queue, queue->used);
	broken_request_judge(trial, false, &oracle);
}

static void split_nothing_writable(struct trial *trial)
{
	nothing_moves(trial);
}
CONFORMANCE_TEST("virtio.error.nothing-writable", split_nothing_writable,
		 "A split ring's request in which nothing may be written moves nothing, and no length is said of it.",
		 .scope = &scope_split_or_legacy, .skip = needs_writes, .clauses = "STATUS-2 STATUS-3 ISR-2 SPLIT-3",
		 .judged_by = EVIDENCE);

static void packed_nothing_writable(struct trial *trial)
{
	nothing_moves(trial);
}
CONFORMANCE_TEST("virtio.error.packed-nothing-writable", packed_nothing_writable,
		 "A packed ring's request in which nothing may be written moves nothing.",
		 .scope = &scope_packed, .skip = needs_packed_late_errors,
		 .clauses = "STATUS-2 STATUS-3 ISR-2 PACKED-4", .judged_by = EVIDENCE);
