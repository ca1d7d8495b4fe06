/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.packed: requests, of which the same holds in a split ring, but for what an indirect table ignores. The
 * tests' bodies are in virtio/ring.
 *
 * Source: VIRTIO 1.4, sections 2.8.6 to 2.8.10, 2.8.21 and 4.1.5.2.
 */
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/chain.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/virtio/ring/order.h"
#include "tests/conformance/virtio/ring/requests.h"

VIRTIO_MODE_SCOPE(packed, false, VIRTIO_RING_PACKED);
VIRTIO_MODE_SCOPE(packed_indirect, false, VIRTIO_RING_PACKED | VIRTIO_INDIRECT_DESC);
VIRTIO_MODE_SCOPE(packed_in_order, false, VIRTIO_RING_PACKED | VIRTIO_IN_ORDER);
VIRTIO_MODE_SCOPE(packed_notification_data, false, VIRTIO_RING_PACKED | VIRTIO_NOTIFICATION_DATA);

VIRTIO_MODE_NEEDS(needs_packed, "RING_PACKED", needs_writes);
VIRTIO_MODE_NEEDS(needs_packed_reads, "RING_PACKED", needs_reads);
VIRTIO_MODE_NEEDS(needs_packed_indirect, "RING_PACKED and INDIRECT_DESC", needs_writes);
VIRTIO_MODE_NEEDS(needs_packed_in_order, "RING_PACKED and IN_ORDER", needs_writes);
VIRTIO_MODE_NEEDS(needs_notification_data, "NOTIFICATION_DATA", needs_writes);

CONFORMANCE_TEST("virtio.packed.readable-unchanged", ring_readable_unchanged,
		 "What the device may only read in a packed ring is unchanged afterwards.",
		 .scope = &scope_packed, .skip = needs_packed_reads, .clauses = "PACKED-4", .judged_by = EVIDENCE);

CONFORMANCE_TEST("virtio.packed.without-kick", ring_without_kick,
		 "Records whether the device looks at a packed ring without a doorbell.",
		 .scope = &scope_packed, .skip = needs_packed, .clauses = "PACKED-10", .judged_by = RECORD);

CONFORMANCE_TEST("virtio.packed.indirect-write-flag", ring_indirect_write_flag,
		 "The WRITE flag of the descriptor that leads to a packed ring's indirect table means nothing.",
		 .scope = &scope_packed_indirect, .skip = needs_packed_indirect, .clauses = "DEF-19",
		 .judged_by = EVIDENCE);

/* In a packed ring's table everything but address, length and WRITE is ignored: all of that gets every bit set. */
static void fill_ignored(struct virtqueue *queue, void *context)
{
	unsigned *changed = context;
	struct vring_packed_desc *table;
	struct chain chain;
	unsigned entries;

	chain_read(queue, &chain);
	table = chain_table(&chain, &entries);
	if (!table)
		return;
	for (unsigned i = 0; i < entries; i++) {
		table[i].id = cpu_to_virtio16(queue->device, 0xffff - i);
		table[i].flags |= cpu_to_virtio16(queue->device, (uint16_t)~VRING_DESC_F_WRITE);
	}
	++*changed;
}

/* Only the last element of a list says the buffer id: those before it get others, also such as nobody has. */
static void other_ids(struct virtqueue *queue, void *context)
{
	unsigned *changed = context;
	struct virtqueue_buffer halves[2];
	struct chain chain;

	chain_read(queue, &chain);
	if (chain.count == 1 && chain.pieces[0].size > 1) {
		halves[0] = halves[1] = chain.pieces[0];
		halves[0].size = 1;
		halves[1].number += 1;
		halves[1].size -= 1;
		if (!chain_lengthen(&chain, halves, 2))
			return;
	}
	for (unsigned i = 0; i + 1 < chain.count; i++) {
		uint16_t other = (chain.id + 1) % queue->size;

		virtqueue_ring(queue)[chain.at[i]].id = cpu_to_virtio16(queue->device, i % 2 ? 0xffff : other);
	}
	*changed += chain.count > 1;
}

static void ids(struct trial *trial)
{
	ring_transfers_with(trial, other_ids);
}
CONFORMANCE_TEST("virtio.packed.ids", ids,
		 "A list is used by the buffer id of its last element, whatever stands in those before it.",
		 .scope = &scope_packed, .skip = needs_packed, .clauses = "DEF-15", .judged_by = EVIDENCE);

static void indirect_ignored(struct trial *trial)
{
	ring_transfers_with(trial, fill_ignored);
}
CONFORMANCE_TEST("virtio.packed.indirect-ignored", indirect_ignored,
		 "Fields of a packed ring's indirect table that mean nothing are ignored.",
		 .scope = &scope_packed_indirect, .skip = needs_packed_indirect, .clauses = "DEF-18 DEF-20",
		 .judged_by = EVIDENCE);

CONFORMANCE_TEST("virtio.packed.in-order", ring_in_order,
		 "With IN_ORDER a packed ring's buffers are used in the order in which they were made available.",
		 .scope = &scope_packed_in_order, .skip = needs_packed_in_order, .clauses = "RSVD-5 DEF-21",
		 .judged_by = EVIDENCE);

CONFORMANCE_TEST("virtio.packed.notification-data", ring_notification_data,
		 "With NOTIFICATION_DATA a packed ring works with doorbells that say where the driver is.",
		 .scope = &scope_packed_notification_data, .skip = needs_notification_data, .clauses = "DEF-28",
		 .judged_by = EVIDENCE);
