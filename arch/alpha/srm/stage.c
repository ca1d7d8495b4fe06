/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From SRM's hand-over to the firmware's own entry: look whether this is a machine as it should be, find places, change
 * the PALcode, move. Whatever is wrong is said while the console can still print, and gives the machine back to it.
 *
 * Source: Alpha Architecture Reference Manual, bootstrapping; what Linux's and NetBSD's loaders ask of a console.
 */
#include "arch/alpha/srm/srm.h"

#include "arch/alpha/pal.h"

#define KSEG			0xfffffc0000000000ul
#define KSEG_ADDRESS		0x000000fffffffffful

/* The linker's: the firmware's first and last byte where it must go, and the part of our image that is it. */
extern char firmware_start[], firmware_end[];
extern char payload_start[], payload_end[];

/* Back to the prompt, and not once more from the beginning, whatever the console is told to do at a halt. */
static _Noreturn void give_up(const char *why)
{
	volatile uint64_t *flags = (volatile uint64_t *)(HWRPB + srm_slot() + SLOT_FLAGS);

	srm_print("busproof: cannot start: ");
	srm_print(why);
	srm_print("\r\n");
	srm_console_close();
	*flags = (*flags & ~(FLAG_BOOTING | HALT_REQUEST)) | HALT_STAY;
	for (;;)
		__asm__ volatile("call_pal %0" : : "i"(VMS_HALT) : "memory");
}

/* Families that have been built with other core logic, where our registers would be somebody else's. */
static const struct family {
	uint64_t system;
	const char *why;
} families[] = {
	{ 9, "the core logic is a Sable's (T2), and busproof knows the 21272 (Tsunami, Typhoon) alone" },
	{ 22, "the core logic is a Rawhide's, and busproof knows the 21272 (Tsunami, Typhoon) alone" },
	{ 26, "the core logic is a 21171 or 21172, and busproof knows the 21272 (Tsunami, Typhoon) alone" },
	{ 30, "the core logic is a Pyxis, and busproof knows the 21272 (Tsunami, Typhoon) alone" },
	{ 35, "the core logic is a Wildfire's, and busproof knows the 21272 (Tsunami, Typhoon) alone" },
	{ 38, "the core logic is a Titan, and busproof knows the 21272 (Tsunami, Typhoon) alone" },
	{ 39, "the CPU has PCI of its own (EV7, Marvel), and busproof knows the 21272 (Tsunami, Typhoon) alone" },
};

static const char *another_family(uint64_t system)
{
	if (system == SYSTEM_TSUNAMI)
		return NULL;
	for (unsigned i = 0; i < sizeof families / sizeof families[0]; i++)
		if (families[i].system == system)
			return families[i].why;
	return "the core logic is none of those that busproof knows: the 21272 (Tsunami, Typhoon)";
}

static const char *strange(void)
{
	if (srm_field(HWRPB_ID) != HWRPB_ID_VALUE)
		return "there is no HWRPB where it must be";
	if (srm_field(HWRPB_PAGE_SIZE) != ALPHA_PAGE)
		return "pages are not of 8 KiB";
	if (!srm_field(srm_slot() + SLOT_PAL_OSF))
		return "the console has no OSF/1 PALcode";
	return another_family(srm_field(HWRPB_SYSTEM));
}

static const char *place(uint64_t *detour)
{
	uint64_t start = ((uint64_t)firmware_start & KSEG_ADDRESS) - WORDS_BLOCK;
	uint64_t end = ((uint64_t)firmware_end & KSEG_ADDRESS) + ALPHA_PAGE - 1;
	uint64_t image_end = (uint64_t)payload_end > IMAGE + IMAGE_LEAST ? (uint64_t)payload_end : IMAGE + IMAGE_LEAST;
	const struct srm_wish wish = {
		.image = { IMAGE, image_end },
		.home = { start, end & ~(ALPHA_PAGE - 1) },
		.detour = WORDS_BLOCK + (uint64_t)(payload_end - payload_start) + ALPHA_PAGE,
	};

	return srm_place(srm_read, &wish, detour);
}

static uint64_t *copy(uint64_t *to, const void *from, const void *end)
{
	const uint64_t *word = from;

	while ((const void *)word < end)
		*to++ = *word++;
	return to;
}

/* Does the text have a word that begins so? */
static bool has_word(const char *text, const char *beginning)
{
	for (const char *at = text; *at; at++) {
		unsigned length = 0;

		while (beginning[length] && at[length] == beginning[length])
			length++;
		if (!beginning[length] && (at == text || at[-1] == ' '))
			return true;
	}
	return false;
}

/* On a machine with a console the usual end is to give it back. */
static void add_return(char *words)
{
	static const char usual[] = "halt=return";
	unsigned length = 0;

	while (words[length])
		length++;
	if (has_word(words, "halt=") || length + 1 + sizeof(usual) > WORDS_BYTES)
		return;
	if (length)
		words[length++] = ' ';
	for (unsigned i = 0; i < sizeof(usual); i++)
		words[length + i] = usual[i];
}

/* Words, firmware and the code that will move them lie at the detour in this order. */
static _Noreturn void go(uint64_t detour, const char *words)
{
	uint64_t *at = (uint64_t *)(KSEG + detour);
	uint64_t home = (uint64_t)firmware_start - WORDS_BLOCK;
	void *mover;
	uint64_t quadwords;

	copy(at, words, words + WORDS_BYTES);
	mover = copy(at + WORDS_BLOCK / 8, payload_start, payload_end);
	quadwords = (uint64_t)((uint64_t *)mover - at);
	copy(mover, (const void *)(uint64_t)srm_move, srm_move_end);
	__asm__ volatile("mb\n\tcall_pal %0" : : "i"(PAL_IMB) : "memory");
	((srm_mover *)mover)(at, (void *)home, quadwords, (uint64_t)firmware_start);
	__builtin_unreachable();
}

_Noreturn void srm_main(void)
{
	static char words[WORDS_BYTES] __attribute__((aligned(8)));
	const char *problem = strange();
	uint64_t detour, status;

	if (srm_field(HWRPB_ID) == HWRPB_ID_VALUE)
		srm_console_open();
	if (!problem)
		problem = place(&detour);
	if (problem)
		give_up(problem);
	srm_words(words, sizeof(words));
	add_return(words);
	srm_print("busproof: starting\r\n");
	srm_console_close();
	status = srm_swppal(srm_field(HWRPB_PHYSICAL) + srm_slot() + SLOT_PCB, srm_field(HWRPB_VPTB));
	if (status)
		give_up(status == 2 ? "the OSF/1 PALcode is not loaded" : "the console knows no OSF/1 PALcode");
	go(detour, words);
}
