/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.error, chains of either format: lengths that no buffer has, a flag that was not negotiated. Split rings
 * are driven through the modern interface and through the legacy one. See error.h.
 */
#include <linux/virtio_ids.h>

#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/virtio/error/error.h"

VIRTIO_MODE_SCOPE(packed, false, VIRTIO_RING_PACKED);

/* All pieces end, or begin, with nothing in them. */
static bool zero_length(struct virtqueue *queue, struct chain *chain)
{
	(void)queue;
	for (unsigned i = 0; i < chain->count; i++) {
		chain->pieces[i].size = 0;
		chain_rewrite(chain, i);
	}
	return true;
}

static bool huge_length(struct virtqueue *queue, struct chain *chain)
{
	(void)queue;
	for (unsigned i = 0; i < chain->count; i++)
		if (chain->pieces[i].number == spoiled_number()) {
			chain->pieces[i].size = 0xffffffff;
			chain_rewrite(chain, i);
		}
	return true;
}

/* Zeroes that the device may write. */
static struct dma_area zeroes;

/* The buffer is elsewhere and said to be an indirect table, though INDIRECT_DESC was not accepted; as a table it is
 * empty. */
static bool indirect_flag(struct virtqueue *queue, struct chain *chain)
{
	for (unsigned i = 0; i < chain->count; i++) {
		if (chain->pieces[i].number != spoiled_number())
			continue;
		chain->pieces[i].number = virtio_address(queue->device, &zeroes.map, 0);
		chain_rewrite(chain, i);
		chain_set_flags(queue, chain->at[i], chain_flags(queue, chain->at[i]) | VRING_DESC_F_INDIRECT);
	}
	return true;
}

/* An entropy device may take such a length at its word, and 4 GiB of random bytes take longer than all tests. */
static const char *needs_bounded_writes(const struct subject *subject)
{
	if (virtio_engine_of(subject->engine)->device->type == VIRTIO_ID_RNG)
		return "the device may fill all of such a buffer";
	return needs_writes(subject);
}

static const char *needs_bounded_packed(const struct subject *subject)
{
	const char *reason = needs_packed_errors(subject);

	return reason ? reason : needs_bounded_writes(subject);
}

static void chain_zero_length(struct trial *trial)
{
	broken_request(trial, zero_length, false);
}
CONFORMANCE_TEST("virtio.error.zero-length", chain_zero_length,
		 "A descriptor of length 0 in a split ring touches no memory that was not given, and a reset mends it.",
		 .scope = &scope_split_or_legacy, .skip = needs_writes, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void packed_zero_length(struct trial *trial)
{
	broken_request(trial, zero_length, false);
}
CONFORMANCE_TEST("virtio.error.packed-zero-length", packed_zero_length,
		 "A descriptor of length 0 in a packed ring touches no memory that was not given, and a reset mends "
		 "it.",
		 .scope = &scope_packed, .skip = needs_packed_late_errors, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void chain_huge_length(struct trial *trial)
{
	broken_request(trial, huge_length, false);
}
CONFORMANCE_TEST("virtio.error.huge-length", chain_huge_length,
		 "A length of nearly 4 GiB in a split ring reaches no memory that was not given, and a reset mends it.",
		 .scope = &scope_split_or_legacy, .skip = needs_bounded_writes, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void packed_huge_length(struct trial *trial)
{
	broken_request(trial, huge_length, false);
}
CONFORMANCE_TEST("virtio.error.packed-huge-length", packed_huge_length,
		 "A length of nearly 4 GiB in a packed ring reaches no memory that was not given, and a reset mends "
		 "it.",
		 .scope = &scope_packed, .skip = needs_bounded_packed, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void chain_indirect_flag(struct trial *trial)
{
	if (!dma_area_make(&zeroes, trial->subject->function, 1)) {
		trial_error(trial, "no room for a table");
		return;
	}
	memset(arch_pointer(zeroes.memory), 0, FRAME_SIZE);
	broken_request(trial, indirect_flag, false);
	dma_area_release(&zeroes);
}
CONFORMANCE_TEST("virtio.error.indirect-flag", chain_indirect_flag,
		 "INDIRECT without that feature in a split ring touches no memory that was not given.",
		 .scope = &scope_split_or_legacy, .skip = needs_writes, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void packed_indirect_flag(struct trial *trial)
{
	chain_indirect_flag(trial);
}
CONFORMANCE_TEST("virtio.error.packed-indirect-flag", packed_indirect_flag,
		 "INDIRECT without that feature in a packed ring touches no memory that was not given.",
		 .scope = &scope_packed, .skip = needs_packed_late_errors, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);
