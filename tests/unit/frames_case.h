/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of frames and sweeps begin with: memory in two ranges.
 */
#ifndef FRAMES_CASE_H
#define FRAMES_CASE_H

#include "boot/frames.h"
#include "tests/unit/host/host.h"

#define KIB		1024ull
#define MIB		(1024 * KIB)
#define CASE_LOW	(8 * MIB)
#define CASE_HIGH	(FRAMES_BY_ADDRESS_END)
#define CASE_FRAMES	192			/* 64 and 128 */

extern const struct memory_range case_ranges[2];

/* 512 KiB at 8 MiB for those who ask by address, 1 MiB at 16 MiB for all, filled; a function of cmocka. */
int case_start(void **state);
/* Memory in other ranges. */
void case_use(const struct memory_range *ranges, size_t count);
/* Frames that must be there; and back. */
uint64_t case_take(size_t count, uint64_t alignment);
void case_give(uint64_t address, size_t count);
uint64_t *case_word(uint64_t address);
/* The address of a frame by its number. */
uint64_t case_frame(size_t number);

#endif
