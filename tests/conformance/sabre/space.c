/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite sabre: which bus addresses the IOMMU claims, and what passes without translation. Addresses that nobody claims
 * are those of spaces (512 MiB each) with no bit in PCI_TAS and no BAR; a write there must end nowhere.
 */
#include "boot/frames.h"
#include "tests/conformance/sabre/rig.h"

#define LOWEST		1ull		/* space 0, where the engine's own memory is */

/* The window in each free space: what is mapped there is reached, at its address. */
static void claimed(struct trial *trial)
{
	struct rig rig;
	phys_addr frame;
	uint64_t free;

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 1, &frame))
		return;
	free = sabre_free_spaces(rig.domain);
	for (uint64_t unit = 0; unit < TAS_UNITS; unit++) {
		uint64_t target = unit * TAS_UNIT + TARGET;

		if (!(free & 1ull << unit))
			continue;
		if (!rig_program(&rig, PAGE_8K, 6, LOWEST | 1ull << unit))
			return;
		rig_map(&rig, target, rig_tte(frame));
		rig_expect(&rig, target + TARGET_OFFSET, &frame, 1, 1, "in a claimed space");
		rig_map(&rig, target, 0);
		rig_expect(&rig, target + TARGET_OFFSET, &frame, 1, 0, "in a claimed space, not mapped");
	}
	trial_note(trial, "spaces", "%#llx (bits) are free", (unsigned long long)free);
}
CONFORMANCE_TEST("sabre.space-claimed", claimed,
		 "In each address space that is claimed, a mapped page is reached.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* With only the lowest space claimed, the same low bits in the others lead nowhere. */
static void unclaimed(struct trial *trial)
{
	struct rig rig;
	phys_addr frame;
	uint64_t free;

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 1, &frame))
		return;
	free = sabre_free_spaces(rig.domain) & ~LOWEST;
	if (!free) {
		trial_skip(trial, "every space has something of PCI in it");
		return;
	}
	rig_map(&rig, TARGET, rig_tte(frame));
	rig_expect(&rig, TARGET + TARGET_OFFSET, &frame, 1, 1, "in the claimed space");
	for (uint64_t unit = 0; unit < TAS_UNITS; unit++)
		if (free & 1ull << unit)
			rig_expect(&rig, unit * TAS_UNIT + TARGET + TARGET_OFFSET, &frame, 1, 0,
				   "in a space not claimed");
}
CONFORMANCE_TEST("sabre.space-unclaimed", unclaimed,
		 "In a space that is not claimed, an address with the same low bits as a mapped one leads nowhere.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* With no space claimed nothing is reached, not even the engine's own memory. */
static void none_claimed(struct trial *trial)
{
	struct rig rig;
	phys_addr frame;

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 1, &frame))
		return;
	rig_map(&rig, TARGET, rig_tte(frame));
	tsb_write(rig.domain, PCI_TAS, 0);
	tsb_read(rig.domain, PCI_TAS);
	rig_expect(&rig, TARGET + TARGET_OFFSET, &frame, 1, 0, "no space is claimed");
	tsb_write(rig.domain, PCI_TAS, LOWEST);
	rig_expect(&rig, TARGET + TARGET_OFFSET, &frame, 1, 1, "claimed again");
}
CONFORMANCE_TEST("sabre.space-none", none_claimed,
		 "With no space claimed, no DMA reaches memory.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* Addresses of more than 32 bits are dual-address cycles, which the spaces do not claim. */
static void dual_address(struct trial *trial)
{
	static const unsigned bits[] = { 32, 40, 63 };
	struct rig rig;
	phys_addr frame;

	if (!rig_start(trial, &rig) || !rig_frames(&rig, 1, &frame))
		return;
	rig_map(&rig, TARGET, rig_tte(frame));
	rig_expect(&rig, TARGET + TARGET_OFFSET, &frame, 1, 1, "32 bits");
	for (unsigned i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		rig_expect(&rig, (1ull << bits[i]) + TARGET + TARGET_OFFSET, &frame, 1, 0, "more than 32 bits");
}
CONFORMANCE_TEST("sabre.dual-address", dual_address,
		 "Addresses of more than 32 bits are not translated by their low bits.",
		 .scope = &scope_sabre_engine, .skip = needs_64_bits, .judged_by = EVIDENCE);

/* Two frames for one number: memory at it, and memory that it is mapped to. */
struct pair {
	phys_addr frames[2];
	uint64_t number;
};
#define AT_NUMBER	1u		/* bits, for rig_expect() */
#define MAPPED		2u

static bool pair_make(struct rig *rig, struct pair *pair)
{
	struct memory_range kept = frames_by_address();

	/* Two pages, for transfers over the border between them. */
	if (!frames_take_between(kept.start.value, kept.start.value + kept.size, 2, FRAME_SIZE, &pair->frames[0])) {
		trial_error(rig->trial, "none of the frames is free that are kept by address");
		return false;
	}
	if (!rig_frames(rig, 1, &pair->frames[1]))
		return false;
	pair->number = pair->frames[0].value;
	rig_map(rig, pair->number, rig_tte(pair->frames[1]));
	return rig_expect(rig, pair->number + TARGET_OFFSET, pair->frames, 2, MAPPED, "through the IOMMU");
}

/* A dual-address cycle whose bits 63 to 50 are set goes to memory by its low bits, past the IOMMU, be it on or off. */
#define BYPASS		0xfffc000000000000ull

static void bypass(struct trial *trial)
{
	struct rig rig;
	struct pair pair;

	if (!rig_start(trial, &rig) || !pair_make(&rig, &pair))
		return;
	rig_expect(&rig, BYPASS + pair.number + TARGET_OFFSET, pair.frames, 2, AT_NUMBER, "bypass");
}
CONFORMANCE_TEST("sabre.bypass", bypass,
		 "A bypass address leads to the physical address in it, past the table.",
		 .scope = &scope_sabre_engine, .skip = needs_64_bits, .judged_by = EVIDENCE);

static void set_translation(const struct rig *rig, bool on)
{
	uint64_t control = tsb_read(rig->domain, IOMMU_CTL);

	tsb_write(rig->domain, IOMMU_CTL, on ? control | CTL_MMU_EN : control & ~CTL_MMU_EN);
	rig->domain->driver->ops->invalidate(rig->domain, (bus_addr) { 0 }, TAS_UNIT);
}

/* With translation off, claimed addresses are physical ones; with it on again, they are translated. */
static void off(struct trial *trial)
{
	struct rig rig;
	struct pair pair;
	phys_addr second;

	if (!rig_start(trial, &rig) || !pair_make(&rig, &pair))
		return;
	second.value = pair.frames[0].value + FRAME_SIZE;
	set_translation(&rig, false);
	rig_expect(&rig, pair.number + TARGET_OFFSET, pair.frames, 2, AT_NUMBER, "translation off");
	rig_expect_crossing(&rig, second.value, pair.frames[0], second, true, "translation off");
	set_translation(&rig, true);
	rig_expect(&rig, pair.number + TARGET_OFFSET, pair.frames, 2, MAPPED, "translation on again");
}
CONFORMANCE_TEST("sabre.off", off,
		 "With translation off, claimed addresses are physical ones; with it on again, they are translated.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);

/* Translation off and nothing claimed: nothing is reached. */
static void off_unclaimed(struct trial *trial)
{
	struct rig rig;
	struct pair pair;

	if (!rig_start(trial, &rig) || !pair_make(&rig, &pair))
		return;
	set_translation(&rig, false);
	tsb_write(rig.domain, PCI_TAS, 0);
	tsb_read(rig.domain, PCI_TAS);
	rig_expect(&rig, pair.number + TARGET_OFFSET, pair.frames, 2, 0, "translation off, no space claimed");
}
CONFORMANCE_TEST("sabre.off-unclaimed", off_unclaimed,
		 "With translation off and no space claimed, no DMA reaches memory.",
		 .scope = &scope_sabre_engine, .skip = needs_engine, .judged_by = EVIDENCE);
