/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting by a witness: see witness.h. */
#include "tests/conformance/probe/witness.h"

#include <linux/pci_regs.h>

#include "tests/conformance/probe/engine_trial.h"

/* Another engine, of the same kind if there is one, because its requests go the same way through the host; else the one
 * that takes its time. */
static struct engine *find_witness(const struct engine *engine)
{
	struct engine *witness = NULL;

	for (unsigned i = 0; i < engine_count(); i++) {
		struct engine *other = engine_get(i);

		if (other->function == engine->function || !(other->directions & DMA_DEVICE_WRITES) ||
		    !other->patience.slowest)
			continue;
		if (other->kind == engine->kind)
			return other;
		if (!witness || other->patience.slowest > witness->patience.slowest)
			witness = other;
	}
	return witness;
}

/* The wait without any witness. */
#define ALONE	MILLISECONDS(5)

void give_time(const struct engine *engine)
{
	struct engine *witness = find_witness(engine);
	struct dma_area area;
	uint64_t number;

	if (!witness || !engine_start(witness) || !dma_area_make(&area, witness->function, 1)) {
		clock_wait(ALONE);
		return;
	}
	/* Tests of interrupts are not to hear it. */
	pci_command(witness->function, PCI_COMMAND_INTX_DISABLE, 0);
	number = witness->view == VIEW_BUS ? area.map.address.value : area.memory.value;
	for (unsigned i = 0; i < 2; i++)
		engine_transfer(witness, DMA_DEVICE_WRITES, number, transfer_size(witness), ENGINE_LIMIT, NULL);
	engine_stop(witness);
	pci_command(witness->function, 0, PCI_COMMAND_INTX_DISABLE);
	dma_area_release(&area);
}

/* A witness of another kind tells that the host goes on, but not how slow this engine's own way through it is: that is
 * what its good transfers have shown. */
uint64_t first_wait(const struct engine *engine)
{
	const struct engine *witness = find_witness(engine);

	return witness && witness->kind == engine->kind ? PATIENCE_GRACE_LEAST : patience_grace(&engine->patience);
}

static enum engine_result finish_late(struct engine *engine, void *seen)
{
	enum engine_result result;

	give_time(engine);
	result = engine->ops->finish(engine, PATIENCE_GRACE_LEAST, seen);
	/* That nothing came at first is no fault. */
	if (result == ENGINE_DONE)
		engine->fault[0] = 0;
	return result;
}

enum engine_result transfer_within(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size,
				   uint64_t limit, void *seen)
{
	enum engine_result result;

	if (limit != WITNESSED)
		return engine_transfer(engine, direction, address, size, limit, seen);
	result = engine_transfer(engine, direction, address, size, first_wait(engine), seen);
	return result == ENGINE_SILENT ? finish_late(engine, seen) : result;
}

enum engine_result finish_within(struct engine *engine, uint64_t limit, void *seen)
{
	enum engine_result result = engine->ops->finish(engine, limit == WITNESSED ? first_wait(engine) : limit, seen);

	return result == ENGINE_SILENT && limit == WITNESSED ? finish_late(engine, seen) : result;
}
