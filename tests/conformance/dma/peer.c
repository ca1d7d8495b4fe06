/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite dma: bus addresses that belong to another device's BAR, and BARs that move. A BAR is nobody's memory: what is
 * aimed at it must not arrive in any, and where it is must not matter to a mapping.
 */
#include <linux/pci_regs.h>

#include "boot/frames.h"
#include "boot/trap.h"
#include "tests/conformance/dma/trial.h"
#include "tests/conformance/probe/room.h"
#include "tests/conformance/probe/shelf.h"

#define BAR_SMALLEST	4096u
#define FROM_END	1024u		/* how far before the end of a part of the BAR the target is */
#define WORDS		16u		/* of the BAR that are looked at */
#define GUARDS		DOMAIN_WINDOWS

struct peer {
	const struct pci_function *function;
	unsigned bar;
	uint64_t offset;		/* of the target */
};

/* What the CPU finds at the target in the BAR. Traps where nothing answers. */
static void read_target(const struct peer *peer, uint32_t *words)
{
	for (unsigned i = 0; i < WORDS; i++)
		words[i] = mmio_read32_le(pci_bar_address(peer->function, peer->bar, peer->offset + 4 * i));
}

static void try_target(void *peer)
{
	uint32_t words[WORDS];

	read_target(peer, words);
}

/*
 * A device may leave parts of its BAR without an answer. Of the ends of the first 4 KiB, 8 KiB and so on the first that
 * answers is taken: near the start are registers that are known to be harmless or not used, further on may be
 * doorbells, and QEMU 7.2 does not survive a read of a virtio device's that has a page for each queue.
 */
static bool find_answer(struct peer *peer)
{
	for (uint64_t end = BAR_SMALLEST; end <= peer->function->bars[peer->bar].size; end *= 2) {
		peer->offset = end - FROM_END;
		if (trap_guard(try_target, peer, NULL))
			return true;
	}
	return false;
}

static bool take_first(struct peer *peer)
{
	(void)peer;
	return true;
}

/* A BAR of another engine that suits. An emulated device does no harm when its registers are written while idle. */
static bool find_peer(const struct engine *engine, bool (*suits)(struct peer *peer), struct peer *peer)
{
	for (unsigned i = 0; i < engine_count(); i++) {
		const struct pci_function *function = engine_get(i)->function;

		if (function == engine->function || function->domain != engine->function->domain)
			continue;
		for (unsigned bar = 0; bar < PCI_BARS; bar++) {
			*peer = (struct peer) { function, bar, 0 };
			if (bar_is_memory(&function->bars[bar]) && function->bars[bar].size >= BAR_SMALLEST &&
			    (shelf_is_one(function, bar) || arch_platform()->emulated) && suits(peer))
				return true;
		}
	}
	return false;
}

static const char *needs_peer(const struct subject *subject)
{
	struct peer peer;

	if (!subject->engine)
		return needs_engine(subject);
	if (!find_peer(subject->engine, take_first, &peer))
		return "no other device behind this bridge with a BAR that may be written";
	return NULL;
}

/*
 * Frames where the number would lead if a window's base were ignored: in each paged window, the page whose low bits are
 * those of the number. A page that is in use already has no guard. Returns how many there are.
 */
static unsigned map_guards(struct trial *trial, uint64_t number, struct dma_map *guards)
{
	const struct dma_domain *domain = trial->subject->domain;
	unsigned count = 0;
	phys_addr frame;

	for (unsigned n = 0; n < domain->driver->window_count; n++) {
		const struct dma_window *window = &domain->windows[n];
		bus_addr page = { window->base.value + (number & (window->size - 1) & -FRAME_SIZE) };

		if (window->kind != WINDOW_PAGED || !frames_take(1, FRAME_SIZE, &frame))
			continue;
		guards[count] = dma_map_at(trial->subject->engine->function, page, frame, FRAME_SIZE, DMA_DEVICE_BOTH);
		if (guards[count].status != DMA_MAPPED) {
			frames_give(frame, 1);
			continue;
		}
		trial_note(trial, "guard", "bus address %#llx, frame %#llx", (unsigned long long)page.value,
			   (unsigned long long)frame.value);
		count++;
	}
	return count;
}

static void expect_guards(struct trial *trial, struct dma_map *guards, unsigned count)
{
	struct frames_stray stray;

	for (unsigned i = 0; i < count; i++) {
		expect(trial, frames_intact(guards[i].memory, FRAME_SIZE, &stray),
		       "a write to another device's BAR arrived in memory, at %#llx",
		       (unsigned long long)stray.first.value);
		dma_unmap(&guards[i]);
		frames_give(guards[i].memory, 1);
	}
}

static void peer_to_peer(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	uint32_t size = transfer_size(engine), before[WORDS], after[WORDS];
	struct dma_map guards[GUARDS];
	struct frames_stray stray;
	enum engine_result result;
	bool arrived = false;
	char name[PCI_NAME];
	struct peer peer;
	uint64_t number;
	unsigned count;

	if (!find_peer(engine, find_answer, &peer)) {
		trial_skip(trial, "no BAR of another device behind this bridge answers where it was read");
		return;
	}
	if (!trial_start(trial, engine))
		return;
	number = peer.function->bars[peer.bar].address + peer.offset;
	trial_note(trial, "target", "%#llx, BAR %u of %04x:%04x@%s", (unsigned long long)number, peer.bar,
		   peer.function->vendor, peer.function->product, pci_name(peer.function, name));
	count = map_guards(trial, number, guards);
	read_target(&peer, before);
	result = engine_transfer(engine, DMA_DEVICE_WRITES, number, size, ENGINE_PATIENCE, NULL);
	trial_note(trial, "engine", "%s %s", engine_result_name(result), engine->fault);
	engine_stop(engine);
	read_target(&peer, after);
	for (unsigned i = 0; i < WORDS; i++)
		arrived = arrived || before[i] != after[i];
	expect(trial, frames_free_intact((phys_addr) { number }, size, &stray),
	       "a write to another device's BAR arrived at that physical address");
	expect_guards(trial, guards, count);
	trial_record(trial, "%s; in the BAR it %s", engine_result_name(result), arrived ? "arrived" : "did not arrive");
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("dma.peer-to-peer", peer_to_peer,
		 "A write to the number of another device's BAR reaches that device or nobody, never memory.",
		 .scope = &scope_bus_engine, .skip = needs_peer, .judged_by = EVIDENCE);
