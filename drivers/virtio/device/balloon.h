/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The balloon, for the tests that are about it. It is no engine: it writes nothing into memory of our choice, and
 * what it reads are numbers of pages to take away, which no test may choose freely.
 */
#ifndef VIRTIO_BALLOON_H
#define VIRTIO_BALLOON_H

#include "drivers/virtio/engine.h"

#define BALLOON_PAGE	4096u

/* Where in the area a buffer of statistics is; the rest of it is the tests'. */
#define BALLOON_AREA_STATISTICS	0
#define BALLOON_AREA_FREE	1024

/*
 * Its queues by the numbers that the specification gives them. Where FREE_PAGE_HINT is not offered, a device may number
 * that of reports without a gap, as drivers do (Linux): it is looked for in both places.
 */
enum balloon_queue { BALLOON_INFLATE, BALLOON_DEFLATE, BALLOON_STATS, BALLOON_HINTS, BALLOON_REPORTS, BALLOON_QUEUES };
/* The feature with which there is such a queue; 0: there always is. */
uint64_t balloon_queue_feature(enum balloon_queue queue);
/* Sets up all queues whose features are accepted: for start() of a driver that uses them. */
bool balloon_start_all(struct engine *engine);

/*
 * Drivers for virtio_plan.driver, which accept what the plain one declines: statistics, of which they hand over a first
 * buffer, hints and reports of free pages. The second one says besides that its pages hold this value while they are
 * free; it is good until it is asked for anew.
 */
extern const struct virtio_driver balloon_all;
const struct virtio_driver *balloon_poisoning(uint32_t value);

/*
 * Hands the device an array of count page numbers (32 bits, little-endian) at a number of anybody's, on an engine
 * that is started. The pages must be frames taken for it. They are physical whatever view the array is in.
 */
enum engine_result balloon_hand(struct engine *engine, enum balloon_queue queue, uint64_t array, unsigned count);
/*
 * Fields of the configuration, which are little-endian through the legacy interface as well (BALLOON-4): how many
 * pages the device has now, how many the host wants, and which command hints are for.
 */
bool balloon_set_actual(struct engine *engine, uint32_t pages);
bool balloon_wanted(struct engine *engine, uint32_t *pages);
bool balloon_hint_command(struct engine *engine, uint32_t *command);

#endif
