/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DEC 21143 Ethernet controllers (Tulip), as engines: a frame sent in internal loopback is read from one address and
 * written to another one. Which of the two is memory of the driver's own depends on the direction.
 *
 * A descriptor has two buffers. The first one takes the data of the transfer, as the beginning of a frame; the second
 * one lies in the driver's own memory and holds the rest: filling, so that no frame is too short, and the checksum. So
 * the chip touches no byte more than was asked for.
 *
 * The serial interface is left as the reset left it, which does for QEMU's model; a real 21143 may also want a port
 * chosen and clocked (CSR13 to CSR15) before it loops.
 *
 * Source: 21143 PCI/CardBus 10/100Mb/s Ethernet LAN Controller Hardware Reference Manual; NetBSD
 * tulipreg.h.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "drivers/engine/chip.h"

#define CSR(n)			(8 * (n))
#define CSR_BUS_MODE		CSR(0)
#define   BUS_MODE_RESET	0x00000001
#define   BUS_MODE_BURSTS	0x00004800	/* at most 8 words, up to a border of 8 words; all little-endian */
#define CSR_TX_POLL		CSR(1)
#define CSR_RX_LIST		CSR(3)
#define CSR_TX_LIST		CSR(4)
#define CSR_STATUS		CSR(5)
#define   STATUS_BUS_ERROR	0x00002000	/* bits 25:23: 0 parity, 1 master abort, 2 target abort */
#define   STATUS_RUNNING	0x007e0000	/* states of the transmitter and the receiver: both stopped when 0 */
#define CSR_MODE		CSR(6)
#define   MODE_ONE		0x02000000	/* must be 1 */
#define   MODE_TRANSMIT		0x00002000
#define   MODE_LOOPBACK		0x00000400	/* internal */
#define   MODE_PROMISCUOUS	0x00000040	/* makes a setup frame unnecessary */
#define   MODE_RECEIVE		0x00000002
#define CSR_INTERRUPTS		CSR(7)

/* A descriptor: status, control, two buffers. */
struct descriptor {
	uint32_t status;
	uint32_t control;
	uint32_t buffers[2];
};
#define   DESCRIPTOR_OWN	0x80000000	/* the chip's */
#define   RX_LENGTH(status)	((status) >> 16 & 0x3fff)	/* with the checksum */
#define   RX_ERROR		0x00008000
#define   RX_WHOLE		0x00000300	/* first and last descriptor of its frame */
#define   CONTROL_SIZES(first, second)	((first) | (second) << 11)
#define   RX_RING_END		0x02000000
#define   TX_WHOLE		0x60000000
#define   TX_RING_END		0x02000000

/* The area. */
#define AREA_RX			0		/* the receiver's ring: one descriptor */
#define AREA_TX			64		/* the transmitter's */
#define AREA_FILLING		128		/* behind the data of the frame, as sent */
#define AREA_REST		256		/* and as received */
#define AREA_SENT		1024
#define AREA_RECEIVED		4096

#define FILLING			64u
#define CHECKSUM		4u
#define LARGEST			1024u

#define RESET_TIME		MICROSECONDS(10)

static uint32_t read_csr(const struct engine *engine, unsigned csr)
{
	return mmio_read32_le(chip_register(engine, csr));
}

static void write_csr(const struct engine *engine, unsigned csr, uint32_t value)
{
	mmio_write32_le(chip_register(engine, csr), value);
}

/* Transmitter and receiver stop at once, whatever they do. */
static bool tulip_reset(struct engine *engine)
{
	uint32_t status;

	write_csr(engine, CSR_BUS_MODE, BUS_MODE_RESET);
	clock_wait(RESET_TIME);
	write_csr(engine, CSR_BUS_MODE, BUS_MODE_BURSTS);
	write_csr(engine, CSR_INTERRUPTS, 0);
	status = read_csr(engine, CSR_STATUS);
	if ((status & STATUS_RUNNING) == 0)
		return true;
	return engine_fail(engine, "CSR5 is %#x after a reset, bits 22 to 17 must be clear (stopped)", status);
}

/*
 * One frame from here to there. Both descriptors are complete before the chip is told where they are. All of the frame
 * must fit: QEMU's model keeps what did not, even through a reset, and receives nothing from then on.
 */
static void write_descriptors(const struct engine *engine, struct chip_copy copy)
{
	const struct chip *chip = engine->state;
	struct descriptor *rx = chip_pointer(engine, AREA_RX);
	struct descriptor *tx = chip_pointer(engine, AREA_TX);

	*rx = (struct descriptor) {
		.status = cpu_to_le32(DESCRIPTOR_OWN),
		.control = cpu_to_le32(RX_RING_END | CONTROL_SIZES(chip->size, FILLING + CHECKSUM)),
		.buffers = { cpu_to_le32((uint32_t)copy.to), cpu_to_le32(chip_number(engine, AREA_REST)) },
	};
	*tx = (struct descriptor) {
		.status = cpu_to_le32(DESCRIPTOR_OWN),
		.control = cpu_to_le32(TX_RING_END | TX_WHOLE | CONTROL_SIZES(chip->size, FILLING)),
		.buffers = { cpu_to_le32((uint32_t)copy.from), cpu_to_le32(chip_number(engine, AREA_FILLING)) },
	};
	dma_sync(&chip->area.map, DMA_TO_DEVICE);
}

static bool tulip_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	if (size == 0 || size % 4 || size > LARGEST || address % 4 || address + size > 1ull << 32)
		return engine_fail(engine,
				   "no buffer can be at %#llx, %u bytes: at most %u, in whole words, below 4 GiB",
				   (unsigned long long)address, size, LARGEST);
	/* From a clean state, whatever became of the transfer before. */
	if (!tulip_reset(engine))
		return false;
	write_descriptors(engine, chip_copy(engine, direction, address, size, AREA_SENT, AREA_RECEIVED));
	write_csr(engine, CSR_RX_LIST, chip_number(engine, AREA_RX));
	write_csr(engine, CSR_TX_LIST, chip_number(engine, AREA_TX));
	write_csr(engine, CSR_MODE, MODE_ONE | MODE_LOOPBACK | MODE_PROMISCUOUS | MODE_RECEIVE);
	write_csr(engine, CSR_MODE, MODE_ONE | MODE_LOOPBACK | MODE_PROMISCUOUS | MODE_RECEIVE | MODE_TRANSMIT);
	write_csr(engine, CSR_TX_POLL, 1);
	return true;
}

/* The frame has come back: all of it? */
static bool received_well(struct engine *engine)
{
	const struct chip *chip = engine->state;
	const volatile struct descriptor *rx = chip_pointer(engine, AREA_RX);
	uint32_t status = le32_to_cpu(rx->status);
	uint32_t expected = chip->size + FILLING + CHECKSUM;

	if (!(status & RX_ERROR) && (status & RX_WHOLE) == RX_WHOLE && RX_LENGTH(status) == expected)
		return true;
	return engine_fail(engine, "RDES0 is %#x: expected a whole frame of %u bytes without errors", status, expected);
}

static enum engine_result tulip_finish(struct engine *engine, uint64_t limit, void *seen)
{
	const struct chip *chip = engine->state;
	const volatile struct descriptor *rx = chip_pointer(engine, AREA_RX);
	const volatile struct descriptor *tx = chip_pointer(engine, AREA_TX);
	bool received = poll_until(!(le32_to_cpu(rx->status) & DESCRIPTOR_OWN), limit);
	uint32_t status = read_csr(engine, CSR_STATUS);

	dma_sync(&chip->area.map, DMA_TO_CPU);
	if (!received || (status & STATUS_BUS_ERROR)) {
		engine_fail(engine,
			    "after %llu us RDES0 is %#x, expected bit 31 clear (received); TDES0 %#x; CSR5 %#x%s",
			    (unsigned long long)limit / 1000, le32_to_cpu(rx->status), le32_to_cpu(tx->status), status,
			    status & STATUS_BUS_ERROR ? ": bus error" : "");
		return (status & STATUS_BUS_ERROR) || engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_SILENT;
	}
	if (!received_well(engine) || engine_bus_error(engine))
		return ENGINE_FAILED;
	chip_copied(engine, AREA_RECEIVED, seen);
	return ENGINE_DONE;
}

static const struct chip_model tulip_model = {
	.ops = {
		.start = chip_start,
		.stop = chip_stop,
		.begin = tulip_begin,
		.finish = tulip_finish,
	},
	.bars = { 1, 0 },
	.bar_count = 2,
	.frames = 1,
	.frames_for = "its descriptors",
	.reset = tulip_reset,
};

static const struct engine_driver tulip = {
	.kind = "tulip",
	.ops = &tulip_model.ops,
	.ids = { { 0x1011, 0x0019 } },		/* 21142 and 21143: DE500, and on many an Alpha's board */
	.directions = DMA_DEVICE_BOTH,
	.largest = LARGEST,
	.granule = 8,
	.address_bits = 32,
	.state_size = sizeof(struct chip),
};
ENGINE_DRIVER(tulip);
