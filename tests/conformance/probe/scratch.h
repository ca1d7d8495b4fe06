/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host has written to a scratch disk, or to a file that is laid out like one, and what it is promised: text,
 * which tests/gate/lib/Gate/Disk.pm knows too.
 */
#ifndef PROBE_SCRATCH_H
#define PROBE_SCRATCH_H

#include "drivers/engine/scratch.h"
#include "tests/conformance/probe/engine_trial.h"

#define NAME_SECTOR	1u
#define HOST_SECTOR	3u

/* Reason to skip: it must not be written. */
const char *needs_scratch(const struct subject *subject);

/* The name in the host pattern, from what NAME_SECTOR holds; room for size bytes. False: there is no pattern. */
bool pattern_name(const char *sector, char *name, size_t size);

/* Text that fills size bytes: what the host has in a sector of a scratch disk, and what it looks for there. */
void host_sector(char *bytes, size_t size, unsigned sector, const char *disk);
void guest_sector(char *bytes, size_t size, unsigned sector, const char *disk, uint64_t seed);

/*
 * Promises to the host what sectors hold after the run, until something else is promised of them: their text of a seed,
 * PROMISE_ZEROES or PROMISE_ANYTHING. Of a disk without a name, which is no host's, nothing is promised.
 */
#define PROMISE_ZEROES		"zeroes"
#define PROMISE_ANYTHING	"anything"
void promise_sectors(const char *disk, uint64_t first, uint64_t count, const char *what);
void promise_text(const char *disk, uint64_t first, uint64_t count, uint64_t seed);

/*
 * Fills a decoy for a write to a disk: what is promised to the host lies where the right view leads, a sector of
 * another seed in the other frame, so that the host sees by itself which frame the device has read.
 */
void promise_sector(struct trial *trial, const struct oracle *oracle, unsigned sector, const char *disk, uint64_t seed);

#endif
