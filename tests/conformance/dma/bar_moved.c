/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite dma: the engine's own BAR goes elsewhere and comes back while a mapping is live. The engine is driven through
 * its BAR wherever that is, so that it works at all shows that it moved; where the data arrives must not change.
 */
#include <linux/pci_regs.h>

#include "boot/frames.h"
#include "tests/conformance/dma/trial.h"
#include "tests/conformance/probe/landing.h"
#include "tests/conformance/probe/room.h"

#define TARGET_OFFSET	4096

/* The engine's first BAR of memory, or PCI_BARS. */
static unsigned memory_bar(const struct engine *engine)
{
	unsigned bar = 0;

	while (bar < PCI_BARS && !bar_is_memory(&engine->function->bars[bar]))
		bar++;
	return bar;
}

static const char *needs_movable_bar(const struct subject *subject)
{
	const struct engine *engine = subject->engine;
	uint64_t address;

	if (!engine)
		return needs_engine(subject);
	if (virtio_engine_of(engine))
		return "the driver of virtio devices keeps the addresses of their structures";
	if (memory_bar(engine) == PCI_BARS)
		return "the device has no memory BAR";
	if (!room_find(engine->function, engine->function->bars[memory_bar(engine)].size, &address))
		return "there is no room to move its BAR to";
	return NULL;
}

/* The function's record moves with it, so that its driver finds the registers whatever happens next. */
static bool move_bar(struct trial *trial, struct pci_function *function, unsigned number, uint64_t address)
{
	struct pci_bar *bar = &function->bars[number];
	unsigned reg = PCI_BASE_ADDRESS_0 + 4 * number;

	pci_command(function, 0, PCI_COMMAND_MEMORY);
	pci_write32(function, reg, (uint32_t)address);
	if (bar->kind == PCI_BAR_MEM64)
		pci_write32(function, reg + 4, address >> 32);
	bar->address = address;
	pci_command(function, PCI_COMMAND_MEMORY, 0);
	return expect_equal(trial, "the BAR's address", pci_read32(function, reg) & (uint32_t)PCI_BASE_ADDRESS_MEM_MASK,
			    (uint32_t)address);
}

static void bar_moved(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct pci_function *function = engine->function;
	unsigned bar = memory_bar(engine);
	uint64_t home = function->bars[bar].address, away;
	struct dma_map map;
	phys_addr frame;

	if (!room_find(function, function->bars[bar].size, &away) || !trial_start(trial, engine))
		return;
	trial_note(trial, "bar", "BAR %u from %#llx to %#llx", bar, (unsigned long long)home, (unsigned long long)away);
	if (!trial_take_frame(trial, &frame))
		return;
	map = dma_map(function, frame, FRAME_SIZE, DMA_DEVICE_BOTH);
	expect_landing(trial, engine, map.address.value + TARGET_OFFSET, frame, true);
	if (move_bar(trial, function, bar, away))
		expect_landing(trial, engine, map.address.value + TARGET_OFFSET, frame, true);
	if (move_bar(trial, function, bar, home))
		expect_landing(trial, engine, map.address.value + TARGET_OFFSET, frame, true);
	engine_stop(engine);
	dma_unmap(&map);
	frames_give(frame, 1);
}
CONFORMANCE_TEST("dma.bar-moved", bar_moved,
		 "An engine whose BAR has been moved answers at the new address, and still does DMA to the same place.",
		 .scope = &scope_bus_engine, .skip = needs_movable_bar, .judged_by = EVIDENCE);
