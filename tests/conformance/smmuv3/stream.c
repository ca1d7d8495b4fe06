/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite smmuv3: what the entry of a stream says of all its accesses, and stream tables of two levels. An engine's own
 * memory is refused as well then, so that it is started anew after it.
 *
 * Source: IHI 0070, 3.3.1 (stream tables), 5.1 (level 1), 5.2 (STE), 7.3 (event records).
 */
#include "boot/byteorder.h"
#include "tests/conformance/smmuv3/rig.h"

#define STE_ABORT	1ull			/* valid, and Config says: abort */
#define STE_BYPASS	(1ull | 4ull << 1)

/* The engine again, with its stream as it was. */
static void again(struct smmuv3_rig *rig)
{
	rig_set_stream(rig, le64_to_cpu(rig->kept[0]));
	engine_stop(rig->engine);
	if (trial_good(rig->trial) && trial_start(rig->trial, rig->engine))
		expect_landed(rig, "as it was", IN_BUS_FRAME);
}

static void stream_invalid(struct trial *trial)
{
	struct smmuv3_rig rig;

	if (smmuv3_rig_start(trial, &rig)) {
		expect_landed(&rig, "at first", IN_BUS_FRAME);
		rig_set_stream(&rig, 0);
		rig_forget_events(&rig);
		expect_landed(&rig, "without an entry", 0);
		expect_event(&rig, C_BAD_STE);
		again(&rig);
	}
	smmuv3_rig_end(&rig);
}
CONFORMANCE_TEST("smmuv3.stream-invalid", stream_invalid,
		 "A stream whose entry is not valid reaches nothing, and C_BAD_STE says which one it was.",
		 .scope = &scope_smmuv3, .skip = needs_engine, .judged_by = EVIDENCE);

static void stream_aborts(struct trial *trial)
{
	struct smmuv3_rig rig;

	if (smmuv3_rig_start(trial, &rig)) {
		expect_landed(&rig, "at first", IN_BUS_FRAME);
		rig_set_stream(&rig, STE_ABORT);
		rig_forget_events(&rig);
		expect_landed(&rig, "aborted", 0);
		expect_no_event(&rig, "an abort that the entry asks for");
		again(&rig);
	}
	smmuv3_rig_end(&rig);
}
CONFORMANCE_TEST("smmuv3.stream-aborts", stream_aborts,
		 "A stream whose entry says abort reaches nothing, and no event tells of it.",
		 .scope = &scope_smmuv3, .skip = needs_engine, .judged_by = EVIDENCE);

static void stream_bypasses(struct trial *trial)
{
	struct smmuv3_rig rig;

	if (smmuv3_rig_start(trial, &rig)) {
		expect_landed(&rig, "at first", IN_BUS_FRAME);
		rig_set_stream(&rig, STE_BYPASS);
		rig_forget_events(&rig);
		expect_landed(&rig, "past the tables", IN_PHYSICAL_FRAME);
		expect_no_event(&rig, "an access past the tables");
		again(&rig);
	}
	smmuv3_rig_end(&rig);
}
CONFORMANCE_TEST("smmuv3.stream-bypasses", stream_bypasses,
		 "A stream whose entry says bypass reaches the memory that has the number, and not the table's.",
		 .scope = &scope_smmuv3, .skip = needs_engine, .judged_by = EVIDENCE);

/* ---- Two levels ---- */

static const struct conformance_scope scope_one_engine = {
	.of = &scope_bridge_engine, .only = scope_domain_is_of_kind, .kind = "arm,smmu-v3",
	.words = "each SMMUv3, by one engine",
};

static const char *needs_two_levels(const struct subject *subject)
{
	const char *reason = needs_engine(subject);

	if (reason)
		return reason;
	return IDR0_ST_LEVEL(smmuv3_read(smmuv3_of(subject->domain), SMMU_IDR0)) == 0 ?
	       "the SMMU has no stream tables of two levels" : NULL;
}

/* A good write, of an engine that is started for it. */
static bool lands(struct smmuv3_rig *rig)
{
	const phys_addr frames[2] = { rig->decoy.bus_frame, rig->decoy.physical_frame };
	uint32_t size = transfer_size(rig->engine);

	engine_stop(rig->engine);
	if (!engine_start(rig->engine))
		return false;
	write_soon(rig->engine, rig_number(rig), size, ENGINE_LIMIT);
	return landed_in(rig->trial, rig_number(rig), size, frames, 2) == IN_BUS_FRAME;
}

static bool use_levels(struct smmuv3_rig *rig, unsigned levels)
{
	engine_stop(rig->engine);
	return expect(rig->trial, smmuv3_use_levels(rig->smmu, levels), "a table of %u levels cannot be set", levels);
}

static const char *needs_both_levels(const struct subject *subject)
{
	const char *reason = needs_two_levels(subject);

	if (reason)
		return reason;
	return smmuv3_of(subject->domain)->sparse ? "the streams are too far apart for a linear table" : NULL;
}

/* What does not find its way back stays at two levels, by which all others are translated as well. */
static bool back_to_one(struct smmuv3_rig *rig)
{
	bool back = use_levels(rig, 1) && lands(rig);

	if (!back)
		use_levels(rig, 2);
	engine_stop(rig->engine);
	return back;
}

static void without_second_level(struct smmuv3_rig *rig)
{
	uint64_t *entry = smmuv3_level1_entry(rig->smmu, rig->stream), kept = *entry;

	*entry = 0;
	rig_send(rig, CMD_CFGI_STE | COMMAND_STREAM(rig->stream), 0);
	rig_send(rig, CMD_TLBI_NSNH_ALL, 0);
	rig_forget_events(rig);
	expect_landed(rig, "without a second level", 0);
	expect_event(rig, C_BAD_STREAMID);
	*entry = kept;
	rig_send(rig, CMD_CFGI_STE | COMMAND_STREAM(rig->stream), 0);
}

static void two_levels(struct trial *trial)
{
	struct smmuv3_rig rig;

	if (smmuv3_rig_start(trial, &rig) && use_levels(&rig, 2)) {
		expect(trial, lands(&rig), "by two levels: a write did not land in the bus frame");
		without_second_level(&rig);
		expect(trial, lands(&rig), "by two levels again: a write did not land in the bus frame");
		if (!rig.smmu->sparse)
			back_to_one(&rig);
	}
	smmuv3_rig_end(&rig);
}
CONFORMANCE_TEST("smmuv3.two-levels", two_levels,
		 "By a stream table of two levels an engine is translated, and not where its second level is missing.",
		 .scope = &scope_one_engine, .skip = needs_two_levels, .judged_by = EVIDENCE);

static void one_level_again(struct trial *trial)
{
	struct smmuv3_rig rig;

	if (smmuv3_rig_start(trial, &rig) && use_levels(&rig, 2)) {
		expect(trial, lands(&rig), "by two levels: a write did not land in the bus frame");
		expect(trial, back_to_one(&rig), "by one level again: a write did not land in the bus frame");
	}
	smmuv3_rig_end(&rig);
}
CONFORMANCE_TEST("smmuv3.one-level-again", one_level_again,
		 "After a stream table of two levels a linear one is read as such.",
		 .scope = &scope_one_engine, .skip = needs_both_levels, .judged_by = EVIDENCE);
