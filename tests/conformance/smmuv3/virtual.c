/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite smmuv3: a virtual function is a stream of its own. What the stream of its physical function has does not serve
 * it; with a context of its own the same number leads each of the two to a page of its own, until that one is gone.
 *
 * Source: IHI 0070, 3.3 (StreamIDs), 5.2 (STE); PCI Express Base Specification 5.0, 9.3.2.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "tests/conformance/probe/virtual.h"
#include "tests/conformance/smmuv3/rig.h"

#define OTHER_ASID	2ull
#define ASID_FIELD	(0xffffull << 48)	/* of the first word of a context */

/* Where a write has landed, beside IN_BUS_FRAME, where the physical function's page leads. */
#define IN_VIRTUAL_PAGE	4u

static const struct conformance_scope scope_virtual_stream = {
	.of = &scope_virtual_engine, .only = scope_domain_is_of_kind, .kind = "arm,smmu-v3",
	.words = "each engine behind an SMMUv3 with a virtual function that can be made one",
};

struct streams {
	struct smmuv3_rig rig;			/* of the physical function */
	struct virtual_rig virtual;
	uint32_t stream;
	uint64_t *entry, kept[2];		/* the virtual function's, and what it says */
	unsigned granule;			/* of its tables */
	phys_addr page;				/* where the number leads it, */
	uint64_t *leaf;				/* by this entry */
};

static bool find_entry(struct streams *streams)
{
	struct smmuv3_rig *rig = &streams->rig;

	streams->stream = smmuv3_stream(&streams->virtual.function);
	streams->entry = smmuv3_stream_entry(rig->smmu, streams->stream);
	if (!streams->entry) {
		trial_skip(rig->trial, "the stream table has no room for the virtual function's");
		return false;
	}
	streams->kept[0] = streams->entry[0];
	streams->kept[1] = streams->entry[1];
	while (!(smmuv3_read(rig->smmu, SMMU_IDR5) & smmuv3_granules[streams->granule].has))
		streams->granule++;
	return true;
}

static void forget(struct streams *streams)
{
	rig_send(&streams->rig, CMD_CFGI_STE | COMMAND_STREAM(streams->stream), COMMAND_LEAF);
	rig_send(&streams->rig, CMD_TLBI_NSNH_ALL, 0);
}

/* Has the virtual function's number lead to its page, by a context of its own. */
static bool give_context(struct streams *streams)
{
	struct smmuv3_rig *rig = &streams->rig;
	phys_addr context, root;
	uint64_t *words;

	streams->leaf = smmuv3_make_tables(rig->trial, streams->granule, rig_number(rig), &root);
	if (!streams->leaf || !smmuv3_take_page(rig->trial, &streams->page) ||
	    !trial_take_table(rig->trial, FRAME_SIZE, FRAME_SIZE, &context))
		return false;
	*streams->leaf = cpu_to_le64(smmuv3_page(streams->page, DMA_DEVICE_BOTH));
	words = arch_pointer(context);
	smmuv3_fill_context(rig->smmu, words, smmuv3_granules[streams->granule].shift, TABLES_BITS, root);
	words[0] = cpu_to_le64((le64_to_cpu(words[0]) & ~ASID_FIELD) | COMMAND_ASID(OTHER_ASID));
	streams->entry[1] = rig->kept[1];
	streams->entry[0] = cpu_to_le64((le64_to_cpu(rig->kept[0]) & ~BASE_ADDRESS) | context.value);
	forget(streams);
	return trial_good(rig->trial);
}

static void expect_where(struct streams *streams, struct engine *engine, const char *when, unsigned where)
{
	struct smmuv3_rig *rig = &streams->rig;
	uint64_t offset = rig_number(rig) & ((1ull << smmuv3_granules[streams->granule].shift) - 1);
	const phys_addr frames[3] = { rig->decoy.bus_frame, rig->decoy.physical_frame,
				      { streams->page.value + (offset & -FRAME_SIZE) } };
	uint32_t size = transfer_size(engine);
	unsigned landed;

	if (!trial_good(rig->trial))
		return;
	write_soon(engine, rig_number(rig), size, where ? ENGINE_LIMIT : ENGINE_PATIENCE);
	landed = landed_in(rig->trial, rig_number(rig), size, frames, 3);
	expect(rig->trial, landed == where, "%s: a write of the %s function landed in %#x (bits), not %#x", when,
	       engine == rig->engine ? "physical" : "virtual", landed, where);
}

static void expect_each(struct streams *streams, const char *when, unsigned physical, unsigned virtual)
{
	expect_where(streams, &streams->virtual.engine, when, virtual);
	expect_where(streams, streams->rig.engine, when, physical);
}

/* Its queues have addresses that only the physical function's stream leads anywhere. */
static void without_entry(struct streams *streams)
{
	const struct smmuv3_event *event;

	rig_forget_events(&streams->rig);
	expect(streams->rig.trial, !engine_start(&streams->virtual.engine),
	       "the virtual function comes up, and its stream leads nowhere");
	event = rig_event(&streams->rig);
	if (event)
		expect_equal(streams->rig.trial, "StreamID of the event", EVENT_STREAM(event), streams->stream);
	engine_stop(&streams->virtual.engine);
}

static void each_by_itself(struct streams *streams)
{
	struct smmuv3_rig *rig = &streams->rig;

	expect_each(streams, "each has a page", IN_BUS_FRAME, IN_VIRTUAL_PAGE);
	*streams->leaf = 0;
	rig_send(rig, CMD_TLBI_NH_ASID | COMMAND_ASID(OTHER_ASID), 0);
	expect_each(streams, "the virtual one's page is gone", IN_BUS_FRAME, 0);
	*streams->leaf = cpu_to_le64(smmuv3_page(streams->page, DMA_DEVICE_BOTH));
	dma_unmap(&rig->decoy.map);
	expect_each(streams, "the physical one's page is gone", 0, IN_VIRTUAL_PAGE);
	pci_command(&streams->virtual.function, 0, PCI_COMMAND_MASTER);
	expect_where(streams, &streams->virtual.engine, "the virtual one is no bus master", 0);
}

static void virtual_stream(struct trial *trial)
{
	static struct streams streams;

	streams = (struct streams) { .granule = 0 };
	if (smmuv3_rig_start(trial, &streams.rig) && virtual_begin(trial, &streams.virtual) && find_entry(&streams)) {
		without_entry(&streams);
		if (trial_good(trial) && give_context(&streams) && trial_start(trial, &streams.virtual.engine))
			each_by_itself(&streams);
	}
	if (streams.virtual.physical)
		virtual_end(&streams.virtual);
	if (streams.entry) {
		streams.entry[0] = streams.kept[0];
		streams.entry[1] = streams.kept[1];
		forget(&streams);
	}
	smmuv3_rig_end(&streams.rig);
}
CONFORMANCE_TEST("smmuv3.virtual-function", virtual_stream,
		 "A virtual function is a stream of its own: a number leads it elsewhere than its physical one.",
		 .scope = &scope_virtual_stream, .judged_by = EVIDENCE);
