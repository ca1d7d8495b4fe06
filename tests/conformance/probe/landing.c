/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a write has landed: see landing.h. */
#include "tests/conformance/probe/landing.h"

#define SOON	MILLISECONDS(100)

enum engine_result write_soon(struct engine *engine, uint64_t number, uint32_t size, uint64_t limit)
{
	bool must = limit >= ENGINE_LIMIT;
	uint64_t soon = limit < SOON ? limit : SOON;
	enum engine_result result =
		engine_transfer(engine, DMA_DEVICE_WRITES, number, size, must ? clock_patience(soon) : soon, NULL);

	if (must && result == ENGINE_SILENT)
		clock_limit_reached();
	return result;
}

struct landing landing_look(phys_addr frame, uint64_t bytes, uint64_t offset, uint32_t size)
{
	uint64_t end = (offset + size + 7) & ~7ull;
	phys_addr target = { frame.value + offset }, after = { frame.value + end };
	struct landing look;

	look.moved = !frames_intact(target, end - offset, &look.at);
	look.beside = !frames_intact(frame, offset, &look.at_beside) ||
		      !frames_intact(after, bytes - end, &look.at_beside);
	return look;
}

bool landed_page(struct trial *trial, phys_addr page, uint64_t bytes, uint64_t offset, uint32_t size)
{
	struct landing look = landing_look(page, bytes, offset, size);

	frames_fill((phys_addr) { page.value + offset }, size);
	expect(trial, !look.beside, "memory beside the target moved, at %#llx",
	       (unsigned long long)look.at_beside.first.value);
	return look.moved;
}

bool landed(struct trial *trial, phys_addr frame, uint64_t offset, uint32_t size)
{
	return landed_page(trial, frame, FRAME_SIZE, offset, size);
}

unsigned landed_in(struct trial *trial, uint64_t number, uint32_t size, const phys_addr *frames, unsigned count)
{
	unsigned arrived = 0;

	for (unsigned i = 0; i < count; i++)
		if (landed(trial, frames[i], number % FRAME_SIZE, size))
			arrived |= 1u << i;
	return arrived;
}

struct landed_halves landed_across(struct trial *trial, phys_addr before, phys_addr behind, uint32_t half)
{
	return (struct landed_halves) {
		.before = landed(trial, before, FRAME_SIZE - half, half), .behind = landed(trial, behind, 0, half),
	};
}

void expect_landing(struct trial *trial, struct engine *engine, uint64_t number, phys_addr frame, bool must)
{
	uint32_t size = transfer_size(engine);
	uint64_t offset = number % FRAME_SIZE;
	enum engine_result result = engine_transfer(engine, DMA_DEVICE_WRITES, number, size,
						    must ? ENGINE_LIMIT : ENGINE_PATIENCE, NULL);
	bool moved = landed(trial, frame, offset, size);

	if (moved != must) {
		trial_fail(trial, "a write at bus address %#llx %s the frame at %#llx (%s)", (unsigned long long)number,
			   moved ? "arrived in" : "did not arrive in", (unsigned long long)frame.value,
			   engine_result_name(result));
		trial_note(trial, "engine", "%s", engine->fault);
	}
}
