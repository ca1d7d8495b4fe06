/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite smmuv3, messages of a function: to an SMMU each is a write as any other, to the page where what takes messages
 * has its register. That page leads there as long as its entry says so, and so does any other address that is mapped
 * to it; otherwise nothing is raised, and an event is recorded.
 *
 * Source: IHI 0070, 3.12 and 7.3 (event records); IHI 0069, 5.1 (GITS_TRANSLATER is reached by writes on the bus).
 */
#include "boot/byteorder.h"
#include "tests/conformance/probe/msi_rig.h"
#include "tests/conformance/smmuv3/rig.h"

static bool is_behind(const struct subject *subject)
{
	return smmuv3_of(subject->function->domain) != NULL;
}

static uint64_t where(const struct pci_function *function)
{
	return function->host->at->messages->messages_at.value;
}

/* The entry says this, and nothing older is known of it. */
static void set_page(struct smmuv3_rig *rig, uint64_t *entry, uint64_t word)
{
	*entry = cpu_to_le64(word);
	rig_send(rig, CMD_TLBI_NH_VA | COMMAND_ASID(SMMU_ASID), where(msi_rig.function) | COMMAND_LEAF);
	rig_forget_events(rig);
}

static void expect_fault(struct smmuv3_rig *rig, unsigned id)
{
	const struct smmuv3_event *event = expect_event(rig, id);

	if (!event)
		return;
	expect_equal(rig->trial, "RnW", EVENT_READ(event), 0);
	expect_equal(rig->trial, "InputAddr", EVENT_ADDRESS(event), where(msi_rig.function));
}

static void expect_message(struct smmuv3_rig *rig, const char *when)
{
	if (!trial_good(rig->trial) || !msi_interrupt(rig->trial, 0))
		return;
	msi_expect(rig->trial, 0, when);
	expect_no_event(rig, when);
}

/* A message to a page whose entry says this is refused, and told of; to one as it was it is not. */
static void refused(struct trial *trial, unsigned id, uint64_t set, uint64_t clear)
{
	const struct pci_function *function = trial->subject->function;
	struct smmuv3_rig rig = {
		.trial = trial, .smmu = smmuv3_of(function->domain), .stream = smmuv3_stream(function),
	};
	uint64_t *entry, good;

	if (!msi_start(trial, 1))
		return;
	entry = smmuv3_page_entry(rig.smmu, (bus_addr) { where(function) });
	good = le64_to_cpu(*entry);
	rig_forget_events(&rig);
	expect_message(&rig, "as it is");
	set_page(&rig, entry, (good | set) & ~clear);
	if (msi_interrupt(trial, 0)) {
		msi_expect_none(trial, "refused");
		expect_fault(&rig, id);
	}
	set_page(&rig, entry, good);
	expect_message(&rig, "as it was");
	msi_stop();
}

static void message_unmapped(struct trial *trial)
{
	refused(trial, F_TRANSLATION, 0, LEAF_PAGE);
}
CONFORMANCE_TEST("smmuv3.message-unmapped", message_unmapped,
		 "A message to a page that leads nowhere raises nothing, and is F_TRANSLATION with stream and address.",
		 .scope = &scope_msi, .about = is_behind, .skip = needs_msi_line, .judged_by = EVIDENCE);

static void message_protected(struct trial *trial)
{
	refused(trial, F_PERMISSION, LEAF_READ_ONLY, 0);
}
CONFORMANCE_TEST("smmuv3.message-protected", message_protected,
		 "A message to a page that may be read only raises nothing: F_PERMISSION has stream and address.",
		 .scope = &scope_msi, .about = is_behind, .skip = needs_msi_line, .judged_by = EVIDENCE);
