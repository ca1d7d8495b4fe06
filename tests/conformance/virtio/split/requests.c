/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.split: requests, of which the same holds in a packed ring. The tests' bodies are in virtio/ring.
 *
 * Source: VIRTIO 1.4, sections 2.7.5, 2.7.9, 2.7.13 and 4.1.5.2.
 */
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/virtio/ring/order.h"
#include "tests/conformance/virtio/ring/requests.h"

VIRTIO_MODE_SCOPE(indirect, false, VIRTIO_INDIRECT_DESC);
VIRTIO_MODE_SCOPE(in_order, false, VIRTIO_IN_ORDER);
VIRTIO_MODE_SCOPE(notification_data, false, VIRTIO_NOTIFICATION_DATA);

VIRTIO_MODE_NEEDS(needs_indirect, "INDIRECT_DESC", needs_writes);
VIRTIO_MODE_NEEDS(needs_in_order, "IN_ORDER", needs_writes);
VIRTIO_MODE_NEEDS(needs_notification_data, "NOTIFICATION_DATA", needs_writes);

CONFORMANCE_TEST("virtio.split.readable-unchanged", ring_readable_unchanged,
		 "What the device may only read in a split ring is unchanged afterwards.",
		 .scope = &scope_split_engine, .skip = needs_reads, .clauses = "SPLIT-3", .judged_by = EVIDENCE);

CONFORMANCE_TEST("virtio.split.without-kick", ring_without_kick,
		 "Records whether the device looks at a split ring without a doorbell.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "SPLIT-22", .judged_by = RECORD);

CONFORMANCE_TEST("virtio.split.indirect-write-flag", ring_indirect_write_flag,
		 "The WRITE flag of the descriptor that leads to a split ring's indirect table means nothing.",
		 .scope = &scope_indirect, .skip = needs_indirect, .clauses = "SPLIT-6", .judged_by = EVIDENCE);

CONFORMANCE_TEST("virtio.split.in-order", ring_in_order,
		 "With IN_ORDER a split ring's buffers are used in the order in which they were made available.",
		 .scope = &scope_in_order, .skip = needs_in_order, .clauses = "RSVD-5 DEF-11", .judged_by = EVIDENCE);

CONFORMANCE_TEST("virtio.split.notification-data", ring_notification_data,
		 "With NOTIFICATION_DATA a split ring works with doorbells that say where the driver is.",
		 .scope = &scope_notification_data, .skip = needs_notification_data, .clauses = "DEF-28",
		 .judged_by = EVIDENCE);
