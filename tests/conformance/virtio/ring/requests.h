/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What holds for requests in rings of both formats: bodies of tests that suites virtio.split and virtio.packed have in
 * common.
 */
#ifndef RING_REQUESTS_H
#define RING_REQUESTS_H

#include "tests/conformance/probe/engine_trial.h"

/* What the device may only read stays as it was: request headers that the driver made keep their content; the oracle
 * looks at the buffer itself. */
void ring_readable_unchanged(struct trial *trial);
/* A request may be taken up without a doorbell. */
void ring_without_kick(struct trial *trial);
/* WRITE on the descriptor that leads to an indirect table means nothing. */
void ring_indirect_write_flag(struct trial *trial);
/* Doorbells of 32 bits: queue index, and where the next descriptor will be, in a ring that is gone round. */
void ring_notification_data(struct trial *trial);

/*
 * Transfers with something in the chains changed, which must not matter. change() looks at each chain and adds 1 to an
 * unsigned, its context, where it has changed one: at least one chain must have been like that.
 */
void ring_transfers_with(struct trial *trial, void (*change)(struct virtqueue *queue, void *context));

#endif
