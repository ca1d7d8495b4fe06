/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first stage, which the SRM console starts from a disk, a CD or the network, and what it is built around: the
 * firmware as it lies in memory, without its zeros (entry.S clears them).
 *
 * Until the OSF/1 PALcode is there only what the console has mapped can be reached: no physical address, no device.
 */
#ifndef ALPHA_SRM_H
#define ALPHA_SRM_H

#include "arch/alpha/hwrpb.h"
#include "arch/alpha/srm/calls.h"

/* Where the console puts an image, and the least that it maps there, whatever the image's size. */
#define IMAGE			0x20000000ul
#define IMAGE_LEAST		0x40000ul

/* Below the firmware lies its command line, in a block of this size: as QEMU has it (platform.c). */
#define WORDS_BLOCK		0x6000ul
#define WORDS_BYTES		256

/* What is to go where. */
struct srm_wish {
	struct extent image;		/* our own pages, virtual */
	struct extent home;		/* where the firmware and its command line must be, physical */
	uint64_t detour;		/* bytes of a second place: our own pages may be where the firmware must be */
};

/*
 * Finds the detour's place, all of it free and none of it ours, the console's or the firmware's. NULL, or why the home
 * cannot be used or no such place is there.
 */
const char *srm_place(alpha_read *read, const struct srm_wish *wish, uint64_t *detour);

/* The quadword at a virtual address, for hwrpb.h; a field of the HWRPB, or 0; the offset of the boot CPU's slot. */
alpha_read srm_read;
uint64_t srm_field(uint64_t offset);
uint64_t srm_slot(void);

/*
 * The console's routines, by their numbers, and what the first stage needs of them. srm_words() gets what stands behind
 * -flags: a text of less than size bytes; a text that fills its room is a cut one.
 */
#define GET_ENV			0x22
uint64_t srm_routine(uint64_t routine, uint64_t a, uint64_t b, uint64_t c, uint64_t d);
void srm_console_open(void);
void srm_print(const char *text);
void srm_words(char *words, uint64_t size);
void srm_console_close(void);
uint64_t srm_call(uint64_t descriptor, uint64_t routine, uint64_t a, uint64_t b, uint64_t c, uint64_t d);

/* Changes the PALcode for the OSF/1 one, with the process control block at a physical address. 0, or why not. */
uint64_t srm_swppal(uint64_t pcb, uint64_t vptb);

/* Position-independent: copies quadwords, both by physical address in KSEG, and jumps to entry. */
typedef void srm_mover(const void *from, void *to, uint64_t quadwords, uint64_t entry);
srm_mover srm_move;
extern const char srm_move_end[];

#endif
