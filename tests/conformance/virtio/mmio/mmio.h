/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the suite virtio.mmio have in common. */
#ifndef MMIO_SUITE_H
#define MMIO_SUITE_H

#include "drivers/virtio/mmio.h"
#include "tests/conformance/probe/virtio_trial.h"

/* Numbers of queues that no device reaches. */
#define NO_QUEUE	1000
#define FAR_QUEUE	0xfff0

/* For subjects of scope_virtio_device: those in slots; those of them that are of version 2. Others are not listed. */
bool on_mmio(const struct subject *subject);
bool mmio_is_modern(const struct subject *subject);

#endif
