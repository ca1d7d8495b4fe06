/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See memory_case.h.
 */
#include "tests/unit/memory_case.h"

#include "boot/frames.h"
#include "tests/unit/host/host.h"

void memory_case_add(uint64_t start, uint64_t size)
{
	const struct memory_range range = { { start }, size };

	host_add_memory(start, size);
	frames_init(&range, 1);
}
