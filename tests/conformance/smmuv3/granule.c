/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite smmuv3: page tables of each size of pages, with as many levels as 48 bits of addresses take. A stream gets a
 * context of its own, by which all memory around the number leads to itself, by blocks where there are such, but for
 * the page of the number, which leads to one of the test's.
 *
 * Source: IHI 0070, 5.4 (CD); Arm Architecture Reference Manual (DDI 0487), D8.2 and D8.3.
 */
#include "boot/byteorder.h"
#include "boot/string.h"
#include "tests/conformance/smmuv3/rig.h"

static void name_granule(struct subject *subject)
{
	struct text name = { subject->name, SUBJECT_NAME, strlen(subject->name), false };

	append(&name, "/%s", smmuv3_granules[subject->number].name);
}

static const struct conformance_scope scope_granule = {
	.of = &scope_smmuv3, .rows = SMMUV3_GRANULES, .complete = name_granule,
	.words = "each SMMUv3 and size of pages, by each engine that is no virtio device, and one that is",
};

static const char *needs_granule(const struct subject *subject)
{
	const char *reason = needs_engine(subject);

	if (reason)
		return reason;
	if (smmuv3_of(subject->domain)->address_bits > TABLES_BITS)
		return "the SMMU's addresses have more than 48 bits";
	return smmuv3_read(smmuv3_of(subject->domain), SMMU_IDR5) & smmuv3_granules[subject->number].has ?
	       NULL : "the SMMU has no pages of this size";
}

static bool use_context(struct smmuv3_rig *rig, phys_addr root)
{
	phys_addr context;

	if (!trial_take_table(rig->trial, FRAME_SIZE, FRAME_SIZE, &context))
		return false;
	smmuv3_fill_context(rig->smmu, arch_pointer(context), smmuv3_granules[rig->trial->subject->number].shift,
			    TABLES_BITS, root);
	rig_set_stream(rig, (le64_to_cpu(rig->kept[0]) & ~BASE_ADDRESS) | context.value);
	return trial_good(rig->trial);
}

/* Where the number leads by these tables: the same offset in a page of the test's. */
static bool lands(struct smmuv3_rig *rig, phys_addr page, uint64_t limit)
{
	uint64_t offset = rig_number(rig) & ((1ull << smmuv3_granules[rig->trial->subject->number].shift) - 1);
	phys_addr frame = { page.value + (offset & -FRAME_SIZE) };
	uint32_t size = transfer_size(rig->engine);

	write_soon(rig->engine, rig_number(rig), size, limit);
	return landed(rig->trial, frame, offset % FRAME_SIZE, size);
}

static void granule(struct trial *trial)
{
	struct smmuv3_rig rig;
	phys_addr page, root;
	uint64_t *entry;

	if (smmuv3_rig_start(trial, &rig) && smmuv3_take_page(trial, &page) &&
	    (entry = smmuv3_make_tables(trial, trial->subject->number, rig_number(&rig), &root)) != NULL) {
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
