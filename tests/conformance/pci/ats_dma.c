/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The suite pci, sixth part: DMA of a function whose address translation services are on. It may ask for translations
 * and keep them; who translates here has not been told to answer, so that a request that comes as translated already is
 * refused, and no page is reached any more once it is unmapped. Whether such a function does DMA at all is its choice.
 *
 * Source: PCI Express Base Specification 5.0, 10.2.3 (completions of translation requests), 10.3.1.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/extended.h"
#include "tests/conformance/probe/landing.h"

#define TARGET_OFFSET	2048u

static bool has_ats(unsigned number, const struct conformance_scope *scope)
{
	struct subject subject = { .number = number };

	(void)scope;
	scope_get(&scope_engine, number, &subject);
	if (!subject.function->host || !pci_extended_capability(subject.function, PCI_EXT_CAP_ID_ATS))
		return false;
	return (subject.engine->directions & DMA_DEVICE_WRITES) &&
	       (!virtio_engine_of(subject.engine) || on_plain_ring(&subject));
}

static const struct conformance_scope scope_ats_engine = {
	.of = &scope_engine, .only = has_ats, .words = "each engine with an ATS capability",
};

static bool arrives(struct trial *trial, const struct dma_map *map, uint64_t limit)
{
	struct engine *engine = trial->subject->engine;
	uint32_t size = transfer_size(engine);
	uint64_t number = map->address.value + TARGET_OFFSET;

	write_soon(engine, number, size, limit);
	return landed(trial, map->memory, TARGET_OFFSET, size);
}

static void ats_dma(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	unsigned reg = pci_extended_capability(engine->function, PCI_EXT_CAP_ID_ATS) + PCI_ATS_CTRL;
	uint16_t before = pci_read16(engine->function, reg);
	struct dma_map map;
	phys_addr frame;

	if (!trial_start(trial, engine) || !trial_take_frame(trial, &frame))
		return;
	map = dma_map(engine->function, frame, FRAME_SIZE, DMA_DEVICE_BOTH);
	expect(trial, arrives(trial, &map, ENGINE_LIMIT), "a write did not arrive before ATS was on");
	pci_write16(engine->function, reg, PCI_ATS_CTRL_ENABLE);
	trial_record(trial, "with ATS on a write %s", arrives(trial, &map, ENGINE_PATIENCE) ? "arrives" :
		     "does not arrive");
	dma_unmap(&map);
	expect(trial, !arrives(trial, &map, ENGINE_PATIENCE), "with ATS on a write arrived in a page that is unmapped");
	pci_write16(engine->function, reg, before);
	frames_give(frame, 1);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("pci.ats-dma", ats_dma,
		 "With ATS on a function reaches no page any more that it has used and that is unmapped.",
		 .scope = &scope_ats_engine, .skip = needs_bus_view, .judged_by = EVIDENCE);
