/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite typhoon: bus addresses of more than 32 bits, which only some devices have. The monster window leads to memory
 * as it is; window 3 may claim dual-address cycles instead of single ones.
 *
 * Source: 21272 Hardware Reference Manual, PCI-to-system address translation. That a window 3 for dual-address cycles
 * is chosen by bit 39 is inferred from where TLBIV and PERROR have that bit, and has not been seen on hardware.
 */
#include "boot/frames.h"
#include "tests/conformance/probe/engine_trial.h"
#include "tests/conformance/typhoon/rig.h"

#define TARGET_OFFSET	2048

static void set_monster(struct dma_domain *domain, bool on)
{
	uint64_t control = typhoon_read(domain, PCHIP_PCTL);

	typhoon_write(domain, PCHIP_PCTL, on ? control | PCTL_MWIN : control & ~PCTL_MWIN);
	typhoon_read(domain, PCHIP_PCTL);
}

/* A frame alone with the monster window; number is its address there. */
static bool start_monster(struct trial *trial, phys_addr *frame, uint64_t *number)
{
	if (!trial_take_frame(trial, frame) || !pchip_clear(trial, 1))
		return false;
	*number = MONSTER_BASE + frame->value + TARGET_OFFSET;
	set_monster(trial->subject->domain, true);
	return true;
}

/* <39:35> do not count. */
static void monster_ignored(struct trial *trial)
{
	phys_addr frame;
	uint64_t number;

	if (!start_monster(trial, &frame, &number))
		return;
	pchip_expect(trial, "the monster window", number, &frame, 1, 0);
	for (unsigned bit = 35; bit < 40; bit++)
		pchip_expect(trial, "a bit that is ignored", number | 1ull << bit, &frame, 1, 0);
	pchip_expect(trial, "all the bits that are ignored", number | 0x1full << 35, &frame, 1, 0);
}
PCHIP_TEST("typhoon.monster-ignored-bits", monster_ignored,
	   "Bits 39 to 35 of a monster address do not count.",
	   .scope = &scope_pchip_engine, .skip = needs_64_bits, .judged_by = EVIDENCE);

/* <63:41> must be clear and <40> set. */
static void monster_forbidden(struct trial *trial)
{
	phys_addr frame;
	uint64_t number;

	if (!start_monster(trial, &frame, &number))
		return;
	for (unsigned bit = 41; bit < 64; bit++) {
		pchip_expect(trial, "a bit above the window's", number | 1ull << bit, &frame, 1, NOWHERE);
		pchip_expect(trial, "a bit above the window's, alone", (number | 1ull << bit) & ~MONSTER_BASE, &frame,
			     1, NOWHERE);
	}
	for (unsigned bit = 32; bit < 40; bit++)
		pchip_expect(trial, "without the window's bit", (number & ~MONSTER_BASE) | 1ull << bit, &frame, 1,
			     NOWHERE);
	pchip_expect(trial, "the monster window", number, &frame, 1, 0);
}
PCHIP_TEST("typhoon.monster-forbidden-bits", monster_forbidden,
	   "An address with a bit above 40 set, or with bit 40 clear, is none of the monster window's.",
	   .scope = &scope_pchip_engine, .skip = needs_64_bits, .judged_by = EVIDENCE);

static void monster_off(struct trial *trial)
{
	phys_addr frame;
	uint64_t number;

	if (!start_monster(trial, &frame, &number))
		return;
	pchip_expect(trial, "MWIN on", number, &frame, 1, 0);
	set_monster(trial->subject->domain, false);
	pchip_expect(trial, "MWIN off", number, &frame, 1, NOWHERE);
	set_monster(trial->subject->domain, true);
	pchip_expect(trial, "MWIN on again", number, &frame, 1, 0);
}
PCHIP_TEST("typhoon.monster-off", monster_off,
	   "The monster window leads nowhere while it is switched off, and to memory again afterwards.",
	   .scope = &scope_pchip_engine, .skip = needs_64_bits, .judged_by = EVIDENCE);

/* The rings in window 1, and a table for window 3 that has dual-address cycles; its first page leads to the frame. */
static bool start_dac(struct trial *trial, phys_addr *frame, uint64_t base)
{
	struct pchip_window window;
	phys_addr table;

	if (!trial_take_frame(trial, frame) || !trial_take_table(trial, FRAME_SIZE, DAC_TABLE, &table) ||
	    !pchip_clear(trial, 1))
		return false;
	pchip_map(table, 0, *frame);
	window = pchip_paged(base, 4 * GIB, table.value);
	window.wsba |= WSBA3_DAC;
	pchip_open(trial->subject->domain, 3, window);
	return true;
}

static void dac_window(struct trial *trial)
{
	phys_addr frame;

	if (!start_dac(trial, &frame, 0))
		return;
	pchip_expect(trial, "below the window", DAC_BASE - FRAME_SIZE + TARGET_OFFSET, &frame, 1, NOWHERE);
	pchip_expect(trial, "behind the window", DAC_BASE + 4 * GIB + TARGET_OFFSET, &frame, 1, NOWHERE);
	pchip_expect(trial, "window 3 with DAC", DAC_BASE + TARGET_OFFSET, &frame, 1, 0);
	pchip_close(trial->subject->domain, 3);
	pchip_expect(trial, "window 3 closed", DAC_BASE + TARGET_OFFSET, &frame, 1, NOWHERE);
}
PCHIP_TEST("typhoon.dac-window", dac_window,
	   "With DAC, window 3 claims addresses of its 4 GiB above 32 bits, and none beside them.",
	   .scope = &scope_pchip_engine, .skip = needs_64_bits, .judged_by = EVIDENCE);

/* With DAC window 3 has no base and claims no single-address cycle. */
static void dac_window_is_not_sac(struct trial *trial)
{
	phys_addr frame;

	if (!start_dac(trial, &frame, TEST_BASE))
		return;
	/* The mask of a window of 4 GiB would cover every base: that of 1 MiB is what would be claimed. */
	typhoon_write(trial->subject->domain, PCHIP_WSM(3), 0);
	typhoon_read(trial->subject->domain, PCHIP_WSM(3));
	pchip_expect(trial, "a single-address cycle at what was window 3's base", TEST_BASE + TARGET_OFFSET, &frame,
		     1, NOWHERE);
}
PCHIP_TEST("typhoon.dac-window-not-sac", dac_window_is_not_sac,
	   "With DAC, window 3 claims no 32-bit addresses any more.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);
