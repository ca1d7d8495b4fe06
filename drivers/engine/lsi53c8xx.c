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
#include "boot/string.h"
#include "drivers/engine/engine.h"

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
#define UNTOUCHED		0x5a		/* what the buffer holds before a read */
#define SEED			0x44

struct lsi_state {
	struct dma_area area;
	enum dma_direction direction;
	uint32_t size;
	uint32_t buffer;		/* offset in the area */
	uint32_t number;		/* of the program that runs, or ran last */
	bool busy;			/* begun, and not seen to end */
};

/* BAR 0 is I/O, BAR 1 memory: the same registers, and not every bus has both kinds of addresses. */
static int registers_bar(const struct engine *engine)
{
	for (int bar = 1; bar >= 0; bar--)
		if (engine->function->bars[bar].placed)
			return bar;
	return -1;
}

static phys_addr reg(const struct engine *engine, unsigned offset)
{
	return pci_bar_address(engine->function, registers_bar(engine), offset);
}

static uint8_t *own_memory(const struct lsi_state *lsi, uint32_t offset)
{
	return (uint8_t *)arch_pointer(lsi->area.memory) + offset;
}

/* Ends a program, if one runs, and all that it has set. */
static void reset(const struct engine *engine)
{
	mmio_write8(reg(engine, ISTAT), ISTAT_ABORT);
	mmio_write8(reg(engine, ISTAT), ISTAT_RESET);
	mmio_read8(reg(engine, ISTAT));
	clock_wait(RESET_TIME);
	mmio_write8(reg(engine, ISTAT), 0);
}

static bool start(struct engine *engine)
{
	struct lsi_state *lsi = engine->state;
	uint8_t status;

	if (registers_bar(engine) < 0) {
		format(engine->fault, sizeof(engine->fault), "neither BAR 0 nor BAR 1 has an address");
		return false;
	}
	pci_command(engine->function, PCI_COMMAND_IO | PCI_COMMAND_MEMORY, 0);
	reset(engine);
	lsi->busy = false;
	/* The SCSI bus may have something to report; that is no matter. */
	status = mmio_read8(reg(engine, ISTAT)) & (ISTAT_ABORT | ISTAT_RESET | ISTAT_DMA);
	if (status != 0) {
		format(engine->fault, sizeof(engine->fault), "ISTAT after a reset: %#x is set, expected none of it",
		       status);
		return false;
	}
	if (!dma_area_make(&lsi->area, engine->function, 1)) {
		format(engine->fault, sizeof(engine->fault), "no memory for its program");
		return false;
	}
	PCI_BUS_MASTER(engine->function);
	return true;
}

static void stop(struct engine *engine)
{
	struct lsi_state *lsi = engine->state;

	if (registers_bar(engine) >= 0)
		reset(engine);
	pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	dma_area_release(&lsi->area);
}

static void write_program(const struct lsi_state *lsi, uint32_t address)
{
	uint32_t *program = (uint32_t *)own_memory(lsi, AREA_PROGRAM);
	uint32_t own = (uint32_t)lsi->area.map.address.value + lsi->buffer;
	bool reads = lsi->direction == DMA_DEVICE_READS;

	program[0] = cpu_to_le32(MEMORY_MOVE | lsi->size);
	program[1] = cpu_to_le32(reads ? address : own);
	program[2] = cpu_to_le32(reads ? own : address);
	program[3] = cpu_to_le32(INTERRUPT);
	program[4] = cpu_to_le32(lsi->number);
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct lsi_state *lsi = engine->state;

	if (size == 0 || size > LARGEST || address + size > 1ull << 32) {
		format(engine->fault, sizeof(engine->fault),
		       "%u bytes at %#llx cannot be moved: at most %u, below 4 GiB", size,
		       (unsigned long long)address, LARGEST);
		return false;
	}
	if (lsi->busy)
		reset(engine);
	lsi->direction = direction;
	lsi->size = size;
	lsi->buffer = AREA_BUFFER + address % LINE;
	lsi->number = NUMBERS | ((lsi->number + 1) & 0xffff);
	if (direction == DMA_DEVICE_READS)
		memset(own_memory(lsi, lsi->buffer), UNTOUCHED, size);
	else
		engine_payload(own_memory(lsi, lsi->buffer), size, SEED);
	write_program(lsi, (uint32_t)address);
	mmio_write8(reg(engine, DIEN), 0);
	mmio_write8(reg(engine, DMODE), 0);
	dma_sync(&lsi->area.map, DMA_TO_DEVICE);
	lsi->busy = true;
	mmio_write32_le(reg(engine, DSP), (uint32_t)lsi->area.map.address.value + AREA_PROGRAM);
	return true;
}

/* The program has stopped: did it come to its end, and is it ours? Reading DSTAT makes the chip ready for the next. */
static bool ended_well(struct engine *engine)
{
	const struct lsi_state *lsi = engine->state;
	uint8_t status = mmio_read8(reg(engine, DSTAT)) & ~DSTAT_FIFO_EMPTY;
	uint32_t number = mmio_read32_le(reg(engine, DSPS));

	if (status == DSTAT_INTERRUPT && number == lsi->number)
		return true;
	format(engine->fault, sizeof(engine->fault),
	       "DSTAT is %#x, expected %#x (interrupt instruction)%s%s; DSPS is %#x, expected %#x", status,
	       DSTAT_INTERRUPT, status & DSTAT_BUS_FAULT ? ": bus fault" : "",
	       status & DSTAT_PARITY ? ": parity error" : "", number, lsi->number);
	return false;
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct lsi_state *lsi = engine->state;
	uint8_t status;

	if (!poll_until((status = mmio_read8(reg(engine, ISTAT))) & ISTAT_DMA, limit)) {
		format(engine->fault, sizeof(engine->fault),
		       "ISTAT is %#x after %llu us, expected bit 0 (the program stopped)", status,
		       (unsigned long long)limit / 1000);
		return engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_SILENT;
	}
	lsi->busy = false;
	if (!ended_well(engine) || engine_bus_error(engine))
		return ENGINE_FAILED;
	dma_sync(&lsi->area.map, DMA_TO_CPU);
	if (lsi->direction == DMA_DEVICE_READS && seen)
		memcpy(seen, own_memory(lsi, lsi->buffer), lsi->size);
	return ENGINE_DONE;
}

static const struct engine_ops ops = {
	.start = start,
	.stop = stop,
	.begin = begin,
	.finish = finish,
};

static const struct engine_driver lsi53c8xx = {
	.kind = "lsi53c8xx",
	.ops = &ops,
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
