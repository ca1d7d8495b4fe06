/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.error, indirect tables of either format: lengths that no table has, a table in a table. See
 * error.h.
 */
#include "drivers/virtio/fields.h"
#include "tests/conformance/virtio/error/error.h"

VIRTIO_MODE_SCOPE(indirect, false, VIRTIO_INDIRECT_DESC);
VIRTIO_MODE_SCOPE(packed_indirect, false, VIRTIO_RING_PACKED | VIRTIO_INDIRECT_DESC);

static bool set_table_length(struct chain *chain, uint32_t length)
{
	__virtio32 *field = &virtqueue_descriptors(chain->queue)[chain->at[0]].len;
	unsigned entries;

	if (!chain_table(chain, &entries))
		return false;
	/* Of a descriptor of either format. */
	*field = cpu_to_virtio32(chain->queue->device, length);
	return true;
}

/* Half an entry more than there are. */
static bool odd_length(struct virtqueue *queue, struct chain *chain)
{
	(void)queue;
	return set_table_length(chain, chain->pieces[0].size + sizeof(struct vring_desc) / 2);
}

static bool empty_table(struct virtqueue *queue, struct chain *chain)
{
	(void)queue;
	return set_table_length(chain, 0);
}

/* The entry of the buffer is said to be a table; in a packed ring's that flag means nothing. */
static bool nested_table(struct virtqueue *queue, struct chain *chain)
{
	struct vring_desc *table;
	unsigned entries;

	table = chain_table(chain, &entries);
	for (unsigned i = 0; table && i < entries; i++)
		if (virtio64_to_cpu(queue->device, table[i].addr) == spoiled_number())
			table[i].flags |= cpu_to_virtio16(queue->device, VRING_DESC_F_INDIRECT);
	return table;
}

/* The last entry goes on, behind the table's end. */
static bool next_behind_table(struct virtqueue *queue, struct chain *chain)
{
	struct vring_desc *table;
	unsigned entries;

	table = chain_table(chain, &entries);
	if (!table)
		return false;
	table[entries - 1].flags |= cpu_to_virtio16(queue->device, VRING_DESC_F_NEXT);
	table[entries - 1].next = cpu_to_virtio16(queue->device, entries + 100);
	return true;
}

static void indirect_length(struct trial *trial)
{
	broken_request(trial, odd_length, false);
}
CONFORMANCE_TEST("virtio.error.indirect-length", indirect_length,
		 "A part of a descriptor at the end of a split ring's indirect table leads to no memory that was not "
		 "given.",
		 .scope = &scope_indirect, .skip = needs_indirect_errors, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void packed_indirect_length(struct trial *trial)
{
	broken_request(trial, odd_length, false);
}
CONFORMANCE_TEST("virtio.error.packed-indirect-length", packed_indirect_length,
		 "A part of a descriptor at the end of a packed ring's indirect table leads to no memory that was "
		 "not given.",
		 .scope = &scope_packed_indirect, .skip = needs_indirect_errors, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void indirect_empty(struct trial *trial)
{
	broken_request(trial, empty_table, false);
}
CONFORMANCE_TEST("virtio.error.indirect-empty", indirect_empty,
		 "An empty indirect table of a split ring touches no memory that was not given.",
		 .scope = &scope_indirect, .skip = needs_indirect_errors, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void packed_indirect_empty(struct trial *trial)
{
	broken_request(trial, empty_table, false);
}
CONFORMANCE_TEST("virtio.error.packed-indirect-empty", packed_indirect_empty,
		 "An empty indirect table of a packed ring touches no memory that was not given.",
		 .scope = &scope_packed_indirect, .skip = needs_indirect_errors,
		 .clauses = "STATUS-2 STATUS-3 ISR-2", .judged_by = EVIDENCE);

static void indirect_nested(struct trial *trial)
{
	broken_request(trial, nested_table, false);
}
CONFORMANCE_TEST("virtio.error.indirect-nested", indirect_nested,
		 "An indirect table within another one leads to no memory that was not given.",
		 .scope = &scope_indirect, .skip = needs_indirect_errors, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void indirect_next(struct trial *trial)
{
	broken_request(trial, next_behind_table, false);
}
CONFORMANCE_TEST("virtio.error.indirect-next", indirect_next,
		 "NEXT that leads out of an indirect table reaches no memory that was not given.",
		 .scope = &scope_indirect, .skip = needs_indirect_errors, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);
