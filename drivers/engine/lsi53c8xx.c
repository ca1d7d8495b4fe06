/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LSI/Symbios 53C8xx SCSI controllers, as engines. Their SCRIPTS processor moves memory to memory by itself: no disk
 * and no cable is needed, and both directions are free in address and size.
 *
 * A transfer is a program of two instructions. The first moves the data between the address and a buffer of the
 * driver's own; the second stops with a number, another one each time, so that the end of an older program is not taken
 * for it.
 *
 * Source: LSI53C810A and LSI53C895A technical manuals, chapters on registers and SCRIPTS; ids from NetBSD pcidevs.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "drivers/engine/chip.h"

#define DSTAT			0x0c		/* DMA status, 8 bits; cleared when read */
#define   DSTAT_FIFO_EMPTY	0x80
#define   DSTAT_PARITY		0x40		/* of data, as bus master */
#define   DSTAT_BUS_FAULT	0x20		/* master or target abort */
#define   DSTAT_INTERRUPT	0x04		/* the program ran into its interrupt instruction */
#define ISTAT			0x14		/* 8 bits; alone may be read while a program runs */
#define   ISTAT_ABORT		0x80
#define   ISTAT_RESET		0x40
#define   ISTAT_DMA		0x01		/* the program has stopped; DSTAT says why */
#define DSP			0x2c		/* bus address of the program; a write to the highest byte starts it */
#define DSPS			0x30		/* second word of the last instruction */
#define DMODE			0x38		/* 0: both ends of a move are memory, the write to DSP starts */
#define DIEN			0x39		/* interrupts; without any ISTAT still says that the program stopped */

/* Instructions, two or three words each, little-endian in memory. */
#define MEMORY_MOVE		0xc0000000	/* and 24 bits of count; then source; then destination */
#define INTERRUPT		0x98080000	/* then the number that DSPS is to show */

/* The area: the program, and the buffer, whose offset in a cache line is that of the address: source and destination of
 * a move must have the same alignment. */
#define AREA_PROGRAM		0
#define AREA_BUFFER		1024
#define LINE			64u
#define LARGEST			4096u

#define RESET_TIME		MICROSECONDS(100)
#define NUMBERS			0xb0500000	/* of the interrupt instructions */

struct lsi_state {
	struct chip chip;
	uint32_t buffer;		/* offset in the area */
	uint32_t number;		/* of the program that runs, or ran last */
	bool busy;			/* begun, and not seen to end */
};

/* Ends a program, if one runs, and all that it has set. */
static bool lsi_reset(struct engine *engine)
{
	struct lsi_state *lsi = engine->state;
	uint8_t status;

	mmio_write8(chip_register(engine, ISTAT), ISTAT_ABORT);
	mmio_write8(chip_register(engine, ISTAT), ISTAT_RESET);
	mmio_read8(chip_register(engine, ISTAT));
	clock_wait(RESET_TIME);
	mmio_write8(chip_register(engine, ISTAT), 0);
	lsi->busy = false;
	/* The SCSI bus may have something to report; that is no matter. */
	status = mmio_read8(chip_register(engine, ISTAT)) & (ISTAT_ABORT | ISTAT_RESET | ISTAT_DMA);
	if (status == 0)
		return true;
	return engine_fail(engine, "ISTAT after a reset: %#x is set, expected none of it", status);
}

static void write_program(const struct engine *engine, struct chip_copy copy)
{
	const struct lsi_state *lsi = engine->state;
	uint32_t *program = chip_pointer(engine, AREA_PROGRAM);

	program[0] = cpu_to_le32(MEMORY_MOVE | lsi->chip.size);
	program[1] = cpu_to_le32((uint32_t)copy.from);
	program[2] = cpu_to_le32((uint32_t)copy.to);
	program[3] = cpu_to_le32(INTERRUPT);
	program[4] = cpu_to_le32(lsi->number);
}

static bool lsi_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct lsi_state *lsi = engine->state;

	if (size == 0 || size > LARGEST || address + size > 1ull << 32)
		return engine_fail(engine, "%u bytes at %#llx cannot be moved: at most %u, below 4 GiB", size,
				   (unsigned long long)address, LARGEST);
	if (lsi->busy && !lsi_reset(engine))
		return false;
	lsi->buffer = AREA_BUFFER + address % LINE;
	lsi->number = NUMBERS | ((lsi->number + 1) & 0xffff);
	write_program(engine, chip_copy(engine, direction, address, size, lsi->buffer, lsi->buffer));
	mmio_write8(chip_register(engine, DIEN), 0);
	mmio_write8(chip_register(engine, DMODE), 0);
	dma_sync(&lsi->chip.area.map, DMA_TO_DEVICE);
	lsi->busy = true;
	mmio_write32_le(chip_register(engine, DSP), chip_number(engine, AREA_PROGRAM));
	return true;
}

/* The program has stopped: did it come to its end, and is it ours? Reading DSTAT makes the chip ready for the next. */
static bool ended_well(struct engine *engine)
{
	const struct lsi_state *lsi = engine->state;
	uint8_t status = mmio_read8(chip_register(engine, DSTAT)) & ~DSTAT_FIFO_EMPTY;
	uint32_t number = mmio_read32_le(chip_register(engine, DSPS));

	if (status == DSTAT_INTERRUPT && number == lsi->number)
		return true;
	return engine_fail(engine, "DSTAT is %#x, expected %#x (interrupt instruction)%s%s; DSPS is %#x, expected %#x",
			   status, DSTAT_INTERRUPT, status & DSTAT_BUS_FAULT ? ": bus fault" : "",
			   status & DSTAT_PARITY ? ": parity error" : "", number, lsi->number);
}

static enum engine_result lsi_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct lsi_state *lsi = engine->state;
	uint8_t status;

	if (!poll_until((status = mmio_read8(chip_register(engine, ISTAT))) & ISTAT_DMA, limit)) {
		engine_fail(engine, "ISTAT is %#x after %llu us, expected bit 0 (the program stopped)", status,
			    (unsigned long long)limit / 1000);
		return engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_SILENT;
	}
	lsi->busy = false;
	if (!ended_well(engine) || engine_bus_error(engine))
		return ENGINE_FAILED;
	dma_sync(&lsi->chip.area.map, DMA_TO_CPU);
	chip_copied(engine, lsi->buffer, seen);
	return ENGINE_DONE;
}

static const struct chip_model lsi_model = {
	.ops = {
		.start = chip_start,
		.stop = chip_stop,
		.begin = lsi_begin,
		.finish = lsi_finish,
	},
	.bars = { 1, 0 },
	.bar_count = 2,
	.frames = 1,
	.frames_for = "its program",
	.reset = lsi_reset,
};

static const struct engine_driver lsi53c8xx = {
	.kind = "lsi53c8xx",
	.ops = &lsi_model.ops,
	.ids = {
		{ 0x1000, 0x0001 },		/* 53C810, the KZPAA */
		{ 0x1000, 0x0003 },		/* 53C825 */
		{ 0x1000, 0x0006 },		/* 53C860 */
		{ 0x1000, 0x000b },		/* 53C896 */
		{ 0x1000, 0x000c },		/* 53C895 */
		{ 0x1000, 0x000f },		/* 53C875 and 876 */
		{ 0x1000, 0x0012 },		/* 53C895A */
		{ 0x1000, 0x0021 },		/* 53C1010-66 */
	},
	.directions = DMA_DEVICE_BOTH,
	.largest = LARGEST,
	.granule = 8,
	.address_bits = 32,			/* a few could do more, each in its own way */
	.state_size = sizeof(struct lsi_state),
};
ENGINE_DRIVER(lsi53c8xx);
