/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite dma: pages that go through a bridge's streaming buffer. What a device writes there need not be in memory before
 * the pages are flushed and a synchronization is done, so that only what is there then is judged: all of it, and
 * nothing once the page is unmapped. How it looked before is recorded. The engine's own memory does not go through the
 * buffer.
 */
#include "boot/frames.h"
#include "tests/conformance/dma/trial.h"
#include "tests/conformance/probe/landing.h"

#define ROUNDS		4u
#define LINE		64u		/* bytes that a buffer may hold back alone */

static const char *needs_streaming(const struct subject *subject)
{
	if (!domain_can(subject->domain, DOMAIN_STREAMING))
		return "the bridge has no streaming buffer";
	return needs_engine(subject);
}

static bool expect_done(struct trial *trial, enum domain_status status, const char *what)
{
	return expect(trial, status == DOMAIN_DONE, "%s: %s", what, domain_status_name(status));
}

/* Has every line of the target moved? */
static bool arrived_whole(phys_addr frame, uint64_t offset, uint32_t size, uint32_t piece)
{
	uint32_t line = piece > LINE ? piece : LINE;
	struct frames_stray stray;

	for (uint32_t at = 0; at < size; at += line)
		if (frames_intact((phys_addr) { frame.value + offset + at }, size - at < line ? size - at : line,
				  &stray))
			return false;
	return true;
}

/* Lets the engine write through the buffer. Returns whether any of it was in memory before it was flushed. */
static bool write_and_drain(struct trial *trial, const struct dma_map *map, uint64_t offset)
{
	struct engine *engine = trial->subject->engine;
	struct dma_domain *domain = trial->subject->domain;
	uint32_t size = transfer_size(engine);
	enum engine_result result = engine_transfer(engine, DMA_DEVICE_WRITES, map->address.value + offset, size,
						    ENGINE_LIMIT, NULL);
	bool before = landing_look(map->memory, FRAME_SIZE, offset, size).moved;

	expect(trial, result == ENGINE_DONE, "the transfer was not done: %s", engine->fault);
	expect_done(trial, domain->driver->ops->drain(domain, map->address, FRAME_SIZE), "the page cannot be flushed");
	expect(trial, arrived_whole(map->memory, offset, size, transfer_piece(engine)),
	       "after a flush and its synchronization not all is in memory");
	landed(trial, map->memory, offset, size);
	return before;
}

/* An entry that is gone is none, whatever the buffer has of its page. */
static void expect_gone(struct trial *trial, struct dma_map *map, uint64_t offset)
{
	struct engine *engine = trial->subject->engine;
	struct dma_domain *domain = trial->subject->domain;
	uint32_t size = transfer_size(engine);

	dma_unmap(map);
	engine_transfer(engine, DMA_DEVICE_WRITES, map->address.value + offset, size, ENGINE_PATIENCE, NULL);
	expect_done(trial, domain->driver->ops->drain(domain, map->address, FRAME_SIZE),
		    "the page that is gone cannot be flushed");
	expect(trial, !landed(trial, map->memory, offset, size),
	       "the page is not mapped any more, and yet a write arrived");
}

static void streamed(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	const struct domain_ops *ops = trial->subject->domain->driver->ops;
	uint64_t step = engine->granule > LINE ? engine->granule : LINE;
	unsigned early = 0;
	struct dma_map map;
	phys_addr frame;

	if (!trial_start(trial, engine) || !trial_take_frame(trial, &frame))
		return;
	map = dma_map(engine->function, frame, FRAME_SIZE, DMA_DEVICE_BOTH);
	if (expect_done(trial, ops->stream(trial->subject->domain, map.address, FRAME_SIZE, true),
			"the page cannot be streamed")) {
		for (unsigned i = 0; i < ROUNDS && trial_good(trial); i++)
			early += write_and_drain(trial, &map, i * step % (FRAME_SIZE / 2));
		expect_gone(trial, &map, 0);
		trial_record(trial, "%u of %u writes were in memory before they were flushed", early, ROUNDS);
	}
	engine_stop(engine);
	ops->stream(trial->subject->domain, map.address, FRAME_SIZE, false);
	dma_unmap(&map);
	frames_give(frame, 1);
}
CONFORMANCE_TEST("dma.streamed", streamed,
		 "What goes through a streaming buffer is in memory once it is flushed, and never where it is not "
		 "mapped.",
		 .scope = &scope_bridge_engine, .skip = needs_streaming, .judged_by = EVIDENCE);
