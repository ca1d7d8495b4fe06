/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite smmuv3: each command by which an SMMUv3 forgets translations, and the one for a context. A page is taken away
 * and led elsewhere behind its back, as it is allowed to remember it until then; after the command a write must follow
 * the table. And the queue of commands itself: one that there is not is an error, and those behind it are done.
 *
 * Source: IHI 0070, 4.3 (configuration), 4.4 (TLB invalidation), 5.4 (CD), 7.1 (errors of commands).
 */
#include "boot/byteorder.h"
#include "boot/string.h"
#include "tests/conformance/smmuv3/rig.h"

#define NO_COMMAND	0xffull
#define CONTEXT_BYTES	64u

static const struct { const char *name; uint64_t first; bool page, leaf; } commands[] = {
	{ "nh-va-leaf", CMD_TLBI_NH_VA | COMMAND_ASID(SMMU_ASID), true, true },
	{ "nh-va", CMD_TLBI_NH_VA | COMMAND_ASID(SMMU_ASID), true, false },
	{ "nh-vaa", CMD_TLBI_NH_VAA, true, false },
	{ "nh-asid", CMD_TLBI_NH_ASID | COMMAND_ASID(SMMU_ASID), false, false },
	{ "nh-all", CMD_TLBI_NH_ALL, false, false },
	{ "nsnh-all", CMD_TLBI_NSNH_ALL, false, false },
};

static void name_command(struct subject *subject)
{
	struct text name = { subject->name, SUBJECT_NAME, strlen(subject->name), false };

	append(&name, "/%s", commands[subject->number].name);
}

static const struct conformance_scope scope_forget = {
	.of = &scope_smmuv3, .rows = sizeof(commands) / sizeof(commands[0]), .complete = name_command,
	.words = "each SMMUv3 and command, by each engine that is no virtio device, and one that is",
};

static void forget(struct smmuv3_rig *rig)
{
	unsigned row = rig->trial->subject->number;
	uint64_t page = commands[row].page ? rig->decoy.number : 0;

	rig_send(rig, commands[row].first, page | (commands[row].leaf ? COMMAND_LEAF : 0));
}

/* To the bus frame, nowhere, and to the physical one, which is not that of the number by the table. */
static void forgets(struct trial *trial)
{
	struct smmuv3_rig rig;

	if (smmuv3_rig_start(trial, &rig)) {
		expect_landed(&rig, "at first", IN_BUS_FRAME);
		*rig.page = 0;
		forget(&rig);
		expect_landed(&rig, "taken away", 0);
		*rig.page = cpu_to_le64(smmuv3_page(rig.decoy.physical_frame, DMA_DEVICE_BOTH));
		forget(&rig);
		engine_stop(rig.engine);
		if (trial_start(trial, rig.engine))
			expect_landed(&rig, "led elsewhere", IN_PHYSICAL_FRAME);
	}
	smmuv3_rig_end(&rig);
}
CONFORMANCE_TEST("smmuv3.forgets", forgets,
		 "After the command a page that was taken away leads nowhere, and one that was led elsewhere there.",
		 .scope = &scope_forget, .skip = needs_engine, .judged_by = EVIDENCE);

#define CD_VALID	(1ull << 31)

/* A copy of the context of all streams, which is this stream's alone. */
static uint64_t *own_context(struct smmuv3_rig *rig)
{
	phys_addr context;

	if (!trial_take_table(rig->trial, FRAME_SIZE, FRAME_SIZE, &context))
		return NULL;
	memcpy(arch_pointer(context), arch_pointer(rig->smmu->context.start), CONTEXT_BYTES);
	rig_set_stream(rig, (le64_to_cpu(rig->kept[0]) & ~BASE_ADDRESS) | context.value);
	return trial_good(rig->trial) ? arch_pointer(context) : NULL;
}

/* Nothing but the command tells that the context has changed: the stream's entry is as it was. */
static void set_context(struct smmuv3_rig *rig, uint64_t *context, uint64_t word)
{
	*context = cpu_to_le64(word);
	rig_send(rig, CMD_CFGI_CD | COMMAND_STREAM(rig->stream), COMMAND_LEAF);
	rig_forget_events(rig);
}

static void forgets_context(struct trial *trial)
{
	struct smmuv3_rig rig;
	uint64_t *context;

	if (smmuv3_rig_start(trial, &rig) && (context = own_context(&rig)) != NULL) {
		uint64_t good = le64_to_cpu(*context);

		expect_landed(&rig, "by a context of its own", IN_BUS_FRAME);
		set_context(&rig, context, good & ~CD_VALID);
		expect_landed(&rig, "by a context that is not valid", 0);
		if (trial_good(trial))
			expect_event(&rig, C_BAD_CD);
		set_context(&rig, context, good);
		engine_stop(rig.engine);
		if (trial_good(trial) && trial_start(trial, rig.engine))
			expect_landed(&rig, "by a context that is valid again", IN_BUS_FRAME);
	}
	smmuv3_rig_end(&rig);
}
CONFORMANCE_TEST("smmuv3.forgets-context", forgets_context,
		 "After CMD_CFGI_CD a context that is not valid any more lets nothing pass, and C_BAD_CD tells of it.",
		 .scope = &scope_smmuv3, .skip = needs_engine, .judged_by = EVIDENCE);

static void wrong_command(struct trial *trial)
{
	struct smmuv3_rig rig;

	if (smmuv3_rig_start(trial, &rig)) {
		struct smmuv3_command pair[] = {
			{ { NO_COMMAND, 0 } },
			{ { CMD_TLBI_NH_VA | COMMAND_ASID(SMMU_ASID), rig.decoy.number | COMMAND_LEAF } },
		};

		expect_landed(&rig, "at first", IN_BUS_FRAME);
		*rig.page = 0;
		rig.smmu->command_error = 0;
		expect_equal(trial, "status", smmuv3_send(rig.smmu, pair, 2), DOMAIN_REFUSED);
		expect_equal(trial, "CMDQ_CONS.ERR", rig.smmu->command_error, CERROR_ILL);
		expect_landed(&rig, "after the command behind it", 0);
	}
	smmuv3_rig_end(&rig);
}
CONFORMANCE_TEST("smmuv3.wrong-command", wrong_command,
		 "A command that there is not stops the queue as CERROR_ILL, and replaced, those behind it are done.",
		 .scope = &scope_smmuv3, .skip = needs_engine, .judged_by = EVIDENCE);
