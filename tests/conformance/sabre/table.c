/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite sabre: translation tables of every size, indexed by pages of 8 KiB and of 64 KiB, and pages of the other size
 * in each. The index is the low bits of the bus address: a table repeats after its last entry, in all of the spaces
 * that the IOMMU claims.
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "tests/conformance/sabre/rig.h"

/* The part of a page that is looked at: in one of 64 KiB the last 8 KiB, which only the right page size reaches. */
static uint64_t within(const struct rig *rig)
{
	return (1ull << rig->page_shift) - FRAME_SIZE;
}

static uint64_t page_tte(const struct rig *rig, phys_addr page)
{
	return rig_tte(page) | (rig->page_shift == PAGE_64K ? TTE_SIZE : 0);
}

/* Of the claimed addresses, the one with the lowest or the highest index; in the highest space that has it. */
static uint64_t extreme(const struct rig *rig, uint64_t spaces, bool last)
{
	uint64_t span = rig_span(rig);
	uint64_t reach = span < TAS_UNIT ? span : TAS_UNIT;
	uint64_t best = 0, best_offset = last ? 0 : ~0ull;

	for (uint64_t unit = 0; unit < TAS_UNITS; unit++) {
		uint64_t address = unit * TAS_UNIT + (last ? reach - (1ull << rig->page_shift) : 0);
		uint64_t offset = address % span;

		if (!(spaces & 1ull << unit) || (last ? offset < best_offset : offset > best_offset))
			continue;
		best = address;
		best_offset = offset;
	}
	return best;
}

/* Another claimed address with the same index, or the same one where there is none. */
static uint64_t alias(const struct rig *rig, uint64_t spaces, uint64_t address)
{
	uint64_t span = rig_span(rig);

	for (uint64_t other = address % span; other < TAS_UNITS * TAS_UNIT; other += span)
		if (other != address && spaces & 1ull << other / TAS_UNIT)
			return other;
	return address;
}

/* The entries at both ends of a table of one size, where they are mapped and where not. */
static void both_ends(struct rig *rig, uint64_t spaces, const phys_addr *pages, const char *what)
{
	const uint64_t ends[] = { extreme(rig, spaces, false), extreme(rig, spaces, true) };
	uint64_t offset = within(rig) + TARGET_OFFSET;
	const phys_addr frames[] = { { pages[0].value + within(rig) }, { pages[1].value + within(rig) } };

	for (unsigned i = 0; i < 2; i++) {
		if (*rig_entry(rig, ends[i])) {
			trial_error(rig->trial, "%s: the engine's own memory has the entry of %#llx", what,
				    (unsigned long long)ends[i]);
			return;
		}
		rig_map(rig, ends[i], page_tte(rig, pages[i]));
	}
	for (unsigned i = 0; i < 2; i++) {
		rig_expect(rig, ends[i] + offset, frames, 2, 1u << i, what);
		rig_expect(rig, alias(rig, spaces, ends[i]) + offset, frames, 2, 1u << i, what);
		rig_map(rig, ends[i], 0);
		rig_expect(rig, ends[i] + offset, frames, 2, 0, what);
	}
}

static void every_size(struct trial *trial, unsigned page_shift, unsigned largest)
{
	struct rig rig;
	phys_addr pages[2];
	char what[32];

	if (!rig_start(trial, &rig))
		return;
	for (unsigned i = 0; i < 2; i++)
		if (!frames_take(SIZE_64K / FRAME_SIZE, SIZE_64K, &pages[i])) {
			trial_error(trial, "no room for a page of 64 KiB");
			return;
		}
	for (unsigned log = 0; log <= largest && trial_good(trial); log++) {
		uint64_t spaces = sabre_free_spaces(rig.domain);

		if (!rig_program(&rig, page_shift, log, spaces))
			return;
		format(what, sizeof(what), "size %u", log);
		both_ends(&rig, spaces, pages, what);
	}
}

static void sizes_8k(struct trial *trial)
{
	every_size(trial, PAGE_8K, 7);
}
CONFORMANCE_TEST("sabre.table-8k", sizes_8k,
		 "Tables of 8 KiB pages of every size translate as far as they go.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

static void sizes_64k(struct trial *trial)
{
	every_size(trial, PAGE_64K, 5);
}
CONFORMANCE_TEST("sabre.table-64k", sizes_64k,
		 "Tables of 64 KiB pages of every size translate as far as they go.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/*
 * Sizes 6 and 7 are reserved: 6 would cover all of the 32-bit addresses and 7 more. What the chip does then is not
 * defined, but nothing else than the page may move.
 */
static void sizes_64k_illegal(struct trial *trial)
{
	struct rig rig;
	phys_addr page;
	unsigned arrived[2];

	if (!rig_start(trial, &rig))
		return;
	if (!frames_take(SIZE_64K / FRAME_SIZE, SIZE_64K, &page)) {
		trial_error(trial, "no room for a page of 64 KiB");
		return;
	}
	for (unsigned i = 0; i < 2; i++) {
		if (!rig_program_beneath(&rig, PAGE_64K, 6 + i, sabre_free_spaces(rig.domain)))
			return;
		rig_map(&rig, TARGET, page_tte(&rig, page));
		arrived[i] = rig_write(&rig, TARGET + TARGET_OFFSET, &page, 1, patience_grace(&rig.engine->patience));
		if (!rig_home(&rig) || !rig_renew(&rig))
			return;
	}
	trial_record(trial, "pages of 64 KiB, size 6: %s; size 7: %s", arrived[0] ? "translated" : "refused",
		     arrived[1] ? "translated" : "refused");
}
CONFORMANCE_TEST("sabre.table-64k-too-large", sizes_64k_illegal,
		 "With a table size that is reserved, nothing but the mapped page moves.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = RECORD);

/* Over the last entry of a table that is smaller than its space the first one follows. */
static void across_the_end(struct trial *trial)
{
	struct rig rig;
	phys_addr frames[2];
	uint64_t spaces, end;

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 2, frames))
		return;
	spaces = sabre_free_spaces(rig.domain);
	for (unsigned log = 0; log < 6; log++) {
		if (!rig_program(&rig, PAGE_8K, log, spaces))
			return;
		end = extreme(&rig, spaces, true) + FRAME_SIZE;
		rig_map(&rig, end - FRAME_SIZE, rig_tte(frames[0]));
		rig_map(&rig, end, rig_tte(frames[1]));
		rig_expect_crossing(&rig, end, frames[0], frames[1], true, "both entries are valid");
		rig_map(&rig, end, 0);
		rig_expect_crossing(&rig, end, frames[0], frames[1], false, "the first entry is absent");
	}
}
CONFORMANCE_TEST("sabre.table-end", across_the_end,
		 "Behind the last entry of a table that is smaller than its space follows the first one.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/*
 * Where the table ends with the space that is claimed, the address behind it is nobody's: a transfer over the border
 * must not come out at the first entry.
 */
static void across_the_claim(struct trial *trial)
{
	struct rig rig;
	phys_addr frames[2];

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 2, frames))
		return;
	rig_map(&rig, TAS_UNIT - FRAME_SIZE, rig_tte(frames[0]));
	rig_map(&rig, 0, rig_tte(frames[1]));
	rig_expect_crossing(&rig, TAS_UNIT, frames[0], frames[1], false, "only the lowest space is claimed");
}
CONFORMANCE_TEST("sabre.claim-end", across_the_claim,
		 "A transfer over the end of the claimed space does not come out at the table's first entry.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* The low 13 bits of the table's base are none: the entries of another half of the table must not be used. */
static void base_alignment(struct trial *trial)
{
	const uint64_t stray = 0x1000;
	struct rig rig;
	phys_addr frames[2];

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 2, frames) ||
	    !rig_program(&rig, PAGE_8K, 6, sabre_free_spaces(rig.domain)))
		return;
	/* Both ways the engine finds its own pages. */
	for (unsigned i = 0; i < rig.own_count; i++)
		*(rig_entry(&rig, rig.own[i].address) + stray / 8) = cpu_to_be64(rig.own[i].tte);
	rig_map(&rig, TARGET, rig_tte(frames[0]));
	rig_map(&rig, TARGET + stray / 8 * FRAME_SIZE, rig_tte(frames[1]));
	rig_expect(&rig, TARGET + TARGET_OFFSET, frames, 2, 1, "the base is aligned");
	tsb_write(rig.domain, IOMMU_TSB, rig.table.value + stray);
	rig.domain->driver->ops->invalidate(rig.domain, (bus_addr) { 0 }, TAS_UNIT);
	rig_expect(&rig, TARGET + TARGET_OFFSET, frames, 2, 1, "the base has low bits set");
}
CONFORMANCE_TEST("sabre.table-alignment", base_alignment,
		 "Low bits of the table's base do not count: entries of another half of the table are not used.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

#define PARTS	8		/* of 8 KiB in a page of 64 KiB */

/* A page of 64 KiB at TARGET, its parts, and a frame of 8 KiB for the page behind it. */
struct mixed {
	phys_addr parts[PARTS];
	phys_addr next;
};

static bool take_mixed(struct rig *rig, struct mixed *mixed)
{
	phys_addr page;

	if (!frames_take(PARTS, SIZE_64K, &page)) {
		trial_error(rig->trial, "no room for a page of 64 KiB");
		return false;
	}
	for (unsigned i = 0; i < PARTS; i++)
		mixed->parts[i].value = page.value + i * FRAME_SIZE;
	return rig_frames(rig, 1, &mixed->next);
}

static void map_parts(struct rig *rig, uint64_t tte)
{
	for (unsigned i = 0; i < PARTS; i++)
		rig_map(rig, TARGET + i * FRAME_SIZE, tte);
}

/* A page of 64 KiB in a table of 8 KiB pages: the same entry eight times, and the low bits of its address are none. */
static void large_page(struct trial *trial)
{
	static const uint64_t low_bits[] = { 0, 0x2000, 0x8000, 0xe000 };
	const uint64_t end = TARGET + SIZE_64K;
	struct rig rig;
	struct mixed mixed;

	if (!rig_start(trial, &rig) || !take_mixed(&rig, &mixed))
		return;
	for (unsigned n = 0; n < sizeof(low_bits) / sizeof(low_bits[0]); n++) {
		map_parts(&rig, rig_tte(mixed.parts[0]) | TTE_SIZE | low_bits[n]);
		for (unsigned i = 0; i < PARTS; i++)
			rig_expect(&rig, TARGET + i * FRAME_SIZE + TARGET_OFFSET, mixed.parts, PARTS, 1u << i,
				   "a page of 64 KiB");
	}
	rig_expect_crossing(&rig, TARGET + 3 * FRAME_SIZE, mixed.parts[2], mixed.parts[3], true, "within 64 KiB");
	rig_expect_crossing(&rig, end, mixed.parts[7], mixed.next, false, "from 64 KiB into nothing");
	rig_map(&rig, end, rig_tte(mixed.next));
	rig_expect_crossing(&rig, end, mixed.parts[7], mixed.next, true, "from 64 KiB to 8 KiB");
	map_parts(&rig, (rig_tte(mixed.parts[0]) | TTE_SIZE) & ~TTE_W);
	for (unsigned i = 0; i < PARTS; i++)
		rig_expect(&rig, TARGET + i * FRAME_SIZE + TARGET_OFFSET, mixed.parts, PARTS, 0,
			   "a read-only page of 64 KiB");
	map_parts(&rig, 0);
	for (unsigned i = 0; i < PARTS; i++)
		rig_expect(&rig, TARGET + i * FRAME_SIZE + TARGET_OFFSET, mixed.parts, PARTS, 0,
			   "an absent page of 64 KiB");
}
CONFORMANCE_TEST("sabre.page-64k", large_page,
		 "A page of 64 KiB in a table of 8 KiB pages is reached as a whole by eight equal entries.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* Writes to each part. Bit n: it arrived where asked, in part n; or, if all are asked to be the same, in part 0. */
static unsigned parts_arrived(struct rig *rig, const struct mixed *mixed, bool same)
{
	unsigned as_asked = 0;

	for (unsigned i = 0; i < PARTS; i++) {
		unsigned arrived = rig_write(rig, TARGET + i * FRAME_SIZE + TARGET_OFFSET, mixed->parts, PARTS,
					     i ? ENGINE_PATIENCE : ENGINE_LIMIT);

		if (arrived == (same ? 1u : 1u << i))
			as_asked |= 1u << i;
		else
			expect(rig->trial, arrived == 0 || arrived == 1, "part %u arrived in parts %#x (bits)", i,
			       arrived);
	}
	return as_asked;
}

/* Not a way to map a page: with one entry of the eight, the others' parts are translated as long as it is cached. */
static void large_page_once(struct trial *trial)
{
	struct rig rig;
	struct mixed mixed;
	unsigned arrived;

	if (!rig_start(trial, &rig) || !take_mixed(&rig, &mixed))
		return;
	rig_map(&rig, TARGET, rig_tte(mixed.parts[0]) | TTE_SIZE);
	arrived = parts_arrived(&rig, &mixed, false);
	expect(trial, arrived & 1, "the part whose entry is there did not arrive");
	trial_record(trial, "a page of 64 KiB with one entry of eight: parts %#x (bits) arrive", arrived);
}
CONFORMANCE_TEST("sabre.page-64k-once", large_page_once,
		 "With one entry of eight, the part of a 64 KiB page whose entry is there is reached; others are "
		 "recorded.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = RECORD);

/* Not defined: the table has no entries for the other seven parts. Only parts of the page may move. */
static void small_page_in_large_table(struct trial *trial)
{
	struct rig rig;
	struct mixed mixed;

	if (!rig_start(trial, &rig) || !take_mixed(&rig, &mixed) ||
	    !rig_program(&rig, PAGE_64K, 3, sabre_free_spaces(rig.domain)))
		return;
	rig_map(&rig, TARGET, rig_tte(mixed.parts[0]));
	trial_record(trial, "a page of 8 KiB in a table of 64 KiB pages: parts %#x (bits) arrive in that page",
		     parts_arrived(&rig, &mixed, true));
}
CONFORMANCE_TEST("sabre.page-8k-in-table-64k", small_page_in_large_table,
		 "A page of 8 KiB in a table of 64 KiB pages moves nothing outside that table's page.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = RECORD);
