/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of an SMMUv3 have in common: see rig.h. */
#include "tests/conformance/smmuv3/rig.h"

#include "boot/byteorder.h"
#include "boot/clock.h"
#include "drivers/iommu/window.h"

#define EVENT_LIMIT	MILLISECONDS(20)

const struct conformance_scope scope_smmuv3 = {
	.of = &scope_bus_engine, .only = scope_domain_is_of_kind, .kind = "arm,smmu-v3",
	.words = "each SMMUv3, by each engine that is no virtio device, and one that is",
};

static uint64_t *entry_of_page(const struct dma_domain *domain, const struct smmuv3 *smmu, uint64_t number)
{
	const struct dma_window *window = domain_paged_window(domain, (bus_addr) { number }, FRAME_SIZE);

	if (!window)
		return NULL;
	return (uint64_t *)arch_pointer(window->table) + window_page(window, (bus_addr) { number }, smmu->page_shift);
}

bool smmuv3_rig_start(struct trial *trial, struct smmuv3_rig *rig)
{
	struct engine *engine = trial->subject->engine;
	struct dma_domain *domain = engine->function->domain;

	*rig = (struct smmuv3_rig) { .trial = trial, .engine = engine, .smmu = smmuv3_of(domain) };
	rig->stream = smmuv3_stream(engine->function);
	rig->entry = smmuv3_stream_entry(rig->smmu, rig->stream);
	rig->kept[0] = rig->entry[0];
	rig->kept[1] = rig->entry[1];
	dma_map_like_memory(domain);
	if (!trial_start(trial, engine))
		return false;
	rig->has_decoy = decoy_make(&rig->decoy, engine->function, 1, DMA_DEVICE_BOTH);
	rig->page = rig->has_decoy ? entry_of_page(domain, rig->smmu, rig->decoy.number) : NULL;
	if (!rig->page)
		trial_error(trial, "no decoy can be made");
	return rig->page;
}

void smmuv3_rig_end(struct smmuv3_rig *rig)
{
	if (rig->entry[0] != rig->kept[0] || rig->entry[1] != rig->kept[1]) {
		rig->entry[1] = rig->kept[1];
		rig_set_stream(rig, le64_to_cpu(rig->kept[0]));
	}
	engine_stop(rig->engine);
	if (rig->has_decoy)
		decoy_release(&rig->decoy);
	dma_restore(rig->engine->function->domain);
	rig_forget_events(rig);
}

uint64_t rig_number(const struct smmuv3_rig *rig)
{
	return rig->decoy.number + TARGET_OFFSET;
}

void expect_landed(struct smmuv3_rig *rig, const char *when, unsigned where)
{
	static const char *const names[] = { "nowhere", "in the bus frame", "in the physical frame", "in both" };
	const phys_addr frames[2] = { rig->decoy.bus_frame, rig->decoy.physical_frame };
	uint32_t size = transfer_size(rig->engine);
	unsigned landed;

	if (!trial_good(rig->trial))
		return;
	write_soon(rig->engine, rig_number(rig), size, where ? ENGINE_LIMIT : ENGINE_PATIENCE);
	landed = landed_in(rig->trial, rig_number(rig), size, frames, 2);
	expect(rig->trial, landed == where, "%s: a write landed %s, not %s", when, names[landed], names[where]);
}

void rig_send(struct smmuv3_rig *rig, uint64_t first, uint64_t second)
{
	struct smmuv3_command command = { { first, second } };
	enum domain_status status = smmuv3_send(rig->smmu, &command, 1);

	expect(rig->trial, status == DOMAIN_DONE, "command %#llx: %s", (unsigned long long)first & 0xff,
	       domain_status_name(status));
}

void rig_set_stream(struct smmuv3_rig *rig, uint64_t word)
{
	rig->entry[0] = cpu_to_le64(word);
	rig_send(rig, CMD_CFGI_STE | COMMAND_STREAM(rig->stream), COMMAND_LEAF);
	rig_send(rig, CMD_TLBI_NSNH_ALL, 0);
}

void rig_forget_events(struct smmuv3_rig *rig)
{
	smmuv3_send(rig->smmu, NULL, 0);
	smmuv3_drain(rig->smmu);
	rig->smmu->faults.count = 0;
	rig->smmu->faults.lost = false;
}

static uint64_t count_events(struct smmuv3_rig *rig)
{
	smmuv3_drain(rig->smmu);
	return rig->smmu->faults.count;
}

/* Nothing else says when it is on record. */
const struct smmuv3_event *rig_event(struct smmuv3_rig *rig)
{
	smmuv3_send(rig->smmu, NULL, 0);
	if (!expect(rig->trial, poll_soon(count_events(rig) != 0, EVENT_LIMIT), "the SMMU has recorded no event"))
		return NULL;
	return &rig->smmu->faults.first;
}

const struct smmuv3_event *expect_event(struct smmuv3_rig *rig, unsigned id)
{
	const struct smmuv3_event *event = rig_event(rig);

	if (!event)
		return NULL;
	expect_equal(rig->trial, "event", EVENT_ID(event), id);
	expect_equal(rig->trial, "StreamID", EVENT_STREAM(event), rig->stream);
	return event;
}

void expect_no_event(struct smmuv3_rig *rig, const char *when)
{
	smmuv3_send(rig->smmu, NULL, 0);
	if (count_events(rig) != 0)
		expect(rig->trial, false, "%s: the SMMU has recorded an event, %#x", when,
		       EVENT_ID(&rig->smmu->faults.first));
}
