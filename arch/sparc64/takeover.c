/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the console firmware is asked for before its MMU becomes ours: where the image lies, and a locked translation
 * for it in both halves of the MMU.
 *
 * On silicon this is the only way: with the MMU off an access is uncached, and the image may be dirty in the caches.
 * The firmware's own locked translations stay, and no memory is used where one of them lies at the same number, so that
 * it can be called back at any time (switch.S). Its other translations are dropped by entry.S; it loads them again when
 * it needs them.
 *
 * The image is at IMAGE_PAGE, but which memory that is, is the firmware's or the first stage's choice: one piece, whole
 * 4 MiB.
 *
 * Source: IEEE 1275 SPARC binding and OpenBoot's MMU node (translate, SUNW,itlb-load, SUNW,dtlb-load: entries 8 to 63);
 * UltraSPARC-I/II User's Manual, the chapter on the MMU.
 */
#include "arch/arch.h"
#include "arch/sparc64/client.h"
#include "arch/sparc64/cpu.h"
#include "arch/sparc64/firmware.h"
#include "arch/sparc64/memory.h"

#define FIRST_ENTRY	8		/* lower ones are the firmware's whatever is in them */

extern char image_start[], image_end[];

static const struct tlb {
	const char *load;
	bool data;
} tlbs[] = {
	{ "SUNW,dtlb-load", true },
	{ "SUNW,itlb-load", false },
};

static uint64_t tlb_data(const struct tlb *tlb, uint64_t entry)
{
	uint64_t value;

	if (tlb->data)
		__asm__ volatile ("ldxa [%1] %2, %0" : "=r" (value) : "r" (entry * 8), "i" (ASI_DTLB_DATA_ACCESS));
	else
		__asm__ volatile ("ldxa [%1] %2, %0" : "=r" (value) : "r" (entry * 8), "i" (ASI_ITLB_DATA_ACCESS));
	return value;
}

static uint64_t dtlb_tag(uint64_t entry)
{
	uint64_t value;

	__asm__ volatile ("ldxa [%1] %2, %0" : "=r" (value) : "r" (entry * 8), "i" (ASI_DTLB_TAG_READ));
	return value;
}

static bool is_locked(uint64_t data)
{
	return (int64_t)data < 0 && (data & TTE_LOCK);
}

/* Whatever is wrong here is the end, and the firmware's console is the only one. */
static _Noreturn void refuse(const char *why)
{
	const struct { const char *text; size_t length; } parts[] = {
		{ "\r\nbusproof: ", 12 }, { why, 0 }, { "\r\n", 2 },
	};

	for (unsigned i = 0; i < 3; i++) {
		uint64_t arguments[] = { firmware.stdout, (uintptr_t)parts[i].text, parts[i].length };
		uint64_t written;

		while (!parts[i].length && parts[i].text[arguments[2]])
			arguments[2]++;
		client_call("write", 3, arguments, 1, &written);
	}
	client_call("exit", 0, NULL, 0, NULL);
	for (;;)
		cpu_relax();
}

/* Page by page: only what is one piece can have one translation. */
static void find_image(void)
{
	uint64_t at, physical;

	if (!client_translate(firmware.mmu, (uintptr_t)image_start, &physical))
		refuse("the firmware does not say where the image is");
	image_page = physical - ((uintptr_t)image_start - IMAGE_PAGE);
	if (image_page & (IMAGE_PAGE_SIZE - 1))
		refuse("the image does not begin on a boundary of 4 MiB in memory");
	for (at = (uintptr_t)image_start; at < (uintptr_t)image_end; at += CPU_PAGE_SIZE)
		if (!client_translate(firmware.mmu, at, &physical) || physical != image_page + (at - IMAGE_PAGE))
			refuse("the image is not one piece of memory");
}

static void load(const struct tlb *tlb)
{
	uint64_t entry = TLB_ENTRIES - 1;
	uint64_t arguments[3] = {
		IMAGE_PAGE, (uint64_t)TTE_VALID_4M << TTE_VALID_4M_SHIFT | TTE_MEMORY | TTE_LOCK | image_page,
	};

	while (entry >= FIRST_ENTRY && is_locked(tlb_data(tlb, entry)))
		entry--;
	arguments[2] = entry;
	if (entry < FIRST_ENTRY || !client_method(tlb->load, firmware.mmu, 3, arguments, 0, NULL))
		refuse("the firmware does not load a locked translation");
}

/* Sizes are 8 KiB, 64 KiB, 512 KiB and 4 MiB. */
static void note_locked(void)
{
	for (uint64_t entry = 0; entry < TLB_ENTRIES; entry++) {
		uint64_t data = tlb_data(&tlbs[0], entry);
		uint64_t start = dtlb_tag(entry) & -CPU_PAGE_SIZE;

		if (is_locked(data) && start / IMAGE_PAGE_SIZE != IMAGE_PAGE / IMAGE_PAGE_SIZE)
			memory_leave_out(start, CPU_PAGE_SIZE << 3 * (data >> TTE_SIZE_SHIFT & 3));
	}
}

void takeover_prepare(void)
{
	note_locked();
	find_image();
	for (unsigned i = 0; i < sizeof tlbs / sizeof tlbs[0]; i++)
		load(&tlbs[i]);
	client_open(firmware_switch);
}
