/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One range of memory, for tests of what stands on the frames in it. Tests of frames themselves have more than one
 * (frames_case.h).
 */
#ifndef MEMORY_CASE_H
#define MEMORY_CASE_H

#include <stdint.h>

/* Adds it to the machine; all its frames are free, and nothing has filled them. After host_reset(). */
void memory_case_add(uint64_t start, uint64_t size);

#endif
