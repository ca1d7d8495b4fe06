/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CMD646 bus-master IDE, as an engine: writes memory by reading sectors of a disk, and reads memory by writing sectors,
 * which are then read back into the driver's own memory to learn what the disk was given.
 *
 * It takes the first disk that is drive 0 of a channel; where there is none, this is no engine. Nothing is written to a
 * disk without the scratch signature, not even with allow=destructive, and sectors 8 to 15 are all that is written. The
 * rules for scratch disks are those of scratch.h. Timing of the channels stays as the firmware set it.
 *
 * Source: ATA/ATAPI-5 (T13 1321D) for the drive, SFF-8038i for the bus master, NetBSD pciide_cmd_reg.h for the rest.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "boot/string.h"
#include "drivers/engine/chip.h"
#include "drivers/engine/scratch.h"

/* Configuration space. */
#define CMD_CNTRL		0x51
#define   CNTRL_CHANNEL_1	0x08		/* the second channel is on */
#define CLASS_IDE		0x0101		/* base class and subclass */
#define INTERFACE_MASTER	0x80		/* it can be a bus master */
#define INTERFACE_NATIVE(n)	(0x01 << 2 * (n))	/* the channel's registers are where its BARs say */

/* Command block: BAR 0 of channel 0, BAR 2 of channel 1. */
#define ATA_DATA		0		/* 16 bits */
#define ATA_COUNT		2
#define ATA_LBA_LOW		3
#define ATA_LBA_MID		4		/* after a reset, together with LBA_HIGH: */
#define ATA_LBA_HIGH		5
#define   SIGNATURE_DISK	0x0000
#define   SIGNATURE_PACKET	0xeb14		/*   CD-ROM and the like */
#define ATA_DEVICE		6
#define   DEVICE_LBA		0xe0		/*   drive 0, LBA<27:24> below */
#define ATA_COMMAND		7
#define   IDENTIFY_DEVICE	0xec
#define   READ_DMA		0xc8
#define   WRITE_DMA		0xca
/* Control block: BAR 1 or 3. */
#define ATA_CONTROL		2		/* write */
#define   CONTROL_RESET		0x04
#define   CONTROL_QUIET		0x02		/*   no interrupts */
#define ATA_STATUS		2		/* read: as the status register, without acknowledging an interrupt */
#define   STATUS_ERR		0x01
#define   STATUS_DRQ		0x08
#define   STATUS_DF		0x20
#define   STATUS_DRDY		0x40
#define   STATUS_BSY		0x80
/* Bus master: BAR 4, 8 bytes a channel. */
#define BM_COMMAND		0
#define   BM_START		0x01
#define   BM_TO_MEMORY		0x08
#define BM_STATUS		2
#define   BM_ACTIVE		0x01
#define   BM_ERROR		0x02		/*   write one to clear */
#define   BM_INTERRUPT		0x04		/*   write one to clear */
#define BM_TABLE		4		/* 32 bits: bus address of the descriptors */

/* IDENTIFY DEVICE, as 16-bit words. */
#define IDENTIFY_WORDS		256
#define WORD_CAPABILITIES	49
#define   CAPABLE_DMA		0x0100
#define   CAPABLE_LBA		0x0200
#define WORD_SECTORS		60		/* and 61 */

/* A piece of memory: at most 64 KiB, and not over a multiple of that. */
struct piece {
	uint32_t address;
	uint32_t count;
#define PIECE_LAST	0x80000000
};
#define PIECE_BORDER	0x10000u

#define CHANNELS		2
#define NO_DISK			"no disk answers as drive 0 of a channel"
#define TOO_SMALL	"the disk is too small: give it an image of 64 sectors or more"
#define LARGEST			(8 * SECTOR_SIZE)
#define READ_SECTOR		1		/* of the host's: read only */
#define WRITE_SECTOR		SCRATCH_FIRST_WRITABLE
#define RESET_LIMIT		SECONDS(5)	/* a drive that has spun up needs far less; 31 s is the standard's */

/* The area: descriptors, data. */
#define AREA_TABLE		0
#define AREA_DATA		4096

struct cmd646_state {
	struct chip chip;		/* its registers are behind more than one BAR */
	unsigned channel;
	uint32_t sectors;		/* of the disk */
	bool scratch;			/* it carries the signature */
	bool found;			/* there is a disk, on that channel */
};

static phys_addr command_reg(const struct engine *engine, unsigned offset)
{
	const struct cmd646_state *state = engine->state;

	return pci_bar_address(engine->function, 2 * state->channel, offset);
}

static phys_addr control_reg(const struct engine *engine, unsigned offset)
{
	const struct cmd646_state *state = engine->state;

	return pci_bar_address(engine->function, 2 * state->channel + 1, offset);
}

static phys_addr master_reg(const struct engine *engine, unsigned offset)
{
	const struct cmd646_state *state = engine->state;

	return pci_bar_address(engine->function, 4, 8 * state->channel + offset);
}

/*
 * Does a drive 0 answer on this channel? The firmware may have left drive 1 selected, for which drive 0 answers with
 * status 0 where there is none; so drive 0 is selected, and nothing else is changed. Without a drive the status is 0
 * (QEMU) or what the bus floats to.
 */
static bool drive_answers(const struct pci_function *function, unsigned channel)
{
	const struct pci_bar *bars = function->bars;
	uint8_t status;

	if (!(function->class_code & INTERFACE_NATIVE(channel)) || !bars[2 * channel].placed ||
	    !bars[2 * channel + 1].placed || !bars[4].placed)
		return false;
	if (channel == 1 && !(pci_read8(function, CMD_CNTRL) & CNTRL_CHANNEL_1))
		return false;
	mmio_write8(pci_bar_address(function, 2 * channel, ATA_DEVICE), DEVICE_LBA);
	clock_wait(MICROSECONDS(1));
	status = mmio_read8(pci_bar_address(function, 2 * channel + 1, ATA_STATUS));
	return status != 0 && status != 0x7f && status != 0xff;
}

static uint16_t signature(const struct pci_function *function, unsigned channel)
{
	return mmio_read8(pci_bar_address(function, 2 * channel, ATA_LBA_MID)) |
	       mmio_read8(pci_bar_address(function, 2 * channel, ATA_LBA_HIGH)) << 8;
}

/* What the firmware has done to the drive may have replaced its signature: start() looks again, after a reset. */
static bool cmd646_ours(const struct pci_function *function)
{
	if (function->class_code >> 8 != CLASS_IDE || !(function->class_code & INTERFACE_MASTER))
		return false;
	for (unsigned channel = 0; channel < CHANNELS; channel++)
		if (drive_answers(function, channel) && signature(function, channel) != SIGNATURE_PACKET)
			return true;
	return false;
}

/* Waits until these bits of the status are what they must be; the drive needs 400 ns to show BSY after a command. */
static bool wait_status(struct engine *engine, uint8_t bits, uint8_t expected, uint64_t limit)
{
	uint8_t status;

	clock_wait(MICROSECONDS(1));
	if (poll_until(((status = mmio_read8(control_reg(engine, ATA_STATUS))) & bits) == expected, limit))
		return true;
	return engine_fail(engine, "the drive's status is %#x after %llu ms, bits %#x must be %#x", status,
			   (unsigned long long)limit / 1000000, bits, expected);
}

/* Ends whatever is under way, of the bus master and of the drive. */
static bool reset(struct engine *engine)
{
	mmio_write8(master_reg(engine, BM_COMMAND), 0);
	mmio_write8(master_reg(engine, BM_STATUS), BM_ERROR | BM_INTERRUPT);
	mmio_write8(control_reg(engine, ATA_CONTROL), CONTROL_QUIET | CONTROL_RESET);
	clock_wait(MICROSECONDS(10));
	mmio_write8(control_reg(engine, ATA_CONTROL), CONTROL_QUIET);
	clock_wait(MILLISECONDS(2));
	if (!wait_status(engine, STATUS_BSY, 0, RESET_LIMIT))
		return false;
	mmio_write8(command_reg(engine, ATA_DEVICE), DEVICE_LBA);
	return wait_status(engine, STATUS_BSY, 0, RESET_LIMIT);
}

/* Takes the first channel whose drive 0 is a disk. */
static bool find_disk(struct engine *engine)
{
	struct cmd646_state *state = engine->state;

	for (state->channel = 0; state->channel < CHANNELS; state->channel++)
		if (drive_answers(engine->function, state->channel) && reset(engine) &&
		    signature(engine->function, state->channel) == SIGNATURE_DISK)
			return true;
	state->channel = 0;
	return false;
}

static bool identify(struct engine *engine)
{
	struct cmd646_state *state = engine->state;
	uint16_t words[IDENTIFY_WORDS];

	if (!wait_status(engine, STATUS_BSY | STATUS_DRDY, STATUS_DRDY, RESET_LIMIT))
		return false;
	mmio_write8(command_reg(engine, ATA_COMMAND), IDENTIFY_DEVICE);
	if (!wait_status(engine, STATUS_BSY | STATUS_DRQ, STATUS_DRQ, ENGINE_LIMIT))
		return false;
	for (unsigned i = 0; i < IDENTIFY_WORDS; i++)
		words[i] = mmio_read16_le(command_reg(engine, ATA_DATA));
	if ((words[WORD_CAPABILITIES] & (CAPABLE_DMA | CAPABLE_LBA)) != (CAPABLE_DMA | CAPABLE_LBA))
		return engine_fail(engine, "the disk does not do DMA by logical block addresses");
	state->sectors = words[WORD_SECTORS] | (uint32_t)words[WORD_SECTORS + 1] << 16;
	return true;
}

/* The descriptors of one transfer: two if it crosses a multiple of 64 KiB, which one piece may not. */
static void describe(const struct engine *engine, uint32_t address, uint32_t size)
{
	struct piece *table = chip_pointer(engine, AREA_TABLE);
	uint32_t first = PIECE_BORDER - address % PIECE_BORDER;

	if (first >= size) {
		table[0] = (struct piece) { cpu_to_le32(address), cpu_to_le32(size | PIECE_LAST) };
		return;
	}
	table[0] = (struct piece) { cpu_to_le32(address), cpu_to_le32(first) };
	table[1] = (struct piece) { cpu_to_le32(address + first), cpu_to_le32((size - first) | PIECE_LAST) };
}

/* Starts a transfer between sectors and an address. */
static void submit(struct engine *engine, uint8_t command, uint32_t sector, uint32_t address, uint32_t size)
{
	const struct cmd646_state *state = engine->state;
	uint8_t direction = command == READ_DMA ? BM_TO_MEMORY : 0;

	describe(engine, address, size);
	dma_sync(&state->chip.area.map, DMA_TO_DEVICE);
	mmio_write8(master_reg(engine, BM_COMMAND), direction);
	mmio_write32_le(master_reg(engine, BM_TABLE), chip_number(engine, AREA_TABLE));
	mmio_write8(master_reg(engine, BM_STATUS), BM_ERROR | BM_INTERRUPT);
	mmio_write8(command_reg(engine, ATA_COUNT), size / SECTOR_SIZE);
	mmio_write8(command_reg(engine, ATA_LBA_LOW), sector);
	mmio_write8(command_reg(engine, ATA_LBA_MID), sector >> 8);
	mmio_write8(command_reg(engine, ATA_LBA_HIGH), sector >> 16);
	mmio_write8(command_reg(engine, ATA_DEVICE), DEVICE_LBA | (sector >> 24 & 0x0f));
	mmio_write8(command_reg(engine, ATA_COMMAND), command);
	mmio_write8(master_reg(engine, BM_COMMAND), direction | BM_START);
}

/* The drive may be done before the bus master has emptied its buffer: both must say so. */
static bool over(const struct engine *engine)
{
	return !(mmio_read8(control_reg(engine, ATA_STATUS)) & (STATUS_BSY | STATUS_DRQ)) &&
	       !(mmio_read8(master_reg(engine, BM_STATUS)) & BM_ACTIVE);
}

static enum engine_result wait(struct engine *engine, uint64_t limit)
{
	const struct cmd646_state *state = engine->state;
	bool done, good;
	uint8_t status, master;

	clock_wait(MICROSECONDS(1));
	done = poll_until(over(engine), limit);
	status = mmio_read8(control_reg(engine, ATA_STATUS));
	master = mmio_read8(master_reg(engine, BM_STATUS));
	good = !(status & (STATUS_ERR | STATUS_DF)) && !(master & BM_ERROR);
	mmio_write8(master_reg(engine, BM_COMMAND), 0);
	dma_sync(&state->chip.area.map, DMA_TO_CPU);
	if (done && good)
		return engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_DONE;
	engine_fail(engine, "the drive's status is %#x, expected bits 0xa9 clear; "
		    "the bus master's is %#x, expected bits 0x3 clear", status, master);
	return engine_bus_error(engine) || !good ? ENGINE_FAILED : ENGINE_SILENT;
}

/* Sectors into the driver's own memory. */
static enum engine_result read_sectors(struct engine *engine, uint32_t sector, uint32_t size, void *bytes)
{
	void *data = chip_pointer(engine, AREA_DATA);
	enum engine_result result;

	memset(data, 0, size);
	submit(engine, READ_DMA, sector, chip_number(engine, AREA_DATA), size);
	result = wait(engine, ENGINE_LIMIT);
	if (result == ENGINE_DONE)
		memcpy(bytes, data, size);
	return result;
}

static bool find_signature(struct engine *engine)
{
	struct cmd646_state *state = engine->state;
	char sector[SECTOR_SIZE];

	if (read_sectors(engine, 0, SECTOR_SIZE, sector) != ENGINE_DONE)
		return false;
	state->scratch = state->sectors >= SCRATCH_SECTORS &&
			 memcmp(sector, SCRATCH_SIGNATURE, strlen(SCRATCH_SIGNATURE)) == 0;
	engine->no_reads = state->scratch ? NULL : "the disk has no scratch signature";
	return true;
}

/* No disk in the first place: there is nothing that this engine can do, and no test should try. */
static bool without_disk(struct engine *engine)
{
	const struct cmd646_state *state = engine->state;

	if (state->found)
		return engine_fail(engine, "the disk that was there does not answer a reset any more");
	engine->no_writes = engine->no_reads = NO_DISK;
	return true;
}

static bool cmd646_start(struct engine *engine)
{
	struct cmd646_state *state = engine->state;

	pci_command(engine->function, PCI_COMMAND_IO, 0);
	state->scratch = false;
	if (!find_disk(engine))
		return without_disk(engine);
	state->found = true;
	if (!identify(engine))
		return false;
	if (state->sectors < WRITE_SECTOR + LARGEST / SECTOR_SIZE) {
		engine->no_writes = engine->no_reads = TOO_SMALL;
		return true;
	}
	if (!dma_area_make(&state->chip.area, engine->function, 1))
		return engine_fail(engine, "no memory for its buffers");
	PCI_BUS_MASTER(engine->function);
	return find_signature(engine);
}

static void cmd646_stop(struct engine *engine)
{
	struct cmd646_state *state = engine->state;

	if (state->found)
		reset(engine);
	pci_command(engine->function, 0, PCI_COMMAND_MASTER);
	dma_area_release(&state->chip.area);
}

static bool cmd646_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct cmd646_state *state = engine->state;

	if (engine->no_writes)
		return engine_fail(engine, "%s", engine->no_writes);
	if (size == 0 || size > LARGEST || size % SECTOR_SIZE || address % 2 || address + size > 1ull << 32)
		return engine_fail(engine, "a transfer is of 1 to 8 sectors, at an even address below 4 GiB");
	if (direction == DMA_DEVICE_READS && !state->scratch)
		return engine_fail(engine, "the disk has no scratch signature");
	state->chip.direction = direction;
	state->chip.size = size;
	if (direction == DMA_DEVICE_READS)
		submit(engine, WRITE_DMA, WRITE_SECTOR, (uint32_t)address, size);
	else
		submit(engine, READ_DMA, READ_SECTOR, (uint32_t)address, size);
	return true;
}

static enum engine_result cmd646_finish(struct engine *engine, uint64_t limit, void *seen)
{
	const struct cmd646_state *state = engine->state;
	enum engine_result result = wait(engine, limit);

	if (result != ENGINE_DONE || state->chip.direction != DMA_DEVICE_READS || !seen)
		return result;
	return read_sectors(engine, WRITE_SECTOR, state->chip.size, seen);
}

static const struct engine_ops ops = {
	.start = cmd646_start,
	.stop = cmd646_stop,
	.begin = cmd646_begin,
	.finish = cmd646_finish,
};

static const struct engine_driver cmd646 = {
	.kind = "cmd646",
	.ops = &ops,
	.ids = { { 0x1095, 0x0646 } },
	.directions = DMA_DEVICE_BOTH,
	.largest = LARGEST,
	.granule = SECTOR_SIZE,
	.address_bits = 32,
	.state_size = sizeof(struct cmd646_state),
	.ours = cmd646_ours,
};
ENGINE_DRIVER(cmd646);
