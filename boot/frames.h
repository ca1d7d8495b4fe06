/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frames of physical memory: who owns them, and the pattern that tells that nobody touched the rest.
 *
 * Free frames are filled with a pattern that depends on the address. A test takes frames, uses them and gives
 * them back, and then the sweep looks whether a free frame has changed: that is how a DMA that went astray is seen.
 *
 * Not here: what a frame's address is on a PCI bus (drivers/dma).
 */
#ifndef FRAMES_H
#define FRAMES_H

#include "arch/arch.h"

/* The unit in which memory is handed out, in bytes: whole pages of the CPU. */
#define FRAME_SIZE	8192ul
_Static_assert(FRAME_SIZE % CPU_PAGE_SIZE == 0, "a frame is whole pages of the CPU");

/*
 * Frames of some numbers, and all below them, are left for those who ask for them by address: numbers that devices can
 * be given on their bus as well, which makes them decoys (drivers/dma chooses them). From 8 to 16 MiB until others are
 * kept, and where the machine has memory there.
 */
#define FRAMES_BY_ADDRESS	0x800000ul
#define FRAMES_BY_ADDRESS_END	0x1000000ul
struct memory_range frames_by_address(void);
/* Keeps others, whole frames, before the first frame is taken. */
void frames_keep_by_address(struct memory_range numbers);

/* Takes over the ranges (at most FRAMES_RANGES of them are used). Everything is free, nothing has its pattern yet. */
#define FRAMES_RANGES	16
void frames_init(const struct memory_range *ranges, size_t count);

/*
 * Below frames_dense_end() every free frame holds the pattern; from there on those in the first FRAMES_BLOCK of every
 * FRAMES_BLOCK_STEP. An emulator has to find memory for each page that is touched for the first time, on Linux 2 MiB at
 * once, and for gigabytes that takes longer than all tests together. What is taken holds the pattern wherever it is: a
 * test that needs guards up there takes a frame more on either side and looks at it with frames_intact().
 */
#define FRAMES_DENSE		0x20000000ul	/* up to the first multiple of it behind the beginning of memory */
#define FRAMES_BLOCK		0x200000ul
#define FRAMES_BLOCK_STEP	0x1000000ul
uint64_t frames_dense_end(void);

/*
 * Takes count frames in a row, aligned to alignment bytes (a power of two, at least FRAME_SIZE), all of them within
 * lowest <= address < beyond. Lowest fit first. Contents are the pattern, if frames_fill_free() has run. False when
 * there is no such room, or when FRAMES_TAKEN runs are taken already. The taker gives them back with frames_give(),
 * same address and count.
 */
#define FRAMES_TAKEN	512
bool frames_take_between(uint64_t lowest, uint64_t beyond, size_t count, uint64_t alignment, phys_addr *address);
/* The same anywhere above those that are kept for whoever asks for them by address. */
bool frames_take(size_t count, uint64_t alignment, phys_addr *address);
/* Gives a taken run back and renews its pattern. Giving what was not taken is a fatal error of busproof. */
void frames_give(phys_addr address, size_t count);
/* Number of runs taken; frames_give_back_to(n) gives back those taken since there were n (a test was cut short). */
size_t frames_taken(void);
void frames_give_back_to(size_t taken);
/* A taken run counts as taken before all others, so that it outlives the test that has had it taken: for what is given
 * back and taken again in the middle of one. */
void frames_outlive(phys_addr address);

uint64_t frames_total(void);		/* bytes, free or taken */
uint64_t frames_highest(void);		/* the address just after the last frame */
bool frames_contain(phys_addr address, uint64_t size);	/* all of it busproof's memory, free or taken */

/* The first piece of free memory that begins or goes on at from or above; false when there is none. */
bool frames_next_free(uint64_t from, uint64_t *start, uint64_t *end);

/* The 64-bit word of the pattern at an address that is a multiple of 8: never 0, never all ones, nowhere the same; its
 * first byte in memory is none of 0, 1 and 2, with which devices answer. */
uint64_t frames_pattern(uint64_t address);
/* Fills memory, taken or free, with its pattern, in whole words: the address is a multiple of 8, the size is rounded up
 * to one. */
void frames_fill(phys_addr address, size_t size);
/* Fills all free frames that are to hold the pattern. */
void frames_fill_free(void);

/* What a sweep found. */
struct frames_stray {
	uint64_t words;		/* changed words seen */
	phys_addr first;	/* address of the lowest of them */
	uint64_t found;
	uint64_t expected;
};

/*
 * Looks at the free frames that hold the pattern and repairs what it finds changed. SWEEP_SAMPLE reads one word in 512
 * bytes, another one each time, of at most SWEEP_SAMPLE_BYTES of memory, going round, and goes on as SWEEP_ALL if one
 * has changed; SWEEP_ALL reads every word. True when nothing had changed.
 */
enum sweep { SWEEP_SAMPLE, SWEEP_ALL };
#define SWEEP_SAMPLE_STRIDE	512
#define SWEEP_SAMPLE_BYTES	(1ul << 20)
bool frames_sweep(enum sweep depth, struct frames_stray *stray);

/* Is every word of this memory, taken or free, still its pattern? Whole words, as above. Repairs nothing. */
bool frames_intact(phys_addr address, size_t size, struct frames_stray *stray);
/* The same for memory that may be anything: true as well where not all of it is free and holds the pattern. */
bool frames_free_intact(phys_addr address, size_t size, struct frames_stray *stray);

#endif
