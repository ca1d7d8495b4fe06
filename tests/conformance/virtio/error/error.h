/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests that break the rules, for suite virtio.error: how a chain is spoiled before the device sees it, and what
 * must be true afterwards.
 */
#ifndef VIRTIO_ERROR_H
#define VIRTIO_ERROR_H

#include "tests/conformance/probe/chain.h"
#include "tests/conformance/probe/virtio_trial.h"

/* Engines with a plain split ring, through the modern interface or the legacy one. */
extern const struct conformance_scope scope_split_or_legacy;

/* Spoils a chain when it is complete and before the device can see it. False: this one cannot be spoiled so. */
typedef bool (*spoil_function)(struct virtqueue *queue, struct chain *chain);

/* The number that the trial's buffer has, which spoilers look for and change. */
uint64_t spoiled_number(void);

/*
 * Makes a request whose chain is spoiled, and judges what the device makes of it: it writes nothing that it was not
 * given; it asks for a reset, with its notification, or the next request works; after a reset one works always. A
 * device that is driven as a legacy device cannot ask. ring_is_lost: what stands in the ring then makes no sense, so
 * the device cannot but ask.
 */
void broken_request(struct trial *trial, spoil_function function, bool ring_is_lost);
/* The parts of it: the request, until it is answered or is not; then, what came of it. False: there was no such
 * request. */
bool broken_request_make(struct trial *trial, spoil_function function, struct oracle *oracle);
void broken_request_judge(struct trial *trial, bool ring_is_lost, struct oracle *oracle);

/* Reasons to skip, for scopes of VIRTIO_MODE_SCOPE: no engine, or one that must not be made to ask for a reset. */
const char *needs_packed_errors(const struct subject *subject);
/* Where the device finds the error late, when it has begun with the request. */
const char *needs_packed_late_errors(const struct subject *subject);
const char *needs_indirect_errors(const struct subject *subject);

bool needs_reset(const struct virtio_device *device);
/* Has the device asked for a reset, and said so? */
bool asked_for_reset(struct trial *trial, const struct virtio_device *device);
/* A whole request on a ring that is in order. */
void good_request(struct trial *trial, const struct oracle *oracle, const char *when);

#endif
