/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See frames_case.h.
 */
#include "tests/unit/frames_case.h"

const struct memory_range case_ranges[2] = {
	{ { CASE_LOW }, 512 * KIB },
	{ { CASE_HIGH }, 1 * MIB },
};

void case_use(const struct memory_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		host_add_memory(ranges[i].start.value, ranges[i].size);
	frames_init(ranges, count);
}

int case_start(void **state)
{
	host_setup(state);
	case_use(case_ranges, 2);
	frames_fill_free();
	return 0;
}

uint64_t case_take(size_t count, uint64_t alignment)
{
	phys_addr address = { 0 };

	assert_true(frames_take(count, alignment, &address));
	return address.value;
}

void case_give(uint64_t address, size_t count)
{
	frames_give((phys_addr){ address }, count);
}

uint64_t *case_word(uint64_t address)
{
	return arch_pointer((phys_addr){ address });
}

uint64_t case_frame(size_t number)
{
	return number < 64 ? CASE_LOW + number * FRAME_SIZE : CASE_HIGH + (number - 64) * FRAME_SIZE;
}
