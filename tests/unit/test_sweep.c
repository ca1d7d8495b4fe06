/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/frames_case.list */
/*
 * The pattern of free memory, and sweeps, which must see each word that changes there, repair it, and look at nothing
 * else.
 */
#include <string.h>

#include "tests/unit/frames_case.h"

static void pattern_differs(void **state)
{
	(void)state;
	for (uint64_t address = 0; address < 4 * MIB; address += 8) {
		uint64_t word = frames_pattern(address);

		/* The low three bits are the same everywhere: as long as they differ, no word is 0 or all ones. A
		 * device that answers with a byte must be seen, in either byte order. */
		if (word % 256 < 3 || word >> 56 < 3 || word % 8 == 0 || word % 8 == 7 ||
		    word % 8 != frames_pattern(0) % 8 || word == frames_pattern(address + 8) ||
		    word == frames_pattern(address + FRAME_SIZE) || word == frames_pattern(address + (1ull << 32)))
			fail_msg("the pattern at %#llx is %#llx", (unsigned long long)address,
				 (unsigned long long)word);
	}
}

/* Free memory has the pattern in each word, taken memory is left alone. */
static void fills_free_memory(void **state)
{
	uint64_t mine;

	host_setup(state);
	case_use(case_ranges, 2);
	mine = case_take(3, FRAME_SIZE);
	frames_fill_free();
	for (unsigned i = 0; i < 2; i++) {
		for (uint64_t at = 0; at < case_ranges[i].size; at += 8) {
			uint64_t address = case_ranges[i].start.value + at;
			bool is_mine = address - mine < 3 * FRAME_SIZE;

			assert_int_equal(*case_word(address),
					 is_mine ? 0xa5a5a5a5a5a5a5a5 : frames_pattern(address));
		}
	}
}

/* Every length around the unrolled loop's, from every word: no word less and no word more. */
static void fills_exactly(void **state)
{
	(void)state;
	for (uint64_t from = 8; from < 80; from += 8) {
		for (uint64_t size = 0; size < 200; size += 8) {
			memset(case_word(CASE_HIGH), 0x11, FRAME_SIZE);
			frames_fill((phys_addr){ CASE_HIGH + from }, size);
			for (uint64_t at = 0; at < 320; at += 8)
				assert_int_equal(*case_word(CASE_HIGH + at), at >= from && at < from + size ?
						 frames_pattern(CASE_HIGH + at) : 0x1111111111111111);
		}
	}
}

/* The same for looking: a changed word counts inside only. */
static void intact_looks_exactly(void **state)
{
	struct frames_stray stray;

	(void)state;
	for (uint64_t from = 8; from < 80; from += 8) {
		for (uint64_t size = 0; size < 200; size += 8) {
			for (uint64_t bad = 0; bad < 320; bad += 8) {
				bool inside = bad >= from && bad < from + size;

				*case_word(CASE_HIGH + bad) ^= 1;
				assert_int_equal(frames_intact((phys_addr){ CASE_HIGH + from }, size, &stray), !inside);
				assert_int_equal(stray.words, inside);
				if (inside)
					assert_int_equal(stray.first.value, CASE_HIGH + bad);
				*case_word(CASE_HIGH + bad) ^= 1;
			}
		}
	}
}

static void intact_repairs_nothing(void **state)
{
	struct frames_stray stray;

	(void)state;
	*case_word(CASE_HIGH + 64) = 42;
	assert_false(frames_intact((phys_addr){ CASE_HIGH }, FRAME_SIZE, &stray));
	assert_int_equal(*case_word(CASE_HIGH + 64), 42);
	assert_int_equal(stray.found, 42);
	assert_int_equal(stray.expected, frames_pattern(CASE_HIGH + 64));
}

/* Judges free memory that holds the pattern, and says nothing against any other. */
static void free_intact_judges_free_memory(void **state)
{
	uint64_t mine = case_take(2, FRAME_SIZE);
	uint64_t after = mine + 2 * FRAME_SIZE;
	uint64_t end = CASE_HIGH + 1 * MIB;
	struct frames_stray stray;

	(void)state;
	memset(case_word(mine), 0, 2 * FRAME_SIZE);
	assert_true(frames_free_intact((phys_addr){ mine }, FRAME_SIZE, &stray));
	assert_true(frames_free_intact((phys_addr){ after - 8 }, 16, &stray));
	assert_true(frames_free_intact((phys_addr){ end }, 8, &stray));
	assert_true(frames_free_intact((phys_addr){ after }, FRAME_SIZE, &stray));
	*case_word(after + 8) = 0;
	*case_word(end - 8) = 0;
	assert_false(frames_free_intact((phys_addr){ after }, 16, &stray));
	assert_int_equal(stray.words, 1);
	assert_int_equal(stray.first.value, after + 8);
	assert_true(frames_free_intact((phys_addr){ after }, 8, &stray));
	assert_false(frames_free_intact((phys_addr){ end - 8 }, 8, &stray));
	assert_true(frames_free_intact((phys_addr){ end - 8 }, 16, &stray));
	assert_int_equal(*case_word(end - 8), 0);
}

static void given_frames_have_the_pattern(void **state)
{
	uint64_t mine = case_take(2, FRAME_SIZE);
	struct frames_stray stray;

	(void)state;
	assert_true(frames_intact((phys_addr){ mine }, 2 * FRAME_SIZE, &stray));
	memset(case_word(mine), 0, 2 * FRAME_SIZE);
	case_give(mine, 2);
	assert_true(frames_intact((phys_addr){ mine }, 2 * FRAME_SIZE, &stray));
	mine = case_take(2, FRAME_SIZE);
	memset(case_word(mine), 0, 2 * FRAME_SIZE);
	frames_give_back_to(0);
	assert_true(frames_sweep(SWEEP_ALL, &stray));
}

/* Damages the word and wants exactly that reported, and repaired. */
static void full_sweep_sees(uint64_t address, uint64_t damage)
{
	struct frames_stray stray;

	*case_word(address) ^= damage;
	if (frames_sweep(SWEEP_ALL, &stray))
		fail_msg("nothing seen at %#llx", (unsigned long long)address);
	assert_int_equal(stray.words, 1);
	assert_int_equal(stray.first.value, address);
	assert_int_equal(stray.expected, frames_pattern(address));
	assert_int_equal(stray.found, frames_pattern(address) ^ damage);
	assert_int_equal(*case_word(address), frames_pattern(address));
	assert_true(frames_sweep(SWEEP_ALL, &stray));
	assert_int_equal(stray.words, 0);
}

/* At the edges of free pieces, every word of a few unrolled rounds. */
static void full_sweep_sees_every_word(void **state)
{
	phys_addr mine;

	(void)state;
	assert_true(frames_take_between(CASE_HIGH + 64 * KIB, UINT64_MAX, 4, FRAME_SIZE, &mine));
	for (uint64_t at = 0; at < 160; at += 8) {
		full_sweep_sees(CASE_LOW + at, 1);
		full_sweep_sees(CASE_LOW + 512 * KIB - 8 - at, 1ull << 63);
		full_sweep_sees(CASE_HIGH + at, 1);
		full_sweep_sees(mine.value - 8 - at, 1ull << 63);
		full_sweep_sees(mine.value + 4 * FRAME_SIZE + at, 1);
		full_sweep_sees(CASE_HIGH + 1 * MIB - 8 - at, 1ull << 63);
	}
}

static void taken_memory_is_not_swept(void **state)
{
	uint64_t mine = case_take(3, FRAME_SIZE);
	struct frames_stray stray;

	(void)state;
	memset(case_word(mine), 0x33, 3 * FRAME_SIZE);
	for (unsigned i = 0; i < 100; i++)
		assert_true(frames_sweep(SWEEP_SAMPLE, &stray));
	assert_true(frames_sweep(SWEEP_ALL, &stray));
	assert_int_equal(*case_word(mine + 3 * FRAME_SIZE - 8), 0x3333333333333333);
}

/* The samples that go once round the memory of a case. */
#define ROUND	((CASE_FRAMES * FRAME_SIZE + SWEEP_SAMPLE_BYTES - 1) / SWEEP_SAMPLE_BYTES)

/* As many rounds as a stride has words look at each word: one damaged word is seen in one of them. */
static void samples_see_each_word_in_time(void **state)
{
	(void)state;
	for (uint64_t at = 0; at < 3 * SWEEP_SAMPLE_STRIDE; at += 8) {
		uint64_t address = at % 16 ? CASE_HIGH + at : CASE_HIGH + 1 * MIB - 8 - at;
		struct frames_stray stray;
		unsigned sweeps = 1;

		*case_word(address) = 0;
		while (sweeps <= ROUND * SWEEP_SAMPLE_STRIDE / 8 && frames_sweep(SWEEP_SAMPLE, &stray))
			sweeps++;
		assert_in_range(sweeps, 1, ROUND * SWEEP_SAMPLE_STRIDE / 8);
		assert_int_equal(stray.words, 1);
		assert_int_equal(stray.first.value, address);
		assert_int_equal(stray.found, 0);
		assert_int_equal(*case_word(address), frames_pattern(address));
	}
}

/* Samples until one finds something, once round at most. */
static bool round_is_clean(struct frames_stray *stray)
{
	for (unsigned i = 0; i < ROUND; i++)
		if (!frames_sweep(SWEEP_SAMPLE, stray))
			return false;
	return true;
}

/* Whatever is as long as a stride is seen in a round, with all of its words, and is not left for the next test. */
static void round_sees_a_sector(void **state)
{
	(void)state;
	for (uint64_t at = 0; at < SWEEP_SAMPLE_STRIDE; at += 8) {
		uint64_t address = CASE_HIGH + 64 * KIB + at;
		struct frames_stray stray;

		memset(case_word(address), 0, SWEEP_SAMPLE_STRIDE);
		assert_false(round_is_clean(&stray));
		assert_int_equal(stray.words, SWEEP_SAMPLE_STRIDE / 8);
		assert_int_equal(stray.first.value, address);
		assert_int_equal(stray.expected, frames_pattern(address));
		assert_true(frames_sweep(SWEEP_ALL, &stray));
	}
}

/* A round passes over no frame beside a taken one, nor at the end of a range. */
static void round_sees_each_free_frame(void **state)
{
	phys_addr address;

	(void)state;
	for (unsigned i = 0; i < 128; i += 4) {
		assert_true(frames_take_between(CASE_HIGH + i * FRAME_SIZE, UINT64_MAX, 1 + i % 3, FRAME_SIZE,
						&address));
		assert_int_equal(address.value, CASE_HIGH + i * FRAME_SIZE);
	}
	for (unsigned i = 0; i < CASE_FRAMES; i++) {
		uint64_t frame = case_frame(i);
		bool free_frame = frame < CASE_HIGH || (frame - CASE_HIGH) / FRAME_SIZE % 4 > (i - 64) / 4 * 4 % 3;
		struct frames_stray stray;

		memset(case_word(frame), 0, FRAME_SIZE);
		assert_int_equal(round_is_clean(&stray), !free_frame);
		assert_int_equal(stray.words, free_frame ? FRAME_SIZE / 8 : 0);
	}
}

static bool is_patterned(uint64_t frame)
{
	return frame < FRAMES_DENSE || frame % FRAMES_BLOCK_STEP < FRAMES_BLOCK;
}

/*
 * Memory from before the end of the dense part to the second block of the rest: only some frames hold the pattern, and
 * are looked at. One taken run cuts off a free piece that has none of them.
 */
static void high_memory_is_sparse(void **state)
{
	static const struct memory_range high = {
		{ FRAMES_DENSE - 2 * FRAME_SIZE }, FRAMES_BLOCK_STEP + 2 * FRAMES_BLOCK,
	};
	struct frames_stray stray;

	for (unsigned cut = 0; cut < 2; cut++) {
		phys_addr mine = { 0 };

		host_setup(state);
		case_use(&high, 1);
		if (cut)
			assert_true(frames_take_between(FRAMES_DENSE + FRAMES_BLOCK_STEP - 4 * FRAME_SIZE,
							UINT64_MAX, 2, FRAME_SIZE, &mine));
		frames_fill_free();
		for (uint64_t at = 0; at < high.size; at += FRAME_SIZE) {
			uint64_t frame = high.start.value + at;
			bool patterned = is_patterned(frame);

			if (frame - mine.value < 2 * FRAME_SIZE)
				continue;
			assert_int_equal(frames_intact((phys_addr){ frame }, FRAME_SIZE, &stray), patterned);
			if (at % FRAMES_BLOCK > 4 * FRAME_SIZE)
				continue;
			memset(case_word(frame), 0, FRAME_SIZE);
			assert_int_equal(frames_sweep(SWEEP_ALL, &stray), !patterned);
		}
	}
}

/* Memory may begin anywhere; its beginning is dense all the same. */
static void memory_that_begins_high_is_dense(void **state)
{
	static const struct memory_range high = { { 3 * FRAMES_DENSE + FRAMES_BLOCK }, 2 * FRAMES_BLOCK };
	struct frames_stray stray;

	(void)state;
	host_setup(state);
	case_use(&high, 1);
	frames_fill_free();
	assert_int_equal(frames_dense_end(), 4 * FRAMES_DENSE);
	assert_true(frames_intact(high.start, high.size, &stray));
}

/* Taken memory holds the pattern everywhere. */
static void high_memory_is_patterned_when_taken(void **state)
{
	static const struct memory_range high = { { FRAMES_DENSE - FRAME_SIZE }, 2 * FRAMES_BLOCK };
	struct frames_stray stray;
	phys_addr mine;

	host_setup(state);
	case_use(&high, 1);
	assert_true(frames_take_between(0, UINT64_MAX, 2, FRAME_SIZE, &mine));
	assert_true(frames_intact(mine, 2 * FRAME_SIZE, &stray));
	assert_true(frames_take_between(FRAMES_DENSE + FRAMES_BLOCK, UINT64_MAX, 3, FRAME_SIZE, &mine));
	assert_true(frames_intact(mine, 3 * FRAME_SIZE, &stray));
}

/* The frame after a sample's end is the next one's. The first test, as it is known where the first sample begins. */
static void next_sample_goes_on(void **state)
{
	static const struct memory_range large = { { CASE_HIGH }, SWEEP_SAMPLE_BYTES + SWEEP_SAMPLE_BYTES / 4 };
	struct frames_stray stray;

	host_setup(state);
	case_use(&large, 1);
	frames_fill_free();
	memset(case_word(CASE_HIGH + SWEEP_SAMPLE_BYTES), 0, FRAME_SIZE);
	assert_true(frames_sweep(SWEEP_SAMPLE, &stray));
	assert_false(frames_sweep(SWEEP_SAMPLE, &stray));
	assert_int_equal(stray.first.value, CASE_HIGH + SWEEP_SAMPLE_BYTES);
}

/* More memory than a sample covers: it goes round, and meets each word of each part. */
static void samples_go_round(void **state)
{
	static const struct memory_range large[] = {
		{ { CASE_LOW }, 1 * MIB }, { { CASE_HIGH }, SWEEP_SAMPLE_BYTES + SWEEP_SAMPLE_BYTES / 4 },
	};
	const uint64_t places[] = {
		CASE_LOW, CASE_LOW + 1 * MIB - 8, CASE_HIGH + 72, CASE_HIGH + SWEEP_SAMPLE_BYTES / 2 - 8,
		CASE_HIGH + SWEEP_SAMPLE_BYTES / 2, CASE_HIGH + SWEEP_SAMPLE_BYTES + SWEEP_SAMPLE_BYTES / 4 - 8,
	};

	host_setup(state);
	case_use(large, 2);
	frames_fill_free();
	for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
		struct frames_stray stray;
		unsigned sweeps = 1;

		*case_word(places[i]) = 0;
		while (sweeps <= 2 * SWEEP_SAMPLE_STRIDE / 8 && frames_sweep(SWEEP_SAMPLE, &stray))
			sweeps++;
		if (sweeps > 2 * SWEEP_SAMPLE_STRIDE / 8)
			fail_msg("nothing seen at %#llx", (unsigned long long)places[i]);
		assert_int_equal(stray.first.value, places[i]);
		assert_int_equal(stray.words, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(next_sample_goes_on, host_teardown),
		cmocka_unit_test(pattern_differs),
		cmocka_unit_test_teardown(fills_free_memory, host_teardown),
		cmocka_unit_test_setup_teardown(fills_exactly, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(intact_looks_exactly, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(intact_repairs_nothing, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(free_intact_judges_free_memory, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(given_frames_have_the_pattern, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(full_sweep_sees_every_word, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(taken_memory_is_not_swept, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(samples_see_each_word_in_time, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(round_sees_a_sector, case_start, host_teardown),
		cmocka_unit_test_setup_teardown(round_sees_each_free_frame, case_start, host_teardown),
		cmocka_unit_test_teardown(high_memory_is_sparse, host_teardown),
		cmocka_unit_test_teardown(memory_that_begins_high_is_dense, host_teardown),
		cmocka_unit_test_teardown(high_memory_is_patterned_when_taken, host_teardown),
		cmocka_unit_test_teardown(samples_go_round, host_teardown),
	};

	return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
