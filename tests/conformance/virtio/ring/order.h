/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IN_ORDER, by which buffers come back in the order in which they were made available, perhaps many in one used entry:
 * the body of a test that suites virtio.split and virtio.packed have in common.
 */
#ifndef RING_ORDER_H
#define RING_ORDER_H

#include "tests/conformance/probe/engine_trial.h"

void ring_in_order(struct trial *trial);

#endif
