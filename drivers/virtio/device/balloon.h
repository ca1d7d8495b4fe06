/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The balloon, for the tests that are about it. It is no engine: it writes nothing into memory of our choice, and
 * what it reads are numbers of pages to take away, which no test may choose freely.
 */
#ifndef VIRTIO_BALLOON_H
#define VIRTIO_BALLOON_H

#include "drivers/virtio/engine.h"

#define BALLOON_PAGE	4096u

enum balloon_queue { BALLOON_INFLATE, BALLOON_DEFLATE };

/*
 * Hands the device an array of count page numbers (32 bits, little-endian) at a number of anybody's, on an engine
 * that is started. The pages must be frames taken for it. They are physical whatever view the array is in.
 */
enum engine_result balloon_hand(struct engine *engine, enum balloon_queue queue, uint64_t array, unsigned count);
/* Tells the device, in its configuration, how many pages it has now; and pages the host wants. */
bool balloon_set_actual(struct engine *engine, uint32_t pages);
bool balloon_wanted(struct engine *engine, uint32_t *pages);

#endif
