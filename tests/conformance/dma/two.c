/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite dma: two engines at once on neighbouring pages. Each writes up to, or from, the border between them; each write
 * must arrive in the frame of its own page, and the frames around both must stay as they were.
 */
#include "boot/frames.h"
#include "tests/conformance/dma/trial.h"
#include "tests/conformance/probe/landing.h"

#define ROUNDS	4u
#define PAGES	5u			/* guard, second page, guard, first page, guard: far apart, in falling order */

/* The next engine in the table, going round, that stands behind the same bridge and is another function. */
static struct engine *partner_of(const struct engine *engine)
{
	unsigned own = 0;

	while (engine_get(own) != engine)
		own++;
	for (unsigned i = 1; i < engine_count(); i++) {
		struct engine *other = engine_get((own + i) % engine_count());

		if (other->function != engine->function && writes_beside(other, engine))
			return other;
	}
	return NULL;
}

static const char *needs_partner(const struct subject *subject)
{
	const char *reason = needs_engine(subject);

	if (reason)
		return reason;
	return partner_of(subject->engine) ? NULL : "no second device behind this bridge that can be made to do DMA";
}

/* An engine and the part of its page that it writes. */
struct side {
	struct engine *engine;
	uint64_t page_size;
	struct dma_map map;
	uint64_t offset;
	uint32_t size;
};

static bool begin(struct trial *trial, const struct side *side)
{
	struct engine *engine = side->engine;

	if (engine->ops->begin(engine, DMA_DEVICE_WRITES, side->map.address.value + side->offset, side->size))
		return true;
	trial_fail(trial, "%s cannot begin a transfer: %s", engine->kind, engine->fault);
	return false;
}

static void finish(struct trial *trial, const struct side *side)
{
	enum engine_result result = side->engine->ops->finish(side->engine, ENGINE_LIMIT, NULL);

	expect(trial, result == ENGINE_DONE, "the transfer of %s: %s %s", side->engine->kind,
	       engine_result_name(result), side->engine->fault);
}

static void expect_arrived(struct trial *trial, const struct side *side)
{
	expect(trial, landed_page(trial, side->map.memory, side->page_size, side->offset, side->size),
	       "the write of %s did not arrive at %#llx", side->engine->kind,
	       (unsigned long long)(side->map.memory.value + side->offset));
}

/* Both under way at once, begun in either order, and ended in the other. */
static void run_both(struct trial *trial, const struct side *sides, unsigned first)
{
	if (!begin(trial, &sides[first]) || !begin(trial, &sides[!first]))
		return;
	finish(trial, &sides[!first]);
	finish(trial, &sides[first]);
	for (unsigned i = 0; i < 2; i++)
		expect_arrived(trial, &sides[i]);
}

static bool map_sides(struct trial *trial, struct side *sides, phys_addr frames)
{
	bus_addr first;

	if (!trial_free_pages(trial, 4, &first))
		return false;
	for (unsigned i = 0; i < 2; i++) {
		uint64_t size = sides[i].page_size;
		bus_addr page = { first.value + (i + 1) * size };
		phys_addr frame = { frames.value + (i ? 1 : 3) * size };

		sides[i].map = dma_map_at(sides[i].engine->function, page, frame, size, DMA_DEVICE_BOTH);
		if (sides[i].map.status != DMA_MAPPED) {
			trial_error(trial, "the page at %#llx cannot be mapped (status %u)",
				    (unsigned long long)page.value, sides[i].map.status);
			return false;
		}
	}
	return true;
}

static void two_at_once(struct trial *trial)
{
	struct engine *engine = trial->subject->engine, *partner = partner_of(engine);
	uint64_t page_size = domain_page_size(trial->subject->domain);
	struct side sides[2] = {
		{ .engine = engine, .page_size = page_size }, { .engine = partner, .page_size = page_size },
	};
	size_t count = PAGES * page_size / FRAME_SIZE;
	struct frames_stray stray;
	char name[PCI_NAME];
	phys_addr frames;

	if (!partner) {
		trial_error(trial, "the second device can no longer be made to do DMA");
		return;
	}
	trial_note(trial, "partner", "%s@%s", partner->kind, pci_name(partner->function, name));
	if (!trial_start(trial, engine) || !trial_start(trial, partner))
		return;
	if (!frames_take(count, page_size, &frames)) {
		trial_error(trial, "%u frames are not free", (unsigned)count);
		return;
	}
	if (!map_sides(trial, sides, frames))
		return;
	for (unsigned i = 0; i < 2; i++)
		sides[i].size = transfer_size(sides[i].engine);
	sides[0].offset = page_size - sides[0].size;
	for (unsigned round = 0; round < ROUNDS && trial_good(trial); round++)
		run_both(trial, sides, round % 2);
	engine_stop(partner);
	engine_stop(engine);
	expect(trial, frames_intact(frames, PAGES * page_size, &stray), "memory moved beside the pages, at %#llx",
	       (unsigned long long)stray.first.value);
	for (unsigned i = 0; i < 2; i++)
		dma_unmap(&sides[i].map);
	frames_give(frames, count);
}
CONFORMANCE_TEST("dma.two-at-once", two_at_once,
		 "Two engines at work at once in neighbouring pages change their own bytes alone.",
		 .scope = &scope_bus_engine, .skip = needs_partner, .judged_by = EVIDENCE);
