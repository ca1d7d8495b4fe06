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
#include "drivers/engine/engine.h"

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

struct i8255x_state {
	struct dma_area area;		/* one command block */
};

/* BAR 0 is memory, BAR 1 I/O: the same registers. */
static int registers_bar(const struct engine *engine)
{
	for (int bar = 0; bar <= 1; bar++)
		if (engine->function->bars[bar].placed)
			return bar;
	return -1;
}

static phys_addr reg(const struct engine *engine, unsigned offset)
{
	return pci_bar_address(engine->function, registers_bar(engine), offset);
}

static volatile struct command_block *command_block(const struct engine *engine)
{
	const struct i8255x_state *state = engine->state;

	return arch_pointer(state->area.memory);
}

static void reset(const struct engine *engine)
{
	mmio_write32_le(reg(engine, PORT), PORT_SELECTIVE_RESET);
	clock_wait(RESET_TIME);
	mmio_write32_le(reg(engine, PORT), PORT_RESET);
	clock_wait(RESET_TIME);
	mmio_write8(reg(engine, SCB_INTERRUPTS), INTERRUPTS_OFF);
}

/* Gives a command as soon as the one before has been taken, and waits until this one is. */
static bool give_command(struct engine *engine, uint8_t command, uint32_t pointer)
{
	uint8_t pending;

	mmio_write32_le(reg(engine, SCB_POINTER), pointer);
	mmio_write8(reg(engine, SCB_COMMAND), command);
	if (poll_until((pending = mmio_read8(reg(engine, SCB_COMMAND))) == 0, COMMAND_LIMIT))
		return true;
	format(engine->fault, sizeof(engine->fault), "the SCB command byte is %#x 10 ms after command %#x, expected 0",
	       pending, command);
	return false;
}

static bool start(struct engine *engine)
{
	struct i8255x_state *state = engine->state;

	if (registers_bar(engine) < 0) {
		format(engine->fault, sizeof(engine->fault), "neither BAR 0 nor BAR 1 has an address");
		return false;
	}
	pci_command(engine->function, PCI_COMMAND_IO | PCI_COMMAND_MEMORY, 0);
	reset(engine);
	if (!dma_area_make(&state->area, engine->function, 1)) {
		format(engine->fault, sizeof(engine->fault), "no memory for a command block");
		return false;
	}
	PCI_BUS_MASTER(engine->function);
	return true;
}

static void stop(struct engine *engine)
{
	struct i8255x_state *state = engine->state;

	if (registers_bar(engine) >= 0)
		reset(engine);
	pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	dma_area_release(&state->area);
}

static bool begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	const struct i8255x_state *state = engine->state;
	volatile struct command_block *block = command_block(engine);

	if (direction != DMA_DEVICE_WRITES || size != TRANSFER || address % 4 || address + size > 1ull << 32) {
		format(engine->fault, sizeof(engine->fault),
		       "%u bytes at %#llx: the chip can only write, %u bytes, at a multiple of 4 below 4 GiB", size,
		       (unsigned long long)address, TRANSFER);
		return false;
	}
	/* From a clean state, whatever became of the transfer before. */
	reset(engine);
	block->status = 0;
	block->command = cpu_to_le16(COMMAND_LAST | COMMAND_NOTHING);
	block->link = 0;
	dma_sync(&state->area.map, DMA_TO_DEVICE);
	return give_command(engine, CU_BASE, 0) &&
	       give_command(engine, CU_DUMP_ADDRESS, (uint32_t)address) &&
	       give_command(engine, CU_DUMP, 0) &&
	       give_command(engine, CU_START, (uint32_t)state->area.map.address.value);
}

static enum engine_result finish(struct engine *engine, uint64_t limit, void *seen)
{
	const struct i8255x_state *state = engine->state;
	volatile struct command_block *block = command_block(engine);
	bool complete = poll_until(le16_to_cpu(block->status) & STATUS_COMPLETE, limit);
	uint16_t status = le16_to_cpu(block->status);

	(void)seen;
	dma_sync(&state->area.map, DMA_TO_CPU);
	if (complete && (status & STATUS_OK))
		return engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_DONE;
	format(engine->fault, sizeof(engine->fault),
	       "the command block's status is %#x after %llu us, expected %#x (complete, OK); SCB status %#x", status,
	       (unsigned long long)limit / 1000, STATUS_COMPLETE | STATUS_OK, mmio_read16_le(reg(engine, SCB_STATUS)));
	return complete || engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_SILENT;
}

static const struct engine_ops ops = {
	.start = start,
	.stop = stop,
	.begin = begin,
	.finish = finish,
};

static const struct engine_driver i8255x = {
	.kind = "i8255x",
	.ops = &ops,
	.ids = {
		{ 0x8086, 0x1229 },		/* 82557, 82558, 82559: the DE60x */
		{ 0x8086, 0x1209 },		/* 82559ER, 82551IT */
		{ 0x8086, 0x2449 },		/* 82801BA LAN */
	},
	.directions = DMA_DEVICE_WRITES,
	.largest = TRANSFER,
	.granule = TRANSFER,
	.address_bits = 32,
	.state_size = sizeof(struct i8255x_state),
};
ENGINE_DRIVER(i8255x);
