/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/frames_case.list */
/*
 * Frames taken and given back at random, against a plain model that has one owner a frame.
 */
#include <string.h>

#include "tests/unit/frames_case.h"

#define MODEL_RUNS	40

static unsigned owner[CASE_FRAMES];	/* 0: free */
static struct { uint64_t address; size_t count; } taken[MODEL_RUNS + 1];	/* by owner */

/* Where the first fit is; CASE_FRAMES if there is none. */
static size_t model_find(uint64_t lowest, uint64_t beyond, size_t count, uint64_t alignment)
{
	for (size_t first = 0; first < CASE_FRAMES; first++) {
		uint64_t address = case_frame(first);
		size_t free_frames = 0;

		if (address % alignment != 0 || address < lowest || address + count * FRAME_SIZE > beyond)
			continue;
		while (free_frames < count && first + free_frames < CASE_FRAMES && !owner[first + free_frames] &&
		       case_frame(first + free_frames) == address + free_frames * FRAME_SIZE)
			free_frames++;
		if (free_frames == count)
			return first;
	}
	return CASE_FRAMES;
}

static void model_set(size_t first, size_t count, unsigned run)
{
	for (size_t i = 0; i < count; i++)
		owner[first + i] = run;
}

static size_t model_frame(uint64_t address)
{
	return (size_t)(address < CASE_HIGH ? (address - CASE_LOW) / FRAME_SIZE :
					      64 + (address - CASE_HIGH) / FRAME_SIZE);
}

/* The free pieces are those of the model. */
static void model_compare_pieces(void)
{
	uint64_t begin, end = 0;
	size_t frame = 0;

	while (frames_next_free(end, &begin, &end)) {
		for (; frame < model_frame(begin); frame++)
			assert_int_not_equal(owner[frame], 0);
		for (; frame < CASE_FRAMES && case_frame(frame) < end && case_frame(frame) >= begin; frame++)
			assert_int_equal(owner[frame], 0);
	}
	for (; frame < CASE_FRAMES; frame++)
		assert_int_not_equal(owner[frame], 0);
}

static void like_the_model(void **state)
{
	uint64_t random = 1;
	unsigned live = 0;

	(void)state;
	memset(owner, 0, sizeof owner);
	memset(taken, 0, sizeof taken);
	for (unsigned i = 0; i < 20000; i++) {
		unsigned run;

		/* Knuth's MMIX generator; its upper bits are the good ones. */
		random = random * 6364136223846793005ull + 1442695040888963407ull;
		run = 1 + (unsigned)(random >> 58) % MODEL_RUNS;
		if (taken[run].count > 0) {
			case_give(taken[run].address, taken[run].count);
			model_set(model_frame(taken[run].address), taken[run].count, 0);
			taken[run].count = 0;
			live--;
		} else {
			size_t count = 1 + (random >> 50) % 12;
			uint64_t alignment = FRAME_SIZE << (random >> 44) % 5;
			uint64_t lowest = case_frame((random >> 34) % CASE_FRAMES);
			uint64_t beyond = case_frame((random >> 24) % CASE_FRAMES);
			size_t expected = model_find(lowest, beyond, count, alignment);
			phys_addr address;

			assert_int_equal(frames_take_between(lowest, beyond, count, alignment, &address),
					 expected < CASE_FRAMES);
			if (expected == CASE_FRAMES)
				continue;
			assert_int_equal(address.value, case_frame(expected));
			model_set(expected, count, run);
			taken[run].address = address.value;
			taken[run].count = count;
			live++;
		}
		assert_int_equal(frames_taken(), live);
		model_compare_pieces();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(like_the_model, case_start, host_teardown),
	};

	return cmocka_run_group_tests_name("frames-model", tests, NULL, NULL);
}
