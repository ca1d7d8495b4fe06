/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel 8255x Ethernet controllers (82557, 82558, 82559, 82551, 82801 LAN), as engines. A transfer is a dump of the
 * statistical counters to an address of our choice, which needs neither frames nor a cable. A command block in memory
 * of the driver's own follows it, and its status says that both are done.
 *
 * The chip writes 64 bytes of counters, which are 0 after a reset, and a word 0xa005: 68 bytes, to an address that is a
 * multiple of 4. Nothing shows what the chip has read, so this engine only writes.
 *
 * Source: Intel 8255x 10/100 Mbps Ethernet Controller Family Open Source Software Developer Manual, on the SCB, PORT
 * and action commands; ids from NetBSD pcidevs.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "drivers/engine/chip.h"

#define SCB_STATUS		0x00		/* 16 bits */
#define SCB_COMMAND		0x02		/* 8 bits; reads 0 when the chip has taken the command */
#define   CU_START		0x10		/*   run the command blocks from SCB_POINTER on, relative to the base */
#define   CU_DUMP_ADDRESS	0x40
#define   CU_DUMP		0x50
#define   CU_BASE		0x60
#define SCB_INTERRUPTS		0x03		/* 8 bits */
#define   INTERRUPTS_OFF	0x01
#define SCB_POINTER		0x04
#define PORT			0x08
#define   PORT_RESET		0x0
#define   PORT_SELECTIVE_RESET	0x2		/*   ends what the chip does on the bus; first, on a busy chip */

/* A command block: status, command, link. */
struct command_block {
	uint16_t status;
	uint16_t command;
	uint32_t link;
};
#define   STATUS_COMPLETE	0x8000
#define   STATUS_OK		0x2000
#define   COMMAND_LAST		0x8000
#define   COMMAND_NOTHING	0x0000

/* Bytes of a transfer, of which the chip writes 68. A multiple of 16, so that its halves are whole words of 8 bytes. */
#define TRANSFER		80u

#define RESET_TIME		MICROSECONDS(20)
#define COMMAND_LIMIT		MILLISECONDS(10)

static volatile struct command_block *command_block(const struct engine *engine)
{
	return chip_pointer(engine, 0);
}

static bool i8255x_reset(struct engine *engine)
{
	mmio_write32_le(chip_register(engine, PORT), PORT_SELECTIVE_RESET);
	clock_wait(RESET_TIME);
	mmio_write32_le(chip_register(engine, PORT), PORT_RESET);
	clock_wait(RESET_TIME);
	mmio_write8(chip_register(engine, SCB_INTERRUPTS), INTERRUPTS_OFF);
	return true;
}

/* Gives a command as soon as the one before has been taken, and waits until this one is. */
static bool give_command(struct engine *engine, uint8_t command, uint32_t pointer)
{
	uint8_t pending;

	mmio_write32_le(chip_register(engine, SCB_POINTER), pointer);
	mmio_write8(chip_register(engine, SCB_COMMAND), command);
	if (poll_until((pending = mmio_read8(chip_register(engine, SCB_COMMAND))) == 0, COMMAND_LIMIT))
		return true;
	return engine_fail(engine, "the SCB command byte is %#x 10 ms after command %#x, expected 0", pending, command);
}

static bool i8255x_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	const struct chip *chip = engine->state;
	volatile struct command_block *block = command_block(engine);

	if (direction != DMA_DEVICE_WRITES || size != TRANSFER || address % 4 || address + size > 1ull << 32)
		return engine_fail(engine, "%u bytes at %#llx: the chip can only write, %u bytes, "
				   "at a multiple of 4 below 4 GiB", size, (unsigned long long)address, TRANSFER);
	/* From a clean state, whatever became of the transfer before. */
	i8255x_reset(engine);
	block->status = 0;
	block->command = cpu_to_le16(COMMAND_LAST | COMMAND_NOTHING);
	block->link = 0;
	dma_sync(&chip->area.map, DMA_TO_DEVICE);
	return give_command(engine, CU_BASE, 0) &&
	       give_command(engine, CU_DUMP_ADDRESS, (uint32_t)address) &&
	       give_command(engine, CU_DUMP, 0) &&
	       give_command(engine, CU_START, chip_number(engine, 0));
}

static enum engine_result i8255x_finish(struct engine *engine, uint64_t limit, void *seen)
{
	const struct chip *chip = engine->state;
	volatile struct command_block *block = command_block(engine);
	bool complete = poll_until(le16_to_cpu(block->status) & STATUS_COMPLETE, limit);
	uint16_t status = le16_to_cpu(block->status);

	(void)seen;
	dma_sync(&chip->area.map, DMA_TO_CPU);
	if (complete && (status & STATUS_OK))
		return engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_DONE;
	engine_fail(engine,
		    "the command block's status is %#x after %llu us, expected %#x (complete, OK); SCB status %#x",
		    status, (unsigned long long)limit / 1000, STATUS_COMPLETE | STATUS_OK,
		    mmio_read16_le(chip_register(engine, SCB_STATUS)));
	return complete || engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_SILENT;
}

static const struct chip_model i8255x_model = {
	.ops = {
		.start = chip_start,
		.stop = chip_stop,
		.begin = i8255x_begin,
		.finish = i8255x_finish,
	},
	.bars = { 0, 1 },
	.bar_count = 2,
	.frames = 1,
	.frames_for = "a command block",
	.reset = i8255x_reset,
};

static const struct engine_driver i8255x = {
	.kind = "i8255x",
	.ops = &i8255x_model.ops,
	.ids = {
		{ 0x8086, 0x1229 },		/* 82557, 82558, 82559: the DE60x */
		{ 0x8086, 0x1209 },		/* 82559ER, 82551IT */
		{ 0x8086, 0x2449 },		/* 82801BA LAN */
	},
	.directions = DMA_DEVICE_WRITES,
	.largest = TRANSFER,
	.granule = TRANSFER,
	.address_bits = 32,
	.state_size = sizeof(struct chip),
};
ENGINE_DRIVER(i8255x);
