/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See packed_case.h.
 */
#include "tests/unit/packed_case.h"

struct packed_side packed_side;

void packed_open(uint16_t size, uint64_t features)
{
	case_open(size, VIRTIO_RING_PACKED | features);
	packed_side = (struct packed_side) { .take_wrap = true, .use_wrap = true };
}

void packed_step(unsigned *slot, bool *wrap, unsigned count)
{
	*slot += count;
	if (*slot >= case_queue.size) {
		*slot -= case_queue.size;
		*wrap = !*wrap;
	}
}

struct vring_packed_desc *packed_ring(void)
{
	return virtio_model_pointer(case_model, case_model->queues[CASE_QUEUE].parts[PART_RING],
				    case_queue.size * sizeof(struct vring_packed_desc));
}

bool packed_is_available(unsigned slot, bool wrap)
{
	uint16_t flags = packed_ring()[slot].flags;

	return !!(flags & PACKED_AVAILABLE) == wrap && !!(flags & PACKED_USED) != wrap;
}

void packed_expect_list(int id, unsigned readable, unsigned writable)
{
	for (unsigned i = 0; i < readable + writable; i++) {
		const struct vring_packed_desc *descriptor = &packed_ring()[packed_side.take];

		assert_true(packed_is_available(packed_side.take, packed_side.take_wrap));
		assert_int_equal(descriptor->id, id);
		assert_int_equal(!!(descriptor->flags & VRING_DESC_F_NEXT), i + 1 < readable + writable);
		assert_false(descriptor->flags & VRING_DESC_F_INDIRECT);
		case_expect_piece(descriptor->addr, descriptor->len, descriptor->flags & VRING_DESC_F_WRITE, i,
				  i >= readable);
		packed_step(&packed_side.take, &packed_side.take_wrap, 1);
	}
}

void packed_use(int id, uint32_t length, unsigned slots)
{
	struct vring_packed_desc *descriptor = &packed_ring()[packed_side.use];

	descriptor->id = (uint16_t)id;
	descriptor->len = length;
	descriptor->flags = packed_side.use_wrap ? PACKED_AVAILABLE | PACKED_USED : 0;
	packed_step(&packed_side.use, &packed_side.use_wrap, slots);
}
