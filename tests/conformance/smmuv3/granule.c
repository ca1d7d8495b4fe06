/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite smmuv3: page tables of each size of pages, with as many levels as 48 bits of addresses take. A stream gets a
 * context of its own, by which all memory around the number leads to itself, by blocks where there are such, but for
 * the page of the number, which leads to one of the test's.
 *
 * Source: IHI 0070, 5.4 (CD); Arm Architecture Reference Manual (DDI 0487), D8.2 and D8.3.
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/smmuv3/rig.h"

#define INPUT_BITS	48u
#define LAST_LEVEL	3u
#define PAGE_MOST	(64u << 10)

static const struct {
	const char *name;
	uint32_t has;			/* in IDR5 */
	unsigned shift;
	unsigned first_block;		/* the first level whose entries can be blocks */
} granules[] = {
	{ "4KiB", IDR5_GRAN4K, 12, 1 },
	{ "16KiB", IDR5_GRAN16K, 14, 2 },
	{ "64KiB", IDR5_GRAN64K, 16, 2 },
};

static void name_granule(struct subject *subject)
{
	struct text name = { subject->name, SUBJECT_NAME, strlen(subject->name), false };

	append(&name, "/%s", granules[subject->number].name);
}

static const struct conformance_scope scope_granule = {
	.of = &scope_smmuv3, .rows = sizeof(granules) / sizeof(granules[0]), .complete = name_granule,
	.words = "each SMMUv3 and size of pages, by each engine that is no virtio device, and one that is",
};

static const char *needs_granule(const struct subject *subject)
{
	const char *reason = needs_engine(subject);

	if (reason)
		return reason;
	if (smmuv3_of(subject->domain)->address_bits > INPUT_BITS)
		return "the SMMU's addresses have more than 48 bits";
	return smmuv3_read(smmuv3_of(subject->domain), SMMU_IDR5) & granules[subject->number].has ?
	       NULL : "the SMMU has no pages of this size";
}

/* Bits of an address below the index of a level. */
static unsigned below(unsigned shift, unsigned level)
{
	return shift + (LAST_LEVEL - level) * (shift - 3);
}

static unsigned level_first(unsigned shift)
{
	unsigned level = LAST_LEVEL;

	while (below(shift, level) + shift - 3 < INPUT_BITS)
		level--;
	return level;
}

static uint64_t index_of(unsigned shift, unsigned level, uint64_t number)
{
	return (number >> below(shift, level)) & ((1ull << (shift - 3)) - 1);
}

/* The table of a level that the number is in: each entry leads to itself. */
static void fill_level(unsigned row, unsigned level, uint64_t *table, uint64_t number)
{
	unsigned shift = granules[row].shift, size = below(shift, level);
	uint64_t start = number >> size >> (shift - 3) << (shift - 3) << size;
	uint64_t kind = level == LAST_LEVEL ? LEAF_PAGE : LEAF_BLOCK;

	for (uint64_t i = 0; level >= granules[row].first_block && i < 1ull << (shift - 3); i++)
		table[i] = cpu_to_le64(smmuv3_page((phys_addr) { start + (i << size) }, DMA_DEVICE_BOTH) - LEAF_PAGE +
				       kind);
}

/* Returns the entry of the number's page, in the last level, or NULL where there is no memory. */
static uint64_t *make_tables(struct trial *trial, uint64_t number, phys_addr *root)
{
	unsigned row = trial->subject->number, shift = granules[row].shift;
	uint64_t *entry = NULL;
	phys_addr table;

	for (unsigned level = level_first(shift); level <= LAST_LEVEL; level++) {
		if (!trial_take_table(trial, 1ull << shift, 1ull << shift, &table))
			return NULL;
		fill_level(row, level, arch_pointer(table), number);
		if (entry)
			*entry = cpu_to_le64(table.value | NEXT_TABLE);
		else
			*root = table;
		entry = (uint64_t *)arch_pointer(table) + index_of(shift, level, number);
	}
	return entry;
}

static bool use_context(struct smmuv3_rig *rig, phys_addr root)
{
	phys_addr context;

	if (!trial_take_table(rig->trial, FRAME_SIZE, FRAME_SIZE, &context))
		return false;
	smmuv3_fill_context(rig->smmu, arch_pointer(context), granules[rig->trial->subject->number].shift, INPUT_BITS,
			    root);
	rig_set_stream(rig, (le64_to_cpu(rig->kept[0]) & ~BASE_ADDRESS) | context.value);
	return trial_good(rig->trial);
}

/* Where the number leads by these tables: the same offset in a page of the test's. */
static bool lands(struct smmuv3_rig *rig, phys_addr page, uint64_t limit)
{
	uint64_t offset = rig_number(rig) & ((1ull << granules[rig->trial->subject->number].shift) - 1);
	phys_addr frame = { page.value + (offset & -FRAME_SIZE) };
	uint32_t size = transfer_size(rig->engine);

	write_soon(rig->engine, rig_number(rig), size, limit);
	return landed(rig->trial, frame, offset % FRAME_SIZE, size);
}

static bool trial_take_page(struct trial *trial, phys_addr *page)
{
	if (frames_take(PAGE_MOST / FRAME_SIZE, PAGE_MOST, page))
		return true;
	trial_error(trial, "no memory for a page of %u bytes", PAGE_MOST);
	return false;
}

static void granule(struct trial *trial)
{
	struct smmuv3_rig rig;
	phys_addr page, root;
	uint64_t *entry;

	if (smmuv3_rig_start(trial, &rig) && trial_take_page(trial, &page) &&
	    (entry = make_tables(trial, rig_number(&rig), &root)) != NULL) {
		*entry = cpu_to_le64(smmuv3_page(page, DMA_DEVICE_BOTH));
		if (use_context(&rig, root))
			expect(trial, lands(&rig, page, ENGINE_LIMIT), "a write did not land where its page leads");
		*entry = 0;
		rig_send(&rig, CMD_TLBI_NH_ASID | COMMAND_ASID(SMMU_ASID), 0);
		if (trial_good(trial))
			expect(trial, !lands(&rig, page, ENGINE_PATIENCE), "a write landed in a page that is gone");
	}
	smmuv3_rig_end(&rig);
}
CONFORMANCE_TEST("smmuv3.granule", granule,
		 "By tables of each size of pages a write arrives where its page leads, until that is gone.",
		 .scope = &scope_granule, .skip = needs_granule, .judged_by = EVIDENCE);
