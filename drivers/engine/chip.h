/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chips: what engines have in common that are a PCI function by themselves, with their registers behind a BAR, some
 * memory of the driver's own, and one transfer at a time.
 *
 * How one comes up and goes down, and where its own memory is, is here; what its registers mean, and how it is made to
 * move data, is each driver's.
 */
#ifndef CHIP_H
#define CHIP_H

#include "drivers/engine/engine.h"

/* An engine's state begins with it. */
struct chip {
	struct dma_area area;		/* memory of the driver's own */
	unsigned bar;			/* behind which its registers are */
	enum dma_direction direction;	/* of the transfer under way */
	uint32_t size;
};

/* A kind of chip. The engine's operations are the first member, so that chip_start() and chip_stop() find the rest. */
struct chip_model {
	struct engine_ops ops;
	uint8_t bars[2];		/* the same registers are behind each; the first that is placed is taken */
	uint8_t bar_count;
	bool in_memory;			/* its BAR must be one of memory, */
	uint32_t registers;		/* with so many bytes at least */
	size_t frames;			/* of memory of the driver's own; 0: none */
	const char *frames_for;		/* "its rings" */
	/* Ends all that the chip does, whatever that is; nothing of the driver's is used any more after it. False, with
	 * engine->fault, when the chip does not come out of it. */
	bool (*reset)(struct engine *engine);
	/* NULL, or the rest of a start, when the chip is reset, has memory of its own and is a bus master. */
	bool (*ready)(struct engine *engine);
};

/*
 * The operations start and stop. Decoding goes on for the BARs that the model names, and stays on; bus mastering goes
 * on with the start, when the chip has been reset, and off with the stop.
 */
bool chip_start(struct engine *engine);
void chip_stop(struct engine *engine);

/* The CPU's address of a register. */
phys_addr chip_register(const struct engine *engine, unsigned offset);
/* A byte of its own memory: for the CPU, and the bus address for the chip. */
void *chip_pointer(const struct engine *engine, uint32_t offset);
uint64_t chip_number(const struct engine *engine, uint32_t offset);

/*
 * Transfers of chips that only copy: one end is the address under test, the other in the driver's own memory, at `sent`
 * when the address is written, at `received` when it is read. chip_copy() notes the transfer, prepares the driver's end
 * and says from where the chip is to copy, and to where; chip_copied() gives seen (or NULL) what was read.
 */
struct chip_copy {
	uint64_t from, to;
};
struct chip_copy chip_copy(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size,
			   uint32_t sent, uint32_t received);
void chip_copied(const struct engine *engine, uint32_t received, void *seen);

#endif
