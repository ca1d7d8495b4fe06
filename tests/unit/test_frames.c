/* sources: boot/frames.c boot/sweep.c boot/fatal.c boot/tap.c boot/print.c */
/*
 * Frames: who gets which, against a plain model; the pattern; and sweeps, which must see each word that changes in
 * free memory, repair it, and look at nothing else.
 */
#include <string.h>

#include "boot/frames.h"
#include "tests/unit/host/host.h"

#define KIB		1024ull
#define MIB		(1024 * KIB)
#define LOW		(8 * MIB)
#define HIGH		(FRAMES_BY_ADDRESS_END)

static const struct memory_range two_ranges[] = {
	{ { LOW }, 512 * KIB },
	{ { HIGH }, 1 * MIB },
};

static void use(const struct memory_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		host_add_memory(ranges[i].start.value, ranges[i].size);
	frames_init(ranges, count);
}

/* 512 KiB at 8 MiB for those who ask by address, 1 MiB at 16 MiB for all, filled. */
static int start(void **state)
{
	host_setup(state);
	use(two_ranges, 2);
	frames_fill_free();
	return 0;
}

static uint64_t take(size_t count, uint64_t alignment)
{
	phys_addr address = { 0 };

	assert_true(frames_take(count, alignment, &address));
	return address.value;
}

static void give(uint64_t address, size_t count)
{
	frames_give((phys_addr){ address }, count);
}

static uint64_t *word_at(uint64_t address)
{
	return arch_pointer((phys_addr){ address });
}

static void tells_what_there_is(void **state)
{
	(void)state;
	assert_int_equal(frames_total(), 512 * KIB + 1 * MIB);
	assert_int_equal(frames_highest(), HIGH + 1 * MIB);
	assert_true(frames_contain((phys_addr){ LOW }, 512 * KIB));
	assert_true(frames_contain((phys_addr){ LOW + 100 }, 512 * KIB - 100));
	assert_false(frames_contain((phys_addr){ LOW + 100 }, 512 * KIB - 99));
	assert_false(frames_contain((phys_addr){ LOW - 1 }, 1));
	assert_false(frames_contain((phys_addr){ LOW + 512 * KIB }, 1));
	assert_false(frames_contain((phys_addr){ HIGH }, UINT64_MAX));
	assert_true(frames_contain((phys_addr){ HIGH + 1 * MIB - 1 }, 1));
}

/* Parts of frames do not count, adjoining ranges are one, overlapping ones count once, empty ones not at all. */
static void odd_ranges(void **state)
{
	static const struct memory_range ranges[] = {
		{ { 0x10001 }, 0x6000 },		/* one whole frame, 0x12000 */
		{ { 0x20001 }, 0x3000 },		/* none: 0x22000 to 0x22000 */
		{ { 0x30000 }, 0 },
		{ { 0x40000 }, 0x4000 },
		{ { 0x44000 }, 0x4000 },
		{ { 0x46000 }, 0x4000 },
	};
	uint64_t begin, end;

	host_setup(state);
	frames_init(ranges, sizeof ranges / sizeof ranges[0]);
	assert_int_equal(frames_total(), 0x4000 + 0xa000);
	assert_true(frames_next_free(0, &begin, &end));
	assert_int_equal(begin, 0x12000);
	assert_int_equal(end, 0x16000);
	assert_true(frames_next_free(end, &begin, &end));
	assert_int_equal(begin, 0x40000);
	assert_int_equal(end, 0x4a000);
	assert_false(frames_next_free(end, &begin, &end));
	assert_true(frames_contain((phys_addr){ 0x43000 }, 0x2000));
}

static void more_ranges_than_room(void **state)
{
	struct memory_range ranges[FRAMES_RANGES + 2];

	host_setup(state);
	for (unsigned i = 0; i < FRAMES_RANGES + 2; i++)
		ranges[i] = (struct memory_range){ { 0x100000ul * i }, FRAME_SIZE };
	frames_init(ranges, FRAMES_RANGES + 2);
	assert_int_equal(frames_total(), FRAMES_RANGES * FRAME_SIZE);
}

static void no_memory_at_all(void **state)
{
	struct frames_stray stray;
	phys_addr address;

	host_setup(state);
	frames_init(NULL, 0);
	frames_fill_free();
	assert_int_equal(frames_total(), 0);
	assert_int_equal(frames_highest(), 0);
	assert_false(frames_take(1, FRAME_SIZE, &address));
	assert_true(frames_sweep(SWEEP_SAMPLE, &stray));
	assert_true(frames_sweep(SWEEP_ALL, &stray));
}

static void lowest_fit_first(void **state)
{
	(void)state;
	assert_int_equal(take(1, FRAME_SIZE), HIGH);
	assert_int_equal(take(2, FRAME_SIZE), HIGH + 1 * FRAME_SIZE);
	assert_int_equal(take(1, FRAME_SIZE), HIGH + 3 * FRAME_SIZE);
	give(HIGH + 1 * FRAME_SIZE, 2);
	assert_int_equal(take(3, FRAME_SIZE), HIGH + 4 * FRAME_SIZE);
	assert_int_equal(take(2, FRAME_SIZE), HIGH + 1 * FRAME_SIZE);
	assert_int_equal(take(1, 64 * KIB), HIGH + 64 * KIB);
	assert_int_equal(take(1, FRAME_SIZE), HIGH + 7 * FRAME_SIZE);
}

static void bounds(void **state)
{
	phys_addr address;

	(void)state;
	/* The last frame below the bound, and not one more. */
	assert_true(frames_take_between(LOW, LOW + 2 * FRAME_SIZE, 2, FRAME_SIZE, &address));
	assert_int_equal(address.value, LOW);
	give(LOW, 2);
	assert_false(frames_take_between(LOW, LOW + 2 * FRAME_SIZE, 3, FRAME_SIZE, &address));
	assert_false(frames_take_between(LOW, LOW + 2 * FRAME_SIZE - 1, 2, FRAME_SIZE, &address));
	assert_true(frames_take_between(LOW + 1, UINT64_MAX, 1, FRAME_SIZE, &address));
	assert_int_equal(address.value, LOW + FRAME_SIZE);
	/* A run does not go from one range to the next. */
	assert_true(frames_take_between(0, UINT64_MAX, 63, FRAME_SIZE, &address));
	assert_int_equal(address.value, HIGH);
	assert_false(frames_take_between(0, UINT64_MAX, 129, FRAME_SIZE, &address));
	assert_false(frames_take_between(0, UINT64_MAX, 0, FRAME_SIZE, &address));
	assert_false(frames_take_between(HIGH, LOW, 1, FRAME_SIZE, &address));
	assert_false(frames_take_between(UINT64_MAX, UINT64_MAX, 1, FRAME_SIZE, &address));
	assert_false(frames_take_between(0, UINT64_MAX, SIZE_MAX, FRAME_SIZE, &address));
	assert_false(frames_take_between(0, UINT64_MAX, UINT64_MAX / FRAME_SIZE, FRAME_SIZE, &address));
	assert_false(frames_take_between(0, UINT64_MAX, UINT64_MAX / FRAME_SIZE + 2, FRAME_SIZE, &address));
	assert_false(frames_take_between(0, UINT64_MAX, 1, 1ull << 63, &address));
}

static void as_many_runs_as_there_may_be(void **state)
{
	static const struct memory_range large = { { HIGH }, (FRAMES_TAKEN + 1) * FRAME_SIZE };
	phys_addr address;

	host_setup(state);
	use(&large, 1);
	for (unsigned i = 0; i < FRAMES_TAKEN; i++)
		assert_int_equal(take(1, FRAME_SIZE), HIGH + i * FRAME_SIZE);
	assert_false(frames_take(1, FRAME_SIZE, &address));
	give(HIGH + 7 * FRAME_SIZE, 1);
	assert_int_equal(take(1, FRAME_SIZE), HIGH + 7 * FRAME_SIZE);
	frames_give_back_to(0);
	assert_int_equal(frames_taken(), 0);
	assert_int_equal(take(FRAMES_TAKEN + 1, FRAME_SIZE), HIGH);
}

/* Those taken last go, wherever they lie. */
static void give_back_to(void **state)
{
	uint64_t first = take(1, FRAME_SIZE);
	uint64_t second = take(4, FRAME_SIZE);
	uint64_t third;
	uint64_t begin, end;

	(void)state;
	give(first, 1);
	assert_int_equal(frames_taken(), 1);
	third = take(1, FRAME_SIZE);
	assert_int_equal(third, first);
	frames_give_back_to(2);
	assert_int_equal(frames_taken(), 2);
	frames_give_back_to(1);
	assert_int_equal(frames_taken(), 1);
	assert_true(frames_next_free(HIGH, &begin, &end));
	assert_int_equal(begin, third);
	assert_int_equal(end, second);
}

struct gift {
	uint64_t address;
	size_t count;
};

static void give_gift(void *argument)
{
	const struct gift *gift = argument;

	give(gift->address, gift->count);
}

static void giving_what_was_not_taken_is_fatal(void **state)
{
	static const struct gift gifts[] = {
		{ HIGH, 1 }, { HIGH, 3 }, { HIGH, 0 }, { HIGH + FRAME_SIZE, 1 }, { HIGH + 1, 2 },
		{ HIGH + 2 * FRAME_SIZE, 1 }, { LOW, 1 }, { 0, 1 }, { UINT64_MAX, 1 },
	};

	(void)state;
	take(2, FRAME_SIZE);
	for (unsigned i = 0; i < sizeof gifts / sizeof gifts[0]; i++) {
		if (host_run(give_gift, (void *)&gifts[i]) != HOST_POWERED_OFF)
			fail_msg("%zu frames at %#llx were taken back", gifts[i].count,
				 (unsigned long long)gifts[i].address);
		assert_non_null(strstr(host_output, "Bail out! frames given back"));
		assert_int_equal(frames_taken(), 1);
	}
	give(HIGH, 2);
	assert_int_equal(host_run(give_gift, &(struct gift){ HIGH, 2 }), HOST_POWERED_OFF);
}

static void take_misaligned(void *argument)
{
	phys_addr address;

	frames_take(1, *(const uint64_t *)argument, &address);
}

static void bad_alignment_is_fatal(void **state)
{
	static const uint64_t alignments[] = { 0, 1, 4096, FRAME_SIZE + 1, 3 * FRAME_SIZE };

	(void)state;
	for (unsigned i = 0; i < sizeof alignments / sizeof alignments[0]; i++)
		assert_int_equal(host_run(take_misaligned, (void *)&alignments[i]), HOST_POWERED_OFF);
}

/* ---- A plain model: one owner a frame -------------------------------------------------------------------------- */

#define MODEL_FRAMES	192	/* of two_ranges: 64 and 128 */
#define MODEL_RUNS	40

static unsigned owner[MODEL_FRAMES];	/* 0: free */
static struct { uint64_t address; size_t count; } taken[MODEL_RUNS + 1];	/* by owner */

static uint64_t model_address(size_t frame)
{
	return frame < 64 ? LOW + frame * FRAME_SIZE : HIGH + (frame - 64) * FRAME_SIZE;
}

/* Where the first fit is; MODEL_FRAMES if there is none. */
static size_t model_find(uint64_t lowest, uint64_t beyond, size_t count, uint64_t alignment)
{
	for (size_t first = 0; first < MODEL_FRAMES; first++) {
		uint64_t address = model_address(first);
		size_t free_frames = 0;

		if (address % alignment != 0 || address < lowest || address + count * FRAME_SIZE > beyond)
			continue;
		while (free_frames < count && first + free_frames < MODEL_FRAMES && !owner[first + free_frames] &&
		       model_address(first + free_frames) == address + free_frames * FRAME_SIZE)
			free_frames++;
		if (free_frames == count)
			return first;
	}
	return MODEL_FRAMES;
}

static void model_set(size_t first, size_t count, unsigned run)
{
	for (size_t i = 0; i < count; i++)
		owner[first + i] = run;
}

static size_t model_frame(uint64_t address)
{
	return (size_t)(address < HIGH ? (address - LOW) / FRAME_SIZE : 64 + (address - HIGH) / FRAME_SIZE);
}

/* The free pieces are those of the model. */
static void model_compare_pieces(void)
{
	uint64_t begin, end = 0;
	size_t frame = 0;

	while (frames_next_free(end, &begin, &end)) {
		for (; frame < model_frame(begin); frame++)
			assert_int_not_equal(owner[frame], 0);
		for (; frame < MODEL_FRAMES && model_address(frame) < end && model_address(frame) >= begin; frame++)
			assert_int_equal(owner[frame], 0);
	}
	for (; frame < MODEL_FRAMES; frame++)
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
			give(taken[run].address, taken[run].count);
			model_set(model_frame(taken[run].address), taken[run].count, 0);
			taken[run].count = 0;
			live--;
		} else {
			size_t count = 1 + (random >> 50) % 12;
			uint64_t alignment = FRAME_SIZE << (random >> 44) % 5;
			uint64_t lowest = model_address((random >> 34) % MODEL_FRAMES);
			uint64_t beyond = model_address((random >> 24) % MODEL_FRAMES);
			size_t expected = model_find(lowest, beyond, count, alignment);
			phys_addr address;

			assert_int_equal(frames_take_between(lowest, beyond, count, alignment, &address),
					 expected < MODEL_FRAMES);
			if (expected == MODEL_FRAMES)
				continue;
			assert_int_equal(address.value, model_address(expected));
			model_set(expected, count, run);
			taken[run].address = address.value;
			taken[run].count = count;
			live++;
		}
		assert_int_equal(frames_taken(), live);
		model_compare_pieces();
	}
}

/* ---- The pattern ------------------------------------------------------------------------------------------------ */

static void pattern_differs(void **state)
{
	(void)state;
	for (uint64_t address = 0; address < 4 * MIB; address += 8) {
		uint64_t word = frames_pattern(address);

		/* The low three bits are the same everywhere: as long as they differ, no word is 0 or all ones. */
		if (word % 8 == 0 || word % 8 == 7 || word % 8 != frames_pattern(0) % 8 ||
		    word == frames_pattern(address + 8) || word == frames_pattern(address + FRAME_SIZE) ||
		    word == frames_pattern(address + (1ull << 32)))
			fail_msg("the pattern at %#llx is %#llx", (unsigned long long)address,
				 (unsigned long long)word);
	}
}

/* Free memory has the pattern in each word, taken memory is left alone. */
static void fills_free_memory(void **state)
{
	uint64_t mine;

	host_setup(state);
	use(two_ranges, 2);
	mine = take(3, FRAME_SIZE);
	frames_fill_free();
	for (unsigned i = 0; i < 2; i++) {
		for (uint64_t at = 0; at < two_ranges[i].size; at += 8) {
			uint64_t address = two_ranges[i].start.value + at;
			bool is_mine = address - mine < 3 * FRAME_SIZE;

			assert_int_equal(*word_at(address),
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
			memset(word_at(HIGH), 0x11, FRAME_SIZE);
			frames_fill((phys_addr){ HIGH + from }, size);
			for (uint64_t at = 0; at < 320; at += 8)
				assert_int_equal(*word_at(HIGH + at), at >= from && at < from + size ?
						 frames_pattern(HIGH + at) : 0x1111111111111111);
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

				*word_at(HIGH + bad) ^= 1;
				assert_int_equal(frames_intact((phys_addr){ HIGH + from }, size, &stray), !inside);
				assert_int_equal(stray.words, inside);
				if (inside)
					assert_int_equal(stray.first.value, HIGH + bad);
				*word_at(HIGH + bad) ^= 1;
			}
		}
	}
}

static void intact_repairs_nothing(void **state)
{
	struct frames_stray stray;

	(void)state;
	*word_at(HIGH + 64) = 42;
	assert_false(frames_intact((phys_addr){ HIGH }, FRAME_SIZE, &stray));
	assert_int_equal(*word_at(HIGH + 64), 42);
	assert_int_equal(stray.found, 42);
	assert_int_equal(stray.expected, frames_pattern(HIGH + 64));
}

/* Judges free memory that holds the pattern, and says nothing against any other. */
static void free_intact_judges_free_memory(void **state)
{
	uint64_t mine = take(2, FRAME_SIZE);
	uint64_t after = mine + 2 * FRAME_SIZE;
	uint64_t end = HIGH + 1 * MIB;
	struct frames_stray stray;

	(void)state;
	memset(word_at(mine), 0, 2 * FRAME_SIZE);
	assert_true(frames_free_intact((phys_addr){ mine }, FRAME_SIZE, &stray));
	assert_true(frames_free_intact((phys_addr){ after - 8 }, 16, &stray));
	assert_true(frames_free_intact((phys_addr){ end }, 8, &stray));
	assert_true(frames_free_intact((phys_addr){ after }, FRAME_SIZE, &stray));
	*word_at(after + 8) = 0;
	*word_at(end - 8) = 0;
	assert_false(frames_free_intact((phys_addr){ after }, 16, &stray));
	assert_int_equal(stray.words, 1);
	assert_int_equal(stray.first.value, after + 8);
	assert_true(frames_free_intact((phys_addr){ after }, 8, &stray));
	assert_false(frames_free_intact((phys_addr){ end - 8 }, 8, &stray));
	assert_true(frames_free_intact((phys_addr){ end - 8 }, 16, &stray));
	assert_int_equal(*word_at(end - 8), 0);
}

static void given_frames_have_the_pattern(void **state)
{
	uint64_t mine = take(2, FRAME_SIZE);
	struct frames_stray stray;

	(void)state;
	assert_true(frames_intact((phys_addr){ mine }, 2 * FRAME_SIZE, &stray));
	memset(word_at(mine), 0, 2 * FRAME_SIZE);
	give(mine, 2);
	assert_true(frames_intact((phys_addr){ mine }, 2 * FRAME_SIZE, &stray));
	mine = take(2, FRAME_SIZE);
	memset(word_at(mine), 0, 2 * FRAME_SIZE);
	frames_give_back_to(0);
	assert_true(frames_sweep(SWEEP_ALL, &stray));
}

/* ---- Sweeps ----------------------------------------------------------------------------------------------------- */

/* Damages the word and wants exactly that reported, and repaired. */
static void full_sweep_sees(uint64_t address, uint64_t damage)
{
	struct frames_stray stray;

	*word_at(address) ^= damage;
	if (frames_sweep(SWEEP_ALL, &stray))
		fail_msg("nothing seen at %#llx", (unsigned long long)address);
	assert_int_equal(stray.words, 1);
	assert_int_equal(stray.first.value, address);
	assert_int_equal(stray.expected, frames_pattern(address));
	assert_int_equal(stray.found, frames_pattern(address) ^ damage);
	assert_int_equal(*word_at(address), frames_pattern(address));
	assert_true(frames_sweep(SWEEP_ALL, &stray));
	assert_int_equal(stray.words, 0);
}

/* At the edges of free pieces, every word of a few unrolled rounds. */
static void full_sweep_sees_every_word(void **state)
{
	phys_addr mine;

	(void)state;
	assert_true(frames_take_between(HIGH + 64 * KIB, UINT64_MAX, 4, FRAME_SIZE, &mine));
	for (uint64_t at = 0; at < 160; at += 8) {
		full_sweep_sees(LOW + at, 1);
		full_sweep_sees(LOW + 512 * KIB - 8 - at, 1ull << 63);
		full_sweep_sees(HIGH + at, 1);
		full_sweep_sees(mine.value - 8 - at, 1ull << 63);
		full_sweep_sees(mine.value + 4 * FRAME_SIZE + at, 1);
		full_sweep_sees(HIGH + 1 * MIB - 8 - at, 1ull << 63);
	}
}

static void taken_memory_is_not_swept(void **state)
{
	uint64_t mine = take(3, FRAME_SIZE);
	struct frames_stray stray;

	(void)state;
	memset(word_at(mine), 0x33, 3 * FRAME_SIZE);
	for (unsigned i = 0; i < 100; i++)
		assert_true(frames_sweep(SWEEP_SAMPLE, &stray));
	assert_true(frames_sweep(SWEEP_ALL, &stray));
	assert_int_equal(*word_at(mine + 3 * FRAME_SIZE - 8), 0x3333333333333333);
}

/* As many samples as a stride has words look at each word: one damaged word is seen in one of them. */
static void samples_see_each_word_in_time(void **state)
{
	(void)state;
	for (uint64_t at = 0; at < 3 * SWEEP_SAMPLE_STRIDE; at += 8) {
		uint64_t address = at % 16 ? HIGH + at : HIGH + 1 * MIB - 8 - at;
		struct frames_stray stray;
		unsigned sweeps = 1;

		*word_at(address) = 0;
		while (sweeps <= SWEEP_SAMPLE_STRIDE / 8 && frames_sweep(SWEEP_SAMPLE, &stray))
			sweeps++;
		assert_in_range(sweeps, 1, SWEEP_SAMPLE_STRIDE / 8);
		assert_int_equal(stray.words, 1);
		assert_int_equal(stray.first.value, address);
		assert_int_equal(stray.found, 0);
		assert_int_equal(*word_at(address), frames_pattern(address));
	}
}

/* Whatever is as long as a stride is seen at once, with all of its words, and is not left for the next test. */
static void sample_sees_a_sector_at_once(void **state)
{
	(void)state;
	for (uint64_t at = 0; at < SWEEP_SAMPLE_STRIDE; at += 8) {
		uint64_t address = HIGH + 64 * KIB + at;
		struct frames_stray stray;

		memset(word_at(address), 0, SWEEP_SAMPLE_STRIDE);
		assert_false(frames_sweep(SWEEP_SAMPLE, &stray));
		assert_int_equal(stray.words, SWEEP_SAMPLE_STRIDE / 8);
		assert_int_equal(stray.first.value, address);
		assert_int_equal(stray.expected, frames_pattern(address));
		assert_true(frames_sweep(SWEEP_ALL, &stray));
	}
}

/* A sample passes over no frame beside a taken one, nor at the end of a range. */
static void sample_sees_each_free_frame(void **state)
{
	phys_addr address;

	(void)state;
	for (unsigned i = 0; i < 128; i += 4) {
		assert_true(frames_take_between(HIGH + i * FRAME_SIZE, UINT64_MAX, 1 + i % 3, FRAME_SIZE, &address));
		assert_int_equal(address.value, HIGH + i * FRAME_SIZE);
	}
	for (unsigned i = 0; i < MODEL_FRAMES; i++) {
		uint64_t frame = model_address(i);
		bool free_frame = frame < HIGH || (frame - HIGH) / FRAME_SIZE % 4 > (i - 64) / 4 * 4 % 3;
		struct frames_stray stray;

		memset(word_at(frame), 0, FRAME_SIZE);
		assert_int_equal(frames_sweep(SWEEP_SAMPLE, &stray), !free_frame);
		assert_int_equal(stray.words, free_frame ? FRAME_SIZE / 8 : 0);
	}
}

static bool is_patterned(uint64_t frame)
{
	return frame < FRAMES_DENSE_END || frame % FRAMES_BLOCK_STEP < FRAMES_BLOCK;
}

/*
 * Memory from before the end of the dense part to the second block of the rest: only some frames hold the pattern, and
 * are looked at. One taken run cuts off a free piece that has none of them.
 */
static void high_memory_is_sparse(void **state)
{
	static const struct memory_range high = {
		{ FRAMES_DENSE_END - 2 * FRAME_SIZE }, FRAMES_BLOCK_STEP + 2 * FRAMES_BLOCK,
	};
	struct frames_stray stray;

	for (unsigned cut = 0; cut < 2; cut++) {
		phys_addr mine = { 0 };

		host_setup(state);
		use(&high, 1);
		if (cut)
			assert_true(frames_take_between(FRAMES_DENSE_END + FRAMES_BLOCK_STEP - 4 * FRAME_SIZE,
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
			memset(word_at(frame), 0, FRAME_SIZE);
			assert_int_equal(frames_sweep(SWEEP_ALL, &stray), !patterned);
		}
	}
}

/* Taken memory holds the pattern everywhere. */
static void high_memory_is_patterned_when_taken(void **state)
{
	static const struct memory_range high = { { FRAMES_DENSE_END - FRAME_SIZE }, 2 * FRAMES_BLOCK };
	struct frames_stray stray;
	phys_addr mine;

	host_setup(state);
	use(&high, 1);
	assert_true(frames_take_between(0, UINT64_MAX, 2, FRAME_SIZE, &mine));
	assert_true(frames_intact(mine, 2 * FRAME_SIZE, &stray));
	assert_true(frames_take_between(FRAMES_DENSE_END + FRAMES_BLOCK, UINT64_MAX, 3, FRAME_SIZE, &mine));
	assert_true(frames_intact(mine, 3 * FRAME_SIZE, &stray));
}

/* The frame after a sample's end is the next one's. The first test, as it is known where the first sample begins. */
static void next_sample_goes_on(void **state)
{
	static const struct memory_range large = { { HIGH }, SWEEP_SAMPLE_BYTES + SWEEP_SAMPLE_BYTES / 4 };
	struct frames_stray stray;

	host_setup(state);
	use(&large, 1);
	frames_fill_free();
	memset(word_at(HIGH + SWEEP_SAMPLE_BYTES), 0, FRAME_SIZE);
	assert_true(frames_sweep(SWEEP_SAMPLE, &stray));
	assert_false(frames_sweep(SWEEP_SAMPLE, &stray));
	assert_int_equal(stray.first.value, HIGH + SWEEP_SAMPLE_BYTES);
}

/* More memory than a sample covers: it goes round, and meets each word of each part. */
static void samples_go_round(void **state)
{
	static const struct memory_range large[] = {
		{ { LOW }, 1 * MIB }, { { HIGH }, SWEEP_SAMPLE_BYTES + SWEEP_SAMPLE_BYTES / 4 },
	};
	const uint64_t places[] = {
		LOW, LOW + 1 * MIB - 8, HIGH + 72, HIGH + SWEEP_SAMPLE_BYTES - 1 * MIB - 8,
		HIGH + SWEEP_SAMPLE_BYTES - 1 * MIB, HIGH + SWEEP_SAMPLE_BYTES + SWEEP_SAMPLE_BYTES / 4 - 8,
	};

	host_setup(state);
	use(large, 2);
	frames_fill_free();
	for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
		struct frames_stray stray;
		unsigned sweeps = 1;

		*word_at(places[i]) = 0;
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
		cmocka_unit_test_setup_teardown(tells_what_there_is, start, host_teardown),
		cmocka_unit_test_teardown(odd_ranges, host_teardown),
		cmocka_unit_test_teardown(more_ranges_than_room, host_teardown),
		cmocka_unit_test_teardown(no_memory_at_all, host_teardown),
		cmocka_unit_test_setup_teardown(lowest_fit_first, start, host_teardown),
		cmocka_unit_test_setup_teardown(bounds, start, host_teardown),
		cmocka_unit_test_teardown(as_many_runs_as_there_may_be, host_teardown),
		cmocka_unit_test_setup_teardown(give_back_to, start, host_teardown),
		cmocka_unit_test_setup_teardown(giving_what_was_not_taken_is_fatal, start, host_teardown),
		cmocka_unit_test_setup_teardown(bad_alignment_is_fatal, start, host_teardown),
		cmocka_unit_test_setup_teardown(like_the_model, start, host_teardown),
		cmocka_unit_test(pattern_differs),
		cmocka_unit_test_teardown(fills_free_memory, host_teardown),
		cmocka_unit_test_setup_teardown(fills_exactly, start, host_teardown),
		cmocka_unit_test_setup_teardown(intact_looks_exactly, start, host_teardown),
		cmocka_unit_test_setup_teardown(intact_repairs_nothing, start, host_teardown),
		cmocka_unit_test_setup_teardown(free_intact_judges_free_memory, start, host_teardown),
		cmocka_unit_test_setup_teardown(given_frames_have_the_pattern, start, host_teardown),
		cmocka_unit_test_setup_teardown(full_sweep_sees_every_word, start, host_teardown),
		cmocka_unit_test_setup_teardown(taken_memory_is_not_swept, start, host_teardown),
		cmocka_unit_test_setup_teardown(samples_see_each_word_in_time, start, host_teardown),
		cmocka_unit_test_setup_teardown(sample_sees_a_sector_at_once, start, host_teardown),
		cmocka_unit_test_setup_teardown(sample_sees_each_free_frame, start, host_teardown),
		cmocka_unit_test_teardown(high_memory_is_sparse, host_teardown),
		cmocka_unit_test_teardown(high_memory_is_patterned_when_taken, host_teardown),
		cmocka_unit_test_teardown(samples_go_round, host_teardown),
	};

	return cmocka_run_group_tests_name("frames", tests, NULL, NULL);
}
