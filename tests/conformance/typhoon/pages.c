/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite typhoon: the scatter-gather map. What an entry leads to, what an invalid one does, transfers over the border of
 * two pages, and the cache of entries, which may answer with an old one until it is told to forget it.
 *
 * Source: 21272 Hardware Reference Manual, scatter-gather translation, TLBIV and TLBIA, PERROR.
 */
#include "boot/frames.h"
#include "tests/conformance/probe/engine_trial.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/typhoon/rig.h"

#define TARGET_OFFSET	2048
#define NUMBER		(TEST_BASE + TARGET_OFFSET)

#define PTE_BIT_FIRST	13		/* physical address bits that an entry has: <34:13> in <22:1> */
#define PTE_BIT_LAST	33		/* that the test of all bits looks at; bit 34 has a test of its own */
#define BIT_34		(16 * GIB)
#define ABOVE_16_GIB	(BIT_34 + 64 * MIB)	/* without bit 34 it is ours as well */
#define ROOT		(32 * MIB)	/* the frame that differs from others in one low bit */

#define CCHIP_DRIR	0x300		/* requests of interrupts; bit 62 is Pchip 0's error, bit 61 Pchip 1's */

/* Window 2, paged, of 1 MiB at TEST_BASE, with its table; the rings in window 1. */
static bool start_paged(struct trial *trial, phys_addr *table)
{
	if (!trial_take_table(trial, FRAME_SIZE, FRAME_SIZE, table) || !pchip_clear(trial, 1))
		return false;
	pchip_open(trial->subject->domain, 2, pchip_paged(TEST_BASE, MIB, table->value));
	return true;
}

static bool take_frames(struct trial *trial, phys_addr *frames, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!trial_take_frame(trial, &frames[i]))
			return false;
	return true;
}

static void invalidate_all(struct dma_domain *domain)
{
	barrier_full();
	typhoon_write(domain, PCHIP_TLBIA, 0);
	typhoon_read(domain, PCHIP_PCTL);
}

/* A frame with this address bit, and the one without it where that is to be had. Returns how many. */
static unsigned take_pair(unsigned bit, phys_addr pair[2])
{
	uint64_t with = 1ull << bit;
	bool found = with < ROOT ? pchip_take_at(ROOT | with, &pair[0]) :
				   frames_take_between(with, 2 * with, 1, FRAME_SIZE, &pair[0]);

	if (!found)
		return 0;
	return pchip_take_at(pair[0].value & ~with, &pair[1]) ? 2 : 1;
}

/* Every address bit of an entry, as far as memory goes. */
static void pte_address_bits(struct trial *trial)
{
	unsigned seen = 0;
	phys_addr table;

	if (!start_paged(trial, &table))
		return;
	for (unsigned bit = PTE_BIT_FIRST; bit <= PTE_BIT_LAST; bit++) {
		phys_addr pair[2];
		unsigned count = take_pair(bit, pair);
		char what[32];

		if (count == 0)
			continue;
		format(what, sizeof(what), "physical address bit %u", bit);
		pchip_map(table, 0, pair[0]);
		invalidate_all(trial->subject->domain);
		pchip_expect(trial, what, NUMBER, pair, count, 0);
		for (unsigned i = 0; i < count; i++)
			frames_give(pair[i], 1);
		seen++;
	}
	if (!expect(trial, seen > 0, "no bit could be looked at"))
		return;
	trial_record(trial, "%u of %u address bits, as far as memory goes", seen,
		     PTE_BIT_LAST - PTE_BIT_FIRST + 1);
}
PCHIP_TEST("typhoon.pte-address-bits", pte_address_bits,
	   "Every address bit of a page table entry counts, as far as memory goes.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

static const char *needs_bit_34(const struct subject *subject)
{
	if (frames_highest() <= ABOVE_16_GIB + FRAME_SIZE)
		return "there is no memory above 16 GiB";
	return needs_engine(subject);
}

/* The highest bit of an entry. That memory and device are good is seen through a direct window first. */
static void pte_above_16_gib(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	phys_addr frames[2], table;

	if (!frames_take_between(ABOVE_16_GIB, frames_highest(), 1, FRAME_SIZE, &frames[0]) ||
	    !pchip_take_at(frames[0].value - BIT_34, &frames[1])) {
		trial_error(trial, "the frames at 16 GiB and 64 MiB, and at 64 MiB, are not free");
		return;
	}
	if (!start_paged(trial, &table))
		return;
	pchip_open(domain, 0, pchip_direct(TEST_BASE + 16 * MIB, MIB, frames[0].value & -MIB));
	pchip_expect(trial, "a direct window", NUMBER + 16 * MIB + frames[0].value % MIB, frames, 2, 0);
	pchip_map(table, 0, frames[0]);
	invalidate_all(domain);
	pchip_expect(trial, "a page table entry with physical address bit 34", NUMBER, frames, 2, 0);
}
PCHIP_TEST("typhoon.pte-above-16-gib", pte_above_16_gib,
	   "The highest address bit of a page table entry counts: a page above 16 GiB is reached.",
	   .scope = &scope_pchip_engine, .skip = needs_bit_34, .judged_by = EVIDENCE);

/* The chip fetches four entries at once: an invalid one says nothing about its neighbours. */
static void pte_invalid(struct trial *trial)
{
	phys_addr frames[4], table;

	if (!take_frames(trial, frames, 4) || !start_paged(trial, &table))
		return;
	for (unsigned i = 0; i < 4; i++)
		pchip_map(table, i, frames[i]);
	for (unsigned state = 0; state < 3; state++) {
		static const char *const names[] = { "an entry of 0", "an address without the valid bit",
						     "every bit but the valid one" };
		const uint64_t entries[] = { 0, PTE_PFN(frames[2].value), ~PTE_VALID };

		pchip_set_entry(table, 2, entries[state]);
		invalidate_all(trial->subject->domain);
		pchip_expect(trial, names[state], NUMBER + 2 * FRAME_SIZE, frames, 4, NOWHERE);
		for (int i = 0; i < 4; i++)
			if (i != 2)
				pchip_expect(trial, "a neighbour of an invalid entry", NUMBER + i * FRAME_SIZE, frames,
					     4, i);
	}
	pchip_map(table, 2, frames[2]);
	invalidate_all(trial->subject->domain);
	pchip_expect(trial, "the entry made valid", NUMBER + 2 * FRAME_SIZE, frames, 4, 2);
}
PCHIP_TEST("typhoon.pte-invalid", pte_invalid,
	   "An invalid entry leads nowhere, and says nothing about its neighbours, which are fetched with it.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* A window with an invalid entry has claimed the address: the windows behind it are not asked. */
static void pte_invalid_stops(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	phys_addr frame, table;
	uint64_t number;

	if (!take_frames(trial, &frame, 1) || !start_paged(trial, &table))
		return;
	number = NUMBER + frame.value % MIB;
	pchip_open(domain, 3, pchip_paged(TEST_BASE + MIB, MIB, table.value));
	pchip_open(domain, 0, pchip_direct(TEST_BASE, MIB, frame.value & -MIB));
	pchip_expect(trial, "a direct window in front", number, &frame, 1, 0);
	pchip_close(domain, 0);
	pchip_expect(trial, "a paged window alone", number, &frame, 1, NOWHERE);
	pchip_open(domain, 0, pchip_paged(TEST_BASE, MIB, table.value));
	pchip_open(domain, 2, pchip_direct(TEST_BASE, MIB, frame.value & -MIB));
	pchip_expect(trial, "a direct window behind a paged one whose entry is invalid", number, &frame, 1, NOWHERE);
}
PCHIP_TEST("typhoon.pte-invalid-stops", pte_invalid_stops,
	   "A window with an invalid entry has claimed the address: windows behind it are not asked.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* A transfer over the border of two pages. What lies before a hole, or behind one, may arrive or not. */
enum must { MUST, MAY, MUST_NOT };

static const struct crossing {
	const char *what;
	bool first_valid, second_valid, remapped;
	enum must head, tail;
} crossings[] = {
	{ "into a valid page", true, true, false, MUST, MUST },
	{ "into an invalid page", true, false, false, MAY, MUST_NOT },
	{ "from an invalid page", false, true, false, MUST_NOT, MAY },
	{ "into a page that led elsewhere before", true, true, true, MUST, MUST },
};

static void expect_half(struct trial *trial, const char *what, const char *half, bool moved, enum must must)
{
	if (must == MAY)
		return;
	expect(trial, moved == (must == MUST), "a transfer %s: the part %s the border %s", what, half,
	       moved ? "arrived" : "did not arrive");
}

/* The pages lead to frames[0] and frames[1], and before that the second to frames[2]. */
static void cross(struct trial *trial, const struct crossing *row, phys_addr table, const phys_addr *frames)
{
	uint32_t half = transfer_size(trial->subject->engine) / 2;
	uint64_t border = TEST_BASE + FRAME_SIZE;
	struct landed_halves halves;

	pchip_set_entry(table, 0, PTE_PFN(frames[0].value) | (row->first_valid ? PTE_VALID : 0));
	if (row->remapped) {
		pchip_map(table, 1, frames[2]);
		invalidate_all(trial->subject->domain);
		pchip_expect(trial, "the page as it was before", border, frames, 3, 2);
	}
	pchip_set_entry(table, 1, PTE_PFN(frames[1].value) | (row->second_valid ? PTE_VALID : 0));
	invalidate_all(trial->subject->domain);
	pchip_write(trial, border - half, row->tail == MUST ? ENGINE_LIMIT : ENGINE_PATIENCE);
	halves = landed_across(trial, frames[0], frames[1], half);
	expect_half(trial, row->what, "before", halves.before, row->head);
	expect_half(trial, row->what, "behind", halves.behind, row->tail);
	expect(trial, !landed(trial, frames[2], 0, half), "a transfer %s arrived in a frame that is not mapped",
	       row->what);
}

static void page_crossing(struct trial *trial)
{
	phys_addr frames[3], table;

	if (!take_frames(trial, frames, 3) || !start_paged(trial, &table))
		return;
	for (unsigned i = 0; i < sizeof(crossings) / sizeof(crossings[0]) && trial_good(trial); i++)
		cross(trial, &crossings[i], table, frames);
}
PCHIP_TEST("typhoon.page-crossing", page_crossing,
	   "Transfers over page borders, valid and not, arrive where each page leads and stop at one that is absent.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* An entry is changed, and then forgotten: TLBIV forgets all eight entries of 64 KiB, whichever page is named. */
static const struct forgetting {
	const char *what;
	unsigned page;
	unsigned reg;
	uint64_t value;
} forgettings[] = {
	{ "TLBIV of the page", 0, PCHIP_TLBIV, TLBIV_ADDR(TEST_BASE) },
	{ "TLBIV of the last page of the 64 KiB", 0, PCHIP_TLBIV, TLBIV_ADDR(TEST_BASE + 7 * FRAME_SIZE) },
	{ "TLBIV of the first page of the 64 KiB", 7, PCHIP_TLBIV, TLBIV_ADDR(TEST_BASE) },
	{ "TLBIV at the end of the window", 127, PCHIP_TLBIV, TLBIV_ADDR(TEST_BASE + MIB - FRAME_SIZE) },
	{ "TLBIA", 3, PCHIP_TLBIA, 0 },
};

static void forget(struct dma_domain *domain, const struct forgetting *row)
{
	barrier_full();
	typhoon_write(domain, row->reg, row->value);
	typhoon_read(domain, PCHIP_PCTL);
}

/* From one frame to another, to nowhere, and back: each time the new entry counts once the old one is forgotten. */
static void forget_entry(struct trial *trial, const struct forgetting *row, phys_addr table, const phys_addr *frames)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t number = NUMBER + row->page * FRAME_SIZE;
	int moved;

	pchip_map(table, row->page, frames[0]);
	invalidate_all(domain);
	pchip_expect(trial, row->what, number, frames, 2, 0);
	pchip_map(table, row->page, frames[1]);
	forget(domain, row);
	pchip_expect(trial, row->what, number, frames, 2, 1);
	pchip_set_entry(table, row->page, PTE_PFN(frames[1].value));
	forget(domain, row);
	pchip_expect(trial, row->what, number, frames, 2, NOWHERE);
	/* Invalid entries are cached too. */
	pchip_map(table, row->page, frames[0]);
	barrier_full();
	pchip_write(trial, number, ENGINE_PATIENCE);
	moved = pchip_look(trial, row->what, number, frames, 2);
	expect(trial, moved == 0 || moved == NOWHERE, "%s: after invalid, neither the old nor the new entry counted",
	       row->what);
	forget(domain, row);
	pchip_expect(trial, row->what, number, frames, 2, 0);
}

static void invalidation(struct trial *trial)
{
	phys_addr frames[2], table;

	if (!take_frames(trial, frames, 2) || !start_paged(trial, &table))
		return;
	for (unsigned i = 0; i < sizeof(forgettings) / sizeof(forgettings[0]) && trial_good(trial); i++)
		forget_entry(trial, &forgettings[i], table, frames);
}
PCHIP_TEST("typhoon.invalidation", invalidation,
	   "A changed entry counts once it is invalidated, in each way that there is.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* Before that, the old entry may count or the new one, but nothing else. */
static void without_invalidation(struct trial *trial)
{
	phys_addr frames[3], table;
	int moved;

	if (!take_frames(trial, frames, 3) || !start_paged(trial, &table))
		return;
	pchip_map(table, 0, frames[0]);
	pchip_map(table, 1, frames[2]);
	invalidate_all(trial->subject->domain);
	pchip_expect(trial, "the first entry", NUMBER, frames, 3, 0);
	pchip_map(table, 0, frames[1]);
	barrier_full();
	pchip_write(trial, NUMBER, ENGINE_LIMIT);
	moved = pchip_look(trial, "an entry changed", NUMBER, frames, 3);
	if (expect(trial, moved == 0 || moved == 1, "neither the old nor the new entry counted"))
		trial_record(trial, "the %s entry counts until it is invalidated", moved == 0 ? "old" : "new");
}
PCHIP_TEST("typhoon.without-invalidation", without_invalidation,
	   "Before an entry is invalidated the old one or the new one may count, and nothing else.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* DMA where no window is, which is not the Pchip's error; then through an invalid entry, which is. */
static bool provoke_sge(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	phys_addr frame, table;

	if (!take_frames(trial, &frame, 1) || !start_paged(trial, &table))
		return false;
	typhoon_write(domain, PCHIP_PERROR, PERROR_BITS);
	pchip_expect(trial, "where no window is", NUMBER + 16 * MIB, &frame, 1, NOWHERE);
	expect(trial, !(typhoon_read(domain, PCHIP_PERROR) & PERROR_SGE),
	       "PERROR<SGE> is set although no window claimed the address");
	typhoon_write(domain, PCHIP_PERROR, PERROR_BITS);
	pchip_set_entry(table, 0, PTE_PFN(frame.value));
	invalidate_all(domain);
	pchip_expect(trial, "an invalid entry", NUMBER, &frame, 1, NOWHERE);
	return true;
}

static void fault_recorded(struct trial *trial)
{
	struct dma_domain *domain = trial->subject->domain;
	uint64_t error;

	if (!provoke_sge(trial))
		return;
	error = typhoon_read(domain, PCHIP_PERROR);
	trial_note(trial, "perror", "%#llx", (unsigned long long)error);
	if (!expect(trial, error & PERROR_SGE, "a DMA through an invalid entry has not set PERROR<SGE>"))
		return;
	expect(trial, error & PERROR_INV || (PERROR_ADDR(error) & -FRAME_SIZE) == (NUMBER & -FRAME_SIZE),
	       "PERROR has the address %#x, and the DMA was at %#llx", PERROR_ADDR(error), (unsigned long long)NUMBER);
	typhoon_write(domain, PCHIP_PERROR, PERROR_BITS);
	expect_equal(trial, "PERROR after it was cleared", typhoon_read(domain, PCHIP_PERROR) & PERROR_BITS, 0);
}
PCHIP_TEST("typhoon.fault-recorded", fault_recorded,
	   "A DMA through an invalid entry sets PERROR<SGE>, with its address, until it is cleared.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* The Cchip requests the interrupt, whether it is enabled or not. */
static void fault_requests_interrupt(struct trial *trial)
{
	const struct platform_node *at = trial->subject->domain->at;
	phys_addr request = { at->interrupts->registers[0].start.value + CCHIP_DRIR };
	uint64_t bit = 1ull << (62 - at->number);

	if (!provoke_sge(trial))
		return;
	expect(trial, mmio_read64_le(request) & bit,
	       "a DMA through an invalid entry requests no interrupt: DRIR<%u> is 0", 62 - at->number);
	typhoon_write(trial->subject->domain, PCHIP_PERROR, PERROR_BITS);
}
PCHIP_TEST("typhoon.fault-interrupt", fault_requests_interrupt,
	   "A DMA through an invalid entry requests the Pchip's error interrupt.",
	   .scope = &scope_pchip_engine, .skip = needs_engine, .judged_by = EVIDENCE);
