/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of suite virtio.blk have in common. */
#ifndef VIRTIO_BLK_SUITE_H
#define VIRTIO_BLK_SUITE_H

#include <linux/virtio_blk.h>

#include "drivers/virtio/device/blk.h"
#include "tests/conformance/probe/virtio_type.h"

/* Where tests write: the sectors that engines write as well (disk.h). */
#define PLAYGROUND		SCRATCH_FIRST_WRITABLE

/* Reasons to skip; NULL where the test applies. */
const char *blk_needs_scratch(const struct subject *subject);
const char *blk_needs_medium(const struct subject *subject);

/* Makes a request. False, and the trial has failed, when it is not answered, or when bytes beside its status moved. */
bool blk_asked(struct trial *trial, struct blk_request *request);
/* The same, and the answer must be this status with so many bytes written, that of the status included. */
void expect_blk(struct trial *trial, struct blk_request *request, const char *what, uint8_t status, uint32_t length);

#endif
