/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite smmuv3: accesses that stage 1 refuses, and the event records that say so, field by field. What is refused must
 * not be seen in memory; what is allowed leaves no event.
 *
 * Source: IHI 0070, 3.12 and 7.3 (event records).
 */
#include "boot/byteorder.h"
#include "tests/conformance/smmuv3/rig.h"

#define OUT_OF_REACH	(1ull << 47)		/* a bit of a page's address */

static void access(struct smmuv3_rig *rig, enum dma_direction direction)
{
	engine_transfer(rig->engine, direction, rig_number(rig), transfer_size(rig->engine), ENGINE_PATIENCE, NULL);
}

/* Of an access of this size at the number. A device may have made several of it. */
static void expect_fault(struct smmuv3_rig *rig, unsigned id, enum dma_direction direction)
{
	const struct smmuv3_event *event = expect_event(rig, id);
	struct trial *trial = rig->trial;
	uint64_t offset;

	if (!event)
		return;
	offset = EVENT_ADDRESS(event) - rig_number(rig);
	expect_equal(trial, "SSV", EVENT_SSV(event), 0);
	expect_equal(trial, "RnW", EVENT_READ(event), direction == DMA_DEVICE_READS);
	expect_equal(trial, "Stall", EVENT_STALL(event), 0);
	expect_equal(trial, "S2", EVENT_STAGE2(event), 0);
	expect(trial, offset < transfer_size(rig->engine), "InputAddr %#llx is not of the access at %#llx",
	       (unsigned long long)EVENT_ADDRESS(event), (unsigned long long)rig_number(rig));
}

/* The page says this, and nothing older is known of it. */
static void set_page(struct smmuv3_rig *rig, uint64_t word)
{
	*rig->page = cpu_to_le64(word);
	rig_send(rig, CMD_TLBI_NH_VA | COMMAND_ASID(SMMU_ASID), rig->decoy.number | COMMAND_LEAF);
	rig_forget_events(rig);
}

/* A write to a page that says this is refused, and told of; to one as it was it is not. */
static void refused_write(struct trial *trial, unsigned id, uint64_t set, uint64_t clear)
{
	struct smmuv3_rig rig;
	uint64_t good;

	if (smmuv3_rig_start(trial, &rig)) {
		good = le64_to_cpu(*rig.page);
		rig_forget_events(&rig);
		expect_landed(&rig, "as it is", IN_BUS_FRAME);
		expect_no_event(&rig, "a write that is allowed");
		set_page(&rig, (good | set) & ~clear);
		expect_landed(&rig, "refused", 0);
		if (trial_good(trial))
			expect_fault(&rig, id, DMA_DEVICE_WRITES);
		set_page(&rig, 0);
		set_page(&rig, good);
		engine_stop(rig.engine);
		if (trial_good(trial) && trial_start(trial, rig.engine))
			expect_landed(&rig, "as it was", IN_BUS_FRAME);
	}
	smmuv3_rig_end(&rig);
}

static void write_unmapped(struct trial *trial)
{
	refused_write(trial, F_TRANSLATION, 0, LEAF_PAGE);
}
CONFORMANCE_TEST("smmuv3.write-unmapped", write_unmapped,
		 "A write to a page that is not valid reaches nothing, and is F_TRANSLATION with stream and address.",
		 .scope = &scope_smmuv3, .skip = needs_engine, .judged_by = EVIDENCE);

static void write_protected(struct trial *trial)
{
	refused_write(trial, F_PERMISSION, LEAF_READ_ONLY, 0);
}
CONFORMANCE_TEST("smmuv3.write-protected", write_protected,
		 "A write to a page that may be read only reaches nothing, and F_PERMISSION has stream and address.",
		 .scope = &scope_smmuv3, .skip = needs_engine, .judged_by = EVIDENCE);

static void write_privileged(struct trial *trial)
{
	refused_write(trial, F_PERMISSION, 0, LEAF_UNPRIVILEGED);
}
CONFORMANCE_TEST("smmuv3.write-privileged", write_privileged,
		 "A write of a function, which is unprivileged, to a page for the privileged alone is F_PERMISSION.",
		 .scope = &scope_smmuv3, .skip = needs_engine, .judged_by = EVIDENCE);

static void write_without_access(struct trial *trial)
{
	refused_write(trial, F_ACCESS, 0, LEAF_ACCESSED);
}
CONFORMANCE_TEST("smmuv3.write-not-accessed", write_without_access,
		 "A write to a page whose access flag is 0, which nothing sets here, reaches nothing and is F_ACCESS.",
		 .scope = &scope_smmuv3, .skip = needs_engine, .judged_by = EVIDENCE);

static const char *needs_address_size(const struct subject *subject)
{
	const char *reason = needs_engine(subject);

	if (reason)
		return reason;
	return smmuv3_of(subject->domain)->address_bits > 47 ? "an entry can say no address that there is not" : NULL;
}

static void write_out_of_reach(struct trial *trial)
{
	refused_write(trial, F_ADDR_SIZE, OUT_OF_REACH, 0);
}
CONFORMANCE_TEST("smmuv3.write-out-of-reach", write_out_of_reach,
		 "A write to a page at an address beyond the SMMU's and the context's size is F_ADDR_SIZE.",
		 .scope = &scope_smmuv3, .skip = needs_address_size, .judged_by = EVIDENCE);

static const char *needs_engine_reads(const struct subject *subject)
{
	const char *reason = needs_engine(subject);

	return reason ? reason : needs_reads(subject);
}

static void read_unmapped(struct trial *trial)
{
	struct smmuv3_rig rig;
	uint64_t good;

	if (smmuv3_rig_start(trial, &rig) && trial_can_read(trial)) {
		good = le64_to_cpu(*rig.page);
		set_page(&rig, 0);
		access(&rig, DMA_DEVICE_READS);
		expect_fault(&rig, F_TRANSLATION, DMA_DEVICE_READS);
		set_page(&rig, good | LEAF_READ_ONLY);
		engine_stop(rig.engine);
		if (trial_good(trial) && trial_start(trial, rig.engine)) {
			rig_forget_events(&rig);
			access(&rig, DMA_DEVICE_READS);
			expect_no_event(&rig, "a read of a page that may be read only");
		}
	}
	smmuv3_rig_end(&rig);
}
CONFORMANCE_TEST("smmuv3.read-unmapped", read_unmapped,
		 "A read of a page that is not valid is F_TRANSLATION, and of one that may be read only it is none.",
		 .scope = &scope_smmuv3, .skip = needs_engine_reads, .judged_by = FUNCTIONAL);

/* By itself, because it says of a fault only which access of the SMMU met it. */
static void fault_class(struct trial *trial)
{
	const struct smmuv3_event *event;
	struct smmuv3_rig rig;

	if (smmuv3_rig_start(trial, &rig)) {
		set_page(&rig, 0);
		expect_landed(&rig, "refused", 0);
		event = rig_event(&rig);
		if (event)
			expect_equal(trial, "CLASS", EVENT_CLASS(event), CLASS_INPUT);
	}
	smmuv3_rig_end(&rig);
}
CONFORMANCE_TEST("smmuv3.fault-class", fault_class,
		 "F_TRANSLATION of an access says that its own address was at fault, and not a walk for it.",
		 .scope = &scope_smmuv3, .skip = needs_engine, .judged_by = FUNCTIONAL);
