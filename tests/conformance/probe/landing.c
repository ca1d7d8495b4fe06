/* Where a write has landed: see landing.h. */
#include "tests/conformance/probe/landing.h"

#include "boot/frames.h"

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

bool landed(struct trial *trial, phys_addr frame, uint64_t offset, uint32_t size)
{
	phys_addr target = { frame.value + offset };
	struct frames_stray stray;
	bool moved = !frames_intact(target, size, &stray);

	frames_fill(target, size);
	expect(trial, frames_intact(frame, FRAME_SIZE, &stray), "memory beside the target moved, at %#llx",
	       (unsigned long long)stray.first.value);
	return moved;
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
