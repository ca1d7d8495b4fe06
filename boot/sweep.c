/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pattern in free memory, and the sweep that looks for what has changed in it.
 *
 * The sweep runs after every test over up to 128 MiB, so the inner loops are all that counts here: no division, no
 * question about a frame's owner, eight words a round. Within a free piece memory is linear for the CPU as well, so
 * arch_pointer() is asked once a piece.
 */
#include "boot/frames.h"

/*
 * The word at an address is address * FACTOR + OFFSET. The factor is odd, so no two words are the same; addresses are
 * multiples of 8, so the low three bits are always those of the offset, 101, and the word is neither 0 nor all ones.
 * From one word to the next it is an addition. The top bit is always set, and is no part of what tells addresses apart:
 * so neither a little-endian nor a big-endian word begins with a byte 0, 1 or 2, with which devices answer.
 */
#define PATTERN_FACTOR	0x9e3779b97f4a7c15ull
#define PATTERN_OFFSET	0x5851f42d4c957f2dull
#define PATTERN_TOP	(1ull << 63)

#define WORD		8	/* bytes */
#define UNROLL		8	/* words a round of the inner loops */

/* A sample looks at one word of the SAMPLE_WORDS in a stride. An odd step from one to the next meets them all. */
#define SAMPLE_WORDS	(SWEEP_SAMPLE_STRIDE / WORD)
#define SAMPLE_STEP	29

uint64_t frames_pattern(uint64_t address)
{
	return (address * PATTERN_FACTOR + PATTERN_OFFSET) | PATTERN_TOP;
}

void frames_fill(phys_addr address, size_t size)
{
	const uint64_t step = WORD * PATTERN_FACTOR;
	uint64_t *word = arch_pointer(address);
	uint64_t pattern = frames_pattern(address.value);
	size_t count = (size + WORD - 1) / WORD;

	for (; count >= UNROLL; count -= UNROLL, word += UNROLL, pattern += UNROLL * step) {
		word[0] = pattern | PATTERN_TOP;
		word[1] = (pattern + 1 * step) | PATTERN_TOP;
		word[2] = (pattern + 2 * step) | PATTERN_TOP;
		word[3] = (pattern + 3 * step) | PATTERN_TOP;
		word[4] = (pattern + 4 * step) | PATTERN_TOP;
		word[5] = (pattern + 5 * step) | PATTERN_TOP;
		word[6] = (pattern + 6 * step) | PATTERN_TOP;
		word[7] = (pattern + 7 * step) | PATTERN_TOP;
	}
	for (; count > 0; count--, word++, pattern += step)
		*word = pattern | PATTERN_TOP;
	/* A device may be told next to write here: not before these stores. */
	barrier_full();
}

/* The first piece, from an address on, of the free memory that holds the pattern; false when there is none. */
static bool next_patterned(uint64_t from, uint64_t *start, uint64_t *end)
{
	while (frames_next_free(from, start, end)) {
		uint64_t limit = frames_dense_end();

		from = *end;
		if (*start >= limit) {
			if (*start % FRAMES_BLOCK_STEP >= FRAMES_BLOCK)
				*start += FRAMES_BLOCK_STEP - *start % FRAMES_BLOCK_STEP;
			limit = *start - *start % FRAMES_BLOCK_STEP + FRAMES_BLOCK;
		}
		if (*end > limit)
			*end = limit;
		if (*start < *end)
			return true;
	}
	return false;
}

void frames_fill_free(void)
{
	uint64_t start;
	uint64_t end = 0;

	while (next_patterned(end, &start, &end))
		frames_fill((phys_addr){ start }, end - start);
}

static void note(struct frames_stray *stray, uint64_t address, uint64_t found)
{
	if (stray->words++ > 0 && stray->first.value <= address)
		return;
	stray->first = (phys_addr){ address };
	stray->found = found;
	stray->expected = frames_pattern(address);
}

/* Looks at count words, stride bytes apart, one by one; notes the changed ones and repairs them if asked to. */
static void look_closely(uint64_t *word, uint64_t address, uint64_t count, uint64_t stride, bool repair,
			 struct frames_stray *stray)
{
	for (; count > 0; count--, word += stride / WORD, address += stride) {
		uint64_t found = *word;

		if (found == frames_pattern(address))
			continue;
		note(stray, address, found);
		if (repair)
			*word = frames_pattern(address);
	}
}

/*
 * Looks at count words, stride bytes apart. Inline, so that stride is a constant in each of its callers. The difference
 * of eight words is formed without a branch, and only a round that shows one is looked at again.
 */
static inline __attribute__((always_inline)) void look(uint64_t address, uint64_t count, uint64_t stride, bool repair,
						       struct frames_stray *stray)
{
	const uint64_t step = stride * PATTERN_FACTOR;
	const uint64_t next = stride / WORD;
	uint64_t *word = arch_pointer((phys_addr){ address });
	uint64_t pattern = frames_pattern(address);

	for (; count >= UNROLL; count -= UNROLL) {
		uint64_t difference = word[0] ^ (pattern | PATTERN_TOP);

		difference |= word[1 * next] ^ ((pattern + 1 * step) | PATTERN_TOP);
		difference |= word[2 * next] ^ ((pattern + 2 * step) | PATTERN_TOP);
		difference |= word[3 * next] ^ ((pattern + 3 * step) | PATTERN_TOP);
		difference |= word[4 * next] ^ ((pattern + 4 * step) | PATTERN_TOP);
		difference |= word[5 * next] ^ ((pattern + 5 * step) | PATTERN_TOP);
		difference |= word[6 * next] ^ ((pattern + 6 * step) | PATTERN_TOP);
		difference |= word[7 * next] ^ ((pattern + 7 * step) | PATTERN_TOP);
		if (difference)
			look_closely(word, address, UNROLL, stride, repair, stray);
		word += UNROLL * next;
		pattern += UNROLL * step;
		address += UNROLL * stride;
	}
	look_closely(word, address, count, stride, repair, stray);
}

static void look_at_all(uint64_t start, uint64_t size, bool repair, struct frames_stray *stray)
{
	look(start, (size + WORD - 1) / WORD, WORD, repair, stray);
}

static void look_at_sample(uint64_t start, uint64_t size, struct frames_stray *stray)
{
	look(start, size / SWEEP_SAMPLE_STRIDE, SWEEP_SAMPLE_STRIDE, true, stray);
}

static void sweep_all(struct frames_stray *stray)
{
	uint64_t start;
	uint64_t end = 0;

	while (next_patterned(end, &start, &end))
		look_at_all(start, end - start, true, stray);
}

/* Goes on where the last sample ended, and takes another word of each stride when it has been once around. */
static void sweep_sample(struct frames_stray *stray)
{
	static uint64_t at;
	static unsigned word;
	uint64_t first = at;
	uint64_t left = SWEEP_SAMPLE_BYTES;
	bool around = false;

	while (left > 0) {
		uint64_t start, end;

		if (!next_patterned(at, &start, &end)) {
			if (around)
				return;
			around = true;
			at = 0;
			word = (word + SAMPLE_STEP) % SAMPLE_WORDS;
			continue;
		}
		if (around && start >= first)
			return;
		if (end - start > left)
			end = start + left;
		look_at_sample(start + word * WORD, end - start, stray);
		left -= end - start;
		at = end;
	}
}

/* A sample that finds something looks at all the rest too: else the next test would be blamed for what is left. */
bool frames_sweep(enum sweep depth, struct frames_stray *stray)
{
	*stray = (struct frames_stray){ 0 };
	/* What a device has done is seen only by loads that come after it said so. */
	barrier_full();
	if (depth == SWEEP_SAMPLE)
		sweep_sample(stray);
	if (depth == SWEEP_ALL || stray->words > 0)
		sweep_all(stray);
	barrier_full();
	return stray->words == 0;
}

bool frames_intact(phys_addr address, uint64_t size, struct frames_stray *stray)
{
	*stray = (struct frames_stray){ 0 };
	barrier_full();
	look_at_all(address.value, size, false, stray);
	return stray->words == 0;
}

bool frames_free_intact(phys_addr address, size_t size, struct frames_stray *stray)
{
	uint64_t start, end;

	*stray = (struct frames_stray){ 0 };
	if (!next_patterned(address.value, &start, &end) || start != address.value || end - start < size)
		return true;
	return frames_intact(address, size, stray);
}
