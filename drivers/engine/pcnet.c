/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AMD PCnet-PCI Ethernet controllers (Am79C970 and successors), as engines: a frame sent in internal loopback is read
 * from one address and written to another one. Which of the two is memory of the driver's own depends on the direction.
 *
 * A frame takes two descriptors on either side. The first ones have the data of the transfer; the second ones lead to
 * the driver's own memory and hold the rest: filling, so that no frame is too short, and the checksum. So the chip
 * touches no byte more than was asked for. Each transfer begins with a new initialization block, and the station
 * address that the chip then shows in its registers proves that it can read memory of ours at all.
 *
 * Source: Am79C970A PCnet-PCI II data sheet, sections on registers, initialization, descriptors and loopback; NetBSD
 * if_pcnreg.h and am79900reg.h.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "boot/string.h"
#include "drivers/engine/chip.h"

/* Registers, as 32-bit ones. After power-on they are 16-bit ones; no way but a hardware reset leads back there. */
#define RDP			0x10		/* control and status register that RAP points at */
#define RAP			0x14
#define RESET			0x18		/* read: stops everything, at once */
#define BDP			0x1c		/* bus configuration register that RAP points at */
#define WORD_RESET		0x14		/* the same as RESET, while registers are 16-bit ones */

#define CSR_STATUS		0
#define   STATUS_MEMORY_ERROR	0x0800
#define   STATUS_INITIALIZED	0x0100
#define   STATUS_SEND		0x0008
#define   STATUS_STOP		0x0004
#define   STATUS_START		0x0002
#define   STATUS_INITIALIZE	0x0001
#define CSR_BLOCK_LOW		1		/* address of the initialization block */
#define CSR_BLOCK_HIGH		2
#define CSR_EXTENDED		5
#define   EXTENDED_BUS_ERROR	0x0800		/* parity, master abort or target abort; write 1 to clear */
#define CSR_STATION		12		/* and 13, 14: the station address */
#define BCR_STYLE		20
#define   STYLE_32_BITS		2		/* of the initialization block and the descriptors */

struct initialization {
	uint16_t mode;
	uint8_t rx_length;			/* log2 of descriptors, << 4 */
	uint8_t tx_length;
	uint16_t station[3];
	uint16_t reserved;
	uint32_t multicast[2];
	uint32_t rx_ring;
	uint32_t tx_ring;
};
#define   MODE_PROMISCUOUS	0x8000
#define   MODE_INTERNAL		0x0040
#define   MODE_LOOPBACK		0x0004
#define   TWO_DESCRIPTORS	0x10

struct descriptor {
	uint32_t buffer;
	uint32_t flags;
	uint32_t length;			/* received: in the last one of a frame, with the checksum */
	uint32_t reserved;
};
#define   FLAGS_OWN		0x80000000	/* the chip's */
#define   FLAGS_ERROR		0x40000000
#define   FLAGS_BUS_PARITY	0x00800000
#define   FLAGS_FIRST		0x02000000
#define   FLAGS_LAST		0x01000000
#define   FLAGS_SIZE(bytes)	(0xf000 | (-(bytes) & 0xfff))
#define   RX_LENGTH(length)	((length) & 0xfff)

/* The area. */
#define AREA_BLOCK		0
#define AREA_RX			64
#define AREA_TX			128
#define AREA_FILLING		192		/* behind the data of the frame, as sent */
#define AREA_REST		256		/* and as received */
#define AREA_SENT		1024
#define AREA_RECEIVED		4096

#define FILLING			64u
#define CHECKSUM		4u
#define LARGEST			1024u

#define INITIALIZE_LIMIT	MILLISECONDS(10)

/* A locally administered address, in the order of the wire: 02:00 and "busp". */
static const uint16_t station[3] = { 0x0002, 0x7562, 0x7073 };

static uint16_t read_csr(const struct engine *engine, unsigned csr)
{
	mmio_write32_le(chip_register(engine, RAP), csr);
	return (uint16_t)mmio_read32_le(chip_register(engine, RDP));
}

static void write_csr(const struct engine *engine, unsigned csr, uint16_t value)
{
	mmio_write32_le(chip_register(engine, RAP), csr);
	mmio_write32_le(chip_register(engine, RDP), value);
}

/* Works in either mode of the registers, and leaves them 32-bit ones: that is what a 32-bit write to RDP is for. */
static bool pcnet_reset(struct engine *engine)
{
	uint16_t status;

	mmio_read32_le(chip_register(engine, RESET));
	mmio_read16_le(chip_register(engine, WORD_RESET));
	mmio_write32_le(chip_register(engine, RDP), 0);
	mmio_write32_le(chip_register(engine, RAP), BCR_STYLE);
	mmio_write32_le(chip_register(engine, BDP), STYLE_32_BITS);
	status = read_csr(engine, CSR_STATUS);
	if (status == STATUS_STOP)
		return true;
	return engine_fail(engine, "CSR0 is %#x after a reset, expected %#x (stopped)", status, STATUS_STOP);
}

static void write_descriptor(struct descriptor *descriptor, uint32_t buffer, uint32_t size, uint32_t flags)
{
	*descriptor = (struct descriptor) {
		.buffer = cpu_to_le32(buffer),
		.flags = cpu_to_le32(FLAGS_OWN | flags | FLAGS_SIZE(size)),
	};
}

/* One frame from here to there. The chip is stopped, so nothing of it is looked at before all is there. */
static void write_rings(const struct engine *engine, struct chip_copy copy)
{
	const struct chip *chip = engine->state;
	struct initialization *block = chip_pointer(engine, AREA_BLOCK);
	struct descriptor *rx = chip_pointer(engine, AREA_RX);
	struct descriptor *tx = chip_pointer(engine, AREA_TX);

	write_descriptor(&rx[0], copy.to, chip->size, 0);
	write_descriptor(&rx[1], chip_number(engine, AREA_REST), FILLING + CHECKSUM, 0);
	write_descriptor(&tx[0], copy.from, chip->size, FLAGS_FIRST);
	write_descriptor(&tx[1], chip_number(engine, AREA_FILLING), FILLING, FLAGS_LAST);
	*block = (struct initialization) {
		.mode = cpu_to_le16(MODE_PROMISCUOUS | MODE_INTERNAL | MODE_LOOPBACK),
		.rx_length = TWO_DESCRIPTORS,
		.tx_length = TWO_DESCRIPTORS,
		.station = { cpu_to_le16(station[0]), cpu_to_le16(station[1]), cpu_to_le16(station[2]) },
		.rx_ring = cpu_to_le32(chip_number(engine, AREA_RX)),
		.tx_ring = cpu_to_le32(chip_number(engine, AREA_TX)),
	};
	dma_sync(&chip->area.map, DMA_TO_DEVICE);
}

/* Lets the chip read the initialization block. */
static bool initialize(struct engine *engine)
{
	uint32_t block = chip_number(engine, AREA_BLOCK);
	uint16_t status;

	write_csr(engine, CSR_BLOCK_LOW, (uint16_t)block);
	write_csr(engine, CSR_BLOCK_HIGH, block >> 16);
	write_csr(engine, CSR_STATUS, STATUS_INITIALIZE);
	if (!poll_until((status = read_csr(engine, CSR_STATUS)) & STATUS_INITIALIZED, INITIALIZE_LIMIT))
		return engine_fail(engine, "CSR0 is %#x 10 ms after INIT, bit 8 must be set (done)", status);
	for (unsigned i = 0; i < 3; i++) {
		uint16_t word = read_csr(engine, CSR_STATION + i);

		if (word == station[i])
			continue;
		return engine_fail(engine, "CSR%u is %#x, expected %#x: the initialization block was not read",
				   CSR_STATION + i, word, station[i]);
	}
	return true;
}

static bool pcnet_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	if (size == 0 || size > LARGEST || address + size > 1ull << 32)
		return engine_fail(engine, "no buffer can be at %#llx, %u bytes: at most %u, below 4 GiB",
				   (unsigned long long)address, size, LARGEST);
	/* From a clean state, whatever became of the transfer before. */
	if (!pcnet_reset(engine))
		return false;
	write_rings(engine, chip_copy(engine, direction, address, size, AREA_SENT, AREA_RECEIVED));
	if (!initialize(engine))
		return false;
	write_csr(engine, CSR_STATUS, STATUS_INITIALIZED | STATUS_START);
	write_csr(engine, CSR_STATUS, STATUS_SEND);
	return true;
}

/* The frame has come back: all of it? */
static bool received_well(struct engine *engine)
{
	const struct chip *chip = engine->state;
	const volatile struct descriptor *rx = chip_pointer(engine, AREA_RX);
	uint32_t first = le32_to_cpu(rx[0].flags), last = le32_to_cpu(rx[1].flags);
	uint32_t length = RX_LENGTH(le32_to_cpu(rx[1].length));
	uint32_t expected = chip->size + FILLING + CHECKSUM;

	if (!((first | last) & (FLAGS_OWN | FLAGS_ERROR | FLAGS_BUS_PARITY)) && (first & FLAGS_FIRST) &&
	    (last & FLAGS_LAST) && length == expected)
		return true;
	return engine_fail(engine, "RMD1 is %#x and %#x, %u bytes: expected a whole frame of %u bytes without errors",
			   first, last, length, expected);
}

static enum engine_result pcnet_finish(struct engine *engine, uint64_t limit, void *seen)
{
	const struct chip *chip = engine->state;
	const volatile struct descriptor *rx = chip_pointer(engine, AREA_RX);
	bool received = poll_until(!(le32_to_cpu(rx[1].flags) & FLAGS_OWN), limit);
	uint16_t status = read_csr(engine, CSR_STATUS), extended = read_csr(engine, CSR_EXTENDED);
	bool error = (status & STATUS_MEMORY_ERROR) || (extended & EXTENDED_BUS_ERROR);

	dma_sync(&chip->area.map, DMA_TO_CPU);
	if (!received || error) {
		engine_fail(engine, "after %llu us RMD1 is %#x, expected bit 31 clear (received); CSR0 %#x, CSR5 %#x%s",
			    (unsigned long long)limit / 1000, le32_to_cpu(rx[1].flags), status, extended,
			    error ? ": bus error" : "");
		return error || engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_SILENT;
	}
	if (!received_well(engine) || engine_bus_error(engine))
		return ENGINE_FAILED;
	chip_copied(engine, AREA_RECEIVED, seen);
	return ENGINE_DONE;
}

static const struct chip_model pcnet_model = {
	.ops = {
		.start = chip_start,
		.stop = chip_stop,
		.begin = pcnet_begin,
		.finish = pcnet_finish,
	},
	.bars = { 1, 0 },
	.bar_count = 2,
	.frames = 1,
	.frames_for = "its descriptors",
	.reset = pcnet_reset,
};

static const struct engine_driver pcnet = {
	.kind = "pcnet",
	.ops = &pcnet_model.ops,
	.ids = {
		{ 0x1022, 0x2000 },		/* Am79C970 to Am79C976 */
		{ 0x1022, 0x2001 },		/* Am79C978 */
	},
	.directions = DMA_DEVICE_BOTH,
	.largest = LARGEST,
	.granule = 8,
	.address_bits = 32,
	.state_size = sizeof(struct chip),
};
ENGINE_DRIVER(pcnet);
