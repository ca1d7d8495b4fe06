/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel 8254x gigabit Ethernet controllers, as engines: a frame that the PHY loops back is read from one address and
 * written to another one. Which of the two is memory of the driver's own depends on the direction. Addresses have all
 * of 64 bits.
 *
 * The data of the transfer is the whole frame; the receiver strips the checksum, so that the chip touches no byte more
 * than was asked for. Frames have at least 60 bytes without it.
 *
 * Source: PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's Manual, sections 3, 13 and 14; the way
 * to loop the PHY is also that of Linux's diagnostics (e1000_ethtool.c); ids from NetBSD pcidevs.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "drivers/engine/chip.h"

#define CTRL			0x0000
#define   CTRL_RESET		0x04000000	/* clears itself */
#define   CTRL_SPEED		0x00000300
#define   CTRL_LOOP		0x00001ac1	/* force full duplex and 1000 Mb/s, link up, loss of signal inverted */
#define MDIC			0x0020		/* PHY registers: data, register << 16, PHY << 21, operation */
#define   MDIC_WRITE		0x04200000	/*   to PHY 1 */
#define   MDIC_READY		0x10000000
#define   MDIC_ERROR		0x40000000
#define   PHY_CONTROL		0
#define   PHY_LOOP		0x4140		/*   loopback, full duplex, 1000 Mb/s */
#define IMC			0x00d8		/* write ones: these interrupts off */
#define RCTL			0x0100
#define   RCTL_ON		0x0400801a	/* enable, every address, 2048-byte buffers, without the checksum */
#define TCTL			0x0400
#define   TCTL_ON		0x0004010a	/* enable, pad, collision limits of full duplex */
#define TIPG			0x0410
#define   TIPG_COPPER		0x00602008
#define RX_RING			0x2800		/* five registers of the receiver's ring */
#define TX_RING			0x3800		/* and of the transmitter's */
#define   RING_LOW		0x00
#define   RING_HIGH		0x04
#define   RING_SIZE		0x08		/* bytes, in units of 128 */
#define   RING_HEAD		0x10		/* the chip's */
#define   RING_TAIL		0x18		/* ours: from here on nothing is for the chip */

struct rx_descriptor {
	uint64_t buffer;
	uint16_t length;
	uint16_t checksum;
	uint8_t status;
	uint8_t errors;
	uint16_t special;
};
#define   RX_DONE		0x01
#define   RX_LAST		0x02		/* the frame ends here */

struct tx_descriptor {
	uint64_t buffer;
	uint16_t length;
	uint8_t checksum_offset;
	uint8_t command;
	uint8_t status;
	uint8_t checksum_start;
	uint16_t special;
};
#define   TX_COMMAND		0x0b		/* whole frame, add the checksum, report */

#define RING			8u		/* descriptors, the fewest there can be */

/* The area. */
#define AREA_RX			0
#define AREA_TX			128
#define AREA_SENT		1024
#define AREA_RECEIVED		4096

#define LARGEST			1024u
#define GRANULE			64u

#define RESET_LIMIT		MILLISECONDS(10)
#define EEPROM_TIME		MILLISECONDS(5)	/* after a reset, until its settings are loaded */
#define MDIC_LIMIT		MILLISECONDS(10)
#define LOOP_LIMIT		SECONDS(2)
#define LOOP_RETRY		MILLISECONDS(10)

struct e1000_state {
	struct chip chip;
	unsigned rx, tx;		/* the next descriptor of either ring */
	bool busy;			/* begun, and not seen to end */
};

static uint32_t read_register(const struct engine *engine, unsigned offset)
{
	return mmio_read32_le(chip_register(engine, offset));
}

static void write_register(const struct engine *engine, unsigned offset, uint32_t value)
{
	mmio_write32_le(chip_register(engine, offset), value);
}

static volatile struct rx_descriptor *rx_descriptor(const struct engine *engine)
{
	const struct e1000_state *e1000 = engine->state;

	return (struct rx_descriptor *)chip_pointer(engine, AREA_RX) + e1000->rx;
}

/* An empty ring: the chip finds nothing to do in it. */
static void set_ring(const struct engine *engine, unsigned ring, uint64_t address)
{
	write_register(engine, ring + RING_HEAD, 0);
	write_register(engine, ring + RING_TAIL, 0);
	write_register(engine, ring + RING_LOW, (uint32_t)address);
	write_register(engine, ring + RING_HIGH, address >> 32);
	write_register(engine, ring + RING_SIZE, address ? RING * sizeof(struct rx_descriptor) : 0);
}

/*
 * Everything off. QEMU's model does not know the reset, so the transmitter is switched off and the rings are emptied as
 * well. The receiver stays on there: see switch_on().
 */
static bool e1000_reset(struct engine *engine)
{
	uint32_t control;

	write_register(engine, TCTL, 0);
	write_register(engine, CTRL, read_register(engine, CTRL) | CTRL_RESET);
	if (!poll_until(!((control = read_register(engine, CTRL)) & CTRL_RESET), RESET_LIMIT))
		return engine_fail(engine, "CTRL is %#x 10 ms after a reset, bit 26 must be clear", control);
	write_register(engine, IMC, 0xffffffff);
	set_ring(engine, RX_RING, 0);
	set_ring(engine, TX_RING, 0);
	return true;
}

static bool loop_phy(struct engine *engine)
{
	uint32_t answer;

	write_register(engine, MDIC, MDIC_WRITE | PHY_CONTROL << 16 | PHY_LOOP);
	if (poll_until((answer = read_register(engine, MDIC)) & MDIC_READY, MDIC_LIMIT) && !(answer & MDIC_ERROR))
		return true;
	return engine_fail(engine, "MDIC is %#x, expected bit 28 (PHY register written) and not bit 30", answer);
}

/* After a reset: empty rings, receiver and transmitter on. */
static bool switch_on(struct engine *engine)
{
	struct e1000_state *e1000 = engine->state;

	e1000->rx = e1000->tx = 0;
	e1000->busy = false;
	clock_wait(EEPROM_TIME);
	if (!loop_phy(engine))
		return false;
	write_register(engine, CTRL, (read_register(engine, CTRL) & ~CTRL_SPEED) | CTRL_LOOP);
	set_ring(engine, RX_RING, chip_number(engine, AREA_RX));
	set_ring(engine, TX_RING, chip_number(engine, AREA_TX));
	write_register(engine, TIPG, TIPG_COPPER);
	/* QEMU's model refuses all frames for a second after this register was written, whatever the value. */
	if (read_register(engine, RCTL) != RCTL_ON)
		write_register(engine, RCTL, RCTL_ON);
	write_register(engine, TCTL, TCTL_ON);
	return true;
}

/* One frame from here to there. */
static void send(const struct engine *engine, struct chip_copy copy, uint32_t size)
{
	struct e1000_state *e1000 = engine->state;
	struct tx_descriptor *tx = (struct tx_descriptor *)chip_pointer(engine, AREA_TX) + e1000->tx;

	*rx_descriptor(engine) = (struct rx_descriptor) { .buffer = cpu_to_le64(copy.to) };
	*tx = (struct tx_descriptor) {
		.buffer = cpu_to_le64(copy.from), .length = cpu_to_le16((uint16_t)size), .command = TX_COMMAND,
	};
	e1000->tx = (e1000->tx + 1) % RING;
	e1000->busy = true;
	dma_sync(&e1000->chip.area.map, DMA_TO_DEVICE);
	write_register(engine, RX_RING + RING_TAIL, (e1000->rx + 1) % RING);
	write_register(engine, TX_RING + RING_TAIL, e1000->tx);
}

static bool received(const struct engine *engine, uint64_t limit)
{
	return poll_until(rx_descriptor(engine)->status & RX_DONE, limit);
}

/* After the frame was received: makes room for the next one. */
static void next(struct e1000_state *e1000)
{
	e1000->rx = (e1000->rx + 1) % RING;
	e1000->busy = false;
}

/* Sends frames from own memory to own memory until one comes back. A PHY may take its time before it loops. */
static bool loops(struct engine *engine)
{
	struct e1000_state *e1000 = engine->state;
	struct chip_copy own = { chip_number(engine, AREA_SENT), chip_number(engine, AREA_RECEIVED) };
	uint64_t end = clock_now() + LOOP_LIMIT;

	do {
		send(engine, own, GRANULE);
		if (received(engine, LOOP_RETRY)) {
			next(e1000);
			return true;
		}
	} while (clock_now() < end);
	return engine_fail(engine, "no frame came back from the PHY in 2 s: TDH %u, TDT %u, RDH %u, RDT %u",
			   read_register(engine, TX_RING + RING_HEAD), read_register(engine, TX_RING + RING_TAIL),
			   read_register(engine, RX_RING + RING_HEAD), read_register(engine, RX_RING + RING_TAIL));
}

static bool e1000_ready(struct engine *engine)
{
	return switch_on(engine) && loops(engine);
}

static bool e1000_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct e1000_state *e1000 = engine->state;

	if (size == 0 || size % GRANULE || size > LARGEST)
		return engine_fail(engine, "no frame can have %u bytes: multiples of %u, at most %u", size, GRANULE,
				   LARGEST);
	/* The chip may still hold the descriptors of a transfer that has not ended. */
	if (e1000->busy && !(e1000_reset(engine) && switch_on(engine)))
		return false;
	send(engine, chip_copy(engine, direction, address, size, AREA_SENT, AREA_RECEIVED), size);
	return true;
}

static enum engine_result e1000_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct e1000_state *e1000 = engine->state;
	volatile struct rx_descriptor *rx = rx_descriptor(engine);
	uint32_t length;

	if (!received(engine, limit)) {
		engine_fail(engine, "no frame in %llu us: TDH %u, TDT %u, RDH %u, expected %u, RDT %u",
			    (unsigned long long)limit / 1000, read_register(engine, TX_RING + RING_HEAD),
			    read_register(engine, TX_RING + RING_TAIL), read_register(engine, RX_RING + RING_HEAD),
			    (e1000->rx + 1) % RING, read_register(engine, RX_RING + RING_TAIL));
		return engine_bus_error(engine) ? ENGINE_FAILED : ENGINE_SILENT;
	}
	next(e1000);
	dma_sync(&e1000->chip.area.map, DMA_TO_CPU);
	length = le16_to_cpu(rx->length);
	if (length != e1000->chip.size || rx->errors || !(rx->status & RX_LAST)) {
		engine_fail(engine,
			    "received %u bytes, status %#x, errors %#x: expected %u bytes, status %#x, no errors",
			    length, rx->status, rx->errors, e1000->chip.size, RX_DONE | RX_LAST);
		return ENGINE_FAILED;
	}
	if (engine_bus_error(engine))
		return ENGINE_FAILED;
	chip_copied(engine, AREA_RECEIVED, seen);
	return ENGINE_DONE;
}

static const struct chip_model e1000_model = {
	.ops = {
		.start = chip_start,
		.stop = chip_stop,
		.begin = e1000_begin,
		.finish = e1000_finish,
	},
	.bars = { 0 },
	.bar_count = 1,
	.frames = 1,
	.frames_for = "its rings",
	.reset = e1000_reset,
	.ready = e1000_ready,
};

static const struct engine_driver e1000 = {
	.kind = "e1000",
	.ops = &e1000_model.ops,
	.ids = {
		{ 0x8086, 0x100e },		/* 82540EM */
		{ 0x8086, 0x100f },		/* 82545EM copper */
	},
	.directions = DMA_DEVICE_BOTH,
	.largest = LARGEST,
	.granule = GRANULE,
	.address_bits = 64,
	.state_size = sizeof(struct e1000_state),
};
ENGINE_DRIVER(e1000);
